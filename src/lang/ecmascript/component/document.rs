//! Where the import and export statements of an MDX document are.

use super::scan::Script;

/// The statements: from a line that begins with `import` or `export` to the next blank line outside of brackets. What is
/// fenced as an example is none, nor is the document's front matter.
pub fn modules(bytes: &[u8]) -> Vec<Script<'_>> {
    let mut found = Vec::new();
    let mut place = Place::Text;
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let start = at;
        at += line.len();
        let text = line.trim_ascii();
        place = match place {
            Place::Text if start == 0 && text == b"---" => Place::FrontMatter,
            Place::Text => match fence(text) {
                Some(fence) => Place::Fenced(fence),
                None if is_module(line) => Place::Module { start, depth: depth(0, text) },
                None => Place::Text,
            },
            Place::FrontMatter if text == b"---" => Place::Text,
            Place::Fenced((byte, length)) if fence(text).is_some_and(|(b, l)| b == byte && l >= length) => Place::Text,
            Place::Module { start: first, depth } if text.is_empty() && depth <= 0 => {
                found.push(Script { text: first..start, ..Script::default() });
                Place::Text
            }
            Place::Module { start, depth: before } => Place::Module { start, depth: depth(before, text) },
            place => place,
        };
    }
    if let Place::Module { start, .. } = place {
        found.push(Script { text: start..bytes.len(), ..Script::default() });
    }
    found
}

/// What a line stands in.
enum Place {
    Text,
    FrontMatter,
    /// The sign of the fence and how often it is written.
    Fenced((u8, usize)),
    /// Its first byte and the brackets that are open.
    Module {
        start: usize,
        depth: isize,
    },
}

fn fence(line: &[u8]) -> Option<(u8, usize)> {
    let byte = *line.first().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = line.iter().take_while(|other| **other == byte).count();
    (length >= 3).then_some((byte, length))
}

fn is_module(line: &[u8]) -> bool {
    let rest = line.strip_prefix(b"import").or_else(|| line.strip_prefix(b"export"));
    rest.and_then(|rest| rest.first()).is_some_and(|next| matches!(next, b' ' | b'\t' | b'{' | b'*' | b'"' | b'\''))
}

fn depth(before: isize, line: &[u8]) -> isize {
    line.iter().fold(before, |depth, byte| match byte {
        b'{' | b'[' | b'(' => depth + 1,
        b'}' | b']' | b')' => depth - 1,
        _ => depth,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_at_a_blank_line_outside_of_brackets() {
        let text = "---\nimport no\n---\nimport a from \"a\"\nimport b from \"b\"\n\nimport(x)\n~~~js\nimport no\n~~~\n\
                    export const c = {\n\n  d: 1,\n}\n\ntext\n\nimport e from \"e\"";
        let found = modules(text.as_bytes());
        let texts: Vec<&str> = found.iter().map(|script| &text[script.text.clone()]).collect();
        assert_eq!(
            texts,
            ["import a from \"a\"\nimport b from \"b\"\n", "export const c = {\n\n  d: 1,\n}\n", "import e from \"e\""]
        );
    }
}
