//! The views of the running system and of reports.

use transom::tui::Print;

use super::{Project, selected};

/// Two services, a database with two tables behind one of them, and a pipeline.
fn services() -> Project {
    Project::new(&[
        (
            "compose.yml",
            r#"services:
  cart:
    build: ./cart
    environment:
      DATABASE_URL: postgresql://db:5432/shop
    depends_on: [db]
  db:
    image: postgres:16
  web:
    build: ./web
    ports: ["80:3000"]
    environment:
      CART_URL: http://cart:8000
"#,
        ),
        (
            "cart/Dockerfile",
            r#"FROM python:3.12
CMD ["python", "app.py"]
"#,
        ),
        (
            "cart/app.py",
            r#"from flask import Flask

import store

app = Flask(__name__)


@app.route("/orders", methods=["POST"])
def create():
    return store.save({})


@app.route("/orders/<int:number>")
def show(number):
    return store.load(number)
"#,
        ),
        (
            "cart/store.py",
            r#"from models import Order, session


def save(order):
    session.add(Order(**order))


def load(number):
    return session.query(Order).get(number)
"#,
        ),
        (
            "cart/models.py",
            r#"from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customers"
    id = Column(Integer, primary_key=True)
    name = Column(String)


class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    customer_id = Column(Integer, ForeignKey("customers.id"))
"#,
        ),
        (
            "cart/requirements.txt",
            r#"flask
sqlalchemy
"#,
        ),
        (
            "web/Dockerfile",
            r#"FROM node:22
CMD ["node", "index.js"]
"#,
        ),
        (
            "web/index.js",
            r#"const express = require("express");

const app = express();

app.get("/", async (request, response) => {
  const answer = await fetch(process.env.CART_URL + "/orders/1");
  response.send(await answer.text());
});

app.listen(3000);
"#,
        ),
        (
            "web/package.json",
            r#"{"name": "web", "dependencies": {"express": "4"}}
"#,
        ),
        (
            ".github/workflows/ci.yml",
            r#"name: CI
on:
  push:
    branches: [main]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: pytest
  ship:
    needs: test
    runs-on: ubuntu-latest
    steps:
      - run: docker build -t cart ./cart
"#,
        ),
    ])
}

#[test]
fn the_system_at_three_sizes() {
    let services = services();
    insta::assert_snapshot!("system_120x40", services.frame((120, 40), "gsj"));
    insta::assert_snapshot!("system_80x24", services.frame((80, 24), "gs"));
    insta::assert_snapshot!("system_40x12", services.frame((40, 12), "gs"));
    let frame = Project::new(&[("a.py", "import os\n")]).frame((120, 40), "gsl");
    assert!(frame.contains("nothing was found") && frame.contains("services in Docker Compose files"), "{frame}");
}

#[test]
fn a_walk_leads_from_a_route_through_the_code_to_the_table_and_back() {
    let services = services();
    let mut explorer = services.open((120, 40));
    explorer.press("gs<ctrl-p>/orders<enter>").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(selected(&frame).contains("POST /orders"), "{frame}");
    assert!(frame.contains("4 Source cart/app.py:8"), "{frame}");
    insta::assert_snapshot!("system_route", frame);
    // To the file that the handler's file needs, in the tree, and back to the route.
    explorer.press("<tab>/store.py<enter><enter>").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("┏ 1 Components") && selected(&frame).contains("store.py"), "{frame}");
    explorer.press("<esc><esc>").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("┏ Links of route POST /orders"), "{frame}");
    // To the component, and on to the one that uses it; each is a step of the history.
    explorer.press("gg/cart<enter><enter>").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("┏ Links of service cart"), "{frame}");
    explorer.press("<esc>/web<enter><enter>").unwrap();
    assert!(explorer.print(Print::Text).contains("┏ Links of service web"), "{}", explorer.print(Print::Text));
    explorer.press("H").unwrap();
    assert!(explorer.print(Print::Text).contains("┏ Links of service cart"), "{}", explorer.print(Print::Text));
    explorer.press("L").unwrap();
    assert!(explorer.print(Print::Text).contains("┏ Links of service web"), "{}", explorer.print(Print::Text));
    // From a component to its directory, and from a file to the component.
    explorer.press("gsgt").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("┏ 1 Components") && selected(&frame).contains("web"), "{frame}");
    let frame = services.frame((120, 40), "<ctrl-p>store.py<enter>gs");
    assert!(selected(&frame).contains("cart"), "{frame}");
}

#[test]
fn links_open_to_their_lines() {
    let frame = services().frame((120, 40), "gsj<tab>/cart<enter>lj");
    assert!(selected(&frame).contains("compose.yml:13"), "{frame}");
    assert!(frame.contains("4 Source compose.yml:13"), "{frame}");
}

#[test]
fn the_system_follows_the_files_and_keeps_the_selection() {
    let services = services();
    let mut explorer = services.open((120, 40));
    explorer.press("gs/db<enter>").unwrap();
    assert!(selected(&explorer.print(Print::Text)).contains("db"));
    let text = std::fs::read_to_string(services.root.join("compose.yml")).unwrap();
    services.write("compose.yml", &format!("{text}  cache:\n    image: redis:7\n"));
    services.write(
        "web/index.js",
        "const express = require(\"express\");\nconst app = express();\napp.get(\"/health\", f);\n",
    );
    explorer.reload().unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("cache Redis") && selected(&frame).contains("db"), "{frame}");
    explorer.press("<ctrl-p>/health<enter>").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(selected(&frame).contains("GET /health"), "{frame}");
    // What is selected is taken away: the links say so only as long as nothing else is selected.
    services.write("web/index.js", "const express = require(\"express\");\n");
    explorer.reload().unwrap();
    let frame = explorer.print(Print::Text);
    assert!(!frame.contains("/health") && !frame.contains("Links of route"), "{frame}");
}

#[test]
fn marked_parts_of_the_system_are_exported() {
    let mut explorer = services().open((120, 40));
    explorer.press("gs<space>j<space>").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(selected(&frame).contains("● web") && frame.contains("● 2 marked"), "{frame}");
    explorer.press("Y").unwrap();
    assert!(
        explorer.print(Print::Text).contains("copied Mermaid of 2 marked parts"),
        "{}",
        explorer.print(Print::Text)
    );
    explorer.press("ux").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(
        frame.contains("Write Mermaid: web and its neighbours, depth 1") && frame.contains("2 boxes, 1 arrow"),
        "{frame}"
    );
}

#[test]
fn a_report_is_read_by_its_headings_and_leads_to_its_lines() {
    let services = services();
    insta::assert_snapshot!("report_120x40", services.frame((120, 40), "gR"));
    insta::assert_snapshot!("report_80x24", services.frame((80, 24), "gRj"));
    insta::assert_snapshot!("report_40x12", services.frame((40, 12), "gR<tab>"));
    let mut explorer = services.open((120, 40));
    explorer.press(":report dia<enter>").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("┏ Report diagrams"), "{frame}");
    explorer.press("<tab>/postgres<enter><enter>").unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("┏ 4 Source compose.yml:7"), "{frame}");
    explorer.press("<esc><esc>").unwrap();
    assert!(explorer.print(Print::Text).contains("┏ Section Component identification"));
    // A diagram is copied, the report is written, and it follows the files.
    explorer.press("<tab><tab>gg/containers<enter><tab>/flowchart<enter>Y").unwrap();
    assert!(explorer.print(Print::Text).contains("copied the diagram"), "{}", explorer.print(Print::Text));
    explorer.press("<esc>x").unwrap();
    assert!(explorer.print(Print::Text).contains("Write Markdown: Architecture diagrams of"));
    explorer.press("<esc>").unwrap();
    services.write("compose.yml", "services:\n  lonely:\n    image: redis:7\n");
    explorer.reload().unwrap();
    let frame = explorer.print(Print::Text);
    assert!(frame.contains("lonely") && frame.contains("Section C4 level 2: containers"), "{frame}");
}
