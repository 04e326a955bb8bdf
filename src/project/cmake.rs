//! What builds C and C++: include directories and packages, from CMake, Make, Meson and compilation databases.
//!
//! Only what the files say without being run is read: variables that a file sets to plain text are expanded, a path with
//! any other variable is left out.

mod commands;
mod lists;
mod make;
mod meson;

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

pub use commands::{Command, commands_by_file};

use super::{ConfigFile, Project};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// The include directories that the build files of a directory declare, in their order, relative to the root.
    pub directories: BTreeMap<Box<str>, Vec<Box<str>>>,
    /// The entries of compilation databases.
    pub commands: Vec<Command>,
    /// The macros that makefiles define as a header's name (`-DNAME=\"a.h\"`), with the name in its quotes or angles.
    pub header_macros: BTreeMap<Box<str>, Vec<Box<str>>>,
}

impl Manifests {
    fn declare(&mut self, directory: &str, include: String) {
        let includes = self.directories.entry(directory.into()).or_default();
        if !includes.iter().any(|known| **known == *include) {
            includes.push(include.into());
        }
    }
}

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "CMakeLists.txt" | "compile_commands.json" | "compile_flags.txt" | "meson.build")
        || is_makefile(file_name)
}

fn is_makefile(file_name: &str) -> bool {
    matches!(file_name, "Makefile" | "makefile" | "GNUmakefile" | "Makefile.am" | "Kbuild")
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    lists::read(configs, project);
    meson::read(configs, project);
    make::read(configs, &mut project.cmake);
    commands::read(configs, project);
}

/// A path below a directory, both relative to the root, without `.` and `..`. None where it leaves the root.
pub fn join(directory: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\0') {
        return None;
    }
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The longest value that expanding variables may give: text that names itself many times grows without bound.
const EXPANSION_LIMIT: usize = 1 << 12;

/// Variables with their values. A path below the root starts with `@/`.
type Variables = FxHashMap<Name, String>;

/// Replaces `${name}` (also `$(name)`) by its value. None where a variable is not known.
fn expand(text: &str, variables: &Variables) -> Option<String> {
    let mut rest = text;
    let mut expanded = String::new();
    while let Some(at) = rest.find('$') {
        expanded.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let close = match after.bytes().next()? {
            b'{' => '}',
            b'(' => ')',
            _ => return None,
        };
        let end = after.find(close)?;
        expanded.push_str(variables.get(&after[1..end])?);
        rest = &after[end + 1..];
        if expanded.len() > EXPANSION_LIMIT {
            return None;
        }
    }
    expanded.push_str(rest);
    Some(expanded)
}

/// An include directory as a build file in `directory` writes it (variables expanded), relative to the root.
fn include_directory(directory: &str, written: &str) -> Option<String> {
    match written.strip_prefix('@') {
        Some(absolute) => join("", absolute.trim_start_matches('/')),
        None => join(directory, written),
    }
}

/// The topmost directory above `directory` (or itself) that has a file of this kind; directories are sorted.
fn topmost(directory: &str, has: impl Fn(&str) -> bool) -> &str {
    if has("") {
        return "";
    }
    directory.match_indices('/').map(|(at, _)| &directory[..at]).find(|above| has(above)).unwrap_or(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> Project {
        let configs: Vec<ConfigFile> =
            files.iter().map(|(path, text)| ConfigFile { path: (*path).into(), text: (*text).into() }).collect();
        Project::read(&configs)
    }

    fn includes<'a>(project: &'a Project, directory: &str) -> Vec<&'a str> {
        project.cmake.directories.get(directory).into_iter().flatten().map(|include| &**include).collect()
    }

    #[test]
    fn join_stays_below_the_root() {
        assert_eq!(join("a/b", "../c/./d.h").as_deref(), Some("a/c/d.h"));
        assert_eq!(join("a", "../../b"), None);
        assert_eq!(join("a", "/usr/include"), None);
    }

    #[test]
    fn cmake_lists() {
        let root = "project(Demo VERSION 1.2 LANGUAGES CXX) # c\n#[[ include_directories(no) ]]\nset(INC ${PROJECT_SOURCE_DIR}/inc)\n\
                    include_directories(SYSTEM ${INC} ${UNKNOWN}/x)\nfind_package(ZLIB 1.2 REQUIRED)\n";
        let core = "add_library(core a.cc)\ntarget_include_directories(core\n PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>\n\
                    $<INSTALL_INTERFACE:include> PRIVATE . \"${Demo_SOURCE_DIR}/third\")\n";
        let project = project(&[("CMakeLists.txt", root), ("core/CMakeLists.txt", core)]);
        assert_eq!(includes(&project, ""), ["inc"]);
        assert_eq!(includes(&project, "core"), ["core/include", "core", "third"]);
        let names: Vec<&str> = project.packages.iter().map(|package| package.name.as_str()).collect();
        assert_eq!(names, ["Demo", "core"]);
        assert_eq!(project.packages[0].version.as_deref(), Some("1.2"));
        let zlib = &project.packages[0].dependencies[0];
        assert_eq!((zlib.name.as_str(), zlib.requirement.as_deref(), zlib.line), ("ZLIB", Some("1.2"), 5));
    }

    #[test]
    fn makefiles() {
        let text =
            "TOP := ..\nCFLAGS += -O2 -I$(TOP)/include \\\n  -I. -I $(UNSET)/no -I/usr/include\nall:\n\tcc -Iinc x.c\n";
        let project = project(&[("src/Makefile", text)]);
        assert_eq!(includes(&project, "src"), ["include", "src", "src/inc"]);
    }

    #[test]
    fn meson() {
        let text = "project('demo', 'c', version : '0.3')\ninc = include_directories('include', 'src')\nz = dependency('zlib', version: '>=1')\n";
        let project = project(&[("meson.build", text)]);
        assert_eq!(includes(&project, ""), ["include", "src"]);
        assert_eq!(project.packages[0].name, "demo");
        assert_eq!(project.packages[0].dependencies[0].name, "zlib");
    }

    #[test]
    fn flags() {
        let project = project(&[("compile_flags.txt", "-Iinclude\n-isystem\nthird\n-DX\n")]);
        assert_eq!(includes(&project, ""), ["include", "third"]);
    }

    #[test]
    fn a_value_that_grows_is_cut() {
        let mut text = String::from("set(A xxxxxxxx)\n");
        for _ in 0..40 {
            text.push_str("set(A ${A}${A})\n");
        }
        text.push_str("include_directories(${A})\n");
        assert_eq!(includes(&project(&[("CMakeLists.txt", &text)]), ""), [""; 0]);
    }
}
