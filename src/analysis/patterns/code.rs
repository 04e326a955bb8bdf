//! Patterns of how code depends on code.

use std::collections::BTreeSet;

use super::{Judgement, Parts, Pattern, Verdict, first_lines, inheritances, percent, statements, subjects};
use crate::analysis::smells::{is_own, is_program, listed};
use crate::analysis::{Analysis, Location};
use crate::graph::reach::{Direction, Reach, Through};
use crate::graph::{EdgeId, NodeId, Snapshot};
use crate::system::ComponentId;
use crate::text::counted;

/// Layers.
pub static LAYERED: Pattern = Pattern {
    name: "Layered",
    test: "In the largest body of code (a service's source, a package) the folders side by side form three layers or more, and at \
           most 2 % of the statements between them lead upwards (at most 10 %: partly). A layer is one more than the highest one \
           that is needed.",
    citation: "F. Buschmann et al., Pattern-Oriented Software Architecture 1, 1996 (Layers)",
    judge: layered,
};

fn layered(snapshot: &Snapshot, _: &Analysis) -> Judgement {
    let mut judgement = Judgement::default();
    for (rank, body) in subjects(snapshot).into_iter().enumerate() {
        let parts = Parts::of(snapshot, body);
        let between = parts.between();
        if between < 5 {
            continue;
        }
        let upward = parts.upward();
        let layers = parts.layers(&upward);
        let height = layers.iter().copied().max().unwrap_or(0);
        let against: u64 = upward.iter().map(|pair| u64::from(parts.ties[pair].weight)).sum();
        let name = snapshot.node(body).written();
        let top = (0..layers.len()).filter(|part| layers[*part] == height).map(|part| parts.name(snapshot, part));
        let down = parts.ties.iter().filter(|(pair, _)| !upward.contains(pair)).flat_map(|(_, tie)| &tie.edges);
        let down: Vec<EdgeId> = down.copied().take(3).collect();
        let told = format!(
            "the {} of {name} form {} with {} on top; {} of {} between them lead upwards ({against})",
            counted(parts.parts.len() as u64, "part"),
            counted(u64::from(height), "layer"),
            listed(top, 3),
            percent(against, between),
            statements(between),
        );
        let is_layered = height >= 3 && against * 50 <= between;
        if is_layered || height >= 3 && against * 10 <= between {
            judgement.support(told, first_lines(snapshot, &down, 3));
        } else {
            judgement.oppose(told, first_lines(snapshot, &down, 3));
        }
        for pair in upward.iter().take(3) {
            let (from, to) = (parts.name(snapshot, pair.0), parts.name(snapshot, pair.1));
            let tie = &parts.ties[pair];
            let told =
                format!("in {name} {from} needs {to}, which is above it, in {}", statements(u64::from(tie.weight)));
            judgement.oppose(told, first_lines(snapshot, &tie.edges, 3));
        }
        if rank == 0 {
            judgement.verdict = match (is_layered, height >= 3 && against * 10 <= between) {
                (true, _) => Verdict::Found,
                (false, true) => Verdict::Partly,
                _ => Verdict::NotFound,
            };
        }
    }
    if judgement.verdict == Verdict::NotFound && !judgement.supports.is_empty() {
        judgement.verdict = Verdict::Partly;
    }
    judgement
}

/// A core that knows nothing of the outside.
pub static HEXAGONAL: Pattern = Pattern {
    name: "Hexagonal or clean",
    test: "Folders named for a core (domain, core, entities, application, usecases, ports) and for an outside (infrastructure, \
           adapters, persistence, api, web, presentation): five statements or more lead inwards, none outwards, and a type of \
           the outside implements one of the core. At most one outwards for ten inwards, or no implementation: partly.",
    citation: "A. Cockburn, Hexagonal Architecture, 2005; R. C. Martin, Clean Architecture, 2017",
    judge: hexagonal,
};

const CORE: &[&str] = &["domain", "core", "entities", "application", "usecases", "use_cases", "usecase", "ports"];
const OUTSIDE: &[&str] = &[
    "infrastructure",
    "infra",
    "adapters",
    "adapter",
    "persistence",
    "api",
    "web",
    "presentation",
    "controllers",
    "rest",
    "delivery",
];

/// Whether a file is in a core or outside of it, by the innermost folder with a telling name: `Ordering.Domain` tells too.
fn side(snapshot: &Snapshot, file: NodeId) -> Option<bool> {
    let told = |id: NodeId| {
        let name = snapshot.node(id).name.to_ascii_lowercase();
        let words = || std::iter::once(name.as_str()).chain(name.split(['.', '-']));
        if words().any(|word| CORE.contains(&word)) {
            return Some(true);
        }
        words().any(|word| OUTSIDE.contains(&word)).then_some(false)
    };
    snapshot.ancestors(file).find_map(told)
}

fn hexagonal(snapshot: &Snapshot, _: &Analysis) -> Judgement {
    let (mut inwards, mut outwards) = (Vec::new(), Vec::new());
    let sides: Vec<Option<bool>> =
        snapshot.tree().map(|id| side(snapshot, id).filter(|_| is_own(snapshot, id))).collect();
    let mut weights = [0_u64; 2];
    let at = |id: NodeId| sides.get(id.index()).copied().flatten();
    for (id, edge) in snapshot.edges().filter(|(_, edge)| edge.kind.is_coupling() && !edge.test) {
        match (at(edge.from), at(edge.to)) {
            (Some(false), Some(true)) => {
                inwards.push(id);
                weights[0] += u64::from(edge.weight);
            }
            (Some(true), Some(false)) => {
                outwards.push(id);
                weights[1] += u64::from(edge.weight);
            }
            _ => {}
        }
    }
    let implements: Vec<Location> = inheritances(snapshot)
        .into_iter()
        .filter(|of| at(of.from) == Some(false) && at(of.to) == Some(true))
        .map(|of| of.place)
        .collect();
    let mut judgement = Judgement::default();
    let [coming, going] = weights;
    if !inwards.is_empty() {
        let told = format!("{} of folders of the outside need folders of the core", statements(coming));
        judgement.support(told, first_lines(snapshot, &inwards, 3));
    }
    if !implements.is_empty() {
        let told = format!(
            "{} of the outside extend or implement types of the core",
            counted(implements.len() as u64, "type")
        );
        judgement.support(told, implements.iter().take(3).cloned().collect());
    } else if !inwards.is_empty() {
        judgement.oppose("no type of the outside was found that implements one of the core", Vec::new());
    }
    if !outwards.is_empty() {
        let told = format!("{} of the core need folders of the outside", statements(going));
        judgement.oppose(told, first_lines(snapshot, &outwards, 3));
    }
    judgement.verdict = match (coming >= 5, going, implements.is_empty()) {
        (true, 0, false) => Verdict::Found,
        (true, going, _) if going * 10 <= coming => Verdict::Partly,
        _ => Verdict::NotFound,
    };
    judgement
}

/// Controllers, models and views.
pub static MVC: Pattern = Pattern {
    name: "Model view controller",
    test: "Files that serve routes need, directly or not, files that declare tables, none of which needs one that serves routes, \
           and there are templates or pages of the same program. Without views, or with models that need controllers: partly.",
    citation: "F. Buschmann et al., Pattern-Oriented Software Architecture 1, 1996 (Model-View-Controller)",
    judge: mvc,
};

/// Endings of files that are templates of pages.
const VIEWS: &[&str] = &[
    ".html",
    ".erb",
    ".haml",
    ".jinja",
    ".jinja2",
    ".j2",
    ".cshtml",
    ".razor",
    ".ftl",
    ".jsp",
    ".ejs",
    ".hbs",
    ".pug",
    ".twig",
    ".blade.php",
    ".heex",
    ".vue",
    ".svelte",
    ".phtml",
    ".mustache",
    ".templ",
];

fn mvc(snapshot: &Snapshot, _: &Analysis) -> Judgement {
    let system = &snapshot.system;
    let own = |path: &str| snapshot.find(path).filter(|id| is_own(snapshot, *id));
    let served = system
        .endpoints
        .iter()
        .flat_map(|of| std::iter::once(&of.evidence).chain(of.handler.as_ref().map(|handler| &handler.place)));
    let controllers: BTreeSet<NodeId> = served.filter_map(|place| own(&place.path)).collect();
    let declared = system.schema.tables.iter().flat_map(|table| &table.places);
    let mut models: BTreeSet<NodeId> = declared.filter_map(|place| own(&place.path)).collect();
    models.retain(|id| !controllers.contains(id));
    let mut judgement = Judgement::default();
    if controllers.is_empty() || models.is_empty() {
        return judgement;
    }
    let reach = Reach::new(snapshot, Through { tests: false, type_only: true, inferred: true });
    let needed = reach.distances(&controllers, Direction::Dependencies, None);
    let reached: Vec<NodeId> = models.iter().filter(|id| needed.contains_key(id)).copied().collect();
    let back: Vec<EdgeId> = models
        .iter()
        .flat_map(|id| snapshot.outgoing(*id))
        .filter(|id| controllers.contains(&snapshot.edge(*id).to))
        .collect();
    let owner = |file: Option<crate::lang::resolve::FileId>| {
        file.and_then(|file| system.owners.get(file.index()).copied().flatten())
    };
    let programs: BTreeSet<Option<ComponentId>> = reached.iter().map(|id| owner(snapshot.node(*id).file)).collect();
    let is_view = |path: &str| {
        VIEWS.iter().any(|ending| path.ends_with(ending)) && programs.contains(&owner(snapshot.sources.file(path)))
    };
    let views: Vec<Location> = snapshot
        .sources
        .files
        .iter()
        .filter(|file| !file.test && file.mark.is_none() && is_view(&file.path))
        .map(|file| Location { path: file.path.clone(), line: Some(1) })
        .collect();
    let first = |ids: &[NodeId]| -> Vec<Location> {
        ids.iter().take(3).map(|id| Location { path: snapshot.node(*id).path.clone(), line: Some(1) }).collect()
    };
    let told = format!(
        "{} serve routes and need {} of the {} that declare tables",
        counted(controllers.len() as u64, "file"),
        reached.len(),
        counted(models.len() as u64, "file")
    );
    judgement.support(told, first(&reached));
    if !views.is_empty() {
        let some = views.iter().take(3).cloned().collect();
        judgement.support(format!("{} of pages", counted(views.len() as u64, "template")), some);
    } else {
        judgement.oppose("no template of a page was found in the same program", Vec::new());
    }
    if !back.is_empty() {
        let told = format!("{} of models need files that serve routes", counted(back.len() as u64, "dependency"));
        judgement.oppose(told, first_lines(snapshot, &back, 3));
    }
    judgement.verdict = match (reached.is_empty(), views.is_empty(), back.is_empty()) {
        (false, false, true) => Verdict::Found,
        (false, ..) => Verdict::Partly,
        _ => Verdict::NotFound,
    };
    judgement
}

/// One program of separate modules.
pub static MODULAR_MONOLITH: Pattern = Pattern {
    name: "Modular monolith",
    test: "One service is built here, or routes are served, and its source (or the largest package) has four parts or more of two files or \
           more, none of which form a cycle, with more statements inside of parts than between them. With a cycle, or with more \
           between: partly, not with both.",
    citation: "S. Newman, Monolith to Microservices, 2019 (modular monolith)",
    judge: modular_monolith,
};

fn modular_monolith(snapshot: &Snapshot, _: &Analysis) -> Judgement {
    let mut judgement = Judgement::default();
    let services: Vec<&str> = snapshot
        .system
        .nodes
        .iter()
        .filter(|of| is_program(of) && of.directory.is_some())
        .map(|of| of.name.as_str())
        .collect();
    if services.len() > 1 {
        let told = format!("{} are built here: {}", counted(services.len() as u64, "program"), listed(&services, 6));
        judgement.oppose(told, Vec::new());
        return judgement;
    }
    let Some(body) = subjects(snapshot).into_iter().next() else { return judgement };
    if services.is_empty() && snapshot.system.endpoints.is_empty() {
        judgement
            .oppose("nothing that runs and serves was found: no component that is built here and no route", Vec::new());
        return judgement;
    }
    let parts = Parts::of(snapshot, body);
    let large = parts.parts.iter().filter(|part| part.files >= 2).count();
    let (within, between, upward) = (parts.within, parts.between(), parts.upward());
    let name = snapshot.node(body).written();
    let edges: Vec<EdgeId> = parts.ties.values().flat_map(|tie| tie.edges.iter().copied()).take(3).collect();
    let told = format!(
        "{name} has {} of two files or more; {} of its {} stay inside of one",
        counted(large as u64, "part"),
        percent(within, within + between),
        statements(within + between)
    );
    match large >= 4 && within > between {
        true => judgement.support(told, first_lines(snapshot, &edges, 3)),
        false => judgement.oppose(told, first_lines(snapshot, &edges, 3)),
    }
    if upward.is_empty() && large >= 4 {
        judgement.support(format!("no parts of {name} need each other in a cycle"), first_lines(snapshot, &edges, 1));
    }
    for pair in upward.iter().take(3) {
        let told =
            format!("{} needs {} in a cycle of parts", parts.name(snapshot, pair.0), parts.name(snapshot, pair.1));
        judgement.oppose(told, first_lines(snapshot, &parts.ties[pair].edges, 3));
    }
    judgement.verdict = match (large >= 4, within > between, upward.is_empty()) {
        (true, true, true) => Verdict::Found,
        (true, false, true) | (true, true, false) => Verdict::Partly,
        _ => Verdict::NotFound,
    };
    judgement
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::smells::testing;
    use crate::graph::fixture::graph;
    use crate::system::Role;

    fn judged(pattern: &Pattern, snapshot: &Snapshot) -> Judgement {
        (pattern.judge)(snapshot, &Analysis::new(snapshot))
    }

    #[test]
    fn three_layers_with_one_direction_are_found_and_a_ring_is_not() {
        let down =
            ["ui/a.py app/b.py", "ui/a.py app/c.py", "ui/a.py base/d.py", "app/b.py base/d.py", "app/c.py base/e.py"];
        let judgement = judged(&LAYERED, &graph(&down));
        assert_eq!(judgement.verdict, Verdict::Found);
        assert!(
            judgement.supports[0]
                .text
                .starts_with("the 3 parts of . form 3 layers with ui on top; 0.0 % of 5 statements")
        );
        let ring = [&down[..], &["base/d.py ui/a.py", "base/e.py ui/a.py"]].concat();
        let judgement = judged(&LAYERED, &graph(&ring));
        assert_eq!(judgement.verdict, Verdict::NotFound);
        assert!(!judgement.opposes.is_empty());
    }

    #[test]
    fn a_core_that_needs_the_outside_is_none_whatever_it_is_called() {
        let file = |name: &str| format!("infrastructure/{name}.py");
        let inwards: Vec<(String, String)> = ["a", "b", "c", "d", "e"]
            .iter()
            .map(|name| (file(name), "from domain.port import Port\nclass Store(Port):\n    pass\n".to_owned()))
            .collect();
        let with = |core: &'static str| {
            let mut files: Vec<(&str, &str)> =
                inwards.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            files.push(("domain/port.py", core));
            judged(&HEXAGONAL, &crate::index::from_memory("x", files)).verdict
        };
        assert_eq!(with("class Port:\n    pass\n"), Verdict::Found);
        assert_eq!(
            with("import infrastructure.a\nimport infrastructure.b\nclass Port:\n    pass\n"),
            Verdict::NotFound
        );
    }

    #[test]
    fn routes_over_tables_with_templates_are_mvc_and_without_templates_only_partly() {
        let model = "from sqlalchemy.orm import declarative_base\nfrom sqlalchemy import Column, Integer\nBase = declarative_base()\nclass A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n";
        let view = "from flask import Flask\nimport models\napp = Flask(__name__)\n@app.route('/a')\ndef a():\n    return ''\n";
        let docker = ("docker-compose.yml", "services:\n  app: {build: .}\n");
        let files = [docker, ("models.py", model), ("app.py", view)];
        assert_eq!(judged(&MVC, &crate::index::from_memory("x", files)).verdict, Verdict::Partly);
        let with = [docker, ("models.py", model), ("app.py", view), ("templates/a.html", "<p>a</p>\n")];
        assert_eq!(judged(&MVC, &crate::index::from_memory("x", with)).verdict, Verdict::Found);
    }

    #[test]
    fn modules_of_one_program_that_keep_to_themselves_are_a_modular_monolith() {
        let module = |name: &str| (0..4).map(|n| format!("{name}/a{n}.py {name}/b.py")).collect::<Vec<_>>();
        let mut lines: Vec<String> =
            ["orders", "users", "stock", "mail"].iter().flat_map(|name| module(name)).collect();
        lines.extend(["orders/b.py users/b.py".to_owned(), "users/b.py mail/b.py".to_owned()]);
        let verdict = |lines: &[String]| {
            let mut snapshot = graph(&lines.iter().map(String::as_str).collect::<Vec<_>>());
            let library = judged(&MODULAR_MONOLITH, &snapshot).verdict;
            assert_eq!(library, Verdict::NotFound);
            snapshot.system = testing::system(&[("shop", Role::Service)]);
            snapshot.system.nodes[0].directory = Some("".into());
            judged(&MODULAR_MONOLITH, &snapshot).verdict
        };
        assert_eq!(verdict(&lines), Verdict::Found);
        lines.push("mail/b.py orders/b.py".to_owned());
        assert_eq!(verdict(&lines), Verdict::Partly);
    }
}
