//! What is kept for later, copied away, and run more than once.

use crate::report::facts::{list_of_roles, practices};
use crate::report::{Content, Input, Part, Statement, Text};
use crate::system::{PracticeKind, ResourceGroup, Role};

/// Caches.
pub static CACHING: Part = Part {
    title: "Caching",
    looks_for: "cache servers, cache annotations and settings",
    write: |input, content| {
        content.list(list_of_roles(input, &[Role::Cache]));
        practices(input, content, &[PracticeKind::Caching]);
    },
};

/// Backups and availability.
pub static AVAILABILITY: Part = Part {
    title: "Backup and availability",
    looks_for: "backup jobs and retention settings, replicas, autoscaling, disruption budgets, several regions or zones",
    write,
};

fn write(input: &Input<'_>, content: &mut Content) {
    let backups = input.system().resources.iter().filter(|of| of.group == ResourceGroup::Backup).map(|of| {
        Statement::new(Text::new().code(&of.name).plain(format!(" ({}, {})", of.kind, of.technology))).by(&of.evidence)
    });
    content.list(backups.collect());
    let kinds =
        [PracticeKind::Backup, PracticeKind::Replicas, PracticeKind::Autoscaling, PracticeKind::DisruptionBudget];
    practices(input, content, &kinds);
    let regions = input.system().resources.iter().flat_map(|of| {
        let told = of.details.iter().filter(|(key, _)| key.contains("region") || key.contains("zone"));
        told.map(move |(key, value)| {
            Statement::new(Text::new().code(&of.name).plain(format!(": {key} ")).code(value)).by(&of.evidence)
        })
    });
    content.list(regions.collect());
}
