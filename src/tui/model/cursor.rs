//! The one cursor that all panes follow, with its history.

use std::sync::Arc;

use super::{Place, Spot};
use crate::system::Thing;
use crate::tui::panes::{PaneId, Seat};

/// The longest history.
const LIMIT: usize = 200;

/// What the tree of a view has selected, which the panes beside it are about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A part of the running system.
    Thing(Thing),
    /// A section of a report, by the names of the sections around it and its own.
    Section(Arc<str>),
}

impl Subject {
    /// The view whose tree shows it.
    pub fn view(&self) -> PaneId {
        match self {
            Self::Thing(_) => PaneId::System,
            Self::Section(_) => PaneId::Report,
        }
    }
}

/// Where the cursor was, and what the user looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// The selected component or symbol.
    pub place: Place,
    /// What the source pane showed.
    pub spot: Spot,
    /// What the view's tree had selected.
    pub subject: Option<Subject>,
    /// What was on the screen and which pane had the keys.
    pub seat: Seat,
}

/// The selected component, what the source pane shows, and the way here.
#[derive(Debug, Clone, Default)]
pub struct Cursor {
    place: Place,
    /// What the source pane shows.
    pub spot: Spot,
    /// What the view's tree has selected.
    pub subject: Option<Subject>,
    back: Vec<Stop>,
    forward: Vec<Stop>,
}

impl Cursor {
    /// The selected component or symbol.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Moves without a trace in the history.
    pub fn set(&mut self, place: Place, spot: Spot) {
        (self.place, self.spot) = (place, spot);
    }

    /// Moves to where a jump leads; `seat` is where it starts from.
    pub fn jump(&mut self, place: Place, spot: Spot, seat: Seat) {
        let stop = self.stop(seat);
        if self.back.last() != Some(&stop) {
            self.back.push(stop);
        }
        if self.back.len() > LIMIT {
            self.back.remove(0);
        }
        self.forward.clear();
        self.set(place, spot);
    }

    /// Goes back to where the last jump began, and says what was on the screen there.
    pub fn back(&mut self, seat: Seat) -> Option<Seat> {
        let stop = self.back.pop()?;
        self.forward.push(self.stop(seat));
        Some(self.restore(stop))
    }

    /// Undoes [`Cursor::back`].
    pub fn forward(&mut self, seat: Seat) -> Option<Seat> {
        let stop = self.forward.pop()?;
        self.back.push(self.stop(seat));
        Some(self.restore(stop))
    }

    fn stop(&self, seat: Seat) -> Stop {
        Stop { place: self.place.clone(), spot: self.spot.clone(), subject: self.subject.clone(), seat }
    }

    fn restore(&mut self, stop: Stop) -> Seat {
        self.set(stop.place, stop.spot);
        self.subject = stop.subject;
        stop.seat
    }
}
