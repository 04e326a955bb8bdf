//! Results written to files.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Writes a file whole or not at all: what stood there before stays until the new content is complete. A link is
/// followed, an existing file's permissions are kept, and what is no regular file (a pipe, a device) is written to
/// directly.
///
/// # Errors
/// The file cannot be written; the message names it.
pub fn write_file(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let context = || format!("{}: cannot be written", path.display());
    // A file that is not there yet has no canonical path.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let old = fs::metadata(&target).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        return OpenOptions::new()
            .write(true)
            .open(&target)
            .and_then(|mut file| file.write_all(content))
            .with_context(context);
    }
    let (temporary, mut file) = beside(&target).with_context(context)?;
    let written = (|| {
        if let Some(old) = old {
            file.set_permissions(old.permissions())?;
        }
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&temporary, &target)
    })();
    written.inspect_err(|_| drop(fs::remove_file(&temporary))).with_context(context)
}

/// A new file in the same folder: only there a rename replaces the target in one step.
fn beside(target: &Path) -> std::io::Result<(PathBuf, File)> {
    let folder = target.parent().unwrap_or(Path::new(""));
    let mut attempt = 0;
    loop {
        let path = folder.join(format!(".transom-{}-{attempt}.tmp", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && attempt < 100 => attempt += 1,
            file => return file.map(|file| (path, file)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_is_made_and_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        write_file(&path, b"one").expect("written");
        write_file(&path, b"two").expect("written");
        assert_eq!(fs::read(&path).expect("the file"), b"two");
        assert_eq!(names(folder.path()), ["a.txt"]);
    }

    #[test]
    fn a_folder_that_is_missing_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("missing/a.txt");
        let error = write_file(&path, b"x").expect_err("no folder");
        assert!(format!("{error:#}").starts_with(&format!("{}: cannot be written", path.display())), "{error:#}");
    }

    #[test]
    fn a_folder_in_its_place_is_an_error_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("a")).expect("a folder");
        assert!(write_file(&folder.path().join("a"), b"x").is_err());
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("a.txt"), folder.path().join("link"));
        write_file(&path, b"one").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("permissions");
        symlink(&path, &link).expect("a link");
        write_file(&link, b"two").expect("written");
        assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
        assert_eq!(fs::read(&path).expect("the file"), b"two");
        assert_eq!(fs::metadata(&path).expect("the file").permissions().mode() & 0o777, 0o640);
    }
}
