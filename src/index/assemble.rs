//! Facts, manifests and resolution put together into a snapshot. Pure: it is given the bytes.

use std::sync::Arc;

use rayon::prelude::*;

use crate::document::Document;
use crate::graph::{self, Snapshot};
use crate::lang::resolve::{SourceFile, Sources, resolve};
use crate::lang::{self, extract};
use crate::project::{self, ConfigFile, Project};

/// A file's path and content.
#[derive(Debug, Clone)]
pub struct FileInput {
    /// Relative to the root, with `/`.
    pub path: Arc<str>,
    /// The content.
    pub bytes: Vec<u8>,
}

/// Indexes files that are given in memory.
pub fn from_memory<'a>(name: &str, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Snapshot {
    let files = files
        .into_iter()
        .map(|(path, text)| FileInput { path: path.into(), bytes: text.as_bytes().to_vec() })
        .collect();
    assemble(name, files)
}

/// Indexes files of which the bytes are known.
pub fn assemble(name: &str, files: Vec<FileInput>) -> Snapshot {
    let configs: Vec<ConfigFile> = files
        .iter()
        .filter(|file| project::is_config(&file.path))
        .map(|file| ConfigFile { path: file.path.clone(), text: String::from_utf8_lossy(&file.bytes).into() })
        .collect();
    let project = Arc::new(Project::read(&configs));
    let documents = files
        .iter()
        .filter_map(|file| Document::read(&file.path, &String::from_utf8_lossy(&file.bytes)))
        .map(Arc::new)
        .collect();
    let files: Vec<SourceFile> = files
        .into_par_iter()
        .map(|file| {
            let language = lang::language_of_content(&file.path, &file.bytes);
            SourceFile {
                language,
                facts: language.map(|language| Arc::new(extract::extract(language, &file.bytes))),
                bytes: file.bytes.len() as u64,
                mark: None,
                test: language.is_some_and(|language| (language.is_test_path)(&file.path)),
                path: file.path,
            }
        })
        .collect();
    let sources = Arc::new(Sources::new(files, project).with_documents(documents));
    let resolved = resolve(&sources);
    graph::build(name, sources, &resolved)
}
