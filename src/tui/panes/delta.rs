//! How the coupling of a component differs from the state that changes are counted from, as a cell of a table.

use crate::graph::NodeId;
use crate::tui::model::Model;
use crate::tui::theme::Role;

/// The width of the column.
pub const WIDTH: u16 = 6;

/// Gains and losses of fan-in and fan-out; empty where there are none.
pub fn cell(model: &Model, id: NodeId) -> (String, Role) {
    match model.delta(id) {
        (0, 0) => (String::new(), Role::Muted),
        (fan_in, fan_out) => {
            let role = if fan_in + fan_out < 0 { Role::Lost } else { Role::Gained };
            (format!("{}/{}", signed(fan_in), signed(fan_out)), role)
        }
    }
}

fn signed(delta: i64) -> String {
    if delta == 0 { "0".to_owned() } else { format!("{delta:+}") }
}
