//! The indexer's thread: the first round, then one refresh for each batch of changes.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use super::change::Fingerprints;
use super::history::history;
use super::load::{Known, Request};
use super::origin::Origin;
use super::report::Timings;
use super::state::{Built, Counters, State, largest_first, load_all};
use super::walk::{Scope, check_root};
use super::watch::{Batch, Watch};
use super::{Change, Message, Options, Progress, Stage, Update, git};
use crate::analysis::history::Log;

/// Changes that follow each other within this time are handled together.
const QUIET: Duration = Duration::from_millis(50);

/// The longest that a change waits for others.
const PATIENCE: Duration = Duration::from_millis(300);

/// The longest that a change waits while git is at work, or while changes come by the hundreds.
const LONG_PATIENCE: Duration = Duration::from_secs(2);

/// From this many changes on there are more to come: a branch switch, an unpacked archive.
const MANY: usize = 100;

/// Time between two progress messages.
const PROGRESS: Duration = Duration::from_millis(50);

/// The first partial state of the first round comes after this time.
const FIRST_PARTIAL: Duration = Duration::from_millis(400);

/// Reading goes on at least this many times as long as the last partial state took to make.
const PARTIAL_SHARE: u32 = 10;

/// How long nothing must happen before the cache is written again.
const CACHE_QUIET: Duration = Duration::from_secs(3);

/// Time between two looks at everything where nothing tells of changes, and what part of the time they may take.
const POLL: Duration = Duration::from_secs(2);
const POLL_SHARE: u32 = 20;

/// Time between two looks at whether there are new commits. Nothing tells of them: a commit need not touch the work tree, and
/// where `HEAD` and its branch are kept depends on the kind of repository.
const HEAD_LOOK: Duration = Duration::from_secs(1);

/// A round that reads more files than this tells of its progress.
const WORTH_PROGRESS: usize = 50;

/// What the thread is told.
pub enum Command {
    /// To look at everything again.
    Rescan,
    /// What the commits say, read meanwhile.
    History(Arc<Log>),
    /// By the file system.
    Noticed(notify::Result<notify::Event>),
    /// To end.
    Stop,
}

/// How the thread is connected.
pub struct Channels {
    /// For the watch to send to.
    pub commands: Sender<Command>,
    /// What arrives.
    pub inbox: Receiver<Command>,
    /// To the owner.
    pub outbox: Sender<Message>,
    /// Set when nobody wants to know any more.
    pub stop: Arc<AtomicBool>,
}

impl Channels {
    fn send(&self, message: Message) {
        if self.outbox.send(message).is_err() {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// The thread. Ends when it is told to, or after a failure that it has reported.
pub fn run(root: &Path, options: &Options, channels: &Channels) {
    let work = || {
        let (state, warning) = State::open(root, options)?;
        if let Some(warning) = warning {
            channels.send(Message::Warning(warning));
        }
        Live::new(state, channels).go(options)
    };
    // A fault must not leave the owner waiting for ever.
    let failure = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => return,
        Ok(Err(error)) => format!("{error:#}"),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
            format!("indexing broke off by a fault of transom: {said}")
        }
    };
    channels.send(Message::Failed(failure));
}

struct Live<'c> {
    state: State,
    channels: &'c Channels,
    watch: Option<Watch>,
    /// Look at everything that often, since nothing tells of changes.
    poll: Option<Duration>,
    revision: u64,
    last: Fingerprints,
    /// Start of the running round.
    started: Instant,
    /// Whether the state differs from what the cache holds.
    unsaved: bool,
    /// The newest commit of which the history was asked for.
    head: Option<git::Id>,
    /// Whether commits are being read.
    is_reading_history: Arc<AtomicBool>,
    /// Whether commits were read that the last state does not know.
    has_new_log: bool,
    /// Set by the thread that could not write the cache: the owner is told once.
    cache_failed: Arc<AtomicBool>,
}

impl<'c> Live<'c> {
    fn new(state: State, channels: &'c Channels) -> Self {
        Self {
            state,
            channels,
            watch: None,
            poll: None,
            revision: 0,
            last: Fingerprints::default(),
            started: Instant::now(),
            unsaved: false,
            head: None,
            is_reading_history: Arc::default(),
            has_new_log: false,
            cache_failed: Arc::default(),
        }
    }

    fn go(&mut self, options: &Options) -> anyhow::Result<()> {
        self.first_round(options.watch)?;
        if options.watch {
            self.look_at_head(options);
        }
        while let Some(batch) = self.wait(options) {
            if let Some(why) = &batch.lost {
                self.lose_watch(why);
            }
            if let Err(error) = self.refresh(&batch) {
                self.channels.send(Message::Failed(format!("{error:#}")));
                if !self.wait_for_root() {
                    break;
                }
            }
        }
        Ok(())
    }

    fn first_round(&mut self, watch: bool) -> anyhow::Result<()> {
        self.progress(Stage::Walking, &Counters::default(), &[]);
        let pending = self.state.walk(Scope::default(), &BTreeSet::new())?;
        let requests = self.state.read_manifests(pending.requests);
        let tree = self.state.build_tree();
        self.publish(tree, false, None);
        let (requests, known) = self.state.recall(requests);
        let root = self.state.root.clone();
        let directories = self.state.store.directories.clone();
        let commands = self.channels.commands.clone();
        // Watches are set while files are read: on a large tree that takes a while.
        let watched = std::thread::scope(|scope| {
            let watching = watch.then(|| {
                scope.spawn(move || {
                    Watch::start(&root, &directories, move |event| {
                        // Fails only when the thread has ended.
                        let _ = commands.send(Command::Noticed(event));
                    })
                })
            });
            self.read(requests, &known, true);
            self.complete(None);
            watching.map(|thread| thread.join().unwrap_or_else(|_| Err("the watch could not be set up".to_owned())))
        });
        self.save();
        match watched {
            None => {}
            Some(Ok(watch)) => {
                self.watch = Some(watch);
                // What changed between the walk and the watch was not noticed.
                self.refresh(&Batch { deep: BTreeSet::from([String::new()]), ..Batch::new() })?;
            }
            Some(Err(why)) => self.lose_watch(&why),
        }
        Ok(())
    }

    /// Has the commits read where there are other ones than those that were read.
    fn look_at_head(&mut self, options: &Options) {
        let now = git::Repository::open(&self.state.root).and_then(|repository| repository.resolve("HEAD"));
        let now = now.ok().map(|revision| revision.id);
        if now != self.head && now.is_some() && !self.is_reading_history.swap(true, Ordering::Relaxed) {
            self.head = now;
            self.read_history(options);
        }
    }

    /// Reads the commits without keeping anybody waiting: with half the processors, in a pool of their own, since in the
    /// common one a save would wait until thousands of commits are read. Where there are none, the components have no
    /// history.
    fn read_history(&self, options: &Options) {
        let (root, options, commands) = (self.state.root.clone(), options.clone(), self.channels.commands.clone());
        let is_reading = self.is_reading_history.clone();
        std::thread::spawn(move || {
            let read = || history(&root, &options);
            let threads = std::thread::available_parallelism().map_or(1, |all| all.get().div_ceil(2));
            let log = match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
                Ok(pool) => pool.install(read),
                Err(_) => read(),
            };
            is_reading.store(false, Ordering::Relaxed);
            if let Ok(log) = log {
                // Fails only when the indexer has ended.
                let _ = commands.send(Command::History(log));
            }
        });
    }

    /// Waits for the next batch; none when it is time to end.
    fn wait(&mut self, options: &Options) -> Option<Batch> {
        let mut idle = Instant::now();
        loop {
            if std::mem::take(&mut self.has_new_log) {
                self.complete(None);
            }
            let received = match options.watch || self.unsaved {
                true => self.channels.inbox.recv_timeout(self.poll.unwrap_or(HEAD_LOOK).min(HEAD_LOOK)),
                false => self.channels.inbox.recv().map_err(RecvTimeoutError::from),
            };
            if self.channels.is_stopped() {
                return None;
            }
            match received {
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    if options.watch {
                        self.look_at_head(options);
                    }
                    if idle.elapsed() >= CACHE_QUIET {
                        self.save();
                    }
                    if self.poll.is_some_and(|poll| idle.elapsed() >= poll) {
                        return Some(Batch { deep: BTreeSet::from([String::new()]), ..Batch::new() });
                    }
                }
                Ok(command) => {
                    idle = Instant::now();
                    let mut batch = Batch::new();
                    self.take(command, &mut batch);
                    if !batch.is_empty() && self.gather(&mut batch) {
                        return Some(batch);
                    }
                }
            }
        }
    }

    /// Adds what follows soon; false when it is time to end.
    fn gather(&mut self, batch: &mut Batch) -> bool {
        let lock = self.state.root.join(".git/index.lock");
        loop {
            let is_busy = lock.symlink_metadata().is_ok();
            let patience = if is_busy || batch.len() > MANY { LONG_PATIENCE } else { PATIENCE };
            let left = patience.saturating_sub(batch.first.elapsed());
            if left.is_zero() {
                return !self.channels.is_stopped();
            }
            match self.channels.inbox.recv_timeout(QUIET.min(left)) {
                Ok(command) => self.take(command, batch),
                Err(RecvTimeoutError::Timeout) if is_busy => {}
                Err(RecvTimeoutError::Timeout) => return !self.channels.is_stopped(),
                Err(RecvTimeoutError::Disconnected) => return false,
            }
            if self.channels.is_stopped() {
                return false;
            }
        }
    }

    fn take(&mut self, command: Command, batch: &mut Batch) {
        match command {
            Command::Rescan => batch.rescan = true,
            Command::History(log) => {
                self.state.log = Some(log);
                self.has_new_log = true;
            }
            Command::Noticed(event) => batch.add(event, &self.state.root, &self.state.store),
            // The flag that is set with it ends the loop.
            Command::Stop => {}
        }
    }

    /// Brings everything up to date with a batch of changes.
    fn refresh(&mut self, batch: &Batch) -> anyhow::Result<()> {
        self.started = batch.first;
        self.state.timings = Timings::default();
        self.state.parsed = 0;
        let requests = self.changed_files(batch)?;
        let known = if requests.len() > 1 { self.state.store.known() } else { Known::default() };
        self.read(requests, &known, false);
        if self.channels.is_stopped() {
            return Ok(());
        }
        let files = self.state.store.take_changes();
        if !files.is_empty() {
            let change = Change {
                files_added: files.added,
                files_changed: files.changed,
                files_removed: files.removed,
                ..Change::default()
            };
            self.complete(Some(change));
            self.unsaved = true;
        }
        Ok(())
    }

    /// Looks at the directories of a batch; the files that have to be read.
    fn changed_files(&mut self, batch: &Batch) -> anyhow::Result<Vec<Request>> {
        let started = Instant::now();
        let forgotten = if batch.rescan {
            std::mem::take(&mut self.state.store.directories)
        } else {
            self.state.store.forget(&batch.replaced)
        };
        if let Some(watch) = &mut self.watch {
            watch.leave(&forgotten);
        }
        if !batch.rescan && batch.shallow.is_empty() && batch.deep.is_empty() && forgotten.is_empty() {
            return Ok(self.state.store.recheck(&batch.modified));
        }
        let mut shallow = batch.shallow.clone();
        let mut deep = batch.deep.clone();
        let mut requests: BTreeMap<Arc<str>, Request> = BTreeMap::new();
        // A directory that is new is listed once more after it is watched: nothing tells of what came in between.
        loop {
            let known = self.state.store.directories.clone();
            let pending = self.state.walk(Scope { known, shallow, deep }, &batch.modified)?;
            requests.extend(pending.requests.into_iter().map(|request| (request.path.clone(), request)));
            if let Some(watch) = &mut self.watch {
                watch.leave(&pending.vanished);
                if let Err(why) = watch.follow(&pending.appeared) {
                    self.lose_watch(&why);
                }
            }
            if pending.appeared.is_empty() || self.watch.is_none() || self.channels.is_stopped() {
                break;
            }
            shallow = pending.appeared.iter().map(|directory| directory.to_string()).collect();
            deep = BTreeSet::new();
        }
        if let Some(poll) = &mut self.poll {
            *poll = POLL.max(started.elapsed() * POLL_SHARE);
        }
        Ok(requests.into_values().collect())
    }

    /// Reads files on all threads, and meanwhile tells how far it is and, if `partial`, publishes what is known by then.
    fn read(&mut self, mut requests: Vec<Request>, known: &Known, partial: bool) {
        let started = Instant::now();
        largest_first(&mut requests);
        let counters = Counters { stop: self.channels.stop.clone(), ..Counters::default() };
        let root = self.state.root.clone();
        let (results, loaded) = crossbeam_channel::unbounded();
        std::thread::scope(|scope| {
            let (requests, counters) = (&requests, &counters);
            scope.spawn(move || load_all(&Origin::WorkTree(&root), requests, known, counters, &results));
            let (mut told, mut interval, mut published) = (started, FIRST_PARTIAL, started);
            loop {
                match loaded.recv_timeout(PROGRESS) {
                    Ok((index, loaded)) => self.state.put(&requests[index], loaded),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
                if requests.len() > WORTH_PROGRESS && told.elapsed() >= PROGRESS {
                    self.progress(Stage::Parsing, counters, requests);
                    told = Instant::now();
                }
                if partial && published.elapsed() >= interval {
                    let making = Instant::now();
                    let built = self.state.build();
                    self.publish(built, false, None);
                    interval = (interval * 2).max(making.elapsed() * PARTIAL_SHARE);
                    published = Instant::now();
                }
            }
            if requests.len() > WORTH_PROGRESS {
                self.progress(Stage::Resolving, counters, requests);
            }
        });
        self.state.timings.parse += started.elapsed();
    }

    /// Makes and publishes a complete state. `change` is none for the first.
    fn complete(&mut self, change: Option<Change>) {
        if self.channels.is_stopped() {
            return;
        }
        let mut built = self.state.build();
        let now = Fingerprints::of(&built.snapshot, &built.analysis);
        if change.is_none() {
            // Everything is new in the first round, which is nobody's change.
            self.state.store.take_changes();
        }
        let change = change.map(|change| Change {
            edges_gained: now.edges_beyond(&self.last),
            edges_lost: self.last.edges_beyond(&now),
            cycles_gained: now.cycles_beyond(&self.last),
            cycles_lost: self.last.cycles_beyond(&now),
            elapsed: self.started.elapsed(),
            ..change
        });
        self.last = now;
        built.report.timings.total = self.started.elapsed();
        self.publish(built, true, change);
        self.progress(Stage::Ready, &Counters::default(), &[]);
    }

    fn publish(&mut self, built: Built, complete: bool, change: Option<Change>) {
        self.revision += 1;
        self.channels.send(Message::Update(Update {
            revision: self.revision,
            snapshot: built.snapshot,
            analysis: built.analysis,
            complete,
            change,
            report: Arc::new(built.report),
        }));
    }

    fn progress(&self, stage: Stage, counters: &Counters, requests: &[Request]) {
        self.channels.send(Message::Progress(Progress {
            stage,
            files_done: counters.files.load(Ordering::Relaxed),
            files_total: requests.len(),
            bytes_done: counters.bytes.load(Ordering::Relaxed),
            bytes_total: requests.iter().map(|request| request.size).sum(),
            elapsed: self.started.elapsed(),
        }));
    }

    /// Writes the cache without keeping anybody waiting.
    fn save(&mut self) {
        self.unsaved = false;
        if self.cache_failed.load(Ordering::Relaxed) {
            return;
        }
        let Some((cache, records)) = self.state.take_unsaved() else { return };
        let (outbox, failed) = (self.channels.outbox.clone(), self.cache_failed.clone());
        std::thread::spawn(move || {
            if let Err(error) = cache.save(&records)
                && !failed.swap(true, Ordering::Relaxed)
            {
                // Nobody may be there to be told any more.
                let _ = outbox.send(Message::Warning(format!("nothing is kept for the next start: {error}")));
            }
        });
    }

    fn lose_watch(&mut self, why: &str) {
        self.watch = None;
        if self.poll.is_none() {
            self.poll = Some(POLL);
            let seconds = POLL.as_secs();
            let message = format!("{why}; all files are compared every {seconds} seconds or more instead");
            self.channels.send(Message::Warning(message));
        }
    }

    /// Waits until a root that was lost is there again, with everything to be looked at; false when it is time to end.
    fn wait_for_root(&mut self) -> bool {
        loop {
            match self.channels.inbox.recv_timeout(POLL) {
                Err(RecvTimeoutError::Disconnected) => return false,
                _ if self.channels.is_stopped() => return false,
                _ if check_root(&self.state.root).is_ok() => {
                    // Fails only when the thread has ended.
                    let _ = self.channels.commands.send(Command::Rescan);
                    return true;
                }
                _ => {}
            }
        }
    }
}
