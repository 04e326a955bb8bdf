//! Dockerfiles.

use crate::facts::Name;

/// An instruction with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// In upper case: `FROM`, `COPY`.
    pub name: Name,
    /// What follows on the line and its continuations.
    pub arguments: Name,
    /// Counted from 1.
    pub line: u32,
}

impl Instruction {
    /// The words of the arguments: the elements of the JSON form, or what white space parts.
    pub fn words(&self) -> Vec<&str> {
        let text = self.arguments.trim();
        match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            Some(list) => list.split(',').map(|word| word.trim().trim_matches(['"', '\''])).collect(),
            None => text.split_whitespace().collect(),
        }
    }
}

/// Reads every instruction; bodies of here-documents are no instructions.
pub(super) fn read(text: &str) -> Vec<Instruction> {
    let mut instructions = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut whole = line.to_owned();
        while whole.ends_with(['\\', '`']) {
            whole.pop();
            match lines.next() {
                // Comments may stand between the lines of one instruction.
                Some((_, next)) if next.trim_start().starts_with('#') => whole.push('\\'),
                Some((_, next)) => whole.push_str(next.trim()),
                None => break,
            }
        }
        if let Some(end) = here_document(&whole) {
            let end = end.to_owned();
            lines.by_ref().find(|(_, line)| line.trim() == end);
        }
        let (name, arguments) = whole.split_once(char::is_whitespace).unwrap_or((&whole, ""));
        instructions.push(Instruction {
            name: Name::from(name.to_ascii_uppercase()),
            arguments: Name::from(arguments.trim()),
            line: index as u32 + 1,
        });
    }
    instructions
}

/// The word that ends a here-document which an instruction begins.
fn here_document(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("<<")?;
    let after = after.trim_start_matches('-').trim_start_matches(['"', '\'']);
    let end = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
    (end > 0 && after.starts_with(|c: char| c.is_ascii_uppercase())).then(|| &after[..end])
}
