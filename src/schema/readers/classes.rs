//! The classes of all files, found by the names that other files call them.

use rustc_hash::FxHashMap;

use super::directory;
use crate::facts::terms::{Class, last_part};
use crate::schema::{Code, Input, Place};

/// A class: of which file, and which of its classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id {
    /// Index into the codes.
    pub code: usize,
    /// Index into the file's classes.
    pub class: usize,
}

/// How far chains of base classes are followed.
const DEPTH_LIMIT: usize = 16;

/// The classes of some languages.
pub struct Classes<'a> {
    codes: &'a [Code<'a>],
    by_name: FxHashMap<&'a str, Vec<Id>>,
}

impl<'a> Classes<'a> {
    /// The classes of files in these languages.
    pub fn new(input: &Input<'a>, languages: &[&str]) -> Self {
        let mut by_name: FxHashMap<&'a str, Vec<Id>> = FxHashMap::default();
        for (code, found) in input.codes.iter().enumerate() {
            if languages.contains(&found.language) {
                for (class, shape) in found.facts.terms.classes.iter().enumerate() {
                    by_name.entry(shape.name.as_str()).or_default().push(Id { code, class });
                }
            }
        }
        Self { codes: input.codes, by_name }
    }

    /// Every class, in order of file and place.
    pub fn all(&self) -> Vec<Id> {
        let mut all: Vec<Id> = self.by_name.values().flatten().copied().collect();
        all.sort_unstable();
        all
    }

    /// The shape of a class.
    pub fn shape(&self, id: Id) -> &'a Class {
        &self.codes[id.code].facts.terms.classes[id.class]
    }

    /// The file of a class.
    pub fn code(&self, id: Id) -> &Code<'a> {
        &self.codes[id.code]
    }

    /// A line of a class's file.
    pub fn place(&self, id: Id, line: u32) -> Place {
        Place::new(self.codes[id.code].path, line)
    }

    /// The classes inside a class.
    pub fn inner(&self, id: Id) -> impl Iterator<Item = Id> {
        let classes = &self.codes[id.code].facts.terms.classes;
        let is_inside = move |class: &Class| class.outer == Some(id.class as u32);
        classes.iter().enumerate().filter(move |(_, class)| is_inside(class)).map(move |(class, _)| Id { class, ..id })
    }

    /// The class that a file means by a name: one of its own, else one in its directory, else the only one there is, else
    /// the one whose path has most in common with the file's, if no other has as much.
    pub fn find(&self, name: &str, from: Id) -> Option<Id> {
        let all = self.by_name.get(last_part(name))?;
        let here: Vec<Id> = all.iter().filter(|id| id.code == from.code && **id != from).copied().collect();
        if let [.., last] = here.as_slice() {
            return Some(*last);
        }
        let others: Vec<Id> = all.iter().filter(|id| **id != from).copied().collect();
        if let [only] = others.as_slice() {
            return Some(*only);
        }
        let path = self.code(from).path;
        let near: Vec<Id> =
            others.iter().filter(|id| directory(self.code(**id).path) == directory(path)).copied().collect();
        if let [only] = near.as_slice() {
            return Some(*only);
        }
        let common = |id: &Id| path.split('/').zip(self.code(*id).path.split('/')).take_while(|(a, b)| a == b).count();
        let best = others.iter().map(&common).max()?;
        let mut of_best = others.iter().filter(|id| common(id) == best);
        let first = of_best.next()?;
        of_best.next().is_none().then_some(*first)
    }

    /// A class's bases that are in the project, with the names of those that are not.
    pub fn bases(&self, id: Id) -> (Vec<Id>, Vec<&'a str>) {
        let mut inside = Vec::new();
        let mut outside = Vec::new();
        for base in &self.shape(id).bases {
            match self.find(base, id) {
                Some(found) => inside.push(found),
                None => outside.push(base.as_str()),
            }
        }
        (inside, outside)
    }

    /// A class's ancestors in the project, nearest first, and the names of those outside of it.
    pub fn ancestors(&self, id: Id) -> (Vec<Id>, Vec<&'a str>) {
        self.ancestors_below(id, |_| false)
    }

    /// The same, without the classes that are a wall and what lies beyond them.
    pub fn ancestors_below(&self, id: Id, is_wall: impl Fn(Id) -> bool) -> (Vec<Id>, Vec<&'a str>) {
        let mut inside = Vec::new();
        let mut outside = Vec::new();
        let mut level = vec![id];
        for _ in 0..DEPTH_LIMIT {
            let mut next = Vec::new();
            for class in level {
                let (bases, names) = self.bases(class);
                outside.extend(names);
                for base in bases {
                    if base != id && !inside.contains(&base) && !is_wall(base) {
                        inside.push(base);
                        next.push(base);
                    }
                }
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        (inside, outside)
    }
}
