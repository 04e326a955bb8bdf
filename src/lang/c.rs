//! C, C++ and Objective-C.
//!
//! One family, since they include each other's headers. What a file includes is read from its text ([`scan`]), what it
//! defines from its syntax tree; [`includes`] finds the files. [`Import::path`] keeps the delimiters, because they decide
//! where the search begins: `"a.h"`, `<a.h>`, a bare word for a macro or a module.

mod includes;
mod macros;
mod scan;
mod standard;

use std::sync::OnceLock;

use rustc_hash::FxHashSet;
use tree_sitter::Node;

use super::extract::{Hooks, Source};
use super::{Family, Language};
use crate::facts::{DefinitionId, DefinitionKind, FileFacts, Import, ImportKind, Visibility};
use crate::project::Ecosystem;

static FAMILY: Family = Family { name: "c", ecosystem: Some(Ecosystem::Native), resolve: includes::resolve };

const HOOKS: Hooks = Hooks { import, visibility, is_test, finish, prepare: macros::blanked, ..Hooks::NONE };

/// C.
pub static C: Language = Language {
    name: "c",
    label: "C",
    extensions: &["c"],
    grammar: tree_sitter_c::LANGUAGE,
    query: include_str!("../../assets/queries/c.scm"),
    hooks: HOOKS,
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

/// Headers that C, C++ and Objective-C share; [`dialect`] picks the grammar.
pub static HEADER: Language = Language {
    name: "c-header",
    label: "C/C++ header",
    extensions: &["h"],
    grammar: tree_sitter_c::LANGUAGE,
    query: include_str!("../../assets/queries/c.scm"),
    hooks: Hooks { dialect: Some(dialect), ..HOOKS },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

/// C++.
pub static CPP: Language = Language {
    name: "cpp",
    label: "C++",
    extensions: &[
        "cc", "cpp", "cxx", "c++", "hpp", "hh", "hxx", "h++", "ipp", "ixx", "inl", "tpp", "tcc", "txx", "cppm", "ccm",
        "cxxm", "cu", "cuh", "ino",
    ],
    grammar: tree_sitter_cpp::LANGUAGE,
    query: include_str!("../../assets/queries/cpp.scm"),
    hooks: HOOKS,
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

/// Objective-C and Objective-C++.
pub static OBJC: Language = Language {
    name: "objective-c",
    label: "Objective-C",
    extensions: &["m", "mm"],
    grammar: tree_sitter_objc::LANGUAGE,
    query: include_str!("../../assets/queries/objc.scm"),
    hooks: HOOKS,
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

/// The language whose grammar reads a file of the [`HEADER`] language: by the first line that only one of the three
/// could have. A header that compiles as all of them is read as C.
fn dialect(bytes: &[u8]) -> &'static Language {
    let starts = |line: &[u8], words: &[&[u8]]| words.iter().any(|word| line.starts_with(word));
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii_start();
        match line.first() {
            Some(b'@') if starts(line, &[b"@interface", b"@protocol", b"@class", b"@import"]) => return &OBJC,
            Some(b'#') => {
                let directive = line[1..].trim_ascii_start();
                if directive.starts_with(b"import") {
                    return &OBJC;
                }
                if directive.strip_prefix(b"include").is_some_and(is_cpp_header) {
                    return &CPP;
                }
            }
            Some(b'a'..=b'z') if starts(line, CPP_LINES) => return &CPP,
            _ => {}
        }
    }
    &C
}

/// How lines begin that C does not have.
const CPP_LINES: &[&[u8]] = &[
    b"class ",
    b"namespace ",
    b"inline namespace",
    b"template ",
    b"template<",
    b"using ",
    b"public:",
    b"private:",
    b"protected:",
    b"virtual ",
    b"constexpr ",
    b"friend ",
    b"explicit ",
    b"enum class ",
    b"extern \"C++\"",
];

/// Whether ` <vector>` follows: the standard headers of C++ have no extension.
fn is_cpp_header(rest: &[u8]) -> bool {
    let Some(name) = rest.trim_ascii().strip_prefix(b"<") else { return false };
    let Some(end) = name.iter().position(|byte| *byte == b'>') else { return false };
    std::str::from_utf8(&name[..end]).is_ok_and(standard::is_cpp)
}

/// Called with the root, whose text is read as lines. In a file that is one error, the root is an ERROR node; other
/// ERROR nodes do not reach from the first word to the end.
fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    if node.end_byte() != source.bytes.len() || !imports.is_empty() {
        return;
    }
    let before = &source.bytes[..node.start_byte()];
    let before = before.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(before);
    if before.iter().all(|byte| byte.is_ascii_whitespace()) {
        imports.extend(scan::scan(source.bytes));
    }
}

/// `static` at file level keeps a name in its file.
fn visibility(source: &Source<'_>, node: Node<'_>, _name: &str) -> Visibility {
    let mut cursor = node.walk();
    let is_static = matches!(node.kind(), "function_definition" | "declaration")
        && node
            .children(&mut cursor)
            .any(|child| child.kind() == "storage_class_specifier" && source.text(child) == "static");
    if is_static { Visibility::Private } else { Visibility::Public }
}

fn is_test(_source: &Source<'_>, _node: Node<'_>) -> bool {
    false
}

/// Takes the file's own module declaration from the imports.
fn finish(facts: &mut FileFacts) {
    if let Some(at) = facts.imports.iter().position(|import| import.kind == ImportKind::Module) {
        facts.namespace = Some(facts.imports.remove(at).path);
    }
    tidy(facts);
}

/// Drops what only looks like a definition.
fn tidy(facts: &mut FileFacts) {
    let kind_of = |id: DefinitionId| facts.definitions[id as usize].kind;
    let mut dropped: FxHashSet<usize> = FxHashSet::default();
    for (index, definition) in facts.definitions.iter().enumerate() {
        let Some(parent) = definition.parent else { continue };
        // `Widget w(x);` in a body reads as a prototype.
        if definition.kind == DefinitionKind::Function
            && matches!(kind_of(parent), DefinitionKind::Function | DefinitionKind::Method)
        {
            dropped.insert(index);
        }
        // `typedef struct Node { … } Node;` declares one thing.
        let enclosing = &facts.definitions[parent as usize];
        if enclosing.kind == DefinitionKind::Type && enclosing.name == definition.name {
            dropped.insert(parent as usize);
        }
    }
    if dropped.is_empty() {
        return;
    }
    // A parent stands before its children, so its new place is known when they are met.
    let mut places: Vec<Option<DefinitionId>> = Vec::with_capacity(facts.definitions.len());
    let mut kept = Vec::with_capacity(facts.definitions.len());
    for (index, mut definition) in std::mem::take(&mut facts.definitions).into_iter().enumerate() {
        definition.parent = definition.parent.and_then(|parent| places[parent as usize]);
        if dropped.contains(&index) {
            places.push(definition.parent);
        } else {
            places.push(Some(kept.len() as DefinitionId));
            kept.push(definition);
        }
    }
    facts.definitions = kept;
    let place = |within: Option<DefinitionId>| within.and_then(|id| places[id as usize]);
    facts.imports.iter_mut().for_each(|import| import.within = place(import.within));
    facts.references.iter_mut().for_each(|reference| reference.within = place(reference.within));
}

fn is_test_path(path: &str) -> bool {
    if super::has_directory(path, &["test", "tests", "unittests", "unit_tests", "testing", "gtest"]) {
        return true;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    stem.starts_with("test_")
        || ["_test", "_tests", "_unittest", "-test", "Test", "Tests"].iter().any(|end| stem.ends_with(end))
}
