(import_declaration) @import
(import_declaration) @ignore

; Types named. A qualified one counts once, from its first name on.
(user_type) @reference.type
(inheritance_specifier inherits_from: (user_type) @reference.inherit)
(attribute (user_type) @reference.macro)
(key_path_expression . (type_identifier) @reference.type)

; Values that may be types, functions or variables of the module. Chains are taken up to the length that qualified names
; have, so that the cost of a long chain stays linear.
(navigation_expression target: (simple_identifier)) @reference.value
(navigation_expression target: (navigation_expression target: (simple_identifier))) @reference.value
(navigation_expression target: (navigation_expression target: (navigation_expression target: (simple_identifier)))) @reference.value
(navigation_expression target: (navigation_expression target: (navigation_expression target: (navigation_expression target: (simple_identifier))))) @reference.value
(call_expression . (simple_identifier) @reference.call)
(value_argument value: (simple_identifier) @reference.value)
(array_literal element: (simple_identifier) @reference.value)
(property_declaration value: (simple_identifier) @reference.value)
(control_transfer_statement result: (simple_identifier) @reference.value)
(assignment result: (simple_identifier) @reference.value)

; Local names. What a type declares is local to it: it hides what the module calls the same.
(class_declaration) @scope
(protocol_declaration) @scope
(function_declaration) @scope
(init_declaration) @scope
(subscript_declaration) @scope
(typealias_declaration) @scope
(function_body) @scope
(computed_property) @scope
(lambda_literal) @scope
(statements) @scope
(if_statement) @scope
(while_statement) @scope
(for_statement) @scope
(switch_entry) @scope
(catch_block) @scope
(type_parameter . (type_identifier) @local.type)
(parameter name: (simple_identifier) @local)
(lambda_parameter name: (simple_identifier) @local)
(pattern bound_identifier: (simple_identifier) @local)
(pattern (pattern . (simple_identifier) @local))
(guard_statement (pattern . (simple_identifier) @local))
(if_statement (pattern . (simple_identifier) @local))
(while_statement (pattern . (simple_identifier) @local))
(guard_statement bound_identifier: (simple_identifier) @local)
(if_statement bound_identifier: (simple_identifier) @local)
(while_statement bound_identifier: (simple_identifier) @local)
(statements (function_declaration name: (simple_identifier) @local))

; Definitions.
(class_declaration declaration_kind: ["class" "actor"] name: (type_identifier) @name) @definition.class
(class_declaration declaration_kind: "struct" name: (type_identifier) @name) @definition.struct
(class_declaration declaration_kind: "enum" name: (type_identifier) @name) @definition.enum
(class_declaration declaration_kind: "extension" name: (user_type) @name) @definition.implementation
(protocol_declaration name: (type_identifier) @name) @definition.interface
(typealias_declaration name: (type_identifier) @name) @definition.type
(associatedtype_declaration name: (type_identifier) @name) @definition.type
((function_declaration name: (simple_identifier) @name) @definition.function
  (#set! outside-code))
((protocol_function_declaration name: (simple_identifier) @name) @definition.method
  (#set! outside-code))
((property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.constant
  (#set! outside-code))
(protocol_property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.field
(enum_entry name: (simple_identifier) @name) @definition.constant
(init_declaration name: "init" @name) @definition.method
(macro_declaration (simple_identifier) @name) @definition.macro

; Complexity.
(if_statement) @complexity.if
[
  (guard_statement)
  (for_statement)
  (while_statement)
  (repeat_while_statement)
  (ternary_expression)
  (catch_block)
] @complexity.branch
(switch_statement) @complexity.structure
(switch_entry) @complexity.case
[(conjunction_expression) (disjunction_expression)] @complexity.logical
(nil_coalescing_expression) @complexity.decision
(lambda_literal) @complexity.lambda
