(package_header (identifier) @namespace)
(import_header) @import

; The class that other languages see a file's functions in.
((file_annotation
  (constructor_invocation
    (user_type) @_annotation
    (value_arguments (value_argument (string_literal (string_content) @name))))) @definition.module
  (#eq? @_annotation "JvmName"))

; Types named.
(user_type) @reference.type
(delegation_specifier (user_type) @reference.inherit)
(delegation_specifier (constructor_invocation (user_type) @reference.inherit))
(delegation_specifier (explicit_delegation (user_type) @reference.inherit))
(annotation (user_type) @reference.macro)
(annotation (constructor_invocation (user_type) @reference.macro))
(file_annotation (user_type) @reference.macro)
(file_annotation (constructor_invocation (user_type) @reference.macro))
(callable_reference . (type_identifier) @reference.value)

; Names of values, functions and objects. Chains are taken up to the length that qualified names have, so that the cost of
; a long chain stays linear.
(simple_identifier) @reference.value
(interpolated_identifier) @reference.value
(call_expression . (simple_identifier) @reference.call)
(callable_reference . (simple_identifier) @reference.call .)
(navigation_expression . (simple_identifier)) @reference.value
(navigation_expression . (navigation_expression . (simple_identifier))) @reference.value
(navigation_expression . (navigation_expression . (navigation_expression . (simple_identifier)))) @reference.value
(navigation_expression . (navigation_expression . (navigation_expression . (navigation_expression . (simple_identifier))))) @reference.value
(navigation_expression . (navigation_expression . (navigation_expression . (navigation_expression . (navigation_expression . (simple_identifier)))))) @reference.value
(navigation_suffix (simple_identifier) @ignore)
(value_argument . (simple_identifier) @ignore . "=")
(import_header (identifier) @ignore)
(package_header (identifier) @ignore)
(label) @ignore

; Members by the name alone: what may be an extension.
(navigation_suffix) @reference.value
(call_expression . (navigation_expression (navigation_suffix) @reference.call .))

; Local names. Properties are local to the body of their type.
(class_declaration) @scope
(class_body) @scope
(enum_class_body) @scope
(function_declaration) @scope
(secondary_constructor) @scope
(anonymous_function) @scope
(lambda_literal) @scope
(control_structure_body) @scope
(function_body) @scope
(for_statement) @scope
(when_expression) @scope
(catch_block) @scope
(getter) @scope
(setter) @scope
(type_parameter (type_identifier) @local.type)
(class_parameter (simple_identifier) @local)
(parameter (simple_identifier) @local)
(parameter_with_optional_type (simple_identifier) @local)
(catch_block (simple_identifier) @local)
(lambda_parameters (variable_declaration (simple_identifier) @local))
(property_declaration (variable_declaration (simple_identifier) @local))
(for_statement (variable_declaration (simple_identifier) @local))
(when_subject (variable_declaration (simple_identifier) @local))
(multi_variable_declaration (variable_declaration (simple_identifier) @local))

; Definitions.
(class_declaration (type_identifier) @name) @definition.class
(class_declaration "interface" (type_identifier) @name) @definition.interface
(class_declaration "enum" (type_identifier) @name) @definition.enum
(object_declaration (type_identifier) @name) @definition.class
(companion_object "object" @name) @definition.class
(companion_object (type_identifier) @name) @definition.class
(type_alias (type_identifier) @name) @definition.type
(function_declaration (simple_identifier) @name) @definition.function
((property_declaration (variable_declaration (simple_identifier) @name)) @definition.field (#set! outside-code))
(class_parameter (binding_pattern_kind) (simple_identifier) @name) @definition.field
(enum_entry (simple_identifier) @name) @definition.constant

; Complexity.
(if_expression) @complexity.if
[(for_statement) (while_statement) (do_while_statement) (catch_block)] @complexity.branch
(when_expression) @complexity.structure
(when_entry) @complexity.case
[(conjunction_expression) (disjunction_expression)] @complexity.logical
(elvis_expression) @complexity.decision
[(lambda_literal) (anonymous_function)] @complexity.lambda
(function_declaration (function_body)) @complexity.code
