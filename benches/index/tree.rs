//! A generated project: the same bytes on every machine.

use std::fmt::Write as _;
use std::path::Path;

/// A pseudo-random sequence (Knuth's MMIX linear congruential generator): equal seeds give equal trees.
struct Sequence(u64);

impl Sequence {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

/// One language of the tree.
struct Template {
    directory: &'static str,
    extension: &'static str,
    manifests: &'static [(&'static str, &'static str)],
    /// The text of a file with this number that imports these others.
    file: fn(&mut String, usize, &[usize]),
    /// A function of a file with this number that calls into another.
    function: fn(&mut String, usize, usize),
}

const MODULES: usize = 20;

const TEMPLATES: [Template; 5] = [
    Template {
        directory: "go",
        extension: "go",
        manifests: &[("go.mod", "module example.org/bench\n\ngo 1.22\n")],
        file: go_file,
        function: go_function,
    },
    Template {
        directory: "python/pkg",
        extension: "py",
        manifests: &[("__init__.py", "")],
        file: python_file,
        function: python_function,
    },
    Template {
        directory: "web",
        extension: "ts",
        manifests: &[("package.json", "{ \"name\": \"web\", \"version\": \"1.0.0\" }\n")],
        file: typescript_file,
        function: typescript_function,
    },
    Template {
        directory: "java/src/main/java/org/example",
        extension: "java",
        manifests: &[],
        file: java_file,
        function: java_function,
    },
    Template { directory: "rust/src", extension: "rs", manifests: &[], file: rust_file, function: rust_function },
];

/// Writes `files` files of every language together below `root`.
///
/// # Errors
/// A file cannot be written.
pub fn generate(root: &Path, files: usize) -> std::io::Result<()> {
    let per_language = files / TEMPLATES.len();
    let mut sequence = Sequence(1);
    for template in &TEMPLATES {
        let base = root.join(template.directory);
        for (name, text) in template.manifests {
            write(&base.join(name), text)?;
        }
        if template.extension == "rs" {
            write_crate(root, per_language)?;
        }
        for number in 0..per_language {
            let imports: Vec<usize> = (0..1 + sequence.next(8)).map(|_| sequence.next(per_language)).collect();
            let mut text = String::new();
            (template.file)(&mut text, number, &imports);
            for index in 0..3 + sequence.next(12) {
                let callee = imports[sequence.next(imports.len())];
                (template.function)(&mut text, index, callee);
            }
            if template.extension == "java" {
                text.push_str("}\n");
            }
            let module = number % MODULES;
            write(&base.join(format!("m{module}/f{number}.{}", template.extension)), &text)?;
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    std::fs::write(path, text)
}

/// The manifest of the Rust part and the files that declare its modules.
fn write_crate(root: &Path, files: usize) -> std::io::Result<()> {
    write(&root.join("rust/Cargo.toml"), "[package]\nname = \"bench\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")?;
    let modules: String = (0..MODULES).map(|module| format!("pub mod m{module};\n")).collect();
    write(&root.join("rust/src/lib.rs"), &modules)?;
    for module in 0..MODULES {
        let text: String = (module..files).step_by(MODULES).map(|number| format!("pub mod f{number};\n")).collect();
        write(&root.join(format!("rust/src/m{module}/mod.rs")), &text)?;
    }
    Ok(())
}

fn go_file(out: &mut String, number: usize, imports: &[usize]) {
    let _ = write!(out, "package m{}\n\nimport (\n\t\"fmt\"\n\t\"strings\"\n", number % MODULES);
    let mut modules: Vec<usize> = imports.iter().map(|i| i % MODULES).filter(|m| *m != number % MODULES).collect();
    modules.sort_unstable();
    modules.dedup();
    for module in modules {
        let _ = writeln!(out, "\t\"example.org/bench/m{module}\"");
    }
    let _ = write!(
        out,
        ")\n\n// Record{number} is one of many.\ntype Record{number} struct {{\n\tName  string\n\tCount int\n}}\n\n\
         const limit{number} = {number}\n\nfunc Open{number}(name string) (*Record{number}, error) {{\n\
         \tif strings.TrimSpace(name) == \"\" {{\n\t\treturn nil, fmt.Errorf(\"no name: %q\", name)\n\t}}\n\
         \treturn &Record{number}{{Name: name, Count: limit{number}}}, nil\n}}\n"
    );
}

fn go_function(out: &mut String, index: usize, callee: usize) {
    let module = callee % MODULES;
    let _ = write!(
        out,
        "\nfunc step{callee}x{index}(items []string, total int) int {{\n\tfor position, item := range items {{\n\
         \t\trecord, err := m{module}.Open{callee}(item)\n\t\tif err != nil || record.Count > position {{\n\
         \t\t\tcontinue\n\t\t}}\n\t\ttotal += len(item) * record.Count\n\t}}\n\treturn total + {index}\n}}\n"
    );
}

fn python_file(out: &mut String, number: usize, imports: &[usize]) {
    out.push_str("import os\nfrom typing import Any\n\n");
    for import in imports {
        let _ = writeln!(out, "from pkg.m{}.f{import} import Record{import}, open_{import}", import % MODULES);
    }
    let _ = write!(
        out,
        "\n\nclass Record{number}:\n    \"\"\"One of many.\"\"\"\n\n    def __init__(self, name: str, count: int) -> None:\n\
         \x20       self.name = name\n        self.count = count\n\n\ndef open_{number}(name: str) -> Record{number}:\n\
         \x20   if not name.strip():\n        raise ValueError(os.fspath(name))\n    return Record{number}(name, {number})\n"
    );
}

fn python_function(out: &mut String, index: usize, callee: usize) {
    let _ = write!(
        out,
        "\n\ndef step_{callee}_{index}(items: list[str], total: Any = None) -> int:\n    result = total or 0\n\
         \x20   for position, item in enumerate(items):\n        record = open_{callee}(item)\n\
         \x20       if record.count > position and isinstance(record, Record{callee}):\n            continue\n\
         \x20       result += len(item) * record.count\n    return result + {index}\n"
    );
}

fn typescript_file(out: &mut String, number: usize, imports: &[usize]) {
    for import in imports {
        let _ =
            writeln!(out, "import {{ open{import}, type Record{import} }} from '../m{}/f{import}';", import % MODULES);
    }
    let _ = write!(
        out,
        "\nexport interface Record{number} {{\n  readonly name: string;\n  count: number;\n}}\n\n\
         export function open{number}(name: string): Record{number} {{\n  if (name.trim() === '') {{\n\
         \x20   throw new Error(`no name: ${{name}}`);\n  }}\n  return {{ name, count: {number} }};\n}}\n"
    );
}

fn typescript_function(out: &mut String, index: usize, callee: usize) {
    let _ = write!(
        out,
        "\nexport const step{callee}x{index} = (items: string[], total = 0): number => {{\n  let result = total;\n\
         \x20 for (const [position, item] of items.entries()) {{\n    const record: Record{callee} = open{callee}(item);\n\
         \x20   if (record.count > position) {{\n      continue;\n    }}\n    result += item.length * record.count;\n  }}\n\
         \x20 return result + {index};\n}};\n"
    );
}

fn java_file(out: &mut String, number: usize, imports: &[usize]) {
    let _ = write!(out, "package org.example.m{};\n\nimport java.util.List;\n", number % MODULES);
    for import in imports.iter().filter(|import| **import != number) {
        let _ = writeln!(out, "import org.example.m{}.f{import};", import % MODULES);
    }
    let _ = write!(
        out,
        "\n/** One of many. */\npublic class f{number} {{\n    private final String name;\n    private int count;\n\n\
         \x20   public f{number}(String name, int count) {{\n        this.name = name;\n        this.count = count;\n    }}\n\n\
         \x20   public static f{number} open(String name) {{\n        if (name.isBlank()) {{\n\
         \x20           throw new IllegalArgumentException(\"no name: \" + name);\n        }}\n\
         \x20       return new f{number}(name, {number});\n    }}\n"
    );
}

fn java_function(out: &mut String, index: usize, callee: usize) {
    let _ = write!(
        out,
        "\n    int step{callee}x{index}(List<String> items, int total) {{\n        int result = total;\n\
         \x20       for (String item : items) {{\n            f{callee} record = f{callee}.open(item);\n\
         \x20           if (record.hashCode() > result) {{\n                continue;\n            }}\n\
         \x20           result += item.length() * count;\n        }}\n        return result + {index};\n    }}\n"
    );
}

fn rust_file(out: &mut String, number: usize, imports: &[usize]) {
    let mut imports: Vec<usize> = imports.iter().copied().filter(|import| *import != number).collect();
    imports.sort_unstable();
    imports.dedup();
    for import in imports {
        let _ = writeln!(out, "use crate::m{}::f{import}::{{self, Record{import}}};", import % MODULES);
    }
    let _ = write!(
        out,
        "\n/// One of many.\n#[derive(Debug, Clone)]\npub struct Record{number} {{\n    pub name: String,\n    pub count: usize,\n}}\n\n\
         pub fn open(name: &str) -> Option<Record{number}> {{\n    if name.trim().is_empty() {{\n        return None;\n    }}\n\
         \x20   Some(Record{number} {{ name: name.to_owned(), count: {number} }})\n}}\n"
    );
}

fn rust_function(out: &mut String, index: usize, callee: usize) {
    let _ = write!(
        out,
        "\nfn step_{callee}_{index}(items: &[String], total: usize) -> usize {{\n    let mut result = total;\n\
         \x20   for (position, item) in items.iter().enumerate() {{\n\
         \x20       let Some(record) = f{callee}::open(item) else {{ continue }};\n\
         \x20       if record.count > position {{\n            continue;\n        }}\n\
         \x20       result += item.len() * record.count;\n    }}\n    result + {index}\n}}\n"
    );
}
