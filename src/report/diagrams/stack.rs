//! Which technologies there are: of components, of code, of libraries.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::facts::{NAMES, PLACES, ROWS};
use crate::report::{Content, Input, Part, Table, Text};
use crate::system::{ComponentId, Place, Role};
use crate::text::count;

/// The section.
pub static STACK: Part =
    Part { title: "Technology stack", looks_for: "technologies of components, languages, external packages", write };

/// The most libraries that are listed.
const LIBRARIES: usize = 20;

#[derive(Default)]
struct Row<'a> {
    instances: Vec<&'a str>,
    protocols: BTreeSet<&'static str>,
    places: Vec<&'a Place>,
}

fn write(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let mut rows: BTreeMap<(Role, &str), Row<'_>> = BTreeMap::new();
    for (index, component) in system.nodes.iter().enumerate() {
        for technology in &component.technologies {
            let row = rows.entry((component.role, technology)).or_default();
            row.instances.push(&component.name);
            row.places.extend(component.evidence.first());
            let id = ComponentId(index as u32);
            row.protocols.extend(system.edges.iter().filter(|edge| edge.to == id).map(|edge| edge.kind));
        }
    }
    let mut table = Table::new(["Type", "Technology", "Instances", "Used by way of", "Where"]);
    for ((role, technology), row) in rows {
        let protocols: Vec<&str> = row.protocols.into_iter().collect();
        table.row([
            role.as_str().into(),
            technology.into(),
            Text::names(row.instances, NAMES),
            if protocols.is_empty() { "-".into() } else { protocols.join(", ").into() },
            Text::places(row.places, PLACES),
        ]);
    }
    let mut inner = Content::default();
    inner.table(table.most(ROWS));
    content.section("Of components", inner);
    languages(input, content);
    libraries(input, content);
}

/// The languages of the code.
pub(in crate::report) fn languages(input: &Input<'_>, content: &mut Content) {
    let mut languages: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for file in input.snapshot.sources.files.iter().filter(|file| file.mark.is_none()) {
        let Some(language) = file.language else { continue };
        let known = languages.entry(language.label).or_default();
        known.0 += 1;
        known.1 += file.facts.as_ref().map_or(0, |facts| u64::from(facts.lines));
    }
    let mut rows: Vec<(&str, (u64, u64))> = languages.into_iter().collect();
    rows.sort_by_key(|(name, (_, lines))| (std::cmp::Reverse(*lines), *name));
    let mut table = Table::new(["Language", "Files", "Lines"]);
    for (name, (files, lines)) in rows {
        table.row([name.into(), count(files).into(), count(lines).into()]);
    }
    let mut inner = Content::default();
    inner.table(table);
    content.section("Languages", inner);
}

/// The packages from elsewhere that most files import.
pub(in crate::report) fn libraries(input: &Input<'_>, content: &mut Content) {
    let snapshot = input.snapshot;
    let mut packages: Vec<_> = input
        .analysis
        .externals()
        .packages
        .iter()
        .filter(|package| package.importers() > 0 && package.node.is_some_and(|id| !snapshot.node(id).standard))
        .collect();
    packages.sort_by_key(|package| (std::cmp::Reverse(package.importers()), package.ecosystem, package.name.clone()));
    let mut table =
        Table::new(["Library", "Ecosystem", "Version", "Files that import it", "First declared or imported"]);
    for package in packages {
        let declared = package.declared.first().map(|at| {
            let (of, declared) = at.of(snapshot);
            Place::new(declared.file.as_ref().unwrap_or(&of.manifest), declared.line)
        });
        let imported = || package.uses.first().map(|of| Place::new(&snapshot.node(of.file).path, of.span.line));
        table.row([
            Text::new().code(&package.name),
            package.ecosystem.as_str().into(),
            package.version.as_deref().unwrap_or("-").into(),
            count(package.importers() as u64).into(),
            Text::places(declared.or_else(imported).iter(), 1),
        ]);
    }
    let mut inner = Content::default();
    inner.table(table.most(LIBRARIES));
    content.section("Libraries", inner);
}
