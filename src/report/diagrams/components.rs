//! Which components there are, by what they are for.

use crate::report::facts::{list_of_roles, location, path};
use crate::report::{Content, Input, Part, Statement, Text};
use crate::system::Role;
use crate::text::{count, counted};

/// The section.
pub static COMPONENTS: Part = Part {
    title: "Component identification",
    looks_for: "applications, packages, the data layer, external dependencies, infrastructure, clients",
    write,
};

/// What is listed under which heading, and what was looked for where nothing is.
const GROUPS: &[(&str, &[Role], &str)] = &[
    (
        "Applications",
        &[Role::Service, Role::Web],
        "what Compose, Kubernetes, Aspire, Procfiles and applications' own code run",
    ),
    (
        "Data layer",
        &[Role::Database, Role::Cache, Role::Search, Role::Storage, Role::Broker],
        "databases, caches, search engines, object stores, brokers in images, connection strings, configuration, client libraries",
    ),
    (
        "External dependencies",
        &[Role::External, Role::Mail],
        "addresses of the public internet, hosted services, mail servers",
    ),
    (
        "Infrastructure",
        &[Role::Gateway, Role::Discovery, Role::Config, Role::Auth, Role::Monitoring],
        "gateways, discovery, configuration, identity, monitoring",
    ),
    ("Clients", &[Role::User], "people and programs outside that reach a published port or a gateway"),
];

/// The most packages that are listed.
const PACKAGES: usize = 40;

fn write(input: &Input<'_>, content: &mut Content) {
    for (title, roles, looks_for) in GROUPS {
        let mut inner = Content::default();
        inner.list(list_of_roles(input, roles));
        if inner.is_empty() {
            inner.nothing(*looks_for);
        }
        content.section(*title, inner);
    }
    let mut inner = Content::default();
    let packages = input.packages();
    let said = packages.iter().take(PACKAGES).map(|id| {
        let node = input.snapshot.node(*id);
        let name = input.snapshot.package(*id).map_or("", |package| package.name.as_str());
        let text = Text::new().code(name).plain(" in ").text(path(input.snapshot, *id)).plain(format!(
            ": {}, {} lines",
            counted(u64::from(node.files), "file"),
            count(node.lines)
        ));
        Statement::new(text).by([location(input.snapshot, *id)])
    });
    inner.list(said.collect());
    if packages.len() > PACKAGES {
        let more = counted((packages.len() - PACKAGES) as u64, "smaller package");
        inner.say(Statement::new(format!("And {more}.")));
    }
    if inner.is_empty() {
        inner.nothing("manifests that define a package");
    }
    content.section("Packages", inner);
}
