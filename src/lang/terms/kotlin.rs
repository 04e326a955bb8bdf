//! Kotlin. Its grammar names hardly any parts, so these are found by their kinds and places.

use super::{Form, Grammar};

/// Kotlin.
pub static KOTLIN: Grammar = Grammar {
    wanted: "jvm",
    forms: &[
        (
            "call_expression",
            Form::Call {
                on: "",
                name: "#0",
                types: "<call_suffix/<type_arguments",
                arguments: "<call_suffix/<value_arguments",
                block: "<call_suffix/<annotated_lambda",
            },
        ),
        ("navigation_expression", Form::Member { object: "#0", name: "<navigation_suffix/#0" }),
        ("indexing_expression", Form::Index { object: "#0", key: "<indexing_suffix/#0" }),
        ("simple_identifier", Form::Name),
        ("type_identifier", Form::Name),
        ("interpolated_identifier", Form::Name),
        ("this_expression", Form::Name),
        ("user_type", Form::Name),
        ("string_literal", Form::Text),
        ("interpolated_expression", Form::Wrapper("#0")),
        ("integer_literal", Form::Number),
        ("long_literal", Form::Number),
        ("real_literal", Form::Number),
        ("boolean_literal", Form::Bool),
        ("null_literal", Form::Null),
        ("collection_literal", Form::List),
        ("value_argument", Form::Pair { key: "#0", value: "#-1" }),
        ("callable_reference", Form::Wrapper("#0")),
        ("parenthesized_expression", Form::Wrapper("#0")),
        ("directly_assignable_expression", Form::Wrapper("#0")),
        ("lambda_literal", Form::Function { body: "<statements/#0" }),
        ("additive_expression", Form::Operator),
        ("elvis_expression", Form::Operator),
        ("class_declaration", Form::Class { name: "<type_identifier", bases: "<delegation_specifier" }),
        ("object_declaration", Form::Class { name: "<type_identifier", bases: "<delegation_specifier" }),
        ("delegation_specifier", Form::Spread),
        ("constructor_invocation", Form::Wrapper("#0")),
        ("explicit_delegation", Form::Wrapper("#0")),
        (
            "class_parameter",
            Form::Field { each: ".", name: "<simple_identifier", r#type: "<user_type|<nullable_type", value: "" },
        ),
        (
            "property_declaration",
            Form::Field {
                each: ".",
                name: "<variable_declaration/<simple_identifier",
                r#type: "<variable_declaration/<user_type|<variable_declaration/<nullable_type",
                value: "#-1",
            },
        ),
        ("assignment", Form::Binding { name: "#0", r#type: "", value: "#-1" }),
        ("function_declaration", Form::Method { name: "<simple_identifier", result: "" }),
        (
            "annotation",
            Form::Annotation {
                name: "<constructor_invocation/<user_type|<user_type",
                arguments: "<constructor_invocation/<value_arguments",
            },
        ),
        ("modifiers", Form::Modifiers),
        ("line_comment", Form::Comment),
        ("multiline_comment", Form::Comment),
    ],
    fragments: &["string_content"],
    members: false,
    joins: &["+"],
    alternatives: &["?:"],
    tag: "",
};
