//! From `transom.toml` to rules.

use crate::analysis::{Finding, Location, Severity};
use crate::config::{Document, Error, PROJECT_KEYS, Raw, Setting};

use super::{KINDS, Kind, Rule};
use crate::query::Query;

/// The rules of a project and what is exempt from them.
#[derive(Default)]
pub struct Rules {
    /// In the order of the file.
    pub rules: Vec<Rule>,
    /// In the order of the file.
    pub(super) ignores: Vec<Ignore>,
    /// Revisions of which queries ask what changed since, where they do.
    revisions: Vec<Setting<String>>,
}

/// Keys of a rule whose texts are no queries.
const NO_QUERIES: [&str; 2] = ["name", "reason"];

/// An exception from one rule.
pub(super) struct Ignore {
    pub rule: Setting<String>,
    pub from: Setting<String>,
    /// None for whatever is needed.
    pub to: Option<Setting<String>>,
    pub reason: String,
}

impl Ignore {
    /// What to say where it is of no use any more.
    pub fn matches_nothing(&self) -> Finding {
        let to = self.to.as_ref().map_or(String::new(), |to| format!(", to = '{}'", to.value));
        Finding {
            rule: self.rule.value.as_str().into(),
            severity: Severity::Warning,
            message: format!(
                "this exception from '{}' matches nothing: from = '{}'{to}",
                self.rule.value, self.from.value
            ),
            evidence: vec![place(&self.rule)],
            help: match &*self.reason {
                "" => "Remove the entry.".into(),
                reason => format!("Remove the entry, whose reason is: {reason}").into(),
            },
        }
    }
}

/// Where a setting stands, as evidence.
pub(super) fn place<T>(setting: &Setting<T>) -> Location {
    Location { path: setting.file.as_str().into(), line: u32::try_from(setting.line).ok() }
}

impl Rules {
    /// Reads the text of a configuration file; `file` is what errors and evidence call it. The keys that are not about
    /// rules are left to [`crate::config`].
    ///
    /// # Errors
    /// The text is no TOML, a key is unknown or missing, or a value is of the wrong type.
    pub fn parse(file: &str, text: &str) -> Result<Self, Error> {
        let document = Document::parse(file, text)?;
        let mut rules = Self::default();
        for (key, value) in document.entries() {
            let section = document.setting(key.get_ref(), key, value);
            let kind = KINDS.iter().find(|kind| kind.section == section.key).copied();
            if kind.is_none() && section.key != "ignore" {
                if PROJECT_KEYS.contains(&section.key.as_str()) {
                    continue;
                }
                return Err(section.error("no such key"));
            }
            for member in document.members(&section)? {
                collect_revisions(&document, &member, &mut rules.revisions)?;
                let mut fields = Fields::new(&document, &member)?;
                match kind {
                    Some(kind) => rules.rules.push(rule(kind, &mut fields)?),
                    None => rules.ignores.push(ignore(&mut fields)?),
                }
                fields.finish()?;
            }
        }
        // Tables of one kind stand together in the document's map: the file's own order is that of their lines.
        rules.rules.sort_by_key(|rule| rule.name.line);
        rules.require_unique_names()?;
        Ok(rules)
    }

    /// The revisions of which queries ask what changed since. Whoever checks the rules has to look that up before (see
    /// [`crate::analysis::Analysis::knowing`]).
    pub fn revisions(&self) -> &[Setting<String>] {
        &self.revisions
    }

    fn require_unique_names(&self) -> Result<(), Error> {
        for (index, rule) in self.rules.iter().enumerate() {
            if self.rules[..index].iter().any(|other| other.name.value == rule.name.value) {
                return Err(rule.name.error(format!("'{}' is the name of another rule", rule.name.value)));
            }
        }
        for ignore in &self.ignores {
            if !self.rules.iter().any(|rule| rule.name.value == ignore.rule.value) {
                return Err(ignore.rule.error(format!("no rule is called '{}'", ignore.rule.value)));
            }
        }
        Ok(())
    }
}

/// Adds the revisions that the queries in a table name. What is no query is left to who reads it.
fn collect_revisions(
    document: &Document<'_>,
    table: &Raw<'_, '_>,
    found: &mut Vec<Setting<String>>,
) -> Result<(), Error> {
    let mut left: Vec<Raw<'_, '_>> = Vec::new();
    for (key, value) in table.table()? {
        if !NO_QUERIES.contains(&key.get_ref().as_ref()) {
            left.push(document.setting(&format!("{}.{}", table.key, key.get_ref()), key, value));
        }
    }
    while let Some(setting) = left.pop() {
        if let Some(text) = setting.value.as_str() {
            let query = Query::parse(text);
            let revisions =
                query.iter().flat_map(Query::revisions).map(|revision| setting.replaced(revision.to_owned()));
            found.extend(revisions);
        } else if setting.value.is_array() {
            left.extend(document.members(&setting)?);
        }
    }
    Ok(())
}

fn rule(kind: &'static Kind, fields: &mut Fields<'_, '_, '_>) -> Result<Rule, Error> {
    let severity = match fields.optional("severity") {
        None => Severity::Error,
        Some(severity) => match severity.string()?.as_str() {
            "error" => Severity::Error,
            "warn" => Severity::Warning,
            _ => return Err(severity.error("is 'error' or 'warn'")),
        },
    };
    let mut through = kind.through;
    through.tests = fields.flag("tests", through.tests)?;
    if kind.has_type_only {
        through.type_only = fields.flag("type_only", through.type_only)?;
    }
    Ok(Rule {
        name: fields.text("name")?,
        reason: fields.reason()?,
        severity,
        kind,
        through,
        check: (kind.read)(fields)?,
    })
}

fn ignore(fields: &mut Fields<'_, '_, '_>) -> Result<Ignore, Error> {
    Ok(Ignore {
        rule: fields.text("rule")?,
        from: fields.text("from")?,
        to: fields.optional("to").map(|to| Ok::<_, Error>(to.replaced(to.string()?))).transpose()?,
        reason: fields.reason()?,
    })
}

/// The keys of one table, each of which is taken once.
pub struct Fields<'d, 't, 'a> {
    document: &'d Document<'a>,
    table: Raw<'t, 'a>,
    left: Vec<Raw<'t, 'a>>,
}

impl<'d, 't, 'a> Fields<'d, 't, 'a> {
    fn new(document: &'d Document<'a>, table: &Raw<'t, 'a>) -> Result<Self, Error> {
        let entries = table.table()?;
        let field = |(key, value): &crate::config::Entry<'t, 'a>| {
            document.setting(&format!("{}.{}", table.key, key.get_ref()), key, value)
        };
        Ok(Self { document, table: table.clone(), left: entries.iter().map(field).collect() })
    }

    /// Nothing may be left.
    fn finish(self) -> Result<(), Error> {
        self.left.first().map_or(Ok(()), |field| Err(field.error("no such key")))
    }

    /// A key that may be missing.
    pub fn optional(&mut self, name: &str) -> Option<Raw<'t, 'a>> {
        let is_it = |field: &Raw<'_, '_>| field.key.strip_prefix(&*self.table.key).is_some_and(|key| key[1..] == *name);
        let index = self.left.iter().position(is_it)?;
        Some(self.left.remove(index))
    }

    /// A key that must be there.
    ///
    /// # Errors
    /// It is not.
    pub fn required(&mut self, name: &str) -> Result<Raw<'t, 'a>, Error> {
        self.optional(name).ok_or_else(|| self.table.error(format!("'{name}' is missing")))
    }

    /// A string that must be there, such as a query.
    ///
    /// # Errors
    /// It is missing, empty, or no string.
    pub fn text(&mut self, name: &str) -> Result<Setting<String>, Error> {
        let field = self.required(name)?;
        let text = field.string()?;
        if text.trim().is_empty() { Err(field.error("is empty")) } else { Ok(field.replaced(text)) }
    }

    /// A query that stands for the whole project where it is missing.
    ///
    /// # Errors
    /// It is no string.
    pub fn query_or_all(&mut self, name: &str) -> Result<Setting<String>, Error> {
        match self.optional(name) {
            Some(field) => Ok(field.replaced(field.string()?)),
            None => Ok(self.table.replaced(".".to_owned())),
        }
    }

    /// True or false.
    ///
    /// # Errors
    /// It is something else.
    pub fn flag(&mut self, name: &str, default: bool) -> Result<bool, Error> {
        self.optional(name).map_or(Ok(default), |field| field.boolean())
    }

    /// The members of a list.
    ///
    /// # Errors
    /// It is none.
    pub fn members(&self, list: &Raw<'t, 'a>) -> Result<Vec<Raw<'t, 'a>>, Error> {
        self.document.members(list)
    }

    fn reason(&mut self) -> Result<String, Error> {
        self.optional("reason").map_or(Ok(String::new()), |field| field.string())
    }
}
