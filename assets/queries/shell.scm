(function_definition name: (word) @name) @definition.function
(declaration_command ["export" "readonly"] (variable_assignment name: (variable_name) @name) @definition.constant
  (#set! outside-code))

(command) @import
; What a path may be put together from.
(variable_assignment) @import

(command_name . (word) @reference.call)
