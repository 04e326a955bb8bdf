//! Smells of addresses that stand in code: of components of the project, and without protection.

use std::collections::BTreeMap;

use super::{Concern, Found, Smell};
use crate::analysis::{Analysis, Location, Severity};
use crate::facts::terms::{Annotation, Argument, Part, Terms, Value};
use crate::graph::Snapshot;
use crate::system::{Address, ComponentId, Role, System, is_local};
use crate::text::counted;

/// Where another component is, written into code.
pub static HARD_CODED_ENDPOINT: Smell = Smell {
    name: "hard-coded-endpoint",
    concern: Concern::Integration,
    definition: "A literal in code that is no default of a setting and names a component of the project by host and port, by the \
                 machine itself and the component's port, or any host by its number.",
    citation: "D. Taibi and V. Lenarduzzi, On the Definition of Microservice Bad Smells, 2018 (hard-coded endpoints)",
    remedy: "Read the address from the environment or ask discovery, and keep the literal as the default at most.",
    unit: "line",
    find: hard_coded,
};

/// Traffic that everybody on the way can read.
pub static PLAINTEXT_PROTOCOL: Smell = Smell {
    name: "plaintext-protocol",
    concern: Concern::Security,
    definition: "A literal in code that names a system outside of the project under a protocol without encryption (http, ftp, ws, \
                 ldap, amqp, smtp, telnet).",
    citation: "A. Rahman, C. Parnin and L. Williams, The Seven Sins: Security Smells in Infrastructure as Code Scripts, 2019 (use \
               of HTTP without TLS)",
    remedy: "Use the protocol under TLS: https, ftps, wss, ldaps, amqps, smtps.",
    unit: "line",
    find: plaintext,
};

const PLAIN: &[&str] = &["http", "ftp", "ws", "ldap", "amqp", "smtp", "telnet"];

fn hard_coded(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let system = &snapshot.system;
    let mut of_target: BTreeMap<(Option<ComponentId>, String), Vec<Location>> = BTreeMap::new();
    each_literal(snapshot, &mut |path, owner, text, line| {
        let Some(address) = Address::any(text) else { return };
        let named = component_of(system, &address, owner);
        let is_number = is_number(address.host) && (address.port.is_some() || !address.scheme.is_empty());
        if named.is_none() && !is_number {
            return;
        }
        let shown = match address.port {
            Some(port) => format!("{}:{port}", address.host),
            None => address.host.to_owned(),
        };
        of_target.entry((named, shown)).or_default().push(Location { path: path.clone(), line: Some(line) });
    });
    let found = of_target.into_iter().map(|((component, address), mut evidence)| {
        evidence.dedup();
        let lines = counted(evidence.len() as u64, "line");
        let whose = component.map_or_else(String::new, |id| format!(", where {} is reached,", system.node(id).name));
        Found { severity: Severity::Warning, message: format!("{address}{whose} stands in {lines} of code"), evidence }
    });
    found.collect()
}

/// The component of the project that an address means: by its name and a port, or by the machine itself and its port. What a
/// component says of itself is no dependency.
fn component_of(system: &System, address: &Address<'_>, owner: Option<ComponentId>) -> Option<ComponentId> {
    let port = address.port?;
    let is = |id: &ComponentId| {
        let component = system.node(*id);
        if Some(*id) == owner || matches!(component.role, Role::External | Role::User) {
            return false;
        }
        let is_called = component.name == address.host || component.aliases.iter().any(|alias| alias == address.host);
        is_called || is_local(address.host) && component.ports.contains(&port)
    };
    let mut found = (0..system.nodes.len() as u32).map(ComponentId).filter(is);
    // A port of the machine that two components have says nothing.
    found.next().filter(|_| found.next().is_none())
}

/// Whether a host is an address without a name that is not the machine itself, a network's or everybody's.
fn is_number(host: &str) -> bool {
    let parts: Vec<u8> = host.split('.').filter_map(|part| part.parse().ok()).collect();
    parts.len() == 4 && host.split('.').count() == 4 && !matches!(parts[0], 0 | 127 | 224..) && parts[3] != 0
}

fn plaintext(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let system = &snapshot.system;
    let mut of_host: BTreeMap<(String, &str), Vec<Location>> = BTreeMap::new();
    each_literal(snapshot, &mut |path, _, text, line| {
        let Some(address) = Address::url(text) else { return };
        let Some(scheme) = PLAIN.iter().find(|scheme| **scheme == address.scheme) else { return };
        let is_outside = system.nodes.iter().any(|of| {
            of.role == Role::External
                && (of.name == address.host || of.aliases.iter().any(|alias| alias == address.host))
        });
        if is_outside {
            let place = Location { path: path.clone(), line: Some(line) };
            of_host.entry((address.host.to_owned(), scheme)).or_default().push(place);
        }
    });
    let found = of_host.into_iter().map(|((host, scheme), mut evidence)| {
        evidence.dedup();
        Found {
            severity: Severity::Warning,
            message: format!("{host} is asked by {scheme}, without encryption"),
            evidence,
        }
    });
    found.collect()
}

/// The path of a file, whose it is, a text in it, and its line.
type Visit<'v> = dyn FnMut(&std::sync::Arc<str>, Option<ComponentId>, &str, u32) + 'v;

/// Every literal of code that is neither test nor a default of a setting.
fn each_literal(snapshot: &Snapshot, visit: &mut Visit<'_>) {
    for (index, file) in snapshot.sources.files.iter().enumerate() {
        let Some(facts) = file.facts.as_deref().filter(|_| !file.test && file.mark.is_none()) else { continue };
        let owner = snapshot.system.owners.get(index).copied().flatten();
        terms(&facts.terms, &mut |text, line| visit(&file.path, owner, text, line));
    }
}

fn terms(terms: &Terms, visit: &mut dyn FnMut(&str, u32)) {
    for call in &terms.calls {
        // What follows the name of a setting is what holds where it is not set.
        let callee = call.callee.to_ascii_lowercase();
        if ["env", "config", "setting", "default", "property", "flag", "log", "print", "option"]
            .iter()
            .all(|word| !callee.contains(word))
        {
            arguments(&call.arguments, visit);
        }
    }
    for binding in &terms.bindings {
        value(&binding.value, binding.span.line, visit);
    }
    let annotations = |list: &[Annotation], visit: &mut dyn FnMut(&str, u32)| {
        list.iter().for_each(|annotation| arguments(&annotation.arguments, visit));
    };
    for class in &terms.classes {
        annotations(&class.annotations, visit);
        for member in &class.members {
            annotations(&member.annotations, visit);
            if let Some(given) = &member.value {
                value(given, member.span.line, visit);
            }
        }
    }
    for function in &terms.functions {
        annotations(&function.annotations, visit);
    }
}

fn arguments(arguments: &[Argument], visit: &mut dyn FnMut(&str, u32)) {
    arguments.iter().for_each(|argument| value(&argument.value, argument.line, visit));
}

// Values are at most as deep as extraction keeps them, so this may recurse.
fn value(of: &Value, line: u32, visit: &mut dyn FnMut(&str, u32)) {
    match of {
        Value::Text(text) => visit(text, line),
        Value::Template(parts) => {
            if let Some(Part::Text(text)) = parts.first() {
                visit(text, line);
            }
        }
        Value::List(elements) => elements.iter().for_each(|element| value(element, line, visit)),
        Value::Map(entries) => arguments(entries, visit),
        // `Either` holds a default.
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{messages, system};
    use super::*;

    fn found(smell: &'static Smell, text: &str) -> Vec<String> {
        let mut snapshot = crate::index::from_memory("x", [("web/app.py", text)]);
        let names = &[("cart", Role::Service), ("api.example-pay.com", Role::External)];
        let mut system = system(names);
        system.nodes[0].ports = vec![8080];
        snapshot.system = system;
        messages(smell, &snapshot)
    }

    #[test]
    fn an_address_in_code_is_found_and_a_default_or_a_public_name_is_not() {
        let text = "import requests\ndef f():\n    requests.get('http://cart:8080/items')\n    requests.get('http://localhost:8080/x')\n";
        assert_eq!(
            found(&HARD_CODED_ENDPOINT, text),
            [
                "cart:8080, where cart is reached, stands in 1 line of code [web/app.py:3]",
                "localhost:8080, where cart is reached, stands in 1 line of code [web/app.py:4]"
            ]
        );
        let harmless = "import os, requests\nCART = os.environ.get('CART', 'http://cart:8080')\ndef f():\n    requests.get(CART)\n    requests.get('https://api.example-pay.com/v1')\n    requests.get('http://localhost:9999/x')\n";
        assert!(found(&HARD_CODED_ENDPOINT, harmless).is_empty());
        let number = "import requests\ndef f():\n    requests.get('http://10.1.2.3/items')\n";
        assert_eq!(found(&HARD_CODED_ENDPOINT, number), ["10.1.2.3 stands in 1 line of code [web/app.py:3]"]);
    }

    #[test]
    fn a_system_outside_asked_in_plaintext_is_found_and_a_name_space_is_not() {
        let text = "import requests\ndef f():\n    requests.get('http://api.example-pay.com/v1')\n    requests.get('http://www.w3.org/ns')\n";
        assert_eq!(
            found(&PLAINTEXT_PROTOCOL, text),
            ["api.example-pay.com is asked by http, without encryption [web/app.py:3]"]
        );
        assert!(
            found(&PLAINTEXT_PROTOCOL, "import requests\nrequests.get('https://api.example-pay.com/v1')\n").is_empty()
        );
    }
}
