//! Which keys do what, and where. `assets/keymap.toml` is the only place where a default key is written.

use super::action::{Action, Group};
use super::key::{Key, sequence_label};
use crate::config::{self, Config, KeySetting};

/// A place where keys are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Any pane.
    Global,
    /// The components.
    Tree,
    /// The dependencies.
    Dependencies,
    /// The risk table.
    Risk,
    /// The source.
    Source,
    /// The view of cycles.
    Cycles,
    /// The view of a report.
    Report,
    /// The help screen.
    Help,
    /// The finder and the palette: a list with a line of input.
    Choose,
    /// A line of input.
    Input,
    /// A question.
    Confirm,
}

impl Context {
    const ALL: [(Context, &'static str); 11] = [
        (Context::Global, "global"),
        (Context::Tree, "tree"),
        (Context::Dependencies, "dependencies"),
        (Context::Risk, "risk"),
        (Context::Source, "source"),
        (Context::Cycles, "cycles"),
        (Context::Report, "report"),
        (Context::Help, "help"),
        (Context::Choose, "choose"),
        (Context::Input, "input"),
        (Context::Confirm, "confirm"),
    ];

    /// The section's name in the keymap.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The contexts that are looked up, the strongest first.
    fn layers(self) -> &'static [Context] {
        match self {
            Self::Tree => &[Self::Tree, Self::Global],
            Self::Dependencies => &[Self::Dependencies, Self::Global],
            Self::Risk => &[Self::Risk, Self::Global],
            Self::Source => &[Self::Source, Self::Global],
            Self::Cycles => &[Self::Cycles, Self::Global],
            Self::Report => &[Self::Report, Self::Global],
            Self::Global => &[Self::Global],
            Self::Help => &[Self::Help],
            Self::Choose => &[Self::Choose],
            Self::Input => &[Self::Input],
            Self::Confirm => &[Self::Confirm],
        }
    }
}

#[derive(Debug, Clone)]
struct Binding {
    context: Context,
    keys: Vec<Key>,
    action: Action,
}

/// What keys mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// This.
    Action(Action),
    /// The start of longer sequences.
    Prefix,
    /// Nothing.
    None,
}

/// Every key with its meaning, in the order of the file.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Keymap {
    /// The built-in keys with the user's changes: an action gets exactly the keys that the user names, and loses them
    /// wherever else they stood in that section.
    ///
    /// # Errors
    /// An unknown section, action or key, or two actions with the same keys.
    pub fn load(config: &Config) -> Result<Self, config::Error> {
        let mut keymap = Self { bindings: Vec::new() };
        for setting in config::parse_keymap("assets/keymap.toml", include_str!("../../assets/keymap.toml"))? {
            keymap.add(&setting)?;
        }
        let changes: Vec<(Context, Action)> = config.keys.iter().map(read_target).collect::<Result<_, _>>()?;
        keymap.bindings.retain(|binding| !changes.contains(&(binding.context, binding.action)));
        // Only defaults are left at this point: the user's keys push them aside.
        for (setting, (context, _)) in config.keys.iter().zip(&changes) {
            for keys in read_keys(setting)? {
                keymap.bindings.retain(|binding| binding.context != *context || !clash(&binding.keys, &keys));
            }
        }
        for setting in &config.keys {
            keymap.add(setting)?;
        }
        Ok(keymap)
    }

    fn add(&mut self, setting: &KeySetting) -> Result<(), config::Error> {
        let (context, action) = read_target(setting)?;
        for keys in read_keys(setting)? {
            let other = self.bindings.iter().find(|other| other.context == context && clash(&other.keys, &keys));
            if let Some(other) = other {
                let (keys, name) = (sequence_label(&keys), other.action.name());
                return Err(setting.keys.error(format!("`{keys}` is already a key of `{name}`")));
            }
            self.bindings.push(Binding { context, keys, action });
        }
        Ok(())
    }

    /// What the keys pressed so far mean in a context.
    pub fn lookup(&self, context: Context, keys: &[Key]) -> Lookup {
        for layer in context.layers() {
            let here = || self.bindings.iter().filter(|binding| binding.context == *layer);
            if let Some(binding) = here().find(|binding| binding.keys == keys) {
                return Lookup::Action(binding.action);
            }
            if here().any(|binding| binding.keys.starts_with(keys)) {
                return Lookup::Prefix;
            }
        }
        Lookup::None
    }

    /// What may follow the keys pressed so far.
    pub fn continuations(&self, context: Context, keys: &[Key]) -> Vec<(String, Action)> {
        context
            .layers()
            .iter()
            .flat_map(|layer| self.bindings.iter().filter(move |binding| binding.context == *layer))
            .filter(|binding| binding.keys.len() > keys.len() && binding.keys.starts_with(keys))
            .map(|binding| (sequence_label(&binding.keys[keys.len()..]), binding.action))
            .collect()
    }

    /// The keys of an action in a context, as people write them.
    pub fn labels(&self, context: Context, action: Action) -> Vec<String> {
        let mut labels: Vec<String> = Vec::new();
        for layer in context.layers() {
            for binding in self.bindings.iter().filter(|binding| binding.context == *layer && binding.action == action)
            {
                let label = sequence_label(&binding.keys);
                if !labels.contains(&label) {
                    labels.push(label);
                }
            }
        }
        labels
    }

    /// Actions with their first key for the bottom line: those of the context itself first, each once.
    pub fn hints(&self, context: Context) -> Vec<(String, Action)> {
        let mut hints: Vec<(String, Action)> = Vec::new();
        for layer in context.layers() {
            for binding in self.bindings.iter().filter(|binding| binding.context == *layer) {
                if !binding.action.hint().is_empty() && !hints.iter().any(|(_, action)| *action == binding.action) {
                    hints.push((sequence_label(&binding.keys), binding.action));
                }
            }
        }
        hints
    }

    /// For each action that has keys: where, and which. In the order of the help screen; a context's name stands only
    /// where the keys do not work in every pane.
    pub fn table(&self) -> Vec<(Group, Action, String, Option<&'static str>)> {
        let mut rows = Vec::new();
        for (group, _) in Group::ALL {
            for action in Action::ALL.iter().copied().filter(|action| action.group() == group) {
                let contexts: &[Context] = match group {
                    Group::Input => &[Context::Choose, Context::Help, Context::Confirm],
                    _ => &[
                        Context::Global,
                        Context::Tree,
                        Context::Dependencies,
                        Context::Risk,
                        Context::Source,
                        Context::Cycles,
                        Context::Report,
                    ],
                };
                let own = |context: Context| {
                    self.bindings.iter().filter(move |binding| binding.context == context && binding.action == action)
                };
                let Some(context) = contexts.iter().copied().find(|context| own(*context).next().is_some()) else {
                    rows.push((group, action, String::new(), None));
                    continue;
                };
                let keys: Vec<String> = own(context).map(|binding| sequence_label(&binding.keys)).collect();
                let place = !matches!(context, Context::Global | Context::Choose);
                rows.push((group, action, keys.join(" "), place.then(|| context.name())));
            }
        }
        rows
    }
}

/// Whether one of two sequences hides the other.
fn clash(a: &[Key], b: &[Key]) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

fn read_target(setting: &KeySetting) -> Result<(Context, Action), config::Error> {
    let (context, _) = Context::ALL
        .into_iter()
        .find(|(_, name)| *name == setting.section)
        .ok_or_else(|| setting.keys.error(format!("there is no section `{}`", setting.section)))?;
    let action = Action::named(&setting.action).ok_or_else(|| setting.keys.error("there is no such action"))?;
    Ok((context, action))
}

fn read_keys(setting: &KeySetting) -> Result<Vec<Vec<Key>>, config::Error> {
    setting.keys.value.iter().map(|keys| Key::parse_sequence(keys).map_err(|error| setting.keys.error(error))).collect()
}

/// The key table of the README: every action with its default keys.
pub fn markdown() -> String {
    let mut out = String::new();
    // The built-in keymap is tested to load.
    let Ok(keymap) = Keymap::load(&Config::default()) else { return out };
    let table = keymap.table();
    for (group, title) in Group::ALL {
        out.push_str(&format!("\n| {title} | |\n|---|---|\n"));
        for (_, action, keys, place) in table.iter().filter(|row| row.0 == group) {
            let keys: Vec<String> =
                keys.split(' ').filter(|key| !key.is_empty()).map(|key| format!("`{key}`")).collect();
            let keys = if keys.is_empty() { format!("`:{}`", action.name()) } else { keys.join(" ") };
            let place = place.map_or(String::new(), |place| format!(" ({place})"));
            out.push_str(&format!("| {} | {}{place} |\n", keys.replace('|', "\\|"), action.doc()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(section: &str, action: &str, keys: &[&str]) -> Result<Keymap, String> {
        let text = format!("[{section}]\n{action} = {keys:?}\n");
        let keys = config::parse_keymap("c.toml", &text).map_err(|error| error.to_string())?;
        Keymap::load(&Config { keys, ..Config::default() }).map_err(|error| error.to_string())
    }

    #[test]
    fn the_table_of_actions_is_whole() {
        let mut names = std::collections::BTreeSet::new();
        for action in Action::ALL {
            assert!(names.insert(action.name()), "{} twice", action.name());
            assert!(!action.doc().is_empty() && !action.doc().ends_with('.'), "{}", action.name());
            assert!(action.name().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", action.name());
            assert_eq!(Action::named(action.name()), Some(*action));
        }
    }

    #[test]
    fn every_action_has_keys_or_is_in_the_palette() {
        let keymap = Keymap::load(&Config::default()).unwrap();
        for action in Action::ALL {
            let has_keys = keymap.bindings.iter().any(|binding| binding.action == *action);
            assert!(has_keys || action.group() != Group::Input, "{} cannot be reached", action.name());
        }
        for context in Context::ALL.map(|(context, _)| context) {
            for binding in keymap.bindings.iter().filter(|binding| context.layers().contains(&binding.context)) {
                let found = keymap.lookup(context, &binding.keys);
                assert!(matches!(found, Lookup::Action(_)), "{context:?} {:?}: {found:?}", binding.keys);
            }
        }
    }

    #[test]
    fn keys_of_the_default_map_never_clash() {
        let keymap = Keymap::load(&Config::default()).unwrap();
        for (index, one) in keymap.bindings.iter().enumerate() {
            for other in &keymap.bindings[..index] {
                let hidden = one.context == other.context && clash(&one.keys, &other.keys);
                assert!(!hidden, "{} and {}", one.action.name(), other.action.name());
            }
        }
    }

    #[test]
    fn a_user_moves_keys_and_errors_name_them() {
        let keymap = with("global", "help", &["q", "g h"]).unwrap();
        let lookup = |keys: &str| keymap.lookup(Context::Tree, &Key::parse_sequence(keys).unwrap());
        assert_eq!(lookup("q"), Lookup::Action(Action::Help));
        assert_eq!(lookup("g h"), Lookup::Action(Action::Help));
        assert_eq!(lookup("ctrl-c"), Lookup::Action(Action::Quit));
        assert_eq!(lookup("?"), Lookup::None);
        assert_eq!(lookup("g"), Lookup::Prefix);
        let error = |section, action, key| with(section, action, &[key]).unwrap_err();
        assert!(error("nowhere", "help", "x").starts_with("c.toml:2: nowhere.help: there is no section"));
        assert!(error("tree", "halp", "x").starts_with("c.toml:2: tree.halp: there is no such action"));
        assert!(error("tree", "help", "hyper-x").starts_with("c.toml:2: tree.help: `hyper-x` is no key"));
        assert!(with("tree", "help", &["x", "x"]).unwrap_err().contains("already a key of `help`"));
    }
}
