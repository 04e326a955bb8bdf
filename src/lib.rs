//! transom: a terminal explorer for the architecture of any codebase.
//!
//! ```text
//! source            which files there are: a directory walk, a watcher's change set      (index)
//!   -> facts        one file's bytes -> what it declares and mentions                    (lang::extract, facts)
//!   -> documents    one configuration file's text -> its values with their lines         (document)
//!   -> resolve      facts + manifests -> dependencies between files and packages         (lang::resolve, project)
//!   -> system       facts + configuration files -> services, stores, connections, routes   (system)
//!   -> schema       facts + SQL and schema files -> tables, columns, keys, relations     (schema)
//!   -> graph        an immutable snapshot: nodes, edges, evidence                        (graph)
//!   -> analysis     pure functions of one snapshot                                       (analysis)
//!   -> query        which nodes a text means                                             (query)
//!   -> check        whether the project's own rules hold                                 (check)
//!   -> report       documents with their diagrams                                        (report)
//!   -> readers      tui, export, the commands                                            (they know no parsers)
//! ```
//! Nothing points backwards: `.ci/transom.toml` says so in rules, which `.ci/run own` checks with the program itself.

pub mod analysis;
pub mod check;
pub mod cli;
pub mod config;
pub mod document;
pub mod export;
pub mod facts;
pub mod graph;
pub mod index;
pub mod lang;
pub mod output;
pub mod project;
pub mod query;
pub mod report;
pub mod schema;
pub mod system;
pub mod text;
pub mod tui;
