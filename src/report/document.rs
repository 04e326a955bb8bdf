//! A report as a value: sections of statements, tables and diagrams, each with the lines that support it. Renderers turn it
//! into Markdown, HTML or JSON, the explorer walks it, and tests hold each of its parts against the graph.

use std::borrow::Cow;

use crate::analysis::Location;
use crate::text::sanitize;

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// What it is about, before the first section.
    pub lead: Vec<Block>,
    /// In reading order.
    pub sections: Vec<Section>,
}

/// A section with its subsections.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    /// Its heading.
    pub title: Text,
    /// A name for files and links: lower case with hyphens, unique among its siblings.
    pub id: String,
    /// What is said of it as a document of its own, before its title: names and values.
    pub header: Vec<(&'static str, String)>,
    /// Whether its subsections are documents of their own, with numbers that stay, where a report fills a folder.
    pub apart: bool,
    /// Before its subsections.
    pub blocks: Vec<Block>,
    /// In reading order.
    pub sections: Vec<Section>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Say(Statement),
    /// A list.
    List(Vec<Statement>),
    /// A table.
    Table(Table),
    /// A diagram.
    Diagram(Diagram),
    /// Nothing was found of what is named here.
    Nothing(Cow<'static, str>),
}

/// A sentence, and the lines that support it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statement {
    /// The sentence.
    pub text: Text,
    /// What supports it, in the order in which it is best read.
    pub evidence: Vec<Location>,
}

/// A table. A row has as many cells as there are columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Headings.
    pub columns: Vec<&'static str>,
    /// Cells, a row each.
    pub rows: Vec<Vec<Text>>,
    /// How many rows more there are.
    pub left_out: usize,
}

/// A diagram in Mermaid's notation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagram {
    /// The source text, which ends with a line feed.
    pub mermaid: String,
    /// What was left out or folded so that it can be read, a sentence each.
    pub notes: Vec<String>,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct Text(pub Vec<Inline>);

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Inline {
    /// Prose, shown letter for letter.
    Plain(String),
    /// A name as the project writes it.
    Code(String),
    /// A line of the project.
    Place(Location),
    /// An address on the internet, of the program's own data.
    Address(&'static str),
}

impl Text {
    /// No text.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds prose.
    #[must_use]
    pub fn plain(mut self, text: impl AsRef<str>) -> Self {
        match self.0.last_mut() {
            Some(Inline::Plain(last)) => last.push_str(&sanitize(text.as_ref())),
            _ if text.as_ref().is_empty() => {}
            _ => self.0.push(Inline::Plain(sanitize(text.as_ref()).into_owned())),
        }
        self
    }

    /// Adds a name as the project writes it.
    #[must_use]
    pub fn code(mut self, name: impl AsRef<str>) -> Self {
        self.0.push(Inline::Code(sanitize(name.as_ref()).into_owned()));
        self
    }

    /// Adds a line of the project.
    #[must_use]
    pub fn place(mut self, place: impl Into<Location>) -> Self {
        self.0.push(Inline::Place(place.into()));
        self
    }

    /// Adds an address on the internet.
    #[must_use]
    pub fn address(mut self, address: &'static str) -> Self {
        self.0.push(Inline::Address(address));
        self
    }

    /// Adds another text.
    #[must_use]
    pub fn text(mut self, other: Text) -> Self {
        for inline in other.0 {
            match inline {
                Inline::Plain(text) => self = self.plain(text),
                other => self.0.push(other),
            }
        }
        self
    }

    /// Adds texts with commas between them, at most so many; the rest is counted.
    #[must_use]
    pub fn list(mut self, items: impl IntoIterator<Item = Text>, most: usize) -> Self {
        let items: Vec<Text> = items.into_iter().collect();
        let count = items.len();
        for (index, item) in items.into_iter().take(most).enumerate() {
            if index > 0 {
                self = self.plain(", ");
            }
            self = self.text(item);
        }
        if count > most { self.plain(format!(" and {} more", count - most)) } else { self }
    }

    /// Names with commas between them, at most so many; the rest is counted.
    pub fn names<S: AsRef<str>>(names: impl IntoIterator<Item = S>, most: usize) -> Self {
        Self::new().list(names.into_iter().map(|name| Text::new().code(name)), most)
    }

    /// Places with commas between them, at most so many; the rest is counted.
    pub fn places<L: Into<Location>>(places: impl IntoIterator<Item = L>, most: usize) -> Self {
        Self::new().list(places.into_iter().map(|place| Text::new().place(place)), most)
    }

    /// The text without its structure.
    pub fn unmarked(&self) -> String {
        let run = |inline: &Inline| match inline {
            Inline::Plain(text) | Inline::Code(text) => text.clone(),
            Inline::Place(place) => place.to_string(),
            Inline::Address(address) => (*address).to_owned(),
        };
        self.0.iter().map(run).collect()
    }
}

impl<S: AsRef<str>> From<S> for Text {
    fn from(text: S) -> Self {
        Self::new().plain(text)
    }
}

impl Statement {
    /// A sentence.
    pub fn new(text: impl Into<Text>) -> Self {
        Self { text: text.into(), evidence: Vec::new() }
    }

    /// Adds what supports it.
    #[must_use]
    pub fn by<L: Into<Location>>(mut self, evidence: impl IntoIterator<Item = L>) -> Self {
        self.evidence.extend(evidence.into_iter().map(Into::into));
        self
    }
}

impl Table {
    /// A table without rows.
    pub fn new<const N: usize>(columns: [&'static str; N]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new(), left_out: 0 }
    }

    /// Adds a row, which has a cell for every column.
    pub fn row<const N: usize>(&mut self, cells: [Text; N]) {
        debug_assert_eq!(N, self.columns.len());
        self.rows.push(cells.into());
    }

    /// Keeps the first rows and counts the rest.
    #[must_use]
    pub fn most(mut self, most: usize) -> Self {
        self.left_out += self.rows.len().saturating_sub(most);
        self.rows.truncate(most);
        self
    }
}

/// What a section holds while it is written.
#[derive(Debug, Default)]
pub struct Content {
    /// Its blocks.
    pub blocks: Vec<Block>,
    /// Its subsections.
    pub sections: Vec<Section>,
    /// As [`Section::apart`].
    pub apart: bool,
}

impl Content {
    /// Adds a paragraph.
    pub fn say(&mut self, statement: Statement) {
        self.blocks.push(Block::Say(statement));
    }

    /// Adds a list, unless it is empty.
    pub fn list(&mut self, statements: Vec<Statement>) {
        if !statements.is_empty() {
            self.blocks.push(Block::List(statements));
        }
    }

    /// Adds a table, unless it has no rows.
    pub fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
    }

    /// Adds a diagram, if there is one.
    pub fn diagram(&mut self, diagram: Option<Diagram>) {
        self.blocks.extend(diagram.map(Block::Diagram));
    }

    /// Says that nothing was found of what is named.
    pub fn nothing(&mut self, looked_for: impl Into<Cow<'static, str>>) {
        self.blocks.push(Block::Nothing(looked_for.into()));
    }

    /// Adds a subsection, unless it is empty.
    pub fn section(&mut self, title: impl Into<Text>, content: Content) {
        if content.is_empty() {
            return;
        }
        self.document(title, Vec::new(), content);
    }

    /// Adds a subsection with a header, unless it is empty.
    pub fn document(&mut self, title: impl Into<Text>, header: Vec<(&'static str, String)>, content: Content) {
        if content.is_empty() {
            return;
        }
        let title = title.into();
        let mut id = slug(&title.unmarked());
        let same = self.sections.iter().filter(|section| section.id == id).count();
        if same > 0 {
            id = format!("{id}-{}", same + 1);
        }
        let (blocks, sections) = (content.blocks, content.sections);
        self.sections.push(Section { title, id, header, apart: false, blocks, sections });
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.sections.is_empty()
    }
}

/// A title as a name for files and links.
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.chars() {
        match c {
            c if c.is_alphanumeric() => slug.extend(c.to_lowercase()),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    if slug.is_empty() { "section".to_owned() } else { slug }
}

impl Document {
    /// Every section with its depth, counted from 0, in reading order.
    pub fn walk(&self) -> Vec<(usize, &Section)> {
        fn below<'d>(sections: &'d [Section], depth: usize, found: &mut Vec<(usize, &'d Section)>) {
            for section in sections {
                found.push((depth, section));
                below(&section.sections, depth + 1, found);
            }
        }
        let mut found = Vec::new();
        below(&self.sections, 0, &mut found);
        found
    }
}
