//! What the user has decided about the cycles: kept across snapshots, by the paths of what is tied.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::Pin;

/// What needs and what is needed, by their paths.
pub type Pair = (Arc<str>, Arc<str>);

/// The decisions, and which cycles are looked at.
#[derive(Debug, Clone, Default)]
pub struct Breaker {
    pins: BTreeMap<Pair, Pin>,
    /// Whether cycles of files are looked at wherever they lie, instead of those among the components of a folder.
    pub of_files: bool,
}

impl Breaker {
    /// What was decided about a dependency.
    pub fn pin(&self, pair: &Pair) -> Option<Pin> {
        self.pins.get(pair).copied()
    }

    /// Pins dependencies; where all of them are pinned that way already, they are released. Says which of the two it was.
    pub fn toggle(&mut self, pairs: &[Pair], pin: Pin) -> bool {
        let release = pairs.iter().all(|pair| self.pin(pair) == Some(pin));
        for pair in pairs {
            if release {
                self.pins.remove(pair);
            } else {
                self.pins.insert(pair.clone(), pin);
            }
        }
        !release
    }
}
