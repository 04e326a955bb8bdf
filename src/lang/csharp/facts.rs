//! What C#'s using directives say, and what the query alone cannot.

use rustc_hash::FxHashMap;
use tree_sitter::Node;

use crate::facts::{
    DefinitionKind, FileFacts, Import, ImportKind, ImportedName, Name, NameId, ReferenceKind, Span, Visibility,
};
use crate::lang::extract::{Source, span_of};

/// [`crate::lang::extract::Hooks::import`]. `using A.B;` is the path `A.B`, `using static A.C;` the same with the name `*`,
/// `using X = A.C;` has the alias `X`; a global one is exported. Of a call on something, `.Name` is a mention.
pub(super) fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    match node.kind() {
        "member_access_expression" => {
            // What is called on `string` and its like is a static method.
            if node.child_by_field_name("expression").is_some_and(|of| of.kind() == "predefined_type") {
                return;
            }
            let dot = node.children(&mut node.walk()).find(|child| child.kind() == ".").map(span_of);
            mention_member(source, node, dot);
        }
        "member_binding_expression" => mention_member(source, node, Some(span_of(node))),
        _ => directive(source, node, imports),
    }
}

fn mention_member(source: &Source<'_>, node: Node<'_>, dot: Option<Span>) {
    let name = node.child_by_field_name("name");
    // `Name<T>`: the name alone.
    let name = name.map(|name| if name.kind() == "generic_name" { name.named_child(0).unwrap_or(name) } else { name });
    if let (Some(dot), Some(name)) = (dot, name) {
        source.mention(ReferenceKind::Call, Span { start: dot.start, ..span_of(name) });
    }
}

fn directive(source: &Source<'_>, directive: Node<'_>, imports: &mut Vec<Import>) {
    let alias = directive.child_by_field_name("name");
    let mut written = None;
    let (mut is_static, mut is_global) = (false, false);
    for child in directive.children(&mut directive.walk()) {
        match child.kind() {
            "static" => is_static = true,
            "global" => is_global = true,
            "identifier" | "qualified_name" | "alias_qualified_name" | "generic_name" if Some(child) != alias => {
                written = Some(child);
            }
            _ => {}
        }
    }
    let Some(written) = written else { return };
    let star = ImportedName { name: "*".into(), alias: None, span: span_of(written) };
    imports.push(Import {
        kind: ImportKind::Import,
        path: plain(&source.compact(written)),
        names: if is_static { vec![star] } else { Vec::new() },
        alias: alias.map(|alias| source.text(alias).into()),
        within: None,
        exported: is_global,
        test: false,
        statement: span_of(directive),
        span: span_of(written),
    });
}

/// [`crate::lang::extract::Hooks::visibility`]: by the modifiers written. [`finish`] knows what members of interfaces are.
pub(super) fn visibility(source: &Source<'_>, node: Node<'_>, _: &str) -> Visibility {
    let mut visibility = if is_type_node(node.kind()) { Visibility::Restricted } else { Visibility::Private };
    for modifier in node.children(&mut node.walk()).filter(|child| child.kind() == "modifier") {
        match source.text(modifier) {
            "public" => return Visibility::Public,
            "internal" | "protected" => visibility = Visibility::Restricted,
            "private" => visibility = Visibility::Private,
            _ => {}
        }
    }
    if node.kind().ends_with("namespace_declaration") { Visibility::Public } else { visibility }
}

fn is_type_node(kind: &str) -> bool {
    matches!(
        kind,
        "class_declaration"
            | "struct_declaration"
            | "record_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "delegate_declaration"
    )
}

/// Whether a definition is a type.
pub(super) fn is_type(kind: DefinitionKind) -> bool {
    matches!(
        kind,
        DefinitionKind::Class
            | DefinitionKind::Struct
            | DefinitionKind::Enum
            | DefinitionKind::Interface
            | DefinitionKind::Type
    )
}

/// [`crate::lang::extract::Hooks::finish`]: members of interfaces and of enumerations are public; names are written as
/// the runtime does, without type arguments but with their number (``List`1``); mentions that can be no type are dropped.
pub(super) fn finish(facts: &mut FileFacts) {
    for index in 0..facts.definitions.len() {
        let parent = facts.definitions[index].parent.and_then(|parent| facts.definitions.get(parent as usize));
        let is_public = parent.is_some_and(|parent| match parent.kind {
            DefinitionKind::Interface => facts.definitions[index].visibility == Visibility::Private,
            DefinitionKind::Enum => true,
            _ => false,
        });
        if is_public {
            facts.definitions[index].visibility = Visibility::Public;
        }
    }
    let mut renamed: FxHashMap<NameId, NameId> = FxHashMap::default();
    let mut names: Vec<Name> = Vec::new();
    let mut chain_end = 0;
    let mut last = None;
    let mut references = std::mem::take(&mut facts.references);
    references.retain_mut(|reference| {
        let Some(name) = facts.names.get(reference.name.0 as usize) else { return false };
        let span = reference.span;
        let is_value = reference.kind == ReferenceKind::Value;
        // The inner parts of a qualified name start where it does.
        if last == Some(span.start) && span.end <= chain_end {
            return false;
        }
        if name == "var" || name == "nameof" || is_value && !may_be_type(name) {
            return false;
        }
        last = Some(span.start);
        chain_end = span.end;
        reference.name = *renamed.entry(reference.name).or_insert_with(|| {
            names.push(plain(name));
            NameId(names.len() as u32 - 1)
        });
        true
    });
    facts.references = references;
    facts.names = names;
}

/// Whether an expression's names can lead to a type: by convention a type's name begins with a capital.
fn may_be_type(name: &str) -> bool {
    name.split(['.', ':']).any(|part| part.starts_with(|c: char| c.is_uppercase() || matches!(c, '_' | '@')))
}

/// A name without type arguments, but with their number: `A.B<C, D>.E` is ``A.B`2.E``. A list of type parameters alone
/// (`<T, U>`) becomes the number alone.
fn plain(name: &str) -> Name {
    let mut depth = 0usize;
    let mut brackets = 0usize;
    let mut arguments = 0usize;
    let mut plain = Name::default();
    for part in name.chars() {
        match part {
            '<' => {
                depth += 1;
                if depth == 1 {
                    arguments = 1;
                }
            }
            '>' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    plain.push('`');
                    plain.push_str(&arguments.to_string());
                }
            }
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            ',' if depth == 1 && brackets == 0 => arguments += 1,
            '@' => {}
            _ if depth == 0 => plain.push(part),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn type_arguments_are_counted() {
        assert_eq!(plain("A.B<C,D<E,F>>.G"), "A.B`2.G");
        assert_eq!(plain("global::A"), "global::A");
        assert_eq!(plain("<T,U>"), "`2");
        assert_eq!(plain("List<>"), "List`1");
        assert_eq!(plain("F<(int,int)[,]>"), "F`1");
    }
}
