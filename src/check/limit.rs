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
    keys: "metric, max or min, [of], [level = file | module | package]",
    doc: "no component may have more of a metric than max, or less than min",
    about: About::Components,
    through: Through::ALL,
    has_type_only: false,
    read,
};

struct Limit {
    metric: Setting<String>,
    max: Option<f64>,
    min: Option<f64>,
    of: Setting<String>,
    level: Level,
}

fn read(fields: &mut Fields<'_, '_, '_>) -> Result<Box<dyn Check>, Error> {
    let name = fields.text("metric")?;
    if !METRICS.iter().any(|metric| metric.name == name.value) {
        let known: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
        return Err(name.error(format!("no metric '{}'; there are {}", name.value, known.join(", "))));
    }
    let mut bound = |name: &str| fields.optional(name).map(|field| field.number()).transpose();
    let (max, min) = (bound("max")?, bound("min")?);
    if max.is_none() && min.is_none() {
        // The error says what is missing.
        fields.required("max' or 'min")?;
    }
    let (of, level) = (fields.query_or_all("of")?, level(fields)?);
    Ok(Box::new(Limit { metric: name, max, min, of, level }))
}

/// The level of components that a rule is about; files unless it says otherwise.
pub(super) fn level(fields: &mut Fields<'_, '_, '_>) -> Result<Level, Error> {
    let Some(field) = fields.optional("level") else { return Ok(Level::File) };
    match Level::named(&field.string()?) {
        None | Some(Level::Symbol) => Err(field.error("is 'file', 'module' or 'package'")),
        Some(level) => Ok(level),
    }
}

impl Limit {
    /// In which way a value is out of bounds.
    fn wrong(&self, value: f64) -> Option<String> {
        let above = self.max.filter(|max| value > *max).map(|max| format!("more than {max}"));
        above.or_else(|| self.min.filter(|min| value < *min).map(|min| format!("less than {min}")))
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
        let asked: Vec<(NodeId, f64)> = context.snapshot.tree().filter(is_asked).map(|id| (id, value(id))).collect();
        if asked.is_empty() {
            context.asks_nothing(&self.of, self.level.as_str());
        }
        for (id, value) in asked {
            let Some(wrong) = self.wrong(value) else { continue };
            // Two digits are enough for what is no whole number.
            let value = (value * 100.0).round() / 100.0;
            let message = format!("{} has {} {value}, {wrong}", context.path(id), metric.name);
            context.add_component(id, message);
        }
        Ok(())
    }

    fn needs_history(&self) -> bool {
        metrics::needs_history(&self.metric.value)
    }
}
