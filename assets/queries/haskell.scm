(header module: (module) @namespace)
(import) @import
(data_type name: (_) @name) @definition.type
(newtype name: (_) @name) @definition.type
(type_synonym name: (_) @name) @definition.type
(type_family name: (_) @name) @definition.type
(class name: (_) @name) @definition.interface
(instance name: (_) @name) @definition.implementation
((function name: (variable) @name) @definition.function (#set! outside-code))
((bind name: (variable) @name) @definition.constant (#set! outside-code))
(class_declarations (signature name: (variable) @name) @definition.method)
(instance_declarations (function name: (variable) @name) @definition.method)

; Complexity.
(conditional) @complexity.if
(case) @complexity.match
(lambda_case) @complexity.clauses
(alternative) @complexity.case
(guards) @complexity.decision
(infix) @complexity.logical
(lambda) @complexity.lambda
(function) @complexity.code
