//! How many ways lead through each function, and how hard it is to follow.
//!
//! **Cyclomatic complexity** (T. J. McCabe, "A Complexity Measure", 1976): the decisions of a function plus one. Decisions
//! are conditions, loops, conditional expressions, caught exceptions, operators that may not evaluate their right side
//! (`&&`, `||`, `??`), filters of comprehensions, and the cases of a selection that are not its default; a selection that
//! must take one of its cases counts one less than it has cases.
//!
//! **Cognitive complexity** (G. A. Campbell, "Cognitive Complexity", SonarSource, 2018): one for each break in the flow (a
//! condition, loop, selection, conditional expression, caught exception), and one more for each such construct and
//! function around it; one alone for each `else` and `else if`, each sequence of like logical operators, each jump to a
//! label, and for a function that calls itself. (By its name or on its own object, where the query captures such calls:
//! not in C, Rust, Ruby, Elixir, Erlang, Haskell and OCaml. Functions that call each other in a circle are not looked for.)
//!
//! Which syntax is which is data: captures in the language's query.
//!
//! | capture | cyclomatic | cognitive |
//! |---|---|---|
//! | `@complexity.if` | 1 | 1 + depth; its field `alternative`, or what follows the word, is an `else` |
//! | `@complexity.let` | 1 if it has a field `alternative` | 1 + depth if it has |
//! | `@complexity.branch` | 1 | 1 + depth |
//! | `@complexity.structure` | | 1 + depth |
//! | `@complexity.match` | -1 | 1 + depth |
//! | `@complexity.elif` | 1 | 1 |
//! | `@complexity.else` | | 1; with nothing but an `if` inside, the two are an `else if` |
//! | `@complexity.case` | 1, unless it is for all others; 1 more for a condition | |
//! | `@complexity.try` | 1 for each block that stands beside its `catch_clause` | 1 + depth for each |
//! | `@complexity.decision` | 1 | |
//! | `@complexity.logical` | 1 for each operator, if it is one that may not evaluate its right side | 1 for each sequence of like ones, if it joins conditions |
//! | `@complexity.jump` | | 1 |
//! | `@complexity.lambda` | | deepens what is inside |
//! | `@complexity.clauses` | -1 | deepens what is inside |
//! | `@complexity.code` | | says that a function's declaration holds code, where it has no field `body` |
//!
//! All but those that end with their first child are captures of single nodes: a pattern that waits for a later child is
//! open in everything before that, which deep nesting would make quadratic.
//!
//! Of several captures of one node that of the pattern written last counts. Depth counts from the field `consequence` or
//! `body` on, where the grammar has one: a condition is no deeper than its construct. A named function inside another has
//! a complexity of its own, and is a part of the outer one's cognitive complexity, not of its cyclomatic one.

mod logical;
mod nesting;

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

pub(super) use nesting::{Function, measure};

/// What a captured node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Construct {
    If,
    Let,
    Try,
    Branch,
    Structure,
    Match,
    Elif,
    Else,
    Case,
    Decision,
    Logical,
    Jump,
    Lambda,
    Clauses,
    Code,
}

impl Construct {
    /// By the capture's name after `complexity.`.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "if" => Self::If,
            "let" => Self::Let,
            "try" => Self::Try,
            "branch" => Self::Branch,
            "structure" => Self::Structure,
            "match" => Self::Match,
            "elif" => Self::Elif,
            "else" => Self::Else,
            "case" => Self::Case,
            "decision" => Self::Decision,
            "logical" => Self::Logical,
            "jump" => Self::Jump,
            "lambda" => Self::Lambda,
            "clauses" => Self::Clauses,
            "code" => Self::Code,
            _ => return None,
        })
    }

    fn deepens(self) -> bool {
        use Construct::{Branch, Clauses, If, Lambda, Match, Structure};
        matches!(self, If | Branch | Structure | Match | Lambda | Clauses)
    }
}

/// A construct, or a group of logical operators, at a place.
#[derive(Debug, Clone, Copy)]
struct Event {
    start: u32,
    end: u32,
    /// The stretch in which everything is one level deeper.
    deeper: Option<(u32, u32)>,
    construct: Construct,
    node: usize,
    pattern: usize,
    /// Of logical operators: how many, and in how many sequences of like ones.
    operators: (u32, u32),
}

/// The constructs of a file.
#[derive(Default)]
pub(super) struct Constructs<'t> {
    events: Vec<Event>,
    /// What runs where a condition does not hold.
    alternatives: Vec<Node<'t>>,
    /// What an `else` holds last.
    wrapped: FxHashSet<usize>,
    logical: Vec<Node<'t>>,
}

impl<'t> Constructs<'t> {
    /// Adds a captured node. `pattern` is the number of the pattern that captured it.
    pub(super) fn add(&mut self, construct: Construct, node: Node<'t>, pattern: usize, source: &[u8]) {
        match construct {
            Construct::Logical => match logical::joins(node, source) {
                logical::Joins::Conditions => return self.logical.push(node),
                logical::Joins::Values => return self.events.push(event(Construct::Decision, node, pattern)),
                logical::Joins::Nothing => return,
            },
            Construct::Let => {
                let held = alternative(node).into_iter();
                return self.events.extend(held.map(|held| branch(held, pattern)));
            }
            Construct::Try => return self.events.extend(handlers(node).map(|held| branch(held, pattern))),
            Construct::Case => {
                if is_default(node, source) {
                    return;
                }
                let condition = node.child_by_field_name("pattern").and_then(|it| it.child_by_field_name("condition"));
                self.events.extend(condition.map(|held| event(Construct::Decision, held, pattern)));
            }
            Construct::If | Construct::Elif => self.alternatives.extend(alternative(node).or_else(|| after_else(node))),
            Construct::Else => {
                let last = u32::try_from(node.named_child_count()).ok().and_then(|count| count.checked_sub(1));
                self.wrapped.extend(last.and_then(|last| node.named_child(last)).map(|child| child.id()));
            }
            _ => {}
        }
        let end = node.end_byte() as u32;
        let deeper = construct.deepens().then(|| match inside(node) {
            // A lambda's body may be that of a named function, and is known by where it begins and ends.
            Some(body) if construct == Construct::Lambda => range(body),
            // The construct itself is not inside of itself.
            body => (body.unwrap_or(node).start_byte().max(node.start_byte() + 1) as u32, end),
        });
        self.events.push(Event { deeper, ..event(construct, node, pattern) });
    }

    /// The events by place, outer ones first.
    fn finish(mut self, source: &[u8]) -> Vec<Event> {
        self.events.sort_unstable_by_key(|event| (event.start, !event.end, event.node, !event.pattern));
        self.events.dedup_by_key(|event| event.node);
        let at: FxHashMap<usize, usize> =
            self.events.iter().enumerate().map(|(index, event)| (event.node, index)).collect();
        for child in &self.wrapped {
            // With the `else` around it, it is an `else if`.
            if let Some(event) = at.get(child).map(|index| &mut self.events[*index])
                && event.construct == Construct::If
            {
                (event.construct, event.deeper) = (Construct::Decision, None);
            }
        }
        for alternative in self.alternatives {
            let known = at.get(&alternative.id()).or_else(|| at.get(&only_child(alternative)?.id()));
            match known.map(|index| &mut self.events[*index]) {
                Some(event) if event.construct == Construct::If => {
                    (event.construct, event.deeper) = (Construct::Elif, None);
                }
                Some(event) if matches!(event.construct, Construct::Elif | Construct::Else | Construct::Decision) => {}
                _ => self.events.push(event(Construct::Else, alternative, 0)),
            }
        }
        self.events.extend(logical::events(&self.logical, source));
        self.events.sort_unstable_by_key(|event| (event.start, !event.end));
        self.events
    }
}

fn event(construct: Construct, node: Node<'_>, pattern: usize) -> Event {
    let (start, end) = range(node);
    Event { start, end, deeper: None, construct, node: node.id(), pattern, operators: (0, 0) }
}

fn range(node: Node<'_>) -> (u32, u32) {
    (node.start_byte() as u32, node.end_byte() as u32)
}

/// A block that is a construct of its own.
fn branch(node: Node<'_>, pattern: usize) -> Event {
    let deeper = Some((node.start_byte() as u32 + 1, node.end_byte() as u32));
    Event { deeper, ..event(Construct::Branch, node, pattern) }
}

/// A case for all that no other case takes.
fn is_default(case: Node<'_>, source: &[u8]) -> bool {
    let is_word = |first: Node<'_>| matches!(first.kind(), "default" | "default_keyword" | "else");
    let is_any = |second: Node<'_>| {
        second.kind() == "case_pattern" && source.get(second.byte_range()).is_some_and(|text| text == b"_")
    };
    case.child(0).is_some_and(is_word) || case.child(1).is_some_and(is_any)
}

/// What a condition leads to otherwise, where the grammar has a field for it.
fn alternative(node: Node<'_>) -> Option<Node<'_>> {
    let or_else = || node.child_by_field_name("else").filter(|held| held.is_named());
    node.child_by_field_name("alternative").or_else(or_else)
}

/// The same where it has none: the named child after the word.
fn after_else(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    let mut children = node.children(&mut cursor).skip_while(|child| child.kind() != "else").skip(1);
    children.find(Node::is_named)
}

/// The blocks of a statement that stand beside what they catch.
fn handlers(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut cursor = node.walk();
    let mut blocks = Vec::new();
    let mut catches = false;
    let mut has_child = cursor.goto_first_child();
    while has_child {
        let child = cursor.node();
        if child.kind() == "block" && catches {
            blocks.push(child);
        }
        catches = child.kind() == "catch_clause" || cursor.field_name() == Some("type");
        has_child = cursor.goto_next_sibling();
    }
    blocks.into_iter()
}

/// The part of a construct that runs under its condition.
fn inside(node: Node<'_>) -> Option<Node<'_>> {
    node.child_by_field_name("consequence").or_else(|| node.child_by_field_name("body"))
}

/// What a wrapper of the same extent holds (Kotlin's bodies of control structures).
fn only_child(node: Node<'_>) -> Option<Node<'_>> {
    node.named_child(0).filter(|child| range(*child) == range(node))
}
