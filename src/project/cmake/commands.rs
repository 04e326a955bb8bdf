//! `compile_commands.json`: how each source is compiled.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::make::include_flags;
use super::{Manifests, join};
use crate::lang::resolve::{FileId, Sources};
use crate::project::{ConfigFile, Problem, Project};

/// One entry of a compilation database, its paths as they were on the machine that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Where the compiler ran.
    pub directory: String,
    /// The source.
    pub file: String,
    /// The include directories, in the order of the search.
    pub includes: Vec<String>,
}

#[derive(Deserialize)]
struct Entry {
    directory: String,
    file: String,
    #[serde(default)]
    command: String,
    #[serde(default)]
    arguments: Vec<String>,
}

/// Reads every compilation database.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    for config in configs.iter().filter(|config| config.file_name() == "compile_commands.json") {
        match serde_json::from_str::<Vec<Entry>>(&config.text) {
            Ok(entries) => project.cmake.commands.extend(entries.into_iter().map(command)),
            Err(error) => project.problems.push(Problem {
                path: config.path.clone(),
                line: u32::try_from(error.line()).ok(),
                message: error.to_string(),
            }),
        }
    }
}

fn command(entry: Entry) -> Command {
    let includes = if entry.arguments.is_empty() {
        include_flags(entry.command.split_whitespace())
    } else {
        include_flags(entry.arguments.iter().map(String::as_str))
    };
    let includes = includes.into_iter().map(str::to_owned).collect();
    Command { includes, directory: entry.directory, file: entry.file }
}

/// The include directories of the sources that compilation databases name, relative to the root.
///
/// The databases hold absolute paths of the machine that made them. Where the root was on it is what remains of a
/// source's path when its longest end that is a path of the project is taken away.
pub fn commands_by_file(manifests: &Manifests, sources: &Sources) -> FxHashMap<FileId, Vec<String>> {
    let mut by_file = FxHashMap::default();
    for command in &manifests.commands {
        let absolute = absolute(&command.directory, &command.file);
        let starts = std::iter::once(0).chain(absolute.match_indices('/').map(|(at, _)| at + 1));
        let Some((start, file)) = starts.filter_map(|at| Some((at, sources.file(&absolute[at..])?))).next() else {
            continue;
        };
        let root = &absolute[..start];
        let includes = command
            .includes
            .iter()
            .filter_map(|include| {
                let include = format!("{}/", self::absolute(&command.directory, include));
                Some(include.strip_prefix(root)?.trim_end_matches('/').to_owned())
            })
            .collect();
        by_file.insert(file, includes);
    }
    by_file
}

/// A path of the other machine without `.` and `..`; relative ones start in `directory`.
fn absolute(directory: &str, path: &str) -> String {
    let (directory, path) = (directory.replace('\\', "/"), path.replace('\\', "/"));
    let is_absolute = path.starts_with('/') || path.get(1..3) == Some(":/");
    let start = if is_absolute { "" } else { directory.as_str() };
    let joined = join(start, path.trim_start_matches('/')).unwrap_or_default();
    if path.starts_with('/') || start.starts_with('/') { format!("/{joined}") } else { joined }
}
