//! What bundlers' configuration files say in literals. They are programs; nothing is run, so only what is written out
//! is known: `alias` tables and the names of entries.

use tree_sitter::Node;

use super::files;
use crate::facts::Name;
use crate::lang::extract::{Source, parse};
use crate::lang::language_of;
use crate::lang::resolve::{FileId, Sources};
use crate::project::ConfigFile;
use crate::project::npm::path::join;

/// One configuration file.
pub struct Bundler {
    /// The directory that holds it: the files below are what it is about.
    pub directory: Box<str>,
    /// In the order of the text, those of the framework last.
    pub aliases: Vec<Alias>,
    /// The names of outputs with the sources that they are built from.
    pub entries: Vec<(Name, FileId)>,
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
            let source = Source::new(config.text.as_bytes());
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
            ("docusaurus", "@site", "", None),
            ("docusaurus", "@theme", "src/theme", Some("@docusaurus/core")),
            ("docusaurus", "@theme-original", "src/theme", Some("@docusaurus/core")),
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
                } else if let Some(file) = self.file(value) {
                    bundler.entries.push((key, file));
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
            "array" => {
                let mut cursor = node.walk();
                for element in node.named_children(&mut cursor).filter(|element| element.kind() == "string") {
                    let Some(file) = self.file(element) else { continue };
                    let path = &self.sources.get(file).path;
                    let name = path.rsplit('/').next().unwrap_or(path);
                    bundler.entries.push((Name::from(files::without_extension(name)), file));
                }
            }
            _ => {}
        }
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
        let pattern = self.source.field(node, "pattern")?.strip_prefix('^')?.replace("\\/", "/");
        let (pattern, end) = pattern.strip_suffix('$').map_or((&*pattern, ""), |pattern| (pattern, "$"));
        let is_plain = !pattern.contains(['\\', '(', '[', '.', '*', '+', '?', '|', '{']);
        is_plain.then(|| Name::from(format!("{pattern}{end}")))
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
                    let exists = self.sources.is_directory(&path) || files::source_of(self.sources, &path).is_some();
                    return (has_anchor && exists).then_some(path);
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
        let names: Vec<_> = bundler.entries.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["main", "index"]);
    }
}
