//! What Python's import statements say, and what the query alone cannot.

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

use crate::facts::{
    Definition, DefinitionKind, FileFacts, Import, ImportKind, ImportedName, Name, NameId, ReferenceKind, Span,
    Visibility,
};
use crate::lang::extract::{Source, span_of};

/// Stands for a block that only the type checker reads. Such marks are taken out again by [`finish`].
const TYPE_CHECKING: &str = "<type checking>";
/// Stands for an assignment to `__all__`.
const ALL: &str = "<all>";

/// The longest text kept of an expression that computes a module's name, in characters.
const EXPRESSION_LIMIT: usize = 60;

/// The path of an import whose module is computed: the expression in braces, which no module name has.
fn computed(source: &Source<'_>, node: Node<'_>) -> Name {
    let mut path = Name::new("{");
    path.extend(source.text(node).split_whitespace().flat_map(str::chars).take(EXPRESSION_LIMIT));
    path.push('}');
    path
}

/// Whether this is the path of an import whose module is computed when the code runs.
pub(super) fn is_computed(path: &str) -> bool {
    path.starts_with('{')
}

/// [`crate::lang::extract::Hooks::import`].
pub(super) fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    match node.kind() {
        "import_statement" => modules(source, node, imports),
        "import_from_statement" => names_from(source, node, imports),
        "future_import_statement" => imports.push(new(ImportKind::Import, "__future__".into(), node, node)),
        "call" => dynamic(source, node, imports),
        "if_statement" => type_checking(node, imports),
        _ => all(source, node, imports),
    }
}

fn new(kind: ImportKind, path: Name, statement: Node<'_>, module: Node<'_>) -> Import {
    Import {
        kind,
        path,
        names: Vec::new(),
        alias: None,
        within: None,
        exported: false,
        test: false,
        statement: span_of(statement),
        span: span_of(module),
    }
}

/// `import a.b, c as d`.
fn modules(source: &Source<'_>, statement: Node<'_>, imports: &mut Vec<Import>) {
    let mut cursor = statement.walk();
    for child in statement.children_by_field_name("name", &mut cursor) {
        let (module, alias) = unalias(child);
        let mut import = new(ImportKind::Import, source.compact(module), statement, module);
        import.alias = alias.map(|alias| source.compact(alias));
        import.exported = import.alias.as_ref().is_some_and(|alias| *alias == import.path);
        imports.push(import);
    }
}

/// The parts of `x as y`; of anything else only the first.
fn unalias(node: Node<'_>) -> (Node<'_>, Option<Node<'_>>) {
    match node.child_by_field_name("name") {
        Some(name) if node.kind() == "aliased_import" => (name, node.child_by_field_name("alias")),
        _ => (node, None),
    }
}

/// `from a.b import c as d, e`, `from . import *`.
fn names_from(source: &Source<'_>, statement: Node<'_>, imports: &mut Vec<Import>) {
    let Some(module) = statement.child_by_field_name("module_name") else { return };
    let mut import = new(ImportKind::Import, source.compact(module), statement, module);
    let mut cursor = statement.walk();
    for child in statement.children_by_field_name("name", &mut cursor) {
        let (name, alias) = unalias(child);
        let name = ImportedName {
            name: source.compact(name),
            alias: alias.map(|alias| source.compact(alias)).filter(|alias| !alias.is_empty()),
            span: span_of(name),
        };
        // `import x as x` is how a typed package says that it hands x on.
        import.exported |= name.alias.as_ref() == Some(&name.name);
        import.names.push(name);
    }
    for child in statement.children(&mut statement.walk()) {
        if child.kind() == "wildcard_import" {
            import.names.push(ImportedName { name: "*".into(), alias: None, span: span_of(child) });
        }
    }
    imports.push(import);
}

/// `importlib.import_module("a.b")`, `__import__("a.b")`.
fn dynamic(source: &Source<'_>, call: Node<'_>, imports: &mut Vec<Import>) {
    let Some(arguments) = call.child_by_field_name("arguments") else { return };
    let mut positional = Vec::new();
    let mut module = None;
    let mut package = None;
    for argument in arguments.named_children(&mut arguments.walk()) {
        if argument.kind() != "keyword_argument" {
            positional.push(argument);
            continue;
        }
        match source.field(argument, "name") {
            Some("name") => module = argument.child_by_field_name("value"),
            Some("package") => package = argument.child_by_field_name("value"),
            _ => {}
        }
    }
    let Some(module) = module.or(positional.first().copied()) else { return };
    let path = match literal(source, module) {
        Some(path) if path.starts_with('.') => relative_to(source, path, package.or(positional.get(1).copied())),
        Some(path) => Some(path.into()),
        None => None,
    };
    let path = path.unwrap_or_else(|| computed(source, module));
    imports.push(new(ImportKind::Dynamic, path, call, module));
}

/// The path that `import_module` makes of a relative one: still relative where the package is this file's own.
fn relative_to(source: &Source<'_>, path: &str, package: Option<Node<'_>>) -> Option<Name> {
    let package = package?;
    if matches!(source.text(package), "__package__" | "__name__") {
        return Some(path.into());
    }
    let mut base = literal(source, package)?;
    let tail = path.trim_start_matches('.');
    for _ in 1..path.len() - tail.len() {
        base = base.rsplit_once('.')?.0;
    }
    Some(if tail.is_empty() { base.into() } else { format!("{base}.{tail}").into() })
}

/// The value of a plain string.
fn literal<'a>(source: &Source<'a>, node: Node<'_>) -> Option<&'a str> {
    let content =
        node.named_child(1).filter(|content| node.kind() == "string" && content.kind() == "string_content")?;
    (node.named_child_count() == 3 && content.named_child_count() == 0).then(|| source.text(content))
}

/// Marks the block of an `if TYPE_CHECKING`, or the `else` of its negation.
fn type_checking(statement: Node<'_>, imports: &mut Vec<Import>) {
    let negated = statement.child_by_field_name("condition").is_some_and(|node| node.kind() == "not_operator");
    let block = if negated {
        let mut cursor = statement.walk();
        statement.children_by_field_name("alternative", &mut cursor).find(|node| node.kind() == "else_clause")
    } else {
        statement.child_by_field_name("consequence")
    };
    if let Some(block) = block {
        imports.push(new(ImportKind::TypeOnly, TYPE_CHECKING.into(), block, block));
    }
}

/// Marks an assignment to `__all__` with its strings. Where it is anything but a list of strings, the mark has the name
/// `*`: nothing can be said of who is left out.
fn all(source: &Source<'_>, assignment: Node<'_>, imports: &mut Vec<Import>) {
    let Some(value) = assignment.child_by_field_name("right") else { return };
    let mut mark = new(ImportKind::TypeOnly, ALL.into(), assignment, assignment);
    if matches!(value.kind(), "list" | "tuple") {
        for element in value.named_children(&mut value.walk()) {
            let name = literal(source, element).unwrap_or("*");
            if element.kind() != "comment" {
                mark.names.push(ImportedName { name: name.into(), alias: None, span: span_of(element) });
            }
        }
    } else {
        mark.names.push(ImportedName { name: "*".into(), alias: None, span: span_of(value) });
    }
    imports.push(mark);
}

/// [`crate::lang::extract::Hooks::visibility`]: the underscore conventions.
pub(super) fn visibility(_: &Source<'_>, _: Node<'_>, name: &str) -> Visibility {
    if name.starts_with("__") {
        if name.ends_with("__") { Visibility::Public } else { Visibility::Private }
    } else if name.starts_with('_') {
        Visibility::Restricted
    } else {
        Visibility::Public
    }
}

/// What stands directly in a class is a method or field of it.
fn name_members(facts: &mut FileFacts) {
    for index in 0..facts.definitions.len() {
        let parent = facts.definitions[index].parent.map(|parent| facts.definitions[parent as usize].kind);
        let definition = &mut facts.definitions[index];
        definition.kind = match (definition.kind, parent) {
            (DefinitionKind::Function, Some(DefinitionKind::Class)) => DefinitionKind::Method,
            (DefinitionKind::Constant, Some(DefinitionKind::Class)) => DefinitionKind::Field,
            (kind, _) => kind,
        };
    }
}

/// [`crate::lang::extract::Hooks::finish`]: applies the marks and keeps the references that an import or a name at the
/// top of the file can explain.
pub(super) fn finish(facts: &mut FileFacts) {
    name_members(facts);
    apply_marks(facts);
    filter_references(facts);
}

fn apply_marks(facts: &mut FileFacts) {
    let mut all: Option<FxHashSet<Name>> = None;
    let mut open = false;
    let mut type_only: Option<Span> = None;
    facts.imports.retain_mut(|import| match &*import.path {
        TYPE_CHECKING => {
            if !type_only.is_some_and(|block| block.contains(import.span)) {
                type_only = Some(import.span);
            }
            false
        }
        ALL => {
            open |= import.names.iter().any(ImportedName::is_glob);
            all.get_or_insert_default().extend(import.names.drain(..).map(|name| name.name));
            false
        }
        _ => {
            if import.kind == ImportKind::Import && type_only.is_some_and(|block| block.contains(import.statement)) {
                import.kind = ImportKind::TypeOnly;
            }
            true
        }
    });
    let Some(all) = all else { return };
    for import in &mut facts.imports {
        import.exported |= import.within.is_none() && import.names.iter().any(|name| all.contains(name.local()));
    }
    if open {
        return;
    }
    for definition in &mut facts.definitions {
        if definition.parent.is_none() {
            let listed = all.contains(&definition.name);
            if listed {
                definition.visibility = Visibility::Public;
            } else if definition.visibility == Visibility::Public && !definition.name.starts_with("__") {
                definition.visibility = Visibility::Restricted;
            }
        }
    }
}

fn filter_references(facts: &mut FileFacts) {
    let mut known: FxHashSet<&str> = FxHashSet::default();
    for import in &facts.imports {
        match &import.alias {
            Some(alias) => known.insert(alias),
            None if import.names.is_empty() => known.insert(first_part(&import.path)),
            None => false,
        };
        known.extend(import.names.iter().map(ImportedName::local));
    }
    let is_top = |definition: &&Definition| definition.parent.is_none();
    known.extend(facts.definitions.iter().filter(is_top).map(|definition| definition.name.as_str()));
    let mut renamed: FxHashMap<NameId, NameId> = FxHashMap::default();
    let mut names: Vec<Name> = Vec::new();
    let mut last = None;
    let mut references = std::mem::take(&mut facts.references);
    references.retain_mut(|reference| {
        let Some(name) = facts.names.get(reference.name.0 as usize) else { return false };
        // The inner parts of a chain of attributes start where the chain does.
        // Of the members of the object itself only calls are kept: they are what a method needs of others.
        let first = first_part(name);
        let is_own = matches!(first, "self" | "cls") && reference.kind == ReferenceKind::Call;
        if last == Some(reference.span.start) || !(known.contains(first) || is_own) {
            return false;
        }
        last = Some(reference.span.start);
        reference.name = *renamed.entry(reference.name).or_insert_with(|| {
            names.push(name.clone());
            NameId(names.len() as u32 - 1)
        });
        true
    });
    facts.references = references;
    facts.names = names;
}

fn first_part(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}
