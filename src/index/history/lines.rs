//! How many lines a change adds and removes.

use gix::diff::blob::{Algorithm, Diff, InternedInput};

use crate::index::git::{Error, FileChange, Id, Objects};

/// A blob larger than this is taken for data, in bytes.
const BLOB_LIMIT: u64 = 4 << 20;

/// How much of a blob is looked at for a NUL, which makes it binary: as much as git does, in bytes.
const BINARY_PREFIX: usize = 8_000;

/// Counts lines, for one thread.
pub(super) struct Lines<'r> {
    objects: Objects<'r>,
}

impl<'r> Lines<'r> {
    pub(super) fn new(objects: Objects<'r>) -> Self {
        Self { objects }
    }

    /// Lines added and removed, by Myers' algorithm: no lines where one of both is binary or too large. None where one of
    /// both is missing: a partial clone leaves out blobs.
    pub(super) fn count(&self, change: &FileChange) -> Result<Option<(u32, u32)>, Error> {
        let texts =
            self.text(change.before.as_ref()).and_then(|before| Ok((before, self.text(change.after.as_ref())?)));
        let (before, after) = match texts {
            Ok((Some(before), Some(after))) => (before, after),
            Ok(_) => return Ok(Some((0, 0))),
            Err(Error::Missing { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let input = InternedInput::new(before.as_slice(), after.as_slice());
        let diff = Diff::compute(Algorithm::Myers, &input);
        Ok(Some((diff.count_additions(), diff.count_removals())))
    }

    /// The text of one side: empty where there is no file, none where it is no text.
    fn text(&self, side: Option<&(std::sync::Arc<str>, Id)>) -> Result<Option<Vec<u8>>, Error> {
        let Some((_, id)) = side else { return Ok(Some(Vec::new())) };
        let blob = self.objects.blob(*id, BLOB_LIMIT)?;
        Ok(blob.filter(|bytes| !bytes[..bytes.len().min(BINARY_PREFIX)].contains(&0)))
    }
}
