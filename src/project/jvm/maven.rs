//! `pom.xml`: coordinates, parents, properties, managed versions, dependencies.

use std::collections::BTreeMap;

use roxmltree::Node;

use super::{Fault, Module, directory_name, join, report};
use crate::facts::Name;
use crate::project::xml::{self, child, is_element, text};
use crate::project::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Project};

/// Properties are looked up through at most this many others, and parents through at most this many.
const DEPTH_LIMIT: usize = 8;

/// The longest value of a property with others put in, in bytes.
const VALUE_LIMIT: usize = 512;

/// Whether a file of this name is read here.
pub(super) fn is_config(file_name: &str) -> bool {
    file_name == "pom.xml"
}

/// A `pom.xml` as it is written.
#[derive(Default)]
struct Pom<'a> {
    directory: &'a str,
    group: Option<String>,
    artifact: Option<String>,
    version: Option<String>,
    parent: Option<Parent>,
    properties: BTreeMap<String, String>,
    managed: BTreeMap<(String, String), String>,
    dependencies: Vec<Dependency>,
}

struct Parent {
    group: Option<String>,
    artifact: Option<String>,
    version: Option<String>,
    path: String,
}

struct Dependency {
    group: String,
    artifact: String,
    version: Option<String>,
    scope: DeclaredScope,
    line: u32,
}

/// Reads every `pom.xml` among `configs`.
pub(super) fn read(configs: &[ConfigFile], project: &mut Project) {
    let mut poms: BTreeMap<&str, (&ConfigFile, Pom<'_>)> = BTreeMap::new();
    for config in configs.iter().filter(|config| is_config(config.file_name())) {
        match parse(config) {
            Ok(pom) => {
                poms.insert(config.directory(), (config, pom));
            }
            Err(fault) => report(project, config, fault),
        }
    }
    let lineages: BTreeMap<&str, Vec<&Pom<'_>>> =
        poms.iter().map(|(directory, (_, pom))| (*directory, lineage(&poms, pom))).collect();
    let mut by_coordinates: BTreeMap<String, &str> = BTreeMap::new();
    for (directory, lineage) in &lineages {
        by_coordinates.entry(coordinates(lineage, directory)).or_insert(directory);
    }
    for (directory, (config, pom)) in &poms {
        let Some(lineage) = lineages.get(directory) else { continue };
        let declared: Vec<Declared> = pom.dependencies.iter().map(|wanted| declared(lineage, wanted)).collect();
        let inherited = lineage.iter().skip(1).flat_map(|pom| &pom.dependencies);
        let inherited: Vec<Declared> = inherited.map(|wanted| self::declared(lineage, wanted)).collect();
        let mut needs: Vec<Box<str>> = declared
            .iter()
            .chain(&inherited)
            .filter_map(|wanted| by_coordinates.get(wanted.name.as_str()))
            .map(|directory| Box::from(*directory))
            .collect();
        needs.sort();
        needs.dedup();
        project.jvm.modules.push(Module { directory: (*directory).into(), needs, is_complete: true });
        project.packages.push(Package {
            ecosystem: Ecosystem::Maven,
            name: coordinates(lineage, directory).into(),
            version: version(lineage).map(Name::new),
            directory: (*directory).into(),
            manifest: config.path.clone(),
            dependencies: declared,
        });
    }
}

/// A pom and its parents in the project, nearest first.
fn lineage<'p, 'a>(poms: &'p BTreeMap<&'a str, (&ConfigFile, Pom<'a>)>, pom: &'p Pom<'a>) -> Vec<&'p Pom<'a>> {
    let mut lineage = vec![pom];
    let mut current = pom;
    while lineage.len() < DEPTH_LIMIT
        && let Some(parent) = &current.parent
        && let Some(path) = join(current.directory, &parent.path)
    {
        let directory = path.strip_suffix("pom.xml").map_or(path.as_str(), |directory| directory.trim_end_matches('/'));
        let Some((_, next)) = poms.get(directory).filter(|(_, next)| next.artifact == parent.artifact) else { break };
        lineage.push(next);
        current = next;
    }
    lineage
}

fn coordinates(lineage: &[&Pom<'_>], directory: &str) -> String {
    let group = lineage.iter().find_map(|pom| pom.group.as_deref().or_else(|| pom.parent.as_ref()?.group.as_deref()));
    let artifact = lineage.first().and_then(|pom| pom.artifact.as_deref()).unwrap_or(directory_name(directory));
    let artifact = interpolate(lineage, artifact);
    group.map_or(artifact.clone(), |group| format!("{}:{artifact}", interpolate(lineage, group)))
}

fn version(lineage: &[&Pom<'_>]) -> Option<String> {
    let written =
        lineage.iter().find_map(|pom| pom.version.as_deref().or_else(|| pom.parent.as_ref()?.version.as_deref()));
    written.map(|version| interpolate(lineage, version))
}

fn declared(lineage: &[&Pom<'_>], wanted: &Dependency) -> Declared {
    let (group, artifact) = (interpolate(lineage, &wanted.group), interpolate(lineage, &wanted.artifact));
    let managed = || {
        let key = (wanted.group.clone(), wanted.artifact.clone());
        let plain = (group.clone(), artifact.clone());
        lineage.iter().find_map(|pom| pom.managed.get(&key).or_else(|| pom.managed.get(&plain)).cloned())
    };
    let version = wanted.version.clone().or_else(managed).map(|version| interpolate(lineage, &version));
    Declared {
        name: format!("{group}:{artifact}").into(),
        requirement: version.map(Name::new),
        locked: None,
        scope: wanted.scope,
        file: None,
        line: wanted.line,
    }
}

/// Puts in the values of `${…}`; what is not known stays as it is.
fn interpolate(lineage: &[&Pom<'_>], text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..DEPTH_LIMIT {
        let Some((start, end)) = text.find("${").and_then(|start| Some((start, start + text[start..].find('}')?)))
        else {
            break;
        };
        let Some(value) = property(lineage, &text[start + 2..end]) else { break };
        if text.len() + value.len() > VALUE_LIMIT {
            break;
        }
        text.replace_range(start..=end, &value);
    }
    text
}

fn property(lineage: &[&Pom<'_>], name: &str) -> Option<String> {
    let own = lineage.first()?;
    match name {
        "project.version" | "pom.version" | "version" | "revision" if !own.properties.contains_key(name) => {
            let from = |pom: &&Pom<'_>| pom.version.clone().or_else(|| pom.parent.as_ref()?.version.clone());
            lineage.iter().find_map(from).filter(|version| !version.contains("${project.version}"))
        }
        "project.groupId" | "pom.groupId" | "groupId" => {
            lineage.iter().find_map(|pom| pom.group.clone().or_else(|| pom.parent.as_ref()?.group.clone()))
        }
        "project.artifactId" => own.artifact.clone(),
        "project.parent.version" | "parent.version" => own.parent.as_ref()?.version.clone(),
        "project.parent.groupId" | "parent.groupId" => own.parent.as_ref()?.group.clone(),
        _ => lineage.iter().find_map(|pom| pom.properties.get(name).cloned()),
    }
}

fn parse(config: &ConfigFile) -> Result<Pom<'_>, Fault> {
    let document = xml::parse(&config.text)?;
    let newlines: Vec<usize> = memchr::memchr_iter(b'\n', config.text.as_bytes()).collect();
    let root = document.root_element();
    let mut pom = Pom {
        directory: config.directory(),
        group: text(root, "groupId"),
        artifact: text(root, "artifactId"),
        version: text(root, "version"),
        ..Pom::default()
    };
    if let Some(parent) = child(root, "parent") {
        pom.parent = Some(Parent {
            group: text(parent, "groupId"),
            artifact: text(parent, "artifactId"),
            version: text(parent, "version"),
            path: text(parent, "relativePath").unwrap_or_else(|| "..".to_owned()),
        });
    }
    let profiles = child(root, "profiles").into_iter().flat_map(|profiles| profiles.children());
    for section in std::iter::once(root).chain(profiles) {
        for property in child(section, "properties").into_iter().flat_map(|properties| properties.children()) {
            if let Some(value) = property.text().filter(|_| property.is_element()) {
                let name = property.tag_name().name().to_owned();
                pom.properties.entry(name).or_insert_with(|| value.trim().to_owned());
            }
        }
        let managed = child(section, "dependencyManagement");
        for wanted in managed.into_iter().flat_map(|managed| dependencies(managed, &newlines)) {
            if let Some(version) = wanted.version {
                pom.managed.entry((wanted.group, wanted.artifact)).or_insert(version);
            }
        }
        pom.dependencies.extend(dependencies(section, &newlines));
    }
    Ok(pom)
}

fn dependencies(section: Node<'_, '_>, newlines: &[usize]) -> Vec<Dependency> {
    let list = child(section, "dependencies");
    let wanted = list.into_iter().flat_map(|list| list.children()).filter(|node| is_element(*node, "dependency"));
    wanted
        .filter_map(|node| {
            let is_optional = text(node, "optional").as_deref() == Some("true");
            let scope = match text(node, "scope").as_deref() {
                Some("test") => DeclaredScope::Development,
                Some("provided" | "system") => DeclaredScope::Peer,
                _ if is_optional => DeclaredScope::Optional,
                _ => DeclaredScope::Runtime,
            };
            Some(Dependency {
                group: text(node, "groupId")?,
                artifact: text(node, "artifactId")?,
                version: text(node, "version"),
                scope,
                line: newlines.partition_point(|newline| *newline < node.range().start) as u32 + 1,
            })
        })
        .collect()
}
