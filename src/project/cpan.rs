//! CPAN: `cpanfile`, `Makefile.PL`, `META.json`, `dist.ini`.
//!
//! The first two are Perl programs; what is read is the lines that say things plainly.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Problem, Project, blocks};
use crate::facts::Name;

/// Modules that come with Perl: a whole name, or the start of names that `::` ends. Sorted.
const CORE: &[&str] = &[
    "App::Prove",
    "Archive::Tar",
    "Attribute::Handlers",
    "AutoLoader",
    "B",
    "Benchmark",
    "CORE",
    "CPAN",
    "Carp",
    "Class::Struct",
    "Compress::Raw",
    "Compress::Zlib",
    "Config",
    "Cwd",
    "DBM_Filter",
    "DB_File",
    "Data::Dumper",
    "Devel::PPPort",
    "Devel::Peek",
    "Devel::SelfStubber",
    "Digest",
    "DirHandle",
    "Dumpvalue",
    "DynaLoader",
    "Encode",
    "English",
    "Env",
    "Errno",
    "Exporter",
    "ExtUtils",
    "Fatal",
    "Fcntl",
    "File::Basename",
    "File::Compare",
    "File::Copy",
    "File::DosGlob",
    "File::Fetch",
    "File::Find",
    "File::Glob",
    "File::Path",
    "File::Spec",
    "File::Temp",
    "File::stat",
    "FileCache",
    "FileHandle",
    "Filter::Simple",
    "Filter::Util",
    "FindBin",
    "GDBM_File",
    "Getopt::Long",
    "Getopt::Std",
    "HTTP::Tiny",
    "Hash::Util",
    "I18N::LangTags",
    "I18N::Langinfo",
    "IO",
    "IPC::Cmd",
    "IPC::Msg",
    "IPC::Open2",
    "IPC::Open3",
    "IPC::Semaphore",
    "IPC::SharedMem",
    "IPC::SysV",
    "JSON::PP",
    "List::Util",
    "Locale::Maketext",
    "MIME::Base64",
    "MIME::QuotedPrint",
    "Math::BigFloat",
    "Math::BigInt",
    "Math::BigRat",
    "Math::Complex",
    "Math::Trig",
    "Memoize",
    "Module::CoreList",
    "Module::Load",
    "Module::Loaded",
    "Module::Metadata",
    "NDBM_File",
    "NEXT",
    "Net::Cmd",
    "Net::Config",
    "Net::Domain",
    "Net::FTP",
    "Net::NNTP",
    "Net::POP3",
    "Net::Ping",
    "Net::SMTP",
    "Net::Time",
    "Net::hostent",
    "Net::netent",
    "O",
    "ODBM_File",
    "Opcode",
    "POSIX",
    "Params::Check",
    "Perl::OSType",
    "PerlIO",
    "Pod::Checker",
    "Pod::Escapes",
    "Pod::Functions",
    "Pod::Html",
    "Pod::Man",
    "Pod::ParseLink",
    "Pod::Perldoc",
    "Pod::Simple",
    "Pod::Text",
    "Pod::Usage",
    "SDBM_File",
    "Safe",
    "Scalar::Util",
    "Search::Dict",
    "SelectSaver",
    "SelfLoader",
    "Socket",
    "Storable",
    "Sub::Util",
    "Symbol",
    "Sys::Hostname",
    "Sys::Syslog",
    "TAP",
    "Term::ANSIColor",
    "Term::Cap",
    "Term::Complete",
    "Term::ReadLine",
    "Test",
    "Test2",
    "Text::Abbrev",
    "Text::Balanced",
    "Text::ParseWords",
    "Text::Tabs",
    "Text::Wrap",
    "Thread::Queue",
    "Thread::Semaphore",
    "Tie::Array",
    "Tie::File",
    "Tie::Handle",
    "Tie::Hash",
    "Tie::Memoize",
    "Tie::RefHash",
    "Tie::Scalar",
    "Tie::StdHandle",
    "Tie::SubstrHash",
    "Time::HiRes",
    "Time::Local",
    "Time::Piece",
    "Time::Seconds",
    "Time::gmtime",
    "Time::localtime",
    "Time::tm",
    "UNIVERSAL",
    "Unicode::Collate",
    "Unicode::Normalize",
    "Unicode::UCD",
    "User::grent",
    "User::pwent",
    "XSLoader",
    "autodie",
    "autouse",
    "base",
    "bigint",
    "bignum",
    "bigrat",
    "blib",
    "builtin",
    "bytes",
    "charnames",
    "constant",
    "deprecate",
    "diagnostics",
    "encoding",
    "experimental",
    "feature",
    "fields",
    "filetest",
    "if",
    "integer",
    "less",
    "lib",
    "locale",
    "mro",
    "ok",
    "open",
    "ops",
    "overload",
    "overloading",
    "parent",
    "perlfaq",
    "re",
    "sigtrap",
    "sort",
    "stable",
    "strict",
    "subs",
    "threads",
    "utf8",
    "vars",
    "version",
    "vmsish",
    "warnings",
];

/// Whether a module comes with Perl.
pub fn is_core(module: &str) -> bool {
    // `Test` and `IO` are also where much of CPAN lives.
    const TEST: &[&str] =
        &["Test::Builder", "Test::Harness", "Test::More", "Test::Simple", "Test::Tester", "Test::use"];
    let is_in = |name: &str| module.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
    if module.starts_with("Test::") {
        return TEST.iter().any(|name| is_in(name));
    }
    CORE.iter().any(|name| is_in(name))
}

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "cpanfile" | "Makefile.PL" | "Build.PL" | "META.json" | "dist.ini")
}

struct Patterns {
    requires: Regex,
    pair: Regex,
    name: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    Some(Patterns {
        requires: Regex::new(
            r#"^\s*(test_|build_|configure_|author_)?(requires|recommends|suggests)\s*\(?\s*["']?([\w:]+)["']?(?:\s*(?:=>|,)\s*["']?([^"';)]+))?"#,
        )
        .ok()?,
        pair: Regex::new(r#"["']?([A-Za-z]\w*(?:::\w+)*)["']?\s*=>\s*["']?([\w.<>= ]+)"#).ok()?,
        name: Regex::new(r#"(?m)^\s*(?:NAME|DISTNAME|name|module_name)\b\s*(?:=>?|\s)\s*["']?([\w:-]+)"#).ok()?,
    })
});

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let Some(patterns) = &*PATTERNS else { return };
    let mut packages: Vec<Package> = Vec::new();
    for config in configs.iter().filter(|config| is_config(config.file_name())) {
        let mut name = patterns.name.captures(&config.text).map(|found| Name::from(&found[1]));
        let mut dependencies = Vec::new();
        match config.file_name() {
            "META.json" => match serde_json::from_str::<Value>(&config.text) {
                Ok(meta) => {
                    name = meta.get("name").and_then(Value::as_str).map(Name::from);
                    meta_dependencies(&meta, &mut dependencies);
                }
                Err(error) => {
                    let (line, message) = (Some(error.line() as u32), error.to_string());
                    project.problems.push(Problem { path: config.path.clone(), line, message });
                    continue;
                }
            },
            _ => lines(config, patterns, &mut dependencies),
        }
        for key in ["PREREQ_PM", "TEST_REQUIRES", "BUILD_REQUIRES", "CONFIGURE_REQUIRES", "requires", "test_requires"] {
            for block in blocks::after(&config.text.replace("=>", "= "), key, '{', '}') {
                let start = blocks::line_of(&config.text, block.start);
                let text = config.text.get(block.start..block.start + block.text.len()).unwrap_or_default();
                for found in patterns.pair.captures_iter(text).filter(|_| config.file_name().ends_with(".PL")) {
                    let line = start + blocks::line_of(text, found.get(0).map_or(0, |found| found.start())) - 1;
                    dependencies.push(declared(&found[1], Some(&found[2]), scope_of(&key.to_lowercase()), line));
                }
            }
        }
        match packages.iter_mut().find(|package| *package.directory == *config.directory()) {
            Some(package) => package.dependencies.extend(
                dependencies.into_iter().map(|declared| Declared { file: Some(config.path.clone()), ..declared }),
            ),
            None => packages.push(Package {
                ecosystem: Ecosystem::Cpan,
                name: name.unwrap_or_else(|| folder(config).into()),
                version: None,
                directory: config.directory().into(),
                manifest: config.path.clone(),
                dependencies,
            }),
        }
    }
    project.packages.append(&mut packages);
}

fn folder(config: &ConfigFile) -> &str {
    config.directory().rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("perl")
}

fn declared(name: &str, requirement: Option<&str>, scope: DeclaredScope, line: u32) -> Declared {
    let requirement = requirement.map(str::trim).filter(|text| !text.is_empty() && *text != "0").map(Name::from);
    Declared { name: name.into(), requirement, locked: None, scope, file: None, line }
}

fn scope_of(word: &str) -> DeclaredScope {
    match word {
        _ if word.starts_with("test") || word.starts_with("author") || word == "develop" => DeclaredScope::Development,
        _ if word.starts_with("build") || word.starts_with("configure") => DeclaredScope::Build,
        "recommends" | "suggests" => DeclaredScope::Optional,
        _ => DeclaredScope::Runtime,
    }
}

/// `requires 'A::B', '1.0';`, and of `dist.ini` the lines `A::B = 1.0` below a `[Prereqs]` heading.
fn lines(config: &ConfigFile, patterns: &Patterns, dependencies: &mut Vec<Declared>) {
    let is_ini = config.file_name() == "dist.ini";
    let mut section = "";
    for (index, line) in config.text.lines().enumerate() {
        let number = index as u32 + 1;
        if is_ini {
            if let Some(heading) = line.trim().strip_prefix('[') {
                section = heading.trim_end_matches(']');
            } else if section.starts_with("Prereqs")
                && let Some((name, version)) = line.split_once('=')
                && !name.trim().is_empty()
                && !name.starts_with(['-', ';'])
            {
                let scope = if section.contains("Test") { DeclaredScope::Development } else { DeclaredScope::Runtime };
                dependencies.push(declared(name.trim(), Some(version), scope, number));
            }
        } else if let Some(found) = patterns.requires.captures(line) {
            let prefix = found.get(1).map_or(&found[2], |prefix| prefix.as_str());
            let name = &found[3];
            if name != "perl" && !name.is_empty() {
                dependencies.push(declared(name, found.get(4).map(|text| text.as_str()), scope_of(prefix), number));
            }
        }
    }
}

fn meta_dependencies(meta: &Value, dependencies: &mut Vec<Declared>) {
    let phases = meta.get("prereqs").and_then(Value::as_object);
    for (phase, relations) in phases.into_iter().flatten() {
        for (relation, modules) in relations.as_object().into_iter().flatten() {
            let scope = if relation == "requires" { scope_of(phase) } else { DeclaredScope::Optional };
            for (name, version) in modules.as_object().into_iter().flatten().filter(|(name, _)| *name != "perl") {
                dependencies.push(declared(name, version.as_str(), scope, 1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_with_perl() {
        assert!(CORE.is_sorted());
        assert!(is_core("File::Spec::Functions") && is_core("Test::More") && is_core("IO::File"));
        assert!(!is_core("File::Slurp") && !is_core("Test::Exception") && !is_core("IOx"));
    }

    #[test]
    fn manifests_say_what_they_need() {
        let config = |path: &str, text: &str| ConfigFile { path: path.into(), text: text.into() };
        let mut project = Project::default();
        let make = "WriteMakefile(\n  NAME => 'My::App',\n  PREREQ_PM => {\n    'Moose' => '2.0',\n    'DBI' => 0,\n  },\n);\n";
        let list =
            "requires 'Plack', '1.0';\non test => sub { requires 'Test::Deep'; };\n  test_requires 'Test::Fatal';\n";
        read(&[config("Makefile.PL", make), config("cpanfile", list)], &mut project);
        let needs: Vec<_> = (project.packages[0].dependencies.iter())
            .map(|needed| (needed.name.as_str(), needed.requirement.as_deref(), needed.scope, needed.line))
            .collect();
        assert_eq!(project.packages[0].name, "My::App");
        let runtime = DeclaredScope::Runtime;
        assert!(needs.contains(&("Moose", Some("2.0"), runtime, 4)), "{needs:?}");
        assert!(needs.contains(&("DBI", None, runtime, 5)), "{needs:?}");
        assert!(needs.contains(&("Plack", Some("1.0"), runtime, 1)), "{needs:?}");
        assert!(needs.contains(&("Test::Fatal", None, DeclaredScope::Development, 3)), "{needs:?}");
    }
}
