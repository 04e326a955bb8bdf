//! The commits of a history.

use std::ops::ControlFlow;

use gix::bstr::ByteSlice;
use gix::revision::walk::Sorting;
use gix::traverse::commit::simple::CommitTimeOrder;

use super::{Error, Id, Repository, Revision};

/// How much memory keeps objects that are looked at again, in bytes: a tree is, by most commits around it.
pub(super) const OBJECT_CACHE: usize = 64 << 20;

/// A commit of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub id: Id,
    /// What it builds on, the line that it was merged into first. None of the first commit, and none that a shallow clone
    /// has left out.
    pub parents: Vec<Id>,
    /// All its files; for [`super::Differ::changes`].
    pub tree: Id,
    /// When it was committed, in seconds since 1970.
    pub time: i64,
    /// Who wrote it.
    pub author: Person,
    /// Its message; what is not UTF-8 is replaced.
    pub message: String,
}

/// Who wrote a commit. Unsanitised, as everything from a repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

impl Repository {
    /// Visits a commit and all that it builds on, each once, the newest first (by the time of the commit), until the
    /// visitor breaks off. Where a shallow clone is cut off, the history ends.
    ///
    /// # Errors
    /// A commit is missing or damaged.
    pub fn walk(&self, from: &Revision, mut visit: impl FnMut(Commit) -> ControlFlow<()>) -> Result<(), Error> {
        let mut local = self.local();
        local.object_cache_size_if_unset(OBJECT_CACHE);
        let cut = local.shallow_commits().map_err(|error| Error::corrupt(&error))?;
        let is_cut = |id: &gix::ObjectId| cut.as_ref().is_some_and(|cut| cut.binary_search(id).is_ok());
        let walk = local
            .rev_walk([from.id.0])
            .sorting(Sorting::ByCommitTime(CommitTimeOrder::NewestFirst))
            // All of each commit is read here anyway.
            .use_commit_graph(false)
            .all()
            .map_err(|error| Error::corrupt(&error))?;
        for info in walk {
            let info = info.map_err(|error| Error::corrupt(&error))?;
            let commit = read(&info.object().map_err(|error| Error::corrupt(&error))?, is_cut(&info.id))?;
            if visit(commit).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The commit with this name.
    ///
    /// # Errors
    /// It is missing or damaged.
    pub fn commit(&self, id: Id) -> Result<Commit, Error> {
        let local = self.local();
        let missing = |_| Error::Missing { id, absence: self.absence() };
        let object = local.find_object(id.0).map_err(missing)?.try_into_commit().map_err(|e| Error::corrupt(&e))?;
        let cut = local.shallow_commits().map_err(|error| Error::corrupt(&error))?;
        read(&object, cut.as_ref().is_some_and(|cut| cut.binary_search(&id.0).is_ok()))
    }
}

fn read(object: &gix::Commit<'_>, is_cut: bool) -> Result<Commit, Error> {
    let commit = object.decode().map_err(|error| Error::corrupt(&error))?;
    let author = commit.author().map_err(|error| Error::corrupt(&error))?;
    Ok(Commit {
        id: Id(object.id),
        parents: if is_cut { Vec::new() } else { commit.parents().map(Id).collect() },
        tree: Id(commit.tree()),
        time: commit.time().map_or(0, |time| time.seconds),
        author: Person {
            name: author.name.trim().to_str_lossy().into_owned(),
            email: author.email.trim().to_str_lossy().into_owned(),
        },
        message: commit.message.to_str_lossy().into_owned(),
    })
}

impl Commit {
    /// In one line for people: `1a2b3c4d5 2024-05-01 Ada: what it says`. Unsanitised.
    pub fn in_a_line(&self) -> String {
        let subject = self.message.lines().next().unwrap_or_default().trim();
        format!("{} {} {}: {subject}", self.id.short(), self.date(), self.author.name)
    }

    /// The day on which it was committed, by universal time: `2024-05-01`.
    pub fn date(&self) -> String {
        let time = gix::date::Time { seconds: self.time, offset: 0 };
        time.format_or_unix(gix::date::time::format::SHORT)
    }
}
