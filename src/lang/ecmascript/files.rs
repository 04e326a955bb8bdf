//! Which file a path without, or with another, extension means: TypeScript's rules over the paths that exist.

use crate::lang::resolve::{FileId, Sources};
use crate::project::npm::path::join;

/// TypeScript looks for what has types everywhere before it looks for what has none anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// TypeScript's own files and declarations.
    Types,
    /// Scripts, data, and what bundlers add.
    Scripts,
}

/// Both, in order.
pub const PASSES: [Pass; 2] = [Pass::Types, Pass::Scripts];

/// Written extension, and the extensions it can stand for in each pass.
const REPLACED: [(&str, &[&str], &[&str]); 8] = [
    (".js", &[".ts", ".tsx", ".d.ts"], &[".js", ".jsx"]),
    (".jsx", &[".tsx", ".ts", ".d.ts"], &[".jsx", ".js"]),
    (".mjs", &[".mts", ".d.mts"], &[".mjs"]),
    (".cjs", &[".cts", ".d.cts"], &[".cjs"]),
    (".ts", &[".ts", ".tsx", ".d.ts"], &[".js", ".jsx"]),
    (".tsx", &[".tsx", ".ts", ".d.ts"], &[".jsx", ".js"]),
    (".mts", &[".mts", ".d.mts"], &[".mjs"]),
    (".cts", &[".cts", ".d.cts"], &[".cjs"]),
];

/// Extensions that may be left out in each pass.
const IMPLIED_TYPES: &[&str] = &[".ts", ".tsx", ".d.ts"];
const IMPLIED_SCRIPTS: &[&str] = &[".js", ".jsx", ".json", ".mts", ".cts", ".mjs", ".cjs", ".vue", ".svelte"];

/// Extensions of what a compiler or bundler reads, the likeliest first.
const SOURCES: &[&str] = &[".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte"];

/// Extensions of what a compiler or bundler writes, the longest first.
const OUTPUTS: &[&str] = &[".d.mts", ".d.cts", ".d.ts", ".mjs", ".cjs", ".jsx", ".js", ".mts", ".cts", ".tsx", ".ts"];

/// The file that a path with or without an extension means.
pub fn file(sources: &Sources, path: &str, pass: Pass, suffixes: &[impl AsRef<str>]) -> Option<FileId> {
    let find = |stem: &str, extension: &str| {
        suffixes
            .iter()
            .find_map(|suffix| sources.file(&[stem, suffix.as_ref(), extension].concat()))
            .or_else(|| sources.file(&[stem, extension].concat()))
    };
    for (written, types, scripts) in REPLACED {
        let Some(stem) = path.strip_suffix(written) else { continue };
        let extensions = if pass == Pass::Types { types } else { scripts };
        if let Some(found) = extensions.iter().find_map(|extension| find(stem, extension)) {
            return Some(found);
        }
    }
    let implied = if pass == Pass::Types { IMPLIED_TYPES } else { IMPLIED_SCRIPTS };
    implied.iter().find_map(|extension| find(path, extension))
}

/// A path as it is: a style sheet, a picture, a component in a format of its own.
pub fn exact(sources: &Sources, path: &str) -> Option<FileId> {
    sources.file(path)
}

/// The source of an output: its extension, and those of its forms (`index.esm.js`), replaced by a source's.
pub fn source_of(sources: &Sources, path: &str) -> Option<FileId> {
    let Some(stem) = OUTPUTS.iter().find_map(|extension| path.strip_suffix(extension)) else {
        return sources.file(path).or_else(|| source_at(sources, path));
    };
    source_at(sources, stem).or_else(|| {
        let (shorter, _) = stem.rsplit_once('.').filter(|(_, form)| !form.contains('/'))?;
        source_at(sources, shorter)
    })
}

/// The source at a path without extension, or the index of the directory there.
pub fn source_at(sources: &Sources, stem: &str) -> Option<FileId> {
    let with_extension = |stem: &str| SOURCES.iter().find_map(|extension| sources.file(&[stem, extension].concat()));
    with_extension(stem).or_else(|| {
        let index = join(stem, "index").filter(|_| sources.is_directory(stem))?;
        with_extension(&index)
    })
}

/// A path without an output's extension.
pub fn without_extension(path: &str) -> &str {
    OUTPUTS.iter().find_map(|extension| path.strip_suffix(extension)).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(paths: &[&str]) -> Sources {
        let files = paths.iter().map(|path| crate::lang::resolve::SourceFile {
            path: (*path).into(),
            language: None,
            facts: None,
            bytes: 0,
            mark: None,
            test: false,
        });
        Sources::new(files.collect(), Default::default())
    }

    #[test]
    fn a_script_extension_stands_for_a_source() {
        let sources = sources(&["a.ts", "b.tsx", "c.d.ts", "c.js", "d.mts"]);
        let find = |path: &str| {
            PASSES.iter().find_map(|pass| file(&sources, path, *pass, &[] as &[&str])).map(|id| &*sources.get(id).path)
        };
        assert_eq!(find("a.js"), Some("a.ts"));
        assert_eq!(find("b.js"), Some("b.tsx"));
        assert_eq!(find("c.js"), Some("c.d.ts"));
        assert_eq!(find("d.mjs"), Some("d.mts"));
        assert_eq!(find("c.ts"), Some("c.d.ts"));
        assert_eq!(find("c.d.ts"), Some("c.d.ts"));
        assert_eq!(find("e.js"), None);
    }

    #[test]
    fn an_output_is_traced_to_its_source() {
        let sources = sources(&["src/index.ts", "src/x/index.tsx"]);
        let find = |path: &str| source_of(&sources, path).map(|id| &*sources.get(id).path);
        assert_eq!(find("src/index.esm.js"), Some("src/index.ts"));
        assert_eq!(find("src/x.d.ts"), Some("src/x/index.tsx"));
        assert_eq!(find("src/y.js"), None);
    }
}
