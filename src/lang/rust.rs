//! Rust.
//!
//! The query finds what a file declares; the paths and names that it mentions are read from its tokens ([`mentions`]), so
//! that a macro's arguments are no blind spot. [`resolve`](self::resolve) knows crates, modules and names.

mod attributes;
mod cfg;
mod filter;
mod guards;
mod imports;
mod mentions;
mod resolve;
mod tokens;
mod typing;

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source};
use super::{Family, Language};
use crate::facts::{Import, Span, Visibility};
use crate::project::Ecosystem;

/// Rust.
pub static RUST: Language = Language {
    name: "rust",
    label: "Rust",
    extensions: &["rs"],
    grammar: tree_sitter_rust::LANGUAGE,
    query: include_str!("../../assets/queries/rust.scm"),
    hooks: Hooks {
        import,
        visibility,
        is_test,
        typing: Some(typing::READER),
        finish: filter::finish,
        terms: Some(&crate::lang::terms::RUST),
        ..Hooks::NONE
    },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "rust", ecosystem: Some(Ecosystem::Cargo), resolve: resolve::resolve };

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    match node.kind() {
        "source_file" if !source.is_parsed_again() => {
            mentions::read(source);
            flags(source);
        }
        "use_declaration" => imports::use_declaration(source, node, imports),
        "extern_crate_declaration" => imports::extern_crate(source, node, imports),
        "mod_item" => imports::module(source, node, imports),
        "macro_invocation" => invocation(source, node, imports),
        "macro_definition" => rules(source, node),
        _ => {}
    }
}

/// A macro call is `include!`, or it may hold items.
fn invocation(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let name = source.field(node, "macro").unwrap_or_default();
    let Some(arguments) = node.child(node.child_count().saturating_sub(1)) else { return };
    if name == "include" {
        imports::include(source, node, arguments, imports);
        return;
    }
    if name == "automod::dir" {
        imports::directory(source, node, arguments, imports);
        return;
    }
    let line = arguments.start_position().row as u32 + 1;
    let (start, end) = (arguments.start_byte(), arguments.end_byte());
    let groups = mentions::item_groups(source, name, start, end, line);
    if groups.is_empty() {
        return;
    }
    attributes::noted(source, node);
    guards::of_call(source, name, arguments);
    for group in groups {
        source.parse_again(group);
    }
}

/// Notes the flags that a build script sets (`println!("cargo:rustc-cfg=name")`).
fn flags(source: &Source<'_>) {
    const KEY: &[u8] = b"rustc-cfg=";
    for at in memchr::memmem::find_iter(source.bytes, KEY) {
        let rest = &source.bytes[at + KEY.len()..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let name = std::str::from_utf8(&rest[..length]).unwrap_or_default();
        source.flag(if name.is_empty() { "*" } else { name });
    }
}

/// What a `macro_rules!` without parameters expands to is the same at each call: its items are read. Of one that is given
/// items is noted under which conditions it passes them on.
fn rules(source: &Source<'_>, node: Node<'_>) {
    let mut cursor = node.walk();
    for rule in node.children(&mut cursor).filter(|child| child.kind() == "macro_rule") {
        let (Some(left), Some(right)) = (rule.child_by_field_name("left"), rule.child_by_field_name("right")) else {
            continue;
        };
        guards::of_rule(source, left, right);
        if left.named_child_count() == 0 && left.child_count() == 2 {
            let line = right.start_position().row as u32 + 1;
            source.parse_again(Span {
                start: right.start_byte() as u32 + 1,
                end: (right.end_byte() as u32).saturating_sub(1),
                line,
            });
        }
    }
}

/// Whether an item has a `pub` of any reach beyond its own module.
fn is_visible_outside(source: &Source<'_>, node: Node<'_>) -> bool {
    own_visibility(source, node) != Visibility::Private
}

fn own_visibility(source: &Source<'_>, node: Node<'_>) -> Visibility {
    let modifier = (0..2).filter_map(|index| node.child(index)).find(|child| child.kind() == "visibility_modifier");
    match modifier.map(|modifier| source.compact(modifier)).as_deref() {
        None | Some("pub(self)" | "pub(inself)") => Visibility::Private,
        Some("pub") => Visibility::Public,
        Some(_) => Visibility::Restricted,
    }
}

fn visibility(source: &Source<'_>, node: Node<'_>, _name: &str) -> Visibility {
    match node.kind() {
        "enum_variant" | "attribute_item" | "function_signature_item" | "associated_type" | "impl_item" => {
            Visibility::Public
        }
        "macro_definition" if attributes::of(source, node).macro_export => Visibility::Public,
        "macro_definition" => Visibility::Restricted,
        _ => own_visibility(source, node),
    }
}

fn is_test(source: &Source<'_>, node: Node<'_>) -> bool {
    !matches!(node.kind(), "field_declaration" | "enum_variant" | "attribute_item")
        && attributes::noted(source, node).test
}

fn is_test_path(path: &str) -> bool {
    let file_name = path.rsplit('/').next().unwrap_or(path);
    matches!(file_name, "tests.rs" | "test.rs") || super::has_directory(path, &["tests", "test"])
}
