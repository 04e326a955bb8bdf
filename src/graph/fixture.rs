//! Small graphs for tests, without parsers.

use std::sync::Arc;

use crate::facts::Span;
use crate::graph::{self, NodeId, Snapshot};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, SourceFile, Sources, Target};

/// A snapshot from `"from to"` lines. A third word `type`, `mod` or `test` makes the edge one of that sort; a line with
/// one word is a file without edges.
pub fn graph(lines: &[&str]) -> Snapshot {
    let mut paths: Vec<&str> = lines.iter().flat_map(|line| line.split(' ').take(2)).collect();
    paths.sort_unstable();
    paths.dedup();
    let files = paths
        .iter()
        .map(|path| SourceFile {
            path: (*path).into(),
            language: None,
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
        let (from, to) = (sources.file(from).expect("a file"), sources.file(to).expect("a file"));
        dependencies[from.index()].push(Dependency {
            target: Target::File(to),
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
    graph::build("fixture", sources, &dependencies)
}

/// The node at a path.
pub fn at(snapshot: &Snapshot, path: &str) -> NodeId {
    snapshot.find(path).expect("a node at the path")
}
