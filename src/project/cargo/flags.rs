//! Flags that `--cfg` sets.

use toml::de::{DeTable, DeValue};

use super::{is_cargo_config, table};
use crate::facts::Name;
use crate::project::ConfigFile;

/// Those with which a package is compiled where its documentation is built:
/// <https://docs.rs/about/metadata>. They turn on what is not for everybody yet.
pub fn of_documentation(package: &DeTable<'_>) -> Vec<Name> {
    let metadata = table(package, "metadata").and_then(|it| table(it, "docs")).and_then(|it| table(it, "rs"));
    metadata.and_then(|metadata| metadata.get("rustc-args")).map_or_else(Vec::new, |value| of_value(value.get_ref()))
}

/// Those that `.cargo/config.toml` sets for everything below a directory: each with the directory.
pub fn of_configs(configs: &[ConfigFile]) -> Vec<(String, Vec<Name>)> {
    let mut found = Vec::new();
    for config in configs.iter().filter(|config| is_cargo_config(&config.path)) {
        // Cargo itself reports a file that it cannot read, and nothing but these flags is taken from it.
        let Ok(parsed) = DeTable::parse(&config.text) else { continue };
        let parsed = parsed.get_ref();
        let targets = table(parsed, "target").into_iter().flatten().filter_map(|(_, it)| it.get_ref().as_table());
        let tables = table(parsed, "build").into_iter().chain(targets);
        let flags: Vec<Name> =
            tables.filter_map(|table| table.get("rustflags")).flat_map(|value| of_value(value.get_ref())).collect();
        let directory = config.path.trim_end_matches(".cargo/config.toml").trim_end_matches('/');
        if !flags.is_empty() {
            found.push((directory.to_owned(), flags));
        }
    }
    found
}

/// The names after `--cfg` among arguments, which are a list or one text.
fn of_value(value: &DeValue<'_>) -> Vec<Name> {
    let words: Vec<&str> = match value {
        DeValue::Array(array) => array.iter().filter_map(|word| word.get_ref().as_str()).collect(),
        DeValue::String(text) => text.split_whitespace().collect(),
        _ => Vec::new(),
    };
    let mut flags = Vec::new();
    for (index, word) in words.iter().enumerate() {
        match word.strip_prefix("--cfg") {
            Some("") => flags.extend(words.get(index + 1).copied().map(Name::from)),
            Some(flag) => flags.extend(flag.strip_prefix('=').map(Name::from)),
            None => {}
        }
    }
    flags
}
