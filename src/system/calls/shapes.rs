//! How calls of HTTP clients look: where the URL is, and what says the method.

use crate::facts::terms::{Call, Value, last_part};
use crate::system::code::CodeFile;

/// A call that can be a request.
pub struct Request<'c> {
    /// In any case.
    pub method: Option<String>,
    /// The URL or the path.
    pub url: &'c Value,
    /// Whether nothing else is called so.
    pub is_certain: bool,
}

/// What is in the names of variables that hold clients, in lower case.
pub const CLIENTS: &[&str] = &[
    "axios",
    "http",
    "client",
    "request",
    "session",
    "rest",
    "superagent",
    "needle",
    "faraday",
    "conn",
    "api",
    "fetcher",
    "guzzle",
];

/// Calls whose name alone says that they are requests, with the method.
const CERTAIN: &[(&str, &str)] = &[
    ("getForObject", "GET"),
    ("getForEntity", "GET"),
    ("postForObject", "POST"),
    ("postForEntity", "POST"),
    ("postForLocation", "POST"),
    ("patchForObject", "PATCH"),
    ("GetAsync", "GET"),
    ("GetStringAsync", "GET"),
    ("GetStreamAsync", "GET"),
    ("GetFromJsonAsync", "GET"),
    ("PostAsync", "POST"),
    ("PostAsJsonAsync", "POST"),
    ("PutAsync", "PUT"),
    ("PutAsJsonAsync", "PUT"),
    ("DeleteAsync", "DELETE"),
    ("PatchAsync", "PATCH"),
    ("urlopen", "GET"),
    ("get_response", "GET"),
];

const VERBS: [&str; 6] = ["get", "post", "put", "delete", "patch", "head"];

/// The request that a call can be.
pub fn request<'c>(file: &'c CodeFile<'_>, call: &'c Call) -> Option<Request<'c>> {
    let name = call.name();
    let url = |index: usize| call.positional(index);
    if let Some((_, method)) = CERTAIN.iter().find(|(known, _)| *known == name) {
        let is_their =
            !matches!(name, "GetAsync" | "PostAsync" | "PutAsync" | "DeleteAsync") || file.family == "csharp";
        // What is no URL or path here is the key of something else.
        let is_certain = is_their && !name.ends_with("Async");
        return Some(Request { method: Some((*method).to_owned()), url: url(0)?, is_certain });
    }
    match (file.family, name) {
        ("ecmascript", "fetch" | "got" | "ky") if call.receiver().is_empty() || call.receiver() == "window" => {
            Some(Request {
                method: Some(told(call).unwrap_or_else(|| "GET".to_owned())),
                url: url(0)?,
                is_certain: true,
            })
        }
        ("ecmascript", "axios" | "request") => {
            let url = call.option("url").or_else(|| call.option("uri")).or_else(|| url(0))?;
            Some(Request { method: Some(told(call).unwrap_or_else(|| "GET".to_owned())), url, is_certain: false })
        }
        ("jvm", "exchange") => {
            Some(Request { method: told(call).or_else(|| enumerated(call)), url: url(0)?, is_certain: false })
        }
        ("jvm", "uri") => Some(Request { method: Some(before(file, call)?), url: url(0)?, is_certain: true }),
        ("jvm", "url") => Some(Request { method: after(file, call), url: url(0)?, is_certain: false }),
        ("go", "NewRequest") => Some(Request { method: spoken(call.positional(0)), url: url(1)?, is_certain: true }),
        ("go", "NewRequestWithContext") => {
            Some(Request { method: spoken(call.positional(1)), url: url(2)?, is_certain: true })
        }
        ("go", "PostForm") => Some(Request { method: Some("POST".to_owned()), url: url(0)?, is_certain: true }),
        ("go", "Get" | "Post" | "Put" | "Delete" | "Patch" | "Head") => {
            Some(Request { method: Some(name.to_ascii_uppercase()), url: url(0)?, is_certain: false })
        }
        ("python" | "php" | "ruby" | "rust", "request") => {
            let method = spoken(call.positional(0));
            let url = call.option("url").or_else(|| url(1))?;
            Some(Request { method, url, is_certain: false })
        }
        (_, verb) if VERBS.contains(&verb) => {
            let url = call.option("url").filter(|_| file.family == "python").or_else(|| url(0))?;
            Some(Request { method: Some(verb.to_ascii_uppercase()), url, is_certain: false })
        }
        _ => None,
    }
}

/// The method among the options of a call.
fn told(call: &Call) -> Option<String> {
    spoken(call.option("method"))
}

/// The method in a value: `"GET"`, `http.MethodGet`, `HttpMethod.GET`.
fn spoken(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::Name(name) => last_part(name).trim_start_matches("Method").to_owned(),
        value => value.text()?.to_owned(),
    };
    VERBS.contains(&text.to_ascii_lowercase().as_str()).then(|| text.to_ascii_uppercase())
}

/// The method that an argument names: `exchange(url, HttpMethod.GET, …)`.
fn enumerated(call: &Call) -> Option<String> {
    call.arguments.iter().skip(1).find_map(|argument| match &argument.value {
        Value::Name(name) if name.contains("HttpMethod") => spoken(Some(&argument.value)),
        _ => None,
    })
}

/// The method of the call that a `uri` follows: `client.get().uri(u)`, `client.method(HttpMethod.PUT).uri(u)`.
fn before(file: &CodeFile<'_>, call: &Call) -> Option<String> {
    let on = file.call(call.on?)?;
    match on.name() {
        "method" => spoken(on.positional(0)),
        name => spoken(Some(&Value::Text(name.into()))),
    }
}

/// The method of a call after a `url` of OkHttp's builder: `new Request.Builder().url(u).post(body)`.
fn after(file: &CodeFile<'_>, call: &Call) -> Option<String> {
    let this = file.terms.calls.iter().position(|other| std::ptr::eq(other, call))? as u32;
    let next = file.terms.calls.get(this as usize + 1).filter(|next| next.on == Some(this));
    Some(next.and_then(|next| spoken(Some(&Value::Text(next.name().into())))).unwrap_or_else(|| "GET".to_owned()))
}

/// The address that a call gives to a client which it makes.
pub fn base(call: &Call) -> Option<&Value> {
    match call.name() {
        "baseUrl" | "rootUri" | "setBaseUrl" | "SetBaseURL" | "SetHostURL" => call.positional(0),
        // `axios.create({ baseURL })`, `WebClient.create(base)`, `httpx.Client(base_url=base)`
        "create" | "extend" | "Client" | "AsyncClient" | "new" | "ClientSession" | "Session" => {
            let keys = ["baseURL", "prefixUrl", "base_url", "base_uri", "url"];
            keys.iter()
                .find_map(|key| call.option(key))
                .or_else(|| call.positional(0).filter(|value| value.text().is_some() || value.name().is_some()))
        }
        _ => None,
    }
}
