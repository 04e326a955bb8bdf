//! Files that git tracks although an ignore file names them. Git takes them for part of the project, and so does this:
//! the walk, which knows ignore files only, passes them by, and here they are added to what it found.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::git::Repository;
use super::ignores::{self, Ignores};
use super::links;
use super::path;
use super::report::{SkipReason, Skipped};
use super::stat::Stat;
use super::walk::{Listing, Rules, Scope, VERSION_CONTROL, is_dependency_directory};

/// The tracked files that the walk of everything passes by.
#[derive(Debug, Default)]
pub struct Tracked {
    files: BTreeSet<Arc<str>>,
}

impl Tracked {
    /// Those that the listing of everything below a root lacks. None where there is no repository, or it cannot be read:
    /// what a walk finds is then all there is.
    pub fn find(root: &Path, rules: &Rules, listing: &Listing) -> Self {
        let tracked = Repository::open(root).and_then(|repository| repository.tracked()).unwrap_or_default();
        let skipped: BTreeSet<&str> = listing.skipped.iter().map(|skipped| &*skipped.path).collect();
        let is_missing = |path: &Arc<str>| {
            listing.files.binary_search_by(|(listed, _)| listed.cmp(path)).is_err() && !skipped.contains(&**path)
        };
        let mut filter = Filter { root, rules, ignores: Ignores::new(root), left_out: FxHashMap::default() };
        Self { files: tracked.into_iter().filter(is_missing).filter(|path| filter.keeps(path)).collect() }
    }

    /// Adds those in the directories that a scope lists, and the directories on the way to all.
    pub fn add(&self, root: &Path, scope: &Scope, listing: &mut Listing) {
        for path in &self.files {
            let real = path::to_real(path);
            let Ok(metadata) = root.join(&real).symlink_metadata() else { continue };
            let directory = path::directory_of(path);
            let above = directory.match_indices('/').map(|(index, _)| &directory[..index]);
            for directory in above.chain([directory]) {
                listing.directories.insert(directory.into());
                if scope.lists(directory) {
                    listing.listed.insert(directory.into());
                }
            }
            if !scope.lists(directory) {
                continue;
            }
            if metadata.is_file() {
                listing.files.push((path.clone(), Stat::of(&metadata)));
            } else if metadata.is_symlink() {
                let written = root.join(&real).read_link().unwrap_or_default();
                let target = links::target(root, &real, &written);
                listing.links.extend(target.map(|target| (path.clone(), target.into())));
                listing.skipped.push(Skipped { path: path.clone(), reason: SkipReason::SymbolicLink });
            }
        }
        listing.files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        listing.files.dedup_by(|a, b| a.0 == b.0);
        listing.skipped.sort_unstable();
        listing.skipped.dedup();
    }
}

/// What the walk leaves out by other rules than ignore files of git.
struct Filter<'f> {
    root: &'f Path,
    rules: &'f Rules,
    ignores: Ignores,
    /// The directories that were asked about.
    left_out: FxHashMap<String, bool>,
}

impl Filter<'_> {
    fn keeps(&mut self, path: &str) -> bool {
        let is_link_on_the_way = |full: &Path| full.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
        let mut ends: Vec<usize> = path.match_indices('/').map(|(index, _)| index).collect();
        ends.insert(0, 0);
        for end in ends {
            let directory = &path[..end];
            let is_left_out = match self.left_out.get(directory) {
                Some(known) => *known,
                None => {
                    let full = self.root.join(path::to_real(directory));
                    let name = path::name_of(directory);
                    let has = |file: &str| full.join(file).symlink_metadata().is_ok();
                    let is_left_out = !directory.is_empty()
                        && (VERSION_CONTROL.contains(&name)
                            || is_dependency_directory(name, has)
                            || self.rules.excludes(&full, true)
                            || self.ignores.leaves_out(directory, true)
                            || is_link_on_the_way(&full));
                    if !is_left_out {
                        self.read_ignores(directory, &full);
                    }
                    self.left_out.insert(directory.to_owned(), is_left_out);
                    is_left_out
                }
            };
            if is_left_out {
                return false;
            }
        }
        let full = self.root.join(path::to_real(path));
        !self.rules.excludes(&full, false) && !self.ignores.leaves_out(path, false)
    }

    fn read_ignores(&mut self, directory: &str, full: &Path) {
        if let Ok((_, Some(bytes))) = super::origin::read_file(&full.join(ignores::NAME), ignores::SIZE_LIMIT) {
            self.ignores.add(directory, &String::from_utf8_lossy(&bytes));
        }
    }
}
