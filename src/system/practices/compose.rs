//! How Compose runs its services.

use super::super::compose::is_compose;
use super::super::draft::Draft;
use super::super::model::{Place, PracticeKind as Kind};
use super::{Of, command, moving, words};
use crate::document::{Document, Entry, Tree};
use crate::lang::resolve::Sources;

/// Capabilities with which a container may do what the host may.
const ALMIGHTY: &[&str] = &["ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "NET_ADMIN"];

pub fn read(sources: &Sources, draft: &mut Draft) {
    for document in sources.documents.iter().filter(|document| is_compose(document)) {
        for entry in document.trees().iter().filter_map(|tree| tree.get("services")).flat_map(Tree::entries) {
            if let Some(component) = draft.named(&entry.key) {
                let of = Of { draft, component: Some(component) };
                Service { of, document, tree: &entry.value }.read();
            }
        }
    }
}

struct Service<'d> {
    of: Of<'d>,
    document: &'d Document,
    tree: &'d Tree,
}

impl<'d> Service<'d> {
    fn say(&mut self, kind: Kind, detail: &str, line: u32) {
        self.of.say(kind, detail, Place::new(&self.document.path, line));
    }

    fn entry(&self, path: &str) -> Option<&'d Entry> {
        let (around, key) =
            path.rsplit_once('.').map_or((Some(self.tree), path), |(around, key)| (self.tree.at(around), key));
        around?.entry(key).filter(|entry| entry.value.text() != Some(""))
    }

    fn read(&mut self) {
        self.health();
        self.size();
        self.storage();
        self.reach();
        self.rights();
        if let Some(image) = self.entry("image").filter(|_| self.tree.get("build").is_none())
            && let Some(tag) = moving(image.value.text().unwrap_or_default())
        {
            let name = image.value.text().unwrap_or_default();
            self.say(Kind::MovingTag, &format!("{name} ({tag})"), image.line);
        }
        if let Some(logging) = self.entry("logging.driver") {
            self.say(Kind::Logging, logging.value.text().unwrap_or_default(), logging.line);
        }
        for secret in self.tree.get("secrets").map(Tree::elements).unwrap_or_default() {
            let name = secret.text().or_else(|| secret.text_at("source")).unwrap_or_default();
            self.say(Kind::SecretReference, name, secret.line);
        }
    }

    fn health(&mut self) {
        let Some(health) = self.entry("healthcheck") else { return };
        let test = health.value.get("test").map(words).unwrap_or_default();
        let is_off = health.value.text_at("disable") == Some("true") || test == "NONE";
        if !is_off {
            let test = test.trim_start_matches("CMD-SHELL ").trim_start_matches("CMD ");
            self.say(
                Kind::HealthCheck,
                &if test.is_empty() { "healthcheck".to_owned() } else { command(test) },
                health.line,
            );
        }
    }

    fn size(&mut self) {
        for path in ["deploy.replicas", "scale"] {
            if let Some(count) = self.entry(path) {
                self.say(Kind::Replicas, count.value.text().unwrap_or_default(), count.line);
            }
        }
        if let Some(mode) = self.entry("deploy.mode").filter(|mode| mode.value.text() == Some("global")) {
            self.say(Kind::Replicas, "one on each node", mode.line);
        }
        let limits =
            ["deploy.resources.limits.cpus", "deploy.resources.limits.memory", "mem_limit", "cpus", "pids_limit"];
        for entry in limits.map(|path| self.entry(path)).into_iter().flatten() {
            self.say(Kind::Limits, &format!("{} {}", entry.key, entry.value.text().unwrap_or_default()), entry.line);
        }
        for path in ["restart", "deploy.restart_policy.condition"] {
            if let Some(restart) =
                self.entry(path).filter(|entry| !matches!(entry.value.text(), Some("no" | "none" | "false")))
            {
                self.say(Kind::Restart, restart.value.text().unwrap_or_default(), restart.line);
            }
        }
    }

    /// Volumes of a name, and directories of the host that may be written to.
    fn storage(&mut self) {
        for volume in self.tree.get("volumes").map(Tree::elements).unwrap_or_default() {
            let (source, target, is_fixed) = match volume.text() {
                Some(text) => {
                    let mut parts = text.split(':');
                    let (source, target) = (parts.next().unwrap_or_default(), parts.next());
                    (
                        Some(source).filter(|_| target.is_some()),
                        target.unwrap_or(source),
                        parts.next().is_some_and(|mode| mode.contains("ro")),
                    )
                }
                None => (
                    volume.text_at("source"),
                    volume.text_at("target").unwrap_or_default(),
                    volume.text_at("read_only") == Some("true") || volume.text_at("type") == Some("tmpfs"),
                ),
            };
            if source.is_some_and(|source| source.ends_with("docker.sock")) {
                self.say(Kind::Privileged, "the socket of Docker", volume.line);
            } else if !is_fixed {
                let source = source.map_or_else(String::new, |source| format!("{source} at "));
                self.say(Kind::Volume, &format!("{source}{target}"), volume.line);
            }
        }
    }

    fn reach(&mut self) {
        let networks = self.tree.get("networks");
        let listed =
            networks.map(Tree::elements).unwrap_or_default().iter().filter_map(|name| Some((name.text()?, name.line)));
        let keyed = networks.map(Tree::entries).unwrap_or_default().iter().map(|entry| (&*entry.key, entry.line));
        let all: Vec<(&str, u32)> = listed.chain(keyed).collect();
        for (name, line) in all {
            self.say(Kind::Network, name, line);
        }
        for port in self.tree.get("ports").map(Tree::elements).unwrap_or_default() {
            let text = match port.text() {
                Some(text) => text.to_owned(),
                None => match (port.text_at("published"), port.text_at("target")) {
                    (Some(published), Some(target)) => format!("{published}:{target}"),
                    _ => continue,
                },
            };
            self.say(Kind::PublishedPort, &text, port.line);
        }
    }

    fn rights(&mut self) {
        if let Some(flag) = self.entry("privileged").filter(|flag| flag.value.text() == Some("true")) {
            self.say(Kind::Privileged, "privileged", flag.line);
        }
        for key in ["network_mode", "pid", "ipc"] {
            if let Some(mode) = self.entry(key).filter(|mode| mode.value.text() == Some("host")) {
                self.say(Kind::Privileged, &format!("{key} host"), mode.line);
            }
        }
        for capability in self.tree.get("cap_add").map(Tree::elements).unwrap_or_default() {
            let name = capability.text().unwrap_or_default();
            if ALMIGHTY.contains(&name.trim_start_matches("CAP_")) {
                self.say(Kind::Privileged, &format!("cap_add {name}"), capability.line);
            }
        }
        if let Some(user) = self.entry("user") {
            let text = user.value.text().unwrap_or_default();
            match text.split(':').next() {
                Some("root" | "0") => self.say(Kind::RootUser, &format!("user {text}"), user.line),
                _ if text.contains('$') => {}
                _ => self.say(Kind::Hardened, &format!("user {text}"), user.line),
            }
        }
        if let Some(flag) = self.entry("read_only").filter(|flag| flag.value.text() == Some("true")) {
            self.say(Kind::Hardened, "read_only", flag.line);
        }
        for key in ["cap_drop", "security_opt"] {
            for option in self.tree.get(key).map(Tree::elements).unwrap_or_default() {
                let text = option.text().unwrap_or_default();
                if key == "cap_drop" || text.starts_with("no-new-privileges") && !text.ends_with("false") {
                    self.say(Kind::Hardened, &format!("{key} {text}"), option.line);
                }
            }
        }
    }
}
