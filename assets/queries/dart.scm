(import_or_export) @import
(part_directive) @import
(part_of_directive) @import
(library_name (dotted_identifier_list) @namespace)

(class_declaration name: (identifier) @name) @definition.class
(class_declaration (mixin_application_class . (identifier) @name)) @definition.class
(mixin_declaration name: (identifier) @name) @definition.class
(extension_declaration name: (identifier) @name) @definition.implementation
(extension_type_declaration name: (extension_type_name . (identifier) @name)) @definition.type
(extension_type_declaration name: (identifier) @name) @definition.type
(enum_declaration name: (identifier) @name) @definition.enum
(enum_entry name: (identifier) @name) @definition.constant
(type_alias (type_identifier) @name) @definition.type

(function_declaration signature: (function_signature name: (identifier) @name)) @definition.function
(getter_declaration signature: (getter_signature name: (identifier) @name)) @definition.function
(setter_declaration signature: (setter_signature name: (identifier) @name)) @definition.function
(external_function_declaration signature: (function_signature name: (identifier) @name)) @definition.function
(external_getter_declaration signature: (getter_signature name: (identifier) @name)) @definition.function
(external_setter_declaration signature: (setter_signature name: (identifier) @name)) @definition.function
(top_level_variable_declaration
  (static_final_declaration_list (static_final_declaration name: (identifier) @name) @definition.constant))
(top_level_variable_declaration
  (initialized_identifier_list (initialized_identifier name: (identifier) @name) @definition.constant))
(external_variable_declaration (identifier_list (identifier) @name)) @definition.constant

(method_declaration
  signature: (method_signature (function_signature name: (identifier) @name))) @definition.method
(method_declaration
  signature: (method_signature (getter_signature name: (identifier) @name))) @definition.method
(method_declaration
  signature: (method_signature (setter_signature name: (identifier) @name))) @definition.method
(declaration (function_signature name: (identifier) @name)) @definition.method
(declaration (getter_signature name: (identifier) @name)) @definition.method
(declaration (setter_signature name: (identifier) @name)) @definition.method
(declaration (static_final_declaration_list (static_final_declaration name: (identifier) @name) @definition.field))
(declaration (initialized_identifier_list (initialized_identifier name: (identifier) @name) @definition.field))

; Complexity.
[(if_statement) (if_element)] @complexity.if
[
  (for_statement)
  (for_element)
  (while_statement)
  (do_statement)
  (conditional_expression)
] @complexity.branch
(try_statement) @complexity.try
(switch_statement) @complexity.structure
(switch_statement_case) @complexity.case
(switch_expression) @complexity.match
(switch_expression_case) @complexity.case
[(logical_and_expression) (logical_or_expression)] @complexity.logical
(if_null_expression) @complexity.decision
(function_expression) @complexity.lambda
