//! What an expression comes to, as far as its text, the names of its file and constants of other files say.

use super::{CodeFile, Program};
use crate::facts::terms::{Call, Part, Value, last_part};

/// How many names and calls are followed from one value.
const DEPTH_LIMIT: u32 = 6;

/// How values of a file are read.
#[derive(Clone, Copy)]
pub struct Reading<'a, 's> {
    /// The file.
    pub file: &'a CodeFile<'s>,
    /// Where names that the file does not define are looked for.
    pub others: Option<&'a Program<'s>>,
    /// Whether a variable of the environment stays a placeholder, as settings do: `${TOPIC:orders}`. Otherwise it is
    /// its default.
    pub keeps_environment: bool,
}

/// Calls that give what they are called on, or its text.
const KEEPERS: &[&str] = &[
    "unwrap",
    "unwrap_or",
    "unwrap_or_else",
    "expect",
    "clone",
    "to_string",
    "toString",
    "as_str",
    "trim",
    "orElse",
    "strip",
];

impl Reading<'_, '_> {
    /// The text that a value comes to. What is not known in the middle of one is written `{}`; settings stay as
    /// placeholders `${name}`. None where nothing is known.
    pub fn text(&self, value: &Value) -> Option<String> {
        self.evaluate(value, DEPTH_LIMIT)
    }

    fn evaluate(&self, value: &Value, depth: u32) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        match value {
            Value::Text(text) => Some(text.to_string()),
            Value::Symbol(text) if self.others.is_some() => Some(text.to_string()),
            Value::Template(parts) => {
                let mut whole = String::new();
                for part in parts {
                    match part {
                        Part::Text(text) => whole.push_str(text),
                        Part::Name(name) => whole.push_str(&self.named(name, depth).unwrap_or_else(|| "{}".to_owned())),
                    }
                }
                Some(whole)
            }
            Value::Name(name) => self.named(name, depth),
            Value::Either(values) => {
                let mut known = values.iter().filter_map(|value| self.evaluate(value, depth));
                let first = known.next()?;
                Some(if self.keeps_environment { with_default(first, known.next()) } else { first })
            }
            Value::Call(id) => self.result(self.file.call(*id)?, depth),
            _ => None,
        }
    }

    fn named(&self, name: &str, depth: u32) -> Option<String> {
        if name.is_empty() {
            return None;
        }
        if let Some(injected) = self.file.injected(name) {
            return Some(injected.to_owned());
        }
        let mut parts = name.rsplit('.');
        let (last, holder) = (parts.next()?, parts.next());
        if self.keeps_environment && holder == Some("env") {
            // `process.env.TOPIC`, `import.meta.env.TOPIC`
            return Some(format!("${{{last}}}"));
        }
        let of_holder = || Some(self.others?.member(self.file, holder?, last)).flatten();
        let own = || self.evaluate(self.file.bound(name)?, depth);
        let plain = || Some(self.others?.constant(self.file, last)).flatten().filter(|_| holder.is_none());
        of_holder().or_else(own).or_else(plain)
    }

    /// What a call gives back, of calls whose result their arguments say.
    fn result(&self, call: &Call, depth: u32) -> Option<String> {
        match call.name() {
            "getenv"
            | "Getenv"
            | "LookupEnv"
            | "environ[]"
            | "ENV[]"
            | "env[]"
            | "get"
            | "env"
            | "fetch"
            | "GetEnv"
            | "getEnv"
            | "config"
            | "getProperty"
            | "GetValue"
            | "GetEnvironmentVariable"
            | "Configuration[]"
            | "var" => {
                let default = call.positional(1).or_else(|| call.option("default"));
                let default = default.and_then(|value| self.evaluate(value, depth));
                match call.text(0).filter(|key| self.keeps_environment && is_key(key)) {
                    Some(key) if reads_environment(call) => Some(with_default(format!("${{{key}}}"), default)),
                    _ => default,
                }
            }
            "format" | "Sprintf" | "sprintf" => {
                let template = self.evaluate(call.positional(0)?, depth)?;
                let given = call.arguments.iter().filter(|argument| argument.name.is_none()).skip(1);
                let mut given = given.map(|argument| self.evaluate(&argument.value, depth));
                Some(filled(&template, || given.next().flatten().unwrap_or_else(|| "{}".to_owned())))
            }
            "Uri" | "URI" | "URL" | "create" | "parse" | "UriBuilder" => self.evaluate(call.positional(0)?, depth),
            // Pointers to texts, as the Go libraries of AWS want them.
            "String" | "from" if self.others.is_some() && call.arguments.len() == 1 => {
                self.evaluate(call.positional(0)?, depth)
            }
            name if self.others.is_some() && KEEPERS.contains(&name) => {
                let before = self.result(self.file.call(call.on?)?, depth);
                let default = call.positional(0).filter(|_| name.contains("r_") || name == "orElse");
                let default = default.and_then(|value| self.evaluate(value, depth));
                match before {
                    Some(before) => Some(with_default(before, default)),
                    None => default,
                }
            }
            _ => None,
        }
    }
}

/// Whether a call can read the environment or a setting, rather than an element of some map.
fn reads_environment(call: &Call) -> bool {
    let receiver = last_part(call.receiver()).to_ascii_lowercase();
    match call.name() {
        "get" | "fetch" | "config" | "var" => {
            receiver.contains("env") || receiver.contains("config") || call.name() == "config"
        }
        _ => true,
    }
}

/// Whether a text can be the name of a variable or a setting.
fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

/// A placeholder without a default is given one.
fn with_default(text: String, default: Option<String>) -> String {
    match (text.strip_suffix('}'), default) {
        (Some(open), Some(default)) if open.starts_with("${") && !open.contains(':') => format!("{open}:{default}}}"),
        _ => text,
    }
}

/// A template of `printf` with its verbs replaced.
fn filled(template: &str, mut next: impl FnMut() -> String) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let verb = rest[at + 1..].chars().next();
        match verb {
            Some('%') => out.push('%'),
            Some(verb) if verb.is_ascii_alphabetic() => out.push_str(&next()),
            _ => {
                out.push('%');
                rest = &rest[at + 1..];
                continue;
            }
        }
        rest = &rest[(at + 2).min(rest.len())..];
    }
    out.push_str(rest);
    out
}
