//! One file read, hashed and turned into facts. Runs on many threads; knows nothing but the file.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

use super::PARSE_LIMIT;
use super::mark;
use super::origin::Reader;
use super::report::SkipReason;
use super::stat::{Stat, now};
use crate::document::{self, Document};
use crate::facts::FileFacts;
use crate::lang::resolve::Mark;
use crate::lang::{Language, extract, language_of_content, may_be_script};

/// The largest manifest or lock file that is read, in bytes.
const CONFIG_LIMIT: u64 = 32 << 20;

/// How many bytes at the start of a file are searched for NUL.
const BINARY_HEAD: usize = 8 << 10;

/// What a file's bytes say, given its language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Content {
    /// Of the bytes; 0 where they were not read.
    pub hash: u128,
    /// What the first lines or the shape of the lines tell.
    pub mark: Option<Mark>,
    /// Why there are no facts.
    pub skip: Option<SkipReason>,
    /// What a language made of it.
    pub facts: Option<Arc<FileFacts>>,
}

/// Contents that are known already, by hash and language.
pub type Known = FxHashMap<(u128, &'static str), Content>;

/// A file to read.
#[derive(Debug, Clone)]
pub struct Request {
    /// Relative to the root.
    pub path: Arc<str>,
    /// As the walk saw it: for the order of work and the progress.
    pub size: u64,
    /// To parse it with.
    pub language: Option<&'static Language>,
    /// Whether its text is kept for the manifests' readers.
    pub config: bool,
    /// Whether it is read as a configuration file of the running system.
    pub document: bool,
    /// Whether its name says that it is minified.
    pub minified: bool,
}

/// A file that was read.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// As it was when it was opened.
    pub stat: Stat,
    /// Whether it has to be read again although its times stay the same.
    pub racy: bool,
    /// Its language, by its path or, of a script, by its first line.
    pub language: Option<&'static Language>,
    /// What it says.
    pub content: Content,
    /// The text, of a manifest.
    pub config: Option<Arc<str>>,
    /// What it says, of a configuration file of the running system.
    pub document: Option<Arc<Document>>,
    /// Whether it was parsed just now.
    pub parsed: bool,
}

/// Reads a file. None if it is gone.
pub fn load(reader: &Reader<'_>, request: &Request, known: &Known) -> Option<Loaded> {
    let read_at = now();
    let limit = match (request.config, request.document) {
        (true, _) => CONFIG_LIMIT,
        (false, true) => document::LIMIT,
        (false, false) => PARSE_LIMIT,
    };
    let (stat, bytes) = match reader.read(&request.path, limit) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(_) => {
            let stat = reader.stat(&request.path);
            let content = Content { skip: Some(SkipReason::Unreadable), ..Content::default() };
            // Whether it can be read by now is only seen by trying.
            let loaded = Loaded { stat, racy: true, language: request.language, content, ..Loaded::default() };
            return Some(loaded);
        }
    };
    let racy = stat.is_racy(read_at);
    let Some(bytes) = bytes else {
        let content = Content { skip: Some(SkipReason::TooLarge), ..Content::default() };
        let document = request.document.then(|| Arc::new(Document::skipped(&request.path, "too large")));
        return Some(Loaded { stat, racy, language: request.language, content, document, ..Loaded::default() });
    };
    let hash = xxh3_128(&bytes);
    let config = request.config.then(|| String::from_utf8_lossy(&bytes).into());
    let document = request.document.then(|| read_document(&request.path, &bytes)).flatten();
    // A script may change its interpreter; nothing else changes its language.
    let is_script = may_be_script(&request.path);
    let language = if is_script { language_of_content(&request.path, &bytes) } else { request.language };
    let (content, parsed) = match language {
        None => (Content { hash, ..Content::default() }, false),
        Some(_) if request.minified => (without_facts(hash, SkipReason::Minified), false),
        Some(language) => match known.get(&(hash, language.name)) {
            Some(content) => (content.clone(), false),
            None => understand(language, &bytes, hash),
        },
    };
    Some(Loaded { stat, racy, language, content, config, document, parsed })
}

/// A configuration file's values. A fault in a notation's reader must cost that file, not the whole index.
fn read_document(path: &Arc<str>, bytes: &[u8]) -> Option<Arc<Document>> {
    if memchr::memchr(0, &bytes[..bytes.len().min(BINARY_HEAD)]).is_some() {
        return Some(Arc::new(Document::skipped(path, "binary")));
    }
    let text = String::from_utf8_lossy(bytes);
    let read = catch_unwind(AssertUnwindSafe(|| Document::read(path, &text)));
    read.unwrap_or_else(|_| Some(Document::skipped(path, "the reader failed"))).map(Arc::new)
}

/// Facts, or why there are none; and whether it was parsed. A function of the bytes and the language alone.
fn understand(language: &'static Language, bytes: &[u8], hash: u128) -> (Content, bool) {
    if bytes.len() as u64 > PARSE_LIMIT {
        return (without_facts(hash, SkipReason::TooLarge), false);
    }
    if memchr::memchr(0, &bytes[..bytes.len().min(BINARY_HEAD)]).is_some() {
        return (without_facts(hash, SkipReason::Binary), false);
    }
    // Minifiers are for scripts and style sheets that browsers load. Elsewhere a very long line is a literal in code that people wrote.
    if matches!(language.family.name, "ecmascript" | "css") && mark::is_minified(bytes) {
        return (without_facts(hash, SkipReason::Minified), false);
    }
    // A fault in a language's rules must cost that file, not the whole index.
    match catch_unwind(AssertUnwindSafe(|| extract::extract(language, bytes))) {
        Ok(facts) => {
            let mark = mark::is_generated(bytes).then_some(Mark::Generated);
            (Content { hash, mark, skip: None, facts: Some(Arc::new(facts)) }, true)
        }
        Err(_) => (without_facts(hash, SkipReason::Failed), false),
    }
}

fn without_facts(hash: u128, skip: SkipReason) -> Content {
    let mark = (skip == SkipReason::Minified).then_some(Mark::Minified);
    Content { hash, mark, skip: Some(skip), facts: None }
}
