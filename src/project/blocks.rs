//! Bracketed blocks in manifests that are programs of their own language.

/// A block's text without its brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block<'t> {
    /// First byte of the text in the whole.
    pub start: usize,
    /// What stands between the brackets.
    pub text: &'t str,
}

/// The blocks that follow `key` as a word, with nothing between but white space, `=`, `:` and `.`.
pub fn after<'t>(text: &'t str, key: &str, open: char, close: char) -> Vec<Block<'t>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut blocks: Vec<Block<'t>> = Vec::new();
    for (at, _) in text.match_indices(key) {
        let end = at + key.len();
        let is_inside = blocks.last().is_some_and(|block| at < block.start + block.text.len());
        if is_inside || text[..at].ends_with(is_word) || text[end..].starts_with(is_word) {
            continue;
        }
        let rest = text[end..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | ':' | '.'));
        if let Some(rest) = rest.strip_prefix(open) {
            blocks.push(until_close(text, text.len() - rest.len(), open, close));
        }
    }
    blocks
}

/// The block whose text starts at a byte, up to the bracket that closes it or the end. Brackets in quoted text do not count.
pub fn until_close(text: &str, start: usize, open: char, close: char) -> Block<'_> {
    let mut depth = 1_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text[start..].char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            // No quoted text goes over a line's end: a lone quote is an apostrophe in a comment.
            Some(quoted) if c == quoted || c == '\n' => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == open => depth += 1,
            None if c == close => depth -= 1,
            None => {}
        }
        if depth == 0 {
            return Block { start, text: &text[start..start + at] };
        }
    }
    Block { start, text: &text[start..] }
}

/// The line of a byte, counted from 1.
pub fn line_of(text: &str, at: usize) -> u32 {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..at.min(text.len())]).count() as u32 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_end_where_they_are_closed() {
        let text = "x = { a = { 1 }, b = '}' }\nyx = {}\nx = {\n  2";
        let blocks: Vec<&str> = after(text, "x", '{', '}').iter().map(|block| block.text).collect();
        assert_eq!(blocks, [" a = { 1 }, b = '}' ", "\n  2"]);
        assert_eq!(line_of(text, text.len()), 4);
    }
}
