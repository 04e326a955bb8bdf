//! Service buses of .NET: MassTransit, NServiceBus, Rebus, EasyNetQ and CAP. They route by the type of a message, so a type
//! that somebody handles is a channel.

use super::claims::{Act, Claims, Named, Sort};
use crate::facts::terms::{Call, Value, annotation, last_part};
use crate::system::code::CodeFile;
use crate::system::model::ChannelKind::{Queue, Topic};
use crate::system::model::Sureness;

/// A bus: its technology, its namespaces, the interface of handlers.
const BUSES: &[(&str, &[&str], &str)] = &[
    ("MassTransit", &["MassTransit"], "IConsumer"),
    ("NServiceBus", &["NServiceBus"], "IHandleMessages"),
    ("Rebus", &["Rebus"], "IHandleMessages"),
];

/// Handlers of messages, and what is sent.
pub fn by_type<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>) {
    for (technology, libraries, interface) in BUSES {
        if !claims.component_uses(file, libraries) {
            continue;
        }
        for class in &file.terms.classes {
            let handled = class.bases.iter().filter_map(|base| argument_of(base, interface));
            for message in handled.collect::<Vec<_>>() {
                let named = Named { name: message.to_owned(), sureness: Sureness::Declared };
                claims.claim(file, (Topic, technology), Act::Consumes, &named, class.span.line);
            }
        }
        for call in &file.terms.calls {
            sent(claims, file, call, technology, interface);
            if call.name() == "ReceiveEndpoint"
                && let Some(named) = call.positional(0).and_then(|value| claims.name(file, value))
            {
                claims.claim(file, (Queue, technology), Act::Consumes, &named, call.span.line);
            }
        }
    }
    cap(claims, file);
}

/// The type argument of an interface: `IConsumer<OrderPlaced>`.
fn argument_of<'b>(base: &'b str, interface: &str) -> Option<&'b str> {
    let (before, rest) = base.split_once('<')?;
    (last_part(before) == interface).then(|| last_part(rest.trim_end_matches('>')))
}

/// A message that is published or sent, if some handler of the project takes its type.
fn sent<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>, call: &Call, technology: &'static str, interface: &str) {
    if !matches!(call.name(), "Publish" | "Send" | "SendLocal" | "Reply" | "PublishAsync" | "Defer") {
        return;
    }
    let of_argument = call.arguments.iter().find_map(|argument| message_of(file, call, &argument.value));
    let Some(message) = call.types.as_deref().map(|types| last_part(types).to_owned()).or(of_argument) else { return };
    if claims.handled(interface).is_some_and(|handled| handled.contains(&*message)) {
        let named = Named { name: message, sureness: Sureness::Resolved };
        claims.claim(file, (Topic, technology), Act::Publishes, &named, call.span.line);
    }
}

/// The class of a new object, given as it is or by its name.
fn message_of(file: &CodeFile<'_>, call: &Call, value: &Value) -> Option<String> {
    let made = match value {
        Value::Call(id) => file.call(*id)?,
        Value::Name(name) => match file.bound_before(name, call)? {
            Value::Call(id) => file.call(*id)?,
            _ => return None,
        },
        _ => return None,
    };
    let name = made.name();
    name.starts_with(|first: char| first.is_ascii_uppercase()).then(|| name.to_owned())
}

/// CAP names what it routes: `[CapSubscribe("a")]` and `Publish("a", message)`.
fn cap<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>) {
    const CAP: Sort = (Topic, "CAP");
    if !claims.uses(file, &["DotNetCore.CAP"]) {
        return;
    }
    for function in &file.terms.functions {
        let Some(found) = annotation(&function.annotations, "CapSubscribe") else { continue };
        if let Some(named) = found.first().and_then(|value| claims.name(file, value)) {
            claims.claim(file, CAP, Act::Consumes, &named, found.span.line);
        }
    }
    for call in file.terms.calls.iter().filter(|call| matches!(call.name(), "Publish" | "PublishAsync")) {
        if let Some(named) = call.positional(0).and_then(|value| claims.name(file, value)) {
            claims.claim(file, CAP, Act::Publishes, &named, call.span.line);
        }
    }
}
