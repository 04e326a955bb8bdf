//! Every integration test in one binary: the grammars are linked once.

mod languages;
