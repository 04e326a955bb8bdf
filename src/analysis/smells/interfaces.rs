//! Smells of what is declared and not answered, or asked and not declared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Concern, Found, Smell, listed, located};
use crate::analysis::{Analysis, Severity};
use crate::graph::Snapshot;
use crate::system::{ComponentId, Operation, RemoteCall, System};
use crate::text::counted;

/// Names in a message; the rest is counted.
const NAMES: usize = 5;

/// A declared operation that nothing answers.
pub static DEAD_ENDPOINT: Smell = Smell {
    name: "dead-endpoint",
    concern: Concern::Integration,
    definition: "An operation that an interface file declares and no code answers, where other operations of the same file are \
                 answered.",
    citation: "W. J. Brown et al., AntiPatterns, 1998 (lava flow)",
    remedy: "Take the operation out of the interface, or answer it.",
    unit: "operation",
    find: dead_endpoints,
};

fn dead_endpoints(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let mut of_contract: BTreeMap<&Arc<str>, Vec<&Operation>> = BTreeMap::new();
    for operation in &snapshot.system.operations {
        of_contract.entry(&operation.contract).or_default().push(operation);
    }
    let found = of_contract.into_iter().filter_map(|(contract, operations)| {
        let dead: Vec<&&Operation> = operations.iter().filter(|operation| operation.handler.is_none()).collect();
        // Of a contract that nothing here answers, the answer is elsewhere.
        let is_partly = !dead.is_empty() && dead.len() < operations.len();
        is_partly.then(|| Found {
            severity: Severity::Warning,
            message: format!(
                "{} of the {} of {contract} are answered by no code: {}",
                dead.len(),
                counted(operations.len() as u64, "operation"),
                listed(dead.iter().map(|operation| told(operation)), NAMES)
            ),
            evidence: located(dead.iter().map(|operation| &operation.evidence)),
        })
    });
    found.collect()
}

fn told(operation: &Operation) -> String {
    match &operation.method {
        Some(method) => format!("{method} {}", operation.name),
        None => operation.name.to_string(),
    }
}

/// A request for which there is no route.
pub static CALL_WITHOUT_ROUTE: Smell = Smell {
    name: "call-without-route",
    concern: Concern::Integration,
    definition: "Code asks a component of the project for a path that none of the component's routes has.",
    citation: "D. Taibi and V. Lenarduzzi, On the Definition of Microservice Bad Smells, 2018 (API versioning); M. T. Nygard, \
               Release It!, 2nd edition 2018 (integration points)",
    remedy: "Mend the path, or take the request out; a test of the contract on both sides keeps them together.",
    unit: "request",
    find: calls_without_route,
};

/// Whether a request names a path of a component with known routes, none of which answers.
pub fn is_lost(system: &System, serving: &BTreeSet<ComponentId>, call: &RemoteCall) -> bool {
    let serves = call.to.is_some_and(|to| serving.contains(&to));
    debug_assert!(call.endpoint.is_none_or(|index| index < system.endpoints.len()));
    call.kind == "http" && call.path.is_some() && call.endpoint.is_none() && serves
}

fn calls_without_route(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let system = &snapshot.system;
    let serving: BTreeSet<ComponentId> = system.endpoints.iter().map(|endpoint| endpoint.service).collect();
    let mut lost: BTreeMap<(ComponentId, ComponentId), Vec<&RemoteCall>> = BTreeMap::new();
    for call in system.calls.iter().filter(|call| is_lost(system, &serving, call)) {
        if let Some(to) = call.to {
            lost.entry((call.from, to)).or_default().push(call);
        }
    }
    let found = lost.into_iter().map(|((from, to), calls)| {
        let told = |call: &&RemoteCall| {
            let method = call.method.as_deref().map_or_else(String::new, |method| format!("{method} "));
            format!("{method}{}", call.path.as_deref().unwrap_or_default())
        };
        Found {
            severity: Severity::Warning,
            message: format!(
                "{} asks {} for {} that none of its routes has: {}",
                system.node(from).name,
                system.node(to).name,
                counted(calls.len() as u64, "path"),
                listed(calls.iter().map(told), NAMES)
            ),
            evidence: located(calls.iter().map(|call| &call.evidence)),
        }
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{line, of_system, system};
    use super::*;
    use crate::system::{ContractStyle, Role};

    fn operation(name: &str, number: u32, answered: bool) -> Operation {
        Operation {
            contract: "api.yml".into(),
            style: ContractStyle::OpenApi,
            name: name.into(),
            method: Some("GET".into()),
            component: None,
            handler: answered.then(|| line(1)),
            evidence: line(number),
        }
    }

    #[test]
    fn an_operation_without_code_is_dead_and_those_of_somebody_elses_contract_are_not() {
        let with = |operations| of_system(&DEAD_ENDPOINT, System { operations, ..System::default() });
        assert_eq!(
            with(vec![operation("/a", 1, true), operation("/b", 2, false)]),
            ["1 of the 2 operations of api.yml are answered by no code: GET /b [compose.yml:2]"]
        );
        assert!(with(vec![operation("/a", 1, false), operation("/b", 2, false)]).is_empty());
    }

    #[test]
    fn a_request_for_a_path_that_nobody_serves_is_lost_and_one_of_an_unknown_service_is_not() {
        let call = |to: u32, endpoint| RemoteCall {
            from: ComponentId(0),
            to: Some(ComponentId(to)),
            kind: "http",
            method: Some("GET".into()),
            path: Some("/x".into()),
            endpoint,
            evidence: line(9),
        };
        let names = &[("a", Role::Service), ("b", Role::Service), ("c", Role::Service)];
        let with = |calls| of_system(&CALL_WITHOUT_ROUTE, System { calls, ..system(names).serving(1, "GET", "/y") });
        assert_eq!(
            with(vec![call(1, None)]),
            ["a asks b for 1 path that none of its routes has: GET /x [compose.yml:9]"]
        );
        assert!(with(vec![call(1, Some(0)), call(2, None)]).is_empty());
    }
}
