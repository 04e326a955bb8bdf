//! Connections that code opens: HTTP clients, drivers and environment variables with the names of other components.

use super::address::{self, Address};
use super::catalog::catalog;
use super::code::{self, CodeFile};
use super::draft::{Draft, is_outside};
use super::environment::{external, is_pointer, kind_of};
use super::model::{ComponentId, Place, Role, Sureness};
use super::{Detector, Stage};
use crate::facts::terms::{Annotation, Call, Value, annotation};
use crate::lang::resolve::Sources;

/// Connections that code opens.
pub static CLIENTS: Detector = Detector {
    name: "clients",
    looks_for: "calls and constants with the address of another component, Feign clients, defaults of environment variables",
    stage: Stage::Connections,
    detect,
};

/// Calls that send a request to the URL among their arguments.
const SENDERS: &[&str] = &[
    "get",
    "post",
    "put",
    "delete",
    "patch",
    "head",
    "request",
    "fetch",
    "axios",
    "getForObject",
    "getForEntity",
    "postForObject",
    "postForEntity",
    "exchange",
    "uri",
    "baseUrl",
    "GetAsync",
    "PostAsync",
    "GetStringAsync",
    "GetFromJsonAsync",
    "PostAsJsonAsync",
    "Get",
    "Post",
    "NewRequest",
    "NewRequestWithContext",
    "create",
    "Uri",
    "AddHttpClient",
    "urlopen",
    "execute",
    "url",
    "target",
    "got",
    "ForAddress",
    "curl_init",
    "rootUri",
    "fromHttpUrl",
];

/// Calls that read a variable of the environment and may be given a default.
const READERS: &[&str] = &[
    "getenv",
    "get",
    "env",
    "fetch",
    "environ[]",
    "env[]",
    "GetEnvironmentVariable",
    "LookupEnv",
    "config",
    "getEnv",
    "GetEnv",
    "var",
    "Getenv",
    "getProperty",
    "GetDefault",
    "SetDefault",
];

/// Names of arguments that hold a host.
const HOSTS: &[&str] = &[
    "host",
    "hostname",
    "server",
    "servers",
    "addr",
    "Addr",
    "brokers",
    "bootstrap_servers",
    "address",
    "Host",
    "url",
    "uri",
    "baseURL",
    "baseUrl",
    "connectionString",
    "target",
    "hosts",
];

fn detect(sources: &Sources, draft: &mut Draft) {
    for file in code::files(sources) {
        let Some(owner) = file.owner(draft) else { continue };
        feign(draft, &file, owner);
        for call in &file.terms.calls {
            in_call(draft, &file, owner, call);
        }
        for binding in &file.terms.bindings {
            in_value(draft, &file, owner, &binding.name, &binding.value, binding.span.line);
        }
        for member in file.terms.classes.iter().flat_map(|class| &class.members) {
            if let Some(value) = &member.value {
                in_value(draft, &file, owner, &member.name, value, member.span.line);
            }
        }
    }
}

/// Interfaces that Feign implements.
fn feign(draft: &mut Draft, file: &CodeFile<'_>, owner: ComponentId) {
    for class in &file.terms.classes {
        let Some(found) = annotation(&class.annotations, "FeignClient") else { continue };
        let place = file.place(found.span.line);
        if let Some(to) = feign_target(draft, file, owner, found) {
            draft.connect(owner, to, "http", Sureness::Resolved, place);
        } else if let Some(host) = feign_url(draft, file, owner, found).as_deref().and_then(outside_host) {
            outside(draft, owner, host, place);
        }
    }
}

fn outside_host(url: &str) -> Option<&str> {
    Address::any(url).filter(is_outside).map(|address| address.host)
}

/// The URL that a declared client is given.
fn feign_url(draft: &Draft, file: &CodeFile<'_>, owner: ComponentId, found: &Annotation) -> Option<String> {
    let value = ["url", "baseUri"].iter().find_map(|name| found.option(name))?;
    Some(draft.expand(owner, &file.text(value)?)).filter(|text| !text.is_empty())
}

/// The component that a declared client calls: by its URL, or where that is none of the internet by its name.
pub fn feign_target(draft: &Draft, file: &CodeFile<'_>, owner: ComponentId, found: &Annotation) -> Option<ComponentId> {
    let url = feign_url(draft, file, owner, found);
    if let Some(address) = url.as_deref().and_then(Address::any) {
        if let Some(to) = draft.reach(&address) {
            return Some(to);
        }
        if is_outside(&address) {
            return None;
        }
    }
    let text = |value: &Value| Some(draft.expand(owner, &file.text(value)?)).filter(|text| !text.is_empty());
    let named = ["name", "value", "serviceId"].iter().find_map(|name| found.option(name)).and_then(text);
    draft.named(&named.or_else(|| found.first().and_then(text))?)
}

/// A host of the internet that a component calls.
fn outside(draft: &mut Draft, owner: ComponentId, host: &str, place: Place) {
    let address = Address { scheme: "", host, port: None, path: "" };
    let known = external(&address);
    let name = known.as_ref().map_or_else(|| host.to_owned(), |(name, _)| name.clone());
    let to = draft.ensure(&name, Role::External, place.clone());
    draft.alias(to, host);
    if let Some((_, technology)) = known {
        draft.classify(to, Role::External, technology, false);
    }
    draft.connect(owner, to, "http", Sureness::Resolved, place);
}

fn in_call(draft: &mut Draft, file: &CodeFile<'_>, owner: ComponentId, call: &Call) {
    let name = call.name();
    let place = |line: u32| file.place(line);
    let is_sender = SENDERS.contains(&name);
    for argument in &call.arguments {
        walk(&argument.value, argument.name.as_deref().unwrap_or_default(), &mut |key, value| {
            let Some(text) = file.text(value) else { return };
            let text = draft.expand(owner, &text);
            if by_text(draft, owner, &text, place(argument.line)) {
                return;
            }
            if HOSTS.contains(&key) {
                by_host(draft, owner, &text, place(argument.line));
            }
            let url = Address::url(&text).filter(|_| is_sender).filter(is_outside);
            if let Some(host) = url.map(|url| url.host.to_owned()) {
                outside(draft, owner, &host, place(argument.line));
            }
        });
    }
    // A default tells where the variable points if nobody says otherwise.
    if READERS.contains(&name)
        && let (Some(key), Some(default)) = (call.text(0), call.text(1))
        && is_pointer(key)
    {
        let line = call.span.line;
        if !default.contains("://") {
            by_host(draft, owner, default, place(line));
        } else if let Some(url) = Address::url(default).filter(is_outside)
            && draft.reach(&url).is_none()
            && external(&url).is_some()
        {
            outside(draft, owner, url.host, place(line));
        }
    }
    // Names that a registry knows.
    const LOOKUPS: [&str; 4] = ["choose", "getInstances", "getNextServerFromEureka", "getApplication"];
    if LOOKUPS.contains(&name)
        && let Some(text) = call.positional(0).and_then(|value| file.text(value))
        && let Some(to) = draft.named(&draft.expand(owner, &text))
    {
        draft.connect(owner, to, "http", Sureness::Resolved, place(call.span.line));
    }
    // A driver that is given a host alone: `Redis("cache")`, `forAddress("cart", 1)`.
    let is_driver = matches!(
        name,
        "forAddress"
            | "forTarget"
            | "insecure_channel"
            | "Redis"
            | "StrictRedis"
            | "Dial"
            | "Connect"
            | "ForAddress"
            | "NewClient"
            | "MongoClient"
    );
    if is_driver && let Some(text) = call.positional(0).and_then(|value| file.text(value)) {
        by_host(draft, owner, &draft.expand(owner, &text), place(call.span.line));
    }
}

/// Values in a value, with the key of each.
fn walk<'v>(value: &'v Value, key: &'v str, visit: &mut impl FnMut(&'v str, &'v Value)) {
    match value {
        Value::List(values) => values.iter().for_each(|value| walk(value, key, visit)),
        Value::Map(entries) => {
            for entry in entries {
                walk(&entry.value, entry.name.as_deref().unwrap_or_default(), visit);
            }
        }
        value => visit(key, value),
    }
}

fn in_value(draft: &mut Draft, file: &CodeFile<'_>, owner: ComponentId, name: &str, value: &Value, line: u32) {
    walk(value, name, &mut |key, value| {
        let Some(text) = file.text(value) else { return };
        let text = draft.expand(owner, &text);
        // `redisHost = process.env.REDIS_HOST || 'redis'`
        let is_default = matches!(value, Value::Either(_));
        if !by_text(draft, owner, &text, file.place(line)) && is_default && is_pointer(&spaced(key)) {
            by_host(draft, owner, &text, file.place(line));
        }
    });
}

/// A name's words joined by `_`: `redisHost` becomes `redis_Host`.
fn spaced(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && out.ends_with(|last: char| last.is_ascii_lowercase()) {
            out.push('_');
        }
        out.push(c);
    }
    out
}

/// Connects with what a text names by itself: the host of a URL, or of a connection string of a driver's.
fn by_text(draft: &mut Draft, owner: ComponentId, text: &str, place: Place) -> bool {
    if text.len() > 2000 {
        return false;
    }
    if text.contains("://") {
        let Some(address) = Address::url(text) else { return false };
        let Some(to) = draft.reach(&address) else { return false };
        // On the machine itself a port is what somebody develops with; a scheme has to agree.
        let scheme = catalog().scheme(address.scheme);
        let agrees = scheme.is_none_or(|technology| {
            draft.component(to).technologies.iter().any(|known| *known == technology.name) || !address.is_local()
        });
        if agrees {
            draft.connect(owner, to, kind_of(draft, to, address.scheme), Sureness::Resolved, place);
        }
        return true;
    }
    let Some(host) = address::key_value_host(text) else { return false };
    let Some(to) = draft.named(host) else { return false };
    draft.connect(owner, to, kind_of(draft, to, ""), Sureness::Resolved, place);
    true
}

/// Connects with the component of a host's name.
fn by_host(draft: &mut Draft, owner: ComponentId, text: &str, place: Place) {
    let Some(address) = Address::bare(text).filter(|address| !address.is_local()) else { return };
    if let Some(to) = draft.reach(&address) {
        draft.connect(owner, to, kind_of(draft, to, ""), Sureness::Resolved, place);
    }
}
