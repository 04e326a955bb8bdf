//! Methods of the platform's collections that hand on what a value holds.

/// Whether a method gives one of the values that are held.
pub(super) fn gives_element(name: &str) -> bool {
    matches!(
        name,
        "call"
            | "computeIfAbsent"
            | "element"
            | "first"
            | "get"
            | "getFirst"
            | "getLast"
            | "getOrDefault"
            | "join"
            | "last"
            | "next"
            | "orElse"
            | "orElseGet"
            | "orElseThrow"
            | "peek"
            | "peekFirst"
            | "peekLast"
            | "poll"
            | "pollFirst"
            | "pollLast"
            | "pop"
            | "previous"
            | "remove"
            | "removeFirst"
            | "removeLast"
    )
}

/// Whether a method gives something that holds the same values.
pub(super) fn gives_holder(name: &str) -> bool {
    matches!(
        name,
        "clone"
            | "descendingIterator"
            | "distinct"
            | "filter"
            | "findAny"
            | "findFirst"
            | "iterator"
            | "limit"
            | "listIterator"
            | "max"
            | "min"
            | "parallelStream"
            | "reversed"
            | "skip"
            | "sorted"
            | "stream"
            | "subList"
            | "toList"
            | "values"
    )
}
