//! Small graphs for tests, without parsers.

use std::sync::Arc;

use crate::facts::Span;
use crate::graph::{self, NodeId, Snapshot};
use crate::lang::language_of;
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, External, Resolved, SourceFile, Sources, Target};
use crate::project::Ecosystem;

/// A snapshot from `"from to"` lines. A third word `type`, `mod` or `test` makes the edge one of that sort; a line with
/// one word is a file without edges. A target `npm:react` is a package from elsewhere, `npm:node` one that comes with the
/// language, and `a/` a directory as one unit.
pub fn graph(lines: &[&str]) -> Snapshot {
    let is_file = |word: &&str| !word.contains(':') && !word.ends_with('/');
    let mut paths: Vec<&str> = lines.iter().flat_map(|line| line.split(' ').take(2)).filter(is_file).collect();
    paths.sort_unstable();
    paths.dedup();
    let files = paths
        .iter()
        .map(|path| SourceFile {
            path: (*path).into(),
            language: language_of(path),
            facts: None,
            bytes: 0,
            mark: None,
            test: path.contains("test"),
        })
        .collect();
    let sources = Arc::new(Sources::new(files, Arc::default()));
    let mut dependencies = vec![Vec::new(); paths.len()];
    for (statement, line) in lines.iter().enumerate() {
        let mut words = line.split(' ');
        let (Some(from), Some(to)) = (words.next(), words.next()) else { continue };
        let word = words.next();
        let from = sources.file(from).expect("a file");
        dependencies[from.index()].push(Dependency {
            target: target(&sources, to),
            kind: match word {
                Some("type") => DependencyKind::TypeOnly,
                Some("mod") => DependencyKind::Module,
                _ => DependencyKind::Import,
            },
            certainty: Certainty::Resolved,
            span: Span { start: statement as u32, end: statement as u32 + 1, line: statement as u32 + 1 },
            statement: statement as u32,
            test: word == Some("test"),
            from_symbol: None,
            to_symbol: None,
        });
    }
    graph::build("fixture", sources, &Resolved { dependencies, ..Resolved::default() })
}

fn target(sources: &Sources, word: &str) -> Target {
    if let Some(name) = word.strip_prefix("npm:") {
        return Target::External(External { ecosystem: Ecosystem::Npm, name: name.into(), standard: name == "node" });
    }
    match word.strip_suffix('/') {
        Some(directory) => Target::Directory(directory.into()),
        None => Target::File(sources.file(word).expect("a file")),
    }
}

/// The node at a path.
pub fn at(snapshot: &Snapshot, path: &str) -> NodeId {
    snapshot.find(path).expect("a node at the path")
}
