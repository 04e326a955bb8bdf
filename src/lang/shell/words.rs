//! What a word of a script stands for, as far as its text tells.

use rustc_hash::FxHashMap;
use tree_sitter::Node;

use crate::facts::Name;
use crate::lang::extract::Source;

/// Stands for a part of a word that only running the script tells.
const UNKNOWN: &str = "$(…)";

/// The deepest nesting of words and substitutions that is looked at.
const DEPTH_LIMIT: usize = 12;

/// The longest value that is kept, in bytes: variables that name each other could grow without bound.
const LENGTH_LIMIT: usize = 1 << 10;

/// The value of a word in the notation of [`super`].
pub fn value(source: &Source<'_>, node: Node<'_>, depth: usize) -> Name {
    if depth > DEPTH_LIMIT || node.byte_range().len() > LENGTH_LIMIT {
        return UNKNOWN.into();
    }
    let text = source.text(node);
    match node.kind() {
        "word" | "number" if text.contains(['*', '?', '[']) || text.starts_with('~') => UNKNOWN.into(),
        "word" | "number" => text.replace('\\', "").into(),
        "string_content" | "variable_name" => text.into(),
        "raw_string" => text.trim_matches('\'').into(),
        "string" | "concatenation" => {
            let mut cursor = node.walk();
            node.named_children(&mut cursor).map(|part| value(source, part, depth + 1)).collect()
        }
        "simple_expansion" => variable(text.trim_start_matches('$'), ""),
        "expansion" => {
            let inner = text.trim_start_matches("${").trim_end_matches('}');
            let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
            variable(&inner[..end], &inner[end..])
        }
        "command_substitution" => output(source, node, depth).unwrap_or_else(|| UNKNOWN.into()),
        _ => UNKNOWN.into(),
    }
}

/// `$name`, `${name}`, `${name[0]}`, `${name%/*}`, `${name:-other}`.
fn variable(name: &str, modifier: &str) -> Name {
    let base = match name {
        "0" | "BASH_SOURCE" => "__file__".to_owned(),
        _ if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) => return UNKNOWN.into(),
        _ => format!("${{{name}}}"),
    };
    let modifier = modifier.trim_start_matches("[0]").trim_start_matches("[@]");
    match modifier {
        "" | "%/" => base.into(),
        "%/*" | "%/*.*" => (base + "/..").into(),
        // The script's own path has a value, so another is never taken.
        _ if modifier.starts_with([':', '-', '=']) && (base == "__file__" || modifier.starts_with(":-")) => base.into(),
        _ => UNKNOWN.into(),
    }
}

/// What `$(cd x && pwd)`, `$(dirname x)`, `$(realpath x)`, `$(pwd)` and `$(git rev-parse --show-toplevel)` print.
fn output(source: &Source<'_>, node: Node<'_>, depth: usize) -> Option<Name> {
    let mut commands = Vec::new();
    gather_commands(node, depth, &mut commands);
    let named = |names: &[&str]| {
        commands.iter().find(|command| source.field(**command, "name").is_some_and(|name| names.contains(&name)))
    };
    let argument = |command: Node<'_>| {
        let mut cursor = command.walk();
        let arguments = command.children_by_field_name("argument", &mut cursor);
        let written = arguments.filter(|argument| !source.text(*argument).starts_with('-')).last()?;
        Some(value(source, written, depth + 1))
    };
    if let Some(command) = named(&["cd", "pushd"]) {
        return argument(*command);
    }
    let [command] = commands.as_slice() else { return None };
    match source.field(*command, "name")? {
        "dirname" => Some(format!("{}/..", argument(*command)?).into()),
        "readlink" | "greadlink" | "realpath" | "grealpath" => argument(*command),
        "pwd" => Some(".".into()),
        "git" if source.text(*command).contains("--show-toplevel") => Some("__root__".into()),
        _ => None,
    }
}

/// The commands of a substitution that are no part of another command's words.
fn gather_commands<'t>(node: Node<'t>, depth: usize, commands: &mut Vec<Node<'t>>) {
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        match child.kind() {
            "command" => commands.push(child),
            "list" | "redirected_statement" | "subshell" if depth < DEPTH_LIMIT => {
                gather_commands(child, depth + 1, commands);
            }
            _ => {}
        }
    }
}

/// Replaces variables by the one value that they have.
pub fn expand(path: &str, variables: &FxHashMap<Name, Option<Name>>) -> Name {
    let mut path = path.to_owned();
    // Each round expands one variable; those that name themselves end with the rounds.
    let mut searched = 0;
    for _ in 0..DEPTH_LIMIT {
        let Some(start) = path[searched..].find("${").map(|at| searched + at) else { break };
        let Some(end) = path[start..].find('}').map(|at| start + at) else { break };
        match variables.get(&path[start + 2..end]) {
            Some(Some(known)) if path.len() + known.len() < LENGTH_LIMIT => path.replace_range(start..=end, known),
            _ => searched = end,
        }
    }
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_expand_as_far_as_they_are_known() {
        let variables = [("A", Some("${B}/a")), ("B", Some("__file__/..")), ("C", None), ("D", Some("${D}${D}"))];
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.map(Name::from))).collect();
        assert_eq!(expand("${A}/x.sh", &variables), "__file__/../a/x.sh");
        assert_eq!(expand("${C}/${B}/x.sh", &variables), "${C}/__file__/../x.sh");
        assert_eq!(expand("${UNSET", &variables), "${UNSET");
        assert!(expand("${D}", &variables).len() < LENGTH_LIMIT);
    }
}
