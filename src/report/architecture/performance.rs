//! Where time goes: what much of the code runs through, what waits for what, what asks stores for too much.

mod indexes;
mod queries;

use crate::analysis::{Location, exposure};
use crate::facts::DefinitionKind;
use crate::report::facts::{NAMES, ROWS, name};
use crate::report::{Content, Input, Part, Statement, Table, Text};
use crate::system::{ComponentId, PracticeKind, System};

use super::core::Users;

/// The section.
pub static PERFORMANCE: Part = Part {
    title: "Performance characteristics and bottlenecks",
    looks_for: "functions that many files use and that are complex, chains of components that wait for each other, foreign keys \
        without an index, queries without a limit, requests and queries in loops, caches",
    write,
};

/// Functions that are listed.
const HOT: usize = 15;

fn write(input: &Input<'_>, content: &mut Content) {
    let mut inner = Content::default();
    hot(input, &mut inner);
    content.section("Hot paths", inner);
    let mut inner = Content::default();
    chains(input, &mut inner);
    content.section("Chains that wait", inner);
    let mut inner = Content::default();
    queries::repeated(input, &mut inner);
    if inner.is_empty() {
        inner.nothing("requests and queries in the closures of forEach, map, each and their like; loops by statement are not seen");
    }
    content.section("Requests and queries in loops", inner);
    let mut inner = Content::default();
    indexes::missing(input, &mut inner);
    if inner.is_empty() {
        inner.nothing("foreign keys in SQL files of a store that makes no indexes for them itself");
    }
    content.section("Foreign keys without an index", inner);
    let mut inner = Content::default();
    queries::unbounded(input, &mut inner);
    if inner.is_empty() {
        inner.nothing("SELECT without WHERE, LIMIT or an aggregate in texts of code; findAll without arguments");
    }
    content.section("Queries without a limit", inner);
    let mut inner = Content::default();
    crate::report::facts::practices(input, &mut inner, &[PracticeKind::Caching]);
    content.section("Caching", inner);
}

/// Functions by the files that use them times the ways through them.
fn hot(input: &Input<'_>, content: &mut Content) {
    let snapshot = input.snapshot;
    let mut found = Vec::new();
    for (file, id, users) in Users::of(snapshot).all() {
        let Some(facts) = snapshot.sources.facts(file) else { continue };
        let node = snapshot.node(snapshot.node_of(file));
        let Some(definition) = facts.definitions.get(id as usize) else { continue };
        let is_code = matches!(definition.kind, DefinitionKind::Function | DefinitionKind::Method);
        let ways = definition.complexity.cyclomatic;
        if is_code && ways > 1 && !definition.test && !node.test && node.mark.is_none() {
            found.push((users as u64 * u64::from(ways), users, ways, file, id));
        }
    }
    found.sort_by_key(|(product, _, _, file, id)| (std::cmp::Reverse(*product), *file, *id));
    let mut table = Table::new(["Function", "Used by files", "Cyclomatic complexity", "Product", "Where"]);
    for (product, users, ways, file, id) in found.iter().take(HOT) {
        let Some(facts) = snapshot.sources.facts(*file) else { continue };
        let line = facts.definitions[*id as usize].name_span.line;
        table.row([
            Text::new().code(crate::facts::qualified_name(&facts.definitions, *id)),
            users.to_string().into(),
            ways.to_string().into(),
            product.to_string().into(),
            Text::new().place(Location { path: snapshot.sources.get(*file).path.clone(), line: Some(line) }),
        ]);
    }
    table.left_out = found.len().saturating_sub(HOT);
    content.table(table);
}

/// For each component at the top its longest chain, as far as it is longer than one step.
fn chains(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let exposures = exposure::of_system(system);
    let mut list: Vec<(u32, Statement)> = Vec::new();
    for of in exposures.iter().filter(|of| of.chain > 1 && of.needed_by == 0) {
        let chain = longest(system, &exposures, of.component);
        let evidence = chain.windows(2).filter_map(|pair| {
            let edge = system.edges.iter().find(|edge| edge.from == pair[0] && edge.to == pair[1]);
            edge.and_then(|edge| edge.evidence.first())
        });
        let text = Text::new().list(chain.iter().map(|id| name(system, *id)), NAMES * 2);
        let text = text.plain(format!(": {} steps, each waits for the next.", chain.len() - 1));
        list.push((of.chain, Statement::new(text).by(evidence)));
    }
    list.sort_by_key(|(chain, _)| std::cmp::Reverse(*chain));
    content.list(list.into_iter().map(|(_, statement)| statement).take(ROWS).collect());
}

/// A longest way among the shortest ones from a component along needs.
fn longest(system: &System, exposures: &[exposure::Exposure<'_>], from: ComponentId) -> Vec<ComponentId> {
    let needs = |id: ComponentId| exposures.iter().find(|of| of.component == id).map_or(&[][..], |of| &of.needs);
    let mut before: Vec<Option<ComponentId>> = vec![None; system.nodes.len()];
    let mut queue = std::collections::VecDeque::from([from]);
    let mut last = from;
    while let Some(id) = queue.pop_front() {
        last = id;
        for next in needs(id) {
            if *next != from && before[next.index()].is_none() {
                before[next.index()] = Some(id);
                queue.push_back(*next);
            }
        }
    }
    let mut chain: Vec<ComponentId> = std::iter::successors(Some(last), |id| before[id.index()]).collect();
    chain.reverse();
    chain
}
