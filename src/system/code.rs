//! The terms of code files with whose source they are: what detectors of routes and clients read.

use super::draft::Draft;
use super::model::{ComponentId, Place};
use crate::facts::terms::{Annotation, Call, Part, Terms, Value, annotation, last_part};
use crate::lang::resolve::{FileId, SourceFile, Sources};

/// How many names and calls are followed from one value.
const DEPTH_LIMIT: u32 = 6;

/// A code file of the project's own.
#[derive(Clone, Copy)]
pub struct CodeFile<'s> {
    /// Its number.
    pub id: FileId,
    /// The file.
    pub file: &'s SourceFile,
    /// What its code says.
    pub terms: &'s Terms,
    /// The language family whose wanted names its terms follow.
    pub family: &'static str,
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

    /// The value that a name stands for in this file: of an assignment, else of a member of a class.
    pub fn bound(&self, name: &str) -> Option<&'s Value> {
        let last = last_part(name);
        let bound = self.terms.bindings.iter().find(|binding| last_part(&binding.name) == last);
        bound.map(|binding| &binding.value).or_else(|| {
            let mut members = self.terms.classes.iter().flat_map(|class| &class.members);
            members.find(|member| member.name == last)?.value.as_ref()
        })
    }

    /// The expression that a framework puts into a member: Spring's `@Value("${a.b}")`.
    fn injected(&self, name: &str) -> Option<&'s str> {
        let mut members = self.terms.classes.iter().flat_map(|class| &class.members);
        let member = members.find(|member| member.name == last_part(name))?;
        annotation(&member.annotations, "Value")?.first()?.text()
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
        if let Some(injected) = self.injected(name) {
            return Some(injected.to_owned());
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
