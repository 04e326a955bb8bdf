(value_declaration functionDeclarationLeft: (function_declaration_left . (lower_case_identifier) @name)) @definition.function
(type_declaration name: (upper_case_identifier) @name) @definition.enum
(type_alias_declaration name: (upper_case_identifier) @name) @definition.type
(port_annotation name: (lower_case_identifier) @name) @definition.function

(module_declaration name: (upper_case_qid) @namespace)
(import_clause) @import

; Complexity.
(if_else_expr) @complexity.branch
(case_of_expr) @complexity.match
(case_of_branch) @complexity.case
(anonymous_function_expr) @complexity.lambda
(value_declaration) @complexity.code
