//! A running indexer. Every wait is for a state, with a deadline; none is for a time.

use std::path::Path;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use transom::index::{Change, Indexer, Message, Options, Stage, Update, index_once};

use super::{files, picture, plain, write};
use crate::support::repository::Repository;

/// Far more than any of these waits takes.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// An indexer on a directory, with the last complete state.
pub struct Live {
    indexer: Indexer,
    messages: Receiver<Message>,
    pub last: Option<Update>,
}

impl Live {
    pub fn start(root: &Path) -> Self {
        let (indexer, messages) = Indexer::start(root.to_owned(), Options { watch: true, ..plain() });
        let mut live = Self { indexer, messages, last: None };
        live.wait(|_| true);
        live
    }

    /// Waits for a complete state of which something holds; that of the last one counts too.
    pub fn wait(&mut self, mut holds: impl FnMut(&Update) -> bool) -> &Update {
        let deadline = Instant::now() + DEADLINE;
        while !self.last.as_ref().is_some_and(&mut holds) {
            match self.messages.recv_deadline(deadline) {
                Ok(Message::Update(update)) if update.complete => self.last = Some(update),
                Ok(Message::Failed(why) | Message::Warning(why)) => panic!("{why}"),
                Ok(_) => {}
                Err(_) => panic!("not within {DEADLINE:?}; last: {:?}", self.last.as_ref().map(|last| last.change)),
            }
        }
        self.last.as_ref().expect("the loop ends with a state")
    }

    /// Waits until the state is the one that a fresh index has.
    pub fn settle(&mut self, root: &Path) {
        let fresh = index_once(root, &plain()).expect("a readable root");
        let expected = picture(&fresh);
        let deadline = Instant::now() + DEADLINE;
        while self.last.as_ref().is_none_or(|last| picture(&last.snapshot) != expected) {
            match self.messages.recv_deadline(deadline) {
                Ok(Message::Update(update)) if update.complete => self.last = Some(update),
                Ok(Message::Failed(why) | Message::Warning(why)) => panic!("{why}"),
                Ok(_) => {}
                Err(_) => {
                    let last = self.last.as_ref().map(|last| picture(&last.snapshot)).unwrap_or_default();
                    assert_eq!(last, expected, "not settled within {DEADLINE:?}");
                }
            }
        }
    }

    fn change(&mut self, holds: impl Fn(&Change) -> bool) -> Change {
        let wanted = |update: &Update| update.change.as_ref().is_some_and(&holds);
        self.wait(wanted).change.expect("it was looked at")
    }
}

#[test]
fn the_history_follows_a_commit_that_touches_no_file() {
    let mut made = Repository::of([("a.py", "x = 1\n")]);
    let path = made.path().to_owned();
    let mut live = Live::start(&path);
    let commits = |update: &Update| update.analysis.history().map_or(0, |history| history.log.commits.len());
    live.wait(|update| commits(update) == 1);
    made.commit("the same again");
    live.wait(|update| commits(update) == 2);
}

#[test]
fn the_tree_comes_first_and_the_whole_last() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &[("a.py", "import b\n"), ("b.py", "")]);
    let (_indexer, messages) = Indexer::start(root.path().to_owned(), plain());
    let mut updates = Vec::new();
    let mut stages = Vec::new();
    loop {
        match messages.recv_timeout(DEADLINE).unwrap() {
            Message::Update(update) => updates.push(update),
            Message::Progress(progress) => {
                stages.push(progress.stage);
                if progress.stage == Stage::Ready {
                    break;
                }
            }
            Message::Warning(why) | Message::Failed(why) => panic!("{why}"),
        }
    }
    assert_eq!(stages.first(), Some(&Stage::Walking));
    let (tree, whole) = (&updates[0], updates.last().unwrap());
    assert_eq!((tree.complete, files(&tree.snapshot), tree.snapshot.edges().len()), (false, files(&whole.snapshot), 0));
    assert!(whole.complete && whole.change.is_none() && whole.snapshot.edges().len() == 1);
    assert!(updates.windows(2).all(|pair| pair[0].revision < pair[1].revision));
}

#[test]
fn an_edit_is_counted() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &[("a.py", "import b\n"), ("b.py", ""), ("c.py", "")]);
    let mut live = Live::start(root.path());
    write(root.path(), &[("b.py", "import a\n")]);
    let change = live.change(|change| change.files_changed == 1);
    assert_eq!((change.edges_gained, change.edges_lost, change.cycles_gained, change.cycles_lost), (1, 0, 1, 0));
    write(root.path(), &[("b.py", "import c\n"), ("d/e.py", "import c\n")]);
    live.settle(root.path());
    std::fs::remove_file(root.path().join("c.py")).unwrap();
    let change = live.change(|change| change.files_removed == 1);
    assert!(change.edges_lost >= 1 && change.cycles_gained == 0);
    live.settle(root.path());
}

#[test]
fn a_save_without_a_change_and_ignored_files_tell_nothing() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &[(".gitignore", "*.log\n"), ("a.py", "import b\n"), ("b.py", "")]);
    let mut live = Live::start(root.path());
    let revision = live.last.as_ref().unwrap().revision;
    write(root.path(), &[("a.py", "import b\n"), ("x.log", "1")]);
    write(root.path(), &[("c.py", "")]);
    let update = live.wait(|update| update.change.is_some());
    assert_eq!(update.change.unwrap().files_changed, 0);
    assert_eq!(update.revision, revision + 1);
}

#[test]
fn editors_that_save_by_renaming() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &[("a.py", ""), ("b.py", "")]);
    let mut live = Live::start(root.path());
    for text in ["import b\n", "\nimport b\n", "\n\n\nimport b\n"] {
        write(root.path(), &[("a.py.tmp", text)]);
        std::fs::rename(root.path().join("a.py.tmp"), root.path().join("a.py")).unwrap();
        live.settle(root.path());
    }
}

#[test]
fn directories_are_renamed_removed_and_made_again() {
    let root = tempfile::tempdir().unwrap();
    let at = |path: &str| root.path().join(path);
    write(root.path(), &[("p/q/a.py", "from . import b\n"), ("p/q/b.py", ""), ("p/c.py", "import p.q.a\n")]);
    let mut live = Live::start(root.path());
    std::fs::rename(at("p"), at("r")).unwrap();
    live.settle(root.path());
    // The watch knows the directory by its new name.
    write(root.path(), &[("r/q/b.py", "from . import a\n")]);
    live.settle(root.path());
    std::fs::rename(at("r/q"), at("q")).unwrap();
    write(root.path(), &[("q/new.py", "from . import a\n")]);
    live.settle(root.path());
    std::fs::remove_dir_all(at("q")).unwrap();
    write(root.path(), &[("q/new.py", "")]);
    live.settle(root.path());
    write(root.path(), &[("q/new.py", "import r.c\n"), ("x/y/z/deep.py", "import r.c\n")]);
    live.settle(root.path());
}

#[test]
fn ignore_files_and_manifests_are_followed() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &[("a.py", "import b\n"), ("b.py", ""), ("sub/c.py", ""), ("sub/d/e.py", "")]);
    let mut live = Live::start(root.path());
    for text in ["sub/\n", "/b.py\nd\n", "!b.py\n", "*\n", ""] {
        write(root.path(), &[(".gitignore", text)]);
        live.settle(root.path());
    }
    write(root.path(), &[("sub/Cargo.toml", "[package]\nname = \"sub\"\nversion = \"0.1.0\"\n")]);
    live.settle(root.path());
    std::fs::remove_file(root.path().join(".gitignore")).unwrap();
    std::fs::remove_file(root.path().join("sub/Cargo.toml")).unwrap();
    live.settle(root.path());
}

#[test]
fn hundreds_of_files_change_at_once() {
    let root = tempfile::tempdir().unwrap();
    let revision = |number: usize| {
        for file in 0..400 {
            let text = format!("import m{}\n", (file + number) % 400);
            write(root.path(), &[(&format!("p{}/m{file}.py", file % 7 + number), &text)]);
        }
        if number > 0 {
            std::fs::remove_dir_all(root.path().join(format!("p{}", number - 1))).unwrap();
        }
    };
    revision(0);
    let mut live = Live::start(root.path());
    for number in 1..4 {
        revision(number);
        live.settle(root.path());
    }
}

#[test]
fn a_rescan_and_a_root_that_goes_and_comes_back() {
    let above = tempfile::tempdir().unwrap();
    let root = above.path().join("project");
    write(&root, &[("a.py", "import b\n"), ("b.py", "")]);
    let mut live = Live::start(&root);
    live.indexer.rescan();
    write(&root, &[("c.py", "import b\n")]);
    live.settle(&root);
    std::fs::remove_dir_all(&root).unwrap();
    let deadline = Instant::now() + DEADLINE;
    loop {
        match live.messages.recv_deadline(deadline).unwrap() {
            Message::Failed(why) => break assert!(why.contains("project"), "{why}"),
            Message::Update(_) | Message::Progress(_) | Message::Warning(_) => {}
        }
    }
    write(&root, &[("d.py", "import e\n"), ("e.py", "")]);
    let fresh = picture(&index_once(&root, &plain()).unwrap());
    live.wait(|update| picture(&update.snapshot) == fresh);
}

#[test]
fn dropping_the_indexer_ends_it() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &[("a.py", "")]);
    let live = Live::start(root.path());
    let Live { indexer, messages, .. } = live;
    drop(indexer);
    let deadline = Instant::now() + DEADLINE;
    loop {
        match messages.recv_deadline(deadline) {
            Ok(_) => {}
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => panic!("still running"),
        }
    }
}

#[test]
fn a_root_that_cannot_be_read_is_said_in_one_line() {
    let (_indexer, messages) = Indexer::start("/nonexistent/project".into(), plain());
    match messages.recv_timeout(DEADLINE).unwrap() {
        Message::Failed(why) => assert!(why.contains("/nonexistent/project") && !why.contains('\n'), "{why}"),
        _ => panic!("something else than a failure"),
    }
}
