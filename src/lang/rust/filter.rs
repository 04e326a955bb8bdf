//! The last step of extraction: mentions that cannot leave the file are dropped, the others are brought to one form.

use rustc_hash::{FxHashMap, FxHashSet};

use super::imports::strip_raw;
use crate::facts::{DefinitionId, DefinitionKind, FileFacts, ImportKind, Name, NameId, ReferenceKind, Visibility};

/// Macros and derives of the standard library that need no import.
const STANDARD_MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include",
    "include_bytes",
    "include_str",
    "line",
    "macro_rules",
    "module_path",
    "option_env",
    "panic",
    "print",
    "println",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
];

/// How many enclosing scopes are asked: functions nested deeper than this are no program.
const SCOPE_LIMIT: usize = 64;

/// What the `use` declarations of one scope bring in.
#[derive(Default)]
struct Scope {
    names: FxHashSet<Name>,
    has_glob: bool,
}

/// Runs once a file, after extraction.
pub fn finish(facts: &mut FileFacts) {
    correct_definitions(facts);
    place_expansions(facts);
    let scopes = scopes(facts);
    let places = places(facts, &scopes);
    let declared = facts
        .definitions
        .iter()
        .filter(|definition| !matches!(definition.kind, DefinitionKind::Field | DefinitionKind::Implementation))
        .map(|definition| definition.name.clone())
        .collect();
    let judge = Judge { facts, scopes, places, declared, expanding: expanding(facts) };
    let forms: Vec<Name> = facts.names.iter().map(|name| without_generics(name)).collect();
    let mut names: Vec<Name> = Vec::new();
    let mut interned: FxHashMap<&str, NameId> = FxHashMap::default();
    let mut references = Vec::with_capacity(facts.references.len());
    for reference in &facts.references {
        let Some(form) = forms.get(reference.name.0 as usize) else { continue };
        if !judge.may_leave(form, reference.kind, reference.within) {
            continue;
        }
        let name = *interned.entry(form.as_str()).or_insert_with(|| {
            names.push(form.clone());
            NameId(names.len() as u32 - 1)
        });
        references.push(crate::facts::Reference { name, ..*reference });
    }
    drop(interned);
    facts.references = references;
    facts.names = names;
}

/// What the query cannot tell: functions of types are methods, and a trait's or trait implementation's are as visible as
/// the trait.
fn correct_definitions(facts: &mut FileFacts) {
    for index in 0..facts.definitions.len() {
        let definition = &facts.definitions[index];
        let parent = definition.parent.map(|parent| &facts.definitions[parent as usize]);
        let parent_kind = parent.map(|parent| parent.kind);
        let is_of_trait = parent_kind == Some(DefinitionKind::Interface)
            || parent.is_some_and(|parent| {
                parent.kind == DefinitionKind::Implementation && parent.signature.contains(" for ")
            });
        let is_of_type = matches!(parent_kind, Some(DefinitionKind::Interface | DefinitionKind::Implementation));
        let definition = &mut facts.definitions[index];
        if is_of_type && definition.kind == DefinitionKind::Function {
            definition.kind = DefinitionKind::Method;
        }
        if is_of_trait && definition.visibility == Visibility::Private {
            definition.visibility = Visibility::Public;
        }
        if definition.kind == DefinitionKind::Implementation {
            definition.name = type_name(&definition.name);
        } else if definition.name.starts_with("r#") {
            definition.name = strip_raw(&definition.name).into();
        }
    }
}

/// Finds the module around each call of a macro that stands where items do.
fn place_expansions(facts: &mut FileFacts) {
    let mut open: Vec<DefinitionId> = Vec::new();
    let mut next = 0;
    let (definitions, expansions) = (&facts.definitions, &mut facts.expansions);
    expansions.sort_by_key(|expansion| expansion.start);
    for expansion in expansions {
        let ends_before = |id: &DefinitionId| definitions[*id as usize].span.end <= expansion.start;
        while let Some(definition) = definitions.get(next).filter(|it| it.span.start <= expansion.start) {
            if definition.kind == DefinitionKind::Module && definition.span.end > expansion.start {
                open.push(next as DefinitionId);
            }
            next += 1;
        }
        while open.pop_if(|id| ends_before(id)).is_some() {}
        expansion.within = open.last().copied();
    }
}

/// The path of the type that an `impl` is for, without reference signs and arguments.
fn type_name(written: &str) -> Name {
    let bare = written.trim_start_matches(['&', '*']);
    let bare = bare.strip_prefix("dyn").unwrap_or(bare);
    without_generics(bare)
}

type Scopes = FxHashMap<Option<DefinitionId>, Scope>;

fn scopes(facts: &FileFacts) -> Scopes {
    let mut scopes = Scopes::default();
    for import in facts.imports.iter().filter(|import| import.kind == ImportKind::Import) {
        let scope = scopes.entry(import.within).or_default();
        if import.names.is_empty() {
            let last = import.path.rsplit("::").next().unwrap_or_default();
            scope.names.insert(import.alias.clone().unwrap_or_else(|| last.into()));
        }
        for name in &import.names {
            scope.has_glob |= name.is_glob();
            scope.names.insert(name.local().into());
        }
    }
    scopes
}

/// Where a definition stands: computed outer first, so that no search climbs step by step.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// The innermost scope with `use` declarations or module that the inside of the definition lies in; `None` is the
    /// file.
    scope: Option<DefinitionId>,
    /// The innermost type, trait or implementation around its inside: what `Self` means there.
    own_type: Option<DefinitionId>,
}

/// The place of each definition's inside. Definitions come after those that enclose them.
fn places(facts: &FileFacts, scopes: &Scopes) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::with_capacity(facts.definitions.len());
    for (index, definition) in facts.definitions.iter().enumerate() {
        let id = index as DefinitionId;
        let outer = definition.parent.map(|parent| places[parent as usize]);
        let mut place = outer.unwrap_or(Place { scope: None, own_type: None });
        match definition.kind {
            DefinitionKind::Module => place = Place { scope: Some(id), own_type: None },
            DefinitionKind::Implementation
            | DefinitionKind::Struct
            | DefinitionKind::Enum
            | DefinitionKind::Interface => place.own_type = Some(id),
            _ => {}
        }
        if scopes.contains_key(&Some(id)) {
            place.scope = Some(id);
        }
        places.push(place);
    }
    places
}

/// What is known of one file while its mentions are judged.
struct Judge<'a> {
    facts: &'a FileFacts,
    scopes: Scopes,
    places: Vec<Place>,
    /// Names that the file defines, whatever the module.
    declared: FxHashSet<Name>,
    /// Macros of the file that define items.
    expanding: FxHashSet<Name>,
}

impl Judge<'_> {
    /// Whether a name may have come in by a `use` declaration; by a glob only where `globs`.
    fn brings(&self, within: Option<DefinitionId>, name: &str, globs: bool) -> bool {
        let mut scope = within.and_then(|id| self.places[id as usize].scope);
        for _ in 0..SCOPE_LIMIT {
            if self.scopes.get(&scope).is_some_and(|scope| (globs && scope.has_glob) || scope.names.contains(name)) {
                return true;
            }
            let Some(id) = scope else { return false };
            let definition = &self.facts.definitions[id as usize];
            if definition.kind == DefinitionKind::Module {
                return false;
            }
            scope = definition.parent.and_then(|parent| self.places[parent as usize].scope);
        }
        true
    }

    /// Whether a mention may name something outside of the file.
    fn may_leave(&self, form: &str, kind: ReferenceKind, within: Option<DefinitionId>) -> bool {
        let Some((head, _)) = form.split_once("::") else {
            return match kind {
                ReferenceKind::Macro if STANDARD_MACROS.contains(&form) => self.brings(within, form, false),
                ReferenceKind::Macro => !self.declared.contains(form) || self.expanding.contains(form),
                _ => self.brings(within, form, true),
            };
        };
        if head == "Self" {
            let own_type = within.and_then(|id| self.places[id as usize].own_type);
            return own_type.is_some_and(|id| !self.declared.contains(&self.facts.definitions[id as usize].name));
        }
        let is_type = head.trim_start_matches('_').starts_with(|c: char| c.is_uppercase());
        !is_type || self.brings(within, head, true)
    }
}

/// The macros that have items inside.
fn expanding(facts: &FileFacts) -> FxHashSet<Name> {
    let of_items = facts.definitions.iter().filter_map(|definition| definition.parent);
    let of_imports = facts.imports.iter().filter_map(|import| import.within);
    let outer = of_items.chain(of_imports).map(|id| &facts.definitions[id as usize]);
    outer.filter(|outer| outer.kind == DefinitionKind::Macro).map(|outer| outer.name.clone()).collect()
}

/// A path without generic arguments and `r#`.
fn without_generics(path: &str) -> Name {
    if !path.contains(['<', '#', '/']) {
        return path.into();
    }
    let mut depth = 0usize;
    let mut out = Name::default();
    let mut previous = ' ';
    for c in path.chars() {
        match c {
            '<' => depth += 1,
            // An arrow in a function type closes nothing.
            '>' if previous != '-' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
        previous = c;
    }
    let segments: Vec<&str> = out.split("::").collect();
    let is_global = segments.first().is_some_and(|first| first.is_empty());
    let mut path = Name::default();
    for segment in segments.into_iter().filter(|segment| !segment.is_empty()) {
        if !path.is_empty() || is_global {
            path.push_str("::");
        }
        path.push_str(strip_raw(segment));
    }
    path
}
