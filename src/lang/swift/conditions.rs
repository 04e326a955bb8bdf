//! Conditional compilation: the parser is given every branch.
//!
//! Swift demands that each branch of an `#if` is whole: statements, declarations, cases, or the rest of a chain. So it is
//! enough to blank the directives, and what stays parses under every condition.

use std::borrow::Cow;

/// [`crate::lang::extract::Hooks::prepare`].
pub(super) fn prepare(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memmem::find(bytes, b"#if").is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut prepared = bytes.to_vec();
    let mut start = 0;
    // Whether the line before was a condition, and whether that goes on.
    let mut after_condition = false;
    let mut goes_on = false;
    while start < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |length| start + length);
        let line = bytes[start..end].trim_ascii();
        let joins = |text: &[u8]| text.starts_with(b"&&") || text.starts_with(b"||");
        let is_directive = is_directive(line) || goes_on || (after_condition && joins(line));
        if is_directive {
            let blanked = prepared[start..end].iter_mut().filter(|byte| !byte.is_ascii_whitespace());
            blanked.for_each(|byte| *byte = b' ');
        }
        goes_on = is_directive && (line.ends_with(b"&&") || line.ends_with(b"||"));
        after_condition = is_directive;
        start = end + 1;
    }
    Cow::Owned(prepared)
}

/// Whether a line is a directive of conditional compilation.
fn is_directive(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"#") else { return false };
    let length = rest.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(rest.len());
    matches!(&rest[..length], b"if" | b"elseif" | b"else" | b"endif")
}

#[cfg(test)]
mod tests {
    use super::prepare;

    fn kept(text: &str) -> String {
        let prepared = prepare(text.as_bytes());
        assert_eq!(prepared.len(), text.len());
        String::from_utf8_lossy(&prepared).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_branch_is_kept() {
        assert_eq!(kept("a\n#if os(Linux)\nb\n#elseif X // x\nc\n#else\nd\n#endif\ne"), "a b c d e");
        assert_eq!(kept("#if X\n#warning(\"w\")\n#endif"), "#warning(\"w\")");
    }

    #[test]
    fn a_condition_may_take_several_lines() {
        assert_eq!(kept("#if os(A) ||\n  os(B)\n  && X\nb\n#endif"), "b");
    }
}
