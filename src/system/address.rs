//! Addresses as configuration and code write them: URLs, `host:port`, JDBC and key-value connection strings.

/// Where something is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address<'t> {
    /// `http` of `http://…`, `mysql` of `jdbc:mysql://…`; empty where none is written.
    pub scheme: &'t str,
    /// Without brackets and credentials.
    pub host: &'t str,
    /// As written.
    pub port: Option<u16>,
    /// What follows, from `/` on, without query and fragment.
    pub path: &'t str,
}

/// Schemes that name no host.
const LOCAL_SCHEMES: &[&str] =
    &["file", "classpath", "data", "urn", "about", "javascript", "mailto", "chrome-extension"];

impl<'t> Address<'t> {
    /// Reads a URL, also with `jdbc:` and the like before its scheme.
    pub fn url(text: &'t str) -> Option<Self> {
        let text = text.trim();
        let (before, rest) = text.split_once("://")?;
        let scheme = before.rsplit([':', ' ', '=', '"', '\'']).next().unwrap_or(before);
        if scheme.is_empty() || LOCAL_SCHEMES.contains(&scheme) || !is_scheme(scheme) {
            return None;
        }
        let rest = rest.strip_prefix(['/', '@']).unwrap_or(rest);
        // A brace stands for what is not known.
        let end = rest.find(['/', '?', '#', ',', ';', ' ', '\\', '{']).unwrap_or(rest.len());
        let authority = rest[..end].rsplit('@').next().unwrap_or_default();
        let path = rest[end..].split(['?', '#', ',', ';', ' ']).next().unwrap_or_default();
        let (host, port) = host_and_port(authority)?;
        Some(Self { scheme, host, port, path })
    }

    /// Reads `host:port` or a host alone.
    pub fn bare(text: &'t str) -> Option<Self> {
        let text = text.trim().trim_end_matches('/');
        let (authority, path) = text.find('/').map_or((text, ""), |at| text.split_at(at));
        let (host, port) = host_and_port(authority)?;
        Some(Self { scheme: "", host, port, path })
    }

    /// A URL, or else `host:port`.
    pub fn any(text: &'t str) -> Option<Self> {
        if text.contains("://") { Self::url(text) } else { Self::bare(text) }
    }

    /// Whether it is the machine itself, or one that only a developer's network knows.
    pub fn is_local(&self) -> bool {
        is_local(self.host)
    }
}

/// Whether a host is the machine itself, or an address without a name.
pub fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "host.docker.internal" | "0.0.0.0" | "::1" | "docker.for.mac.localhost")
        || host.split('.').count() == 4 && host.split('.').all(|part| part.parse::<u8>().is_ok())
}

/// Whether a host is one of the public internet: a name with a dot that ends in letters and is no placeholder.
pub fn is_public(host: &str) -> bool {
    let Some((_, end)) = host.rsplit_once('.') else { return false };
    let is_example =
        host.split('.').any(|part| part == "example") || matches!(end, "local" | "internal" | "svc" | "test");
    !is_local(host) && end.len() >= 2 && end.bytes().all(|byte| byte.is_ascii_alphabetic()) && !is_example
}

fn is_scheme(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

fn host_and_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() => (host, port.parse().ok()),
        _ => (authority.trim_end_matches(':'), None),
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (!host.is_empty() && host.chars().all(is_host)).then_some((host, port))
}

/// Every URL or `host:port` of a list that commas part.
pub fn each(text: &str) -> impl Iterator<Item = Address<'_>> {
    text.split(',').filter_map(Address::any)
}

/// The host that a connection string of `key=value` pairs names: `Server=db;Port=1`, `mysql:host=db;dbname=x`.
pub fn key_value_host(text: &str) -> Option<&str> {
    const KEYS: [&str; 6] = ["server", "host", "data source", "datasource", "addr", "endpoint"];
    if !text.contains('=') || text.len() > 2000 {
        return None;
    }
    let pairs = text.split([';', ' ', '\n']).filter_map(|pair| pair.split_once('='));
    let mut hosts = pairs.filter_map(|(key, value)| {
        let key = key.rsplit(':').next().unwrap_or(key).trim().to_ascii_lowercase();
        KEYS.contains(&key.as_str()).then_some(value.trim())
    });
    let host = hosts.next()?;
    let host = host.strip_prefix("tcp:").unwrap_or(host);
    Address::any(host.split(',').next().unwrap_or(host)).map(|address| address.host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_hosts_and_connection_strings() {
        let read = |text| Address::any(text).map(|a| (a.scheme, a.host, a.port, a.path));
        assert_eq!(read("jdbc:mysql://u:p@db:3306/x?a=b"), Some(("mysql", "db", Some(3306), "/x")));
        assert_eq!(read("lb://USER-SERVICE"), Some(("lb", "USER-SERVICE", None, "")));
        assert_eq!(read("kafka:9092"), Some(("", "kafka", Some(9092), "")));
        assert_eq!(read("file:///etc/x"), None);
        assert_eq!(read("a b"), None);
        assert_eq!(key_value_host("Server=db;Username=x;Password=y"), Some("db"));
        assert_eq!(key_value_host("mysql:host=m;dbname=r"), Some("m"));
        assert_eq!(key_value_host("a=b"), None);
        assert!(is_public("api.stripe.com") && !is_public("192.168.1.2") && !is_public("cart") && !is_public("x.svc"));
    }
}
