//! Parts that are used through an interface only.

use crate::config::{Error, Setting};
use crate::graph::NodeId;
use crate::graph::reach::Through;

use super::context::Context;
use super::read::Fields;
use super::{About, Check, Kind};

/// The kind.
pub static KIND: Kind = Kind {
    section: "only_through",
    keys: "of, interface",
    doc: "what is outside of `of` may need it through interface only",
    about: About::Dependencies,
    through: Through::ALL,
    has_type_only: true,
    read,
};

struct OnlyThrough {
    of: Setting<String>,
    interface: Setting<String>,
}

fn read(fields: &mut Fields<'_, '_, '_>) -> Result<Box<dyn Check>, Error> {
    Ok(Box::new(OnlyThrough { of: fields.text("of")?, interface: fields.text("interface")? }))
}

impl Check for OnlyThrough {
    fn check(&self, context: &mut Context<'_>) -> Result<(), Error> {
        let (of, interface) = (context.leaves(&self.of)?, context.leaves(&self.interface)?);
        let inner = of.difference(&interface).copied();
        let uses = inner.flat_map(|to| context.graph.needed_by(to).map(move |from| (from, to)));
        // The interface may stand beside what it is the interface of.
        let is_breach = |(from, _): &(NodeId, NodeId)| !of.contains(from) && !interface.contains(from);
        let mut breaches: Vec<(NodeId, NodeId)> = uses.filter(is_breach).collect();
        breaches.sort_unstable();
        for (from, to) in breaches {
            let (user, used) = (context.path(from), context.path(to));
            let message =
                format!("{user} needs {used} of {} past its interface, {}", self.of.value, self.interface.value);
            context.add_dependency(from, to, message);
        }
        Ok(())
    }
}
