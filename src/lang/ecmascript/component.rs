//! Files that hold scripts among markup: the single-file components of Vue, Svelte and Astro, and MDX documents.
//!
//! The parser is given the file with blanks for everything that is no script, so that bytes and lines are the file's own.
//! The scripts of one file are read as one program: Vue compiles its two into one module, and Svelte's instance script sees
//! what its module script declares. Names that templates use without an import (a framework's automatic imports) are not
//! followed: which file they mean is decided by plugins when the code is built.

mod document;
mod scan;

use std::borrow::Cow;
use std::sync::OnceLock;

use self::scan::{Markup, Script};
use super::{FAMILY, HOOKS, JAVASCRIPT, TSX, TYPESCRIPT, is_test_path};
use crate::lang::Language;
use crate::lang::extract::Hooks;

/// Vue's components.
pub static VUE: Language = document(
    "vue",
    "Vue",
    &["vue"],
    Hooks {
        dialect: Some(|bytes| dialect(&scan::scripts(bytes, Markup::Vue))),
        prepare: |bytes| scan::only(bytes, &scan::scripts(bytes, Markup::Vue)),
        ..HOOKS
    },
);

/// Svelte's components.
pub static SVELTE: Language = document(
    "svelte",
    "Svelte",
    &["svelte"],
    Hooks {
        dialect: Some(|bytes| dialect(&scan::scripts(bytes, Markup::Svelte))),
        prepare: |bytes| scan::only(bytes, &scan::scripts(bytes, Markup::Svelte)),
        ..HOOKS
    },
);

/// Astro's components, whose scripts are all TypeScript.
pub static ASTRO: Language = document(
    "astro",
    "Astro",
    &["astro"],
    Hooks {
        dialect: Some(|_| &TYPESCRIPT),
        prepare: |bytes| scan::only(bytes, &scan::scripts(bytes, Markup::Astro)),
        ..HOOKS
    },
);

/// Markdown with components, which its import statements name.
pub static MDX: Language = document("mdx", "MDX", &["mdx"], Hooks { prepare: modules, ..HOOKS });

/// The grammar is that of a file whose scripts do not say another.
const fn document(
    name: &'static str,
    label: &'static str,
    extensions: &'static [&'static str],
    hooks: Hooks,
) -> Language {
    Language {
        name,
        label,
        extensions,
        grammar: tree_sitter_javascript::LANGUAGE,
        query: include_str!("../../../assets/queries/javascript.scm"),
        hooks,
        is_test_path,
        family: &FAMILY,
        compiled: OnceLock::new(),
    }
}

fn modules(bytes: &[u8]) -> Cow<'_, [u8]> {
    scan::only(bytes, &document::modules(bytes))
}

/// TypeScript where one of the scripts says so: the compilers ask that all say the same.
fn dialect(scripts: &[Script<'_>]) -> &'static Language {
    let says = |names: &[&[u8]]| scripts.iter().any(|script| names.contains(&script.language));
    if says(&[b"tsx"]) {
        &TSX
    } else if says(&[b"ts", b"typescript", b"text/typescript"]) {
        &TYPESCRIPT
    } else {
        &JAVASCRIPT
    }
}
