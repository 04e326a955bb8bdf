//! What can be pointed at in a running system, by what it is called: a name lasts from one state of the files to the next.

use std::sync::Arc;

use super::{Channel, ChannelKind, ComponentId, Endpoint, Job, Operation, Pipeline, Place, Resource, Role, System};
use crate::facts::Name;

/// A part of a running system. Two of one kind and name are one thing that several places are about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// A container.
    Component(Name),
    /// A topic or queue.
    Channel(ChannelKind, Name),
    /// A route.
    Endpoint {
        /// Who serves it.
        service: Name,
        /// With all prefixes.
        path: Name,
        /// None for any.
        method: Option<Name>,
    },
    /// What an interface file declares.
    Operation {
        /// The file.
        contract: Arc<str>,
        /// As the file calls it.
        name: Name,
        /// None for remote procedures.
        method: Option<Name>,
    },
    /// A table.
    Table(Name),
    /// A pipeline, by its file and its name.
    Pipeline(Arc<str>, Name),
    /// A job of the pipeline of that file and name.
    Job(Arc<str>, Name, Name),
    /// Declared infrastructure.
    Resource {
        /// The tool.
        technology: &'static str,
        /// As the tool calls it.
        kind: Name,
        /// Its key.
        name: Name,
    },
}

impl Thing {
    /// A component.
    pub fn component(system: &System, id: ComponentId) -> Self {
        Self::Component(system.node(id).name.clone())
    }

    /// A topic or queue.
    pub fn channel(channel: &Channel) -> Self {
        Self::Channel(channel.kind, channel.name.clone())
    }

    /// A route.
    pub fn endpoint(system: &System, of: &Endpoint) -> Self {
        let service = system.node(of.service).name.clone();
        Self::Endpoint { service, path: of.path.clone(), method: of.method.clone() }
    }

    /// What an interface file declares.
    pub fn operation(of: &Operation) -> Self {
        Self::Operation { contract: of.contract.clone(), name: of.name.clone(), method: of.method.clone() }
    }

    /// A pipeline.
    pub fn pipeline(of: &Pipeline) -> Self {
        Self::Pipeline(of.path.clone(), of.name.clone())
    }

    /// A job.
    pub fn job(pipeline: &Pipeline, job: &Job) -> Self {
        Self::Job(pipeline.path.clone(), pipeline.name.clone(), job.name.clone())
    }

    /// Declared infrastructure.
    pub fn resource(of: &Resource) -> Self {
        Self::Resource { technology: of.technology, kind: of.kind.clone(), name: of.name.clone() }
    }

    /// What people look for by name: components, channels, routes, operations, tables, pipelines with their jobs, resources.
    /// Each once, in the order of the system's lists.
    pub fn all(system: &System) -> Vec<Self> {
        let components = system.nodes.iter().map(|of| Self::Component(of.name.clone()));
        let channels = system.channels.iter().map(Self::channel);
        let endpoints = system.endpoints.iter().map(|of| Self::endpoint(system, of));
        let operations = system.operations.iter().map(Self::operation);
        let tables = system.schema.tables.iter().map(|of| Self::Table(of.name.clone()));
        let pipelines = system
            .pipelines
            .iter()
            .flat_map(|of| std::iter::once(Self::pipeline(of)).chain(of.jobs.iter().map(|job| Self::job(of, job))));
        let resources = system.resources.iter().map(Self::resource);
        let all = components.chain(channels).chain(endpoints).chain(operations).chain(tables);
        let mut all: Vec<Self> = all.chain(pipelines).chain(resources).collect();
        all.dedup();
        all
    }

    /// What it is called: a route by its method and path.
    pub fn label(&self) -> String {
        match self {
            Self::Component(name) | Self::Channel(_, name) | Self::Table(name) => name.to_string(),
            Self::Pipeline(_, name) | Self::Job(_, _, name) | Self::Resource { name, .. } => name.to_string(),
            Self::Endpoint { path, method, .. } => format!("{} {path}", method.as_deref().unwrap_or("*")),
            Self::Operation { name, method, .. } => match method {
                Some(method) => format!("{method} {name}"),
                None => name.to_string(),
            },
        }
    }

    /// What kind of thing it is, in a word.
    pub fn kind(&self, system: &System) -> &'static str {
        match self {
            Self::Component(_) => self.id(system).map_or(Role::default(), |id| system.node(id).role).as_str(),
            Self::Channel(kind, _) => kind.as_str(),
            Self::Endpoint { .. } => "route",
            Self::Operation { .. } => "operation",
            Self::Table(_) => "table",
            Self::Pipeline(..) => "pipeline",
            Self::Job(..) => "job",
            Self::Resource { .. } => "resource",
        }
    }

    /// The component that it is.
    pub fn id(&self, system: &System) -> Option<ComponentId> {
        let Self::Component(name) = self else { return None };
        let index = system.nodes.iter().position(|component| component.name == *name)?;
        Some(ComponentId(index as u32))
    }

    /// Where it is declared; nowhere where it is gone.
    pub fn places(&self, system: &System) -> Vec<Place> {
        let mut places: Vec<Place> = match self {
            Self::Component(_) => self.id(system).map_or_else(Vec::new, |id| system.node(id).evidence.clone()),
            Self::Channel(kind, name) => {
                let found = system.channels.iter().find(|channel| channel.kind == *kind && channel.name == *name);
                found.map_or_else(Vec::new, |channel| channel.evidence.clone())
            }
            Self::Endpoint { .. } => self.endpoints(system).map(|(_, of)| of.evidence.clone()).collect(),
            Self::Operation { .. } => self.operations(system).map(|of| of.evidence.clone()).collect(),
            Self::Table(name) => {
                let found = system.schema.tables.iter().find(|table| table.name == *name);
                // The place that says most stands first.
                return found.map_or_else(Vec::new, |table| table.places.clone());
            }
            Self::Pipeline(..) => self.pipelines(system).map(|of| Place::new(&of.path, 1)).collect(),
            Self::Job(..) => self.jobs(system).map(|(_, job)| job.evidence.clone()).collect(),
            Self::Resource { .. } => self.resources(system).flat_map(|(_, of)| of.evidence.clone()).collect(),
        };
        places.sort();
        places.dedup();
        places
    }

    /// Routes of this name, with their indices.
    pub fn endpoints<'s>(&'s self, system: &'s System) -> impl Iterator<Item = (usize, &'s Endpoint)> {
        let is_meant = move |of: &Endpoint| match self {
            Self::Endpoint { service, path, method } => {
                of.path == *path && of.method == *method && system.node(of.service).name == *service
            }
            _ => false,
        };
        system.endpoints.iter().enumerate().filter(move |(_, of)| is_meant(of))
    }

    /// Operations of this name.
    pub fn operations<'s>(&'s self, system: &'s System) -> impl Iterator<Item = &'s Operation> {
        system.operations.iter().filter(move |of| match self {
            Self::Operation { contract, name, method } => {
                of.name == *name && of.method == *method && of.contract == *contract
            }
            _ => false,
        })
    }

    /// Pipelines of this name; of a job those that it belongs to.
    pub fn pipelines<'s>(&'s self, system: &'s System) -> impl Iterator<Item = &'s Pipeline> {
        system.pipelines.iter().filter(move |of| match self {
            Self::Pipeline(path, name) | Self::Job(path, name, _) => of.path == *path && of.name == *name,
            _ => false,
        })
    }

    /// Jobs of this name, with their pipelines.
    pub fn jobs<'s>(&'s self, system: &'s System) -> impl Iterator<Item = (&'s Pipeline, &'s Job)> {
        let is_meant = move |job: &Job| matches!(self, Self::Job(_, _, name) if job.name == *name);
        self.pipelines(system)
            .flat_map(|of| of.jobs.iter().map(move |job| (of, job)))
            .filter(move |(_, job)| is_meant(job))
    }

    /// Resources of this name, with their indices.
    pub fn resources<'s>(&'s self, system: &'s System) -> impl Iterator<Item = (usize, &'s Resource)> {
        system.resources.iter().enumerate().filter(move |(_, of)| match self {
            Self::Resource { technology, kind, name } => {
                of.name == *name && of.kind == *kind && of.technology == *technology
            }
            _ => false,
        })
    }
}
