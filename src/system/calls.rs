//! Requests that code makes over HTTP, each with its method, its path and who is addressed.

mod declared;
mod shapes;

use rustc_hash::FxHashMap;

use super::address::Address;
use super::code::{CodeFile, Program};
use super::draft::Draft;
use super::environment::kind_of;
use super::model::{ComponentId, RemoteCall, Sureness};
use super::{Detector, Stage};
use crate::facts::Name;
use crate::facts::terms::{Call, Value, last_part};
use crate::lang::resolve::Sources;

/// Requests of code.
pub static CALLS: Detector = Detector {
    name: "calls",
    looks_for: "requests of RestTemplate, WebClient, RestClient, Feign, Retrofit, OkHttp, axios, fetch, got, Angular, requests, httpx, \
        aiohttp, net/http, resty, HttpClient, Refit, reqwest, Faraday, HTTParty, Guzzle, Laravel's Http",
    stage: Stage::Connections,
    detect,
};

/// How many calls before a call are followed to the address that all share.
const CHAIN_LIMIT: usize = 16;

fn detect(sources: &Sources, draft: &mut Draft) {
    let program = Program::new(sources, draft);
    let bases = typed_clients(&program, draft);
    let routed = draft.route_places();
    for file in &program.files {
        let Some(owner) = file.owner(draft) else { continue };
        declared::calls(draft, &program, file, owner);
        for call in &file.terms.calls {
            let Some(request) = shapes::request(file, call) else { continue };
            if routed.contains(&file.place(call.span.line)) {
                continue;
            }
            let Some(url) = program.text(file, request.url) else { continue };
            let url = draft.expand(owner, &url);
            let url = addressed(draft, &program, file, owner, call, &bases, url);
            if !request.is_certain && !is_request(&url, call) {
                continue;
            }
            add(draft, owner, &url, request.method, file.place(call.span.line));
        }
    }
}

/// Claims a call of a URL, or of a path of a host that is not known.
fn add(draft: &mut Draft, owner: ComponentId, url: &str, method: Option<String>, place: super::model::Place) {
    let address = Address::url(url);
    let to = address.as_ref().and_then(|address| draft.reach(address)).filter(|to| *to != owner);
    let path = path_of(url);
    if let (Some(to), Some(address)) = (to, &address)
        && !address.is_local()
    {
        draft.connect(owner, to, kind_of(draft, to, address.scheme), Sureness::Resolved, place.clone());
    }
    let method = method.map(|method| Name::from(method.to_ascii_uppercase()));
    let (path, kind, endpoint) = (path.map(Name::from), "http", None);
    draft.calls.push(RemoteCall { from: owner, to, kind, method, path, endpoint, evidence: place });
}

/// The path of a URL, with what is computed in braces; none where nothing of it is known.
fn path_of(url: &str) -> Option<String> {
    let rest = match url.split_once("://") {
        Some((_, rest)) => &rest[rest.find('/')?..],
        None => &url[url.find('/')?..],
    };
    let path = rest.split(['?', '#', ' ']).next().unwrap_or(rest);
    let path = without_names(path);
    (path.len() > 1 || path == "/").then_some(path)
}

/// Placeholders of settings are computed values like others.
fn without_names(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.contains("${") { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Whether a call by a name that others have too is a request: what it is given is a URL, or a path and what it is called on
/// is called like a client.
fn is_request(url: &str, call: &Call) -> bool {
    if let Some((scheme, _)) = url.split_once("://") {
        return matches!(scheme, "http" | "https" | "lb" | "{}");
    }
    let receiver = call.receiver().to_ascii_lowercase();
    let is_client = shapes::CLIENTS.iter().any(|client| last_part(&receiver).contains(client));
    let is_path = url.starts_with('/') || url.starts_with("{}/") || url.starts_with("${") && url.contains("}/");
    is_client && is_path
}

/// A URL with the address before it that was given to the client which the call is made on.
fn addressed<'s>(
    draft: &Draft,
    program: &Program<'s>,
    file: &CodeFile<'s>,
    owner: ComponentId,
    call: &Call,
    bases: &FxHashMap<&'s str, String>,
    url: String,
) -> String {
    if url.contains("://") {
        return url;
    }
    let class = call.class.and_then(|id| file.terms.classes.get(id as usize));
    let around = class.or_else(|| {
        file.terms.classes.iter().find(|class| class.span.start <= call.span.start && call.span.end <= class.span.end)
    });
    let typed = || around.and_then(|class| bases.get(&*class.name).cloned());
    let Some(base) = base_of(program, file, call).or_else(typed) else { return url };
    let base = draft.expand(owner, &base);
    if !base.contains("://") {
        return url;
    }
    format!("{}/{}", base.trim_end_matches('/'), url.trim_start_matches('/'))
}

/// The address in what made the client of a call: `axios.create({ baseURL })`, `WebClient.create(base)`,
/// `builder.baseUrl(base).build()`, `Faraday.new(url: base)`.
fn base_of<'s>(program: &Program<'s>, file: &CodeFile<'s>, call: &Call) -> Option<String> {
    let (mut home, mut next) = (file, call);
    for _ in 0..CHAIN_LIMIT {
        if !std::ptr::eq(next, call)
            && let Some(base) = shapes::base(next).and_then(|value| program.text(home, value))
        {
            return Some(base);
        }
        next = match next.on.and_then(|id| home.call(id)) {
            Some(on) => on,
            None => {
                let receiver = last_part(next.receiver());
                match home.bound(receiver) {
                    Some(Value::Call(id)) => home.call(*id).filter(|found| !std::ptr::eq(*found, next))?,
                    Some(_) => return None,
                    None => {
                        let (other, made) = program.made(home, receiver)?;
                        home = other;
                        made
                    }
                }
            }
        };
    }
    None
}

/// Addresses of the typed clients of .NET: `AddHttpClient<ICart, CartClient>(client => client.BaseAddress = new Uri(base))`.
fn typed_clients<'s>(program: &Program<'s>, draft: &Draft) -> FxHashMap<&'s str, String> {
    let mut bases = FxHashMap::default();
    for file in program.files.iter().filter(|file| file.family == "csharp") {
        for call in file.terms.calls.iter().filter(|call| call.name() == "AddHttpClient") {
            let Some(types) = call.types.as_deref() else { continue };
            let class = last_part(types.rsplit(',').next().unwrap_or(types).trim());
            let set = file.terms.bindings.iter().find(|binding| {
                binding.name.ends_with("BaseAddress")
                    && call.span.start <= binding.span.start
                    && binding.span.end <= call.span.end
            });
            let Some(base) = set.and_then(|binding| program.text(file, &binding.value)) else { continue };
            let base = file.owner(draft).map_or(base.clone(), |owner| draft.expand(owner, &base));
            bases.insert(class, base);
        }
    }
    bases
}
