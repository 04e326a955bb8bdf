//! Macros that stand where the grammars expect none.
//!
//! `class LIB_API Name {` and a line with nothing but `LIB_BEGIN_DECLS` make the grammars lose the definition that
//! follows, if not the whole file. The preprocessor would remove them; here they become blanks for the parser alone, so
//! that every byte keeps its place.

use std::borrow::Cow;

/// The text with macros blanked that are no part of a definition's meaning.
pub fn blanked(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut text = Cow::Borrowed(bytes);
    let mut start = 0;
    let mut previous = Previous::Statement;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let content = line.trim_ascii_end();
        if previous != Previous::Continued
            && let Some((from, to)) = find(content, previous == Previous::Statement)
        {
            text.to_mut()[start + from..start + to].fill(b' ');
        }
        previous = previous.after(content);
        start += line.len();
    }
    text
}

/// How the line before ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Previous {
    /// A new declaration may begin.
    Statement,
    /// In the middle of a statement.
    Open,
    /// With a backslash: the line belongs to a directive.
    Continued,
}

impl Previous {
    fn after(self, line: &[u8]) -> Self {
        let trimmed = line.trim_ascii_start();
        match line.last() {
            Some(b'\\') => Self::Continued,
            None => self,
            Some(b';' | b'{' | b'}' | b'/') => Self::Statement,
            _ if trimmed.starts_with(b"#") || trimmed.starts_with(b"//") || is_macro(trimmed) => Self::Statement,
            _ => Self::Open,
        }
    }
}

/// Where a line has a macro that is to be blanked.
fn find(line: &[u8], is_statement: bool) -> Option<(usize, usize)> {
    let indent = line.len() - line.trim_ascii_start().len();
    let (first, first_end) = word(line, indent)?;
    if matches!(first, b"class" | b"struct" | b"union") {
        let start = skip_blanks(line, first_end);
        let (name, end) = word(line, start)?;
        let (_, after) = word(line, skip_blanks(line, end))?;
        let rest = line[after..].trim_ascii_start();
        let is_definition = rest.starts_with(b"{") || rest.starts_with(b"final") || is_base_clause(rest);
        let is_class = first == b"class" && (rest.is_empty() || rest == b";");
        return (is_macro(name) && (is_definition || is_class)).then_some((start, end));
    }
    if !is_macro(first) {
        return None;
    }
    if first_end == line.len() {
        return (is_statement && indent == 0).then_some((0, first_end));
    }
    let open = line.iter().position(|byte| *byte == b'(')?;
    let between = line.get(first_end..open)?;
    let is_plain = between
        .iter()
        .all(|byte| is_name(*byte) || matches!(byte, b' ' | b'\t' | b'*' | b'&' | b':' | b'<' | b'>' | b','));
    let names = between.split(|byte| !is_name(*byte)).filter(|name| !name.is_empty()).count();
    (is_statement && is_plain && names >= 2).then_some((indent, first_end))
}

/// `: public Base`, but not `::name`.
fn is_base_clause(rest: &[u8]) -> bool {
    rest.first() == Some(&b':') && rest.get(1) != Some(&b':')
}

/// `LIB_API`: capitals with an underscore, or an ending that exports have.
fn is_macro(name: &[u8]) -> bool {
    name.len() > 2
        && name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
        && name.iter().any(u8::is_ascii_uppercase)
        && (name.contains(&b'_') || name.ends_with(b"API") || name.ends_with(b"EXPORT"))
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn skip_blanks(line: &[u8], from: usize) -> usize {
    let rest = line.get(from..).unwrap_or_default();
    from + rest.len() - rest.trim_ascii_start().len()
}

/// The name at a place, and where it ends.
fn word(line: &[u8], start: usize) -> Option<(&[u8], usize)> {
    let rest = line.get(start..)?;
    let length = rest.iter().take_while(|byte| is_name(**byte)).count();
    (length > 0).then(|| (&rest[..length], start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> String {
        String::from_utf8_lossy(&blanked(text.as_bytes())).into_owned()
    }

    #[test]
    fn macros_that_hide_a_definition() {
        assert_eq!(after("class LIB_API Name {"), "class         Name {");
        assert_eq!(after("struct LIB_EXPORT Name : Base {"), "struct            Name : Base {");
        assert_eq!(after("LIB_BEGIN\nint x;\n"), "         \nint x;\n");
        assert_eq!(after("LIB_API lib_type *lib_get(int);"), "        lib_type *lib_get(int);");
    }

    #[test]
    fn what_is_code_stays() {
        for text in [
            "struct MY_STRUCT value;",
            "struct MY_STRUCT value = {",
            "MY_TYPE value(1);",
            "int x =\nMY_VALUE\n;",
            "#define A \\\nLIB_API int f(int)\n",
            "  LAST_ONE\n",
            "MY_CALL(x, y)\n{",
            "x = MY_A + b * c(d);",
            "class Name {",
        ] {
            assert_eq!(after(text), text);
        }
    }
}
