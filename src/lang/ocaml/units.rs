//! The modules of each library and executable.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{DefinitionKind, Name};
use crate::lang::modules::directories;
use crate::lang::resolve::{FileId, Sources};
use crate::project::opam::Stanza;

/// A module's files.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Files {
    /// `.mli`.
    pub(super) interface: Option<FileId>,
    /// `.ml`, or what it is made of: `.mll`, `.mly`.
    pub(super) implementation: Option<FileId>,
}

impl Files {
    /// What another module sees of it.
    pub(super) fn seen(&self) -> Option<FileId> {
        self.interface.or(self.implementation)
    }
}

/// A library, an executable, or a directory without a dune file.
#[derive(Debug, Default)]
pub(super) struct Unit<'a> {
    /// None for a directory without a dune file.
    pub(super) stanza: Option<&'a Stanza>,
    /// By the name of the module.
    pub(super) modules: FxHashMap<Name, Files>,
}

impl Unit<'_> {
    /// The module that stands for a wrapped library.
    pub(super) fn wrapper(&self) -> Option<Name> {
        let stanza = self.stanza.filter(|stanza| stanza.is_library && stanza.wrapped)?;
        stanza.name.as_deref().map(capitalised)
    }
}

/// All units, and which of them each file is in.
#[derive(Debug, Default)]
pub(super) struct Units<'a> {
    pub(super) units: Vec<Unit<'a>>,
    pub(super) of_file: FxHashMap<FileId, (usize, Name)>,
    /// The modules that each file declares at its top.
    tops: FxHashSet<(FileId, &'a str)>,
    /// Libraries by their name and by their public name.
    pub(super) libraries: FxHashMap<&'a str, usize>,
}

impl<'a> Units<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        let mut units = Self::default();
        let mut by_directory: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for stanza in &sources.project.opam.stanzas {
            let id = units.units.len();
            units.units.push(Unit { stanza: Some(stanza), modules: FxHashMap::default() });
            by_directory.entry(&stanza.directory).or_default().push(id);
            if stanza.is_library {
                for name in [&stanza.name, &stanza.public_name].into_iter().flatten() {
                    units.libraries.entry(name).or_insert(id);
                }
            }
        }
        for (index, file) in sources.files.iter().enumerate() {
            let Some((stem, extension)) = file.path.rsplit_once('.') else { continue };
            if !matches!(extension, "ml" | "mli" | "mll" | "mly") {
                continue;
            }
            let (directory, stem) = stem.rsplit_once('/').unwrap_or(("", stem));
            let module = capitalised(stem);
            let unit = match units.stanza_of(&by_directory, &file.path, directory, &module) {
                Some(unit) => unit,
                None => {
                    let next = units.units.len();
                    let known = by_directory.entry(directory).or_default();
                    match known.iter().find(|id| units.units[**id].stanza.is_none()) {
                        Some(unit) => *unit,
                        None => {
                            units.units.push(Unit::default());
                            known.push(next);
                            next
                        }
                    }
                }
            };
            let id = FileId(index as u32);
            units.of_file.insert(id, (unit, module.clone()));
            for definition in file.facts.iter().flat_map(|facts| &facts.definitions) {
                if definition.kind == DefinitionKind::Module && definition.parent.is_none() {
                    units.tops.insert((id, &definition.name));
                }
            }
            let files = units.units[unit].modules.entry(module).or_default();
            if extension == "mli" { files.interface = Some(id) } else { files.implementation = Some(id) }
        }
        units
    }

    /// The module that a file is.
    pub(super) fn module_of(&self, file: FileId) -> &str {
        self.of_file.get(&file).map_or("", |(_, module)| module)
    }

    /// Whether a file has a module of a name at its top.
    pub(super) fn declares(&self, file: FileId, name: &str) -> bool {
        self.tops.contains(&(file, name))
    }

    /// The stanza that a module is of: one beside it that lists it, else one that lists none; or, where subdirectories are
    /// included, one above it.
    fn stanza_of(
        &self,
        by_directory: &FxHashMap<&str, Vec<usize>>,
        path: &str,
        own: &str,
        module: &str,
    ) -> Option<usize> {
        for directory in directories(path) {
            let Some(ids) = by_directory.get(directory) else { continue };
            let stanzas = || ids.iter().filter_map(|id| Some((*id, self.units[*id].stanza?)));
            let fits = |stanza: &Stanza| directory == own || stanza.subdirectories;
            let listed = stanzas().find(|(_, stanza)| fits(stanza) && stanza.lists(module) == Some(true));
            let open = || stanzas().find(|(_, stanza)| fits(stanza) && stanza.lists(module).is_none());
            if let Some((id, _)) = listed.or_else(open) {
                return Some(id);
            }
            if stanzas().next().is_some() {
                return None;
            }
        }
        None
    }
}

/// The name of a file or library as a module's.
pub(super) fn capitalised(name: &str) -> Name {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters.map(|c| if matches!(c, '-' | '.') { '_' } else { c })).collect()
}
