//! Who uses the system from outside.

use super::code;
use super::draft::Draft;
use super::model::{ComponentId, Place, Role, Sureness};
use super::{Detector, Stage};
use crate::lang::resolve::Sources;

/// Where people come in.
pub static PEOPLE: Detector = Detector {
    name: "people",
    looks_for: "gateways and reverse proxies that nothing else stands before",
    stage: Stage::Whole,
    detect,
};

fn detect(sources: &Sources, draft: &mut Draft) {
    let is_door = |id: &ComponentId| {
        let component = draft.component(*id);
        let is_proxy =
            component.role == Role::Web && draft.targets(*id).any(|(_, kind)| matches!(kind, "http" | "grpc"));
        !draft.parts[id.index()].is_test && (component.role == Role::Gateway || is_proxy)
    };
    let doors: Vec<ComponentId> = draft.ids().filter(is_door).collect();
    let mut outer: Vec<(ComponentId, Place)> = doors
        .iter()
        .filter(|door| !doors.iter().any(|other| other != *door && draft.targets(*other).any(|(to, _)| to == **door)))
        .filter_map(|door| {
            let published = draft.parts[door.index()].published.clone();
            Some((*door, published.or_else(|| draft.component(*door).evidence.first().cloned())?))
        })
        .collect();
    outer.extend(logins(sources, draft));
    let Some((_, place)) = outer.first().cloned() else { return };
    // A service may be called so too: the person is added without looking for the name.
    let user = draft.add("user", Role::User, place);
    for (door, place) in outer {
        draft.support(user, place.clone());
        draft.connect(user, door, "user", Sureness::Inferred, place);
    }
}

/// Authorization servers whose grant types send the person's browser to them.
fn logins(sources: &Sources, draft: &Draft) -> Vec<(ComponentId, Place)> {
    const INTERACTIVE: [&str; 2] = ["authorization_code", "implicit"];
    let mut found: Vec<(ComponentId, Place)> = Vec::new();
    for file in code::files(sources) {
        let Some(owner) = file.owner(draft).filter(|owner| draft.component(*owner).role == Role::Auth) else {
            continue;
        };
        for call in file.terms.calls.iter().filter(|call| call.name() == "authorizedGrantTypes") {
            let texts = call.arguments.iter().filter_map(|argument| file.text(&argument.value));
            let is_interactive = texts.into_iter().any(|text| INTERACTIVE.contains(&text.as_str()));
            if is_interactive && found.iter().all(|(known, _)| *known != owner) {
                found.push((owner, file.place(call.span.line)));
            }
        }
    }
    found
}
