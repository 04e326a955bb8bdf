//! Smells of who may do and see what.

use std::collections::BTreeMap;

use super::{Concern, Found, Smell, listed, located};
use crate::analysis::{Analysis, Severity};
use crate::graph::Snapshot;
use crate::system::{ComponentId, Practice, PracticeKind, Role};
use crate::text::counted;

/// Names in a message; the rest is counted.
const NAMES: usize = 6;

/// A secret that everybody with the code has.
pub static SECRET_IN_FILE: Smell = Smell {
    name: "secret-in-file",
    concern: Concern::Security,
    definition: "A password, key or token whose value stands in a file of the project.",
    citation: "A. Rahman, C. Parnin and L. Williams, The Seven Sins: Security Smells in Infrastructure as Code Scripts, 2019 \
               (hard-coded secret)",
    remedy: "Give it by reference to a secret store or an untracked file, and change it: the history keeps it.",
    unit: "line",
    find: |snapshot, _| {
        by_component(snapshot, PracticeKind::SecretInFile, Severity::Error, "secret", "in files of the project")
    },
};

/// A container that is the host.
pub static PRIVILEGED_CONTAINER: Smell = Smell {
    name: "privileged-container",
    concern: Concern::Security,
    definition: "A container that may do what the host may: privileged, with the host's network, processes or socket, or with \
                 capabilities added.",
    citation: "A. Rahman et al., Security Misconfigurations in Open Source Kubernetes Manifests, 2023 (privileged securityContext)",
    remedy: "Take the right away; add back the one capability that is needed.",
    unit: "line",
    find: |snapshot, _| by_component(snapshot, PracticeKind::Privileged, Severity::Error, "right", "of the host"),
};

/// A container whose user may do everything in it.
pub static ROOT_CONTAINER: Smell = Smell {
    name: "root-container",
    concern: Concern::Security,
    definition: "A container of which a line says that it runs as root.",
    citation: "Center for Internet Security, CIS Docker Benchmark, 4.1 (a user for the container)",
    remedy: "Make a user in the image and run as it.",
    unit: "line",
    find: |snapshot, _| by_component(snapshot, PracticeKind::RootUser, Severity::Note, "line", "that runs it as root"),
};

/// A finding for each component with practices of a kind.
fn by_component(snapshot: &Snapshot, kind: PracticeKind, severity: Severity, noun: &str, what: &str) -> Vec<Found> {
    let system = &snapshot.system;
    let mut of: BTreeMap<Option<ComponentId>, Vec<&Practice>> = BTreeMap::new();
    for practice in system.practices.iter().filter(|practice| practice.kind == kind) {
        of.entry(practice.component).or_default().push(practice);
    }
    let found = of.into_iter().map(|(component, practices)| {
        let whose = component.map_or("the project", |id| system.node(id).name.as_str());
        let mut details: Vec<&str> = practices.iter().map(|practice| practice.detail.as_str()).collect();
        details.sort_unstable();
        details.dedup();
        Found {
            severity,
            message: format!(
                "{whose} has {} {what}: {}",
                counted(practices.len() as u64, noun),
                listed(details, NAMES)
            ),
            evidence: located(practices.iter().map(|practice| &practice.evidence)),
        }
    });
    found.collect()
}

/// A store that everybody can reach.
pub static PUBLIC_STORE: Smell = Smell {
    name: "public-store-port",
    concern: Concern::Security,
    definition: "A database, cache, search engine, object store or broker with a port that is published to the host or the \
                 outside.",
    citation: "A. Rahman, C. Parnin and L. Williams, The Seven Sins: Security Smells in Infrastructure as Code Scripts, 2019 \
               (invalid IP address binding)",
    remedy: "Do not publish the port: what needs it is in the same network. For development bind it to the machine itself.",
    unit: "published port",
    find: public_stores,
};

fn public_stores(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let system = &snapshot.system;
    let is_public = |practice: &&Practice| {
        let is_store = practice.component.is_some_and(|id| system.node(id).role.is_store());
        practice.kind == PracticeKind::PublishedPort && is_store && !practice.detail.starts_with("127.")
    };
    let mut of: BTreeMap<ComponentId, Vec<&Practice>> = BTreeMap::new();
    for practice in system.practices.iter().filter(is_public) {
        if let Some(id) = practice.component {
            of.entry(id).or_default().push(practice);
        }
    }
    let found = of.into_iter().map(|(id, practices)| Found {
        severity: Severity::Warning,
        message: format!(
            "{} ({}) is published: {}",
            system.node(id).name,
            system.node(id).role.as_str(),
            listed(practices.iter().map(|practice| practice.detail.as_str()), NAMES)
        ),
        evidence: located(practices.iter().map(|practice| &practice.evidence)),
    });
    found.collect()
}

/// The door itself speaks in plaintext.
pub static PLAIN_ENTRY: Smell = Smell {
    name: "entry-without-tls",
    concern: Concern::Security,
    definition: "A component with logic that is published to the outside, none of whose ports is one of TLS (443, 8443), in a \
                 project in which no line speaks of TLS.",
    citation: "A. Rahman, C. Parnin and L. Williams, The Seven Sins: Security Smells in Infrastructure as Code Scripts, 2019 (use \
               of HTTP without TLS)",
    remedy: "Let the entry speak TLS, or write down what in front of it does.",
    unit: "published port",
    find: plain_entries,
};

fn plain_entries(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let system = &snapshot.system;
    if system.practices.iter().any(|practice| practice.kind == PracticeKind::Tls) {
        return Vec::new();
    }
    let has_logic = |id: ComponentId| matches!(system.node(id).role, Role::Web | Role::Gateway | Role::Service);
    let published: Vec<(ComponentId, &Practice)> = system
        .practices
        .iter()
        .filter(|practice| practice.kind == PracticeKind::PublishedPort)
        .filter_map(|practice| Some((practice.component.filter(|id| has_logic(*id))?, practice)))
        .collect();
    let is_secure =
        |id: ComponentId| published.iter().any(|(of, practice)| *of == id && practice.detail.contains("443"));
    let plain: Vec<&(ComponentId, &Practice)> = published.iter().filter(|(id, _)| !is_secure(*id)).collect();
    if plain.is_empty() {
        return Vec::new();
    }
    let told = |(id, practice): &&(ComponentId, &Practice)| format!("{} at {}", system.node(*id).name, practice.detail);
    vec![Found {
        severity: Severity::Note,
        message: format!(
            "{} published, and no line of the project speaks of TLS: {}",
            match plain.len() {
                1 => "1 port is".to_owned(),
                more => format!("{more} ports are"),
            },
            listed(plain.iter().map(told), NAMES)
        ),
        evidence: located(plain.iter().map(|(_, practice)| &practice.evidence)),
    }]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{of_system, system};
    use super::*;

    const NAMES: &[(&str, Role)] = &[("a", Role::Service), ("db", Role::Database)];

    #[test]
    fn secrets_rights_and_root_are_told_by_component() {
        let with = |kind, detail| system(NAMES).practising(0, kind, detail);
        assert_eq!(
            of_system(&SECRET_IN_FILE, with(PracticeKind::SecretInFile, "PASSWORD")),
            ["a has 1 secret in files of the project: PASSWORD [compose.yml:200]"]
        );
        assert_eq!(of_system(&PRIVILEGED_CONTAINER, with(PracticeKind::Privileged, "privileged: true")).len(), 1);
        assert_eq!(of_system(&ROOT_CONTAINER, with(PracticeKind::RootUser, "USER root")).len(), 1);
        let harmless =
            with(PracticeKind::SecretReference, "PASSWORD").practising(0, PracticeKind::Hardened, "USER app");
        for smell in [&SECRET_IN_FILE, &PRIVILEGED_CONTAINER, &ROOT_CONTAINER] {
            assert!(of_system(smell, harmless.clone()).is_empty());
        }
    }

    #[test]
    fn a_published_store_is_public_and_one_bound_to_the_machine_is_not() {
        let with = |detail| system(NAMES).practising(1, PracticeKind::PublishedPort, detail);
        assert_eq!(
            of_system(&PUBLIC_STORE, with("5432:5432")),
            ["db (database) is published: 5432:5432 [compose.yml:200]"]
        );
        assert!(of_system(&PUBLIC_STORE, with("127.0.0.1:5432:5432")).is_empty());
        assert!(of_system(&PUBLIC_STORE, system(NAMES).practising(0, PracticeKind::PublishedPort, "80:80")).is_empty());
    }

    #[test]
    fn an_entry_without_tls_is_told_unless_something_speaks_of_it() {
        let with = |detail| system(NAMES).practising(0, PracticeKind::PublishedPort, detail);
        assert_eq!(
            of_system(&PLAIN_ENTRY, with("80:80")),
            ["1 port is published, and no line of the project speaks of TLS: a at 80:80 [compose.yml:200]"]
        );
        assert!(of_system(&PLAIN_ENTRY, with("443:443")).is_empty());
        assert!(of_system(&PLAIN_ENTRY, with("80:80").practising(0, PracticeKind::Tls, "cert-manager")).is_empty());
    }
}
