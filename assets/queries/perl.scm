(package_statement name: (package) @name) @definition.module
(class_statement name: (package) @name) @definition.class
(role_statement name: (package) @name) @definition.interface
(subroutine_declaration_statement name: (bareword) @name) @definition.function
(method_declaration_statement name: (bareword) @name) @definition.method

(use_statement) @import
(require_expression) @import
(eval_expression (filename)) @import
((ambiguous_function_call_expression function: (function) @_load) @import
  (#any-of? @_load "extends" "with"))
((function_call_expression function: (function) @_load) @import
  (#any-of? @_load "extends" "with"))

; Complexity.
(conditional_statement) @complexity.if
(elsif) @complexity.elif
(else) @complexity.else
[
  (conditional_expression)
  (cstyle_for_statement)
  (for_statement)
  (loop_statement)
  (postfix_conditional_expression)
  (postfix_for_expression)
  (postfix_loop_expression)
] @complexity.branch
(binary_expression) @complexity.logical
(lowprec_logical_expression) @complexity.logical
(anonymous_subroutine_expression) @complexity.lambda
(goto_expression) @complexity.jump
