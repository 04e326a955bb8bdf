//! What the explorer does outside of itself, and the one place that does it.

mod clipboard;
mod editor;

use std::io::Write as _;
use std::path::{Path, PathBuf};

pub use clipboard::copy;
pub use editor::Editor;

/// Something to be done outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Open a file of the project in the editor.
    Edit {
        /// Relative to the root.
        path: String,
        /// Counted from 1.
        line: u32,
    },
    /// Put a text on the clipboard.
    Copy {
        /// The text.
        text: String,
        /// What to call it when it is done.
        what: String,
    },
    /// Write a file.
    Write {
        /// As typed; relative to the working directory.
        path: String,
        /// The content.
        text: String,
        /// Whether it may exist.
        overwrite: bool,
    },
    /// Read the whole project again.
    Rescan,
    /// Use the mouse or not.
    Mouse(bool),
    /// Draw everything again.
    Redraw,
    /// Stop and return to the shell.
    Suspend,
    /// Leave.
    Quit,
}

/// What became of writing a file.
pub enum Written {
    /// It is written, here.
    Done(PathBuf),
    /// There is such a file.
    Exists,
}

/// Writes a file whole: where it may not exist, only if it does not.
///
/// # Errors
/// It cannot be written.
pub fn write(path: &str, text: &str, overwrite: bool) -> std::io::Result<Written> {
    let path = expand_home(path);
    let mut options = std::fs::File::options();
    options.write(true);
    if overwrite {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    match options.open(&path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| Written::Done(path)),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && !path.is_dir() => Ok(Written::Exists),
        Err(error) => Err(error),
    }
}

/// `~/x` as shells read it.
fn expand_home(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => Path::new(path).to_path_buf(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_file_is_not_overwritten_unasked() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.mmd");
        let name = path.to_str().unwrap();
        assert!(matches!(write(name, "one", false), Ok(Written::Done(_))));
        assert!(matches!(write(name, "two", false), Ok(Written::Exists)));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
        assert!(matches!(write(name, "two", true), Ok(Written::Done(_))));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        assert!(write(directory.path().to_str().unwrap(), "x", false).is_err());
        assert!(write(directory.path().join("no/where").to_str().unwrap(), "x", false).is_err());
    }
}
