; TypeScript, with and without JSX.

; Local names, so that mentions of them are not taken for mentions of what the file imports or declares.
[
  (function_declaration)
  (generator_function_declaration)
  (function_expression)
  (generator_function)
  (arrow_function)
  (method_definition)
  (statement_block)
  (for_statement)
  (for_in_statement)
  (catch_clause)
] @scope
(arrow_function parameter: (identifier) @local)
(function_expression name: (identifier) @local)
(variable_declarator name: (identifier) @local)
(shorthand_property_identifier_pattern) @local
(pair_pattern value: (identifier) @local)
(array_pattern (identifier) @local)
(assignment_pattern left: (identifier) @local)
(rest_pattern (identifier) @local)
(catch_clause parameter: (identifier) @local)
(for_in_statement left: (identifier) @local)

; Mentions: general first, special after.
(identifier) @reference.value
(shorthand_property_identifier) @reference.value
(member_expression object: (identifier)) @reference.value
(call_expression function: (identifier) @reference.call)
(call_expression function: (member_expression object: (identifier)) @reference.call)
(call_expression function: (member_expression object: (this)) @reference.call)
(new_expression constructor: (identifier) @reference.call)
(new_expression constructor: (member_expression object: (identifier)) @reference.call)
(decorator (identifier) @reference.macro)
(decorator (call_expression function: (identifier) @reference.macro))
(import_statement) @ignore
(export_clause) @ignore
(export_statement source: (string)) @ignore

; Imports. A `@name` is the function called: where a local name hides it, it is not the module system's.
(import_statement) @import
(export_statement) @import
(call_expression function: (import)) @import
(call_expression function: (identifier) @name (#eq? @name "require")) @import
(variable_declarator value: (call_expression function: (identifier) @name (#eq? @name "require"))) @import
(variable_declarator
  value: (member_expression object: (call_expression function: (identifier) @name (#eq? @name "require")))) @import
(variable_declarator value: (await_expression (call_expression function: (import)))) @import
(call_expression
  function: (identifier) @name
  arguments: (arguments (array))
  (#any-of? @name "define" "requirejs")) @import
(call_expression
  function: (member_expression object: (identifier) @name property: (property_identifier) @_property)
  (#any-of? @name "jest" "vi" "vitest" "require")
  (#any-of? @_property
    "mock" "doMock" "unmock" "requireActual" "requireMock" "importActual" "importMock" "resolve")) @import
(call_expression
  function: (member_expression object: (meta_property) property: (property_identifier) @_property)
  (#any-of? @_property "resolve" "glob" "globEager")) @import
(new_expression
  constructor: (identifier) @name
  arguments: (arguments . (string) . (member_expression object: (meta_property)))
  (#eq? @name "URL")) @import
((comment) @import (#match? @import "^///[ \t]*<(reference|amd-dependency)"))
(program
  (expression_statement
    (assignment_expression left: (member_expression object: (identifier) @name (#any-of? @name "module" "exports"))) @import))

; Definitions.
(function_declaration name: (identifier) @name) @definition.function
(generator_function_declaration name: (identifier) @name) @definition.function
(method_definition name: [(property_identifier) (private_property_identifier)] @name) @definition.method
(program
  [
    (lexical_declaration (variable_declarator name: (identifier) @name value: (_)? @_value) @definition.constant)
    (variable_declaration (variable_declarator name: (identifier) @name value: (_)? @_value) @definition.constant)
    (export_statement
      declaration: (_ (variable_declarator name: (identifier) @name value: (_)? @_value) @definition.constant))
  ]
  (#not-match? @_value "^(await )?(require|import)\\b"))
(program
  [
    (lexical_declaration
      (variable_declarator
        name: (identifier) @name
        value: [(arrow_function) (function_expression) (generator_function)]) @definition.function)
    (variable_declaration
      (variable_declarator
        name: (identifier) @name
        value: [(arrow_function) (function_expression) (generator_function)]) @definition.function)
    (export_statement
      declaration: (_
        (variable_declarator
          name: (identifier) @name
          value: [(arrow_function) (function_expression) (generator_function)]) @definition.function))
  ])
(program
  [
    (lexical_declaration (variable_declarator name: (identifier) @name value: (class)) @definition.class)
    (variable_declaration (variable_declarator name: (identifier) @name value: (class)) @definition.class)
    (export_statement
      declaration: (_ (variable_declarator name: (identifier) @name value: (class)) @definition.class))
  ])
(program
  (expression_statement
    (assignment_expression
      left: (member_expression property: (property_identifier) @name)
      right: [(function_expression) (arrow_function) (generator_function)]) @definition.function))

; What only TypeScript has.
(function_signature name: (identifier) @name) @definition.function
(class_declaration name: (type_identifier) @name) @definition.class
(abstract_class_declaration name: (type_identifier) @name) @definition.class
(abstract_method_signature name: (property_identifier) @name) @definition.method
(class_body (public_field_definition name: (_) @name value: (arrow_function)) @definition.method)
(interface_declaration name: (type_identifier) @name) @definition.interface
(type_alias_declaration name: (type_identifier) @name) @definition.type
(enum_declaration name: (identifier) @name) @definition.enum
(internal_module name: [(identifier) (nested_identifier)] @name) @definition.module
(program
  (ambient_declaration
    [
      (lexical_declaration (variable_declarator name: (identifier) @name) @definition.constant)
      (variable_declaration (variable_declarator name: (identifier) @name) @definition.constant)
    ]))

[
  (class_declaration)
  (abstract_class_declaration)
  (class)
  (interface_declaration)
  (type_alias_declaration)
  (function_type)
  (function_signature)
  (method_signature)
  (abstract_method_signature)
] @scope
(type_parameter name: (type_identifier) @local.type)
(required_parameter pattern: (identifier) @local)
(optional_parameter pattern: (identifier) @local)

(type_identifier) @reference.type
(nested_type_identifier module: (identifier)) @reference.type
(extends_clause value: (identifier) @reference.inherit)
(extends_clause value: (member_expression object: (identifier)) @reference.inherit)
(implements_clause (type_identifier) @reference.inherit)
(implements_clause (generic_type name: (type_identifier) @reference.inherit))
(extends_type_clause type: (type_identifier) @reference.inherit)
(extends_type_clause type: (generic_type name: (type_identifier) @reference.inherit))

; `import("x").T` where a type is written: the captured node is what holds it.
(type_annotation [(member_expression) (call_expression)]) @import
(type_arguments [(member_expression) (call_expression)]) @import
(type_query [(member_expression) (call_expression)]) @import
(union_type [(member_expression) (call_expression)]) @import
(intersection_type [(member_expression) (call_expression)]) @import
(tuple_type [(member_expression) (call_expression)]) @import
(conditional_type [(member_expression) (call_expression)]) @import
(function_type return_type: [(member_expression) (call_expression)]) @import
(lookup_type [(member_expression) (call_expression)]) @import
(parenthesized_type [(member_expression) (call_expression)]) @import
(type_alias_declaration value: [(member_expression) (call_expression)]) @import
(constraint [(member_expression) (call_expression)]) @import
(default_type [(member_expression) (call_expression)]) @import
(unary_expression operator: "typeof" argument: (call_expression function: (import))) @import
(unary_expression operator: "typeof" argument: (member_expression object: (call_expression function: (import)))) @import
(as_expression (_) . [(member_expression) (call_expression)] .) @import
(satisfies_expression (_) . [(member_expression) (call_expression)] .) @import

; Complexity.
(if_statement) @complexity.if
(else_clause) @complexity.else
[
  (for_statement)
  (for_in_statement)
  (while_statement)
  (do_statement)
  (ternary_expression)
  (catch_clause)
] @complexity.branch
(switch_statement) @complexity.structure
(switch_case) @complexity.case
(binary_expression) @complexity.logical
[(arrow_function) (function_expression) (generator_function)] @complexity.lambda
(break_statement label: (_)) @complexity.jump
(continue_statement label: (_)) @complexity.jump
