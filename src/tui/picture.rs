//! A frame as text or as an SVG picture.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// The size of a character in the picture, in pixels.
const CELL: (f64, f64) = (8.4, 18.0);

/// The sixteen colours of a terminal, the foreground and the background, as the picture shows them.
const DARK: Palette = Palette {
    ansi: [
        "#1c2128", "#f47067", "#8ddb8c", "#daaa3f", "#6cb6ff", "#dcbdfb", "#56d4dd", "#adbac7", "#768390", "#ff938a",
        "#a6e9a5", "#eac55f", "#96d0ff", "#e9d3ff", "#80e0e8", "#f0f3f6",
    ],
    text: "#d3dbe3",
    background: "#1b1f26",
};

const LIGHT: Palette = Palette {
    ansi: [
        "#24292f", "#cf222e", "#116329", "#7d4e00", "#0550ae", "#8250df", "#1b7c83", "#6e7781", "#57606a", "#a40e26",
        "#1a7f37", "#9a6700", "#0969da", "#a475f9", "#3192aa", "#8c959f",
    ],
    text: "#24292f",
    background: "#ffffff",
};

struct Palette {
    ansi: [&'static str; 16],
    text: &'static str,
    background: &'static str,
}

/// The characters of a frame, without blanks at the ends of lines.
pub fn text(frame: &Buffer) -> String {
    let mut out = String::new();
    for row in rows(frame) {
        let line: String = cells(row).map(|(_, cell, _)| cell.symbol()).collect();
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn rows(frame: &Buffer) -> impl Iterator<Item = &[Cell]> {
    frame.content.chunks(usize::from(frame.area.width.max(1)))
}

/// The cells of a row that show something: column, cell, width. Those behind a wide character are left out.
fn cells(row: &[Cell]) -> impl Iterator<Item = (usize, &Cell, usize)> {
    let mut next = 0;
    row.iter().enumerate().filter_map(move |(column, cell)| {
        if column < next {
            return None;
        }
        let width = cell.symbol().width().max(1);
        next = column + width;
        Some((column, cell, width))
    })
}

/// A picture of a frame.
pub fn svg(frame: &Buffer, light: bool) -> String {
    let palette = if light { &LIGHT } else { &DARK };
    let (width, height) = (f64::from(frame.area.width) * CELL.0 + 16.0, f64::from(frame.area.height) * CELL.1 + 16.0);
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" \
         font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"{}\"/>",
        palette.background
    );
    for (y, row) in rows(frame).enumerate() {
        let runs = runs(row, palette);
        for run in runs.iter().filter(|run| run.paint.background != palette.background) {
            let _ = writeln!(
                out,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{}\"/>",
                8.0 + run.column as f64 * CELL.0,
                8.0 + y as f64 * CELL.1,
                run.width as f64 * CELL.0,
                CELL.1,
                run.paint.background
            );
        }
        for run in runs.iter().filter(|run| !run.text.trim().is_empty()) {
            let _ = writeln!(
                out,
                "<text x=\"{:.1}\" y=\"{:.1}\" textLength=\"{:.1}\" xml:space=\"preserve\" fill=\"{}\"{}>{}</text>",
                8.0 + run.column as f64 * CELL.0,
                8.0 + y as f64 * CELL.1 + 13.5,
                run.width as f64 * CELL.0,
                run.paint.foreground,
                run.paint.attributes,
                escape(&run.text)
            );
        }
    }
    out.push_str("</svg>\n");
    out
}

/// How a stretch of cells is painted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Paint {
    foreground: String,
    background: String,
    attributes: String,
}

struct RunOfCells {
    column: usize,
    width: usize,
    text: String,
    paint: Paint,
}

/// Stretches of cells that are painted alike. Wide characters stand alone, so that each keeps its place.
fn runs(row: &[Cell], palette: &Palette) -> Vec<RunOfCells> {
    let mut runs: Vec<RunOfCells> = Vec::new();
    let mut last_wide = false;
    for (column, cell, width) in cells(row) {
        let paint = paint(cell, palette);
        let wide = width > 1 || !cell.symbol().is_ascii() && cell.symbol().chars().count() > 1;
        match runs.last_mut() {
            Some(run) if run.paint == paint && !wide && !last_wide => {
                run.text.push_str(cell.symbol());
                run.width += width;
            }
            _ => runs.push(RunOfCells { column, width, text: cell.symbol().to_owned(), paint }),
        }
        last_wide = wide;
    }
    runs
}

fn paint(cell: &Cell, palette: &Palette) -> Paint {
    let mut foreground = color(cell.fg, palette).unwrap_or_else(|| palette.text.to_owned());
    let mut background = color(cell.bg, palette).unwrap_or_else(|| palette.background.to_owned());
    if cell.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut foreground, &mut background);
    }
    let mut attributes = String::new();
    for (modifier, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        (Modifier::DIM, " opacity=\"0.6\""),
    ] {
        if cell.modifier.contains(modifier) {
            attributes.push_str(attribute);
        }
    }
    Paint { foreground, background, attributes }
}

fn color(color: Color, palette: &Palette) -> Option<String> {
    let ansi = |index: usize| Some(palette.ansi[index].to_owned());
    match color {
        Color::Reset => None,
        Color::Black => ansi(0),
        Color::Red => ansi(1),
        Color::Green => ansi(2),
        Color::Yellow => ansi(3),
        Color::Blue => ansi(4),
        Color::Magenta => ansi(5),
        Color::Cyan => ansi(6),
        Color::Gray => ansi(7),
        Color::DarkGray => ansi(8),
        Color::LightRed => ansi(9),
        Color::LightGreen => ansi(10),
        Color::LightYellow => ansi(11),
        Color::LightBlue => ansi(12),
        Color::LightMagenta => ansi(13),
        Color::LightCyan => ansi(14),
        Color::White => ansi(15),
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        Color::Indexed(index) => Some(indexed(index, palette)),
    }
}

/// The colours beyond the first sixteen are a cube of 6x6x6 and 24 greys.
fn indexed(index: u8, palette: &Palette) -> String {
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    match index {
        0..=15 => palette.ansi[usize::from(index)].to_owned(),
        16..=231 => {
            let cube = index - 16;
            format!("#{:02x}{:02x}{:02x}", level(cube / 36), level(cube / 6 % 6), level(cube % 6))
        }
        _ => {
            let grey = 8 + 10 * (index - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c if c.is_control() => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    fn frame() -> Buffer {
        let mut frame = Buffer::empty(Rect::new(0, 0, 8, 2));
        frame.set_string(0, 0, "a<b 日x", Style::new());
        frame.set_string(0, 1, "red", Style::new().fg(Color::Red).add_modifier(Modifier::BOLD));
        frame
    }

    #[test]
    fn text_has_each_character_once() {
        assert_eq!(text(&frame()), "a<b 日x\nred\n");
    }

    #[test]
    fn the_picture_is_escaped_and_keeps_wide_characters_in_place() {
        let svg = svg(&frame(), false);
        assert!(svg.contains(">a&lt;b </text>"), "{svg}");
        let wide = format!("x=\"{:.1}\" y=\"21.5\" textLength=\"{:.1}\"", 8.0 + 4.0 * CELL.0, 2.0 * CELL.0);
        assert!(svg.contains(&wide), "{svg}");
        assert!(svg.contains(&format!("x=\"{:.1}\"", 8.0 + 6.0 * CELL.0)), "{svg}");
        assert!(svg.contains("fill=\"#f47067\" font-weight=\"bold\">red</text>"), "{svg}");
    }
}
