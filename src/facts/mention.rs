//! What a file mentions, apart from where: to be found again in another version of the file.

use std::collections::BTreeSet;

use super::{FileFacts, Name, Span};

/// A mention of something in another file, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mention {
    /// An import of a module, or of one of its names.
    Import {
        /// As [`super::Import::path`].
        path: Name,
        /// As [`super::ImportedName::name`]; none where the module itself is meant.
        name: Option<Name>,
    },
    /// A name, as [`super::Reference`] has it.
    Name(Name),
}

impl FileFacts {
    /// What is mentioned at a place, which is that of an import, of a name in one, or of a reference.
    pub fn mention_at(&self, span: Span) -> Option<Mention> {
        let of_name = self.imports.iter().find_map(|import| {
            let name = import.names.iter().find(|name| name.span == span)?;
            Some(Mention::Import { path: import.path.clone(), name: Some(name.name.clone()) })
        });
        let of_module = || {
            let import = self.imports.iter().find(|import| import.span == span || import.statement == span)?;
            Some(Mention::Import { path: import.path.clone(), name: None })
        };
        let of_reference = || {
            let reference = self.references.iter().find(|reference| reference.span == span)?;
            Some(Mention::Name(self.name(reference.name).into()))
        };
        of_name.or_else(of_module).or_else(of_reference)
    }

    /// All that is mentioned, once each. An import of names mentions its module too.
    pub fn mentions(&self) -> BTreeSet<Mention> {
        let mut mentions = BTreeSet::new();
        for import in &self.imports {
            let names = import.names.iter().map(|name| Some(name.name.clone()));
            mentions.extend(names.chain([None]).map(|name| Mention::Import { path: import.path.clone(), name }));
        }
        mentions.extend(self.names.iter().cloned().map(Mention::Name));
        mentions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Import, ImportKind, ImportedName};

    fn span(start: u32) -> Span {
        Span { start, end: start + 1, line: 1 }
    }

    #[test]
    fn a_mention_is_found_where_it_stands_and_in_another_version() {
        let mut import = Import::new(ImportKind::Import, "a.b", span(0), span(5));
        import.names = vec![ImportedName { name: "c".into(), alias: None, span: span(9) }];
        let facts = FileFacts { imports: vec![import], ..FileFacts::default() };
        let module = Mention::Import { path: "a.b".into(), name: None };
        let name = Mention::Import { path: "a.b".into(), name: Some("c".into()) };
        assert_eq!(facts.mention_at(span(5)), Some(module.clone()));
        assert_eq!(facts.mention_at(span(9)), Some(name.clone()));
        assert_eq!(facts.mention_at(span(7)), None);
        assert_eq!(facts.mentions(), BTreeSet::from([module, name]));
    }
}
