//! Go and Jinja templates of YAML: what a template engine puts in is blanked, so that the rest can be read as YAML.

use std::borrow::Cow;

/// The text with its line breaks, where lines of nothing but template actions are empty and an action among other text is a
/// scalar that says which value it stands for: `{{ .Values.x }}` becomes `${.Values.x}`. The text itself where it has none.
pub(super) fn blanked(text: &str) -> Cow<'_, str> {
    if !text.contains("{{") && !text.contains("{%") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut open = None;
    for line in text.split_inclusive('\n') {
        let mut kept = String::new();
        let mut rest = line;
        let mut acted = open.is_some();
        loop {
            if let Some(close) = open {
                match rest.find(close) {
                    Some(end) => rest = &rest[end + 2..],
                    None => break,
                }
                open = None;
            }
            let start = [("{{", "}}"), ("{%", "%}")].iter().filter_map(|(o, c)| Some((rest.find(o)?, *c))).min();
            let Some((start, close)) = start else {
                kept.push_str(rest);
                break;
            };
            acted = true;
            kept.push_str(&rest[..start]);
            let inside = &rest[start + 2..];
            match inside.find(close) {
                Some(end) if close == "}}" => {
                    kept.push_str(&placeholder(&inside[..end]));
                    rest = &inside[end + 2..];
                }
                Some(end) => rest = &inside[end + 2..],
                None => {
                    open = Some(close);
                    break;
                }
            }
        }
        let is_action = acted && kept.trim().trim_start_matches("${").trim_end_matches('}').is_empty();
        if acted && (is_action || is_lone(&kept)) {
            out.push('\n');
            continue;
        }
        out.push_str(kept.trim_end_matches('\n'));
        if line.ends_with('\n') {
            out.push('\n');
        }
    }
    Cow::Owned(out)
}

/// Whether a line holds a placeholder and nothing else: a block that the template puts in.
fn is_lone(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("${") && line.find('}').is_some_and(|end| end + 1 == line.len())
}

/// What stands for an action's value: the path of the value, or nothing for control flow.
fn placeholder(action: &str) -> String {
    let action = action.trim_matches('-').trim();
    let word = action.split_whitespace().next().unwrap_or_default();
    if action.starts_with("/*")
        || matches!(
            word,
            "if" | "else" | "end" | "range" | "with" | "define" | "block" | "template" | "include" | "tpl"
        )
    {
        return String::new();
    }
    let path = action.split_whitespace().find(|word| word.starts_with('.') || word.starts_with('$')).unwrap_or(word);
    let path: String = path.chars().filter(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '$')).collect();
    match default(action).filter(|_| path.starts_with('.')) {
        Some(default) => format!("${{{path}:-{default}}}"),
        None => format!("${{{path}}}"),
    }
}

/// The literal that stands for a value that is not given: `.Values.x | default "y"`, `default 1 .Values.x`.
fn default(action: &str) -> Option<&str> {
    let (_, after) = action.split_once("default ")?;
    let after = after.trim_start();
    let literal = match after.strip_prefix('"') {
        Some(text) => text.split('"').next()?,
        None => after.split_whitespace().next().filter(|word| !word.starts_with(['.', '$', '(']))?,
    };
    literal.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/')).then_some(literal)
}
