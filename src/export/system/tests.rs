use super::*;
use crate::system::{Channel, ChannelKind, Connection, Flow, Place};

fn place(line: u32) -> Place {
    Place::new(&"compose.yml".into(), line)
}

/// A user, a service, a database and a queue whose names would end a label or begin markup.
fn shop() -> System {
    let component = |name: &str, role, technology: &str| Component {
        name: name.into(),
        role,
        technologies: vec![technology.into()],
        evidence: vec![place(1)],
        ..Component::default()
    };
    let edge = |from, to, kind, sureness| Connection {
        from: ComponentId(from),
        to: ComponentId(to),
        kind,
        sureness,
        evidence: vec![place(2)],
    };
    let channel = Channel {
        name: "orders;\"new\"".into(),
        kind: ChannelKind::Queue,
        technology: "RabbitMQ".into(),
        broker: None,
        dead_letter: None,
        evidence: vec![place(3)],
    };
    let flow = |direction, component| Flow {
        channel: ChannelId(0),
        direction,
        component,
        sureness: Sureness::Resolved,
        evidence: place(4),
    };
    System {
        nodes: vec![
            component("cart \"x\"", Role::Service, "Go"),
            component("db", Role::Database, "PostgreSQL"),
            component("end", Role::Service, "Rust"),
            component("user", Role::User, "Web browser"),
        ],
        edges: vec![edge(0, 1, "database", Sureness::Declared), edge(3, 0, "http", Sureness::Inferred)],
        channels: vec![channel],
        flows: vec![
            flow(Direction::Publishes, Some(ComponentId(0))),
            flow(Direction::Consumes, Some(ComponentId(2))),
            flow(Direction::Consumes, None),
        ],
        ..System::default()
    }
}

fn written(format: &str, system: &System, chosen: Option<&Chosen>) -> String {
    let format = format_named(format).expect("a format");
    (format.write)(&Input { system, name: "shop", chosen }).text
}

#[test]
fn a_system_is_drawn_with_its_channels_and_what_is_outside() {
    let text = written("mermaid", &shop(), None);
    let body = text.split_once('\n').expect("a heading").1;
    let expected = "flowchart LR\n  subgraph f0[\"shop\"]\n    b0[\"cart #34;x#34;<br/>service#58; Go\"]\n    \
                    b1[(\"db<br/>database#58; PostgreSQL\")]\n    b2[\"end<br/>service#58; Rust\"]\n    \
                    b4[[\"orders#59;#34;new#34;<br/>queue#58; RabbitMQ\"]]\n  end\n  \
                    b3([\"user<br/>user#58; Web browser\"])\n  b0 -->|\"database\"| b1\n  b3 -.->|\"http\"| b0\n  \
                    b0 -->|\"publish\"| b4\n  b4 -->|\"consume\"| b2\n";
    assert_eq!(body, expected);
}

#[test]
fn c4_knows_people_stores_and_queues() {
    let text = written("c4", &shop(), None);
    let body = text.split_once('\n').expect("a heading").1;
    let expected = "C4Container\n  System_Boundary(f0, \"shop\") {\n    \
                    Container(b0, \"cart #34;x#34;\", \"service#58; Go\")\n    \
                    ContainerDb(b1, \"db\", \"database#58; PostgreSQL\")\n    \
                    Container(b2, \"end\", \"service#58; Rust\")\n    \
                    ContainerQueue(b4, \"orders#59;#34;new#34;\", \"queue#58; RabbitMQ\")\n  }\n  \
                    Person(b3, \"user\", \"user#58; Web browser\")\n  Rel(b0, b1, \"database\")\n  \
                    Rel(b3, b0, \"http\")\n  Rel(b0, b4, \"publish\")\n  Rel(b4, b2, \"consume\")\n";
    assert_eq!(body, expected);
    assert!(written("c4", &System::default(), None).contains("nothing is selected"));
}

#[test]
fn a_choice_takes_its_neighbours_along_and_nothing_else() {
    let system = shop();
    let db = Chosen { components: [ComponentId(1)].into(), ..Chosen::default() };
    assert!(!written("mermaid", &system, Some(&db)).contains("cart"));
    let near = db.clone().with_neighbours(&system, 1);
    assert_eq!(near.components, [ComponentId(0), ComponentId(1)].into());
    let far = db.with_neighbours(&system, 3);
    assert_eq!((far.components.len(), far.channels.len()), (4, 1));
    let lines = written("jsonl", &system, Some(&near));
    assert_eq!(lines.lines().count(), 1, "{lines}");
    let whole: serde_json::Value = serde_json::from_str(&written("json", &system, None)).expect("JSON");
    let part: serde_json::Value = serde_json::from_str(&written("json", &system, Some(&near))).expect("JSON");
    let count = |value: &serde_json::Value, key: &str| value[key].as_array().map(Vec::len);
    assert_eq!((count(&whole, "nodes"), count(&whole, "flows")), (Some(4), Some(3)));
    assert_eq!((count(&part, "nodes"), count(&part, "edges"), count(&part, "flows")), (Some(2), Some(1), Some(0)));
}

#[test]
fn what_a_drawing_cannot_hold_is_left_out_and_said() {
    let mut system = System::default();
    for index in 0..2000_u32 {
        let name = format!("a service with a rather long name number {index}").as_str().into();
        system.nodes.push(Component { name, ..Component::default() });
    }
    for index in 0..1999 {
        system.edges.push(Connection {
            from: ComponentId(index),
            to: ComponentId(index + 1),
            kind: "http",
            sureness: Sureness::Declared,
            evidence: Vec::new(),
        });
    }
    for format in ["mermaid", "c4"] {
        let format = format_named(format).expect("a format");
        let output = (format.write)(&Input { system: &system, name: "large", chosen: None });
        assert!(size(&output.text) <= MAX_SIZE && size(&output.text) > MAX_SIZE / 2, "{}", size(&output.text));
        assert!(output.notes[0].starts_with("Left out, those with the fewest connections first"), "{:?}", output.notes);
    }
}
