//! Names that a module has and no facts tell of: macros define them, or they come from a crate elsewhere.

use super::super::modules::{Entity, GlobSource, ModuleId, World};
use super::{Asker, Entities, Visited, push};

/// What was met on the way through a module's globs.
#[derive(Default)]
struct Found {
    made: Entities,
    external: Entities,
    visited: Visited,
}

impl World<'_> {
    /// The meaning of a name that is in one of these modules although none of them declares it: what a macro's call there
    /// defines, if the name is among its arguments, else the only crate of which the module takes all names.
    pub(super) fn beyond(
        &self,
        modules: &[Entity],
        name: &str,
        from: ModuleId,
        asker: Asker<'_>,
        found: &mut Entities,
    ) {
        let mut beyond = Found::default();
        for entity in modules {
            if let Entity::Module(id) = entity {
                self.search(*id, name, from, asker, &mut beyond);
            }
        }
        if !beyond.made.is_empty() {
            found.extend(beyond.made);
        } else if let [external] = beyond.external.as_slice() {
            push(found, *external);
        }
    }

    fn search(&self, module: ModuleId, name: &str, from: ModuleId, asker: Asker<'_>, beyond: &mut Found) {
        if !beyond.visited.insert(module) {
            return;
        }
        let here = self.module(module);
        if here.made.contains(name) {
            push(&mut beyond.made, Entity::Made(module));
        }
        let home = self.own_module(module);
        for glob in here.globs.iter().filter(|glob| self.sees(from, home, glob.visibility)) {
            match glob.from {
                GlobSource::Module(id) => self.search(id, name, from, asker, beyond),
                GlobSource::Use(id) if asker.is(id) => {}
                GlobSource::Use(id) => {
                    for target in &self.uses[id.0 as usize].targets {
                        match target {
                            Entity::Module(id) => self.search(*id, name, from, asker, beyond),
                            Entity::External(_) => push(&mut beyond.external, *target),
                            Entity::Item(..) | Entity::Made(_) => {}
                        }
                    }
                }
            }
        }
    }

    /// What a macro's call defines in a module, or around it if it is a function's body.
    pub(super) fn made_here(&self, module: ModuleId, name: &str, found: &mut Entities) {
        let mut at = module;
        loop {
            let here = self.module(at);
            if here.made.contains(name) {
                push(found, Entity::Made(at));
                return;
            }
            match here.parent {
                Some(parent) if here.is_block => at = parent,
                _ => return,
            }
        }
    }
}
