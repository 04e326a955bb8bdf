; A namespace in either form. The braceless one rules the text up to the next: php.rs finds it by position.
(namespace_definition name: (namespace_name) @name @namespace) @definition.module

(namespace_use_declaration) @import
(include_expression) @import
(include_once_expression) @import
(require_expression) @import
(require_once_expression) @import

(class_declaration name: (name) @name) @definition.class
(interface_declaration name: (name) @name) @definition.interface
(trait_declaration name: (name) @name) @definition.interface
(enum_declaration name: (name) @name) @definition.enum
(enum_case name: (name) @name) @definition.constant
(function_definition name: (name) @name) @definition.function
(method_declaration name: (name) @name) @definition.method
(const_declaration (const_element . (name) @name)) @definition.constant
(property_element name: (variable_name) @name) @definition.field

(named_type [(name) (qualified_name) (relative_name)] @reference.type)
(object_creation_expression . [(name) (qualified_name) (relative_name)] @reference.type)
(class_constant_access_expression . [(name) (qualified_name) (relative_name)] @reference.type)
(scoped_call_expression . scope: [(name) (qualified_name) (relative_name)] @reference.type)
(scoped_property_access_expression . scope: [(name) (qualified_name) (relative_name)] @reference.type)
; From the operator on: what stands before it is no type.
("instanceof" . [(name) (qualified_name) (relative_name)] @reference.type)
(attribute . [(name) (qualified_name) (relative_name)] @reference.macro)
(base_clause [(name) (qualified_name) (relative_name)] @reference.inherit)
(class_interface_clause [(name) (qualified_name) (relative_name)] @reference.inherit)
(use_declaration [(name) (qualified_name) (relative_name)] @reference.inherit)
(function_call_expression . function: [(name) (qualified_name) (relative_name)] @reference.call)

; Complexity.
(if_statement) @complexity.if
(else_if_clause) @complexity.elif
(else_clause) @complexity.else
[
  (for_statement)
  (foreach_statement)
  (while_statement)
  (do_statement)
  (conditional_expression)
  (catch_clause)
] @complexity.branch
(switch_statement) @complexity.structure
(case_statement) @complexity.case
(match_expression) @complexity.structure
(match_conditional_expression) @complexity.case
(binary_expression) @complexity.logical
[(anonymous_function) (arrow_function)] @complexity.lambda
(goto_statement) @complexity.jump
