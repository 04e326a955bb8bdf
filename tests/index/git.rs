//! What is read from git repositories of every kind, and what is said where something cannot be.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use transom::index::git::{EntryKind, Error, Layout, Repository};

use crate::support;
use crate::support::repository::Repository as Made;

fn open(path: &Path) -> Repository {
    Repository::open(path).unwrap_or_else(|error| panic!("{error}"))
}

fn error(path: &Path, revision: &str) -> String {
    let found = Repository::open(path).and_then(|repository| repository.resolve(revision).map(drop));
    found.expect_err("no revision").to_string().replace(&path.display().to_string(), "PATH")
}

fn paths(repository: &Repository, revision: &str) -> Vec<String> {
    let revision = repository.resolve(revision).unwrap();
    let files = repository.objects().files(&revision).unwrap();
    files.into_iter().map(|file| file.path.to_string()).collect()
}

#[test]
fn a_revision_holds_the_files_below_the_directory() {
    let mut made = Made::of([("a.py", "x = 1\n"), ("b/c.py", ""), ("b/d/e.py", "y = 2\n"), ("b.py", "")]);
    made.write("b/f.py", "");
    made.commit("second");
    let whole = open(made.path());
    assert_eq!(whole.layout(), Layout::Checkout);
    assert_eq!(paths(&whole, "HEAD~1"), ["a.py", "b.py", "b/c.py", "b/d/e.py"]);
    let part = open(&made.path().join("b"));
    assert_eq!(paths(&part, "HEAD"), ["c.py", "d/e.py", "f.py"]);
    let objects = part.objects();
    let files = objects.files(&part.resolve("HEAD").unwrap()).unwrap();
    assert_eq!(objects.blob(files[1].id, 100).unwrap().as_deref(), Some(&b"y = 2\n"[..]));
    assert_eq!(objects.blob(files[1].id, 5).unwrap(), None, "larger than the limit");
}

#[test]
fn what_is_missing_is_said_in_one_line() {
    let bare_folder = support::project([("a.py", "")]);
    assert_eq!(error(bare_folder.path(), "HEAD"), "PATH: not in a git repository (there is no .git here or above)");
    let empty = Made::new();
    assert_eq!(error(empty.path(), "HEAD"), "HEAD: there is no commit yet");
    assert_eq!(error(empty.path(), "other"), "other: no such revision");
    let made = Made::of([("a.py", "x = 1\n")]);
    assert_eq!(error(made.path(), "nope"), "nope: no such revision");
    assert_eq!(error(made.path(), "HEAD:a.py"), "HEAD:a.py: is a blob, not a commit");
    assert_eq!(error(made.path(), "HEAD^{tree}"), "HEAD^{tree}: is a tree, not a commit");
    let inside = made.path().join(".git/refs");
    assert_eq!(error(&inside, "HEAD"), "PATH: inside the data of a git repository; give the directory of a work tree");
    made.write("new/b.py", "");
    let part = open(&made.path().join("new"));
    let none = part.objects().files(&part.resolve("HEAD").unwrap()).unwrap_err();
    assert_eq!(none.to_string(), "HEAD: has no directory new");
}

#[test]
fn objects_that_are_missing_or_damaged_are_named() {
    let made = Made::of([("a.py", "x = 1\n")]);
    let repository = open(made.path());
    let file = repository.objects().files(&repository.resolve("HEAD").unwrap()).unwrap().remove(0);
    let id = file.id.to_string();
    let path = made.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
    fs::remove_file(&path).unwrap();
    let missing = repository.objects().blob(file.id, 100).unwrap_err();
    assert_eq!(missing.to_string(), format!("object {id} is missing"));
    fs::write(&path, "no object").unwrap();
    let damaged = open(made.path()).objects().blob(file.id, 100).unwrap_err();
    assert!(matches!(damaged, Error::Corrupt(_)), "{damaged}");
    assert!(!damaged.to_string().contains('\n'), "{damaged}");
}

#[test]
fn a_detached_head_is_a_revision_like_any_other() {
    let mut made = Made::of([("a.py", "")]);
    let first = made.git.head_id().unwrap().to_string();
    made.write("b.py", "");
    made.commit("second");
    fs::write(made.path().join(".git/HEAD"), format!("{first}\n")).unwrap();
    let repository = open(made.path());
    assert!(repository.is_detached());
    assert_eq!(paths(&repository, "HEAD"), ["a.py"]);
    assert_eq!(repository.base().unwrap().branch.as_deref(), Some("main"));
}

#[test]
fn a_bare_repository_has_revisions_too() {
    let made = Made::of([("a.py", "")]);
    let folder = tempfile::tempdir().unwrap();
    let bare = folder.path().join("project.git");
    fs::rename(made.path().join(".git"), &bare).unwrap();
    let config = fs::read_to_string(bare.join("config")).unwrap();
    fs::write(bare.join("config"), config.replace("bare = false", "bare = true")).unwrap();
    let repository = open(&bare);
    assert_eq!(repository.layout(), Layout::Bare);
    assert_eq!(paths(&repository, "main"), ["a.py"]);
    assert!(matches!(Repository::open(&bare.join("refs")), Err(Error::InsideGit(_))));
}

#[test]
fn objects_named_by_sha256_are_read() {
    let mut made = Made::with_hash(Some(gix::hash::Kind::Sha256));
    made.write("a.py", "x = 1\n");
    assert_eq!(made.commit("first").to_string().len(), 64);
    assert_eq!(paths(&open(made.path()), "HEAD"), ["a.py"]);
}

#[test]
fn a_linked_work_tree_shares_the_objects() {
    let made = Made::of([("a.py", "")]);
    let other = tempfile::tempdir().unwrap();
    let data = made.path().join(".git/worktrees/other");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    fs::write(data.join("commondir"), "../..\n").unwrap();
    fs::write(data.join("gitdir"), format!("{}\n", other.path().join(".git").display())).unwrap();
    fs::write(other.path().join(".git"), format!("gitdir: {}\n", data.display())).unwrap();
    let repository = open(other.path());
    assert_eq!(repository.layout(), Layout::LinkedWorkTree);
    assert_eq!(paths(&repository, "HEAD"), ["a.py"]);
}

#[test]
fn a_submodule_is_a_repository_of_its_own() {
    let inner = Made::of([("in.py", "")]);
    let outer = Made::of([("out.py", "")]);
    fs::create_dir_all(outer.path().join(".git/modules")).unwrap();
    let data = outer.path().join(".git/modules/sub");
    fs::rename(inner.path().join(".git"), &data).unwrap();
    let config = fs::read_to_string(data.join("config")).unwrap();
    fs::write(data.join("config"), config.replace("[core]", "[core]\n\tworktree = ../../../sub")).unwrap();
    outer.write("sub/.git", "gitdir: ../.git/modules/sub\n");
    let repository = open(&outer.path().join("sub"));
    assert_eq!(repository.layout(), Layout::Submodule);
    assert_eq!(paths(&repository, "HEAD"), ["in.py"]);
    assert_eq!(paths(&open(outer.path()), "HEAD"), ["out.py"]);
}

#[test]
fn a_shallow_history_ends_where_it_was_cut() {
    let mut made = Made::of([("a.py", "1")]);
    let first = made.git.head_id().unwrap().detach();
    made.write("a.py", "2");
    let second = made.commit("second");
    made.write("a.py", "3");
    made.commit("third");
    let id = first.to_string();
    fs::remove_file(made.path().join(".git/objects").join(&id[..2]).join(&id[2..])).unwrap();
    fs::write(made.path().join(".git/shallow"), format!("{second}\n")).unwrap();
    let repository = open(made.path());
    assert!(repository.is_shallow());
    let mut seen = Vec::new();
    let head = repository.resolve("HEAD").unwrap();
    repository
        .walk(&head, |commit| {
            seen.push((commit.message, commit.parents.len()));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(seen, [("third".to_owned(), 1), ("second".to_owned(), 0)]);
    assert!(error(made.path(), "HEAD~2").starts_with("HEAD~2: no such revision; this is a shallow clone"));
}

#[test]
fn the_base_is_where_the_work_parted_from_the_main_branch() {
    let mut made = Made::of([("a.py", "1")]);
    let parted = made.git.head_id().unwrap().detach();
    assert_eq!(open(made.path()).base().unwrap().revision.id.to_string(), parted.to_string());
    made.write("a.py", "main");
    made.commit_on("refs/heads/main", "on main", vec![parted]);
    made.write("a.py", "work");
    made.commit_on("refs/heads/work", "on work", vec![parted]);
    fs::write(made.path().join(".git/HEAD"), "ref: refs/heads/work\n").unwrap();
    let base = open(made.path()).base().unwrap();
    assert_eq!((base.revision.id.to_string(), base.branch.as_deref()), (parted.to_string(), Some("main")));
    // What the remote calls its main branch comes before the names by custom.
    let work = made.git.head_id().unwrap().detach();
    made.name("remotes/origin/develop", work);
    fs::write(made.path().join(".git/refs/remotes/origin/HEAD"), "ref: refs/remotes/origin/develop\n").unwrap();
    let base = open(made.path()).base().unwrap();
    assert_eq!((base.revision.id.to_string(), base.branch.as_deref()), (work.to_string(), Some("origin/develop")));
}

#[test]
fn renamed_files_are_followed_by_content() {
    let long: String = (0..40).map(|line| format!("line {line}\n")).collect();
    let mut made = Made::of([("kept.py", "1\n"), ("same.py", "equal\n"), ("like.py", &long), ("gone.py", "other\n")]);
    let old = made.git.head_commit().unwrap().tree_id().unwrap().to_string().parse().unwrap();
    made.rename("same.py", "moved/same.py");
    made.remove("like.py");
    made.write("moved/like.py", &long.replace("line 7\n", "line seven\n"));
    made.remove("gone.py");
    made.write("new.py", "nothing like it\n");
    made.commit("moved");
    let new = made.git.head_commit().unwrap().tree_id().unwrap().to_string().parse().unwrap();
    let repository = open(made.path());
    let changes = repository.differ().changes(Some(old), new).unwrap();
    let shown: Vec<(Option<&str>, Option<&str>)> = changes
        .iter()
        .map(|change| (change.before.as_ref().map(|file| &*file.0), change.after.as_ref().map(|file| &*file.0)))
        .collect();
    assert_eq!(
        shown,
        [
            (None, Some("new.py")),
            (Some("gone.py"), None),
            (Some("like.py"), Some("moved/like.py")),
            (Some("same.py"), Some("moved/same.py")),
        ]
    );
}

#[test]
fn names_that_no_checkout_could_have_are_left_out() {
    let made = Made::of([("a.py", "x = 1\n")]);
    let blob = made.git.write_blob("x").unwrap().detach();
    // Written byte by byte: the library would refuse to.
    let mut bytes = Vec::new();
    for name in ["..", "a.py", "a.py", "b/../../c", "."] {
        bytes.extend_from_slice(format!("100644 {name}\0").as_bytes());
        bytes.extend_from_slice(blob.as_slice());
    }
    let tree = gix::objs::Write::write_buf(&made.git.objects, gix::objs::Kind::Tree, &bytes).unwrap();
    let repository = open(made.path());
    let entries = repository.objects().directory(tree.to_string().parse().unwrap()).unwrap();
    let names: Vec<(&str, EntryKind)> = entries.iter().map(|entry| (entry.name.as_str(), entry.kind)).collect();
    assert_eq!(names, [("a.py", EntryKind::File)]);
}

#[test]
fn trees_that_hold_each_other_many_times_over_are_refused() {
    let made = Made::of([("a.py", "x = 1\n")]);
    let mut entry = made.git.head_tree().unwrap().decode().unwrap().to_owned().entries[0].clone();
    for _ in 0..3 {
        let named = |index: usize| gix::objs::tree::Entry { filename: format!("{index:04}").into(), ..entry.clone() };
        let tree = gix::objs::Tree { entries: (0..2000).map(named).collect() };
        entry.oid = made.git.write_object(tree).unwrap().detach();
        entry.mode = gix::objs::tree::EntryKind::Tree.into();
    }
    let author = gix::actor::SignatureRef { name: "A".into(), email: "a@b".into(), time: "1 +0000" };
    let parents: [gix::ObjectId; 0] = [];
    made.git.commit_as(author, author, "refs/heads/bomb", "bomb", entry.oid, parents).unwrap();
    let repository = open(made.path());
    let refused = repository.objects().files(&repository.resolve("bomb").unwrap()).unwrap_err();
    assert!(matches!(refused, Error::TooLarge(_)), "{refused}");
}
