//! Smells of how containers are run.

use super::formats::{Format, deployed, saying};
use super::{Concern, Found, Smell, located, named};
use crate::analysis::{Analysis, Severity};
use crate::graph::Snapshot;
use crate::system::{Component, ComponentId, Place, PracticeKind, Role};
use crate::text::counted;

/// Names in a message; the rest is counted.
const NAMES: usize = 8;

const RAHMAN: &str =
    "A. Rahman et al., Security Misconfigurations in Open Source Kubernetes Manifests, 2023 (no resource limit)";

/// Nobody notices that it hangs.
pub static MISSING_HEALTH_CHECK: Smell = Smell {
    name: "missing-health-check",
    concern: Concern::Deployment,
    definition: "A container of a Compose file or a workload of Kubernetes without a health check or probe, in the file or in its \
                 image.",
    citation: "C. Richardson, Microservices Patterns, 2018 (health check API)",
    remedy: "Declare a health check (Compose) or liveness and readiness probes (Kubernetes) on a route that asks what the \
             component needs.",
    unit: "component",
    find: |snapshot, _| lacking(snapshot, PracticeKind::HealthCheck, "health check or probe", Severity::Warning),
};

/// One of them may take all there is.
pub static MISSING_LIMITS: Smell = Smell {
    name: "missing-resource-limits",
    concern: Concern::Deployment,
    definition: "A container of a Compose file or a workload of Kubernetes of which no line says how much processor or memory it \
                 may use.",
    citation: RAHMAN,
    remedy: "Declare limits for memory and processor from what is measured under load.",
    unit: "component",
    find: |snapshot, _| lacking(snapshot, PracticeKind::Limits, "limit of processor or memory", Severity::Note),
};

fn lacking(snapshot: &Snapshot, kind: PracticeKind, what: &str, severity: Severity) -> Vec<Found> {
    let system = &snapshot.system;
    let said = saying(system, &[kind]);
    let found = deployed(snapshot).into_iter().filter_map(|(format, components)| {
        let runs = |id: &ComponentId| !matches!(system.node(*id).role, Role::User | Role::External);
        let all: Vec<(ComponentId, &Place)> = components.into_iter().filter(|(id, _)| runs(id)).collect();
        let lacking: Vec<(ComponentId, &Place)> = all.iter().copied().filter(|(id, _)| !said.contains(id)).collect();
        let names: Vec<ComponentId> = lacking.iter().map(|(id, _)| *id).collect();
        (!lacking.is_empty()).then(|| Found {
            severity,
            message: format!(
                "{} of {} that {} runs have no {what}: {}",
                lacking.len(),
                counted(all.len() as u64, "component"),
                format.as_str(),
                named(system, &names, NAMES)
            ),
            evidence: located(lacking.iter().map(|(_, place)| *place)),
        })
    });
    found.collect()
}

/// One of it, and nothing takes over.
pub static SINGLE_REPLICA: Smell = Smell {
    name: "single-replica",
    concern: Concern::Deployment,
    definition: "A service that Kubernetes runs once, because its workload says so or says nothing, and whose number does not \
                 follow its load.",
    citation: "M. T. Nygard, Release It!, 2nd edition 2018 (unbalanced capacities)",
    remedy: "Run two or more with a disruption budget, or scale by load; keep what it remembers in a store first.",
    unit: "workload",
    find: single_replicas,
};

fn single_replicas(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let system = &snapshot.system;
    let is_several = |id: ComponentId| {
        system.practices.iter().filter(|of| of.component == Some(id)).any(|of| match of.kind {
            PracticeKind::Autoscaling => true,
            // A number that is computed may be any.
            PracticeKind::Replicas => of.detail.trim().parse::<u32>() != Ok(1),
            _ => false,
        })
    };
    let has_logic = |of: &Component| matches!(of.role, Role::Service | Role::Web | Role::Gateway | Role::Auth);
    let mut deployed = deployed(snapshot);
    let components = deployed.remove(&Format::Kubernetes).unwrap_or_default();
    let all: Vec<(ComponentId, &Place)> =
        components.into_iter().filter(|(id, _)| has_logic(system.node(*id))).collect();
    let single: Vec<(ComponentId, &Place)> = all.iter().copied().filter(|(id, _)| !is_several(*id)).collect();
    if single.is_empty() {
        return Vec::new();
    }
    let names: Vec<ComponentId> = single.iter().map(|(id, _)| *id).collect();
    vec![Found {
        severity: Severity::Warning,
        message: format!(
            "{} of {} that Kubernetes runs have one replica: {}",
            single.len(),
            counted(all.len() as u64, "service"),
            named(system, &names, NAMES)
        ),
        evidence: located(single.iter().map(|(_, place)| *place)),
    }]
}

/// What runs is another thing tomorrow.
pub static MOVING_TAG: Smell = Smell {
    name: "moving-tag",
    concern: Concern::Deployment,
    definition: "An image that is named without a version, or by a tag that moves (latest, stable, master).",
    citation: "J. Cito et al., An Empirical Analysis of the Docker Container Ecosystem on GitHub, 2017 (missing version pinning)",
    remedy: "Name a version, or better a digest.",
    unit: "line",
    find: |snapshot, _| {
        let mut found: Vec<Found> = Vec::new();
        for practice in snapshot.system.practices.iter().filter(|of| of.kind == PracticeKind::MovingTag) {
            let message = format!("the image {} is named by a tag that moves", practice.detail);
            match found.iter_mut().find(|known| known.message == message) {
                Some(known) => known.evidence.push((&practice.evidence).into()),
                None => {
                    found.push(Found { severity: Severity::Note, message, evidence: located([&practice.evidence]) })
                }
            }
        }
        found
    },
};

#[cfg(test)]
mod tests {
    use super::super::testing::messages;
    use super::*;

    fn of(smell: &'static Smell, path: &str, text: &str, practices: &[(u32, PracticeKind, &str)]) -> Vec<String> {
        let mut snapshot = crate::index::from_memory("x", [(path, text)]);
        snapshot.system.practices.clear();
        let system = std::mem::take(&mut snapshot.system);
        snapshot.system = practices.iter().fold(system, |of, (id, kind, detail)| of.practising(*id, *kind, detail));
        messages(smell, &snapshot)
    }

    const COMPOSE: &str = "services:\n  a: {image: 'x/a:1'}\n  b: {image: 'x/b:1'}\n";

    const KUBERNETES: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    metadata: {labels: {app: a}}\n    \
                              spec: {containers: [{name: a, image: 'x/a:1'}]}\n";

    #[test]
    fn containers_without_a_health_check_are_counted_by_format() {
        assert_eq!(
            of(&MISSING_HEALTH_CHECK, "compose.yml", COMPOSE, &[(1, PracticeKind::HealthCheck, "curl")]),
            ["1 of 2 components that Compose runs have no health check or probe: a [compose.yml:2]"]
        );
        let both = [(0, PracticeKind::HealthCheck, "x"), (1, PracticeKind::HealthCheck, "y")];
        assert!(of(&MISSING_HEALTH_CHECK, "compose.yml", COMPOSE, &both).is_empty());
    }

    #[test]
    fn limits_are_missed_only_where_a_format_could_state_them() {
        assert_eq!(of(&MISSING_LIMITS, "k8s/a.yml", KUBERNETES, &[]).len(), 1);
        assert!(of(&MISSING_LIMITS, "a/Dockerfile", "FROM x/a:1\nEXPOSE 80\n", &[]).is_empty());
    }

    #[test]
    fn a_workload_runs_once_unless_it_says_otherwise() {
        let told = of(&SINGLE_REPLICA, "k8s/a.yml", KUBERNETES, &[]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("1 of 1 service that Kubernetes runs have one replica: a [k8s/a.yml:"));
        assert!(of(&SINGLE_REPLICA, "k8s/a.yml", KUBERNETES, &[(0, PracticeKind::Replicas, "3")]).is_empty());
        assert!(of(&SINGLE_REPLICA, "k8s/a.yml", KUBERNETES, &[(0, PracticeKind::Autoscaling, "2-5")]).is_empty());
        assert!(of(&SINGLE_REPLICA, "compose.yml", COMPOSE, &[]).is_empty());
    }

    #[test]
    fn an_image_is_told_once_with_all_its_lines() {
        let tags = [(0, PracticeKind::MovingTag, "x/a:latest"), (1, PracticeKind::MovingTag, "x/a:latest")];
        assert_eq!(
            of(&MOVING_TAG, "compose.yml", COMPOSE, &tags),
            ["the image x/a:latest is named by a tag that moves [compose.yml:200 compose.yml:201]"]
        );
        assert!(of(&MOVING_TAG, "compose.yml", COMPOSE, &[]).is_empty());
    }
}
