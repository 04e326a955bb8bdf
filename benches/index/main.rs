//! What indexing costs, stage by stage, beside bare parsing of the same files with the same grammars on all cores.
//!
//! ```text
//! cargo bench --bench index                                      a generated tree of 2 000 files
//! TRANSOM_BENCH_TREE=/path/to/project cargo bench --bench index  and a real one
//! ```
//! The last lines are the ratios of the whole index to bare parsing.

mod tree;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use divan::{Bencher, black_box};
use rayon::prelude::*;
use transom::analysis::Analysis;
use transom::graph::{self, Snapshot};
use transom::index::{Options, index_once};
use transom::lang::resolve::{Resolved, Sources, resolve};
use transom::lang::{Language, extract};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const GENERATED_FILES: usize = 2000;

/// A project with everything that the stages need.
struct Tree {
    root: PathBuf,
    /// The files that the index reads.
    files: Vec<(&'static Language, Vec<u8>)>,
    /// What their parsers are given: the same but for scripts that stand among something else.
    prepared: Vec<(&'static Language, Vec<u8>)>,
    sources: Arc<Sources>,
    resolved: Resolved,
    snapshot: Arc<Snapshot>,
    /// Removes a generated tree; see [`main`].
    _keep: Option<tempfile::TempDir>,
}

impl Tree {
    fn load(root: PathBuf, keep: Option<tempfile::TempDir>) -> Self {
        let snapshot = index_once(&root, &without_cache()).expect("an index of the tree");
        let sources = Arc::clone(&snapshot.sources);
        let files: Vec<(&'static Language, Vec<u8>)> = sources
            .files
            .iter()
            .filter(|file| file.facts.is_some())
            .filter_map(|file| Some((file.language?, std::fs::read(root.join(&*file.path)).ok()?)))
            .collect();
        let prepare = |(language, bytes): &(&'static Language, Vec<u8>)| {
            let (language, bytes) = extract::prepared(language, bytes);
            (language, bytes.into_owned())
        };
        let prepared = files.iter().map(prepare).collect();
        let resolved = resolve(&sources);
        Self { root, files, prepared, sources, resolved, snapshot, _keep: keep }
    }

    fn parse(&self) {
        self.prepared.par_iter().for_each(|(language, bytes)| {
            black_box(extract::parse(language, bytes));
        });
    }

    fn extract(&self) {
        self.files.par_iter().for_each(|(language, bytes)| {
            black_box(extract::extract(language, bytes));
        });
    }

    fn index(&self) -> Arc<Snapshot> {
        index_once(&self.root, &without_cache()).expect("an index of the tree")
    }
}

fn without_cache() -> Options {
    Options { cache: false, ..Options::default() }
}

static GENERATED: LazyLock<Tree> = LazyLock::new(|| {
    let keep = tempfile::tempdir().expect("a temporary directory");
    tree::generate(keep.path(), GENERATED_FILES).expect("a generated tree");
    Tree::load(keep.path().to_owned(), Some(keep))
});

static REAL: LazyLock<Option<Tree>> =
    LazyLock::new(|| Some(Tree::load(PathBuf::from(std::env::var_os("TRANSOM_BENCH_TREE")?), None)));

fn names() -> &'static [&'static str] {
    if std::env::var_os("TRANSOM_BENCH_TREE").is_some() { &["generated", "real"] } else { &["generated"] }
}

fn tree(name: &str) -> &'static Tree {
    match (name, &*REAL) {
        ("real", Some(real)) => real,
        _ => &GENERATED,
    }
}

#[divan::bench(args = names(), sample_count = 3, sample_size = 1)]
fn a_parse(bencher: Bencher<'_, '_>, name: &str) {
    let tree = tree(name);
    bencher.bench_local(|| tree.parse());
}

#[divan::bench(args = names(), sample_count = 3, sample_size = 1)]
fn b_extract(bencher: Bencher<'_, '_>, name: &str) {
    let tree = tree(name);
    bencher.bench_local(|| tree.extract());
}

#[divan::bench(args = names(), sample_count = 5, sample_size = 1)]
fn c_resolve(bencher: Bencher<'_, '_>, name: &str) {
    let tree = tree(name);
    bencher.bench_local(|| resolve(&tree.sources));
}

#[divan::bench(args = names(), sample_count = 5, sample_size = 1)]
fn d_graph(bencher: Bencher<'_, '_>, name: &str) {
    let tree = tree(name);
    bencher.bench_local(|| graph::build("bench", Arc::clone(&tree.sources), &tree.resolved));
}

#[divan::bench(args = names(), sample_count = 5, sample_size = 1)]
fn e_analysis(bencher: Bencher<'_, '_>, name: &str) {
    let tree = tree(name);
    bencher.bench_local(|| Analysis::new(&tree.snapshot));
}

#[divan::bench(args = names(), sample_count = 3, sample_size = 1)]
fn f_index(bencher: Bencher<'_, '_>, name: &str) {
    let tree = tree(name);
    bencher.bench_local(|| tree.index());
}

/// The shortest of a few runs: what else the machine does only adds.
fn best(runs: usize, mut work: impl FnMut()) -> Duration {
    let once = |_| {
        let started = Instant::now();
        work();
        started.elapsed()
    };
    (0..runs).map(once).min().unwrap_or_default()
}

/// Runs the program itself on a tree with a cache directory of its own: first with an empty cache, then with a full one.
fn cold_and_warm(root: &Path) -> std::io::Result<(Duration, Duration)> {
    let home = tempfile::tempdir()?;
    let run = || -> std::io::Result<Duration> {
        let started = Instant::now();
        let output = Command::new(env!("CARGO_BIN_EXE_transom"))
            .arg("index")
            .arg(root)
            .env("XDG_CACHE_HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path())
            .output()?;
        if !output.status.success() {
            return Err(std::io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        Ok(started.elapsed())
    };
    Ok((run()?, run()?.min(run()?)))
}

fn print_ratios(name: &str) {
    let tree = tree(name);
    let bytes: usize = tree.files.iter().map(|(_, bytes)| bytes.len()).sum();
    let parse = best(3, || tree.parse());
    let extract = best(3, || tree.extract());
    let index = best(3, || {
        black_box(Analysis::new(&tree.index()));
    });
    let ratio = |part: Duration| part.as_secs_f64() / parse.as_secs_f64();
    println!("\n{name}: {} files, {:.1} MB", tree.files.len(), bytes as f64 / 1e6);
    println!("  bare parsing   {parse:>9.1?}");
    println!("  extract        {extract:>9.1?}  {:.2}x", ratio(extract));
    println!("  whole index    {index:>9.1?}  {:.2}x", ratio(index));
    match cold_and_warm(&tree.root) {
        Ok((cold, warm)) => {
            println!("  transom, cold  {cold:>9.1?}  {:.2}x", ratio(cold));
            println!("  transom, warm  {warm:>9.1?}  {:.2}x", ratio(warm));
        }
        Err(error) => println!("  transom index: {error}"),
    }
}

fn main() {
    divan::main();
    let asked_for_ratios = std::env::args().skip(1).all(|argument| argument == "--bench");
    if asked_for_ratios {
        names().iter().for_each(|name| print_ratios(name));
    }
}
