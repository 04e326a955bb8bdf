use super::*;
use crate::graph::fixture::{at, graph};

/// Boxes as `group > group > label`, then edges as `from -> to weight`.
fn picture(subgraph: &Subgraph) -> Vec<String> {
    let name = |index: u32| {
        let node = &subgraph.nodes[index as usize];
        let mut name = node.label.clone();
        let mut group = node.group;
        while let Some(id) = group {
            let around = &subgraph.groups[id as usize];
            name = format!("{} > {name}", around.label);
            group = around.parent;
        }
        name
    };
    let nodes = (0..subgraph.nodes.len() as u32).map(name);
    let edges = subgraph.edges.iter().map(|edge| format!("{} -> {} {}", name(edge.from), name(edge.to), edge.weight));
    nodes.chain(edges).collect()
}

fn opened(node: NodeId) -> Chosen {
    Chosen { node, whole: false }
}

fn whole(node: NodeId) -> Chosen {
    Chosen { node, whole: true }
}

const SHOP: &[&str] = &[
    "src/main.py src/web/views.py",
    "src/web/views.py src/store/orders.py",
    "src/web/views.py src/store/users.py",
    "src/web/forms.py src/store/users.py",
    "src/store/orders.py src/store/users.py",
    "src/store/orders.py npm:pg",
    "src/store/orders.py npm:node",
    "src/test/test_web.py src/web/views.py",
    "src/store/users.py src/web/forms.py type",
    "src/main.py src/web/forms.py mod",
    "alone.py",
];

#[test]
fn files_are_grouped_by_folder() {
    let snapshot = graph(SHOP);
    let view = View::drawing(Level::File);
    assert_eq!(
        picture(&snapshot.project(&view)),
        [
            "src/ > store/ > orders.py",
            "src/ > store/ > users.py",
            "src/ > test/test_web.py",
            "src/ > web/ > forms.py",
            "src/ > web/ > views.py",
            "src/ > main.py",
            "alone.py",
            "src/ > store/ > orders.py -> src/ > store/ > users.py 1",
            "src/ > store/ > users.py -> src/ > web/ > forms.py 1",
            "src/ > test/test_web.py -> src/ > web/ > views.py 1",
            "src/ > web/ > forms.py -> src/ > store/ > users.py 1",
            "src/ > web/ > views.py -> src/ > store/ > orders.py 1",
            "src/ > web/ > views.py -> src/ > store/ > users.py 1",
            "src/ > main.py -> src/ > web/ > views.py 1",
        ]
    );
}

#[test]
fn modules_roll_their_edges_up() {
    let snapshot = graph(SHOP);
    let subgraph = snapshot.project(&View { externals: Externals::Packages, ..View::drawing(Level::Module) });
    assert_eq!(
        picture(&subgraph),
        [
            "./*",
            "src/ > src/*",
            "src/ > store/",
            "src/ > test/",
            "src/ > web/",
            "external packages > pg",
            "src/ > src/* -> src/ > web/ 1",
            "src/ > store/ -> src/ > web/ 1",
            "src/ > store/ -> external packages > pg 1",
            "src/ > test/ -> src/ > web/ 1",
            "src/ > web/ -> src/ > store/ 3",
        ]
    );
    let edge = subgraph.edges.last().expect("an edge");
    let lines: Vec<(NodeId, u32)> = subgraph.places(&snapshot, edge);
    let (forms, views) = (at(&snapshot, "src/web/forms.py"), at(&snapshot, "src/web/views.py"));
    assert_eq!(lines, [(forms, 4), (views, 2), (views, 3)]);
}

#[test]
fn switches_leave_out_tests_types_and_libraries() {
    let snapshot = graph(SHOP);
    let view = View { tests: false, type_only: false, ..View::drawing(Level::Module) };
    let shown = picture(&snapshot.project(&view));
    assert!(!shown.iter().any(|line| line.contains("test")), "{shown:?}");
    assert!(!shown.contains(&"src/ > store/ -> src/ > web/ 1".to_owned()), "{shown:?}");
    let everything = picture(&snapshot.project(&View::complete(Level::Module)));
    assert!(everything.contains(&"src/ > store/ -> external packages > node 1".to_owned()), "{everything:?}");
    assert!(everything.contains(&"src/ > src/* -> src/ > web/ 2".to_owned()), "{everything:?}");
}

#[test]
fn a_selection_shows_itself_and_neighbours_to_a_depth() {
    let snapshot = graph(SHOP);
    let main = at(&snapshot, "src/main.py");
    let view = |depth| View { selection: vec![whole(main)], depth, ..View::drawing(Level::File) };
    assert_eq!(picture(&snapshot.project(&view(0))), ["src/main.py"]);
    assert_eq!(
        picture(&snapshot.project(&view(1))),
        ["src/ > web/views.py", "src/ > main.py", "src/ > main.py -> src/ > web/views.py 1"]
    );
    let two = snapshot.project(&view(2));
    assert_eq!(two.nodes.len(), 5, "{:?}", picture(&two));
    assert!(snapshot.project(&view(3)).nodes.len() == 6);
}

#[test]
fn an_inner_choice_wins_over_an_outer_one() {
    let snapshot = graph(SHOP);
    let (src, store) = (at(&snapshot, "src"), at(&snapshot, "src/store"));
    let view = View { selection: vec![opened(src), whole(store)], ..View::drawing(Level::File) };
    let shown = picture(&snapshot.project(&view));
    assert!(shown.contains(&"src/ > web/ > views.py -> src/ > store/ 2".to_owned()), "{shown:?}");
    let orders = at(&snapshot, "src/store/orders.py");
    let view = View { selection: vec![whole(store), whole(orders)], ..View::drawing(Level::File) };
    assert_eq!(
        picture(&snapshot.project(&view)),
        ["src/store/ > store/*", "src/store/ > orders.py", "src/store/ > orders.py -> src/store/ > store/* 1"]
    );
}

#[test]
fn a_file_without_language_shows_only_where_it_is_needed_or_asked_for() {
    let snapshot = graph(&["a.py data.bin", "b.py", "notes.txt"]);
    let all = picture(&snapshot.project(&View::drawing(Level::File)));
    assert_eq!(all, ["a.py", "b.py", "data.bin", "a.py -> data.bin 1"]);
    let notes = View { selection: vec![opened(at(&snapshot, "notes.txt"))], ..View::drawing(Level::File) };
    assert_eq!(picture(&snapshot.project(&notes)), ["notes.txt"]);
}

#[test]
fn an_import_of_a_directory_gives_way_to_mentions_of_its_files() {
    let snapshot = graph(&["main.go pkg/", "main.go pkg/a.go", "other.go pkg/", "pkg/b.go"]);
    let files = picture(&snapshot.project(&View::drawing(Level::File)));
    assert_eq!(
        files,
        [
            "pkg/ > pkg/*",
            "pkg/ > a.go",
            "pkg/ > b.go",
            "main.go",
            "other.go",
            "main.go -> pkg/ > a.go 1",
            "other.go -> pkg/ > pkg/* 1",
        ]
    );
    let complete = snapshot.project(&View::complete(Level::File));
    assert!(picture(&complete).contains(&"main.go -> pkg/ > pkg/* 1".to_owned()));
}

#[test]
fn folding_a_folder_keeps_the_weights_and_drops_what_is_inside() {
    let snapshot = graph(SHOP);
    let subgraph = snapshot.project(&View::drawing(Level::File));
    let folded = subgraph.folded(&snapshot, &[at(&snapshot, "src/store"), at(&snapshot, "src/web")]);
    assert_eq!(
        picture(&folded),
        [
            "src/ > store/",
            "src/ > test/test_web.py",
            "src/ > web/",
            "src/ > main.py",
            "alone.py",
            "src/ > store/ -> src/ > web/ 1",
            "src/ > test/test_web.py -> src/ > web/ 1",
            "src/ > web/ -> src/ > store/ 3",
            "src/ > main.py -> src/ > web/ 1",
        ]
    );
    assert_eq!(folded.nodes[0].boxes, 2);
    assert_eq!(folded.nodes[0].files.len(), 2);
    let outer = subgraph.folded(&snapshot, &[at(&snapshot, "src/store"), at(&snapshot, "src")]);
    assert_eq!(picture(&outer), ["src/", "alone.py"]);
}

#[test]
fn deep_trees_have_few_frames() {
    let mut lines = Vec::new();
    let mut directory = String::new();
    for depth in 0..40 {
        lines.push(format!("{directory}a{depth}.py"));
        directory.push_str("d/");
    }
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let subgraph = graph(&lines).project(&View::drawing(Level::File));
    assert_eq!(subgraph.groups.len(), 5);
    assert_eq!(subgraph.nodes.len(), 40);
}

proptest::proptest! {
    /// Whatever is shown, no statement between two different boxes is lost or counted twice.
    #[test]
    fn every_view_keeps_the_weights(
        pairs in proptest::collection::vec((0..12usize, 0..12usize), 1..60),
        level in 0..3usize,
        fold in 0..4usize,
    ) {
        let path = |n: usize| format!("d{}/e{}/f{n}.py", n % 3, n % 2);
        let lines: Vec<String> = pairs.iter().map(|(a, b)| format!("{} {}", path(*a), path(*b))).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let snapshot = graph(&lines);
        let subgraph = snapshot.project(&View::drawing(Level::ALL[level]));
        let folders: Vec<NodeId> = snapshot.find(&format!("d{fold}")).into_iter().collect();
        for subgraph in [subgraph.folded(&snapshot, &folders), subgraph] {
            let holder = |id: NodeId| {
                let holders = subgraph.nodes.iter().position(|node| node.id == id);
                holders.or_else(|| snapshot.ancestors(id).find_map(|id| subgraph.nodes.iter().position(|n| n.id == id)))
            };
            let crossing: u32 = snapshot
                .edges()
                .filter(|(_, edge)| holder(edge.from) != holder(edge.to))
                .map(|(_, edge)| edge.weight)
                .sum();
            let shown: u32 = subgraph.edges.iter().map(|edge| edge.weight).sum();
            proptest::prop_assert_eq!(shown, crossing);
            proptest::prop_assert!(subgraph.edges.is_sorted_by_key(|edge| (edge.from, edge.to)));
            proptest::prop_assert!(subgraph.nodes.is_sorted_by_key(|node| node.id));
        }
    }
}
