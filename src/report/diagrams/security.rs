//! Layers of security, from the outside in.

use crate::report::facts::{ROWS, list_of_roles, name_or_dash, practices};
use crate::report::{Content, Input, Part, Statement, Table, Text};
use crate::system::{PracticeKind, ResourceGroup, Role};
use crate::text::counted;

/// The section.
pub static SECURITY: Part = Part {
    title: "Security layers",
    looks_for: "published ports, authentication, authorization, validation, data protection, secrets, network rules",
    write,
};

/// The layers: heading, practices, and what was looked for.
const LAYERS: &[(&str, &[PracticeKind], &str)] = &[
    ("Entry", &[PracticeKind::PublishedPort, PracticeKind::RateLimit], "published ports, gateways, rate limits"),
    ("Authentication", &[PracticeKind::Authentication], "libraries and settings that ask who somebody is"),
    ("Authorization", &[PracticeKind::Authorization], "rules that say who may do what"),
    ("Validation", &[PracticeKind::Validation], "libraries and annotations that check what is given"),
    ("Data protection", &[PracticeKind::DataProtection], "hashing of passwords, encryption of data"),
    (
        "Secrets",
        &[PracticeKind::SecretReference, PracticeKind::SecretInFile],
        "secrets given by reference, and secrets whose values stand in files",
    ),
    (
        "Network",
        &[PracticeKind::Tls, PracticeKind::Privileged, PracticeKind::RootUser, PracticeKind::Hardened],
        "TLS, users and rights of containers, firewalls",
    ),
];

/// Routes that are listed; the rest is counted.
const ROUTES: usize = 80;

fn write(input: &Input<'_>, content: &mut Content) {
    for (title, kinds, looks_for) in LAYERS {
        let mut inner = Content::default();
        match *title {
            "Entry" => inner.list(list_of_roles(input, &[Role::Gateway])),
            "Authentication" => inner.list(list_of_roles(input, &[Role::Auth])),
            "Network" => firewalls(input, &mut inner),
            _ => {}
        }
        practices(input, &mut inner, kinds);
        if inner.is_empty() {
            inner.nothing(*looks_for);
        }
        content.section(*title, inner);
    }
    let mut inner = Content::default();
    open_routes(input, &mut inner);
    content.section("Routes without a guard", inner);
}

fn firewalls(input: &Input<'_>, content: &mut Content) {
    let said = input.system().resources.iter().filter(|of| of.group == ResourceGroup::Firewall).map(|of| {
        Statement::new(Text::new().code(&of.name).plain(format!(" ({}, {})", of.kind, of.technology))).by(&of.evidence)
    });
    content.list(said.collect());
}

fn open_routes(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    if system.endpoints.is_empty() {
        content.nothing("routes of web frameworks");
        return;
    }
    let is_open = |open: Option<bool>| open != Some(false);
    let open: Vec<_> =
        system.endpoints.iter().filter(|of| is_open(of.guard.as_ref().map(|guard| guard.open))).collect();
    let declared = open.iter().filter(|of| of.guard.is_some()).count();
    content.say(Statement::new(format!(
        "Of {}, {} guarded by a line that was found; {} declared open; for {} no line says who may ask.",
        counted(system.endpoints.len() as u64, "route"),
        system.endpoints.len() - open.len(),
        declared,
        open.len() - declared,
    )));
    let mut table = Table::new(["Component", "Route", "Where"]);
    for of in open {
        let method = of.method.as_deref().unwrap_or("any");
        table.row([
            name_or_dash(system, Some(of.service)),
            Text::from(format!("{method} ")).code(&of.path),
            Text::new().place(&of.evidence),
        ]);
    }
    content.table(table.most(ROUTES.min(ROWS)));
}
