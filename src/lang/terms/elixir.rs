//! Elixir, where nearly everything is a call.

use super::{Form, Grammar};

/// Elixir.
pub static ELIXIR: Grammar = Grammar {
    wanted: "elixir",
    forms: &[
        ("call", Form::Call { on: "", name: "target", types: "", arguments: "<arguments", block: "<do_block" }),
        ("dot", Form::Member { object: "left", name: "right" }),
        ("access_call", Form::Index { object: "target", key: "key" }),
        ("identifier", Form::Name),
        ("alias", Form::Name),
        ("atom", Form::Symbol),
        ("keyword", Form::Symbol),
        ("string", Form::Text),
        ("charlist", Form::Text),
        ("sigil", Form::Text),
        ("quoted_atom", Form::Text),
        ("quoted_keyword", Form::Text),
        ("interpolation", Form::Wrapper("#0")),
        ("integer", Form::Number),
        ("float", Form::Number),
        ("boolean", Form::Bool),
        ("nil", Form::Null),
        ("list", Form::Array),
        ("tuple", Form::List),
        ("map", Form::Map),
        ("map_content", Form::Spread),
        ("keywords", Form::Spread),
        ("pair", Form::Entry { key: "key", value: "value" }),
        ("anonymous_function", Form::Function { body: "" }),
        ("binary_operator", Form::Operator),
        ("comment", Form::Comment),
    ],
    fragments: &["quoted_content", "escape_sequence"],
    members: false,
    joins: &["<>"],
    alternatives: &["||"],
    tag: "",
};
