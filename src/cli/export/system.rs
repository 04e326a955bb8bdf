//! The export of the running system.

use anyhow::{anyhow, bail};
use globset::GlobBuilder;

use super::{Args, select};
use crate::analysis::Analysis;
use crate::export::Output;
use crate::export::system::{Chosen, Format, Input};
use crate::graph::Snapshot;
use crate::lang::resolve::FileId;
use crate::report;
use crate::system::{ChannelId, ComponentId};

/// Writes what is asked for of the running system.
///
/// # Errors
/// An option is about the dependency graph only, or a selection selects nothing.
pub fn write(args: &Args, format: &Format, snapshot: &Snapshot, analysis: &Analysis) -> anyhow::Result<Output> {
    let others = [
        ("--fold", !args.fold.is_empty()),
        ("--no-tests", args.no_tests),
        ("--no-type-only", args.no_type_only),
        ("--externals", args.externals.is_some()),
    ];
    if let Some((option, _)) = others.iter().find(|(_, given)| *given) {
        bail!("{option} is about dependencies of code: it cannot be given with --level system");
    }
    let root = args.input.directory()?;
    let directory = root.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let name = report::name_of(snapshot, &directory);
    let mut chosen = Chosen::default();
    for text in &args.select {
        choose(text, snapshot, analysis, &mut chosen)?;
    }
    let chosen = chosen.with_neighbours(&snapshot.system, args.depth);
    let chosen = (!args.select.is_empty()).then_some(&chosen);
    Ok((format.write)(&Input { system: &snapshot.system, name: &name, chosen }))
}

/// Adds components and channels of a name, or one that matches a glob; else the components whose source a query selects.
fn choose(text: &str, snapshot: &Snapshot, analysis: &Analysis, chosen: &mut Chosen) -> anyhow::Result<()> {
    let system = &snapshot.system;
    let glob = GlobBuilder::new(text).build().ok().map(|glob| glob.compile_matcher());
    let is_meant = |name: &str| name == text || glob.as_ref().is_some_and(|glob| glob.is_match(name));
    let components = (0..).map(ComponentId).zip(&system.nodes);
    let named = components
        .filter(|(_, component)| is_meant(&component.name) || component.aliases.iter().any(|alias| alias == text));
    let channels = (0..).map(ChannelId).zip(&system.channels).filter(|(_, channel)| is_meant(&channel.name));
    let mut found =
        Chosen { components: named.map(|(id, _)| id).collect(), channels: channels.map(|(id, _)| id).collect() };
    if found.is_empty() {
        let nodes = select("--select", text, snapshot, analysis)
            .map_err(|error| anyhow!("{error:#}; nor is it the name of a component or channel"))?;
        let owned = system.owners.iter().zip((0..).map(FileId));
        found.components = owned
            .filter(|(_, file)| nodes.covers(snapshot, snapshot.node_of(*file)))
            .filter_map(|(owner, _)| *owner)
            .collect();
    }
    if found.is_empty() {
        bail!("--select {text}: no component of the running system has its source there");
    }
    chosen.components.extend(found.components);
    chosen.channels.extend(found.channels);
    Ok(())
}
