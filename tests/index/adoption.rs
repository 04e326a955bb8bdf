//! When technologies came and went, read from real repositories.

use transom::analysis::adoption::Adoptions;
use transom::analysis::history::End;
use transom::index::adoption::adoptions;

use super::plain;
use crate::support::repository::Repository as Made;

fn read(made: &Made) -> std::sync::Arc<Adoptions> {
    adoptions(made.path(), &plain(), "HEAD", &[]).unwrap_or_else(|error| panic!("{error}"))
}

/// The first lines of the messages of the commits that brought a technology and took it away.
fn told<'a>(of: &'a Adoptions, name: &str) -> (Option<&'a str>, Option<&'a str>) {
    let found = &of.of[name];
    let subject =
        |moment: &'a Option<_>| moment.as_ref().map(|of: &transom::analysis::adoption::Moment| of.subject.as_str());
    (subject(&found.first), subject(&found.gone))
}

#[test]
fn commits_tell_what_came_and_what_took_its_place() {
    let compose = |image: &str| format!("services:\n  store:\n    image: {image}\n");
    let mut made =
        Made::of([("app/main.py", "x = 1\n"), ("tests/package.json", "{\"dependencies\": {\"redis\": \"4\"}}")]);
    made.write("docker-compose.yml", &compose("mysql:5"));
    made.write("app/requirements.txt", "flask\n");
    made.commit("Keep orders");
    // A move is no new decision.
    made.rename("docker-compose.yml", "deploy/docker-compose.yml");
    made.commit("Move");
    made.write("deploy/docker-compose.yml", &compose("postgres:16"));
    made.commit("Keep orders better");
    made.write("app/requirements.txt", "fastapi\n");
    made.commit("Types");
    let found = read(&made);
    assert_eq!(found.end, End::First);
    assert_eq!(told(&found, "Python"), (Some("first"), None));
    assert_eq!(told(&found, "Docker Compose"), (Some("Keep orders"), None));
    assert_eq!(told(&found, "MySQL"), (Some("Keep orders"), Some("Keep orders better")));
    assert_eq!(told(&found, "PostgreSQL"), (Some("Keep orders better"), None));
    assert_eq!(told(&found, "Flask"), (Some("Keep orders"), Some("Types")));
    assert!(!found.of.contains_key("Redis"), "tests are no decision of the project");
    let directories = ["app".to_owned(), "deploy".to_owned(), "none".to_owned()];
    let asked = adoptions(made.path(), &plain(), "HEAD", &directories).unwrap_or_else(|error| panic!("{error}"));
    let since: Vec<(&str, &str)> =
        asked.directories.iter().map(|(path, moment)| (path.as_str(), moment.subject.as_str())).collect();
    assert_eq!(since, [("app", "first"), ("deploy", "Move")]);
    let gone: Vec<&str> = found.gone().into_iter().map(|(name, ..)| name).collect();
    assert_eq!(gone, ["MySQL", "Flask"]);
}

#[test]
fn a_directory_below_has_its_own_and_another_directory_the_same_answer() {
    let files =
        [("a/Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\naxum = \"0.8\"\n"), ("b/x.go", "package b\n")];
    let (one, other) = (Made::of(files), Made::of(files));
    assert_eq!(read(&one), read(&other));
    let below = adoptions(&one.path().join("a"), &plain(), "HEAD", &[]).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(below.of.keys().collect::<Vec<_>>(), ["Axum"]);
    assert!(adoptions(one.path(), &plain(), "none", &[]).is_err());
}
