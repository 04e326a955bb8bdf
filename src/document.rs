//! Configuration files, parsed once each with the line of every value.
//!
//! A document is a function of a file's path and text. It keeps what detectors read as [`Tree`]s, whatever the notation
//! is. Nothing here can cost more than a little over the file's length: nesting, expansion of anchors and size are
//! bounded, and a file that breaks a bound or its notation's rules keeps what was read up to there and says so.

mod blocks;
mod containerfile;
mod flat;
mod hcl;
mod ini;
mod json;
mod template;
mod toml;
mod tree;
mod yaml;

use std::sync::Arc;

pub use blocks::Directive;
pub use containerfile::Instruction;
pub use tree::{Entry, Tree, Value};

use crate::facts::Name;

/// The largest configuration file that is read, in bytes.
pub const LIMIT: u64 = 8 << 20;

/// A configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Relative to the root, with `/`.
    pub path: Arc<str>,
    /// What it says.
    pub content: Content,
    /// Why not all of it was read.
    pub problem: Option<Problem>,
}

/// Why a document was not read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Counted from 1, if known.
    pub line: Option<u32>,
    /// What is wrong.
    pub message: String,
}

/// What a configuration file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The documents of a YAML stream, or the one of a JSON, TOML, properties or environment file.
    Trees(Vec<Tree>),
    /// The instructions of a Dockerfile.
    Instructions(Vec<Instruction>),
    /// The directives of a server's configuration (nginx, Apache httpd).
    Directives(Vec<Directive>),
    /// The text of a file whose reader has its own parser.
    Text(Arc<str>),
}

/// In which notation a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notation {
    Yaml,
    Json,
    Toml,
    /// `key = value` lines: Java's properties and environment files.
    Flat,
    Containerfile,
    /// Blocks in braces, directives that end with `;`.
    Nginx,
    /// Sections in angle brackets, a directive a line.
    Httpd,
    Hcl,
    /// Sections in brackets, `key = value` lines.
    Ini,
    Text,
}

/// Files that are read because of their whole name.
const FILE_NAMES: &[(&str, Notation)] = &[
    ("Dockerfile", Notation::Containerfile),
    ("Containerfile", Notation::Containerfile),
    ("Procfile", Notation::Yaml),
    (".env", Notation::Flat),
    ("appsettings.json", Notation::Json),
    ("nginx.conf", Notation::Nginx),
    ("httpd.conf", Notation::Httpd),
    ("fly.toml", Notation::Toml),
    ("netlify.toml", Notation::Toml),
    ("wrangler.toml", Notation::Toml),
    ("vercel.json", Notation::Json),
    ("launchSettings.json", Notation::Json),
    ("ormconfig.json", Notation::Json),
    ("Jenkinsfile", Notation::Text),
    ("Tiltfile", Notation::Text),
    ("terragrunt.hcl", Notation::Hcl),
    ("app.json", Notation::Json),
    ("template.json", Notation::Json),
    ("Dockerrun.aws.json", Notation::Json),
];

/// Files that are read because of how their name ends.
const SUFFIXES: &[(&str, Notation)] = &[
    (".yml", Notation::Yaml),
    (".yaml", Notation::Yaml),
    (".properties", Notation::Flat),
    (".env", Notation::Flat),
    (".env.example", Notation::Flat),
    (".env.sample", Notation::Flat),
    (".dockerfile", Notation::Containerfile),
    (".jenkinsfile", Notation::Text),
    (".Jenkinsfile", Notation::Text),
    (".tf", Notation::Hcl),
    (".tofu", Notation::Hcl),
    ("terraform.tfvars", Notation::Hcl),
    (".auto.tfvars", Notation::Hcl),
    (".tf.json", Notation::Json),
    (".nomad", Notation::Hcl),
    (".nomad.hcl", Notation::Hcl),
    (".template.json", Notation::Json),
    (".service", Notation::Ini),
    (".sql", Notation::Text),
    (".prisma", Notation::Text),
    (".graphql", Notation::Text),
    (".graphqls", Notation::Text),
    (".gql", Notation::Text),
];

/// YAML that only tools of the developer read, and lock files: large, and of no interest here.
const IGNORED: &[&str] = &["pnpm-lock.yaml", "yarn.lock", "gradle-wrapper.properties", "maven-wrapper.properties"];

/// Whether the file at this path is read as a document.
pub fn is_document(path: &str) -> bool {
    notation_of(path).is_some()
}

fn notation_of(path: &str) -> Option<Notation> {
    let (directory, file_name) = path.rsplit_once('/').unwrap_or(("", path));
    if IGNORED.contains(&file_name) {
        return None;
    }
    let by_name = FILE_NAMES.iter().find(|(name, _)| *name == file_name).map(|(_, notation)| *notation);
    let by_suffix = || SUFFIXES.iter().find(|(suffix, _)| file_name.ends_with(suffix)).map(|(_, notation)| *notation);
    by_name.or_else(by_suffix).or_else(|| {
        if file_name.starts_with("Dockerfile.") {
            return Some(Notation::Containerfile);
        }
        if ["task-definition", "taskdef", "task_definition"].iter().any(|stem| file_name.starts_with(stem)) {
            return file_name.ends_with(".json").then_some(Notation::Json);
        }
        if file_name.ends_with(".template") && (path.contains("cloudformation") || path.contains("cfn")) {
            return Some(Notation::Yaml);
        }
        if file_name.starts_with("Jenkinsfile.") || file_name.starts_with("Jenkinsfile-") {
            return Some(Notation::Text);
        }
        if file_name.starts_with(".env.") {
            return Some(Notation::Flat);
        }
        if file_name.starts_with("appsettings.") && file_name.ends_with(".json") {
            return Some(Notation::Json);
        }
        let is_interface = ["openapi", "swagger", "asyncapi", "api-docs"].iter().any(|word| file_name.contains(word));
        if is_interface && file_name.ends_with(".json") {
            return Some(Notation::Json);
        }
        if file_name.starts_with("logback") && file_name.ends_with(".xml") {
            return Some(Notation::Text);
        }
        let is_configuration = file_name.ends_with(".conf") || file_name.contains(".conf.");
        let mentions = |word: &str| file_name.contains(word) || directory.contains(word);
        match is_configuration {
            true if mentions("httpd") || mentions("apache") => Some(Notation::Httpd),
            true => Some(Notation::Nginx),
            false => None,
        }
    })
}

impl Document {
    /// Reads a file. None where its path does not say that it is a document.
    pub fn read(path: &Arc<str>, text: &str) -> Option<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (content, problem) = match notation_of(path)? {
            Notation::Yaml => trees(yaml::read(text)),
            Notation::Json => trees(json::read(text)),
            Notation::Toml => trees(toml::read(text)),
            Notation::Hcl => trees(hcl::read(text)),
            Notation::Ini => (Content::Trees(vec![ini::read(text)]), None),
            Notation::Flat => (Content::Trees(vec![flat::read(text)]), None),
            Notation::Containerfile => (Content::Instructions(containerfile::read(text)), None),
            Notation::Nginx => (Content::Directives(blocks::nginx(text)), None),
            Notation::Httpd => (Content::Directives(blocks::httpd(text)), None),
            Notation::Text => (Content::Text(text.into()), None),
        };
        Some(Self { path: path.clone(), content, problem })
    }

    /// A file that is not read.
    pub fn skipped(path: &Arc<str>, message: &str) -> Self {
        let problem = Problem { line: None, message: message.to_owned() };
        Self { path: path.clone(), content: Content::Trees(Vec::new()), problem: Some(problem) }
    }

    /// The last part of the path.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The directory that holds it; `""` for the root.
    pub fn directory(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    /// The trees; empty for other notations.
    pub fn trees(&self) -> &[Tree] {
        if let Content::Trees(trees) = &self.content { trees } else { &[] }
    }

    /// The instructions of a Dockerfile; empty for other notations.
    pub fn instructions(&self) -> &[Instruction] {
        if let Content::Instructions(instructions) = &self.content { instructions } else { &[] }
    }

    /// The directives of a server's configuration; empty for other notations.
    pub fn directives(&self) -> &[Directive] {
        if let Content::Directives(directives) = &self.content { directives } else { &[] }
    }

    /// The text, of a file whose reader has its own parser.
    pub fn text(&self) -> Option<&Arc<str>> {
        if let Content::Text(text) = &self.content { Some(text) } else { None }
    }
}

/// What was read of a file, and what stopped the reading.
type Read = (Vec<Tree>, Option<Problem>);

fn trees((trees, problem): Read) -> (Content, Option<Problem>) {
    (Content::Trees(trees), problem)
}

/// A scalar that holds a text.
fn text(line: usize, text: &str) -> Tree {
    Tree { line: line as u32, value: Value::Text(Name::from(text)) }
}

#[cfg(test)]
mod tests;
