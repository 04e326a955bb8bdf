//! The terms of code files with whose source they are: what detectors of routes and clients read.

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use super::draft::Draft;
use super::model::{ComponentId, Place};
use crate::facts::terms::{Annotation, Binding, Call, Part, Terms, Value, annotation, last_part};
use crate::lang::resolve::{FileId, SourceFile, Sources};

/// How many names and calls are followed from one value.
const DEPTH_LIMIT: u32 = 6;

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

/// Every file with terms that is neither test nor copied or generated code.
pub fn files(sources: &Sources) -> impl Iterator<Item = CodeFile<'_>> {
    sources.files.iter().enumerate().filter_map(|(index, file)| {
        let terms = &file.facts.as_deref()?.terms;
        let is_empty = terms.calls.is_empty() && terms.classes.is_empty() && terms.functions.is_empty();
        let family = file.language?.hooks.terms?.wanted;
        (!file.test && file.mark.is_none() && !is_empty).then_some(CodeFile {
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

    /// The last assignment to a name before a place in the same definition; only the latest few are looked at.
    pub fn bound_before(&self, name: &str, call: &Call) -> Option<&'s Value> {
        const LATEST: usize = 64;
        let all = self.names().bindings.get(last_part(name))?;
        let before = all.partition_point(|binding| binding.span.start < call.span.start);
        let mut latest = all[..before].iter().rev().take(LATEST);
        latest.find(|binding| binding.within == call.within).map(|binding| &binding.value)
    }

    /// The text that a value comes to. What is not known in the middle of one is written `{}`; settings stay as
    /// placeholders `${name}`. None where nothing is known.
    pub fn text(&self, value: &Value) -> Option<String> {
        self.evaluate(value, DEPTH_LIMIT)
    }

    fn evaluate(&self, value: &Value, depth: u32) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        match value {
            Value::Text(text) => Some(text.to_string()),
            Value::Template(parts) => {
                let mut whole = String::new();
                for part in parts {
                    match part {
                        Part::Text(text) => whole.push_str(text),
                        Part::Name(name) => whole.push_str(&self.named(name, depth).unwrap_or_else(|| "{}".to_owned())),
                    }
                }
                Some(whole)
            }
            Value::Name(name) => self.named(name, depth),
            Value::Either(values) => values.iter().find_map(|value| self.evaluate(value, depth)),
            Value::Call(id) => self.result(self.call(*id)?, depth),
            _ => None,
        }
    }

    fn named(&self, name: &str, depth: u32) -> Option<String> {
        if name.is_empty() {
            return None;
        }
        if let Some(injected) = self.names().injected.get(last_part(name)) {
            return Some((*injected).to_owned());
        }
        self.evaluate(self.bound(name)?, depth)
    }

    /// What a call gives back, of calls whose result their arguments say.
    fn result(&self, call: &Call, depth: u32) -> Option<String> {
        match call.name() {
            "getenv" | "get" | "env" | "fetch" | "GetEnv" | "getEnv" | "config" | "getProperty" | "GetValue" => {
                self.evaluate(call.positional(1).or_else(|| call.option("default"))?, depth)
            }
            "format" | "Sprintf" | "sprintf" => {
                let template = self.evaluate(call.positional(0)?, depth)?;
                let given = call.arguments.iter().filter(|argument| argument.name.is_none()).skip(1);
                let mut given = given.map(|argument| self.evaluate(&argument.value, depth));
                Some(filled(&template, || given.next().flatten().unwrap_or_else(|| "{}".to_owned())))
            }
            "Uri" | "URI" | "URL" | "create" | "parse" | "UriBuilder" => self.evaluate(call.positional(0)?, depth),
            _ => None,
        }
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

/// A template of `printf` with its verbs replaced.
fn filled(template: &str, mut next: impl FnMut() -> String) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let verb = rest[at + 1..].chars().next();
        match verb {
            Some('%') => out.push('%'),
            Some(verb) if verb.is_ascii_alphabetic() => out.push_str(&next()),
            _ => {
                out.push('%');
                rest = &rest[at + 1..];
                continue;
            }
        }
        rest = &rest[(at + 2).min(rest.len())..];
    }
    out.push_str(rest);
    out
}
