//! Drawing the dependencies.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::groups::{Group, Groups, Other, Section};
use super::rows::{DependencyRow, RowKind};
use super::{Dependencies, PaneId};
use crate::graph::{NodeId, NodeKind};
use crate::lang::resolve::Certainty;
use crate::tui::draw::{self, Row, short};
use crate::tui::model::{Item, Model, item_label, qualified_name};
use crate::tui::theme::Role;

/// Columns of the number of statements.
const WEIGHT: u16 = 6;

/// The most names that a closed row shows.
const NAMES: usize = 12;

/// The least room for them, in columns.
const MIN_USES: usize = 14;

pub fn render(pane: &Dependencies, area: Rect, buffer: &mut Buffer, model: &mut Model, focused: bool) {
    let kinds = if area.width >= 46 { 11 } else { 0 };
    let here = item_label(&model.snapshot, model.here());
    let mut note = if pane.filter.is_empty() { here } else { format!("{here} matching `{}`", pane.filter) };
    if !model.tests {
        note.push_str(" without tests");
    }
    let frame = draw::Frame {
        title: &PaneId::Dependencies.title(),
        note: &note,
        columns: &[("kind", kinds), ("uses", WEIGHT)],
        focused,
        scroll: pane.list.extent(),
    };
    let inner = draw::frame(area, buffer, &model.theme, &frame);
    for (line, index) in pane.list.visible().enumerate() {
        let mut row = Row::new(buffer, inner, inner.y + line as u16);
        if index == pane.list.selected {
            row.fill(model.theme.style(if focused { Role::Selection } else { Role::SelectionUnfocused }));
        }
        row.text(if index == pane.list.selected { "▌" } else { " " }, model.theme.style(Role::BorderFocused));
        render_row(&mut row, &pane.rows[index], &pane.groups, model, kinds);
    }
    if pane.rows.is_empty() && inner.height > 0 {
        let message = match () {
            () if !pane.filter.is_empty() => "nothing matches; Esc shows all again",
            () if !model.complete => "the index is still being made",
            () => "no dependencies of this kind",
        };
        Row::new(buffer, inner, inner.y).skip(1).text(message, model.theme.style(Role::Muted));
    }
}

fn render_row(line: &mut Row<'_>, row: &DependencyRow, groups: &Groups, model: &mut Model, kinds: u16) {
    let muted = model.theme.style(Role::Muted);
    line.skip(row.depth * 2);
    line.text(row.open.map_or("  ", |open| if open { "▾ " } else { "▸ " }), muted);
    match row.kind {
        RowKind::Section(section) => section_row(line, section, groups, model),
        RowKind::Group(index) => {
            let group = &groups.all[index];
            group_row(line, group, groups, model, kinds);
            let is_file = group.other().is_some_and(|node| model.snapshot.node(node).kind == NodeKind::File);
            if row.open == Some(false) && is_file {
                uses(line, group, None, model);
            }
        }
        RowKind::File { file, weight, .. } => {
            line.column(&short(u64::from(weight)), WEIGHT, model.theme.style(Role::Number)).skip_right(kinds);
            let path = item_label(&model.snapshot, Item::Node(file));
            let inside = match &groups.all[match_group(row)].other {
                Other::Node(node) => model.snapshot.node(*node).path.len(),
                _ => 0,
            };
            let rest = path.get(inside..).map_or(path.as_str(), |rest| rest.trim_start_matches('/'));
            line.path(
                if rest.is_empty() { &path } else { rest },
                model.theme.style(Role::of_node(model.snapshot.node(file))),
            );
            if row.open == Some(false) {
                uses(line, &groups.all[match_group(row)], Some(file), model);
            }
        }
        RowKind::Line { from, line: number, from_symbol, to_symbol, .. } => {
            line_row(line, from, number, groups, model);
            let to = to_symbol.map(|(file, symbol)| qualified_name(model.snapshot.definitions(file), symbol));
            let from = from_symbol.map(|symbol| qualified_name(model.snapshot.definitions(from), symbol));
            if let Some(to) = &to
                && line.room() > draw::width(to) + 4
            {
                line.skip(1).text(&format!("→ {to}"), muted);
            }
            if let Some(from) = &from
                && line.room() > draw::width(from) + 5
            {
                line.skip(1).text(&format!("in {from}"), muted);
            }
        }
    }
}

fn match_group(row: &DependencyRow) -> usize {
    match row.kind {
        RowKind::Group(group) | RowKind::File { group, .. } | RowKind::Line { group, .. } => group,
        RowKind::Section(_) => 0,
    }
}

fn section_row(line: &mut Row<'_>, section: Section, groups: &Groups, model: &Model) {
    let style = |role| model.theme.style(role);
    let members = || groups.all.iter().filter(|group| group.section == section);
    let weight: u64 = members().map(|group| u64::from(group.weight)).sum();
    let count = members().count();
    line.text(section.title(), style(Role::Heading));
    if count == 0 {
        let text = match (model.complete, section) {
            (false, _) => "not known yet",
            (true, _) => "nothing in the project",
        };
        line.skip(1).text(text, style(Role::Muted));
        return;
    }
    line.column(&short(weight), WEIGHT, style(Role::Heading));
    line.skip(1).text(&count.to_string(), style(Role::Muted));
}

fn group_row(line: &mut Row<'_>, group: &Group, groups: &Groups, model: &Model, kinds: u16) {
    let style = |role| model.theme.style(role);
    line.column(&short(u64::from(group.weight)), WEIGHT, style(Role::Number));
    if kinds > 0 {
        let mut text = group.kinds.first().map_or("", |kind| kind.as_str()).to_owned();
        if group.kinds.len() > 1 {
            text.push_str(&format!("+{}", group.kinds.len() - 1));
        }
        line.column(&text, kinds, style(Role::Muted));
    }
    if group.test {
        line.right(" t", style(Role::Test));
    }
    let certainty = match group.certainty {
        Some(Certainty::Inferred) => " ~",
        Some(Certainty::Ambiguous) => " ?",
        _ => "",
    };
    line.right(certainty, style(Role::Warning));
    let label = group.label(&model.snapshot, groups.of);
    match &group.other {
        Other::Node(node) => {
            let is_directory = matches!(
                model.snapshot.node(*node).kind,
                NodeKind::Directory | NodeKind::Package | NodeKind::Workspace
            );
            let files = if is_directory { format!(" {}f", group.files) } else { String::new() };
            let version = model.snapshot.node(*node).version.as_deref().unwrap_or_default().to_owned();
            let room = line.room().saturating_sub(draw::width(&files));
            let mut name = Name { line, room };
            name.path(&label, style(Role::of_node(model.snapshot.node(*node))));
            line.text(&files, style(Role::Muted));
            if model.analysis.cycles().files_with(*node).is_some_and(|members| in_same_cycle(members, groups.of)) {
                line.skip(1).text("↻", style(Role::Cycle));
            }
            if !version.is_empty() {
                line.skip(1).text(&version, style(Role::Muted));
            }
        }
        Other::Pair(..) => drop(line.path(&label, style(Role::Text))),
        Other::Import(_, reason) => {
            line.text(&label, style(Role::Warning)).skip(1).text(reason.as_str(), style(Role::Muted));
        }
    }
}

/// The names that closed dependencies are about, as many as there is room for.
fn uses(line: &mut Row<'_>, group: &Group, file: Option<NodeId>, model: &Model) {
    let names = group.names(&model.snapshot, file, NAMES);
    let text = format!("uses: {}", names.join(", "));
    let room = usize::from(line.room().saturating_sub(1));
    if !names.is_empty() && room >= MIN_USES {
        line.skip(1).text(&crate::text::truncate_end(&text, room), model.theme.style(Role::Muted));
    }
}

/// A path that leaves room for what follows it.
struct Name<'r, 'b> {
    line: &'r mut Row<'b>,
    room: u16,
}

impl Name<'_, '_> {
    fn path(&mut self, label: &str, style: ratatui::style::Style) {
        let safe = crate::text::sanitize(label);
        let cut = crate::text::truncate_middle(&safe, usize::from(self.room));
        self.line.text(&cut, style);
    }
}

fn in_same_cycle(members: &[NodeId], of: Item) -> bool {
    of.node().is_some_and(|node| members.binary_search(&node).is_ok())
}

fn line_row(line: &mut Row<'_>, from: NodeId, number: u32, groups: &Groups, model: &mut Model) {
    let snapshot = model.snapshot.clone();
    let (path, real_number) = model.real(&snapshot.node(from).path, number);
    let text = model.texts.get(&path, false);
    let style = |role| model.theme.style(role);
    if groups.of.node() != Some(from) {
        let name = &snapshot.node(from).name;
        line.text(&crate::text::truncate_middle(name, 24), style(Role::Muted)).text(":", style(Role::Muted));
    }
    line.text(&format!("{number} "), style(Role::LineNumber));
    let source = text.as_ref().and_then(|text| text.lines.get(real_number.saturating_sub(1) as usize));
    line.text(source.map_or("", |source| source.trim()), style(Role::Text));
}

/// What a row can be found by.
pub fn search_text(row: &DependencyRow, groups: &Groups, model: &Model) -> String {
    match row.kind {
        RowKind::Section(section) => section.title().to_owned(),
        RowKind::Group(group) => groups.all[group].label(&model.snapshot, groups.of),
        RowKind::File { file, .. } => model.snapshot.node(file).path.to_string(),
        RowKind::Line { from, line, .. } => {
            let (path, line) = model.real(&model.snapshot.node(from).path, line);
            let text =
                model.texts.peek(&path).and_then(|text| text.lines.get(line.saturating_sub(1) as usize).cloned());
            format!("{path}:{line} {}", text.unwrap_or_default())
        }
    }
}
