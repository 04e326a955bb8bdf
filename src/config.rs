//! The configuration: built-in defaults < the user's file < the project's file < flags.
//!
//! The user's file is `transom/config.toml` in the XDG configuration directory, the project's is `transom.toml` in its
//! root. A project may come from a stranger: its file can set only what cannot do harm. An unknown key or a value of the
//! wrong type is an error that names file, line and key.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The name of a project's own file.
pub const PROJECT_FILE: &str = "transom.toml";

/// A configuration file larger than this is not read, in bytes.
const SIZE_LIMIT: u64 = 1 << 20;

/// What is configured.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Globs of paths that are left out of the index: the user's and the project's.
    pub exclude: Vec<String>,
    /// The theme's name.
    pub theme: Option<Setting<String>>,
    /// Whether the explorer uses the mouse.
    pub mouse: Option<bool>,
    /// The editor's command line; stronger than the environment.
    pub editor: Option<String>,
    /// Keys: section, action, and the keys that the action has there.
    pub keys: Vec<KeySetting>,
    /// Colours: role and style.
    pub colors: Vec<(String, Setting<String>)>,
}

/// The keys of an action in one section of the keymap.
#[derive(Debug, Clone)]
pub struct KeySetting {
    /// `global`, `tree`, ...
    pub section: String,
    /// The action's name.
    pub action: String,
    /// The keys as written.
    pub keys: Setting<Vec<String>>,
}

/// A value and where it comes from.
#[derive(Debug, Clone)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The key as written: `keys.tree.open`.
    pub key: String,
}

impl<T> Setting<T> {
    /// An error about this value.
    pub fn error(&self, message: impl Into<String>) -> Error {
        Error { file: self.file.clone(), line: self.line, key: self.key.clone(), message: message.into() }
    }
}

/// What is wrong with a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {}{message}", if key.is_empty() { String::new() } else { format!("{key}: ") })]
pub struct Error {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The key; empty where the file is no TOML at all.
    pub key: String,
    /// What is wrong.
    pub message: String,
}

/// Who wrote a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Author {
    User,
    Project,
}

/// Reads the configuration for a project. Files that do not exist are skipped.
///
/// # Errors
/// A file cannot be read, or has an unknown key or a wrong value.
pub fn load(root: &Path) -> Result<Config, Error> {
    let mut config = Config::default();
    if let Some(path) = user_file() {
        read(&path, Author::User, &mut config)?;
    }
    read(&root.join(PROJECT_FILE), Author::Project, &mut config)?;
    Ok(config)
}

/// Where the user's file is, whether or not it exists.
pub fn user_file() -> Option<PathBuf> {
    let directories = etcetera::base_strategy::Xdg::new().ok()?;
    Some(directories.config_dir().join("transom").join("config.toml"))
}

fn read(path: &Path, author: Author, config: &mut Config) -> Result<(), Error> {
    let error = |message: String| Error { file: path.display().to_string(), line: 1, key: String::new(), message };
    // The user may keep the file elsewhere and link to it; a stranger's link could point anywhere.
    let metadata = match author {
        Author::User => path.metadata(),
        Author::Project => path.symlink_metadata(),
    };
    let metadata = match metadata {
        Ok(metadata) => metadata,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(error(format!("cannot be read: {cause}"))),
    };
    if !metadata.is_file() {
        return Err(error("is not a regular file".to_owned()));
    }
    if metadata.len() > SIZE_LIMIT {
        return Err(error("is larger than a megabyte".to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(|cause| error(format!("cannot be read: {cause}")))?;
    parse(&path.display().to_string(), &text, author, config)
}

fn parse(file: &str, text: &str, author: Author, config: &mut Config) -> Result<(), Error> {
    let document = Document::parse(file, text)?;
    for (key, value) in document.entries() {
        let setting = document.setting(key.get_ref(), key, value);
        if author == Author::Project && !matches!(setting.key.as_str(), "exclude" | "theme") {
            let known = matches!(setting.key.as_str(), "mouse" | "editor" | "keys" | "colors");
            let reason = if known { "is read from the user's file only" } else { "no such key" };
            return Err(setting.error(reason));
        }
        match setting.key.as_str() {
            "exclude" => config.exclude.extend(strings(&setting)?),
            "theme" => config.theme = Some(setting.replaced(string(&setting)?)),
            "mouse" => config.mouse = Some(setting.value.as_bool().ok_or_else(|| setting.error("is true or false"))?),
            "editor" => config.editor = Some(string(&setting)?),
            "colors" => {
                for (role, style) in table(&setting)? {
                    let style = document.setting(&format!("colors.{}", role.get_ref()), role, style);
                    config.colors.push((role.get_ref().to_string(), style.replaced(string(&style)?)));
                }
            }
            "keys" => {
                for (section, actions) in table(&setting)? {
                    let actions = document.setting(&format!("keys.{}", section.get_ref()), section, actions);
                    config.keys.extend(key_settings(&document, section.get_ref(), &actions)?);
                }
            }
            _ => return Err(setting.error("no such key")),
        }
    }
    Ok(())
}

fn key_settings(
    document: &Document<'_>,
    section: &str,
    actions: &Setting<&DeValue<'_>>,
) -> Result<Vec<KeySetting>, Error> {
    let mut settings = Vec::new();
    for (action, keys) in table(actions)? {
        let keys = document.setting(&format!("{}.{}", actions.key, action.get_ref()), action, keys);
        settings.push(KeySetting {
            section: section.to_owned(),
            action: action.get_ref().to_string(),
            keys: keys.replaced(strings(&keys)?),
        });
    }
    Ok(settings)
}

/// Reads the sections of a keymap.
///
/// # Errors
/// The text is no TOML, or a value is not a list of strings.
pub fn parse_keymap(file: &str, text: &str) -> Result<Vec<KeySetting>, Error> {
    let document = Document::parse(file, text)?;
    let mut settings = Vec::new();
    for (section, actions) in document.entries() {
        let actions = document.setting(section.get_ref(), section, actions);
        settings.extend(key_settings(&document, section.get_ref(), &actions)?);
    }
    Ok(settings)
}

/// Reads a file of `name = "string"`.
///
/// # Errors
/// The text is no TOML, or a value is not a string.
pub fn parse_strings(file: &str, text: &str) -> Result<Vec<(String, Setting<String>)>, Error> {
    let document = Document::parse(file, text)?;
    document
        .entries()
        .into_iter()
        .map(|(name, value)| {
            let setting = document.setting(name.get_ref(), name, value);
            Ok((name.get_ref().to_string(), setting.replaced(string(&setting)?)))
        })
        .collect()
}

struct Document<'a> {
    file: &'a str,
    text: &'a str,
    table: Spanned<DeTable<'a>>,
}

type Entry<'t, 'a> = (&'t Spanned<std::borrow::Cow<'a, str>>, &'t Spanned<DeValue<'a>>);

impl<'a> Document<'a> {
    fn parse(file: &'a str, text: &'a str) -> Result<Self, Error> {
        let table = DeTable::parse(text).map_err(|error| Error {
            file: file.to_owned(),
            line: error.span().map_or(1, |span| line_at(text, span.start)),
            key: String::new(),
            message: error.message().to_owned(),
        })?;
        Ok(Self { file, text, table })
    }

    /// In the order of the file, so that the first error is the one reported.
    fn entries(&self) -> Vec<Entry<'_, 'a>> {
        in_order(self.table.get_ref())
    }

    fn setting<'t>(
        &self,
        key: &str,
        at: &Spanned<std::borrow::Cow<'a, str>>,
        value: &'t Spanned<DeValue<'a>>,
    ) -> Setting<&'t DeValue<'a>> {
        let line = line_at(self.text, at.span().start);
        Setting { value: value.get_ref(), file: self.file.to_owned(), line, key: key.to_owned() }
    }
}

fn in_order<'t, 'a>(table: &'t DeTable<'a>) -> Vec<Entry<'t, 'a>> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

impl<T> Setting<T> {
    fn replaced<U>(&self, value: U) -> Setting<U> {
        Setting { value, file: self.file.clone(), line: self.line, key: self.key.clone() }
    }
}

fn string(setting: &Setting<&DeValue<'_>>) -> Result<String, Error> {
    setting.value.as_str().map(str::to_owned).ok_or_else(|| setting.error("is a string"))
}

fn strings(setting: &Setting<&DeValue<'_>>) -> Result<Vec<String>, Error> {
    let wrong = || setting.error("is a list of strings");
    let values = setting.value.as_array().ok_or_else(wrong)?;
    values.iter().map(|value| value.get_ref().as_str().map(str::to_owned).ok_or_else(wrong)).collect()
}

fn table<'t, 'a>(setting: &Setting<&'t DeValue<'a>>) -> Result<Vec<Entry<'t, 'a>>, Error> {
    setting.value.as_table().map(in_order).ok_or_else(|| setting.error("is a table"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str, author: Author) -> Result<Config, String> {
        let mut config = Config::default();
        parse("c.toml", text, author, &mut config).map(|()| config).map_err(|error| error.to_string())
    }

    #[test]
    fn a_user_sets_everything() {
        let text = "theme = 'light'\nmouse = false\neditor = 'hx'\nexclude = ['a/**']\n\
                    [keys.tree]\nopen = ['o', 'z o']\n[colors]\nmuted = 'blue'\n";
        let config = parsed(text, Author::User).unwrap();
        assert_eq!(config.theme.unwrap().value, "light");
        assert_eq!((config.mouse, config.editor.as_deref()), (Some(false), Some("hx")));
        assert_eq!(config.exclude, ["a/**"]);
        assert_eq!((config.keys[0].section.as_str(), config.keys[0].action.as_str()), ("tree", "open"));
        assert_eq!(config.keys[0].keys.value, ["o", "z o"]);
        assert_eq!(config.colors[0].1.value, "blue");
    }

    #[test]
    fn errors_name_file_line_and_key() {
        assert_eq!(parsed("\nthem = 'x'", Author::User).unwrap_err(), "c.toml:2: them: no such key");
        assert_eq!(parsed("mouse = 1", Author::User).unwrap_err(), "c.toml:1: mouse: is true or false");
        assert_eq!(parsed("exclude = [1]", Author::User).unwrap_err(), "c.toml:1: exclude: is a list of strings");
        assert_eq!(
            parsed("[keys.tree]\n\nopen = 'o'", Author::User).unwrap_err(),
            "c.toml:3: keys.tree.open: is a list of strings"
        );
        assert!(parsed("theme = ", Author::User).unwrap_err().starts_with("c.toml:1: "));
    }

    #[test]
    fn a_project_cannot_name_programs_or_move_keys() {
        for text in ["editor = 'evil'", "[keys.tree]\nopen = ['o']", "mouse = true"] {
            assert!(parsed(text, Author::Project).unwrap_err().contains("user's file only"), "{text}");
        }
        assert_eq!(parsed("exclude = ['a']\ntheme = 'mono'", Author::Project).unwrap().exclude, ["a"]);
    }
}
