//! What of a project's files is another than in a revision.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::git::{EntryKind, Error, Id, Repository, Revision};
use super::origin::read_file;
use super::path;
use crate::graph::Snapshot;

/// A file larger than this is taken for changed wherever its size is another, and is never taken for a renamed one, in
/// bytes.
const LIMIT: u64 = 32 << 20;

/// What a revision is compared with.
#[derive(Clone, Copy)]
pub enum Now<'n> {
    /// The work tree at this root, of which the snapshot names the files.
    WorkTree(&'n Path, &'n Snapshot),
    /// A later (or any other) revision.
    Revision(&'n Revision),
}

/// The files that were renamed since a revision: the path before and now. A file that is gone and a new one are the same
/// if they are equal, or resemble each other as git sees it.
///
/// # Errors
/// An object is missing or damaged, or the project's directory is not in the revision.
pub fn renames(
    repository: &Repository,
    before: &Revision,
    now: Now<'_>,
) -> Result<BTreeMap<Arc<str>, Arc<str>>, Error> {
    let old = blobs(repository, before)?;
    let mut differ = repository.differ();
    let (gone, new) = match now {
        Now::Revision(revision) => {
            let new = blobs(repository, revision)?;
            (without(&old, |path| new.contains_key(path)), without(&new, |path| old.contains_key(path)))
        }
        Now::WorkTree(root, snapshot) => {
            // What the snapshot leaves out may still be there.
            let is_there = |path: &str| root.join(path::to_real(path)).symlink_metadata().is_ok();
            let mut new = Vec::new();
            for path in snapshot.sources.files.iter().map(|file| &file.path).filter(|path| !old.contains_key(*path)) {
                if let Some(bytes) = content(root, path) {
                    new.push((path.clone(), differ.remember(&bytes)?));
                }
            }
            (without(&old, is_there), new)
        }
    };
    differ.renames(&gone, &new)
}

/// As [`changed`], of the work tree at a directory since the revision that a text names.
///
/// # Errors
/// As there; also where there is no repository or no such revision.
pub fn changed_since(root: &Path, text: &str, snapshot: &Snapshot) -> Result<BTreeSet<Arc<str>>, Error> {
    let repository = Repository::open(root)?;
    let revision = repository.resolve(text)?;
    changed(&repository, &revision, Now::WorkTree(root, snapshot))
}

/// The files that a revision lacks or has with another content. In a work tree line ends do not count: a checkout may
/// write them otherwise than the repository holds them.
///
/// # Errors
/// An object is missing or damaged, or the project's directory is not in the revision.
pub fn changed(repository: &Repository, before: &Revision, now: Now<'_>) -> Result<BTreeSet<Arc<str>>, Error> {
    let old = blobs(repository, before)?;
    let (root, snapshot) = match now {
        Now::WorkTree(root, snapshot) => (root, snapshot),
        Now::Revision(revision) => {
            let new = blobs(repository, revision)?;
            return Ok(new.into_iter().filter(|(path, id)| old.get(path) != Some(id)).map(|(path, _)| path).collect());
        }
    };
    let files: Vec<&Arc<str>> = snapshot.sources.files.iter().map(|file| &file.path).collect();
    let is_changed = |path: &Arc<str>| match (old.get(path), content(root, path)) {
        (Some(id), Some(bytes)) => !repository.names(&bytes, *id) && !repository.names(&without_returns(&bytes), *id),
        // Behind a link there is what the link's target has, under its own name.
        (None, _) | (_, None) => !is_behind_a_link(root, path),
    };
    Ok(files.into_par_iter().filter(|path| is_changed(path)).cloned().collect())
}

/// The regular files of a revision with their blobs.
fn blobs(repository: &Repository, revision: &Revision) -> Result<BTreeMap<Arc<str>, Id>, Error> {
    let files = repository.objects().files(revision)?;
    Ok(files.into_iter().filter(|file| file.kind == EntryKind::File).map(|file| (file.path, file.id)).collect())
}

fn without(files: &BTreeMap<Arc<str>, Id>, is_there: impl Fn(&str) -> bool) -> Vec<(Arc<str>, Id)> {
    files.iter().filter(|(path, _)| !is_there(path)).map(|(path, id)| (path.clone(), *id)).collect()
}

fn content(root: &Path, path: &str) -> Option<Vec<u8>> {
    read_file(&root.join(path::to_real(path)), LIMIT).ok()?.1
}

fn is_behind_a_link(root: &Path, path: &str) -> bool {
    let real = root.join(path::to_real(path));
    real.ancestors()
        .take_while(|above| *above != root)
        .any(|above| above.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()))
}

fn without_returns(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for (index, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(index + 1) != Some(&b'\n') {
            out.push(*byte);
        }
    }
    out
}
