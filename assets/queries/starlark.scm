(function_definition name: (identifier) @name) @definition.function
((assignment left: (identifier) @name) @definition.constant
  (#set! outside-code))

((call function: (identifier) @_load) @import
  (#eq? @_load "load"))
