(package (full_ident) @namespace)
(message (message_name) @name) @definition.struct
(enum (enum_name) @name) @definition.enum
(service (service_name) @name) @definition.interface
(rpc (rpc_name) @name) @definition.method
(import) @import
(message_or_enum_type) @reference.type
(extend (full_ident) @reference.type)
