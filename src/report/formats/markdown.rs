//! Markdown as code hosts read it (<https://github.github.com/gfm/>), without emphasis, with Mermaid blocks.

use std::fmt::Write as _;

use super::{Names, Setting, address};
use crate::report::document::{Block, Document, Inline, Section, Statement, Table, Text};
use crate::text::counted;

/// How many places stand behind a sentence; the rest is counted.
const PLACES: usize = 3;

/// The whole document.
pub fn whole(document: &Document, setting: Setting<'_>) -> String {
    let mut out = format!("# {}\n", prose(&document.title, false));
    for block in &document.lead {
        self::block(block, setting, &mut out);
    }
    for section in &document.sections {
        self::section(section, 2, setting, &mut out);
    }
    out
}

/// The title, the lead and a list of the sections' files; `names` are those of [`super::files`].
pub fn index(document: &Document, names: &Names, setting: Setting<'_>) -> String {
    let mut out = format!("# {}\n", prose(&document.title, false));
    for block in &document.lead {
        self::block(block, setting, &mut out);
    }
    out.push('\n');
    for (number, section) in document.sections.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "- [{}]({})", text(&section.title, setting, false), names.section(number));
        contents(section, names, number, "  ", setting, &mut out);
    }
    out
}

/// The list of a section's subsections that are documents of their own.
fn contents(section: &Section, names: &Names, number: usize, indent: &str, setting: Setting<'_>, out: &mut String) {
    for (inner, name) in section.sections.iter().zip(names.inside(number)) {
        let _ = writeln!(out, "{indent}- [{}]({name})", text(&inner.title, setting, false));
    }
}

/// A section as a document of its own.
pub fn alone(section: &Section, setting: Setting<'_>) -> String {
    let mut out = String::new();
    if !section.header.is_empty() {
        out.push_str("---\n");
        for (name, value) in &section.header {
            // A text in double quotes is escaped in YAML as in JSON.
            let _ = writeln!(out, "{name}: {}", serde_json::Value::from(value.as_str()));
        }
        out.push_str("---\n");
    }
    body(section, 1, setting, &mut out);
    out.trim_start().to_owned()
}

/// A section without its subsections, which are listed by their files.
pub fn listing(section: &Section, names: &Names, number: usize, setting: Setting<'_>) -> String {
    let head = Section { sections: Vec::new(), ..section.clone() };
    let mut out = alone(&head, setting);
    out.push('\n');
    contents(section, names, number, "", setting, &mut out);
    out
}

fn section(section: &Section, level: usize, setting: Setting<'_>, out: &mut String) {
    if section.header.is_empty() {
        body(section, level, setting, out);
        return;
    }
    // Within a larger document there is no front matter: it is a list.
    let said = section.header.iter().map(|(name, value)| Statement::new(format!("{name}: {value}")));
    let mut section = section.clone();
    section.blocks.insert(0, Block::List(said.collect()));
    body(&section, level, setting, out);
}

fn body(section: &Section, level: usize, setting: Setting<'_>, out: &mut String) {
    let marks = "#".repeat(level.min(6));
    let _ = writeln!(out, "\n{marks} {}", text(&section.title, setting, false));
    for block in &section.blocks {
        self::block(block, setting, out);
    }
    for inner in &section.sections {
        self::section(inner, level + 1, setting, out);
    }
}

fn block(block: &Block, setting: Setting<'_>, out: &mut String) {
    out.push('\n');
    match block {
        Block::Say(said) => {
            let _ = writeln!(out, "{}", statement(said, setting));
        }
        Block::List(list) => {
            for said in list {
                let _ = writeln!(out, "- {}", statement(said, setting));
            }
        }
        Block::Table(table) => self::table(table, setting, out),
        Block::Diagram(diagram) => {
            // Labels are escaped when a diagram is made: no line of it can end the fence.
            let _ = writeln!(out, "```mermaid\n{}```", diagram.mermaid);
            if !diagram.notes.is_empty() {
                out.push('\n');
            }
            for note in &diagram.notes {
                let _ = writeln!(out, "{}", prose(note, false));
            }
        }
        Block::Nothing(looked_for) => {
            let _ = writeln!(out, "None found. Looked for: {}.", prose(looked_for, false));
        }
    }
}

fn statement(said: &Statement, setting: Setting<'_>) -> String {
    let mut out = text(&said.text, setting, false);
    if !said.evidence.is_empty() {
        let places = Text::places(&said.evidence, PLACES);
        let _ = write!(out, " ({})", text(&places, setting, false));
    }
    out
}

fn table(table: &Table, setting: Setting<'_>, out: &mut String) {
    let _ = writeln!(out, "| {} |", table.columns.join(" | "));
    let _ = writeln!(out, "|{}", " --- |".repeat(table.columns.len()));
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|cell| text(cell, setting, true)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    if table.left_out > 0 {
        let _ = writeln!(out, "\n{} left out.", counted(table.left_out as u64, "further row"));
    }
}

fn text(text: &Text, setting: Setting<'_>, cell: bool) -> String {
    let run = |inline: &Inline| match inline {
        Inline::Plain(text) => prose(text, cell),
        Inline::Code(name) => code(name, cell),
        Inline::Place(place) => {
            format!("[{}]({})", prose(&place.to_string(), cell), address(setting.base, place))
        }
        Inline::Address(address) => format!("<{address}>"),
    };
    text.0.iter().map(run).collect()
}

/// Prose with everything escaped that Markdown would take for markup.
fn prose(text: &str, cell: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before: Option<char> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match c {
            '\\' | '`' | '*' | '[' | ']' | '~' => out.extend(['\\', c]),
            // Inside of a word an underscore is no markup.
            '_' if !(is_word(before) && is_word(chars.peek().copied())) => out.push_str("\\_"),
            '<' => out.push_str("&lt;"),
            '>' if before.is_none() => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '#' | '+' | '-'
                if !cell && before.is_none() && chars.peek().is_none_or(|next| *next == ' ' || *next == '#') =>
            {
                out.extend(['\\', c]);
            }
            '|' if cell => out.push_str("\\|"),
            c => out.push(c),
        }
        before = Some(c);
    }
    out
}

/// A name between as many backticks as it needs.
fn code(name: &str, cell: bool) -> String {
    let longest = name.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let space = if name.starts_with('`') || name.ends_with('`') || name.trim().is_empty() { " " } else { "" };
    // A bar ends a cell even within code.
    let name = if cell { name.replace('|', "\\|") } else { name.to_owned() };
    format!("{ticks}{space}{name}{space}{ticks}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Location;
    use crate::report::document::Content;

    #[test]
    fn prose_and_names_hold_no_markup() {
        assert_eq!(prose("a_b _c_ *d* <e> [f](g) `h`", false), "a_b \\_c\\_ \\*d\\* &lt;e> \\[f\\](g) \\`h\\`");
        assert_eq!(prose("# a", false), "\\# a");
        assert_eq!(prose("a | b", true), "a \\| b");
        assert_eq!(code("a", false), "`a`");
        assert_eq!(code("`a``b`", false), "``` `a``b` ```");
        assert_eq!(code("a|b", true), "`a\\|b`");
    }

    #[test]
    fn a_document_is_written_with_its_places() {
        let place = Location { path: "a b/c.rs".into(), line: Some(3) };
        let mut content = Content::default();
        content.say(Statement::new(Text::from("It is ").code("x").plain(".")).by([&place]));
        let mut table = Table::new(["Name", "Where"]);
        table.row([Text::from("a|b"), Text::new().place(place)]);
        content.table(table);
        content.nothing("stars");
        let sections =
            vec![Section { title: "One".into(), id: "one".into(), blocks: content.blocks, ..Section::default() }];
        let document = Document { title: "T".to_owned(), lead: Vec::new(), sections };
        let expected = "# T\n\n## One\n\nIt is `x`. ([a b/c.rs:3](../a%20b/c.rs#L3))\n\n| Name | Where |\n| --- | --- |\n\
                        | a\\|b | [a b/c.rs:3](../a%20b/c.rs#L3) |\n\nNone found. Looked for: stars.\n";
        assert_eq!(whole(&document, Setting { base: "../", mermaid: None }), expected);
    }
}
