//! Layers: a lower one may not depend on a higher one.
//!
//! The verdict is that of [import-linter](https://import-linter.readthedocs.io)'s layers contract: a way from a lower to a
//! higher layer breaks the rule also where it leads through files that are in no layer, and a way through a third layer is
//! that layer's business.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::config::{Error, Raw, Setting};
use crate::graph::NodeId;
use crate::graph::reach::Through;

use super::context::Context;
use super::read::Fields;
use super::routes::Routes;
use super::{About, Check, Kind};

/// The kind.
pub static KIND: Kind = Kind {
    section: "layers",
    keys: "layers, [closed = true], [exhaustive = QUERY]",
    doc: "layers from top to bottom: a lower one may not need a higher one; a list inside the list holds siblings that may \
          not need each other; closed: only the next one down may be needed; exhaustive: each source file of the query must \
          be in a layer",
    about: About::Dependencies,
    through: Through::ALL,
    has_type_only: true,
    read,
};

struct Layers {
    parts: Vec<Part>,
    closed: bool,
    exhaustive: Option<Setting<String>>,
}

/// One layer, or one of several independent siblings on the same height.
struct Part {
    /// Counted from the top.
    height: usize,
    query: Setting<String>,
}

fn read(fields: &mut Fields<'_, '_, '_>) -> Result<Box<dyn Check>, Error> {
    let list = fields.required("layers")?;
    let mut parts = Vec::new();
    for (height, layer) in fields.members(&list)?.into_iter().enumerate() {
        let siblings = if layer.value.is_array() { fields.members(&layer)? } else { vec![layer] };
        for sibling in siblings {
            parts.push(Part { height, query: query(&sibling)? });
        }
    }
    if parts.len() < 2 {
        return Err(list.error("needs at least two layers"));
    }
    let exhaustive = fields.optional("exhaustive").map(|field| Ok::<_, Error>(field.replaced(field.string()?)));
    let exhaustive = exhaustive.transpose()?;
    Ok(Box::new(Layers { parts, closed: fields.flag("closed", false)?, exhaustive }))
}

fn query(layer: &Raw<'_, '_>) -> Result<Setting<String>, Error> {
    match layer.value.as_str() {
        Some(text) => Ok(layer.replaced(text.to_owned())),
        None => Err(layer.error("is a query or a list of queries")),
    }
}

impl Layers {
    /// Why one part may not need another one; none where it may.
    fn forbidden(&self, from: &Part, to: &Part) -> Option<&'static str> {
        if from.height > to.height {
            Some("a higher layer")
        } else if from.height == to.height {
            Some("an independent sibling")
        } else if self.closed && to.height > from.height + 1 {
            Some("a layer below the next one")
        } else {
            None
        }
    }
}

impl Check for Layers {
    fn check(&self, context: &mut Context<'_>) -> Result<(), Error> {
        let mut files: Vec<BTreeSet<NodeId>> = Vec::new();
        let mut part_of: FxHashMap<NodeId, usize> = FxHashMap::default();
        for (index, part) in self.parts.iter().enumerate() {
            let leaves = context.leaves(&part.query)?;
            for leaf in &leaves {
                if let Some(other) = part_of.insert(*leaf, index) {
                    let path = context.path(*leaf);
                    return Err(part.query.error(format!("{path} is in {} too", self.parts[other].query.key)));
                }
            }
            files.push(leaves);
        }
        if let Some(query) = &self.exhaustive {
            let outside = context.leaves(query)?.into_iter().filter(|id| !part_of.contains_key(id));
            let outside: Vec<NodeId> = outside.filter(|id| context.is_source(*id)).collect();
            for id in outside {
                let message = format!("{} is in no layer", context.path(id));
                context.add_component(id, message);
            }
        }
        let mut found: Vec<(NodeId, Vec<NodeId>, String)> = Vec::new();
        for (to, ends) in self.parts.iter().zip(&files) {
            let routes = Routes::new(&context.graph, ends, |id| !part_of.contains_key(&id));
            for (from, starts) in self.parts.iter().zip(&files) {
                let is_same = std::ptr::eq(from, to);
                let Some(why) = self.forbidden(from, to).filter(|_| !is_same) else { continue };
                for start in starts {
                    let direct = routes.directly(*start).into_iter().map(|end| vec![*start, end]);
                    found.extend(direct.chain(routes.indirectly(*start)).map(|chain| {
                        let said = said(context, &chain, &format!("{why}, {}", to.query.value));
                        (*start, chain, said)
                    }));
                }
            }
        }
        found.sort();
        for (_, chain, message) in found {
            match chain.as_slice() {
                [from, to] => context.add_dependency(*from, *to, message),
                _ => context.add_chain(&chain, message),
            }
        }
        Ok(())
    }
}

/// `a needs c, which is in WHERE`, with what the way leads through.
pub(super) fn said(context: &Context<'_>, chain: &[NodeId], place: &str) -> String {
    let [from, between @ .., to] = chain else { return String::new() };
    let through: Vec<&str> = between.iter().map(|id| context.path(*id)).collect();
    let through = if through.is_empty() { String::new() } else { format!(" through {}", through.join(", ")) };
    format!("{} needs {}{through}, which is in {place}", context.path(*from), context.path(*to))
}
