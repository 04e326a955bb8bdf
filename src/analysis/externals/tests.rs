//! Small projects of each ecosystem, and what is found in them.

use super::*;
use crate::index::from_memory;

/// The findings as `rule message-subject file:line…`.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let snapshot = from_memory("p", files.iter().copied());
    let externals = Externals::find(&snapshot);
    for package in &externals.packages {
        for finding in &package.findings {
            let finding = &externals.findings[*finding];
            assert!(finding.message.contains(package.name.as_str()), "{}", finding.message);
        }
    }
    externals
        .packages
        .iter()
        .flat_map(|package| package.findings.iter().map(move |index| (package, *index)))
        .map(|(package, index)| {
            let finding = &externals.findings[index];
            let places: Vec<String> = finding.evidence.iter().map(ToString::to_string).collect();
            format!("{} {} {}", finding.rule, package.name, places.join(" "))
        })
        .collect()
}

#[test]
fn npm_packages() {
    let root = "{\"name\": \"a\", \"main\": \"src/index.js\", \"scripts\": {\"x\": \"used-by-script\"},\n\"dependencies\": {\n\
                \"used\": \"1\",\n\"idle\": \"1\",\n\"used-by-script\": \"1\",\n\"@types/used\": \"1\"},\n\
                \"devDependencies\": {\"helper\": \"1\", \"asserts\": \"1\"},\n\"peerDependencies\": {\"host\": \"1\"}}";
    let files = [
        ("package.json", root),
        ("src/index.js", "import used from 'used/sub';\nimport 'helper';\nimport x from '@scope/gone/deep';\n"),
        ("src/index.test.js", "import 'asserts';\n"),
        ("test/fixtures/one.js", "import 'whatever';\n"),
        ("src/page.js", "import '@theme/Layout';\nimport '@scope/gone';\n"),
    ];
    assert_eq!(
        found(&files),
        [
            "undeclared-dependency @scope/gone src/index.js:3 src/page.js:2",
            "development-dependency helper src/index.js:2 package.json:7",
            "unused-dependency idle package.json:4",
        ]
    );
}

#[test]
fn npm_workspaces_share_what_the_root_declares() {
    let files = [
        (
            "package.json",
            "{\"name\": \"root\", \"private\": true, \"workspaces\": [\"a\"], \"dependencies\": {\"shared\": \"1\"}}",
        ),
        (
            "a/package.json",
            "{\"name\": \"a\", \"private\": true, \"dependencies\": {\"own\": \"1\"},\n\"devDependencies\": {\"d\": \"1\"}}",
        ),
        ("a/src/i.ts", "import 'shared';\nimport 'own';\nimport 'd';\n"),
        ("b.ts", "import 'own';\n"),
    ];
    assert_eq!(found(&files), ["undeclared-dependency own b.ts:1"]);
}

#[test]
fn python_distributions() {
    let manifest = "[project]\nname = 'app'\ndependencies = [\n  'requests',\n  'PyYAML',\n  'idle-thing',\n  'tzdata',\n  'fancy-sdk',\n]\n\
                    [dependency-groups]\ndev = ['pytest', 'faker']\n";
    let files = [
        ("pyproject.toml", manifest),
        ("app/__init__.py", "import requests.auth\nimport yaml\nimport faker\nimport fancy\n"),
        ("app/main.py", "import os\nimport nothing.at.all\n"),
        ("app/redis.py", "import redis\n"),
        ("tests/helpers/local_module.py", ""),
        ("tests/test_app.py", "import pytest\nimport faker\nimport local_module\n"),
        ("setup.py", "import faker\n"),
    ];
    assert_eq!(
        found(&files),
        [
            "development-dependency faker app/__init__.py:3 pyproject.toml:11",
            "unused-dependency idle-thing pyproject.toml:6",
            "undeclared-dependency nothing app/main.py:2",
            "undeclared-dependency redis app/redis.py:1",
        ]
    );
}

#[test]
fn python_requirement_files_are_the_evidence() {
    let files = [
        ("setup.py", "from setuptools import setup\nsetup(name='app')\n"),
        ("requirements/base.txt", "requests\nidle-thing\n"),
        ("requirements/dev.txt", "black\n"),
        ("app/__init__.py", "import requests\n"),
    ];
    assert_eq!(found(&files), ["unused-dependency idle-thing requirements/base.txt:2"]);
}

#[test]
fn cargo_crates() {
    let manifest = "[package]\nname = 'a'\nedition = '2021'\n[dependencies]\nserde_json = '1'\nidle-crate = '1'\nlibz-sys = '1'\n\
                    passed = { version = '1', optional = true }\nshort = { package = 'long-name', version = '1' }\n\
                    [dev-dependencies]\nproptest = '1'\nspare = '1'\n[features]\nf = ['passed/x']\n";
    let files = [
        ("Cargo.toml", manifest),
        (
            "src/lib.rs",
            "use short::x;\npub fn f() { serde_json::to_string(&1); undeclared_thing::f(); }\n#[cfg(test)] mod t { use proptest::x; }\n",
        ),
    ];
    assert_eq!(found(&files), ["unused-dependency idle-crate Cargo.toml:6"]);
}

#[test]
fn go_modules() {
    let manifest = "module example.org/m\ngo 1.22\nrequire (\n\tgithub.com/a/used v1.0.0\n\tgithub.com/a/idle v1.0.0\n\tgithub.com/a/deep v1.0.0 // indirect\n)\n";
    let files = [
        ("go.mod", manifest),
        (
            "main.go",
            "package main\nimport (\n\t\"fmt\"\n\t\"github.com/a/used/sub\"\n\t\"github.com/b/gone/x\"\n)\nfunc main() { fmt.Println(used.X, x.Y) }\n",
        ),
    ];
    assert_eq!(
        found(&files),
        ["unused-dependency github.com/a/idle go.mod:5", "undeclared-dependency github.com/b/gone main.go:5"]
    );
}

#[test]
fn composer_packages_whose_names_a_lock_file_tells() {
    let manifest = "{\"name\": \"me/app\", \"require\": {\n\"psr/log\": \"^3\",\n\"v/idle\": \"1\",\n\"v/unknown\": \"1\"},\n\
                    \"autoload\": {\"psr-4\": {\"App\\\\\": \"src/\"}}}";
    let lock = "{\"packages\": [{\"name\": \"psr/log\", \"version\": \"3.0\", \"license\": [\"MIT\"], \"autoload\": {\"psr-4\": {\"Psr\\\\Log\\\\\": \"src\"}}},\n\
                {\"name\": \"v/idle\", \"version\": \"1.0\", \"autoload\": {\"psr-4\": {\"V\\\\Idle\\\\\": \"src\"}}}]}";
    let files = [
        ("composer.json", manifest),
        ("composer.lock", lock),
        (
            "src/A.php",
            "<?php\nnamespace App;\nuse Psr\\Log\\LoggerInterface;\nclass A { function f(LoggerInterface $l) {} }\n",
        ),
    ];
    assert_eq!(found(&files), ["unused-dependency v/idle composer.json:3"]);
    let externals = Externals::find(&from_memory("p", files));
    let log = externals.packages.iter().find(|package| package.name == "psr/log").expect("declared");
    assert_eq!((log.licence.as_deref(), log.version.as_deref(), log.importers()), (Some("MIT"), Some("3.0"), 1));
    assert_eq!(externals.unjudged.iter().collect::<Vec<_>>(), [(&(Ecosystem::Composer, Unjudged::Names), &1)]);
}

#[test]
fn without_a_manifest_nothing_is_undeclared() {
    assert!(found(&[("a.py", "import numpy_like\n"), ("b.js", "import 'left-pad'\n")]).is_empty());
}
