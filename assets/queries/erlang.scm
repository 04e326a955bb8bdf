(module_attribute name: (atom) @namespace)
(fun_decl clause: (function_clause name: (atom) @name)) @definition.function
(record_decl name: (atom) @name) @definition.struct
(type_alias name: (type_name name: (atom) @name)) @definition.type
(opaque name: (type_name name: (atom) @name)) @definition.type
(callback fun: (atom) @name) @definition.method
(pp_define lhs: (macro_lhs name: (_) @name)) @definition.macro

[(pp_include) (pp_include_lib) (import_attribute)] @import
(behaviour_attribute name: (atom) @reference.inherit)

; A module before `:` is a value or a call, a record is a type, a macro a macro.
(remote module: (remote_module module: (atom) @reference.call))
(external_fun module: (module name: (atom) @reference.call))
(record_name name: (atom) @reference.type)
(macro_call_expr name: [(var) (atom)] @reference.macro)
(remote module: (remote_module module: (macro_call_expr name: (var) @reference.value)))

; Complexity.
[(if_expr) (case_expr) (receive_expr)] @complexity.match
[(if_clause) (cr_clause)] @complexity.case
(catch_clause) @complexity.branch
(catch_expr) @complexity.branch
(binary_op_expr) @complexity.logical
(anonymous_fun) @complexity.clauses
(fun_clause) @complexity.case
[(function_clause) (fun_decl)] @complexity.code
