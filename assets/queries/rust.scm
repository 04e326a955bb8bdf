(function_item name: (identifier) @name) @definition.function
