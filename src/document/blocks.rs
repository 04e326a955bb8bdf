//! Configuration of web servers: nginx and Apache httpd.

use crate::facts::Name;

/// A directive with its arguments and what stands in its block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The first word.
    pub name: Name,
    /// The other words, without quotes.
    pub arguments: Vec<Name>,
    /// Counted from 1.
    pub line: u32,
    /// How many blocks are around it.
    pub depth: u32,
}

/// Directives that are kept of one file.
const LIMIT: usize = 20_000;

/// Directives of nginx in the order in which they are written, those of a block after its own.
pub(super) fn nginx(text: &str) -> Vec<Directive> {
    let mut directives = Vec::new();
    let (mut words, mut depth, mut start): (Vec<Name>, u32, u32) = (Vec::new(), 0, 1);
    for (word, line) in words_of(text) {
        let is_end = matches!(&*word, ";" | "{" | "}");
        if is_end && !words.is_empty() && directives.len() < LIMIT {
            let name = words.remove(0);
            directives.push(Directive { name, arguments: std::mem::take(&mut words), line: start, depth });
        }
        match &*word {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            ";" => {}
            _ => {
                if words.is_empty() {
                    start = line;
                }
                words.push(word);
            }
        }
    }
    directives
}

/// Words, quoted texts and punctuation, each with its line. `${name}` is part of a word.
fn words_of(text: &str) -> Vec<(Name, u32)> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\n' => line += 1,
            _ if c.is_whitespace() => {}
            '#' => while chars.next_if(|(_, c)| *c != '\n').is_some() {},
            ';' | '{' | '}' => found.push((Name::from(c.to_string()), line)),
            '"' | '\'' => {
                let start = line;
                let mut word = String::new();
                while let Some((_, next)) = chars.next() {
                    match next {
                        '\\' => word.extend(chars.next().map(|(_, c)| c)),
                        _ if next == c => break,
                        _ => {
                            line += u32::from(next == '\n');
                            word.push(next);
                        }
                    }
                }
                found.push((Name::from(word), start));
            }
            _ => {
                let mut end = at + c.len_utf8();
                let mut last = c;
                while let Some((at, next)) = chars.next_if(|(_, next)| {
                    !next.is_whitespace() && !matches!(next, ';' | '}') && (*next != '{' || last == '$')
                        || *next == '}'
                            && text[at..].find("${").is_some_and(|open| at + open < end)
                            && text[at..end].matches("${").count() > text[at..end].matches('}').count()
                }) {
                    end = at + next.len_utf8();
                    last = next;
                }
                found.push((Name::from(&text[at..end]), line));
            }
        }
    }
    found
}

/// Directives of Apache httpd, one a line; sections are directives with what they enclose after them.
pub(super) fn httpd(text: &str) -> Vec<Directive> {
    let mut directives = Vec::new();
    let mut depth = 0_u32;
    for (index, line) in text.lines().enumerate().take(LIMIT) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with("</") {
            depth = depth.saturating_sub(1);
            continue;
        }
        let section = line.strip_prefix('<').and_then(|line| line.strip_suffix('>'));
        let mut words = section.unwrap_or(line).split_whitespace().map(|word| Name::from(word.trim_matches('"')));
        let Some(name) = words.next() else { continue };
        directives.push(Directive { name, arguments: words.collect(), line: index as u32 + 1, depth });
        depth += u32::from(section.is_some());
    }
    directives
}
