//! Scala: what its import clauses say, and what the query alone cannot.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::{FAMILY, is_test_path, is_type, keep_longest_chains, unquoted};
use crate::facts::{DefinitionId, DefinitionKind, FileFacts, Import, ImportKind, ImportedName, Name, Visibility};
use crate::lang::Language;
use crate::lang::extract::{Hooks, Source, span_of};

/// Scala 2 and 3.
pub static SCALA: Language = Language {
    name: "scala",
    label: "Scala",
    extensions: &["scala", "sc", "sbt"],
    grammar: tree_sitter_scala::LANGUAGE,
    query: include_str!("../../../assets/queries/scala.scm"),
    hooks: Hooks { import, visibility, finish, ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

/// [`crate::lang::extract::Hooks::import`]. `import a.B` is the path `a.B`; `import a.{B => C, _}` the path `a` with the
/// names `B` (as `C`) and `*`. A clause may hold several of them, with commas between.
fn import(source: &Source<'_>, clause: Node<'_>, imports: &mut Vec<Import>) {
    let mut written = Written::default();
    for child in clause.children(&mut clause.walk()) {
        match child.kind() {
            "," => written.finish(clause, imports),
            "namespace_wildcard" => written.names.push(star(child)),
            "as_renamed_identifier" | "arrow_renamed_identifier" => written.names.push(renamed(source, child)),
            "namespace_selectors" => {
                for selector in child.named_children(&mut child.walk()) {
                    match selector.kind() {
                        "namespace_wildcard" => written.names.push(star(selector)),
                        "as_renamed_identifier" | "arrow_renamed_identifier" => {
                            written.names.push(renamed(source, selector));
                        }
                        "identifier" | "operator_identifier" => written.names.push(ImportedName {
                            name: unquoted(source.text(selector)),
                            alias: None,
                            span: span_of(selector),
                        }),
                        _ => {}
                    }
                }
            }
            "identifier" | "operator_identifier" | "this" => written.extend(source, child),
            _ => {}
        }
    }
    written.finish(clause, imports);
}

/// One path of an import clause, as far as it is read.
#[derive(Default)]
struct Written<'t> {
    path: Name,
    ends: Option<(Node<'t>, Node<'t>)>,
    names: Vec<ImportedName>,
}

impl<'t> Written<'t> {
    fn extend(&mut self, source: &Source<'_>, part: Node<'t>) {
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(&unquoted(source.text(part)));
        self.ends = Some((self.ends.map_or(part, |(first, _)| first), part));
    }

    fn finish(&mut self, clause: Node<'_>, imports: &mut Vec<Import>) {
        let Written { path, ends, names } = std::mem::take(self);
        let Some((first, last)) = ends else { return };
        let (first, last) = (span_of(first), span_of(last));
        imports.push(Import {
            kind: ImportKind::Import,
            path,
            names,
            alias: None,
            within: None,
            exported: clause.kind() == "export_declaration",
            test: false,
            statement: span_of(clause),
            span: crate::facts::Span { end: last.end, ..first },
        });
    }
}

fn star(node: Node<'_>) -> ImportedName {
    ImportedName { name: "*".into(), alias: None, span: span_of(node) }
}

/// `B => C`, `B as C`, and `B => _`, which hides `B`.
fn renamed(source: &Source<'_>, selector: Node<'_>) -> ImportedName {
    ImportedName {
        name: unquoted(source.field(selector, "name").unwrap_or_default()),
        alias: Some(unquoted(source.field(selector, "alias").unwrap_or("_"))),
        span: span_of(selector),
    }
}

/// [`crate::lang::extract::Hooks::visibility`]: public unless a modifier says otherwise. [`finish`] knows what is private
/// to a package.
fn visibility(source: &Source<'_>, node: Node<'_>, _: &str) -> Visibility {
    let modifiers = node.children(&mut node.walk()).find(|child| child.kind() == "modifiers");
    let word = modifiers.and_then(|modifiers| {
        modifiers.children(&mut modifiers.walk()).find(|modifier| modifier.kind() == "access_modifier")
    });
    match word.map(|word| source.text(word)) {
        Some("private") => Visibility::Private,
        Some(_) => Visibility::Restricted,
        None => Visibility::Public,
    }
}

/// [`crate::lang::extract::Hooks::finish`]: what follows a further package clause is of that package; functions and values
/// are members where a type holds them; what is private at the top is the whole package's.
fn finish(facts: &mut FileFacts) {
    let clauses = adopt(facts);
    let clause_at = |start: u32| {
        let before = clauses.partition_point(|(clause, _)| *clause < start);
        before.checked_sub(1).map(|index| clauses[index].1)
    };
    for import in &mut facts.imports {
        import.within = import.within.or_else(|| clause_at(import.statement.start));
    }
    for reference in &mut facts.references {
        reference.within = reference.within.or_else(|| clause_at(reference.span.start));
    }
    for index in 0..facts.definitions.len() {
        let parent = facts.definitions[index].parent.and_then(|parent| facts.definitions.get(parent as usize));
        let is_member = parent.is_some_and(|parent| is_type(parent.kind));
        let is_top = parent.is_none_or(|parent| parent.kind == DefinitionKind::Module);
        let definition = &mut facts.definitions[index];
        definition.name = unquoted(&definition.name);
        definition.kind = match definition.kind {
            DefinitionKind::Function if is_member => DefinitionKind::Method,
            DefinitionKind::Field if !is_member => DefinitionKind::Constant,
            kind => kind,
        };
        if is_top && definition.visibility == Visibility::Private {
            definition.visibility = Visibility::Restricted;
        }
    }
    keep_longest_chains(facts);
}

/// Makes what follows a package clause without a body its children; gives where each such clause starts.
fn adopt(facts: &mut FileFacts) -> Vec<(u32, DefinitionId)> {
    let mut clauses: Vec<(u32, DefinitionId)> = Vec::new();
    for (definition, index) in facts.definitions.iter_mut().zip(0..) {
        if definition.parent.is_some() {
            continue;
        }
        definition.parent = clauses.last().map(|(_, clause)| *clause);
        let has_body = definition.span.end != definition.name_span.end;
        if definition.kind == DefinitionKind::Module && !has_body {
            clauses.push((definition.span.start, index));
        }
    }
    clauses
}
