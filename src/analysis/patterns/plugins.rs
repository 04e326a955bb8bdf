//! Parts that a core runs without knowing them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Inheritance, Judgement, Pattern, Verdict, first_lines, inheritances};
use crate::analysis::smells::listed;
use crate::analysis::{Analysis, Location, is_abstract};
use crate::graph::{EdgeId, NodeId, Snapshot};
use crate::lang::resolve::Reason;
use crate::text::counted;

/// Plugins.
pub static PLUGIN: Pattern = Pattern {
    name: "Plugin",
    test: "An interface or base class that five files or more outside of its own implement or extend, whose file needs none of them, while one other \
           file knows at least six of ten of them (a registry), or modules are loaded by computed names beside them. Without \
           either: partly.",
    citation: "M. Fowler, Patterns of Enterprise Application Architecture, 2002 (Plugin); F. Buschmann et al., Pattern-Oriented \
               Software Architecture 1, 1996 (Microkernel)",
    judge,
};

/// Implementations from which on a type is a point where others plug in.
const FEWEST: usize = 5;

/// The types that are told, those with the most implementations first.
const TYPES: usize = 3;

fn judge(snapshot: &Snapshot, _: &Analysis) -> Judgement {
    let mut of_base: BTreeMap<NodeId, Plugs> = BTreeMap::new();
    for of in inheritances(snapshot).into_iter().filter(|of| is_open(snapshot, of)) {
        of_base.entry(of.to).or_default().entry(of.from).or_insert(of);
    }
    let mut bases: Vec<(NodeId, Plugs)> = of_base.into_iter().filter(|(_, plugs)| plugs.len() >= FEWEST).collect();
    bases.sort_by_key(|(base, plugs)| (std::cmp::Reverse(plugs.len()), *base));
    let mut judgement = Judgement::default();
    for (base, plugs) in bases.iter().take(TYPES) {
        let knows: Vec<EdgeId> = snapshot
            .outgoing(*base)
            .filter(|id| {
                let edge = snapshot.edge(*id);
                edge.kind.is_coupling() && !edge.test && plugs.contains_key(&edge.to)
            })
            .collect();
        let name = snapshot.node(*base).written();
        if !knows.is_empty() {
            let told = format!("{name} itself needs {} of the {} that implement its types", knows.len(), plugs.len());
            judgement.oppose(told, first_lines(snapshot, &knows, 3));
            continue;
        }
        let definitions = snapshot.definitions(*base);
        let types: BTreeSet<&str> =
            plugs.values().filter_map(|of| Some(definitions.get(of.base? as usize)?.name.as_str())).collect();
        let what = if types.is_empty() { name.to_owned() } else { format!("{} of {name}", listed(types, 2)) };
        judgement.support(
            format!("{} extend or implement {what}, which needs none of them", counted(plugs.len() as u64, "file")),
            plugs.values().take(3).map(|of| of.place.clone()).collect(),
        );
        let has_registry = registry(snapshot, plugs, &mut judgement);
        let has_loading = loading(snapshot, plugs, &mut judgement);
        if has_registry || has_loading {
            judgement.verdict = Verdict::Found;
        } else if judgement.verdict == Verdict::NotFound {
            judgement.verdict = Verdict::Partly;
        }
    }
    judgement
}

/// Whether the base is made to be implemented: an interface or an abstract type, or a class of a language that does not say.
fn is_open(snapshot: &Snapshot, of: &Inheritance) -> bool {
    let language = snapshot.node(of.to).language.map_or("", |language| language.name);
    let base = of.base.and_then(|base| snapshot.definitions(of.to).get(base as usize));
    matches!(language, "python" | "ruby" | "javascript" | "perl")
        || base.is_some_and(|base| is_abstract(language, base))
}

/// The files that implement types of one file, each with a line that says so.
type Plugs = BTreeMap<NodeId, Inheritance>;

/// Whether one file knows most of the implementations; says so.
fn registry(snapshot: &Snapshot, plugs: &Plugs, judgement: &mut Judgement) -> bool {
    let mut known: BTreeMap<NodeId, BTreeMap<NodeId, EdgeId>> = BTreeMap::new();
    for plug in plugs.keys() {
        for id in snapshot.incoming(*plug) {
            let edge = snapshot.edge(id);
            if !edge.test && edge.kind.is_coupling() && !plugs.contains_key(&edge.from) {
                known.entry(edge.from).or_default().insert(*plug, id);
            }
        }
    }
    let most = known.into_iter().max_by_key(|(file, known)| (known.len(), std::cmp::Reverse(*file)));
    let Some((file, known)) = most.filter(|(_, known)| known.len() * 10 >= plugs.len() * 6) else { return false };
    let edges: Vec<EdgeId> = known.values().copied().collect();
    let told = format!("{} knows {} of the {} of them", snapshot.node(file).written(), known.len(), plugs.len());
    judgement.support(told, first_lines(snapshot, &edges, 3));
    true
}

/// Whether modules are loaded by computed names in a folder of the implementations or above; says so.
fn loading(snapshot: &Snapshot, plugs: &Plugs, judgement: &mut Judgement) -> bool {
    let around: BTreeSet<NodeId> =
        plugs.keys().flat_map(|plug| snapshot.ancestors(*plug).filter(|id| *id != NodeId::ROOT)).collect();
    let computed = snapshot.unresolved().iter().filter(|import| {
        let is_beside = snapshot.node(import.from).parent.is_some_and(|parent| around.contains(&parent));
        import.reason == Reason::NotLiteral && !import.test && is_beside
    });
    let places: Vec<Location> = computed
        .map(|import| Location { path: snapshot.node(import.from).path.clone(), line: Some(import.span.line) })
        .take(3)
        .collect();
    if places.is_empty() {
        return false;
    }
    judgement.support("modules are loaded by computed names beside them", places);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(base: &str, registry: Option<&str>) -> Verdict {
        let plug = "from core.base import Format\nclass Plug(Format):\n    pass\n";
        let paths: Vec<String> = (0..6).map(|index| format!("formats/f{index}.py")).collect();
        let mut files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), plug)).collect();
        files.push(("core/base.py", base));
        files.extend(registry.map(|text| ("main.py", text)));
        let snapshot = crate::index::from_memory("x", files);
        judge(&snapshot, &Analysis::new(&snapshot)).verdict
    }

    #[test]
    fn many_implementations_and_a_registry_are_plugins_and_a_base_that_knows_them_is_not() {
        let base = "class Format:\n    pass\n";
        let registry: String = (0..6).map(|index| format!("import formats.f{index}\n")).collect();
        assert_eq!(verdict(base, Some(&registry)), Verdict::Found);
        assert_eq!(verdict(base, None), Verdict::Partly);
        assert_eq!(verdict("import formats.f1\nclass Format:\n    pass\n", Some(&registry)), Verdict::NotFound);
    }
}
