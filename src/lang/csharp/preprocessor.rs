//! Conditional compilation: what the parser is given of it.
//!
//! The grammar knows `#if` between whole statements and members only. So the directives are blanked, and every branch is
//! kept where the branches can follow each other; where they are alternatives in the middle of something, the first is.

use std::borrow::Cow;

/// An `#if` up to its `#endif`.
struct Group {
    /// Whether all branches so far are whole.
    is_whole: bool,
    /// Where the second branch begins; none before `#elif` or `#else`.
    rest: Option<usize>,
    /// Braces that the current branch has opened, less those it has closed.
    depth: i64,
}

/// [`crate::lang::extract::Hooks::prepare`].
pub(super) fn prepare(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memmem::find(bytes, b"#if").is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut blanks: Vec<(usize, usize)> = Vec::new();
    let mut open: Vec<Group> = Vec::new();
    // The last character of code so far.
    let mut last = b'{';
    let mut start = 0;
    while start < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |length| start + length);
        let line = bytes[start..end].trim_ascii();
        match directive(line) {
            Some("if") => {
                let is_whole = matches!(last, b';' | b'{' | b'}' | b']' | b':' | b',' | b'(');
                open.push(Group { is_whole, rest: None, depth: 0 });
            }
            Some(word @ ("elif" | "else" | "endif")) => {
                if let Some(group) = open.last_mut() {
                    group.is_whole &= group.depth == 0 && matches!(last, b';' | b'}' | b']' | b',' | b'{');
                    group.depth = 0;
                    if word != "endif" {
                        group.rest.get_or_insert(start);
                    }
                }
                if word == "endif"
                    && let Some(group) = open.pop()
                    && let Some(rest) = group.rest.filter(|_| !group.is_whole)
                {
                    blanks.push((rest, end));
                }
            }
            _ if line.is_empty() || line.starts_with(b"//") || line.starts_with(b"#") => {}
            _ => {
                last = line.last().copied().unwrap_or(last);
                if let Some(group) = open.last_mut() {
                    let count = |brace| memchr::memchr_iter(brace, line).count() as i64;
                    group.depth += count(b'{') - count(b'}');
                }
            }
        }
        if directive(line).is_some() {
            blanks.push((start, end));
        }
        start = end + 1;
    }
    blanks.sort_unstable();
    let mut prepared = bytes.to_vec();
    let mut done = 0;
    for (from, to) in blanks {
        for byte in prepared.iter_mut().take(to).skip(from.max(done)).filter(|byte| !byte.is_ascii_whitespace()) {
            *byte = b' ';
        }
        done = done.max(to);
    }
    Cow::Owned(prepared)
}

/// The name of the conditional directive that a line is.
fn directive(line: &[u8]) -> Option<&'static str> {
    let rest = line.strip_prefix(b"#")?.trim_ascii_start();
    let length = rest.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(rest.len());
    ["if", "elif", "else", "endif"].into_iter().find(|word| word.as_bytes() == &rest[..length])
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
    fn whole_branches_are_all_kept() {
        assert_eq!(kept("a;\n#if X\nb;\n#else\nc;\n#endif\nd;"), "a; b; c; d;");
        assert_eq!(kept("f(x\n#if X\n, y\n#endif\n);"), "f(x , y );");
    }

    #[test]
    fn of_alternatives_within_something_the_first_is_kept() {
        assert_eq!(kept("class A\n#if X\n: B\n#elif Y\n: C\n#else\n: D\n#endif\n{}"), "class A : B {}");
        assert_eq!(kept("#if X\nclass A : B {\n#else\nclass A {\n#endif\n}"), "class A : B { }");
    }

    #[test]
    fn what_is_not_closed_costs_nothing() {
        assert_eq!(kept("#if X\na\n#if Y\n#else\n"), "a");
        assert_eq!(kept("#endif\na #if"), "a #if");
    }
}
