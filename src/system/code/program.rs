//! All code files of a project, with the constants that files take from each other.

use rustc_hash::FxHashMap;

use super::{CodeFile, Reading, own};
use crate::facts::terms::{Call, Class, Function, Value, last_part};
use crate::lang::resolve::Sources;
use crate::system::draft::Draft;
use crate::system::model::ComponentId;

/// How many definitions of one name are looked at; a name with more says nothing.
const CANDIDATE_LIMIT: usize = 64;

/// All code files.
pub struct Program<'s> {
    /// In the order of their paths.
    pub files: Vec<CodeFile<'s>>,
    owners: Vec<Option<ComponentId>>,
    /// Values outside of functions, by their names.
    by_name: FxHashMap<&'s str, Vec<Candidate<'s>>>,
    /// Files and numbers of classes by their names; none where several have one.
    classes: FxHashMap<&'s str, Option<(usize, usize)>>,
    /// The same of functions with annotations.
    functions: FxHashMap<&'s str, Option<(usize, usize)>>,
}

/// A value that other files may mean by its name.
#[derive(Clone, Copy)]
struct Candidate<'s> {
    file: usize,
    /// The class, object, module or package that it belongs to.
    holder: &'s str,
    value: &'s Value,
}

impl<'s> Program<'s> {
    /// Gathers the files and what they define outside of functions.
    pub fn new(sources: &'s Sources, draft: &Draft) -> Self {
        let files: Vec<CodeFile<'s>> = own(sources).collect();
        let owners = files.iter().map(|file| file.owner(draft)).collect();
        let mut by_name: FxHashMap<&str, Vec<Candidate<'_>>> = FxHashMap::default();
        for (index, file) in files.iter().enumerate() {
            let mut add = |holder, name: &'s str, value| {
                by_name.entry(name).or_default().push(Candidate { file: index, holder, value });
            };
            let module = module_of(file);
            for binding in file.terms.bindings.iter().filter(|binding| binding.within.is_none()) {
                let name = last_part(&binding.name);
                add(module, name, &binding.value);
                if let Value::Map(entries) = &binding.value {
                    for entry in entries {
                        if let Some(key) = &entry.name {
                            add(name, key, &entry.value);
                        }
                    }
                }
            }
            for class in &file.terms.classes {
                for member in &class.members {
                    if let Some(value) = &member.value {
                        add(&class.name, &member.name, value);
                    }
                }
            }
        }
        let (mut classes, mut functions) = (FxHashMap::default(), FxHashMap::default());
        for (index, file) in files.iter().enumerate() {
            for (id, class) in file.terms.classes.iter().enumerate() {
                classes.entry(&*class.name).and_modify(|known| *known = None).or_insert(Some((index, id)));
            }
            for (id, function) in file.terms.functions.iter().enumerate() {
                functions.entry(&*function.name).and_modify(|known| *known = None).or_insert(Some((index, id)));
            }
        }
        Self { files, owners, by_name, classes, functions }
    }

    /// The only class of a name, with its file and its number there.
    pub fn class(&self, name: &str) -> Option<(&CodeFile<'s>, usize, &'s Class)> {
        let (file, id) = (*self.classes.get(name)?)?;
        let file = &self.files[file];
        Some((file, id, file.terms.classes.get(id)?))
    }

    /// The only function of a name that has annotations, with its file.
    pub fn function(&self, name: &str) -> Option<(&CodeFile<'s>, &'s Function)> {
        let (file, id) = (*self.functions.get(name)?)?;
        let file = &self.files[file];
        Some((file, file.terms.functions.get(id)?))
    }

    /// The text that a value of a file comes to, with constants of other files put in. Variables of the environment and
    /// settings stay placeholders: `${TOPIC:orders}`.
    pub fn text(&self, file: &CodeFile<'s>, value: &Value) -> Option<String> {
        Reading { file, others: Some(self), keeps_environment: true }.text(value)
    }

    /// The text of a member: of the class, object or module of this name, if all that can be meant agree.
    pub(super) fn member(&self, file: &CodeFile<'_>, holder: &str, name: &str) -> Option<String> {
        self.agreed(file, name, |candidate| candidate.holder == holder)
    }

    /// The text of a constant of another file that a file names without more: one that it imports, or that is written as
    /// constants are, if all that can be meant agree.
    pub(super) fn constant(&self, file: &CodeFile<'_>, name: &str) -> Option<String> {
        (is_constant(name) || imports(file, name)).then(|| self.agreed(file, name, |_| true))?
    }

    /// The call whose result a name of another file stands for, with that file; none where several can be meant.
    pub fn made(&self, file: &CodeFile<'_>, name: &str) -> Option<(&CodeFile<'s>, &'s Call)> {
        let calls: Vec<(usize, &'s Call)> = self
            .candidates(file, last_part(name), |_| true)
            .into_iter()
            .filter_map(|candidate| match candidate.value {
                Value::Call(id) => Some((candidate.file, self.files[candidate.file].call(*id)?)),
                _ => None,
            })
            .collect();
        match calls.as_slice() {
            [(index, call)] => Some((&self.files[*index], call)),
            _ => None,
        }
    }

    /// What can be meant by a name: the definitions of the same component, else those of all.
    fn candidates(&self, file: &CodeFile<'_>, name: &str, fits: impl Fn(&Candidate<'s>) -> bool) -> Vec<Candidate<'s>> {
        let all = self.by_name.get(name).map(Vec::as_slice).unwrap_or_default();
        if all.len() > CANDIDATE_LIMIT {
            return Vec::new();
        }
        let own = self.files.binary_search_by_key(&file.id, |other| other.id).ok().and_then(|index| self.owners[index]);
        let is_near = |candidate: &Candidate<'_>| own.is_some() && self.owners[candidate.file] == own;
        let is_of_family = |candidate: &&Candidate<'_>| self.files[candidate.file].family == file.family;
        let fitting = all.iter().filter(is_of_family).filter(|candidate| fits(candidate));
        let mut fitting: Vec<Candidate<'s>> = fitting.copied().collect();
        if fitting.iter().any(is_near) {
            fitting.retain(is_near);
        }
        fitting
    }

    fn agreed(&self, file: &CodeFile<'_>, name: &str, fits: impl Fn(&Candidate<'s>) -> bool) -> Option<String> {
        let mut agreed: Option<String> = None;
        for candidate in self.candidates(file, name, fits) {
            let reading = Reading { file: &self.files[candidate.file], others: None, keeps_environment: true };
            let Some(text) = reading.text(candidate.value) else { continue };
            match &agreed {
                Some(known) if *known != text => return None,
                _ => agreed = Some(text),
            }
        }
        agreed
    }
}

/// The name by which others qualify what a file defines: of a Go file its directory's, else its own.
fn module_of<'s>(file: &CodeFile<'s>) -> &'s str {
    let path: &'s str = &file.file.path;
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    match file.family {
        "go" => directory.rsplit('/').next().unwrap_or_default(),
        _ => name.split('.').next().unwrap_or(name),
    }
}

/// Whether a name is written as constants are: in upper case, or as an exported constant of Go.
fn is_constant(name: &str) -> bool {
    name.len() > 2 && name.starts_with(|first: char| first.is_ascii_uppercase())
}

/// Whether a file takes this name from another one.
fn imports(file: &CodeFile<'_>, name: &str) -> bool {
    let facts = file.file.facts.as_deref();
    facts.is_some_and(|facts| {
        facts.imports.iter().any(|import| import.names.iter().any(|imported| imported.local() == name))
    })
}
