(function_definition name: (identifier) @name) @definition.function
