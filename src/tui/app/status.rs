//! The line that says what happens.

use crate::index::{Change, Progress, Stage};
use crate::text::{count, counted};

/// What there is to say.
#[derive(Debug, Default)]
pub struct Status {
    /// Said until the next key.
    pub message: Option<String>,
    /// How far the index is.
    pub progress: Option<Progress>,
    /// What the last refresh changed.
    pub change: Option<Change>,
    /// What that changed of the rules, and whether that is for the worse.
    pub rules: Option<(bool, String)>,
    /// Why there is no index.
    pub failed: Option<String>,
    /// Each warning that came, once.
    warned: Vec<String>,
}

impl Status {
    /// Says a warning, if it is new.
    pub fn warn(&mut self, warning: String) {
        if !self.warned.contains(&warning) {
            self.message = Some(warning.clone());
            self.warned.push(warning);
        }
    }
}

/// `indexing 512 of 812 files  12.3 MB/s  300 left`, and the share that is done.
pub fn progress(progress: &Progress) -> (String, f64) {
    let Progress { files_done: done, files_total: total, .. } = *progress;
    let seconds = progress.elapsed.as_secs_f64();
    let speed = if seconds > 0.05 { progress.bytes_done as f64 / 1e6 / seconds } else { 0.0 };
    let share = if total == 0 { 0.0 } else { done as f64 / total as f64 };
    let text = match progress.stage {
        Stage::Walking => format!("finding files: {}", count(total as u64)),
        Stage::Parsing => format!(
            "indexing {} of {}  {speed:.1} MB/s  {} left",
            count(done as u64),
            counted(total as u64, "file"),
            count(total.saturating_sub(done) as u64)
        ),
        Stage::Resolving => format!("resolving the dependencies of {}", counted(total as u64, "file")),
        Stage::Ready => String::new(),
    };
    (text, share)
}

/// `3 files  edges +2/-1  cycles +0/-1  in 41 ms`.
pub fn change(change: &Change) -> String {
    let files = change.files_added + change.files_changed + change.files_removed;
    format!(
        "{}  edges +{}/-{}  cycles +{}/-{}  in {} ms",
        counted(files as u64, "file"),
        change.edges_gained,
        change.edges_lost,
        change.cycles_gained,
        change.cycles_lost,
        change.elapsed.as_millis()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn progress_says_what_is_left() {
        let state = Progress {
            stage: Stage::Parsing,
            files_done: 512,
            files_total: 2048,
            bytes_done: 24_600_000,
            bytes_total: 90_000_000,
            elapsed: Duration::from_secs(2),
        };
        assert_eq!(progress(&state), ("indexing 512 of 2,048 files  12.3 MB/s  1,536 left".to_owned(), 0.25));
    }

    #[test]
    fn a_change_is_one_line() {
        let state = Change {
            files_changed: 3,
            edges_gained: 2,
            edges_lost: 1,
            cycles_lost: 1,
            elapsed: Duration::from_millis(41),
            ..Change::default()
        };
        assert_eq!(change(&state), "3 files  edges +2/-1  cycles +0/-1  in 41 ms");
    }
}
