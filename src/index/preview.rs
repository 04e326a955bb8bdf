//! Reading one file of the project, safely: for the index and for the source preview.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::path;

/// The most that is read of a file for the preview, in bytes.
pub const PREVIEW_LIMIT: u64 = 8 << 20;

/// Reads a file of the project, at most [`PREVIEW_LIMIT`] bytes of it. `relative` is a node's path.
///
/// # Errors
/// The path leaves the root (by `..` or through symbolic links), or it is no regular file, or it cannot be read.
pub fn read_source(root: &Path, relative: &str) -> io::Result<Vec<u8>> {
    let refuse = |why: &str| io::Error::new(io::ErrorKind::PermissionDenied, format!("{relative}: {why}"));
    let real = path::to_real(relative);
    if !real.components().all(|part| matches!(part, std::path::Component::Normal(_))) {
        return Err(refuse("not inside the project"));
    }
    let root = root.canonicalize()?;
    let full = root.join(real).canonicalize()?;
    if !full.starts_with(&root) {
        return Err(refuse("a link leads out of the project"));
    }
    let mut bytes = Vec::new();
    open_regular(&full)?.take(PREVIEW_LIMIT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a regular file, without following a symbolic link in the last part of the path and without waiting for the
/// other end of a pipe.
///
/// # Errors
/// It is something else, or it cannot be opened.
pub(super) fn open_regular(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    #[cfg(not(unix))]
    if path.symlink_metadata()?.is_symlink() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a symbolic link"));
    }
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    Ok(file)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn reads_files_of_the_project_only() -> io::Result<()> {
        let outside = tempfile::tempdir()?;
        let root = tempfile::tempdir()?;
        std::fs::write(outside.path().join("secret"), "s")?;
        std::fs::create_dir(root.path().join("a"))?;
        std::fs::write(root.path().join("a/b.py"), "x = 1\n")?;
        symlink(outside.path(), root.path().join("out"))?;
        symlink("a", root.path().join("in"))?;
        symlink("b.py", root.path().join("a/c.py"))?;
        symlink(outside.path().join("secret"), root.path().join("a/link"))?;
        for good in ["a/b.py", "in/b.py", "a/c.py"] {
            assert_eq!(read_source(root.path(), good)?, b"x = 1\n", "{good}");
        }
        for bad in ["out/secret", "a/link", "../secret", "/etc/passwd", "a", "", "a/../a/b.py", "none"] {
            assert!(read_source(root.path(), bad).is_err(), "{bad}");
        }
        Ok(())
    }
}
