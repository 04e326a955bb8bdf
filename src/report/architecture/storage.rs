//! Where data is kept, by whom it is read and written, and how it survives.

use std::collections::BTreeSet;

use crate::report::facts::{NAMES, ROWS, name, or_dash, practices, technologies};
use crate::report::{Content, Input, Part, Statement, Table, Text};
use crate::system::{Access, ComponentId, PracticeKind, Role};

/// The section.
pub static STORAGE: Part = Part {
    title: "Storage strategy",
    looks_for: "databases, caches, search engines, object stores, volumes, backups, tables with who reads and writes them",
    write,
};

const STORES: &[Role] = &[Role::Database, Role::Cache, Role::Search, Role::Storage];

fn write(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let mut table = Table::new(["Store", "As", "Technology", "Used by", "Keeps files in", "Where"]);
    let mut shared = Vec::new();
    for (id, component) in input.of_roles(STORES) {
        let users: BTreeSet<ComponentId> =
            system.edges.iter().filter(|edge| edge.to == id).map(|edge| edge.from).collect();
        let volumes = input.practices(Some(id), PracticeKind::Volume);
        table.row([
            Text::new().code(&component.name),
            component.role.as_str().into(),
            technologies(component),
            or_dash(Text::new().list(users.iter().map(|id| name(system, *id)), NAMES)),
            or_dash(Text::new().list(volumes.map(|of| Text::new().code(&of.detail).plain(" ").place(&of.evidence)), 2)),
            or_dash(Text::places(&component.evidence, 2)),
        ]);
        let services: Vec<ComponentId> =
            users.into_iter().filter(|id| system.node(*id).role == Role::Service).collect();
        if component.role == Role::Database && services.len() > 1 {
            let lines = system.edges.iter().filter(|edge| edge.to == id).filter_map(|edge| edge.evidence.first());
            let text = Text::new()
                .code(&component.name)
                .plain(" is shared: ")
                .list(services.iter().map(|id| name(system, *id)), NAMES);
            shared.push(Statement::new(text.plain(" reach it.")).by(lines));
        }
    }
    content.table(table.most(ROWS));
    content.list(shared);
    tables(input, content);
    practices(input, content, &[PracticeKind::Backup, PracticeKind::Caching]);
}

/// Which component reads and writes which tables.
fn tables(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let mut owners: BTreeSet<Option<ComponentId>> = system.table_uses.iter().map(|of| of.component).collect();
    owners.remove(&None);
    let mut table = Table::new(["Component", "Reads", "Writes", "First lines"]);
    for owner in owners {
        let uses: Vec<_> = system.table_uses.iter().filter(|of| of.component == owner).collect();
        let of = |access: Access| {
            let tables: BTreeSet<&str> = uses
                .iter()
                .filter(|of| of.access == access)
                .map(|of| system.schema.tables[of.table].name.as_str())
                .collect();
            or_dash(Text::names(tables, NAMES))
        };
        let lines = Text::places(uses.iter().map(|of| &of.evidence), 2);
        table.row([
            owner.map_or_else(|| "-".into(), |id| name(system, id)),
            of(Access::Reads),
            of(Access::Writes),
            lines,
        ]);
    }
    content.table(table.most(ROWS));
}
