use std::path::{Path, PathBuf};

use transom::index::{Indexed, Options, index_and_report};

use super::{picture, plain, write};

struct Project {
    root: tempfile::TempDir,
    cache: tempfile::TempDir,
}

impl Project {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for index in 0..300 {
            let text = format!("import m{}\n\ndef f{index}():\n    return m{}.x\n", index / 2, index / 2);
            write(root.path(), &[(&format!("m{index}.py"), &text)]);
        }
        // Two files of the same content share their facts.
        write(root.path(), &[("same/a.py", "import m1\n"), ("same/b.py", "import m1\n")]);
        Self { root, cache: tempfile::tempdir().unwrap() }
    }

    fn index(&self) -> Indexed {
        let options =
            Options { cache: true, cache_directory: Some(self.cache.path().to_owned()), ..Options::default() };
        index_and_report(self.root.path(), &options).unwrap()
    }

    fn cache_file(&self) -> PathBuf {
        let mut files = self.cache.path().read_dir().unwrap().map(|entry| entry.unwrap().path());
        let file = files.next().expect("a cache file");
        assert!(files.next().is_none(), "nothing but the cache file is left behind");
        file
    }

    fn fresh(&self) -> Vec<String> {
        picture(&index_and_report(self.root.path(), &plain()).unwrap().snapshot)
    }
}

#[test]
fn the_second_start_parses_nothing() {
    let project = Project::new();
    let first = project.index();
    assert_eq!((first.report.parsed, first.report.cached), (302, 0));
    let second = project.index();
    assert_eq!((second.report.parsed, second.report.cached), (0, 302));
    assert_eq!(picture(&first.snapshot), picture(&second.snapshot));
}

#[test]
fn only_what_changed_is_parsed_and_what_is_gone_is_dropped() {
    let project = Project::new();
    project.index();
    let size = || project.cache_file().metadata().unwrap().len();
    let before = size();
    // The same number of bytes, at once after the file was written: the times alone need not tell.
    write(project.root.path(), &[("m7.py", "import m9\n\ndef f7():\n    return m9.x\n")]);
    let indexed = project.index();
    assert_eq!(indexed.report.parsed, 1);
    assert_eq!(picture(&indexed.snapshot), project.fresh());
    for index in 100..300 {
        std::fs::remove_file(project.root.path().join(format!("m{index}.py"))).unwrap();
    }
    let indexed = project.index();
    assert_eq!(picture(&indexed.snapshot), project.fresh());
    assert!(size() < before / 2, "{} of {before}", size());
}

#[test]
fn a_cache_that_is_damaged_in_any_place_is_as_if_it_were_not_there() {
    let project = Project::new();
    project.index();
    let whole = std::fs::read(project.cache_file()).unwrap();
    let expected = project.fresh();
    let check = |bytes: &[u8], what: &str| {
        std::fs::write(project.cache_file(), bytes).unwrap();
        assert_eq!(picture(&project.index().snapshot), expected, "{what}");
    };
    for step in 0..16 {
        let at = whole.len() * step / 16;
        check(&whole[..at], &format!("cut at {at}"));
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        check(&damaged, &format!("changed at {at}"));
    }
    check(b"", "empty");
    check(&[whole.clone(), whole].concat(), "twice");
}

#[test]
fn the_cache_of_another_root_is_not_used() {
    let (project, other) = (Project::new(), Project::new());
    project.index();
    other.index();
    std::fs::copy(project.cache_file(), other.cache_file()).unwrap();
    assert_eq!(other.index().report.parsed, 302);
}

#[test]
fn where_nothing_can_be_written_the_work_goes_on() {
    let project = Project::new();
    let blocked = project.cache.path().join("file");
    std::fs::write(&blocked, "").unwrap();
    let options = Options { cache: true, cache_directory: Some(blocked.join("below")), ..Options::default() };
    let indexed = index_and_report(project.root.path(), &options).unwrap();
    assert_eq!(indexed.report.parsed, 302);
    assert!(indexed.warning.is_some_and(|warning| warning.starts_with("nothing is kept")));
}

#[test]
fn without_a_cache_nothing_is_written() {
    let project = Project::new();
    let options = Options { cache: false, cache_directory: Some(project.cache.path().to_owned()), ..plain() };
    index_and_report(project.root.path(), &options).unwrap();
    assert!(is_empty(project.cache.path()));
}

fn is_empty(directory: &Path) -> bool {
    directory.read_dir().unwrap().next().is_none()
}
