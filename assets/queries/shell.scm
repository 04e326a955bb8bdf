(function_definition name: (word) @name) @definition.function
(declaration_command ["export" "readonly"] (variable_assignment name: (variable_name) @name) @definition.constant
  (#set! outside-code))

(command) @import
; What a path may be put together from.
(variable_assignment) @import

(command_name . (word) @reference.call)

; Complexity.
(if_statement) @complexity.if
(elif_clause) @complexity.elif
(else_clause) @complexity.else
[(for_statement) (c_style_for_statement) (while_statement) (ternary_expression)] @complexity.branch
(case_statement) @complexity.structure
(case_item) @complexity.case
(list) @complexity.logical
(binary_expression) @complexity.logical
