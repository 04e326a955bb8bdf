//! What changed since another state of the project, for the thread that works out what takes longer than a frame may.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::model::{Changes, Compared, Since};
use crate::analysis::Analysis;
use crate::analysis::diff::{Diff, Options, State};
use crate::config;
use crate::graph::Snapshot;
use crate::graph::view::Level;
use crate::index::git::{Base, Repository};
use crate::index::{self, Indexed, Now};

/// The state of the main branch that was read last: it is read again only when the work parts from it elsewhere.
#[derive(Default)]
pub struct Comparer {
    base: Option<(Base, Indexed)>,
}

impl Comparer {
    /// What changed since another state. Reads the repository where it has to.
    pub fn changes(&mut self, root: &Path, since: &Since, snapshot: &Snapshot, analysis: &Analysis) -> Changes {
        let after = State { snapshot, analysis };
        match since {
            Since::Session(old, numbers) => Changes {
                name: "the session began".to_owned(),
                found: Ok(compared(old, numbers, after, &BTreeMap::new())),
            },
            Since::Base => match self.since_base(root, after) {
                Ok((name, found)) => Changes { name, found: Ok(found) },
                Err(error) => Changes { name: "the main branch".to_owned(), found: Err(format!("{error:#}")) },
            },
        }
    }

    fn since_base(&mut self, root: &Path, after: State<'_>) -> anyhow::Result<(String, Compared)> {
        let repository = Arc::new(Repository::open(root)?);
        let base = repository.base()?;
        if self.base.as_ref().is_none_or(|(known, _)| known.revision.id != base.revision.id) {
            let options = index::Options { exclude: config::load(root)?.exclude, ..index::Options::default() };
            let indexed = index::index_revision(root, &options, repository.clone(), &base.revision)?;
            self.base = Some((base.clone(), indexed));
        }
        let renames = index::renames(&repository, &base.revision, Now::WorkTree(root, after.snapshot))?;
        let id = base.revision.id.short();
        let name = base.branch.map_or(format!("HEAD ({id})"), |branch| format!("the work parted from {branch} ({id})"));
        match &self.base {
            Some((_, indexed)) => Ok((name, compared(&indexed.snapshot, &indexed.analysis, after, &renames))),
            None => anyhow::bail!("nothing was read"),
        }
    }
}

fn compared(
    old: &Arc<Snapshot>,
    numbers: &Arc<Analysis>,
    after: State<'_>,
    renames: &BTreeMap<Arc<str>, Arc<str>>,
) -> Compared {
    let options = Options { level: Level::File, renames, metrics: &[] };
    let before = State { snapshot: old, analysis: numbers };
    Compared { diff: Diff::of(before, after, &options), snapshot: old.clone(), analysis: numbers.clone() }
}
