//! `assets/catalog/delivery.toml`: what commands and prepared steps do.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::system::model::TaskKind;

const TEXT: &str = include_str!("../../../assets/catalog/delivery.toml");

/// The table.
#[derive(Default)]
pub struct Table {
    /// Rows of commands by their programs, in the order of the file.
    commands: FxHashMap<String, Vec<Command>>,
    /// Programs, with subcommands, that run a script or target of the project, the longest first.
    pub runners: Vec<Vec<String>>,
    /// Programs, with subcommands, that run the program among their arguments, the longest first.
    pub wrappers: Vec<Vec<String>>,
    words: FxHashMap<String, TaskKind>,
    actions: Vec<Action>,
    by_action: FxHashMap<String, usize>,
}

/// What a command does.
pub struct Command {
    /// The subcommands: for each place the words that may stand there.
    pub run: Vec<Vec<String>>,
    /// In which way.
    pub kind: TaskKind,
    /// Everything else.
    pub row: CommandRow,
}

/// A row of commands as written.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct CommandRow {
    run: String,
    kind: String,
    /// The subcommand may stand anywhere.
    pub any: bool,
    /// Options whose value is what is made or shipped.
    pub target: Vec<String>,
    /// Where that stands among the arguments without a name.
    pub target_at: Option<usize>,
    /// Options whose value is the directory that is worked on.
    pub place: Vec<String>,
    /// Where that stands among the arguments without a name; -1 for the last one.
    pub place_at: Option<i32>,
    /// Whether it works on the directory in which it is called.
    pub here: bool,
}

/// What prepared steps do.
pub struct Action {
    /// In which way.
    pub kind: TaskKind,
    /// Options that say what is made or shipped.
    pub with: Vec<String>,
    /// Options that name its directory.
    pub place: Vec<String>,
    /// The option that says whether it gives what it built to a registry as well.
    pub publishes_if: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    commands: Vec<CommandRow>,
    runners: Vec<String>,
    wrappers: Vec<String>,
    words: FxHashMap<String, Vec<String>>,
    actions: Vec<ActionRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionRow {
    kind: String,
    uses: Vec<String>,
    #[serde(default)]
    with: Vec<String>,
    #[serde(default)]
    place: Vec<String>,
    publishes_if: Option<String>,
}

/// The table.
pub fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    // A test reads the same text, so a failure here cannot ship.
    TABLE.get_or_init(|| read(TEXT).unwrap_or_default())
}

fn kind_named(name: &str) -> Result<TaskKind, String> {
    let all = [TaskKind::Check, TaskKind::Test, TaskKind::Build, TaskKind::Publish, TaskKind::Deploy];
    all.into_iter().find(|kind| kind.as_str() == name).ok_or_else(|| format!("no kind {name}"))
}

fn read(text: &str) -> Result<Table, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut table = Table::default();
    for row in file.commands {
        let mut words = row.run.split(' ').map(|word| word.split('|').map(str::to_owned).collect::<Vec<_>>());
        let programs = words.next().unwrap_or_default();
        let (run, kind): (Vec<_>, _) = (words.collect(), kind_named(&row.kind)?);
        for program in programs {
            let (target, place) = (row.target.clone(), row.place.clone());
            let row = CommandRow { target, place, run: String::new(), kind: String::new(), ..row };
            table.commands.entry(program).or_default().push(Command { run: run.clone(), kind, row });
        }
    }
    let split = |list: Vec<String>| {
        let mut list: Vec<Vec<String>> =
            list.iter().map(|words| words.split(' ').map(str::to_owned).collect()).collect();
        list.sort_by_key(|words| std::cmp::Reverse(words.len()));
        list
    };
    (table.runners, table.wrappers) = (split(file.runners), split(file.wrappers));
    for (kind, words) in file.words {
        let kind = kind_named(&kind)?;
        table.words.extend(words.into_iter().map(|word| (word, kind)));
    }
    for row in file.actions {
        for name in row.uses {
            if table.by_action.insert(name.to_ascii_lowercase(), table.actions.len()).is_some() {
                return Err(format!("{name} twice"));
            }
        }
        let (kind, publishes_if) = (kind_named(&row.kind)?, row.publishes_if);
        table.actions.push(Action { kind, with: row.with, place: row.place, publishes_if });
    }
    Ok(table)
}

impl Table {
    /// The rows of a program.
    pub fn of_program(&self, program: &str) -> &[Command] {
        self.commands.get(program).map(Vec::as_slice).unwrap_or_default()
    }

    /// What a script or target of this name does by custom: the first of its words that says so.
    pub fn by_word(&self, name: &str) -> Option<TaskKind> {
        let lower = name.to_ascii_lowercase();
        lower.split(|c: char| !c.is_ascii_alphanumeric()).find_map(|word| self.words.get(word).copied())
    }

    /// What a prepared step does, named with or without its version.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.get(*self.by_action.get(&without_version(name).to_ascii_lowercase())?)
    }
}

/// The name of a prepared step without its version: after `@` or `#`, or after the colon of an image.
pub fn without_version(name: &str) -> &str {
    let name = name.strip_prefix("docker://").unwrap_or(name);
    let name = name.split(['@', '#']).next().unwrap_or(name);
    name.rsplit_once(':').map_or(name, |(image, _)| image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads() {
        let table = read(TEXT).expect("a whole table");
        assert!(table.of_program("docker").len() > 3);
        assert_eq!(table.action("docker/build-push-action@v5").map(|action| action.kind), Some(TaskKind::Build));
        assert_eq!(table.by_word("test:unit"), Some(TaskKind::Test));
        assert_eq!(table.by_word("latest"), None);
    }
}
