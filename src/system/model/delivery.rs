//! How the project is built, tested and shipped.

use std::sync::Arc;

use super::{ComponentId, Place};
use crate::facts::Name;

/// A pipeline as a CI system's file declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// The name it gives itself, else its file's name.
    pub name: Name,
    /// `GitHub Actions`, `GitLab CI`, ...
    pub technology: &'static str,
    /// Its file.
    pub path: Arc<str>,
    /// What starts it, in the order of the file: `push to main`, `pull request`, `schedule 0 3 * * *`.
    pub triggers: Vec<(Name, Place)>,
    /// In the order of the file.
    pub jobs: Vec<Job>,
}

/// A job of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its key in the file.
    pub name: Name,
    /// The stage it belongs to, where the CI system has stages.
    pub stage: Option<Name>,
    /// Indexes of the jobs of the same pipeline that it waits for, sorted.
    pub needs: Vec<usize>,
    /// The environment it deploys to, if it names one.
    pub environment: Option<Name>,
    /// What it does, in the order of its steps.
    pub tasks: Vec<Task>,
    /// Where it begins.
    pub evidence: Place,
}

/// What a step of a job does to what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Task {
    /// In which way.
    pub kind: TaskKind,
    /// The tool: `docker build`, `cargo test`, `helm upgrade`.
    pub tool: Name,
    /// What is built or shipped, if the step names it: an image, a chart, a directory.
    pub target: Option<Name>,
    /// The component that is built or shipped, where exactly one can be meant.
    pub component: Option<ComponentId>,
    /// The step's line.
    pub evidence: Place,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskKind {
    /// Looks for mistakes without running: linters, type checkers, scanners.
    Check,
    /// Runs tests.
    Test,
    /// Makes an artefact.
    Build,
    /// Gives an artefact to a registry.
    Publish,
    /// Puts an artefact to work, or changes infrastructure.
    Deploy,
}

impl TaskKind {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Test => "test",
            Self::Build => "build",
            Self::Publish => "publish",
            Self::Deploy => "deploy",
        }
    }
}
