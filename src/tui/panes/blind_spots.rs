//! What the graph does not show: reason, then language or kind of file, then place.

use super::PaneId;
use super::outline::{Contents, Kind, Lead, Line};
use crate::analysis::blind_spots::BlindSpots;
use crate::text::{count, counted};
use crate::tui::model::{Model, Spot};
use crate::tui::theme::Role;

/// The view.
pub static KIND: Kind = Kind { id: PaneId::BlindSpots, columns: &[("places", 8)], open: 1, lead: Lead::Alone, build };

fn build(model: &Model) -> Contents {
    let skipped = model.report.as_ref().map_or(&[][..], |report| report.skipped.as_slice());
    let spots = BlindSpots::find(&model.snapshot, skipped);
    let groups = spots.groups();
    let mut lines = Vec::new();
    for of_reason in groups.chunk_by(|a, b| a.blindness == b.blindness) {
        let blindness = of_reason[0].blindness;
        let reason = blindness.name();
        let number: usize = of_reason.iter().map(|group| group.places.len()).sum();
        lines.push(group(0, reason.to_owned(), blindness.title(), Role::Heading, number));
        for of_group in of_reason {
            let is_named = !of_group.name.is_empty();
            let mut key = reason.to_owned();
            if is_named {
                key = format!("{key}\u{0}{}", of_group.name);
                lines.push(group(1, key.clone(), of_group.name, Role::Text, of_group.places.len()));
            }
            let mut before = None;
            let mut same = 0;
            for found in of_group.places {
                let location = &found.location;
                // Several on one line are told apart by their number.
                same = if before == Some(location) { same + 1 } else { 0 };
                before = Some(location);
                let spot = Spot::at(location.path.clone(), location.line.unwrap_or(0));
                let key = format!("{key}\u{0}{location}#{same}");
                let depth = if is_named { 2 } else { 1 };
                let line = Line::new(depth, key, location.to_string(), Role::File).showing(Some(spot));
                lines.push(Line { note: found.text.clone(), ..line });
            }
        }
    }
    Contents {
        note: counted(spots.all().len() as u64, "place"),
        lines,
        nothing: "every file was read and every import resolved",
    }
}

fn group(depth: u16, key: String, label: &str, role: Role, places: usize) -> Line {
    let cells = vec![count(places as u64)];
    Line { cells, ..Line::new(depth, key, label.to_owned(), role) }
}
