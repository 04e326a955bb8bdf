//! Where the bytes of a project's files come from: the work tree, or a revision's objects.

use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex};

use rustc_hash::FxHashMap;

use super::git::{self, Id, Repository};
use super::path;
use super::preview::open_regular;
use super::stat::Stat;
use crate::lang::language_of;

/// Where the bytes of a project's files come from. Shared by all threads.
pub enum Origin<'o> {
    /// The directory with this path.
    WorkTree(&'o Path),
    /// A revision.
    Revision(&'o Blobs),
}

/// The blobs of a revision's files.
#[derive(Default)]
pub struct Blobs {
    /// The repository of the project, then those of its submodules.
    pub repositories: Vec<Arc<Repository>>,
    /// For each file the index of its repository and its blob.
    pub files: FxHashMap<Arc<str>, (usize, Id)>,
    /// The first error that a reader met: what is missing from a revision makes all of it useless.
    failed: Mutex<Option<git::Error>>,
}

impl Blobs {
    /// What names what a file says, in the cache: its blob, and by which language it is read (which a script decides by
    /// itself).
    pub fn key(&self, path: &str) -> Option<String> {
        let (_, id) = self.files.get(path)?;
        Some(format!("{id} {}", language_of(path).map_or("", |language| language.name)))
    }

    /// Gives the first error that a reader met.
    ///
    /// # Errors
    /// There was one.
    pub fn check(&self) -> Result<(), git::Error> {
        let mut failed = self.failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        failed.take().map_or(Ok(()), Err)
    }
}

impl Origin<'_> {
    /// A reader for this thread.
    pub fn reader(&self) -> Reader<'_> {
        match self {
            Self::WorkTree(root) => Reader::WorkTree(root),
            Self::Revision(blobs) => {
                Reader::Revision(blobs, blobs.repositories.iter().map(|repository| repository.objects()).collect())
            }
        }
    }
}

/// Reads files, in one thread.
pub enum Reader<'o> {
    /// Of a work tree.
    WorkTree(&'o Path),
    /// Of a revision, with a reader of objects for each repository.
    Revision(&'o Blobs, Vec<git::Objects<'o>>),
}

impl Reader<'_> {
    /// A file's state and its bytes; no bytes if there are more than `limit`.
    ///
    /// # Errors
    /// It is not there or cannot be read.
    pub fn read(&self, relative: &str, limit: u64) -> io::Result<(Stat, Option<Vec<u8>>)> {
        match self {
            Self::WorkTree(root) => read_file(&root.join(path::to_real(relative)), limit),
            Self::Revision(blobs, objects) => {
                let (repository, id) = blobs.files.get(relative).ok_or(io::ErrorKind::NotFound)?;
                read_blob(&objects[*repository], *id, limit).map_err(|error| {
                    let mut failed = blobs.failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    failed.get_or_insert(error);
                    io::ErrorKind::InvalidData.into()
                })
            }
        }
    }

    /// A file's state without opening it, as far as it can be told.
    pub fn stat(&self, relative: &str) -> Stat {
        match self {
            Self::WorkTree(root) => root
                .join(path::to_real(relative))
                .symlink_metadata()
                .map_or_else(|_| Stat::default(), |metadata| Stat::of(&metadata)),
            Self::Revision(..) => Stat::default(),
        }
    }
}

/// A regular file's state and its bytes; no bytes if there are more than `limit`.
///
/// # Errors
/// It is not there, is something else, or cannot be read.
pub fn read_file(path: &Path, limit: u64) -> io::Result<(Stat, Option<Vec<u8>>)> {
    let file = open_regular(path)?;
    let stat = Stat::of(&file.metadata()?);
    if stat.size > limit {
        return Ok((stat, None));
    }
    let mut bytes = Vec::with_capacity(stat.size as usize + 1);
    file.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((stat, (bytes.len() as u64 <= limit).then_some(bytes)))
}

fn read_blob(objects: &git::Objects<'_>, id: Id, limit: u64) -> Result<(Stat, Option<Vec<u8>>), git::Error> {
    match objects.blob(id, limit)? {
        Some(bytes) => Ok((Stat::of_size(bytes.len() as u64), Some(bytes))),
        None => Ok((Stat::of_size(objects.size(id)?), None)),
    }
}
