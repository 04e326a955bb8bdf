//! OCaml projects: `dune`, `dune-project`, `*.opam`.

use super::terms::{self, Term};
use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Project};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// The libraries and executables of all dune files.
    pub stanzas: Vec<Stanza>,
}

/// A library, or some executables or tests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stanza {
    /// The dune file's directory.
    pub directory: Box<str>,
    /// Whether others can use it.
    pub is_library: bool,
    /// Of a library.
    pub name: Option<Name>,
    /// Of a library, as `libraries` fields may call it.
    pub public_name: Option<Name>,
    /// Whether its modules are seen only through one that is named like the library.
    pub wrapped: bool,
    /// The libraries it asks for, as written.
    pub libraries: Vec<Name>,
    /// What the compiler opens for each file.
    pub opens: Vec<Name>,
    /// The modules it is limited to, as written; `:standard`, `\` and what follows it say that it is all but some.
    pub modules: Option<Vec<Name>>,
    /// Whether the files of the directories below are its own.
    pub subdirectories: bool,
}

impl Stanza {
    /// Whether its `modules` field says that a module is its own; none where it does not say.
    pub fn lists(&self, module: &str) -> Option<bool> {
        let modules = self.modules.as_ref()?;
        let same = |name: &&Name| name.eq_ignore_ascii_case(module);
        let (listed, excepted) = match modules.iter().position(|name| name == "\\") {
            Some(at) => (&modules[..at], &modules[at + 1..]),
            None => (modules.as_slice(), &[][..]),
        };
        if excepted.iter().any(|name| same(&name)) {
            return Some(false);
        }
        if listed.is_empty() || listed.iter().any(|name| name.starts_with(':')) {
            return None;
        }
        Some(listed.iter().any(|name| same(&name)))
    }
}

/// The modules that come with the language: the first part of a path. Sorted.
pub const STANDARD: &[&str] = &[
    "Arg",
    "Array",
    "ArrayLabels",
    "Atomic",
    "Bigarray",
    "Bool",
    "Buffer",
    "Bytes",
    "BytesLabels",
    "Callback",
    "Char",
    "Complex",
    "Condition",
    "Digest",
    "Domain",
    "Dynarray",
    "Dynlink",
    "Effect",
    "Either",
    "Ephemeron",
    "Event",
    "Filename",
    "Float",
    "Format",
    "Fun",
    "Gc",
    "Genlex",
    "Hashtbl",
    "In_channel",
    "Int",
    "Int32",
    "Int64",
    "Lazy",
    "Lexing",
    "List",
    "ListLabels",
    "Map",
    "Marshal",
    "MoreLabels",
    "Mutex",
    "Nativeint",
    "Obj",
    "Oo",
    "Option",
    "Out_channel",
    "Parsing",
    "Pervasives",
    "Printexc",
    "Printf",
    "Queue",
    "Random",
    "Result",
    "Scanf",
    "Semaphore",
    "Seq",
    "Set",
    "Stack",
    "StdLabels",
    "Stdlib",
    "Str",
    "Stream",
    "String",
    "StringLabels",
    "Sys",
    "Thread",
    "Type",
    "Uchar",
    "Unit",
    "Unix",
    "UnixLabels",
    "Weak",
];

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "dune" | "dune-project" | "opam") || file_name.ends_with(".opam")
}

/// The packages of the libraries that dune files ask for.
pub fn libraries(project: &Project) -> impl Iterator<Item = &str> {
    let named = project.opam.stanzas.iter().flat_map(|stanza| &stanza.libraries);
    named.map(|name| name.split('.').next().unwrap_or(name))
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    for config in configs {
        match config.file_name() {
            "dune" => dune(config, project),
            "dune-project" => {
                for term in terms::parse(&config.text, &terms::LISP) {
                    if let Some(fields) = term.field("package") {
                        package(config, fields, project);
                    }
                }
            }
            name if name == "opam" || name.ends_with(".opam") => opam(config, project),
            _ => {}
        }
    }
}

fn dune(config: &ConfigFile, project: &mut Project) {
    let terms = terms::parse(&config.text, &terms::LISP);
    let subdirectories = terms
        .iter()
        .filter_map(|term| term.field("include_subdirs"))
        .any(|mode| mode.first().and_then(Term::text).is_some_and(|mode| mode != "no"));
    for term in &terms {
        let kind = term.elements().first().and_then(Term::text).unwrap_or_default();
        let is_library = kind == "library";
        if !is_library && !matches!(kind, "executable" | "executables" | "test" | "tests") {
            continue;
        }
        let field = |key: &str| term.elements().iter().find_map(|element| element.field(key));
        let word = |key: &str| field(key).and_then(|words| words.first()).and_then(Term::text);
        let words = |key: &str| {
            let mut words = Vec::new();
            field(key).into_iter().flatten().for_each(|element| flatten(element, &mut words));
            words
        };
        let public_name = word("public_name").map(Name::from);
        let by_public = || public_name.as_ref().map(|name| name.replace(['-', '.'], "_").into());
        let flags = ["flags", "ocamlopt_flags", "ocamlc_flags"].into_iter().flat_map(words).collect::<Vec<_>>();
        let opens = flags.windows(2).filter(|pair| pair[0] == "-open").map(|pair| pair[1].clone()).collect();
        project.opam.stanzas.push(Stanza {
            directory: config.directory().into(),
            is_library,
            name: if is_library { word("name").map(Name::from).or_else(by_public) } else { None },
            public_name: public_name.filter(|_| is_library),
            wrapped: is_library && word("wrapped") != Some("false"),
            libraries: words("libraries"),
            opens,
            modules: field("modules").map(|_| words("modules")),
            subdirectories,
        });
    }
}

/// The words of a term and of those within it.
fn flatten(term: &Term<'_>, words: &mut Vec<Name>) {
    match term.text() {
        Some(text) => words.push(text.into()),
        None => term.elements().iter().for_each(|element| flatten(element, words)),
    }
}

fn declared(name: &str, requirement: Option<Name>, scope: DeclaredScope, line: u32) -> Option<Declared> {
    let is_package = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name != "ocaml";
    is_package.then(|| Declared { name: name.into(), requirement, locked: None, scope, file: None, line })
}

/// `(package (name x) (depends a (b (>= 1.0)) (c :with-test)))`.
fn package(config: &ConfigFile, fields: &[Term<'_>], project: &mut Project) {
    let field = |key: &str| fields.iter().find_map(|field| field.field(key));
    let Some(name) = field("name").and_then(|words| words.first()).and_then(Term::text) else { return };
    let mut dependencies = Vec::new();
    for entry in field("depends").into_iter().flatten() {
        let name = entry.text().or_else(|| entry.elements().first().and_then(Term::text)).unwrap_or_default();
        let mut words = Vec::new();
        entry.elements().iter().skip(1).for_each(|term| flatten(term, &mut words));
        let is_test = words.iter().any(|word| matches!(word.as_str(), ":with-test" | ":with-doc" | ":with-dev-setup"));
        let scope = if is_test { DeclaredScope::Development } else { DeclaredScope::Runtime };
        let requirement = words.iter().find(|word| word.starts_with(|c: char| c.is_ascii_digit())).cloned();
        dependencies.extend(declared(name, requirement, scope, entry.line()));
    }
    add(config, name, dependencies, project);
}

/// `depends: [ "a" {>= "1.0"} "b" {with-test} ]`.
fn opam(config: &ConfigFile, project: &mut Project) {
    let name = config.file_name().strip_suffix(".opam").unwrap_or_else(|| {
        let directory = config.directory();
        directory.rsplit('/').next().unwrap_or(directory)
    });
    let terms = terms::parse(&config.text, &terms::OPAM);
    let depends = terms.iter().position(|term| term.text() == Some("depends:")).and_then(|at| terms.get(at + 1));
    let mut dependencies: Vec<Declared> = Vec::new();
    for entry in depends.map_or(&[][..], Term::elements) {
        match (entry.text(), dependencies.last_mut()) {
            (Some(name), _) => {
                dependencies.extend(declared(name, None, DeclaredScope::Runtime, entry.line()));
            }
            (None, Some(last)) => {
                if entry.texts().any(|word| matches!(word, "with-test" | "with-doc")) {
                    last.scope = DeclaredScope::Development;
                }
                let version = entry.texts().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
                last.requirement = version.map(Into::into);
            }
            _ => {}
        }
    }
    add(config, name, dependencies, project);
}

fn add(config: &ConfigFile, name: &str, dependencies: Vec<Declared>, project: &mut Project) {
    // dune writes the `.opam` files of the packages that `dune-project` describes.
    let known = project.packages.iter().any(|package| package.ecosystem == Ecosystem::Opam && package.name == name);
    if !known {
        project.packages.push(Package {
            ecosystem: Ecosystem::Opam,
            name: name.into(),
            version: None,
            directory: config.directory().into(),
            manifest: config.path.clone(),
            dependencies,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dune_and_opam_files() {
        assert!(STANDARD.is_sorted());
        let config = |path: &str, text: &str| ConfigFile { path: path.into(), text: text.into() };
        let project = Project::read(&[
            config("shop.opam", "depends: [\n  \"dune\" {>= \"3.0\"}\n  \"lwt\"\n  \"alcotest\" {with-test}\n]\n"),
            config(
                "src/dune",
                "(library\n (name shop)\n (public_name shop.core)\n (flags (:standard -open Base))\n (libraries lwt str)\n \
                 (modules :standard \\ main))\n(executable (name main) (modules main))",
            ),
        ]);
        let names: Vec<_> = project.packages[0].dependencies.iter().map(|d| (d.name.as_str(), d.scope)).collect();
        let expected = [
            ("dune", DeclaredScope::Runtime),
            ("lwt", DeclaredScope::Runtime),
            ("alcotest", DeclaredScope::Development),
        ];
        assert_eq!(names, expected);
        let [library, executable] = project.opam.stanzas.as_slice() else { panic!("{:?}", project.opam) };
        assert!(library.wrapped && library.opens == ["Base"] && library.libraries == ["lwt", "str"]);
        assert_eq!((library.lists("Main"), library.lists("Other")), (Some(false), None));
        assert_eq!((executable.lists("Main"), executable.lists("Other")), (Some(true), Some(false)));
    }
}
