//! The terminal: taken over, given back whatever happens, and the signals that ask for it.

use std::io::{self, Stdout, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::Sender;
use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};

use super::app::App;

/// The terminal while the explorer has it. Dropping this gives it back.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    mouse: bool,
}

impl Screen {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// There is no terminal that can be used.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        let terminal = Terminal::new(CrosstermBackend::new(io::stdout()))?;
        let mut screen = Self { terminal, mouse };
        screen.resume()?;
        Ok(screen)
    }

    /// Takes the terminal over again.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        if self.mouse {
            execute!(io::stdout(), EnableMouseCapture)?;
        }
        self.clear()
    }

    /// Gives the terminal back for a while: for an editor, or the shell.
    pub fn leave(&mut self) {
        restore(&mut io::stdout());
    }

    /// Draws everything again with the next frame.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn clear(&mut self) -> io::Result<()> {
        // `Terminal::clear` would ask the terminal where its cursor is, and wait for an answer.
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }

    /// Uses the mouse or leaves it to the terminal.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn set_mouse(&mut self, mouse: bool) -> io::Result<()> {
        self.mouse = mouse;
        if mouse { execute!(io::stdout(), EnableMouseCapture) } else { execute!(io::stdout(), DisableMouseCapture) }
    }

    /// Draws a frame. The terminal shows it at once or not at all.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self, app: &mut App) -> io::Result<()> {
        queue!(io::stdout(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| {
            if let Some(cursor) = app.render(frame.area(), frame.buffer_mut()) {
                frame.set_cursor_position(cursor);
            }
        })?;
        execute!(io::stdout(), EndSynchronizedUpdate)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Gives the terminal back. Whatever of it fails, the rest is tried.
fn restore(out: &mut impl Write) {
    let _ = execute!(out, EndSynchronizedUpdate);
    let _ = execute!(out, DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}

/// Makes panics readable: on this thread the terminal is given back before the message; on another thread the message is
/// sent to the application, which goes on.
pub fn hook_panics(warnings: Sender<String>) {
    let owner = std::thread::current().id();
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == owner {
            restore(&mut io::stdout());
            previous(info);
        } else {
            // Nobody listens any more when the explorer ends.
            let _ = warnings.send(format!("a worker failed: {}", info.to_string().replace('\n', " ")));
        }
    }));
}

/// How long the main loop has to end after a signal.
const GRACE: Duration = Duration::from_millis(500);

/// What signals ask for.
pub struct Signals {
    quit: Arc<AtomicBool>,
    suspend: Arc<AtomicBool>,
}

impl Signals {
    /// Listens from now on. A signal that ends programs is an order, not a wish: if the main loop has not ended within
    /// [`GRACE`], the listening thread ends the program. That happens when the terminal is gone, because reading keys
    /// from a terminal that hung up never returns.
    ///
    /// # Errors
    /// The system refuses.
    pub fn listen() -> io::Result<Self> {
        let signals = Self { quit: Arc::default(), suspend: Arc::default() };
        signal_hook::flag::register(SIGTSTP, signals.suspend.clone())?;
        let mut endings = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT])?;
        let quit = signals.quit.clone();
        std::thread::spawn(move || {
            if let Some(signal) = endings.forever().next() {
                quit.store(true, Ordering::Relaxed);
                std::thread::sleep(GRACE);
                restore(&mut io::stdout());
                std::process::exit(128 + signal);
            }
        });
        Ok(signals)
    }

    /// Whether the program is to end.
    pub fn quit(&self) -> bool {
        self.quit.load(Ordering::Relaxed)
    }

    /// Whether the program is to stop, once.
    pub fn take_suspend(&self) -> bool {
        self.suspend.swap(false, Ordering::Relaxed)
    }
}

/// Stops the program as ctrl-z does, until the shell lets it go on.
///
/// # Errors
/// The system refuses.
pub fn stop() -> io::Result<()> {
    signal_hook::low_level::emulate_default_handler(SIGTSTP)
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::sync::Mutex;
    use std::time::Instant;

    use portable_pty::{CommandBuilder, PtySize, native_pty_system};

    use super::*;

    #[test]
    fn the_terminal_is_given_back_whole() {
        let mut out = Vec::new();
        restore(&mut out);
        let out = String::from_utf8(out).unwrap();
        for sequence in ["\x1b[?2026l", "\x1b[?1000l", "\x1b[?2004l", "\x1b[?1049l", "\x1b[?25h"] {
            assert!(out.contains(sequence), "{sequence:?} is missing in {out:?}");
        }
    }

    /// Takes the terminal over, waits for a key, and panics.
    #[test]
    #[ignore = "needs a terminal of its own: a_panic_gives_the_terminal_back starts it in one"]
    fn panics_with_the_terminal() {
        hook_panics(crossbeam_channel::unbounded().0);
        let mut screen = Screen::enter(true).unwrap();
        screen.terminal.draw(|frame| frame.render_widget("explorer", frame.area())).unwrap();
        io::stdin().read_exact(&mut [0]).unwrap();
        panic!("the wheel came off");
    }

    #[cfg(unix)]
    #[test]
    fn a_panic_gives_the_terminal_back() {
        let pair = native_pty_system().openpty(PtySize { rows: 20, cols: 160, ..PtySize::default() }).unwrap();
        let before = pair.master.get_termios().unwrap();
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.args(["--exact", "tui::terminal::tests::panics_with_the_terminal", "--ignored", "--nocapture"]);
        command.env("TERM", "xterm-256color");
        let mut child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let size = |number| std::num::NonZero::new(number).unwrap();
        let parser = Arc::new(Mutex::new(vt100::Parser::new(size(20), size(160), 0)));
        let shown = parser.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                shown.lock().unwrap().process(&bytes[..count]);
            }
        });
        let until = |what: &str, holds: &dyn Fn(&vt100::Screen) -> bool| {
            let started = Instant::now();
            while !holds(parser.lock().unwrap().screen()) {
                let contents = parser.lock().unwrap().screen().contents();
                assert!(started.elapsed() < Duration::from_secs(30), "{what} did not come:\n{contents}");
                std::thread::sleep(Duration::from_millis(5));
            }
        };
        until("the explorer", &|screen| screen.alternate_screen() && screen.contents().contains("explorer"));
        assert!(parser.lock().unwrap().screen().hide_cursor());
        assert_ne!(pair.master.get_termios().unwrap(), before, "the terminal is raw");
        // Without a line's end: a cooked terminal would not hand it on.
        pair.master.take_writer().unwrap().write_all(b"x").unwrap();
        until("the message", &|screen| screen.contents().contains("the wheel came off"));
        assert!(!child.wait().unwrap().success());
        assert_eq!(pair.master.get_termios().unwrap(), before);
        let parser = parser.lock().unwrap();
        let screen = parser.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert!(screen.contents().contains("terminal.rs:"), "{}", screen.contents());
    }
}
