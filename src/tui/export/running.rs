//! The diagram of the running system, or of what is marked or selected in it.

use super::Diagram;
use crate::export::system;
use crate::graph::NodeId;
use crate::report::name_of;
use crate::system::{ChannelId, System, Thing};
use crate::text::counted;
use crate::tui::model::Model;

/// Draws the marked parts of the running system; with none marked, a part and what is near; with none selected, all of it.
pub fn of_system(model: &Model, thing: Option<&Thing>, depth: u32) -> Diagram {
    let system = &model.snapshot.system;
    let name = name_of(&model.snapshot, &model.snapshot.node(NodeId::ROOT).name);
    let mut chosen = system::Chosen::default();
    for thing in &model.things {
        choose(&mut chosen, system, thing);
    }
    let (what, stem) = match thing {
        _ if !chosen.is_empty() => (counted(model.things.len() as u64, "marked part"), "marked".to_owned()),
        Some(thing) => {
            choose(&mut chosen, system, thing);
            chosen = chosen.with_neighbours(system, depth);
            (format!("{} and its neighbours, depth {depth}", thing.label()), thing.label())
        }
        None => (format!("the system of {name}"), name.clone()),
    };
    let chosen = (!chosen.is_empty()).then_some(&chosen);
    let input = system::Input { system, name: &name, chosen };
    let drawn = system::chart(&input);
    let size = format!("{}, {}", counted(drawn.boxes.len() as u64, "box"), counted(drawn.arrows.len() as u64, "arrow"));
    let written = system::format_named("mermaid").map(|format| (format.write)(&input));
    Diagram::new(written, what, size, &stem)
}

/// Adds a part of the system to what is drawn; of a part that is no box the components that it belongs to.
fn choose(chosen: &mut system::Chosen, system: &System, thing: &Thing) {
    match thing {
        Thing::Component(_) => chosen.components.extend(thing.id(system)),
        Thing::Channel(..) => {
            let found = system.channels.iter().zip((0..).map(ChannelId)).filter(|(of, _)| Thing::channel(of) == *thing);
            chosen.channels.extend(found.map(|(_, id)| id));
        }
        Thing::Endpoint { .. } => chosen.components.extend(thing.endpoints(system).map(|(_, of)| of.service)),
        Thing::Operation { .. } => chosen.components.extend(thing.operations(system).filter_map(|of| of.component)),
        Thing::Table(name) => {
            let uses = system.table_uses.iter().filter(|of| system.schema.tables[of.table].name == *name);
            chosen.components.extend(uses.filter_map(|of| of.component));
        }
        Thing::Resource { .. } => chosen.components.extend(thing.resources(system).filter_map(|(_, of)| of.component)),
        Thing::Pipeline(..) => {
            let jobs = thing.pipelines(system).flat_map(|of| &of.jobs);
            chosen.components.extend(jobs.flat_map(|job| &job.tasks).filter_map(|task| task.component));
        }
        Thing::Job(..) => {
            let tasks = thing.jobs(system).flat_map(|(_, job)| &job.tasks);
            chosen.components.extend(tasks.filter_map(|task| task.component));
        }
    }
}
