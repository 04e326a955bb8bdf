//! The explorer on a repository: questions about revisions and commits.

use transom::config::Config;
use transom::tui::{Headless, Print, Session};

use crate::support::repository::Repository;

fn open(made: &Repository) -> Headless {
    let session = Session {
        size: (140, 40),
        cache: false,
        theme: Some("dark".to_owned()),
        no_color: false,
        config: Some(Config::default()),
        ..Session::new(made.path().to_owned())
    };
    Headless::open(&session).unwrap()
}

/// Keys in, a frame out.
fn after(explorer: &mut Headless, keys: &str) -> String {
    explorer.press(keys).unwrap();
    explorer.print(Print::Text)
}

/// Two files that need each other since the second commit; one of them has changed since.
fn tied() -> Repository {
    let mut made = Repository::of([("a.py", "import b\n"), ("b.py", "x = 1\n"), ("c.py", "import a\n")]);
    made.write("b.py", "import a\nx = 1\n");
    made.commit("tie them");
    made.write("c.py", "import a\nimport b\n");
    made
}

#[test]
fn a_query_about_a_revision_is_looked_up_when_it_is_asked() {
    let made = tied();
    let mut explorer = open(&made);
    let frame = after(&mut explorer, ":changed(HEAD)");
    assert!(frame.contains("query look up what changed"), "{frame}");
    let frame = after(&mut explorer, "<enter>");
    assert!(frame.contains("changed(HEAD) selects 1 component") && frame.contains("c.py"), "{frame}");
    // Known now, it counts while it is typed; and it follows the files.
    let frame = after(&mut explorer, ":changed(HEAD)");
    assert!(frame.contains("query mark and list 1 component"), "{frame}");
    explorer.press("<esc>").unwrap();
    made.write("a.py", "import b\nx = 2\n");
    explorer.reload().unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("changed(HEAD) selects 2 components"), "{frame}");
    let frame = after(&mut explorer, ":changed(nope)<enter>");
    assert!(frame.contains("nope: no such revision"), "{frame}");
}

#[test]
fn one_key_says_which_commit_brought_a_dependency_and_closed_its_cycle() {
    let made = tied();
    let mut explorer = open(&made);
    let frame = after(&mut explorer, "b");
    assert!(frame.contains("select a dependency first"), "{frame}");
    let frame = after(&mut explorer, "gyjb");
    assert!(frame.contains("Ada: first; the cycle is closed since ") && frame.contains("Ada: tie them"), "{frame}");
}

#[test]
fn rules_ask_about_revisions_and_the_risk_table_shows_what_moved() {
    let made = tied();
    made.write(
        "transom.toml",
        "[[forbid]]\nname = \"frozen\"\nreason = \"None.\"\nfrom = \"changed(HEAD)\"\nto = \"b.py\"\n",
    );
    let mut explorer = open(&made);
    let frame = after(&mut explorer, "gvzR");
    assert!(frame.contains("c.py needs b.py"), "{frame}");
    made.write("c.py", "import a\n");
    explorer.reload().unwrap();
    let frame = after(&mut explorer, "<esc>3z z");
    assert!(frame.contains("±") && frame.contains("0/-1") && frame.contains("-1/0"), "{frame}");
    made.write(
        "transom.toml",
        "[[forbid]]\nname = \"frozen\"\nreason = \"None.\"\nfrom = \"changed(v9)\"\nto = \"b.py\"\n",
    );
    explorer.reload().unwrap();
    let frame = after(&mut explorer, "gv");
    assert!(frame.contains("from: v9: no such revision"), "{frame}");
}
