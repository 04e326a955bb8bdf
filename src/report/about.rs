//! What a project says of itself in prose: the first paragraph of its README, the description in a manifest.

use crate::analysis::Location;

/// The longest text that is quoted, in characters.
const LIMIT: usize = 500;

/// A text of the project, with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The directory that it is about; empty for the whole project.
    pub directory: String,
    /// What it says, in one line without markup.
    pub text: String,
    /// Its first line.
    pub place: Location,
}

/// Whether a file of this name, at the root of a directory, is read for what it says in prose.
pub fn is_readme(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "readme.md" | "readme.rst" | "readme.txt" | "readme" | "readme.markdown" | "readme.adoc")
}

/// The first paragraph of prose in a README, if there is one.
pub fn first_paragraph(directory: &str, path: &str, text: &str) -> Option<Quote> {
    let mut paragraph = String::new();
    let mut first = 0;
    let (mut is_aside, mut is_item) = (false, false);
    let lines: Vec<&str> = text.lines().take(400).collect();
    for (number, line) in lines.iter().enumerate() {
        let line = line.trim();
        if line.starts_with("```") || line == "<!--" {
            is_aside = !is_aside;
        }
        // What follows an item without a blank line belongs to it.
        is_item = !line.is_empty() && (is_item || is_furniture(line));
        let next = lines.get(number + 1).map_or("", |next| next.trim());
        if is_aside || is_item || is_rule(next) {
            if paragraph.is_empty() {
                continue;
            }
            break;
        }
        if line.is_empty() {
            if is_sentence(&paragraph) {
                break;
            }
            paragraph.clear();
            continue;
        }
        if paragraph.is_empty() {
            first = number + 1;
        } else {
            paragraph.push(' ');
        }
        paragraph.push_str(&unmarked(line));
    }
    let place = Location { path: path.into(), line: Some(first as u32) };
    is_sentence(&paragraph).then(|| Quote {
        directory: directory.to_owned(),
        text: shortened(whole(&paragraph)),
        place,
    })
}

/// The description in a manifest, if it has one: the value of the first `description` outside of any dependency.
pub fn description(directory: &str, path: &str, text: &str) -> Option<Quote> {
    let name = path.rsplit('/').next().unwrap_or(path);
    for (number, line) in text.lines().enumerate().take(2_000) {
        let line = line.trim();
        let value = match name {
            "package.json" | "composer.json" => {
                line.strip_prefix("\"description\"").map(|rest| rest.trim_end_matches(','))
            }
            "Cargo.toml" | "pyproject.toml" => {
                line.strip_prefix("description").filter(|rest| rest.trim().starts_with('='))
            }
            "pom.xml" => {
                let inner = line.strip_prefix("<description>").and_then(|rest| rest.split("</description>").next());
                if line.starts_with("<dependencies>") {
                    return None;
                }
                inner
            }
            _ => return None,
        };
        let Some(value) = value else { continue };
        let text = value.trim_start_matches([':', '=', ' ']).trim().trim_matches('"').trim();
        if is_sentence(text) {
            let place = Location { path: path.into(), line: Some(number as u32 + 1) };
            return Some(Quote { directory: directory.to_owned(), text: shortened(text), place });
        }
    }
    None
}

/// Whether a text says something: a title or a badge has fewer words.
fn is_sentence(text: &str) -> bool {
    whole(text).split_whitespace().count() >= 4 && !text.starts_with("$ ")
}

/// A text without a last sentence that ends with a colon: it is about what follows, a command or a list.
fn whole(text: &str) -> &str {
    let text = text.trim_end();
    match text.strip_suffix(':') {
        Some(_) => text.rfind(". ").map_or("", |end| &text[..=end]),
        None => text,
    }
}

/// Whether a line is no prose: a heading, a picture, a badge, a list, a table, markup of its own.
fn is_furniture(line: &str) -> bool {
    let starts = ["#", "![", "[![", "<", "|", "===", "---", "***", ".. ", ":", "- ", "* ", "+ ", "> [!", "[//]", "="];
    starts.iter().any(|start| line.starts_with(start)) || (line.starts_with('[') && line.contains("]:"))
}

/// Whether a line marks the one above as a heading.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'))
}

/// A line without links, emphasis and code marks.
pub fn unmarked(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['[', '`', '*', '_']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let link = tail.strip_prefix('[').and_then(|inner| {
            let (text, after) = inner.split_once(']')?;
            let after = match after.strip_prefix('(') {
                Some(target) => target.split_once(')')?.1,
                None => after,
            };
            Some((text, after))
        });
        if let Some((text, after)) = link {
            out.push_str(&text.replace(['`', '*'], ""));
            rest = after;
            continue;
        }
        // An underscore may be part of a name.
        if tail.starts_with(['_', '[']) {
            out.push_str(&tail[..1]);
        }
        rest = &tail[1..];
    }
    out.push_str(rest);
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", " ").replace("&amp;", "&")
}

/// A text up to the end of a sentence within the limit.
fn shortened(text: &str) -> String {
    if text.chars().count() <= LIMIT {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LIMIT).collect();
    match cut.rfind(". ") {
        Some(end) => cut[..=end].to_owned(),
        None => format!("{cut}…"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_paragraph_of_prose_is_quoted_without_markup() {
        let of = |text: &str| first_paragraph("", "README.md", text).map(|quote| (quote.text, quote.place.line));
        let text = "# Shop\n[![build](x)](y)\n\nA shop\n\nA [demo](http://x) *shop* that\nshows `tracing` in_depth.\n\n## More\n";
        assert_eq!(of(text), Some(("A demo shop that shows tracing in_depth.".to_owned(), Some(6))));
        let text = "======\nDjango\n======\n\nDjango is a high-level framework.\n";
        assert_eq!(of(text), Some(("Django is a high-level framework.".to_owned(), Some(5))));
        assert_eq!(of("# Title\n\n- one two three four\n  five six seven eight\n"), None);
        let text = "Runs four fast horses. It is:\n\n* quick\n";
        assert_eq!(of(text), Some(("Runs four fast horses.".to_owned(), Some(1))));
        assert_eq!(of("To build the images run:\n"), None);
        assert_eq!(of("<p>\nA B\n"), None);
    }

    #[test]
    fn manifests_describe_their_package() {
        let of = |path: &str, text: &str| description("", path, text).map(|quote| quote.text);
        assert_eq!(
            of("package.json", "{\n  \"description\": \"Keeps carts of all users\",\n}").as_deref(),
            Some("Keeps carts of all users")
        );
        assert_eq!(
            of("a/Cargo.toml", "[package]\ndescription = \"A thing of four words\"\n").as_deref(),
            Some("A thing of four words")
        );
        assert_eq!(
            of("pom.xml", "<description>Demo project for Spring Boot</description>").as_deref(),
            Some("Demo project for Spring Boot")
        );
        assert_eq!(of("go.mod", "description = a b c d"), None);
    }
}
