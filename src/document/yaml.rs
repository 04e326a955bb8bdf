//! YAML streams.

use rustc_hash::FxHashMap;
use saphyr_parser::{Event, Parser};

use super::tree::{Entry, Tree, Value};
use super::{Problem, Read, template};
use crate::facts::Name;

/// Collections nested deeper than this are refused: readers of a tree recurse.
const DEPTH_LIMIT: usize = 64;

/// Values that a file may come to with its aliases put in: an alias of aliases grows without bound.
const VALUE_LIMIT: usize = 400_000;

/// A collection that is not complete.
struct Open {
    line: u32,
    anchor: usize,
    values: usize,
    kind: Kind,
}

impl Open {
    fn complete(self) -> Value {
        match self.kind {
            Kind::List(elements) => Value::List(elements),
            Kind::Map(entries, _) => Value::Map(merged(entries)),
        }
    }
}

enum Kind {
    List(Vec<Tree>),
    Map(Vec<Entry>, Option<(Name, u32)>),
}

/// Reads every document of a stream, templates among them.
pub(super) fn read(text: &str) -> Read {
    let prepared = template::blanked(text);
    let (trees, problem) = read_strictly(&prepared);
    // Most tools take a bracket that closes at the indentation of its key, which the standard forbids.
    if problem.as_ref().is_some_and(|problem| problem.message.contains("indentation")) {
        let (again, still) = read_strictly(&with_brackets_indented(&prepared));
        if still.is_none() || again.len() > trees.len() {
            return (again, still);
        }
    }
    (trees, problem)
}

fn read_strictly(text: &str) -> Read {
    let mut reader = Reader::default();
    let problem = reader.run(text).err();
    reader.close();
    (reader.documents, problem)
}

/// The text with lines of nothing but closing brackets moved to the right.
fn with_brackets_indented(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    for line in text.split_inclusive('\n') {
        let inside = line.trim();
        if !inside.is_empty() && inside.chars().all(|c| matches!(c, ']' | '}' | ',')) {
            out.push_str("                                ");
        }
        out.push_str(line);
    }
    out
}

#[derive(Default)]
struct Reader {
    documents: Vec<Tree>,
    open: Vec<Open>,
    anchors: FxHashMap<usize, (Tree, usize)>,
    values: usize,
}

impl Reader {
    fn run(&mut self, text: &str) -> Result<(), Problem> {
        let mut parser = Parser::new_from_str(text);
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| Problem {
                line: Some(error.marker().line() as u32),
                message: format!("not well-formed: {}", error.info()),
            })?;
            let line = span.start.line() as u32;
            self.take(event, line).map_err(|message| Problem { line: Some(line), message: message.to_owned() })?;
        }
        Ok(())
    }

    /// Completes what is open where the reading ended, so that what was read up to there counts.
    fn close(&mut self) {
        while let Some(open) = self.open.pop() {
            let (line, values) = (open.line, open.values);
            let value = open.complete();
            self.put(Tree { line, value }, values);
        }
    }

    fn take(&mut self, event: Event<'_>, line: u32) -> Result<(), &'static str> {
        let (value, anchor, values) = match event {
            Event::Scalar(text, _, anchor, tag) => {
                // CloudFormation's short forms of naming another resource, in the form of its templates.
                let is_reference = tag.is_some_and(|tag| matches!(&*tag.suffix, "Ref" | "GetAtt"));
                let text = if is_reference { format!("${{{text}}}").into() } else { Name::from(&*text) };
                (Tree { line, value: Value::Text(text) }, anchor, 1)
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some((_, values)) if self.values + values > VALUE_LIMIT => return Err("aliases expand without bound"),
                Some((tree, values)) => (Tree { line, ..tree.clone() }, 0, *values),
                None => (Tree { line, value: Value::Text(Name::default()) }, 0, 1),
            },
            Event::SequenceStart(anchor, _) => return self.begin(line, anchor, Kind::List(Vec::new())),
            Event::MappingStart(anchor, _) => return self.begin(line, anchor, Kind::Map(Vec::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else { return Ok(()) };
                let (line, anchor, values) = (open.line, open.anchor, open.values);
                (Tree { line, value: open.complete() }, anchor, values)
            }
            _ => return Ok(()),
        };
        self.values += if anchor == 0 && values > 1 { values } else { 1 };
        if self.values > VALUE_LIMIT {
            return Err("more values than anybody's configuration");
        }
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), values));
        }
        self.put(value, values);
        Ok(())
    }

    fn begin(&mut self, line: u32, anchor: usize, kind: Kind) -> Result<(), &'static str> {
        if self.open.len() >= DEPTH_LIMIT {
            return Err("nested too deeply");
        }
        self.open.push(Open { line, anchor, values: 1, kind });
        Ok(())
    }

    fn put(&mut self, value: Tree, values: usize) {
        let Some(open) = self.open.last_mut() else { return self.documents.push(value) };
        open.values += values;
        match &mut open.kind {
            Kind::List(elements) => elements.push(value),
            Kind::Map(entries, key) => match key.take() {
                Some((key, line)) => entries.push(Entry { key, line, value }),
                None => *key = Some((value.text().map(Name::from).unwrap_or_default(), value.line)),
            },
        }
    }
}

/// Puts in what `<<` brings: entries of other mappings that are not overridden.
fn merged(mut entries: Vec<Entry>) -> Vec<Entry> {
    while let Some(at) = entries.iter().position(|entry| entry.key == "<<") {
        let brought = entries.remove(at).value;
        let new: Vec<Entry> = brought
            .each()
            .iter()
            .flat_map(Tree::entries)
            .filter(|new| new.key != "<<" && entries.iter().all(|entry| entry.key != new.key))
            .cloned()
            .collect();
        entries.extend(new);
    }
    entries
}
