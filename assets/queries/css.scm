(mixin_statement name: (identifier) @name) @definition.macro
(function_statement name: (identifier) @name) @definition.function
(placeholder (identifier) @name) @definition.class
(keyframes_statement (keyframes_name) @name) @definition.constant
((declaration . (property_name) @name) @definition.constant
  (#match? @name "^(\\$|--)")
  (#set! outside-code))

(import_statement) @import
(use_statement) @import
(forward_statement) @import
((include_statement . (identifier) @_meta) @import
  (#eq? @_meta "meta"))
