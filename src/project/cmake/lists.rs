//! `CMakeLists.txt`.

use rustc_hash::FxHashMap;

use super::{EXPANSION_LIMIT, Variables, expand, include_directory, topmost};
use crate::facts::Name;
use crate::project::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Project};

/// Reads every `CMakeLists.txt`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let mut lists: Vec<&ConfigFile> = configs.iter().filter(|config| config.file_name() == "CMakeLists.txt").collect();
    // A directory inherits the variables of those above it, so these are read first.
    lists.sort_by_key(|config| (config.directory().matches('/').count(), config.directory().len(), &config.path));
    let directories: Vec<&str> = lists.iter().map(|config| config.directory()).collect();
    let known: rustc_hash::FxHashSet<&str> = directories.iter().copied().collect();
    let mut scopes: FxHashMap<&str, Variables> = FxHashMap::default();
    for list in lists {
        let directory = list.directory();
        let above = std::iter::successors(Some(directory), |path| {
            (!path.is_empty()).then(|| path.rsplit_once('/').map_or("", |(above, _)| above))
        });
        let inherited = above.skip(1).find_map(|above| scopes.get(above)).cloned().unwrap_or_default();
        let mut reader =
            Reader { directory, variables: inherited, name: None, target: None, version: None, needs: Vec::new() };
        let own = format!("@/{directory}");
        for name in ["CMAKE_CURRENT_SOURCE_DIR", "CMAKE_CURRENT_LIST_DIR"] {
            reader.variables.insert(name.into(), own.clone());
        }
        let top = format!("@/{}", topmost(directory, |path| known.contains(path)));
        reader.variables.insert("CMAKE_SOURCE_DIR".into(), top);
        reader.variables.entry("PROJECT_SOURCE_DIR".into()).or_insert(own);
        for call in calls(&list.text) {
            reader.call(&call, project);
        }
        if let Some(name) = reader.name.or(reader.target) {
            project.packages.push(Package {
                ecosystem: Ecosystem::Native,
                name,
                version: reader.version,
                directory: directory.into(),
                manifest: list.path.clone(),
                dependencies: reader.needs,
            });
        }
        scopes.insert(directory, reader.variables);
    }
}

struct Reader<'a> {
    directory: &'a str,
    variables: Variables,
    name: Option<Name>,
    target: Option<Name>,
    version: Option<Name>,
    needs: Vec<Declared>,
}

impl Reader<'_> {
    fn call(&mut self, call: &Call<'_>, project: &mut Project) {
        let arguments = &call.arguments;
        let first = arguments.first().map_or("", |argument| argument.as_str());
        match call.name.to_ascii_lowercase().as_str() {
            "set" => self.set(first, &arguments[1.min(arguments.len())..]),
            "project" => self.project(first, arguments),
            "add_library" | "add_executable" if self.target.is_none() => {
                self.target = expand(first, &self.variables).map(Name::from);
            }
            "include_directories" => self.include(arguments, project),
            "target_include_directories" => self.include(&arguments[1.min(arguments.len())..], project),
            "target_sources" => {
                let bases = arguments.iter().skip_while(|argument| *argument != "BASE_DIRS").skip(1);
                let bases: Vec<String> = bases
                    .take_while(|argument| !matches!(argument.as_str(), "FILES" | "FILE_SET" | "PUBLIC" | "PRIVATE"))
                    .cloned()
                    .collect();
                self.include(&bases, project);
            }
            "find_package" | "find_dependency" => {
                let version = arguments.get(1).filter(|text| text.starts_with(|c: char| c.is_ascii_digit()));
                self.need(first, version, call.line);
            }
            "pkg_check_modules" => {
                for module in arguments
                    .iter()
                    .skip(1)
                    .filter(|text| !matches!(text.as_str(), "REQUIRED" | "QUIET" | "IMPORTED_TARGET"))
                {
                    let (name, version) = module.split_once(['>', '<', '=']).unwrap_or((module, ""));
                    let version =
                        Some(version.trim_start_matches('=').to_owned()).filter(|version| !version.is_empty());
                    self.need(name, version.as_ref(), call.line);
                }
            }
            "fetchcontent_declare" => {
                let tag = arguments.iter().skip_while(|argument| *argument != "GIT_TAG").nth(1);
                self.need(first, tag, call.line);
            }
            _ => {}
        }
    }

    fn set(&mut self, name: &str, values: &[String]) {
        let values: Option<Vec<String>> = values
            .iter()
            .take_while(|value| !matches!(value.as_str(), "CACHE" | "PARENT_SCOPE"))
            .map(|value| expand(value, &self.variables))
            .collect();
        match values.map(|values| values.join(";")) {
            Some(value) if value.len() <= EXPANSION_LIMIT => self.variables.insert(name.into(), value),
            _ => self.variables.remove(name),
        };
    }

    fn project(&mut self, name: &str, arguments: &[String]) {
        let own = format!("@/{}", self.directory);
        self.variables.insert("PROJECT_SOURCE_DIR".into(), own.clone());
        let Some(name) = expand(name, &self.variables).filter(|name| !name.is_empty()) else { return };
        self.variables.insert(format!("{name}_SOURCE_DIR").into(), own);
        self.variables.insert("PROJECT_NAME".into(), name.clone());
        self.name.get_or_insert(name.into());
        let version = arguments.iter().skip_while(|argument| *argument != "VERSION").nth(1);
        self.version = version.and_then(|version| expand(version, &self.variables)).map(Name::from);
    }

    fn include(&self, arguments: &[String], project: &mut Project) {
        for argument in arguments {
            if matches!(
                argument.as_str(),
                "AFTER" | "BEFORE" | "SYSTEM" | "PUBLIC" | "PRIVATE" | "INTERFACE" | "BASE_DIRS"
            ) {
                continue;
            }
            let inner = argument.strip_prefix("$<BUILD_INTERFACE:").and_then(|rest| rest.strip_suffix('>'));
            let Some(expanded) = expand(inner.unwrap_or(argument), &self.variables) else { continue };
            for written in expanded.split(';').filter(|written| !written.is_empty()) {
                if let Some(include) = include_directory(self.directory, written) {
                    project.cmake.declare(self.directory, include);
                }
            }
        }
    }

    fn need(&mut self, name: &str, version: Option<&String>, line: u32) {
        if name.is_empty() || name.contains('$') {
            return;
        }
        self.needs.push(Declared {
            name: name.into(),
            requirement: version.map(|version| version.as_str().into()),
            locked: None,
            scope: DeclaredScope::Runtime,
            file: None,
            line,
        });
    }
}

/// One command invocation.
struct Call<'a> {
    name: &'a str,
    arguments: Vec<String>,
    line: u32,
}

/// The command invocations of a text. Control flow is not followed: every branch is read.
fn calls(text: &str) -> Vec<Call<'_>> {
    let mut lexer = Lexer { text, at: 0, line: 1 };
    let mut calls = Vec::new();
    while let Some(call) = lexer.call() {
        calls.push(call);
    }
    calls
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Lexer<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Moves over `length` bytes and counts their lines; the end is on a character's border.
    fn advance(&mut self, length: usize) -> &'a str {
        let end = (self.at + length).min(self.text.len());
        let passed = self.text.get(self.at..end).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed.as_bytes()).count() as u32;
        self.at = end;
        passed
    }

    fn take_while(&mut self, accept: impl Fn(u8) -> bool) -> &'a str {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().position(|byte| !accept(*byte)).unwrap_or(rest.len());
        self.advance(length)
    }

    /// Steps over a comment, to the end of its line or of its brackets.
    fn comment(&mut self) {
        self.at += 1;
        if self.bracket().is_none() {
            self.take_while(|byte| byte != b'\n');
        }
    }

    /// `[[ … ]]`, `[=[ … ]=]`: the text between.
    fn bracket(&mut self) -> Option<&'a str> {
        let rest = self.text[self.at..].strip_prefix('[')?;
        let equals = rest.bytes().take_while(|byte| *byte == b'=').count();
        let body = rest[equals..].strip_prefix('[')?;
        let close = format!("]{}]", "=".repeat(equals));
        let length = body.find(&close)?;
        self.advance(2 + equals + length + close.len());
        Some(&body[..length])
    }

    fn call(&mut self) -> Option<Call<'a>> {
        loop {
            match self.peek()? {
                b'#' => self.comment(),
                byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                    let line = self.line;
                    let name = self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                    self.take_while(|byte| byte == b' ' || byte == b'\t');
                    if self.peek() == Some(b'(') {
                        self.at += 1;
                        return Some(Call { name, arguments: self.arguments(), line });
                    }
                }
                byte if byte.is_ascii() => {
                    self.advance(1);
                }
                _ => {
                    self.take_while(|byte| !byte.is_ascii());
                }
            }
        }
    }

    fn arguments(&mut self) -> Vec<String> {
        let mut arguments = Vec::new();
        let mut depth = 0;
        while let Some(byte) = self.peek() {
            match byte {
                b'#' => self.comment(),
                b'(' => {
                    depth += 1;
                    self.at += 1;
                }
                b')' => {
                    self.at += 1;
                    if depth == 0 {
                        break;
                    }
                    depth -= 1;
                }
                b'"' => {
                    self.at += 1;
                    let mut escaped = false;
                    let rest = &self.text.as_bytes()[self.at..];
                    let end = rest.iter().position(|byte| {
                        let is_end = *byte == b'"' && !escaped;
                        escaped = *byte == b'\\' && !escaped;
                        is_end
                    });
                    arguments.push(self.advance(end.unwrap_or(rest.len())).to_owned());
                    self.at = (self.at + 1).min(self.text.len());
                }
                b'[' => match self.bracket() {
                    Some(body) => arguments.push(body.to_owned()),
                    None => self.at += 1,
                },
                byte if byte.is_ascii_whitespace() || byte == b';' => {
                    self.advance(1);
                }
                _ => {
                    let word =
                        |byte: u8| !byte.is_ascii_whitespace() && !matches!(byte, b'(' | b')' | b'"' | b'#' | b';');
                    let argument = self.take_while(word);
                    arguments.push(argument.to_owned());
                }
            }
        }
        arguments
    }
}
