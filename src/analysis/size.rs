//! What a component is made of: functions with their complexity, types and how many of them are abstract.

use crate::facts::{Complexity, Definition, DefinitionKind};
use crate::graph::{NodeId, Snapshot};

/// Sums over everything at or below a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Functions and methods that hold code.
    pub functions: u32,
    /// Cyclomatic and cognitive complexity of all code, in functions and outside of them.
    pub complexity: Complexity,
    /// The largest of each in one function.
    pub most: Complexity,
    /// Classes, structures, enumerations, interfaces, traits and protocols.
    pub types: u32,
    /// Those of them that cannot be instantiated: see [`is_abstract`].
    pub abstract_types: u32,
}

impl Size {
    /// Abstractness A = abstract types / types (R. C. Martin, "OO Design Quality Metrics", 1994). None where there are no
    /// types.
    pub fn abstractness(&self) -> Option<f64> {
        (self.types > 0).then(|| f64::from(self.abstract_types) / f64::from(self.types))
    }

    fn add(&mut self, other: Self) {
        self.functions += other.functions;
        self.complexity = self.complexity.plus(other.complexity);
        self.most.cyclomatic = self.most.cyclomatic.max(other.most.cyclomatic);
        self.most.cognitive = self.most.cognitive.max(other.most.cognitive);
        self.types += other.types;
        self.abstract_types += other.abstract_types;
    }
}

/// Whether a type is abstract by its language's rules: an interface, trait or protocol (also Go's interfaces and Elixir's
/// protocols); a class with `abstract` before it (Java, Kotlin, C#, TypeScript, PHP, Scala, Dart) or `sealed` (Scala,
/// Kotlin, which means abstract there); a Python class that is built on `ABC` or `Protocol`. C++ says in its members that a
/// class is abstract: such classes are not known as that.
pub fn is_abstract(language: &str, definition: &Definition) -> bool {
    let before = || definition.signature.split(definition.name.as_str()).next().unwrap_or_default();
    let is_said = |words: &[&str]| before().split(' ').any(|word| words.contains(&word));
    match (definition.kind, language) {
        (DefinitionKind::Interface, _) => true,
        (DefinitionKind::Class, "python") => {
            let bases = definition.signature.split_once('(').map_or("", |(_, bases)| bases);
            let mut words = bases.split(|c: char| !c.is_alphanumeric());
            words.any(|word| matches!(word, "ABC" | "ABCMeta" | "Protocol"))
        }
        (DefinitionKind::Class, "kotlin" | "scala") => is_said(&["abstract", "sealed", "trait"]),
        (DefinitionKind::Class, _) => is_said(&["abstract"]),
        _ => false,
    }
}

/// The size of every node of the tree.
pub fn of_tree(snapshot: &Snapshot) -> Vec<Size> {
    let mut sizes = vec![Size::default(); snapshot.tree().len()];
    for id in snapshot.tree() {
        if let Some(facts) = snapshot.node(id).file.and_then(|file| snapshot.sources.facts(file)) {
            let language = snapshot.node(id).language.map_or("", |language| language.name);
            sizes[id.index()] = of_file(language, &facts.definitions, facts.complexity);
        }
    }
    // Children come after their parents.
    for id in (0..sizes.len() as u32).rev().map(NodeId) {
        if let Some(parent) = snapshot.node(id).parent {
            let size = sizes[id.index()];
            sizes[parent.index()].add(size);
        }
    }
    sizes
}

fn of_file(language: &str, definitions: &[Definition], complexity: Complexity) -> Size {
    use DefinitionKind::{Class, Enum, Interface, Struct};
    let mut size = Size { complexity, ..Size::default() };
    for definition in definitions {
        let own = definition.complexity;
        size.functions += u32::from(own.cyclomatic > 0);
        size.most.cyclomatic = size.most.cyclomatic.max(own.cyclomatic);
        size.most.cognitive = size.most.cognitive.max(own.cognitive);
        if matches!(definition.kind, Class | Struct | Enum | Interface) {
            size.types += 1;
            size.abstract_types += u32::from(is_abstract(language, definition));
        }
    }
    size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(path: &str, text: &str) -> Size {
        of_tree(&crate::index::from_memory("x", [(path, text)]))[NodeId::ROOT.index()]
    }

    #[test]
    fn what_cannot_be_instantiated_is_abstract() {
        let cases = [
            ("A.java", "abstract class A {} interface B {} class C {} enum D { X }", 2, 4),
            ("a.ts", "export abstract class A {}\nexport interface B {}\nexport class C {}", 2, 3),
            (
                "a.py",
                "class A(ABC): pass\nclass B(Protocol[T]): pass\nclass C(A): pass\nclass D(metaclass=abc.ABCMeta): pass",
                3,
                4,
            ),
            ("a.go", "package a\ntype A interface{ M() }\ntype B struct{}", 1, 2),
            ("src/lib.rs", "pub trait A {}\npub struct B;\npub enum C { X }", 1, 3),
            ("a.kt", "sealed class A\ninterface B\nclass C", 2, 3),
        ];
        for (path, text, abstract_types, types) in cases {
            let size = size(path, text);
            assert_eq!((size.abstract_types, size.types), (abstract_types, types), "{path}");
        }
    }

    #[test]
    fn functions_are_summed_up_and_the_worst_is_kept() {
        let size =
            size("a.py", "if x: pass\ndef f(a):\n    if a: return 1\ndef g(a, b):\n    return a and b and f(a)\n");
        assert_eq!(size.functions, 2);
        assert_eq!((size.complexity.cyclomatic, size.complexity.cognitive), (1 + 2 + 3, 1 + 1 + 1));
        assert_eq!((size.most.cyclomatic, size.most.cognitive), (3, 1));
    }
}
