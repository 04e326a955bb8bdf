//! Routes of gateways: Zuul's and Spring Cloud Gateway's.

use super::super::address::Address;
use super::super::draft::{Draft, Setting};
use super::super::model::{Role, Sureness};
use super::super::{Detector, Stage};
use super::{Application, applications};
use crate::lang::resolve::Sources;

/// Routes of gateways.
pub static ROUTES: Detector = Detector {
    name: "spring-routes",
    looks_for: "zuul.routes and spring.cloud.gateway.routes",
    stage: Stage::Connections,
    detect,
};

fn detect(sources: &Sources, draft: &mut Draft) {
    for application in applications(sources, draft) {
        let zuul: Vec<Setting> = application
            .settings("zuul.routes.")
            .filter(|(key, _)| key.ends_with(".serviceid") || key.ends_with(".url"))
            .map(|(_, setting)| setting.clone())
            .collect();
        let gateway: Vec<Setting> = application
            .settings("spring.cloud.gateway.")
            .filter(|(key, _)| key.contains("routes[") && key.ends_with("].uri"))
            .map(|(_, setting)| setting.clone())
            .collect();
        for setting in zuul.into_iter().chain(gateway) {
            route(draft, &application, &setting);
        }
        by_path(draft, &application);
    }
}

fn route(draft: &mut Draft, application: &Application<'_>, setting: &Setting) {
    let text = draft.expand(application.id, &setting.value);
    let to = draft.named(&text).or_else(|| Address::any(&text).and_then(|address| draft.reach(&address)));
    if let Some(to) = to.filter(|to| draft.component(*to).role != Role::User) {
        draft.connect(application.id, to, "http", Sureness::Resolved, setting.place.clone());
    }
}

/// Zuul's short form: a service's name and the path that leads to it.
fn by_path(draft: &mut Draft, application: &Application<'_>) {
    let short: Vec<(String, Setting)> = application
        .settings("zuul.routes.")
        .filter(|(_, setting)| setting.value.starts_with('/'))
        .map(|(key, setting)| {
            let name = setting.key.rsplit('.').next().unwrap_or_default().to_owned();
            let is_path = key.ends_with(".path");
            let service = setting.key.rsplit('.').nth(1).unwrap_or_default().to_owned();
            (if is_path { service } else { name }, setting.clone())
        })
        .collect();
    for (name, setting) in short {
        // Without a service of its own a route leads to the one that it is called after.
        if let Some(to) = draft.named(&name) {
            draft.connect(application.id, to, "http", Sureness::Resolved, setting.place);
        }
    }
}
