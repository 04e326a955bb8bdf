//! Secrets whose values stand in files, and variables that name the file of a secret. A value is looked at here and never
//! kept.

use super::super::compose::is_compose;
use super::super::draft::Draft;
use super::super::kubernetes;
use super::super::model::{Place, PracticeKind as Kind};
use super::Of;
use crate::document::{Document, Tree};
use crate::facts::secret;
use crate::lang::resolve::Sources;

/// Words of values that stand for a value which somebody has to put in.
const STAND_INS: &[&str] = &[
    "change",
    "example",
    "your",
    "xxx",
    "todo",
    "placeholder",
    "replace",
    "redacted",
    "dummy",
    "insert",
    "***",
    "...",
];

pub fn read(sources: &Sources, draft: &mut Draft) {
    for document in sources.documents.iter().filter(|document| is_read(document)) {
        let is_compose = is_compose(document);
        for tree in document.trees() {
            if is_compose {
                compose(draft, document, tree);
            } else if tree.get("apiVersion").is_none() {
                let component = draft.owner_of_path(&document.path);
                let mut of = Of { draft, component };
                for (key, value, line) in tree.leaves() {
                    pair(&mut of, document, &key, value, line);
                }
            }
        }
        let component = draft.owner_of_path(&document.path);
        for instruction in document.instructions().iter().filter(|instruction| instruction.name == "ENV") {
            let pairs = instruction.arguments.split_whitespace().filter_map(|word| word.split_once('='));
            for (key, value) in pairs {
                pair(&mut Of { draft, component }, document, key, value.trim_matches(['"', '\'']), instruction.line);
            }
        }
    }
    for object in kubernetes::objects(sources) {
        cluster(draft, &object);
    }
}

/// Whether a document holds settings of what runs, rather than texts of an interface or schemas.
fn is_read(document: &Document) -> bool {
    let name = document.file_name().to_ascii_lowercase();
    let is_model = ["example", "sample", "template", "dist"].iter().any(|word| name.contains(word));
    let is_test = document
        .path
        .split('/')
        .any(|part| matches!(part, "test" | "tests" | "testdata" | "fixtures" | "e2e" | "examples"));
    let is_settings = name.starts_with("application")
        || name.starts_with("bootstrap")
        || name.starts_with("appsettings")
        || name.starts_with(".env")
        || name.ends_with(".env")
        || name.ends_with(".tf")
        || name.ends_with(".tfvars");
    !is_model && !is_test && (is_settings || is_compose(document) || !document.instructions().is_empty())
}

/// Whether a text is a secret's value: neither another value's place nor something that anybody has to change.
fn is_value(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let is_word = matches!(
        lower.as_str(),
        "" | "true" | "false" | "null" | "none" | "yes" | "no" | "~" | "string" | "password" | "secret"
    );
    !is_word
        && !secret::is_placeholder(value)
        && !value.contains("${")
        && !value.starts_with(['/', '.', '*', '!', '('])
        && !value.contains(char::is_whitespace)
        // Encrypted values, and references of other tools.
        && !["enc(", "vault:", "arn:", "{cipher}", "ssm:", "http://", "https://", "secretsmanager"].iter().any(|begin| lower.starts_with(begin))
        && !STAND_INS.iter().any(|word| lower.contains(word))
}

fn pair(of: &mut Of<'_>, document: &Document, key: &str, value: &str, line: u32) {
    let last = key.rsplit('.').next().unwrap_or(key);
    let place = Place::new(&document.path, line);
    let file = last.strip_suffix("_FILE").filter(|name| secret::is_secret_name(name));
    if file.is_some() && value.starts_with('/') {
        of.say(Kind::SecretReference, last, place);
    } else if secret::is_secret_name(key) && is_value(value) {
        of.say(Kind::SecretInFile, last, place);
    }
}

fn compose(draft: &mut Draft, document: &Document, tree: &Tree) {
    for service in tree.get("services").map(Tree::entries).unwrap_or_default() {
        let component = draft.named(&service.key);
        let mut of = Of { draft, component };
        let Some(environment) = service.value.get("environment") else { continue };
        for entry in environment.entries() {
            pair(&mut of, document, &entry.key, entry.value.text().unwrap_or_default(), entry.line);
        }
        for element in environment.elements() {
            if let Some((key, value)) = element.text().and_then(|text| text.split_once('=')) {
                pair(&mut of, document, key, value, element.line);
            }
        }
    }
}

fn cluster(draft: &mut Draft, object: &kubernetes::Object<'_>) {
    if object.kind == "Secret" {
        // All that a Secret holds is secret, whatever its key; base64 hides nothing.
        let mut of = Of { draft, component: None };
        for entry in ["data", "stringData"].iter().filter_map(|key| object.tree.get(key)).flat_map(Tree::entries) {
            if entry.value.text().is_some_and(is_value) {
                of.say(Kind::SecretInFile, &format!("{}/{}", object.name, entry.key), object.place(entry.line));
            }
        }
    }
    let Some(spec) = kubernetes::pod(object).and_then(|path| object.tree.at(path)) else { return };
    if !kubernetes::WORKLOADS.contains(&object.kind) {
        return;
    }
    let component = draft.named(&object.name);
    let mut of = Of { draft, component };
    for container in spec.get("containers").map(Tree::elements).unwrap_or_default() {
        for variable in container.get("env").map(Tree::elements).unwrap_or_default() {
            if let (Some(name), Some(value)) = (variable.text_at("name"), variable.entry("value")) {
                let text = object.text(value.value.text().unwrap_or_default());
                pair(&mut of, object.document, name, &text, value.line);
            }
        }
    }
}
