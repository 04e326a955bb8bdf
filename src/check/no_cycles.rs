//! No cycles of components.

use std::collections::BTreeMap;

use crate::analysis::{FeedbackArc, feedback_arcs, strongly_connected};
use crate::config::{Error, Setting};
use crate::graph::reach::Through;
use crate::graph::view::Level;
use crate::graph::{NodeId, Snapshot};

use super::context::Context;
use super::limit::level;
use super::read::Fields;
use super::{About, Check, Kind};

/// The kind.
pub static KIND: Kind = Kind {
    section: "no_cycles",
    keys: "[within], [level = file | module | package]",
    doc: "components may not need each other in a circle; tests and type-only dependencies count only where the rule says so",
    about: About::Dependencies,
    // As in `transom cycles`: they do not tie what is built.
    through: Through { tests: false, type_only: false, inferred: true },
    has_type_only: true,
    read,
};

/// So many members of a cycle are named.
const NAMED: usize = 5;

struct NoCycles {
    within: Setting<String>,
    level: Level,
}

/// What needs, and what is needed.
type Pair = (NodeId, NodeId);

/// The dependencies of files that make one component need another.
type Ties = BTreeMap<Pair, Vec<Pair>>;

fn read(fields: &mut Fields<'_, '_, '_>) -> Result<Box<dyn Check>, Error> {
    Ok(Box::new(NoCycles { within: fields.query_or_all("within")?, level: level(fields)? }))
}

/// The component of a level that a file belongs to.
pub(super) fn component(snapshot: &Snapshot, level: Level, file: NodeId) -> NodeId {
    match level {
        Level::Package => snapshot.ancestors(file).find(|id| snapshot.node(*id).package.is_some()),
        Level::Module => snapshot.node(file).parent,
        _ => Some(file),
    }
    .unwrap_or(NodeId::ROOT)
}

impl Check for NoCycles {
    fn check(&self, context: &mut Context<'_>) -> Result<(), Error> {
        let files = context.leaves(&self.within)?;
        let snapshot = context.snapshot;
        if !files.iter().any(|id| context.is_source(*id)) {
            context.asks_nothing(&self.within, "source file");
        }
        let mut ties = Ties::new();
        for from in files.iter().copied().filter(|id| context.is_source(*id)) {
            for to in context.graph.needs(from).filter(|to| files.contains(to) && context.is_source(*to)) {
                let pair = (component(snapshot, self.level, from), component(snapshot, self.level, to));
                if pair.0 != pair.1 {
                    ties.entry(pair).or_default().push((from, to));
                }
            }
        }
        for members in strongly_connected(ties.keys().copied()) {
            self.report(context, &ties, &members);
        }
        Ok(())
    }
}

impl NoCycles {
    /// One violation for a cycle: what to cut is its evidence, and every dependency within it is one of its keys, so that a
    /// baseline does not know a cycle that has grown.
    fn report(&self, context: &mut Context<'_>, ties: &Ties, members: &[NodeId]) {
        let place: BTreeMap<NodeId, u32> = members.iter().copied().zip(0..).collect();
        let within: Vec<(&Pair, &Vec<Pair>)> =
            ties.iter().filter(|((from, to), _)| place.contains_key(from) && place.contains_key(to)).collect();
        let arcs: Vec<FeedbackArc> = within
            .iter()
            .map(|((from, to), steps)| {
                let lines: usize = steps.iter().map(|(from, to)| context.lines(*from, *to).len()).sum();
                FeedbackArc {
                    from: place[from],
                    to: place[to],
                    weight: u32::try_from(lines).unwrap_or(u32::MAX).max(1),
                }
            })
            .collect();
        let cut: Vec<_> = feedback_arcs(members.len(), &arcs).into_iter().map(|index| within[index]).collect();
        let evidence = cut.iter().flat_map(|(_, steps)| steps.iter());
        let evidence = evidence.flat_map(|(from, to)| context.lines(*from, *to)).collect();
        let keys = within.iter().map(|((from, to), _)| context.key(*from, Some(*to))).collect();
        let named: Vec<&str> = members.iter().take(NAMED).map(|id| context.path(*id)).collect();
        let more = match members.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let cuts: Vec<String> =
            cut.iter().map(|((from, to), _)| format!("{} -> {}", context.path(*from), context.path(*to))).collect();
        let message =
            format!("{}{more} need each other in a cycle; without {} there is none", named.join(", "), cuts.join(", "));
        if let Some(first) = members.first() {
            context.add(*first, keys, message, evidence);
        }
    }
}
