//! Methods of the standard library that hand on what a value holds.

/// Whether a method of what holds values gives one of them.
pub fn gives_element(name: &str) -> bool {
    matches!(
        name,
        "unwrap"
            | "expect"
            | "unwrap_or"
            | "unwrap_or_else"
            | "unwrap_or_default"
            | "borrow"
            | "borrow_mut"
            | "remove"
            | "get_or_init"
            | "swap_remove"
            | "get_or_insert_with"
    )
}

/// Whether a method of what holds values gives something that holds the same ones.
pub fn gives_holder(name: &str) -> bool {
    matches!(
        name,
        "iter"
            | "iter_mut"
            | "into_iter"
            | "values"
            | "values_mut"
            | "into_values"
            | "drain"
            | "get"
            | "get_mut"
            | "first"
            | "last"
            | "first_mut"
            | "last_mut"
            | "pop"
            | "pop_front"
            | "pop_back"
            | "front"
            | "back"
            | "next"
            | "peek"
            | "take"
            | "replace"
            | "as_ref"
            | "as_mut"
            | "as_deref"
            | "as_deref_mut"
            | "as_slice"
            | "clone"
            | "cloned"
            | "copied"
            | "rev"
            | "filter"
            | "find"
            | "skip"
            | "step_by"
            | "peekable"
            | "chain"
            | "lock"
            | "read"
            | "write"
            | "try_lock"
            | "upgrade"
            | "ok"
            | "ok_or"
            | "ok_or_else"
            | "map_err"
            | "or_else"
            | "or"
            | "into_inner"
            | "min_by_key"
            | "max_by_key"
            | "nth"
            | "inspect"
            | "skip_while"
            | "take_while"
            | "to_vec"
            | "context"
            | "with_context"
    )
}

/// Whether a method of any value gives one of the same type.
pub fn gives_itself(name: &str) -> bool {
    matches!(
        name,
        "clone" | "as_ref" | "as_mut" | "borrow" | "borrow_mut" | "to_owned" | "by_ref" | "deref" | "deref_mut"
    )
}
