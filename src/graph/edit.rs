//! Changed copies of a snapshot: files elsewhere, files put together, dependencies taken away. In the graph only.
//!
//! A copy is built by the same [`build`](super::build) as every snapshot, from sources and dependencies that are taken
//! back out of the original, so that whatever reads snapshots reads it. What a file means to others is not resolved
//! again: a file that moves keeps its dependencies, as it does when who moves it also mends the lines that name it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Edge, EdgeId, Evidence, NodeKind, Snapshot, build};
use crate::facts::{DefinitionId, FileFacts, Span};
use crate::lang::resolve::{Certainty, Dependency, External, FileId, Resolved, SourceFile, Sources, Target};
use crate::lang::symbols::SymbolUse;
use crate::project::Project;

/// What is to be different.
pub struct Edit<'a> {
    /// For each file its path in the copy. Files of the same path are put together: the one that was there before comes
    /// first, then the others in their order, as if each had been appended.
    pub paths: &'a [Arc<str>],
    /// Where a directory lies in the copy.
    pub directory: &'a dyn Fn(&str) -> String,
    /// Dependencies that are not in the copy.
    pub dropped: &'a FxHashSet<EdgeId>,
}

/// Where the lines of a copy's files really are.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// For each path that is not what it was: the files that it is made of, each with the lines before it.
    parts: BTreeMap<Arc<str>, Vec<(u32, Arc<str>)>>,
    /// The other way round: the path in the copy, and the lines before the file there.
    places: BTreeMap<Arc<str>, (Arc<str>, u32)>,
}

impl Origins {
    /// The real file and line of a line in the copy.
    pub fn real(&self, path: &Arc<str>, line: u32) -> (Arc<str>, u32) {
        let Some(parts) = self.parts.get(path) else { return (path.clone(), line) };
        let part = parts.iter().rev().find(|(before, _)| *before < line.max(1)).or_else(|| parts.first());
        part.map_or_else(|| (path.clone(), line), |(before, real)| (real.clone(), line.saturating_sub(*before)))
    }

    /// Where a line of a real file is in the copy.
    pub fn place(&self, path: &Arc<str>, line: u32) -> (Arc<str>, u32) {
        match self.places.get(path) {
            Some((path, before)) => (path.clone(), line + before),
            None => (path.clone(), line),
        }
    }
}

/// Makes the copy.
pub fn edited(snapshot: &Snapshot, edit: &Edit<'_>) -> (Snapshot, Origins) {
    let merged = Merged::new(snapshot, edit.paths);
    let sources = Arc::new(merged.sources(edit));
    let copy = Copy { snapshot, edit, merged: &merged, sources: &sources };
    let resolved = Resolved { dependencies: copy.dependencies(), symbols: copy.symbols() };
    let origins = merged.origins();
    let name = &snapshot.node(super::NodeId::ROOT).name;
    (build(name, sources.clone(), &resolved), origins)
}

/// Where a file of the original is in the copy.
struct Part {
    path: Arc<str>,
    lines_before: u32,
    bytes_before: u32,
    definitions_before: DefinitionId,
}

/// The files of the copy, each made of one or more of the original.
struct Merged<'a> {
    original: &'a Sources,
    /// In the order of their text.
    files: BTreeMap<&'a Arc<str>, Vec<FileId>>,
    /// For each file of the original.
    parts: Vec<Part>,
}

impl<'a> Merged<'a> {
    fn new(snapshot: &'a Snapshot, paths: &'a [Arc<str>]) -> Self {
        let original = &*snapshot.sources;
        let mut files: BTreeMap<&Arc<str>, Vec<FileId>> = BTreeMap::new();
        for (path, id) in paths.iter().zip(0..) {
            files.entry(path).or_default().push(FileId(id));
        }
        let mut parts: Vec<Part> = paths
            .iter()
            .map(|path| Part { path: path.clone(), lines_before: 0, bytes_before: 0, definitions_before: 0 })
            .collect();
        for (path, members) in &mut files {
            members.sort_by_key(|id| (original.get(*id).path != **path, *id));
            let (mut lines, mut bytes, mut definitions) = (0, 0, 0);
            for id in members {
                let part = &mut parts[id.index()];
                (part.lines_before, part.bytes_before, part.definitions_before) = (lines, bytes, definitions);
                let file = original.get(*id);
                let facts = file.facts.as_deref();
                lines += facts.map_or(0, |facts| facts.lines);
                bytes += u32::try_from(file.bytes).unwrap_or(u32::MAX - bytes);
                definitions += facts.map_or(0, |facts| facts.definitions.len() as DefinitionId);
            }
        }
        Self { original, files, parts }
    }

    fn sources(&self, edit: &Edit<'_>) -> Sources {
        let files = self.files.iter().map(|(path, members)| self.file(path, members)).collect();
        Sources::new(files, project(&self.original.project, edit.directory))
    }

    fn file(&self, path: &Arc<str>, members: &[FileId]) -> SourceFile {
        let first = self.original.get(members[0]);
        let others = members[1..].iter().map(|id| self.original.get(*id));
        let mut file = first.clone();
        if *path != first.path {
            file.test = file.language.is_some_and(|language| (language.is_test_path)(path));
        }
        file.path = path.clone();
        file.bytes += others.clone().map(|other| other.bytes).sum::<u64>();
        if others.clone().any(|other| other.facts.is_some()) {
            let mut facts = first.facts.as_deref().cloned().unwrap_or_default();
            for (id, other) in members[1..].iter().zip(others) {
                if let Some(other) = &other.facts {
                    self.append(&mut facts, other, &self.parts[id.index()]);
                }
            }
            file.facts = Some(Arc::new(facts));
        }
        file
    }

    /// Adds what readers of the graph ask of a file's facts; what resolvers ask is not needed any more.
    fn append(&self, facts: &mut FileFacts, other: &FileFacts, part: &Part) {
        facts.lines += other.lines;
        facts.parse_errors += other.parse_errors;
        facts.definitions.extend(other.definitions.iter().cloned().map(|mut definition| {
            definition.parent = definition.parent.map(|parent| parent + part.definitions_before);
            definition.span = part.shift(definition.span);
            definition.name_span = part.shift(definition.name_span);
            definition
        }));
    }

    fn origins(&self) -> Origins {
        let mut origins = Origins::default();
        for (path, members) in &self.files {
            let real = |id: &FileId| &self.original.get(*id).path;
            if members.len() == 1 && real(&members[0]) == *path {
                continue;
            }
            for id in members {
                let before = self.parts[id.index()].lines_before;
                origins.parts.entry((*path).clone()).or_default().push((before, real(id).clone()));
                origins.places.insert(real(id).clone(), ((*path).clone(), before));
            }
        }
        origins
    }
}

impl Part {
    fn shift(&self, span: Span) -> Span {
        Span {
            start: span.start.saturating_add(self.bytes_before),
            end: span.end.saturating_add(self.bytes_before),
            line: span.line.saturating_add(self.lines_before),
        }
    }
}

/// The project with its packages where their directories are.
fn project(original: &Arc<Project>, directory: &dyn Fn(&str) -> String) -> Arc<Project> {
    let moved = |path: &str| directory(path) != path;
    if !original.packages.iter().any(|package| moved(&package.directory)) {
        return original.clone();
    }
    let mut project = Project::clone(original);
    for package in &mut project.packages {
        let place = directory(&package.directory);
        let file = package.manifest.rsplit('/').next().unwrap_or(&package.manifest);
        package.manifest = if place.is_empty() { file.into() } else { format!("{place}/{file}").into() };
        package.directory = place.into();
    }
    project.packages.sort_by(|a, b| (&a.directory, a.ecosystem).cmp(&(&b.directory, b.ecosystem)));
    Arc::new(project)
}

struct Copy<'a> {
    snapshot: &'a Snapshot,
    edit: &'a Edit<'a>,
    merged: &'a Merged<'a>,
    sources: &'a Sources,
}

impl Copy<'_> {
    /// A file of the original in the copy.
    fn file(&self, id: FileId) -> FileId {
        // Every path of the edit is a file of the copy.
        self.sources.file(&self.merged.parts[id.index()].path).unwrap_or(FileId(0))
    }

    fn dependencies(&self) -> Vec<Vec<Dependency>> {
        let mut dependencies = vec![Vec::new(); self.sources.files.len()];
        for (_, edge) in self.snapshot.edges().filter(|(id, _)| !self.edit.dropped.contains(id)) {
            let Some(from) = self.snapshot.node(edge.from).file else { continue };
            let Some(target) = self.target(edge) else { continue };
            if target == Target::File(self.file(from)) {
                continue;
            }
            // Only the number of different statements is known of an edge.
            let last = edge.weight.saturating_sub(1);
            for (number, evidence) in (0..).zip(self.snapshot.evidence(edge)) {
                let statement = edge.evidence.start + last.min(number);
                let dependency = self.dependency(from, edge, evidence, target.clone(), statement);
                dependencies[self.file(from).index()].push(dependency);
            }
        }
        for import in self.snapshot.unresolved() {
            let Some(from) = self.snapshot.node(import.from).file else { continue };
            dependencies[self.file(from).index()].push(Dependency {
                target: Target::Unresolved { text: import.text.clone(), reason: import.reason },
                kind: import.kind,
                certainty: Certainty::Resolved,
                span: self.merged.parts[from.index()].shift(import.span),
                statement: import.span.start,
                test: import.test && !self.merged.original.get(from).test,
                from_symbol: None,
                to_symbol: None,
            });
        }
        dependencies
    }

    fn dependency(&self, from: FileId, edge: &Edge, at: &Evidence, target: Target, statement: u32) -> Dependency {
        let part = &self.merged.parts[from.index()];
        let to = self.snapshot.node(edge.to).file.map_or(0, |to| self.merged.parts[to.index()].definitions_before);
        Dependency {
            target,
            kind: edge.kind,
            certainty: edge.certainty,
            span: part.shift(at.span),
            statement,
            // That the file is test code is added where the copy is built, if it still is.
            test: at.test && !self.merged.original.get(from).test,
            from_symbol: at.from_symbol.map(|symbol| symbol + part.definitions_before),
            to_symbol: at.to_symbol.map(|symbol| symbol + to),
        }
    }

    /// What an edge leads to in the copy; none where a directory is not there any more.
    fn target(&self, edge: &Edge) -> Option<Target> {
        let node = self.snapshot.node(edge.to);
        match (node.kind, node.file) {
            (NodeKind::External, _) => Some(Target::External(External {
                ecosystem: node.ecosystem?,
                name: node.name.as_ref().into(),
                standard: node.standard,
            })),
            (_, Some(file)) => Some(Target::File(self.file(file))),
            _ => {
                let place = (self.edit.directory)(&node.path);
                if self.sources.is_directory(&place) {
                    return Some(Target::Directory(place.into()));
                }
                // Its files were moved one by one: the import follows the first of them.
                let first = self.snapshot.children(edge.to).find_map(|child| self.snapshot.node(child).file)?;
                let path = &self.merged.parts[first.index()].path;
                Some(Target::Directory(path.rsplit_once('/').map_or("", |(directory, _)| directory).into()))
            }
        }
    }

    fn symbols(&self) -> Vec<Vec<SymbolUse>> {
        let mut symbols = vec![Vec::new(); self.sources.files.len()];
        if self.snapshot.symbols().is_empty() {
            return symbols;
        }
        let dropped = Dropped::new(self.snapshot, self.edit.dropped);
        for members in self.merged.files.values() {
            for from in members {
                let part = &self.merged.parts[from.index()];
                let uses = self.snapshot.symbols().uses_in(*from).map(|(_, found)| found);
                let kept = uses.filter(|found| !dropped.has(*from, found));
                symbols[self.file(*from).index()].extend(kept.map(|found| SymbolUse {
                    from: found.from.map(|symbol| symbol + part.definitions_before),
                    file: self.file(found.file),
                    to: found.to.map(|symbol| symbol + self.merged.parts[found.file.index()].definitions_before),
                    via: found.via.map(|via| self.file(via)),
                    span: part.shift(found.span),
                    ..*found
                }));
            }
        }
        symbols
    }
}

/// Pairs of files between which dependencies are dropped: the kinds, or none where nothing is left.
struct Dropped(FxHashMap<(FileId, FileId), Option<Vec<crate::lang::resolve::DependencyKind>>>);

impl Dropped {
    fn new(snapshot: &Snapshot, dropped: &FxHashSet<EdgeId>) -> Self {
        let mut pairs: FxHashMap<(FileId, FileId), Option<Vec<_>>> = FxHashMap::default();
        for id in dropped {
            let edge = snapshot.edge(*id);
            let (Some(from), Some(to)) = (snapshot.node(edge.from).file, snapshot.node(edge.to).file) else { continue };
            let mut between = snapshot.outgoing(edge.from).filter(|other| snapshot.edge(*other).to == edge.to);
            let is_left = between.any(|other| !dropped.contains(&other));
            let kinds = pairs.entry((from, to)).or_insert_with(|| is_left.then(Vec::new));
            if let Some(kinds) = kinds {
                kinds.push(edge.kind);
            }
        }
        Self(pairs)
    }

    fn has(&self, from: FileId, found: &SymbolUse) -> bool {
        let mut targets = std::iter::once(found.file).chain(found.via);
        targets.any(|to| match self.0.get(&(from, to)) {
            None => false,
            Some(None) => true,
            Some(Some(kinds)) => kinds.contains(&found.kind),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::NodeId;
    use crate::graph::fixture::graph;
    use crate::index::from_memory;

    /// The copy after rewriting paths, without the edges between the given pairs.
    fn copy(snapshot: &Snapshot, rewrite: &dyn Fn(&str) -> String, without: &[(&str, &str)]) -> (Snapshot, Origins) {
        let paths: Vec<Arc<str>> = snapshot.sources.files.iter().map(|file| rewrite(&file.path).into()).collect();
        let path = |id: NodeId| &*snapshot.node(id).path;
        let dropped = snapshot
            .edges()
            .filter(|(_, edge)| without.contains(&(path(edge.from), path(edge.to))))
            .map(|(id, _)| id)
            .collect();
        edited(snapshot, &Edit { paths: &paths, directory: rewrite, dropped: &dropped })
    }

    /// Each edge with everything that it says.
    fn edges(snapshot: &Snapshot) -> Vec<String> {
        let shown = |edge: &Edge| {
            let lines: Vec<u32> = snapshot.evidence(edge).iter().map(|at| at.span.line).collect();
            let (from, to) = (&snapshot.node(edge.from).path, &snapshot.node(edge.to).path);
            let test = if edge.test { " test" } else { "" };
            format!("{from} {to} {} {} {lines:?}{test}", edge.kind.as_str(), edge.weight)
        };
        snapshot.edges().map(|(_, edge)| shown(edge)).collect()
    }

    fn shop() -> Snapshot {
        from_memory(
            "shop",
            [
                ("a.py", "import b\nfrom b import (\n  One,\n  Two)\n\ndef run():\n    return One()\n"),
                ("b.py", "import c\nclass One: pass\nclass Two: pass\n"),
                ("c.py", "import a\nimport nowhere\ndef last(): a.run()\n"),
                ("tests/test_a.py", "import a\nimport requests\n"),
            ],
        )
    }

    #[test]
    fn a_copy_without_changes_says_the_same() {
        let original = shop();
        let (same, origins) = copy(&original, &str::to_owned, &[]);
        assert_eq!(edges(&same), edges(&original));
        assert_eq!(same.unresolved(), original.unresolved());
        assert_eq!(same.symbols().len(), original.symbols().len());
        assert_eq!(origins.real(&"a.py".into(), 3), ("a.py".into(), 3));
    }

    #[test]
    fn a_moved_file_keeps_its_dependencies_and_is_test_code_by_its_place() {
        let original = shop();
        let move_a = |path: &str| if path == "a.py" { "lib/deep/a.py".to_owned() } else { path.to_owned() };
        let (moved, origins) = copy(&original, &move_a, &[]);
        assert!(edges(&moved).contains(&"c.py lib/deep/a.py import 1 [1]".to_owned()), "{:?}", edges(&moved));
        assert_eq!(edges(&moved).len(), edges(&original).len());
        assert_eq!(origins.real(&"lib/deep/a.py".into(), 2), ("a.py".into(), 2));
        assert_eq!(origins.place(&"a.py".into(), 2), ("lib/deep/a.py".into(), 2));
        let move_test = |path: &str| path.replace("tests/test_a.py", "src/a_runs.py");
        let (moved, _) = copy(&original, &move_test, &[]);
        assert!(edges(&moved).contains(&"src/a_runs.py a.py import 1 [1]".to_owned()), "{:?}", edges(&moved));
    }

    #[test]
    fn merged_files_are_one_with_the_lines_of_both() {
        let original = shop();
        let merge = |path: &str| if path == "a.py" { "b.py".to_owned() } else { path.to_owned() };
        let (merged, origins) = copy(&original, &merge, &[]);
        let b = merged.find("b.py").expect("it is there");
        assert_eq!(merged.node(b).lines, 3 + 7);
        let names: Vec<&str> = merged.definitions(b).iter().map(|definition| &*definition.name).collect();
        assert_eq!(names, ["One", "Two", "run"]);
        assert_eq!(merged.definitions(b)[2].name_span.line, 3 + 6);
        // What one of the two needed of the other is inside now.
        let left = ["tests/test_a.py b.py import 1 [1] test", "b.py c.py import 1 [1]", "c.py b.py import 1 [1]"];
        assert_eq!(edges(&merged), left);
        assert_eq!(origins.real(&"b.py".into(), 5), ("a.py".into(), 2));
        assert_eq!(origins.real(&"b.py".into(), 3), ("b.py".into(), 3));
        assert_eq!(origins.place(&"a.py".into(), 2), ("b.py".into(), 5));
        let c = merged.node(merged.find("c.py").expect("it is there")).file.expect("a file");
        let called = merged.symbols().uses_in(c).find_map(|(_, found)| found.to).expect("a use of run");
        assert_eq!(called, 2);
    }

    #[test]
    fn a_dropped_dependency_takes_its_uses_along() {
        let original = shop();
        let (cut, _) = copy(&original, &str::to_owned, &[("a.py", "b.py")]);
        assert!(!edges(&cut).iter().any(|edge| edge.starts_with("a.py b.py")));
        let file = |path: &str| cut.node(cut.find(path).expect("it is there")).file.expect("a file");
        assert!(cut.symbols().uses_in(file("a.py")).all(|(_, found)| found.file != file("b.py")));
        assert_eq!(edges(&cut).len(), edges(&original).len() - 1);
    }

    #[test]
    fn an_import_of_a_directory_follows_it() {
        let original = graph(&["m.go p/", "p/x.go", "p/y.go"]);
        let renamed = |path: &str| path.replacen('p', "lib/p", 1);
        assert_eq!(edges(&copy(&original, &renamed, &[]).0), ["m.go lib/p import 1 [1]"]);
        let emptied = |path: &str| match path {
            "p" | "m.go" => path.to_owned(),
            _ => path.replacen("p/", "q/", 1),
        };
        assert_eq!(edges(&copy(&original, &emptied, &[]).0), ["m.go q import 1 [1]"]);
    }

    proptest! {
        #[test]
        fn merging_keeps_every_statement_that_still_leads_elsewhere(
            pairs in proptest::collection::vec((0..6usize, 0..6usize), 0..30),
            (from, into) in (0..6usize, 0..6usize),
        ) {
            let lines: Vec<String> = pairs.iter().filter(|(a, b)| a != b).map(|(a, b)| format!("f{a} f{b}")).collect();
            let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            lines.extend(["f0", "f1", "f2", "f3", "f4", "f5"]);
            let original = graph(&lines);
            let rewrite = |path: &str| if path == format!("f{from}") { format!("f{into}") } else { path.to_owned() };
            let (merged, _) = copy(&original, &rewrite, &[]);
            let weight = |snapshot: &Snapshot| snapshot.edges().map(|(_, edge)| edge.weight).sum::<u32>();
            let inside = |a: usize, b: usize| {
                let name = |n: usize| if n == from { into } else { n };
                name(a) == name(b)
            };
            let left = pairs.iter().filter(|(a, b)| !inside(*a, *b)).count() as u32;
            prop_assert_eq!(weight(&merged), left);
        }
    }
}
