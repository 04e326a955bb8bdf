//! Which files differ between two trees.

use std::path::Path;
use std::sync::Arc;

use gix::bstr::BStr;
use gix::diff::blob::pipeline::{Mode, WorktreeRoots};
use gix::diff::blob::{self, Algorithm};
use gix::diff::tree_with_rewrites::{ChangeRef, Options};
use gix::objs::TreeRefIter;

use super::commits::OBJECT_CACHE;
use super::{Error, Id, Objects, Repository};
use crate::index::path;

/// A blob larger than this is only compared for equality when renames are looked for, in bytes.
const SIMILARITY_LIMIT: u64 = 1 << 20;

/// A file that differs between two trees. A path is relative to the project's directory, with `/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileChange {
    /// The path and the blob before; none of a new file. The path is another than now where the file was renamed.
    pub before: Option<(Arc<str>, Id)>,
    /// The path and the blob now; none of a file that is gone.
    pub after: Option<(Arc<str>, Id)>,
}

/// Compares trees, for one thread. To be kept between comparisons: what is read of one serves the next.
pub struct Differ<'r> {
    pub(super) objects: Objects<'r>,
    state: gix::diff::tree::State,
    blobs: blob::Platform,
}

impl Repository {
    /// Something that compares trees in this thread.
    pub fn differ(&self) -> Differ<'_> {
        let mut objects = self.objects();
        objects.local = objects.local.with_object_memory();
        objects.local.object_cache_size_if_unset(OBJECT_CACHE);
        let blobs = plain_blobs(objects.local.object_hash());
        Differ { objects, state: Default::default(), blobs }
    }
}

impl Differ<'_> {
    /// The regular files and links below the project's directory that differ between two trees of the whole repository,
    /// sorted. A file that is gone and a new one that equals it, or has at least half of its lines (git's own rule), are
    /// one renamed file. Without `old`, every file is new.
    ///
    /// # Errors
    /// An object is missing or damaged.
    pub fn changes(&mut self, old: Option<Id>, new: Id) -> Result<Vec<FileChange>, Error> {
        let (old, new) = (self.below_prefix(old)?, self.below_prefix(Some(new))?);
        self.compare(&old, &new)
    }

    /// Compares the bytes of two trees.
    pub(super) fn compare(&mut self, old: &[u8], new: &[u8]) -> Result<Vec<FileChange>, Error> {
        let similar = gix::diff::Rewrites::default();
        match self.compare_with(old, new, similar) {
            // A partial clone has the trees, but not the blobs that would have to be compared: what is renamed without a
            // change is still found.
            Err(_) => self.compare_with(old, new, gix::diff::Rewrites { percentage: None, ..similar }),
            found => found,
        }
    }

    fn compare_with(
        &mut self,
        old: &[u8],
        new: &[u8],
        rewrites: gix::diff::Rewrites,
    ) -> Result<Vec<FileChange>, Error> {
        let hash = self.objects.local.object_hash();
        let options = Options { location: Some(gix::diff::tree::recorder::Location::Path), rewrites: Some(rewrites) };
        let mut changes = Vec::new();
        let done = gix::diff::tree_with_rewrites(
            TreeRefIter::from_bytes(old, hash),
            TreeRefIter::from_bytes(new, hash),
            &mut self.blobs,
            &mut self.state,
            &self.objects.local.objects,
            |change| {
                changes.extend(file_change(change));
                Ok(std::ops::ControlFlow::Continue(()))
            },
            options,
        )
        .map_err(|error| Error::corrupt(&error))
        .inspect(|_| changes.sort_unstable());
        self.blobs.clear_resource_cache_keep_allocation();
        done?;
        Ok(changes)
    }

    /// The bytes of the project's directory in a tree; empty, as a tree without entries is, where there is none.
    fn below_prefix(&self, tree: Option<Id>) -> Result<Vec<u8>, Error> {
        let below = tree.map(|tree| self.objects.below(tree)).transpose()?.flatten();
        below.map_or_else(|| Ok(Vec::new()), |tree| self.objects.tree(tree))
    }
}

/// A reader of blobs that takes them as they are: no attributes, no filters, no programs that turn them into text.
fn plain_blobs(hash: gix::hash::Kind) -> blob::Platform {
    let pipeline = blob::Pipeline::new(
        WorktreeRoots::default(),
        gix::filter::plumbing::Pipeline::new(Default::default(), hash, Default::default()),
        Vec::new(),
        blob::pipeline::Options { large_file_threshold_bytes: SIMILARITY_LIMIT, ..Default::default() },
    );
    let attributes = gix::worktree::stack::State::AttributesStack(Default::default());
    let stack = gix::worktree::Stack::new("", attributes, Default::default(), Vec::new(), Vec::new());
    let options = blob::platform::Options {
        algorithm: Some(Algorithm::Histogram),
        skip_internal_diff_if_external_is_configured: false,
    };
    blob::Platform::new(options, pipeline, Mode::ToGit, stack)
}

/// What a change says of files: nothing where it is about a directory or a submodule.
fn file_change(change: ChangeRef<'_>) -> Option<FileChange> {
    let (before, after) = match change {
        ChangeRef::Addition { location, entry_mode, id, .. } => (None, Some((location, entry_mode, id))),
        ChangeRef::Deletion { location, entry_mode, id, .. } => (Some((location, entry_mode, id)), None),
        ChangeRef::Modification { location, previous_entry_mode, previous_id, entry_mode, id } => {
            (Some((location, previous_entry_mode, previous_id)), Some((location, entry_mode, id)))
        }
        ChangeRef::Rewrite { source_location, source_entry_mode, source_id, location, entry_mode, id, .. } => {
            (Some((source_location, source_entry_mode, source_id)), Some((location, entry_mode, id)))
        }
    };
    let file = |(location, mode, id): (&BStr, gix::objs::tree::EntryMode, gix::ObjectId)| {
        mode.is_blob_or_symlink().then(|| (text_of(location), Id(id)))
    };
    let change = FileChange { before: before.and_then(file), after: after.and_then(file) };
    (change.before.is_some() || change.after.is_some()).then_some(change)
}

fn text_of(location: &BStr) -> Arc<str> {
    path::to_text(Path::new(&path::from_bytes(location.to_vec()))).into()
}
