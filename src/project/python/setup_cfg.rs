//! `setup.cfg`, and pytest's settings in `pytest.ini` and `tox.ini`.

use super::super::{ConfigFile, DeclaredScope};
use super::Draft;
use crate::facts::Name;

/// A setting: its section, its key, and the lines of its value with their numbers.
struct Setting<'a> {
    section: &'a str,
    key: &'a str,
    values: Vec<(u32, &'a str)>,
}

fn settings(text: &str) -> Vec<Setting<'_>> {
    let mut settings: Vec<Setting<'_>> = Vec::new();
    let mut section = "";
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some(setting) = settings.last_mut().filter(|setting| setting.section == section) {
                setting.values.push((number, trimmed));
            }
        } else if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.trim();
        } else if let Some((key, value)) = trimmed.split_once(['=', ':']) {
            let value = value.trim();
            let values = if value.is_empty() { Vec::new() } else { vec![(number, value)] };
            settings.push(Setting { section, key: key.trim(), values });
        }
    }
    settings
}

/// Reads the settings that say what the package is, where it lies and what it asks for.
pub(super) fn read(config: &ConfigFile, draft: &mut Draft) {
    let directory = config.directory();
    for setting in settings(&config.text) {
        let first = setting.values.first().map(|(_, value)| *value);
        let is_literal = |value: &&str| !value.starts_with("attr:") && !value.starts_with("file:");
        match (setting.section, setting.key) {
            ("metadata", "name") => {
                draft.manifest.get_or_insert_with(|| config.path.clone());
                draft.name = draft.name.take().or_else(|| first.map(Name::new));
            }
            ("metadata", "version") => {
                draft.version = draft.version.take().or_else(|| first.filter(is_literal).map(Name::new));
            }
            ("options", "package_dir" | "package-dir") => {
                for (_, value) in &setting.values {
                    if let Some((package, path)) = value.split_once('=') {
                        let package = Some(package.trim()).filter(|package| !package.is_empty());
                        draft.root(directory, path.trim(), package);
                        draft.has_layout |= package.is_none();
                    }
                }
            }
            ("options.packages.find", "where") => {
                draft.root(directory, first.unwrap_or_default(), None);
                draft.has_layout = true;
            }
            ("options", "install_requires" | "install-requires") => {
                require(&setting, DeclaredScope::Runtime, draft);
            }
            ("options", "setup_requires") => require(&setting, DeclaredScope::Build, draft),
            ("options", "tests_require") => require(&setting, DeclaredScope::Development, draft),
            ("options.extras_require", _) => require(&setting, DeclaredScope::Optional, draft),
            ("tool:pytest" | "pytest", "pythonpath") => {
                for path in setting.values.iter().flat_map(|(_, value)| value.split_whitespace()) {
                    draft.root(directory, path, None);
                }
            }
            _ => {}
        }
    }
}

fn require(setting: &Setting<'_>, scope: DeclaredScope, draft: &mut Draft) {
    for (line, value) in &setting.values {
        draft.require(value, scope, *line);
    }
}
