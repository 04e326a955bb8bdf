//! Limits of metrics.

use crate::config::{Error, Setting};
use crate::graph::reach::Through;
use crate::graph::view::Level;
use crate::graph::{NodeId, NodeKind};
use crate::query::{METRICS, metrics};

use super::context::Context;
use super::read::Fields;
use super::{About, Check, Kind};

/// The kind.
pub static KIND: Kind = Kind {
    section: "limit",
    keys: "metric, max, [of], [level = file | module | package]",
    doc: "no component may have more of a metric",
    about: About::Components,
    through: Through::ALL,
    has_type_only: false,
    read,
};

struct Limit {
    metric: Setting<String>,
    max: f64,
    of: Setting<String>,
    level: Level,
}

fn read(fields: &mut Fields<'_, '_, '_>) -> Result<Box<dyn Check>, Error> {
    let name = fields.text("metric")?;
    if !METRICS.iter().any(|metric| metric.name == name.value) {
        let known: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
        return Err(name.error(format!("no metric '{}'; there are {}", name.value, known.join(", "))));
    }
    let max = fields.required("max")?.number()?;
    let (of, level) = (fields.query_or_all("of")?, level(fields)?);
    Ok(Box::new(Limit { metric: name, max, of, level }))
}

/// The level of components that a rule is about; files unless it says otherwise.
pub(super) fn level(fields: &mut Fields<'_, '_, '_>) -> Result<Level, Error> {
    let Some(field) = fields.optional("level") else { return Ok(Level::File) };
    match Level::named(&field.string()?) {
        None | Some(Level::Symbol) => Err(field.error("is 'file', 'module' or 'package'")),
        Some(level) => Ok(level),
    }
}

impl Check for Limit {
    fn check(&self, context: &mut Context<'_>) -> Result<(), Error> {
        let of = context.select(&self.of)?;
        let is_asked = |id: &NodeId| {
            let node = context.snapshot.node(*id);
            let is_component = match self.level {
                Level::Package => node.package.is_some(),
                Level::Module => node.kind != NodeKind::File && node.lines > 0,
                _ => node.language.is_some(),
            };
            is_component && (context.rule.through.tests || !node.test) && of.covers(context.snapshot, *id)
        };
        let metric =
            metrics::named(&self.metric.value, context.analysis).map_err(|message| self.metric.error(message))?;
        let value = |id: NodeId| (metric.value)(context.snapshot, context.analysis, id);
        let asked = context.snapshot.tree().filter(is_asked).map(|id| (id, value(id)));
        let above: Vec<(NodeId, f64)> = asked.filter(|(_, value)| *value > self.max).collect();
        for (id, value) in above {
            // Two digits are enough for what is no whole number.
            let value = (value * 100.0).round() / 100.0;
            let message = format!("{} has {} {value}, more than {}", context.path(id), metric.name, self.max);
            context.add_component(id, message);
        }
        Ok(())
    }

    fn needs_history(&self) -> bool {
        metrics::needs_history(&self.metric.value)
    }
}
