//! Files that nothing needs.

use std::collections::BTreeSet;

use crate::config::{Error, Setting};
use crate::graph::NodeId;
use crate::graph::reach::Through;
use crate::lang::resolve::DependencyKind;

use super::context::Context;
use super::read::Fields;
use super::{About, Check, Kind};

/// The kind.
pub static KIND: Kind = Kind {
    section: "orphans",
    keys: "[of], [except]",
    doc: "each file of `of`, tests not counted, must be needed by another one, except where a program starts",
    about: About::Components,
    through: Through::ALL,
    has_type_only: true,
    read,
};

struct Orphans {
    of: Setting<String>,
    except: Option<Setting<String>>,
}

fn read(fields: &mut Fields<'_, '_, '_>) -> Result<Box<dyn Check>, Error> {
    let except = fields.optional("except").map(|field| Ok::<_, Error>(field.replaced(field.string()?))).transpose()?;
    Ok(Box::new(Orphans { of: fields.query_or_all("of")?, except }))
}

impl Check for Orphans {
    fn check(&self, context: &mut Context<'_>) -> Result<(), Error> {
        let of = context.leaves(&self.of)?;
        let except = match &self.except {
            Some(query) => context.leaves(query)?,
            None => BTreeSet::new(),
        };
        let snapshot = context.snapshot;
        // A file that another one declares as a part of itself is needed by it (`mod` in Rust).
        let is_part = |id: NodeId| {
            snapshot.incoming(id).any(|edge| {
                let edge = snapshot.edge(edge);
                edge.kind == DependencyKind::Module && edge.from != id
            })
        };
        let is_orphan = |id: &NodeId| {
            context.is_source(*id)
                && !snapshot.node(*id).test
                && context.graph.needed_by(*id).next().is_none()
                && !is_part(*id)
        };
        let orphans: Vec<NodeId> = of.difference(&except).copied().filter(is_orphan).collect();
        if !of.difference(&except).any(|id| context.is_source(*id)) {
            context.asks_nothing(&self.of, "source file that is not excepted");
        }
        for id in orphans {
            let message = format!("nothing needs {}", context.path(id));
            context.add_component(id, message);
        }
        Ok(())
    }
}
