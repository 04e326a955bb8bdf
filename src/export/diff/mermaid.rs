//! What changed, as a Mermaid flowchart: the components at both ends of every dependency that was gained, lost or weighed
//! anew. What is gained is drawn thick and green, what is lost dotted and red; labels say it without colours.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Comparison, Format, sign_of, summary};
use crate::analysis::diff::DependencyChange;
use crate::export::generator;
use crate::export::mermaid::{MAX_EDGES, MAX_SIZE, escaped, size};
use crate::graph::view::Level;
use crate::text::counted;

/// What styles and comments may take.
const RESERVED: usize = 6_000;

/// Mermaid.
pub const MERMAID: Format = Format {
    name: "mermaid",
    doc: "a Mermaid flowchart with what was gained and lost marked",
    level: Level::Module,
    write,
};

/// Everything that one component needs of another, with the change of it as a whole.
struct Arrow<'c> {
    from: &'c str,
    to: &'c str,
    sign: char,
    label: String,
}

fn write(comparison: &Comparison<'_>) -> String {
    let (mut left, mut room) = (0, MAX_SIZE - RESERVED);
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut drawn: Vec<Arrow<'_>> = Vec::new();
    let arrows = arrows(&comparison.diff.dependencies);
    for arrow in arrows {
        let names = [arrow.from, arrow.to].into_iter().filter(|name| !numbers.contains_key(name));
        let cost = 40 + size(&arrow.label) + names.map(|name| 30 + size(&escaped(name))).sum::<usize>();
        if drawn.len() == MAX_EDGES || cost > room {
            left += 1;
            continue;
        }
        room -= cost;
        for name in [arrow.from, arrow.to] {
            let next = numbers.len();
            numbers.entry(name).or_insert(next);
        }
        drawn.push(arrow);
    }
    let mut out = format!("%% {}, level {}\n", generator(), comparison.level.as_str());
    if left > 0 {
        let _ = writeln!(out, "%% {} left out to stay within Mermaid's limits", counted(left, "arrow"));
    }
    out.push_str("flowchart LR\n");
    if drawn.is_empty() {
        let rest = summary(comparison.diff);
        let said = if rest.is_empty() { "no difference".to_owned() } else { rest };
        let _ = writeln!(out, "  empty[\"{}\"]", escaped(&said));
    }
    boxes(&mut out, comparison, &numbers);
    for Arrow { from, to, sign, label } in &drawn {
        let arrow = match sign {
            '+' => "==>",
            '-' => "-.->",
            _ => "-->",
        };
        let _ = writeln!(out, "  n{} {arrow}|\"{label}\"| n{}", numbers[from], numbers[to]);
    }
    for (sign, style) in [('+', "stroke:#1a7f37,color:#1a7f37"), ('-', "stroke:#cf222e,color:#cf222e")] {
        let of_sign = drawn.iter().enumerate().filter(|(_, arrow)| arrow.sign == sign);
        let indices: Vec<String> = of_sign.map(|(index, _)| index.to_string()).collect();
        if !indices.is_empty() {
            let _ = writeln!(out, "  linkStyle {} {style}", indices.join(","));
        }
    }
    out
}

/// One arrow for each pair, with the sign on which all its kinds agree.
fn arrows(changes: &[DependencyChange]) -> Vec<Arrow<'_>> {
    changes
        .chunk_by(|a, b| (&a.from, &a.to) == (&b.from, &b.to))
        .map(|of_pair| {
            let signs: Vec<char> = of_pair.iter().map(sign_of).collect();
            let sign = if signs.iter().all(|sign| *sign == signs[0]) { signs[0] } else { '~' };
            let label = of_pair.iter().map(|change| escaped(&label(change))).collect::<Vec<_>>().join(", ");
            Arrow { from: &of_pair[0].from, to: &of_pair[0].to, sign, label }
        })
        .collect()
}

fn label(change: &DependencyChange) -> String {
    let weight = |stand: &Option<crate::analysis::diff::Stand>| stand.as_ref().map_or(0, |stand| stand.weight);
    let kind = change.kind.as_str();
    match sign_of(change) {
        '+' => format!("+{} {kind}", weight(&change.after)),
        '-' => format!("−{} {kind}", weight(&change.before)),
        _ => format!("{} to {} {kind}", weight(&change.before), weight(&change.after)),
    }
}

/// The components, by their numbers; those that are new or gone marked.
fn boxes(out: &mut String, comparison: &Comparison<'_>, numbers: &BTreeMap<&str, usize>) {
    let mut named: Vec<(&str, usize)> = numbers.iter().map(|(name, number)| (*name, *number)).collect();
    named.sort_unstable_by_key(|(_, number)| *number);
    for (name, number) in &named {
        let _ = writeln!(out, "  n{number}[\"{}\"]", escaped(name));
    }
    let changes = || comparison.diff.components.iter().chain(&comparison.diff.externals);
    let new: Vec<&str> =
        changes().filter(|change| change.before.is_none()).filter_map(|c| c.after.as_deref()).collect();
    let gone: Vec<&str> =
        changes().filter(|change| change.after.is_none()).filter_map(|c| c.before.as_deref()).collect();
    for (class, style, names) in
        [("gained", "stroke:#1a7f37,stroke-width:2px", new), ("lost", "stroke:#cf222e,stroke-dasharray:4 3", gone)]
    {
        let of_class: Vec<String> =
            named.iter().filter(|(name, _)| names.contains(name)).map(|(_, number)| format!("n{number}")).collect();
        if !of_class.is_empty() {
            let _ = writeln!(out, "  classDef {class} {style}\n  class {} {class}", of_class.join(","));
        }
    }
}
