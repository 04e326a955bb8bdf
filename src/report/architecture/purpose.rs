//! What a part of the project says that it is for.

use crate::analysis::Location;
use crate::graph::{NodeId, NodeKind};
use crate::report::about::unmarked;
use crate::report::{Input, Statement, Text};

/// Files whose documentation is that of the directory around them, the surest first.
const ROOTS: &[&str] = &[
    "src/lib.rs",
    "src/main.rs",
    "lib.rs",
    "main.rs",
    "mod.rs",
    "__init__.py",
    "package-info.java",
    "doc.go",
    "index.ts",
    "index.js",
    "src/index.ts",
    "src/index.js",
    "main.go",
    "app.py",
    "main.py",
    "server.js",
    "index.php",
];

/// What a directory says of itself: in its README or its manifest, else in the documentation of its first file.
pub fn of_directory(input: &Input<'_>, node: NodeId) -> Option<Statement> {
    let path = &input.snapshot.node(node).path;
    if let Some(quote) = input.quotes.iter().find(|quote| *quote.directory == **path) {
        return Some(Statement::new(quote.text.as_str()).by([&quote.place]));
    }
    documented(input, node)
}

/// The documentation of a directory's own file, else that of the only one that has any.
pub fn documented(input: &Input<'_>, node: NodeId) -> Option<Statement> {
    let snapshot = input.snapshot;
    let path = &snapshot.node(node).path;
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
    let beside = format!("{path}.rs");
    let known = ROOTS.iter().map(|name| below(name)).chain([beside]).find_map(|path| doc(input, snapshot.find(&path)?));
    known.or_else(|| {
        let files = snapshot.children(node).filter(|id| snapshot.node(*id).kind == NodeKind::File);
        let documented: Vec<Statement> =
            files.filter(|id| !snapshot.node(*id).test).filter_map(|id| doc(input, id)).collect();
        match documented.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    })
}

/// The first line of a file's documentation.
fn doc(input: &Input<'_>, file: NodeId) -> Option<Statement> {
    let node = input.snapshot.node(file);
    let facts = input.snapshot.sources.facts(node.file?)?;
    let doc = facts.doc.as_deref().filter(|doc| doc.split_whitespace().count() >= 2 && !is_notice(doc))?;
    Some(Statement::new(Text::from(unmarked(doc))).by([Location { path: node.path.clone(), line: Some(1) }]))
}

/// Whether a comment at the top of a file is about rights in it.
fn is_notice(doc: &str) -> bool {
    let doc = doc.to_ascii_lowercase();
    ["copyright", "license", "licence", "spdx", "all rights"].iter().any(|word| doc.contains(word))
}
