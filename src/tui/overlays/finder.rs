//! Anything by a few letters of its name: files, components, packages, symbols, and parts of the running system.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::input::Line;
use super::{Overlay, Reply, selection, window};
use crate::facts::DefinitionKind;
use crate::graph::NodeKind;
use crate::system::Thing;
use crate::text::counted;
use crate::tui::action::Action;
use crate::tui::draw::Row;
use crate::tui::key::Key;
use crate::tui::keymap::{Context, Keymap};
use crate::tui::list::List;
use crate::tui::model::{Item, Model, Subject, kind_label, qualified_name};
use crate::tui::search::fuzzy;
use crate::tui::theme::Role;

/// Symbols are searched from so many letters on: with fewer everything matches.
const SYMBOLS_FROM: usize = 2;

/// Matches that are listed.
const LISTED: usize = 1000;

/// What can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// A file, a component or a symbol.
    Item(Item),
    /// A part of the running system, as an index.
    Thing(usize),
}

/// The finder.
pub struct Finder {
    line: Line,
    components: Vec<(Item, String)>,
    /// Made when they are first needed.
    symbols: Option<Vec<(Item, String)>>,
    /// Parts of the running system.
    things: Vec<(Thing, String)>,
    found: Vec<Found>,
    matching: usize,
    list: List,
    top: u16,
}

impl Finder {
    /// A finder over everything in the graph.
    pub fn new(model: &Model) -> Self {
        let mut finder = Self {
            line: Line::default(),
            components: Vec::new(),
            symbols: None,
            things: Vec::new(),
            found: Vec::new(),
            matching: 0,
            list: List::default(),
            top: 0,
        };
        finder.collect(model);
        finder.update(model);
        finder
    }

    fn collect(&mut self, model: &Model) {
        let snapshot = &model.snapshot;
        let of_kind = |files: bool| {
            snapshot.nodes().filter(move |(_, node)| (node.kind == NodeKind::File) == files && !node.path.is_empty())
        };
        self.components =
            of_kind(true).chain(of_kind(false)).map(|(id, node)| (Item::Node(id), node.path.to_string())).collect();
        self.symbols = None;
        self.things = Thing::all(&snapshot.system)
            .into_iter()
            .map(|thing| {
                let label = thing.label();
                (thing, label)
            })
            .collect();
    }

    fn update(&mut self, model: &Model) {
        let text = self.line.text();
        let (needle, only_symbols) = text.strip_prefix('@').map_or((text, false), |rest| (rest, true));
        let mut found: Vec<Found> = Vec::new();
        if !only_symbols {
            let paths: Vec<&str> = self.components.iter().map(|(_, path)| path.as_str()).collect();
            let paths = fuzzy(needle, &paths).into_iter().map(|index| Found::Item(self.components[index].0));
            let labels: Vec<&str> = self.things.iter().map(|(_, label)| label.as_str()).collect();
            let begins = |index: &usize| {
                let label = labels[*index];
                // Of a route the method or the path.
                let path = label.split_once(' ').map_or("", |(_, path)| path);
                let is_start =
                    |text: &str| text.get(..needle.len()).is_some_and(|start| start.eq_ignore_ascii_case(needle));
                !needle.is_empty() && (is_start(label) || is_start(path))
            };
            // What begins with what was typed is meant before a path that has its letters somewhere.
            let (first, last): (Vec<usize>, Vec<usize>) = fuzzy(needle, &labels).into_iter().partition(begins);
            found.extend(first.into_iter().map(Found::Thing));
            found.extend(paths);
            found.extend(last.into_iter().map(Found::Thing));
        }
        if only_symbols || needle.chars().count() >= SYMBOLS_FROM {
            let symbols = self.symbols.get_or_insert_with(|| symbols(model));
            let names: Vec<&str> = symbols.iter().map(|(_, name)| name.as_str()).collect();
            let mut of_symbols: Vec<Found> =
                fuzzy(needle, &names).into_iter().map(|index| Found::Item(symbols[index].0)).collect();
            // The exact name of a symbol is what was meant; else paths come first.
            let is_exact = |found: &&Found| matches!(found, Found::Item(item) if name_of(model, *item) == needle);
            let exact = of_symbols.iter().take_while(is_exact).count();
            let rest = of_symbols.split_off(exact);
            let paths = std::mem::replace(&mut found, of_symbols);
            found.extend(paths);
            found.extend(rest);
        }
        self.matching = found.len();
        found.truncate(LISTED);
        self.found = found;
        self.list = List { len: self.found.len(), height: self.list.height, ..List::default() };
    }

    fn accept(&self, model: &Model) -> Reply {
        match self.found.get(self.list.selected) {
            Some(Found::Item(item)) => Reply::Jump(model.place(*item), model.spot(*item)),
            Some(Found::Thing(index)) => {
                let thing = self.things[*index].0.clone();
                let spot = model.declared(&thing);
                Reply::Follow(Subject::Thing(thing), spot)
            }
            None => Reply::Close,
        }
    }

    fn render_rows(&mut self, area: Rect, buffer: &mut Buffer, model: &Model) {
        self.top = area.y;
        self.list.fit(usize::from(area.height));
        let style = |role| model.theme.style(role);
        for (offset, index) in self.list.visible().enumerate() {
            let mut row = Row::new(buffer, area, area.y + offset as u16);
            row.fill(selection(model, index == self.list.selected));
            row.text(if index == self.list.selected { "▌" } else { " " }, style(Role::BorderFocused));
            match self.found[index] {
                Found::Thing(index) => {
                    let (thing, label) = &self.things[index];
                    row.text(&format!("{:<10}", thing.kind(&model.snapshot.system)), style(Role::Keyword));
                    row.text(label, style(Role::Text));
                    if let Thing::Endpoint { service, .. } = thing {
                        row.skip(1).text(service, style(Role::Muted));
                    }
                }
                Found::Item(Item::Symbol(file, definition)) => {
                    let definitions = model.snapshot.definitions(file);
                    let Some(found) = definitions.get(definition as usize) else { continue };
                    row.text(&format!("{:<7}", kind_label(found.kind)), style(Role::Keyword));
                    row.text(&qualified_name(definitions, definition), style(Role::Symbol));
                    row.skip(1).path(&model.snapshot.node(file).path, style(Role::Muted));
                }
                Found::Item(item) => {
                    let Some(node) = item.node().map(|id| model.snapshot.node(id)) else { continue };
                    let kind = match node.kind {
                        NodeKind::File => "file",
                        NodeKind::Package => "package",
                        NodeKind::External => "extern",
                        _ => "dir",
                    };
                    row.text(&format!("{kind:<8}"), style(Role::Muted)).text(&node.name, style(Role::Text));
                    let directory = node.path.rsplit_once('/').map_or("", |(directory, _)| directory);
                    row.skip(1).path(directory, style(Role::Muted));
                }
            }
        }
        if self.found.is_empty() {
            Row::new(buffer, area, area.y).skip(1).text("nothing matches", style(Role::Muted));
        }
    }

    /// The source around what is selected.
    fn render_preview(&self, area: Rect, buffer: &mut Buffer, model: &mut Model) {
        let spot = match self.found.get(self.list.selected) {
            Some(Found::Item(item)) => Some(model.spot(*item)),
            Some(Found::Thing(index)) => model.declared(&self.things[*index].0),
            None => None,
        };
        let Some(spot) = spot else { return };
        let node = model.snapshot.find(&spot.path);
        let is_file = node.is_some_and(|id| model.snapshot.node(id).kind == NodeKind::File);
        let spot = model.real_spot(&spot);
        let Some(text) = is_file.then(|| model.texts.get(&spot.path, false)).flatten() else { return };
        let line = spot.line.saturating_sub(1) as usize;
        let first = line.saturating_sub(usize::from(area.height) / 2);
        for (offset, (index, content)) in
            text.lines.iter().enumerate().skip(first).take(usize::from(area.height)).enumerate()
        {
            let mut row = Row::new(buffer, area, area.y + offset as u16);
            let is_target = spot.line > 0 && index == line;
            if is_target {
                row.fill(model.theme.style(Role::Evidence));
            }
            row.text(if is_target { "▶" } else { " " }, model.theme.style(Role::EvidenceMark));
            row.text(content, model.theme.style(Role::Text));
        }
    }
}

fn name_of(model: &Model, item: Item) -> &str {
    let Item::Symbol(file, definition) = item else { return "" };
    model.snapshot.definitions(file).get(definition as usize).map_or("", |definition| &definition.name)
}

fn symbols(model: &Model) -> Vec<(Item, String)> {
    let mut symbols = Vec::new();
    for id in model.snapshot.tree() {
        for (index, definition) in model.snapshot.definitions(id).iter().enumerate() {
            if !matches!(definition.kind, DefinitionKind::Field | DefinitionKind::Implementation) {
                symbols.push((Item::Symbol(id, index as u32), definition.name.to_string()));
            }
        }
    }
    symbols
}

impl Overlay for Finder {
    fn context(&self) -> Context {
        Context::Choose
    }

    fn render(&mut self, screen: Rect, buffer: &mut Buffer, model: &mut Model, _: &Keymap) -> Option<(u16, u16)> {
        let (width, height) = (screen.width.saturating_sub(4).min(150), screen.height.saturating_sub(3).min(36));
        let title = format!("Find {}", counted(self.matching as u64, "match"));
        let inner = window(screen, (width, height), &title, buffer, model);
        let line = Rect { x: inner.x + 3, width: inner.width.saturating_sub(4), height: 1, ..inner };
        Row::new(buffer, inner, inner.y).skip(1).text("›", model.theme.style(Role::Key));
        let cursor = self.line.render(line, buffer, model);
        if self.line.text().is_empty() {
            let hint = "letters of a path or a symbol's name; @ for symbols only";
            Row::new(buffer, line, line.y).skip(1).text(hint, model.theme.style(Role::Muted));
        }
        let mut rows = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        if inner.width >= 96 {
            let preview = Rect { x: inner.x + inner.width / 2, width: inner.width - inner.width / 2, ..rows };
            rows.width = inner.width / 2 - 1;
            self.render_preview(preview, buffer, model);
        } else if inner.height >= 16 {
            let height = rows.height / 2;
            let preview = Rect { y: rows.bottom() - height, height, ..rows };
            rows.height -= height;
            let rule = "─".repeat(usize::from(preview.width));
            Row::new(buffer, preview, preview.y).text(&rule, model.theme.style(Role::Border));
            self.render_preview(Rect { y: preview.y + 1, height: height - 1, ..preview }, buffer, model);
        }
        self.render_rows(rows, buffer, model);
        Some(cursor)
    }

    fn handle(&mut self, action: Action, model: &Model) -> Reply {
        if self.list.handle(action) {
            return Reply::Stay;
        }
        match action {
            Action::Accept => self.accept(model),
            Action::Cancel => Reply::Close,
            _ => Reply::Stay,
        }
    }

    fn key(&mut self, key: Key, model: &Model) -> Reply {
        if self.line.key(key) {
            self.update(model);
        }
        Reply::Stay
    }

    fn click(&mut self, _: u16, row: u16, model: &Model) -> Reply {
        match row.checked_sub(self.top).and_then(|line| self.list.at(line)) {
            Some(index) => {
                self.list.select(index);
                self.accept(model)
            }
            None => Reply::Stay,
        }
    }

    fn scroll(&mut self, rows: isize) {
        self.list.scroll(rows);
    }

    fn refresh(&mut self, model: &Model) {
        let selected = self.list.selected;
        self.collect(model);
        self.update(model);
        self.list.select(selected);
    }
}
