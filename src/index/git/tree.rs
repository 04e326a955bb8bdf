//! The files of a revision.

use std::path::Path;
use std::sync::Arc;

use gix::bstr::ByteSlice;
use gix::index::entry::Mode as IndexMode;
use gix::objs::tree::EntryKind as Mode;

use super::{Error, Id, Repository, Revision};
use crate::index::path;

/// The most files that a revision may have. A few small trees that contain each other many times over stand for more
/// files than any disk could hold.
pub const FILE_LIMIT: usize = 1 << 20;

/// The most directories that may lie in each other.
pub const DEPTH_LIMIT: usize = 512;

/// What an entry of a directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link; its blob is where it points.
    Link,
    /// A directory; its object is a tree.
    Directory,
    /// Another repository at one of its commits, which this repository does not hold.
    Submodule,
}

/// An entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// The last part of its path, as paths are written everywhere (see [`path`]).
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
    /// The object that it stands for.
    pub id: Id,
}

/// A file of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeFile {
    /// Relative to the project's directory, with `/`.
    pub path: Arc<str>,
    /// What it is; no directory.
    pub kind: EntryKind,
    /// The object that it stands for.
    pub id: Id,
}

/// A reader of objects, for one thread.
pub struct Objects<'r> {
    repository: &'r Repository,
    pub(super) local: gix::Repository,
}

impl Repository {
    /// A reader of objects for this thread.
    pub fn objects(&self) -> Objects<'_> {
        Objects { repository: self, local: self.local() }
    }

    /// The files and links below the project's directory that git tracks, by what its index says, sorted.
    ///
    /// # Errors
    /// The index is damaged.
    pub fn tracked(&self) -> Result<Vec<Arc<str>>, Error> {
        let index = self.local().try_index().map_err(|error| Error::corrupt(&error))?;
        let Some(index) = index else { return Ok(Vec::new()) };
        let mut prefix = self.prefix.clone();
        if !prefix.is_empty() {
            prefix.push(b'/');
        }
        let entries = index.prefixed_entries(prefix.as_bstr()).unwrap_or_default();
        let is_file = |mode| matches!(mode, IndexMode::FILE | IndexMode::FILE_EXECUTABLE | IndexMode::SYMLINK);
        let below = entries.iter().filter(|entry| is_file(entry.mode));
        let mut paths: Vec<Arc<str>> = below
            .map(|entry| entry.path(&index)[prefix.len()..].to_vec())
            .map(|bytes| path::to_text(Path::new(&path::from_bytes(bytes))).into())
            .collect();
        paths.sort_unstable();
        paths.dedup();
        Ok(paths)
    }
}

impl Objects<'_> {
    /// The tree of the project's directory in a revision; none where there is no such directory.
    ///
    /// # Errors
    /// An object is missing or damaged.
    pub fn root(&self, revision: &Revision) -> Result<Option<Id>, Error> {
        self.below(revision.tree)
    }

    /// The tree of the project's directory in a tree of the whole repository; none where there is no such directory.
    /// # Errors
    /// An object is missing or damaged.
    pub fn below(&self, tree: Id) -> Result<Option<Id>, Error> {
        let mut id = tree;
        for part in self.repository.prefix.split_str("/").filter(|part| !part.is_empty()) {
            let tree = self.local.find_tree(id.0).map_err(|error| self.explain(id, &error))?;
            let decoded = tree.decode().map_err(|error| Error::corrupt(&error))?;
            match decoded.entries.iter().find(|entry| entry.filename == part) {
                Some(entry) if entry.mode.is_tree() => id = Id(entry.oid.to_owned()),
                _ => return Ok(None),
            }
        }
        Ok(Some(id))
    }

    /// The blob of a file of the project in a tree of the whole repository; none where there is no such file.
    ///
    /// # Errors
    /// An object is missing or damaged.
    pub fn file_at(&self, tree: Id, path: &str) -> Result<Option<Id>, Error> {
        Ok(self.entry_at(tree, path)?.filter(|(mode, _)| mode.is_blob()).map(|(_, id)| id))
    }

    /// Whether the project has a directory in a tree of the whole repository.
    ///
    /// # Errors
    /// An object is missing or damaged.
    pub fn has_directory(&self, tree: Id, path: &str) -> Result<bool, Error> {
        Ok(self.entry_at(tree, path)?.is_some_and(|(mode, _)| mode.is_tree()))
    }

    fn entry_at(&self, tree: Id, path: &str) -> Result<Option<(gix::objs::tree::EntryMode, Id)>, Error> {
        let Some(root) = self.below(tree)? else { return Ok(None) };
        let path = gix::path::into_bstr(path::to_real(path)).map_err(|error| Error::corrupt(&error))?;
        let path = gix::path::to_unix_separators_on_windows(path);
        let tree = self.local.find_tree(root.0).map_err(|error| self.explain(root, &error))?;
        let entry = tree.lookup_entry(path.split_str("/")).map_err(|error| Error::corrupt(&error))?;
        Ok(entry.map(|entry| (entry.mode(), Id(entry.object_id()))))
    }

    /// The bytes of a tree.
    pub(super) fn tree(&self, tree: Id) -> Result<Vec<u8>, Error> {
        let found = self.local.find_tree(tree.0).map_err(|error| self.explain(tree, &error))?;
        Ok(found.detach().data)
    }

    /// The entries of a directory, in git's order. Names that no checkout could have (`..`, with a slash, twice the same)
    /// are left out, and so are git's own.
    ///
    /// # Errors
    /// The tree is missing or damaged.
    pub fn directory(&self, tree: Id) -> Result<Vec<TreeEntry>, Error> {
        let found = self.local.find_tree(tree.0).map_err(|error| self.explain(tree, &error))?;
        let decoded = found.decode().map_err(|error| Error::corrupt(&error))?;
        let mut entries: Vec<TreeEntry> = Vec::with_capacity(decoded.entries.len());
        let mut seen = rustc_hash::FxHashSet::default();
        for entry in &decoded.entries {
            let name: &[u8] = entry.filename;
            if matches!(name, b"" | b"." | b"..") || name.contains(&b'/') || name.contains(&0) || !seen.insert(name) {
                continue;
            }
            let kind = match entry.mode.kind() {
                Mode::Tree => EntryKind::Directory,
                Mode::Blob | Mode::BlobExecutable => EntryKind::File,
                Mode::Link => EntryKind::Link,
                Mode::Commit => EntryKind::Submodule,
            };
            let name = path::to_text(Path::new(&path::from_bytes(name.to_vec())));
            entries.push(TreeEntry { name, kind, id: Id(entry.oid.to_owned()) });
        }
        Ok(entries)
    }

    /// Every file of a revision below the project's directory, sorted by path.
    ///
    /// # Errors
    /// The revision has no such directory, an object is missing or damaged, or there are more files than is reasonable.
    pub fn files(&self, revision: &Revision) -> Result<Vec<TreeFile>, Error> {
        let root = self.root(revision)?.ok_or_else(|| self.no_directory(revision))?;
        let mut files = Vec::new();
        let mut left = vec![(String::new(), root, 0)];
        let mut directories = 0;
        while let Some((directory, tree, depth)) = left.pop() {
            directories += 1;
            for entry in self.directory(tree)? {
                let path = join(&directory, &entry.name);
                match entry.kind {
                    EntryKind::Directory => left.push((path, entry.id, depth + 1)),
                    kind => files.push(TreeFile { path: path.into(), kind, id: entry.id }),
                }
            }
            if files.len() + directories > FILE_LIMIT || depth > DEPTH_LIMIT {
                return Err(Error::TooLarge(revision.text.clone()));
            }
        }
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// The size of a blob in bytes, without reading it.
    ///
    /// # Errors
    /// It is missing or damaged.
    pub fn size(&self, blob: Id) -> Result<u64, Error> {
        self.local.find_header(blob.0).map(|header| header.size()).map_err(|error| self.explain(blob, &error))
    }

    /// The content of a blob; none where it is larger than `limit` bytes.
    ///
    /// # Errors
    /// It is missing or damaged, or no blob.
    pub fn blob(&self, blob: Id, limit: u64) -> Result<Option<Vec<u8>>, Error> {
        if self.size(blob)? > limit {
            return Ok(None);
        }
        let found = self.local.find_blob(blob.0).map_err(|error| self.explain(blob, &error))?;
        Ok(Some(found.detach().data))
    }

    /// That a revision has no such directory as the project's.
    pub fn no_directory(&self, revision: &Revision) -> Error {
        Error::NoDirectory { revision: revision.text.clone(), directory: self.repository.prefix.to_string() }
    }

    /// What it means that an object cannot be read.
    fn explain(&self, id: Id, error: &gix::Error) -> Error {
        match error.dominant_class() {
            Some(gix::error::Class::NotFound) => Error::Missing { id, absence: self.repository.absence() },
            _ => Error::corrupt(error),
        }
    }
}

/// The path of an entry of a directory; `""` is the root.
pub fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}
