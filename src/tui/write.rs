//! The thread that writes reports for the view of them: a report takes longer than a frame may.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::model::{Commission, Written};
use crate::graph::NodeId;
use crate::report::{self, Input, name_of};

/// A handle on the thread; it ends when this is dropped.
pub struct Writer {
    requests: Sender<Commission>,
    /// What it wrote.
    pub answers: Receiver<Written>,
}

impl Writer {
    /// Starts the thread.
    pub fn start() -> Self {
        let (requests, inbox) = unbounded::<Commission>();
        let (outbox, answers) = unbounded();
        std::thread::spawn(move || {
            while let Ok(first) = inbox.recv() {
                // Only the last of several states is still of interest.
                let commission = inbox.try_iter().last().unwrap_or(first);
                if outbox.send(write(&commission)).is_err() {
                    return;
                }
            }
        });
        Self { requests, answers }
    }

    /// Asks for a report.
    pub fn ask(&self, commission: Option<Commission>) {
        if let Some(commission) = commission {
            // The thread ends only with this handle.
            let _ = self.requests.send(commission);
        }
    }
}

fn write(of: &Commission) -> Written {
    let name = name_of(&of.snapshot, &of.snapshot.node(NodeId::ROOT).name);
    let input = Input::new(&of.snapshot, &of.analysis, &name);
    Written { number: of.number, document: Arc::new(report::write(of.kind, &input)) }
}
