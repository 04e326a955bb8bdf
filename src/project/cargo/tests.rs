use super::*;

fn project(files: &[(&str, &str)]) -> Project {
    let configs: Vec<ConfigFile> =
        files.iter().map(|(path, text)| ConfigFile { path: (*path).into(), text: (*text).into() }).collect();
    Project::read(&configs)
}

#[test]
fn members_inherit_from_their_workspace() {
    let project = project(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"crates/*\", \"gone\"]\n[workspace.package]\nversion = \"1.2.3\"\nedition = \"2021\"\n\
             [workspace.dependencies]\nbase = { path = \"crates/base\" }\njson = { version = \"1\", package = \"serde_json\" }\n",
        ),
        ("crates/base/Cargo.toml", "[package]\nname = \"base\"\nversion.workspace = true\nedition.workspace = true\n"),
        (
            "crates/app/Cargo.toml",
            "[package]\nname = \"app\"\n[dependencies]\nbase.workspace = true\njson = { workspace = true, optional = true }\n\
             missing.workspace = true\n",
        ),
        ("Cargo.lock", "[[package]]\nname = \"serde_json\"\nversion = \"1.0.9\"\n"),
    ]);
    let problems: Vec<_> = project.problems.iter().map(|p| (&*p.path, p.line, p.message.as_str())).collect();
    assert_eq!(
        problems,
        [
            ("Cargo.toml", Some(2), "no package matches the member \"gone\""),
            ("crates/app/Cargo.toml", Some(6), "\"missing\" is not among the workspace's dependencies"),
        ]
    );
    let base = project.cargo.packages.iter().find(|p| p.name == "base").expect("base");
    assert_eq!(base.edition, 2021);
    let app = project.packages.iter().find(|p| p.name == "app").expect("app");
    let declared: Vec<_> = app.dependencies.iter().map(|d| (d.name.as_str(), d.locked.as_deref(), d.line)).collect();
    assert_eq!(declared, [("base", None, 4), ("serde_json", Some("1.0.9"), 5), ("missing", None, 6)]);
    let app = project.cargo.packages.iter().find(|p| p.name == "app").expect("app");
    assert_eq!(app.crates[0].directory.as_deref(), Some("crates/base"));
    assert_eq!((app.crates[1].local.as_str(), app.crates[1].renamed), ("json", true));
}

#[test]
fn a_patch_gives_a_registry_dependency_a_directory() {
    let project = project(&[
        ("Cargo.toml", "[workspace]\n[patch.crates-io]\na = { path = \"a\" }\n"),
        ("a/Cargo.toml", "[package]\nname = \"a\"\n"),
        ("b/Cargo.toml", "[package]\nname = \"b\"\n[target.'cfg(unix)'.dependencies]\na = \"1\"\n"),
    ]);
    let b = project.cargo.packages.iter().find(|p| p.name == "b").expect("b");
    assert_eq!(b.crates[0].directory.as_deref(), Some("a"));
}

#[test]
fn what_cannot_be_read_is_reported_with_its_line() {
    let project = project(&[("Cargo.toml", "[package]\nname = \n"), ("a/Cargo.toml", "[package]\nversion = \"1\"\n")]);
    assert_eq!(project.problems.iter().map(|p| p.line).collect::<Vec<_>>(), [Some(2), Some(1)]);
    assert!(project.packages.is_empty());
}

#[test]
fn targets_and_paths_are_relative_to_the_root() {
    let project = project(&[(
        "x/Cargo.toml",
        "[package]\nname = \"x\"\nbuild = false\nautotests = false\n[lib]\nname = \"y\"\npath = \"./lib.rs\"\nproc-macro = true\n\
         [[bin]]\nname = \"z\"\npath = \"../tools/z.rs\"\n",
    )]);
    let x = &project.cargo.packages[0];
    assert_eq!((x.library_name.as_deref(), x.library_path.as_deref()), (Some("y"), Some("x/lib.rs")));
    assert!(x.proc_macro && x.no_build);
    assert_eq!(x.targets[0].path.as_deref(), Some("tools/z.rs"));
    assert_eq!(x.not_discovered, [TargetKind::Test]);
}
