; Everything is a call, `defmodule` and `def` too.
(call . target: (identifier) @_keyword . (arguments . (alias) @name) (#any-of? @_keyword "defmodule")) @definition.module
(call . target: (identifier) @_keyword . (arguments . (alias) @name) (#eq? @_keyword "defprotocol")) @definition.interface
(call . target: (identifier) @_keyword . (arguments . (alias) @name) (#eq? @_keyword "defimpl")) @definition.implementation
(call . target: (identifier) @_keyword
  . (arguments . [(identifier) @name (call . target: (identifier) @name)
                  (binary_operator . left: [(identifier) @name (call . target: (identifier) @name)] operator: "when")])
  (#any-of? @_keyword "def" "defp" "defdelegate" "defguard" "defguardp")) @definition.function
(call . target: (identifier) @_keyword
  . (arguments . [(identifier) @name (call . target: (identifier) @name)
                  (binary_operator . left: [(identifier) @name (call . target: (identifier) @name)] operator: "when")])
  (#any-of? @_keyword "defmacro" "defmacrop")) @definition.macro

((call . target: (identifier) @_keyword) @import (#any-of? @_keyword "alias" "import" "use" "require"))

(alias) @reference.value
(dot . left: (identifier) right: (alias)) @reference.value
(dot . left: (identifier) right: (alias) @ignore)
(struct (alias) @reference.type)
(call . target: (dot . left: (alias) @reference.call))
(call . target: (dot . left: (atom) @reference.call))
(unary_operator operand: (call . target: (identifier) @_attribute . (arguments . (alias) @reference.inherit))
  (#any-of? @_attribute "behaviour" "behavior"))
(call . target: (identifier) @_keyword . (arguments . (_) @ignore)
  (#any-of? @_keyword "alias" "import" "use" "require"))

; Complexity.
((call target: (identifier) @_keyword) @complexity.branch
  (#any-of? @_keyword "if" "unless" "for"))
((call target: (identifier) @_keyword) @complexity.match
  (#any-of? @_keyword "case" "cond" "receive"))
((call target: (identifier) @_keyword) @complexity.structure
  (#any-of? @_keyword "with" "try"))
(else_block) @complexity.else
(stab_clause) @complexity.case
(anonymous_function) @complexity.clauses
(binary_operator) @complexity.logical
((call target: (identifier) @_keyword) @complexity.code
  (#any-of? @_keyword "def" "defp"))
