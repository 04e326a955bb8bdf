(package_declaration [(identifier) (scoped_identifier)] @namespace)
(import_declaration) @import

; Types named. A qualified one counts once, from its first name on.
(type_identifier) @reference.type
(scoped_type_identifier) @reference.type
(scoped_type_identifier (_) (type_identifier) @ignore)
(record_pattern (identifier) @reference.type)
(uses_module_directive type: (_) @reference.type)
(provides_module_directive provided: (_) @reference.type)
(provides_module_directive provider: (_) @reference.type)
(superclass [(type_identifier) (scoped_type_identifier)] @reference.inherit)
(superclass (generic_type [(type_identifier) (scoped_type_identifier)] @reference.inherit))
(type_list [(type_identifier) (scoped_type_identifier)] @reference.type)
(super_interfaces (type_list [(type_identifier) (scoped_type_identifier)] @reference.inherit))
(super_interfaces (type_list (generic_type [(type_identifier) (scoped_type_identifier)] @reference.inherit)))
(extends_interfaces (type_list [(type_identifier) (scoped_type_identifier)] @reference.inherit))
(extends_interfaces (type_list (generic_type [(type_identifier) (scoped_type_identifier)] @reference.inherit)))
(annotation name: (_) @reference.macro)
(marker_annotation name: (_) @reference.macro)

; Names that may be a type's because something of them is used. Chains are taken up to the length that qualified names
; have, so that the cost of a long chain stays linear.
(method_invocation object: (identifier) @reference.value)
(method_reference . (identifier) @reference.value)
(field_access object: (identifier)) @reference.value
(field_access object: (field_access object: (identifier))) @reference.value
(field_access object: (field_access object: (field_access object: (identifier)))) @reference.value
(field_access object: (field_access object: (field_access object: (field_access object: (identifier))))) @reference.value
(field_access object: (field_access object: (field_access object: (field_access object: (field_access object: (identifier)))))) @reference.value
(field_access object: (field_access object: (field_access object: (field_access object: (field_access object: (field_access object: (identifier))))))) @reference.value

; Local names. Fields are local to the body of their type: they hide types of the same name as receivers.
(class_declaration) @scope
(interface_declaration) @scope
(record_declaration) @scope
(class_body) @scope
(enum_body) @scope
(interface_body) @scope
(method_declaration) @scope
(constructor_declaration) @scope
(block) @scope
(lambda_expression) @scope
(type_parameter (type_identifier) @local.type)
(variable_declarator name: (identifier) @local)
(formal_parameter name: (identifier) @local)
(catch_formal_parameter name: (identifier) @local)
(enhanced_for_statement name: (identifier) @local)
(resource name: (identifier) @local)
(instanceof_expression name: (identifier) @local)
(type_pattern (identifier) @local)
(lambda_expression parameters: (identifier) @local)
(inferred_parameters (identifier) @local)

; Definitions.
(class_declaration name: (identifier) @name) @definition.class
(record_declaration name: (identifier) @name) @definition.class
(enum_declaration name: (identifier) @name) @definition.enum
(interface_declaration name: (identifier) @name) @definition.interface
(annotation_type_declaration name: (identifier) @name) @definition.interface
(method_declaration name: (identifier) @name) @definition.method
(constructor_declaration name: (identifier) @name) @definition.method
(annotation_type_element_declaration name: (identifier) @name) @definition.method
(field_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.field
(constant_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.field
(enum_constant name: (identifier) @name) @definition.constant

; Complexity.
(if_statement) @complexity.if
[
  (for_statement)
  (enhanced_for_statement)
  (while_statement)
  (do_statement)
  (ternary_expression)
  (catch_clause)
] @complexity.branch
(switch_expression) @complexity.structure
(switch_label) @complexity.case
(guard) @complexity.decision
(binary_expression) @complexity.logical
(lambda_expression) @complexity.lambda
(break_statement (identifier)) @complexity.jump
(continue_statement (identifier)) @complexity.jump
