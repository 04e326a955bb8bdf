(function_declaration name: (identifier) @name) @definition.function
(function_declaration name: (dot_index_expression field: (identifier) @name)) @definition.function
(function_declaration name: (method_index_expression method: (identifier) @name)) @definition.method
(assignment_statement
  (variable_list . name: [(identifier) @name (dot_index_expression field: (identifier) @name)] .)
  (expression_list . value: (function_definition) .)) @definition.function

((function_call name: (identifier) @_load) @import
  (#any-of? @_load "require" "dofile" "loadfile" "pcall"))

; Complexity.
(if_statement) @complexity.if
(elseif_statement) @complexity.elif
(else_statement) @complexity.else
[(for_statement) (while_statement) (repeat_statement)] @complexity.branch
(binary_expression) @complexity.logical
(function_definition) @complexity.lambda
(goto_statement) @complexity.jump
