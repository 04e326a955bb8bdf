//! The commits of a project, as [`Log`]: read once for each newest commit, and then kept beside the cache.

mod lines;
mod names;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Options;
use super::cache::Cache;
use super::git::{Commit, Error, FileChange, Id, Repository};
use crate::analysis::history::{Change, End, Log};
use lines::Lines;
use names::Names;

/// The most commits that are read: in a longer history the newest ones say what matters today.
pub const COMMIT_LIMIT: usize = 10_000;

/// A commit that changes more files than this has its lines not counted: it is a move, a reformatting or an import.
const LINES_LIMIT: usize = 2_000;

/// Reads the history of the project at a directory, as of `HEAD`.
///
/// # Errors
/// There is no repository or no commit, or it cannot be read.
pub fn history(root: &Path, options: &Options) -> Result<Arc<Log>, Error> {
    history_of(root, options, "HEAD")
}

/// As [`history`], as of a revision.
///
/// # Errors
/// As [`history`], and there is no such revision.
pub fn history_of(root: &Path, options: &Options, revision: &str) -> Result<Arc<Log>, Error> {
    let repository = Repository::open(root)?;
    let head = repository.resolve(revision)?;
    let cache = options.cache.then(|| Cache::of(root, options.cache_directory.as_deref()).ok()).flatten();
    let key = head.id.to_string();
    if let Some(log) = cache.as_ref().and_then(|cache| cache.load_beside::<Log>("history", &key)) {
        return Ok(Arc::new(log));
    }
    let mut commits = Vec::new();
    let mut end = if repository.is_shallow() { End::Shallow } else { End::First };
    repository.walk(&head, |commit| {
        commits.push(commit);
        if commits.len() > COMMIT_LIMIT { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    if commits.len() > COMMIT_LIMIT {
        end = End::Limit;
    }
    let log = Arc::new(log(&repository, &commits, end)?);
    if let Some(cache) = cache {
        // It is read again the next time where it cannot be kept.
        let _ = cache.save_beside("history", &key, &*log);
    }
    Ok(log)
}

/// What a commit did to its files.
type Files = Vec<(FileChange, Option<(u32, u32)>)>;

fn log(repository: &Repository, commits: &[Commit], end: End) -> Result<Log, Error> {
    let trees: FxHashMap<Id, Id> = commits.iter().map(|commit| (commit.id, commit.tree)).collect();
    // Merges change nothing by themselves, and of the oldest that were read it is not known what they changed.
    let before = |commit: &Commit| match commit.parents.as_slice() {
        [] => (end != End::Shallow).then_some(None),
        [parent] => trees.get(parent).map(|tree| Some(*tree)),
        _ => None,
    };
    let wanted: Vec<(&Commit, Option<Id>)> =
        commits.iter().filter_map(|commit| Some((commit, before(commit)?))).collect();
    let read: Vec<Files> = wanted
        .par_iter()
        .map_init(
            || (repository.differ(), Lines::new(repository.objects())),
            |(differ, lines), (commit, before)| {
                let changes = differ.changes(*before, commit.tree)?;
                let counts = changes.len() <= LINES_LIMIT;
                changes
                    .into_iter()
                    .map(|change| {
                        let lines = if counts { lines.count(&change)? } else { Some((0, 0)) };
                        Ok((change, lines))
                    })
                    .collect()
            },
        )
        .collect::<Result<_, Error>>()?;
    let uncounted = read.iter().flatten().filter(|(_, lines)| lines.is_none()).count();
    let mut names = Names::default();
    let mut people: Vec<String> = Vec::new();
    let mut numbers: FxHashMap<String, u32> = FxHashMap::default();
    let mut changes = Vec::with_capacity(wanted.len());
    for ((commit, _), files) in wanted.into_iter().zip(read) {
        let person = match commit.author.email.as_str() {
            "" => commit.author.name.clone(),
            address => address.to_lowercase(),
        };
        let author = *numbers.entry(person).or_insert_with_key(|person| {
            people.push(person.clone());
            people.len() as u32 - 1
        });
        let files = names.touched(files);
        let is_fix = says_fix(&commit.message);
        changes.push(Change { id: commit.id.to_string(), time: commit.time, author, is_fix, files });
    }
    let mut log = Log::new(people, names.into_paths(), changes, end);
    log.uncounted = uncounted as u64;
    Ok(log)
}

/// Whether a message says in its first line that something is mended: `fix` in any form, `bug`, `regression`, `crash`, as
/// words of their own. The usual heuristic (J. Śliwerski, T. Zimmermann, A. Zeller, "When Do Changes Induce Fixes?", 2005).
fn says_fix(message: &str) -> bool {
    let line = message.lines().next().unwrap_or_default().to_lowercase();
    line.split(|c: char| !c.is_alphanumeric()).any(|word| {
        matches!(
            word,
            "fix"
                | "fixes"
                | "fixed"
                | "fixing"
                | "fixup"
                | "bugfix"
                | "hotfix"
                | "bug"
                | "bugs"
                | "regression"
                | "crash"
                | "defect"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mends_says_so_in_a_word_of_its_first_line() {
        for text in ["Fix a leak", "parser: fixed #12", "Avoid crash on empty input", "[bug] wrong sign"] {
            assert!(says_fix(text), "{text}");
        }
        for text in ["Add prefix option", "Debugging aids", "Release 1.2\n\nFixes #3", ""] {
            assert!(!says_fix(text), "{text}");
        }
    }
}
