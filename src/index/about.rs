//! The texts of a project in which it says in prose what it is.

use std::path::Path;

use super::git::Repository;
use super::{PREVIEW_LIMIT, read_source};
use crate::graph::Snapshot;

/// Where a project's files are read.
pub enum From<'a> {
    /// In the directory with this path.
    WorkTree(&'a Path),
    /// In a revision of its repository.
    Revision(&'a Repository, &'a str),
}

/// The most files that are read: projects have hundreds of packages.
const LIMIT: usize = 200;

/// The texts of files of the project for which `is_wanted`, with their paths, in order. A file that cannot be read says
/// nothing.
pub fn texts(from: &From<'_>, snapshot: &Snapshot, is_wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let files = snapshot.sources.files.iter().map(|file| &*file.path);
    let manifests = snapshot.sources.project.packages.iter().map(|package| &*package.manifest);
    let mut paths: Vec<&str> = files.chain(manifests).filter(|path| is_wanted(path)).collect();
    paths.sort_unstable_by_key(|path| (path.matches('/').count(), *path));
    paths.dedup();
    paths.truncate(LIMIT);
    let read = |path: &str| -> Option<Vec<u8>> {
        match from {
            From::WorkTree(root) => read_source(root, path).ok(),
            From::Revision(repository, revision) => {
                let revision = repository.resolve(revision).ok()?;
                let objects = repository.objects();
                let blob = objects.file_at(revision.tree(), path).ok()??;
                objects.blob(blob, PREVIEW_LIMIT).ok()?
            }
        }
    };
    let text = |path: &str| Some((path.to_owned(), String::from_utf8_lossy(&read(path)?).into_owned()));
    paths.into_iter().filter_map(text).collect()
}
