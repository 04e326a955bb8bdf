(module_definition name: (identifier) @name) @definition.module
(abstract_definition (type_head [(identifier) @name
  (parametrized_type_expression . (identifier) @name)
  (binary_expression . [(identifier) @name (parametrized_type_expression . (identifier) @name)])])) @definition.interface
(struct_definition (type_head [(identifier) @name
  (parametrized_type_expression . (identifier) @name)
  (binary_expression . [(identifier) @name (parametrized_type_expression . (identifier) @name)])])) @definition.struct
(primitive_definition (type_head . (identifier) @name)) @definition.type
((const_statement (assignment . (identifier) @name)) @definition.constant (#set! outside-code))
(function_definition (signature (call_expression . [(identifier) @name (field_expression) @name]))) @definition.function
(function_definition (signature (where_expression . (call_expression . [(identifier) @name (field_expression) @name]))))
  @definition.function
((assignment . (call_expression . [(identifier) @name (field_expression) @name])) @definition.function
  (#set! outside-code))
(macro_definition (signature (call_expression . (identifier) @name))) @definition.macro

[(using_statement) (import_statement)] @import
((call_expression . (identifier) @_include . (argument_list)) @import (#eq? @_include "include"))

; Complexity.
(if_statement) @complexity.if
(elseif_clause) @complexity.elif
(else_clause) @complexity.else
[(for_statement) (while_statement) (ternary_expression) (catch_clause)] @complexity.branch
[(for_clause) (if_clause)] @complexity.decision
(binary_expression) @complexity.logical
[(arrow_function_expression) (do_clause)] @complexity.lambda
(function_definition) @complexity.code
