//! The user's editor and how it takes a line.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// An editor's command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    words: Vec<String>,
}

impl Editor {
    /// The configured one, else VISUAL, EDITOR, vi.
    pub fn find(configured: Option<&str>) -> Self {
        let from_environment = || ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok());
        let line = configured.map(str::to_owned).or_else(from_environment).unwrap_or_default();
        Self::parse(&line)
    }

    fn parse(line: &str) -> Self {
        let words = split(line);
        Self { words: if words.is_empty() { vec!["vi".to_owned()] } else { words } }
    }

    /// The program's name.
    pub fn name(&self) -> &str {
        self.words[0].rsplit('/').next().unwrap_or(&self.words[0])
    }

    /// The command that opens a file at a line.
    pub fn command(&self, file: &Path, line: u32) -> Command {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]).args(self.arguments(file, line));
        command
    }

    fn arguments(&self, file: &Path, line: u32) -> Vec<OsString> {
        let with_line = || {
            let mut argument = file.as_os_str().to_owned();
            argument.push(format!(":{line}"));
            argument
        };
        match self.name().trim_end_matches(".exe") {
            "code" | "code-insiders" | "codium" | "vscodium" | "cursor" | "windsurf" => {
                vec!["--goto".into(), with_line()]
            }
            "hx" | "helix" | "subl" | "sublime_text" | "zed" | "zeditor" | "lapce" | "micro" => vec![with_line()],
            "idea" | "pycharm" | "goland" | "webstorm" | "rustrover" | "clion" | "kate" => {
                vec!["--line".into(), line.to_string().into(), file.into()]
            }
            // vi and its kin, emacs, nano, kak, joe and most others.
            _ => vec![format!("+{line}").into(), file.into()],
        }
    }
}

/// Splits a command line at blanks; quotes keep blanks together.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(editor: &str) -> Vec<String> {
        let command = Editor::parse(editor).command(Path::new("/a b/c.rs"), 12);
        std::iter::once(command.get_program())
            .chain(command.get_args())
            .map(|word| word.to_string_lossy().into())
            .collect()
    }

    #[test]
    fn editors_take_lines_in_their_own_ways() {
        assert_eq!(line("vi"), ["vi", "+12", "/a b/c.rs"]);
        assert_eq!(line(""), ["vi", "+12", "/a b/c.rs"]);
        assert_eq!(line("/usr/bin/hx"), ["/usr/bin/hx", "/a b/c.rs:12"]);
        assert_eq!(line("code --wait"), ["code", "--wait", "--goto", "/a b/c.rs:12"]);
        assert_eq!(line("emacsclient -t"), ["emacsclient", "-t", "+12", "/a b/c.rs"]);
        assert_eq!(line("'/opt/my editor' -x"), ["/opt/my editor", "-x", "+12", "/a b/c.rs"]);
    }
}
