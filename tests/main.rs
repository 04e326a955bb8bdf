//! Every integration test in one binary: the grammars are linked once.

mod cli;
mod index;
mod languages;
mod mermaid;
mod pty;
mod readme;
mod report;
mod sarif;
mod schema;
mod support;
mod system;
mod terms;
mod tui;
mod tui_commits;
