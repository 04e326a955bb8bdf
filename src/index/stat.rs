//! What the file system says of a file without opening it.

use std::fs::Metadata;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// What changes when a file's content changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stat {
    /// Bytes.
    pub size: u64,
    /// Last change of the content, in nanoseconds since 1970.
    pub modified: i64,
    /// Last change of content or attributes, in nanoseconds since 1970; as `modified` where the system has none.
    pub changed: i64,
    /// The file's number; 0 where the system has none.
    pub inode: u64,
}

impl Stat {
    /// Of a file.
    pub fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().map_or(0, since_epoch);
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let changed = metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec());
            Self { size: metadata.len(), modified, changed, inode: metadata.ino() }
        }
        #[cfg(not(unix))]
        Self { size: metadata.len(), modified, changed: modified, inode: 0 }
    }

    /// Of what is in no file system and never changes.
    pub fn of_size(size: u64) -> Self {
        Self { size, ..Self::default() }
    }

    /// Whether a change after `read_at` (nanoseconds since 1970) could leave the times as they are, because the file
    /// had changed within one tick of the file system's clock before. Such a file is read again, as git does with its
    /// index ("racy git"). The tick is taken to be 20 ms, or 2 s on file systems that keep whole seconds.
    pub fn is_racy(&self, read_at: i64) -> bool {
        let tick = if self.changed % 1_000_000_000 == 0 { 2_000_000_000 } else { 20_000_000 };
        self.changed.saturating_add(tick) >= read_at
    }
}

/// Now, in nanoseconds since 1970.
pub fn now() -> i64 {
    since_epoch(SystemTime::now())
}

fn since_epoch(time: SystemTime) -> i64 {
    let nanoseconds = |duration: std::time::Duration| i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
    time.duration_since(UNIX_EPOCH).map_or_else(|error| -nanoseconds(error.duration()), nanoseconds)
}
