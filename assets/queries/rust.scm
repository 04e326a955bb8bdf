; Mentions are read from the tokens of the whole file: see src/lang/rust/mentions.rs.
(source_file) @import

(use_declaration) @import
(extern_crate_declaration) @import
(mod_item !body) @import
(macro_invocation) @import
(macro_definition) @import

(mod_item name: (identifier) @name body: (_)) @definition.module
(struct_item name: (type_identifier) @name) @definition.struct
(union_item name: (type_identifier) @name) @definition.struct
(enum_item name: (type_identifier) @name) @definition.enum
(enum_variant name: (identifier) @name) @definition.field
(field_declaration name: (field_identifier) @name) @definition.field
(trait_item name: (type_identifier) @name) @definition.interface
(type_item name: (type_identifier) @name) @definition.type
(associated_type name: (type_identifier) @name) @definition.type
(impl_item type: (_) @name) @definition.implementation
(function_item name: (identifier) @name) @definition.function
(function_signature_item name: (identifier) @name) @definition.function
(const_item name: (identifier) @name) @definition.constant
(static_item name: (identifier) @name) @definition.constant
(macro_definition name: (identifier) @name) @definition.macro

; What a procedural macro's crate defines for others.
((attribute_item (attribute (identifier) @_attribute))
  . [(attribute_item) (line_comment) (block_comment)]*
  . (function_item name: (identifier) @name) @definition.macro
  (#any-of? @_attribute "proc_macro" "proc_macro_attribute"))
((attribute_item (attribute (identifier) @_attribute
    arguments: (token_tree . (identifier) @name))) @definition.macro
  (#eq? @_attribute "proc_macro_derive"))
((attribute_item (attribute (identifier) @_attribute
    arguments: (token_tree (identifier) @_conditional . (token_tree . (identifier) @name)))) @definition.macro
  (#eq? @_attribute "cfg_attr")
  (#eq? @_conditional "proc_macro_derive"))

; Complexity.
(if_expression) @complexity.if
(else_clause) @complexity.else
[(for_expression) (while_expression)] @complexity.branch
(let_declaration) @complexity.let
(loop_expression) @complexity.structure
(match_expression) @complexity.match
(match_arm) @complexity.case
(try_expression) @complexity.decision
(binary_expression) @complexity.logical
(let_chain) @complexity.logical
(closure_expression) @complexity.lambda
(break_expression (label)) @complexity.jump
(continue_expression (label)) @complexity.jump
