//! Build constraints: which files are ever compiled together.
//!
//! The rules are those of `go help buildconstraint`: a `//go:build` expression (or the older `// +build` lines) and the
//! `_GOOS`, `_GOARCH` endings of the file's name.

use rustc_hash::FxHashMap;

use crate::facts::Name;

/// Operating systems that a file name can end in.
const SYSTEMS: [&str; 19] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
    "unknown",
];

/// Systems that satisfy the tag `unix`.
const UNIX: [&str; 12] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "linux",
    "netbsd",
    "openbsd",
    "solaris",
];

/// Architectures that a file name can end in.
const ARCHITECTURES: [&str; 32] = [
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
    "alpha",
    "m68k",
    "nios2",
    "sh",
    "shbe",
    "sh64",
    "xtensa",
    "unknown",
];

/// More free tags than this in two files' constraints are not tried out: the files count as compatible.
const MAX_TAGS: usize = 8;

/// The longest expression that is read (the go command's own limit is of that order); longer ones count as satisfied.
const MAX_LENGTH: usize = 1000;

/// An operation of a postfix expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Op {
    Tag(Name),
    Not,
    And,
    Or,
}

/// When a file is compiled: an expression in postfix order, empty for always.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Constraint(Vec<Op>);

/// One build.
struct Build<'a> {
    system: &'a str,
    architecture: &'a str,
    /// Custom tags that are set.
    tags: &'a [&'a str],
}

impl Build<'_> {
    fn has(&self, tag: &str) -> bool {
        match tag {
            _ if tag == self.system || tag == self.architecture => true,
            "unix" => UNIX.contains(&self.system),
            "linux" => self.system == "android",
            "darwin" => self.system == "ios",
            "solaris" => self.system == "illumos",
            "gc" => true,
            _ if is_release(tag) => true,
            _ => self.tags.contains(&tag),
        }
    }
}

fn is_release(tag: &str) -> bool {
    tag.strip_prefix("go1.").is_some_and(|minor| minor.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_system(tag: &str) -> bool {
    SYSTEMS.contains(&tag)
}

fn is_architecture(tag: &str) -> bool {
    ARCHITECTURES.contains(&tag)
}

/// Whether a tag is set by whoever builds, rather than by the platform and the tool chain.
fn is_custom(tag: &str) -> bool {
    !(is_system(tag) || is_architecture(tag) || is_release(tag) || matches!(tag, "unix" | "gc"))
}

impl Constraint {
    /// The constraint of a file from its name and the constraint comments in it.
    pub(super) fn new(file_name: &str, conditions: &[Name]) -> Self {
        let mut ops = Vec::new();
        for tag in name_tags(file_name) {
            push_and(&mut ops, [Op::Tag(tag.into())]);
        }
        let modern = conditions.iter().find_map(|line| line.strip_prefix("//go:build"));
        match modern {
            Some(expression) => push_and(&mut ops, parse(expression)),
            None => {
                for line in conditions {
                    let line = line.trim_start_matches('/').trim_start();
                    if let Some(options) = line.strip_prefix("+build") {
                        push_and(&mut ops, parse_old(options));
                    }
                }
            }
        }
        Self(ops)
    }

    /// Whether the file is never part of a package but run on its own: the tag `ignore` is never set.
    pub(super) fn is_standalone(&self) -> bool {
        self.0.contains(&Op::Tag("ignore".into())) && !satisfiable(&[self], &|tag| tag == "ignore", &[])
    }

    fn holds(&self, build: &Build<'_>) -> bool {
        let mut stack: Vec<bool> = Vec::with_capacity(self.0.len());
        for op in &self.0 {
            let value = match op {
                Op::Tag(tag) => build.has(tag),
                Op::Not => stack.pop().is_none_or(|value| !value),
                Op::And | Op::Or => match (op, stack.pop(), stack.pop()) {
                    (Op::And, Some(a), Some(b)) => a && b,
                    (_, Some(a), Some(b)) => a || b,
                    // `parse` gives every operation its operands.
                    _ => true,
                },
            };
            stack.push(value);
        }
        stack.pop().unwrap_or(true)
    }

    fn tags(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|op| match op {
            Op::Tag(tag) => Some(tag.as_str()),
            _ => None,
        })
    }

    /// The fewest custom tags that a build needs to compile the file, in the order in which they are written.
    fn least_tags(&self) -> Vec<&str> {
        let custom = distinct(self.tags().filter(|tag| is_custom(tag)));
        if custom.len() > MAX_TAGS {
            return Vec::new();
        }
        let mut masks: Vec<u32> = (0..1 << custom.len()).collect();
        masks.sort_by_key(|mask| mask.count_ones());
        masks
            .into_iter()
            .map(|mask| select(&custom, mask))
            .find(|set| satisfiable(&[self], &is_custom, set))
            .unwrap_or_default()
    }
}

/// Whether some build satisfies all constraints. Tags that `fixed` holds for are set if `set` has them, and only then.
fn satisfiable(constraints: &[&Constraint], fixed: &dyn Fn(&str) -> bool, set: &[&str]) -> bool {
    let mentioned = || constraints.iter().flat_map(|constraint| constraint.tags());
    let mut systems = distinct(mentioned().filter(|tag| is_system(tag)));
    // One that satisfies `unix` and one that does not stand for all systems that nobody mentions.
    systems.extend(
        ["linux", "windows", "netbsd", "plan9", "unknown"].iter().filter(|tag| !mentioned().any(|t| t == **tag)),
    );
    let mut architectures = distinct(mentioned().filter(|tag| is_architecture(tag)));
    architectures.push("unknown");
    let free = distinct(mentioned().filter(|tag| is_custom(tag) && !fixed(tag)));
    if free.len() > MAX_TAGS {
        return true;
    }
    (0..1_u32 << free.len()).any(|mask| {
        let mut tags = select(&free, mask);
        tags.extend(set);
        systems.iter().any(|system| {
            architectures.iter().any(|architecture| {
                let build = Build { system, architecture, tags: &tags };
                constraints.iter().all(|constraint| constraint.holds(&build))
            })
        })
    })
}

fn distinct<'a>(tags: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut list = Vec::new();
    for tag in tags {
        if !list.contains(&tag) {
            list.push(tag);
        }
    }
    list
}

fn select<'a>(tags: &[&'a str], mask: u32) -> Vec<&'a str> {
    tags.iter().enumerate().filter(|(index, _)| mask & (1 << index) != 0).map(|(_, tag)| *tag).collect()
}

/// `_GOOS`, `_GOARCH` or `_GOOS_GOARCH` at the end of a file's name.
fn name_tags(file_name: &str) -> Vec<&str> {
    let stem = file_name.split('.').next().unwrap_or(file_name);
    let stem = stem.strip_suffix("_test").unwrap_or(stem);
    // What stands before the first underscore is never a tag: `linux.go` is for all systems.
    let Some((_, endings)) = stem.split_once('_') else { return Vec::new() };
    let mut parts = endings.rsplit('_');
    match (parts.next(), parts.next()) {
        (Some(last), Some(before)) if is_architecture(last) && is_system(before) => vec![before, last],
        (Some(last), _) if is_architecture(last) || is_system(last) => vec![last],
        _ => Vec::new(),
    }
}

fn push_and(ops: &mut Vec<Op>, more: impl IntoIterator<Item = Op>) {
    let has_left = !ops.is_empty();
    let before = ops.len();
    ops.extend(more);
    if has_left && ops.len() > before {
        ops.push(Op::And);
    }
}

/// A `//go:build` expression in postfix order (Dijkstra's shunting yard: no recursion). What is not well formed is empty.
fn parse(expression: &str) -> Vec<Op> {
    if expression.len() > MAX_LENGTH {
        return Vec::new();
    }
    let mut output: Vec<Op> = Vec::new();
    let mut operators: Vec<&str> = Vec::new();
    let mut expects_operand = true;
    let mut rest = expression.trim_start();
    while !rest.is_empty() {
        let length = token_length(rest);
        let (token, tail) = rest.split_at(length);
        rest = tail.trim_start();
        match token {
            "!" | "(" if expects_operand => operators.push(token),
            ")" if !expects_operand => {
                while operators.last().is_some_and(|top| *top != "(") {
                    pop_operator(&mut operators, &mut output);
                }
                if operators.pop().is_none() {
                    return Vec::new();
                }
            }
            "&&" | "||" if !expects_operand => {
                while operators.last().is_some_and(|top| precedence(top) >= precedence(token)) {
                    pop_operator(&mut operators, &mut output);
                }
                operators.push(token);
                expects_operand = true;
            }
            "//" => break,
            tag if expects_operand && tag.starts_with(is_tag_char) => {
                output.push(Op::Tag(tag.into()));
                expects_operand = false;
            }
            _ => return Vec::new(),
        }
    }
    if expects_operand || operators.contains(&"(") {
        return Vec::new();
    }
    while !operators.is_empty() {
        pop_operator(&mut operators, &mut output);
    }
    output
}

fn is_tag_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

fn token_length(rest: &str) -> usize {
    if ["&&", "||", "//"].iter().any(|token| rest.starts_with(token)) {
        return 2;
    }
    let tag = rest.find(|c| !is_tag_char(c)).unwrap_or(rest.len());
    if tag > 0 { tag } else { rest.chars().next().map_or(0, char::len_utf8) }
}

fn precedence(operator: &str) -> u8 {
    match operator {
        "!" => 3,
        "&&" => 2,
        "||" => 1,
        _ => 0,
    }
}

fn pop_operator(operators: &mut Vec<&str>, output: &mut Vec<Op>) {
    match operators.pop() {
        Some("!") => output.push(Op::Not),
        Some("&&") => output.push(Op::And),
        Some("||") => output.push(Op::Or),
        _ => {}
    }
}

/// The options of a `// +build` line: a space is "or", a comma "and".
fn parse_old(options: &str) -> Vec<Op> {
    if options.len() > MAX_LENGTH {
        return Vec::new();
    }
    let mut ops = Vec::new();
    for (index, option) in options.split_whitespace().enumerate() {
        for (index, term) in option.split(',').enumerate() {
            ops.push(Op::Tag(term.trim_start_matches('!').into()));
            if term.starts_with('!') {
                ops.push(Op::Not);
            }
            if index > 0 {
                ops.push(Op::And);
            }
        }
        if index > 0 {
            ops.push(Op::Or);
        }
    }
    ops
}

/// The different constraints of a project, and which of them go together.
#[derive(Default)]
pub(super) struct Constraints {
    ids: FxHashMap<Constraint, u32>,
    list: Vec<Constraint>,
}

impl Constraints {
    /// The number of the constraint that is always satisfied.
    pub(super) const ALWAYS: u32 = 0;

    /// An empty table.
    pub(super) fn new() -> Self {
        let mut table = Self::default();
        table.intern(Constraint::default());
        table
    }

    /// The number of a constraint.
    pub(super) fn intern(&mut self, constraint: Constraint) -> u32 {
        if let Some(id) = self.ids.get(&constraint) {
            return *id;
        }
        let id = self.list.len() as u32;
        self.ids.insert(constraint.clone(), id);
        self.list.push(constraint);
        id
    }

    /// How well a file with constraint `to` serves one with constraint `from`.
    pub(super) fn fit(&self, from: u32, to: u32) -> Fit {
        if from == to || to == Self::ALWAYS {
            return Fit::Usual;
        }
        let (Some(from), Some(to)) = (self.list.get(from as usize), self.list.get(to as usize)) else {
            return Fit::Never;
        };
        if satisfiable(&[from, to], &is_custom, &from.least_tags()) {
            Fit::Usual
        } else if satisfiable(&[from, to], &|_| false, &[]) {
            Fit::WithTags
        } else {
            Fit::Never
        }
    }
}

/// Whether two files are compiled together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// On some platform, with no more tags than the first file needs.
    Usual,
    /// Only if more tags are set.
    WithTags,
    /// In no build.
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(from: (&str, &str), to: (&str, &str)) -> Fit {
        let mut table = Constraints::new();
        let mut id = |(name, condition): (&str, &str)| {
            let conditions: Vec<Name> = condition.lines().map(Name::from).collect();
            table.intern(Constraint::new(name, &conditions))
        };
        let (from, to) = (id(from), id(to));
        table.fit(from, to)
    }

    #[test]
    fn file_names_constrain() {
        assert_eq!(name_tags("a_linux.go"), ["linux"]);
        assert_eq!(name_tags("a_linux_arm64_test.go"), ["linux", "arm64"]);
        assert_eq!(name_tags("a_arm64.go"), ["arm64"]);
        assert!(name_tags("linux.go").is_empty());
        assert!(name_tags("linux_test.go").is_empty());
        assert!(name_tags("a_linux_b.go").is_empty());
    }

    #[test]
    fn files_of_different_systems_never_meet() {
        assert_eq!(fit(("a_linux.go", ""), ("b_windows.go", "")), Fit::Never);
        assert_eq!(fit(("a_linux.go", ""), ("b.go", "//go:build unix")), Fit::Usual);
        assert_eq!(fit(("a_linux.go", ""), ("b.go", "//go:build !linux && !darwin")), Fit::Never);
        assert_eq!(fit(("a.go", "//go:build !windows"), ("b.go", "//go:build !linux && !windows")), Fit::Usual);
        assert_eq!(fit(("a_arm64.go", ""), ("b_amd64.go", "")), Fit::Never);
        assert_eq!(fit(("a_arm64.go", ""), ("b_linux.go", "")), Fit::Usual);
    }

    #[test]
    fn tags_are_not_set_unless_the_file_asks_for_them() {
        assert_eq!(fit(("a.go", ""), ("b.go", "//go:build debug")), Fit::WithTags);
        assert_eq!(fit(("a.go", ""), ("b.go", "//go:build !debug")), Fit::Usual);
        assert_eq!(fit(("a.go", "//go:build debug"), ("b.go", "//go:build !debug")), Fit::Never);
        assert_eq!(fit(("a.go", "//go:build debug"), ("b.go", "//go:build debug && !slow")), Fit::Usual);
        assert_eq!(fit(("a.go", ""), ("b.go", "//go:build go1.21")), Fit::Usual);
        assert_eq!(fit(("a.go", ""), ("b.go", "//go:build !go1.21")), Fit::Never);
    }

    #[test]
    fn the_older_form_is_read_too() {
        assert_eq!(fit(("a_linux.go", ""), ("b.go", "// +build linux,!cgo darwin")), Fit::Usual);
        assert_eq!(fit(("a_windows.go", ""), ("b.go", "// +build linux,!cgo darwin")), Fit::Never);
        assert_eq!(fit(("a_linux.go", ""), ("b.go", "// +build linux\n// +build amd64")), Fit::Usual);
    }

    #[test]
    fn a_generator_stands_alone() {
        let alone = |line: &str| Constraint::new("gen.go", &[line.into()]).is_standalone();
        assert!(alone("//go:build ignore"));
        assert!(alone("// +build ignore"));
        assert!(!alone("//go:build !ignore"));
        assert!(!alone("//go:build ignore || linux"));
    }

    #[test]
    fn broken_expressions_constrain_nothing() {
        for text in [" (", " a b", " && a", " a &&", " )", " !", "", " a || (b", " #"] {
            assert!(parse(text).is_empty(), "{text}");
        }
        assert!(parse(&"(".repeat(100_000)).is_empty());
    }
}
