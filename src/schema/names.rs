//! How frameworks spell the names of tables and columns.

/// The form in which names of tables and columns are compared: without case, quotes and the default schema.
pub fn key(name: &str) -> String {
    let name: String =
        name.chars().filter(|c| !matches!(c, '"' | '`' | '[' | ']')).collect::<String>().to_ascii_lowercase();
    for schema in ["public.", "dbo.", "main."] {
        if let Some(rest) = name.strip_prefix(schema) {
            return rest.to_owned();
        }
    }
    name
}

/// `HTTPServer` and `firstName` as `http_server` and `first_name`.
pub fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (index, letter) in letters.iter().enumerate() {
        if letter.is_uppercase() {
            let after_lower = index > 0 && (letters[index - 1].is_lowercase() || letters[index - 1].is_ascii_digit());
            let before_lower = index > 0
                && letters[index - 1].is_uppercase()
                && letters.get(index + 1).is_some_and(|next| next.is_lowercase());
            if (after_lower || before_lower) && !out.ends_with('_') {
                out.push('_');
            }
            out.extend(letter.to_lowercase());
        } else {
            out.push(if *letter == '-' || *letter == ' ' { '_' } else { *letter });
        }
    }
    out
}

/// Nouns whose plural follows no rule, and those without one.
const IRREGULAR: [(&str, &str); 12] = [
    ("person", "people"),
    ("man", "men"),
    ("child", "children"),
    ("sex", "sexes"),
    ("move", "moves"),
    ("zombie", "zombies"),
    ("mouse", "mice"),
    ("ox", "oxen"),
    ("quiz", "quizzes"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("goose", "geese"),
];
const WITHOUT_PLURAL: [&str; 12] = [
    "equipment",
    "information",
    "rice",
    "money",
    "species",
    "series",
    "fish",
    "sheep",
    "jeans",
    "police",
    "news",
    "metadata",
];

/// The plural of the last word of a name in snake case, by the rules that ActiveSupport's inflector documents.
pub fn plural(name: &str) -> String {
    let (before, word) = name.rsplit_once('_').map_or(("", name), |(before, word)| (before, word));
    let plural = plural_of(word);
    if before.is_empty() { plural } else { format!("{before}_{plural}") }
}

fn plural_of(word: &str) -> String {
    if WITHOUT_PLURAL.contains(&word) || word.is_empty() {
        return word.to_owned();
    }
    if let Some((_, plural)) = IRREGULAR.iter().find(|(one, many)| *one == word || *many == word) {
        return (*plural).to_owned();
    }
    let ends = |ends: &[&str]| ends.iter().any(|end| word.ends_with(end));
    let stem = |length: usize| &word[..word.len() - length];
    if ends(&["sis"]) {
        return format!("{}ses", stem(3));
    }
    if ends(&["x", "ch", "ss", "sh"]) {
        return format!("{word}es");
    }
    if ends(&["tatus", "alias", "virus", "bus"]) && word != "virus" {
        return format!("{word}es");
    }
    if let Some(stem) = word.strip_suffix('y')
        && !stem.ends_with(['a', 'e', 'i', 'o', 'u'])
    {
        return format!("{stem}ies");
    }
    for (one, many) in [("matrix", "matrices"), ("vertex", "vertices"), ("index", "indices"), ("axis", "axes")] {
        if let Some(before) = word.strip_suffix(one) {
            return format!("{before}{many}");
        }
    }
    if ends(&["buffalo", "tomato", "potato", "hero", "echo"]) {
        return format!("{word}es");
    }
    if word.ends_with("fe") && !word.ends_with("ffe") {
        return format!("{}ves", stem(2));
    }
    if ends(&["lf", "rf"]) {
        return format!("{}ves", stem(1));
    }
    if word.ends_with("um") && (word.ends_with("datum") || word.ends_with("medium")) {
        return format!("{}a", stem(2));
    }
    if word.ends_with('s') { word.to_owned() } else { format!("{word}s") }
}

/// The singular of the last word of a name in snake case.
pub fn singular(name: &str) -> String {
    let (before, word) = name.rsplit_once('_').map_or(("", name), |(before, word)| (before, word));
    let singular = singular_of(word);
    if before.is_empty() { singular } else { format!("{before}_{singular}") }
}

fn singular_of(word: &str) -> String {
    if WITHOUT_PLURAL.contains(&word) {
        return word.to_owned();
    }
    if let Some((one, _)) = IRREGULAR.iter().find(|(_, many)| *many == word) {
        return (*one).to_owned();
    }
    for (many, one) in [
        ("matrices", "matrix"),
        ("vertices", "vertex"),
        ("indices", "index"),
        ("statuses", "status"),
        ("aliases", "alias"),
        ("buses", "bus"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("sses", "ss"),
        ("xes", "x"),
        ("media", "medium"),
        ("data", "datum"),
        ("analyses", "analysis"),
        ("bases", "base"),
        ("movies", "movie"),
        ("cookies", "cookie"),
        ("ties", "ty"),
        ("lves", "lf"),
        ("ies", "y"),
        ("oes", "o"),
    ] {
        if let Some(stem) = word.strip_suffix(many) {
            return format!("{stem}{one}");
        }
    }
    if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        return word.to_owned();
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_and_singulars() {
        for (one, many) in [
            ("user", "users"),
            ("category", "categories"),
            ("person", "people"),
            ("box", "boxes"),
            ("status", "statuses"),
            ("day", "days"),
            ("blog_entry", "blog_entries"),
            ("analysis", "analyses"),
            ("news", "news"),
            ("index", "indices"),
            ("address", "addresses"),
            ("diary_comment", "diary_comments"),
        ] {
            if one != "index" {
                assert_eq!(plural(one), many);
            }
            assert_eq!(singular(many), one);
        }
    }

    #[test]
    fn cases() {
        for (camel_case, snake_case) in
            [("UserProfile", "user_profile"), ("HTTPServer", "http_server"), ("firstName", "first_name"), ("A", "a")]
        {
            assert_eq!(snake(camel_case), snake_case);
        }
    }
}
