//! One page of HTML that needs nothing else: styles inside, and Mermaid's script inside where it is at hand.

use std::fmt::Write as _;

use super::{Setting, address};
use crate::report::document::{Block, Document, Inline, Section, Statement, Table, Text};
use crate::text::counted;

/// How many places stand behind a sentence; the rest is counted.
const PLACES: usize = 3;

const STYLE: &str = include_str!("../../../assets/templates/report.css");

/// The whole document.
pub fn whole(document: &Document, setting: Setting<'_>) -> String {
    let title = escaped(&document.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<nav>\n"
    );
    contents(&document.sections, "", 0, &mut out);
    // Writing to a string cannot fail.
    let _ = writeln!(out, "</nav>\n<main>\n<h1>{title}</h1>");
    for block in &document.lead {
        self::block(block, setting, &mut out);
    }
    for section in &document.sections {
        self::section(section, "", 2, setting, &mut out);
    }
    out.push_str("</main>\n");
    if let Some((script, licence)) = setting.mermaid {
        // A script ends at the first end tag in it, also within its own texts.
        let script = script.replace("</script", "<\\/script");
        let licence = licence.replace("--", "- -");
        let _ = writeln!(
            out,
            "<!-- Mermaid, https://mermaid.js.org\n{licence}-->\n<script>\n{script}\n</script>\n\
             <script>mermaid.initialize({{ startOnLoad: true, securityLevel: \"strict\", maxEdges: 500 }});</script>"
        );
    }
    out.push_str("</body>\n</html>\n");
    out
}

/// The list of sections, two levels deep.
fn contents(sections: &[Section], prefix: &str, depth: usize, out: &mut String) {
    if sections.is_empty() || depth > 1 {
        return;
    }
    out.push_str("<ol>\n");
    for section in sections {
        let id = format!("{prefix}{}", section.id);
        let _ = writeln!(out, "<li><a href=\"#{}\">{}</a>", escaped(&id), escaped(&section.title.unmarked()));
        contents(&section.sections, &format!("{id}--"), depth + 1, out);
        out.push_str("</li>\n");
    }
    out.push_str("</ol>\n");
}

fn section(section: &Section, prefix: &str, level: usize, setting: Setting<'_>, out: &mut String) {
    let (id, tag) = (format!("{prefix}{}", section.id), level.min(6));
    let _ = writeln!(out, "<h{tag} id=\"{}\">{}</h{tag}>", escaped(&id), text(&section.title, setting));
    if !section.header.is_empty() {
        let items = section.header.iter().map(|(name, value)| format!("<li>{name}: {}</li>\n", escaped(value)));
        let _ = writeln!(out, "<ul>\n{}</ul>", items.collect::<String>());
    }
    for block in &section.blocks {
        self::block(block, setting, out);
    }
    for inner in &section.sections {
        self::section(inner, &format!("{id}--"), level + 1, setting, out);
    }
}

fn block(block: &Block, setting: Setting<'_>, out: &mut String) {
    let _ = match block {
        Block::Say(said) => writeln!(out, "<p>{}</p>", statement(said, setting)),
        Block::List(list) => {
            let items: String = list.iter().map(|said| format!("<li>{}</li>\n", statement(said, setting))).collect();
            writeln!(out, "<ul>\n{items}</ul>")
        }
        Block::Table(table) => {
            self::table(table, setting, out);
            Ok(())
        }
        Block::Diagram(diagram) => {
            let notes: String = diagram.notes.iter().map(|note| format!("<p>{}</p>\n", escaped(note))).collect();
            let drawn = if setting.mermaid.is_some() { "mermaid" } else { "source" };
            writeln!(out, "<pre class=\"{drawn}\">{}</pre>\n{notes}", escaped(&diagram.mermaid))
        }
        Block::Nothing(looked_for) => {
            writeln!(out, "<p class=\"nothing\">None found. Looked for: {}.</p>", escaped(looked_for))
        }
    };
}

fn statement(said: &Statement, setting: Setting<'_>) -> String {
    let mut out = text(&said.text, setting);
    if !said.evidence.is_empty() {
        let _ = write!(out, " <span>({})</span>", text(&Text::places(&said.evidence, PLACES), setting));
    }
    out
}

fn table(table: &Table, setting: Setting<'_>, out: &mut String) {
    let heads: String = table.columns.iter().map(|column| format!("<th>{}</th>", escaped(column))).collect();
    let _ = writeln!(out, "<table>\n<tr>{heads}</tr>");
    for row in &table.rows {
        let cells: String = row.iter().map(|cell| format!("<td>{}</td>", text(cell, setting))).collect();
        let _ = writeln!(out, "<tr>{cells}</tr>");
    }
    out.push_str("</table>\n");
    if table.left_out > 0 {
        let _ = writeln!(out, "<p>{} left out.</p>", counted(table.left_out as u64, "further row"));
    }
}

fn text(text: &Text, setting: Setting<'_>) -> String {
    let run = |inline: &Inline| match inline {
        Inline::Plain(text) => escaped(text),
        Inline::Code(name) => format!("<code>{}</code>", escaped(name)),
        Inline::Place(place) => {
            format!("<a href=\"{}\">{}</a>", escaped(&address(setting.base, place)), escaped(&place.to_string()))
        }
        Inline::Address(address) => format!("<a href=\"{0}\">{0}</a>", escaped(address)),
    };
    text.0.iter().map(run).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
