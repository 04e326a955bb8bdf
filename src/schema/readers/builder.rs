//! What readers of migrations in code share: the calls of a file in their order, and what is chained behind each.

use crate::facts::terms::{Call, CallId, Value};
use crate::schema::Code;

/// The calls of a file.
pub struct Calls<'a> {
    all: &'a [Call],
    /// For each call those that are chained behind it, nearest first.
    behind: Vec<Vec<CallId>>,
}

impl<'a> Calls<'a> {
    /// The calls of a file, with what follows each of them in its chain.
    pub fn new(code: &Code<'a>) -> Self {
        let all = &code.facts.terms.calls;
        let mut behind = vec![Vec::new(); all.len()];
        // A call stands behind the one that it is called on, so the first of its chain is known by then.
        let mut first: Vec<CallId> = Vec::with_capacity(all.len());
        for (id, call) in all.iter().enumerate() {
            let root = call.on.and_then(|on| first.get(on as usize).copied());
            first.push(root.unwrap_or(id as CallId));
            if let Some(root) = root {
                behind[root as usize].push(id as CallId);
            }
        }
        Self { all, behind }
    }

    /// A call by its number.
    pub fn get(&self, id: CallId) -> Option<&'a Call> {
        self.all.get(id as usize)
    }

    /// The first calls of all chains, in the order in which they are written.
    pub fn chains(&self) -> Vec<(CallId, &'a Call)> {
        let mut chains: Vec<(CallId, &'a Call)> = self
            .all
            .iter()
            .enumerate()
            .filter(|(_, call)| call.on.is_none())
            .map(|(id, call)| (id as CallId, call))
            .collect();
        chains.sort_by_key(|(_, call)| call.span.start);
        chains
    }

    /// The calls that are chained behind one.
    pub fn behind(&self, id: CallId) -> impl Iterator<Item = &'a Call> {
        self.behind.get(id as usize).into_iter().flatten().filter_map(|id| self.get(*id))
    }

    /// The call of this name that is chained behind one.
    pub fn then(&self, id: CallId, name: &str) -> Option<&'a Call> {
        self.behind(id).find(|call| call.name() == name)
    }

    /// The first call of the chain that a value is the result of.
    pub fn root(&self, value: &Value) -> Option<(CallId, &'a Call)> {
        let Value::Call(last) = value else { return None };
        let mut id = *last;
        let mut call = self.get(id)?;
        while let Some(on) = call.on {
            id = on;
            call = self.get(on)?;
        }
        Some((id, call))
    }
}

/// The texts of an argument: one, or a list of them.
pub fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::List(values)) => values.iter().filter_map(Value::text).collect(),
        Some(value) => value.text().into_iter().collect(),
        None => Vec::new(),
    }
}

/// Whether a call stands in a function of one of these names.
pub fn is_in(code: &Code<'_>, call: &Call, names: &[&str]) -> bool {
    let definitions = &code.facts.definitions;
    let mut next = call.within;
    while let Some(definition) = next.and_then(|id| definitions.get(id as usize)) {
        if names.contains(&definition.name.as_str()) {
            return true;
        }
        next = definition.parent;
    }
    false
}
