((binding attrpath: (attrpath . attr: (identifier) @name .) expression: (function_expression)) @definition.function
  (#set! outside-code))

(path_expression) @import
(hpath_expression) @import
(spath_expression) @import
((select_expression expression: (variable_expression name: (identifier) @_inputs)) @import
  (#eq? @_inputs "inputs"))
