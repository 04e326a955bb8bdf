//! Sources that were read for previews: a small cache that never blocks a frame.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::tui::theme::Role;

/// Files kept.
const CAPACITY: usize = 96;

/// A stretch of a line with one role: byte range and role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First byte in the line.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// What it is.
    pub role: Role,
}

/// A file as it is shown.
#[derive(Debug, Clone, Default)]
pub struct Text {
    /// Safe for the terminal, tabs expanded, long lines cut.
    pub lines: Arc<Vec<Box<str>>>,
    /// For the lines highlighted so far: what stretches of them are.
    pub spans: Vec<Vec<Span>>,
    /// Why there is nothing to see, or not all of it.
    pub problem: Option<String>,
}

/// What the reader thread found.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The file.
    pub path: Arc<str>,
    /// The age of the cache when it was asked for.
    pub age: u64,
    /// Whether it was asked for with highlighting.
    pub highlight: bool,
    /// The text, highlighted as far as that got.
    pub text: Arc<Text>,
    /// Whether more of it will follow.
    pub more: bool,
    /// Whether highlighting was given up for a file that is wanted more.
    pub given_up: bool,
}

#[derive(Debug)]
struct Entry {
    text: Option<Arc<Text>>,
    /// When it was last asked for.
    asked: u64,
    /// When it was last wanted by a frame.
    used: u64,
    /// The answer has not come.
    waiting: bool,
    /// It was asked for with highlighting.
    highlighted: bool,
}

/// A file that a frame wants and that is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The file.
    pub path: Arc<str>,
    /// The age of the cache.
    pub age: u64,
    /// Whether it is to be highlighted.
    pub highlight: bool,
}

/// The cache.
#[derive(Debug, Default)]
pub struct Texts {
    entries: FxHashMap<Arc<str>, Entry>,
    age: u64,
    clock: u64,
    wanted: Vec<Wanted>,
}

impl Texts {
    /// The text of a file. Where it was not read since the last refresh, it is asked for; until the answer comes, the old
    /// text (or none) is shown.
    pub fn get(&mut self, path: &Arc<str>, highlight: bool) -> Option<Arc<Text>> {
        self.clock += 1;
        let (clock, age) = (self.clock, self.age);
        let entry = self.entries.entry(path.clone()).or_insert(Entry {
            text: None,
            asked: u64::MAX,
            used: clock,
            waiting: false,
            highlighted: false,
        });
        entry.used = clock;
        if entry.asked != age || (highlight && !entry.highlighted) {
            entry.asked = age;
            entry.waiting = true;
            entry.highlighted |= highlight;
            self.wanted.push(Wanted { path: path.clone(), age, highlight: entry.highlighted });
        }
        entry.text.clone()
    }

    /// The text of a file if it is there. Asks for nothing.
    pub fn peek(&self, path: &str) -> Option<&Arc<Text>> {
        self.entries.get(path)?.text.as_ref()
    }

    /// Whether an answer for this file is on its way.
    pub fn is_waiting(&self, path: &str) -> bool {
        self.entries.get(path).is_some_and(|entry| entry.waiting)
    }

    /// Whether any answer is on its way.
    pub fn is_any_waiting(&self) -> bool {
        self.entries.values().any(|entry| entry.waiting)
    }

    /// What is to be read since the last call.
    pub fn take_wanted(&mut self) -> Vec<Wanted> {
        std::mem::take(&mut self.wanted)
    }

    /// Takes an answer; a stale one is dropped.
    pub fn put(&mut self, answer: &Answer) {
        if let Some(entry) = self.entries.get_mut(&answer.path)
            && entry.asked == answer.age
        {
            // The answer to an earlier question without highlighting is not the one that is waited for.
            entry.waiting = answer.more || (entry.highlighted && !answer.highlight);
            entry.highlighted &= !answer.given_up;
            // A plain text must not take the colours of what is shown already away for a moment.
            let same = entry.text.as_ref().is_some_and(|old| {
                answer.text.spans.is_empty() && !old.spans.is_empty() && old.lines == answer.text.lines
            });
            if !same {
                entry.text = Some(answer.text.clone());
            }
        }
        if self.entries.len() > CAPACITY {
            let mut used: Vec<u64> = self.entries.values().map(|entry| entry.used).collect();
            used.sort_unstable();
            let limit = used[self.entries.len() - CAPACITY / 2];
            self.entries.retain(|_, entry| entry.used >= limit);
        }
    }

    /// Files may have changed: what is asked for next is read again.
    pub fn age(&mut self) {
        self.age += 1;
    }
}
