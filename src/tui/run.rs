//! The main loop: draw, wait for keys, messages and answers, and do what the application asks for.

use std::path::Path;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, unbounded};
use crossterm::event::{self, Event, KeyEventKind};

use super::app::App;
use super::effect::{self, Editor, Effect, Written};
use super::key::Key;
use super::reader::Reader;
use super::terminal::{self, Screen, Signals};
use super::think::Thinker;
use super::write::Writer;
use crate::index::{Indexer, Message};

/// How long the loop waits for a key while answers or the index are on their way.
const BUSY: Duration = Duration::from_millis(10);

/// How long it waits while nothing but a change of a file can come.
const IDLE: Duration = Duration::from_millis(50);

/// Keys that are taken in before a frame is drawn.
const BURST: usize = 256;

/// What the loop holds.
pub struct Run {
    /// The application.
    pub app: App,
    /// Reads sources.
    pub reader: Reader,
    /// Works out what-ifs and rules.
    pub thinker: Thinker,
    /// Writes reports.
    pub writer: Writer,
    /// The indexer.
    pub indexer: Indexer,
    /// What it says.
    pub messages: Receiver<Message>,
    /// Keys to press when the index is complete.
    pub keys: Vec<Key>,
    /// The editor.
    pub editor: Editor,
}

impl Run {
    /// Runs until the user or a signal ends it. Answers the steps of the what-if that was on then, as they are to be worked
    /// off.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn run(mut self, root: &Path, mouse: bool) -> anyhow::Result<Option<String>> {
        let signals = Signals::listen()?;
        let (warn, warnings) = unbounded();
        terminal::hook_panics(warn);
        let mut screen = Screen::enter(mouse)?;
        let mut dirty = true;
        while !signals.quit() {
            if dirty {
                screen.draw(&mut self.app)?;
                self.reader.ask(self.app.model.texts.take_wanted());
                dirty = false;
            }
            let model = &self.app.model;
            let is_waiting = model.texts.is_any_waiting() || model.is_thinking() || model.reading.is_waiting();
            let busy = !model.complete || is_waiting;
            if event::poll(if busy { BUSY } else { IDLE })? {
                self.drain_events()?;
                dirty = true;
            }
            dirty |= self.take_messages(&warnings);
            self.thinker.ask(self.app.take_job());
            self.writer.ask(self.app.model.reading.take_commission());
            if signals.take_suspend() {
                suspend(&mut screen)?;
                dirty = true;
            }
            for effect in self.app.take_effects() {
                dirty = true;
                if effect == Effect::Quit {
                    return Ok(self.app.steps_report());
                }
                self.perform(effect, root, &mut screen)?;
            }
        }
        Ok(self.app.steps_report())
    }

    fn drain_events(&mut self) -> std::io::Result<()> {
        for _ in 0..BURST {
            match event::read()? {
                Event::Key(key) if key.kind != KeyEventKind::Release => self.app.key(Key::from_event(&key)),
                Event::Mouse(mouse) => self.app.mouse(mouse, Instant::now()),
                Event::Paste(text) => self.app.paste(&text),
                _ => {}
            }
            // Keys after one that starts an editor are the editor's.
            if self.app.has_effects() || !event::poll(Duration::ZERO)? {
                break;
            }
        }
        Ok(())
    }

    /// Takes what the threads said; of several states of the graph only the last.
    fn take_messages(&mut self, warnings: &Receiver<String>) -> bool {
        let mut any = false;
        let mut update = None;
        for message in self.messages.try_iter() {
            any = true;
            match message {
                Message::Update(new) => update = Some(merge(update, new)),
                message => self.app.message(message),
            }
        }
        if let Some(update) = update {
            let complete = update.complete;
            self.app.message(Message::Update(update));
            if complete {
                for key in std::mem::take(&mut self.keys) {
                    self.app.key(key);
                }
            }
        }
        for warning in warnings.try_iter() {
            any = true;
            self.app.message(Message::Warning(warning));
        }
        for thought in self.thinker.answers.try_iter() {
            any = true;
            self.app.thought(thought);
        }
        for written in self.writer.answers.try_iter() {
            any = true;
            self.app.written(written);
        }
        for answer in self.reader.answers.try_iter() {
            any = true;
            self.app.answer(&answer);
        }
        any
    }

    fn perform(&mut self, effect: Effect, root: &Path, screen: &mut Screen) -> anyhow::Result<()> {
        match effect {
            Effect::Quit => {}
            Effect::Rescan => {
                self.indexer.rescan();
                self.app.say("reading the project again");
            }
            Effect::Redraw => screen.clear()?,
            Effect::Mouse(on) => screen.set_mouse(on)?,
            Effect::Suspend => suspend(screen)?,
            Effect::Copy { text, what } => self.app.say(match effect::copy(&text, &mut std::io::stdout()) {
                Ok(()) => format!("copied {what}"),
                Err(why) => format!("cannot copy: {why}"),
            }),
            Effect::Write { path, text, overwrite } => write(&mut self.app, path, text, overwrite, true),
            Effect::Edit { path, line } => {
                screen.leave();
                let status = self.editor.command(&root.join(&path), line).current_dir(root).status();
                screen.resume()?;
                match status {
                    Ok(status) if status.success() => {}
                    Ok(status) => self.app.say(format!("{}: {status}", self.editor.name())),
                    Err(error) => self.app.say(format!("{} cannot be started: {error}", self.editor.name())),
                }
                self.app.model.texts.age();
            }
        }
        Ok(())
    }
}

/// Of two states that wait, the later one counts; what both changed is added up.
fn merge(first: Option<crate::index::Update>, mut second: crate::index::Update) -> crate::index::Update {
    if let Some(before) = first.and_then(|first| first.change) {
        let change = second.change.get_or_insert_default();
        change.files_added += before.files_added;
        change.files_changed += before.files_changed;
        change.files_removed += before.files_removed;
        change.edges_gained += before.edges_gained;
        change.edges_lost += before.edges_lost;
        change.cycles_gained += before.cycles_gained;
        change.cycles_lost += before.cycles_lost;
        change.elapsed += before.elapsed;
    }
    second
}

/// Writes a diagram, says so, and puts it on the clipboard too if there is one.
pub fn write(app: &mut App, path: String, text: String, overwrite: bool, clipboard: bool) {
    match effect::write(&path, &text, overwrite) {
        Ok(Written::Done(path)) => {
            let copied = clipboard && effect::copy(&text, &mut std::io::stdout()).is_ok();
            app.say(format!("wrote {}{}", path.display(), if copied { " and copied it" } else { "" }));
        }
        Ok(Written::Exists) => app.file_exists(path, text),
        Err(error) => app.say(format!("cannot write {path}: {error}")),
    }
}

fn suspend(screen: &mut Screen) -> anyhow::Result<()> {
    screen.leave();
    terminal::stop()?;
    screen.resume()?;
    Ok(())
}
