//! Which files there are in a revision: the walk of its trees, by the rules of the walk of a work tree.
//!
//! What ignore files of git say does not count here, for it is about files that git does not track, and all of these are
//! tracked. A submodule is read at the commit that the revision names, where the work tree holds its repository.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::git::{self, DEPTH_LIMIT, EntryKind, Error, FILE_LIMIT, Id, Repository, Revision, TreeEntry, join};
use super::ignores::{self, Ignores};
use super::links;
use super::origin::Blobs;
use super::path;
use super::report::{SkipReason, Skipped};
use super::stat::Stat;
use super::walk::{Listing, Rules, VERSION_CONTROL, is_dependency_directory};
use crate::lang::{language_of, may_be_script};
use crate::project;

/// Where a symbolic link points is never longer, in bytes.
const LINK_LIMIT: u64 = 4096;

/// How many submodules may lie in each other.
const SUBMODULE_DEPTH: usize = 8;

/// Lists the files of a revision below the project's directory, which lies at `root`.
///
/// # Errors
/// The revision has no such directory, an object is missing or damaged, or there are too many files.
pub fn list(
    root: &Path,
    rules: &Rules,
    repository: Arc<Repository>,
    revision: &Revision,
) -> Result<(Listing, Blobs), Error> {
    let mut walk = Walk {
        root,
        rules,
        revision,
        ignores: Ignores::new(root),
        listing: Listing::default(),
        blobs: Blobs::default(),
        entries: 0,
    };
    let top = repository.objects().root(revision)?.ok_or_else(|| repository.objects().no_directory(revision))?;
    walk.repository(repository, "", top, 0)?;
    let Walk { mut listing, blobs, .. } = walk;
    for (path, stat) in sizes(&blobs)? {
        match stat {
            Some(stat) => listing.files.push((path, stat)),
            None => listing.skipped.push(Skipped { path, reason: SkipReason::Unreadable }),
        }
    }
    listing.skipped.sort_unstable();
    Ok((listing, blobs))
}

struct Walk<'w> {
    root: &'w Path,
    rules: &'w Rules,
    revision: &'w Revision,
    ignores: Ignores,
    listing: Listing,
    blobs: Blobs,
    /// Everything that was met.
    entries: usize,
}

impl Walk<'_> {
    /// Lists all of a repository that lies at a directory.
    fn repository(
        &mut self,
        repository: Arc<Repository>,
        directory: &str,
        tree: Id,
        submodules: usize,
    ) -> Result<(), Error> {
        let index = self.blobs.repositories.len();
        self.blobs.repositories.push(repository.clone());
        let objects = repository.objects();
        let mut left = vec![(directory.to_owned(), tree, 0)];
        while let Some((directory, tree, depth)) = left.pop() {
            let key: Arc<str> = directory.as_str().into();
            self.listing.directories.insert(key.clone());
            self.listing.listed.insert(key);
            let entries = objects.directory(tree)?;
            self.entries += entries.len() + 1;
            if self.entries > FILE_LIMIT || depth > DEPTH_LIMIT {
                return Err(Error::TooLarge(self.revision.text.clone()));
            }
            let ignores = entries.iter().find(|entry| entry.name == ignores::NAME && entry.kind == EntryKind::File);
            if let Some(bytes) = ignores.map(|file| objects.blob(file.id, ignores::SIZE_LIMIT)).transpose()?.flatten() {
                self.ignores.add(&directory, &String::from_utf8_lossy(&bytes));
            }
            for entry in &entries {
                let path = join(&directory, &entry.name);
                if self.ignores.leaves_out(&path, matches!(entry.kind, EntryKind::Directory | EntryKind::Submodule)) {
                    continue;
                }
                if let Some(reason) = self.reason_to_skip(&path, entry, &objects)? {
                    self.skip(path, reason);
                    continue;
                }
                match entry.kind {
                    EntryKind::Directory if VERSION_CONTROL.contains(&entry.name.as_str()) => {}
                    EntryKind::Directory => left.push((path, entry.id, depth + 1)),
                    EntryKind::Submodule => self.submodule(path, entry.id, submodules)?,
                    EntryKind::Link => self.link(path, entry.id, &objects)?,
                    EntryKind::File => {
                        self.blobs.files.insert(path.into(), (index, entry.id));
                    }
                }
            }
        }
        Ok(())
    }

    fn reason_to_skip(
        &self,
        path: &str,
        entry: &TreeEntry,
        objects: &git::Objects<'_>,
    ) -> Result<Option<SkipReason>, Error> {
        let is_directory = matches!(entry.kind, EntryKind::Directory | EntryKind::Submodule);
        if self.rules.excludes(&self.root.join(path::to_real(path)), is_directory) {
            return Ok(Some(SkipReason::Excluded));
        }
        if entry.kind != EntryKind::Directory {
            return Ok(None);
        }
        let entries =
            if is_dependency_directory(&entry.name, |_| true) { objects.directory(entry.id)? } else { Vec::new() };
        let has = |file: &str| entries.iter().any(|entry| entry.name == file);
        Ok(is_dependency_directory(&entry.name, has).then_some(SkipReason::DependencyDirectory))
    }

    /// A link is left out by itself; what lies behind it is found by what the listing says of its target.
    fn link(&mut self, path: String, id: Id, objects: &git::Objects<'_>) -> Result<(), Error> {
        if let Some(written) = objects.blob(id, LINK_LIMIT)?
            && let Some(target) = links::target(self.root, &path::to_real(&path), Path::new(&path::from_bytes(written)))
        {
            self.listing.links.push((path.as_str().into(), target.into()));
        }
        self.skip(path, SkipReason::SymbolicLink);
        Ok(())
    }

    /// What is not here of a submodule is what nobody checked out: its files are in no work tree either.
    fn submodule(&mut self, path: String, commit: Id, depth: usize) -> Result<(), Error> {
        let directory = self.root.join(path::to_real(&path));
        let is_here = depth < SUBMODULE_DEPTH && directory.join(".git").symlink_metadata().is_ok();
        let opened = if is_here { Repository::open(&directory).ok() } else { None };
        let found = opened.and_then(|repository| {
            let tree = repository.resolve(&commit.to_string()).ok()?;
            Some((repository.objects().root(&tree).ok()??, Arc::new(repository)))
        });
        let Some((tree, repository)) = found else {
            self.listing.directories.insert(path.as_str().into());
            self.listing.listed.insert(path.as_str().into());
            self.skip(path, SkipReason::Submodule);
            return Ok(());
        };
        self.repository(repository, &path, tree, depth + 1)
    }

    fn skip(&mut self, path: String, reason: SkipReason) {
        self.listing.skipped.push(Skipped { path: path.into(), reason });
    }
}

/// A file's path and size; no size where its blob is missing.
type FileSize = (Arc<str>, Option<Stat>);

/// The files with their sizes, sorted by path. Blobs that are missing (as clones without large files lack them) are
/// errors only where they would be read; else they are none, and their files have no size here.
fn sizes(blobs: &Blobs) -> Result<Vec<FileSize>, Error> {
    let mut files: Vec<(&Arc<str>, &(usize, Id))> = blobs.files.iter().collect();
    files.sort_unstable();
    let reader = || blobs.repositories.iter().map(|repository| repository.objects()).collect::<Vec<_>>();
    let is_read = |path: &str| language_of(path).is_some() || project::is_config(path) || may_be_script(path);
    files
        .into_par_iter()
        .map_init(reader, |objects, (path, (repository, id))| match objects[*repository].size(*id) {
            Ok(size) => Ok((path.clone(), Some(Stat::of_size(size)))),
            Err(Error::Missing { .. }) if !is_read(path) => Ok((path.clone(), None)),
            Err(error) => Err(error),
        })
        .collect()
}
