//! Tables of calls that say something of a channel.

use rustc_hash::FxHashMap;

use super::claims::{Act, Claims, Named, Sort};
use crate::facts::terms::{Argument, Call, Value, last_part};
use crate::system::code::CodeFile;
use crate::system::model::Sureness;

/// How many calls around or before a call are followed.
const CHAIN_LIMIT: usize = 16;

/// Where a call names a channel.
#[derive(Debug, Clone, Copy)]
pub enum Slot {
    /// The argument without a name of this number, counted from 0.
    At(usize),
    /// Every argument without a name.
    All,
    /// Such an argument, or else one of this name or key.
    AtOr(usize, &'static str),
    /// Values of these names or keys, also in maps and lists among the arguments.
    Deep(&'static [&'static str]),
    /// The first argument of the call that made what it is called on, if that is one of these.
    Maker(&'static [&'static str]),
    /// The first argument, of a call in a chain that begins with one on this class: `SendMessageRequest.builder().queueUrl(q)`.
    Built(&'static str),
    /// The value of this key, or of the first argument, of the call that made what it is called on.
    MakerKey(&'static [&'static str], &'static str),
}

/// A row.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Imports of which the file has one, by how their paths begin.
    pub libraries: &'static [&'static str],
    /// The last parts of the calls' names, or those with what stands before: `TopicBuilder.name`.
    pub calls: &'static [&'static str],
    /// Where the channel's name is.
    pub slot: Slot,
    /// What the call says.
    pub act: Act,
    /// What it is said of.
    pub sort: Sort,
    /// Whether it is enough that another file of the component imports the library.
    pub spread: bool,
}

impl Rule {
    /// Also for files that are given what they call by others.
    pub const fn spread(mut self) -> Self {
        self.spread = true;
        self
    }
}

/// A row of calls that declare a channel.
pub const fn declares(
    sort: Sort,
    libraries: &'static [&'static str],
    calls: &'static [&'static str],
    slot: Slot,
) -> Rule {
    Rule { libraries, calls, slot, act: Act::Declares, sort, spread: false }
}

/// A row of calls that send.
pub const fn publishes(
    sort: Sort,
    libraries: &'static [&'static str],
    calls: &'static [&'static str],
    slot: Slot,
) -> Rule {
    Rule { libraries, calls, slot, act: Act::Publishes, sort, spread: false }
}

/// A row of calls that receive.
pub const fn consumes(
    sort: Sort,
    libraries: &'static [&'static str],
    calls: &'static [&'static str],
    slot: Slot,
) -> Rule {
    Rule { libraries, calls, slot, act: Act::Consumes, sort, spread: false }
}

/// All rows, by the last part of the names of their calls.
pub struct Rules {
    by_call: FxHashMap<&'static str, Vec<(&'static str, &'static Rule)>>,
}

impl Rules {
    /// The rows of several tables.
    pub fn new(tables: &[&'static [Rule]]) -> Self {
        let mut by_call: FxHashMap<&str, Vec<(&str, &Rule)>> = FxHashMap::default();
        for rule in tables.iter().copied().flatten() {
            for call in rule.calls {
                by_call.entry(last_part(call)).or_default().push((call, rule));
            }
        }
        Self { by_call }
    }

    /// Claims what the calls of a file say.
    pub fn apply<'s>(&self, claims: &mut Claims<'_, 's>, file: &CodeFile<'s>) {
        let dead = dead_letters(file);
        for (index, call) in file.terms.calls.iter().enumerate() {
            for (wanted, rule) in self.by_call.get(call.name()).into_iter().flatten() {
                let is_meant = !wanted.contains('.') || is_called(&call.callee, wanted);
                let is_used =
                    claims.uses(file, rule.libraries) || rule.spread && claims.component_uses(file, rule.libraries);
                if !is_meant || !is_used {
                    continue;
                }
                for (named, line) in slot(claims, file, call, rule.slot) {
                    let channel = claims.claim(file, rule.sort, rule.act, &named, line);
                    let line = dead.get(&(index as u32)).copied().or_else(|| dead_letter(call));
                    if let Some(line) = line.filter(|_| rule.act != Act::Publishes) {
                        claims.dead_letters(channel, &file.file.path, line);
                    }
                }
            }
        }
    }
}

/// Whether a call's name ends with these parts.
fn is_called(callee: &str, wanted: &str) -> bool {
    callee.strip_suffix(wanted).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// The names at a place of a call, each with its line.
pub fn slot<'s>(claims: &Claims<'_, 's>, file: &CodeFile<'s>, call: &Call, slot: Slot) -> Vec<(Named, u32)> {
    let line = call.span.line;
    let at = |value: Option<&Value>| -> Vec<(Named, u32)> {
        let names = value.map(|value| claims.names(file, value)).unwrap_or_default();
        names.into_iter().map(|named| (named, line)).collect()
    };
    match slot {
        Slot::At(index) => at(call.positional(index)),
        Slot::AtOr(index, key) => at(option(&call.arguments, key).or_else(|| call.positional(index))),
        Slot::All => {
            let plain = call.arguments.iter().filter(|argument| argument.name.is_none());
            plain.flat_map(|argument| claims.names(file, &argument.value)).map(|named| (named, line)).collect()
        }
        Slot::Deep(keys) => {
            let mut found = Vec::new();
            deep(&call.arguments, keys, &mut |argument| {
                found.extend(claims.names(file, &argument.value).into_iter().map(|named| (named, argument.line)));
            });
            found
        }
        Slot::Built(class) => at(call.positional(0).filter(|_| is_built(file, call, class))),
        Slot::Maker(makers) => made(claims, file, call, makers, None, line),
        Slot::MakerKey(makers, key) => made(claims, file, call, makers, Some(key), line),
    }
}

/// Whether the chain of calls that ends with one begins with one on a class.
fn is_built(file: &CodeFile<'_>, call: &Call, class: &str) -> bool {
    let mut next = call;
    for _ in 0..CHAIN_LIMIT {
        match next.on.and_then(|id| file.call(id)) {
            Some(on) => next = on,
            None => break,
        }
    }
    last_part(next.receiver()) == class
}

/// The name that was given to what a call is called on when it was made: in the same chain, under a name of the file, or
/// under one of another file.
fn made<'s>(
    claims: &Claims<'_, 's>,
    file: &CodeFile<'s>,
    call: &Call,
    makers: &[&str],
    key: Option<&str>,
    line: u32,
) -> Vec<(Named, u32)> {
    let Some((home, maker)) = maker(claims, file, call, makers) else { return Vec::new() };
    let value = key.and_then(|key| option(&maker.arguments, key)).or_else(|| maker.positional(0));
    let names = value.map(|value| claims.names(home, value)).unwrap_or_default();
    names.into_iter().map(|named| (Named { sureness: Sureness::Resolved, ..named }, line)).collect()
}

/// The call that made what a call is called on.
pub fn maker<'c, 's: 'c>(
    claims: &Claims<'c, 's>,
    file: &'c CodeFile<'s>,
    call: &'c Call,
    makers: &[&str],
) -> Option<(&'c CodeFile<'s>, &'c Call)> {
    let mut home = file;
    let mut next = call;
    for _ in 0..CHAIN_LIMIT {
        next = match next.on.and_then(|id| home.call(id)) {
            Some(on) => on,
            None => {
                let receiver = last_part(next.receiver());
                let bound = home.bound_before(receiver, next).or_else(|| home.bound(receiver));
                match bound {
                    Some(Value::Call(id)) => home.call(*id).filter(|found| !std::ptr::eq(*found, next))?,
                    Some(_) => return None,
                    None => {
                        let (file, made) = claims.program.made(home, receiver)?;
                        home = file;
                        made
                    }
                }
            }
        };
        if makers.contains(&next.name()) {
            return Some((home, next));
        }
    }
    None
}

/// The argument of a name, or one that stands for itself (`{ topic }`).
fn option<'v>(arguments: &'v [Argument], key: &str) -> Option<&'v Value> {
    let mut found = None;
    deep(arguments, &[key], &mut |argument| {
        found.get_or_insert(&argument.value);
    });
    found
}

/// Every argument or entry of some names, also in maps and lists.
pub fn deep<'v>(arguments: &'v [Argument], keys: &[&str], visit: &mut impl FnMut(&'v Argument)) {
    for argument in arguments {
        let is_short = argument.name.is_none() && argument.value.name().is_some_and(|name| keys.contains(&name));
        if is_short || argument.name.as_deref().is_some_and(|name| keys.contains(&name)) {
            visit(argument);
        } else {
            inside(&argument.value, keys, visit);
        }
    }
}

// Values are at most as deep as their reader allows, so this may recurse.
fn inside<'v>(value: &'v Value, keys: &[&str], visit: &mut impl FnMut(&'v Argument)) {
    match value {
        Value::Map(entries) => {
            // Only in a map a name without a key stands for itself.
            deep(entries, keys, visit);
        }
        Value::List(values) => values.iter().for_each(|value| inside(value, keys, visit)),
        _ => {}
    }
}

/// Whether a key says where messages go that nobody could process.
fn is_dead_letter(key: &str) -> bool {
    let plain: String = key.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    plain.contains("deadletter")
}

/// The line of an argument that says it.
fn dead_letter(call: &Call) -> Option<u32> {
    fn search(arguments: &[Argument]) -> Option<u32> {
        arguments.iter().find_map(|argument| {
            let is_said = argument.name.as_deref().is_some_and(is_dead_letter)
                || argument
                    .value
                    .text()
                    .is_some_and(|text| text.starts_with("x-dead-letter") || text.contains("deadLetterTargetArn"));
            if is_said { Some(argument.line) } else { within(&argument.value) }
        })
    }
    fn within(value: &Value) -> Option<u32> {
        match value {
            Value::Map(entries) => search(entries),
            Value::List(values) => values.iter().find_map(within),
            _ => None,
        }
    }
    search(&call.arguments)
}

/// For each call on whose result another one says where dead letters go the line of that one.
fn dead_letters(file: &CodeFile<'_>) -> FxHashMap<u32, u32> {
    let mut found = FxHashMap::default();
    for call in &file.terms.calls {
        let says = is_dead_letter(call.name()) || call.name() == "withArgument" && dead_letter(call).is_some();
        let mut next = call.on.filter(|_| says);
        for _ in 0..CHAIN_LIMIT {
            let Some(id) = next else { break };
            found.entry(id).or_insert(call.span.line);
            next = file.call(id).and_then(|call| call.on);
        }
    }
    found
}
