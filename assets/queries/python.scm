; Names mentioned. A chain of attributes counts as one mention (its inner parts are dropped afterwards); longer chains
; are cut at their third name, so the cost of a call chain stays linear.
(identifier) @reference.value
(attribute object: (identifier)) @reference.value
(attribute object: (attribute object: (identifier))) @reference.value
(call function: (identifier) @reference.call)
(call function: (attribute object: (identifier)) @reference.call)
(call function: (attribute object: (attribute object: (identifier))) @reference.call)
(type (identifier) @reference.type)
(type (attribute object: (identifier)) @reference.type)
(generic_type (identifier) @reference.type)
(class_definition superclasses: (argument_list (identifier) @reference.inherit))
(class_definition superclasses: (argument_list (attribute object: (identifier)) @reference.inherit))
(class_definition superclasses: (argument_list (attribute object: (attribute object: (identifier))) @reference.inherit))
(class_definition superclasses: (argument_list (subscript value: (identifier) @reference.inherit)))
(decorator (identifier) @reference.macro)
(decorator (attribute object: (identifier)) @reference.macro)
(decorator (call function: (identifier) @reference.macro))
(decorator (call function: (attribute object: (identifier)) @reference.macro))

; Identifiers that name no value of this file.
(attribute attribute: (identifier) @ignore)
(keyword_argument name: (identifier) @ignore)
(import_statement) @ignore
(import_from_statement) @ignore
(future_import_statement) @ignore

; Local names.
(function_definition) @scope
(lambda) @scope
(list_comprehension) @scope
(set_comprehension) @scope
(dictionary_comprehension) @scope
(generator_expression) @scope
(parameters (identifier) @local)
(lambda_parameters (identifier) @local)
(default_parameter name: (identifier) @local)
(typed_default_parameter name: (identifier) @local)
(typed_parameter . (identifier) @local)
(list_splat_pattern (identifier) @local)
(dictionary_splat_pattern (identifier) @local)
(assignment left: (identifier) @local)
(pattern_list (identifier) @local)
(tuple_pattern (identifier) @local)
(for_statement left: (identifier) @local)
(for_in_clause left: (identifier) @local)
(as_pattern_target (identifier) @local)
(named_expression name: (identifier) @local)

; Definitions. Those of a class are told apart afterwards.
((expression_statement (assignment left: (identifier) @name) @definition.constant) (#set! outside-code))
(type_alias_statement left: (type (identifier) @name)) @definition.type
(class_definition name: (identifier) @name) @definition.class
(function_definition name: (identifier) @name) @definition.function

; Docstrings.
(module . (comment)* . (expression_statement . (string) @documentation.inside .))
(class_definition body: (block . (expression_statement . (string) @documentation.inside .)))
(function_definition body: (block . (expression_statement . (string) @documentation.inside .)))

; Imports, and what says something about them: blocks for the type checker, and __all__.
(import_statement) @import
(import_from_statement) @import
(future_import_statement) @import
((call function: (identifier) @_function) @import
  (#any-of? @_function "__import__" "import_module"))
((call function: (attribute attribute: (identifier) @_function)) @import
  (#eq? @_function "import_module"))
((if_statement condition: (identifier) @_condition) @import
  (#eq? @_condition "TYPE_CHECKING"))
((if_statement condition: (attribute attribute: (identifier) @_condition)) @import
  (#eq? @_condition "TYPE_CHECKING"))
((if_statement condition: (not_operator argument: (identifier) @_condition)) @import
  (#eq? @_condition "TYPE_CHECKING"))
((if_statement condition: (not_operator argument: (attribute attribute: (identifier) @_condition))) @import
  (#eq? @_condition "TYPE_CHECKING"))
((assignment left: (identifier) @_all) @import (#eq? @_all "__all__"))
((augmented_assignment left: (identifier) @_all) @import (#eq? @_all "__all__"))

; Complexity.
[(if_statement) (for_statement) (while_statement) (conditional_expression) (except_clause)] @complexity.branch
(elif_clause) @complexity.elif
(else_clause) @complexity.else
(match_statement) @complexity.structure
(case_clause) @complexity.case
[(for_in_clause) (if_clause)] @complexity.decision
(boolean_operator) @complexity.logical
(lambda) @complexity.lambda
