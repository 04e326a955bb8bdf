//! What tests of smells share.

use super::Smell;
use crate::analysis::{Analysis, Location};
use crate::graph::Snapshot;
use crate::graph::fixture::graph;
use crate::system::{
    Component, ComponentId, Connection, Endpoint, Place, Practice, PracticeKind, Role, Sureness, System,
};

/// What a smell's test says, with the lines.
pub fn messages(smell: &'static Smell, snapshot: &Snapshot) -> Vec<String> {
    let said = |occurrence: super::Occurrence| {
        let lines: Vec<String> = occurrence.finding.evidence.iter().map(Location::to_string).collect();
        format!("{} [{}]", occurrence.finding.message, lines.join(" "))
    };
    smell.occurrences(snapshot, &Analysis::new(snapshot)).into_iter().map(said).collect()
}

/// What a smell's test says of a running system alone.
pub fn of_system(smell: &'static Smell, system: System) -> Vec<String> {
    let mut snapshot = graph(&["a.py"]);
    snapshot.system = system;
    messages(smell, &snapshot)
}

/// A line of a file of no meaning.
pub fn line(number: u32) -> Place {
    Place::new(&"compose.yml".into(), number)
}

/// Components of names and roles, each declared on a line of its own: the first on line 1.
pub fn system(components: &[(&str, Role)]) -> System {
    let node = |(index, (name, role)): (usize, &(&str, Role))| Component {
        name: (*name).into(),
        role: *role,
        directory: (!role.is_infrastructure()).then(|| (*name).into()),
        evidence: vec![line(index as u32 + 1)],
        ..Component::default()
    };
    System { nodes: components.iter().enumerate().map(node).collect(), ..System::default() }
}

impl System {
    /// With connections, each on the line 100 and its number.
    pub fn connected(mut self, edges: &[(u32, u32, &'static str)]) -> Self {
        let edge = |(index, (from, to, kind)): (usize, &(u32, u32, &'static str))| Connection {
            from: ComponentId(*from),
            to: ComponentId(*to),
            kind,
            sureness: Sureness::Declared,
            evidence: vec![line(100 + index as u32)],
        };
        self.edges.extend(edges.iter().enumerate().map(edge));
        self
    }

    /// With something said of a component, on the line 200 and its number.
    pub fn practising(mut self, of: u32, kind: PracticeKind, detail: &str) -> Self {
        let evidence = line(200 + self.practices.len() as u32);
        self.practices.push(Practice { kind, component: Some(ComponentId(of)), detail: detail.into(), evidence });
        self
    }

    /// With a route of a component, on the line 300 and its number.
    pub fn serving(mut self, service: u32, method: &str, path: &str) -> Self {
        let evidence = line(300 + self.endpoints.len() as u32);
        let service = ComponentId(service);
        self.endpoints.push(Endpoint {
            service,
            path: path.into(),
            method: Some(method.into()),
            evidence,
            handler: None,
            guard: None,
        });
        self
    }
}
