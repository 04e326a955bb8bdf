//! Syntax highlighting: from a grammar's scopes to the theme's roles.

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};

use crate::tui::model::Span;
use crate::tui::theme::Role;

/// Scopes and their roles; the first that is a prefix of a scope decides.
const SCOPES: [(&str, Role); 19] = [
    ("comment", Role::Comment),
    ("string", Role::String),
    ("constant.character.escape", Role::Constant),
    ("constant", Role::Constant),
    ("punctuation.definition.comment", Role::Comment),
    ("punctuation.definition.string", Role::String),
    ("keyword.operator", Role::Text),
    ("keyword", Role::Keyword),
    ("storage.type.function", Role::Keyword),
    ("storage", Role::Keyword),
    ("entity.name.function", Role::Function),
    ("entity.name.tag", Role::Keyword),
    ("entity.name", Role::Type),
    ("entity.other.inherited-class", Role::Type),
    ("support.function", Role::Function),
    ("support.type", Role::Type),
    ("support.class", Role::Type),
    ("variable.function", Role::Function),
    ("variable.language", Role::Keyword),
];

/// The grammars.
pub struct Highlighter {
    syntaxes: SyntaxSet,
    scopes: Vec<(Scope, Role)>,
}

/// Where a file's highlighting is.
pub struct State {
    parser: ParseState,
    stack: ScopeStack,
}

impl Highlighter {
    /// Loads the grammars (a few milliseconds; each is compiled when it is first used).
    pub fn new() -> Self {
        let scopes = SCOPES.iter().filter_map(|(name, role)| Some((Scope::new(name).ok()?, *role))).collect();
        Self { syntaxes: two_face::syntax::extra_newlines(), scopes }
    }

    /// Begins a file, if there is a grammar for it.
    pub fn start(&self, path: &str, first_line: &str) -> Option<State> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = match name.rsplit_once('.').map_or(name, |(_, extension)| extension) {
            "mts" | "cts" => "ts",
            "mjs" | "cjs" | "jsx" => "js",
            "pyi" => "py",
            extension => extension,
        };
        let syntax = self
            .syntaxes
            .find_syntax_by_extension(name)
            .or_else(|| self.syntaxes.find_syntax_by_extension(extension))
            .or_else(|| self.syntaxes.find_syntax_by_first_line(first_line))?;
        Some(State { parser: ParseState::new(syntax), stack: ScopeStack::new() })
    }

    /// The roles in the next line; none where the grammar gives up.
    pub fn line(&self, state: &mut State, line: &str) -> Option<Vec<Span>> {
        let operations = state.parser.parse_line(&format!("{line}\n"), &self.syntaxes).ok()?;
        let mut spans: Vec<Span> = Vec::new();
        let mut start = 0;
        for (offset, operation) in operations {
            self.push(&mut spans, start, offset.min(line.len()), &state.stack);
            start = offset.min(line.len());
            state.stack.apply(&operation).ok()?;
        }
        self.push(&mut spans, start, line.len(), &state.stack);
        Some(spans)
    }

    fn push(&self, spans: &mut Vec<Span>, start: usize, end: usize, stack: &ScopeStack) {
        let role = stack.as_slice().iter().rev().find_map(|scope| self.role(*scope));
        let Some(role) = role.filter(|role| end > start && *role != Role::Text) else { return };
        match spans.last_mut() {
            Some(last) if last.end == start as u32 && last.role == role => last.end = end as u32,
            _ => spans.push(Span { start: start as u32, end: end as u32, role }),
        }
    }

    fn role(&self, scope: Scope) -> Option<Role> {
        self.scopes.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|(_, role)| *role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_has_roles() {
        let highlighter = Highlighter::new();
        for (path, line, expected) in [
            ("a.rs", "fn main() {} // x", vec![("fn", Role::Keyword), ("main", Role::Function)]),
            ("a.py", "import os  # x", vec![("import", Role::Keyword)]),
            ("a.ts", "const a = 'b';", vec![("const", Role::Keyword), ("'b'", Role::String)]),
            ("a.mts", "const a = 'b';", vec![("'b'", Role::String)]),
            ("a.go", "package main", vec![("package", Role::Keyword)]),
            ("A.java", "class A {}", vec![("class", Role::Keyword)]),
        ] {
            let mut state = highlighter.start(path, line).unwrap();
            let spans = highlighter.line(&mut state, line).unwrap();
            let found: Vec<(&str, Role)> =
                spans.iter().map(|span| (&line[span.start as usize..span.end as usize], span.role)).collect();
            for one in expected {
                assert!(found.contains(&one), "{path}: {one:?} is not in {found:?}");
            }
        }
        assert!(highlighter.start("a.unknown-thing", "").is_none());
    }
}
