//! Which rows the dependencies have.

use rustc_hash::FxHashSet;

use super::groups::{Group, Groups, Section};
use crate::facts::DefinitionId;
use crate::graph::{NodeId, Snapshot};

/// One visible row.
#[derive(Debug, Clone)]
pub struct DependencyRow {
    /// The same across snapshots; that of the row around it comes first, then a NUL.
    pub key: String,
    /// Steps from the section.
    pub depth: u16,
    /// None for rows with nothing below.
    pub open: Option<bool>,
    /// What it is.
    pub kind: RowKind,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A heading.
    Section(Section),
    /// Index of a group.
    Group(usize),
    /// A file at the other end.
    File {
        /// Index of the group.
        group: usize,
        /// The file.
        file: NodeId,
        /// Statements.
        weight: u32,
    },
    /// A line that makes the dependency.
    Line {
        /// Index of the group.
        group: usize,
        /// The file that it stands in.
        from: NodeId,
        /// Counted from 1.
        line: u32,
        /// The file or package at the other end.
        other: Option<NodeId>,
        /// The definition around it.
        from_symbol: Option<DefinitionId>,
        /// The definition that it names, and the file of that.
        to_symbol: Option<(NodeId, DefinitionId)>,
    },
}

/// The rows that are visible with these keys open (of sections: closed).
pub fn build(
    snapshot: &Snapshot,
    groups: &Groups,
    open: &FxHashSet<String>,
    passed: Option<&[usize]>,
) -> Vec<DependencyRow> {
    let mut rows = Vec::new();
    for section in Section::ALL {
        let mut members: Vec<usize> = (0..groups.all.len())
            .filter(|index| groups.all[*index].section == section)
            .filter(|index| passed.is_none_or(|passed| passed.contains(index)))
            .collect();
        // The two that everyone looks for are there even if there is nothing in them.
        let has_outside = groups.of.node().is_some_and(|node| node != NodeId::ROOT);
        let always = matches!(section, Section::Needs | Section::NeededBy) && has_outside;
        if members.is_empty() && (!always || passed.is_some()) {
            continue;
        }
        let key = section.title().to_owned();
        let is_open = !open.contains(&key);
        let state = (!members.is_empty()).then_some(is_open);
        rows.push(DependencyRow { key: key.clone(), depth: 0, open: state, kind: RowKind::Section(section) });
        if !is_open {
            continue;
        }
        members.sort_unstable();
        for index in members {
            group_rows(snapshot, groups, index, &key, open, &mut rows);
        }
    }
    rows
}

fn group_rows(
    snapshot: &Snapshot,
    groups: &Groups,
    index: usize,
    outer: &str,
    open: &FxHashSet<String>,
    rows: &mut Vec<DependencyRow>,
) {
    let group = &groups.all[index];
    let key = format!("{outer}\0{}", group_key(snapshot, group));
    let is_open = open.contains(&key);
    // Commits are no lines of the source: there is nothing below what changes together.
    let has_lines = group.section != Section::Together;
    let open_state = has_lines.then_some(is_open);
    rows.push(DependencyRow { key: key.clone(), depth: 1, open: open_state, kind: RowKind::Group(index) });
    if !is_open || !has_lines {
        return;
    }
    let files = group.files(snapshot, groups);
    let itself = files.len() == 1 && files.first().map(|(file, _)| *file) == group.other();
    if files.is_empty() || itself || matches!(group.section, Section::Packages | Section::Standard) {
        line_rows(snapshot, groups, index, None, (&key, 2), rows);
        return;
    }
    for (file, weight) in files {
        let key = format!("{key}\0{}", snapshot.node(file).path);
        let is_open = open.contains(&key);
        let kind = RowKind::File { group: index, file, weight };
        rows.push(DependencyRow { key: key.clone(), depth: 2, open: Some(is_open), kind });
        if is_open {
            line_rows(snapshot, groups, index, Some(file), (&key, 3), rows);
        }
    }
}

fn line_rows(
    snapshot: &Snapshot,
    groups: &Groups,
    index: usize,
    file: Option<NodeId>,
    (outer, depth): (&str, u16),
    rows: &mut Vec<DependencyRow>,
) {
    let group = &groups.all[index];
    for line in group.lines(snapshot, groups, file) {
        let other = if group.section == Section::NeededBy { Some(line.from) } else { line.to };
        rows.push(DependencyRow {
            key: format!("{outer}\0{}:{}:{:?}", snapshot.node(line.from).path, line.line, line.to_symbol),
            depth,
            open: None,
            kind: RowKind::Line {
                group: index,
                from: line.from,
                line: line.line,
                other,
                from_symbol: line.from_symbol,
                to_symbol: line.to.zip(line.to_symbol),
            },
        });
    }
}

fn group_key(snapshot: &Snapshot, group: &Group) -> String {
    use super::groups::Other;
    match &group.other {
        Other::Node(node) => snapshot.node(*node).path.to_string(),
        Other::Pair(from, to) => format!("{}>{}", snapshot.node(*from).path, snapshot.node(*to).path),
        Other::Import(text, reason) => format!("{}:{text}", reason.as_str()),
    }
}
