(package_clause name: (package_identifier) @namespace !body)
(import_declaration) @import
(export_declaration) @import

; Types named. A qualified one counts once, from its first name on.
(type_identifier) @reference.type
(stable_type_identifier) @reference.type
(stable_type_identifier (_) (type_identifier) @ignore)
(stable_identifier (_) (identifier) @ignore .)
(extends_clause type: (type_identifier) @reference.inherit)
(extends_clause type: (stable_type_identifier) @reference.inherit)
(extends_clause type: (generic_type type: (_) @reference.inherit))
(annotation name: (_) @reference.macro)

; Names of values, functions and objects. Chains are taken up to the length that qualified names have, so that the cost of
; a long chain stays linear.
(identifier) @reference.value
(stable_identifier) @reference.value
(call_expression function: (identifier) @reference.call)
(generic_function function: (identifier) @reference.call)
(field_expression value: (identifier)) @reference.value
(field_expression value: (field_expression value: (identifier))) @reference.value
(field_expression value: (field_expression value: (field_expression value: (identifier)))) @reference.value
(field_expression value: (field_expression value: (field_expression value: (field_expression value: (identifier))))) @reference.value
(field_expression field: (identifier) @ignore)
(infix_expression operator: (identifier) @ignore)
(arguments (assignment_expression left: (identifier) @ignore))
(interpolated_string_expression interpolator: (identifier) @ignore)
(package_identifier) @ignore
(import_declaration) @ignore
(export_declaration) @ignore

; Local names. Values of a template are local to it.
(class_definition) @scope
(trait_definition) @scope
(object_definition) @scope
(enum_definition) @scope
(full_enum_case) @scope
(given_definition) @scope
(extension_definition) @scope
(type_definition) @scope
(function_definition) @scope
(function_declaration) @scope
(template_body) @scope
(with_template_body) @scope
(enum_body) @scope
(block) @scope
(indented_block) @scope
(case_clause) @scope
(lambda_expression) @scope
(for_expression) @scope
(type_parameters name: (identifier) @local.type)
(class_parameter name: (identifier) @local)
(parameter name: (identifier) @local)
(binding name: (identifier) @local)
(self_type (identifier) @local)
(lambda_expression parameters: (identifier) @local)
(enumerator . (identifier) @local)
(val_definition pattern: (identifier) @local)
(var_definition pattern: (identifier) @local)
(val_definition pattern: (identifiers (identifier) @local))
(var_definition pattern: (identifiers (identifier) @local))
(val_declaration name: (identifier) @local)
(var_declaration name: (identifier) @local)
(typed_pattern pattern: (identifier) @local)
(capture_pattern name: (identifier) @local)
((tuple_pattern (identifier) @local) (#match? @local "^[a-z_]"))
((case_class_pattern pattern: (identifier) @local) (#match? @local "^[a-z_]"))
((infix_pattern left: (identifier) @local) (#match? @local "^[a-z_]"))
((infix_pattern right: (identifier) @local) (#match? @local "^[a-z_]"))
((case_clause pattern: (identifier) @local) (#match? @local "^[a-z_]"))

; Definitions. The first clause without a body is the file's package; what is written in further ones is theirs.
(package_clause name: (package_identifier) @name body: (_)) @definition.module
((package_clause !body) . (package_clause name: (package_identifier) @name !body) @definition.module)
(package_object name: (_) @name) @definition.module
(class_definition name: (_) @name) @definition.class
(trait_definition name: (_) @name) @definition.interface
(object_definition name: (_) @name) @definition.class
(enum_definition name: (_) @name) @definition.enum
(simple_enum_case name: (_) @name) @definition.constant
(full_enum_case name: (_) @name) @definition.class
(type_definition name: (type_identifier) @name) @definition.type
(function_definition name: (_) @name) @definition.function
(function_declaration name: (_) @name) @definition.function
(given_definition name: (_) @name) @definition.constant
((val_definition pattern: (identifier) @name) @definition.field (#set! outside-code))
((var_definition pattern: (identifier) @name) @definition.field (#set! outside-code))
((val_definition pattern: (identifiers (identifier) @name)) @definition.field (#set! outside-code))
((var_definition pattern: (identifiers (identifier) @name)) @definition.field (#set! outside-code))
(val_declaration name: (identifier) @name) @definition.field
(var_declaration name: (identifier) @name) @definition.field

; Complexity.
(if_expression) @complexity.if
[(for_expression) (while_expression) (do_while_expression)] @complexity.branch
[(match_expression) (catch_clause)] @complexity.match
(case_clause) @complexity.case
(guard) @complexity.decision
(infix_expression) @complexity.logical
(lambda_expression) @complexity.lambda
