//! A scripted run: the real application without a terminal, for tests, bug reports and pictures.

use std::path::PathBuf;

use anyhow::bail;
use crossbeam_channel::Receiver;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::app::App;
use super::effect::Effect;
use super::key::Key;
use super::reader::Reader;
use super::think::Thinker;
use super::write::Writer;
use super::{Print, Session, Setup, picture, run};
use crate::index::{Indexed, Indexer, Message, Options, Update, index_and_report};

/// The explorer with a frame of a fixed size instead of a terminal.
pub struct Headless {
    app: App,
    reader: Reader,
    thinker: Thinker,
    writer: Writer,
    frame: Buffer,
    root: PathBuf,
    options: Options,
    revision: u64,
}

impl Headless {
    /// Opens a project and waits until its index is complete.
    ///
    /// # Errors
    /// The root cannot be read, or the configuration is wrong.
    pub fn open(session: &Session) -> anyhow::Result<Self> {
        let Setup { root, app, options, .. } = Setup::new(session)?;
        let options = Options { watch: false, ..options };
        let (width, height) = session.size;
        let frame = Buffer::empty(Rect::new(0, 0, width, height));
        let reader = Reader::start(root.clone());
        let thinker = Thinker::start(root.clone());
        let (_indexer, messages) = Indexer::start(root.clone(), options.clone());
        let writer = Writer::start();
        let mut headless = Self { app, reader, thinker, writer, frame, root, options, revision: 0 };
        headless.wait(&messages)?;
        Ok(headless)
    }

    fn wait(&mut self, messages: &Receiver<Message>) -> anyhow::Result<()> {
        let mut warnings = Vec::new();
        let mut last = None;
        for message in messages {
            match message {
                Message::Update(update) => {
                    let complete = update.complete;
                    last = Some(update);
                    if complete {
                        break;
                    }
                }
                Message::Warning(warning) => warnings.push(warning),
                Message::Failed(why) => bail!(why),
                Message::Progress(_) => {}
            }
        }
        match last {
            Some(update) if update.complete => self.app.message(Message::Update(update)),
            _ => bail!("the index ended without an answer"),
        }
        self.revision = 1;
        for warning in warnings {
            self.app.message(Message::Warning(warning));
        }
        self.settle();
        Ok(())
    }

    /// Indexes the project again, as if it had been watched.
    ///
    /// # Errors
    /// The root cannot be read any more.
    pub fn reload(&mut self) -> anyhow::Result<()> {
        let Indexed { snapshot, analysis, report, .. } = index_and_report(&self.root, &self.options)?;
        self.revision += 1;
        let update =
            Update { revision: self.revision, snapshot, analysis, complete: true, change: None, report: report.into() };
        self.app.message(Message::Update(update));
        self.settle();
        Ok(())
    }

    /// The last frame.
    pub fn print(&self, print: Print) -> String {
        match print {
            Print::Text => picture::text(&self.frame),
            Print::Svg => picture::svg(&self.frame, self.app.model.theme.light),
        }
    }

    /// Waits for what is being worked out, and draws until no text is on its way any more.
    fn settle(&mut self) {
        self.thinker.ask(self.app.take_job());
        while self.app.model.is_thinking() {
            match self.thinker.answers.recv() {
                Ok(thought) => self.app.thought(thought),
                Err(_) => break,
            }
            self.thinker.ask(self.app.take_job());
        }
        self.writer.ask(self.app.model.reading.take_commission());
        while self.app.model.reading.is_waiting() {
            match self.writer.answers.recv() {
                Ok(written) => self.app.written(written),
                Err(_) => break,
            }
        }
        loop {
            self.draw();
            self.reader.ask(self.app.model.texts.take_wanted());
            if !self.app.model.texts.is_any_waiting() {
                return;
            }
            match self.reader.answers.recv() {
                Ok(answer) => self.app.answer(&answer),
                Err(_) => return,
            }
        }
    }

    fn draw(&mut self) {
        self.frame.reset();
        let area = self.frame.area;
        self.app.render(area, &mut self.frame);
    }

    /// Presses keys (`jj<enter>`). Files are written; the clipboard, the editor and the shell are left alone. Says whether the
    /// application is still running.
    ///
    /// # Errors
    /// A key's name is wrong.
    pub fn press(&mut self, keys: &str) -> anyhow::Result<bool> {
        for key in Key::parse_script(keys).map_err(anyhow::Error::msg)? {
            self.app.key(key);
            for effect in self.app.take_effects() {
                match effect {
                    Effect::Quit => return Ok(false),
                    Effect::Write { path, text, overwrite } => run::write(&mut self.app, path, text, overwrite, false),
                    Effect::Copy { what, .. } => self.app.say(format!("copied {what}")),
                    Effect::Edit { path, line } => self.app.say(format!("edit {path}:{line}")),
                    Effect::Rescan | Effect::Redraw | Effect::Suspend | Effect::Mouse(_) => {}
                }
            }
            self.settle();
        }
        Ok(true)
    }
}
