(module name: (_) @name) @definition.module
(class name: (_) @name) @definition.class
(method name: (_) @name) @definition.method
(singleton_method name: (_) @name) @definition.method
(assignment . left: (constant) @name) @definition.constant

; Anchored to the first child: calls without a receiver, and on a constant.
((call . method: (identifier) @_load) @import
  (#any-of? @_load "require" "require_relative" "require_dependency" "load" "autoload"))
((call . receiver: (constant) method: (identifier) @_load) @import
  (#any-of? @_load "require" "require_relative" "require_dependency" "load" "autoload"))

; What is added to the load path.
((call . receiver: (global_variable) @_paths method: (identifier) @_add) @import
  (#any-of? @_paths "$:" "$LOAD_PATH") (#any-of? @_add "unshift" "prepend" "push" "append"))
(binary . left: (global_variable) @_paths operator: "<<" (#any-of? @_paths "$:" "$LOAD_PATH")) @import

; A path of constants is one mention: `A::B::C`, not `A::B` and `C` beside it.
(constant) @reference.value
(scope_resolution) @reference.value
("::" . (constant) @ignore)
(scope_resolution . scope: [(scope_resolution) (constant)] @ignore)
(superclass [(constant) (scope_resolution)] @reference.inherit)

; Complexity.
[(if) (unless)] @complexity.if
(elsif) @complexity.elif
[
  (for)
  (while)
  (until)
  (conditional)
  (rescue)
  (if_modifier)
  (unless_modifier)
  (while_modifier)
  (until_modifier)
  (rescue_modifier)
] @complexity.branch
[(case) (case_match)] @complexity.structure
[(when) (in_clause)] @complexity.case
[(if_guard) (unless_guard)] @complexity.decision
[(binary) (operator_assignment)] @complexity.logical
[(block) (do_block) (lambda)] @complexity.lambda
[(method) (singleton_method)] @complexity.code
