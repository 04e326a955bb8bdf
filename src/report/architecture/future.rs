//! What will have to be done: debt, what is deprecated and still used, versions that disagree.

use crate::analysis::Location;
use crate::facts::Definition;
use crate::graph::NodeId;
use crate::lang::resolve::FileId;
use crate::report::facts::{ROWS, disagreements, path};
use crate::report::{Content, Input, Part, Statement, Table, Text};
use crate::text::counted;

/// The section.
pub static FUTURE: Part = Part {
    title: "Future considerations",
    looks_for: "cycles, files of high coupling and complexity, definitions marked as deprecated that are used, libraries in several \
        major versions",
    write,
};

/// Rows of a table here: what to begin with, not all there is.
const FEW: usize = 12;

fn write(input: &Input<'_>, content: &mut Content) {
    cycles(input, content);
    burdens(input, content);
    deprecated(input, content);
    let mut inner = Content::default();
    let said = disagreements(input).into_iter().take(ROWS).map(|of| {
        let asked = of.versions.iter().map(|(version, place)| Text::from(format!("{version} ")).place(place));
        Statement::new(Text::new().code(of.name).plain(format!(" ({}): ", of.ecosystem)).list(asked, 6))
    });
    inner.list(said.collect());
    content.section("Libraries in several major versions", inner);
}

fn cycles(input: &Input<'_>, content: &mut Content) {
    let (snapshot, analysis) = (input.snapshot, input.analysis);
    let mut cycles: Vec<&Vec<NodeId>> = analysis.cycles().of_files().iter().collect();
    cycles.sort_by_key(|files| (std::cmp::Reverse(files.len()), files.first().copied()));
    let mut inner = Content::default();
    let said = cycles.iter().take(FEW).map(|files| {
        let named = files.iter().map(|id| Text::new().code(snapshot.node(*id).written()));
        let text = Text::from(format!("{} need each other: ", counted(files.len() as u64, "file")));
        Statement::new(text.list(named, 6).plain("."))
    });
    inner.list(said.collect());
    if inner.is_empty() {
        inner.nothing("files that need each other in a circle");
    }
    if cycles.len() > FEW {
        inner.say(Statement::new(format!("And {}.", counted((cycles.len() - FEW) as u64, "smaller cycle"))));
    }
    content.section("Cycles", inner);
}

/// Files that many need and that are hard to follow.
fn burdens(input: &Input<'_>, content: &mut Content) {
    let (snapshot, analysis) = (input.snapshot, input.analysis);
    let own = snapshot.tree().filter(|id| {
        let node = snapshot.node(*id);
        node.language.is_some() && !node.test && node.mark.is_none()
    });
    let complexity = |id: NodeId| {
        let facts = snapshot.node(id).file.and_then(|file| snapshot.sources.facts(file));
        facts.map_or(0, |facts| u64::from(facts.complexity.cognitive))
    };
    let mut files: Vec<(u64, NodeId)> = own
        .map(|id| (complexity(id) * u64::from(analysis.coupling(id).fan_in), id))
        .filter(|(product, _)| *product > 0)
        .collect();
    files.sort_by_key(|(product, id)| (std::cmp::Reverse(*product), *id));
    let mut table = Table::new(["File", "Files that need it", "Cognitive complexity", "Product", "Lines"]);
    for (product, id) in files.iter().take(FEW) {
        table.row([
            path(snapshot, *id),
            analysis.coupling(*id).fan_in.to_string().into(),
            complexity(*id).to_string().into(),
            product.to_string().into(),
            snapshot.node(*id).lines.to_string().into(),
        ]);
    }
    table.left_out = files.len().saturating_sub(FEW);
    let mut inner = Content::default();
    inner.table(table);
    content.section("Files to take apart first", inner);
}

/// Definitions that say that they are deprecated, with how many files still use them.
fn deprecated(input: &Input<'_>, content: &mut Content) {
    let snapshot = input.snapshot;
    let mut found: Vec<(usize, FileId, u32)> = Vec::new();
    for (index, file) in snapshot.sources.files.iter().enumerate().filter(|(_, file)| file.mark.is_none()) {
        let Some(facts) = &file.facts else { continue };
        let id = FileId(index as u32);
        let old = |of: &Definition| of.doc.as_deref().is_some_and(is_deprecated);
        let marked = facts.terms.functions.iter().filter(|of| {
            of.annotations
                .iter()
                .any(|annotation| crate::facts::terms::last_part(&annotation.name).eq_ignore_ascii_case("deprecated"))
        });
        let mut olds: Vec<u32> = marked.filter_map(|of| of.definition).collect();
        olds.extend((0..).zip(&facts.definitions).filter(|(_, of)| old(of)).map(|(id, _)| id));
        olds.sort_unstable();
        olds.dedup();
        for definition in olds {
            let users = snapshot.symbols().uses_of(id).filter(|(of, found)| {
                found.to == Some(definition) && snapshot.symbols().file_of(*of) != id && !found.test
            });
            let mut users: Vec<FileId> = users.map(|(of, _)| snapshot.symbols().file_of(of)).collect();
            users.retain(|user| !snapshot.sources.get(*user).test);
            users.sort_unstable();
            users.dedup();
            if !users.is_empty() {
                found.push((users.len(), id, definition));
            }
        }
    }
    found.sort_by_key(|(users, file, definition)| (std::cmp::Reverse(*users), *file, *definition));
    let mut table = Table::new(["Deprecated", "Used by files", "What it says", "Where"]);
    for (users, file, id) in &found {
        let Some(facts) = snapshot.sources.facts(*file) else { continue };
        let definition = &facts.definitions[*id as usize];
        let place = Location { path: snapshot.sources.get(*file).path.clone(), line: Some(definition.name_span.line) };
        table.row([
            Text::new().code(crate::facts::qualified_name(&facts.definitions, *id)),
            users.to_string().into(),
            super::core::doc(definition),
            Text::new().place(place),
        ]);
    }
    let mut inner = Content::default();
    inner.table(table.most(ROWS));
    if inner.is_empty() {
        inner.nothing("definitions with a deprecation mark in their annotations or documentation that other files use");
    }
    content.section("Deprecated and still used", inner);
}

/// Whether a line of documentation says so.
fn is_deprecated(doc: &str) -> bool {
    let doc = doc.trim_start_matches(['@', '*', '.', ' ']);
    doc.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("deprecated"))
}
