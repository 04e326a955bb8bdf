//! Fixture documents: Markdown whose headings are cases and whose fenced blocks are files and expectations.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A fenced block.
pub struct Block {
    /// The heading (`##`) that it stands below.
    pub title: String,
    /// What follows the opening fence.
    pub info: String,
    /// Its lines.
    pub text: String,
    /// Which lines of the document these are.
    pub place: Range<usize>,
}

/// The blocks of a document in order.
pub fn blocks(document: &str) -> Vec<Block> {
    let lines: Vec<&str> = document.lines().collect();
    let mut blocks = Vec::new();
    let mut title = String::new();
    let mut index = 0;
    while index < lines.len() {
        let line = lines[index];
        if let Some(heading) = line.strip_prefix("## ") {
            title = heading.to_owned();
        } else if line.starts_with("```") {
            let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
            let info = line.trim_start_matches('`').trim().to_owned();
            let start = index + 1;
            let end = (start..lines.len()).find(|end| lines[*end] == ticks).expect("an unclosed block");
            let mut text = lines[start..end].join("\n");
            if !text.is_empty() {
                text.push('\n');
            }
            blocks.push(Block { title: title.clone(), info, text, place: start..end });
            index = end;
        }
        index += 1;
    }
    blocks
}

/// Holds the documents of `tests/<folder>` to what they say: of each case the files up to a block whose info string is one
/// of `closing` are rendered as that block's kind, and the block is what is expected. Several such blocks in a row are of
/// the same files. `UPDATE=1` rewrites them. Gives the number of cases.
pub fn hold(folder: &str, closing: &[&str], render: impl Fn(&str, &[(&str, &str)]) -> String) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = String::new();
    let mut count = 0;
    for path in documents(&root) {
        let document = std::fs::read_to_string(&path).expect("a readable document");
        let mut lines: Vec<String> = document.lines().map(str::to_owned).collect();
        let blocks = blocks(&document);
        let mut rewritten = Vec::new();
        let mut files: Vec<(&str, &str)> = Vec::new();
        let mut is_closed = true;
        for block in &blocks {
            if !closing.contains(&block.info.as_str()) {
                if std::mem::take(&mut is_closed) {
                    files.clear();
                }
                files.extend(block.info.split_once(' ').map(|(_, path)| (path, block.text.as_str())));
                continue;
            }
            count += 1;
            is_closed = true;
            let actual = render(&block.info, &files);
            if actual == block.text {
                continue;
            }
            if update {
                rewritten.push((block.place.clone(), actual));
            } else {
                let name = path.strip_prefix(&root).unwrap_or(&path).display();
                let _ = writeln!(failures, "\n{name}: {}\nexpected:\n{}actual:\n{actual}", block.title, block.text);
            }
        }
        // The later block first, so that the places of the earlier ones still hold.
        for (place, actual) in rewritten.into_iter().rev() {
            lines.splice(place, actual.lines().map(str::to_owned));
        }
        if update {
            std::fs::write(&path, lines.join("\n") + "\n").expect("a writable document");
        }
        assert!(is_closed, "{}: files without a block of {closing:?} behind them", path.display());
    }
    assert!(failures.is_empty(), "{failures}\nUPDATE=1 rewrites the expectations");
    count
}

/// The documents below a directory, by path.
pub fn documents(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).expect("the fixtures").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(documents(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found.sort();
    found
}
