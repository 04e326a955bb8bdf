//! What the graph cannot show, each place with its reason: the other half of every answer.

use crate::analysis::finding::Location;
use crate::graph::{SkipReason, Skipped, Snapshot};
use crate::lang::resolve::Reason;
use crate::text::{counted, sanitize};

/// Why something is not in the graph. The order is that of output: what a user can do most about comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Blindness {
    /// A manifest or other configuration file that could not be understood.
    Manifest,
    /// An import without a target.
    Unresolved(Reason),
    /// A file whose syntax tree has errors: what stands around them may be missing.
    ParseErrors,
    /// A file or directory that was not read.
    Skipped(SkipReason),
    /// A file of a kind that no language claims: it is counted, but nothing of it is known.
    NoLanguage,
}

impl Blindness {
    /// The name in output: lower case with hyphens.
    pub fn name(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Unresolved(reason) => reason.as_str(),
            Self::ParseErrors => "parse-errors",
            Self::Skipped(reason) => reason.as_str(),
            Self::NoLanguage => "no-language",
        }
    }

    /// A heading for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Manifest => "manifests that could not be read",
            Self::Unresolved(Reason::Missing) => "imports of files or modules that are not there",
            Self::Unresolved(Reason::Undeclared) => "imports that no manifest explains",
            Self::Unresolved(Reason::NotLiteral) => "imports whose target is computed when the code runs",
            Self::Unresolved(Reason::Ambiguous) => "imports for which several targets fit",
            Self::Unresolved(Reason::Unsupported) => "imports by means that are not supported",
            Self::ParseErrors => "files with syntax that was not understood",
            Self::Skipped(SkipReason::SymbolicLink) => "symbolic links that lead to no source of the project",
            Self::Skipped(SkipReason::SpecialFile) => "pipes, sockets and devices, which are not opened",
            Self::Skipped(SkipReason::DependencyDirectory) => "directories of installed packages",
            Self::Skipped(SkipReason::Excluded) => "left out by the configuration",
            Self::Skipped(SkipReason::Unreadable) => "could not be opened or listed",
            Self::Skipped(SkipReason::TooLarge) => "source files too large to parse",
            Self::Skipped(SkipReason::Binary) => "source files with NUL bytes",
            Self::Skipped(SkipReason::Minified) => "minified files, which are not parsed",
            Self::Skipped(SkipReason::Failed) => "files whose extraction broke off",
            Self::Skipped(SkipReason::Submodule) => "submodules of which this revision's state is not here",
            Self::NoLanguage => "files that no language claims",
        }
    }
}

/// One place that the graph does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlindSpot {
    /// Why.
    pub blindness: Blindness,
    /// Within the reason: the language, the extension (with its dot; `(none)` without one), or empty.
    pub group: Box<str>,
    /// Where.
    pub location: Location,
    /// What is written there, or what is wrong with it; may be empty. It may hold any bytes of the repository.
    pub text: String,
}

/// Places of one reason and group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlindGroup<'b> {
    /// Why.
    pub blindness: Blindness,
    /// See [`BlindSpot::group`].
    pub name: &'b str,
    /// By path and line; at least one.
    pub places: &'b [BlindSpot],
}

/// Everything that the graph of one snapshot does not show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlindSpots {
    spots: Vec<BlindSpot>,
}

impl BlindSpots {
    /// Collects them. `skipped` is what the walk left out: it is in no snapshot.
    pub fn find(snapshot: &Snapshot, skipped: &[Skipped]) -> Self {
        let mut spots: Vec<BlindSpot> = Vec::new();
        for problem in &snapshot.sources.project.problems {
            spots.push(BlindSpot {
                blindness: Blindness::Manifest,
                group: "".into(),
                location: Location { path: problem.path.clone(), line: problem.line },
                text: problem.message.clone(),
            });
        }
        for import in snapshot.unresolved() {
            let node = snapshot.node(import.from);
            spots.push(BlindSpot {
                blindness: Blindness::Unresolved(import.reason),
                group: node.language.map_or("", |language| language.label).into(),
                location: Location { path: node.path.clone(), line: Some(import.span.line) },
                text: import.text.to_string(),
            });
        }
        for file in &snapshot.sources.files {
            let Some(language) = file.language else {
                spots.push(BlindSpot {
                    blindness: Blindness::NoLanguage,
                    group: extension(&file.path).into(),
                    location: Location { path: file.path.clone(), line: None },
                    text: String::new(),
                });
                continue;
            };
            let Some(facts) = file.facts.as_ref().filter(|facts| facts.parse_errors > 0) else { continue };
            spots.push(BlindSpot {
                blindness: Blindness::ParseErrors,
                group: language.label.into(),
                location: Location { path: file.path.clone(), line: facts.first_error.map(|span| span.line) },
                text: counted(u64::from(facts.parse_errors), "error"),
            });
        }
        spots.extend(skipped.iter().map(|skipped| BlindSpot {
            blindness: Blindness::Skipped(skipped.reason),
            group: "".into(),
            location: Location { path: skipped.path.clone(), line: None },
            text: String::new(),
        }));
        // The sort is stable: imports of one line stay in the order of the text.
        spots.sort_by(|a, b| (a.blindness, &a.group, &a.location).cmp(&(b.blindness, &b.group, &b.location)));
        Self { spots }
    }

    /// Every place, by reason, group, path and line.
    pub fn all(&self) -> &[BlindSpot] {
        &self.spots
    }

    /// The places by reason and group: reasons in their order, the larger groups of a reason first.
    pub fn groups(&self) -> Vec<BlindGroup<'_>> {
        let runs = self.spots.chunk_by(|a, b| (a.blindness, &a.group) == (b.blindness, &b.group));
        let mut groups: Vec<BlindGroup<'_>> =
            runs.map(|places| BlindGroup { blindness: places[0].blindness, name: &places[0].group, places }).collect();
        groups.sort_by_key(|group| (group.blindness, std::cmp::Reverse(group.places.len()), group.name));
        groups
    }
}

/// A path's extension in lower case with its dot, safe to show.
fn extension(path: &str) -> String {
    let file_name = path.rsplit('/').next().unwrap_or(path);
    match file_name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 16 => {
            format!(".{}", sanitize(&extension.to_lowercase()))
        }
        _ => "(none)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::from_memory;

    #[test]
    fn every_kind_has_its_group_and_place() {
        let snapshot = from_memory(
            "p",
            [
                ("a.py", "import nowhere\nfrom . import gone\n__import__(name)\n"),
                ("b.py", "def (:\n"),
                ("c.md", "text"),
                ("d.MD", "text"),
                ("LICENSE", "text"),
                ("Cargo.toml", "[package\n"),
            ],
        );
        let skipped = [Skipped { path: "link".into(), reason: SkipReason::SymbolicLink }];
        let spots = BlindSpots::find(&snapshot, &skipped);
        let groups: Vec<String> = spots
            .groups()
            .iter()
            .map(|group| format!("{} {} {}", group.blindness.name(), group.name, group.places[0].location))
            .collect();
        assert_eq!(
            groups,
            [
                "manifest  Cargo.toml:1",
                "missing Python a.py:2",
                "undeclared Python a.py:1",
                "not-literal Python a.py:3",
                "parse-errors Python b.py:1",
                "symbolic-link  link",
                "no-language .md c.md",
                "no-language (none) LICENSE",
                "no-language .toml Cargo.toml",
            ]
        );
        assert_eq!(spots.all().len(), 10);
    }
}
