//! Members of values: fields and methods, found by the types that follow from declarations.
//!
//! The files' [`Typing`](crate::facts::typing::Typing) says how types are come by; here the names in it get their meaning, in the
//! file and package where they stand. The rules are those of the Go specification: methods by receiver, fields, and promotion
//! through embedded types at the shallowest depth. A member of an interface is declared by the interface: which type is
//! behind it nobody knows, and no edge says so. What cannot be followed (type parameters, packages from elsewhere,
//! arithmetic) is not known and gives no edge.

mod infer;
mod select;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use self::infer::View;
use super::constraint::Fit;
use super::packages::{Found, Member, Package, Packages};
use crate::facts::{DefinitionId, enclosing};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, Target};

/// What an import makes visible in its file.
pub(super) struct Visible<'a> {
    pub(super) package: &'a Package<'a>,
    pub(super) certainty: Certainty,
    /// Whether the package's tests are compiled with it: for the outside tests of the same directory.
    pub(super) tests: bool,
}

/// What the imports of a file make visible.
#[derive(Default)]
pub(super) struct Imported<'a> {
    /// By the name that the file uses.
    pub(super) named: FxHashMap<&'a str, Visible<'a>>,
    /// Of `import . "path"`.
    pub(super) dotted: Vec<Visible<'a>>,
}

/// All files with what they import.
pub(super) struct Files<'a> {
    pub(super) members: &'a [Option<Member<'a>>],
    pub(super) packages: &'a Packages<'a>,
    /// One entry a member.
    pub(super) imported: Vec<Imported<'a>>,
}

impl<'a> Files<'a> {
    /// What a name of the package's level, or of a package imported with a dot, means in a file.
    pub(super) fn named(&self, member: &Member<'a>, name: &str) -> (Found, Certainty) {
        let own = self.packages.own(member);
        let found = own.map(|package| self.packages.visible(package, name, member, member.test));
        if let Some(found) = found.filter(|found| !found.is_empty()) {
            return (found, Certainty::Resolved);
        }
        for visible in &self.imported[member.index as usize].dotted {
            let found = self.packages.visible(visible.package, name, member, visible.tests);
            if !found.is_empty() {
                return (found, visible.certainty);
            }
        }
        (Found::new(), Certainty::Resolved)
    }

    /// What `package.name` means in a file, if `package` is one that it imports.
    pub(super) fn of_package(&self, member: &Member<'a>, package: &str, name: &str) -> Option<(Found, Certainty)> {
        let visible = self.imported[member.index as usize].named.get(package)?;
        Some((self.packages.visible(visible.package, name, member, visible.tests), visible.certainty))
    }
}

/// Where a member is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// Index of the file's member.
    member: u32,
    /// None for fields of types that have no name.
    definition: Option<DefinitionId>,
    /// Whether no type that is not known could have the member too.
    sure: bool,
}

/// What a file's mentions of members need, those of the file itself among them.
pub(super) fn dependencies<'a>(files: &Files<'a>, member: &Member<'a>) -> Vec<Dependency> {
    let typing = &member.facts.typing;
    let mut inference = View::new(files, member);
    let mut known: FxHashMap<(u32, u32), SmallVec<[Place; 1]>> = FxHashMap::default();
    let mut dependencies = Vec::new();
    for selection in &typing.selections {
        let places = known.entry((selection.on.0, selection.name.0)).or_insert_with(|| {
            let places = inference.places(selection.on, typing.name(selection.name));
            compiled_together(files, member, places)
        });
        if places.is_empty() {
            continue;
        }
        let from_symbol = enclosing(&member.facts.definitions, selection.span);
        for place in places.iter() {
            let Some(target) = files.members[place.member as usize].as_ref() else { continue };
            dependencies.push(Dependency {
                target: Target::File(target.id),
                kind: if selection.call { DependencyKind::Call } else { DependencyKind::Reference },
                certainty: if place.sure { Certainty::Resolved } else { Certainty::Inferred },
                span: selection.span,
                statement: selection.span.start,
                test: false,
                from_symbol,
                to_symbol: place.definition,
            });
        }
    }
    dependencies
}

/// The places that some build compiles together with a file; those that need more build tags only if there are no others.
fn compiled_together(files: &Files<'_>, member: &Member<'_>, places: SmallVec<[Place; 1]>) -> SmallVec<[Place; 1]> {
    let fit = |place: &Place| {
        let target = files.members[place.member as usize].as_ref();
        target.map_or(Fit::Never, |target| files.packages.fit(member, target.constraint))
    };
    let best = if places.iter().any(|place| fit(place) == Fit::Usual) { Fit::Usual } else { Fit::WithTags };
    places.into_iter().filter(|place| fit(place) == best).collect()
}
