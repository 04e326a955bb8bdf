//! A value of a configuration file with the line on which it begins.

use crate::facts::Name;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// Counted from 1.
    pub line: u32,
    /// What it is.
    pub value: Value,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A scalar as written, without quotes; empty for nothing.
    Text(Name),
    /// A sequence.
    List(Vec<Tree>),
    /// A mapping, in order.
    Map(Vec<Entry>),
}

/// An entry of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key as written.
    pub key: Name,
    /// The line of the key, counted from 1.
    pub line: u32,
    /// The value.
    pub value: Tree,
}

impl Tree {
    /// The scalar's text.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The entries of a mapping; empty for anything else.
    pub fn entries(&self) -> &[Entry] {
        if let Value::Map(entries) = &self.value { entries } else { &[] }
    }

    /// The elements of a sequence; empty for anything else.
    pub fn elements(&self) -> &[Tree] {
        if let Value::List(elements) = &self.value { elements } else { &[] }
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Tree> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value at the end of a path of keys that are joined by `.`.
    pub fn at(&self, path: &str) -> Option<&Tree> {
        path.split('.').try_fold(self, |tree, key| tree.get(key))
    }

    /// The text at the end of a path of keys.
    pub fn text_at(&self, path: &str) -> Option<&str> {
        self.at(path)?.text().filter(|text| !text.is_empty())
    }

    /// The elements of a sequence, or the value itself where one stands for a sequence of one.
    pub fn each(&self) -> &[Tree] {
        match &self.value {
            Value::List(elements) => elements,
            _ => std::slice::from_ref(self),
        }
    }

    /// Every scalar below, with its path of keys joined by `.`; an element of a sequence adds `[n]`.
    pub fn leaves(&self) -> Vec<(String, &Name, u32)> {
        let mut leaves = Vec::new();
        self.collect(&mut String::new(), self.line, &mut leaves);
        leaves
    }

    // Trees are at most as deep as their readers allow, so this may recurse.
    fn collect<'t>(&'t self, path: &mut String, line: u32, leaves: &mut Vec<(String, &'t Name, u32)>) {
        let length = path.len();
        match &self.value {
            Value::Text(text) => leaves.push((path.clone(), text, line)),
            Value::List(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    path.push_str(&format!("[{index}]"));
                    element.collect(path, element.line, leaves);
                    path.truncate(length);
                }
            }
            Value::Map(entries) => {
                for entry in entries {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(&entry.key);
                    entry.value.collect(path, entry.line, leaves);
                    path.truncate(length);
                }
            }
        }
    }
}
