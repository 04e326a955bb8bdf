//! Foreign keys of SQL files for whose columns no index is declared.

use std::collections::BTreeSet;

use crate::document::Content as Parsed;
use crate::report::facts::ROWS;
use crate::report::{Content, Input, Statement, Text};
use crate::schema::Cardinality;
use crate::system::Role;

/// Stores that make an index for a foreign key themselves.
const MAKE_INDEXES: &[&str] = &["MySQL", "MariaDB"];

/// Adds a sentence for each key. Mappers make their indexes themselves, so only keys that SQL declares count; where a store
/// of the project makes them by itself, none does.
pub fn missing(input: &Input<'_>, content: &mut Content) {
    let databases = input.of_roles(&[Role::Database]);
    let makes = |name: &str| MAKE_INDEXES.contains(&name);
    if databases.iter().any(|(_, of)| of.technologies.iter().any(|name| makes(name))) {
        return;
    }
    let system = input.system();
    let indexed = indexed(input);
    let is_key = |table: &str, column: &str| {
        let table = system.schema.tables.iter().find(|of| of.name == table);
        table.and_then(|of| of.columns.iter().find(|of| of.primary)).is_some_and(|first| first.name == column)
    };
    let without = system.schema.relations.iter().filter(|relation| {
        let is_sql = relation.place.path.ends_with(".sql") && relation.cardinality == Cardinality::ManyToOne;
        is_sql
            && relation.via.first().is_some_and(|column| {
                let key = (relation.from.to_ascii_lowercase().to_string(), column.to_ascii_lowercase().to_string());
                !indexed.contains(&key) && !is_key(&relation.from, column)
            })
    });
    let said = without.map(|relation| {
        let text = Text::new()
            .code(format!("{}.{}", relation.from, relation.via.join(", ")))
            .plain(" refers to ")
            .code(&relation.to)
            .plain(" and no index on it is declared.");
        Statement::new(text).by([&relation.place])
    });
    content.list(said.take(ROWS).collect());
}

/// Tables with the first column of each declared index, unique constraint or primary key of several columns.
fn indexed(input: &Input<'_>) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for document in &input.snapshot.sources.documents {
        if let Parsed::Text(text) = &document.content {
            found.extend(text.split(';').filter_map(index));
        }
    }
    found
}

/// The table and the first column of a `CREATE INDEX`.
fn index(statement: &str) -> Option<(String, String)> {
    let statement: String =
        statement.lines().filter(|line| !line.trim_start().starts_with("--")).collect::<Vec<_>>().join(" ");
    let lower = statement.to_ascii_lowercase();
    let mut words = lower.split_whitespace();
    (words.next()? == "create").then_some(())?;
    let is_index = words.by_ref().take(3).any(|word| word == "index");
    let (_, rest) = lower.split_once(" on ")?;
    let (table, columns) = rest.split_once('(')?;
    let bare = |name: &str| name.trim().trim_matches(['"', '`', '[', ']', '\'']).to_owned();
    let table = table.split_whitespace().find(|word| *word != "only" && *word != "using")?;
    let table = bare(table.rsplit('.').next()?);
    let column = bare(columns.split([',', ')', ' ']).next()?);
    is_index.then_some((table, column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_column_of_an_index_is_found() {
        let found = |text| index(text).map(|(table, column)| format!("{table}.{column}"));
        assert_eq!(
            found("\nCREATE UNIQUE INDEX i\n  ON shop.\"Order\" (customer_id, day)").as_deref(),
            Some("order.customer_id")
        );
        assert_eq!(found("create index concurrently if not exists i on a using btree (b)").as_deref(), Some("a.b"));
        assert_eq!(found("create table a (b int)"), None);
    }
}
