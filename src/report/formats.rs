//! Reports as Markdown, HTML and JSON.

mod html;
mod json;
mod markdown;
mod names;

use super::document::Document;
use crate::analysis::Location;
use names::Names;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Markdown with Mermaid blocks, as code hosts draw it.
    Markdown,
    /// One page that needs nothing else.
    Html,
    /// For programs.
    Json,
}

/// What a rendering needs to know beside the document.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setting<'a> {
    /// What stands before a path in a link to a line: `../` for each directory between the document and the root, or the
    /// address of a code host.
    pub base: &'a str,
    /// The text of Mermaid's script and its licence, for HTML that draws its diagrams.
    pub mermaid: Option<(&'a str, &'a str)>,
}

/// The whole document in one text.
pub fn render(document: &Document, format: Format, setting: Setting<'_>) -> String {
    match format {
        Format::Markdown => markdown::whole(document, setting),
        Format::Html => html::whole(document, setting),
        Format::Json => json::whole(document),
    }
}

/// The document as an index and a file for each section: names and texts, the index first. Markdown only: a page of HTML
/// and an answer for programs are one file each. `there` are the names of files that the folder holds: a document with a
/// number that stays has the number that it had.
pub fn files(document: &Document, setting: Setting<'_>, there: &[String]) -> Vec<(String, String)> {
    let names = Names::new(document, there);
    let mut files = vec![("README.md".to_owned(), markdown::index(document, &names, setting))];
    for (number, section) in document.sections.iter().enumerate() {
        let name = names.section(number).to_owned();
        if !section.apart {
            files.push((name, markdown::alone(section, setting)));
            continue;
        }
        files.push((name, markdown::listing(section, &names, number, setting)));
        let inside = section.sections.iter().zip(names.inside(number));
        files.extend(inside.map(|(inner, name)| (name.clone(), markdown::alone(inner, setting))));
    }
    files
}

/// A link to a line, with everything that an address cannot hold encoded.
fn address(base: &str, place: &Location) -> String {
    let mut address = base.to_owned();
    for byte in place.path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' | b'@' | b'+' | b',' => {
                address.push(byte as char);
            }
            other => address.push_str(&format!("%{other:02X}")),
        }
    }
    if let Some(line) = place.line {
        address.push_str(&format!("#L{line}"));
    }
    address
}
