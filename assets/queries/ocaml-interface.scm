(module_definition (module_binding . (module_name) @name)) @definition.module
(module_type_definition . (module_type_name) @name) @definition.interface
(type_definition (type_binding name: (type_constructor) @name)) @definition.type
(exception_definition (constructor_declaration . (constructor_name) @name)) @definition.type
(external . (value_name) @name) @definition.function
(value_specification . (value_name) @name) @definition.function

; A module that the file binds itself is no other file's.
[(compilation_unit) (signature)] @scope
(module_definition (module_binding . (module_name) @local.type)) @after
(module_parameter (module_name) @local.type) @from

((open_module_signature module: (extended_module_path) @name) @import)
(open_module_signature module: (extended_module_path) @ignore)

; The whole of a path is one mention.
[(module_path) (extended_module_path)] @reference.value
(module_path . (module_path) @ignore)
(extended_module_path . (extended_module_path) @ignore)
