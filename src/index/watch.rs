//! What the file system tells while the project is watched, gathered into batches.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use notify::event::{EventKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::path::{self, directory_of, name_of};
use super::store::Store;

/// Files whose edits change what belongs to the project.
const IGNORE_FILES: [&str; 2] = [".gitignore", ".ignore"];

/// With more changes than this, walking everything is cheaper than following each.
const RESCAN_FROM: usize = 10_000;

/// Whether the system watches a tree by itself. Where it does not, every directory is watched on its own: only those
/// that the walk entered, since the number of watches is limited.
const WATCHES_TREES: bool = cfg!(any(target_os = "macos", windows));

/// A running watch.
pub struct Watch {
    watcher: RecommendedWatcher,
    root: PathBuf,
}

impl Watch {
    /// Starts to watch directories of a root.
    ///
    /// # Errors
    /// Why changes cannot be followed, for people.
    pub fn start(
        root: &Path,
        directories: &BTreeSet<Arc<str>>,
        notice: impl Fn(notify::Result<Event>) + Send + 'static,
    ) -> Result<Self, String> {
        let handler = move |event: notify::Result<Event>| {
            // Reading a file is an event too; were it handled, the indexer would wake itself.
            if !matches!(&event, Ok(event) if event.kind.is_access()) {
                notice(event);
            }
        };
        let watcher = notify::recommended_watcher(handler).map_err(|error| explain(&error))?;
        let mut watch = Self { watcher, root: root.to_owned() };
        if WATCHES_TREES {
            watch.watcher.watch(root, RecursiveMode::Recursive).map_err(|error| explain(&error))?;
            return Ok(watch);
        }
        watch.follow(directories)?;
        // A branch switch shows here first. No error: there may be no repository.
        for git in [".git", ".git/info"] {
            let _ = watch.watcher.watch(&root.join(git), RecursiveMode::NonRecursive);
        }
        Ok(watch)
    }

    /// Watches further directories.
    ///
    /// # Errors
    /// Why changes cannot be followed any more, for people.
    pub fn follow<'a>(&mut self, directories: impl IntoIterator<Item = &'a Arc<str>>) -> Result<(), String> {
        if WATCHES_TREES {
            return Ok(());
        }
        for directory in directories {
            let real = self.root.join(path::to_real(directory));
            match self.watcher.watch(&real, RecursiveMode::NonRecursive) {
                Ok(()) => {}
                Err(error) if is_about_this_directory(&error) => {}
                Err(error) => return Err(explain(&error)),
            }
        }
        Ok(())
    }

    /// Ends the watch of directories that are gone or replaced. To be done before [`Watch::follow`]: the system knows a
    /// directory that was renamed by its old watch.
    pub fn leave<'a>(&mut self, directories: impl IntoIterator<Item = &'a Arc<str>>) {
        if WATCHES_TREES {
            return;
        }
        for directory in directories {
            // It may be unknown, since the system drops the watch of a deleted directory by itself.
            let _ = self.watcher.unwatch(&self.root.join(path::to_real(directory)));
        }
    }
}

/// Whether only one directory cannot be watched: it is gone, or may not be read (which the walk has counted).
fn is_about_this_directory(error: &notify::Error) -> bool {
    match &error.kind {
        notify::ErrorKind::PathNotFound | notify::ErrorKind::WatchNotFound => true,
        notify::ErrorKind::Io(error) => {
            matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::PermissionDenied)
        }
        _ => false,
    }
}

fn explain(error: &notify::Error) -> String {
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "the system's limit of watched directories is reached (raise fs.inotify.max_user_watches)".to_owned()
        }
        _ => error.to_string(),
    }
}

/// Changes that are handled together.
#[derive(Debug)]
pub struct Batch {
    /// When the first of them was noticed.
    pub first: Instant,
    /// Files that may have another content.
    pub modified: BTreeSet<Arc<str>>,
    /// Directories in which an entry came or went.
    pub shallow: BTreeSet<String>,
    /// Directories of which all that lies below has to be looked at.
    pub deep: BTreeSet<String>,
    /// Directories that are not the ones they were.
    pub replaced: BTreeSet<Arc<str>>,
    /// Nothing that is known can be relied on.
    pub rescan: bool,
    /// Why changes cannot be followed any more.
    pub lost: Option<String>,
}

impl Batch {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            first: Instant::now(),
            modified: BTreeSet::new(),
            shallow: BTreeSet::new(),
            deep: BTreeSet::new(),
            replaced: BTreeSet::new(),
            rescan: false,
            lost: None,
        }
    }

    /// Whether nothing has to be done.
    pub fn is_empty(&self) -> bool {
        self.len() == 0 && !self.rescan && self.lost.is_none()
    }

    /// How much there is to look at.
    pub fn len(&self) -> usize {
        self.modified.len() + self.shallow.len() + self.deep.len() + self.replaced.len()
    }

    /// Takes in what the system tells.
    pub fn add(&mut self, event: notify::Result<Event>, root: &Path, store: &Store) {
        match event {
            Err(error) if is_about_this_directory(&error) => self.rescan = true,
            Err(error) => self.lost = Some(explain(&error)),
            Ok(event) if event.need_rescan() => self.rescan = true,
            Ok(event) => {
                for path in &event.paths {
                    match path.strip_prefix(root) {
                        Ok(relative) => self.add_path(event.kind, &path::to_text(relative), store),
                        Err(_) => self.rescan = true,
                    }
                }
            }
        }
        if self.len() > RESCAN_FROM {
            self.rescan = true;
        }
        if self.rescan {
            // All of it will be looked at anyhow.
            let Self { modified, shallow, deep, replaced, .. } = self;
            modified.clear();
            shallow.clear();
            deep.clear();
            replaced.clear();
        }
    }

    fn add_path(&mut self, kind: EventKind, path: &str, store: &Store) {
        if path == ".git" || path.starts_with(".git/") {
            return self.add_git(kind, path);
        }
        let parent = directory_of(path);
        if IGNORE_FILES.contains(&name_of(path)) || name_of(path) == ".git" {
            self.deep.insert(nearest(parent, store).to_owned());
        }
        let known = store.files.get_key_value(path);
        if let Some((path, _)) = known {
            self.modified.insert(path.clone());
        }
        match kind {
            EventKind::Modify(ModifyKind::Data(_)) => return,
            EventKind::Modify(ModifyKind::Metadata(_) | ModifyKind::Any) if known.is_some() => return,
            _ => {}
        }
        match store.directories.get(path) {
            Some(root) if root.is_empty() => self.rescan = true,
            Some(directory) => {
                self.replaced.insert(directory.clone());
                self.shallow.insert(nearest(parent, store).to_owned());
            }
            None => {
                self.shallow.insert(nearest(parent, store).to_owned());
            }
        }
    }

    /// A new `HEAD` means another revision: all files are compared. A new `index` alone says nothing, as every `git
    /// status` may write it.
    fn add_git(&mut self, kind: EventKind, path: &str) {
        let is_structural = !matches!(kind, EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_)));
        if matches!(path, ".git/HEAD" | ".git/info/exclude") || (path == ".git" && is_structural) {
            self.deep.insert(String::new());
        }
    }
}

/// The lowest known directory at or above a path.
fn nearest<'p>(mut path: &'p str, store: &Store) -> &'p str {
    while !store.directories.contains(path) && !path.is_empty() {
        path = directory_of(path);
    }
    path
}
