//! Which commit brought a dependency.
//!
//! It is the newest one whose version of the file has what makes the dependency today, as it is written today, while the
//! version before it has not. Versions are parsed: a mention in a comment makes no dependency. Renames of the file are
//! followed; where the needed file was renamed, the commit that names it anew is the one. Merges bring nothing by themselves.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::PARSE_LIMIT;
use super::git::{Commit, Differ, Error, Id, Objects, Repository, Revision};
use crate::analysis::history::Log;
use crate::facts::mention::Mention;
use crate::graph::{EdgeId, Snapshot};
use crate::lang::Language;
use crate::lang::extract::extract;

/// The most versions of one file that are looked at.
const VERSIONS: usize = 1_000;

/// Since when there is a dependency. In the order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Introduced {
    /// Since before the oldest version that was looked at, or by a merge.
    Earlier,
    /// Since a commit: an index into [`Log::commits`], which has the newest first.
    By(std::cmp::Reverse<usize>),
    /// No commit has it yet.
    Uncommitted,
}

/// Looks for the commits that brought the dependencies of one snapshot.
pub struct Introductions<'r> {
    repository: &'r Repository,
    objects: Objects<'r>,
    differ: Differ<'r>,
    log: Arc<Log>,
    head: Revision,
    /// The numbers that the log gives to files.
    numbers: FxHashMap<Arc<str>, u32>,
    versions: FxHashMap<Arc<str>, Rc<[Version]>>,
    mentions: FxHashMap<Id, Rc<BTreeSet<Mention>>>,
}

/// What a commit made of a file.
#[derive(Clone, Copy)]
struct Version {
    commit: usize,
    before: Option<Id>,
    after: Id,
}

impl<'r> Introductions<'r> {
    /// Among the commits of a log, which is that of a revision.
    ///
    /// # Errors
    /// There is no such revision, or it cannot be read.
    pub fn new(repository: &'r Repository, log: Arc<Log>, revision: &str) -> Result<Self, Error> {
        let numbers = (0..).zip(&log.paths).map(|(number, path)| (path.clone(), number)).collect();
        Ok(Self {
            repository,
            objects: repository.objects(),
            differ: repository.differ(),
            head: repository.resolve(revision)?,
            log,
            numbers,
            versions: FxHashMap::default(),
            mentions: FxHashMap::default(),
        })
    }

    /// Since when there is any of some edges.
    ///
    /// # Errors
    /// An object is missing or damaged.
    pub fn of(&mut self, snapshot: &Snapshot, edges: &[EdgeId]) -> Result<Introduced, Error> {
        let each = edges.iter().map(|edge| self.of_edge(snapshot, *edge)).collect::<Result<Vec<_>, _>>()?;
        Ok(each.into_iter().min().unwrap_or(Introduced::Earlier))
    }

    /// The commit that [`Introduced::By`] names.
    ///
    /// # Errors
    /// It is missing or damaged.
    pub fn commit(&self, index: usize) -> Result<Commit, Error> {
        self.repository.commit(self.log.commits[index].id.parse()?)
    }

    fn of_edge(&mut self, snapshot: &Snapshot, edge: EdgeId) -> Result<Introduced, Error> {
        let edge = snapshot.edge(edge);
        let node = snapshot.node(edge.from);
        let facts = node.file.and_then(|file| snapshot.sources.facts(file));
        let (Some(facts), Some(language)) = (facts, node.language) else { return Ok(Introduced::Earlier) };
        let wanted: BTreeSet<Mention> =
            snapshot.evidence(edge).iter().filter_map(|evidence| facts.mention_at(evidence.span)).collect();
        if wanted.is_empty() {
            return Ok(Introduced::Earlier);
        }
        let now = self.objects.file_at(self.head.tree(), &node.path)?;
        if !self.has(now, language, &wanted)? {
            return Ok(Introduced::Uncommitted);
        }
        for version in self.versions(&node.path)?.iter() {
            if self.has(Some(version.after), language, &wanted)? && !self.has(version.before, language, &wanted)? {
                return Ok(Introduced::By(std::cmp::Reverse(version.commit)));
            }
        }
        Ok(Introduced::Earlier)
    }

    /// What each commit that touched a file made of it, the newest first.
    fn versions(&mut self, path: &Arc<str>) -> Result<Rc<[Version]>, Error> {
        if let Some(known) = self.versions.get(path) {
            return Ok(known.clone());
        }
        let found: Rc<[Version]> = match self.numbers.get(path) {
            Some(number) => self.look_up(path.clone(), *number)?.into(),
            None => Rc::default(),
        };
        self.versions.insert(path.clone(), found.clone());
        Ok(found)
    }

    fn look_up(&mut self, mut name: Arc<str>, number: u32) -> Result<Vec<Version>, Error> {
        let log = self.log.clone();
        let touches = |index: &usize| log.commits[*index].files.binary_search_by_key(&number, |file| file.path).is_ok();
        let mut versions = Vec::new();
        for index in (0..log.commits.len()).filter(touches).take(VERSIONS) {
            let commit = self.commit(index)?;
            // On a line of work beside, the file may have had another name at that time.
            let Some(after) = self.objects.file_at(commit.tree, &name)? else { continue };
            let mut before = None;
            if let Some(parent) = commit.parents.first() {
                let tree = self.repository.commit(*parent)?.tree;
                before = self.objects.file_at(tree, &name)?;
                if before.is_none() {
                    let changes = self.differ.changes(Some(tree), commit.tree)?;
                    let change = changes.into_iter().find(|c| c.after.as_ref().is_some_and(|(path, _)| *path == name));
                    if let Some((old, blob)) = change.and_then(|change| change.before) {
                        (name, before) = (old, Some(blob));
                    }
                }
            }
            versions.push(Version { commit: index, before, after });
        }
        Ok(versions)
    }

    /// Whether a version of a file mentions any of these; a file that is not there mentions nothing.
    fn has(&mut self, blob: Option<Id>, language: &'static Language, any: &BTreeSet<Mention>) -> Result<bool, Error> {
        let Some(blob) = blob else { return Ok(false) };
        let mentions = match self.mentions.get(&blob) {
            Some(known) => known.clone(),
            None => {
                let bytes = self.objects.blob(blob, PARSE_LIMIT)?.unwrap_or_default();
                let read = Rc::new(extract(language, &bytes).mentions());
                self.mentions.insert(blob, read.clone());
                read
            }
        };
        Ok(any.iter().any(|mention| mentions.contains(mention)))
    }
}
