//! The terms of code files with whose source they are: what detectors of routes, clients and messages read.

mod program;
mod reading;

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use super::draft::Draft;
use super::model::{ComponentId, Place};
use crate::facts::FileFacts;
use crate::facts::terms::{Annotation, Binding, Call, Terms, Value, annotation, last_part};
use crate::lang::resolve::{FileId, SourceFile, Sources};

pub use program::Program;
use reading::Reading;

/// A code file of the project's own.
pub struct CodeFile<'s> {
    /// Its number.
    pub id: FileId,
    /// The file.
    pub file: &'s SourceFile,
    /// What its code says.
    pub terms: &'s Terms,
    /// The language family whose wanted names its terms follow.
    pub family: &'static str,
    /// What names stand for, made when the first is asked for.
    names: OnceCell<Names<'s>>,
}

/// What the names of a file stand for, by their last parts.
#[derive(Default)]
struct Names<'s> {
    values: FxHashMap<&'s str, &'s Value>,
    bindings: FxHashMap<&'s str, Vec<&'s Binding>>,
    injected: FxHashMap<&'s str, &'s str>,
}

/// Every file with calls, classes or annotated functions that is neither test nor copied or generated code.
pub fn files(sources: &Sources) -> impl Iterator<Item = CodeFile<'_>> {
    own(sources).filter(|file| {
        let terms = file.terms;
        !(terms.calls.is_empty() && terms.classes.is_empty() && terms.functions.is_empty())
    })
}

/// Every file with terms that is neither test nor copied or generated code.
fn own(sources: &Sources) -> impl Iterator<Item = CodeFile<'_>> {
    sources.files.iter().enumerate().filter_map(|(index, file)| {
        let terms = &file.facts.as_deref()?.terms;
        let family = file.language?.hooks.terms?.wanted;
        (!file.test && file.mark.is_none()).then_some(CodeFile {
            id: FileId(index as u32),
            file,
            terms,
            family,
            names: OnceCell::new(),
        })
    })
}

impl<'s> CodeFile<'s> {
    /// A line of the file.
    pub fn place(&self, line: u32) -> Place {
        Place::new(&self.file.path, line)
    }

    /// Whose source it is.
    pub fn owner(&self, draft: &Draft) -> Option<ComponentId> {
        draft.owner(self.id)
    }

    /// The paths of what it imports.
    pub fn imports(&self) -> impl Iterator<Item = &'s str> + use<'s> {
        let facts: Option<&'s FileFacts> = self.file.facts.as_deref();
        facts.into_iter().flat_map(|facts| facts.imports.iter().map(|import| &*import.path))
    }

    /// A call by its number.
    pub fn call(&self, id: u32) -> Option<&'s Call> {
        self.terms.calls.get(id as usize)
    }

    /// What the names of the file stand for: of assignments the first, else of a member of a class; and the expressions that
    /// a framework puts into members (Spring's `@Value("${a.b}")`).
    fn names(&self) -> &Names<'s> {
        self.names.get_or_init(|| {
            let mut names = Names::default();
            for binding in &self.terms.bindings {
                let name = last_part(&binding.name);
                names.values.entry(name).or_insert(&binding.value);
                names.bindings.entry(name).or_default().push(binding);
            }
            for member in self.terms.classes.iter().flat_map(|class| &class.members) {
                if let Some(value) = &member.value {
                    names.values.entry(&member.name).or_insert(value);
                }
                let injected = annotation(&member.annotations, "Value").and_then(|value| value.first()?.text());
                if let Some(injected) = injected {
                    names.injected.entry(&member.name).or_insert(injected);
                }
            }
            names
        })
    }

    /// The value that a name stands for in this file: of an assignment, else of a member of a class.
    pub fn bound(&self, name: &str) -> Option<&'s Value> {
        self.names().values.get(last_part(name)).copied()
    }

    /// The first assignment to a name in this file.
    pub fn binding(&self, name: &str) -> Option<&'s Binding> {
        self.names().bindings.get(last_part(name))?.first().copied()
    }

    /// The last assignment to a name before a place in the same definition; only the latest few are looked at.
    pub fn binding_before(&self, name: &str, call: &Call) -> Option<&'s Binding> {
        const LATEST: usize = 64;
        let all = self.names().bindings.get(last_part(name))?;
        let before = all.partition_point(|binding| binding.span.start < call.span.start);
        let mut latest = all[..before].iter().rev().take(LATEST);
        latest.find(|binding| binding.within == call.within).copied()
    }

    /// The value of [`CodeFile::binding_before`].
    pub fn bound_before(&self, name: &str, call: &Call) -> Option<&'s Value> {
        self.binding_before(name, call).map(|binding| &binding.value)
    }

    /// The text that a value comes to. What is not known in the middle of one is written `{}`; settings stay as
    /// placeholders `${name}`. None where nothing is known.
    pub fn text(&self, value: &Value) -> Option<String> {
        Reading { file: self, others: None, keeps_environment: false }.text(value)
    }

    /// The expression that a framework puts into a member of this name.
    fn injected(&self, name: &str) -> Option<&'s str> {
        self.names().injected.get(last_part(name)).copied()
    }

    /// The texts of an annotation's value under one of these names, else of its first argument without a name.
    pub fn text_of(&self, annotation: &Annotation, names: &[&str]) -> Vec<String> {
        let named = names.iter().find_map(|name| annotation.option(name));
        match named.or_else(|| annotation.first()) {
            Some(Value::List(values)) => values.iter().filter_map(|value| self.text(value)).collect(),
            Some(value) => self.text(value).into_iter().collect(),
            None => Vec::new(),
        }
    }
}
