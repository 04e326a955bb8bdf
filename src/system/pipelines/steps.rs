//! Steps of jobs: which tasks their commands and prepared steps are.

use super::shell::{self, Command};
use super::table::{self, table};
use super::{Reading, add, meant};
use crate::document::Tree;
use crate::facts::Name;
use crate::project::cmake::join;
use crate::system::model::{Place, Task, TaskKind};

/// Options with a value that may stand before a subcommand.
const WITH_VALUE: &[&str] = &[
    "-n",
    "--namespace",
    "--context",
    "--kubeconfig",
    "-f",
    "--file",
    "-C",
    "--prefix",
    "--cwd",
    "--dir",
    "-c",
    "--config",
    "-p",
    "--project",
    "--project-dir",
    "--profile",
    "--region",
    "--kube-context",
    "--workspace",
    "-w",
    "-P",
    "-s",
    "-pl",
    "--projects",
    "--build-arg",
    "--target",
    "--filter",
    "-F",
    "-o",
    "--output",
    "--set",
    "--values",
    "-e",
    "--stage",
    "--platform",
    "--cache-from",
    "--cache-to",
    "--label",
    "--repository",
    "-r",
    "--configuration",
    "-a",
    "--app",
    "--manifest-path",
];

/// The most tasks of one job.
const LIMIT: usize = 400;

/// The work of a job while its steps are read.
#[derive(Clone)]
pub struct Work<'r> {
    reading: &'r Reading<'r>,
    /// Where commands run, relative to the root of the project.
    pub directory: String,
    /// What is put in for placeholders, the later one counting: `env.IMAGE`, `matrix.service`, `IMAGE`.
    pub variables: Vec<(String, String)>,
    /// The file of the steps, where that is not the pipeline's own.
    pub file: Option<&'r std::sync::Arc<crate::document::Document>>,
    /// What was found, in order.
    pub tasks: Vec<Task>,
}

impl<'r> Work<'r> {
    /// Nothing done yet, in a directory.
    pub fn new(reading: &'r Reading<'r>, directory: &str) -> Self {
        Self { reading, directory: directory.to_owned(), variables: Vec::new(), file: None, tasks: Vec::new() }
    }

    fn place(&self, line: u32) -> Place {
        match self.file {
            Some(file) => Place::new(&file.path, line),
            None => self.reading.place(line),
        }
    }

    /// Goes to a directory below the present one, if the path says which that is.
    pub fn enter(&mut self, path: Option<&str>) {
        if let Some(directory) = path.and_then(|path| join(&self.directory, &self.filled(path))) {
            self.directory = directory;
        }
    }

    /// Adds the variables of a mapping.
    pub fn define(&mut self, tree: Option<&Tree>) {
        for entry in tree.map(Tree::entries).unwrap_or_default() {
            let value = entry.value.text().or_else(|| entry.value.text_at("value"));
            if let Some(value) = value {
                let value = self.filled(value);
                self.variables.push((entry.key.to_string(), value));
            }
        }
    }

    /// A text with the variables put in; what is not known stays as it is.
    pub fn filled(&self, text: &str) -> String {
        if !text.contains('$') || text.len() > 4096 {
            return text.to_owned();
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            let (whole, name) = placeholder(&rest[at..]);
            let plain = name.strip_prefix("env.").or_else(|| name.strip_prefix("variables.")).unwrap_or(name);
            let known =
                |wanted: &str| self.variables.iter().rev().find(|(key, _)| key == wanted).map(|(_, value)| value);
            match known(name).or_else(|| known(plain)).filter(|_| !name.is_empty()) {
                Some(value) if out.len() + value.len() < 4096 => out.push_str(value),
                _ => out.push_str(
                    rest[at..at + whole]
                        .strip_prefix("$$")
                        .map_or(&rest[at..at + whole], |_| &rest[at + 1..at + whole]),
                ),
            }
            rest = &rest[at + whole..];
        }
        out.push_str(rest);
        out
    }

    /// The commands of a script, or of a list of scripts. Each list is one shell, which stays where it went.
    pub fn script(&mut self, tree: &Tree) {
        for part in tree.each() {
            match part.text() {
                Some(text) => self.commands(text, part.line),
                None if !part.elements().is_empty() => part.elements().iter().for_each(|inner| self.script(inner)),
                None => {}
            }
        }
    }

    /// The commands of a script whose first line is known.
    pub fn commands(&mut self, script: &str, line: u32) {
        let mut outer = Vec::new();
        for Command { words, line: inner } in shell::commands(script) {
            match words.first().map(String::as_str) {
                Some("(") => outer.push(self.directory.clone()),
                Some(")") => self.directory = outer.pop().unwrap_or_else(|| self.directory.clone()),
                Some("cd" | "pushd") => self.enter(words.get(1).map(String::as_str)),
                Some("export") => {
                    words[1..].iter().for_each(|word| self.command(std::slice::from_ref(word), line + inner))
                }
                Some(_) => self.command(&words, line + inner),
                None => {}
            }
        }
    }

    /// A command with its arguments.
    pub fn command(&mut self, words: &[String], line: u32) {
        if self.tasks.len() >= LIMIT {
            return;
        }
        if let Some((name, value)) = words.first().and_then(|word| assignment(word)).filter(|_| words.len() == 1) {
            let value = self.filled(value);
            self.variables.push((name.to_owned(), value));
            return;
        }
        let words: Vec<String> = words.iter().map(|word| self.filled(word)).collect();
        let mut words: &[String] = &words;
        // What runs another program is taken away until that program stands first.
        for _ in 0..6 {
            if self.row(words, line) {
                return;
            }
            match unwrapped(words) {
                Some(inner) if !inner.is_empty() => words = inner,
                _ => break,
            }
        }
    }

    /// Whether the table knows the command; then it is a task.
    fn row(&mut self, words: &[String], line: u32) -> bool {
        let Some(program) = words.first().map(|word| program_of(word)) else { return false };
        let rows = table().of_program(program);
        let spoken = subcommands(&words[1..]);
        let mut found: Vec<&table::Command> = Vec::new();
        for row in rows {
            let is_met = match row.row.any {
                true => row
                    .run
                    .iter()
                    .all(|options| words[1..].iter().any(|word| options.iter().any(|option| option == goal(word)))),
                false => {
                    row.run.len() <= spoken.len()
                        && row
                            .run
                            .iter()
                            .zip(&spoken)
                            .all(|(options, (_, word))| options.iter().any(|option| option == goal(word)))
                }
            };
            let is_new = found.iter().all(|other| other.row.any && row.row.any && other.kind != row.kind);
            if is_met && is_new {
                found.push(row);
            }
        }
        for row in &found {
            let skipped = if row.row.any { 0 } else { row.run.len() };
            let from = if skipped == 0 { 1 } else { spoken[skipped - 1].0 + 2 };
            let subcommand = match row.row.any {
                true => words[1..]
                    .iter()
                    .find(|word| row.run.iter().any(|options| options.iter().any(|option| option == goal(word)))),
                false => None,
            };
            let said = subcommand.map_or_else(
                || spoken.iter().take(skipped).map(|(_, word)| goal(word)).collect::<Vec<_>>().join(" "),
                |word| goal(word).to_string(),
            );
            let tool = format!("{program} {said}");
            self.task(row, tool.trim(), &words[from.min(words.len())..], line);
        }
        !found.is_empty() || self.runner(words, line)
    }

    fn task(&mut self, row: &table::Command, tool: &str, arguments: &[String], line: u32) {
        let plain = positional(arguments, &row.row);
        let of_option = |names: &[String]| {
            let mut words = arguments.iter().peekable();
            while let Some(word) = words.next() {
                for name in names {
                    if word == name {
                        return words.peek().map(|value| value.to_string());
                    }
                    let joined = word.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('='));
                    if let Some(value) = joined {
                        return Some(value.to_owned());
                    }
                }
            }
            None
        };
        let target = of_option(&row.row.target).or_else(|| plain.get(row.row.target_at?).map(|word| (*word).clone()));
        let place = of_option(&row.row.place).or_else(|| match row.row.place_at? {
            -1 => plain.last().map(|word| (*word).clone()),
            at => plain.get(at as usize).map(|word| (*word).clone()),
        });
        let is_here = row.row.here || matches!(row.kind, TaskKind::Check | TaskKind::Test | TaskKind::Build);
        self.claim(row.kind, tool, target, place, is_here, line);
    }

    /// Adds a task on a target, a directory, or the directory in which it is done.
    pub fn claim(
        &mut self,
        kind: TaskKind,
        tool: &str,
        target: Option<String>,
        place: Option<String>,
        is_here: bool,
        line: u32,
    ) {
        let draft = self.reading.draft;
        let directory = match &place {
            Some(path) => join(&self.directory, directory_of(path)),
            None => is_here.then(|| self.directory.clone()),
        };
        let component = target
            .as_deref()
            .and_then(|target| meant::by_target(draft, target, &self.directory))
            .or_else(|| meant::by_directory(draft, directory.as_deref()?));
        let shown = target.or(place).filter(|shown| !matches!(shown.as_str(), "." | "./" | "-")).or_else(|| {
            let here = is_here && !self.directory.is_empty();
            here.then(|| self.directory.clone())
        });
        let task = Task {
            kind,
            tool: Name::from(tool),
            target: shown.map(|shown| Name::from(shown.trim())),
            component,
            evidence: self.place(line),
        };
        add(&mut self.tasks, task);
    }

    /// A program that runs a script or target of the project: what that does is said by its name.
    fn runner(&mut self, words: &[String], line: u32) -> bool {
        let Some(runner) = table().runners.iter().find(|runner| starts(words, runner)) else { return false };
        let rest = &words[runner.len()..];
        let mut place = None;
        let mut names = Vec::new();
        let mut arguments = rest.iter();
        while let Some(word) = arguments.next() {
            if matches!(word.as_str(), "--prefix" | "-C" | "--cwd" | "--dir" | "--directory") {
                place = arguments.next().cloned();
            } else if word == "--" {
                break;
            } else if matches!(word.as_str(), "-f" | "-F" | "--filter" | "-w" | "--workspace" | "-j") {
                arguments.next();
            } else if !word.starts_with('-') && !word.contains('=') {
                names.push(word);
            }
        }
        let is_make = runner.len() == 1 && matches!(runner[0].as_str(), "make" | "gmake");
        let before = self.tasks.len();
        if is_make && names.is_empty() {
            self.claim(TaskKind::Build, "make", None, place.clone(), true, line);
        }
        let most = if is_make { names.len() } else { 1 };
        for name in names.into_iter().take(most) {
            if let Some(kind) = table().by_word(name) {
                let is_here = matches!(kind, TaskKind::Check | TaskKind::Test | TaskKind::Build);
                self.claim(kind, &format!("{} {name}", runner.join(" ")), None, place.clone(), is_here, line);
            }
        }
        self.tasks.len() > before
    }

    /// A prepared step with what it is given.
    pub fn action(&mut self, name: &str, with: Option<&Tree>, line: u32) {
        let Some(action) = table().action(name) else { return };
        let kind = action.kind;
        self.prepared(name, kind, with, line);
        let also = action.publishes_if.as_deref().and_then(|option| with?.text_at(option));
        // Whether an expression comes to true is known when it runs.
        if also.is_some_and(|text| text == "true") {
            self.prepared(name, TaskKind::Publish, with, line);
        }
    }

    /// A prepared step that does what its caller knows.
    pub fn prepared(&mut self, name: &str, kind: TaskKind, with: Option<&Tree>, line: u32) {
        let Some(action) = table().action(name) else { return };
        let given = |names: &[String]| {
            let value = names.iter().find_map(|option| {
                let value = with?.get(option)?;
                let first = value.each().first()?.text()?;
                first.split([',', '\n']).map(str::trim).find(|text| !text.is_empty()).map(str::to_owned)
            });
            value.map(|text| self.filled(&text))
        };
        let (target, place) = (given(&action.with), given(&action.place));
        let is_here = kind == TaskKind::Build || kind == TaskKind::Test;
        let tool = table::without_version(name).to_owned();
        self.claim(kind, &tool, target, place, is_here && self.tasks.len() < LIMIT, line);
    }
}

/// The length and the name of the placeholder with which a text begins: `$${env.A}` for what stands as `${{ env.A }}` in the
/// file, `${A}`, `$(A)`, `$A`.
fn placeholder(text: &str) -> (usize, &str) {
    let braced = [("${{", "}}"), ("$${", "}"), ("${", "}"), ("$(", ")"), ("$[[", "]]")];
    for (open, close) in braced {
        if let Some(rest) = text.strip_prefix(open) {
            return match rest.find(close) {
                Some(end) => {
                    (open.len() + end + close.len(), rest[..end].split(":-").next().unwrap_or_default().trim())
                }
                None => (1, ""),
            };
        }
    }
    let end = text[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len() - 1);
    (1 + end, &text[1..1 + end])
}

/// A variable that is set: `NAME=value`.
fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some((name, value))
}

/// A program without its path; the wrappers of build tools are these tools.
fn program_of(word: &str) -> &str {
    let name = if word == "/kaniko/executor" { word } else { word.rsplit(['/', '\\']).next().unwrap_or(word) };
    match name {
        "mvnw" | "mvnw.cmd" => "mvn",
        "gradlew" | "gradlew.bat" => "gradle",
        "sbtx" => "sbt",
        _ => name.strip_suffix(".exe").unwrap_or(name),
    }
}

/// A goal without the project before it: `test` of `:cart:test`.
fn goal(word: &str) -> &str {
    // Maven's goals keep the name of their plugin: `jib:build`.
    if word.starts_with(':') { word.rsplit(':').next().unwrap_or(word) } else { word }
}

/// Words without an option's dash before which no option with a value stands, with their places: what subcommands can be.
fn subcommands(words: &[String]) -> Vec<(usize, &String)> {
    let mut found = Vec::new();
    let mut iter = words.iter().enumerate();
    while let Some((index, word)) = iter.next() {
        if WITH_VALUE.contains(&word.as_str()) {
            iter.next();
        } else if !word.starts_with('-') && !word.starts_with('+') {
            found.push((index, word));
        }
        if found.len() >= 5 {
            break;
        }
    }
    found
}

/// The arguments that are no options and no values of options that are known.
fn positional<'w>(words: &'w [String], row: &table::CommandRow) -> Vec<&'w String> {
    let mut found = Vec::new();
    let mut iter = words.iter();
    while let Some(word) = iter.next() {
        let takes_value = |list: &[String]| list.iter().any(|option| option == word);
        if takes_value(&row.target) || takes_value(&row.place) || WITH_VALUE.contains(&word.as_str()) {
            iter.next();
        } else if (!word.starts_with('-') || word == "-") && !word.starts_with(['>', '<']) && word != "2>" {
            found.push(word);
        }
    }
    found
}

fn starts(words: &[String], prefix: &[String]) -> bool {
    words.len() >= prefix.len()
        && words.iter().zip(prefix).enumerate().all(|(index, (word, wanted))| match index {
            0 => program_of(word) == wanted,
            _ => word == wanted,
        })
}

/// The program that a program runs.
fn unwrapped(words: &[String]) -> Option<&[String]> {
    let first = words.first()?;
    if assignment(first).is_some() {
        return Some(&words[1..]);
    }
    let wrapper = table().wrappers.iter().find(|wrapper| starts(words, wrapper))?;
    let mut rest = &words[wrapper.len()..];
    while let Some(option) = rest.first().filter(|word| word.starts_with('-') || assignment(word).is_some()) {
        // `python -m` is a wrapper of its own; other options of an interpreter run text.
        if matches!(option.as_str(), "-c" | "-e" | "-m") {
            return None;
        }
        rest = &rest[1..];
    }
    Some(rest)
}

/// The directory of a path that may be a file's.
fn directory_of(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or(path);
    let is_file = last.contains('.') && !matches!(last, "." | ".." | "...") || last.starts_with("Dockerfile");
    if is_file || last == "..." { path.rsplit_once('/').map_or("", |(directory, _)| directory) } else { path }
}
