//! Files that no crate reaches.

use rustc_hash::FxHashSet;

use super::super::crates::Extern;
use super::World;
use crate::facts::Name;
use crate::lang::resolve::FileId;

impl World<'_> {
    /// Makes crates of the files that no crate's modules reach. Files that others of them declare are not roots.
    pub fn add_orphans(&mut self, files: &[FileId]) {
        let unreached = |world: &Self| -> Vec<FileId> {
            let is_unreached =
                |file: &&FileId| !world.contexts_of.contains_key(file) && world.sources.facts(**file).is_some();
            files.iter().filter(is_unreached).copied().collect()
        };
        let candidates = unreached(self);
        let mut declared: FxHashSet<FileId> = FxHashSet::default();
        for file in &candidates {
            declared.extend(self.declared_files(*file).filter(|part| part != file));
        }
        for file in candidates.iter().filter(|file| !declared.contains(file)) {
            self.add_orphan(*file);
        }
        self.grow();
        // What is left declares itself in a circle.
        for file in unreached(self) {
            if !self.contexts_of.contains_key(&file) {
                self.add_orphan(file);
                self.grow();
            }
        }
    }

    fn add_orphan(&mut self, file: FileId) {
        let id = self.crates.add_orphan(self.sources, file);
        let packages: Vec<Name> = self
            .crates
            .get(id)
            .externs
            .values()
            .filter_map(|name| match name {
                Extern::Package(name) => Some(name.clone()),
                Extern::Crate(_) => None,
            })
            .collect();
        for name in packages {
            self.external(&name, false);
        }
        self.add_root(id);
    }
}
