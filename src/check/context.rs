//! What a rule sees while it is checked, and where its violations go.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::analysis::{Analysis, Finding, Location, Severity};
use crate::config::{Error, Setting};
use crate::graph::reach::{Direction, Reach, Through};
use crate::graph::{EdgeId, NodeId, Snapshot};
use crate::query::{self, NodeSet};

use super::read::{Ignore, place};
use super::{Key, Rule, Violation};

/// The dependencies of a snapshot by the switches of rules, each made once.
pub struct Reaches<'a> {
    snapshot: &'a Snapshot,
    made: [OnceCell<Reach<'a>>; 4],
}

impl<'a> Reaches<'a> {
    /// None is made yet.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, made: Default::default() }
    }

    /// Those that two switches let through; rules have no switch for inferred ones.
    pub fn get(&self, through: Through) -> &Reach<'a> {
        let index = usize::from(through.tests) * 2 + usize::from(through.type_only);
        self.made[index].get_or_init(|| Reach::new(self.snapshot, through))
    }
}

/// The dependencies between files that one rule sees.
pub struct Graph<'a> {
    reach: &'a Reach<'a>,
    removed: FxHashSet<(NodeId, NodeId)>,
}

impl Graph<'_> {
    /// What a file needs directly: files and packages from elsewhere, sorted.
    pub fn needs(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let neighbours = self.reach.neighbours(id, Direction::Dependencies);
        neighbours.iter().copied().filter(move |to| self.removed.is_empty() || !self.removed.contains(&(id, *to)))
    }

    /// What needs a file or a package from elsewhere directly, sorted.
    pub fn needed_by(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let neighbours = self.reach.neighbours(id, Direction::Dependents);
        neighbours.iter().copied().filter(move |from| self.removed.is_empty() || !self.removed.contains(&(*from, id)))
    }

    /// The edges that make a direct dependency.
    pub fn step(&self, from: NodeId, to: NodeId) -> Vec<EdgeId> {
        self.reach.step(from, to)
    }
}

/// One rule being checked.
pub struct Context<'a> {
    /// What is checked.
    pub snapshot: &'a Snapshot,
    /// Numbers about it.
    pub analysis: &'a Analysis,
    /// The rule.
    pub rule: &'a Rule,
    /// Its dependencies.
    pub graph: Graph<'a>,
    violations: Vec<(NodeId, Violation)>,
    notices: Vec<Finding>,
}

impl<'a> Context<'a> {
    /// Nothing found yet.
    pub fn new(snapshot: &'a Snapshot, analysis: &'a Analysis, rule: &'a Rule, reach: &'a Reach<'a>) -> Self {
        let graph = Graph { reach, removed: FxHashSet::default() };
        Self { snapshot, analysis, rule, graph, violations: Vec::new(), notices: Vec::new() }
    }

    /// What was found, and what is wrong with the rule.
    pub fn finish(self) -> (Vec<Violation>, Vec<Finding>) {
        (self.violations.into_iter().map(|(_, violation)| violation).collect(), self.notices)
    }

    /// What a query selects. Says so where it, or a path in it, matches nothing.
    ///
    /// # Errors
    /// It is no query.
    pub fn select(&mut self, query: &Setting<String>) -> Result<NodeSet, Error> {
        let (set, missing) = existing(self.snapshot, self.analysis, query)?;
        for nothing in &missing {
            self.matches_nothing(query, &nothing.to_string());
        }
        if missing.is_empty() && set.leaves(self.snapshot).is_empty() {
            self.matches_nothing(query, &format!("column 1: '{}' selects nothing", query.value));
        }
        Ok(set)
    }

    /// The files and packages from elsewhere that a query selects.
    ///
    /// # Errors
    /// As [`Self::select`].
    pub fn leaves(&mut self, query: &Setting<String>) -> Result<BTreeSet<NodeId>, Error> {
        Ok(self.select(query)?.leaves(self.snapshot))
    }

    /// Says that a query selects something, but nothing that the rule could be about.
    pub fn asks_nothing(&mut self, query: &Setting<String>, wanted: &str) {
        // Where it selects nothing at all, that has been said.
        let is_said = self.notices.iter().any(|notice| notice.evidence == [place(query)]);
        if !is_said {
            self.matches_nothing(query, &format!("there is no {wanted} in '{}'", query.value));
        }
    }

    fn matches_nothing(&mut self, query: &Setting<String>, said: &str) {
        self.notices.push(Finding {
            rule: self.rule.name.value.as_str().into(),
            severity: Severity::Warning,
            message: format!("the rule '{}' matches nothing in {}: {said}", self.rule.name.value, query.key),
            evidence: vec![place(query)],
            help: "Correct the query or remove it: a rule that matches nothing always holds.".into(),
        });
    }

    /// A node's path: the root is `.`.
    pub fn path(&self, id: NodeId) -> &'a str {
        self.snapshot.node(id).written()
    }

    /// Whether a node is a file in a known language.
    pub fn is_source(&self, id: NodeId) -> bool {
        self.snapshot.node(id).language.is_some()
    }

    /// A direct dependency is a violation, on each of its lines.
    pub fn add_dependency(&mut self, from: NodeId, to: NodeId, message: String) {
        let evidence = self.lines(from, to);
        self.add(from, vec![self.key(from, Some(to))], message, evidence);
    }

    /// A chain of dependencies is a violation: of its first and last node, with one line of each step.
    pub fn add_chain(&mut self, chain: &[NodeId], message: String) {
        let [first, .., last] = chain else { return };
        let evidence = chain.windows(2).filter_map(|step| self.lines(step[0], step[1]).into_iter().next()).collect();
        self.add(*first, vec![self.key(*first, Some(*last))], message, evidence);
    }

    /// A component is a violation.
    pub fn add_component(&mut self, id: NodeId, message: String) {
        let evidence = vec![Location { path: self.path(id).into(), line: None }];
        self.add(id, vec![self.key(id, None)], message, evidence);
    }

    /// Whatever else is a violation. Without keys or evidence there is none.
    pub fn add(&mut self, about: NodeId, keys: Vec<Key>, message: String, evidence: Vec<Location>) {
        if keys.is_empty() || evidence.is_empty() {
            return;
        }
        let finding = Finding {
            rule: self.rule.name.value.as_str().into(),
            severity: self.rule.severity,
            message,
            evidence,
            help: self.rule.reason.clone().into(),
        };
        self.violations.push((about, Violation { keys, finding }));
    }

    /// What a violation between two nodes, or about one, is known by.
    pub fn key(&self, from: NodeId, to: Option<NodeId>) -> Key {
        let to = to.map_or(String::new(), |to| self.path(to).to_owned());
        Key { rule: self.rule.name.value.clone(), from: self.path(from).to_owned(), to }
    }

    /// The lines that make a direct dependency, in source order.
    pub fn lines(&self, from: NodeId, to: NodeId) -> Vec<Location> {
        let path = &self.snapshot.node(from).path;
        let edges = self.graph.step(from, to);
        let evidence = edges.iter().flat_map(|edge| self.snapshot.evidence(self.snapshot.edge(*edge)));
        let lines: BTreeSet<u32> = evidence.map(|evidence| evidence.span.line).collect();
        lines.into_iter().map(|line| Location { path: path.clone(), line: Some(line) }).collect()
    }

    /// Takes dependencies out of the rule's graph. Answers whether there were any.
    ///
    /// # Errors
    /// What is to be ignored is no query.
    pub fn ignore_dependencies(&mut self, ignore: &Ignore) -> Result<bool, Error> {
        let (from, to) = self.ignored(ignore)?;
        let leaves = from.leaves(self.snapshot);
        let of = |from: NodeId| self.graph.needs(from).map(move |to| (from, to)).collect::<Vec<_>>();
        let is_ignored =
            |step: &(NodeId, NodeId)| to.as_ref().is_none_or(|to: &NodeSet| to.covers(self.snapshot, step.1));
        let removed: Vec<(NodeId, NodeId)> = leaves.into_iter().flat_map(of).filter(is_ignored).collect();
        self.graph.removed.extend(&removed);
        Ok(!removed.is_empty())
    }

    /// Drops violations about some components. Answers whether there were any.
    ///
    /// # Errors
    /// What is to be ignored is no query, or names what is needed.
    pub fn ignore_components(&mut self, ignore: &Ignore) -> Result<bool, Error> {
        if let Some(to) = &ignore.to {
            return Err(to.error(format!("rules of the kind '{}' are about 'from' alone", self.rule.kind.section)));
        }
        let (from, _) = self.ignored(ignore)?;
        let before = self.violations.len();
        self.violations.retain(|(about, _)| !from.covers(self.snapshot, *about));
        Ok(self.violations.len() < before)
    }

    fn ignored(&self, ignore: &Ignore) -> Result<(NodeSet, Option<NodeSet>), Error> {
        let set = |query| existing(self.snapshot, self.analysis, query).map(|(set, _)| set);
        Ok((set(&ignore.from)?, ignore.to.as_ref().map(set).transpose()?))
    }
}

fn existing(
    snapshot: &Snapshot,
    analysis: &Analysis,
    query: &Setting<String>,
) -> Result<(NodeSet, Vec<query::QueryError>), Error> {
    query::select_existing(&query.value, snapshot, analysis).map_err(|error| query.error(error.to_string()))
}
