//! Where a query's patterns match.
//!
//! tree-sitter's own cursor keeps a state for every way in which a pattern may still match, and looks at all of them at
//! every node. Here each pattern is tried at the nodes of its root's kind and nowhere else, and looks at the children that
//! it names: a pattern that most nodes cannot begin costs nothing at them, and one that is rooted at a block costs no more
//! than one look at each of the block's children. What is matched is the same, but that `?` and `*` take what they can.

use super::nodes::Nodes;
use super::pattern::{Kind, Pattern, Predicate, Shape, Step, Test, Times};

/// The kind of ERROR nodes.
const ERROR: u16 = u16::MAX;

/// Which patterns begin at nodes of a kind.
#[derive(Debug)]
pub(super) struct Roots {
    /// For each kind the patterns, each with the number of the shape of its first step.
    of_kind: Vec<Vec<(u16, u16)>>,
    of_errors: Vec<(u16, u16)>,
    /// For each kind whether some pattern asks for an anonymous node of it.
    anonymous: Vec<bool>,
    /// For each kind whether some pattern asks in which field a child of such a node stands.
    fields: Vec<bool>,
}

impl Roots {
    /// Sorts patterns by the kinds of their roots.
    pub(super) fn new(patterns: &[Pattern], kinds: usize) -> Self {
        let mut roots = Self {
            of_kind: vec![Vec::new(); kinds],
            of_errors: Vec::new(),
            anonymous: vec![false; kinds],
            fields: vec![false; kinds],
        };
        for (number, pattern) in (0..).zip(patterns) {
            roots.note_kinds(&pattern.steps, Kind::Every);
            let shapes = pattern.steps.first().map_or(&[][..], |root| &root.shapes);
            for (shape_number, shape) in (0..).zip(shapes) {
                match shape.kind {
                    Kind::Is(ERROR) => roots.of_errors.push((number, shape_number)),
                    Kind::Is(kind) => roots.of_kind[usize::from(kind)].push((number, shape_number)),
                    Kind::Named | Kind::Every => {}
                }
            }
        }
        roots
    }

    /// Notes what the children of nodes of a kind are asked for.
    fn note_kinds(&mut self, steps: &[Step], parent: Kind) {
        for shape in steps.iter().flat_map(|step| &step.shapes) {
            match parent {
                _ if shape.field == 0 => {}
                Kind::Is(kind) => {
                    if let Some(asked) = self.fields.get_mut(usize::from(kind)) {
                        *asked = true;
                    }
                }
                Kind::Named | Kind::Every => self.fields.fill(true),
            }
            match shape.kind {
                Kind::Is(kind) => {
                    if let Some(wanted) = self.anonymous.get_mut(usize::from(kind)) {
                        *wanted = true;
                    }
                }
                Kind::Every => self.anonymous.fill(true),
                Kind::Named => {}
            }
            self.note_kinds(&shape.children, shape.kind);
        }
    }

    /// Whether some pattern asks for nodes of a kind.
    pub(super) fn wants(&self, kind: u16) -> bool {
        self.anonymous.get(usize::from(kind)).is_some_and(|wanted| *wanted)
    }

    /// Whether some pattern asks for the fields of nodes of a kind.
    pub(super) fn asks_fields(&self, kind: u16) -> bool {
        self.fields.get(usize::from(kind)).is_none_or(|asked| *asked)
    }

    fn at(&self, kind: u16) -> &[(u16, u16)] {
        if kind == ERROR { &self.of_errors } else { self.of_kind.get(usize::from(kind)).map_or(&[], Vec::as_slice) }
    }
}

/// The number of a capture, and the index of the node.
pub(super) type Captured = (u16, u32);

/// Calls `found` for every match with the number of the pattern and what it captures: in source order of the patterns'
/// roots, and at each root in the order of the patterns.
pub(super) fn matches(
    patterns: &[Pattern],
    roots: &Roots,
    nodes: &Nodes<'_>,
    bytes: &[u8],
    found: impl FnMut(usize, &[Captured]),
) {
    let mut search = Search { nodes, bytes, pattern: 0, predicates: &[], captured: Vec::new(), found };
    for index in 0..nodes.len() {
        for (number, shape) in roots.at(nodes.kind(index)) {
            let pattern = &patterns[usize::from(*number)];
            search.pattern = usize::from(*number);
            search.predicates = &pattern.predicates;
            if let Some((root, siblings)) = pattern.steps.split_first() {
                search.root(&root.shapes[usize::from(*shape)], siblings, index);
            }
        }
    }
}

struct Search<'p, 't, F> {
    nodes: &'p Nodes<'t>,
    bytes: &'p [u8],
    pattern: usize,
    predicates: &'p [Predicate],
    captured: Vec<Captured>,
    found: F,
}

/// Steps that are still to be met among the children of a node, and what comes after them.
#[derive(Clone, Copy)]
struct Rest<'r> {
    steps: &'r [Step],
    /// The next child, and one past the last.
    from: u32,
    to: u32,
    /// Whether no named child may be left in the end.
    closed: bool,
    after: Option<&'r Rest<'r>>,
}

impl<F: FnMut(usize, &[Captured])> Search<'_, '_, F> {
    fn root(&mut self, shape: &Shape, siblings: &[Step], index: u32) {
        let parent = self.nodes.parent(index);
        // What stands beside each other in an ERROR need not belong together.
        if !siblings.is_empty() && parent.is_some_and(|parent| self.nodes.kind(parent) == ERROR) {
            return;
        }
        let end = self.nodes.end(index);
        let to = parent.map_or(end, |parent| self.nodes.end(parent));
        let beside = Rest { steps: siblings, from: end, to, closed: false, after: None };
        self.shape(shape, index, &beside);
    }

    /// Tries a node, and then what comes after it. Whether anything matched.
    fn shape(&mut self, shape: &Shape, index: u32, after: &Rest<'_>) -> bool {
        if !self.fits(shape, index) {
            return false;
        }
        let before = self.captured.len();
        self.captured.extend(shape.captures.iter().map(|capture| (*capture, index)));
        let (from, to) = (index + 1, self.nodes.end(index));
        let matched = self.steps(&Rest { steps: &shape.children, from, to, closed: shape.closed, after: Some(after) });
        self.captured.truncate(before);
        matched
    }

    fn fits(&self, shape: &Shape, index: u32) -> bool {
        let kind = self.nodes.kind(index);
        let is_of_kind = match shape.kind {
            Kind::Is(asked) => kind == asked,
            Kind::Named => kind != ERROR && self.nodes.is_named(index),
            Kind::Every => kind != ERROR,
        };
        is_of_kind
            && (shape.field == 0 || shape.field == self.nodes.field(index))
            && shape.absent.iter().all(|field| self.nodes.node(index).child_by_field_id(*field).is_none())
    }

    /// Meets the steps of `rest` in all possible ways. Whether there is one.
    fn steps(&mut self, rest: &Rest<'_>) -> bool {
        let Some((step, later)) = rest.steps.split_first() else {
            if rest.closed && self.next_named(rest.from, rest.to).is_some() {
                return false;
            }
            return match rest.after {
                Some(after) => self.steps(after),
                None => {
                    self.finish();
                    true
                }
            };
        };
        if step.times == Times::Any {
            let from = self.after_repeated(step, rest.from, rest.to);
            return self.steps(&Rest { steps: later, from, ..*rest });
        }
        let is_last_to_tell = !step.captures && later.first().is_none_or(|next| !next.immediate);
        let mut matched = false;
        let mut index = rest.from;
        while index < rest.to {
            let end = self.nodes.end(index);
            let after = Rest { steps: later, from: end, ..*rest };
            for shape in &step.shapes {
                matched |= self.shape(shape, index, &after);
            }
            // Where nothing of a step is captured, what its first node allows includes what later ones do.
            if matched && is_last_to_tell || step.immediate && self.nodes.is_named(index) {
                break;
            }
            index = end;
        }
        matched || step.times == Times::Optional && self.steps(&Rest { steps: later, ..*rest })
    }

    /// The index behind all nodes that a repeated step takes.
    fn after_repeated(&self, step: &Step, from: u32, to: u32) -> u32 {
        let mut after = from;
        while let Some(index) = self.next_named(after, to)
            && step.shapes.iter().any(|shape| self.fits(shape, index))
        {
            after = self.nodes.end(index);
        }
        after
    }

    fn next_named(&self, from: u32, to: u32) -> Option<u32> {
        let mut index = from;
        while index < to && !self.nodes.is_named(index) {
            index = self.nodes.end(index);
        }
        (index < to).then_some(index)
    }

    fn finish(&mut self) {
        let (bytes, nodes, captured) = (self.bytes, self.nodes, &self.captured);
        let holds = |predicate: &Predicate| {
            captured.iter().filter(|(capture, _)| *capture == predicate.capture).all(|(_, index)| {
                let text = bytes.get(nodes.node(*index).byte_range()).unwrap_or_default();
                let passes = match &predicate.test {
                    Test::IsOneOf(texts) => texts.iter().any(|known| known.as_bytes() == text),
                    Test::Matches(expression) => expression.is_match(text),
                };
                passes != predicate.negated
            })
        };
        if self.predicates.iter().all(holds) {
            (self.found)(self.pattern, captured);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use tree_sitter::{Query, QueryCursor, StreamingIterator};

    use crate::lang::extract::{compile, extract, parse};
    use crate::lang::{LANGUAGES, Language, language_of};

    /// A match: the pattern, and name, start and end of each capture.
    type Match = (usize, Vec<(String, usize, usize)>);

    fn here(language: &Language, query: &crate::lang::extract::Query, text: &str) -> Vec<Match> {
        let tree = parse(language, text.as_bytes()).unwrap();
        let mut all = Vec::new();
        let nodes = query.nodes(&tree);
        query.matches(&nodes, text.as_bytes(), |pattern, captured| {
            let name = |capture: u16| query.capture_names()[usize::from(capture)].clone();
            let place = |index: u32| (nodes.node(index).start_byte(), nodes.node(index).end_byte());
            let captured = captured.iter().map(|(it, index)| (name(*it), place(*index).0, place(*index).1));
            all.push((pattern, captured.collect()));
        });
        all.sort();
        all
    }

    fn by_tree_sitter(language: &Language, query: &Query, text: &str) -> Vec<Match> {
        let tree = parse(language, text.as_bytes()).unwrap();
        let mut cursor = QueryCursor::new();
        let mut matches = cursor.matches(query, tree.root_node(), text.as_bytes());
        let mut all = Vec::new();
        while let Some(found) = matches.next() {
            let name = |capture: u32| query.capture_names()[capture as usize].to_owned();
            let captured = found.captures().iter().map(|it| (name(it.index), it.node.start_byte(), it.node.end_byte()));
            all.push((found.pattern_index, captured.collect()));
        }
        all.sort();
        all
    }

    /// Calls `each` with every file of the documents below a directory.
    fn fixtures(directory: &Path, each: &mut impl FnMut(&'static Language, &str)) {
        let mut entries: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                fixtures(&path, each);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let document = std::fs::read_to_string(path).unwrap();
                // Every other part is the inside of a block.
                for block in document.split("\n```").skip(1).step_by(2) {
                    let (head, text) = block.split_once('\n').unwrap_or((block, ""));
                    let name = head.split_whitespace().nth(1).unwrap_or_default();
                    if let Some(language) = language_of(name) {
                        each(language, text);
                    }
                }
            }
        }
    }

    /// tree-sitter's cursor gives up a field's later nodes where the grammar repeats them in a rule of its own: of
    /// `const a, b = 1, 2` it finds `a` alone. So it may miss matches, in patterns with fields, but never has more.
    #[test]
    fn patterns_match_where_tree_sitter_says() {
        let mut queries = BTreeMap::new();
        let (mut matches, mut missed) = (0, 0);
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages");
        fixtures(&directory, &mut |language, text| {
            let (theirs, ours) = queries.entry(language.name).or_insert_with(|| {
                let grammar = tree_sitter::Language::new(language.grammar);
                (Query::new(&grammar, language.query).unwrap(), compile(language).unwrap())
            });
            let expected = by_tree_sitter(language, theirs, text);
            let mut found = here(language, ours, text);
            // The patterns for comments come after those of the query.
            found.retain(|(pattern, _)| *pattern < theirs.pattern_count());
            matches += found.len();
            found.retain(|it| {
                let pattern = theirs.start_byte_for_pattern(it.0)..theirs.end_byte_for_pattern(it.0);
                let is_missed = !expected.contains(it) && language.query[pattern].contains(": ");
                missed += usize::from(is_missed);
                !is_missed
            });
            assert_eq!(found, expected, "{}:\n{text}", language.name);
        });
        assert!(queries.len() * 2 > LANGUAGES.len(), "{} languages", queries.len());
        assert!(matches > 10_000 && missed * 100 < matches, "{missed} of {matches} missed");
    }

    #[test]
    fn a_field_may_be_there_several_times() {
        let facts = extract(&crate::lang::go::GO, b"package a\n\nconst a, b, c = 1, 2, 3\n");
        let names: Vec<&str> = facts.definitions.iter().map(|definition| definition.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }
}
