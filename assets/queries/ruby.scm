(module name: (_) @name) @definition.module
(class name: (_) @name) @definition.class
(method name: (_) @name) @definition.method
(singleton_method name: (_) @name) @definition.method
(assignment left: (constant) @name) @definition.constant

((call method: (identifier) @_load) @import
  (#any-of? @_load "require" "require_relative" "require_dependency" "load" "autoload"))

; A path of constants is one mention: `A::B::C`, not `A::B` and `C` beside it.
(constant) @reference.value
(scope_resolution name: (constant)) @reference.value
(scope_resolution name: (constant) @ignore)
(scope_resolution scope: (scope_resolution) @ignore)
(scope_resolution scope: (constant) @ignore)
(superclass [(constant) (scope_resolution)] @reference.inherit)
