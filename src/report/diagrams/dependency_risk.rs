//! Which components are exposed most to the failure of what they need; of a library or a program, which files are risky to
//! change.

use crate::analysis::RiskPart;
use crate::analysis::exposure::{self, Exposure};
use crate::graph::NodeId;
use crate::report::facts::{NAMES, ROWS, name, or_dash, path};
use crate::report::{Content, Input, Part, Statement, Table, Text};

/// The section.
pub static DEPENDENCY_RISK: Part =
    Part { title: "Dependency risk", looks_for: "connections between components, files with dependencies", write };

/// Files that are listed.
const FILES: usize = 20;

fn write(input: &Input<'_>, content: &mut Content) {
    let mut exposures = exposure::of_system(input.system());
    exposures.sort_by(|a, b| b.risk.score.total_cmp(&a.risk.score).then(a.component.cmp(&b.component)));
    let mut table = Table::new(["Component", "Needs", "Fallback found", "Risk", "Score", "Parts"]);
    for of in &exposures {
        table.row(row(input, of));
    }
    let mut inner = Content::default();
    if !table.rows.is_empty() {
        inner.say(Statement::new(
            "The score (0 to 100) adds how many components are needed directly (25), how long the chain of needs is (25), \
             whether no timeout, retry, circuit breaker, bulkhead or fallback was found (25), how many needs are not known to \
             run more than once (15), and how many components depend on it (10).",
        ));
    }
    inner.table(table.most(ROWS));
    content.section("Components", inner);
    files(input, content);
}

fn row(input: &Input<'_>, of: &Exposure<'_>) -> [Text; 6] {
    let system = input.system();
    let needs = of.needs.iter().map(|id| name(system, *id));
    let fallbacks =
        of.fallbacks.iter().map(|practice| Text::from(practice.kind.as_str()).plain(" ").place(&practice.evidence));
    [
        name(system, of.component),
        Text::new().list(needs, NAMES),
        or_dash(Text::new().list(fallbacks, 2)),
        of.risk.level().as_str().into(),
        format!("{:.0}", of.risk.score).into(),
        parts(&of.risk.parts).into(),
    ]
}

/// The parts that count, with their points.
pub fn parts(parts: &[RiskPart]) -> String {
    let counting = parts.iter().filter(|part| part.points >= 0.5);
    let told: Vec<String> = counting.map(|part| format!("{} {:.0}", part.name, part.points)).collect();
    if told.is_empty() { "-".to_owned() } else { told.join(", ") }
}

/// The files that are riskiest to change, as `transom risk` ranks them.
fn files(input: &Input<'_>, content: &mut Content) {
    let (snapshot, analysis) = (input.snapshot, input.analysis);
    let is_row = |id: &NodeId| {
        let node = snapshot.node(*id);
        node.language.is_some() && !node.test && node.mark.is_none()
    };
    let mut files: Vec<NodeId> = snapshot.tree().filter(is_row).collect();
    files.sort_by(|a, b| analysis.risk(*b).score.total_cmp(&analysis.risk(*a).score).then(a.cmp(b)));
    let mut table = Table::new(["File", "Risk", "Score", "Fan-in", "Fan-out", "Lines", "Parts"]);
    for id in files.iter().take(FILES) {
        let (risk, coupling) = (analysis.risk(*id), analysis.coupling(*id));
        table.row([
            path(snapshot, *id),
            risk.level().as_str().into(),
            format!("{:.1}", risk.score).into(),
            coupling.fan_in.to_string().into(),
            coupling.fan_out.to_string().into(),
            snapshot.node(*id).lines.to_string().into(),
            parts(&risk.parts).into(),
        ]);
    }
    table.left_out = files.len().saturating_sub(FILES);
    let mut inner = Content::default();
    inner.table(table);
    content.section("Files that are risky to change", inner);
}
