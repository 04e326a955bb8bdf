//! Pages of the web: the scripts and style sheets that HTML loads.
//!
//! A path is relative to the page; one that starts with `/` is seen from the root of the site, which is taken to be the
//! nearest directory above that has the file, itself or in `public` or `static` ([`Certainty::Inferred`]). A URL is not
//! of the project. A template's placeholder is no literal.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::paths::{self, Found};
use super::resolve::{Certainty, Dependency, External, FileId, Reason, Sources};
use super::{Family, Language};
use crate::facts::{Import, ImportKind};
use crate::project::Ecosystem;

/// HTML.
pub static HTML: Language = Language {
    name: "html",
    label: "HTML",
    extensions: &["html", "htm", "xhtml"],
    grammar: tree_sitter_html::LANGUAGE,
    query: include_str!("../../assets/queries/html.scm"),
    hooks: Hooks { import, ..Hooks::NONE },
    is_test_path: |path| super::has_directory(path, &["test", "tests", "__tests__", "fixtures"]),
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "html", ecosystem: None, resolve };

/// What a `link` may be to the page for its target to be code.
const RELATIONS: &[&str] = &["stylesheet", "modulepreload", "preload", "import"];

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let name = node.named_child(0).map(|name| source.text(name)).unwrap_or_default();
    let is_link = name.eq_ignore_ascii_case("link");
    if !is_link && !name.eq_ignore_ascii_case("script") {
        return;
    }
    let wanted = if is_link { "href" } else { "src" };
    let mut target = None;
    let mut is_code = !is_link;
    let mut cursor = node.walk();
    for attribute in node.named_children(&mut cursor).filter(|child| child.kind() == "attribute") {
        let (Some(name), Some(value)) = (attribute.named_child(0), attribute.named_child(1)) else { continue };
        let text = source.text(value).trim_matches(['"', '\'']);
        match source.text(name).to_ascii_lowercase().as_str() {
            "rel" => is_code |= text.split_whitespace().any(|word| RELATIONS.contains(&word)),
            key if key == wanted => target = Some((text, value)),
            _ => {}
        }
    }
    if let Some((text, value)) = target.filter(|(text, _)| is_code && !text.trim().is_empty()) {
        imports.push(Import::new(ImportKind::Import, text.trim(), span_of(node), span_of(value)));
    }
}

fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    paths::resolve_imports(sources, files, |file, import| meaning(sources, file, &import.path))
}

fn meaning(sources: &Sources, file: FileId, written: &str) -> Found {
    if written.starts_with("data:") {
        return Found::Nothing;
    }
    if ["{{", "{%", "<%", "${", "<?", "%PUBLIC", "@"].iter().any(|mark| written.contains(mark))
        && !written.contains("://")
    {
        return Found::Unresolved(Reason::NotLiteral);
    }
    if let Some(host) = paths::url_host(written) {
        return Found::External(External { ecosystem: Ecosystem::Native, name: host.into(), standard: false });
    }
    let path = &written[..written.find(['?', '#']).unwrap_or(written.len())];
    let own = &*sources.get(file).path;
    let Some(path) = path.strip_prefix('/') else {
        let found = paths::at(sources, paths::directory_of(own), path);
        return found.map_or(Found::Unresolved(Reason::Missing), Found::resolved);
    };
    let site = paths::above(own).find_map(|root| {
        let below = |folder: &&str| paths::at(sources, &format!("{root}/{folder}"), path);
        ["", "public", "static"].iter().find_map(below)
    });
    site.map_or(Found::Unresolved(Reason::Missing), |found| Found::File(found, Certainty::Inferred))
}
