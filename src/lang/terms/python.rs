//! Python.

use super::{Form, Grammar};

/// Python.
pub static PYTHON: Grammar = Grammar {
    wanted: "python",
    forms: &[
        ("call", Form::Call { on: "", name: "function", types: "", arguments: "arguments", block: "" }),
        ("subscript", Form::Index { object: "value", key: "subscript" }),
        ("attribute", Form::Member { object: "object", name: "attribute" }),
        ("identifier", Form::Name),
        ("string", Form::Text),
        ("concatenated_string", Form::Text),
        ("interpolation", Form::Wrapper("expression")),
        ("integer", Form::Number),
        ("float", Form::Number),
        ("true", Form::Bool),
        ("false", Form::Bool),
        ("none", Form::Null),
        ("list", Form::List),
        ("tuple", Form::List),
        ("set", Form::List),
        ("dictionary", Form::Map),
        ("pair", Form::Entry { key: "key", value: "value" }),
        ("keyword_argument", Form::Pair { key: "name", value: "value" }),
        ("argument_list", Form::Spread),
        ("parenthesized_expression", Form::Wrapper("#0")),
        ("await", Form::Wrapper("#0")),
        ("lambda", Form::Function { body: "body" }),
        ("binary_operator", Form::Operator),
        ("boolean_operator", Form::Operator),
        ("class_definition", Form::Class { name: "name", bases: "superclasses" }),
        ("function_definition", Form::Method { name: "name", result: "return_type" }),
        ("decorator", Form::Annotation { name: "#0", arguments: "" }),
        ("assignment", Form::Binding { name: "left", r#type: "type", value: "right" }),
        ("comment", Form::Comment),
    ],
    fragments: &["string_content"],
    members: true,
    joins: &["+"],
    alternatives: &["or"],
    tag: "",
};
