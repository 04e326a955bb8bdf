//! Modules that come with a JavaScript runtime.

/// Node's modules that can be imported without `node:`, sorted.
const NODE: &[&str] = &[
    "_http_agent",
    "_http_client",
    "_http_common",
    "_http_incoming",
    "_http_outgoing",
    "_http_server",
    "_stream_duplex",
    "_stream_passthrough",
    "_stream_readable",
    "_stream_transform",
    "_stream_wrap",
    "_stream_writable",
    "_tls_common",
    "_tls_wrap",
    "assert",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "domain",
    "events",
    "fs",
    "http",
    "http2",
    "https",
    "inspector",
    "module",
    "net",
    "os",
    "path",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "repl",
    "stream",
    "string_decoder",
    "sys",
    "timers",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

/// Their parts; anything else after a slash is a package from the registry (`process/browser`, `buffer/`).
const NODE_PARTS: &[&str] = &[
    "assert/strict",
    "dns/promises",
    "fs/promises",
    "inspector/promises",
    "path/posix",
    "path/win32",
    "readline/promises",
    "stream/consumers",
    "stream/promises",
    "stream/web",
    "timers/promises",
    "util/types",
];

/// Schemes under which runtimes offer their own modules.
const SCHEMES: &[&str] = &["node", "bun", "deno", "cloudflare", "ext", "edgeone", "workerd", "chrome"];

/// The runtime's module that a specifier names: `fs/promises` and `node:fs` are `node:fs`.
pub fn runtime_module(specifier: &str) -> Option<String> {
    if let Some((scheme, rest)) = specifier.split_once(':') {
        let module = rest.split('/').next().unwrap_or(rest);
        return SCHEMES.contains(&scheme).then(|| format!("{scheme}:{module}"));
    }
    if specifier == "bun" {
        return Some("bun".to_owned());
    }
    let module = specifier.split('/').next().unwrap_or(specifier);
    let is_known = NODE_PARTS.contains(&specifier) || NODE.binary_search(&specifier).is_ok();
    is_known.then(|| format!("node:{module}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(NODE.is_sorted());
    }

    #[test]
    fn both_spellings_are_one_module() {
        assert_eq!(runtime_module("fs/promises").as_deref(), Some("node:fs"));
        assert_eq!(runtime_module("node:fs").as_deref(), Some("node:fs"));
        assert_eq!(runtime_module("virtual:x"), None);
        assert_eq!(runtime_module("express"), None);
        assert_eq!(runtime_module("process/browser"), None);
    }
}
