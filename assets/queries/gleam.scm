(function name: (identifier) @name) @definition.function
(constant name: (identifier) @name) @definition.constant
(type_definition (type_name name: (type_identifier) @name)) @definition.enum
(type_alias (type_name name: (type_identifier) @name)) @definition.type
(data_constructor name: (constructor_name) @name) @definition.field

(import) @import
((attribute name: (identifier) @_external) @import
  (#eq? @_external "external"))

; Complexity.
(case) @complexity.match
(case_clause) @complexity.case
(case_clause_guard) @complexity.decision
(binary_expression) @complexity.logical
(anonymous_function) @complexity.lambda
