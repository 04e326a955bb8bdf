//! Where it runs: environments that files are for, what deploys, declared infrastructure.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Location;
use crate::report::facts::{NAMES, PLACES, ROWS, name_or_dash, or_dash, places};
use crate::report::{Content, Input, Part, Statement, Table, Text};
use crate::system::evaluation::is_aside;
use crate::system::{Place, TaskKind};
use crate::text::counted;

/// The section.
pub static ENVIRONMENTS: Part = Part {
    title: "Environments and infrastructure",
    looks_for: "files and folders named after an environment, environments of pipelines, deployment steps, infrastructure resources",
    write,
};

/// Names of environments, and by which other names they go.
const NAMED: &[(&str, &[&str])] = &[
    ("development", &["dev", "development", "develop"]),
    ("local", &["local", "localhost"]),
    ("test", &["test", "testing"]),
    ("staging", &["staging", "stage", "stg", "preprod", "preview", "uat", "qa"]),
    ("production", &["prod", "production", "prd", "live"]),
];

/// Files that configure something may name an environment; code and tests do so for other reasons.
const CONFIGURATION: &[&str] =
    &["yml", "yaml", "json", "toml", "properties", "env", "tf", "tfvars", "conf", "ini", "xml"];

fn write(input: &Input<'_>, content: &mut Content) {
    let mut found: BTreeMap<&str, Vec<Location>> = BTreeMap::new();
    let system = input.system();
    let documents = input.snapshot.sources.documents.iter().map(|document| &document.path);
    let files = input.snapshot.sources.files.iter().filter(|file| file.mark.is_none()).map(|file| &file.path);
    let paths: BTreeSet<_> = documents.chain(files).collect();
    for path in paths {
        if let Some(environment) = environment(path) {
            found.entry(environment).or_default().push(Location { path: path.clone(), line: Some(1) });
        }
    }
    let mut jobs: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for job in system.pipelines.iter().flat_map(|pipeline| &pipeline.jobs) {
        if let Some(environment) = &job.environment {
            jobs.entry(environment).or_default().push(&job.evidence);
        }
    }
    let mut list: Vec<Statement> = Vec::new();
    for (name, lines) in found {
        let paths = Text::names(lines.iter().map(|line| &line.path), NAMES);
        let text = Text::from(format!("{name}: {}, ", counted(lines.len() as u64, "file"))).text(paths);
        list.push(Statement::new(text.plain(".")).by(lines.iter().take(PLACES)));
    }
    for (name, lines) in jobs {
        let text = Text::new().code(name).plain(format!(": {} of pipelines.", counted(lines.len() as u64, "job")));
        list.push(Statement::new(text).by(lines));
    }
    if list.is_empty() {
        content
            .nothing("configuration files named after an environment, folders of overlays, environments of pipelines");
    }
    content.list(list);
    deploying(input, content);
    resources(input, content);
}

/// The environment that a configuration file is for, by a part of its name or a folder around it.
fn environment(path: &str) -> Option<&'static str> {
    let mut parts: Vec<&str> = path.split('/').collect();
    let name = parts.pop()?;
    let extension = name.rsplit('.').next()?;
    let is_configuration = CONFIGURATION.contains(&extension) || name.starts_with(".env");
    if !is_configuration || parts.iter().any(|part| is_aside(part) || part.starts_with('.')) {
        return None;
    }
    let known = |word: &str| NAMED.iter().find(|(_, words)| words.contains(&word)).map(|(name, _)| *name);
    let stem = name.strip_suffix(extension).unwrap_or(name).to_ascii_lowercase();
    let in_name = |text: &str| {
        // The last word says what a file is for: `application-dev.yml`, `compose.prod.yaml`.
        text.rsplit(['-', '.', '_']).find(|word| !word.is_empty()).and_then(known)
    };
    let last = if name.starts_with(".env.") { known(&extension.to_ascii_lowercase()) } else { in_name(&stem) };
    last.or_else(|| {
        let is_folder = |part: &&&str| ["overlays", "environments", "envs", "env"].contains(*part);
        let at = parts.iter().position(|part| is_folder(&part))?;
        known(&parts.get(at + 1)?.to_ascii_lowercase())
    })
}

/// Steps of pipelines that publish and deploy.
fn deploying(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let mut table = Table::new(["Pipeline", "Job", "What", "With", "Target", "Component", "Line"]);
    for pipeline in &system.pipelines {
        for (job, task) in pipeline.jobs.iter().flat_map(|job| job.tasks.iter().map(move |task| (job, task))) {
            if !matches!(task.kind, TaskKind::Publish | TaskKind::Deploy) {
                continue;
            }
            table.row([
                Text::new().code(&pipeline.name),
                Text::new().code(&job.name),
                task.kind.as_str().into(),
                Text::new().code(&task.tool),
                or_dash(task.target.iter().fold(Text::new(), |text, target| text.code(target))),
                name_or_dash(system, task.component),
                Text::new().place(&task.evidence),
            ]);
        }
    }
    let mut inner = Content::default();
    inner.table(table.most(ROWS));
    content.section("What ships it", inner);
}

/// Declared resources by what they are for.
fn resources(input: &Input<'_>, content: &mut Content) {
    let mut groups: BTreeMap<(&str, &str, &str), Vec<&crate::system::Resource>> = BTreeMap::new();
    for of in &input.system().resources {
        groups.entry((of.technology, of.group.as_str(), of.kind.as_str())).or_default().push(of);
    }
    let mut table = Table::new(["Of", "For", "Kind", "Resources", "Where"]);
    for ((technology, group, kind), of) in groups {
        let lines: Vec<Place> = of.iter().filter_map(|of| of.evidence.first().cloned()).collect();
        table.row([
            technology.into(),
            group.into(),
            Text::new().code(kind),
            Text::names(of.iter().map(|of| &of.name), 8),
            places(&lines),
        ]);
    }
    let mut inner = Content::default();
    inner.table(table.most(ROWS));
    content.section("Infrastructure", inner);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_an_environment_are_known_by_their_names_and_folders() {
        assert_eq!(environment("a/application-dev.yml"), Some("development"));
        assert_eq!(environment("docker-compose.prod.yaml"), Some("production"));
        assert_eq!(environment("k8s/overlays/staging/kustomization.yaml"), Some("staging"));
        assert_eq!(environment("web/.env.production"), Some("production"));
        assert_eq!(environment("appsettings.Development.json"), Some("development"));
        assert_eq!(environment("src/dev.rs"), None);
        assert_eq!(environment("package.json"), None);
        assert_eq!(environment("tests/values-prod.yaml"), None);
    }
}
