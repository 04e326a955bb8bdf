//! SQL files: migrations by the conventions of their tools, dumps, and scripts.
//!
//! A directory whose files' names begin with versions is a chain of migrations, applied in the order of these (Flyway,
//! goose, golang-migrate, dbmate, sqlx, node-pg-migrate); so is a directory of such directories (Prisma, Diesel). What a
//! file says to undo itself is left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{directory, file_name, is_aside, version};
use crate::schema::merge::Rank;
use crate::schema::state::State;
use crate::schema::{Input, Set, Text, sql};

/// Lines from which on a migration says how it is undone.
const DOWN_MARKS: [&str; 5] = ["-- +goose down", "-- migrate:down", "-- +migrate down", "--rollback", "-- down"];

/// [`super::Reader`].
pub fn read(input: &Input<'_>, sets: &mut Vec<Set>, skipped: &mut Vec<(Arc<str>, usize)>) {
    let mut chains: BTreeMap<String, Vec<(Vec<u64>, Text<'_>)>> = BTreeMap::new();
    let mut scripts = Vec::new();
    for text in input.texts.iter().filter(|text| text.path.ends_with(".sql")) {
        match migration(text.path) {
            Some(Place::Chain(chain, version)) => chains.entry(chain.to_owned()).or_default().push((version, *text)),
            Some(Place::Undo) => {}
            None => scripts.push(*text),
        }
    }
    for (chain, mut files) in chains {
        files.sort_by(|a, b| (&a.0, a.1.path).cmp(&(&b.0, b.1.path)));
        let mut state = State::default();
        for (_, text) in &files {
            apply(text, &mut state, skipped);
        }
        // Prisma's migrations are made from its schema.
        let generated = files.iter().all(|(_, text)| file_name(text.path) == "migration.sql");
        let rank = match () {
            () if is_aside(&format!("{chain}/")) => Rank::Test,
            () if generated => Rank::Generated,
            () => Rank::Migration,
        };
        sets.push(Set { rank, framework: if generated { "prisma" } else { "sql" }, origin: chain, state });
    }
    for text in scripts {
        let mut state = State::default();
        apply(&text, &mut state, skipped);
        let is_dump = file_name(text.path) == "structure.sql" && directory(text.path).ends_with("db");
        let rank = match () {
            () if is_dump => Rank::Dump,
            () if is_aside(text.path) => Rank::Test,
            () => Rank::Script,
        };
        sets.push(Set { rank, framework: "sql", origin: text.path.to_string(), state });
    }
}

fn apply(text: &Text<'_>, state: &mut State, skipped: &mut Vec<(Arc<str>, usize)>) {
    let script = sql::read(text.path, forward(text.text), 1);
    if script.skipped > 0 {
        skipped.push((text.path.clone(), script.skipped));
    }
    script.changes.into_iter().for_each(|change| state.apply(change));
}

/// What a file says up to where it says how to undo that.
fn forward(text: &str) -> &str {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let is_down = line.starts_with("--") && {
            let lower = line.trim().to_ascii_lowercase();
            DOWN_MARKS.iter().any(|mark| lower == *mark || lower.starts_with(&format!("{mark} ")))
        };
        if is_down && !line.to_ascii_lowercase().starts_with("--rollback") {
            return &text[..at];
        }
        at += line.len();
    }
    text
}

/// What a file is among migrations.
enum Place<'p> {
    /// A step of the chain of this name.
    Chain(&'p str, Vec<u64>),
    /// The way back of a step.
    Undo,
}

fn migration(path: &str) -> Option<Place<'_>> {
    let (folder, name) = (directory(path), file_name(path));
    if name.ends_with(".down.sql") || name.ends_with(".undo.sql") || name == "down.sql" || name.ends_with("_down.sql") {
        return Some(Place::Undo);
    }
    if matches!(name, "up.sql" | "migration.sql")
        && let Some(version) = version(file_name(folder))
    {
        return Some(Place::Chain(directory(folder), version));
    }
    let first = name.chars().next()?;
    // Flyway undoes with `U`, and repeats what begins with `R` after all others.
    if name.contains("__") && matches!(first, 'U' | 'R') && (first == 'R' || version(&name[1..]).is_some()) {
        return Some(if first == 'U' { Place::Undo } else { Place::Chain(folder, vec![u64::MAX]) });
    }
    let version = version(name)?;
    let is_flyway = matches!(first, 'V' | 'v') && name.contains("__");
    (is_flyway || first.is_ascii_digit()).then_some(Place::Chain(folder, version))
}
