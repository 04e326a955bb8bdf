//! Between a file's real name and the text by which everybody else knows it.
//!
//! Paths are keys, so the text must be different for different names, also where a name is not UTF-8. Each byte that is
//! no UTF-8 is written as U+FFFD (what a lossy reading shows) and its two hexadecimal digits; so are the bytes of a
//! U+FFFD that a name really has. That makes the text reversible.

use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

const MARK: char = char::REPLACEMENT_CHARACTER;

/// The text of a path relative to the root, with `/`.
pub fn to_text(relative: &Path) -> String {
    if let Some(text) = relative.to_str()
        && std::path::MAIN_SEPARATOR == '/'
        && !text.contains(MARK)
    {
        return text.to_owned();
    }
    let mut out = String::new();
    for part in relative.components() {
        if let Component::Normal(name) = part {
            if !out.is_empty() {
                out.push('/');
            }
            push_name(&mut out, name);
        }
    }
    out
}

fn push_name(out: &mut String, name: &OsStr) {
    let escape = |out: &mut String, bytes: &[u8]| {
        for byte in bytes {
            // Writing to a string cannot fail.
            let _ = write!(out, "{MARK}{byte:02x}");
        }
    };
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for (index, valid) in chunk.valid().split(MARK).enumerate() {
            if index > 0 {
                escape(out, MARK.encode_utf8(&mut [0; 4]).as_bytes());
            }
            out.push_str(valid);
        }
        escape(out, chunk.invalid());
    }
}

/// The path, relative to the root, of a text that [`to_text`] made.
pub fn to_real(text: &str) -> PathBuf {
    if !text.contains(MARK) {
        return PathBuf::from(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(MARK) {
        bytes.extend_from_slice(before.as_bytes());
        let digits = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match digits {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.extend_from_slice(MARK.encode_utf8(&mut [0; 4]).as_bytes());
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    from_bytes(bytes)
}

#[cfg(unix)]
pub fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
pub fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// The directory of a path; `""` is the root.
pub fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The last part of a path.
pub fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_utf8_is_shown_and_kept_apart() {
        let real = Path::new(OsStr::from_bytes(b"a/caf\xe9.py"));
        assert_eq!(to_text(real), "a/caf\u{fffd}e9.py");
        assert_eq!(to_real("a/caf\u{fffd}e9.py"), real);
        assert_ne!(to_text(Path::new("a/caf\u{fffd}e9.py")), to_text(real));
    }

    proptest! {
        #[test]
        fn text_and_real_name_are_one_to_one(bytes in proptest::collection::vec(1u8..=255, 1..20)) {
            let name: Vec<u8> = bytes.into_iter().filter(|byte| !b"/.".contains(byte)).collect();
            prop_assume!(!name.is_empty());
            let real = Path::new(OsStr::from_bytes(&name));
            prop_assert_eq!(to_real(&to_text(real)), real);
        }
    }
}
