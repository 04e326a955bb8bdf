//! The line format that `go.mod` and `go.work` share.

/// One directive: a line, or a line of a block with the block's verb.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directive<'a> {
    /// Counted from 1.
    pub(super) line: u32,
    /// The first word.
    pub(super) verb: &'a str,
    /// The others, without quotes.
    pub(super) words: Vec<&'a str>,
    /// What follows `//`, trimmed.
    pub(super) comment: &'a str,
}

/// A line number and what is wrong there.
pub(super) type Broken = (u32, String);

/// Splits a manifest into directives. What cannot be read is reported and left out.
pub(super) fn read_lines(text: &str) -> (Vec<Directive<'_>>, Vec<Broken>) {
    let mut directives = Vec::new();
    let mut broken = Vec::new();
    let mut block: Option<(&str, u32)> = None;
    for (number, text) in (1..).zip(text.lines()) {
        let (text, comment) = match text.split_once("//") {
            Some((text, comment)) => (text, comment.trim()),
            None => (text, ""),
        };
        let Some(words) = split(text) else {
            broken.push((number, "an unclosed quotation mark".to_owned()));
            continue;
        };
        match (block, words.as_slice()) {
            (_, []) => {}
            (Some(_), [")"]) => block = None,
            (None, [verb, "("]) => block = Some((verb, number)),
            (None, [_, "(", ")"]) => {}
            (Some((verb, _)), _) => directives.push(Directive { line: number, verb, words, comment }),
            (None, [verb, rest @ ..]) => {
                directives.push(Directive { line: number, verb, words: rest.to_vec(), comment });
            }
        }
    }
    if let Some((verb, line)) = block {
        broken.push((line, format!("the block of {verb} is not closed")));
    }
    (directives, broken)
}

/// The words of a line; `(` and `)` are words of their own. None where a quotation does not end.
fn split(line: &str) -> Option<Vec<&str>> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while let Some(first) = rest.chars().next() {
        let (word, tail) = match first {
            '"' | '`' => rest[1..].split_once(first)?,
            '(' | ')' => rest.split_at(1),
            _ => rest.split_at(rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')')).unwrap_or(rest.len())),
        };
        words.push(word);
        rest = tail.trim_start();
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_share_their_verb() {
        let (directives, broken) = read_lines("a b // c\nd(\n e \"f g\"\n)\n");
        assert_eq!(broken, []);
        let seen: Vec<(u32, &str, &[&str], &str)> =
            directives.iter().map(|d| (d.line, d.verb, d.words.as_slice(), d.comment)).collect();
        assert_eq!(seen, [(1, "a", &["b"] as &[&str], "c"), (3, "d", &["e", "f g"], "")]);
    }

    #[test]
    fn what_is_not_closed_is_reported() {
        assert_eq!(read_lines("a \"b\nc (\nd\n").1.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2]);
    }
}
