//! Facts on disk between runs: one file a root, below the user's cache directory.
//!
//! A header (magic, format, fingerprint of this program, the root, the chunks' lengths and checksums, its own checksum)
//! and chunks of records in postcard, which are checked and decoded in parallel. Whatever does not fit is as if it were
//! not there. A new file is written beside the old one and renamed over it.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use etcetera::BaseStrategy;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64, xxh3_128};

use super::load::{Content, Known};
use super::report::SkipReason;
use super::stat::Stat;
use crate::facts::FileFacts;
use crate::lang::resolve::Mark;
use crate::lang::{LANGUAGES, Language, language_named, terms};

/// Where caches are kept, if not below the user's cache directory.
const DIRECTORY_VARIABLE: &str = "TRANSOM_CACHE_DIR";

const MAGIC: &[u8; 8] = b"transom\0";

/// Counts up when the layout of the file changes.
const FORMAT: u32 = 1;

/// How many records go into a chunk.
const CHUNK: usize = 128;

/// A root's cache file.
#[derive(Debug, Clone)]
pub struct Cache {
    file: PathBuf,
    /// What has to be equal for a cache to be this program's, about this root.
    identity: u128,
}

/// What a file is known to hold, for the cache.
#[derive(Clone)]
pub struct Record {
    /// Relative to the root.
    pub path: Arc<str>,
    /// When it was read; none if it has to be read again in any case.
    pub stat: Option<Stat>,
    /// Whose facts they are.
    pub language: &'static Language,
    /// What it says.
    pub content: Content,
}

/// A file's state and the key of its content.
pub type Saved = (Stat, (u128, &'static str));

/// What a cache held.
#[derive(Default)]
pub struct Loaded {
    /// For each path the state of the file and the key of its content.
    pub files: FxHashMap<String, Saved>,
    /// The contents.
    pub contents: Known,
}

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    path: Cow<'a, str>,
    stat: Option<Stat>,
    language: Cow<'a, str>,
    hash: u128,
    /// None where an earlier record has the same hash and language.
    content: Option<StoredContent<'a>>,
}

#[derive(Serialize, Deserialize)]
struct StoredContent<'a> {
    mark: Option<Mark>,
    skip: Option<SkipReason>,
    facts: Option<Cow<'a, FileFacts>>,
}

impl Loaded {
    /// The records that were read, sorted by path.
    pub fn records(&self) -> Vec<Record> {
        let record = |(path, (stat, key)): (&String, &Saved)| {
            let content = self.contents.get(key)?.clone();
            Some(Record { path: path.as_str().into(), stat: Some(*stat), language: language_named(key.1)?, content })
        };
        let mut records: Vec<Record> = self.files.iter().filter_map(record).collect();
        records.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        records
    }
}

impl Cache {
    /// The cache of a canonical root, in a directory of its own or where the user's caches are.
    ///
    /// # Errors
    /// The user has no cache directory (no home).
    pub fn of(root: &Path, directory: Option<&Path>) -> io::Result<Self> {
        let asked = || std::env::var_os(DIRECTORY_VARIABLE).map(PathBuf::from);
        let directory = match directory.map(Path::to_owned).or_else(asked) {
            Some(directory) => directory,
            None => etcetera::choose_base_strategy().map_err(io::Error::other)?.cache_dir().join("transom"),
        };
        let key = xxh3_128(root.as_os_str().as_encoded_bytes());
        Ok(Self { file: directory.join(format!("{key:032x}")), identity: identity(root) })
    }

    /// The cache of what revisions hold, beside that of the work tree. Its records are under names of contents (see
    /// [`super::origin::Blobs::key`]) in the place of paths.
    pub fn of_revisions(&self) -> Self {
        Self { file: self.file.with_extension("revisions"), identity: self.identity }
    }

    /// Reads the cache. Empty if there is none that is whole, of this very program and about this root.
    pub fn load(&self) -> Loaded {
        let Ok(bytes) = fs::read(&self.file) else { return Loaded::default() };
        self.decode(&bytes).unwrap_or_default()
    }

    /// What was kept beside the cache under a name, for a key; none if it is of another key, program or root.
    pub fn load_beside<T: serde::de::DeserializeOwned>(&self, name: &str, key: &str) -> Option<T> {
        let bytes = fs::read(self.file.with_extension(name)).ok()?;
        let (checksum, kept) = bytes.split_first_chunk::<16>()?;
        if u128::from_le_bytes(*checksum) != self.checksum_beside(key, kept) {
            return None;
        }
        postcard::from_bytes(kept).ok()
    }

    /// Keeps a value beside the cache in place of the last one of this name.
    ///
    /// # Errors
    /// As [`Self::save`].
    pub fn save_beside<T: Serialize>(&self, name: &str, key: &str, value: &T) -> io::Result<()> {
        make_private(self.file.parent().unwrap_or(Path::new(".")))?;
        let kept = postcard::to_stdvec(value).map_err(io::Error::other)?;
        let temporary = self.file.with_extension(format!("{name}.{}.tmp", std::process::id()));
        let mut bytes = self.checksum_beside(key, &kept).to_le_bytes().to_vec();
        bytes.extend(kept);
        let written = fs::write(&temporary, bytes);
        let written = written.and_then(|()| fs::rename(&temporary, self.file.with_extension(name)));
        if written.is_err() {
            // The error that counts is the first one.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    fn checksum_beside(&self, key: &str, kept: &[u8]) -> u128 {
        let mut hash = Xxh3::new();
        hash.update(&self.identity.to_le_bytes());
        hash.update(key.as_bytes());
        hash.update(kept);
        hash.digest128()
    }

    fn decode(&self, bytes: &[u8]) -> Option<Loaded> {
        let mut rest = bytes;
        let header = Header::take(&mut rest)?;
        if header.identity != self.identity {
            return None;
        }
        let mut chunks = Vec::with_capacity(header.chunks.len());
        for (length, checksum) in header.chunks {
            let (chunk, tail) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            chunks.push((chunk, checksum));
            rest = tail;
        }
        let decoded: Option<Vec<Vec<Stored<'_>>>> = chunks
            .into_par_iter()
            .map(|(chunk, checksum)| {
                if xxh3_64(chunk) != checksum {
                    return None;
                }
                postcard::from_bytes(chunk).ok()
            })
            .collect();
        let mut loaded = Loaded::default();
        for stored in decoded?.into_iter().flatten() {
            let Some(language) = language_named(&stored.language) else { continue };
            let key = (stored.hash, language.name);
            if let Some(content) = stored.content {
                let facts = content.facts.map(|facts| Arc::new(facts.into_owned()));
                let content = Content { hash: stored.hash, mark: content.mark, skip: content.skip, facts };
                loaded.contents.insert(key, content);
            }
            if let Some(stat) = stored.stat {
                loaded.files.insert(stored.path.into_owned(), (stat, key));
            }
        }
        Some(loaded)
    }

    /// Replaces the cache.
    ///
    /// # Errors
    /// The directory cannot be made or the file not be written; the old cache is then as it was.
    pub fn save(&self, records: &[Record]) -> io::Result<()> {
        let directory = self.file.parent().unwrap_or(Path::new("."));
        make_private(directory)?;
        let temporary = self.file.with_extension(format!("{}.tmp", std::process::id()));
        let written = self.write(&temporary, records).and_then(|()| fs::rename(&temporary, &self.file));
        if written.is_err() {
            // The error that counts is the first one.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    fn write(&self, path: &Path, records: &[Record]) -> io::Result<()> {
        let mut seen = FxHashSet::default();
        let stored: Vec<Stored<'_>> = records
            .iter()
            .map(|record| {
                let content = &record.content;
                let is_new = seen.insert((content.hash, record.language.name));
                Stored {
                    path: Cow::Borrowed(&record.path),
                    stat: record.stat,
                    language: Cow::Borrowed(record.language.name),
                    hash: content.hash,
                    content: is_new.then(|| StoredContent {
                        mark: content.mark,
                        skip: content.skip,
                        facts: content.facts.as_deref().map(Cow::Borrowed),
                    }),
                }
            })
            .collect();
        let chunks: Vec<Vec<u8>> = stored
            .par_chunks(CHUNK)
            .map(|chunk| postcard::to_stdvec(chunk).map_err(io::Error::other))
            .collect::<io::Result<_>>()?;
        let index = chunks.iter().map(|chunk| (chunk.len() as u64, xxh3_64(chunk))).collect();
        let mut file = fs::File::create(path)?;
        file.write_all(&Header { identity: self.identity, chunks: index }.to_bytes())?;
        for chunk in &chunks {
            file.write_all(chunk)?;
        }
        Ok(())
    }
}

struct Header {
    identity: u128,
    /// Length in bytes and checksum of each chunk.
    chunks: Vec<(u64, u64)>,
}

impl Header {
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(FORMAT.to_le_bytes());
        out.extend(self.identity.to_le_bytes());
        out.extend((self.chunks.len() as u32).to_le_bytes());
        for (length, checksum) in &self.chunks {
            out.extend(length.to_le_bytes());
            out.extend(checksum.to_le_bytes());
        }
        out.extend(xxh3_64(&out).to_le_bytes());
        out
    }

    /// Takes a header off the start of `rest`.
    fn take(rest: &mut &[u8]) -> Option<Self> {
        fn number<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
            let (number, tail) = rest.split_first_chunk()?;
            *rest = tail;
            Some(*number)
        }
        let all = *rest;
        if number::<8>(rest)? != *MAGIC || u32::from_le_bytes(number(rest)?) != FORMAT {
            return None;
        }
        let identity = u128::from_le_bytes(number(rest)?);
        let count = u32::from_le_bytes(number(rest)?);
        let mut chunks = Vec::new();
        for _ in 0..count {
            chunks.push((u64::from_le_bytes(number(rest)?), u64::from_le_bytes(number(rest)?)));
        }
        let checked = &all[..all.len() - rest.len()];
        (u64::from_le_bytes(number(rest)?) == xxh3_64(checked)).then_some(Self { identity, chunks })
    }
}

/// Of this program and a root: another version or build may extract other facts.
fn identity(root: &Path) -> u128 {
    let mut hash = Xxh3::new();
    let mut add = |bytes: &[u8]| {
        hash.update(&(bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    add(root.as_os_str().as_encoded_bytes());
    add(env!("CARGO_PKG_VERSION").as_bytes());
    for language in LANGUAGES {
        add(language.name.as_bytes());
        add(language.query.as_bytes());
    }
    for (_, table) in terms::TABLES {
        add(table.as_bytes());
    }
    if let Ok(program) = std::env::current_exe().and_then(|path| path.metadata()) {
        let stat = Stat::of(&program);
        add(&stat.size.to_le_bytes());
        add(&stat.modified.to_le_bytes());
    }
    hash.digest128()
}

/// Makes a directory that only its owner can read, and those above it.
fn make_private(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(directory)
}
