(function_declaration name: (identifier) @name) @definition.function
(struct_declaration (function_declaration name: (identifier) @name) @definition.method)
(enum_declaration (function_declaration name: (identifier) @name) @definition.method)
(union_declaration (function_declaration name: (identifier) @name) @definition.method)
((variable_declaration . (identifier) @name [(integer) (float) (string) (boolean) (character)] .) @definition.constant
  (#set! outside-code))
(variable_declaration . (identifier) @name (struct_declaration) .) @definition.struct
(variable_declaration . (identifier) @name (opaque_declaration) .) @definition.type
(variable_declaration . (identifier) @name [(enum_declaration) (union_declaration) (error_set_declaration)] .) @definition.enum
(container_field name: (identifier) @name) @definition.field
(test_declaration (string (string_content) @name)) @definition.function
(test_declaration (identifier) @name) @definition.function

((builtin_function (builtin_identifier) @_builtin) @import
  (#any-of? @_builtin "@import" "@embedFile" "@cInclude"))

; Complexity.
[(if_statement) (if_expression)] @complexity.if
(else_clause) @complexity.else
[(for_statement) (for_expression) (while_statement) (while_expression) (catch_expression)] @complexity.branch
(switch_expression) @complexity.structure
(switch_case) @complexity.case
(try_expression) @complexity.decision
(binary_expression) @complexity.logical
