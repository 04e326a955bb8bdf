//! From a tree to the nodes that it selects.

use std::cell::RefCell;
use std::collections::BTreeSet;

use globset::GlobBuilder;

use super::metrics;
use super::{Expr, ExprNode, NodeSet, Operator, QueryError};
use crate::analysis::Analysis;
use crate::graph::reach::{Direction, Reach, Through};
use crate::graph::{NodeId, NodeKind, Snapshot};

pub(super) fn select(expr: &Expr, snapshot: &Snapshot, analysis: &Analysis) -> Result<NodeSet, QueryError> {
    Evaluation { snapshot, analysis, missing: None }.set(expr)
}

/// As [`select`], with paths that match nothing as empty sets: what is said of each is in the second answer.
pub(super) fn select_existing(
    expr: &Expr,
    snapshot: &Snapshot,
    analysis: &Analysis,
) -> Result<(NodeSet, Vec<QueryError>), QueryError> {
    let evaluation = Evaluation { snapshot, analysis, missing: Some(RefCell::default()) };
    let set = evaluation.set(expr)?;
    Ok((set, evaluation.missing.map(RefCell::into_inner).unwrap_or_default()))
}

struct Evaluation<'a> {
    snapshot: &'a Snapshot,
    analysis: &'a Analysis,
    /// Where paths that match nothing are noted; without it they are errors.
    missing: Option<RefCell<Vec<QueryError>>>,
}

impl Evaluation<'_> {
    fn set(&self, expr: &Expr) -> Result<NodeSet, QueryError> {
        match &expr.node {
            ExprNode::Path(path) => self.path(path, expr.column),
            ExprNode::Binary(operator, left, right) => {
                let (left, right) = (self.set(left)?, self.set(right)?);
                Ok(match operator {
                    Operator::Union => left.union(right),
                    Operator::Intersect => left.intersect(self.snapshot, &right),
                    Operator::Except => left.except(self.snapshot, &right),
                })
            }
            ExprNode::Call(function, arguments) => match (function.name, arguments.as_slice()) {
                ("kind", [kind, rest @ ..]) => self.kind(kind, rest),
                ("deps", [of, rest @ ..]) => self.closure(Direction::Dependencies, of, rest),
                ("rdeps", [of, rest @ ..]) => self.closure(Direction::Dependents, of, rest),
                ("allpaths", [from, to]) => {
                    let (from, to) = (self.set(from)?, self.set(to)?);
                    Ok(self.reach().between(&self.leaves(&from), &self.leaves(&to)).into_iter().collect())
                }
                ("somepath", [from, to]) => {
                    let (from, to) = (self.set(from)?, self.set(to)?);
                    let chains = self.reach().shortest(&self.leaves(&from), &self.leaves(&to), 1);
                    Ok(chains.into_iter().flatten().collect())
                }
                ("cycles", [of]) => {
                    let leaves = self.leaves(&self.set(of)?);
                    let is_in_cycle = |id: &NodeId| self.analysis.cycles().files_with(*id).is_some();
                    Ok(leaves.into_iter().filter(is_in_cycle).collect())
                }
                ("changed", [revision]) => self.changed(revision),
                ("tests", of) => self.among(of, |node| node.kind == NodeKind::File && node.test),
                ("external", of) => self.among(of, |node| node.kind == NodeKind::External),
                ("top", [number, metric, rest @ ..]) => self.top(number, metric, rest),
                // The parser has checked names and numbers of arguments against the same table.
                _ => Err(QueryError { column: expr.column, message: format!("{} cannot be answered", function.name) }),
            },
        }
    }

    fn changed(&self, revision: &Expr) -> Result<NodeSet, QueryError> {
        let text = word(revision)?;
        let Some(paths) = self.analysis.changed(text) else {
            let message = format!("what changed since '{text}' has not been looked up");
            return Err(QueryError { column: revision.column, message });
        };
        Ok(paths.iter().filter_map(|path| self.snapshot.find(path)).collect())
    }

    fn reach(&self) -> Reach<'_> {
        Reach::new(self.snapshot, Through::ALL)
    }

    fn leaves(&self, set: &NodeSet) -> BTreeSet<NodeId> {
        set.leaves(self.snapshot)
    }

    /// A path as it stands, else what a glob matches: files, folders, packages from elsewhere.
    fn path(&self, text: &str, column: usize) -> Result<NodeSet, QueryError> {
        let found = named(self.snapshot, text).map_err(|message| QueryError { column, message })?;
        if found.is_empty() {
            let error = QueryError { column, message: nothing_named(self.snapshot, text) };
            match &self.missing {
                Some(missing) => missing.borrow_mut().push(error),
                None => return Err(error),
            }
        }
        Ok(found.into_iter().collect())
    }

    /// The nodes of a set (of the whole graph if none is given) that fit; of a folder, those inside it.
    fn among(&self, of: &[Expr], fits: fn(&crate::graph::Node) -> bool) -> Result<NodeSet, QueryError> {
        let within = of.first().map(|expr| self.set(expr)).transpose()?;
        let is_within = |id: NodeId| within.as_ref().is_none_or(|set| set.covers(self.snapshot, id));
        Ok(self.snapshot.nodes().filter(|(id, node)| fits(node) && is_within(*id)).map(|(id, _)| id).collect())
    }

    fn kind(&self, kind: &Expr, of: &[Expr]) -> Result<NodeSet, QueryError> {
        use NodeKind::{Directory, External, File, Package, Workspace};
        let name = word(kind)?;
        let Some(wanted) = [Workspace, Package, Directory, File, External].into_iter().find(|k| k.as_str() == name)
        else {
            let message = format!("no kind '{name}'; there are workspace, package, directory, file, external");
            return Err(QueryError { column: kind.column, message });
        };
        let within = of.first().map(|expr| self.set(expr)).transpose()?;
        // Pictures and notes are not what a question about code means.
        let fits = |node: &crate::graph::Node| {
            let is_package = wanted == Package && node.package.is_some();
            (node.kind == wanted || is_package) && (node.kind != File || node.language.is_some())
        };
        let is_within = |id: NodeId| within.as_ref().is_none_or(|set| set.covers(self.snapshot, id));
        Ok(self.snapshot.nodes().filter(|(id, node)| fits(node) && is_within(*id)).map(|(id, _)| id).collect())
    }

    fn closure(&self, direction: Direction, of: &Expr, depth: &[Expr]) -> Result<NodeSet, QueryError> {
        let start = self.leaves(&self.set(of)?);
        let depth = depth.first().map(number).transpose()?;
        Ok(self.reach().distances(&start, direction, depth).into_keys().collect())
    }

    fn top(&self, count: &Expr, metric: &Expr, of: &[Expr]) -> Result<NodeSet, QueryError> {
        let count = number(count)?;
        let name = word(metric)?;
        let value =
            metrics::named(name, self.analysis).map_err(|message| QueryError { column: metric.column, message })?.value;
        let within = of.first().map(|expr| self.set(expr)).transpose()?;
        let is_within = |id: NodeId| within.as_ref().is_none_or(|set| set.covers(self.snapshot, id));
        let mut ranked: Vec<(f64, NodeId)> = self
            .snapshot
            .tree()
            .filter(|id| self.snapshot.node(*id).language.is_some() && is_within(*id))
            .map(|id| (value(self.snapshot, self.analysis, id), id))
            .collect();
        // Equal values in the order of the tree.
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        Ok(ranked.into_iter().take(count as usize).map(|(_, id)| id).collect())
    }
}

fn word(expr: &Expr) -> Result<&str, QueryError> {
    match &expr.node {
        ExprNode::Path(word) => Ok(word),
        _ => Err(QueryError { column: expr.column, message: "expected a name".to_owned() }),
    }
}

fn number(expr: &Expr) -> Result<u32, QueryError> {
    let parsed = word(expr).ok().and_then(|word| word.parse().ok());
    parsed.ok_or_else(|| QueryError { column: expr.column, message: "expected a whole number".to_owned() })
}

/// The nodes that a path or glob names, those inside another one not counted. A path that is there is meant as it stands, so
/// that names with `[` or `*` in them can be given.
///
/// # Errors
/// It is no glob, or matches nothing: a message that begins with the pattern in quotes.
pub fn matching(snapshot: &Snapshot, pattern: &str) -> Result<Vec<NodeId>, String> {
    let found = named(snapshot, pattern)?;
    if found.is_empty() { Err(nothing_named(snapshot, pattern)) } else { Ok(found) }
}

fn nothing_named(snapshot: &Snapshot, pattern: &str) -> String {
    let files = snapshot.node(NodeId::ROOT).files;
    format!("'{pattern}' matches none of {files} files; give a path inside the project or a glob such as 'src/**'")
}

/// As [`matching`], with no nodes for a pattern that matches nothing.
fn named(snapshot: &Snapshot, pattern: &str) -> Result<Vec<NodeId>, String> {
    let path = pattern.trim_start_matches("./").trim_end_matches('/');
    if let Some(node) = snapshot.find(if path == "." { "" } else { path }) {
        return Ok(vec![node]);
    }
    let glob = GlobBuilder::new(path)
        .literal_separator(true)
        .build()
        .map_err(|error| format!("'{pattern}' is no glob: {}", error.kind()))?
        .compile_matcher();
    let found: BTreeSet<NodeId> = snapshot
        .nodes()
        // Pictures and notes in a folder are not what a glob over code means.
        .filter(|(_, node)| node.kind != NodeKind::File || node.language.is_some())
        .filter(|(_, node)| glob.is_match(&*node.path))
        .map(|(id, _)| id)
        .collect();
    Ok(found.iter().copied().filter(|id| !snapshot.ancestors(*id).any(|above| found.contains(&above))).collect())
}
