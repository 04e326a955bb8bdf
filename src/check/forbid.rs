//! Forbidden dependencies.

use std::collections::BTreeSet;

use crate::config::{Error, Setting};
use crate::graph::NodeId;
use crate::graph::reach::Through;

use super::context::Context;
use super::layers::said;
use super::read::Fields;
use super::routes::Routes;
use super::{About, Check, Kind};

/// The kind.
pub static KIND: Kind = Kind {
    section: "forbid",
    keys: "from, to, [indirect = true]",
    doc: "nothing in from may need anything in to; indirect: not through others either",
    about: About::Dependencies,
    through: Through::ALL,
    has_type_only: true,
    read,
};

struct Forbid {
    from: Setting<String>,
    to: Setting<String>,
    indirect: bool,
}

fn read(fields: &mut Fields<'_, '_, '_>) -> Result<Box<dyn Check>, Error> {
    let (from, to) = (fields.text("from")?, fields.text("to")?);
    Ok(Box::new(Forbid { from, to, indirect: fields.flag("indirect", false)? }))
}

impl Check for Forbid {
    fn check(&self, context: &mut Context<'_>) -> Result<(), Error> {
        let (from, to) = (context.leaves(&self.from)?, context.leaves(&self.to)?);
        // What is in both is needed, not in need: from a folder to a part of it is asked about the folder's other files.
        let starts: BTreeSet<NodeId> = from.difference(&to).copied().collect();
        let routes = match self.indirect {
            true => Routes::new(&context.graph, &to, |id| !starts.contains(&id)),
            false => Routes::direct(&context.graph, &to),
        };
        let mut chains: Vec<Vec<NodeId>> = Vec::new();
        for start in &starts {
            chains.extend(routes.directly(*start).into_iter().map(|end| vec![*start, end]));
            chains.extend(routes.indirectly(*start));
        }
        for chain in chains {
            let message = said(context, &chain, &format!("what it may not need, {}", self.to.value));
            match chain.as_slice() {
                [from, to] => context.add_dependency(*from, *to, message),
                _ => context.add_chain(&chain, message),
            }
        }
        Ok(())
    }
}
