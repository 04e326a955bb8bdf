//! Who uses the system from outside.

use super::draft::Draft;
use super::model::{ComponentId, Place, Role, Sureness};
use super::{Detector, Stage};

/// Where people come in.
pub static PEOPLE: Detector = Detector {
    name: "people",
    looks_for: "gateways and reverse proxies that nothing else stands before",
    stage: Stage::Whole,
    detect: |_, draft| detect(draft),
};

fn detect(draft: &mut Draft) {
    let is_door = |id: &ComponentId| {
        let component = draft.component(*id);
        let is_proxy =
            component.role == Role::Web && draft.targets(*id).any(|(_, kind)| matches!(kind, "http" | "grpc"));
        !draft.parts[id.index()].is_test && (component.role == Role::Gateway || is_proxy)
    };
    let doors: Vec<ComponentId> = draft.ids().filter(is_door).collect();
    let outer: Vec<(ComponentId, Place)> = doors
        .iter()
        .filter(|door| !doors.iter().any(|other| other != *door && draft.targets(*other).any(|(to, _)| to == **door)))
        .filter_map(|door| {
            let published = draft.parts[door.index()].published.clone();
            Some((*door, published.or_else(|| draft.component(*door).evidence.first().cloned())?))
        })
        .collect();
    let Some((_, place)) = outer.first().cloned() else { return };
    // A service may be called so too: the person is added without looking for the name.
    let user = draft.add("user", Role::User, place);
    for (door, place) in outer {
        draft.support(user, place.clone());
        draft.connect(user, door, "user", Sureness::Inferred, place);
    }
}
