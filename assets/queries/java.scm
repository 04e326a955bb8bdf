(class_declaration name: (identifier) @name) @definition.class
