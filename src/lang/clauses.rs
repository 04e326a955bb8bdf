//! Functions that are written as several clauses, one after the other.

use crate::facts::{Definition, DefinitionId, FileFacts};

/// Makes one definition of clauses that follow each other: same name, kind and parent. A finish hook.
pub fn join(facts: &mut FileFacts) {
    let mut kept: Vec<DefinitionId> = Vec::with_capacity(facts.definitions.len());
    let mut joined = Vec::with_capacity(facts.definitions.len());
    // The last definition of each parent that is still open, innermost last.
    let mut last_of: Vec<(Option<DefinitionId>, DefinitionId)> = Vec::new();
    for mut definition in std::mem::take(&mut facts.definitions) {
        definition.parent = definition.parent.map(|parent| kept[parent as usize]);
        let parent = definition.parent;
        while last_of.last().is_some_and(|(of, _)| *of != parent && *of > parent) {
            last_of.pop();
        }
        let before = last_of.pop_if(|(of, _)| *of == parent).map(|(_, id)| id);
        let same = before.filter(|id| {
            let before: &Definition = &joined[*id as usize];
            before.name == definition.name && before.kind == definition.kind
        });
        let id = match same {
            Some(id) => {
                let before: &mut Definition = &mut joined[id as usize];
                before.span.end = definition.span.end;
                // Each clause is one way more.
                before.complexity = before.complexity.plus(definition.complexity);
                id
            }
            None => {
                joined.push(definition);
                joined.len() as DefinitionId - 1
            }
        };
        last_of.push((parent, id));
        kept.push(id);
    }
    facts.definitions = joined;
    let moved = |within: &mut Option<DefinitionId>| *within = within.map(|id| kept[id as usize]);
    facts.imports.iter_mut().for_each(|import| moved(&mut import.within));
    facts.references.iter_mut().for_each(|reference| moved(&mut reference.within));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Complexity, DefinitionKind, Span, Visibility};

    fn definition(name: &str, parent: Option<DefinitionId>, start: u32) -> Definition {
        Definition {
            name: name.into(),
            kind: DefinitionKind::Function,
            parent,
            visibility: Visibility::Public,
            signature: name.into(),
            doc: None,
            test: false,
            complexity: Complexity { cyclomatic: 1, cognitive: 0 },
            span: Span { start, end: start + 1, line: 1 },
            name_span: Span::default(),
        }
    }

    #[test]
    fn clauses_that_follow_each_other_are_one_definition() {
        let definitions = vec![
            definition("m", None, 0),
            definition("f", Some(0), 1),
            definition("inner", Some(1), 2),
            definition("f", Some(0), 3),
            definition("inner", Some(3), 4),
            definition("g", Some(0), 5),
            definition("f", Some(0), 6),
        ];
        let mut facts = FileFacts { definitions, ..FileFacts::default() };
        join(&mut facts);
        let names: Vec<_> = facts.definitions.iter().map(|d| (d.name.as_str(), d.parent, d.span.end)).collect();
        let expected = [
            ("m", None, 1),
            ("f", Some(0), 4),
            ("inner", Some(1), 3),
            ("inner", Some(1), 5),
            ("g", Some(0), 6),
            ("f", Some(0), 7),
        ];
        assert_eq!(names, expected);
    }
}
