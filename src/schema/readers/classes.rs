//! The classes of all files, found by the names that other files call them.

use rustc_hash::FxHashMap;

use super::directory;
use crate::facts::Import;
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
    /// In the order of paths, so that those whose paths have most in common with one stand beside it.
    by_name: FxHashMap<&'a str, Vec<Id>>,
    by_directory: FxHashMap<(&'a str, &'a str), Vec<Id>>,
    inner: FxHashMap<Id, Vec<Id>>,
}

impl<'a> Classes<'a> {
    /// The classes of files in these languages.
    pub fn new(input: &Input<'a>, languages: &[&str]) -> Self {
        let mut classes = Self {
            codes: input.codes,
            by_name: FxHashMap::default(),
            by_directory: FxHashMap::default(),
            inner: FxHashMap::default(),
        };
        let mut order: Vec<usize> = (0..input.codes.len()).collect();
        order.retain(|code| languages.contains(&input.codes[*code].language));
        order.sort_by_key(|code| input.codes[*code].path);
        for code in order {
            let found = &input.codes[code];
            for (class, shape) in found.facts.terms.classes.iter().enumerate() {
                let (id, name) = (Id { code, class }, shape.name.as_str());
                classes.by_name.entry(name).or_default().push(id);
                classes.by_directory.entry((name, directory(found.path))).or_default().push(id);
                if let Some(outer) = shape.outer {
                    classes.inner.entry(Id { code, class: outer as usize }).or_default().push(id);
                }
            }
        }
        classes
    }

    /// Every class, in order of file and place.
    pub fn all(&self) -> Vec<Id> {
        let mut all: Vec<Id> = self.by_name.values().flatten().copied().collect();
        all.sort_unstable();
        all
    }

    /// Every class of a name, in the order of paths.
    pub fn named(&self, name: &str) -> &[Id] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
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
        self.inner.get(&id).into_iter().flatten().copied()
    }

    /// The class that a file means by a name: one of its own, else one in its directory, else the only one there is, else
    /// the one whose path has most in common with the file's, if no other has as much.
    pub fn find(&self, name: &str, from: Id) -> Option<Id> {
        let name = last_part(name);
        let all = self.by_name.get(name)?;
        let path = self.code(from).path;
        let start = all.partition_point(|id| self.code(*id).path < path);
        let end = all.partition_point(|id| self.code(*id).path <= path);
        if let Some(here) = all[start..end].iter().rfind(|id| **id != from) {
            return Some(*here);
        }
        let module = self.module_of(name, from);
        let is_meant = |id: &&Id| module.is_none_or(|module| is_part(self.code(**id).path, module));
        let meant: Vec<Id> = all[..start].iter().chain(&all[end..]).filter(is_meant).copied().collect();
        let (before, after) = meant.split_at(meant.partition_point(|id| self.code(*id).path < path));
        let is_elsewhere = |id: &&Id| id.code != from.code && is_meant(id);
        let near = self.by_directory.get(&(name, directory(path))).into_iter().flatten();
        if let Some(only) = only(near.filter(is_elsewhere)) {
            return Some(only);
        }
        let common = |id: &Id| path.split('/').zip(self.code(*id).path.split('/')).take_while(|(a, b)| a == b).count();
        let best = before.last().into_iter().chain(after.first()).map(common).max()?;
        let is_best = |id: &&Id| common(id) == best;
        only(before.iter().rev().take_while(is_best).chain(after.iter().take_while(is_best)))
    }

    /// The last part of the module that a Python file imports a name from: a class of that name elsewhere is another one.
    fn module_of(&self, name: &str, from: Id) -> Option<&'a str> {
        let code = &self.codes[from.code];
        let binds = |import: &&'a Import| import.names.iter().any(|bound| bound.local() == name);
        let import = code.facts.imports.iter().find(binds).filter(|_| code.language == "python")?;
        import.path.rsplit('.').next().filter(|module| !module.is_empty())
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

/// Whether a file is a module of this name, or lies in a package of this name.
fn is_part(path: &str, module: &str) -> bool {
    path.split('/').any(|part| part.strip_suffix(".py").unwrap_or(part) == module)
}

/// What an iterator gives, if that is one thing.
fn only<'a>(mut ids: impl Iterator<Item = &'a Id>) -> Option<Id> {
    let first = ids.next()?;
    ids.next().is_none().then_some(*first)
}
