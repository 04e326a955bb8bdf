//! A file's text, as hooks read it.

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashMap;
use tree_sitter::{Language, Node, Point, Range};

use crate::facts::{Expansion, Guard, Name, ReferenceKind, Span};

/// The fields of a grammar by their names: tree-sitter compares a name with that of every field.
#[derive(Debug)]
pub struct Fields(FxHashMap<Box<str>, u16>);

impl Fields {
    /// Those of a grammar.
    pub fn of(grammar: &Language) -> Self {
        let ids = 1..=grammar.field_count() as u16;
        Self(ids.filter_map(|id| Some((grammar.field_name_for_id(id)?.into(), id))).collect())
    }
}

/// A file's text, and what the import hook has to say beside its imports.
pub struct Source<'a> {
    /// The bytes, not necessarily UTF-8.
    pub bytes: &'a [u8],
    fields: &'a Fields,
    pub(super) level: Cell<usize>,
    pub(super) mentions: RefCell<Vec<(ReferenceKind, Span)>>,
    annotated: RefCell<Vec<u32>>,
    pub(super) again: RefCell<Vec<Range>>,
    pub(super) guards: RefCell<Vec<Guard>>,
    pub(super) flags: RefCell<Vec<Name>>,
    pub(super) expansions: RefCell<Vec<Expansion>>,
}

impl<'a> Source<'a> {
    /// A file's text; its nodes are those of a grammar with these fields.
    pub fn new(bytes: &'a [u8], fields: &'a Fields) -> Self {
        Self {
            bytes,
            fields,
            level: Cell::new(0),
            mentions: RefCell::default(),
            annotated: RefCell::default(),
            again: RefCell::default(),
            guards: RefCell::default(),
            flags: RefCell::default(),
            expansions: RefCell::default(),
        }
    }

    /// Whether the node at hand is of code that is parsed again, not of the file's own tree.
    pub fn is_parsed_again(&self) -> bool {
        self.level.get() > 0
    }

    /// Adds a mention for which there is no node. To be called from the import hook.
    pub fn mention(&self, kind: ReferenceKind, span: Span) {
        self.mentions.borrow_mut().push((kind, span));
    }

    /// Says, in order, where what annotations stand before begins. To be called once.
    pub fn note_annotated(&self, starts: Vec<u32>) {
        self.annotated.replace(starts);
    }

    /// Whether [`Source::note_annotated`] was told of something that begins here.
    pub fn is_annotated(&self, start: usize) -> bool {
        u32::try_from(start).is_ok_and(|start| self.annotated.borrow().binary_search(&start).is_ok())
    }

    /// Adds one of [`FileFacts::guards`]. To be called from any hook.
    pub fn guard(&self, span: Span, condition: Name) {
        self.guards.borrow_mut().push(Guard { span, condition });
    }

    /// Adds one of [`FileFacts::expansions`]; what is around it is filled in afterwards. To be called from any hook.
    pub fn expansion(&self, start: u32, names: Vec<Name>) {
        self.expansions.borrow_mut().push(Expansion { within: None, start, names });
    }

    /// Adds one of [`FileFacts::flags`]. To be called from any hook.
    pub fn flag(&self, name: &str) {
        self.flags.borrow_mut().push(name.into());
    }

    /// Has a stretch parsed by itself and the query run on it, as if it were a file: the items among a macro's tokens. To
    /// be called from the import hook; the stretches must not overlap. At most five levels of this are followed, so that
    /// the cost stays linear.
    pub fn parse_again(&self, span: Span) {
        self.again.borrow_mut().push(Range {
            start_byte: span.start as usize,
            end_byte: span.end as usize,
            // Nobody asks for columns, and counting them could be quadratic in one long line.
            start_point: Point::new(span.line.saturating_sub(1) as usize, 0),
            end_point: Point::new(u32::MAX as usize, u32::MAX as usize),
        });
    }

    /// The text of a node; what is not UTF-8 reads as empty.
    pub fn text(&self, node: Node<'_>) -> &'a str {
        self.bytes.get(node.byte_range()).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// The text of a stretch; what is not UTF-8 reads as empty.
    pub fn slice(&self, span: Span) -> &'a str {
        let bytes = self.bytes.get(span.start as usize..span.end as usize);
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// The text of a node without white space.
    pub fn compact(&self, node: Node<'_>) -> Name {
        compact(self.text(node))
    }

    /// The child in a field.
    pub fn child<'t>(&self, node: Node<'t>, field: &str) -> Option<Node<'t>> {
        node.child_by_field_id(*self.fields.0.get(field)?)
    }

    /// The text of the child in a field.
    pub fn field(&self, node: Node<'_>, field: &str) -> Option<&'a str> {
        self.child(node, field).map(|child| self.text(child))
    }
}

/// A text without white space.
pub(super) fn compact(text: &str) -> Name {
    if text.contains(char::is_whitespace) { text.split_whitespace().collect() } else { text.into() }
}

/// Where a node is.
pub fn span_of(node: Node<'_>) -> Span {
    // The row of what stands at the very end of a stretch that was parsed again is not known.
    let line = (node.start_position().row as u32).saturating_add(1);
    Span { start: node.start_byte() as u32, end: node.end_byte() as u32, line }
}
