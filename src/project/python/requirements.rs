//! Requirement files and single requirements.

use super::super::DeclaredScope;
use super::normalised;
use crate::facts::Name;

/// Names that a requirement file has where a directory collects several of them.
const COLLECTED: [&str; 24] = [
    "base",
    "ci",
    "common",
    "constraints",
    "core",
    "default",
    "deploy",
    "dev",
    "develop",
    "development",
    "doc",
    "docs",
    "extra",
    "lint",
    "local",
    "main",
    "prod",
    "production",
    "security",
    "staging",
    "test",
    "testing",
    "tests",
    "typing",
];

/// Whether a file of this name may be a requirement file; [`is_placed`] says whether it stands where one does.
pub(super) fn is_requirements(file_name: &str) -> bool {
    let Some(stem) = file_name.strip_suffix(".txt").or_else(|| file_name.strip_suffix(".in")) else { return false };
    is_called_so(stem) || COLLECTED.contains(&stem)
}

fn is_called_so(stem: &str) -> bool {
    stem.starts_with("requirements") || stem.ends_with("requirements")
}

/// Whether a path's name or directory says that it is a requirement file.
pub(super) fn is_placed(path: &str) -> bool {
    let (directory, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    is_called_so(stem) || is_collection(directory)
}

/// Whether a directory's own name says that it collects requirement files.
pub(super) fn is_collection(directory: &str) -> bool {
    matches!(directory.rsplit('/').next(), Some("requirements" | "reqs" | "requires"))
}

/// For what a requirement file is needed, by its name.
pub(super) fn scope_of(path: &str) -> DeclaredScope {
    let file = path.rsplit('/').next().unwrap_or(path);
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
    if is_development { DeclaredScope::Development } else { DeclaredScope::Runtime }
}

/// The lines that ask for something, with their numbers.
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
    let rest = rest.trim().trim_start_matches('(').trim_end_matches([')', '\\']).trim();
    Some((normalised(name), (!rest.is_empty()).then(|| rest.into())))
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.ends_with(|c: char| c.is_ascii_alphanumeric())
}
