//! `use`, `mod x;`, `extern crate` and `include!` as imports.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::attributes;
use super::tokens::{Token, TokenKind, tokenize};
use crate::facts::{Import, ImportKind, ImportedName, Name, Span};
use crate::lang::extract::{Source, span_of};

/// Paths with more segments are not read: none is written by hand, and copying them for every leaf would be quadratic.
const SEGMENT_LIMIT: usize = 64;

/// The longest text kept of a path that is computed, in characters.
const PATH_LIMIT: usize = 80;

/// An import without names, from the node of its statement.
fn blank(kind: ImportKind, path: &str, node: Node<'_>) -> Import {
    Import {
        kind,
        path: path.into(),
        names: Vec::new(),
        alias: None,
        within: None,
        exported: false,
        test: false,
        statement: span_of(node),
        span: span_of(node),
    }
}

/// `mod x;`: the name as path, or the file of a `#[path]` attribute with the name as alias. Every `#[cfg_attr(…, path)]`
/// gives an import of its own, beside the one without; their spans, which are the attributes', are guarded.
pub fn module(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let Some(name_node) = node.child_by_field_name("name") else { return };
    let name = strip_raw(source.text(name_node));
    let attributes = attributes::noted(source, node);
    let mut import = blank(ImportKind::Module, name, node);
    import.exported = super::is_visible_outside(source, node);
    import.test = attributes.test;
    for file in &attributes.paths {
        let mut import = import.clone();
        import.path = Name::from(file.path);
        import.alias = Some(name.into());
        import.span = file.span;
        if let Some(condition) = &file.condition {
            source.guard(file.span, condition.clone());
        }
        imports.push(import);
    }
    let conditions: Option<Vec<&str>> = attributes.paths.iter().map(|file| file.condition.as_deref()).collect();
    let Some(conditions) = conditions else { return };
    if !conditions.is_empty() {
        import.span = span_of(name_node);
        source.guard(import.span, format!("not(any({}))", conditions.join(",")).into());
    }
    imports.push(import);
}

/// `extern crate x as y;`. The path has a leading `::`: it never means anything but a crate.
pub fn extern_crate(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let Some(name) = source.field(node, "name") else { return };
    let mut import = blank(ImportKind::Import, &format!("::{name}"), node);
    import.alias = Some(source.field(node, "alias").unwrap_or(name).into());
    import.exported = super::is_visible_outside(source, node);
    import.test = attributes::noted(source, node).test;
    imports.push(import);
}

/// `include!("literal")`.
pub fn include(source: &Source<'_>, node: Node<'_>, arguments: Node<'_>, imports: &mut Vec<Import>) {
    let tokens = tokenize(
        source.bytes,
        arguments.start_byte(),
        arguments.end_byte().min(arguments.start_byte() + 4096),
        arguments.start_position().row as u32 + 1,
    );
    if let [_, literal, _] | [_, literal, Token { kind: TokenKind::Punctuation(b','), .. }, _] = tokens.as_slice()
        && let Some(path) = string_value(source.slice(span(literal, literal)))
    {
        let mut import = blank(ImportKind::Include, path, node);
        import.span = span(literal, literal);
        imports.push(import);
    } else {
        // Another macro computes the path: it is kept as written, so that it can be reported.
        let mut import = blank(ImportKind::Include, "", node);
        let text = source.compact(arguments);
        import.path = text.chars().skip(1).take(text.chars().count().saturating_sub(2).min(PATH_LIMIT)).collect();
        imports.push(import);
    }
}

/// `automod::dir!("path")`, with an optional visibility before the path: every file of the directory is a module.
pub fn directory(source: &Source<'_>, node: Node<'_>, arguments: Node<'_>, imports: &mut Vec<Import>) {
    let end = arguments.end_byte().min(arguments.start_byte() + 4096);
    let tokens = tokenize(source.bytes, arguments.start_byte(), end, arguments.start_position().row as u32 + 1);
    let Some(literal) = tokens.iter().find(|token| token.kind == TokenKind::Literal) else { return };
    if let Some(path) = string_value(source.slice(span(literal, literal))) {
        let path = format!("{}/*.rs", path.trim_end_matches('/'));
        let is_exported = tokens.get(1).is_some_and(|token| source.slice(span(token, token)) == "pub");
        imports.push(Import {
            alias: Some("*".into()),
            exported: is_exported,
            span: span(literal, literal),
            ..blank(ImportKind::Module, &path, node)
        });
    }
}

/// The text of a string literal without escapes.
pub fn string_value(literal: &str) -> Option<&str> {
    let inner = literal.trim_start_matches('r').trim_matches('#').strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('\\')).then_some(inner)
}

/// An identifier without `r#`.
pub fn strip_raw(identifier: &str) -> &str {
    identifier.strip_prefix("r#").unwrap_or(identifier)
}

/// A `use` declaration, flattened: leaves that stand side by side share an import.
pub fn use_declaration(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let Some(argument) = node.child_by_field_name("argument") else { return };
    let mut blank = blank(ImportKind::Import, "", node);
    blank.exported = super::is_visible_outside(source, node);
    blank.test = attributes::noted(source, node).test;
    let line = argument.start_position().row as u32 + 1;
    let tokens = tokenize(source.bytes, argument.start_byte(), argument.end_byte(), line);
    let mut tree = UseTree { source, blank, prefix: SmallVec::new(), lists: Vec::new(), imports, group: None };
    tree.read(&tokens);
}

struct UseTree<'s, 'i> {
    source: &'s Source<'s>,
    blank: Import,
    /// The segments before the place where we are; a leading `::` is an empty segment.
    prefix: SmallVec<[Token; 8]>,
    /// The lengths of `prefix` at the lists that are open.
    lists: Vec<usize>,
    imports: &'i mut Vec<Import>,
    /// The import that further leaves of the same list join, and the list's depth and prefix length.
    group: Option<(usize, usize, usize)>,
}

impl UseTree<'_, '_> {
    fn read(&mut self, tokens: &[Token]) {
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            let next = tokens.get(index + 1).map(|token| token.kind);
            match token.kind {
                TokenKind::Identifier if next == Some(TokenKind::PathSeparator) => {
                    self.prefix.push(*token);
                    index += 1;
                }
                TokenKind::Identifier => index += self.leaf(*token, &tokens[index + 1..]),
                TokenKind::Punctuation(b'*') => {
                    self.leaf(*token, &[]);
                }
                // A leading `::`: the other ones were stepped over with their segment.
                TokenKind::PathSeparator => self.prefix.push(Token { end: token.start, ..*token }),
                TokenKind::Open(_) => {
                    self.lists.push(self.prefix.len());
                    self.group = None;
                }
                TokenKind::Close(_) => {
                    self.lists.pop();
                    self.prefix.truncate(self.lists.last().copied().unwrap_or(0));
                }
                TokenKind::Punctuation(b',') => self.prefix.truncate(self.lists.last().copied().unwrap_or(0)),
                _ => {}
            }
            index += 1;
        }
    }

    fn text(&self, token: &Token) -> &str {
        strip_raw(self.source.slice(span(token, token)))
    }

    /// Adds a leaf; gives the number of tokens of `rest` that belong to it.
    fn leaf(&mut self, token: Token, rest: &[Token]) -> usize {
        let mut alias = None;
        if let [as_, name, ..] = rest
            && self.text(as_) == "as"
            && name.kind == TokenKind::Identifier
        {
            alias = Some(Name::from(self.text(name)));
        }
        let consumed = if alias.is_some() { 2 } else { 0 };
        if self.prefix.len() > SEGMENT_LIMIT {
            return consumed;
        }
        let name = Name::from(self.text(&token));
        let here = span(&token, &token);
        if self.prefix.is_empty() || name == "self" {
            let mut path = self.path();
            if self.prefix.is_empty() {
                path = name.clone();
            }
            let is_glob = name == "*";
            let mut import = Import { path, alias, span: here, ..self.blank.clone() };
            if is_glob {
                import.path = Name::default();
                import.names.push(ImportedName { name, alias: None, span: here });
            }
            self.imports.push(import);
            return consumed;
        }
        let imported = ImportedName { name, alias, span: here };
        let key = (self.lists.len(), self.prefix.len());
        match self.group {
            Some((import, depth, length)) if (depth, length) == key && self.lists.last() == Some(&length) => {
                self.imports[import].names.push(imported);
            }
            _ => {
                let first = self.prefix.first().map_or(here, |first| span(first, first));
                // The place of a nested list's path is its own last segment: the line where a reader finds it.
                let place = if self.lists.is_empty() { Span { end: here.end, ..first } } else { here };
                let import = Import { path: self.path(), names: vec![imported], span: place, ..self.blank.clone() };
                self.group = Some((self.imports.len(), key.0, key.1));
                self.imports.push(import);
            }
        }
        consumed
    }

    fn path(&self) -> Name {
        let mut path = Name::default();
        for (index, token) in self.prefix.iter().enumerate() {
            if index > 0 {
                path.push_str("::");
            }
            path.push_str(self.text(token));
        }
        if path.is_empty() && !self.prefix.is_empty() {
            path.push_str("::");
        }
        path
    }
}

/// From the first to the last token.
pub fn span(first: &Token, last: &Token) -> Span {
    Span { start: first.start, end: last.end, line: first.line }
}
