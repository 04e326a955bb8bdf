//! What a name means in a file of a language whose imports bind names.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::Binding;
use super::table::{Bound, Tables};
use crate::facts::{DefinitionId, DefinitionKind, Visibility};
use crate::lang::resolve::{Certainty, FileId, Sources};

/// How many files are looked at for one name.
const HOPS: usize = 64;

/// How many classes are looked at for one member.
const CLASSES: usize = 16;

/// What a name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Meaning {
    pub(super) file: FileId,
    /// None for the module itself.
    pub(super) definition: Option<DefinitionId>,
}

/// A meaning, how sure it is, and the file that the import names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) meaning: Meaning,
    pub(super) certainty: Certainty,
    pub(super) via: Option<FileId>,
}

/// Whether a name begins with the object that a method is called on.
pub(super) fn is_on_receiver(name: &str) -> bool {
    ["self.", "cls.", "this."].iter().any(|receiver| name.starts_with(receiver))
}

/// The meanings along a dotted name.
pub(super) type Path = SmallVec<[Found; 2]>;

/// The looking-up of names, with what was found already.
pub(super) struct Scope<'t, 'a> {
    sources: &'t Sources,
    tables: &'t Tables<'a>,
    exports: FxHashMap<(FileId, &'t str), Option<Meaning>>,
}

impl<'t, 'a> Scope<'t, 'a> {
    pub(super) fn new(sources: &'t Sources, tables: &'t Tables<'a>) -> Self {
        Self { sources, tables, exports: FxHashMap::default() }
    }

    /// What the meanings along a dotted name are, as far as they are known; the last one is that of the whole name only if
    /// `complete`. `within` is the definition that the name stands in.
    pub(super) fn path(&mut self, file: FileId, name: &'t str, within: Option<DefinitionId>) -> (Path, bool) {
        let mut found = Path::new();
        let Some((first, mut rest)) = self.first(file, name, within) else { return (found, false) };
        found.push(first);
        let mut at = first.meaning;
        while !rest.is_empty() {
            let (part, tail) = rest.split_once('.').unwrap_or((rest, ""));
            let part = part.trim_end_matches('?');
            let Some(next) = self.member(at, part) else { return (found, false) };
            let via = if at.definition.is_none() && next.file != at.file { Some(at.file) } else { first.via };
            found.push(Found { meaning: next, certainty: first.certainty, via });
            at = next;
            rest = tail;
        }
        (found, true)
    }

    /// The meaning of the first part of a name, and the parts after it.
    fn first(&mut self, file: FileId, name: &'t str, within: Option<DefinitionId>) -> Option<(Found, &'t str)> {
        let name = &name[..name.find(['<', '[', '(', '!']).unwrap_or(name.len())];
        let (head, rest) = name.split_once('.').unwrap_or((name, ""));
        let head = head.trim_end_matches('?');
        let tables = self.tables;
        let table = tables.get(file);
        if is_on_receiver(name) {
            // What is called may be a subclass's.
            let meaning = Meaning { file, definition: Some(self.class_around(file, within)?) };
            return Some((Found { meaning, certainty: Certainty::Inferred, via: None }, rest));
        }
        if let Some(bound) = table.bound.get(head).and_then(|bound| self.visible(file, bound, within)) {
            return self.bound(&bound).map(|found| (found, rest));
        }
        if let Some(id) = table.inside(None, head) {
            let meaning = Meaning { file, definition: Some(id) };
            return Some((Found { meaning, certainty: Certainty::Resolved, via: None }, rest));
        }
        // `import a.b` binds `a`, and is known here by its whole path.
        let ends = name.match_indices('.').map(|(at, _)| at).chain([name.len()]);
        for end in ends.skip(1) {
            if let Some(bound) = table.bound.get(&name[..end]).and_then(|bound| self.visible(file, bound, within)) {
                let rest = name[end..].trim_start_matches('.');
                return self.bound(&bound).map(|found| (found, rest));
            }
        }
        for star in &table.stars {
            if let Some(meaning) = self.export(star.file, head) {
                let via = (meaning.file != star.file).then_some(star.file);
                return Some((Found { meaning, certainty: star.certainty, via }, rest));
            }
        }
        None
    }

    /// The class whose method a place is in.
    fn class_around(&self, file: FileId, within: Option<DefinitionId>) -> Option<DefinitionId> {
        let facts = self.tables.get(file).facts?;
        let mut next = within;
        while let Some(id) = next {
            let definition = facts.definitions.get(id as usize)?;
            if definition.kind == DefinitionKind::Class {
                return Some(id);
            }
            next = definition.parent;
        }
        None
    }

    /// Of several bindings of a name the one of the innermost definition around a place; at one level the last one counts
    /// that leads anywhere.
    fn visible(&self, file: FileId, bound: &[Bound<'a>], within: Option<DefinitionId>) -> Option<Bound<'a>> {
        if let [one] = bound
            && one.within.is_none()
        {
            return Some(*one);
        }
        let facts = self.tables.get(file).facts?;
        let mut place = within;
        loop {
            if let Some(found) = bound.iter().find(|bound| bound.within == place) {
                return Some(*found);
            }
            place = facts.definitions.get(place? as usize)?.parent;
        }
    }

    fn bound(&mut self, bound: &Bound<'a>) -> Option<Found> {
        let certainty = bound.certainty;
        let Some(name) = bound.name else {
            // `module.exports = X`: the module is that.
            let itself = Meaning { file: bound.file, definition: None };
            let meaning = self.export(bound.file, "=").unwrap_or(itself);
            return Some(Found { meaning, certainty, via: None });
        };
        let meaning = match self.export(bound.file, name) {
            Some(meaning) => meaning,
            // `from package import module`.
            None if self.is_called(bound.file, name) => Meaning { file: bound.file, definition: None },
            None => return None,
        };
        Some(Found { meaning, certainty, via: (meaning.file != bound.file).then_some(bound.file) })
    }

    /// Whether a module bears a name: a file by its stem, a package's main file by its directory.
    fn is_called(&self, file: FileId, name: &str) -> bool {
        let path = &self.sources.get(file).path;
        let (directory, last) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = last.split('.').next().unwrap_or(last);
        stem == name || stem == "__init__" && directory.rsplit('/').next() == Some(name)
    }

    /// What a file offers to others under a name, through all files that only hand it on.
    pub(super) fn export(&mut self, file: FileId, name: &'t str) -> Option<Meaning> {
        if let Some(known) = self.exports.get(&(file, name)) {
            return *known;
        }
        let found = self.search(file, name);
        self.exports.insert((file, name), found);
        found
    }

    fn search(&self, file: FileId, name: &'t str) -> Option<Meaning> {
        let tables = self.tables;
        let mut seen: FxHashSet<(FileId, &str)> = FxHashSet::default();
        // The file's own names go before those it takes from others as a whole, so these wait.
        let mut waiting: Vec<(FileId, &str)> = vec![(file, name)];
        while let Some((file, name)) = waiting.pop() {
            if seen.len() >= HOPS || !seen.insert((file, name)) {
                continue;
            }
            let table = tables.get(file);
            let all = Binding::of(self.sources, file) != Binding::Exported;
            let local = table.renamed.get(name).copied();
            let is_open = |id: &DefinitionId| {
                all || local.is_some()
                    || table.facts.is_some_and(|f| f.definitions[*id as usize].visibility == Visibility::Public)
            };
            let local_name = local.unwrap_or(name);
            if let Some(id) = table.inside(None, local_name).filter(is_open) {
                return Some(Meaning { file, definition: Some(id) });
            }
            let mut bound = table.bound.get(local_name).into_iter().flatten();
            let bound = bound.find(|bound| bound.within.is_none() && (bound.exported || local.is_some()));
            if let Some(bound) = bound {
                match bound.name {
                    None => return Some(Meaning { file: bound.file, definition: None }),
                    Some(name) => {
                        // Nothing else may explain the name.
                        waiting.clear();
                        waiting.push((bound.file, name));
                        if self.is_called(bound.file, name) && tables.get(bound.file).inside(None, name).is_none() {
                            return Some(Meaning { file: bound.file, definition: None });
                        }
                        continue;
                    }
                }
            }
            if name == "default" {
                waiting.push((file, "="));
            } else if name != "=" {
                let stars = table.stars.iter().rev().filter(|star| star.exported);
                waiting.extend(stars.map(|star| (star.file, name)));
            }
        }
        None
    }

    /// What a module or type holds under a name.
    fn member(&mut self, of: Meaning, name: &'t str) -> Option<Meaning> {
        let Some(first) = of.definition else {
            return self.export(of.file, name).or_else(|| self.submodule(of.file, name));
        };
        // A class, then what it extends, breadth first.
        let mut classes: Vec<(FileId, DefinitionId)> = vec![(of.file, first)];
        let mut next = 0;
        while let Some((file, class)) = classes.get(next).copied() {
            next += 1;
            let table = self.tables.get(file);
            if let Some(id) = table.inside(Some(class), name) {
                return Some(Meaning { file, definition: Some(id) });
            }
            let facts = table.facts?;
            if !matches!(facts.definitions[class as usize].kind, DefinitionKind::Class | DefinitionKind::Interface) {
                continue;
            }
            for base in self.tables.get(file).bases(class) {
                if classes.len() >= CLASSES {
                    break;
                }
                let (found, complete) = self.base(file, facts.name(base), class);
                if let Some(Meaning { file, definition: Some(id) }) = found.filter(|_| complete)
                    && !classes.contains(&(file, id))
                {
                    classes.push((file, id));
                }
            }
        }
        None
    }

    /// The class that a base names. Members of members of other classes are not followed from here.
    fn base(&mut self, file: FileId, name: &'t str, class: DefinitionId) -> (Option<Meaning>, bool) {
        let Some((first, rest)) = self.first(file, name, Some(class)) else { return (None, false) };
        match (rest, first.meaning.definition) {
            ("", _) => (Some(first.meaning), true),
            (part, None) if !part.contains('.') => (self.export(first.meaning.file, part), true),
            _ => (None, false),
        }
    }

    /// The module of a package that is not named in its main file.
    fn submodule(&self, file: FileId, name: &str) -> Option<Meaning> {
        let path = &self.sources.get(file).path;
        let directory = path.strip_suffix("__init__.py")?;
        let candidates = [format!("{directory}{name}.py"), format!("{directory}{name}/__init__.py")];
        let file = candidates.iter().find_map(|path| self.sources.file(path))?;
        Some(Meaning { file, definition: None })
    }
}
