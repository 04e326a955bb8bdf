//! Rules that hold today, as a start: what stands in the way of a simpler picture becomes an exception.
//!
//! Layers are found by levelization (J. Lakos, "Large-Scale C++ Software Design", 1996): a component stands one level above
//! the highest one that it needs. Components in a cycle are parted where few statements tie it (those are then exceptions),
//! else they share a layer.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::analysis::{Analysis, FeedbackArc, feedback_arcs, strongly_connected};
use crate::config::Error;
use crate::graph::reach::{Direction, Reach, Through};
use crate::graph::{NodeId, NodeKind, Snapshot};
use crate::text::is_unsafe;

use super::{Rules, check};

/// A cycle is parted where at most one in so many of its dependencies has to go.
const SHARE: usize = 5;
/// A folder with so many tenths of the files around it that need others holds nearly all of the code.
const MOST: usize = 8;
/// No more exceptions than these are worth a rule.
const EXCEPTIONS: usize = 40;
/// So often exceptions are added for the ways that are left around those before.
const ROUNDS: usize = 5;

/// A file that needs another one.
type Step = (NodeId, NodeId);

/// The text of a `transom.toml` whose rules hold for a snapshot.
///
/// # Errors
/// What was written cannot be read again.
pub fn propose(snapshot: &Snapshot, analysis: &Analysis) -> Result<String, Error> {
    let mut text =
        "# Rules that hold today, proposed by `transom check --propose`: keep those that are meant.\n".to_owned();
    let through = Through { tests: false, type_only: true, inferred: true };
    let reach = Reach::new(snapshot, through);
    match Components::find(snapshot, &reach) {
        Some(components) => text.push_str(&layers(snapshot, analysis, &components)?),
        None => text.push_str("\n# No layers: no component needs another one.\n"),
    }
    for level in ["package", "module", "file"] {
        let rule = format!("[[no_cycles]]\nname = \"no-cycles-of-{level}s\"\nlevel = \"{level}\"\n");
        match violations(&rule, snapshot, analysis)?.len() {
            0 => text.push_str(&format!("\n{rule}")),
            several => text.push_str(&format!(
                "\n# Cycles of {level}s: {several} (`transom cycles`). With the rule no-cycles-of-{level}s and a baseline\n\
                 # (`transom check --update-baseline --init`) no new one comes.\n"
            )),
        }
    }
    Ok(text)
}

fn violations(rules: &str, snapshot: &Snapshot, analysis: &Analysis) -> Result<Vec<super::Violation>, Error> {
    Ok(check(Rules::parse("the proposal", rules)?, snapshot, analysis)?.violations)
}

/// The parts that the project falls into, and what they need of each other.
struct Components {
    /// Each as the nodes that it is made of: a folder and the file of the same name beside it are one.
    parts: Vec<Vec<NodeId>>,
    ties: BTreeMap<(usize, usize), Vec<Step>>,
}

impl Components {
    /// Of the highest folder in which one component needs another one, tests left out; of one below it where that holds nearly
    /// all of the code, so that `src` beside a few scripts is not taken for a component.
    fn find(snapshot: &Snapshot, reach: &Reach<'_>) -> Option<Self> {
        let mut parent = NodeId::ROOT;
        let mut best = None;
        loop {
            let found = Self::below(snapshot, reach, parent);
            if !found.ties.is_empty() {
                best = Some(found);
            }
            let folders = snapshot.children(parent).filter(|id| snapshot.node(*id).kind != NodeKind::File);
            // The first of the largest, in the order of the tree.
            let largest = folders.max_by_key(|id| (coupled(snapshot, reach, *id), std::cmp::Reverse(*id)));
            let is_most = |folder| coupled(snapshot, reach, folder) * 10 >= coupled(snapshot, reach, parent) * MOST;
            match largest {
                Some(folder) if best.is_none() || is_most(folder) => parent = folder,
                _ => return best,
            }
        }
    }

    fn below(snapshot: &Snapshot, reach: &Reach<'_>, parent: NodeId) -> Self {
        let mut by_name: BTreeMap<&str, Vec<NodeId>> = BTreeMap::new();
        for id in snapshot.children(parent) {
            let node = snapshot.node(id);
            let is_file = node.kind == NodeKind::File;
            // A path that no query can spell has no place in a rule.
            let is_plain = !node.path.chars().any(is_unsafe) && !node.path.contains(['\'', '"']);
            if is_plain && !node.test && (!is_file || node.language.is_some()) {
                let stem =
                    if is_file { node.name.split_once('.').map_or(&*node.name, |(stem, _)| stem) } else { &node.name };
                by_name.entry(stem).or_default().push(id);
            }
        }
        let parts: Vec<Vec<NodeId>> = by_name.into_values().collect();
        let mut part_of: BTreeMap<NodeId, usize> = BTreeMap::new();
        for (index, part) in parts.iter().enumerate() {
            let inside = part.iter().flat_map(|id| snapshot.subtree(*id).map(NodeId));
            part_of.extend(inside.filter(|id| snapshot.node(*id).language.is_some()).map(|id| (id, index)));
        }
        let mut ties: BTreeMap<(usize, usize), Vec<Step>> = BTreeMap::new();
        for (from, part) in &part_of {
            for to in reach.neighbours(*from, Direction::Dependencies) {
                if let Some(other) = part_of.get(to).filter(|other| *other != part) {
                    ties.entry((*part, *other)).or_default().push((*from, *to));
                }
            }
        }
        Self { parts, ties }
    }

    /// The dependencies that are better exceptions than the reason for a common layer.
    fn exceptions(&self) -> BTreeSet<(usize, usize)> {
        let mut exceptions = BTreeSet::new();
        for members in groups(self.ties.keys().copied()) {
            let place: BTreeMap<usize, u32> = members.iter().copied().zip(0..).collect();
            let within: Vec<(&(usize, usize), usize)> = self
                .ties
                .iter()
                .filter(|((from, to), _)| place.contains_key(from) && place.contains_key(to))
                .map(|(pair, steps)| (pair, steps.len()))
                .collect();
            let arc = |((from, to), weight): &(&(usize, usize), usize)| FeedbackArc {
                from: place[from],
                to: place[to],
                weight: u32::try_from(*weight).unwrap_or(u32::MAX),
            };
            let arcs: Vec<FeedbackArc> = within.iter().map(arc).collect();
            let cut = feedback_arcs(members.len(), &arcs);
            let (cost, all): (usize, usize) =
                (cut.iter().map(|index| within[*index].1).sum(), within.iter().map(|(_, weight)| weight).sum());
            if cost * SHARE <= all && cost <= EXCEPTIONS {
                exceptions.extend(cut.into_iter().map(|index| *within[index].0));
            }
        }
        exceptions
    }

    /// The components by level, from the top: each level a list of groups that share a layer.
    fn levels(&self, without: &BTreeSet<(usize, usize)>) -> Vec<Vec<Vec<usize>>> {
        let ties: Vec<(usize, usize)> = self.ties.keys().filter(|pair| !without.contains(pair)).copied().collect();
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut group_of: BTreeMap<usize, usize> = self.ties.keys().flat_map(|(a, b)| [(*a, *a), (*b, *b)]).collect();
        for group in groups(ties.iter().copied()) {
            let first = group.iter().copied().min().unwrap_or_default();
            group_of.extend(group.into_iter().map(|part| (part, first)));
        }
        for (part, group) in &group_of {
            members.entry(*group).or_default().push(*part);
        }
        let mut needs: BTreeMap<usize, BTreeSet<usize>> =
            members.keys().map(|group| (*group, BTreeSet::new())).collect();
        let mut needed_by: BTreeMap<usize, BTreeSet<usize>> = needs.clone();
        for (from, to) in ties.iter().map(|(from, to)| (group_of[from], group_of[to])).filter(|(from, to)| from != to) {
            needs.entry(from).or_default().insert(to);
            needed_by.entry(to).or_default().insert(from);
        }
        // From the bottom up: those are next that need nothing else any more.
        let mut levels: Vec<Vec<Vec<usize>>> = Vec::new();
        let mut open: BTreeSet<usize> = needs.iter().filter(|(_, needs)| needs.is_empty()).map(|(id, _)| *id).collect();
        while !open.is_empty() {
            levels.push(open.iter().map(|group| members[group].clone()).collect());
            let mut next = BTreeSet::new();
            for below in open {
                for above in &needed_by[&below] {
                    let left = needs.entry(*above).or_default();
                    left.remove(&below);
                    if left.is_empty() {
                        next.insert(*above);
                    }
                }
            }
            open = next;
        }
        levels.reverse();
        levels
    }
}

/// Files at or below a node that need others, without tests: a large style sheet is no reason to look into its folder.
fn coupled(snapshot: &Snapshot, reach: &Reach<'_>, id: NodeId) -> usize {
    let is_coupled =
        |id: &NodeId| !snapshot.node(*id).test && !reach.neighbours(*id, Direction::Dependencies).is_empty();
    snapshot.subtree(id).map(NodeId).filter(is_coupled).count()
}

/// Strongly connected components of parts, by number.
fn groups(ties: impl Iterator<Item = (usize, usize)>) -> Vec<Vec<usize>> {
    let node = |part: usize| NodeId(u32::try_from(part).unwrap_or(u32::MAX));
    let found = strongly_connected(ties.map(|(from, to)| (node(from), node(to))));
    found.into_iter().map(|group| group.into_iter().map(NodeId::index).collect()).collect()
}

/// The rule about layers with its exceptions: of the dependencies that were cut, and of ways around the layers.
fn layers(snapshot: &Snapshot, analysis: &Analysis, components: &Components) -> Result<String, Error> {
    let without = components.exceptions();
    let levels = components.levels(&without);
    if levels.len() < 2 {
        return Ok("\n# No layers: all components need each other (`transom cycles`).\n".to_owned());
    }
    let mut rule = "\n[[layers]]\nname = \"layers\"\ntests = false\nlayers = [\n".to_owned();
    for level in levels {
        let groups: Vec<String> = level
            .iter()
            .map(|group| string(&query(snapshot, group.iter().flat_map(|part| &components.parts[*part]))))
            .collect();
        match groups.as_slice() {
            [only] => rule.push_str(&format!("  {only},\n")),
            several => rule.push_str(&format!("  [{}],\n", several.join(", "))),
        }
    }
    rule.push_str("]\n");
    let path = |id: NodeId| snapshot.node(id).path.to_string();
    let cut = without.iter().flat_map(|pair| &components.ties[pair]);
    let mut exceptions: BTreeSet<(String, String)> = cut.map(|(from, to)| (path(*from), path(*to))).collect();
    for _ in 0..ROUNDS {
        let text = with_exceptions(&rule, &exceptions);
        let left = violations(&text, snapshot, analysis)?;
        if left.is_empty() {
            return Ok(text);
        }
        if exceptions.len() + left.len() > EXCEPTIONS {
            break;
        }
        for violation in left {
            // The evidence of a way has one line a step: the first step is from its first file to its second one.
            let second = violation.finding.evidence.get(1).map(|location| location.path.to_string());
            let Some(key) = violation.keys.first() else { continue };
            let is_direct = second.as_ref().is_none_or(|second| *second == key.from);
            let to = if is_direct { key.to.clone() } else { second.unwrap_or_default() };
            exceptions.insert((key.from.clone(), to));
        }
    }
    Ok("\n# No layers: ways around them, through files outside, are too many for exceptions.\n".to_owned())
}

fn with_exceptions(rule: &str, exceptions: &BTreeSet<(String, String)>) -> String {
    let entry = |(from, to): &(String, String)| {
        let (from, to) = (string(from), string(to));
        format!(
            "\n[[ignore]]\nrule = \"layers\"\nfrom = {from}\nto = {to}\nreason = \"It was there before the rule.\"\n"
        )
    };
    format!("{rule}{}", exceptions.iter().map(entry).collect::<String>())
}

/// The union of some nodes; a path alone is meant as it stands, else it is quoted where the language needs it.
fn query<'n>(snapshot: &Snapshot, nodes: impl Iterator<Item = &'n NodeId>) -> String {
    let paths: Vec<&str> = nodes.map(|id| &*snapshot.node(*id).path).collect();
    if let [only] = paths.as_slice() {
        return (*only).to_owned();
    }
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let quoted = |path: &&str| if path.chars().all(is_word) { (*path).to_owned() } else { format!("'{path}'") };
    paths.iter().map(quoted).collect::<Vec<_>>().join(" + ")
}

/// A TOML string: JSON's escapes are TOML's, and what they leave out was left out of the proposal.
fn string(text: &str) -> String {
    Value::from(text).to_string()
}
