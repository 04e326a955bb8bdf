//! What names in code mean in the project, as the resolvers found it: for detectors that follow a name from where it is
//! used to what it names.

use super::model::Place;
use crate::facts::terms::Call;
use crate::facts::{DefinitionId, DefinitionKind, FileFacts, Span};
use crate::lang::resolve::{FileId, Resolved, SourceFile, Sources};
use crate::lang::symbols::SymbolUse;

/// How many definitions around one are written before its name.
const PARTS: usize = 4;

/// What a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Meaning {
    /// The file that holds it.
    pub file: FileId,
    /// None for the file as a whole.
    pub definition: Option<DefinitionId>,
}

/// The answers of the resolvers.
#[derive(Clone, Copy)]
pub struct Links<'s> {
    sources: &'s Sources,
    uses: &'s [Vec<SymbolUse>],
}

/// What names mean in the files with terms, as the resolvers found it: detectors follow names in no others.
pub fn uses(sources: &Sources, resolved: &Resolved) -> Vec<Vec<SymbolUse>> {
    let of_file = |(file, uses): (&SourceFile, &Vec<SymbolUse>)| {
        let terms = file.facts.as_deref().map(|facts| &facts.terms);
        let is_followed = terms.is_some_and(|terms| !terms.calls.is_empty() || !terms.functions.is_empty());
        if is_followed { uses.clone() } else { Vec::new() }
    };
    sources.files.iter().zip(&resolved.symbols).map(of_file).collect()
}

impl<'s> Links<'s> {
    /// Those of a project.
    pub fn new(sources: &'s Sources, uses: &'s [Vec<SymbolUse>]) -> Self {
        Self { sources, uses }
    }

    /// The facts of a file.
    pub fn facts(&self, file: FileId) -> Option<&'s FileFacts> {
        self.sources.facts(file).map(|facts| &**facts)
    }

    /// What a name that is written with `.` between its parts means in a stretch of a file: what the resolvers found where
    /// it is mentioned, else the only definition of the file that it can mean.
    pub fn meaning(&self, file: FileId, name: &str, span: Span) -> Option<Meaning> {
        let facts = self.facts(file)?;
        let references = &facts.references;
        let first = references.partition_point(|reference| reference.span.start < span.start);
        let inside = references[first..].iter().take_while(|reference| reference.span.start < span.end);
        // The mention that spells most of the name says most.
        let mut best: Option<(usize, Span)> = None;
        for reference in inside {
            let text = spelled(facts.name(reference.name));
            let is_begin = name.strip_prefix(&*text).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            if is_begin && best.is_none_or(|(length, _)| length < text.len()) {
                best = Some((text.len(), reference.span));
            }
        }
        let found = best.and_then(|(length, place)| {
            let meaning = self.used_at(file, place)?;
            let rest = name[length..].split('.').filter(|part| !part.is_empty());
            let found = rest.clone().try_fold(meaning, |meaning, part| self.member(meaning, part));
            // The resolvers may have followed only the first parts of what is written.
            let last = name.rsplit('.').next().unwrap_or(name);
            found.map(|found| self.last_member(found, &name[..length], last, rest.count() == 0))
        });
        let found = found.or_else(|| self.inferred(file, name, span));
        found.or_else(|| own(facts, name).map(|definition| Meaning { file, definition: Some(definition) }))
    }

    /// What a member of a local value means, whose type the resolvers know: the only definition of its name that is used in
    /// a stretch of a file.
    fn inferred(&self, file: FileId, name: &str, span: Span) -> Option<Meaning> {
        let (_, last) = name.rsplit_once('.')?;
        let uses = self.uses.get(file.index())?;
        let first = uses.partition_point(|of| of.span.start < span.start);
        let inside = uses[first..].iter().take_while(|of| of.span.start < span.end);
        let mut of_name = inside
            .map(|of| Meaning { file: of.file, definition: of.to })
            .filter(|meaning| self.definition(*meaning).is_some_and(|it| it.name == last));
        let found = of_name.next()?;
        of_name.all(|other| other == found).then_some(found)
    }

    /// A member of what a mention means if the mention spells it and the resolvers stopped before it.
    fn last_member(&self, found: Meaning, text: &str, last: &str, is_whole: bool) -> Meaning {
        let is_named = |id: DefinitionId| {
            self.facts(found.file)
                .and_then(|facts| facts.definitions.get(id as usize))
                .is_some_and(|it| it.name == last)
        };
        if !is_whole || !text.contains('.') || found.definition.is_some_and(is_named) {
            return found;
        }
        self.member(found, last).unwrap_or(found)
    }

    /// What the mention at a place means.
    fn used_at(&self, file: FileId, place: Span) -> Option<Meaning> {
        let uses = self.uses.get(file.index())?;
        let first = uses.partition_point(|of| of.span.start < place.start);
        let at = uses[first..].iter().take_while(|of| of.span.start == place.start).filter(|of| of.span == place);
        // Along a dotted name there is one use for each part that is known, in any order of files: the innermost counts.
        let depth = |of: &&SymbolUse| {
            let facts = self.facts(of.file);
            let definition = |id: DefinitionId| facts.and_then(|facts| facts.definitions.get(id as usize));
            (of.to.is_some(), of.to.and_then(definition).is_some_and(|it| it.parent.is_some()))
        };
        at.max_by_key(depth).map(|of| Meaning { file: of.file, definition: of.to })
    }

    /// The file that an import within a stretch of a file leads to.
    pub fn imported(&self, file: FileId, span: Span) -> Option<FileId> {
        let uses = self.uses.get(file.index())?;
        let first = uses.partition_point(|of| of.span.start < span.start);
        let inside = uses[first..].iter().take_while(|of| of.span.start < span.end);
        inside.filter(|of| of.to.is_none()).map(|of| of.file).next()
    }

    /// The only member of this name of a class, or the only definition of this name at the top of a file.
    pub fn member(&self, of: Meaning, name: &str) -> Option<Meaning> {
        let facts = self.facts(of.file)?;
        let mut found =
            facts.definitions.iter().enumerate().filter(|(_, it)| it.name == name && it.parent == of.definition);
        let (id, _) = found.next()?;
        found.next().is_none().then_some(Meaning { file: of.file, definition: Some(id as DefinitionId) })
    }

    /// The definition that a meaning is of.
    pub fn definition(&self, of: Meaning) -> Option<&'s crate::facts::Definition> {
        self.facts(of.file)?.definitions.get(of.definition? as usize)
    }

    /// Whether something is a function or a method.
    pub fn is_function(&self, of: Meaning) -> bool {
        let is = |kind| matches!(kind, DefinitionKind::Function | DefinitionKind::Method);
        self.definition(of).is_some_and(|it| is(it.kind))
    }

    /// The name of a definition with the types around it, and where it is declared.
    pub fn named(&self, of: Meaning) -> Option<(String, Place)> {
        let facts = self.facts(of.file)?;
        let definition = facts.definitions.get(of.definition? as usize)?;
        let mut parts = vec![&*definition.name];
        let mut next = definition.parent;
        while let Some(around) = next.and_then(|id| facts.definitions.get(id as usize))
            && parts.len() < PARTS
        {
            if around.kind != DefinitionKind::Module {
                parts.push(&around.name);
            }
            next = around.parent;
        }
        parts.reverse();
        Some((parts.join("."), Place::new(&self.sources.get(of.file).path, definition.name_span.line)))
    }
}

/// A call with what it is called on: spans of calls begin at the called name.
pub fn whole(call: &Call) -> Span {
    // A separator of two bytes is written as one in names.
    Span { start: call.span.start.saturating_sub(2 * call.callee.len() as u32), ..call.span }
}

/// A mention with `.` between its parts, without type arguments.
fn spelled(text: &str) -> String {
    let end = text.find(['<', '(']).unwrap_or(text.len());
    text[..end].replace("::", ".").replace('\\', ".").trim_matches('.').to_owned()
}

/// The definition of a file that a name without a mention of its own can mean: the only one of its name, inside what the
/// part before it names.
fn own(facts: &FileFacts, name: &str) -> Option<DefinitionId> {
    let (around, last) = name.rsplit_once('.').map_or((None, name), |(around, last)| (Some(around), last));
    let around = around.map(|around| around.rsplit('.').next().unwrap_or(around));
    let is_inside = |parent: Option<DefinitionId>| match (around, parent) {
        (None, _) => true,
        (Some("this" | "self"), parent) => parent.is_some(),
        (Some(around), parent) => {
            parent.and_then(|id| facts.definitions.get(id as usize)).is_some_and(|it| it.name == around)
        }
    };
    let mut found = facts
        .definitions
        .iter()
        .enumerate()
        .filter(|(_, definition)| definition.name == last && is_inside(definition.parent));
    let (id, _) = found.next()?;
    found.next().is_none().then_some(id as DefinitionId)
}
