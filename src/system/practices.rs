//! How components run: what deployment files, configuration and code say of health, limits, resilience, protection and
//! watching.

mod cluster;
mod code;
mod compose;
mod images;
mod infrastructure;
mod secrets;
mod servers;
mod settings;
mod table;

use super::draft::Draft;
use super::model::{ComponentId, Place, PracticeKind};
use super::{Detector, Stage};
use crate::document::Tree;
use crate::facts::secret;

/// How components are deployed.
pub static DEPLOYMENT: Detector = Detector {
    name: "deployment practices",
    looks_for: "health checks, replicas, limits, restarts, volumes, networks, users, privileges, secrets and TLS of Compose, \
                Dockerfiles, Kubernetes, Terraform, CloudFormation and web servers",
    stage: Stage::Whole,
    detect: |sources, draft| {
        compose::read(sources, draft);
        images::read(sources, draft);
        cluster::read(sources, draft);
        infrastructure::read(sources, draft);
        servers::read(sources, draft);
        secrets::read(sources, draft);
    },
};

/// What code and configuration do.
pub static RUNNING: Detector = Detector {
    name: "running practices",
    looks_for: "libraries, annotations and settings of timeouts, retries, circuit breakers, rate limits, metrics, traces, logs, \
                caches, authentication, authorization, validation and encryption",
    stage: Stage::Whole,
    detect: |sources, draft| {
        settings::read(draft);
        code::read(sources, draft);
    },
};

/// Whose practices a file's lines say.
struct Of<'d> {
    draft: &'d mut Draft,
    component: Option<ComponentId>,
}

impl Of<'_> {
    /// Adds a practice that a line says.
    fn say(&mut self, kind: PracticeKind, detail: &str, place: Place) {
        let detail: String = detail.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
        self.draft.practice(kind, self.component, &detail, place);
    }
}

/// An image that is named without a version, or by a version that moves: what stands behind its name.
fn moving(image: &str) -> Option<&str> {
    // What a variable says is not known; a digest never moves.
    if image.is_empty() || image.contains(['$', '@', '<', '{', ' ']) || image == "scratch" {
        return None;
    }
    const MOVING: [&str; 8] = ["latest", "stable", "edge", "nightly", "master", "main", "dev", "develop"];
    let last = image.rsplit('/').next().unwrap_or(image);
    match last.split_once(':') {
        None => Some("no tag"),
        Some((_, tag)) if MOVING.contains(&tag) => Some(tag),
        Some(_) => None,
    }
}

/// The text of a command that is written as a text or as a list of words.
fn words(tree: &Tree) -> String {
    let each: Vec<&str> = tree.each().iter().filter_map(Tree::text).collect();
    each.join(" ")
}

/// A command without its options: these may hold passwords.
fn command(text: &str) -> String {
    const WITH_SECRET: [&str; 9] = ["-p", "-a", "-u", "-P", "-H", "--password", "--pass", "--user", "--header"];
    let mut kept: Vec<&str> = Vec::new();
    let mut before = "";
    for word in text.split_whitespace() {
        if !word.starts_with('-') && !WITH_SECRET.contains(&before) {
            kept.push(word);
        }
        before = word;
    }
    secret::redact(&kept.join(" ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{command, moving};

    #[test]
    fn commands_keep_no_options() {
        assert_eq!(command("mysqladmin ping -uroot -phush -p hush"), "mysqladmin ping");
        assert_eq!(command("curl -f http://u:hush@localhost/health"), "curl http://u:***@localhost/health");
    }

    #[test]
    fn images_whose_tag_moves() {
        assert_eq!(moving("redis"), Some("no tag"));
        assert_eq!(moving("localhost:5000/acme/cart"), Some("no tag"));
        assert_eq!(moving("acme/cart:latest"), Some("latest"));
        assert_eq!(moving("redis:7-alpine"), None);
        assert_eq!(moving("redis@sha256:00"), None);
        assert_eq!(moving("acme/cart:${TAG}"), None);
    }
}
