//! Runs the fixture documents `tests/system/<detector>/*.md`.
//!
//! A heading (`##`) starts a case. A fenced block whose info string is `<anything> <path>` is a file of the case; a
//! block whose info string is a name of [`render`]'s closes it and holds what is expected, one claim a line. Several of
//! them may follow each other: `system` for components, connections and routes, `guards` for what answers routes and who
//! may ask, and one each for the other lists of a system. `UPDATE=1` rewrites them.

mod render;

use std::fmt::Write as _;

use render::{KINDS, render};
use transom::index::from_memory;

use crate::support::fixture::hold;

#[test]
fn fixture_documents_are_detected_as_written() {
    let count =
        hold("system", &KINDS, |kind, files| render(kind, &from_memory("fixture", files.iter().copied()).system));
    assert!(count > 0, "no fixture documents");
}

#[test]
fn hostile_configuration_is_a_counted_blind_spot() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let alias = format!("*a{}", level - 1);
        let _ = writeln!(bomb, "a{level}: &a{level} [{}]", [&*alias; 9].join(", "));
    }
    let deep = "[".repeat(10_000);
    let merge = "services:\n  a: {image: redis}\n<<<<<<< HEAD\n  b: {image: x}\n=======\n>>>>>>> other\n";
    let files = [
        ("bomb.yml", bomb.as_str()),
        ("deep.yaml", &deep),
        ("compose.yml", merge),
        ("whole/compose.yml", "services:\n  store: {image: postgres}\n"),
    ];
    let system = from_memory("hostile", files).system;
    let paths: Vec<&str> = system.blind_spots.iter().map(|spot| &*spot.path).collect();
    assert_eq!(paths, ["bomb.yml", "compose.yml", "deep.yaml"]);
    // What stands before the fault counts, and other files are read as ever.
    let names: Vec<&str> = system.nodes.iter().map(|node| &*node.name).collect();
    assert_eq!(names, ["a", "store"]);
}

#[test]
fn secrets_are_not_shown() {
    let compose = "services:\n  app:\n    image: acme/app\n    environment:\n      DATABASE_URL: postgres://u:hush@db/x\n\
        \x20     API_TOKEN: hush\n  db: {image: postgres}\n";
    let config = "spring.cloud.config.server.git.uri: https://user:hush@git.example.org/team/settings\n";
    let pom = "<project><groupId>g</groupId><artifactId>c</artifactId><version>1</version></project>";
    let main = "package g;\n@SpringBootApplication\n@EnableConfigServer\nclass Config {}\n";
    let files = [
        ("docker-compose.yml", compose),
        ("c/pom.xml", pom),
        ("c/src/main/java/g/Config.java", main),
        ("c/src/main/resources/application.yml", config),
    ];
    let system = from_memory("secrets", files).system;
    assert_eq!(system.edges.len(), 2);
    assert!(KINDS.iter().all(|kind| !render(kind, &system).contains("hush")));
    assert!(system.nodes.iter().flat_map(|node| &node.aliases).all(|alias| !alias.contains("hush")));
}
