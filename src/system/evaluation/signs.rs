//! Signs of technologies in a tree of files: names of files, libraries in manifests, images, addresses.

use super::{EvaluationId, evaluations};
use crate::project::{ConfigFile, Project, is_config};
use crate::system::catalog::catalog;

/// How many rows there may be.
const ROWS: usize = 256;

/// Directories whose files say nothing of the project itself: code of others, tests, and what shows how it is used.
const ASIDE: &[&str] = &[
    "node_modules",
    "vendor",
    "third_party",
    "test",
    "tests",
    "testdata",
    "fixtures",
    "example",
    "examples",
    "sample",
    "samples",
    "docs",
    "doc",
    "benches",
    "benchmarks",
    "fuzz",
];

/// Whether the files below a directory of this name say nothing of the project itself.
pub fn is_aside(directory: &str) -> bool {
    ASIDE.contains(&directory)
}

/// A set of technologies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signs([u64; ROWS / 64]);

impl Signs {
    /// Adds one; what does not fit is left out, which a test rules out.
    pub fn insert(&mut self, id: EvaluationId) {
        if let Some(word) = self.0.get_mut(id / 64) {
            *word |= 1 << (id % 64);
        }
    }

    /// Adds all of another set.
    pub fn extend(&mut self, other: Self) {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub fn without(mut self, other: Self) -> Self {
        for (word, less) in self.0.iter_mut().zip(other.0) {
            *word &= !less;
        }
        self
    }

    /// Whether one is in it.
    pub fn contains(&self, id: EvaluationId) -> bool {
        self.0.get(id / 64).is_some_and(|word| word >> (id % 64) & 1 == 1)
    }

    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = EvaluationId> + '_ {
        (0..ROWS).filter(|id| self.contains(*id))
    }
}

/// An entry of a directory.
pub enum Entry<'a> {
    /// A file with this name.
    File(&'a str),
    /// In a directory of the first name an entry of the second one.
    Inside(&'a str, &'a str),
}

/// What the name of an entry is a sign of.
pub fn of_entry(entry: &Entry<'_>) -> Signs {
    let mut signs = Signs::default();
    for (id, row) in evaluations().rows.iter().enumerate() {
        let fits = match entry {
            Entry::File(name) => row.files.iter().any(|pattern| matches(pattern, name)),
            Entry::Inside(outer, inner) => {
                row.folders.iter().any(|folder| folder.split_once('/') == Some((*outer, *inner)))
            }
        };
        if fits {
            signs.insert(id);
        }
    }
    signs
}

/// Whether a name fits a pattern with at most one star.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => {
            name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        }
    }
}

/// Whether [`of_text`] finds anything in a file of this name.
pub fn reads_text(name: &str) -> bool {
    let is_lock = name.contains("lock") || name.ends_with(".sum");
    (is_config(name) && !is_lock) || is_declaration(name)
}

/// Whether images are named in such a file.
fn is_declaration(name: &str) -> bool {
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    name.starts_with("Dockerfile") || name.ends_with(".env") || name.ends_with(".properties") || is_yaml
}

/// What a file's text is a sign of: libraries that a manifest declares, images and addresses in the files of a deployment.
pub fn of_text(name: &str, text: &str) -> Signs {
    let mut signs = Signs::default();
    let evaluations = evaluations();
    if is_config(name) {
        let project = Project::read(&[ConfigFile { path: name.into(), text: text.into() }]);
        let declared = project.packages.iter().flat_map(|package| {
            package.dependencies.iter().map(|dependency| (package.ecosystem, dependency.name.as_str()))
        });
        declared.filter_map(|(of, name)| evaluations.of_library(of, name)).for_each(|id| signs.insert(id));
    }
    if !is_declaration(name) {
        return signs;
    }
    let mut known = |name: &str| {
        if let Some(id) = evaluations.named(name) {
            signs.insert(id);
        }
    };
    let mut has_api = false;
    for line in text.lines().map(str::trim) {
        has_api |= line.starts_with("apiVersion:");
        if has_api && ["kind: Deployment", "kind: StatefulSet", "kind: DaemonSet"].contains(&line) {
            known("Kubernetes");
        }
        let image = ["image:", "- image:", "FROM "].iter().find_map(|key| line.strip_prefix(key));
        let image = image.map(|rest| rest.trim().trim_matches(['"', '\'']));
        let image = image.and_then(|rest| catalog().image(rest.split_whitespace().next()?));
        if let Some(technology) = image {
            known(&technology.name);
        }
        let scheme = line.split_once("://").map(|(before, _)| before);
        let scheme = scheme.and_then(|before| before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '+').next());
        if let Some(technology) = scheme.and_then(|scheme| catalog().scheme(scheme)) {
            known(&technology.name);
        }
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(signs: Signs) -> Vec<&'static str> {
        signs.iter().map(|id| evaluations().rows[id].name.as_str()).collect()
    }

    #[test]
    fn files_tell_what_they_are_signs_of() {
        assert!(evaluations().rows.len() <= ROWS);
        assert_eq!(names(of_entry(&Entry::File("docker-compose.dev.yml"))), ["Docker Compose"]);
        assert_eq!(names(of_entry(&Entry::Inside(".github", "workflows"))), ["GitHub Actions"]);
        assert_eq!(names(of_entry(&Entry::File("main.rs"))), ["Rust"]);
        assert!(names(of_entry(&Entry::File("README"))).is_empty());
    }

    #[test]
    fn texts_tell_libraries_images_and_addresses() {
        let of = |name: &str, text: &str| names(of_text(name, text));
        assert_eq!(
            of("package.json", "{\"dependencies\": {\"express\": \"4\", \"redis\": \"2\"}}"),
            ["Redis", "Express"]
        );
        assert_eq!(of("requirements.txt", "flask==2\npika\n"), ["RabbitMQ", "Flask"]);
        assert_eq!(of("docker-compose.yml", "services:\n  db:\n    image: \"postgres:16\"\n"), ["PostgreSQL"]);
        assert_eq!(of("x.yaml", "apiVersion: apps/v1\nkind: Deployment\n"), ["Kubernetes"]);
        assert_eq!(of(".env", "URL=amqp://queue\n"), ["RabbitMQ"]);
        assert!(!reads_text("package-lock.json") && !reads_text("main.py") && reads_text("pom.xml"));
    }
}
