//! Which parts of a file are compiled: every feature is on, all platforms count, and of other flags only those that
//! something in the project sets.
//!
//! A choice that users of a crate have (a feature that is off) keeps its dependencies, but where its names have another
//! meaning too, it gives way. What needs a flag that nothing sets, as `--cfg loom`, is no part of what Cargo builds: its
//! modules are read and its statements are not dependencies.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::attributes::DIRECTORY;
use super::super::cfg::{self, Flags, holds};
use super::super::guards::PASSED_ON;
use crate::facts::{DefinitionKind, FileFacts, Guard, Name};
use crate::lang::resolve::{FileId, Sources};
use crate::project::cargo::CargoPackage;

/// Whether something is compiled. The order is from the least to the most regular.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It needs a flag that nothing sets, or that a build script sets and besides a feature to be off.
    LeftOut,
    /// It needs a feature to be off, or a flag that is set in some builds.
    Fallback,
    /// It is, on some platform at least.
    Regular,
}

/// What is known of the flags of one package.
#[derive(Debug, Default)]
pub struct Configuration {
    /// Set in the fullest build.
    on: Arc<FxHashSet<Name>>,
    /// The build script may set them.
    possible: Vec<Name>,
    /// Whether the build script may set any flag.
    is_open: bool,
    /// Macros that pass on the items they are given, by name.
    macros: FxHashMap<Name, State>,
}

/// The flags of some builds.
struct Known<'c> {
    configuration: &'c Configuration,
    /// Features, and flags that are set in the fullest build only.
    features: Option<bool>,
    /// Flags that the build script may set.
    scripted: Option<bool>,
}

impl Flags for Known<'_> {
    fn flag(&self, name: &str) -> Option<bool> {
        let configuration = self.configuration;
        if cfg::is_of_tool(name) {
            Some(false)
        } else if configuration.on.contains(name) {
            self.feature()
        } else if configuration.is_open || configuration.possible.iter().any(|possible| possible == name) {
            self.scripted
        } else {
            Some(false)
        }
    }

    fn feature(&self) -> Option<bool> {
        self.features
    }
}

impl Configuration {
    /// Of a package before its files are seen.
    fn new(package: &CargoPackage, on: &Arc<FxHashSet<Name>>) -> Self {
        Self { on: on.clone(), is_open: package.has_build_dependencies, ..Self::default() }
    }

    /// A build differs from the fullest one in its features, or in what its script finds. A part that needs both at once (the
    /// stand-in without `std` for what an old compiler lacks) is left out.
    fn state(&self, condition: &str) -> State {
        if let Some(name) = condition.strip_suffix('!') {
            return self.macros.get(name).copied().unwrap_or(State::Regular);
        }
        let holds = |features, scripted| holds(condition, &Known { configuration: self, features, scripted });
        let fails = Some(false);
        if holds(Some(true), None) != fails {
            State::Regular
        } else if holds(None, Some(false)) != fails {
            State::Fallback
        } else {
            State::LeftOut
        }
    }

    fn add_macros(&mut self, facts: &FileFacts) {
        for guard in &facts.guards {
            let Some(condition) = guard.condition.strip_prefix(PASSED_ON) else { continue };
            let after = facts.definitions.partition_point(|definition| definition.span.start <= guard.span.start);
            let Some(of) = after.checked_sub(1).map(|index| &facts.definitions[index]) else { continue };
            if of.kind == DefinitionKind::Macro && of.span.contains(guard.span) {
                let state = self.state(condition);
                self.macros.entry(of.name.clone()).and_modify(|known| *known = state.max(*known)).or_insert(state);
            }
        }
    }

    /// The states of a file's parts.
    pub fn parts(&self, facts: &FileFacts) -> Parts {
        let mut parts = Parts::default();
        let is_condition =
            |guard: &&Guard| !guard.condition.starts_with([PASSED_ON]) && !guard.condition.starts_with(DIRECTORY);
        for guard in facts.guards.iter().filter(is_condition) {
            let stretches = match self.state(&guard.condition) {
                State::LeftOut => &mut parts.left_out,
                State::Fallback => &mut parts.fallback,
                State::Regular => continue,
            };
            // Guards come by their start, and of two that overlap one contains the other.
            if stretches.last().is_none_or(|(_, end)| *end <= guard.span.start) {
                stretches.push((guard.span.start, guard.span.end));
            }
        }
        parts
    }
}

/// The parts of a file that are not compiled; all others are [`State::Regular`].
#[derive(Debug, Default)]
pub struct Parts {
    left_out: Vec<(u32, u32)>,
    fallback: Vec<(u32, u32)>,
}

impl Parts {
    /// The state of what starts at a byte.
    pub fn state(&self, at: u32) -> State {
        let is_in = |stretches: &[(u32, u32)]| {
            let after = stretches.partition_point(|(start, _)| *start <= at);
            after.checked_sub(1).is_some_and(|index| at < stretches[index].1)
        };
        if is_in(&self.left_out) {
            State::LeftOut
        } else if is_in(&self.fallback) {
            State::Fallback
        } else {
            State::Regular
        }
    }
}

/// The configuration of each package, by its directory.
#[derive(Debug, Default)]
pub struct Configurations {
    by_directory: FxHashMap<Box<str>, Arc<Configuration>>,
    /// Of files without a manifest.
    none: Arc<Configuration>,
}

impl Configurations {
    /// Reads what manifests and the files say.
    pub fn new(sources: &Sources, files: &[FileId]) -> Self {
        let packages = &sources.project.cargo.packages;
        // One build has the same flags for every package in it.
        let on = Arc::new(packages.iter().flat_map(|package| package.flags.iter().cloned()).collect());
        let mut open: FxHashMap<&str, Configuration> =
            packages.iter().map(|package| (&*package.directory, Configuration::new(package, &on))).collect();
        let telling = |facts: &FileFacts| {
            !facts.flags.is_empty() || facts.guards.iter().any(|guard| guard.condition.starts_with(PASSED_ON))
        };
        let of_files: Vec<(&str, &FileFacts)> = files
            .iter()
            .filter_map(|file| Some((*file, sources.facts(*file).filter(|facts| telling(facts))?)))
            .filter_map(|(file, facts)| {
                let directory = above(&sources.get(file).path).find(|directory| open.contains_key(directory))?;
                Some((directory, &**facts))
            })
            .collect();
        for (directory, facts) in &of_files {
            if let Some(configuration) = open.get_mut(directory) {
                configuration.is_open |= facts.flags.iter().any(|flag| flag == "*");
                configuration.possible.extend(facts.flags.iter().cloned());
            }
        }
        // A macro's condition may ask for a flag of the build script, so these come second.
        for (directory, facts) in of_files {
            if let Some(configuration) = open.get_mut(directory) {
                configuration.add_macros(facts);
            }
        }
        let by_directory = open.into_iter().map(|(directory, it)| (directory.into(), Arc::new(it))).collect();
        // Without a manifest nobody says which flags there are.
        Self { by_directory, none: Arc::new(Configuration { is_open: true, ..Configuration::default() }) }
    }

    /// The configuration of a file's package.
    pub fn of(&self, path: &str) -> &Arc<Configuration> {
        above(path).find_map(|directory| self.by_directory.get(directory)).unwrap_or(&self.none)
    }
}

/// The directories above a path, the nearest first; `""` is the root.
pub fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(path.rsplit_once('/').map(|(directory, _)| directory).or(Some("")), |directory| {
        if directory.is_empty() { None } else { Some(directory.rsplit_once('/').map_or("", |(above, _)| above)) }
    })
}
