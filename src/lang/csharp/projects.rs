//! Which projects a file belongs to, and which projects see each other.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rustc_hash::FxHashMap;

use crate::lang::merged::{Reach, Units};
use crate::lang::resolve::Sources;
use crate::project::dotnet::{DotnetProject, GlobalUsing};

/// Projects by number. Several project files in one directory are one; number 0 is what lies in none: it sees all and is
/// seen by all.
pub(super) struct Projects<'a> {
    by_directory: FxHashMap<&'a str, u32>,
    of: Vec<Vec<&'a DotnetProject>>,
    reach: Reach,
    links: GlobSet,
    link_owners: Vec<u32>,
}

impl<'a> Projects<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        let mut by_directory: FxHashMap<&str, u32> = FxHashMap::default();
        let mut of: Vec<Vec<&DotnetProject>> = vec![Vec::new()];
        let mut by_manifest: FxHashMap<&str, u32> = FxHashMap::default();
        for project in &sources.project.dotnet.projects {
            let number = *by_directory.entry(&*project.directory).or_insert(of.len() as u32);
            if number as usize == of.len() {
                of.push(Vec::new());
            }
            of[number as usize].push(project);
            by_manifest.insert(&project.manifest, number);
        }
        let needs = |projects: &Vec<&DotnetProject>| -> Vec<u32> {
            let needs = projects.iter().flat_map(|project| &project.needs);
            needs.filter_map(|need| by_manifest.get(&**need).copied()).collect()
        };
        let reach = Reach::new(&of.iter().map(needs).collect::<Vec<_>>());
        let mut links = GlobSetBuilder::new();
        let mut link_owners = Vec::new();
        for (projects, number) in of.iter().zip(0..) {
            for link in projects.iter().flat_map(|project| &project.links) {
                if let Ok(glob) = GlobBuilder::new(link).literal_separator(true).build() {
                    links.add(glob);
                    link_owners.push(number);
                }
            }
        }
        let links = links.build().unwrap_or_else(|_| GlobSet::empty());
        Self { by_directory, of, reach, links, link_owners }
    }

    /// The projects that compile a file: the one of the nearest directory above it, and those that name it.
    pub(super) fn units(&self, path: &str) -> Units {
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let above = std::iter::successors(Some(directory), |directory| {
            (!directory.is_empty()).then(|| directory.rsplit_once('/').map_or("", |(parent, _)| parent))
        });
        let own = above.into_iter().find_map(|directory| self.by_directory.get(directory).copied());
        let mut units: Units = own.into_iter().collect();
        for index in self.links.matches(path) {
            let owner = self.link_owners.get(index).copied().unwrap_or_default();
            if !units.contains(&owner) {
                units.push(owner);
            }
        }
        if units.is_empty() {
            units.push(0);
        }
        units
    }

    /// Whether code of some projects sees what others declare.
    pub(super) fn sees(&self, from: &Units, to: &Units) -> bool {
        from.iter().any(|from| *from == 0 || to.iter().any(|to| *to == 0 || self.reach.sees(*from, *to)))
    }

    /// What project files import into every file of some projects.
    pub(super) fn usings(&self, units: &Units) -> impl Iterator<Item = &'a GlobalUsing> {
        let projects = units.iter().filter_map(|unit| self.of.get(*unit as usize)).flatten();
        projects.flat_map(|project| &project.usings).collect::<Vec<_>>().into_iter()
    }

    /// The packages that some projects and those they reference ask for, sorted. Files without a project see all.
    pub(super) fn packages(&self, units: &Units) -> Vec<&'a str> {
        let mut seen: Vec<u32> = units.to_vec();
        seen.extend(units.iter().flat_map(|unit| self.reach.of(*unit)));
        if units.contains(&0) {
            seen.extend(0..self.of.len() as u32);
        }
        let projects = seen.into_iter().filter_map(|unit| self.of.get(unit as usize)).flatten();
        let mut names: Vec<&str> = projects.flat_map(|project| &project.packages).map(|name| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
