//! Each kind of rule on small graphs.

use super::*;
use crate::graph::fixture::graph;

fn report(lines: &[&str], rules: &str) -> Result<Report, String> {
    let snapshot = graph(lines);
    let rules = Rules::parse("transom.toml", rules).map_err(|error| error.to_string())?;
    check(rules, &snapshot, &Analysis::new(&snapshot)).map_err(|error| error.to_string())
}

/// The violations as `from to` (`from` for those about a component), of cycles those within.
fn broken(lines: &[&str], rules: &str) -> Vec<String> {
    let report = report(lines, rules).expect("rules");
    assert!(report.notices.is_empty(), "{:?}", report.notices);
    let shown = |key: &Key| format!("{} {}", key.from, key.to).trim_end().to_owned();
    report.violations.iter().map(|violation| violation.keys.iter().map(shown).collect::<Vec<_>>().join("; ")).collect()
}

fn notices(lines: &[&str], rules: &str) -> Vec<String> {
    report(lines, rules).expect("rules").notices.into_iter().map(|finding| finding.message).collect()
}

#[test]
fn every_kind_is_a_section_of_the_configuration() {
    let mut sections: Vec<&str> = KINDS.iter().map(|kind| kind.section).collect();
    sections.push("ignore");
    assert_eq!(sections, crate::config::RULES);
}

const LAYERS: &str = "[[layers]]\nname = 'l'\nlayers = ['top', ['left', 'right'], 'low']\n";

#[test]
fn a_lower_layer_may_not_need_a_higher_one() {
    let lines =
        ["top/a.rs left/b.rs", "left/b.rs low/c.rs", "low/c.rs top/a.rs", "right/d.rs top/a.rs", "top/a.rs low/c.rs"];
    assert_eq!(broken(&lines, LAYERS), ["low/c.rs top/a.rs", "right/d.rs top/a.rs"]);
}

#[test]
fn siblings_are_independent_of_each_other() {
    let lines = ["left/b.rs right/d.rs", "top/a.rs right/d.rs", "low/c.rs low/e.rs"];
    assert_eq!(broken(&lines, LAYERS), ["left/b.rs right/d.rs"]);
}

#[test]
fn a_way_through_files_in_no_layer_breaks_layers_and_one_through_a_layer_is_that_layers_business() {
    let around =
        ["low/c.rs util/x.rs", "util/x.rs util/y.rs", "util/y.rs top/a.rs", "left/b.rs low/c.rs", "right/d.rs"];
    let found = report(&around, LAYERS).expect("rules");
    assert_eq!(found.violations.len(), 1);
    let finding = &found.violations[0].finding;
    assert!(finding.message.starts_with("low/c.rs needs top/a.rs through util/x.rs, util/y.rs"), "{}", finding.message);
    let lines: Vec<String> = finding.evidence.iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["low/c.rs:1", "util/x.rs:2", "util/y.rs:3"]);
}

#[test]
fn a_closed_layer_may_need_the_next_one_only() {
    let lines = ["top/a.rs left/b.rs", "top/a.rs low/c.rs", "left/b.rs low/c.rs", "right/d.rs"];
    assert!(broken(&lines, LAYERS).is_empty());
    assert_eq!(broken(&lines, &format!("{LAYERS}closed = true\n")), ["top/a.rs low/c.rs"]);
}

#[test]
fn a_file_stands_in_one_layer() {
    let said = report(&["top/a.rs low/c.rs"], "[[layers]]\nname = 'l'\nlayers = [\n 'top',\n 'low + top/a.rs',\n]\n");
    assert_eq!(said.err().unwrap(), "transom.toml:5: layers[1].layers[2]: top/a.rs is in layers[1].layers[1] too");
}

#[test]
fn forbidden_dependencies_are_direct_unless_asked_for() {
    let lines = ["ui/a.rs db/x.rs", "ui/a.rs app/b.rs", "app/b.rs db/x.rs", "ui/c.rs ui/a.rs", "ui/d.rs app/b.rs"];
    let rule = "[[forbid]]\nname = 'f'\nfrom = 'ui'\nto = 'db'\n";
    assert_eq!(broken(&lines, rule), ["ui/a.rs db/x.rs"]);
    let indirect = report(&lines, &format!("{rule}indirect = true\n")).expect("rules");
    let messages: Vec<&str> = indirect.violations.iter().map(|violation| &*violation.finding.message).collect();
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert!(messages[1].starts_with("ui/a.rs needs db/x.rs through app/b.rs"), "{messages:?}");
    assert!(messages[2].starts_with("ui/d.rs needs db/x.rs through app/b.rs"), "{messages:?}");
}

#[test]
fn switches_leave_out_tests_and_types() {
    let lines = ["ui/a.rs db/x.rs type", "ui/b.rs db/x.rs test"];
    let rule = "[[forbid]]\nname = 'f'\nfrom = 'ui'\nto = 'db'\n";
    assert_eq!(broken(&lines, rule).len(), 2);
    assert_eq!(broken(&lines, &format!("{rule}tests = false\n")), ["ui/a.rs db/x.rs"]);
    assert_eq!(broken(&lines, &format!("{rule}type_only = false\n")), ["ui/b.rs db/x.rs"]);
}

#[test]
fn each_file_must_need_what_is_required() {
    let lines = ["job/a.rs log/x.rs", "job/b.rs job/a.rs", "job/c.rs util/y.rs"];
    let rule = "[[require]]\nname = 'r'\nfrom = 'job'\nto = 'log'\n";
    assert_eq!(broken(&lines, rule), ["job/b.rs", "job/c.rs"]);
    assert_eq!(broken(&lines, &format!("{rule}indirect = true\n")), ["job/c.rs"]);
}

#[test]
fn outsiders_use_the_interface() {
    let lines =
        ["app/a.rs shop/api.rs", "app/b.rs shop/inner.rs", "shop/api.rs shop/inner.rs", "shop/inner.rs app/a.rs"];
    let rule = "[[only_through]]\nname = 'o'\nof = 'shop'\ninterface = 'shop/api.rs'\n";
    assert_eq!(broken(&lines, rule), ["app/b.rs shop/inner.rs"]);
}

#[test]
fn cycles_are_found_at_the_level_asked_for() {
    let lines = ["a/x.rs b/y.rs", "b/w.rs a/z.rs", "a/x.rs a/z.rs", "a/z.rs a/x.rs type"];
    assert!(broken(&lines, "[[no_cycles]]\nname = 'c'\n").is_empty());
    assert_eq!(broken(&lines, "[[no_cycles]]\nname = 'c'\nlevel = 'module'\n"), ["a b; b a"]);
    assert_eq!(broken(&lines, "[[no_cycles]]\nname = 'c'\ntype_only = true\n"), ["a/x.rs a/z.rs; a/z.rs a/x.rs"]);
    assert!(broken(&lines, "[[no_cycles]]\nname = 'c'\nlevel = 'module'\nwithin = 'a'\n").is_empty());
}

#[test]
fn metrics_have_limits() {
    let lines = ["a.rs b.rs", "a.rs c.rs", "a.rs d.rs", "b.rs c.rs"];
    let rule = "[[limit]]\nname = 'm'\nmetric = 'fan-out'\nmax = 2\n";
    let found = report(&lines, rule).expect("rules");
    assert_eq!(found.violations[0].finding.message, "a.rs has fan-out 3, more than 2");
    assert_eq!(found.violations.len(), 1);
    assert!(broken(&lines, &format!("{rule}of = '. - a.rs'\n")).is_empty());
}

#[test]
fn metrics_have_a_least_value_too() {
    let lines = ["a.rs b.rs", "c.rs b.rs", "a.rs c.rs"];
    let rule = "[[limit]]\nname = 'm'\nmetric = 'fan-in'\nmin = 1\nmax = 1\n";
    let found = report(&lines, rule).expect("rules");
    let messages: Vec<&str> = found.violations.iter().map(|violation| &*violation.finding.message).collect();
    assert_eq!(messages, ["a.rs has fan-in 0, less than 1", "b.rs has fan-in 2, more than 1"]);
    let said = report(&lines, "[[limit]]\nname = 'm'\nmetric = 'fan-in'\n").err().unwrap();
    assert_eq!(said, "transom.toml:1: limit[1]: 'max' or 'min' is missing");
}

#[test]
fn exhaustive_layers_hold_every_file() {
    let lines = ["top/a.rs low/c.rs", "left/b.rs", "right/d.rs", "main.rs top/a.rs", "other/x.rs", "README"];
    let rule = format!("{LAYERS}exhaustive = '. - main.rs'\n");
    assert_eq!(broken(&lines, &rule), ["other/x.rs"]);
}

#[test]
fn a_rule_that_is_about_nothing_in_its_query_says_so() {
    let lines = ["a/x.rs b/y.rs", "docs/README", "docs/INSTALL"];
    for (rule, said) in [
        ("[[limit]]\nname = 'm'\nmetric = 'lines'\nmax = 1\nlevel = 'package'\n", "there is no package in '.'"),
        ("[[limit]]\nname = 'm'\nmetric = 'lines'\nmax = 1\nof = 'docs'\n", "there is no file in 'docs'"),
        ("[[orphans]]\nname = 'o'\nof = 'a'\nexcept = 'a/x.rs'\n", "there is no source file that is not excepted"),
        ("[[require]]\nname = 'r'\nfrom = 'docs'\nto = 'a'\n", "there is no source file outside of what is required"),
        ("[[no_cycles]]\nname = 'c'\nwithin = 'docs'\n", "there is no source file in 'docs'"),
    ] {
        let found = notices(&lines, rule);
        assert!(found.len() == 1 && found[0].contains(said), "{rule}: {found:?}");
    }
    // What selects nothing is said once.
    assert_eq!(notices(&lines, "[[no_cycles]]\nname = 'c'\nwithin = 'gone'\n").len(), 1);
}

#[test]
fn packages_from_elsewhere_are_allowed_or_denied_by_name() {
    let lines = ["a.ts npm:react", "a.ts npm:left-pad", "b.ts npm:node", "b.ts npm:react-dom"];
    assert_eq!(broken(&lines, "[[externals]]\nname = 'e'\nallow = ['react*']\n"), ["a.ts npm:left-pad"]);
    assert_eq!(broken(&lines, "[[externals]]\nname = 'e'\nof = 'b.ts'\ndeny = ['npm:re*']\n"), ["b.ts npm:react-dom"]);
    let said = report(&lines, "[[externals]]\nname = 'e'\n").err().unwrap();
    assert_eq!(said, "transom.toml:1: externals[1]: 'allow' or 'deny' is missing");
}

#[test]
fn what_nothing_needs_is_an_orphan() {
    let lines = ["main.rs a.rs", "a.rs b.rs", "lone.rs a.rs", "b.rs part.rs mod", "test_a.rs a.rs"];
    let rule = "[[orphans]]\nname = 'o'\nexcept = 'main.rs'\n";
    assert_eq!(broken(&lines, rule), ["lone.rs"]);
    let only_tested = ["main.rs a.rs", "t.rs b.rs test"];
    assert_eq!(broken(&only_tested, &format!("{rule}of = 'b.rs'\ntests = false\n")), ["b.rs"]);
}

#[test]
fn ignored_dependencies_are_out_of_the_graph_and_an_exception_that_matches_nothing_says_so() {
    let lines = ["ui/a.rs app/b.rs", "app/b.rs db/x.rs", "ui/c.rs db/x.rs"];
    let rule = "[[forbid]]\nname = 'f'\nfrom = 'ui'\nto = 'db'\nindirect = true\n";
    let ignore = |from: &str, to: &str| format!("{rule}[[ignore]]\nrule = 'f'\nfrom = '{from}'\nto = '{to}'\n");
    assert_eq!(broken(&lines, &ignore("app", "db")), ["ui/c.rs db/x.rs"]);
    assert_eq!(broken(&lines, &ignore("ui/c.rs", "db/x.rs")), ["ui/a.rs db/x.rs"]);
    let said = notices(&lines, &ignore("db", "ui"));
    assert_eq!(said, ["this exception from 'f' matches nothing: from = 'db', to = 'ui'"]);
    assert_eq!(notices(&lines, &ignore("nowhere", "ui")).len(), 1);
}

#[test]
fn ignored_components_are_dropped() {
    let lines = ["a.rs b.rs", "c.rs b.rs"];
    let rule = "[[orphans]]\nname = 'o'\n[[ignore]]\nrule = 'o'\nfrom = 'a.rs'\n";
    assert_eq!(broken(&lines, rule), ["c.rs"]);
    let said = report(&lines, &format!("{rule}to = 'b.rs'\n")).err().unwrap();
    assert_eq!(said, "transom.toml:6: ignore[1].to: rules of the kind 'orphans' are about 'from' alone");
}

#[test]
fn a_rule_that_matches_nothing_says_so_and_the_rest_of_its_query_counts() {
    let lines = ["ui/a.rs db/x.rs"];
    let rule = "[[forbid]]\nname = 'f'\nfrom = 'ui + gone'\nto = 'db'\n";
    let found = report(&lines, rule).expect("rules");
    assert_eq!(found.violations.len(), 1);
    let message = &found.notices[0].message;
    assert!(message.starts_with("the rule 'f' matches nothing in forbid[1].from: column 6: 'gone'"), "{message}");
    assert_eq!(found.notices[0].evidence[0].to_string(), "transom.toml:3");
    assert!(!Report { violations: Vec::new(), ..found }.fails());
    assert_eq!(notices(&lines, "[[orphans]]\nname = 'o'\nof = 'tests()'\n").len(), 1);
}

#[test]
fn wrong_configuration_names_line_key_and_column() {
    for (rules, said) in [
        ("[[forbid]]\nname = 'f'\nfrom = 'a'\n", "transom.toml:1: forbid[1]: 'to' is missing"),
        ("[[forbid]]\nname = 'f'\nform = 'a'\nfrom = 'a'\nto = 'b'\n", "transom.toml:3: forbid[1].form: no such key"),
        ("[[forbidden]]\nname = 'f'\n", "transom.toml:1: forbidden: no such key"),
        ("[forbid]\nname = 'f'\n", "transom.toml:1: forbid: is a list"),
        ("[[forbid]]\nname = 'f'\nfrom = 'a +'\nto = 'b'\n", "transom.toml:3: forbid[1].from: column 4: expected"),
        ("[[orphans]]\nname = 'o'\nseverity = 'bad'\n", "transom.toml:3: orphans[1].severity: is 'error' or 'warn'"),
        ("[[orphans]]\nname = 'o'\n[[orphans]]\nname = 'o'\n", "transom.toml:4: orphans[2].name: 'o' is the name"),
        ("[[ignore]]\nrule = 'o'\nfrom = 'a'\n", "transom.toml:2: ignore[1].rule: no rule is called 'o'"),
        ("[[limit]]\nname = 'm'\nmetric = 'beauty'\nmax = 1\n", "transom.toml:3: limit[1].metric: no metric 'beauty'"),
        ("[[limit]]\nname = 'm'\nmetric = 'lines'\nmax = inf\n", "transom.toml:4: limit[1].max: is a decimal number"),
        ("[[no_cycles]]\nname = 'c'\nlevel = 'symbol'\n", "transom.toml:3: no_cycles[1].level: is 'file', 'module'"),
        ("[[layers]]\nname = 'l'\nlayers = ['a']\n", "transom.toml:3: layers[1].layers: needs at least two layers"),
    ] {
        let error = report(&["a b"], rules).err().unwrap_or_default();
        assert!(error.starts_with(said), "{rules}: {error}");
    }
}

#[test]
fn a_baseline_knows_what_it_holds_and_says_what_is_gone() {
    let lines = ["ui/a.rs db/x.rs", "ui/c.rs db/x.rs"];
    let rule = "[[forbid]]\nname = 'f'\nfrom = 'ui'\nto = 'db'\n";
    let key = |from: &str, to: &str| Key { rule: "f".into(), from: from.into(), to: to.into() };
    let baseline = Baseline::new([key("ui/a.rs", "db/x.rs"), key("ui/z.rs", "db/x.rs")]);
    let baseline = Baseline::parse(&baseline.text().expect("JSON")).expect("a baseline");
    let mut found = report(&lines, rule).expect("rules");
    found.compare(&baseline, Path::new("b.json"));
    assert_eq!((found.violations.len(), found.known.len()), (1, 1));
    assert_eq!(found.violations[0].keys, [key("ui/c.rs", "db/x.rs")]);
    assert_eq!(found.gone, [key("ui/z.rs", "db/x.rs")]);
    assert!(Baseline::parse("{\"version\": 2, \"violations\": []}").is_err());
}

#[test]
fn a_cycle_that_grows_is_new() {
    let rule = "[[no_cycles]]\nname = 'c'\n";
    let before = report(&["a.rs b.rs", "b.rs a.rs"], rule).expect("rules");
    let mut after = report(&["a.rs b.rs", "b.rs a.rs", "b.rs c.rs", "c.rs a.rs"], rule).expect("rules");
    after.compare(&Baseline::new(before.keys()), Path::new("b.json"));
    assert_eq!((after.violations.len(), after.known.len(), after.gone.len()), (1, 0, 0));
}

/// The proposal for a graph; it must hold there without a word.
fn proposed(lines: &[&str]) -> String {
    let snapshot = graph(lines);
    let text = propose(&snapshot, &Analysis::new(&snapshot)).expect("a proposal");
    if text.contains("[[") {
        let report = report(lines, &text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!(report.violations.is_empty() && report.notices.is_empty(), "{text}: {:?}", report.notices);
    }
    text
}

#[test]
fn proposed_layers_are_the_levels_of_the_components() {
    let text = proposed(&[
        "src/ui/a.rs src/app/b.rs",
        "src/app/b.rs src/db/c.rs",
        "src/job/d.rs src/app.rs",
        "src/ui/a.rs src/log/e.rs",
    ]);
    let layers = "layers = [\n  [\"src/job\", \"src/ui\"],\n  \"src/app + src/app.rs\",\n  \"src/db\",\n]";
    let flat = "layers = [\n  [\"src/job\", \"src/ui\"],\n  \"src/app + src/app.rs\",\n  [\"src/db\", \"src/log\"],\n]";
    assert!(text.contains(flat) && !text.contains(layers), "{text}");
    assert!(text.contains("level = \"file\"") && text.contains("level = \"module\""), "{text}");
}

#[test]
fn what_ties_few_statements_is_an_exception_and_the_rest_shares_a_layer() {
    let mostly = ["a/1.rs b/1.rs", "a/2.rs b/1.rs", "a/3.rs b/1.rs", "a/4.rs b/1.rs", "b/1.rs a/1.rs"];
    let text = proposed(&mostly);
    assert!(text.contains("layers = [\n  \"a\",\n  \"b\",\n]"), "{text}");
    assert!(text.contains("from = \"b/1.rs\"\nto = \"a/1.rs\""), "{text}");
    assert!(text.contains("# Cycles of files: 1"), "{text}");
    let even = proposed(&["a/1.rs b/1.rs", "b/2.rs a/2.rs", "c/1.rs a/1.rs"]);
    assert!(even.contains("layers = [\n  \"c\",\n  \"a + b\",\n]"), "{even}");
}

#[test]
fn ways_around_the_layers_are_exceptions_too() {
    // No query in a union can spell the folder with the quote: it is in no layer.
    let text = proposed(&["a/1.rs b/1.rs", "b/1.rs it's/help.rs", "it's/help.rs a/1.rs"]);
    assert!(text.contains("from = \"b/1.rs\"\nto = \"it's/help.rs\""), "{text}");
}

#[test]
fn a_heap_of_files_without_dependencies_has_no_layers() {
    assert!(proposed(&["a.rs", "b/c.rs"]).contains("# No layers: no component needs another one."));
}

#[test]
fn tests_are_no_components_of_a_proposal() {
    let text = proposed(&["src/main/ui/a.rs src/main/db/b.rs", "src/test/c.rs src/main/ui/a.rs"]);
    assert!(text.contains("layers = [\n  \"src/main/ui\",\n  \"src/main/db\",\n]"), "{text}");
}
