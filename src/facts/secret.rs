//! What looks like a secret: it is neither kept nor shown.

use std::borrow::Cow;

/// Stands for what was taken out of a text.
pub const REDACTED: &str = "***";

/// Words that end the name of a secret.
const NAMES: [&str; 14] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "secretkey",
    "apikey",
    "privatekey",
    "accesskey",
    "token",
    "credential",
    "credentials",
    "signingkey",
    "encryptionkey",
];

/// How values of well-known services begin.
const PREFIXES: [&str; 16] = [
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "AKIA",
    "ASIA",
    "xoxb-",
    "xoxp-",
    "AIza",
    "SG.",
    "eyJ",
    "-----BEGIN",
];

/// From this length on a word without white space that mixes cases and digits is taken for a key.
const KEY_LENGTH: usize = 32;

/// Whether a variable, a keyword or a key of this name holds a secret.
pub fn is_secret_name(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let letters: String = last.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    NAMES.iter().any(|end| letters.ends_with(end))
}

/// Whether a text as a whole is a key or a token.
pub fn is_secret(text: &str) -> bool {
    if PREFIXES.iter().any(|prefix| text.starts_with(prefix) && text.len() >= prefix.len() + 8) {
        return true;
    }
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-');
    // Paths, names and sentences have a vowel-and-consonant look that a count of digits between letters of both cases tells
    // apart well enough: what is taken for a key by mistake is only not shown.
    text.len() >= KEY_LENGTH && text.bytes().all(is_word) && {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let lower = text.bytes().filter(u8::is_ascii_lowercase).count();
        let upper = text.bytes().filter(u8::is_ascii_uppercase).count();
        digits >= 4 && (upper >= 3 && lower >= 3 || text.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }
}

/// A text without the passwords in it: `scheme://user:password@host`, `Password=…;`. For texts that are no secret as a
/// whole.
pub fn redact(text: &str) -> Cow<'_, str> {
    let without = redact_user(text);
    match redact_pairs(&without) {
        Cow::Borrowed(_) => without,
        Cow::Owned(text) => Cow::Owned(text),
    }
}

/// The password in the part of a URL before the host.
fn redact_user(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        let authority =
            &after[..after.find(|c: char| c.is_whitespace() || "/?#\"'`<>".contains(c)).unwrap_or(after.len())];
        out.push_str(before);
        rest = after;
        // A variable in the place of the password is no secret.
        if let Some((user, _)) = authority.rsplit_once('@')
            && let Some((name, password)) = user.split_once(':')
            && !password.is_empty()
            && !is_placeholder(password)
        {
            out.push_str(name);
            out.push(':');
            out.push_str(REDACTED);
            rest = &after[user.len()..];
        }
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Values of secret names in `name=value;name=value`.
fn redact_pairs(text: &str) -> Cow<'_, str> {
    if !text.contains('=') {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('=') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let name = before.rsplit(|c: char| !c.is_alphanumeric() && !"_-.".contains(c)).next().unwrap_or_default();
        let value = &after[..after.find(|c: char| c.is_whitespace() || ";&,\"'`".contains(c)).unwrap_or(after.len())];
        out.push_str(&rest[..=at]);
        rest = after;
        if is_secret_name(name) && !value.is_empty() && !is_placeholder(value) {
            out.push_str(REDACTED);
            rest = &after[value.len()..];
        }
    }
    out.push_str(rest);
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Whether a value stands for another one: `${PASSWORD}`, `$PASSWORD`, `{{ password }}`, `%s`, `<password>`, `?`.
pub fn is_placeholder(value: &str) -> bool {
    value.starts_with(['$', '{', '%', '<', ':', '?', '@', '#'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_taken_out_of_connection_strings() {
        for (text, safe) in [
            ("postgres://app:hunter2@db:5432/x?sslmode=off", "postgres://app:***@db:5432/x?sslmode=off"),
            ("amqp://guest:p@ss@mq", "amqp://guest:***@mq"),
            ("Server=db;User Id=sa;Password=Pass@word;", "Server=db;User Id=sa;Password=***;"),
            ("redis://cache:6379", "redis://cache:6379"),
            ("postgres://${USER}:${PASSWORD}@db", "postgres://${USER}:${PASSWORD}@db"),
            ("/users?token=abc&x=1", "/users?token=***&x=1"),
            ("select * from t where id = 3", "select * from t where id = 3"),
        ] {
            assert_eq!(redact(text), safe);
        }
    }

    #[test]
    fn keys_are_known_by_name_or_by_look() {
        assert!(is_secret_name("DB_PASSWORD") && is_secret_name("stripe.apiKey") && is_secret_name("SECRET_KEY"));
        assert!(!is_secret_name("password_field") && !is_secret_name("tokenizer") && !is_secret_name("key"));
        assert!(is_secret("ghp_0123456789abcdef") && is_secret("wJalrXUtnFEMI4K7MDENGbPxRfiCYEXA8MPL3KEY"));
        assert!(!is_secret("/api/v1/organizations/{organizationId}/members") && !is_secret("com.example.Application"));
    }
}
