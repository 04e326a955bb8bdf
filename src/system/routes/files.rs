//! The files that routes are read from, for readers that look into several of them.

use rustc_hash::FxHashMap;

use super::super::code::CodeFile;
use super::super::links::{Links, Meaning};
use crate::facts::terms::Class;
use crate::lang::resolve::{FileId, Sources};

/// All files with terms.
pub struct Files<'f, 's> {
    /// The project.
    pub sources: &'s Sources,
    /// What names mean.
    pub links: Links<'f>,
    all: &'f [CodeFile<'s>],
    by_id: FxHashMap<FileId, usize>,
}

impl<'f, 's> Files<'f, 's> {
    /// These files.
    pub fn new(sources: &'s Sources, links: Links<'f>, all: &'f [CodeFile<'s>]) -> Self {
        let by_id = all.iter().enumerate().map(|(index, file)| (file.id, index)).collect();
        Self { sources, links, all, by_id }
    }

    /// A file.
    pub fn get(&self, id: FileId) -> Option<&'f CodeFile<'s>> {
        self.by_id.get(&id).and_then(|index| self.all.get(*index))
    }

    /// The shape of a class.
    pub fn class(&self, of: Meaning) -> Option<&'s Class> {
        let file = self.get(of.file)?;
        file.terms.classes.iter().find(|class| class.definition.is_some() && class.definition == of.definition)
    }

    /// The file of a Python module that is named in a text: the nearest directory around the naming file in which it lies.
    pub fn module(&self, from: &str, module: &str) -> Option<FileId> {
        let relative = module.replace('.', "/");
        let mut directory = from;
        loop {
            directory = directory.rsplit_once('/').map_or("", |(around, _)| around);
            let base = if directory.is_empty() { relative.clone() } else { format!("{directory}/{relative}") };
            let found =
                [format!("{base}.py"), format!("{base}/__init__.py")].iter().find_map(|path| self.sources.file(path));
            if found.is_some() || directory.is_empty() {
                return found;
            }
        }
    }
}
