//! What the files of a document in a folder are called.

use std::collections::BTreeMap;

use crate::report::document::Document;

/// The names of a document's files.
pub struct Names {
    /// For each section.
    sections: Vec<String>,
    /// For each section that of each of its subsections, where these are documents of their own.
    inside: Vec<Vec<String>>,
}

impl Names {
    /// Names for a folder that holds some files. A section is numbered so that a listing is in reading order: `02-name.md`.
    /// A document of its own has a number for good, `0002-name.md`: the one of the file that is there by this name, else the
    /// next one.
    pub fn new(document: &Document, there: &[String]) -> Self {
        let mut known: BTreeMap<&str, u32> = BTreeMap::new();
        for (number, id) in there.iter().filter_map(|name| numbered(name)) {
            known.entry(id).and_modify(|least| *least = number.min(*least)).or_insert(number);
        }
        let mut next = known.values().max().map_or(1, |last| last + 1);
        let section =
            |(number, section): (usize, &crate::report::Section)| format!("{:02}-{}.md", number + 1, section.id);
        let sections = document.sections.iter().enumerate().map(section).collect();
        let mut inside = Vec::new();
        for section in &document.sections {
            let mut names = Vec::new();
            for inner in section.sections.iter().filter(|_| section.apart) {
                let number = known.get(inner.id.as_str()).copied().unwrap_or_else(|| {
                    next += 1;
                    next - 1
                });
                names.push(format!("{number:04}-{}.md", inner.id));
            }
            inside.push(names);
        }
        Self { sections, inside }
    }

    /// Of a section, by its position.
    pub fn section(&self, number: usize) -> &str {
        &self.sections[number]
    }

    /// Of its subsections; empty where they are no documents of their own.
    pub fn inside(&self, number: usize) -> &[String] {
        &self.inside[number]
    }
}

/// The number and the name in `0002-name.md`.
fn numbered(file: &str) -> Option<(u32, &str)> {
    let (number, id) = file.strip_suffix(".md")?.split_once('-')?;
    (number.len() == 4).then_some(())?;
    Some((number.parse().ok()?, id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::{Content, Section, Statement};

    #[test]
    fn a_document_keeps_its_number() {
        let mut content = Content::default();
        for title in ["Use A", "Use B", "Use C"] {
            let mut inner = Content::default();
            inner.say(Statement::new("x"));
            content.section(title, inner);
        }
        let section = Section { id: "all".into(), apart: true, sections: content.sections, ..Section::default() };
        let document = Document { title: "T".to_owned(), lead: Vec::new(), sections: vec![section] };
        let names = |there: &[&str]| {
            let there: Vec<String> = there.iter().map(|name| (*name).to_owned()).collect();
            Names::new(&document, &there).inside(0).to_vec()
        };
        assert_eq!(names(&[]), ["0001-use-a.md", "0002-use-b.md", "0003-use-c.md"]);
        assert_eq!(
            names(&["0004-use-a.md", "0007-other.md", "01-all.md", "0001-use-c.md"]),
            ["0004-use-a.md", "0008-use-b.md", "0001-use-c.md"]
        );
    }
}
