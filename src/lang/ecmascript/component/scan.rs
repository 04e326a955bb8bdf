//! Where the scripts of a component are. One pass over the bytes, whatever they are: what is not closed ends with the file.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memmem};

/// Whose rules say what is a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// Elements at the top of the file.
    Vue,
    /// Elements anywhere.
    Svelte,
    /// The part between two fences at the top, and elements anywhere that are not left to the browser.
    Astro,
}

/// One script.
#[derive(Debug, PartialEq, Eq, Default)]
pub struct Script<'a> {
    /// Its text.
    pub text: Range<usize>,
    /// What its element's `lang` or `type` says; empty where neither is written.
    pub language: &'a [u8],
    /// The bytes of `src`'s value, without quotes.
    pub source: Option<Range<usize>>,
}

/// The scripts of a component, in order.
pub fn scripts(bytes: &[u8], markup: Markup) -> Vec<Script<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    if markup == Markup::Astro
        && let Some(text) = fenced(bytes)
    {
        at = text.end;
        found.push(Script { text, ..Script::default() });
    }
    // Where an element at the top is not closed, the file is being written: then a script is one wherever it stands.
    let mut top_only = markup == Markup::Vue;
    while let Some(open) = find(bytes, at, b'<') {
        if bytes[open..].starts_with(COMMENT) {
            at = end_of_comment(bytes, open);
            continue;
        }
        at = open + 1;
        let name = name_at(bytes, at);
        if name.is_empty() || !top_only && name != b"script" {
            continue;
        }
        let Some(tag) = Tag::read(bytes, at + name.len()) else { break };
        at = tag.end;
        if name == b"script" {
            let end = if tag.is_empty { tag.end } else { end_of_text(bytes, tag.end, name).unwrap_or(bytes.len()) };
            at = end;
            if tag.is_script(markup) {
                found.push(Script { text: tag.end..end, language: tag.language, source: tag.source });
            }
        } else if !tag.is_empty {
            let end =
                if name == TEMPLATE { end_of_template(bytes, tag.end) } else { end_of_text(bytes, tag.end, name) };
            top_only = end.is_some();
            at = end.unwrap_or(at);
        }
    }
    found
}

/// As many bytes, with blanks for all that is no script. The name of a script's file becomes an import statement, for which
/// the element's name and attribute leave room.
pub fn only<'a>(bytes: &'a [u8], scripts: &[Script<'_>]) -> Cow<'a, [u8]> {
    const IMPORT: &[u8] = b"import";
    let mut text: Vec<u8> = bytes.iter().map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }).collect();
    for script in scripts {
        text[script.text.clone()].copy_from_slice(&bytes[script.text.clone()]);
        if let Some(source) = &script.source
            && let Some(before) = source.start.checked_sub(1 + IMPORT.len())
            && source.end < text.len()
        {
            text[before..source.start - 1].copy_from_slice(IMPORT);
            text[source.clone()].copy_from_slice(&bytes[source.clone()]);
            text[source.start - 1] = b'"';
            text[source.end] = b'"';
        }
        // A statement does not go on in the next script.
        if let Some(close) = text.get_mut(script.text.end) {
            *close = b';';
        }
    }
    Cow::Owned(text)
}

const COMMENT: &[u8] = b"<!--";
const TEMPLATE: &[u8] = b"template";

fn find(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    memchr(byte, bytes.get(from..)?).map(|at| from + at)
}

fn end_of_comment(bytes: &[u8], open: usize) -> usize {
    let from = open + COMMENT.len();
    memmem::find(&bytes[from..], b"-->").map_or(bytes.len(), |at| from + at + 3)
}

/// The name of an element whose `<` stands before `at`; empty where there is none.
fn name_at(bytes: &[u8], at: usize) -> &[u8] {
    let rest = &bytes[at..];
    if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
        return &[];
    }
    let end = rest.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'<'));
    &rest[..end.unwrap_or(rest.len())]
}

/// Where the closing tag of an element begins whose content is text.
fn end_of_text(bytes: &[u8], from: usize, name: &[u8]) -> Option<usize> {
    let closing = [b"</", name].concat();
    let mut ends = memmem::find_iter(&bytes[from..], &closing).map(|at| from + at);
    ends.find(|end| name_at(bytes, end + 2) == name)
}

/// Where the closing tag of a template begins: templates may stand in it.
fn end_of_template(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 1;
    while let Some(open) = find(bytes, at, b'<') {
        at = open + 1;
        if bytes[open..].starts_with(COMMENT) {
            at = end_of_comment(bytes, open);
        } else if name_at(bytes, at) == TEMPLATE {
            let tag = Tag::read(bytes, at + TEMPLATE.len())?;
            depth += usize::from(!tag.is_empty);
            at = tag.end;
        } else if bytes.get(at) == Some(&b'/') && name_at(bytes, at + 1) == TEMPLATE {
            depth -= 1;
            if depth == 0 {
                return Some(open);
            }
        }
    }
    None
}

/// The text between two lines of dashes, of which the first is the first of the file.
fn fenced(bytes: &[u8]) -> Option<Range<usize>> {
    const FENCE: &[u8] = b"---";
    let bytes_before = bytes.len() - bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start().len();
    let start = bytes_before + FENCE.len();
    if !bytes[bytes_before..].starts_with(FENCE) {
        return None;
    }
    let mut line = start;
    while let Some(end) = find(bytes, line, b'\n') {
        line = end + 1;
        let indent = bytes[line..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if bytes[line + indent..].starts_with(FENCE) {
            return Some(start..line + indent);
        }
    }
    Some(start..bytes.len())
}

/// What matters of an opening tag.
#[derive(Default)]
struct Tag<'a> {
    /// One past its `>`.
    end: usize,
    /// Whether it is closed in itself.
    is_empty: bool,
    language: &'a [u8],
    kind: &'a [u8],
    source: Option<Range<usize>>,
    /// Attributes beside `src`.
    others: usize,
}

impl<'a> Tag<'a> {
    /// Reads the attributes from behind an element's name on; none where the file ends before the tag does.
    fn read(bytes: &'a [u8], mut at: usize) -> Option<Self> {
        let mut tag = Self::default();
        loop {
            at = skip_blanks(bytes, at);
            match *bytes.get(at)? {
                b'>' => {
                    tag.is_empty = bytes[at - 1] == b'/';
                    tag.end = at + 1;
                    if tag.language.is_empty() {
                        tag.language = tag.kind;
                    }
                    return Some(tag);
                }
                b'/' => at += 1,
                _ => {
                    let name = at;
                    // A sign of equality that begins a name belongs to it.
                    at += 1 + bytes[at + 1..].iter().position(|byte| is_name_end(*byte))?;
                    let name = &bytes[name..at];
                    let value = skip_blanks(bytes, at);
                    let value = match bytes.get(value) {
                        Some(b'=') => value_at(bytes, skip_blanks(bytes, value + 1))?,
                        _ => at..at,
                    };
                    at = at.max(value.end + usize::from(matches!(bytes.get(value.end), Some(b'"' | b'\''))));
                    tag.take(name, value, bytes);
                }
            }
        }
    }

    fn take(&mut self, name: &[u8], value: Range<usize>, bytes: &'a [u8]) {
        match name {
            b"src" if !value.is_empty() => {
                self.source = Some(value);
                return;
            }
            b"lang" => self.language = &bytes[value],
            b"type" => self.kind = &bytes[value],
            _ => {}
        }
        self.others += 1;
    }

    /// Whether a compiler reads the element as a script of its own language.
    fn is_script(&self, markup: Markup) -> bool {
        let kind = String::from_utf8_lossy(self.kind).to_ascii_lowercase();
        let is_known = kind.is_empty()
            || matches!(&*kind, "module" | "ts" | "js")
            || ["javascript", "typescript", "ecmascript"].iter().any(|name| kind.contains(name));
        // Astro leaves an element with any attribute but `src` to the browser.
        is_known && (markup != Markup::Astro || self.others == 0)
    }
}

fn is_name_end(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'=' | b'>' | b'/')
}

fn skip_blanks(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// An attribute's value without its quotes; none where the file ends before it does.
fn value_at(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    match *bytes.get(at)? {
        quote @ (b'"' | b'\'') => Some(at + 1..find(bytes, at + 1, quote)?),
        _ => {
            let length = bytes[at..].iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'>')?;
            Some(at..at + length)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, markup: Markup) -> Vec<String> {
        let found = scripts(text.as_bytes(), markup);
        found.iter().map(|script| text[script.text.clone()].to_owned()).collect()
    }

    #[test]
    fn scripts_at_the_top_of_a_component() {
        let text = "<!-- <script>no</script> --><template><template #a><script>no</script></template></template>\
                    <docs><script>no</script></docs><script>a < b</script><script setup>c</script><style>d</style>";
        assert_eq!(texts(text, Markup::Vue), ["a < b", "c"]);
        assert_eq!(texts("<template lang=\"pug\">p\n</template><script>a", Markup::Vue), ["a"]);
    }

    #[test]
    fn an_element_that_is_not_closed_hides_no_script() {
        assert_eq!(texts("<template><template><p></template><script>a</script>", Markup::Vue), ["a"]);
        assert_eq!(texts("<docs><p><script>a</script><script>b</script>", Markup::Vue), ["a", "b"]);
        assert_eq!(texts("<script", Markup::Vue), [""; 0]);
        assert_eq!(texts("<script lang=\"ts", Markup::Svelte), [""; 0]);
        assert_eq!(texts("a < b <", Markup::Svelte), [""; 0]);
    }

    #[test]
    fn attributes_in_every_spelling() {
        let text =
            "<script src=a.ts lang = 'ts' generic=\"T extends Set<string>\" /><script TYPE=x type=module>b</script>";
        let found = scripts(text.as_bytes(), Markup::Svelte);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].source.clone().map(|source| &text[source]), Some("a.ts"));
        assert_eq!((found[0].language, found[1].language), (&b"ts"[..], &b"module"[..]));
        assert_eq!(&text[found[1].text.clone()], "b");
        let data = "<script type=\"application/ld+json\">{}</script><script type=\"text/x-template\"></script>";
        assert_eq!(texts(data, Markup::Svelte), [""; 0]);
    }

    #[test]
    fn a_fence_and_what_astro_leaves_to_the_browser() {
        let text =
            "\n---\nimport a\n---\n<script>b</script><script is:inline>c</script><script src=\"./d.ts\"></script>";
        assert_eq!(texts(text, Markup::Astro), ["\nimport a\n", "b", ""]);
        assert_eq!(texts("---\na", Markup::Astro), ["\na"]);
        assert_eq!(texts("<p>---</p>", Markup::Astro), [""; 0]);
    }

    #[test]
    fn what_is_no_script_becomes_blank() {
        let text = "<script src='./a'>b</script>\nc\n";
        let blank = only(text.as_bytes(), &scripts(text.as_bytes(), Markup::Vue));
        assert_eq!(String::from_utf8_lossy(&blank), "      import\"./a\" b;        \n \n");
    }

    #[test]
    fn broken_input_costs_no_more_than_its_length() {
        let markups = [Markup::Vue, Markup::Svelte, Markup::Astro];
        for part in
            ["<a>", "<template>", "<script a=\"", "<script b='", "<!--", "</script", "<script>", "---\n", "<t a="]
        {
            let text = part.repeat(200_000);
            for markup in markups {
                scripts(text.as_bytes(), markup);
            }
        }
    }
}
