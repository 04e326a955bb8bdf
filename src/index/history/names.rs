//! One number for a file under all names that it had.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Files;
use crate::analysis::history::Touched;

/// The files of a history that is read from its newest commit on.
#[derive(Default)]
pub(super) struct Names {
    /// The last name of each file.
    paths: Vec<Arc<str>>,
    /// Which file has a name at the commit that is read. A name may have been another file's before.
    now: FxHashMap<Arc<str>, u32>,
}

impl Names {
    /// The files that a commit changed, under the numbers that they have.
    pub(super) fn touched(&mut self, files: Files) -> Vec<Touched> {
        let mut earlier = Vec::new();
        let mut touched: Vec<Touched> = files
            .into_iter()
            .filter_map(|(change, lines)| {
                let (added, removed) = lines.unwrap_or_default();
                let before = change.before.map(|(path, _)| path);
                let after = change.after.map(|(path, _)| path);
                let path = self.number(after.as_ref().or(before.as_ref())?);
                if after != before {
                    earlier.push((after, before, path));
                }
                Some(Touched { path, added, removed })
            })
            .collect();
        // Before this commit a new file was not there, and a renamed one had its old name.
        for (after, _, _) in &earlier {
            after.as_ref().map(|after| self.now.remove(after));
        }
        for (after, before, path) in earlier {
            if let (Some(_), Some(before)) = (after, before) {
                self.now.insert(before, path);
            }
        }
        touched.sort_unstable();
        touched.dedup_by_key(|touched| touched.path);
        touched
    }

    fn number(&mut self, path: &Arc<str>) -> u32 {
        let paths = &mut self.paths;
        *self.now.entry(path.clone()).or_insert_with(|| {
            paths.push(path.clone());
            paths.len() as u32 - 1
        })
    }

    /// The last name of each file, by its number.
    pub(super) fn into_paths(self) -> Vec<Arc<str>> {
        self.paths
    }
}
