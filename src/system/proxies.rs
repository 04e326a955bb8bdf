//! Reverse proxies: where nginx and Apache httpd pass requests on.

use std::collections::BTreeMap;

use super::address::Address;
use super::draft::Draft;
use super::model::{ComponentId, Place, Role, Sureness};
use super::{Detector, Stage};
use crate::document::{Directive, Document};
use crate::facts::Name;
use crate::lang::resolve::Sources;

/// Reverse proxies.
pub static PROXIES: Detector = Detector {
    name: "proxies",
    looks_for: "proxy_pass of nginx, ProxyPass of Apache httpd",
    stage: Stage::Connections,
    detect,
};

/// Directives whose last argument is where requests go.
const PASSES: &[&str] =
    &["proxy_pass", "grpc_pass", "fastcgi_pass", "uwsgi_pass", "ProxyPass", "ProxyPassMatch", "BalancerMember"];

fn detect(sources: &Sources, draft: &mut Draft) {
    for document in &sources.documents {
        let directives = document.directives();
        let passes: Vec<&Directive> =
            directives.iter().filter(|directive| PASSES.contains(&&*directive.name)).collect();
        if passes.is_empty() {
            continue;
        }
        let upstreams = upstreams(directives);
        let owner = holder(draft, document, "Nginx").or_else(|| holder(draft, document, "Apache httpd"));
        let is_httpd = passes.iter().any(|pass| pass.name.starts_with(char::is_uppercase));
        let mut made = owner;
        for pass in passes {
            // `ProxyPass /a http://b/` names the path first; options may follow.
            let Some(target) =
                pass.arguments.iter().find(|argument| argument.contains("://") || argument.contains(':'))
            else {
                continue;
            };
            let target = owner.map_or_else(|| target.to_string(), |owner| draft.expand(owner, target));
            let place = Place::new(&document.path, pass.line);
            for target in through(&upstreams, &target) {
                let Some(to) = Address::any(&target).and_then(|address| draft.reach(&address)) else { continue };
                let from = *made.get_or_insert_with(|| {
                    let (name, technology) =
                        if is_httpd { ("apache-httpd", "Apache httpd") } else { ("nginx", "Nginx") };
                    let id = draft.ensure(name, Role::Web, place.clone());
                    draft.classify(id, Role::Web, technology, false);
                    id
                });
                draft.connect(from, to, "http", Sureness::Resolved, place.clone());
            }
        }
    }
}

/// The component that a file of a technology is for: the one that it is put into, else the one in whose directory it lies,
/// else the only one of the technology.
pub fn holder(draft: &Draft, document: &Document, technology: &str) -> Option<ComponentId> {
    let is_put = |mount: &String| {
        *mount == *document.path || document.path.strip_prefix(&**mount).is_some_and(|rest| rest.starts_with('/'))
    };
    let is_of = |id: &ComponentId| draft.component(*id).technologies.iter().any(|known| known == technology);
    let put: Vec<ComponentId> = draft.ids().filter(|id| draft.parts[id.index()].mounts.iter().any(is_put)).collect();
    let put_of: Vec<ComponentId> = put.iter().copied().filter(is_of).collect();
    match (put_of.as_slice(), put.as_slice()) {
        ([id], _) | (_, [id]) => Some(*id),
        _ => draft.owner_of_path(&document.path).or_else(|| draft.sole(technology)),
    }
}

/// For each `upstream` of nginx the servers in its block.
fn upstreams(directives: &[Directive]) -> BTreeMap<&Name, Vec<&Name>> {
    let mut found: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
    let mut open: Option<(&Name, u32)> = None;
    for directive in directives {
        if open.is_some_and(|(_, depth)| directive.depth <= depth) {
            open = None;
        }
        match (&*directive.name, directive.arguments.first(), open) {
            ("upstream", Some(name), _) => open = Some((name, directive.depth)),
            ("server", Some(server), Some((name, _))) => found.entry(name).or_default().push(server),
            _ => {}
        }
    }
    found
}

/// The targets of a pass: the servers of the upstream that its host names, or itself.
fn through(upstreams: &BTreeMap<&Name, Vec<&Name>>, target: &str) -> Vec<String> {
    let host = Address::any(target).map(|address| Name::from(address.host));
    match host.and_then(|host| upstreams.get(&host).cloned()) {
        Some(servers) => servers.into_iter().map(ToString::to_string).collect(),
        None => vec![target.to_owned()],
    }
}
