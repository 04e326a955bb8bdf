//! Makefiles and `compile_flags.txt`: the directories after `-I`, and headers that `-D` gives a name.

use super::{EXPANSION_LIMIT, Manifests, Variables, expand, include_directory, is_makefile, topmost};
use crate::project::ConfigFile;

/// Reads every makefile.
pub fn read(configs: &[ConfigFile], manifests: &mut Manifests) {
    let makefiles = || configs.iter().filter(|config| is_makefile(config.file_name()));
    let known: rustc_hash::FxHashSet<&str> = makefiles().map(ConfigFile::directory).collect();
    for config in makefiles() {
        let directory = config.directory();
        let mut variables = Variables::default();
        for name in ["srcdir", "builddir", "CURDIR", "PWD", "src", "obj"] {
            variables.insert(name.into(), format!("@/{directory}"));
        }
        let top = topmost(directory, |path| known.contains(path));
        for name in ["top_srcdir", "top_builddir", "srctree", "abs_top_srcdir"] {
            variables.insert(name.into(), format!("@/{top}"));
        }
        for line in logical_lines(&config.text) {
            read_line(&line, directory, &mut variables, manifests);
        }
    }
    for config in configs.iter().filter(|config| config.file_name() == "compile_flags.txt") {
        for written in include_flags(config.text.lines().map(str::trim)) {
            if let Some(include) = include_directory(config.directory(), written) {
                manifests.declare(config.directory(), include);
            }
        }
    }
}

fn read_line(line: &str, directory: &str, variables: &mut Variables, manifests: &mut Manifests) {
    let line = line.split(" #").next().unwrap_or(line);
    if let Some((name, value)) = line.split_once('=') {
        let name = name.trim_end_matches([':', '+', '?', ' ', '\t']).trim();
        let is_name =
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
        if is_name && !line.starts_with('\t') {
            let value = expand(value.trim(), variables).filter(|value| value.len() <= EXPANSION_LIMIT);
            // `X += …` of flags is of no use as a path, so what a variable is set to last is what counts.
            match value {
                Some(value) => variables.insert(name.into(), value),
                None => variables.remove(name),
            };
        }
    }
    for written in include_flags(line.split_whitespace()) {
        let Some(expanded) = expand(written, variables) else { continue };
        if let Some(include) = include_directory(directory, expanded.trim_matches(['"', '\''])) {
            manifests.declare(directory, include);
        }
    }
    for (name, header) in line.split_whitespace().filter_map(header_macro) {
        let headers = manifests.header_macros.entry(name.into()).or_default();
        if !headers.contains(&header) {
            headers.push(header);
        }
    }
}

/// `-DNAME=\"a.h\"`, in the quotes that a shell takes away.
fn header_macro(word: &str) -> Option<(&str, Box<str>)> {
    let (name, value) = word.trim_start_matches(['"', '\'']).strip_prefix("-D")?.split_once('=')?;
    let value = value.trim_end_matches('\'').replace('\\', "");
    let value = value.trim_matches('\'');
    let is_header = |open, close| value.len() > 2 && value.starts_with(open) && value.ends_with(close);
    let is_path = !value.contains(['$', '(']) && (is_header('"', '"') || is_header('<', '>'));
    is_path.then(|| (name, value.into()))
}

/// The lines of a makefile with continued ones joined; comments are left out.
fn logical_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for part in text.lines() {
        match part.strip_suffix('\\') {
            Some(part) => {
                line.push_str(part);
                line.push(' ');
            }
            None => {
                line.push_str(part);
                let whole = std::mem::take(&mut line);
                if !whole.trim_start().starts_with('#') {
                    lines.push(whole);
                }
            }
        }
    }
    lines.push(line);
    lines
}

/// The directories that follow `-I`, `-isystem` and `-iquote`, joined to the flag or in the next word.
pub fn include_flags<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut directories = Vec::new();
    let mut expected = false;
    for word in words {
        let word = word.trim_matches(['"', '\'']);
        if std::mem::take(&mut expected) {
            directories.push(word);
            continue;
        }
        let Some(rest) = ["-I", "-isystem", "-iquote", "/I"].iter().find_map(|flag| word.strip_prefix(flag)) else {
            continue;
        };
        if rest.is_empty() {
            expected = true;
        } else {
            directories.push(rest.trim_start_matches('='));
        }
    }
    directories
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_may_define_a_header() {
        let found = |word| header_macro(word).map(|(name, header)| (name.to_owned(), header.to_string()));
        let expected = Some(("A".to_owned(), "\"a.h\"".to_owned()));
        assert_eq!(found(r#"-DA=\"a.h\""#), expected);
        assert_eq!(found(r#"'-DA="a.h"'"#), expected);
        assert_eq!(found(r#"-DA='"a.h"'"#), expected);
        assert_eq!(found("-DA='<a.h>'"), Some(("A".to_owned(), "<a.h>".to_owned())));
        assert_eq!(found("-DA=1"), None);
        assert_eq!(found(r#"-DA=\"$(X).h\""#), None);
        assert_eq!(found("-DA=\""), None);
    }
}
