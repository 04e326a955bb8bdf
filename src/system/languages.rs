//! The language that a component is mostly written in, where nothing else says what it is made with.

use std::collections::BTreeMap;

use super::draft::Draft;
use super::model::ComponentId;
use super::{Detector, Stage};
use crate::facts::Name;
use crate::lang::resolve::{FileId, Sources};

/// Languages of components.
pub static LANGUAGES: Detector = Detector {
    name: "languages",
    looks_for: "the language of most of a component's source",
    stage: Stage::Whole,
    detect,
};

/// Languages that components are hardly written in: they come with others.
const BESIDE: &[&str] = &["html", "css", "scss", "shell", "proto", "mdx"];

fn detect(sources: &Sources, draft: &mut Draft) {
    let mut bytes: BTreeMap<(ComponentId, &'static str), u64> = BTreeMap::new();
    for (index, file) in sources.files.iter().enumerate().filter(|(_, file)| !file.test && file.mark.is_none()) {
        let (Some(owner), Some(language)) = (draft.owner(FileId(index as u32)), file.language) else { continue };
        if !BESIDE.contains(&language.name) {
            *bytes.entry((owner, language.label)).or_default() += file.bytes;
        }
    }
    let mut most: BTreeMap<ComponentId, (u64, &'static str)> = BTreeMap::new();
    for ((owner, label), size) in bytes {
        let known = most.entry(owner).or_default();
        *known = (*known).max((size, label));
    }
    for (owner, (_, label)) in most {
        let technologies = &mut draft.part(owner).component.technologies;
        if technologies.is_empty() {
            technologies.push(Name::from(label));
        }
    }
}
