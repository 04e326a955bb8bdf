(translation_unit) @import
(ERROR) @import

(namespace_definition name: (_) @name) @definition.module

(function_definition
  declarator: [
    (function_declarator declarator: [(identifier) (qualified_identifier) (operator_name) (parenthesized_declarator (identifier))] @name)
    (_ (function_declarator declarator: [(identifier) (qualified_identifier) (operator_name)] @name))
    (_ (_ (function_declarator declarator: [(identifier) (qualified_identifier) (operator_name)] @name)))
  ]) @definition.function
(function_definition
  declarator: [
    (function_declarator declarator: (qualified_identifier) @name)
    (_ (function_declarator declarator: (qualified_identifier) @name))
  ]) @definition.method
(function_definition
  declarator: [
    (function_declarator declarator: [(field_identifier) (destructor_name)] @name)
    (_ (function_declarator declarator: [(field_identifier) (operator_name)] @name))
    (_ (_ (function_declarator declarator: (field_identifier) @name)))
    (operator_cast type: (_) @name)
  ]) @definition.method
(field_declaration_list (function_definition declarator: (function_declarator declarator: [(identifier) (operator_name)] @name)) @definition.method)

(declaration
  declarator: [
    (function_declarator declarator: [(identifier) (operator_name)] @name)
    (_ (function_declarator declarator: [(identifier) (operator_name)] @name))
  ]
  ; What looks like a call of a macro is an annotation (`GUARDED_BY(mutex)`).
  (#not-match? @name "^[A-Z0-9]+_[A-Z0-9_]+$")) @definition.function
(field_declaration_list (declaration declarator: (function_declarator declarator: [(identifier) (destructor_name) (operator_name)] @name)) @definition.method)
(field_declaration
  declarator: [
    (function_declarator declarator: [(field_identifier) (operator_name) (destructor_name)] @name)
    (_ (function_declarator declarator: [(field_identifier) (operator_name)] @name))
  ]
  (#not-match? @name "^[A-Z0-9]+_[A-Z0-9_]+$")) @definition.method
(field_declaration
  declarator: [
    (field_identifier) @name
    (pointer_declarator declarator: (field_identifier) @name)
    (reference_declarator (field_identifier) @name)
    (array_declarator declarator: (field_identifier) @name)
  ]) @definition.field

(class_specifier name: (_) @name body: (_)) @definition.class
(struct_specifier name: (_) @name body: (_)) @definition.struct
(union_specifier name: (_) @name body: (_)) @definition.struct
(enum_specifier name: (_) @name body: (_)) @definition.enum
(enumerator name: (identifier) @name) @definition.constant
(concept_definition name: (identifier) @name) @definition.interface
(alias_declaration name: (type_identifier) @name) @definition.type
(type_definition
  declarator: [
    (type_identifier) @name
    (pointer_declarator declarator: (type_identifier) @name)
    (function_declarator declarator: (parenthesized_declarator (pointer_declarator declarator: (type_identifier) @name)))
  ]) @definition.type
(type_definition type: [(struct_specifier !name) (union_specifier !name)] declarator: (type_identifier) @name) @definition.struct
(type_definition type: (enum_specifier !name) declarator: (type_identifier) @name) @definition.enum

(preproc_def name: (identifier) @name value: (_)) @definition.macro
(preproc_function_def name: (identifier) @name) @definition.macro

; Complexity.
(if_statement) @complexity.if
(else_clause) @complexity.else
[
  (for_statement)
  (while_statement)
  (do_statement)
  (conditional_expression)
  (for_range_loop)
  (catch_clause)
] @complexity.branch
(switch_statement) @complexity.structure
(case_statement) @complexity.case
(binary_expression) @complexity.logical
(goto_statement) @complexity.jump
(lambda_expression) @complexity.lambda
