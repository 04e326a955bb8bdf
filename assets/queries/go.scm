(package_clause (package_identifier) @namespace)

((comment) @condition
  (#match? @condition "^//(go:build|[ \\t]*\\+build)[ \\t]"))

(import_spec) @import

; Definitions: what stands at the level of the package, the fields of its structures and the methods of its interfaces.
((function_declaration name: (identifier) @name) @definition.function
  (#not-eq? @name "_"))

((method_declaration name: (field_identifier) @name) @definition.method
  (#not-eq? @name "_"))

((const_spec name: (identifier) @name) @definition.constant
  (#not-eq? @name "_")
  (#set! outside-code))

((var_spec name: (identifier) @name) @definition.constant
  (#not-eq? @name "_")
  (#set! outside-code))

((type_spec name: (type_identifier) @name) @definition.type
  (#set! outside-code))

((type_alias name: (type_identifier) @name) @definition.type
  (#set! outside-code))

((type_spec name: (type_identifier) @name type: (struct_type)) @definition.struct
  (#set! outside-code))

((type_spec name: (type_identifier) @name type: (interface_type)) @definition.interface
  (#set! outside-code))

((type_spec type: (struct_type (field_declaration_list
  (field_declaration name: (field_identifier) @name) @definition.field)))
  (#set! outside-code))

((type_spec type: (interface_type (method_elem name: (field_identifier) @name) @definition.method))
  (#set! outside-code))

; Scopes.
[
  (function_declaration)
  (method_declaration)
  (func_literal)
  (block)
  (if_statement)
  (for_statement)
  (expression_switch_statement)
  (type_switch_statement)
  (expression_case)
  (type_case)
  (default_case)
  (communication_case)
] @scope

(type_spec type_parameters: (type_parameter_list)) @scope
(type_alias type_parameters: (type_parameter_list)) @scope

; Local names. Values and types share one name space in Go, so each hides mentions of every kind.
(type_parameter_declaration name: (identifier) @local.type)

(method_declaration receiver: (parameter_list (parameter_declaration
  type: (generic_type type_arguments: (type_arguments (type_elem (type_identifier) @local.type))))))

(method_declaration receiver: (parameter_list (parameter_declaration
  type: (pointer_type
    (generic_type type_arguments: (type_arguments (type_elem (type_identifier) @local.type)))))))

; Parameters are bound in the body alone: in `func f(url *url.URL)` the type is the package's.
(function_declaration
  parameters: (parameter_list (_ name: (identifier) @local.type)) body: (block) @from)

(function_declaration
  result: (parameter_list (_ name: (identifier) @local.type)) body: (block) @from)

(method_declaration
  receiver: (parameter_list (_ name: (identifier) @local.type)) body: (block) @from)

(method_declaration
  parameters: (parameter_list (_ name: (identifier) @local.type)) body: (block) @from)

(method_declaration
  result: (parameter_list (_ name: (identifier) @local.type)) body: (block) @from)

(func_literal
  parameters: (parameter_list (_ name: (identifier) @local.type)) body: (block) @from)

(func_literal
  result: (parameter_list (_ name: (identifier) @local.type)) body: (block) @from)

; The others from the end of their statement on: in `config := config.New()` the call is the package's.
(short_var_declaration left: (expression_list (identifier) @local.type)) @after
(var_spec name: (identifier) @local.type) @after
(const_spec name: (identifier) @local.type) @after
(range_clause left: (expression_list (identifier) @local.type) ":=") @after
(receive_statement left: (expression_list (identifier) @local.type) ":=") @after
(type_switch_statement alias: (expression_list (identifier) @local.type) value: (_) @after)
(type_declaration (type_spec name: (type_identifier) @local.type @from))
(type_declaration (type_alias name: (type_identifier) @local.type @from))

; Names that are no mentions: of parameters (also where there is no body), and keys of composite literals, which are
; fields unless the literal's type is written as a map or an array.
(parameter_declaration name: (identifier) @ignore)
(variadic_parameter_declaration name: (identifier) @ignore)
(qualified_type name: (type_identifier) @ignore)

(composite_literal
  type: [(type_identifier) (qualified_type) (generic_type) (struct_type)]
  body: (literal_value (keyed_element key: (literal_element (identifier) @ignore))))

(literal_element (literal_value (keyed_element key: (literal_element (identifier) @ignore))))

; Mentions.
(identifier) @reference.value
(type_identifier) @reference.type
(selector_expression operand: (identifier)) @reference.value
(qualified_type) @reference.type
(call_expression function: [(identifier) (selector_expression operand: (identifier))] @reference.call)

(field_declaration !name type: [(type_identifier) (qualified_type)] @reference.inherit)
(field_declaration !name type: (generic_type type: [(type_identifier) (qualified_type)] @reference.inherit))
(interface_type (type_elem [(type_identifier) (qualified_type)] @reference.inherit))
(interface_type (type_elem (generic_type type: [(type_identifier) (qualified_type)] @reference.inherit)))

; Complexity.
(if_statement) @complexity.if
(for_statement) @complexity.branch
[(expression_switch_statement) (type_switch_statement) (select_statement)] @complexity.structure
[(expression_case) (type_case) (communication_case)] @complexity.case
(binary_expression) @complexity.logical
(func_literal) @complexity.lambda
(goto_statement) @complexity.jump
(break_statement (label_name)) @complexity.jump
(continue_statement (label_name)) @complexity.jump
