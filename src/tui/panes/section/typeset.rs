//! A section set in lines of a width: words are wrapped, cells of tables stand below each other, and each line knows the
//! statement or row that it is a part of.

use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

use crate::analysis::Location;
use crate::report::{Block, Inline, Section, Statement, Table, Text};
use crate::text::{counted, sanitize};
use crate::tui::panes::places::Places;
use crate::tui::theme::Role;

/// A stretch of text in one role.
pub type Run = (Role, String);

/// The narrowest column of a table; where not even that fits, a row is set as names and values.
const NARROWEST: usize = 8;

/// Between the columns of a table.
const GAP: &str = "  ";

/// A line.
#[derive(Debug, Default)]
pub struct Set {
    /// What it says.
    pub runs: Vec<Run>,
    /// The statement, row or diagram that it is a part of.
    pub block: usize,
}

impl Set {
    /// What it says, in one piece.
    pub fn text(&self) -> String {
        self.runs.iter().map(|(_, text)| text.as_str()).collect()
    }
}

/// A text in lines.
#[derive(Debug, Default)]
pub struct Typeset {
    /// From top to bottom.
    pub lines: Vec<Set>,
    /// For each statement, row and diagram the lines that support it.
    pub trails: Vec<Places>,
    /// For each diagram its number and its source.
    pub diagrams: Vec<(usize, String)>,
}

impl Typeset {
    /// The first line of a statement or row.
    pub fn first_of(&self, block: usize) -> Option<usize> {
        self.lines.iter().position(|line| line.block == block)
    }

    /// Adds a part with its lines.
    fn part(&mut self, lines: Vec<Vec<Run>>, evidence: &[Location]) {
        let block = self.trails.len();
        let place = |location: &Location| (location.path.clone(), location.line.unwrap_or(0));
        self.trails.push(Arc::new(evidence.iter().map(place).collect()));
        self.lines.extend(lines.into_iter().map(|runs| Set { runs, block }));
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| !line.runs.is_empty()) {
            self.part(vec![Vec::new()], &[]);
        }
    }
}

/// A section with everything inside it.
pub fn typeset(section: &Section, width: usize) -> Typeset {
    let mut set = Typeset::default();
    self::section(section, 0, width.max(NARROWEST), &mut set);
    set
}

fn section(of: &Section, depth: usize, width: usize, set: &mut Typeset) {
    if depth > 0 {
        set.blank();
        let marks = "#".repeat(depth + 1);
        let title = vec![(Role::Heading, format!("{marks} {}", of.title.unmarked()))];
        set.part(wrap(&title, width, 0), &[]);
    }
    for block in &of.blocks {
        set.blank();
        self::block(block, width, set);
    }
    for inner in &of.sections {
        section(inner, depth + 1, width, set);
    }
}

fn block(block: &Block, width: usize, set: &mut Typeset) {
    match block {
        Block::Say(said) => statement(said, "", width, set),
        Block::List(list) => list.iter().for_each(|said| statement(said, "• ", width, set)),
        Block::Table(table) => self::table(table, width, set),
        Block::Diagram(diagram) => {
            let mut lines = vec![vec![(Role::Muted, "Mermaid, Y copies it:".to_owned())]];
            let source = diagram.mermaid.lines().map(|line| vec![(Role::String, sanitize(line).into_owned())]);
            lines.extend(source);
            set.diagrams.push((set.trails.len(), diagram.mermaid.clone()));
            set.part(lines, &[]);
            for note in &diagram.notes {
                set.part(wrap(&[(Role::Warning, note.clone())], width, 0), &[]);
            }
        }
        Block::Nothing(looked_for) => {
            let said = format!("None found. Looked for: {looked_for}.");
            set.part(wrap(&[(Role::Muted, said)], width, 0), &[]);
        }
    }
}

fn statement(said: &Statement, bullet: &str, width: usize, set: &mut Typeset) {
    let mut runs = vec![(Role::Muted, bullet.to_owned())];
    runs.extend(self::runs(&said.text));
    if let Some(first) = said.evidence.first() {
        let more = said.evidence.len() - 1;
        let more = if more > 0 { format!(" +{more}") } else { String::new() };
        runs.push((Role::Muted, format!(" ({first}{more})")));
    }
    let mut evidence = said.evidence.clone();
    evidence.extend(places(&said.text));
    set.part(wrap(&runs, width, bullet.width()), &evidence);
}

fn runs(text: &Text) -> Vec<Run> {
    let run = |inline: &Inline| match inline {
        Inline::Plain(text) => (Role::Text, text.clone()),
        Inline::Address(address) => (Role::File, (*address).to_owned()),
        Inline::Code(name) => (Role::Symbol, name.clone()),
        Inline::Place(place) => (Role::File, place.to_string()),
    };
    text.0.iter().map(run).collect()
}

fn places(text: &Text) -> impl Iterator<Item = Location> {
    text.0.iter().filter_map(|inline| match inline {
        Inline::Place(place) => Some(place.clone()),
        Inline::Plain(_) | Inline::Code(_) | Inline::Address(_) => None,
    })
}

fn table(table: &Table, width: usize, set: &mut Typeset) {
    let widths = widths(table, width);
    if let Some(widths) = &widths {
        let titles: Vec<Vec<Run>> =
            table.columns.iter().map(|title| vec![(Role::Muted, (*title).to_owned())]).collect();
        set.part(beside(&titles, widths), &[]);
    }
    for row in &table.rows {
        let evidence: Vec<Location> = row.iter().flat_map(places).collect();
        let cells: Vec<Vec<Run>> = row.iter().map(runs).collect();
        let lines = match &widths {
            Some(widths) => beside(&cells, widths),
            None => table
                .columns
                .iter()
                .zip(cells)
                .flat_map(|(title, cell)| {
                    let mut runs = vec![(Role::Muted, format!("{title}: "))];
                    runs.extend(cell);
                    wrap(&runs, width, 2)
                })
                .collect(),
        };
        set.part(lines, &evidence);
        if widths.is_none() {
            set.blank();
        }
    }
    if table.left_out > 0 {
        let said = format!("{} left out.", counted(table.left_out as u64, "further row"));
        set.part(vec![vec![(Role::Warning, said)]], &[]);
    }
}

/// How wide the columns are: as their cells need, the widest cut down until all fit. None where there are too many.
fn widths(table: &Table, width: usize) -> Option<Vec<usize>> {
    let columns = table.columns.len();
    let room = width.checked_sub(GAP.len() * columns.saturating_sub(1))?;
    let widest = |column: usize| {
        let cells = table.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.unmarked().width());
        cells.chain([table.columns[column].width()]).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..columns).map(widest).collect();
    while widths.iter().sum::<usize>() > room {
        let (index, largest) = widths.iter().copied().enumerate().max_by_key(|(_, width)| *width)?;
        if largest <= NARROWEST {
            return None;
        }
        let next = widths.iter().copied().filter(|width| *width < largest).max().unwrap_or(0);
        let over = widths.iter().sum::<usize>() - room;
        widths[index] = largest - over.min((largest - next).max(1)).min(largest - NARROWEST);
    }
    Some(widths)
}

/// Cells next to each other, each wrapped in its column.
fn beside(cells: &[Vec<Run>], widths: &[usize]) -> Vec<Vec<Run>> {
    let wrapped: Vec<Vec<Vec<Run>>> =
        cells.iter().zip(widths).map(|(cell, width)| wrap(cell, (*width).max(1), 0)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    let line = |index: usize| {
        let mut line: Vec<Run> = Vec::new();
        for (column, width) in wrapped.iter().zip(widths) {
            let cell = column.get(index).map_or(&[][..], Vec::as_slice);
            let taken: usize = cell.iter().map(|(_, text)| text.width()).sum();
            line.extend(cell.iter().cloned());
            line.push((Role::Text, format!("{}{GAP}", " ".repeat(width.saturating_sub(taken)))));
        }
        line
    };
    (0..height).map(line).collect()
}

/// Runs in lines of a width, broken at blanks, words that are too long within; all lines but the first are indented.
fn wrap(runs: &[Run], width: usize, indent: usize) -> Vec<Vec<Run>> {
    let indent = indent.min(width / 2);
    let mut lines: Vec<Vec<Run>> = vec![Vec::new()];
    let mut taken = 0;
    for (role, text) in runs {
        let text = sanitize(text);
        for word in text.split_inclusive(' ') {
            let mut word = word;
            // A blank at the end of a line takes no room.
            while taken + word.trim_end().width() > width {
                if taken > indent {
                    lines.push(vec![(Role::Text, " ".repeat(indent))]);
                    taken = indent;
                    continue;
                }
                let cut = prefix(word, width - taken);
                put(&mut lines, *role, &word[..cut]);
                word = &word[cut..];
                lines.push(vec![(Role::Text, " ".repeat(indent))]);
                taken = indent;
            }
            put(&mut lines, *role, word);
            taken += word.width();
        }
    }
    lines
}

fn put(lines: &mut [Vec<Run>], role: Role, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(line) = lines.last_mut() {
        match line.last_mut() {
            Some((last, said)) if *last == role => said.push_str(text),
            _ => line.push((role, text.to_owned())),
        }
    }
}

/// The bytes of a text that fit into a width, at least one character.
fn prefix(text: &str, width: usize) -> usize {
    let mut end = 0;
    for (start, c) in text.char_indices() {
        let next = start + c.len_utf8();
        if text[..next].width() > width && end > 0 {
            break;
        }
        end = next;
        if text[..end].width() >= width {
            break;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(lines: &[Vec<Run>]) -> Vec<String> {
        lines.iter().map(|line| line.iter().map(|(_, text)| text.as_str()).collect::<String>()).collect()
    }

    #[test]
    fn words_are_wrapped_and_long_ones_broken() {
        let runs = [(Role::Text, "one two ".to_owned()), (Role::Symbol, "three_four_five".to_owned())];
        assert_eq!(shown(&wrap(&runs, 8, 2)), ["one two ", "  three_", "  four_f", "  ive"]);
        assert_eq!(shown(&wrap(&[(Role::Text, "日本語".to_owned())], 4, 0)), ["日本", "語"]);
        assert_eq!(shown(&wrap(&[], 4, 0)), [""]);
    }

    #[test]
    fn a_table_fits_or_becomes_names_and_values() {
        let mut table = Table::new(["Name", "What it is for"]);
        let place = Location { path: "a.rs".into(), line: Some(3) };
        table.row(["cart".into(), Text::from("keeps what is bought ").place(place)]);
        let mut set = Typeset::default();
        self::table(&table, 24, &mut set);
        let lines: Vec<String> = set.lines.iter().map(|line| line.text().trim_end().to_owned()).collect();
        assert_eq!(lines, ["Name  What it is for", "cart  keeps what is", "      bought a.rs:3"]);
        assert_eq!(*set.trails[1], vec![("a.rs".into(), 3)]);
        let mut narrow = Typeset::default();
        self::table(&table, 10, &mut narrow);
        assert_eq!(narrow.lines[0].text(), "Name: cart");
    }
}
