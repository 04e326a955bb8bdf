//! From syntax nodes to imports.

use tree_sitter::Node;

use crate::facts::{Import, ImportKind, ImportedName, Name, Span};
use crate::lang::extract::{Source, span_of};

/// The longest text kept of a specifier that is computed, in characters.
const COMPUTED_LIMIT: usize = 80;

/// Appends what an `@import` node imports.
///
/// A statement that exports local names is no import; it is noted as one with an empty path, of kind
/// [`ImportKind::Module`], for [`super::finish`] to turn into visibility.
pub fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    match node.kind() {
        "import_statement" => import_statement(source, node, imports),
        "export_statement" => export_statement(source, node, imports),
        "call_expression" | "new_expression" => match list_argument(node) {
            Some(list) => listed(source, node, list, imports),
            None => imports.extend(call(source, node, Default::default())),
        },
        "variable_declarator" => imports.extend(declarator(source, node)),
        "assignment_expression" => commonjs_export(source, node, imports),
        "comment" => imports.extend(reference_comment(source, node)),
        _ => type_holder(source, node, imports),
    }
}

/// What a statement binds.
#[derive(Default)]
struct Bindings {
    names: Vec<ImportedName>,
    alias: Option<Name>,
}

fn new_import(kind: ImportKind, path: Name, bindings: Bindings, statement: Node<'_>, span: Span) -> Import {
    Import {
        kind,
        path,
        names: bindings.names,
        alias: bindings.alias,
        within: None,
        exported: false,
        test: false,
        statement: span_of(statement),
        span,
    }
}

fn children<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    let mut cursor = node.walk();
    let mut more = cursor.goto_first_child();
    std::iter::from_fn(move || {
        let child = more.then(|| cursor.node())?;
        more = cursor.goto_next_sibling();
        Some(child)
    })
}

fn child_of_kind<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    children(node).find(|child| child.kind() == kind)
}

/// The text of a string, or of a template without substitutions.
fn literal(source: &Source<'_>, node: Node<'_>) -> Option<Name> {
    match node.kind() {
        "string" => {}
        "template_string" if child_of_kind(node, "template_substitution").is_none() => {}
        _ => return None,
    }
    let text = source.text(node);
    text.get(1..text.len().checked_sub(1)?).map(Name::from)
}

fn import_statement(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let clause = child_of_kind(node, "import_clause");
    let require = child_of_kind(node, "import_require_clause");
    let Some(module) =
        node.child_by_field_name("source").or_else(|| require.and_then(|clause| clause.child_by_field_name("source")))
    else {
        return;
    };
    let Some(path) = literal(source, module) else { return };
    let mut bindings = Bindings::default();
    let mut all_types = false;
    if let Some(clause) = clause {
        for child in children(clause) {
            match child.kind() {
                "identifier" => bindings.names.push(ImportedName {
                    name: "default".into(),
                    alias: Some(source.compact(child)),
                    span: span_of(child),
                }),
                "namespace_import" => bindings.alias = child_of_kind(child, "identifier").map(|n| source.compact(n)),
                "named_imports" => all_types = specifiers(source, child, &mut bindings.names),
                _ => {}
            }
        }
        // `import a, { type B }` and `import {}` load the module when the code runs.
        all_types &= child_of_kind(clause, "identifier").is_none();
    } else if let Some(clause) = require {
        bindings.alias = child_of_kind(clause, "identifier").map(|name| source.compact(name));
    }
    let is_type = all_types
        || children(node).any(|child| {
            // JavaScript's grammar does not know Flow's words.
            let is_word = child.is_error() && matches!(source.text(child), "type" | "typeof");
            is_word || matches!(child.kind(), "type" | "typeof")
        });
    let kind = if is_type { ImportKind::TypeOnly } else { ImportKind::Import };
    imports.push(new_import(kind, path, bindings, node, span_of(module)));
}

/// `export import a = require("x")`, which the grammar reads as an alias and a statement of its own.
fn exported_require(source: &Source<'_>, node: Node<'_>) -> Option<Import> {
    let alias = node.child_by_field_name("declaration").filter(|declaration| declaration.kind() == "import_alias")?;
    let mut names = children(alias).filter(|child| child.kind() == "identifier");
    let name = names.next()?;
    names.next().filter(|function| source.text(*function) == "require")?;
    let argument = node.next_sibling()?.named_child(0)?.named_child(0)?;
    let bindings = Bindings { alias: Some(source.compact(name)), ..Bindings::default() };
    let import = new_import(ImportKind::Import, literal(source, argument)?, bindings, node, span_of(argument));
    Some(Import { exported: true, ..import })
}

/// Reads `{ a, type b as c }` and says whether every name in it is marked as a type.
fn specifiers(source: &Source<'_>, list: Node<'_>, names: &mut Vec<ImportedName>) -> bool {
    let mut all_types = true;
    let before = names.len();
    for specifier in children(list).filter(|child| matches!(child.kind(), "import_specifier" | "export_specifier")) {
        let Some(name) = specifier.child_by_field_name("name") else { continue };
        let text = literal(source, name).unwrap_or_else(|| source.compact(name));
        let alias = specifier.child_by_field_name("alias").map(|alias| source.compact(alias));
        all_types &= specifier.child(0).is_some_and(|first| matches!(first.kind(), "type" | "typeof"));
        names.push(ImportedName { name: text, alias, span: span_of(specifier) });
    }
    all_types && names.len() > before
}

fn export_statement(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let clause = child_of_kind(node, "export_clause");
    let mut bindings = Bindings::default();
    let all_types = clause.is_some_and(|clause| specifiers(source, clause, &mut bindings.names));
    let Some(module) = node.child_by_field_name("source") else {
        imports.extend(exported_require(source, node));
        local_export(source, node, bindings, imports);
        return;
    };
    let Some(path) = literal(source, module) else { return };
    if let Some(namespace) = child_of_kind(node, "namespace_export") {
        bindings.alias = children(namespace).last().map(|name| source.compact(name));
    } else if let Some(star) = child_of_kind(node, "*") {
        bindings.names.push(ImportedName { name: "*".into(), alias: None, span: span_of(star) });
    }
    let is_type = all_types || child_of_kind(node, "type").is_some();
    let kind = if is_type { ImportKind::TypeOnly } else { ImportKind::Import };
    imports.push(Import { exported: true, ..new_import(kind, path, bindings, node, span_of(module)) });
}

/// `export { a, b as c }`, `export default a`, `export = a`, and exported declarations.
fn local_export(source: &Source<'_>, node: Node<'_>, mut bindings: Bindings, imports: &mut Vec<Import>) {
    let otherwise = ["default", "="].into_iter().find(|token| child_of_kind(node, token).is_some());
    let mut add = |name: Node<'_>| {
        let alias = otherwise.map(Name::from);
        bindings.names.push(ImportedName { name: source.compact(name), alias, span: span_of(name) });
    };
    let declaration = node.child_by_field_name("declaration").map(|declaration| match declaration.kind() {
        "ambient_declaration" => declaration.named_child(0).unwrap_or(declaration),
        _ => declaration,
    });
    if let Some(declaration) = declaration {
        if let Some(name) = declaration.child_by_field_name("name") {
            add(name);
        }
        for declarator in children(declaration).filter(|child| child.kind() == "variable_declarator") {
            if let Some(name) = declarator.child_by_field_name("name") {
                add(name);
            }
        }
    }
    children(node).filter(|child| child.kind() == "identifier").for_each(add);
    export_note(bindings, node, imports);
}

fn export_note(bindings: Bindings, node: Node<'_>, imports: &mut Vec<Import>) {
    if !bindings.names.is_empty() {
        imports.push(new_import(ImportKind::Module, Name::default(), bindings, node, span_of(node)));
    }
}

/// `module.exports = …`, `exports.a = …`.
fn commonjs_export(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let mut bindings = Bindings::default();
    let mut add = |name: Node<'_>, alias: Option<Name>| {
        bindings.names.push(ImportedName { name: source.compact(name), alias, span: span_of(name) });
    };
    let Some(left) = node.child_by_field_name("left") else { return };
    let is_whole = source.field(left, "object") == Some("module");
    let property = left.child_by_field_name("property");
    if let Some(property) = property {
        add(property, None);
    }
    let alias = if is_whole { Some(Name::from("=")) } else { property.map(|property| source.compact(property)) };
    match node.child_by_field_name("right") {
        Some(value) if value.kind() == "identifier" => add(value, alias),
        Some(value) if value.kind() == "object" => {
            for member in children(value) {
                match member.kind() {
                    "shorthand_property_identifier" => add(member, None),
                    "pair" => {
                        let value = member.child_by_field_name("value").filter(|value| value.kind() == "identifier");
                        let key = member.child_by_field_name("key").map(|key| source.compact(key));
                        value.into_iter().for_each(|value| add(value, key.clone()));
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
    export_note(bindings, node, imports);
}

/// `require(…)`, `import(…)`, and calls that take a module's name.
fn call(source: &Source<'_>, node: Node<'_>, bindings: Bindings) -> Option<Import> {
    let arguments = node.child_by_field_name("arguments")?;
    let argument = children(arguments).find(|child| child.is_named() && child.kind() != "comment")?;
    let function = node.child_by_field_name("function").or_else(|| node.child_by_field_name("constructor"))?;
    let is_require = function.kind() == "identifier" && source.text(function) == "require";
    let is_url = node.kind() == "new_expression";
    let is_pattern = source.field(function, "property").is_some_and(|name| name.starts_with("glob"));
    if is_pattern {
        // The bundler decides when it builds which files `import.meta.glob` loads.
        return Some(computed(source, node, argument));
    }
    let Some(path) = literal(source, argument) else {
        let is_loader = is_require || function.kind() == "import";
        return is_loader.then(|| computed(source, node, argument));
    };
    // To replace another package for a test is not to need it; to replace a file of one's own names it.
    let is_mock = source.field(function, "property").is_some_and(|name| name.to_ascii_lowercase().ends_with("mock"));
    if is_url && !is_relative_file(&path) || is_mock && !path.starts_with('.') {
        return None;
    }
    let kind = if is_require { ImportKind::Import } else { ImportKind::Dynamic };
    Some(new_import(kind, path, bindings, node, span_of(argument)))
}

/// The list of names that a loader of AMD modules is given; `define` may begin with the module's own name.
fn list_argument(node: Node<'_>) -> Option<Node<'_>> {
    node.child_by_field_name("function").filter(|function| function.kind() == "identifier")?;
    let arguments = children(node.child_by_field_name("arguments")?).filter(Node::is_named);
    arguments.take(2).find(|argument| argument.kind() == "array")
}

fn listed(source: &Source<'_>, call: Node<'_>, list: Node<'_>, imports: &mut Vec<Import>) {
    let is_definition = source.field(call, "function") == Some("define");
    let kind = if is_definition { ImportKind::Import } else { ImportKind::Dynamic };
    for element in children(list).filter(|element| element.is_named() && element.kind() != "comment") {
        match literal(source, element) {
            // What the loader itself hands to a module.
            Some(name) if matches!(&*name, "require" | "exports" | "module") => {}
            Some(name) => imports.push(new_import(kind, name, Bindings::default(), call, span_of(element))),
            None => imports.push(computed(source, call, element)),
        }
    }
}

/// Whether the first argument of `new URL` names a file beside the module.
fn is_relative_file(path: &str) -> bool {
    path.starts_with('.') && path.rsplit('/').next().is_some_and(|name| !name.starts_with('.') && name.contains('.'))
}

fn computed(source: &Source<'_>, statement: Node<'_>, argument: Node<'_>) -> Import {
    let text: Name = source.text(argument).split_whitespace().flat_map(str::chars).take(COMPUTED_LIMIT).collect();
    new_import(ImportKind::Computed, text, Bindings::default(), statement, span_of(argument))
}

/// `const a = require("x")`, `const { a, b: c } = await import("x")`, `const a = require("x").b`.
fn declarator(source: &Source<'_>, node: Node<'_>) -> Option<Import> {
    let pattern = node.child_by_field_name("name")?;
    let value = node.child_by_field_name("value")?;
    let (loader, member) = match value.kind() {
        "await_expression" => (value.named_child(0)?, None),
        "member_expression" => (value.child_by_field_name("object")?, value.child_by_field_name("property")),
        _ => (value, None),
    };
    let mut bindings = Bindings::default();
    match (pattern.kind(), member) {
        ("identifier", None) => bindings.alias = Some(source.compact(pattern)),
        ("identifier", Some(member)) => bindings.names.push(ImportedName {
            name: source.compact(member),
            alias: Some(source.compact(pattern)).filter(|alias| alias != source.text(member)),
            span: span_of(member),
        }),
        ("object_pattern", None) => {
            bindings.names.extend(children(pattern).filter_map(|part| destructured(source, part)))
        }
        _ => {}
    }
    call(source, loader, bindings)
}

fn destructured(source: &Source<'_>, part: Node<'_>) -> Option<ImportedName> {
    let (name, alias) = match part.kind() {
        "shorthand_property_identifier_pattern" => (part, None),
        "object_assignment_pattern" => (part.child_by_field_name("left")?, None),
        "pair_pattern" => (part.child_by_field_name("key")?, part.child_by_field_name("value")),
        _ => return None,
    };
    let alias = alias.filter(|alias| alias.kind() == "identifier").map(|alias| source.compact(alias));
    Some(ImportedName { name: source.compact(name), alias, span: span_of(part) })
}

/// `/// <reference path="x" />`, `/// <reference types="x" />`.
fn reference_comment(source: &Source<'_>, node: Node<'_>) -> Option<Import> {
    let text = source.text(node);
    let (attribute, is_path) = match text.find(" path=") {
        Some(at) => (at + " path=".len(), true),
        None => (text.find(" types=")? + " types=".len(), false),
    };
    let rest = text.get(attribute..)?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = rest.get(1..)?.split(quote).next()?;
    let start = (attribute + 1) as u32 + node.start_byte() as u32;
    let span = Span { start, end: start + value.len() as u32, line: node.start_position().row as u32 + 1 };
    // A path in a reference comment is relative, with or without the dot.
    let path = match is_path && !value.starts_with(['.', '/']) {
        true => Name::from(format!("./{value}")),
        false => Name::from(value),
    };
    Some(new_import(ImportKind::TypeOnly, path, Bindings::default(), node, span))
}

/// `import("x").A.B` among the children of a node that holds types.
fn type_holder(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let is_cast = matches!(node.kind(), "as_expression" | "satisfies_expression");
    let held = children(node).filter(|child| matches!(child.kind(), "member_expression" | "call_expression"));
    for child in held.skip(usize::from(is_cast && node.named_child(0).is_some_and(is_path_or_call))) {
        let mut first = None;
        let mut root = child;
        while root.kind() == "member_expression" {
            let Some(object) = root.child_by_field_name("object") else { break };
            first = root.child_by_field_name("property");
            root = object;
        }
        if root.child_by_field_name("function").is_none_or(|function| function.kind() != "import") {
            continue;
        }
        let names = first.map(|name| ImportedName { name: source.compact(name), alias: None, span: span_of(name) });
        let bindings = Bindings { names: names.into_iter().collect(), alias: None };
        let found = call(source, root, bindings).filter(|found| found.kind == ImportKind::Dynamic);
        imports.extend(found.map(|found| Import { kind: ImportKind::TypeOnly, ..found }));
    }
}

fn is_path_or_call(node: Node<'_>) -> bool {
    matches!(node.kind(), "member_expression" | "call_expression")
}
