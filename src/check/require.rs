//! Required dependencies.

use crate::config::{Error, Setting};
use crate::graph::NodeId;
use crate::graph::reach::Through;

use super::context::Context;
use super::read::Fields;
use super::routes::Routes;
use super::{About, Check, Kind};

/// The kind.
pub static KIND: Kind = Kind {
    section: "require",
    keys: "from, to, [indirect = true]",
    doc: "each file of from must need something in to; indirect: through others is enough",
    about: About::Components,
    through: Through::ALL,
    has_type_only: true,
    read,
};

struct Require {
    from: Setting<String>,
    to: Setting<String>,
    indirect: bool,
}

fn read(fields: &mut Fields<'_, '_, '_>) -> Result<Box<dyn Check>, Error> {
    let (from, to) = (fields.text("from")?, fields.text("to")?);
    Ok(Box::new(Require { from, to, indirect: fields.flag("indirect", false)? }))
}

impl Check for Require {
    fn check(&self, context: &mut Context<'_>) -> Result<(), Error> {
        let (from, to) = (context.leaves(&self.from)?, context.leaves(&self.to)?);
        let routes = match self.indirect {
            true => Routes::new(&context.graph, &to, |_| true),
            false => Routes::direct(&context.graph, &to),
        };
        let needs_it = |id: NodeId| !routes.directly(id).is_empty() || routes.indirectly(id).is_some();
        let is_asked = |id: &NodeId| context.is_source(*id) && !to.contains(id);
        let asked: Vec<NodeId> = from.into_iter().filter(is_asked).collect();
        let missing: Vec<NodeId> = asked.iter().copied().filter(|id| !needs_it(*id)).collect();
        if asked.is_empty() {
            context.asks_nothing(&self.from, "source file outside of what is required");
        }
        for id in missing {
            let message = format!("{} needs nothing in {}", context.path(id), self.to.value);
            context.add_component(id, message);
        }
        Ok(())
    }
}
