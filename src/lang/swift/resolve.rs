//! From names to files, by the rules of the Swift language reference.
//!
//! A name means, in this order: a type declared in an enclosing type, in an extension of it, or inherited; one that only
//! the file sees; one of the file's module; the only one of that name in the modules that it imports. An expression's name
//! that is no local one and no member of an enclosing type can also be a function or variable outside all types. A mention
//! of a type leads to its declaration, not to its extensions; of a member named right behind it, or without a type inside of
//! it, to where that is declared, in the type, in an extension or in what it inherits.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::types::{World, is_type};
use crate::facts::{DefinitionId, DefinitionKind, FileFacts, Import, Name, Reference, ReferenceKind, Span};
use crate::lang::merged::{Place, TypeId};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, External, FileId, Reason, Sources, Target};
use crate::project::Ecosystem;

/// Types may be named through what others inherit; each round resolves one more step of that.
const ROUNDS: usize = 2;

/// Modules of the toolchain, and of the platforms' SDKs by how their names begin or what they are.
const STANDARD: &[&str] = &[
    "ARKit",
    "AVFoundation",
    "AVKit",
    "Accelerate",
    "Android",
    "AppKit",
    "AuthenticationServices",
    "Bionic",
    "CRT",
    "CloudKit",
    "Cocoa",
    "Combine",
    "Contacts",
    "CryptoKit",
    "CryptoTokenKit",
    "Cxx",
    "CxxStdlib",
    "Darwin",
    "Dispatch",
    "Distributed",
    "EventKit",
    "Foundation",
    "FoundationEssentials",
    "FoundationInternationalization",
    "FoundationNetworking",
    "FoundationXML",
    "GameKit",
    "GameplayKit",
    "Glibc",
    "HealthKit",
    "HomeKit",
    "ImageIO",
    "IOKit",
    "JavaScriptCore",
    "LocalAuthentication",
    "MapKit",
    "MediaPlayer",
    "MessageUI",
    "Metal",
    "MetalKit",
    "MobileCoreServices",
    "Musl",
    "NaturalLanguage",
    "Network",
    "NetworkExtension",
    "Observation",
    "ObjectiveC",
    "OSLog",
    "PDFKit",
    "PackageDescription",
    "PackagePlugin",
    "Photos",
    "PhotosUI",
    "PlaygroundSupport",
    "QuartzCore",
    "QuickLook",
    "RealityKit",
    "RegexBuilder",
    "SafariServices",
    "SceneKit",
    "Security",
    "Speech",
    "SpriteKit",
    "StoreKit",
    "Swift",
    "SwiftData",
    "SwiftShims",
    "SwiftUI",
    "Synchronization",
    "SystemConfiguration",
    "SystemPackage",
    "Testing",
    "UIKit",
    "UniformTypeIdentifiers",
    "UserNotifications",
    "Vision",
    "WASILibc",
    "WatchConnectivity",
    "WatchKit",
    "WebKit",
    "WidgetKit",
    "WinSDK",
    "XCTest",
    "os",
    "simd",
    "ucrt",
    "zlib",
];

/// [`crate::lang::resolve::Resolve`] for Swift.
pub(super) fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let mut world = World::new(sources, files);
    let units: Vec<Unit<'_>> = files.par_iter().map(|file| Unit::new(&world, *file)).collect();
    for _ in 0..ROUNDS {
        let found: Vec<Vec<(TypeId, TypeId)>> = units.par_iter().map(|unit| unit.supertypes(&world)).collect();
        let mut supertypes = vec![SmallVec::new(); world.types.len()];
        for (id, above) in found.into_iter().flatten() {
            supertypes[id.0 as usize].push(above);
        }
        world.types.supertypes = supertypes;
    }
    units.par_iter().map(|unit| unit.dependencies(&world)).collect()
}

/// A file with the modules that it sees.
struct Unit<'a> {
    file: FileId,
    facts: Option<&'a FileFacts>,
    module: u32,
    seen: Vec<u32>,
}

/// The types along a name, and the member behind the last one.
#[derive(Default)]
struct Path<'n> {
    types: SmallVec<[TypeId; 2]>,
    member: Option<&'n str>,
}

impl<'a> Unit<'a> {
    fn new(world: &World<'a>, file: FileId) -> Self {
        let facts = world.sources.facts(file).map(|facts| &**facts);
        Self { file, facts, module: world.modules.of(file), seen: world.modules.seen(file) }
    }

    /// The types along a name as it stands in the code.
    fn named<'n>(&self, world: &World<'a>, name: &'n str, scope: Option<DefinitionId>, is_value: bool) -> Path<'n> {
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        if let Some(start) = self.simple(world, first, scope, is_value) {
            return follow(world, start, rest);
        }
        // `Module.Name`.
        let module = world.modules.named(self.module, first).filter(|module| self.seen.contains(module));
        let (second, rest) = rest.split_once('.').unwrap_or((rest, ""));
        let declared = module.and_then(|module| world.types.inside(world.module_space(module), second, 0).first());
        declared.map(|start| follow(world, *start, rest)).unwrap_or_default()
    }

    fn simple(&self, world: &World<'a>, name: &str, scope: Option<DefinitionId>, is_value: bool) -> Option<TypeId> {
        for id in self.around(world, scope) {
            if let Some(nested) = world.types.nested(id, name, 0) {
                return Some(nested);
            }
            if is_value && !world.types.member(id, name).is_empty() {
                return None;
            }
        }
        let foreign = || world.types.inside(world.foreign_space(self.module), name, 0).first().copied();
        world.top_level(self.file, &self.seen, name).or_else(foreign)
    }

    /// The types around a place, the innermost first.
    fn around(&self, world: &World<'a>, scope: Option<DefinitionId>) -> SmallVec<[TypeId; 4]> {
        let mut types: SmallVec<[TypeId; 4]> = SmallVec::new();
        let mut next = scope;
        while let Some(at) = next {
            if let Some(id) = world.types.of_definition(self.file, at)
                && types.last() != Some(&id)
            {
                types.push(id);
            }
            next = self.facts.and_then(|facts| facts.definitions.get(at as usize)?.parent);
        }
        types
    }

    /// What each type of the file, and each one that it extends, inherits from.
    fn supertypes(&self, world: &World<'a>) -> Vec<(TypeId, TypeId)> {
        let Some(facts) = self.facts else { return Vec::new() };
        let inherits = facts.references.iter().filter(|reference| reference.kind == ReferenceKind::Inherit);
        inherits
            .filter_map(|reference| {
                let of = world.types.of_definition(self.file, reference.within?)?;
                let path = self.named(world, facts.name(reference.name), scope_of(facts, reference), false);
                Some((of, *path.types.last().filter(|_| path.member.is_none())?))
            })
            .collect()
    }

    fn dependencies(&self, world: &World<'a>) -> Vec<Dependency> {
        let Some(facts) = self.facts else { return Vec::new() };
        let mut out = Out { file: self.file, found: Vec::new(), seen: FxHashSet::default() };
        for import in &facts.imports {
            self.import(world, import, &mut out.found);
        }
        for (definition, index) in facts.definitions.iter().zip(0..) {
            if definition.kind == DefinitionKind::Implementation {
                // What an extension extends it needs.
                for place in self.named(world, &definition.name, definition.parent, false).places(world) {
                    out.add(place, DependencyKind::Reference, definition.name_span, Some(index));
                }
            }
        }
        let scopes = self.scopes_of(world, facts);
        let mut known: FxHashMap<(u32, Option<DefinitionId>, ReferenceKind), Vec<Place>> = FxHashMap::default();
        for reference in &facts.references {
            let scope = scope_of(facts, reference).and_then(|scope| scopes.get(scope as usize).copied().flatten());
            let places = known
                .entry((reference.name.0, scope, reference.kind))
                .or_insert_with(|| self.mention(world, facts.name(reference.name), scope, reference.kind));
            let kind = match reference.kind {
                ReferenceKind::Inherit => DependencyKind::Inherit,
                ReferenceKind::Call => DependencyKind::Call,
                _ => DependencyKind::Reference,
            };
            for place in places {
                out.add(*place, kind, reference.span, reference.within);
            }
        }
        out.found
    }

    /// For each definition the innermost one, itself or around it, that is a type or extends one.
    fn scopes_of(&self, world: &World<'a>, facts: &FileFacts) -> Vec<Option<DefinitionId>> {
        let mut scopes: Vec<Option<DefinitionId>> = Vec::with_capacity(facts.definitions.len());
        for (definition, index) in facts.definitions.iter().zip(0..) {
            let around = definition.parent.and_then(|parent| scopes.get(parent as usize).copied().flatten());
            let is_scope = world.types.of_definition(self.file, index).is_some();
            scopes.push(if is_scope { Some(index) } else { around });
        }
        scopes
    }

    fn mention(&self, world: &World<'a>, name: &str, scope: Option<DefinitionId>, kind: ReferenceKind) -> Vec<Place> {
        let is_value = matches!(kind, ReferenceKind::Value | ReferenceKind::Call);
        let path = self.named(world, name, scope, is_value);
        if !path.types.is_empty() || !is_value {
            return path.places(world);
        }
        let first = name.split('.').next().unwrap_or(name);
        // A member of a type around the place, which `self` need not be written for, hides what the module calls the same.
        let types = self.around(world, scope);
        let mut members = types.iter().map(|id| world.types.member(*id, first));
        match members.find(|places| !places.is_empty()) {
            Some(places) => of_one_file(places).to_vec(),
            None => world.global(self.file, &self.seen, first).into_iter().collect(),
        }
    }

    fn import(&self, world: &World<'a>, import: &Import, out: &mut Vec<Dependency>) {
        let mut add = |target, certainty, kind: Option<DependencyKind>| {
            let dependency = Dependency::of_import(import, target, import.span);
            let kind = kind.unwrap_or(dependency.kind);
            out.push(Dependency { certainty, kind, ..dependency });
        };
        if let Some(module) = world.modules.named(self.module, &import.path).and_then(|id| world.modules.get(id)) {
            let directory = Target::Directory(module.directory.into());
            add(directory, Certainty::Resolved, Some(DependencyKind::Package));
            return;
        }
        let external = |name: &str, standard| {
            Target::External(External { ecosystem: Ecosystem::Swift, name: name.into(), standard })
        };
        if STANDARD.contains(&import.path.as_str())
            || import.path.starts_with('_')
            || import.path.starts_with("Core") && import.path.len() > 4
        {
            return add(external(&import.path, true), Certainty::Resolved, None);
        }
        match self.provider(world, &import.path) {
            Some(name) => add(external(&name, false), Certainty::Inferred, None),
            None => {
                let text = import.path.clone();
                add(Target::Unresolved { text, reason: Reason::Undeclared }, Certainty::Resolved, None);
            }
        }
    }

    /// The package that brings a module: the one whose product is called so, else the one that is.
    fn provider(&self, world: &World<'a>, module: &str) -> Option<Name> {
        let project = &world.sources.project;
        if let Some(package) = project.swiftpm.products.get(module) {
            return Some(package.clone());
        }
        let plain = |name: &str| name.to_lowercase().replace(['-', '_', '.'], "");
        let wanted = plain(module);
        let packages = project.packages.iter().filter(|package| package.ecosystem == Ecosystem::Swift);
        let mut declared = packages.flat_map(|package| &package.dependencies).map(|declared| &declared.name);
        declared.find(|name| plain(name) == wanted || plain(name) == format!("swift{wanted}")).cloned()
    }
}

impl Path<'_> {
    /// Where the types are declared, and the member behind the last one.
    fn places(&self, world: &World<'_>) -> Vec<Place> {
        let mut places: Vec<Place> =
            self.types.iter().flat_map(|id| world.types.get(*id).parts.iter().copied()).collect();
        if let (Some(last), Some(member)) = (self.types.last(), self.member) {
            places.extend(of_one_file(world.types.member(*last, member)));
        }
        places
    }
}

/// Where a member is declared. Overloads in several files are no answer.
fn of_one_file(places: &[Place]) -> &[Place] {
    let is_one = places.iter().all(|place| Some(place.0) == places.first().map(|place| place.0));
    if is_one { places } else { &[] }
}

/// A type and the member types that the rest of a name leads through.
fn follow<'n>(world: &World<'_>, start: TypeId, rest: &'n str) -> Path<'n> {
    let mut path = Path { types: SmallVec::from_slice(&[start]), member: None };
    let mut at = start;
    for name in rest.split('.').filter(|name| !name.is_empty()) {
        match world.types.nested(at, name, 0) {
            Some(nested) => {
                path.types.push(nested);
                at = nested;
            }
            None => {
                path.member = Some(name);
                break;
            }
        }
    }
    path
}

/// The scope in which a mention is looked up: a type's members are not in scope where it says what it inherits.
fn scope_of(facts: &FileFacts, reference: &Reference) -> Option<DefinitionId> {
    let within = reference.within?;
    let definition = facts.definitions.get(within as usize)?;
    if reference.kind == ReferenceKind::Inherit && is_type(definition.kind) { definition.parent } else { Some(within) }
}

/// The dependencies of a file, each once a line.
struct Out {
    file: FileId,
    found: Vec<Dependency>,
    seen: FxHashSet<(Place, DependencyKind, u32)>,
}

impl Out {
    fn add(&mut self, place: Place, kind: DependencyKind, span: Span, within: Option<DefinitionId>) {
        if place.0 != self.file && self.seen.insert((place, kind, span.line)) {
            self.found.push(Dependency {
                target: Target::File(place.0),
                kind,
                certainty: Certainty::Resolved,
                span,
                statement: span.start,
                test: false,
                from_symbol: within,
                to_symbol: Some(place.1),
            });
        }
    }
}
