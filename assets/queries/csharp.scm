; Namespaces. A file-scoped one is of the whole file, a block holds what it declares.
(file_scoped_namespace_declaration name: (_) @name @namespace) @definition.module
(namespace_declaration name: (_) @name) @definition.module

(using_directive) @import
(using_directive) @ignore
; The tree is the same for either form of access: what is called on a value may be an extension method.
(invocation_expression function: (member_access_expression) @import)
(invocation_expression function: (conditional_access_expression (member_binding_expression) @import))

; Types named. A qualified one counts once, from its first name on; facts.rs drops its inner parts.
(variable_declaration type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(parameter type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(parameter_list type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(property_declaration type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(indexer_declaration type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(event_declaration type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(conversion_operator_declaration type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(operator_declaration type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(delegate_declaration type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(local_function_statement type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(lambda_expression type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(nullable_type type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(array_type type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(pointer_type type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(ref_type type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(scoped_type type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(tuple_element type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(function_pointer_parameter type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(object_creation_expression type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(cast_expression type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(typeof_expression type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(sizeof_expression type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(default_expression type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(catch_declaration type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(declaration_expression type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(declaration_pattern type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(recursive_pattern type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(type_pattern type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(foreach_statement type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(from_clause type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(join_clause type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(type_parameter_constraint type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(refvalue_expression type: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(method_declaration returns: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(function_pointer_type returns: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(is_expression right: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(as_expression right: [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(type_argument_list [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(explicit_interface_specifier [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.type)
(base_list [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @reference.inherit)
(primary_constructor_base_type type: (_) @reference.inherit)
(enum_declaration (base_list) @ignore)
(attribute name: (_) @reference.macro)

; How many type parameters a type has is a part of its name: facts.rs knows such a mention by its first character.
(class_declaration (type_parameter_list) @reference.type)
(struct_declaration (type_parameter_list) @reference.type)
(record_declaration (type_parameter_list) @reference.type)
(interface_declaration (type_parameter_list) @reference.type)
(delegate_declaration (type_parameter_list) @reference.type)

; Names that may be a type's because something of them is used. Chains are taken up to the length that qualified names
; have, so that the cost of a long chain stays linear.
(member_access_expression expression: [(identifier) (generic_name) (alias_qualified_name)]) @reference.value
(member_access_expression expression: (member_access_expression expression: [(identifier) (generic_name) (alias_qualified_name)])) @reference.value
(member_access_expression expression: (member_access_expression expression: (member_access_expression expression: [(identifier) (generic_name) (alias_qualified_name)]))) @reference.value
(member_access_expression expression: (member_access_expression expression: (member_access_expression expression: (member_access_expression expression: [(identifier) (generic_name) (alias_qualified_name)])))) @reference.value
(member_access_expression expression: (member_access_expression expression: (member_access_expression expression: (member_access_expression expression: (member_access_expression expression: [(identifier) (generic_name) (alias_qualified_name)]))))) @reference.value
(member_access_expression expression: (member_access_expression expression: (member_access_expression expression: (member_access_expression expression: (member_access_expression expression: (member_access_expression expression: [(identifier) (generic_name) (alias_qualified_name)])))))) @reference.value
(member_access_expression expression: (member_access_expression expression: (member_access_expression expression: (member_access_expression expression: (member_access_expression expression: (member_access_expression expression: (member_access_expression expression: [(identifier) (generic_name) (alias_qualified_name)]))))))) @reference.value
(conditional_access_expression condition: (identifier) @reference.value)
(constant_pattern [(identifier) (generic_name)] @reference.value)
(is_pattern_expression pattern: (constant_pattern [(identifier) (generic_name)] @reference.type))
(invocation_expression function: [(identifier) (generic_name)] @reference.call)
(invocation_expression
  function: (identifier) @_nameof
  arguments: (argument_list . (argument [(identifier) (generic_name)] @reference.value) .)
  (#eq? @_nameof "nameof"))

; Local names. Members of types are no local names: they may be inherited, and their types may have the same name.
(class_declaration) @scope
(struct_declaration) @scope
(record_declaration) @scope
(interface_declaration) @scope
(delegate_declaration) @scope
(method_declaration) @scope
(constructor_declaration) @scope
(operator_declaration) @scope
(conversion_operator_declaration) @scope
(indexer_declaration) @scope
(property_declaration) @scope
(accessor_declaration) @scope
(local_function_statement) @scope
(lambda_expression) @scope
(anonymous_method_expression) @scope
(block) @scope
(switch_section) @scope
(for_statement) @scope
(foreach_statement) @scope
(using_statement) @scope
(catch_clause) @scope
(query_expression) @scope
(type_parameter name: (identifier) @local.type)
(parameter name: (identifier) @local)
(parameter_list name: (identifier) @local)
(lambda_expression parameters: (implicit_parameter) @local)
(local_declaration_statement (variable_declaration (variable_declarator name: (identifier) @local)))
(for_statement initializer: (variable_declaration (variable_declarator name: (identifier) @local)))
(using_statement (variable_declaration (variable_declarator name: (identifier) @local)))
(foreach_statement left: (identifier) @local)
(catch_declaration name: (identifier) @local)
(declaration_expression name: (identifier) @local)
(declaration_pattern name: (identifier) @local)
(recursive_pattern name: (identifier) @local)
(var_pattern name: (identifier) @local)
(from_clause name: (identifier) @local)
(local_function_statement name: (identifier) @local)

; Definitions.
(class_declaration name: (identifier) @name) @definition.class
(record_declaration name: (identifier) @name) @definition.class
(struct_declaration name: (identifier) @name) @definition.struct
(enum_declaration name: (identifier) @name) @definition.enum
(interface_declaration name: (identifier) @name) @definition.interface
(delegate_declaration name: (identifier) @name) @definition.type
(method_declaration name: (identifier) @name) @definition.method
(constructor_declaration name: (identifier) @name) @definition.method
(property_declaration name: (identifier) @name) @definition.field
(event_declaration name: (identifier) @name) @definition.field
(event_field_declaration (variable_declaration (variable_declarator name: (identifier) @name))) @definition.field
(field_declaration (variable_declaration (variable_declarator name: (identifier) @name))) @definition.field
(enum_member_declaration name: (identifier) @name) @definition.constant

; Complexity.
(if_statement) @complexity.if
[
  (for_statement)
  (foreach_statement)
  (while_statement)
  (do_statement)
  (conditional_expression)
  (catch_clause)
] @complexity.branch
(switch_statement) @complexity.structure
(switch_section) @complexity.case
(switch_expression) @complexity.match
(switch_expression_arm) @complexity.case
[(when_clause) (catch_filter_clause)] @complexity.decision
(binary_expression) @complexity.logical
[(lambda_expression) (anonymous_method_expression) (local_function_statement)] @complexity.lambda
(goto_statement) @complexity.jump
