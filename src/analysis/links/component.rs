//! Of components.

use super::{Aspect, End, Links};
use crate::system::{ComponentId, Direction, Thing};

impl Links<'_> {
    pub(super) fn component(&mut self, thing: &Thing) {
        let system = self.system;
        let Some(id) = thing.id(system) else { return };
        for edge in &system.edges {
            let how = format!("{} ({})", edge.kind, edge.sureness.as_str());
            let other = |id| End::Thing(Thing::component(system, id));
            if edge.from == id {
                self.add(Aspect::Uses, other(edge.to), how.clone(), edge.evidence.clone());
            }
            if edge.to == id {
                self.add(Aspect::UsedBy, other(edge.from), how, edge.evidence.clone());
            }
        }
        for of in system.endpoints.iter().filter(|of| of.service == id) {
            let how = of.handler.as_ref().map_or_else(String::new, |handler| handler.name.to_string());
            self.add(Aspect::Serves, End::Thing(Thing::endpoint(system, of)), how, vec![of.evidence.clone()]);
        }
        for of in system.operations.iter().filter(|of| of.component == Some(id)) {
            let evidence = std::iter::once(&of.evidence).chain(&of.handler).cloned().collect();
            self.add(Aspect::Serves, End::Thing(Thing::operation(of)), of.style.as_str(), evidence);
        }
        if let Some(directory) = &system.node(id).directory {
            self.add(Aspect::Code, End::Source((&**directory).into()), "source", Vec::new());
        }
        self.messages(id);
        self.tables_of(id);
        self.workload(id);
    }

    fn messages(&mut self, id: ComponentId) {
        let system = self.system;
        for flow in system.flows.iter().filter(|flow| flow.component == Some(id)) {
            let end = End::Thing(Thing::channel(&system.channels[flow.channel.index()]));
            let how = match flow.direction {
                Direction::Publishes => "publishes",
                Direction::Consumes => "consumes",
            };
            self.add(Aspect::Messages, end, how, vec![flow.evidence.clone()]);
        }
        for channel in system.channels.iter().filter(|channel| channel.broker == Some(id)) {
            self.add(Aspect::Messages, End::Thing(Thing::channel(channel)), "carries", channel.evidence.clone());
        }
    }

    /// The tables that a component's code uses.
    pub(super) fn tables_of(&mut self, id: ComponentId) {
        for of in self.system.table_uses.iter().filter(|of| of.component == Some(id)) {
            let end = End::Thing(Thing::Table(self.system.schema.tables[of.table].name.clone()));
            self.add(Aspect::Data, end, of.access.as_str(), vec![of.evidence.clone()]);
        }
    }

    /// What runs a component, how, and what ships it.
    pub(super) fn workload(&mut self, id: ComponentId) {
        let system = self.system;
        for of in system.resources.iter().filter(|of| of.component == Some(id)) {
            self.add(Aspect::Runs, End::Thing(Thing::resource(of)), of.kind.as_str(), of.evidence.clone());
        }
        for pipeline in &system.pipelines {
            for job in &pipeline.jobs {
                for task in job.tasks.iter().filter(|task| task.component == Some(id)) {
                    let how = format!("{} ({})", task.kind.as_str(), task.tool);
                    let end = End::Thing(Thing::job(pipeline, job));
                    self.add(Aspect::Ships, end, how, vec![task.evidence.clone()]);
                }
            }
        }
        for practice in system.practices.iter().filter(|practice| practice.component == Some(id)) {
            let end = End::Line(format!("{} {}", practice.kind.as_str(), practice.detail).trim_end().to_owned());
            self.add(Aspect::Says, end, "", vec![practice.evidence.clone()]);
        }
    }
}
