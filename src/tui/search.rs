//! Searching (`/`) and filtering (`f`), both with smart case: an upper-case letter makes upper and lower case matter.

use std::ops::Range;

use frizbee::{Config, Matcher};

/// A text that is searched for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    text: String,
    exact: bool,
}

/// Where a search begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the present row, which may match itself.
    Here,
    /// After the present one.
    Next,
    /// Before the present one.
    Previous,
}

impl Query {
    /// A query for a text as typed.
    pub fn new(text: &str) -> Self {
        let exact = text.chars().any(char::is_uppercase);
        Self { text: if exact { text.to_owned() } else { text.to_lowercase() }, exact }
    }

    /// Whether nothing is searched for.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Where a text matches first, in bytes. Without case only where lower case is as long as the original.
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        if self.is_empty() {
            return None;
        }
        let start = if self.exact { text.find(&self.text)? } else { text.to_lowercase().find(&self.text)? };
        let end = start + self.text.len();
        Some(if text.is_char_boundary(start) && text.is_char_boundary(end) { start..end } else { 0..0 })
    }

    /// Whether a text matches.
    pub fn matches(&self, text: &str) -> bool {
        self.find(text).is_some()
    }

    /// The row to go to among `len` rows, around the end if need be.
    pub fn search(&self, len: usize, selected: usize, start: Start, matches: impl Fn(usize) -> bool) -> Option<usize> {
        if self.is_empty() || len == 0 {
            return None;
        }
        let (first, backwards) = match start {
            Start::Here => (selected.min(len - 1), false),
            Start::Next => (selected + 1, false),
            Start::Previous => (selected + len - 1, true),
        };
        (0..len)
            .map(|step| if backwards { (first + len - step) % len } else { (first + step) % len })
            .find(|row| matches(*row))
    }
}

/// Which of some texts match a few letters, the best first. Everything matches nothing typed.
pub fn fuzzy<S: AsRef<str> + Sync>(needle: &str, texts: &[S]) -> Vec<usize> {
    if needle.trim().is_empty() {
        return (0..texts.len()).collect();
    }
    let mut matcher = Matcher::from_query(needle, &Config::default());
    let threads = if texts.len() > 50_000 { 0 } else { 1 };
    let mut found = matcher.match_list_parallel(texts, threads);
    // Of equally good ones the shorter says more of what was typed.
    found.sort_by_key(|found| {
        (
            std::cmp::Reverse(found.score),
            texts.get(found.index as usize).map_or(0, |text| text.as_ref().len()),
            found.index,
        )
    });
    found.into_iter().map(|found| found.index as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_matters_only_if_it_is_typed() {
        assert_eq!(Query::new("foo").find("a FOO"), Some(2..5));
        assert_eq!(Query::new("Foo").find("a foo"), None);
        assert_eq!(Query::new("").find("x"), None);
        assert!(Query::new("i").matches("İ"));
    }

    #[test]
    fn searching_goes_around() {
        let rows = ["a", "b", "a", "c"];
        let search = |selected, start| Query::new("a").search(4, selected, start, |row| rows[row] == "a");
        assert_eq!(search(0, Start::Here), Some(0));
        assert_eq!(search(0, Start::Next), Some(2));
        assert_eq!(search(2, Start::Next), Some(0));
        assert_eq!(search(0, Start::Previous), Some(2));
        assert_eq!(Query::new("z").search(4, 0, Start::Next, |_| false), None);
    }

    #[test]
    fn the_best_match_comes_first() {
        let paths = ["src/parser/tokens.rs", "src/tok.rs", "docs/readme.md"];
        assert_eq!(fuzzy("tok", &paths)[0], 1);
        assert_eq!(fuzzy("", &paths).len(), 3);
        assert!(fuzzy("qqq", &paths).is_empty());
    }
}
