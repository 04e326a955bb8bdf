//! What the graph would be if files were moved, merged, or parted from each other: in the graph only.
//!
//! A list of steps is applied to a snapshot and gives another one, with what each step means for the sources: the lines
//! to touch. The same steps can be applied to the next snapshot; those that do not apply any more say why and are passed
//! over.

mod text;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::cycles::ties_together;
use crate::graph::edit::{Edit, Origins, edited};
use crate::graph::{Edge, EdgeId, NodeKind, Snapshot};
use crate::text::counted;

pub use text::{Figure, figures, report};

/// What needs and what is needed, by their paths.
pub type Pair = (Arc<str>, Arc<str>);

/// One change. Its paths are those that the steps before it leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A file or folder gets another path.
    Move {
        /// Its path.
        from: Arc<str>,
        /// The new one; nothing is there yet.
        to: Arc<str>,
    },
    /// A file becomes a part of another one, or what a folder holds goes into another one.
    Merge {
        /// What goes.
        from: Arc<str>,
        /// What it goes into.
        into: Arc<str>,
    },
    /// Dependencies are taken away.
    Cut {
        /// Between which files or folders.
        pairs: Vec<Pair>,
        /// Only those that count for cycles: not those of tests, and not those that only a type checker sees.
        ties_only: bool,
    },
}

impl fmt::Display for Step {
    /// `move a.py to b/a.py`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Move { from, to } => write!(f, "move {from} to {to}"),
            Self::Merge { from, into } => write!(f, "merge {from} into {into}"),
            Self::Cut { pairs, .. } => match pairs.as_slice() {
                [(from, to)] => write!(f, "cut {from} → {to}"),
                pairs => write!(f, "cut {}", counted(pairs.len() as u64, "dependency")),
            },
        }
    }
}

/// Why a line has to be touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It names what is moved or merged.
    Names,
    /// It stands in what is moved or merged and names something else: it changes where the name is a relative one.
    Within,
    /// It is what makes a dependency that is to be cut.
    Cut,
}

/// A line to touch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    /// Why.
    pub reason: Reason,
    /// The file as it is on disk.
    pub path: Arc<str>,
    /// Counted from 1, on disk.
    pub line: u32,
    /// What the line names, as it is on disk.
    pub names: Arc<str>,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The step.
    pub step: Step,
    /// Why it does not apply; none where it does.
    pub refused: Option<String>,
    /// The lines to touch, by reason, then by place.
    pub touched: Vec<Touch>,
}

/// A snapshot with steps applied.
pub struct WhatIf {
    /// The graph as it would be.
    pub snapshot: Arc<Snapshot>,
    /// Where its lines really are.
    pub origins: Origins,
    /// For each step what became of it.
    pub outcomes: Vec<Outcome>,
}

/// Applies steps one after the other.
pub fn apply(snapshot: &Snapshot, steps: &[Step]) -> WhatIf {
    let mut state = State::new(snapshot);
    let outcomes = steps.iter().map(|step| state.step(step)).collect();
    let State { paths, dropped, renames, .. } = state;
    let directory = |path: &str| moved_directory(&renames, path);
    let (edited, origins) = edited(snapshot, &Edit { paths: &paths, directory: &directory, dropped: &dropped });
    WhatIf { snapshot: Arc::new(edited), origins, outcomes }
}

/// Where a directory lies after all that was moved and merged.
fn moved_directory(renames: &[Pair], path: &str) -> String {
    renames.iter().fold(path.to_owned(), |path, (from, to)| rewritten(&path, from, to).unwrap_or(path))
}

/// A path at or below `from` as it is when that is at `to`; none where it is elsewhere.
pub fn rewritten(path: &str, from: &str, to: &str) -> Option<String> {
    let rest = path.strip_prefix(from)?;
    match rest.strip_prefix('/') {
        _ if rest.is_empty() => Some(to.to_owned()),
        Some(rest) if to.is_empty() => Some(rest.to_owned()),
        Some(rest) => Some(format!("{to}/{rest}")),
        None => None,
    }
}

/// A path as users may write it: without `./` and a slash at its end. None where it leads out of the project or names
/// nothing.
pub fn normal_path(text: &str) -> Option<Arc<str>> {
    let parts: Vec<&str> = text.trim().split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let is_harmless = |part: &&str| *part != ".." && !part.chars().any(char::is_control);
    let is_inside = !text.trim().starts_with('/') && !parts.is_empty() && parts.iter().all(is_harmless);
    is_inside.then(|| parts.join("/").into())
}

/// The files and dependencies after some steps.
struct State<'a> {
    snapshot: &'a Snapshot,
    /// For each file of the snapshot where it is by now.
    paths: Vec<Arc<str>>,
    /// What was moved and merged, in order.
    renames: Vec<Pair>,
    dropped: FxHashSet<EdgeId>,
}

/// What a path names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Thing {
    File,
    Folder,
}

impl<'a> State<'a> {
    fn new(snapshot: &'a Snapshot) -> Self {
        let paths = snapshot.sources.files.iter().map(|file| file.path.clone()).collect();
        Self { snapshot, paths, renames: Vec::new(), dropped: FxHashSet::default() }
    }

    fn step(&mut self, step: &Step) -> Outcome {
        let result = match step {
            Step::Move { from, to } => self.refuse_move(from, to).map_or_else(|| Ok(self.rename(from, to)), Err),
            Step::Merge { from, into } => {
                self.refuse_merge(from, into).map_or_else(|| Ok(self.rename(from, into)), Err)
            }
            Step::Cut { pairs, ties_only } => self.cut(pairs, *ties_only),
        };
        match result {
            Ok(touched) => Outcome { step: step.clone(), refused: None, touched: touched.into_iter().collect() },
            Err(why) => Outcome { step: step.clone(), refused: Some(why), touched: Vec::new() },
        }
    }

    fn thing_at(&self, path: &str) -> Option<Thing> {
        let mut folder = path.is_empty().then_some(Thing::Folder);
        for other in &self.paths {
            match other.strip_prefix(path) {
                Some("") => return Some(Thing::File),
                Some(rest) if rest.starts_with('/') => folder = Some(Thing::Folder),
                _ => {}
            }
        }
        folder
    }

    fn refuse_move(&self, from: &str, to: &str) -> Option<String> {
        match (self.thing_at(from), self.thing_at(to)) {
            _ if from.is_empty() => Some("the whole project cannot be moved".to_owned()),
            (None, _) => Some(format!("there is no {from}")),
            _ if normal_path(to).as_deref() != Some(to) => Some(format!("{to} is no path in the project")),
            (_, Some(_)) => Some(format!("there is a {to} already")),
            (Some(_), None) if rewritten(to, from, "").is_some() => Some(format!("{to} is inside of {from}")),
            _ => {
                let mut above = to;
                while let Some((directory, _)) = above.rsplit_once('/') {
                    if self.thing_at(directory) == Some(Thing::File) {
                        return Some(format!("{directory} is a file"));
                    }
                    above = directory;
                }
                None
            }
        }
    }

    fn refuse_merge(&self, from: &str, into: &str) -> Option<String> {
        match (self.thing_at(from), self.thing_at(into)) {
            _ if from.is_empty() => Some("the whole project cannot be merged into a part of it".to_owned()),
            _ if from == into => Some(format!("{from} is the same")),
            (None, _) => Some(format!("there is no {from}")),
            (_, None) => Some(format!("there is no {into}")),
            (Some(one), Some(other)) if one != other => Some("a file and a folder cannot be merged".to_owned()),
            _ if rewritten(into, from, "").is_some() => Some(format!("{into} is inside of {from}")),
            _ => None,
        }
    }

    /// Where the target of an edge is by now.
    fn target(&self, edge: &Edge) -> Arc<str> {
        let node = self.snapshot.node(edge.to);
        match (node.kind, node.file) {
            (_, Some(file)) => self.paths[file.index()].clone(),
            (NodeKind::External, _) => node.path.clone(),
            _ => moved_directory(&self.renames, &node.path).into(),
        }
    }

    fn source(&self, edge: &Edge) -> Option<&Arc<str>> {
        self.snapshot.node(edge.from).file.map(|file| &self.paths[file.index()])
    }

    fn touch(&self, edge: &Edge, reason: Reason, touched: &mut BTreeSet<Touch>) {
        let (path, names) = (&self.snapshot.node(edge.from).path, &self.snapshot.node(edge.to).path);
        let touch = |line| Touch { reason, path: path.clone(), line, names: names.clone() };
        touched.extend(self.snapshot.evidence(edge).iter().map(|at| touch(at.span.line)));
    }

    /// Moves or merges; what is refused has been found out before.
    fn rename(&mut self, from: &Arc<str>, to: &Arc<str>) -> BTreeSet<Touch> {
        let is_inside = |path: &str| rewritten(path, from, "").is_some();
        let mut touched = BTreeSet::new();
        for (id, edge) in self.snapshot.edges() {
            if self.dropped.contains(&id) || self.snapshot.node(edge.to).kind == NodeKind::External {
                continue;
            }
            let Some(source) = self.source(edge) else { continue };
            match (is_inside(source), is_inside(&self.target(edge))) {
                (false, true) => self.touch(edge, Reason::Names, &mut touched),
                (true, false) => self.touch(edge, Reason::Within, &mut touched),
                _ => {}
            }
        }
        for path in &mut self.paths {
            if let Some(new) = rewritten(path, from, to) {
                *path = new.into();
            }
        }
        self.renames.push((from.clone(), to.clone()));
        touched
    }

    fn cut(&mut self, pairs: &[Pair], ties_only: bool) -> Result<BTreeSet<Touch>, String> {
        let mut by_path: Vec<(&str, usize)> =
            self.paths.iter().enumerate().map(|(index, path)| (&**path, index)).collect();
        by_path.sort_unstable();
        let mut found = FxHashSet::default();
        for (from, to) in pairs {
            for file in files_at(&by_path, from) {
                let node = self.snapshot.node_of(crate::lang::resolve::FileId(file as u32));
                let is_meant = |id: &EdgeId| {
                    let edge = self.snapshot.edge(*id);
                    let target = self.target(edge);
                    // Of a folder and a part of it, what leads from the rest of the folder.
                    let leads = at_or_below(&target, to) && !(at_or_below(&self.paths[file], to) && from != to);
                    leads
                        && !self.dropped.contains(id)
                        && if ties_only { ties_together(self.snapshot, edge) } else { edge.kind.is_coupling() }
                };
                found.extend(self.snapshot.outgoing(node).filter(is_meant));
            }
        }
        let mut touched = BTreeSet::new();
        for id in &found {
            self.touch(self.snapshot.edge(*id), Reason::Cut, &mut touched);
        }
        self.dropped.extend(&found);
        match pairs {
            _ if !found.is_empty() => Ok(touched),
            [(from, to)] => Err(format!("{from} does not need {to}")),
            _ => Err("there is none of these dependencies".to_owned()),
        }
    }
}

fn at_or_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || rewritten(path, folder, "").is_some()
}

/// The files at or below a path, among files sorted by path.
fn files_at<'s>(by_path: &'s [(&'s str, usize)], path: &'s str) -> impl Iterator<Item = usize> + 's {
    let start = by_path.partition_point(|(other, _)| *other < path);
    let rest = &by_path[start..];
    // Between a folder and what it holds others may stand, such as `a-b` between `a` and `a/c`.
    rest.iter()
        .take_while(move |(other, _)| other.starts_with(path))
        .filter(move |(other, _)| at_or_below(other, path))
        .map(|(_, file)| *file)
}

#[cfg(test)]
mod tests;
