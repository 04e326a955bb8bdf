//! Cabal's own format: sections and fields by indentation.

use super::Draft;
use crate::project::DeclaredScope;
use crate::project::cmake::join;

/// Reads a `.cabal` file that lies in a directory.
pub(super) fn read(text: &str, directory: &str) -> Draft {
    let mut draft = Draft::default();
    let mut scope = DeclaredScope::Runtime;
    // The field whose value goes on, in lower case, and how far it is indented.
    let mut field = String::new();
    let mut field_indent = 0;
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with("--") {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let goes_on = !field.is_empty() && indent > field_indent;
        let value = match trimmed.split_once(':') {
            Some((name, value)) if !goes_on && is_field_name(name) => {
                field = name.to_ascii_lowercase();
                field_indent = indent;
                value.trim()
            }
            _ if goes_on => trimmed,
            _ => {
                field.clear();
                section(trimmed, indent, &mut scope, &mut draft);
                continue;
            }
        };
        match field.as_str() {
            "name" if indent == 0 && draft.name.is_none() => draft.name = Some(value.into()),
            "version" if indent == 0 && draft.version.is_none() => draft.version = Some(value.into()),
            "hs-source-dirs" => {
                if let Some(component) = draft.components.last_mut() {
                    let paths = value.split([',', ' ', '\t']).filter(|path| !path.is_empty());
                    component.extend(paths.filter_map(|path| join(directory, path.trim_matches('"'))));
                }
            }
            "build-depends" => value.split(',').for_each(|entry| draft.depend(entry, scope, number)),
            "build-tool-depends" | "setup-depends" => {
                value.split(',').for_each(|entry| draft.depend(entry, DeclaredScope::Build, number));
            }
            _ => {}
        }
    }
    // Without source directories a component lies beside the manifest.
    for component in draft.components.iter_mut().filter(|component| component.is_empty()) {
        component.push(directory.to_owned());
    }
    draft
}

fn is_field_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A line that opens a section or a condition.
fn section(line: &str, indent: usize, scope: &mut DeclaredScope, draft: &mut Draft) {
    if indent > 0 {
        return;
    }
    let keyword = line.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    *scope = match keyword.as_str() {
        "test-suite" | "benchmark" => DeclaredScope::Development,
        "custom-setup" => DeclaredScope::Build,
        _ => DeclaredScope::Runtime,
    };
    if matches!(keyword.as_str(), "library" | "executable" | "test-suite" | "benchmark" | "foreign-library") {
        draft.components.push(Vec::new());
    }
}
