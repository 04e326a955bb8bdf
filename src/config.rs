//! The configuration: built-in defaults < the user's file < the project's file < flags.
//!
//! The user's file is `transom/config.toml` in the XDG configuration directory, the project's is `transom.toml` in its
//! root. A project may come from a stranger: its file can set only what cannot do harm. An unknown key or a value of the
//! wrong type is an error that names file, line and key.

mod document;

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

pub use document::{Document, Entry, Error, Raw, Setting};

/// The name of a project's own file.
pub const PROJECT_FILE: &str = "transom.toml";

/// The sections of the project's file that `transom check` reads.
pub const RULES: &[&str] =
    &["layers", "forbid", "require", "only_through", "no_cycles", "limit", "externals", "orphans", "ignore"];

/// The keys of the project's file beside the rules.
pub const PROJECT_KEYS: &[&str] = &["exclude", "theme"];

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
    // The user may keep the file elsewhere and link to it; a stranger's link could point anywhere.
    match text_of(path, author == Author::User)? {
        Some(text) => parse(&path.display().to_string(), &text, author, config),
        None => Ok(()),
    }
}

/// The text of a configuration file; none where there is no such file.
///
/// # Errors
/// It is too large, no regular file (a link where links are not followed), or cannot be read.
pub fn text_of(path: &Path, follow: bool) -> Result<Option<String>, Error> {
    let error = |message: String| Error { file: path.display().to_string(), line: 1, key: String::new(), message };
    let metadata = match if follow { path.metadata() } else { path.symlink_metadata() } {
        Ok(metadata) => metadata,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(error(format!("cannot be read: {cause}"))),
    };
    if !metadata.is_file() {
        return Err(error("is not a regular file".to_owned()));
    }
    if metadata.len() > SIZE_LIMIT {
        return Err(error("is larger than a megabyte".to_owned()));
    }
    std::fs::read_to_string(path).map(Some).map_err(|cause| error(format!("cannot be read: {cause}")))
}

fn parse(file: &str, text: &str, author: Author, config: &mut Config) -> Result<(), Error> {
    let document = Document::parse(file, text)?;
    for (key, value) in document.entries() {
        let setting = document.setting(key.get_ref(), key, value);
        if author == Author::Project && RULES.contains(&setting.key.as_str()) {
            continue;
        }
        if author == Author::Project && !PROJECT_KEYS.contains(&setting.key.as_str()) {
            let known = matches!(setting.key.as_str(), "mouse" | "editor" | "keys" | "colors");
            let reason = if known { "is read from the user's file only" } else { "no such key" };
            return Err(setting.error(reason));
        }
        match setting.key.as_str() {
            "exclude" => config.exclude.extend(setting.strings()?),
            "theme" => config.theme = Some(setting.replaced(setting.string()?)),
            "mouse" => config.mouse = Some(setting.boolean()?),
            "editor" => config.editor = Some(setting.string()?),
            "colors" => {
                for (role, style) in setting.table()? {
                    let style = document.setting(&format!("colors.{}", role.get_ref()), role, style);
                    config.colors.push((role.get_ref().to_string(), style.replaced(style.string()?)));
                }
            }
            "keys" => {
                for (section, actions) in setting.table()? {
                    let actions = document.setting(&format!("keys.{}", section.get_ref()), section, actions);
                    config.keys.extend(key_settings(&document, section.get_ref(), &actions)?);
                }
            }
            _ => return Err(setting.error("no such key")),
        }
    }
    Ok(())
}

fn key_settings(document: &Document<'_>, section: &str, actions: &Raw<'_, '_>) -> Result<Vec<KeySetting>, Error> {
    let mut settings = Vec::new();
    for (action, keys) in actions.table()? {
        let keys = document.setting(&format!("{}.{}", actions.key, action.get_ref()), action, keys);
        settings.push(KeySetting {
            section: section.to_owned(),
            action: action.get_ref().to_string(),
            keys: keys.replaced(keys.strings()?),
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
            Ok((name.get_ref().to_string(), setting.replaced(setting.string()?)))
        })
        .collect()
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
