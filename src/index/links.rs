//! Symbolic links that stay inside the root: the source files behind them are there under the link's path too.
//!
//! Nothing is read or watched through a link. What lies behind one is what the store knows of the link's target, so it
//! is seen only if the target belongs to the project by itself, a link behind a link leads nowhere, no loop can arise,
//! and whatever changes there changes here.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::path;
use super::store::{Entry, Store};
use crate::lang::is_resolved_by_path;

/// How many files all links together may add, beside as many as there are without them.
const FREE: usize = 256;

/// Where a link points, relative to the root; none if that is outside of it. `relative` is the link's own path, which
/// leads through no link, and `written` is what it holds.
pub fn target(root: &Path, relative: &Path, written: &Path) -> Option<String> {
    let inside = if written.is_absolute() { written.strip_prefix(root).ok()? } else { written };
    let mut resolved = PathBuf::new();
    if !written.is_absolute() {
        resolved.extend(relative.parent());
    }
    for part in inside.components() {
        match part {
            Component::Normal(name) => resolved.push(name),
            Component::CurDir => {}
            Component::ParentDir if resolved.pop() => {}
            _ => return None,
        }
    }
    Some(path::to_text(&resolved))
}

/// The files that links add, by path, and the links that add any.
#[derive(Debug, Default)]
pub struct Linked<'s> {
    /// Their entries are those of the real files.
    pub files: BTreeMap<Arc<str>, &'s Entry>,
    /// Links that are no longer to be counted as left out.
    pub followed: BTreeSet<Arc<str>>,
}

/// Follows the links of a store, in the order of their paths until they would add too much. Only files of languages that
/// name files by path are added: where a declared name decides, a second file with the same declarations would make each
/// of them ambiguous.
pub fn linked(store: &Store) -> Linked<'_> {
    let mut linked = Linked::default();
    let mut left = store.files.len() + FREE;
    for (link, target) in &store.links {
        let behind = behind(store, link, target, left);
        if let Some(behind) = behind.filter(|behind| !behind.is_empty()) {
            left -= behind.len();
            linked.followed.insert(link.clone());
            linked.files.extend(behind);
        }
    }
    linked
}

/// The files behind one link; none if they are more than `limit`.
fn behind<'s>(store: &'s Store, link: &str, target: &str, limit: usize) -> Option<Vec<(Arc<str>, &'s Entry)>> {
    let is_wanted = |entry: &Entry| entry.language.is_some_and(is_resolved_by_path);
    if let Some(entry) = store.files.get(target) {
        return Some(if is_wanted(entry) && limit > 0 { vec![(link.into(), entry)] } else { Vec::new() });
    }
    let below = format!("{target}/");
    if !store.directories.contains(target) || target.is_empty() || link.starts_with(&below) {
        return None;
    }
    let mut found = Vec::new();
    for (path, entry) in store.files.range::<str, _>((Bound::Included(&*below), Bound::Unbounded)) {
        let Some(rest) = path.strip_prefix(&below) else { break };
        if is_wanted(entry) {
            if found.len() == limit {
                return None;
            }
            found.push((format!("{link}/{rest}").into(), entry));
        }
    }
    Some(found)
}
