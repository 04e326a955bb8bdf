//! What code does to others, by its place in the code.

use rustc_hash::FxHashMap;

use crate::facts::Span;
use crate::graph::Snapshot;
use crate::lang::resolve::FileId;
use crate::system::{Flow, Place, RemoteCall, TableUse};

/// Something that code does to others.
#[derive(Debug)]
pub enum Effect<'s> {
    /// Reads or writes a table.
    Table(&'s TableUse),
    /// Sends or receives a message.
    Flow(&'s Flow),
    /// Asks over the network.
    Call(&'s RemoteCall),
}

/// Every effect, by file and place.
pub struct Effects<'s> {
    of_file: FxHashMap<FileId, Vec<(Span, Effect<'s>)>>,
}

impl<'s> Effects<'s> {
    /// Finds for the line of each effect the code that has it: the call there, else the definition that begins there.
    pub fn new(snapshot: &'s Snapshot) -> Self {
        let system = &snapshot.system;
        let tables = system.table_uses.iter().map(|of| (&of.evidence, Effect::Table(of)));
        let flows = system.flows.iter().map(|flow| (&flow.evidence, Effect::Flow(flow)));
        let calls = system.calls.iter().map(|call| (&call.evidence, Effect::Call(call)));
        let mut of_file: FxHashMap<FileId, Vec<(Span, Effect<'s>)>> = FxHashMap::default();
        for (place, effect) in tables.chain(flows).chain(calls) {
            if let Some((file, span)) = span_at(snapshot, place) {
                of_file.entry(file).or_default().push((span, effect));
            }
        }
        for effects in of_file.values_mut() {
            effects.sort_by_key(|(span, _)| span.start);
        }
        Self { of_file }
    }

    /// The effects of a part of a file, in order.
    pub fn within(&self, file: FileId, part: Span) -> impl Iterator<Item = &(Span, Effect<'s>)> {
        let all = self.of_file.get(&file).map_or(&[][..], Vec::as_slice);
        let first = all.partition_point(|(span, _)| span.start < part.start);
        all[first..].iter().take_while(move |(span, _)| span.start < part.end)
    }
}

fn span_at(snapshot: &Snapshot, place: &Place) -> Option<(FileId, Span)> {
    let file = snapshot.sources.file(&place.path)?;
    let facts = snapshot.sources.facts(file)?;
    let call = facts.terms.calls.iter().find(|call| call.span.line == place.line).map(|call| call.span);
    let definition = || {
        let begins = |of: &&crate::facts::Definition| of.span.line <= place.line && place.line <= of.name_span.line;
        facts.definitions.iter().rev().find(begins).map(|definition| definition.name_span)
    };
    let binding = || facts.terms.bindings.iter().find(|of| of.span.line == place.line).map(|of| of.span);
    Some((file, call.or_else(definition).or_else(binding)?))
}
