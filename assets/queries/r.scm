((binary_operator . lhs: [(identifier) @name (string content: (string_content) @name)] operator: ["<-" "=" "<<-"])
  @definition.constant (#set! outside-scope))
((binary_operator . lhs: [(identifier) @name (string content: (string_content) @name)] operator: ["<-" "=" "<<-"]
  rhs: (function_definition)) @definition.function (#set! outside-scope))
((call . function: (identifier) @_declares
  arguments: (arguments . (argument value: (string content: (string_content) @name)))) @definition.class
  (#any-of? @_declares "setClass" "setRefClass") (#set! outside-scope))
((call . function: (identifier) @_declares
  arguments: (arguments . (argument value: (string content: (string_content) @name)))) @definition.function
  (#eq? @_declares "setGeneric") (#set! outside-scope))

((call . function: (identifier) @_loads) @import
  (#any-of? @_loads "library" "require" "requireNamespace" "loadNamespace" "source" "sys.source"))

; What a function binds. A value of its own does not hide a function of that name from calls.
(function_definition) @scope
(parameter name: (identifier) @local)
(binary_operator . lhs: (identifier) @local.value operator: ["<-" "="])
(binary_operator . lhs: (identifier) @local operator: ["<-" "="] rhs: (function_definition))
(for_statement variable: (identifier) @local.value)

(identifier) @reference.value
(namespace_operator) @reference.value
(call . function: [(identifier) (namespace_operator)] @reference.call)
(binary_operator operator: "special" @reference.call)
(namespace_operator (identifier) @ignore)
(extract_operator rhs: (identifier) @ignore)
(argument name: (identifier) @ignore)
((call . function: (identifier) @_loads arguments: (arguments . (argument value: (identifier) @ignore)))
  (#any-of? @_loads "library" "require" "requireNamespace" "loadNamespace"))

; Complexity.
(if_statement) @complexity.if
[(for_statement) (while_statement) (repeat_statement)] @complexity.branch
(binary_operator) @complexity.logical
(function_definition) @complexity.lambda
