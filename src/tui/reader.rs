//! The thread that reads and highlights sources for previews, so that no frame waits for a disk or a grammar.

mod highlight;

use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::model::{Answer, Text, Wanted};
use crate::text::{expand_tabs, sanitize, truncate_end};
use highlight::Highlighter;

/// Longer lines are cut, in columns.
const LINE_LIMIT: usize = 1000;

/// Columns between tab stops.
const TAB: usize = 4;

/// Lines highlighted before the first highlighted answer, so that the screen has its colours at once.
const FIRST_SLICE: usize = 400;

/// Lines highlighted at all; the rest stays plain.
const HIGHLIGHT_LIMIT: usize = 30_000;

/// A handle on the thread; it ends when this is dropped.
pub struct Reader {
    requests: Sender<Wanted>,
    /// What it found.
    pub answers: Receiver<Answer>,
}

impl Reader {
    /// Starts the thread for a project.
    pub fn start(root: PathBuf) -> Self {
        let (requests, inbox) = unbounded();
        let (outbox, answers) = unbounded();
        std::thread::spawn(move || Worker { root, inbox, outbox, highlighter: None }.run());
        Self { requests, answers }
    }

    /// Asks for files.
    pub fn ask(&self, wanted: Vec<Wanted>) {
        for wanted in wanted {
            // The thread ends only with this handle.
            let _ = self.requests.send(wanted);
        }
    }
}

struct Worker {
    root: PathBuf,
    inbox: Receiver<Wanted>,
    outbox: Sender<Answer>,
    highlighter: Option<Highlighter>,
}

impl Worker {
    fn run(mut self) {
        let mut next = None;
        while let Some(wanted) = next.take().or_else(|| self.inbox.recv().ok()) {
            let text = read(&self.root, &wanted.path);
            let highlight = wanted.highlight && !text.lines.is_empty();
            self.answer(&wanted, &text, highlight, false);
            if highlight {
                next = self.highlight(&wanted, text);
            }
        }
    }

    fn answer(&self, wanted: &Wanted, text: &Text, more: bool, given_up: bool) {
        // Nobody listens any more when the explorer ends.
        let _ = self.outbox.send(Answer {
            path: wanted.path.clone(),
            age: wanted.age,
            highlight: wanted.highlight,
            text: Arc::new(text.clone()),
            more,
            given_up,
        });
    }

    /// Highlights a file; gives up when another file is to be highlighted, and returns that.
    fn highlight(&mut self, wanted: &Wanted, mut text: Text) -> Option<Wanted> {
        let lines = text.lines.clone();
        let highlighter = self.highlighter.take().unwrap_or_else(Highlighter::new);
        let mut state = highlighter.start(&wanted.path, lines.first().map_or("", |line| line));
        let mut other = None;
        for (index, line) in lines.iter().take(HIGHLIGHT_LIMIT).enumerate() {
            let Some(running) = &mut state else { break };
            match highlighter.line(running, line) {
                Some(spans) => text.spans.push(spans),
                None => break,
            }
            if index + 1 == FIRST_SLICE {
                self.answer(wanted, &text, true, false);
            }
            if index % 16 == 0 {
                other = self.serve_plain();
            }
            if other.is_some() {
                break;
            }
        }
        self.highlighter = Some(highlighter);
        self.answer(wanted, &text, false, other.is_some());
        other
    }

    /// Serves requests that need no highlighting; the first that does is returned.
    fn serve_plain(&self) -> Option<Wanted> {
        while let Ok(wanted) = self.inbox.try_recv() {
            if wanted.highlight {
                return Some(wanted);
            }
            self.answer(&wanted, &read(&self.root, &wanted.path), false, false);
        }
        None
    }
}

/// Reads a file and makes its lines fit for the screen.
fn read(root: &std::path::Path, path: &str) -> Text {
    match crate::index::read_source(root, path) {
        Ok(bytes) => lines_of(&bytes),
        Err(error) => Text { problem: Some(format!("cannot be read: {error}")), ..Text::default() },
    }
}

fn lines_of(bytes: &[u8]) -> Text {
    if bytes.iter().take(8192).any(|byte| *byte == 0) {
        return Text { problem: Some("is not text".to_owned()), ..Text::default() };
    }
    let text = String::from_utf8_lossy(bytes);
    let line = |line: &str| -> Box<str> {
        let start = line.char_indices().nth(LINE_LIMIT * 2).map_or(line, |(end, _)| &line[..end]);
        let expanded = expand_tabs(start, TAB);
        truncate_end(&sanitize(&expanded), LINE_LIMIT).into()
    };
    let lines: Vec<Box<str>> = text.lines().map(line).collect();
    Text { lines: Arc::new(lines), ..Text::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_fit_for_the_screen() {
        let text = lines_of("a\tb\r\n\u{1b}[31mred\nlast".as_bytes());
        assert_eq!(text.lines.iter().map(|line| &**line).collect::<Vec<_>>(), ["a   b", "␛[31mred", "last"]);
        assert!(lines_of(b"\0\0").problem.is_some());
        let long = lines_of("x".repeat(1_000_000).as_bytes());
        assert!(long.lines[0].chars().count() <= LINE_LIMIT);
    }

    #[test]
    fn a_file_is_read_and_highlighted() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("a.rs"), "fn main() {}\n// done\n").unwrap();
        let reader = Reader::start(root.path().to_path_buf());
        reader.ask(vec![Wanted { path: "a.rs".into(), age: 1, highlight: true }]);
        let plain = reader.answers.recv().unwrap();
        assert!(plain.more && plain.text.spans.is_empty());
        let colored = reader.answers.recv().unwrap();
        assert!(!colored.more && colored.text.spans.iter().any(|spans| !spans.is_empty()));
    }
}
