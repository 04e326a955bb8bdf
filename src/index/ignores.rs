//! What `.ignore` files leave out: they are written for programs that search a tree, and count whether or not git tracks
//! what they name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::path;

/// The name of such a file.
pub const NAME: &str = ".ignore";

/// One that is larger is not read, in bytes.
pub const SIZE_LIMIT: u64 = 1 << 20;

/// The `.ignore` files that were met, by their directories.
pub struct Ignores {
    root: PathBuf,
    files: BTreeMap<String, Gitignore>,
}

impl Ignores {
    /// None yet.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), files: BTreeMap::new() }
    }

    /// Takes over the one of a directory. Lines that are no globs are passed over, as the walk of a work tree does.
    pub fn add(&mut self, directory: &str, text: &str) {
        let mut builder = GitignoreBuilder::new(self.root.join(path::to_real(directory)));
        for line in text.lines() {
            // What is wrong with a stranger's glob helps nobody here.
            let _ = builder.add_line(None, line);
        }
        if let Ok(file) = builder.build() {
            self.files.insert(directory.to_owned(), file);
        }
    }

    /// Whether a path is left out, given that the directories above are not: the file nearest to it decides.
    pub fn leaves_out(&self, path: &str, is_directory: bool) -> bool {
        if self.files.is_empty() {
            return false;
        }
        let full = self.root.join(path::to_real(path));
        let mut directory = path;
        while !directory.is_empty() {
            directory = path::directory_of(directory);
            let Some(file) = self.files.get(directory) else { continue };
            let found = file.matched(&full, is_directory);
            if !found.is_none() {
                return found.is_ignore();
            }
        }
        false
    }
}
