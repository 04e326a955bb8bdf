//! Packages from elsewhere: what declares each, what imports it, and what is wrong with that.

use std::sync::Arc;

use super::PaneId;
use super::outline::{Contents, Kind, Lead, Line};
use crate::analysis::externals::{ExternalPackage, Use};
use crate::analysis::{Finding, Location};
use crate::text::{count, counted};
use crate::tui::model::{Model, Spot};
use crate::tui::theme::Role;

/// The view.
pub static KIND: Kind = Kind {
    id: PaneId::Packages,
    columns: &[("licence", 14), ("ecosystem", 11), ("version", 14), ("files", 7)],
    open: 0,
    lead: Lead::Alone,
    build,
};

fn build(model: &Model) -> Contents {
    let externals = model.analysis.externals();
    let mut lines = Vec::new();
    for package in &externals.packages {
        let key = format!("{}:{}", package.ecosystem.as_str(), package.name);
        let findings: Vec<&Finding> = package.findings.iter().map(|index| &externals.findings[*index]).collect();
        lines.push(head(package, &findings, key.clone()));
        for (index, finding) in findings.iter().enumerate() {
            let spot = finding.evidence.first().map(|place| spot(place, &finding.evidence));
            let key = format!("{key}\u{0}finding {index}");
            lines.push(line(key, finding.message.clone(), Role::Warning, finding.rule.to_string(), spot));
        }
        for at in &package.declared {
            let (of, declared) = at.of(&model.snapshot);
            let file = declared.file.as_ref().unwrap_or(&of.manifest);
            let place = Location { path: file.clone(), line: Some(declared.line) };
            let requirement = declared.requirement.as_deref().unwrap_or_default();
            let key = format!("{key}\u{0}declared {} {}", at.package, at.index);
            lines.push(line(
                key,
                place.to_string(),
                Role::Text,
                format!("declared {requirement}"),
                Some(spot(&place, &[])),
            ));
        }
        let place = |used: &Use| (model.snapshot.node(used.file).path.clone(), used.span.line);
        let mut trail: Vec<(Arc<str>, u32)> = package.uses.iter().map(place).collect();
        trail.dedup();
        let trail = Arc::new(trail);
        for used in package.uses.chunk_by(|a, b| (a.file, a.span.line) == (b.file, b.span.line)) {
            let (path, number) = place(&used[0]);
            let label = format!("{path}:{number}");
            let role = if used[0].test { Role::Test } else { Role::File };
            let spot = Spot { path, line: number, trail: Arc::clone(&trail) };
            lines.push(line(format!("{key}\u{0}{label}"), label, role, String::new(), Some(spot)));
        }
    }
    let found = externals.findings.len();
    Contents {
        note: format!("{}, {}", count(externals.packages.len() as u64), counted(found as u64, "finding")),
        lines,
        nothing: "no manifest declares a package from elsewhere, and no file imports one",
    }
}

fn head(package: &ExternalPackage, findings: &[&Finding], key: String) -> Line {
    let cell = |text: &Option<crate::facts::Name>| text.as_deref().unwrap_or("·").to_owned();
    let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
    let role = if findings.is_empty() { Role::External } else { Role::Warning };
    Line {
        note: rules.join(" "),
        cells: vec![
            cell(&package.licence),
            package.ecosystem.as_str().to_owned(),
            cell(&package.version),
            count(package.importers() as u64),
        ],
        ..Line::new(0, key, package.name.to_string(), role)
    }
}

fn line(key: String, label: String, role: Role, note: String, spot: Option<Spot>) -> Line {
    Line { note, ..Line::new(1, key, label, role).showing(spot) }
}

/// A place, with those that are walked from there.
fn spot(place: &Location, trail: &[Location]) -> Spot {
    let trail = trail.iter().map(|place| (place.path.clone(), place.line.unwrap_or(0))).collect();
    Spot { path: place.path.clone(), line: place.line.unwrap_or(0), trail: Arc::new(trail) }
}
