//! Transactions of several components, and what undoes them.

use crate::analysis::sagas::{self, Saga, Step};
use crate::export::chart::{Chart, Shape};
use crate::report::facts::{ROWS, diagram, name_or_dash, or_dash};
use crate::report::{Content, Input, Part, Table, Text};

/// The section.
pub static SAGAS: Part = Part {
    title: "Sagas and compensation",
    looks_for: "orchestrators of Axon, MassTransit, NServiceBus, Eventuate Tram and Temporal, and channels that lead back by one that \
                undoes (its name says compensate, cancel, fail, reject, refund, roll back, release)",
    write,
};

/// Steps in one cell and in a drawing of one saga; the rest is counted.
const STEPS: usize = 8;

fn write(input: &Input<'_>, content: &mut Content) {
    let sagas = sagas::find(input.snapshot);
    let mut table = Table::new(["Saga", "Kind", "Led by", "Steps", "Undone by", "Where"]);
    for saga in &sagas {
        table.row([
            Text::new().code(&saga.name),
            saga.kind.into(),
            name_or_dash(input.system(), saga.component),
            steps(&saga.steps),
            steps(&saga.compensations),
            Text::places(&saga.evidence, 2),
        ]);
    }
    content.table(table.most(ROWS));
    for saga in sagas.iter().filter(|saga| !saga.steps.is_empty()) {
        let mut inner = Content::default();
        inner.diagram(diagram(chart(saga)));
        content.section(Text::from("Steps of ").code(&saga.name), inner);
    }
}

fn steps(steps: &[Step]) -> Text {
    let said = steps.iter().map(|step| Text::new().code(&step.name).plain(" ").place(&step.place));
    or_dash(Text::new().list(said, STEPS))
}

/// The steps in a row, and what undoes below them.
fn chart(saga: &Saga) -> Chart {
    let mut chart = Chart::default();
    let begin = chart.node(Shape::Gateway, None, [saga.name.clone()]);
    let mut last = begin;
    for step in saga.steps.iter().take(STEPS) {
        let next = chart.node(Shape::Plain, None, [step.name.clone()]);
        chart.arrow(last, next, "", false);
        last = next;
    }
    for step in saga.compensations.iter().take(STEPS) {
        let undo = chart.node(Shape::Channel, None, [step.name.clone()]);
        chart.arrow(last, undo, "on failure", true);
    }
    chart
}
