//! Decisions about cycles.

use super::App;
use crate::analysis::Pin;
use crate::text::counted;
use crate::tui::panes::PaneId;

impl App {
    /// Pins what the selected row is about, or releases it.
    pub(super) fn pin(&mut self, pin: Pin) {
        let pairs = match self.seat.focus {
            PaneId::Cycles => self.panes[PaneId::Cycles as usize].dependencies(&self.model),
            _ => Vec::new(),
        };
        if pairs.is_empty() {
            return self.say("select a dependency in the view of cycles first");
        }
        let pinned = self.model.breaker.toggle(&pairs, pin);
        let what = counted(pairs.len() as u64, "dependency");
        self.say(match (pinned, pin) {
            (true, Pin::Remove) => format!("{what} to be removed"),
            (true, Pin::Keep) => format!("{what} to be kept"),
            (false, _) => format!("{what} left to be decided"),
        });
        self.refresh();
    }

    /// Cycles among siblings, or of files wherever they lie.
    pub(super) fn next_level_of_cycles(&mut self) {
        let of_files = &mut self.model.breaker.of_files;
        *of_files = !*of_files;
        self.refresh();
    }
}
