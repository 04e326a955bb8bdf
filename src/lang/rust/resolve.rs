//! From facts to dependencies.
use crate::lang::resolve::{Dependency, FileId, Sources};
/// Resolves all Rust files.
pub fn resolve(_sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    vec![Vec::new(); files.len()]
}
