//! Every integration test in one binary: the grammars are linked once.

mod cli;
mod languages;
mod mermaid;
mod readme;
mod support;
