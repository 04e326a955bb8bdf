//! Which commit a text means, and where two lines of work parted.

use super::error::Absence;
use super::{Error, Id, Repository};

/// Where the main line of work is looked for, in this order: what the remote says is its main branch, then the names by
/// custom, first as the remote had them last and then here.
const MAIN_BRANCHES: [&str; 6] = [
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
    "refs/heads/trunk",
];

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Of the commit.
    pub id: Id,
    /// Of all its files.
    pub(super) tree: Id,
    /// How it was asked for.
    pub text: String,
}

impl Revision {
    /// All its files; for [`super::Differ::changes`] and [`super::Objects::file_at`].
    pub fn tree(&self) -> Id {
        self.tree
    }
}

/// What the work tree is compared with where nobody says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The commit.
    pub revision: Revision,
    /// The main branch from which the work parted there; none where there is none, and the commit is `HEAD`.
    pub branch: Option<String>,
}

impl Repository {
    /// The commit that a text means, by git's rules: a branch, a tag, an id or its first digits, `HEAD~2`, `@{upstream}`.
    ///
    /// # Errors
    /// There is no such commit, or it cannot be read.
    pub fn resolve(&self, text: &str) -> Result<Revision, Error> {
        let local = self.local();
        let unknown = || Error::UnknownRevision { text: text.to_owned(), absence: self.absence() };
        let found = match local.rev_parse_single(text) {
            Ok(found) => found,
            Err(_) if is_unborn(&local) && (text.starts_with("HEAD") || text.starts_with('@')) => {
                return Err(Error::Unborn(text.to_owned()));
            }
            Err(_) => return Err(unknown()),
        };
        let object = found.object().map_err(|_| unknown())?;
        let object = object.peel_tags_to_end().map_err(|_| unknown())?;
        if object.kind != gix::object::Kind::Commit {
            return Err(Error::NotACommit { text: text.to_owned(), kind: object.kind.to_string() });
        }
        let commit = object.into_commit();
        let tree = commit.tree_id().map_err(|error| Error::corrupt(&error))?;
        Ok(Revision { id: Id(commit.id), tree: Id(tree.detach()), text: text.to_owned() })
    }

    /// The newest commit that two commits both build on.
    ///
    /// # Errors
    /// There is none, or the history cannot be read.
    pub fn merge_base(&self, one: &Revision, other: &Revision) -> Result<Revision, Error> {
        let mut local = self.local();
        local.object_cache_size_if_unset(16 << 20);
        let none = |absence| Error::NoMergeBase(one.text.clone(), other.text.clone(), absence);
        match local.merge_base(one.id.0, other.id.0) {
            Ok(Some(id)) => self.resolve(&id.to_string()),
            Ok(None) => Err(none(self.absence())),
            // The walk runs into what was cut off before it finds one.
            Err(_) if self.is_shallow() => Err(none(Absence::Shallow)),
            Err(error) => Err(Error::corrupt(&error)),
        }
    }

    /// The main line of work and what it is called: the first that is there of `origin/HEAD`, `origin/main`,
    /// `origin/master`, `main`, `master` and `trunk`.
    pub fn main_branch(&self) -> Option<Revision> {
        let local = self.local();
        MAIN_BRANCHES.into_iter().find_map(|name| {
            let reference = local.try_find_reference(name).ok()??;
            // What `origin/HEAD` points to says more than its own name.
            let named = match reference.target() {
                gix::refs::TargetRef::Symbolic(target) => target.shorten().to_string(),
                gix::refs::TargetRef::Object(_) => reference.name().shorten().to_string(),
            };
            let revision = self.resolve(name).ok()?;
            Some(Revision { text: named, ..revision })
        })
    }

    /// What the work tree is compared with where nobody says otherwise: the commit at which `HEAD` parted from the main
    /// branch, else `HEAD` itself.
    ///
    /// # Errors
    /// There is no commit yet, or the history cannot be read.
    pub fn base(&self) -> Result<Base, Error> {
        let head = self.resolve("HEAD")?;
        let Some(main) = self.main_branch() else { return Ok(Base { revision: head, branch: None }) };
        match self.merge_base(&head, &main) {
            Ok(revision) => {
                let text = revision.id.short();
                Ok(Base { revision: Revision { text, ..revision }, branch: Some(main.text) })
            }
            Err(Error::NoMergeBase(..)) => Ok(Base { revision: head, branch: None }),
            Err(error) => Err(error),
        }
    }
}

fn is_unborn(local: &gix::Repository) -> bool {
    local.head().is_ok_and(|head| head.is_unborn())
}
