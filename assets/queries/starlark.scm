(function_definition name: (identifier) @name) @definition.function
((assignment left: (identifier) @name) @definition.constant
  (#set! outside-code))

((call function: (identifier) @_load) @import
  (#eq? @_load "load"))

; Complexity.
[(if_statement) (for_statement) (while_statement) (conditional_expression)] @complexity.branch
(elif_clause) @complexity.elif
(else_clause) @complexity.else
(match_statement) @complexity.structure
(case_clause) @complexity.case
[(for_in_clause) (if_clause)] @complexity.decision
(boolean_operator) @complexity.logical
(lambda) @complexity.lambda
