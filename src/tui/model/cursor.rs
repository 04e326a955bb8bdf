//! The one cursor that all panes follow, with its history.

use super::{Place, Spot};
use crate::tui::panes::Seat;

/// The longest history.
const LIMIT: usize = 200;

/// Where the cursor was, and what the user looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// The selected component or symbol.
    pub place: Place,
    /// What the source pane showed.
    pub spot: Spot,
    /// What was on the screen and which pane had the keys.
    pub seat: Seat,
}

/// The selected component, what the source pane shows, and the way here.
#[derive(Debug, Clone, Default)]
pub struct Cursor {
    place: Place,
    /// What the source pane shows.
    pub spot: Spot,
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
        Stop { place: self.place.clone(), spot: self.spot.clone(), seat }
    }

    fn restore(&mut self, stop: Stop) -> Seat {
        self.set(stop.place, stop.spot);
        stop.seat
    }
}
