((list_lit . value: (sym_lit name: (sym_name) @_form) . value: (sym_lit name: (sym_name) @namespace))
  (#any-of? @_form "ns" "in-ns"))
((list_lit . value: (sym_lit name: (sym_name) @_form)) @import
  (#any-of? @_form "ns" "require" "use" "require-macros" "requiring-resolve" "import"))

((list_lit . value: (sym_lit name: (sym_name) @_form) . value: (sym_lit name: (sym_name) @name)) @definition.function
  (#any-of? @_form "defn" "defn-" "defmulti" "definline"))
((list_lit . value: (sym_lit name: (sym_name) @_form) . value: (sym_lit name: (sym_name) @name)) @definition.constant
  (#any-of? @_form "def" "defonce"))
((list_lit . value: (sym_lit name: (sym_name) @_form) . value: (sym_lit name: (sym_name) @name)) @definition.macro
  (#eq? @_form "defmacro"))
((list_lit . value: (sym_lit name: (sym_name) @_form) . value: (sym_lit name: (sym_name) @name)) @definition.interface
  (#any-of? @_form "defprotocol" "definterface"))
((list_lit . value: (sym_lit name: (sym_name) @_form) . value: (sym_lit name: (sym_name) @name)) @definition.class
  (#any-of? @_form "defrecord" "deftype"))

(sym_lit namespace: (sym_ns)) @reference.value
(list_lit . value: (sym_lit namespace: (sym_ns)) @reference.call)
(dis_expr) @ignore
