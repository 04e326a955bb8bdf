//! What is known of every file: the state from which each snapshot is made.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use super::cache::{self, Record};
use super::links;
use super::load::{Content, Known, Loaded, Request};
use super::mark;
use super::path::directory_of;
use super::report::{SkipReason, Skipped};
use super::stat::Stat;
use super::walk::Listing;
use crate::document::{Document, is_document};
use crate::lang::{Language, language_named, language_of, may_be_script};
use crate::project::{self, ConfigFile};

/// What is known of a file.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// When it was last read, or seen by the walk if it is not read.
    pub stat: Stat,
    /// Whether it has to be read again although its times stay the same.
    pub racy: bool,
    /// By its name.
    pub language: Option<&'static Language>,
    /// What it says; nothing yet before it is read.
    pub content: Content,
    /// The text, of a manifest.
    pub config: Option<Arc<str>>,
    /// What it says, of a configuration file of the running system.
    pub document: Option<Arc<Document>>,
}

/// What makes two states of a file the same to everybody who sees the graph: content and size.
pub type Identity = (u128, u64, Option<SkipReason>);

impl Entry {
    fn identity(&self) -> Identity {
        (self.content.hash, self.stat.size, self.content.skip)
    }
}

/// Everything that is known.
#[derive(Default)]
pub struct Store {
    /// Directories of the project.
    pub directories: BTreeSet<Arc<str>>,
    /// Files of the project.
    pub files: BTreeMap<Arc<str>, Entry>,
    /// What has no node.
    pub skipped: BTreeMap<Arc<str>, SkipReason>,
    /// Symbolic links that stay inside the root, with the path that each points to.
    pub links: BTreeMap<Arc<str>, Arc<str>>,
    /// Files that were touched since [`Store::take_changes`], with what they were before.
    touched: BTreeMap<Arc<str>, Option<Identity>>,
    /// Whether a manifest changed since [`Store::take_config_changes`].
    configs_changed: bool,
    skips_changed: bool,
}

/// What a listing leaves to be done.
#[derive(Debug, Default)]
pub struct Pending {
    /// Files to read, by path.
    pub requests: Vec<Request>,
    /// Directories that are new.
    pub appeared: Vec<Arc<str>>,
    /// Directories that are gone.
    pub vanished: Vec<Arc<str>>,
}

/// How many files were added, changed and removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileChanges {
    /// New.
    pub added: usize,
    /// With another content.
    pub changed: usize,
    /// Gone.
    pub removed: usize,
    /// Whether what is left out changed.
    pub skips: bool,
}

impl FileChanges {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Store {
    /// Takes over what a walk found: entries of listed directories are replaced. Files that are new, or look changed, or
    /// are in `suspects`, are to be read.
    pub fn apply(&mut self, listing: Listing, suspects: &BTreeSet<Arc<str>>) -> Pending {
        let mut pending = Pending::default();
        self.apply_directories(&listing, &mut pending);
        let is_listed = |path: &str| listing.listed.contains(directory_of(path));
        let found: BTreeMap<Arc<str>, Stat> = listing.files.into_iter().collect();
        let gone: Vec<Arc<str>> = self
            .files
            .keys()
            .filter(|path| {
                !self.directories.contains(directory_of(path)) || is_listed(path) && !found.contains_key(*path)
            })
            .cloned()
            .collect();
        for path in gone {
            self.remove(&path);
        }
        for (path, stat) in found {
            self.see(path, stat, suspects, &mut pending);
        }
        for path in suspects {
            if !is_listed(path)
                && let Some(entry) = self.files.get(path)
            {
                pending.requests.push(request(path, entry));
            }
        }
        let stays = |path: &Arc<str>| {
            !is_listed(path) && !listing.listed.contains(path) && self.directories.contains(directory_of(path))
        };
        let links: BTreeMap<_, _> =
            self.links.iter().filter(|(path, _)| stays(path)).map(owned).chain(listing.links).collect();
        let found = listing.skipped.into_iter().map(|skipped| (skipped.path, skipped.reason));
        let skipped: BTreeMap<_, _> =
            self.skipped.iter().filter(|(path, _)| stays(path)).map(owned).chain(found).collect();
        self.skips_changed |= links != self.links || skipped != self.skipped;
        self.links = links;
        self.skipped = skipped;
        pending
    }

    /// The files among `suspects` that are to be read.
    pub fn recheck(&self, suspects: &BTreeSet<Arc<str>>) -> Vec<Request> {
        suspects.iter().filter_map(|path| Some(request(path, self.files.get(path)?))).collect()
    }

    /// Forgets directories with all below them, so that the next listing takes them for new; which they were.
    pub fn forget(&mut self, replaced: &BTreeSet<Arc<str>>) -> BTreeSet<Arc<str>> {
        let mut forgotten = BTreeSet::new();
        for directory in replaced {
            let below = format!("{directory}/");
            let inside = self
                .directories
                .range::<str, _>((Bound::Included(&*below), Bound::Unbounded))
                .take_while(|path| path.starts_with(&below));
            forgotten.extend(inside.cloned());
            forgotten.insert(directory.clone());
        }
        self.directories.retain(|directory| !forgotten.contains(directory));
        forgotten
    }

    fn apply_directories(&mut self, listing: &Listing, pending: &mut Pending) {
        let mut kept: BTreeSet<Arc<str>> = BTreeSet::new();
        // A directory sorts before what lies in it, so its own fate is known first.
        for directory in &self.directories {
            let parent = directory_of(directory);
            let stays = listing.directories.contains(directory)
                || (kept.contains(parent) && !listing.listed.contains(parent) && !directory.is_empty());
            if stays {
                kept.insert(directory.clone());
            } else {
                pending.vanished.push(directory.clone());
            }
        }
        for directory in &listing.directories {
            if kept.insert(directory.clone()) {
                pending.appeared.push(directory.clone());
            }
        }
        self.directories = kept;
    }

    fn see(&mut self, path: Arc<str>, stat: Stat, suspects: &BTreeSet<Arc<str>>, pending: &mut Pending) {
        let entry = match self.files.get_mut(&path) {
            Some(entry) if entry.stat == stat && !entry.racy && !suspects.contains(&path) => return,
            Some(entry) => entry,
            None => {
                self.touched.entry(path.clone()).or_insert(None);
                let entry = Entry { stat, language: language_of(&path), ..Entry::default() };
                self.files.entry(path.clone()).or_insert(entry)
            }
        };
        let is_read = project::is_config(&path) || is_document(&path) || may_be_script(&path);
        if entry.language.is_some() || is_read {
            pending.requests.push(Request { size: stat.size, ..request(&path, entry) });
        } else {
            self.touched.entry(path).or_insert(Some(entry.identity()));
            entry.stat = stat;
        }
    }

    /// Takes over what reading a file gave: none if the file is gone.
    pub fn put(&mut self, path: &Arc<str>, loaded: Option<Loaded>) {
        let Some(loaded) = loaded else { return self.remove(path) };
        let Some(entry) = self.files.get_mut(path) else { return };
        self.touched.entry(path.clone()).or_insert(Some(entry.identity()));
        self.configs_changed |= entry.config != loaded.config;
        entry.stat = loaded.stat;
        entry.racy = loaded.racy;
        entry.language = loaded.language;
        entry.content = loaded.content;
        entry.config = loaded.config;
        entry.document = loaded.document;
    }

    fn remove(&mut self, path: &Arc<str>) {
        if let Some(entry) = self.files.remove(path) {
            self.touched.entry(path.clone()).or_insert(Some(entry.identity()));
            self.configs_changed |= entry.config.is_some();
        }
    }

    /// Fills in what a cache knows of files that have not changed since, and returns the requests that are left. `key` is
    /// under what the cache holds a path.
    pub fn recall(
        &mut self,
        requests: Vec<Request>,
        cached: &cache::Loaded,
        key: impl Fn(&str) -> String,
    ) -> Vec<Request> {
        let mut left = Vec::new();
        for request in requests {
            let is_kept = !request.config && !request.document && !request.minified;
            let known = cached.files.get(&key(&request.path)).filter(|_| is_kept);
            let content = known.and_then(|(stat, key)| Some((stat, key.1, cached.contents.get(key)?)));
            match (self.files.get_mut(&request.path), content) {
                (Some(entry), Some((stat, language, content)))
                    if entry.stat == *stat && request.language.is_none_or(|known| known.name == language) =>
                {
                    entry.language = language_named(language);
                    entry.content = content.clone();
                }
                _ => left.push(request),
            }
        }
        left
    }

    /// What changed since the last call.
    pub fn take_changes(&mut self) -> FileChanges {
        let mut changes = FileChanges { skips: std::mem::take(&mut self.skips_changed), ..FileChanges::default() };
        for (path, before) in std::mem::take(&mut self.touched) {
            match (before, self.files.get(&path).map(Entry::identity)) {
                (None, Some(_)) => changes.added += 1,
                (Some(_), None) => changes.removed += 1,
                (Some(before), Some(now)) if before != now => changes.changed += 1,
                _ => {}
            }
        }
        changes
    }

    /// Every manifest's text, if one of them changed since the last call.
    pub fn take_config_changes(&mut self) -> Option<Vec<ConfigFile>> {
        std::mem::take(&mut self.configs_changed).then(|| {
            let with_text = |(path, entry): (&Arc<str>, &Entry)| {
                entry.config.clone().map(|text| ConfigFile { path: path.clone(), text })
            };
            self.files.iter().filter_map(with_text).collect()
        })
    }

    /// Everything that was left out, with a node or without, by path.
    pub fn skips(&self) -> Vec<Skipped> {
        let followed = links::linked(self).followed;
        let of_files = self.files.iter().filter_map(|(path, entry)| Some((path, entry.content.skip?)));
        let mut skips: Vec<Skipped> = self
            .skipped
            .iter()
            .filter(|(path, _)| !followed.contains(*path))
            .map(|(path, reason)| (path, *reason))
            .chain(of_files)
            .map(|(path, reason)| Skipped { path: path.clone(), reason })
            .collect();
        skips.sort_unstable();
        skips
    }

    /// What is worth keeping on disk.
    pub fn records(&self) -> Vec<Record> {
        let worth = |content: &Content| content.hash != 0 && content.skip != Some(SkipReason::Failed);
        self.files
            .iter()
            .filter(|(path, entry)| worth(&entry.content) && !mark::is_minified_name(path))
            .filter_map(|(path, entry)| {
                Some(Record {
                    path: path.clone(),
                    stat: (!entry.racy).then_some(entry.stat),
                    language: entry.language?,
                    content: entry.content.clone(),
                })
            })
            .collect()
    }

    /// The contents that are known, for files that are renamed, copied or changed back.
    pub fn known(&self) -> Known {
        let of_entry = |entry: &Entry| Some(((entry.content.hash, entry.language?.name), entry.content.clone()));
        self.files.values().filter(|entry| entry.content.facts.is_some()).filter_map(of_entry).collect()
    }
}

fn owned<T: Clone>((path, value): (&Arc<str>, &T)) -> (Arc<str>, T) {
    (path.clone(), value.clone())
}

fn request(path: &Arc<str>, entry: &Entry) -> Request {
    Request {
        path: path.clone(),
        size: entry.stat.size,
        language: entry.language,
        config: project::is_config(path),
        document: is_document(path),
        minified: mark::is_minified_name(path),
    }
}
