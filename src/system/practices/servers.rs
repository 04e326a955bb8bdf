//! What web servers are told: certificates, limits, timeouts, caches, passwords.

use super::super::draft::Draft;
use super::super::model::{Place, PracticeKind as Kind};
use super::super::proxies::holder;
use super::Of;
use crate::document::Directive;
use crate::lang::resolve::Sources;

/// Directives of nginx and Apache httpd.
const DIRECTIVES: &[(&str, Kind)] = &[
    ("ssl_certificate", Kind::Tls),
    ("SSLCertificateFile", Kind::Tls),
    ("limit_req", Kind::RateLimit),
    ("limit_conn", Kind::RateLimit),
    ("proxy_read_timeout", Kind::Timeout),
    ("proxy_connect_timeout", Kind::Timeout),
    ("proxy_send_timeout", Kind::Timeout),
    ("grpc_read_timeout", Kind::Timeout),
    ("ProxyTimeout", Kind::Timeout),
    ("proxy_next_upstream", Kind::Retry),
    ("proxy_cache", Kind::Caching),
    ("auth_basic", Kind::Authentication),
    ("auth_request", Kind::Authentication),
    ("auth_jwt", Kind::Authentication),
    ("AuthType", Kind::Authentication),
];

pub fn read(sources: &Sources, draft: &mut Draft) {
    for document in sources.documents.iter().filter(|document| !document.directives().is_empty()) {
        let technology =
            if document.path.contains("httpd") || document.path.contains("apache") { "Apache httpd" } else { "Nginx" };
        let component = holder(draft, document, technology);
        let mut of = Of { draft, component };
        for directive in document.directives() {
            let place = Place::new(&document.path, directive.line);
            if let Some(kind) = kind_of(directive) {
                let argument = directive.arguments.first().map_or("", |argument| argument);
                // Paths of keys are nobody's business.
                let detail = if kind == Kind::Tls {
                    directive.name.to_string()
                } else {
                    format!("{} {argument}", directive.name)
                };
                of.say(kind, &detail, place);
            }
        }
    }
}

fn kind_of(directive: &Directive) -> Option<Kind> {
    if directive.name == "listen" {
        return directive.arguments.iter().any(|argument| argument == "ssl").then_some(Kind::Tls);
    }
    let (_, kind) = DIRECTIVES.iter().find(|(name, _)| *name == directive.name)?;
    let is_off = directive.arguments.first().is_some_and(|argument| argument == "off");
    (!is_off).then_some(*kind)
}
