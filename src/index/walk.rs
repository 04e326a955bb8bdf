//! Which files there are.

use std::path::Path;

use anyhow::Context;
use ignore::WalkBuilder;

use super::FileInput;

/// Reads every file below a root that the ignore files do not leave out.
///
/// # Errors
/// The root cannot be read.
pub fn walk(root: &Path) -> anyhow::Result<Vec<FileInput>> {
    let mut files = Vec::new();
    std::fs::read_dir(root).with_context(|| format!("cannot read {}", root.display()))?;
    for entry in
        WalkBuilder::new(root).hidden(false).require_git(false).filter_entry(|e| e.file_name() != ".git").build()
    {
        let Ok(entry) = entry else { continue };
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let Ok(relative) = entry.path().strip_prefix(root) else { continue };
        let Ok(bytes) = std::fs::read(entry.path()) else { continue };
        files.push(FileInput { path: super::path::to_text(relative).into(), bytes });
    }
    Ok(files)
}
