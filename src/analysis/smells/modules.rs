//! Folders with the files directly in them as modules: what the metrics of packages are about.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{EdgeId, NodeId, NodeKind, Snapshot};
use crate::lang::resolve::DependencyKind;

/// The files directly in a folder.
#[derive(Debug, Clone, Default)]
pub struct Module {
    /// How many there are.
    pub files: u32,
    /// Their lines.
    pub lines: u64,
    /// Files of other folders that need something of them.
    pub fan_in: u32,
    /// Files of other folders (in Go the folders) that they need.
    pub fan_out: u32,
    /// The folders that they need, each with the dependencies.
    pub needs: BTreeMap<NodeId, Vec<EdgeId>>,
}

impl Module {
    /// Instability I = Ce / (Ca + Ce) (R. C. Martin, 1994); none where it is coupled with nothing.
    pub fn instability(&self) -> Option<f64> {
        let all = self.fan_in + self.fan_out;
        (all > 0).then(|| f64::from(self.fan_out) / f64::from(all))
    }
}

/// The folders of a project that hold code of its own, by node. Tests, copied and generated files do not count, and neither
/// do dependencies that only tests or a type checker have.
#[derive(Debug, Clone, Default)]
pub struct Modules(pub BTreeMap<NodeId, Module>);

impl Modules {
    /// Finds them.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut modules: BTreeMap<NodeId, Module> = BTreeMap::new();
        for id in snapshot.tree() {
            let node = snapshot.node(id);
            if let Some(parent) = node.parent.filter(|_| is_own(snapshot, id)) {
                let module = modules.entry(parent).or_default();
                module.files += 1;
                module.lines += node.lines;
            }
        }
        let (mut coming, mut going) = (BTreeSet::new(), BTreeSet::new());
        for (id, edge) in snapshot.edges() {
            let counts = edge.kind.is_coupling() && edge.kind != DependencyKind::TypeOnly && !edge.test;
            if !counts || !is_own(snapshot, edge.from) {
                continue;
            }
            let to = match snapshot.node(edge.to).kind {
                NodeKind::File => snapshot.node(edge.to).parent,
                NodeKind::External => None,
                _ => Some(edge.to),
            };
            let (Some(from), Some(to)) = (snapshot.node(edge.from).parent, to) else { continue };
            if from == to || !modules.contains_key(&to) {
                continue;
            }
            coming.insert((to, edge.from));
            going.insert((from, edge.to));
            if let Some(module) = modules.get_mut(&from) {
                module.needs.entry(to).or_default().push(id);
            }
        }
        for (to, _) in coming {
            modules.entry(to).or_default().fan_in += 1;
        }
        for (from, _) in going {
            modules.entry(from).or_default().fan_out += 1;
        }
        Self(modules)
    }
}

/// Languages that say how pages look, not what a program does.
const MARKUP: &[&str] = &["html", "css", "scss"];

/// Whether a node is a file of hand-written code of a program that is no test.
pub fn is_own(snapshot: &Snapshot, id: NodeId) -> bool {
    let node = snapshot.node(id);
    let is_code = node.language.is_some_and(|language| !MARKUP.contains(&language.name));
    node.kind == NodeKind::File && is_code && !node.test && node.mark.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::{at, graph};

    #[test]
    fn folders_are_coupled_by_the_files_directly_in_them() {
        let snapshot =
            graph(&["a/x.py b/y.py", "a/z.py b/y.py", "a/x.py a/z.py", "a/in/w.py a/x.py", "t/test.py b/y.py"]);
        let modules = Modules::of(&snapshot);
        let of = |path: &str| &modules.0[&at(&snapshot, path)];
        assert_eq!((of("a").files, of("a").fan_in, of("a").fan_out), (2, 1, 1));
        assert_eq!((of("b").fan_in, of("b").fan_out, of("b").instability()), (2, 0, Some(0.0)));
        assert_eq!(of("a").needs.len(), 1);
    }
}
