//! Violations that are known, so that only new ones fail.

use std::collections::BTreeSet;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::Key;

/// The file beside the rules that is read unless another one is asked for.
pub const FILE: &str = "transom.baseline.json";

/// The form of the file that is written.
const VERSION: u32 = 1;

/// What is known, as it stands in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    violations: BTreeSet<Key>,
}

impl Baseline {
    /// Of some violations.
    pub fn new(keys: impl IntoIterator<Item = Key>) -> Self {
        Self { version: VERSION, violations: keys.into_iter().collect() }
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// It is no baseline of a known version.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let baseline: Self = serde_json::from_str(text).context("not a baseline")?;
        anyhow::ensure!(baseline.version == VERSION, "a baseline of version {}, which is not known", baseline.version);
        Ok(baseline)
    }

    /// The file's text: one violation a line, sorted, so that a diff shows which come and go.
    ///
    /// # Errors
    /// A key cannot be written as JSON.
    pub fn text(&self) -> anyhow::Result<String> {
        let lines: Vec<String> = self.violations.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        let lines: String = lines.iter().map(|line| format!("\n    {line}")).collect::<Vec<_>>().join(",");
        let end = if lines.is_empty() { "" } else { "\n  " };
        Ok(format!("{{\n  \"version\": {VERSION},\n  \"violations\": [{lines}{end}]\n}}\n"))
    }

    /// Whether a violation is known.
    pub fn contains(&self, key: &Key) -> bool {
        self.violations.contains(key)
    }

    /// What is known, but not among these; sorted.
    pub fn without(&self, keys: &[Key]) -> Vec<Key> {
        let keys: BTreeSet<&Key> = keys.iter().collect();
        self.violations.iter().filter(|key| !keys.contains(key)).cloned().collect()
    }
}
