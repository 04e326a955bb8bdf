//! TOML of which every value knows its file, line and key.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it comes from.
#[derive(Debug, Clone)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The key as written: `keys.tree.open`.
    pub key: String,
}

impl<T> Setting<T> {
    /// Another value in the same place.
    pub fn replaced<U>(&self, value: U) -> Setting<U> {
        Setting { value, file: self.file.clone(), line: self.line, key: self.key.clone() }
    }

    /// An error about this value.
    pub fn error(&self, message: impl Into<String>) -> Error {
        Error { file: self.file.clone(), line: self.line, key: self.key.clone(), message: message.into() }
    }
}

/// What is wrong with a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {}{message}", if key.is_empty() { String::new() } else { format!("{key}: ") })]
pub struct Error {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The key; empty where the file is no TOML at all.
    pub key: String,
    /// What is wrong.
    pub message: String,
}

/// A value as TOML has it.
pub type Raw<'t, 'a> = Setting<&'t DeValue<'a>>;

impl<'t, 'a> Raw<'t, 'a> {
    /// As a string.
    ///
    /// # Errors
    /// It is something else.
    pub fn string(&self) -> Result<String, Error> {
        self.value.as_str().map(str::to_owned).ok_or_else(|| self.error("is a string"))
    }

    /// As a list of strings.
    ///
    /// # Errors
    /// It is something else.
    pub fn strings(&self) -> Result<Vec<String>, Error> {
        let wrong = || self.error("is a list of strings");
        let values = self.value.as_array().ok_or_else(wrong)?;
        values.iter().map(|value| value.get_ref().as_str().map(str::to_owned).ok_or_else(wrong)).collect()
    }

    /// As true or false.
    ///
    /// # Errors
    /// It is something else.
    pub fn boolean(&self) -> Result<bool, Error> {
        self.value.as_bool().ok_or_else(|| self.error("is true or false"))
    }

    /// As a number.
    ///
    /// # Errors
    /// It is something else, or infinite.
    pub fn number(&self) -> Result<f64, Error> {
        let text = match self.value {
            DeValue::Integer(number) => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return Err(self.error("is a number")),
        };
        text.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(|| self.error("is a decimal number"))
    }

    /// As a table, in the order of the file.
    ///
    /// # Errors
    /// It is something else.
    pub fn table(&self) -> Result<Vec<Entry<'t, 'a>>, Error> {
        self.value.as_table().map(in_order).ok_or_else(|| self.error("is a table"))
    }
}

/// A TOML text.
pub struct Document<'a> {
    file: &'a str,
    text: &'a str,
    table: Spanned<DeTable<'a>>,
}

/// A key and its value.
pub type Entry<'t, 'a> = (&'t Spanned<Cow<'a, str>>, &'t Spanned<DeValue<'a>>);

impl<'a> Document<'a> {
    /// Reads a text; `file` is what errors call it.
    ///
    /// # Errors
    /// It is no TOML.
    pub fn parse(file: &'a str, text: &'a str) -> Result<Self, Error> {
        let table = DeTable::parse(text).map_err(|error| Error {
            file: file.to_owned(),
            line: error.span().map_or(1, |span| line_at(text, span.start)),
            key: String::new(),
            message: error.message().to_owned(),
        })?;
        Ok(Self { file, text, table })
    }

    /// In the order of the file, so that the first error is the one reported.
    pub fn entries(&self) -> Vec<Entry<'_, 'a>> {
        in_order(self.table.get_ref())
    }

    /// A value with its place, which is that of its key.
    pub fn setting<'t>(&self, key: &str, at: &Spanned<Cow<'a, str>>, value: &'t Spanned<DeValue<'a>>) -> Raw<'t, 'a> {
        let line = line_at(self.text, at.span().start);
        Setting { value: value.get_ref(), file: self.file.to_owned(), line, key: key.to_owned() }
    }

    /// The members of a list, each with its own place: `layers[2]`.
    ///
    /// # Errors
    /// It is no list.
    pub fn members<'t>(&self, list: &Raw<'t, 'a>) -> Result<Vec<Raw<'t, 'a>>, Error> {
        let values = list.value.as_array().ok_or_else(|| list.error("is a list"))?;
        let member = |(index, value): (usize, &'t Spanned<DeValue<'a>>)| Setting {
            value: value.get_ref(),
            file: self.file.to_owned(),
            line: line_at(self.text, value.span().start),
            key: format!("{}[{}]", list.key, index + 1),
        };
        Ok(values.iter().enumerate().map(member).collect())
    }
}

fn in_order<'t, 'a>(table: &'t DeTable<'a>) -> Vec<Entry<'t, 'a>> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}
