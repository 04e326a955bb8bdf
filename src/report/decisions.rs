//! The decisions that a repository shows: drafts of decision records, an evaluation of the technologies in use, threats, and
//! what scaling and migrating take.

mod evaluation;
pub(super) mod found;
mod records;
mod scaling;
mod threats;

use super::Kind;

/// Decisions and what follows from them.
pub static DECISIONS: Kind = Kind {
    name: "decisions",
    doc: "decision records in the form of MADR, technologies evaluated, threats by STRIDE, scaling and migration",
    title: "Decisions of",
    parts: &[&records::RECORDS, &evaluation::EVALUATION, &threats::THREATS, &scaling::SCALING, &scaling::MIGRATION],
};
