//! What people write into a generated document and what a new version of it keeps: blocks between two lines of their own,
//!
//! ```text
//! <!-- transom:keep -->
//! Anything.
//! <!-- transom:end -->
//! ```
//!
//! A block stays under the heading under which it stands, known by the titles of the headings around it, behind what is
//! generated there. Where that heading is gone, the block moves to the end of the document under its old title.

use std::fmt;

/// The line that begins a block.
pub const KEEP: &str = "<!-- transom:keep -->";

/// The line that ends a block.
pub const END: &str = "<!-- transom:end -->";

/// A block that nothing ends: what of the document is somebody's own cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unended {
    /// Where it begins, counted from 1.
    pub line: usize,
}

impl fmt::Display for Unended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {KEEP} without {END} after it", self.line)
    }
}

impl std::error::Error for Unended {}

/// The titles of a heading and of those around it, without the document's own, which may change.
type Path = Vec<String>;

/// A stretch of a document: what a heading begins, up to the next heading of any level.
struct Stretch {
    path: Path,
    /// Its lines without its kept blocks.
    lines: Vec<String>,
    /// Its kept blocks with their marks.
    kept: Vec<String>,
}

/// The new text of a document with the blocks that its old text keeps.
///
/// # Errors
/// A block of the old text has no end.
pub fn keep(new: &str, old: &str) -> Result<String, Unended> {
    let mut stretches = read(new)?;
    let mut homeless: Vec<(Path, Vec<String>)> = Vec::new();
    for Stretch { path, kept, .. } in read(old)? {
        if kept.is_empty() {
            continue;
        }
        if let Some(home) = stretches.iter_mut().find(|stretch| stretch.path == path) {
            home.kept.extend(kept);
        } else if let Some((_, blocks)) = homeless.iter_mut().find(|(other, _)| *other == path) {
            blocks.extend(kept);
        } else {
            homeless.push((path, kept));
        }
    }
    let mut out = String::with_capacity(new.len());
    for stretch in &stretches {
        // Blank lines belong between the kept blocks and the next heading, not before them.
        let blank = stretch.lines.iter().rev().take_while(|line| line.is_empty()).count();
        let (text, blank) = stretch.lines.split_at(stretch.lines.len() - blank);
        lines(text, &mut out);
        blocks(&stretch.kept, &mut out);
        lines(blank, &mut out);
    }
    for (path, kept) in &homeless {
        out.push_str(&format!("\n## {}\n", path.join(": ")));
        blocks(kept, &mut out);
    }
    Ok(out)
}

/// Whether a text has a block to keep.
pub fn has_kept(text: &str) -> bool {
    text.lines().any(|line| line.trim() == KEEP)
}

fn lines(lines: &[String], out: &mut String) {
    for line in lines {
        out.push_str(line);
        out.push('\n');
    }
}

fn blocks(kept: &[String], out: &mut String) {
    for block in kept {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(block);
    }
}

fn read(text: &str) -> Result<Vec<Stretch>, Unended> {
    let mut stretches = vec![Stretch { path: Vec::new(), lines: Vec::new(), kept: Vec::new() }];
    let mut open: Vec<(usize, String)> = Vec::new();
    let mut is_code = false;
    let mut rest = text.lines().enumerate();
    while let Some((number, line)) = rest.next() {
        if !is_code && line.trim() == KEEP {
            let mut block = format!("{KEEP}\n");
            loop {
                let Some((_, line)) = rest.next() else { return Err(Unended { line: number + 1 }) };
                if line.trim() == END {
                    break;
                }
                block.push_str(line);
                block.push('\n');
            }
            block.push_str(END);
            block.push('\n');
            if let Some(last) = stretches.last_mut() {
                last.kept.push(block);
            }
            continue;
        }
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        if let Some((level, title)) = heading(line).filter(|_| !is_code) {
            open.retain(|(around, _)| *around < level);
            if level > 1 {
                open.push((level, title.to_owned()));
            }
            let path = open.iter().map(|(_, title)| title.clone()).collect();
            stretches.push(Stretch { path, lines: Vec::new(), kept: Vec::new() });
        }
        if let Some(last) = stretches.last_mut() {
            last.lines.push(line.to_owned());
        }
    }
    // What stands before the document's own heading is under no other heading than what follows it.
    if stretches.len() > 1 && stretches[0].kept.is_empty() && stretches[1].path.is_empty() {
        let front = stretches.remove(0);
        stretches[0].lines.splice(0..0, front.lines);
    }
    Ok(stretches)
}

/// The level and the title of a heading.
fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let title = line[level..].strip_prefix(' ')?;
    (1..=6).contains(&level).then(|| (level, title.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str =
        "# T of b\n\nLead.\n\n## One\n\nNew.\n\n### In\n\n- x\n\n## Two\n\n```mermaid\n# no heading\n```\n";

    #[test]
    fn blocks_stay_where_they_stand_and_a_second_run_changes_nothing() {
        let mine = |text: &str| format!("{KEEP}\n{text}\n{END}\n");
        let old = format!(
            "# T of a\n\n{}\n## One\n\nOld.\n\n### In\n\n- y\n\n{}\n## Two\n\n```\n{KEEP}\n```\n\n{}\n## Gone\n\n### Deep\n\n{}\n{}",
            mine("top"),
            mine("# in\n\n* a"),
            mine("two"),
            mine("lost"),
            mine("lost too")
        );
        let kept = keep(NEW, &old).expect("whole blocks");
        let expected = format!(
            "# T of b\n\nLead.\n\n{}\n## One\n\nNew.\n\n### In\n\n- x\n\n{}\n## Two\n\n```mermaid\n# no heading\n```\n\n{}\n\
             ## Gone: Deep\n\n{}\n{}",
            mine("top"),
            mine("# in\n\n* a"),
            mine("two"),
            mine("lost"),
            mine("lost too")
        );
        assert_eq!(kept, expected);
        assert_eq!(keep(NEW, &kept).expect("whole blocks"), kept);
    }

    #[test]
    fn without_blocks_the_new_text_stands_as_it_is() {
        assert_eq!(keep(NEW, "## Old\n\nText.\n"), Ok(NEW.to_owned()));
        assert_eq!(keep(NEW, ""), Ok(NEW.to_owned()));
        let front = "---\nstatus: accepted\n---\n\n# A\n\nb\n";
        assert_eq!(keep(front, front), Ok(front.to_owned()));
    }

    #[test]
    fn a_block_without_an_end_is_an_error() {
        assert_eq!(keep(NEW, "# T\n\n<!-- transom:keep -->\nmine\n"), Err(Unended { line: 3 }));
    }
}
