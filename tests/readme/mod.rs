//! The tables in the README are made from the tables in the code.
//!
//! A block between `<!-- generated: NAME -->` and `<!-- end -->` holds what the function of that name in [`BLOCKS`] writes.
//! `UPDATE=1` rewrites them.

use std::fmt::Write as _;
use std::path::Path;

use transom::check::KINDS;
use transom::export::{FORMATS, format_named, system};
use transom::lang::LANGUAGES;
use transom::query::{FUNCTIONS, METRICS};

/// A block's name and what writes it.
type Block = (&'static str, fn() -> String);

/// Every block.
const BLOCKS: &[Block] =
    &[("keys", keys), ("languages", languages), ("formats", formats), ("functions", functions), ("rules", rules)];

fn keys() -> String {
    format!("{}\n", transom::tui::key_table_markdown().trim())
}

fn languages() -> String {
    let mut table = String::from("| language | files |\n|---|---|\n");
    for language in LANGUAGES {
        let extensions: Vec<String> = language.extensions.iter().map(|extension| format!("`.{extension}`")).collect();
        let _ = writeln!(table, "| {} | {} |", language.label, extensions.join(" "));
    }
    table
}

fn formats() -> String {
    let mut table = String::from("| format | extension | level unless asked | what it is |\n|---|---|---|---|\n");
    for format in FORMATS {
        let _ = writeln!(
            table,
            "| `{}` | `.{}` | {} | {} |",
            format.name,
            format.extension,
            format.level.as_str(),
            format.doc
        );
    }
    for format in system::FORMATS.iter().filter(|format| format_named(format.name).is_none()) {
        let _ = writeln!(table, "| `{}` | `.{}` | system | {} |", format.name, format.extension, format.doc);
    }
    table
}

fn functions() -> String {
    let mut table = String::from("| function | selects |\n|---|---|\n");
    for function in FUNCTIONS {
        let _ = writeln!(table, "| `{}` | {} |", function.usage, function.doc);
    }
    let metrics: Vec<String> = METRICS.iter().map(|metric| format!("`{}`", metric.name)).collect();
    let _ = writeln!(table, "\nMetrics for `top`: {}.", metrics.join(", "));
    table
}

fn rules() -> String {
    let mut table =
        String::from("| rule | keys beside name, reason and severity | what it asks for |\n|---|---|---|\n");
    for kind in KINDS {
        let _ = writeln!(table, "| `[[{}]]` | `{}` | {} |", kind.section, kind.keys.replace('|', "\\|"), kind.doc);
    }
    table
}

#[test]
fn generated_blocks_are_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).expect("the README");
    let mut fresh = readme.clone();
    for (name, write) in BLOCKS {
        let start = format!("<!-- generated: {name} -->\n");
        let begin = fresh.find(&start).unwrap_or_else(|| panic!("README.md has no block {start}")) + start.len();
        let end = begin + fresh[begin..].find("<!-- end -->").unwrap_or_else(|| panic!("the block {name} has no end"));
        fresh.replace_range(begin..end, &write());
    }
    let blocks = readme.matches("<!-- generated: ").count();
    assert_eq!(blocks, BLOCKS.len(), "README.md has a block that nothing writes");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, fresh).expect("a writable README");
    } else {
        assert!(fresh == readme, "README.md is stale: run UPDATE=1 cargo test readme");
    }
}
