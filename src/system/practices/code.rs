//! Libraries that code imports, and annotations that it writes.

use std::collections::BTreeMap;

use super::super::applications::annotations;
use super::super::draft::Draft;
use super::super::model::{ComponentId, Place, PracticeKind};
use super::Of;
use super::table::{Imported, table};
use crate::facts::Import;
use crate::lang::resolve::{FileId, SourceFile, Sources};

/// The family of a language in the table.
fn family(language: &str) -> Option<&'static str> {
    Some(match language {
        "java" | "kotlin" | "scala" => "jvm",
        "python" => "python",
        "javascript" | "typescript" | "tsx" | "vue" | "svelte" | "astro" => "ecmascript",
        "go" => "go",
        "csharp" => "csharp",
        "ruby" => "ruby",
        "php" => "php",
        "rust" => "rust",
        "elixir" => "elixir",
        _ => return None,
    })
}

pub fn read(sources: &Sources, draft: &mut Draft) {
    // Of each library the first place in each component is enough: every file has a logger.
    let mut libraries: BTreeMap<(Option<ComponentId>, PracticeKind, String), Place> = BTreeMap::new();
    for (index, file) in sources.files.iter().enumerate().filter(|(_, file)| is_own(file)) {
        let language = file.language.and_then(|language| family(language.name));
        let (Some(family), Some(facts)) = (language, file.facts.as_deref()) else { continue };
        let component = draft.owner(FileId(index as u32));
        let imports: Vec<Imported> = facts.imports.iter().filter(|import| !import.test).flat_map(imported).collect();
        for import in &imports {
            if let Some((kind, name)) = table().library(family, &import.path) {
                let key = (component, kind, name.to_owned());
                libraries.entry(key).or_insert_with(|| Place::new(&file.path, import.line));
            }
        }
        for (name, line) in annotations(facts) {
            if let Some(kind) = table().annotation(name, &imports) {
                Of { draft, component }.say(kind, &format!("@{name}"), Place::new(&file.path, line));
            }
        }
    }
    for ((component, kind, name), place) in libraries {
        Of { draft, component }.say(kind, &name, place);
    }
}

/// Whether a file is the project's own code that runs.
fn is_own(file: &SourceFile) -> bool {
    !file.test && file.mark.is_none()
}

/// What an import brings: each name taken from its module, else the module.
fn imported(import: &Import) -> Vec<Imported> {
    let module = import.path.as_str();
    let joint = if module.contains("::") { "::" } else { "." };
    let names = import.names.iter().filter(|name| !name.is_glob());
    let mut found: Vec<Imported> = names
        .map(|name| Imported {
            path: format!("{module}{joint}{}", name.name),
            name: Some(name.local().to_owned()),
            line: name.span.line,
        })
        .collect();
    if found.is_empty() {
        found.push(Imported { path: module.to_owned(), name: None, line: import.span.line });
    }
    found
}
