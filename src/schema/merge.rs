//! Which source speaks where several are about the same tables.
//!
//! The rule, by [`Rank`]: a description of the whole schema that a tool writes (`schema.rb`, `structure.sql`, a Prisma
//! schema, a model snapshot) speaks before migrations that people write and that are applied in order, these before the
//! classes of a mapper, these before migrations that are made from such classes, and all before single scripts; what lies
//! among tests counts only where there is nothing else. Where two sets share a table, the one that speaks says what it
//! looks like, and the other one supports it with its lines. Two sets that share at least half of the tables of the
//! smaller one describe one database: then the lower one adds no tables of its own if the higher one is complete, or if
//! both are scripts (one schema for several databases).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::model::{Relation, Table};
use super::names::key;
use super::state::State;
use super::{Schema, Set};

/// How much a set counts, from little to much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Rank {
    /// From files of tests.
    Test,
    /// A script that nobody says is applied, or in which order.
    #[default]
    Script,
    /// Migrations that a tool makes from classes or from a description of the whole.
    Generated,
    /// Classes of a mapper.
    Model,
    /// Migrations that people write.
    Migration,
    /// A description of the whole.
    Dump,
}

/// Puts sets together.
pub fn merge(mut sets: Vec<Set>) -> Schema {
    sets.retain(|set| !set.state.is_empty());
    let real = sets.iter().any(|set| set.rank != Rank::Test);
    sets.retain(|set| !real || set.rank != Rank::Test);
    sets.sort_by(|a, b| b.rank.cmp(&a.rank).then_with(|| preference(&a.origin).cmp(&preference(&b.origin))));
    let mut whole = State::default();
    let mut accepted: Vec<(&Set, BTreeSet<String>)> = Vec::new();
    for set in &sets {
        let names: BTreeSet<String> = set.state.tables().map(|table| key(&table.name)).collect();
        let is_settled = accepted.iter().any(|(other, others)| {
            let shared = names.intersection(others).count();
            let is_same = shared * 2 >= names.len().min(others.len()) && shared > 0;
            let both_scripts = set.rank <= Rank::Script && other.rank <= Rank::Script;
            let both_migrations = set.rank == Rank::Migration && other.rank == Rank::Migration;
            let is_complete = other.rank == Rank::Dump && set.rank != Rank::Dump
                || set.rank == Rank::Generated && other.framework == set.framework;
            is_same && (is_complete || both_scripts || both_migrations)
        });
        add(&mut whole, &set.state, !is_settled);
        accepted.push((set, names));
    }
    finish(whole)
}

/// Scripts for one schema: first those that name no database, then by how much of SQL the database takes.
fn preference(origin: &str) -> (usize, usize, &str) {
    const DATABASES: [&[&str]; 6] = [
        &["postgres", "psql", "pgsql"],
        &["mysql", "mariadb"],
        &["sqlite"],
        &["sqlserver", "mssql"],
        &["oracle", "db2"],
        &["hsqldb", "h2", "derby"],
    ];
    let lower = origin.to_ascii_lowercase();
    let named = DATABASES.iter().position(|names| names.iter().any(|name| lower.contains(name)));
    (named.map_or(0, |index| index + 1), origin.len(), origin)
}

/// Adds what a set says. Tables that are there already are only supported.
fn add(whole: &mut State, state: &State, with_new: bool) {
    let mut new = BTreeSet::new();
    for table in state.tables() {
        match whole.get_mut(&table.name) {
            Some(known) => support(known, table),
            None if with_new => {
                new.insert(key(&table.name));
                whole.put(table.clone());
            }
            None => {}
        }
    }
    whole.relations.extend(state.relations.iter().filter(|relation| new.contains(&key(&relation.from))).cloned());
}

fn support(known: &mut Table, other: &Table) {
    for place in &other.places {
        if !known.places.contains(place) {
            known.places.push(place.clone());
        }
    }
    for model in &other.models {
        if !known.models.contains(model) {
            known.models.push(model.clone());
        }
    }
}

/// Orders everything, and writes the ends of relations as their tables are written.
fn finish(whole: State) -> Schema {
    let mut tables: Vec<Table> = whole.tables().cloned().collect();
    for table in &mut tables {
        table.models.sort();
    }
    let spelled = |name: &str| whole.table(name).map_or_else(|| name.into(), |table| table.name.clone());
    let mut relations: Vec<Relation> = whole
        .relations
        .iter()
        .map(|relation| Relation { from: spelled(&relation.from), to: spelled(&relation.to), ..relation.clone() })
        .collect();
    relations.sort_by(|a, b| (&a.from, &a.via, &a.to, &a.place).cmp(&(&b.from, &b.via, &b.to, &b.place)));
    relations.dedup_by(|a, b| (&a.from, &a.via, &a.to) == (&b.from, &b.via, &b.to));
    Schema { tables, relations, skipped: Vec::<(Arc<str>, usize)>::new() }
}
