//! What answers a route: the function that its last argument means, or the one that it is declared on.

use super::super::code::CodeFile;
use super::super::links::{Links, Meaning, whole};
use super::super::model::Handler;
use crate::facts::terms::{Function, Value, last_part};
use crate::facts::{DefinitionKind, Name, Span};

/// How many calls around a function are looked into.
const DEPTH_LIMIT: u32 = 6;

/// What a function without a name is called.
const INLINE: &str = "inline function";

/// The function that an annotation stands on.
pub fn annotated(file: &CodeFile<'_>, links: Links<'_>, function: &Function) -> Option<Handler> {
    let known = function.definition.and_then(|id| links.named(Meaning { file: file.id, definition: Some(id) }));
    let (name, place) = known.unwrap_or_else(|| {
        let class = function.class.and_then(|id| file.terms.classes.get(id as usize));
        let name = class.map_or_else(|| function.name.to_string(), |class| format!("{}.{}", class.name, function.name));
        (name, file.place(function.span.line))
    });
    Some(Handler { name: Name::from(name), place })
}

/// The handler of a definition.
pub fn of_meaning(links: Links<'_>, meaning: Meaning) -> Option<Handler> {
    links.named(meaning).map(|(name, place)| Handler { name: Name::from(name), place })
}

/// The function that a value stands for, which is written within a stretch of a file.
pub fn of_value(file: &CodeFile<'_>, links: Links<'_>, value: &Value, span: Span) -> Option<Handler> {
    match meaning_of(file, links, value, span, DEPTH_LIMIT)? {
        Found::Inline(line) => Some(Handler { name: Name::from(INLINE), place: file.place(line) }),
        Found::Meaning(meaning) => of_meaning(links, meaning),
    }
}

/// Where a value leads.
pub enum Found {
    /// To a function that is written in place.
    Inline(u32),
    /// To something with a name.
    Meaning(Meaning),
}

/// What a value leads to, through calls that wrap a function.
pub fn meaning_of(file: &CodeFile<'_>, links: Links<'_>, value: &Value, span: Span, depth: u32) -> Option<Found> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::Function(_) => Some(Found::Inline(span.line)),
        Value::Name(name) => named(file, links, name, span).map(Found::Meaning),
        // `[OrderController::class, 'create']`, or middleware before the handler.
        Value::List(values) => match values.as_slice() {
            [Value::Name(class), Value::Text(method)] => {
                let class = links.meaning(file.id, class, span)?;
                Some(Found::Meaning(links.member(class, method)?))
            }
            values => meaning_of(file, links, values.last()?, span, depth),
        },
        Value::Map(_) => meaning_of(file, links, value.entry("handler")?, span, depth),
        Value::Call(id) => {
            let call = file.call(*id)?;
            let receiver = call.receiver();
            if matches!(call.name(), "bind" | "as_view") && !receiver.is_empty() {
                return named(file, links, receiver, whole(call)).map(Found::Meaning);
            }
            // A factory of the project gives the handler; what wraps a handler takes it last.
            let wrapped = call.arguments.iter().rev().find_map(|argument| {
                let is_function = matches!(argument.value, Value::Function(_) | Value::Name(_) | Value::Call(_));
                let at = Span { line: argument.line, ..call.span };
                is_function.then(|| meaning_of(file, links, &argument.value, at, depth)).flatten()
            });
            let is_function = |found: &Found| match found {
                Found::Inline(_) => true,
                Found::Meaning(meaning) => links.is_function(*meaning) || is_view(links, *meaning),
            };
            let factory = || named(file, links, &call.callee, whole(call)).map(Found::Meaning);
            wrapped.filter(is_function).or_else(factory)
        }
        _ => None,
    }
}

/// Whether a definition is a class that answers by methods of its own.
fn is_view(links: Links<'_>, meaning: Meaning) -> bool {
    links.definition(meaning).is_some_and(|it| matches!(it.kind, DefinitionKind::Class | DefinitionKind::Constant))
}

/// What a dotted name means; of a member of an object that the file makes, the member of the object's class.
pub fn named(file: &CodeFile<'_>, links: Links<'_>, name: &str, span: Span) -> Option<Meaning> {
    let found = links.meaning(file.id, name, span);
    let is_member = name.contains('.');
    let last = last_part(name);
    let is_last = |meaning: &Meaning| links.definition(*meaning).is_some_and(|it| it.name == last || !is_member);
    if let Some(meaning) = found.filter(is_last) {
        return Some(meaning);
    }
    let (object, member) = name.rsplit_once('.')?;
    let Value::Call(made) = file.bound(object)? else { return None };
    let made = file.call(*made)?;
    let class = links.meaning(file.id, &made.callee, whole(made))?;
    links.member(class, member)
}
