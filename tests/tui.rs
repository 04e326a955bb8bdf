//! The explorer as the user sees it: keys in, frames out.

mod system;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use transom::config::Config;
use transom::tui::{self, Headless, Print, Session};

/// A project in a folder of its own.
struct Project {
    _directory: TempDir,
    root: PathBuf,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("shop");
        fs::create_dir(&root).unwrap();
        let project = Self { _directory: directory, root };
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    /// A shop with layers, a cycle, tests, packages from elsewhere, and an import that leads nowhere.
    fn shop() -> Self {
        Self::new(&[
            ("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1.2.0\"\ndependencies = [\"flask>=3\"]\n"),
            ("README.md", "# Shop\n"),
            ("shop/__init__.py", ""),
            ("shop/web/__init__.py", ""),
            (
                "shop/web/views.py",
                "from flask import Flask\n\nfrom shop.core import orders\nfrom shop.core.money import Money\n\n\ndef index() -> Money:\n\treturn orders.total()\n",
            ),
            ("shop/core/__init__.py", ""),
            (
                "shop/core/orders.py",
                "import json\n\nfrom shop.core.money import Money\nfrom shop.store import rows\n\n\nclass Order:\n    def total(self) -> Money:\n        return rows.load(self)\n\n\ndef total():\n    return Money(1)\n",
            ),
            ("shop/core/money.py", "class Money:\n    amount = 0\n"),
            ("shop/store/__init__.py", ""),
            (
                "shop/store/rows.py",
                "from shop.core import orders\nfrom shop.gone import nothing\n\n\ndef load(order):\n    return orders.Order()\n",
            ),
            (
                "tests/test_orders.py",
                "from shop.core.orders import Order\n\n\ndef test_total():\n    assert Order().total()\n",
            ),
        ])
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        fs::write(path, text).unwrap();
    }

    fn open(&self, size: (u16, u16)) -> Headless {
        let session = Session {
            size,
            cache: false,
            theme: Some("dark".to_owned()),
            no_color: false,
            config: Some(Config::default()),
            ..Session::new(self.root.clone())
        };
        Headless::open(&session).unwrap()
    }

    fn frame(&self, size: (u16, u16), keys: &str) -> String {
        let mut explorer = self.open(size);
        explorer.press(keys).unwrap();
        explorer.print(Print::Text)
    }
}

/// The row of the frame that the selection is on, in the pane with the keys.
fn selected(frame: &str) -> &str {
    frame.lines().find_map(|line| line.split_once("┃▌").map(|(_, rest)| rest)).unwrap_or_default()
}

#[test]
fn home_at_three_sizes() {
    let shop = Project::shop();
    insta::assert_snapshot!("home_120x40", shop.frame((120, 40), ""));
    insta::assert_snapshot!("home_80x24", shop.frame((80, 24), ""));
    insta::assert_snapshot!("home_40x12", shop.frame((40, 12), ""));
    assert!(shop.frame((29, 8), "").contains("needs 30x8"));
    assert!(shop.frame((1, 1), "").len() < 10);
}

/// `UPDATE=1` rewrites the picture.
#[test]
fn the_picture_in_the_readme_is_what_the_explorer_shows() {
    let shop = Project::shop();
    let mut explorer = shop.open((120, 34));
    explorer.press("<ctrl-p>orders.py<enter>2/money<enter>lj").unwrap();
    let picture = explorer.print(Print::Svg);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/explorer.svg");
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &picture).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap() == picture,
        "docs/explorer.svg is stale: run UPDATE=1 cargo test picture"
    );
}

#[test]
fn a_dependency_opens_down_to_its_line_and_back() {
    let shop = Project::shop();
    let mut explorer = shop.open((120, 40));
    explorer.press("<ctrl-p>orders<enter>2").unwrap();
    insta::assert_snapshot!("dependencies_of_orders", explorer.print(Print::Text));
    explorer.press("/money<enter>lj").unwrap();
    insta::assert_snapshot!("dependency_line", explorer.print(Print::Text));
    explorer.press("<enter>").unwrap();
    assert!(explorer.print(Print::Text).contains("┏ 4 Source shop/core/orders.py:3"));
    explorer.press("<esc><esc>").unwrap();
    assert!(explorer.print(Print::Text).contains("┏ 2 Dependencies shop/core/orders"));
    explorer.press("<esc>").unwrap();
    assert!(explorer.print(Print::Text).contains("┏ 1 Components"));
}

#[test]
fn a_query_marks_what_it_selects_and_one_that_is_wrong_is_asked_for_again() {
    let shop = Project::shop();
    let mut explorer = shop.open((120, 40));
    explorer.press("=cycles(shop<enter>").unwrap();
    assert!(explorer.print(Print::Text).contains("column 12: expected ',' or ')', found the end"));
    explorer.press(")<enter>").unwrap();
    assert!(explorer.print(Print::Text).contains("2 components marked"));
}

#[test]
fn the_palette_answers_queries_and_points_at_what_is_wrong() {
    let shop = Project::shop();
    let mut explorer = shop.open((120, 40));
    explorer.press(":cycles(shop").unwrap();
    insta::assert_snapshot!("palette_error", explorer.print(Print::Text));
    // Nothing to accept: it stays.
    explorer.press("<enter>)").unwrap();
    assert!(explorer.print(Print::Text).contains("query mark and list 2 components"));
    explorer.press("<enter>").unwrap();
    insta::assert_snapshot!("answer_query", explorer.print(Print::Text));
    explorer.press(":tests() ^ shop/web<enter>").unwrap();
    assert!(explorer.print(Print::Text).contains("selects nothing"));
}

#[test]
fn ways_cuts_and_impact_are_one_key_away() {
    let shop = Project::shop();
    let mut explorer = shop.open((120, 40));
    explorer.press("w").unwrap();
    assert!(explorer.print(Print::Text).contains("mark where the way begins"));
    explorer.press("<ctrl-p>views.py<enter><space><ctrl-p>rows.py<enter>wzR").unwrap();
    insta::assert_snapshot!("answer_why", explorer.print(Print::Text));
    explorer.press("1c").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("cut 1 statement") && frame.contains("what parts shop/web/views.py"), "{frame}");
    // The answer follows the files.
    shop.write("shop/core/orders.py", "from shop.core.money import Money\n");
    explorer.reload().unwrap();
    assert!(explorer.print(Print::Text).contains("nothing is to be cut"), "{}", explorer.print(Print::Text));
    explorer.press("1uw").unwrap();
    assert!(explorer.print(Print::Text).contains("mark where the way begins"));
    explorer.press("<ctrl-p>money.py<enter>i").unwrap();
    insta::assert_snapshot!("answer_impact", explorer.print(Print::Text));
    // In the dependencies a row has both ends.
    explorer.press("<ctrl-p>views.py<enter>2w").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("shop/web/views.py needs shop/core in 1 step"), "{frame}");
}

#[test]
fn cycles_at_three_sizes() {
    let shop = Project::shop();
    insta::assert_snapshot!("cycles_120x40", shop.frame((120, 40), "gyzRjj"));
    insta::assert_snapshot!("cycles_80x24", shop.frame((80, 24), "gy"));
    insta::assert_snapshot!("cycles_40x12", shop.frame((40, 12), "gyzRjj"));
}

#[test]
fn pins_turn_the_cut_around_and_outlive_a_save() {
    let shop = Project::shop();
    let mut explorer = shop.open((160, 40));
    explorer.press("gyj").unwrap();
    let cut = "1. core → store";
    assert!(selected(&explorer.print(Print::Text)).contains(cut));
    explorer.press("+").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("1. store → core") && frame.contains("1 dependency to be kept"), "{frame}");
    // A second statement for the way back makes it the dearer one, but the pin holds.
    shop.write("shop/store/more.py", "from shop.core import orders\n");
    explorer.reload().unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("1. store → core") && selected(&frame).contains("kept"), "{frame}");
    // The other one kept too: nothing is left to cut, and that is said.
    explorer.press("k-").unwrap();
    explorer.press("gg+").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("stay tied: core store") && frame.contains("kept, ties a cycle"), "{frame}");
    shop.write("shop/core/orders.py", "from shop.core.money import Money\n");
    explorer.reload().unwrap();
    assert!(explorer.print(Print::Text).contains("no cycles"), "{}", explorer.print(Print::Text));
    // Cycles of files instead of those of siblings.
    assert!(shop.frame((120, 40), "gyv").contains("Cycles 0 of files"));
}

#[test]
fn blind_spots_at_three_sizes() {
    let shop = Project::shop();
    insta::assert_snapshot!("blind_spots_120x40", shop.frame((120, 40), "gbzRjj"));
    insta::assert_snapshot!("blind_spots_80x24", shop.frame((80, 24), "gb"));
    insta::assert_snapshot!("blind_spots_40x12", shop.frame((40, 12), "gbzRjj"));
    assert!(Project::new(&[("a.py", "import os\n")]).frame((120, 40), "gb").contains("every import resolved"));
}

#[test]
fn packages_at_three_sizes() {
    let shop = Project::shop();
    shop.write("shop/tools.py", "import nowhere\n");
    insta::assert_snapshot!("packages_120x40", shop.frame((120, 40), "gxzRjj"));
    insta::assert_snapshot!("packages_80x24", shop.frame((80, 24), "gxl"));
    insta::assert_snapshot!("packages_40x12", shop.frame((40, 12), "gx"));
}

#[test]
fn a_view_opens_to_its_line_and_esc_leads_home() {
    let shop = Project::shop();
    let mut explorer = shop.open((120, 40));
    explorer.press("<ctrl-p>money.py<enter>gbfgone<enter>G").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(selected(&frame).contains("shop/store/rows.py:2"), "{frame}");
    assert!(frame.contains("4 Source shop/store/rows.py:2"), "{frame}");
    explorer.press("<enter>").unwrap();
    assert!(explorer.print(Print::Text).contains("┏ 4 Source shop/store/rows.py:2"));
    explorer.press("<esc>").unwrap();
    assert!(explorer.print(Print::Text).contains("┏ Blind spots"));
    // The filter goes first, then the view.
    explorer.press("<esc><esc>").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("┏ 1 Components") && selected(&frame).contains("money.py"), "{frame}");
    // Another view, a pane of the home screen, and the finder from a view.
    explorer.press("gx2").unwrap();
    assert!(explorer.print(Print::Text).contains("┏ 2 Dependencies"));
    explorer.press("<esc>").unwrap();
    assert!(explorer.print(Print::Text).contains("┏ External packages"));
    explorer.press("<ctrl-p>orders.py<enter>").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("┏ 1 Components") && selected(&frame).contains("orders.py"), "{frame}");
}

#[test]
fn overlays() {
    let shop = Project::shop();
    insta::assert_snapshot!("finder", shop.frame((120, 40), "<ctrl-p>mon"));
    insta::assert_snapshot!("palette", shop.frame((80, 24), ":mark"));
    insta::assert_snapshot!("help", shop.frame((120, 40), "?"));
    insta::assert_snapshot!("prefix", shop.frame((80, 24), "g"));
    insta::assert_snapshot!("export_prompt", shop.frame((80, 24), "jjx"));
}

#[test]
fn the_tree_opens_to_symbols() {
    let shop = Project::shop();
    insta::assert_snapshot!("symbols", shop.frame((120, 40), "<ctrl-p>@total<enter>"));
    insta::assert_snapshot!("filtered", shop.frame((80, 24), "fmoney<enter>"));
}

#[test]
fn risk_by_another_column_and_level() {
    let shop = Project::shop();
    insta::assert_snapshot!("risk_by_name", shop.frame((120, 40), "33s"));
    insta::assert_snapshot!("risk_of_directories", shop.frame((120, 40), "3vj"));
}

#[test]
fn a_refresh_keeps_selection_folds_marks_and_filter() {
    let shop = Project::shop();
    let mut explorer = shop.open((120, 40));
    explorer.press("<ctrl-p>money<enter><space>").unwrap();
    let before = selected(&explorer.print(Print::Text)).to_owned();
    assert!(before.contains("● ") && before.contains("money.py"), "{before}");
    shop.write("shop/core/aaa.py", "from shop.core.money import Money\n");
    shop.write("aaa/new.py", "import json\n");
    explorer.reload().unwrap();
    let frame = explorer.print(Print::Text);
    assert!(selected(&frame).contains("money.py") && selected(&frame).contains('●'), "{frame}");
    assert!(selected(&frame).contains("+1"), "the delta is shown: {frame}");
    insta::assert_snapshot!("after_refresh", frame);
}

#[test]
fn when_the_selection_is_gone_what_contained_it_is_selected() {
    let shop = Project::shop();
    let mut explorer = shop.open((120, 40));
    explorer.press("<ctrl-p>rows<enter>").unwrap();
    fs::remove_dir_all(shop.root.join("shop/store")).unwrap();
    explorer.reload().unwrap();
    let frame = explorer.print(Print::Text);
    assert!(selected(&frame).contains("▾ shop"), "{frame}");
    explorer.press("j2j3j4j1k").unwrap();
}

#[test]
fn an_empty_project_says_what_was_looked_for() {
    insta::assert_snapshot!("empty", Project::new(&[]).frame((120, 40), ""));
    let frame = Project::new(&[("notes.txt", "x\n")]).frame((120, 40), "1234jjkk2<enter>3<enter><esc>");
    assert!(frame.contains("notes.txt"), "{frame}");
}

#[test]
fn names_of_strangers_are_made_harmless() {
    let long = format!("{}/{}.py", "deep".repeat(20), "x".repeat(120));
    let project = Project::new(&[
        (long.as_str(), "import json\n"),
        ("\u{1b}[31mred\u{7}.py", "x = '\u{1b}]0;owned\u{7}'\n"),
        ("日本語/ファイル.py", "名前 = '日本語のテキスト'\n"),
        ("right\u{202e}left.py", "\tif True:\n\t\tpass\n"),
    ]);
    let frame = project.frame((80, 24), "zRj4");
    assert!(!frame.contains('\u{1b}') && !frame.contains('\u{7}') && !frame.contains('\u{202e}'), "{frame:?}");
    insta::assert_snapshot!("harmless", project.frame((120, 40), "zRG"));
    insta::assert_snapshot!("wide", project.frame((80, 24), "<ctrl-p>ファ<enter>"));
}

#[test]
fn an_export_is_written_and_asks_before_overwriting() {
    let shop = Project::shop();
    let target = shop.root.parent().unwrap().join("out.mmd");
    let keys = format!("jj<space>j<space>x<ctrl-u>{}<enter>", target.display());
    let mut explorer = shop.open((120, 40));
    explorer.press(&keys).unwrap();
    assert!(explorer.print(Print::Text).contains("wrote "), "{}", explorer.print(Print::Text));
    let text = fs::read_to_string(&target).unwrap();
    assert!(text.contains("flowchart"), "{text}");
    fs::write(&target, "mine").unwrap();
    explorer.press(&format!("x<ctrl-u>{}<enter>", target.display())).unwrap();
    assert!(explorer.print(Print::Text).contains("exists. Overwrite it?"));
    explorer.press("n").unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "mine");
    explorer.press(&format!("x<ctrl-u>{}<enter>y", target.display())).unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), text);
}

#[test]
fn the_same_keys_give_the_same_picture() {
    let shop = Project::shop();
    let picture = || {
        let mut explorer = shop.open((100, 30));
        explorer.press("jl2j3j").unwrap();
        explorer.print(Print::Svg)
    };
    let first = picture();
    assert!(first.starts_with("<svg ") && first.ends_with("</svg>\n"));
    assert_eq!(first, picture());
}

#[test]
fn any_keys_at_any_size_are_survived() {
    let shop = Project::shop();
    for size in [(30, 8), (40, 12), (80, 17), (80, 24), (120, 15), (120, 40), (250, 60)] {
        let mut explorer = shop.open(size);
        for keys in [
            "GGjjllhh<tab>Gl<enter>l<enter><esc><esc><esc><tab>sSr<gt>vvv<tab>G<ctrl-u>]][[",
            "/zzz<enter>nN<esc>/o<enter>nnN<esc>fo<enter><esc>2/o<enter>n<esc>3fo<enter>/o<enter>n<esc><esc>",
            "<ctrl-p>@<down><down><enter>HLHL gp gr gc gk <space>Yye:theme<enter>t?jGgq",
            "1zRGzM2zRGzM4zzG33zz",
        ] {
            assert!(explorer.press(keys).unwrap(), "{size:?} {keys}");
        }
        assert!(!explorer.press("q").unwrap());
    }
}

#[test]
fn the_key_table_names_every_key() {
    let table = tui::key_table_markdown();
    for key in ["`j`", "`ctrl-p`", "`gg`", "`space`", "`?`"] {
        assert!(table.contains(key), "{key} is missing in {table}");
    }
}

/// The shop with rules: the store may not know the core, which it does.
fn shop_with_rules() -> Project {
    let shop = Project::shop();
    shop.write(
        "transom.toml",
        "[[layers]]\nname = \"layers\"\nreason = \"The store is below.\"\nlayers = [\"shop/web\", \"shop/core\", \"shop/store\"]\n",
    );
    shop
}

#[test]
fn rules_are_checked_with_every_save_and_mistakes_in_them_stand_in_place() {
    let shop = shop_with_rules();
    let mut explorer = shop.open((160, 40));
    assert!(explorer.print(Print::Text).contains("1 violation"), "{}", explorer.print(Print::Text));
    explorer.press("gvzRjj").unwrap();
    insta::assert_snapshot!("rules", explorer.print(Print::Text));
    shop.write("shop/core/money.py", "from shop.web import views\n\nclass Money:\n    amount = 0\n");
    explorer.reload().unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("rules +1/-0  layers: shop/core/money.py needs shop/web/views.py"), "{frame}");
    assert!(frame.contains("2 violations"), "{frame}");
    shop.write("shop/core/money.py", "class Money:\n    amount = 0\n");
    explorer.reload().unwrap();
    assert!(explorer.print(Print::Text).contains("rules +0/-1"));
    shop.write("transom.toml", "[[layers]]\nname = \"layers\"\nlayers = [\"shop/web\"]\n");
    explorer.reload().unwrap();
    let frame = explorer.print(Print::Text);
    let mistake = "transom.toml:3: layers[1].layers: needs at least two layers";
    assert!(frame.matches(mistake).count() == 2 && frame.contains("rules: error"), "{frame}");
    assert!(Project::shop().frame((120, 40), "gv").contains("no rules: `transom check --propose`"));
}

#[test]
fn a_what_if_moves_tree_cycles_and_rules_and_leaves_the_disk_alone() {
    let shop = shop_with_rules();
    let before = fs::read_to_string(shop.root.join("shop/store/rows.py")).unwrap();
    let mut explorer = shop.open((160, 40));
    // The file of the store that knows the core goes into the core: no violation, and no cycle of folders.
    explorer.press("<ctrl-p>rows.py<enter>mm<ctrl-u>shop/core/rows.py<enter>").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("WHAT IF, in the graph only: 1 step") && frame.contains("0 violations"), "{frame}");
    assert!(selected(&frame).contains("rows.py") && frame.contains("(what if: shop/core/r"), "{frame}");
    explorer.press("gwzR").unwrap();
    insta::assert_snapshot!("what_if", explorer.print(Print::Text));
    // What another one breaks, and back.
    explorer.press("mu").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(!frame.contains("WHAT IF") && frame.contains("1 violation"), "{frame}");
    explorer.press("mr").unwrap();
    assert!(explorer.print(Print::Text).contains("WHAT IF, in the graph only: 1 step"));
    // It outlives a save where it still applies, and says so where it does not.
    shop.write("shop/web/views.py", "x = 1\n");
    explorer.reload().unwrap();
    assert!(explorer.print(Print::Text).contains("shop/store/rows.py"));
    fs::remove_file(shop.root.join("shop/store/rows.py")).unwrap();
    explorer.reload().unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("step 1 does not apply any more: there is no shop/store/rows.py"), "{frame}");
    explorer.press("mx").unwrap();
    assert!(!explorer.print(Print::Text).contains("WHAT IF"));
    shop.write("shop/store/rows.py", &before);
}

#[test]
fn a_what_if_cuts_merges_and_refuses_what_makes_no_sense() {
    let shop = shop_with_rules();
    let mut explorer = shop.open((160, 40));
    explorer.press("gymd").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("no cycles") && frame.contains("what if: cut shop/core → shop/store"), "{frame}");
    explorer.press("<ctrl-p>rows.py<enter>mm<ctrl-u>shop/core/money.py<enter>").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("not done: there is a shop/core/money.py already"), "{frame}");
    assert!(frame.contains("in the graph only: 1 step"), "{frame}");
    // What is marked goes into what is selected; the lines of both can be walked.
    explorer.press("<ctrl-p>money.py<enter><space><ctrl-p>orders.py<enter>mj").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("in the graph only: 2 steps") && !frame.contains("money.py  "), "{frame}");
    explorer.press("u<ctrl-p>views.py<enter>2zR").unwrap();
    explorer.press("1mm<ctrl-u>../x<enter>").unwrap();
    assert!(explorer.print(Print::Text).contains("../x is no path in the project"));
    let target = shop.root.parent().unwrap().join("steps.txt");
    explorer.press(&format!("mw<ctrl-u>{}<enter>", target.display())).unwrap();
    let text = fs::read_to_string(&target).unwrap();
    for part in [
        "What if, on shop: in the graph only",
        "1. cut shop/core → shop/store (1 line)",
        "     shop/core/orders.py:4  shop/store/rows.py",
        "2. merge shop/core/money.py into shop/core/orders.py (2 lines)",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn what_a_save_changed_stands_in_the_view_of_changes_with_its_lines() {
    let shop = Project::shop();
    let mut explorer = shop.open((160, 40));
    explorer.press("gd").unwrap();
    assert!(explorer.print(Print::Text).contains("nothing of the architecture changed"));
    shop.write("shop/core/money.py", "from shop.web import views\n\nclass Money:\n    amount = 0\n");
    explorer.reload().unwrap();
    explorer.press("zR").unwrap();
    let frame = explorer.print(Print::Text);
    for shown in
        ["Changes since the session began", "+ shop/core/money.py -> shop/web/views.py", "shop/core/money.py:1"]
    {
        assert!(frame.contains(shown), "{shown} is missing in\n{frame}");
    }
    explorer.press("gD").unwrap();
    assert!(explorer.print(Print::Text).contains("not in a git repository"), "{}", explorer.print(Print::Text));
    explorer.press("gD").unwrap();
    assert!(explorer.print(Print::Text).contains("+ shop/core/money.py -> shop/web/views.py"));
}
