//! When technologies came and went: the signs in every tree of the history, each tree and file looked at once.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Options;
use super::cache::Cache;
use super::git::{Commit, EntryKind, Error, Id, Objects, Repository};
use super::history::COMMIT_LIMIT;
use crate::analysis::adoption::{Adoption, Adoptions, Moment};
use crate::analysis::history::End;
use crate::system::evaluation::{Entry, Signs, evaluations, is_aside, of_entry, of_text, reads_text};

/// A manifest larger than this is taken for data, in bytes.
const BLOB_LIMIT: u64 = 1 << 20;

/// How many files and directories of all commits together are read: more is no history, but an attack.
const READ_LIMIT: usize = 1 << 20;

/// How deep directories are looked into.
const DEPTH: usize = 24;

/// Reads when technologies came into the project at a directory and left it, up to a revision, and since when it has had
/// some directories.
///
/// # Errors
/// There is no repository or no such commit, or a commit or a directory cannot be read.
pub fn adoptions(
    root: &Path,
    options: &Options,
    revision: &str,
    directories: &[String],
) -> Result<Arc<Adoptions>, Error> {
    let repository = Repository::open(root)?;
    let head = repository.resolve(revision)?;
    let cache = options.cache.then(|| Cache::of(root, options.cache_directory.as_deref()).ok()).flatten();
    let key = format!("{} {}", head.id, directories.join("\n"));
    if let Some(known) = cache.as_ref().and_then(|cache| cache.load_beside::<Adoptions>("adoption", &key)) {
        return Ok(Arc::new(known));
    }
    let mut commits: Vec<Commit> = Vec::new();
    let mut end = if repository.is_shallow() { End::Shallow } else { End::First };
    repository.walk(&head, |commit| {
        if commits.len() == COMMIT_LIMIT {
            end = End::Limit;
            return ControlFlow::Break(());
        }
        commits.push(commit);
        ControlFlow::Continue(())
    })?;
    let mut reader = Reader::new(repository.objects());
    let signs = commits.iter().map(|commit| reader.commit(commit.tree)).collect::<Result<Vec<_>, _>>()?;
    let mut found = told(&commits, &signs, end);
    for directory in directories {
        let number = reader.oldest(&commits, directory)?;
        // The oldest that was read may not be the first.
        let moment = number
            .filter(|number| end == End::First || number + 1 < commits.len())
            .map(|number| moment(&commits[number]));
        found.directories.extend(moment.map(|moment| (directory.clone(), moment)));
    }
    let found = Arc::new(found);
    if let Some(cache) = cache {
        // It is read again the next time where it cannot be kept.
        let _ = cache.save_beside("adoption", &key, &*found);
    }
    Ok(found)
}

/// What the signs of commits, the newest first, say together.
fn told(commits: &[Commit], signs: &[Signs], end: End) -> Adoptions {
    let numbers: FxHashMap<Id, usize> = commits.iter().enumerate().map(|(number, of)| (of.id, number)).collect();
    let mut all = Signs::default();
    signs.iter().for_each(|signs| all.extend(*signs));
    let now = signs.first().copied().unwrap_or_default();
    // Whoever was there at the end of what was read may have come before.
    let before = match end {
        End::First => Signs::default(),
        _ => signs.last().copied().unwrap_or_default(),
    };
    let took_away = |id: usize| {
        (0..commits.len()).find(|number| {
            let parent = commits[*number].parents.first().and_then(|parent| numbers.get(parent));
            parent.is_some_and(|parent| signs[*parent].contains(id)) && !signs[*number].contains(id)
        })
    };
    let at = |number: usize| moment(&commits[number]);
    let mut of = BTreeMap::new();
    for id in all.iter() {
        let oldest = signs.iter().rposition(|signs| signs.contains(id)).filter(|_| !before.contains(id));
        let gone = if now.contains(id) { None } else { took_away(id) };
        let adoption = Adoption { first: oldest.map(at), gone: gone.map(at) };
        of.insert(evaluations().rows[id].name.clone(), adoption);
    }
    Adoptions { of, directories: BTreeMap::new(), end, oldest: commits.last().map(Commit::date) }
}

fn moment(of: &Commit) -> Moment {
    let subject = of.message.lines().next().unwrap_or_default().trim().to_owned();
    Moment { commit: of.id.short(), date: of.date(), time: of.time, subject }
}

/// Reads trees and files once each, however many commits have them.
struct Reader<'r> {
    objects: Objects<'r>,
    trees: FxHashMap<Id, Signs>,
    files: FxHashMap<(Id, bool), Signs>,
    names: FxHashMap<String, Signs>,
}

impl<'r> Reader<'r> {
    fn new(objects: Objects<'r>) -> Self {
        Self { objects, trees: FxHashMap::default(), files: FxHashMap::default(), names: FxHashMap::default() }
    }

    fn commit(&mut self, tree: Id) -> Result<Signs, Error> {
        match self.objects.below(tree)? {
            Some(root) => self.tree(root, 0),
            None => Ok(Signs::default()),
        }
    }

    /// The position of the oldest commit that has a directory.
    fn oldest(&self, commits: &[Commit], directory: &str) -> Result<Option<usize>, Error> {
        for (number, commit) in commits.iter().enumerate().rev() {
            if self.objects.has_directory(commit.tree, directory)? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    fn tree(&mut self, tree: Id, depth: usize) -> Result<Signs, Error> {
        if let Some(known) = self.trees.get(&tree) {
            return Ok(*known);
        }
        let mut signs = Signs::default();
        if depth > DEPTH || self.trees.len() + self.files.len() > READ_LIMIT {
            return Ok(signs);
        }
        for entry in self.objects.directory(tree)? {
            match entry.kind {
                EntryKind::Directory if is_aside(&entry.name) => {}
                EntryKind::Directory => {
                    if entry.name.starts_with('.') {
                        for inner in self.objects.directory(entry.id)? {
                            signs.extend(of_entry(&Entry::Inside(&entry.name, &inner.name)));
                        }
                    }
                    signs.extend(self.tree(entry.id, depth + 1)?);
                }
                EntryKind::File => {
                    let named = self.names.entry(entry.name.clone());
                    signs.extend(*named.or_insert_with_key(|name| of_entry(&Entry::File(name))));
                    if reads_text(&entry.name) {
                        signs.extend(self.file(entry.id, &entry.name));
                    }
                }
                EntryKind::Link | EntryKind::Submodule => {}
            }
        }
        self.trees.insert(tree, signs);
        Ok(signs)
    }

    /// A file that a partial clone has left out says nothing.
    fn file(&mut self, id: Id, name: &str) -> Signs {
        // One content under two names is read twice at most: as a manifest, and as any other declaration.
        let key = (id, crate::project::is_config(name));
        if let Some(known) = self.files.get(&key) {
            return *known;
        }
        let bytes = self.objects.blob(id, BLOB_LIMIT).ok().flatten().unwrap_or_default();
        let signs = of_text(name, &String::from_utf8_lossy(&bytes));
        self.files.insert(key, signs);
        signs
    }
}
