//! The files of modules, and those that are included as text.

use smallvec::SmallVec;

use super::super::configuration::State;
use super::read::{Site, state_of};
use super::{CONTEXT_LIMIT, DEPTH_LIMIT, Entity, Glob, GlobSource, Module, ModuleId, World};
use crate::facts::{Import, ImportKind, Name, Visibility};
use crate::lang::resolve::FileId;
use crate::project::cargo::join;

impl World<'_> {
    /// The files that a `mod x;` may mean, from the directory of its module and that of its file.
    fn module_files(&self, import: &Import, directory: &str, file_directory: &str) -> SmallVec<[FileId; 2]> {
        let paths: SmallVec<[Option<Box<str>>; 2]> = match &import.alias {
            Some(_) => SmallVec::from_iter([join(file_directory, &import.path)]),
            None => {
                let name = &import.path;
                SmallVec::from_iter([
                    join(directory, &format!("{name}.rs")),
                    join(directory, &format!("{name}/mod.rs")),
                ])
            }
        };
        paths.iter().flatten().filter_map(|path| self.sources.file(path)).collect()
    }

    /// Where the files of `#[path]` attributes are that stand in a module: inside an inline module in that module's
    /// directory, else in the file's.
    pub(super) fn base_of_paths(&self, module: ModuleId) -> &str {
        let outer = self.module(module);
        let is_inline = outer.parent.is_some_and(|parent| self.module(parent).file == outer.file) && !outer.is_block;
        if is_inline { &outer.directory } else { directory_of(&self.sources.get(outer.at).path) }
    }

    /// Adds the modules that a `mod x;` declares.
    pub(super) fn add_module_files(&mut self, site: &mut Site<'_>, module: ModuleId, index: u32, import: &Import) {
        let files = match import.path.strip_suffix("/*.rs") {
            Some(directory) => self.files_of_directory(module, directory),
            None => self.module_files(import, &self.module(module).directory, self.base_of_paths(module)),
        };
        let visibility = if import.exported { Visibility::Public } else { Visibility::Private };
        let state = state_of(site.compiled, import);
        let gives_way = import.test || state != State::Regular;
        for file in files {
            site.parts.push((index, file));
            let path = &self.sources.get(file).path;
            let name = match &import.alias {
                Some(alias) if alias == "*" => stem(path),
                Some(alias) => alias.clone(),
                None => import.path.clone(),
            };
            // A file of a `#[path]` attribute has its submodules beside it, like a `mod.rs`.
            let is_beside = import.alias.is_some() || path.ends_with("/mod.rs");
            let directory = if is_beside { directory_of(path).to_owned() } else { own_directory(path) };
            let child = self.child(module, file, directory.into());
            let test = child.test || import.test;
            let is_left_out = child.is_left_out || state == State::LeftOut;
            let Some(part) = self.part(Module { test, is_left_out, ..child }) else { continue };
            self.bind(module, &name, Entity::Module(part), visibility, gives_way);
        }
    }

    /// The module files of a directory, which `automod::dir!` declares: its path is relative to the package.
    fn files_of_directory(&self, module: ModuleId, directory: &str) -> SmallVec<[FileId; 2]> {
        let package = &self.crates.get(self.module(module).krate).directory;
        let Some(directory) = join(package, directory) else { return SmallVec::new() };
        let prefix = format!("{directory}/");
        let start = self.sources.files.partition_point(|file| *file.path < *prefix);
        let below = self.sources.files[start..]
            .iter()
            .enumerate()
            .map_while(|(index, file)| Some((FileId((start + index) as u32), file.path.strip_prefix(&prefix)?)));
        below
            .filter(|(_, rest)| match rest.split_once('/') {
                None => rest.ends_with(".rs") && !matches!(*rest, "mod.rs" | "lib.rs" | "main.rs"),
                Some((_, file_name)) => file_name == "mod.rs",
            })
            .map(|(file, _)| file)
            .collect()
    }

    /// Adds the file of an `include!`.
    pub(super) fn add_included(&mut self, site: &mut Site<'_>, module: ModuleId, index: u32, import: &Import) {
        let outer = self.module(module);
        let path = join(directory_of(&self.sources.get(outer.at).path), &import.path);
        let Some(file) = path.and_then(|path| self.sources.file(&path)) else { return };
        site.parts.push((index, file));
        if self.sources.facts(file).is_none() {
            return;
        }
        let child = self.child(module, file, outer.directory.clone());
        let test = child.test || import.test;
        if let Some(part) = self.part(Module { test, is_block: true, ..child }) {
            let gives_way = import.test || state_of(site.compiled, import) != State::Regular;
            let glob = Glob { from: GlobSource::Module(part), visibility: Visibility::Public, gives_way };
            self.modules[module.0 as usize].globs.push(glob);
        }
    }

    /// Adds the module that a file is as a part of another one; none where it contains itself.
    fn part(&mut self, module: Module) -> Option<ModuleId> {
        let file = module.file;
        let ancestors = std::iter::successors(module.parent, |id| self.module(*id).parent);
        if module.depth > DEPTH_LIMIT || ancestors.into_iter().any(|id| self.module(id).file == file) {
            return None;
        }
        if let Some(known) = self.contexts_of.get(&file).filter(|contexts| contexts.len() >= CONTEXT_LIMIT) {
            return Some(self.contexts[known[0]].root);
        }
        let part = self.add_module(module);
        self.add_context(file, part);
        Some(part)
    }

    /// The files that a file's `mod` declarations would mean if it were a root or a module.
    pub(super) fn declared_files(&self, file: FileId) -> impl Iterator<Item = FileId> {
        let path = &*self.sources.get(file).path;
        let directories = [directory_of(path).to_owned(), own_directory(path)];
        let facts = self.sources.facts(file);
        let mut found = Vec::new();
        for import in facts.iter().flat_map(|facts| &facts.imports) {
            if import.kind == ImportKind::Module && import.within.is_none() {
                for directory in &directories {
                    found.extend(self.module_files(import, directory, directories[0].as_str()));
                }
            }
        }
        found.into_iter()
    }
}

/// The directory part of a path; `""` for the root.
pub(super) fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// Where a module file's submodules are: `a/b.rs` has them in `a/b`, `a/mod.rs` in `a`.
fn own_directory(path: &str) -> String {
    match path.strip_suffix("/mod.rs") {
        Some(directory) => directory.to_owned(),
        None => path.strip_suffix(".rs").unwrap_or(path).to_owned(),
    }
}

/// The name of the module in a file: of `a/b.rs` and `a/b/mod.rs` it is `b`.
fn stem(path: &str) -> Name {
    let path = own_directory(path);
    path.rsplit('/').next().unwrap_or(&path).into()
}
