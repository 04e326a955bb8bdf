//! Which files are the same under another name.

use std::collections::BTreeMap;
use std::sync::Arc;

use gix::bstr::BString;
use gix::objs::tree::EntryKind;

use super::{Differ, Error, FileChange, Id};
use crate::index::path;

impl Differ<'_> {
    /// The name that a content has or would have in the repository; it is only kept in memory, for comparisons.
    ///
    /// # Errors
    /// It is larger than an object may be.
    pub fn remember(&mut self, content: &[u8]) -> Result<Id, Error> {
        self.objects.local.write_blob(content).map(|id| Id(id.detach())).map_err(|error| Error::corrupt(&error))
    }

    /// Which of the files that are gone became which of the new ones: each goes to at most one, and one that equals it
    /// comes before one that resembles it (see [`Differ::changes`]).
    ///
    /// # Errors
    /// An object is missing or damaged.
    pub fn renames(
        &mut self,
        gone: &[(Arc<str>, Id)],
        new: &[(Arc<str>, Id)],
    ) -> Result<BTreeMap<Arc<str>, Arc<str>>, Error> {
        if gone.is_empty() || new.is_empty() {
            return Ok(BTreeMap::new());
        }
        let (gone, new) = (self.tree_of(gone)?, self.tree_of(new)?);
        let (gone, new) = (self.objects.tree(gone)?, self.objects.tree(new)?);
        let renamed = |change: FileChange| Some((change.before?.0, change.after?.0));
        Ok(self.compare(&gone, &new)?.into_iter().filter_map(renamed).collect())
    }

    /// A tree of files, in memory only.
    fn tree_of(&self, files: &[(Arc<str>, Id)]) -> Result<Id, Error> {
        let empty = self.objects.local.empty_tree();
        let mut editor = empty.edit().map_err(|error| Error::corrupt(&error))?;
        for (path, id) in files {
            let path = gix::path::into_bstr(path::to_real(path)).map_err(|error| Error::corrupt(&error))?;
            let path: BString = gix::path::to_unix_separators_on_windows(path).into_owned();
            // A name that the library would not write (as of a device on Windows) is never taken for a renamed one.
            let _ = editor.upsert(path, EntryKind::Blob, id.0);
        }
        editor.write().map(|id| Id(id.detach())).map_err(|error| Error::corrupt(&error))
    }
}
