//! Which configuration a file belongs to.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::project::npm::TsConfig;
use crate::project::npm::path::{ancestors, below};

/// The configurations of the project by directory.
pub struct Owners<'a> {
    configs: &'a [TsConfig],
    /// Those that decide about a directory's files, in the order in which they are asked.
    by_directory: FxHashMap<&'a str, Vec<&'a TsConfig>>,
}

impl<'a> Owners<'a> {
    /// Indexes the configurations (sorted by path).
    pub fn new(configs: &'a [TsConfig]) -> Self {
        let by_path: FxHashMap<&str, &TsConfig> = configs.iter().map(|config| (&*config.path, config)).collect();
        let mut by_directory: FxHashMap<&str, Vec<&TsConfig>> = FxHashMap::default();
        for config in configs {
            by_directory.entry(&config.directory).or_default().push(config);
        }
        for candidates in by_directory.values_mut() {
            candidates.sort_by_key(|config| (rank(&config.path), config.path.clone()));
            add_referenced(candidates, &by_path);
        }
        Self { configs, by_directory }
    }

    /// As an editor decides: the nearest directory with a configuration that includes the file, itself or through its
    /// references; else the nearest configuration at all. A directory without a configuration of the name that editors
    /// look for comes last.
    pub fn config_of(&self, file: &str) -> Option<&'a TsConfig> {
        let directory = file.rsplit_once('/').map_or("", |(directory, _)| directory);
        let above = || ancestors(directory).filter_map(|above| self.by_directory.get(above));
        let mut nearest = None;
        for is_named in [true, false] {
            let is_wanted = |first: &TsConfig| (rank(&first.path) < VARIANT) == is_named;
            for candidates in above().filter(|candidates| candidates.first().is_some_and(|first| is_wanted(first))) {
                if let Some(owner) = candidates.iter().find(|config| config.includes(file)) {
                    return Some(owner);
                }
                nearest = nearest.or_else(|| candidates.first().copied());
            }
        }
        nearest
    }

    /// The configurations in a directory, below it and above it: first those in it.
    pub fn around(&self, directory: &str) -> impl Iterator<Item = &'a TsConfig> {
        let start = self.configs.partition_point(|config| *config.path < *directory);
        let inside = self.configs[start..].iter().take_while(move |config| config.path.starts_with(directory));
        let inside: Vec<&TsConfig> = inside.filter(|config| below(&config.path, directory).is_some()).collect();
        let outside: Vec<&TsConfig> =
            ancestors(directory).skip(1).filter_map(|above| self.by_directory.get(above)).flatten().copied().collect();
        inside.into_iter().chain(outside)
    }
}

/// The editor's own name first, then what is likeliest to hold sources.
fn rank(path: &str) -> u8 {
    match path.rsplit('/').next().unwrap_or(path) {
        "tsconfig.json" => 0,
        "jsconfig.json" => 1,
        _ => VARIANT,
    }
}

/// The [`rank`] of a configuration that only a command names.
const VARIANT: u8 = 2;

/// Puts what the first configuration references right behind it: it is asked before its siblings.
fn add_referenced<'a>(candidates: &mut Vec<&'a TsConfig>, by_path: &FxHashMap<&str, &'a TsConfig>) {
    let Some(first) = candidates.first().copied() else { return };
    let mut seen: FxHashSet<&str> = FxHashSet::from_iter([&*first.path]);
    let mut ordered: Vec<&TsConfig> = vec![first];
    let mut next = 0;
    while next < ordered.len() {
        let referenced = ordered[next].references.iter().filter_map(|path| by_path.get(&**path).copied());
        ordered.extend(referenced.filter(|config| seen.insert(&config.path)));
        next += 1;
    }
    ordered.extend(candidates.iter().copied().filter(|config| seen.insert(&config.path)));
    *candidates = ordered;
}
