//! Requirement files and single requirements.

use super::super::DeclaredScope;
use super::normalised;
use crate::facts::Name;

/// Whether a path's name, or a directory that collects requirement files, says that it is a requirement file.
pub(super) fn is_requirements(path: &str) -> bool {
    let (directory, file_name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file_name.strip_suffix(".txt").or_else(|| file_name.strip_suffix(".in"));
    stem.is_some_and(|stem| {
        stem.starts_with("requirements") || stem.ends_with("requirements") || directory.split('/').any(is_collection)
    })
}

/// The directory whose requirements a requirement file states: the one around the directories that collect such files.
pub(super) fn home_of(path: &str) -> &str {
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let mut start = 0;
    for name in directory.split('/') {
        if is_collection(name) {
            return directory[..start].trim_end_matches('/');
        }
        start += name.len() + 1;
    }
    directory
}

fn is_collection(name: &str) -> bool {
    matches!(name, "requirements" | "reqs" | "requires")
}

/// For what a requirement file is needed, by its name and the name of its directory.
pub(super) fn scope_of(path: &str) -> DeclaredScope {
    let (directory, file) = path.rsplit_once('/').unwrap_or(("", path));
    let is_development = file.split(['-', '_', '.']).any(|word| {
        matches!(
            word,
            "dev"
                | "develop"
                | "development"
                | "test"
                | "tests"
                | "testing"
                | "doc"
                | "docs"
                | "lint"
                | "typing"
                | "ci"
                | "local"
        )
    });
    match directory.rsplit('/').next() {
        _ if is_development => DeclaredScope::Development,
        Some("extra" | "extras" | "optional") => DeclaredScope::Optional,
        _ => DeclaredScope::Runtime,
    }
}

/// The lines that ask for something, with their numbers. Another file that is included (`-r`, `-c`) is read by its own
/// name, so that each requirement counts once, where it is written.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..).zip(text.lines()).filter_map(|(number, line)| {
        let line = line.trim();
        let line = match line.find(" #") {
            Some(comment) => line[..comment].trim_end(),
            None => line,
        };
        let line = line.strip_prefix("-e ").map_or(line, str::trim);
        let is_option = line.starts_with('-') || line.starts_with('#') || line.is_empty();
        (!is_option).then_some((number, line))
    })
}

/// The distribution and the versions that a requirement (PEP 508, or a URL with `#egg=`) asks for.
pub(super) fn parse(text: &str) -> Option<(Name, Option<Name>)> {
    let text = text.trim();
    if let Some((_, egg)) = text.split_once("#egg=") {
        let name = egg.split(['&', '[', ' ']).next()?;
        return is_name(name).then(|| (normalised(name), None));
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    if !is_name(name) || rest.starts_with([':', '/', '+', '\\']) {
        return None;
    }
    rest = rest.trim_start();
    if rest.starts_with('[') {
        rest = rest.split_once(']')?.1;
    }
    let rest = rest.split(';').next().unwrap_or_default().split(" --").next().unwrap_or_default();
    // What follows a name in prose (a requirement in the other sense of the word) is no version.
    if !rest.trim_start().is_empty() && !rest.trim_start().starts_with(['<', '>', '=', '!', '~', '(', '@', '\\']) {
        return None;
    }
    let rest = rest.trim().trim_start_matches('(').trim_end_matches([')', '\\']).trim();
    Some((normalised(name), (!rest.is_empty()).then(|| rest.into())))
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.ends_with(|c: char| c.is_ascii_alphanumeric())
}
