//! Of channels, tables, pipelines, jobs and resources.

use super::{Aspect, End, Links};
use crate::system::{Access, Direction, Place, Resource, Thing};

impl Links<'_> {
    pub(super) fn channel(&mut self, thing: &Thing) {
        let system = self.system;
        for (index, channel) in system.channels.iter().enumerate().filter(|(_, of)| Thing::channel(of) == *thing) {
            if let Some(broker) = channel.broker {
                let end = End::Thing(Thing::component(system, broker));
                self.add(Aspect::Owner, end, "carried by", channel.evidence.clone());
            }
            for flow in system.flows.iter().filter(|flow| flow.channel.index() == index) {
                let how = match flow.direction {
                    Direction::Publishes => "published by",
                    Direction::Consumes => "consumed by",
                };
                let end = match flow.component {
                    Some(id) => End::Thing(Thing::component(system, id)),
                    None => End::Source(flow.evidence.path.clone()),
                };
                let how = format!("{how} ({})", flow.sureness.as_str());
                self.add(Aspect::Messages, end, how, vec![flow.evidence.clone()]);
            }
            if let Some(place) = &channel.dead_letter {
                self.add(Aspect::Says, End::Line("dead letters".to_owned()), "", vec![place.clone()]);
            }
        }
    }

    pub(super) fn table(&mut self, name: &str) {
        let system = self.system;
        for of in system.table_uses.iter().filter(|of| system.schema.tables[of.table].name == name) {
            let how = match of.access {
                Access::Reads => "reads",
                Access::Writes => "writes",
            };
            if let Some(id) = of.component {
                self.add(Aspect::UsedBy, End::Thing(Thing::component(system, id)), how, vec![of.evidence.clone()]);
            }
            self.add(Aspect::Code, End::Source(of.evidence.path.clone()), how, vec![of.evidence.clone()]);
        }
        for relation in &system.schema.relations {
            let how = format!("{} by {}", relation.cardinality.as_str(), relation.via.join(", "));
            if relation.from == name {
                let end = End::Thing(Thing::Table(relation.to.clone()));
                self.add(Aspect::Uses, end, how.clone(), vec![relation.place.clone()]);
            }
            if relation.to == name {
                let end = End::Thing(Thing::Table(relation.from.clone()));
                self.add(Aspect::UsedBy, end, how, vec![relation.place.clone()]);
            }
        }
        for table in system.schema.tables.iter().filter(|table| table.name == name) {
            for column in &table.columns {
                let key = if column.primary { ", key" } else { "" };
                let how = format!("{}{key}", column.r#type);
                self.add(Aspect::Says, End::Line(column.name.to_string()), how, vec![column.place.clone()]);
            }
        }
    }

    pub(super) fn pipeline(&mut self, thing: &Thing) {
        for pipeline in thing.pipelines(self.system) {
            for job in &pipeline.jobs {
                let how = job.stage.as_deref().unwrap_or("job");
                self.add(Aspect::Parts, End::Thing(Thing::job(pipeline, job)), how, vec![job.evidence.clone()]);
            }
            for (trigger, place) in &pipeline.triggers {
                self.add(Aspect::Says, End::Line(format!("on {trigger}")), "", vec![place.clone()]);
            }
        }
    }

    pub(super) fn job(&mut self, thing: &Thing) {
        let system = self.system;
        for (pipeline, job) in thing.jobs(system) {
            self.add(Aspect::Owner, End::Thing(Thing::pipeline(pipeline)), "pipeline", vec![job.evidence.clone()]);
            for needed in job.needs.iter().filter_map(|index| pipeline.jobs.get(*index)) {
                let end = End::Thing(Thing::job(pipeline, needed));
                self.add(Aspect::Uses, end, "waits for", vec![job.evidence.clone()]);
            }
            for other in pipeline.jobs.iter().filter(|other| {
                other.needs.iter().any(|index| pipeline.jobs.get(*index).is_some_and(|needed| needed.name == job.name))
            }) {
                let end = End::Thing(Thing::job(pipeline, other));
                self.add(Aspect::UsedBy, end, "waits for it", vec![other.evidence.clone()]);
            }
            for task in &job.tasks {
                let how = format!("{} ({})", task.kind.as_str(), task.tool);
                match task.component {
                    Some(id) => {
                        let end = End::Thing(Thing::component(system, id));
                        self.add(Aspect::Uses, end, how, vec![task.evidence.clone()]);
                    }
                    None => {
                        let target = task.target.as_deref().unwrap_or_default();
                        let end = End::Line(format!("{} {target}", task.kind.as_str()).trim_end().to_owned());
                        self.add(Aspect::Says, end, task.tool.as_str(), vec![task.evidence.clone()]);
                    }
                }
            }
            if let Some(environment) = &job.environment {
                let end = End::Line(format!("environment {environment}"));
                self.add(Aspect::Says, end, "", vec![job.evidence.clone()]);
            }
        }
    }

    pub(super) fn resource(&mut self, thing: &Thing) {
        let system = self.system;
        for (index, of) in thing.resources(system) {
            if let Some(id) = of.component {
                let end = End::Thing(Thing::component(system, id));
                self.add(Aspect::Owner, end, "runs", of.evidence.clone());
            }
            for used in of.uses.iter().filter_map(|id| system.resources.get(id.index())) {
                self.add(Aspect::Uses, End::Thing(Thing::resource(used)), used.kind.as_str(), of.evidence.clone());
            }
            let names = |other: &&Resource| other.uses.iter().any(|id| id.index() == index);
            for other in system.resources.iter().filter(names) {
                let end = End::Thing(Thing::resource(other));
                self.add(Aspect::UsedBy, end, other.kind.as_str(), other.evidence.clone());
            }
            let first: Vec<Place> = of.evidence.first().cloned().into_iter().collect();
            for (key, value) in &of.details {
                self.add(Aspect::Says, End::Line(format!("{key} {value}")), "", first.clone());
            }
        }
    }
}
