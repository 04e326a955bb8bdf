//! The value of a `cfg` condition where every feature is on, all platforms count, and tests are compiled.
//!
//! A condition is kept as text in the facts ([`Guard`](crate::facts::Guard)); only with the manifest at hand, and the
//! build script, is known which flags may be set.

use super::tokens::{Token, TokenKind, tokenize};

/// What is known of the flags that are not the compiler's own.
pub trait Flags {
    /// Whether a flag is set; none where it may be or not.
    fn flag(&self, name: &str) -> Option<bool>;

    /// Whether a feature, and what most platforms have, is on; none where both count.
    fn feature(&self) -> Option<bool>;
}

/// Flags that only special tools set, each when it runs.
const TOOL_FLAGS: &[&str] = &["doc", "docsrs", "doctest", "fuzzing", "kani", "loom", "miri"];

/// What the compiler sets by itself, for some platform or kind of build.
const PLATFORM: &[&str] = &[
    "unix",
    "windows",
    "test",
    "debug_assertions",
    "overflow_checks",
    "ub_checks",
    "panic",
    "proc_macro",
    "relocation_model",
    "sanitize",
    "version",
    "target_abi",
    "target_arch",
    "target_endian",
    "target_env",
    "target_family",
    "target_feature",
    "target_has_atomic",
    "target_has_atomic_equal_alignment",
    "target_has_atomic_load_store",
    "target_object_format",
    "target_os",
    "target_pointer_width",
    "target_thread_local",
    "target_vendor",
    "true",
];

/// Whether a name in a condition is one of the compiler's own.
pub fn is_platform(name: &str) -> bool {
    PLATFORM.contains(&name)
}

/// Whether only a special tool sets a flag.
pub fn is_of_tool(name: &str) -> bool {
    TOOL_FLAGS.contains(&name)
}

/// Whether a condition holds; none where that depends on the platform or on something else that may be either way.
pub fn holds(condition: &str, flags: &dyn Flags) -> Option<bool> {
    let tokens = tokenize(condition.as_bytes(), 0, condition.len(), 1);
    let text = |token: &Token| condition.get(token.start as usize..token.end as usize).unwrap_or_default();
    // Each open operator with the values of its conditions so far; the outermost is the attribute itself.
    let mut open: Vec<(&str, Vec<Option<bool>>)> = vec![("all", Vec::new())];
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1).map(|next| next.kind);
        let value = match token.kind {
            TokenKind::Identifier if next == Some(TokenKind::Open(b'(')) => {
                open.push((text(token), Vec::new()));
                continue;
            }
            TokenKind::Identifier => match text(token) {
                // Every platform of the first tier has atomic values of each size.
                "feature" | "target_has_atomic" => flags.feature(),
                "true" => Some(true),
                "false" => Some(false),
                name if is_platform(name) => None,
                name => flags.flag(name),
            },
            TokenKind::Close(b')') if open.len() > 1 => {
                let (operator, values) = open.pop()?;
                joined(operator, &values)
            }
            _ => continue,
        };
        open.last_mut()?.1.push(value);
    }
    let (operator, values) = open.first()?;
    joined(operator, values)
}

/// The value of an operator over conditions, as far as theirs are known.
fn joined(operator: &str, values: &[Option<bool>]) -> Option<bool> {
    let decisive = operator == "any";
    match operator {
        "not" => values.first().copied().flatten().map(|value| !value),
        "all" | "any" if values.contains(&Some(decisive)) => Some(decisive),
        "all" | "any" if values.iter().all(|value| *value == Some(!decisive)) => Some(!decisive),
        _ => None,
    }
}
