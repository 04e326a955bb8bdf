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
