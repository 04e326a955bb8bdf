//! The verbs of object-relational mappers and query builders, by family of languages, as their documentation has them.

use crate::system::model::Access;

/// What mappers of a family of languages call what they do. A name that ends with `*` is all that begin so.
struct Verbs {
    family: &'static str,
    /// Counted before [`Verbs::reads`]; where both fit, the longer one.
    writes: &'static [&'static str],
    reads: &'static [&'static str],
}

const VERBS: &[Verbs] = &[
    // Spring Data, JPA, Micronaut Data, Panache
    Verbs {
        family: "jvm",
        writes: &["save*", "delete*", "remove*", "insert*", "update*", "persist*", "merge", "upsert*"],
        reads: &[
            "find*", "get*", "read*", "query*", "search*", "stream*", "count*", "exists*", "list*", "fetch*", "select*",
        ],
    },
    // Django, SQLAlchemy, Peewee, Tortoise
    Verbs {
        family: "python",
        writes: &[
            "create",
            "acreate",
            "get_or_create",
            "aget_or_create",
            "update_or_create",
            "bulk_create",
            "bulk_update",
            "update",
            "aupdate",
            "delete",
            "adelete",
            "save",
            "asave",
            "add",
            "add_all",
            "merge",
            "insert",
            "insert_many",
            "delete_instance",
            "bulk_save_objects",
            "bulk_insert_mappings",
            "replace",
        ],
        reads: &[
            "all",
            "get",
            "aget",
            "filter",
            "exclude",
            "first",
            "afirst",
            "last",
            "exists",
            "aexists",
            "count",
            "acount",
            "values",
            "values_list",
            "order_by",
            "aggregate",
            "annotate",
            "in_bulk",
            "select_related",
            "prefetch_related",
            "earliest",
            "latest",
            "iterator",
            "only",
            "defer",
            "distinct",
            "raw",
            "query",
            "select",
            "filter_by",
            "one",
            "one_or_none",
            "scalar",
            "get_object_or_404",
            "get_list_or_404",
            "get_or_none",
            "get_or_404",
            "get_by_id",
            "first_or_404",
        ],
    },
    // TypeORM, Prisma, Sequelize, Mongoose, Drizzle, Knex, Kysely, MikroORM
    Verbs {
        family: "ecmascript",
        writes: &[
            "create",
            "createMany",
            "createManyAndReturn",
            "save",
            "insert*",
            "update*",
            "upsert*",
            "delete*",
            "remove",
            "bulkCreate",
            "bulkWrite",
            "bulkSave",
            "destroy",
            "truncate",
            "increment",
            "decrement",
            "softDelete",
            "softRemove",
            "restore",
            "persist",
            "persistAndFlush",
            "removeAndFlush",
            "replaceOne",
            "del",
            "findOneAndUpdate",
            "findOneAndDelete",
            "findOneAndReplace",
            "findByIdAndUpdate",
            "findByIdAndDelete",
            "findOrCreate",
            "nativeUpdate",
            "nativeDelete",
        ],
        reads: &[
            "find*",
            "count*",
            "aggregate",
            "groupBy",
            "select*",
            "from",
            "exists*",
            "distinct",
            "createQueryBuilder",
            "where",
            "first",
            "estimatedDocumentCount",
            "max",
            "min",
            "sum",
            "average",
        ],
    },
    // GORM, Ent
    Verbs {
        family: "go",
        writes: &[
            "Create",
            "CreateBulk",
            "CreateInBatches",
            "MapCreateBulk",
            "Save",
            "Delete",
            "DeleteOne",
            "DeleteOneID",
            "Update",
            "Updates",
            "UpdateColumn",
            "UpdateColumns",
            "UpdateOne",
            "UpdateOneID",
            "FirstOrCreate",
        ],
        reads: &[
            "Find",
            "First",
            "Last",
            "Take",
            "Scan",
            "Count",
            "Pluck",
            "Rows",
            "Row",
            "FindInBatches",
            "Query",
            "Get",
            "GetX",
            "FirstOrInit",
        ],
    },
    // Entity Framework Core
    Verbs {
        family: "csharp",
        writes: &["Add*", "Update*", "Remove*", "Attach*", "ExecuteDelete*", "ExecuteUpdate*"],
        reads: &[
            "Where",
            "First*",
            "Single*",
            "Find*",
            "ToList*",
            "Any*",
            "Count*",
            "All*",
            "Select*",
            "Include*",
            "OrderBy*",
            "AsNoTracking*",
            "FromSql*",
            "Sum*",
            "Max*",
            "Min*",
            "Average*",
            "Skip",
            "Take",
            "ToArray*",
            "ToDictionary*",
            "Last*",
            "LongCount*",
            "GroupBy",
            "AsQueryable",
            "Load*",
            "Join",
            "AsAsyncEnumerable",
            "IgnoreQueryFilters",
        ],
    },
    // ActiveRecord
    Verbs {
        family: "ruby",
        writes: &[
            "create*",
            "insert*",
            "upsert*",
            "update*",
            "delete*",
            "destroy*",
            "save*",
            "increment!",
            "decrement!",
            "toggle!",
            "touch*",
            "find_or_create_by*",
            "first_or_create*",
        ],
        reads: &[
            "all",
            "find*",
            "where",
            "first*",
            "last*",
            "take",
            "count",
            "exists?",
            "pluck",
            "order",
            "limit",
            "includes",
            "joins",
            "select",
            "group",
            "sum",
            "average",
            "minimum",
            "maximum",
            "ids",
            "pick",
            "preload",
            "eager_load",
            "left_joins",
            "left_outer_joins",
            "in_batches",
            "any?",
        ],
    },
    // Eloquent, Doctrine
    Verbs {
        family: "php",
        writes: &[
            "create",
            "createMany",
            "createQuietly",
            "forceCreate",
            "insert*",
            "update*",
            "upsert",
            "delete*",
            "destroy",
            "save*",
            "forceDelete",
            "increment",
            "decrement",
            "truncate",
            "firstOrCreate",
            "persist",
            "remove",
            "restore",
            "push",
        ],
        reads: &[
            "find*",
            "where*",
            "first*",
            "all",
            "get",
            "count",
            "paginate*",
            "pluck",
            "exists",
            "select",
            "with",
            "orderBy",
            "latest",
            "oldest",
            "value",
            "sum",
            "max",
            "min",
            "avg",
            "chunk*",
            "cursor",
            "createQueryBuilder",
            "simplePaginate",
            "withCount",
        ],
    },
    // Diesel, SeaORM
    Verbs {
        family: "rust",
        writes: &["insert*", "update*", "delete*", "save*", "replace_into"],
        reads: &["find*", "load*", "first", "get_result*", "select", "filter", "count", "order*"],
    },
    // Ecto
    Verbs {
        family: "elixir",
        writes: &["insert*", "update*", "delete*"],
        reads: &["all", "get*", "one*", "exists?", "aggregate", "stream", "preload", "reload*"],
    },
];

/// Verbs of a row itself, where objects are rows.
const OF_ROWS: &[&str] = &[
    "save",
    "save!",
    "asave",
    "delete",
    "adelete",
    "delete_instance",
    "destroy",
    "destroy!",
    "remove",
    "update",
    "update!",
    "update_attributes",
    "update_attribute",
    "update_column",
    "update_columns",
    "persist",
    "deleteOne",
    "updateOne",
    "softRemove",
    "forceDelete",
    "touch",
    "increment!",
    "push",
    "saveOrFail",
    "persistAndFlush",
];

/// What calls of these names do together: one that writes decides.
pub fn access<'n>(family: &str, names: impl Iterator<Item = &'n str>) -> Option<Access> {
    let verbs = VERBS.iter().find(|verbs| verbs.family == family)?;
    let mut found = None;
    for name in names {
        // The longer entry says more: `findOneAndUpdate` is no `find*`.
        match (fit(verbs.writes, name), fit(verbs.reads, name)) {
            (writes, reads) if writes > 0 && writes >= reads => return Some(Access::Writes),
            (_, reads) if reads > 0 => found = Some(Access::Reads),
            _ => {}
        }
    }
    found
}

/// Whether a row has such a method that writes it.
pub fn is_of_row(name: &str) -> bool {
    OF_ROWS.contains(&name)
}

/// The length of the longest entry that a name fits; 0 for none.
fn fit(entries: &[&str], name: &str) -> usize {
    let length = |entry: &&str| match entry.strip_suffix('*') {
        Some(begin) if name.starts_with(begin) => begin.len(),
        None if *entry == name => name.len() + 1,
        _ => 0,
    };
    entries.iter().map(length).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verb_that_says_most_counts() {
        let of = |family, names: &[&'static str]| access(family, names.iter().copied());
        assert_eq!(of("ecmascript", &["findOneAndUpdate"]), Some(Access::Writes));
        assert_eq!(of("ecmascript", &["createQueryBuilder"]), Some(Access::Reads));
        assert_eq!(of("python", &["filter", "delete"]), Some(Access::Writes));
        assert_eq!(of("ruby", &["find_or_create_by"]), Some(Access::Writes));
        assert_eq!(of("ruby", &["find_by"]), Some(Access::Reads));
        assert_eq!(of("jvm", &["toString"]), None);
    }
}
