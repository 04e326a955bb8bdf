(contract_declaration name: (identifier) @name) @definition.class
(interface_declaration name: (identifier) @name) @definition.interface
(library_declaration name: (identifier) @name) @definition.module
(struct_declaration name: (identifier) @name) @definition.struct
(enum_declaration name: (identifier) @name) @definition.enum
(user_defined_type_definition name: (identifier) @name) @definition.type
(event_definition name: (identifier) @name) @definition.type
(error_declaration name: (identifier) @name) @definition.type
(function_definition name: (identifier) @name) @definition.function
(contract_body (function_definition name: (identifier) @name) @definition.method)
(modifier_definition name: (identifier) @name) @definition.method
(state_variable_declaration name: (identifier) @name) @definition.field
(constant_variable_declaration name: (identifier) @name) @definition.constant

(import_directive) @import

(inheritance_specifier ancestor: (user_defined_type) @reference.inherit)
(type_name (user_defined_type) @reference.type)
(using_directive (type_alias) @reference.type)

; Complexity.
(if_statement) @complexity.if
[
  (for_statement)
  (while_statement)
  (do_while_statement)
  (ternary_expression)
  (catch_clause)
] @complexity.branch
(binary_expression) @complexity.logical
