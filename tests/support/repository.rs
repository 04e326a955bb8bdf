//! Git repositories, made without a git program.

use std::fs;
use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::objs::tree::EntryKind;
use tempfile::TempDir;

/// A repository with a work tree in a new folder, which goes when the value does. Commits are a minute apart and always
/// by the same author, so that equal steps give equal ids.
pub struct Repository {
    folder: TempDir,
    pub git: gix::Repository,
    commits: i64,
}

impl Repository {
    /// An empty one.
    pub fn new() -> Self {
        Self::with_hash(None)
    }

    /// An empty one whose objects are named by another hash.
    pub fn with_hash(object_hash: Option<gix::hash::Kind>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let create = gix::create::Options { object_hash, ..Default::default() };
        let kind = gix::create::Kind::WithWorktree;
        let options = gix::open::Options::isolated().config_overrides(["init.defaultBranch=main"]);
        let git = gix::ThreadSafeRepository::init_opts(folder.path(), kind, create, options).expect("a repository");
        Self { folder, git: git.to_thread_local(), commits: 0 }
    }

    /// One with a commit of these files.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut made = Self::new();
        for (path, text) in files {
            made.write(path, text);
        }
        made.commit("first");
        made
    }

    /// The work tree.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file of the work tree.
    pub fn write(&self, path: &str, text: &str) {
        super::write(self.path(), path, text);
    }

    /// Removes a file or a folder from the work tree.
    pub fn remove(&self, path: &str) {
        let path = self.path().join(path);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("gone");
    }

    /// Renames a file of the work tree.
    pub fn rename(&self, from: &str, to: &str) {
        let to = self.path().join(to);
        fs::create_dir_all(to.parent().expect("a folder")).expect("folders");
        fs::rename(self.path().join(from), to).expect("renamed");
    }

    /// Commits the whole work tree on the current branch, ignored files and all, and brings the index to the same state.
    pub fn commit(&mut self, message: &str) -> ObjectId {
        let parents: Vec<ObjectId> = self.git.head_id().map(|id| id.detach()).into_iter().collect();
        self.commit_on("HEAD", message, parents)
    }

    /// As [`Self::commit`], on any reference and with any parents.
    pub fn commit_on(&mut self, reference: &str, message: &str, parents: Vec<ObjectId>) -> ObjectId {
        let mut tree = self.git.empty_tree().edit().expect("an editor");
        for (path, kind) in self.files() {
            let full = self.path().join(&path);
            let bytes = match kind {
                EntryKind::Link => fs::read_link(&full).expect("a link").into_os_string().into_encoded_bytes(),
                _ => fs::read(&full).expect("a file"),
            };
            let blob = self.git.write_blob(bytes).expect("a blob");
            tree.upsert(path.to_str().expect("UTF-8"), kind, blob).expect("an entry");
        }
        let tree = tree.write().expect("a tree").detach();
        self.write_index(tree);
        self.commits += 1;
        let seconds = 1_600_000_000 + self.commits * 60;
        let author = gix::actor::SignatureRef {
            name: "Ada".into(),
            email: "ada@example.com".into(),
            time: &format!("{seconds} +0000"),
        };
        self.git.commit_as(author, author, reference, message, tree, parents).expect("a commit").detach()
    }

    /// Names a commit by a reference, such as `tags/v1`.
    pub fn name(&self, reference: &str, commit: ObjectId) {
        super::write(self.path(), &format!(".git/refs/{reference}"), &format!("{commit}\n"));
    }

    fn write_index(&self, tree: ObjectId) {
        let any_name =
            gix::validate::path::component::Options { protect_windows: false, protect_hfs: false, protect_ntfs: false };
        let state = gix::index::State::from_tree(&tree, &self.git.objects, any_name).expect("an index");
        let mut index = gix::index::File::from_state(state, self.git.index_path());
        index.write(Default::default()).expect("an index file");
    }

    /// The files and links of the work tree, with what git calls them.
    fn files(&self) -> Vec<(PathBuf, EntryKind)> {
        let mut found = Vec::new();
        let mut left = vec![self.path().to_owned()];
        while let Some(folder) = left.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let entry = entry.expect("an entry");
                let kind = entry.file_type().expect("a kind");
                let path = entry.path();
                if entry.file_name() == ".git" {
                    continue;
                }
                if kind.is_dir() {
                    left.push(path);
                } else {
                    let kind = if kind.is_symlink() { EntryKind::Link } else { EntryKind::Blob };
                    found.push((path.strip_prefix(self.path()).expect("inside").to_owned(), kind));
                }
            }
        }
        found
    }
}
