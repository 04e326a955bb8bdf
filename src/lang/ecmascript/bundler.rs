//! What bundlers' configuration files say in literals. They are programs; nothing is run, so only what is written out
//! is known: `alias` tables and the names of entries.

use rustc_hash::FxHashMap;
use tree_sitter::Node;

use super::files;
use crate::facts::Name;
use crate::lang::extract::{Fields, Source, parse};
use crate::lang::language_of;
use crate::lang::resolve::{FileId, Sources};
use crate::project::ConfigFile;
use crate::project::npm::path::{ancestors, below, join, parent};

/// One configuration file.
pub struct Bundler {
    /// The directory that holds it: the files below are what it is about.
    pub directory: Box<str>,
    /// In the order of the text, those of the framework last.
    pub aliases: Vec<Alias>,
    /// The outputs with the sources that they are built from.
    pub entries: Vec<Entry>,
}

/// A source from which a bundler builds an output.
pub struct Entry {
    /// The output's path below the bundler's directory for outputs, without extension.
    pub name: Name,
    /// The source.
    pub file: FileId,
    /// Whether the name is the source's own, not one that the configuration gives: then a directory in front of it is
    /// another source's.
    pub listed: bool,
}

/// Another name for a place or a package.
pub struct Alias {
    find: Name,
    exact: bool,
    /// The place, where it is one.
    pub path: Option<String>,
    /// The package, where it is one.
    pub package: Option<Name>,
}

impl Alias {
    /// What follows the alias in a specifier: nothing, or a path with its slash.
    pub fn rest<'s>(&self, specifier: &'s str) -> Option<&'s str> {
        let rest = specifier.strip_prefix(&*self.find)?;
        let is_whole = rest.is_empty() || !self.exact && (rest.starts_with('/') || self.find.ends_with('/'));
        is_whole.then_some(rest)
    }
}

/// Nodes of one value that are looked at.
const VALUE_LIMIT: usize = 64;

impl Bundler {
    /// Reads a configuration file.
    pub fn read(config: &ConfigFile, sources: &Sources) -> Self {
        let mut bundler = Self { directory: config.directory().into(), aliases: Vec::new(), entries: Vec::new() };
        if let Some(language) = language_of(&config.path)
            && let Some(tree) = parse(language, config.text.as_bytes())
        {
            let fields = Fields::of(&tree.language());
            let source = Source::new(config.text.as_bytes(), &fields);
            let reader = Reader { source: &source, directory: config.directory(), sources };
            let mut cursor = tree.walk();
            loop {
                reader.visit(cursor.node(), &mut bundler);
                if cursor.goto_first_child() {
                    continue;
                }
                while !cursor.goto_next_sibling() {
                    if !cursor.goto_parent() {
                        bundler.add_framework(config, sources);
                        return bundler;
                    }
                }
            }
        }
        bundler
    }

    /// The names that frameworks give to places, which nobody writes down.
    fn add_framework(&mut self, config: &ConfigFile, sources: &Sources) {
        const FRAMEWORKS: &[(&str, &str, &str, Option<&str>)] = &[
            ("svelte", "$lib", "src/lib", None),
            ("svelte", "$app", "", Some("@sveltejs/kit")),
            ("svelte", "$env", "", Some("@sveltejs/kit")),
            ("nuxt", "~~", "", None),
            ("nuxt", "@@", "", None),
            ("nuxt", "~", "app", None),
            ("nuxt", "@", "app", None),
            ("nuxt", "~", "", None),
            ("nuxt", "@", "", None),
            ("nuxt", "#shared", "shared", None),
            ("nuxt", "#imports", "", Some("nuxt")),
            ("nuxt", "#components", "", Some("nuxt")),
            ("nuxt", "#app", "", Some("nuxt")),
            ("nuxt", "#build", "", Some("nuxt")),
            ("vue", "@", "src", None),
            ("docusaurus", "@site", "", None),
            ("docusaurus", "@theme", "src/theme", Some("@docusaurus/core")),
            ("docusaurus", "@theme-original", "src/theme", Some("@docusaurus/core")),
            ("docusaurus", "@docusaurus/BrowserOnly", "", Some("@docusaurus/core")),
            ("docusaurus", "@docusaurus/ExecutionEnvironment", "", Some("@docusaurus/core")),
            ("docusaurus", "@docusaurus/Head", "", Some("@docusaurus/core")),
            ("docusaurus", "@docusaurus/Link", "", Some("@docusaurus/core")),
            ("docusaurus", "@docusaurus/Translate", "", Some("@docusaurus/core")),
            ("docusaurus", "@docusaurus/router", "", Some("@docusaurus/core")),
            ("docusaurus", "@docusaurus/useBaseUrl", "", Some("@docusaurus/core")),
            ("docusaurus", "@docusaurus/useDocusaurusContext", "", Some("@docusaurus/core")),
            ("docusaurus", "@docusaurus/useGlobalData", "", Some("@docusaurus/core")),
            ("docusaurus", "@docusaurus/useIsBrowser", "", Some("@docusaurus/core")),
            ("docusaurus", "@generated", ".docusaurus", Some("@docusaurus/core")),
        ];
        let tool = config.file_name().split(".config").next().unwrap_or_default();
        for (_, find, place, package) in FRAMEWORKS.iter().filter(|(framework, ..)| *framework == tool) {
            let path = join(&self.directory, place).filter(|path| sources.is_directory(path));
            // A place that is the directory itself says nothing where the name belongs to a package.
            let path = path.filter(|_| package.is_none() || !place.is_empty());
            self.aliases.push(Alias { find: Name::from(*find), exact: false, path, package: package.map(Name::from) });
        }
    }
}

struct Reader<'a> {
    source: &'a Source<'a>,
    directory: &'a str,
    sources: &'a Sources,
}

impl Reader<'_> {
    fn visit(&self, node: Node<'_>, bundler: &mut Bundler) {
        match node.kind() {
            "pair" => {
                let (Some(key), Some(value)) = (self.key(node), node.child_by_field_name("value")) else { return };
                if key == "alias" {
                    self.alias_table(value, &mut bundler.aliases);
                } else if key == "moduleNameMapper" {
                    self.name_mapper(value, &mut bundler.aliases);
                } else if let Some(file) = self.file(value) {
                    bundler.entries.push(Entry { name: key, file, listed: false });
                }
            }
            // `config.resolve.alias = {…}`, `config.resolve.alias["@"] = …`
            "assignment_expression" => {
                let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right"))
                else {
                    return;
                };
                let of = |field| left.child_by_field_name(field);
                if left.kind() == "member_expression" && self.source.field(left, "property") == Some("alias") {
                    self.alias_table(right, &mut bundler.aliases);
                } else if left.kind() == "subscript_expression"
                    && of("object").is_some_and(|object| self.source.text(object).ends_with(".alias"))
                    && let Some(find) = of("index").and_then(|index| self.string(index))
                {
                    self.alias(&find, right, &mut bundler.aliases);
                }
            }
            "array" => self.entries(node, &mut bundler.entries),
            // `config.resolve.alias.set("@", …).set("~", …)`
            "call_expression" => {
                let (Some(function), Some(arguments)) =
                    (node.child_by_field_name("function"), node.child_by_field_name("arguments"))
                else {
                    return;
                };
                if self.source.field(function, "property") == Some("set")
                    && self.is_alias_chain(function)
                    && let (Some(find), Some(value)) = (arguments.named_child(0), arguments.named_child(1))
                    && let Some(find) = self.string(find)
                {
                    self.alias(&find, value, &mut bundler.aliases);
                }
            }
            _ => {}
        }
    }

    /// Whether the calls of `set` that `function` ends begin at a member called `alias`.
    fn is_alias_chain(&self, function: Node<'_>) -> bool {
        let mut at = function;
        for _ in 0..VALUE_LIMIT {
            let Some(object) = at.child_by_field_name("object") else { return false };
            match object.kind() {
                "member_expression" => return self.source.field(object, "property") == Some("alias"),
                "call_expression" => match object.child_by_field_name("function") {
                    Some(function) => at = function,
                    None => return false,
                },
                _ => return false,
            }
        }
        false
    }

    /// A list of entries. Bundlers keep their places below the directory that they have in common, or write all of them to
    /// one directory.
    fn entries(&self, list: Node<'_>, entries: &mut Vec<Entry>) {
        let mut cursor = list.walk();
        let elements = list.named_children(&mut cursor).filter(|element| element.kind() == "string");
        let listed: Vec<FileId> = elements.filter_map(|element| self.file(element)).collect();
        let stems: Vec<&str> =
            listed.iter().map(|file| files::without_extension(&self.sources.get(*file).path)).collect();
        let common = stems.iter().filter_map(|stem| parent(stem)).reduce(common_directory).unwrap_or_default();
        let mut flat: FxHashMap<&str, usize> = FxHashMap::default();
        for stem in &stems {
            *flat.entry(last(stem)).or_default() += 1;
        }
        for (file, stem) in listed.iter().zip(&stems) {
            let inside = below(stem, common).unwrap_or(stem);
            entries.push(Entry { name: Name::from(inside), file: *file, listed: true });
            if inside != last(stem) && flat[last(stem)] == 1 {
                entries.push(Entry { name: Name::from(last(stem)), file: *file, listed: true });
            }
        }
    }

    /// Jest's table of patterns. One that is a beginning and a rest is an alias.
    fn name_mapper(&self, table: Node<'_>, aliases: &mut Vec<Alias>) {
        let mut cursor = table.walk();
        for entry in table.named_children(&mut cursor).filter(|entry| entry.kind() == "pair") {
            let target = entry.child_by_field_name("value").and_then(|value| self.string(value));
            let (Some(pattern), Some(target)) = (self.key(entry), target) else { continue };
            let (pattern, target) = match (pattern.strip_suffix("(.*)$"), target.strip_suffix("$1")) {
                (Some(pattern), Some(target)) => (pattern.to_owned(), target),
                _ => (pattern.to_string(), &*target),
            };
            let Some(find) = pattern.strip_prefix('^').and_then(plain) else { continue };
            let Some(path) = target.strip_prefix("<rootDir>").map(|rest| rest.trim_matches('/')) else { continue };
            let path = join(self.directory, path).filter(|path| self.exists(path));
            let (find, exact) = find.strip_suffix('$').map_or((&*find, false), |find| (find, true));
            if path.is_some() && !find.is_empty() {
                aliases.push(Alias { find: Name::from(find), exact, path, package: None });
            }
        }
    }

    fn exists(&self, path: &str) -> bool {
        self.sources.is_directory(path) || files::source_of(self.sources, path).is_some()
    }

    fn alias_table(&self, table: Node<'_>, aliases: &mut Vec<Alias>) {
        let mut cursor = table.walk();
        for entry in table.named_children(&mut cursor) {
            match entry.kind() {
                "pair" => {
                    let (Some(find), Some(value)) = (self.key(entry), entry.child_by_field_name("value")) else {
                        continue;
                    };
                    self.alias(&find, value, aliases);
                }
                "object" => {
                    let find =
                        self.member(entry, "find").and_then(|find| self.string(find).or_else(|| self.regex(find)));
                    if let (Some(find), Some(value)) = (find, self.member(entry, "replacement")) {
                        self.alias(&find, value, aliases);
                    }
                }
                _ => {}
            }
        }
    }

    fn alias(&self, find: &str, value: Node<'_>, aliases: &mut Vec<Alias>) {
        let (find, exact) = find.strip_suffix('$').map_or((find, false), |find| (find, true));
        let path = self.place(value);
        let package = self.string(value).filter(|text| path.is_none() && !text.starts_with(['.', '/']));
        if !find.is_empty() && (path.is_some() || package.is_some()) {
            aliases.push(Alias { find: Name::from(find), exact, path, package });
        }
    }

    fn member<'t>(&self, object: Node<'t>, key: &str) -> Option<Node<'t>> {
        let mut cursor = object.walk();
        let mut pairs = object.named_children(&mut cursor).filter(|child| child.kind() == "pair");
        pairs.find(|pair| self.key(*pair).is_some_and(|name| name == key))?.child_by_field_name("value")
    }

    fn key(&self, pair: Node<'_>) -> Option<Name> {
        let key = pair.child_by_field_name("key")?;
        match key.kind() {
            "property_identifier" => Some(Name::from(self.source.text(key))),
            _ => self.string(key),
        }
    }

    fn string(&self, node: Node<'_>) -> Option<Name> {
        let text = self.source.text(node);
        (node.kind() == "string").then(|| text.get(1..text.len().checked_sub(1)?).map(Name::from)).flatten()
    }

    /// A pattern that is a plain beginning: `/^@\//` is `@/`.
    fn regex(&self, node: Node<'_>) -> Option<Name> {
        self.source.field(node, "pattern")?.strip_prefix('^').and_then(plain)
    }

    /// The place that a value names: all strings in it, taken together from the configuration's directory
    /// (`path.resolve(__dirname, "src")`, `new URL("./src", import.meta.url)`), if there is such a file or directory.
    fn place(&self, value: Node<'_>) -> Option<String> {
        let mut path = self.directory.to_owned();
        let mut has_anchor = false;
        let mut cursor = value.walk();
        for _ in 0..VALUE_LIMIT {
            let node = cursor.node();
            match node.kind() {
                "string_fragment" => {
                    path = join(&path, self.source.text(node).trim_start_matches('/'))?;
                    has_anchor = true;
                }
                "object" | "array" | "arrow_function" | "function_expression" => return None,
                "identifier" | "meta_property" => {
                    has_anchor |= matches!(self.source.text(node), "__dirname" | "import.meta");
                }
                _ => {}
            }
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                // The cursor cannot leave the value that it started from.
                if !cursor.goto_parent() {
                    return (has_anchor && self.exists(&path)).then_some(path);
                }
            }
        }
        None
    }

    fn file(&self, value: Node<'_>) -> Option<FileId> {
        let path = self.place(value)?;
        self.sources.file(&path).filter(|file| self.sources.get(*file).language.is_some())
    }
}

/// The text that a pattern matches, with its `$`, where it matches one only.
fn plain(pattern: &str) -> Option<Name> {
    let pattern = pattern.replace("\\/", "/");
    let (pattern, end) = pattern.strip_suffix('$').map_or((&*pattern, ""), |pattern| (pattern, "$"));
    let is_plain = !pattern.contains(['\\', '(', '[', '.', '*', '+', '?', '|', '{', '$']);
    is_plain.then(|| Name::from(format!("{pattern}{end}")))
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The directory that two directories lie in.
fn common_directory<'p>(a: &'p str, b: &'p str) -> &'p str {
    ancestors(a).find(|above| above.is_empty() || *above == b || below(b, above).is_some()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::resolve::SourceFile;

    fn read(text: &str) -> Bundler {
        let file = |path: &str| SourceFile {
            path: path.into(),
            language: language_of(path),
            facts: None,
            bytes: 0,
            mark: None,
            test: false,
        };
        let sources = Sources::new(vec![file("app/src/index.ts"), file("app/src/inner.ts")], Default::default());
        Bundler::read(&ConfigFile { path: "app/vite.config.ts".into(), text: text.into() }, &sources)
    }

    #[test]
    fn aliases_in_every_spelling() {
        let bundler = read(
            r#"export default { resolve: { alias: [
                { find: "@", replacement: path.resolve(__dirname, "src") },
                { find: /^~\//, replacement: fileURLToPath(new URL("./src", import.meta.url)) + "/" },
            ] } };
            config.resolve.alias["lib$"] = `${__dirname}/src/index.ts`;
            config.resolve.alias = { react: "preact/compat", gone: "./nowhere" };"#,
        );
        let seen: Vec<_> =
            bundler.aliases.iter().map(|a| (&*a.find, a.exact, a.path.as_deref(), a.package.as_deref())).collect();
        assert_eq!(
            seen,
            [
                ("@", false, Some("app/src"), None),
                ("~/", false, Some("app/src"), None),
                ("lib", true, Some("app/src/index.ts"), None),
                ("react", false, None, Some("preact/compat")),
            ]
        );
    }

    #[test]
    fn entries_name_their_sources() {
        let bundler = read(
            r#"export default { input: { main: path.join(__dirname, "src/inner.ts") }, entry: ["src/index.ts"] };"#,
        );
        let names: Vec<_> = bundler.entries.iter().map(|entry| &*entry.name).collect();
        assert_eq!(names, ["main", "index"]);
    }
}
