//! Parsed statements turned into changes.

use std::sync::Arc;

use sqlparser::ast::{
    AlterColumnOperation, AlterTable, AlterTableOperation, ColumnDef, ColumnOption, CreateTable, DataType, Expr, Ident,
    IndexColumn, ObjectName, ObjectType, RenameTableNameKind, Statement, TableConstraint,
};

use super::Script;
use crate::facts::Name;
use crate::schema::model::{Cardinality, Column, Place, Relation, Table};
use crate::schema::state::Change;

/// Where a statement stands.
pub struct Base<'a> {
    /// The file.
    pub path: &'a Arc<str>,
    /// The line on which the statement begins.
    pub line: u32,
}

impl Base<'_> {
    fn place(&self) -> Place {
        Place::new(self.path, self.line)
    }

    /// The place of a name in the statement.
    fn at(&self, name: &Ident) -> Place {
        let line = name.span.start.line.max(1) as u32;
        Place::new(self.path, self.line + line - 1)
    }
}

/// Adds what a statement changes.
pub fn changes(statement: &Statement, base: &Base<'_>, script: &mut Script) {
    match statement {
        Statement::CreateTable(table) => create(table, base, script),
        Statement::AlterTable(table) => alter(table, base, script),
        Statement::Drop { object_type: ObjectType::Table, names, .. } => {
            script.changes.extend(names.iter().map(|name| Change::Drop(table_name(name))));
        }
        Statement::RenameTable(renames) => {
            let rename = |rename: &sqlparser::ast::RenameTable| {
                Change::Rename(table_name(&rename.old_name), table_name(&rename.new_name))
            };
            script.changes.extend(renames.iter().map(rename));
        }
        _ => {}
    }
}

fn create(created: &CreateTable, base: &Base<'_>, script: &mut Script) {
    // A partition is a part of its table; a temporary table is gone with the session.
    if created.temporary || created.partition_of.is_some() || (created.columns.is_empty() && created.query.is_some()) {
        return;
    }
    let name = table_name(&created.name);
    let mut table = Table::new(name.clone(), base.place());
    let mut relations = Vec::new();
    for definition in &created.columns {
        table.columns.push(column(definition, base));
        relations.extend(own_relation(&name, definition, base));
    }
    for constraint in &created.constraints {
        match constraint {
            TableConstraint::PrimaryKey(primary) => {
                let names: Vec<Name> = primary.columns.iter().filter_map(indexed).collect();
                for column in table.columns.iter_mut().filter(|column| names.contains(&column.name)) {
                    column.primary = true;
                }
            }
            TableConstraint::ForeignKey(_) => relations.extend(relation(&name, constraint, base)),
            _ => {}
        }
    }
    script.changes.push(Change::Create { table, relations, tolerant: created.if_not_exists });
}

fn alter(altered: &AlterTable, base: &Base<'_>, script: &mut Script) {
    let mut name = table_name(&altered.name);
    for operation in &altered.operations {
        let of = name.clone();
        let change = match operation {
            AlterTableOperation::AddColumn { column_def, .. } => {
                script.changes.push(Change::Add(of.clone(), column(column_def, base)));
                script.changes.extend(own_relation(&name, column_def, base).map(Change::Relate));
                continue;
            }
            AlterTableOperation::AddConstraint { constraint, .. } => match constraint {
                TableConstraint::PrimaryKey(primary) => {
                    Change::Key(of, primary.columns.iter().filter_map(indexed).collect())
                }
                TableConstraint::ForeignKey(_) => match relation(&name, constraint, base) {
                    Some(relation) => Change::Relate(relation),
                    None => continue,
                },
                _ => continue,
            },
            AlterTableOperation::DropColumn { column_names, .. } => {
                script.changes.extend(column_names.iter().map(|column| Change::Remove(of.clone(), spelled(column))));
                continue;
            }
            AlterTableOperation::DropConstraint { name, .. } | AlterTableOperation::DropForeignKey { name, .. } => {
                Change::DropConstraint(of, spelled(name))
            }
            AlterTableOperation::DropPrimaryKey { .. } => Change::DropKey(of),
            AlterTableOperation::RenameColumn { old_column_name, new_column_name } => {
                Change::RenameColumn(of, spelled(old_column_name), spelled(new_column_name))
            }
            AlterTableOperation::RenameTable {
                table_name: RenameTableNameKind::As(to) | RenameTableNameKind::To(to),
            } => {
                name = table_name(to);
                Change::Rename(of, name.clone())
            }
            AlterTableOperation::ChangeColumn { old_name, new_name, data_type, .. } => {
                script.changes.push(Change::RenameColumn(of.clone(), spelled(old_name), spelled(new_name)));
                Change::Retype(of, spelled(new_name), type_name(data_type))
            }
            AlterTableOperation::ModifyColumn { col_name, data_type, .. } => {
                Change::Retype(of, spelled(col_name), type_name(data_type))
            }
            AlterTableOperation::AlterColumn {
                column_name,
                op: AlterColumnOperation::SetDataType { data_type, .. },
            } => Change::Retype(of, spelled(column_name), type_name(data_type)),
            _ => continue,
        };
        script.changes.push(change);
    }
}

fn column(definition: &ColumnDef, base: &Base<'_>) -> Column {
    let is_primary = |option: &ColumnOption| matches!(option, ColumnOption::PrimaryKey(_));
    Column {
        name: spelled(&definition.name),
        r#type: type_name(&definition.data_type),
        primary: definition.options.iter().any(|option| is_primary(&option.option)),
        place: base.at(&definition.name),
    }
}

/// The foreign key that a column itself declares.
fn own_relation(table: &Name, definition: &ColumnDef, base: &Base<'_>) -> Option<Relation> {
    let is_unique = |option: &ColumnOption| matches!(option, ColumnOption::Unique(_) | ColumnOption::PrimaryKey(_));
    let unique = definition.options.iter().any(|option| is_unique(&option.option));
    definition.options.iter().find_map(|option| match &option.option {
        ColumnOption::ForeignKey(foreign) => Some(Relation {
            from: table.clone(),
            via: vec![spelled(&definition.name)],
            to: table_name(&foreign.foreign_table),
            to_columns: foreign.referred_columns.iter().map(spelled).collect(),
            constraint: option.name.as_ref().or(foreign.name.as_ref()).map(spelled),
            cardinality: if unique { Cardinality::OneToOne } else { Cardinality::ManyToOne },
            place: base.at(&definition.name),
        }),
        _ => None,
    })
}

fn relation(table: &Name, constraint: &TableConstraint, base: &Base<'_>) -> Option<Relation> {
    let TableConstraint::ForeignKey(foreign) = constraint else { return None };
    Some(Relation {
        from: table.clone(),
        via: foreign.columns.iter().map(spelled).collect(),
        to: table_name(&foreign.foreign_table),
        to_columns: foreign.referred_columns.iter().map(spelled).collect(),
        constraint: foreign.name.as_ref().map(spelled),
        cardinality: Cardinality::ManyToOne,
        place: foreign.columns.first().map_or_else(|| base.place(), |column| base.at(column)),
    })
}

fn spelled(name: &Ident) -> Name {
    Name::from(name.value.as_str())
}

fn indexed(column: &IndexColumn) -> Option<Name> {
    match &column.column.expr {
        Expr::Identifier(name) => Some(spelled(name)),
        _ => None,
    }
}

/// The name of a table, with its schema unless that is the default one.
fn table_name(name: &ObjectName) -> Name {
    let parts: Vec<&str> = name.0.iter().filter_map(|part| part.as_ident()).map(|part| part.value.as_str()).collect();
    let parts = match parts.as_slice() {
        [.., schema, table] if !matches!(schema.to_ascii_lowercase().as_str(), "public" | "dbo" | "main") => {
            return Name::from(format!("{schema}.{table}"));
        }
        [.., table] => table,
        [] => "",
    };
    Name::from(parts)
}

fn type_name(data_type: &DataType) -> Name {
    match data_type {
        DataType::Unspecified => Name::default(),
        _ => Name::from(data_type.to_string().to_ascii_lowercase()),
    }
}
