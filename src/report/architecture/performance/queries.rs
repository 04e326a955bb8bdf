//! Queries that ask for everything, and requests and queries that are made again and again.

use crate::facts::FileFacts;
use crate::facts::terms::{Call, Value};
use crate::report::facts::{ROWS, name_or_dash};
use crate::report::{Content, Input, Statement};
use crate::system::{Access, ComponentId, Place};

/// Calls that run a closure once for each of many things.
const LOOPS: &[&str] = &[
    "forEach",
    "map",
    "each",
    "for_each",
    "flatMap",
    "flat_map",
    "filterMap",
    "filter_map",
    "eachWithIndex",
    "each_with_index",
    "times",
    "ForEach",
    "Select",
];

/// Requests and queries whose call stands in the closure of a loop.
pub fn repeated(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let requests = system.calls.iter().map(|call| (Some(call.from), &call.evidence, "a request"));
    let queries = system.table_uses.iter().map(|of| (of.component, &of.evidence, "a query"));
    let said = requests.chain(queries).filter_map(|(of, place, what)| {
        let around = loop_around(facts_of(input, place)?, place.line)?;
        let text =
            name_or_dash(system, of).plain(format!(": {what} in the closure of ")).code(&around.callee).plain(".");
        Some(Statement::new(text).by([place]))
    });
    content.list(said.take(ROWS).collect());
}

fn facts_of<'a>(input: &Input<'a>, place: &Place) -> Option<&'a FileFacts> {
    let sources = &input.snapshot.sources;
    sources.facts(sources.file(&place.path)?).map(|facts| &**facts)
}

/// The innermost loop in whose closure a call on a line stands.
fn loop_around(facts: &FileFacts, line: u32) -> Option<&Call> {
    let calls = &facts.terms.calls;
    let on_line = calls.iter().filter(|call| call.span.line == line);
    on_line.filter_map(|call| call.inside).find_map(|id| {
        // What stands around follows in the list, so this ends.
        let around = std::iter::successors(Some(id), |id| calls.get(*id as usize)?.inside.filter(|next| next > id));
        around.filter_map(|id| calls.get(id as usize)).find(|call| LOOPS.contains(&call.name()))
    })
}

/// Queries in texts that select without a condition, and those that ask for all of a model.
pub fn unbounded(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let mut said: Vec<Statement> = Vec::new();
    let reads = system.table_uses.iter().filter(|of| of.access == Access::Reads);
    for of in reads {
        let Some(facts) = facts_of(input, &of.evidence) else { continue };
        let calls = facts.terms.calls.iter().filter(|call| call.span.line == of.evidence.line);
        if let Some(found) = calls.into_iter().find_map(whole) {
            let table = &system.schema.tables[of.table].name;
            said.push(sentence(input, of.component, &found, Some(table), &of.evidence));
        }
    }
    said.dedup();
    content.list(said.into_iter().take(ROWS).collect());
}

fn sentence(input: &Input<'_>, of: Option<ComponentId>, query: &str, table: Option<&str>, place: &Place) -> Statement {
    let mut text = name_or_dash(input.system(), of).plain(": ").code(query);
    if let Some(table) = table {
        text = text.plain(" of ").code(table);
    }
    Statement::new(text).by([place])
}

/// What a call asks for, if that is all there is.
fn whole(call: &Call) -> Option<String> {
    let is_all = matches!(call.name(), "findAll" | "find_all") && call.arguments.is_empty();
    if is_all {
        return Some(format!("{}()", call.callee));
    }
    call.arguments.iter().find_map(|argument| match &argument.value {
        Value::Text(text) => is_unbounded(text).then(|| crate::text::truncate_end(text.trim(), 80).into_owned()),
        _ => None,
    })
}

/// Whether a text is a SELECT of rows without any bound.
fn is_unbounded(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    words.first() == Some(&"select")
        && has(&["from"])
        && !has(&["where", "limit", "top", "fetch", "group", "count", "max", "min", "sum", "avg", "join", "having"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_select_without_a_bound_is_known() {
        assert!(is_unbounded("SELECT * FROM cities"));
        assert!(is_unbounded("select name from a order by name"));
        for bound in
            ["select * from a where b", "select count(*) from a", "select 1", "insert into a select * from b", ""]
        {
            assert!(!is_unbounded(bound), "{bound}");
        }
    }
}
