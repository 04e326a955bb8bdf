//! Which component a step builds or ships.

use crate::project::cmake::join;
use crate::system::compose::image_name;
use crate::system::draft::Draft;
use crate::system::model::{Component, ComponentId};

/// The only one.
fn sole(mut found: impl Iterator<Item = ComponentId>) -> Option<ComponentId> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The component that a target means: by its image, by its name, or by the files that a path leads to.
pub fn by_target(draft: &Draft, target: &str, directory: &str) -> Option<ComponentId> {
    let target = target.trim();
    // `deployment/cart`, `cart=acme/cart:1`, `acme/cart:1`
    let name = image_name(target.split('=').next().unwrap_or(target));
    if name.is_empty() || name.contains(['$', '{', '*', ' ', ')']) {
        return None;
    }
    let runs = |id: &ComponentId| draft.parts[id.index()].images.iter().any(|image| image_name(image) == name);
    sole(draft.ids().filter(runs)).or_else(|| draft.named(name)).or_else(|| by_path(draft, &join(directory, target)?))
}

/// The only component that a file declares, or the files of a directory.
fn by_path(draft: &Draft, path: &str) -> Option<ComponentId> {
    let is_below = |other: &str| other.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let declares = |id: &ComponentId| draft.component(*id).evidence.iter().any(|place| is_below(&place.path));
    if path.is_empty() { None } else { sole(draft.ids().filter(declares)) }
}

/// The component that a directory builds: the one of that directory, the one whose directory it lies in, else the only one
/// below it.
pub fn by_directory(draft: &Draft, directory: &str) -> Option<ComponentId> {
    if directory.contains(['$', '*']) {
        return None;
    }
    let of = |component: &Component, is: &dyn Fn(&str) -> bool| component.directory.as_deref().is_some_and(is);
    let is_it = |id: &ComponentId| of(draft.component(*id), &|own| own == directory);
    let is_below = |id: &ComponentId| {
        let below = |own: &str| own.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'));
        of(draft.component(*id), &|own| directory.is_empty() || below(own))
    };
    sole(draft.ids().filter(is_it))
        .or_else(|| if directory.is_empty() { None } else { draft.owner_of_path(&format!("{directory}/")) })
        .or_else(|| sole(draft.ids().filter(is_below)))
}
