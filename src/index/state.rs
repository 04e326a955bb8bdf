//! A project while it is indexed: what is known of it, and the snapshots that are made of that.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::Context;
use crossbeam_channel::Sender;
use rustc_hash::FxHashMap;

use super::Options;
use super::cache::{self, Cache, Record, Saved};
use super::git::{Repository, Revision};
use super::links;
use super::load::{Known, Loaded, Request, load};
use super::mark::PathMarks;
use super::origin::{Blobs, Origin};
use super::report::{LanguageCount, Report, Timings};
use super::revision;
use super::store::{Pending, Store};
use super::tracked::Tracked;
use super::walk::{self, Rules, Scope};
use crate::analysis::history::Log;
use crate::analysis::{Analysis, Counting};
use crate::graph::{self, NodeKind, Snapshot};
use crate::lang::LANGUAGES;
use crate::lang::resolve::{Resolved, SourceFile, Sources, resolve};
use crate::project::Project;

/// How many contents of other revisions stay in the cache, beside as many as the last one has.
const KEPT: usize = 20_000;

/// A project while it is indexed.
pub struct State {
    /// Canonical.
    pub root: PathBuf,
    name: String,
    rules: Rules,
    /// What belongs to the project although ignore files name it.
    tracked: Tracked,
    /// Of a revision: its files are not those of the root.
    blobs: Option<Blobs>,
    /// What is known.
    pub store: Store,
    project: Arc<Project>,
    /// Where facts are kept; none if they are not to be kept, or cannot be.
    pub cache: Option<Cache>,
    /// Of the running round.
    pub timings: Timings,
    /// Files that the running round parsed.
    pub parsed: usize,
    /// What the cache on disk says of each file.
    /// What the commits say, once they are read.
    pub log: Option<Arc<Log>>,
    saved: FxHashMap<String, Saved>,
    /// What the cache on disk says of revisions.
    kept: cache::Loaded,
}

/// A state of the graph with what belongs to it.
pub struct Built {
    /// The graph.
    pub snapshot: Arc<Snapshot>,
    /// Its metrics, cycles and risks.
    pub analysis: Arc<Analysis>,
    /// What was read and what was not.
    pub report: Report,
}

impl State {
    /// Starts with nothing known. Also tells why there will be no cache, if there should be one.
    ///
    /// # Errors
    /// The root cannot be read, or an option is wrong.
    pub fn open(root: &Path, options: &Options) -> anyhow::Result<(Self, Option<String>)> {
        walk::check_root(root)?;
        let root = root.canonicalize().with_context(|| format!("cannot read {}", root.display()))?;
        let rules = Rules::new(&root, &options.exclude)?;
        let name = root.file_name().map_or_else(|| "/".into(), |name| name.to_string_lossy().into_owned());
        let (cache, warning) = match options.cache.then(|| Cache::of(&root, options.cache_directory.as_deref())) {
            None => (None, None),
            Some(Ok(cache)) => (Some(cache), None),
            Some(Err(error)) => (None, Some(format!("nothing is kept for the next start: {error}"))),
        };
        let state = Self {
            root,
            name,
            rules,
            tracked: Tracked::default(),
            blobs: None,
            store: Store::default(),
            project: Arc::default(),
            cache,
            timings: Timings::default(),
            parsed: 0,
            log: None,
            saved: FxHashMap::default(),
            kept: cache::Loaded::default(),
        };
        Ok((state, warning))
    }

    /// Walks the directories of a scope and takes over what is there.
    ///
    /// # Errors
    /// The root cannot be read.
    pub fn walk(&mut self, scope: Scope, suspects: &BTreeSet<Arc<str>>) -> anyhow::Result<Pending> {
        let started = Instant::now();
        let mut listing = walk::walk(&self.root, &self.rules, &scope)?;
        if scope.known.is_empty() {
            self.tracked = Tracked::find(&self.root, &self.rules, &listing);
        }
        self.tracked.add(&self.root, &scope, &mut listing);
        let pending = self.store.apply(listing, suspects);
        self.timings.walk += started.elapsed();
        Ok(pending)
    }

    /// Takes over the files of a revision, which stand for those of the root from then on.
    ///
    /// # Errors
    /// The revision cannot be read.
    pub fn list(&mut self, repository: Arc<Repository>, revision: &Revision) -> anyhow::Result<Pending> {
        let started = Instant::now();
        let (listing, blobs) = revision::list(&self.root, &self.rules, repository, revision)?;
        let pending = self.store.apply(listing, &BTreeSet::new());
        self.blobs = Some(blobs);
        self.timings.walk += started.elapsed();
        Ok(pending)
    }

    /// Where the files are read from.
    pub fn origin(&self) -> Origin<'_> {
        self.blobs.as_ref().map_or(Origin::WorkTree(&self.root), Origin::Revision)
    }

    /// Reads the manifests among the requests, and returns the others.
    pub fn read_manifests(&mut self, requests: Vec<Request>) -> Vec<Request> {
        let started = Instant::now();
        let (manifests, others): (Vec<_>, Vec<_>) =
            requests.into_iter().partition(|request| request.config && request.language.is_none());
        let (results, loaded) = crossbeam_channel::unbounded();
        load_all(&self.origin(), &manifests, &Known::default(), &Counters::default(), &results);
        for (index, loaded) in loaded.try_iter() {
            self.store.put(&manifests[index].path, loaded);
        }
        self.timings.manifests += started.elapsed();
        others
    }

    /// Fills in what the cache on disk knows: the requests that are left, and the contents that are known.
    pub fn recall(&mut self, requests: Vec<Request>) -> (Vec<Request>, Known) {
        let Some(cache) = &self.cache else { return (requests, Known::default()) };
        let started = Instant::now();
        let (left, known) = match &self.blobs {
            None => {
                let cached = cache.load();
                let left = self.store.recall(requests, &cached, str::to_owned);
                self.saved = cached.files;
                (left, cached.contents)
            }
            Some(blobs) => {
                let cached = cache.of_revisions().load();
                let left = self.store.recall(requests, &cached, |path| blobs.key(path).unwrap_or_default());
                let mut known = cached.contents.clone();
                // What is not known by its blob may be known from the work tree, by its bytes.
                if left.iter().any(|request| !request.config) {
                    known.extend(cache.load().contents);
                }
                self.kept = cached;
                (left, known)
            }
        };
        self.timings.cache += started.elapsed();
        (left, known)
    }

    /// Takes over a file that was read.
    pub fn put(&mut self, request: &Request, loaded: Option<Loaded>) {
        self.parsed += usize::from(loaded.as_ref().is_some_and(|loaded| loaded.parsed));
        self.store.put(&request.path, loaded);
    }

    /// What the cache should hold, if that is not what it holds.
    pub fn take_unsaved(&mut self) -> Option<(Cache, Vec<Record>)> {
        let cache = self.cache.clone()?;
        let records = self.store.records();
        if let Some(blobs) = &self.blobs {
            let records = revisions(blobs, records, &self.kept)?;
            return Some((cache.of_revisions(), records));
        }
        let dated = |record: &Record| {
            let key = (record.content.hash, record.language.name);
            Some((record.path.to_string(), (record.stat?, key)))
        };
        let current: FxHashMap<String, Saved> = records.iter().filter_map(dated).collect();
        // What has no date yet, because it was written a moment ago, is worth keeping by its content.
        if current == self.saved && current.len() == records.len() {
            return None;
        }
        self.saved = current;
        Some((cache, records))
    }

    /// The tree without dependencies.
    pub fn build_tree(&mut self) -> Built {
        let sources = self.sources();
        self.finish(sources, &Resolved::default())
    }

    /// The graph of what is known.
    pub fn build(&mut self) -> Built {
        let sources = self.sources();
        let started = Instant::now();
        let resolved = resolve(&sources);
        self.timings.resolve = started.elapsed();
        self.finish(sources, &resolved)
    }

    fn sources(&mut self) -> Arc<Sources> {
        let started = Instant::now();
        if let Some(configs) = self.store.take_config_changes() {
            self.project = Arc::new(Project::read(&configs));
            self.timings.manifests += started.elapsed();
        }
        let linked = links::linked(&self.store);
        let all = self.store.files.iter().chain(linked.files.iter().map(|(path, entry)| (path, *entry)));
        let marks = PathMarks::new(all.clone().map(|(path, _)| &**path));
        let files = all.map(|(path, entry)| SourceFile {
            path: path.clone(),
            language: entry.language,
            facts: entry.content.facts.clone(),
            bytes: entry.stat.size,
            mark: marks.of(path).or(entry.content.mark),
            test: entry.language.is_some_and(|language| (language.is_test_path)(path)),
        });
        let sources = Sources::new(files.collect(), self.project.clone());
        let documents = self.store.files.values().filter_map(|entry| entry.document.clone());
        Arc::new(sources.with_documents(documents.collect()))
    }

    fn finish(&mut self, sources: Arc<Sources>, resolved: &Resolved) -> Built {
        let started = Instant::now();
        let snapshot = Arc::new(graph::build(&self.name, sources, resolved));
        self.timings.graph = started.elapsed();
        let started = Instant::now();
        let analysis = Arc::new(Analysis::with(&snapshot, Counting::ALL, self.log.clone()));
        self.timings.analysis = started.elapsed();
        let report = self.report(&snapshot);
        Built { snapshot, analysis, report }
    }

    fn report(&self, snapshot: &Snapshot) -> Report {
        let mut counts: BTreeMap<&'static str, LanguageCount> = BTreeMap::new();
        let mut report = Report { parsed: self.parsed, timings: self.timings, ..Report::default() };
        for (path, entry) in &self.store.files {
            let Some(language) = entry.language else {
                report.other_files += 1;
                report.other_bytes += entry.stat.size;
                continue;
            };
            let count = counts.entry(language.name).or_default();
            count.files += 1;
            count.bytes += entry.stat.size;
            if let Some(facts) = &entry.content.facts {
                count.parsed += 1;
                count.lines += u64::from(facts.lines);
                count.with_errors += usize::from(facts.parse_errors > 0);
            }
            debug_assert!(self.store.directories.contains(super::path::directory_of(path)), "{path}");
        }
        let with_facts: usize = counts.values().map(|count| count.parsed).sum();
        report.cached = with_facts.saturating_sub(self.parsed);
        report.languages =
            LANGUAGES.iter().filter_map(|language| Some((language.name, counts.remove(language.name)?))).collect();
        for (_, edge) in snapshot.edges() {
            match snapshot.node(edge.to).kind {
                NodeKind::External => report.external_dependencies += 1,
                _ => report.dependencies += 1,
            }
        }
        for import in snapshot.unresolved() {
            if let Some(language) = snapshot.node(import.from).language {
                *report.unresolved.entry((language.name, import.reason)).or_default() += 1;
            }
        }
        report.skipped = self.store.skips();
        report
    }
}

/// How far the reading is; shared by all threads.
#[derive(Debug, Default)]
pub struct Counters {
    /// Files read.
    pub files: AtomicUsize,
    /// Their bytes.
    pub bytes: AtomicU64,
    /// Set to make the readers stop.
    pub stop: Arc<AtomicBool>,
}

/// Reads files on all threads of the pool, in the given order, and sends each with its index.
pub fn load_all(
    origin: &Origin<'_>,
    requests: &[Request],
    known: &Known,
    counters: &Counters,
    results: &Sender<(usize, Option<Loaded>)>,
) {
    let next = AtomicUsize::new(0);
    let work = || {
        let reader = origin.reader();
        while !counters.stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(request) = requests.get(index) else { return };
            let loaded = load(&reader, request, known);
            counters.files.fetch_add(1, Ordering::Relaxed);
            counters.bytes.fetch_add(request.size, Ordering::Relaxed);
            if results.send((index, loaded)).is_err() {
                return;
            }
        }
    };
    if requests.len() < 2 {
        work();
    } else {
        rayon::broadcast(|_| work());
    }
}

/// Puts large files first: a large file that comes last would keep one thread busy while the others wait.
pub fn largest_first(requests: &mut [Request]) {
    requests.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.path.cmp(&b.path)));
}

/// What the cache of revisions should hold, if that is not what it holds: all of this revision, and of what it held
/// before as much as there is room for.
fn revisions(blobs: &Blobs, records: Vec<Record>, kept: &cache::Loaded) -> Option<Vec<Record>> {
    let keyed = |record: Record| Some(Record { path: blobs.key(&record.path)?.into(), ..record });
    let mut records: BTreeMap<Arc<str>, Record> =
        records.into_iter().filter_map(keyed).map(|record| (record.path.clone(), record)).collect();
    if records.keys().all(|key| kept.files.contains_key(&**key)) {
        return None;
    }
    let room = records.len() + KEPT;
    let old: Vec<Record> = kept.records().into_iter().filter(|record| !records.contains_key(&record.path)).collect();
    records.extend(old.into_iter().take(room).map(|record| (record.path.clone(), record)));
    Some(records.into_values().collect())
}

/// A round without a watch: everything is read once.
///
/// # Errors
/// The root cannot be read, or an option is wrong.
pub fn index_once(root: &Path, options: &Options) -> anyhow::Result<(Built, Option<String>)> {
    let started = Instant::now();
    let (mut state, warning) = State::open(root, options)?;
    let pending = state.walk(Scope::default(), &BTreeSet::new())?;
    read_once(state, pending, started, warning)
}

/// As [`index_once`], of a revision.
///
/// # Errors
/// Also where the revision cannot be read.
pub fn index_revision(
    root: &Path,
    options: &Options,
    repository: Arc<Repository>,
    revision: &Revision,
) -> anyhow::Result<(Built, Option<String>)> {
    let started = Instant::now();
    let (mut state, warning) = State::open(root, options)?;
    let pending = state.list(repository, revision)?;
    read_once(state, pending, started, warning)
}

fn read_once(
    mut state: State,
    pending: Pending,
    started: Instant,
    mut warning: Option<String>,
) -> anyhow::Result<(Built, Option<String>)> {
    let requests = state.read_manifests(pending.requests);
    let (mut requests, known) = state.recall(requests);
    let reading = Instant::now();
    largest_first(&mut requests);
    let (results, loaded) = crossbeam_channel::unbounded();
    load_all(&state.origin(), &requests, &known, &Counters::default(), &results);
    drop(results);
    for (index, loaded) in loaded {
        state.put(&requests[index], loaded);
    }
    if let Some(blobs) = &state.blobs {
        blobs.check()?;
    }
    state.timings.parse = reading.elapsed();
    let mut built = state.build();
    state.timings.total = started.elapsed();
    built.report.timings = state.timings;
    if let Some((cache, records)) = state.take_unsaved()
        && let Err(error) = cache.save(&records)
    {
        warning = Some(format!("nothing is kept for the next start: {error}"));
    }
    Ok((built, warning))
}
