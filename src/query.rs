//! The query language: which components of a snapshot are meant.
//!
//! A small algebra over sets of nodes, in the style of [Bazel's query language](https://bazel.build/query/language). It
//! is used wherever a set of components is asked for. The operators have the same precedence and bind to the left:
//!
//! ```text
//! src/auth/**                      paths: a path as it stands, or a glob; `npm:react` is a package from elsewhere
//! 'a path with spaces'             a path in quotes
//! kind(file[, x])                  nodes of a kind
//! deps(x[, depth])                 x and what it needs, directly and indirectly
//! rdeps(x[, depth])                x and what needs it
//! allpaths(a, b)                   everything on a way from a to b
//! somepath(a, b)                   one shortest way from a to b
//! cycles(x)                        files of x that are in a cycle of files
//! changed(REV)                     files that are others than in a git revision, or new
//! tests([x]), external([x])        test code; packages from elsewhere
//! top(n, metric[, x])              the n files of x with the highest value of a metric
//! x union y   x + y                in x or in y
//! x intersect y   x ^ y            in both
//! x except y   x - y               in x, but not in y
//! ```
//!
//! A folder stands for all that it holds: `src - src/legacy` is what remains of the folder. What follows dependencies
//! (`deps` and its kin) answers with files and packages from elsewhere.

mod eval;
mod lex;
pub mod metrics;
mod parse;
mod set;

use std::fmt;

use crate::analysis::Analysis;
use crate::graph::Snapshot;

pub use eval::matching;
pub use metrics::{METRICS, Metric, of_one_state};
pub use set::NodeSet;

/// A query that has been understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    root: Expr,
}

/// Why a text is no query, or a query has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// Where in the text, in characters from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.message)
    }
}

impl std::error::Error for QueryError {}

/// A part of a query, with the column at which it starts.
#[derive(Debug, Clone, PartialEq)]
struct Expr {
    column: usize,
    node: ExprNode,
}

#[derive(Debug, Clone, PartialEq)]
enum ExprNode {
    /// A path or glob.
    Path(String),
    Call(&'static Function, Vec<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Union,
    Intersect,
    Except,
}

/// A function of the language.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// What it is called.
    pub name: &'static str,
    /// Its arguments as the help shows them; those in brackets may be left out.
    pub usage: &'static str,
    /// What it selects, in one line.
    pub doc: &'static str,
    least: usize,
    most: usize,
}

/// Every function, in the order of the help.
pub static FUNCTIONS: &[Function] = &[
    Function { name: "kind", usage: "kind(K[, x])", doc: "nodes of a kind", least: 1, most: 2 },
    Function { name: "deps", usage: "deps(x[, depth])", doc: "x and what it needs", least: 1, most: 2 },
    Function { name: "rdeps", usage: "rdeps(x[, depth])", doc: "x and what needs it", least: 1, most: 2 },
    Function { name: "allpaths", usage: "allpaths(a, b)", doc: "everything on a way from a to b", least: 2, most: 2 },
    Function { name: "somepath", usage: "somepath(a, b)", doc: "one shortest way from a to b", least: 2, most: 2 },
    Function { name: "cycles", usage: "cycles(x)", doc: "files of x that are in a cycle", least: 1, most: 1 },
    Function {
        name: "changed",
        usage: "changed(REV)",
        doc: "files that are others than in a git revision, or new",
        least: 1,
        most: 1,
    },
    Function { name: "tests", usage: "tests([x])", doc: "test code", least: 0, most: 1 },
    Function { name: "external", usage: "external([x])", doc: "packages from elsewhere", least: 0, most: 1 },
    Function {
        name: "top",
        usage: "top(n, metric[, x])",
        doc: "the n files with the highest value of a metric",
        least: 2,
        most: 3,
    },
];

impl Expr {
    fn collect_revisions<'e>(&'e self, found: &mut Vec<&'e str>) {
        match &self.node {
            ExprNode::Path(_) => {}
            ExprNode::Binary(_, left, right) => {
                left.collect_revisions(found);
                right.collect_revisions(found);
            }
            ExprNode::Call(function, arguments) if function.name == "changed" => {
                found.extend(arguments.iter().filter_map(|argument| match &argument.node {
                    ExprNode::Path(text) => Some(text.as_str()),
                    _ => None,
                }));
            }
            ExprNode::Call(_, arguments) => {
                arguments.iter().for_each(|argument| argument.collect_revisions(found));
            }
        }
    }
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// The text is not of the language; the error says where.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parse::parse(text)
    }

    /// The revisions of which the query asks what changed since, in the order of the text. Whoever answers the query has
    /// to look that up before (see [`Analysis::knowing`]).
    pub fn revisions(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.root.collect_revisions(&mut found);
        found
    }

    /// The nodes that the query selects. Empty where nothing does.
    ///
    /// # Errors
    /// A path that matches nothing, an unknown kind or metric, or an argument of the wrong sort.
    pub fn select(&self, snapshot: &Snapshot, analysis: &Analysis) -> Result<NodeSet, QueryError> {
        eval::select(&self.root, snapshot, analysis)
    }
}

/// Reads and answers a query in one step. A text that is a path of the project as it stands is meant as that, so that
/// names with spaces and parentheses need no quotes.
///
/// # Errors
/// As [`Query::parse`] and [`Query::select`].
pub fn select(text: &str, snapshot: &Snapshot, analysis: &Analysis) -> Result<NodeSet, QueryError> {
    match snapshot.find(text.trim_end_matches('/')) {
        Some(node) => Ok(NodeSet::from_iter([node])),
        None => Query::parse(text)?.select(snapshot, analysis),
    }
}

/// As [`select`], for a text that outlives what it names (a rule): a path that matches nothing stands for the empty set,
/// and the second answer says so of each.
///
/// # Errors
/// The text is no query, or names an unknown kind or metric.
pub fn select_existing(
    text: &str,
    snapshot: &Snapshot,
    analysis: &Analysis,
) -> Result<(NodeSet, Vec<QueryError>), QueryError> {
    match snapshot.find(text.trim_end_matches('/')) {
        Some(node) => Ok((NodeSet::from_iter([node]), Vec::new())),
        None => eval::select_existing(&Query::parse(text)?.root, snapshot, analysis),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::graph;

    /// The paths that a query selects in a small project.
    fn answer(text: &str) -> Result<Vec<String>, String> {
        let snapshot = graph(&[
            "app/main.rs core/a.rs",
            "core/a.rs core/b.rs",
            "core/b.rs core/a.rs",
            "core/b.rs util/c.rs",
            "util/c.rs npm:react",
            "app/test_main.rs app/main.rs",
        ]);
        let nodes = select(text, &snapshot, &Analysis::new(&snapshot)).map_err(|error| error.to_string())?;
        Ok(nodes.iter().map(|id| snapshot.node(id).path.to_string()).collect())
    }

    fn selects(text: &str, expected: &[&str]) {
        assert_eq!(answer(text), Ok(expected.iter().map(|path| (*path).to_owned()).collect()), "{text}");
    }

    #[test]
    fn paths_and_globs_select_what_they_name() {
        selects("core", &["core"]);
        selects("core/*.rs", &["core/a.rs", "core/b.rs"]);
        selects("./util/c.rs + npm:react", &["util/c.rs", "npm:react"]);
        selects("'core/a.rs'", &["core/a.rs"]);
    }

    #[test]
    fn closures_follow_dependencies_both_ways_and_stop_at_a_depth() {
        selects("deps(app/main.rs, 1)", &["app/main.rs", "core/a.rs"]);
        selects("deps(core)", &["core/a.rs", "core/b.rs", "util/c.rs", "npm:react"]);
        selects("rdeps(util) - util", &["app/main.rs", "app/test_main.rs", "core/a.rs", "core/b.rs"]);
    }

    #[test]
    fn ways_lead_from_one_set_to_another() {
        selects("allpaths(app/main.rs, util)", &["app/main.rs", "core/a.rs", "core/b.rs", "util/c.rs"]);
        selects("somepath(core/a.rs, npm:react)", &["core/a.rs", "core/b.rs", "util/c.rs", "npm:react"]);
        selects("somepath(util, app)", &[]);
    }

    #[test]
    fn properties_of_nodes_select_them() {
        selects("cycles(.)", &["core/a.rs", "core/b.rs"]);
        selects("tests()", &["app/test_main.rs"]);
        selects("external()", &["npm:react"]);
        selects("kind(directory, core + util)", &["core", "util"]);
        selects("kind(file) ^ core", &["core/a.rs", "core/b.rs"]);
        selects("top(1, fan-in)", &["core/a.rs"]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_column() {
        let wrong = |text: &str| answer(text).expect_err(text);
        assert!(wrong("core + nowhere").starts_with("column 8: 'nowhere' matches none of 5 files"));
        assert!(wrong("kind(planet)").starts_with("column 6: no kind 'planet'; there are workspace"));
        assert!(wrong("top(2, beauty)").starts_with("column 8: no metric 'beauty'; there are fan-in"));
        assert_eq!(wrong("deps(core, many)"), "column 12: expected a whole number");
    }
}
