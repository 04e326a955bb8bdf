//! From a package that is not the project's to the artifact that brings it.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::facts::Name;
use crate::lang::resolve::{Certainty, External};
use crate::project::{Ecosystem, Project};

/// Packages of the Java platform's own modules beside `java.*`, from the module index of the JDK 8 to 25.
const PLATFORM: [&str; 45] = [
    "com.sun.java.accessibility",
    "com.sun.jarsigner",
    "com.sun.javadoc",
    "com.sun.jdi",
    "com.sun.management",
    "com.sun.net.httpserver",
    "com.sun.nio.sctp",
    "com.sun.security",
    "com.sun.source",
    "com.sun.tools",
    "javafx",
    "javax.accessibility",
    "javax.annotation.processing",
    "javax.crypto",
    "javax.imageio",
    "javax.lang.model",
    "javax.management",
    "javax.naming",
    "javax.net",
    "javax.print",
    "javax.rmi",
    "javax.script",
    "javax.security.auth",
    "javax.security.cert",
    "javax.security.sasl",
    "javax.smartcardio",
    "javax.sound",
    "javax.sql",
    "javax.swing",
    "javax.tools",
    "javax.transaction.xa",
    "javax.xml.XMLConstants",
    "javax.xml.catalog",
    "javax.xml.crypto",
    "javax.xml.datatype",
    "javax.xml.namespace",
    "javax.xml.parsers",
    "javax.xml.stream",
    "javax.xml.transform",
    "javax.xml.validation",
    "javax.xml.xpath",
    "netscape.javascript",
    "org.ietf.jgss",
    "org.w3c.dom",
    "org.xml.sax",
];

/// Packages under the names of Kotlin's and Scala's standard libraries that come with libraries of their own.
const APART: [&str; 10] = [
    "kotlin.reflect.full",
    "kotlin.reflect.jvm",
    "kotlin.script",
    "kotlin.test",
    "scala.collection.parallel",
    "scala.meta",
    "scala.reflect",
    "scala.swing",
    "scala.util.parsing",
    "scala.xml",
];

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(Name),
    More(Vec<Name>),
}

static KNOWN: LazyLock<FxHashMap<Name, Vec<Name>>> = LazyLock::new(|| {
    // `the_catalog_is_read` runs over the same text, so a failure here cannot ship.
    let table: FxHashMap<Name, OneOrMore> =
        toml::from_str(include_str!("../../../assets/catalog/jvm-packages.toml")).unwrap_or_default();
    table
        .into_iter()
        .map(|(package, names)| match names {
            OneOrMore::One(name) => (package, vec![name]),
            OneOrMore::More(names) => (package, names),
        })
        .collect()
});

/// The artifacts (`group:artifact`) that the project's manifests name.
pub(super) struct Libraries<'a> {
    declared: FxHashSet<&'a str>,
    /// Group to its artifacts, sorted.
    groups: FxHashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Libraries<'a> {
    pub(super) fn new(project: &'a Project) -> Self {
        let declared: FxHashSet<&str> = project
            .packages
            .iter()
            .filter(|package| package.ecosystem == Ecosystem::Maven)
            .flat_map(|package| package.dependencies.iter().map(|declared| declared.name.as_str()))
            .collect();
        let mut groups: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for name in &declared {
            if let Some((group, artifact)) = name.split_once(':') {
                groups.entry(group).or_default().push(artifact);
            }
        }
        groups.values_mut().for_each(|artifacts| artifacts.sort_unstable());
        Self { declared, groups }
    }

    /// What brings a type or package (its full name) that the project does not hold: the platform, what the catalog knows
    /// and a manifest declares, the longest declared group that the name begins with, what the catalog knows.
    pub(super) fn provider(&self, path: &str) -> Option<(External, Certainty)> {
        if is_platform(path) {
            let library = ["kotlin", "scala"].into_iter().find(|library| path.split('.').next() == Some(library));
            let name = library.unwrap_or_else(|| package_of(path)).into();
            return Some((External { ecosystem: Ecosystem::Maven, name, standard: true }, Certainty::Resolved));
        }
        let external = |name: &str| External { ecosystem: Ecosystem::Maven, name: name.into(), standard: false };
        let mut prefix = path;
        let mut known = None;
        loop {
            if let Some(names) = KNOWN.get(prefix) {
                if let Some(name) = names.iter().find(|name| self.declared.contains(name.as_str())) {
                    return Some((external(name), Certainty::Inferred));
                }
                known = known.or(names.first());
            }
            if let Some(artifacts) = self.groups.get(prefix) {
                let artifact = closest(artifacts, path);
                return Some((external(&format!("{prefix}:{artifact}")), Certainty::Inferred));
            }
            match prefix.rsplit_once('.') {
                Some((parent, _)) => prefix = parent,
                None => break,
            }
        }
        let name = known.map(Name::as_str).map(str::to_owned).or_else(|| self.kindred(path));
        name.map(|name| (external(&name), Certainty::Inferred))
    }

    /// The declared artifact whose group begins like the package (at least two names) and that is called after a further
    /// name of it.
    fn kindred(&self, path: &str) -> Option<String> {
        let mut best: Option<(usize, usize, String)> = None;
        for (group, artifacts) in &self.groups {
            let shared = group.split('.').zip(path.split('.')).take_while(|(a, b)| a == b).count();
            if shared < 2 {
                continue;
            }
            let rest: FxHashSet<&str> = path.split('.').skip(shared).collect();
            for artifact in artifacts {
                let score = words(artifact).filter(|word| rest.contains(word)).count();
                let name = format!("{group}:{artifact}");
                let is_better = best
                    .as_ref()
                    .is_none_or(|(most_shared, most, other)| (shared, score, &other) > (*most_shared, *most, &&name));
                if score > 0 && is_better {
                    best = Some((shared, score, name));
                }
            }
        }
        best.map(|(_, _, name)| name)
    }
}

fn words(artifact: &str) -> impl Iterator<Item = &str> {
    artifact.split(['-', '.', '_'])
}

/// The artifact of a group that shares most words with a package's name.
fn closest<'a>(artifacts: &[&'a str], path: &str) -> &'a str {
    let names: FxHashSet<&str> = path.split('.').collect();
    let score = |artifact: &str| words(artifact).filter(|word| names.contains(word)).count();
    let mut best: Option<(usize, &'a str)> = None;
    for artifact in artifacts {
        let score = score(artifact);
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, artifact));
        }
    }
    best.map_or("", |(_, artifact)| artifact)
}

fn is_platform(path: &str) -> bool {
    let first = path.split('.').next().unwrap_or(path);
    let is_below =
        |package: &&str| path.strip_prefix(*package).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    matches!(first, "java" | "jdk" | "sun")
        || matches!(first, "kotlin" | "scala") && !APART.iter().any(is_below)
        || PLATFORM.iter().any(is_below)
}

/// The part of a full name before its first type: by convention the first capital.
fn package_of(path: &str) -> &str {
    let mut end = 0;
    for part in path.split('.') {
        if part.starts_with(|c: char| c.is_uppercase()) {
            break;
        }
        end += part.len() + 1;
    }
    &path[..end.saturating_sub(1).min(path.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_is_read() {
        assert_eq!(KNOWN["junit"], ["junit:junit"]);
        assert!(KNOWN.values().flatten().all(|name| name.contains(':')));
    }

    #[test]
    fn the_platform_is_known_by_package() {
        assert!(is_platform("java.util.List") && is_platform("javax.swing") && is_platform("org.w3c.dom.Node"));
        assert!(!is_platform("javax.inject.Inject") && !is_platform("javaxx.swing"));
        assert_eq!(package_of("java.util.Map.Entry"), "java.util");
        assert_eq!(package_of("java.util"), "java.util");
        assert_eq!(package_of("X"), "");
    }

    #[test]
    fn the_artifact_with_the_most_common_words_is_taken() {
        assert_eq!(closest(&["core-a", "core-http", "zip"], "org.x.http.Client"), "core-http");
    }
}
