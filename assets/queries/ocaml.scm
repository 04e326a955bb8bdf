(module_definition (module_binding . (module_name) @name)) @definition.module
(module_type_definition . (module_type_name) @name) @definition.interface
(type_definition (type_binding name: (type_constructor) @name)) @definition.type
(exception_definition (constructor_declaration . (constructor_name) @name)) @definition.type
(external . (value_name) @name) @definition.function
(value_specification . (value_name) @name) @definition.function
(class_definition (class_binding (class_name) @name)) @definition.class
((value_definition (let_binding pattern: (value_name) @name)) @definition.constant (#set! outside-code))
((value_definition (let_binding pattern: (value_name) @name . (parameter))) @definition.function (#set! outside-code))

; A module that the file binds itself is no other file's.
[(compilation_unit) (structure) (signature) (let_expression)] @scope
(module_definition (module_binding . (module_name) @local.type)) @after
(module_parameter (module_name) @local.type) @from
(package_pattern (module_name) @local.type) @from

((open_module module: (module_path) @name) @import)
((include_module module: (module_path) @name) @import)
((local_open_expression . (module_path) @name) @import)
(open_module module: (module_path) @ignore)
(include_module module: (module_path) @ignore)

; The whole of a path is one mention.
[(module_path) (extended_module_path)] @reference.value
(module_path . (module_path) @ignore)
(extended_module_path . (extended_module_path) @ignore)
(local_open_expression . (module_path) @ignore)

; Complexity.
(if_expression) @complexity.if
(else_clause) @complexity.else
[(for_expression) (while_expression)] @complexity.branch
[(match_expression) (try_expression) (function_expression)] @complexity.match
(match_case) @complexity.case
(guard) @complexity.decision
(infix_expression) @complexity.logical
(fun_expression) @complexity.lambda
