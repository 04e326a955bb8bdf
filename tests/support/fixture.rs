//! Fixture documents: Markdown whose headings are cases and whose fenced blocks are files and expectations.

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
