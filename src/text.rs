//! Text for people: made safe for a terminal, cut to a width, counts written out.
//!
//! File names, source text and manifest values come from strangers. Whatever of them is written to a terminal goes
//! through [`sanitize`] first.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Stands for what [`truncate_end`] and [`truncate_middle`] cut away.
pub const ELLIPSIS: &str = "…";

/// Makes one line of text safe to print: no character of the answer moves the cursor, changes the terminal's state or
/// the direction of what follows, or stays invisible. C0 controls (also tab and line feed) become their pictures (`␛`, one
/// column), C1 controls, bidirectional overrides and other invisible format characters become `<U+202E>`.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\u{0}'..='\u{1f}' => safe.push(char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}')),
            '\u{7f}' => safe.push('\u{2421}'),
            // Writing to a string cannot fail.
            c if is_unsafe(c) => drop(write!(safe, "<U+{:04X}>", c as u32)),
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// Whether a character must not reach a terminal as it is: controls, line separators, and the characters that Unicode
/// calls default ignorable, variation selectors (they only choose a glyph) not counted.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Replaces tabs by spaces up to the next multiple of `stop` columns (at least 1), as an editor shows them. For lines of
/// source text, before [`sanitize`].
pub fn expand_tabs(line: &str, stop: usize) -> Cow<'_, str> {
    if !line.contains('\t') {
        return Cow::Borrowed(line);
    }
    let stop = stop.max(1);
    let mut expanded = String::with_capacity(line.len() + 16);
    let mut column = 0;
    for (index, part) in line.split('\t').enumerate() {
        if index > 0 {
            let spaces = stop - column % stop;
            expanded.extend(std::iter::repeat_n(' ', spaces));
            column += spaces;
        }
        expanded.push_str(part);
        column += part.width();
    }
    Cow::Owned(expanded)
}

/// Cuts text to at most `width` columns, with [`ELLIPSIS`] at the end where something is missing. Never splits a
/// grapheme cluster, so the answer may be a column short of `width`.
pub fn truncate_end(text: &str, width: usize) -> Cow<'_, str> {
    if fits(text, width) {
        return Cow::Borrowed(text);
    }
    if width == 0 {
        return Cow::Borrowed("");
    }
    Cow::Owned(format!("{}{ELLIPSIS}", head(text, width - 1)))
}

/// Cuts text to at most `width` columns, with [`ELLIPSIS`] in the middle where something is missing. The end gets the
/// larger part: in a path it is what tells files apart.
pub fn truncate_middle(text: &str, width: usize) -> Cow<'_, str> {
    if fits(text, width) {
        return Cow::Borrowed(text);
    }
    if width == 0 {
        return Cow::Borrowed("");
    }
    let head = head(text, (width - 1) / 3);
    let tail = tail(text, width - 1 - head.width());
    Cow::Owned(format!("{head}{ELLIPSIS}{tail}"))
}

fn fits(text: &str, width: usize) -> bool {
    // No character is wider than its UTF-8 form is long, so most text needs no segmentation.
    text.len() <= width || text.graphemes(true).map(UnicodeWidthStr::width).sum::<usize>() <= width
}

/// The longest start of `text` that takes at most `width` columns.
fn head(text: &str, width: usize) -> &str {
    let mut used = 0;
    let end = text.grapheme_indices(true).find(|(_, grapheme)| {
        used += grapheme.width();
        used > width
    });
    end.map_or(text, |(index, _)| &text[..index])
}

/// The longest end of `text` that takes at most `width` columns.
fn tail(text: &str, width: usize) -> &str {
    let mut used = 0;
    let mut start = text.len();
    for (index, grapheme) in text.grapheme_indices(true).rev() {
        used += grapheme.width();
        if used > width {
            break;
        }
        start = index;
    }
    &text[start..]
}

/// A number with its thousands set apart: `12,345`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number with the noun it counts: `1 file`, `12,345 files`. The plural ends in a plain `s`, in `es` after a hissing
/// sound, or in `ies` where the noun ends in `y` after a consonant.
pub fn counted(number: u64, noun: &str) -> String {
    let number_text = count(number);
    let stem = noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    match (number, stem) {
        (1, _) => format!("{number_text} {noun}"),
        (_, Some(stem)) => format!("{number_text} {stem}ies"),
        (_, None) if noun.ends_with(['s', 'x']) || noun.ends_with("ch") => format!("{number_text} {noun}es"),
        (_, None) => format!("{number_text} {noun}s"),
    }
}

/// A number of bytes in at most five characters and a decimal unit: `812 B`, `1.4 MB`.
pub fn bytes(number: u64) -> String {
    let mut value = number as f64;
    let mut unit = "B";
    for larger in ["kB", "MB", "GB", "TB"] {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = larger;
    }
    if unit == "B" || value >= 99.95 { format!("{value:.0} {unit}") } else { format!("{value:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_untouched() {
        for text in ["src/main.rs", "größe", "日本語", "❤\u{fe0f}", "e\u{301}"] {
            assert!(matches!(sanitize(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn controls_and_invisible_characters_become_visible() {
        assert_eq!(sanitize("\u{1b}[31mred\u{7}"), "␛[31mred␇");
        assert_eq!(sanitize("a\tb\r\nc\0"), "a␉b␍␊c␀");
        assert_eq!(sanitize("\u{7f}\u{9b}2J"), "␡<U+009B>2J");
        assert_eq!(sanitize("evil\u{202e}txt.rs"), "evil<U+202E>txt.rs");
        assert_eq!(sanitize("a\u{200b}b\u{feff}\u{e0041}"), "a<U+200B>b<U+FEFF><U+E0041>");
        assert_eq!(sanitize("a\u{2028}b"), "a<U+2028>b");
    }

    #[test]
    fn nothing_unsafe_is_left_of_any_character() {
        for c in '\0'..=char::MAX {
            assert!(!sanitize(c.encode_utf8(&mut [0; 4])).chars().any(is_unsafe), "{:x}", c as u32);
        }
    }

    #[test]
    fn tabs_reach_the_next_stop() {
        assert_eq!(expand_tabs("\tx", 4), "    x");
        assert_eq!(expand_tabs("ab\tx\ty", 4), "ab  x   y");
        assert_eq!(expand_tabs("日\tx", 4), "日  x");
        assert_eq!(expand_tabs("\tx", 0), " x");
    }

    #[test]
    fn truncation_counts_columns_and_keeps_clusters() {
        assert_eq!(truncate_end("abcdef", 6), "abcdef");
        assert_eq!(truncate_end("abcdef", 4), "abc…");
        assert_eq!(truncate_end("abcdef", 1), "…");
        assert_eq!(truncate_end("abcdef", 0), "");
        assert_eq!(truncate_end("日本語", 4), "日…");
        assert_eq!(truncate_end("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!(truncate_middle("abcdefghij", 7), "ab…ghij");
        assert_eq!(truncate_middle("src/日本語/file.rs", 9), "sr…ile.rs");
        assert_eq!(truncate_middle("ab", 1), "…");
        assert_eq!(truncate_middle("ab", 0), "");
    }

    #[test]
    fn truncation_never_exceeds_the_width() {
        for text in ["", "a", "日本語テキスト", "a日b本c", "👨\u{fe0f}👩👧x", "e\u{301}\u{302}日"] {
            for width in 0..20 {
                assert!(truncate_end(text, width).width() <= width, "{text} {width}");
                assert!(truncate_middle(text, width).width() <= width, "{text} {width}");
            }
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(
            [0, 999, 1000, 12_345, 1_234_567].map(count),
            ["0", "999", "1,000", "12,345", "1,234,567"].map(str::to_owned)
        );
        assert_eq!(counted(1, "file"), "1 file");
        assert_eq!(counted(0, "file"), "0 files");
        assert_eq!(
            [0, 999, 1000, 1_449_999, 99_960, 999_600, 5_000_000_000_000_000].map(bytes),
            ["0 B", "999 B", "1.0 kB", "1.4 MB", "100 kB", "1.0 MB", "5000 TB"].map(str::to_owned)
        );
    }
}
