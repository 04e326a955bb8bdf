//! Journeys in a real pseudo-terminal: the program itself, with its screen read back.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

/// How long a journey waits for what must come.
const DEADLINE: Duration = Duration::from_secs(30);

/// A terminal with the explorer in it.
struct Terminal {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    screen: Arc<Mutex<vt100::Parser>>,
    raw: Arc<Mutex<Vec<u8>>>,
}

struct Project {
    directory: TempDir,
}

impl Project {
    fn new() -> Self {
        let project = Self { directory: tempfile::tempdir().unwrap() };
        project.write("shop/a.py", "from shop import b\n\nANSWER = 42\n");
        project.write("shop/b.py", "VALUE = 1\n");
        project.write("shop/__init__.py", "");
        project
    }

    fn root(&self) -> std::path::PathBuf {
        self.directory.path().join("project")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn open(&self, variables: &[(&str, &str)]) -> Terminal {
        Terminal::start(self.command(variables))
    }

    fn command(&self, variables: &[(&str, &str)]) -> CommandBuilder {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_transom"));
        command.arg(self.root());
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.directory.path());
        for (name, value) in variables {
            command.env(name, value);
        }
        command
    }
}

fn nonzero(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}

impl Terminal {
    fn start(command: CommandBuilder) -> Self {
        let pair =
            native_pty_system().openpty(PtySize { rows: 30, cols: 120, pixel_width: 0, pixel_height: 0 }).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let screen = Arc::new(Mutex::new(vt100::Parser::new(nonzero(30), nonzero(120), 0)));
        let raw = Arc::new(Mutex::new(Vec::new()));
        let (to_screen, to_raw) = (screen.clone(), raw.clone());
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                to_screen.lock().unwrap().process(&bytes[..count]);
                to_raw.lock().unwrap().extend_from_slice(&bytes[..count]);
            }
        });
        Self { master: pair.master, writer, child, screen, raw }
    }

    fn contents(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    fn type_keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Waits until something holds.
    fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !holds(self) {
            assert!(started.elapsed() < DEADLINE, "{what} did not come; the screen is\n{}", self.contents());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn until_shown(&self, text: &str) {
        self.until(text, |terminal| terminal.contents().contains(text));
    }

    /// Waits for the end and gives the exit code.
    fn end(&mut self) -> u32 {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(started.elapsed() < DEADLINE, "it does not end; the screen is\n{}", self.contents());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether the terminal is as it was found.
    fn is_restored(&self) -> bool {
        let screen = self.screen.lock().unwrap();
        let screen = screen.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let id = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([name, &id]).status().unwrap().success());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[test]
fn starting_and_quitting_leave_the_terminal_as_it_was() {
    let project = Project::new();
    let mut terminal = project.open(&[]);
    terminal.until_shown("3 files");
    assert!(terminal.screen.lock().unwrap().screen().alternate_screen());
    terminal.type_keys("q");
    assert_eq!(terminal.end(), 0);
    terminal.until("the restored terminal", Terminal::is_restored);
}

#[test]
fn ctrl_c_ends_it_at_any_time() {
    let project = Project::new();
    for index in 0..2000 {
        project.write(&format!("many/f{index}.py"), "import os\n\n\ndef f():\n    return os.path\n");
    }
    let mut terminal = project.open(&[]);
    terminal.until_shown("1 Components");
    terminal.type_keys("\x03");
    assert_eq!(terminal.end(), 0);
    terminal.until("the restored terminal", Terminal::is_restored);
}

#[cfg(unix)]
#[test]
fn signals_restore_the_terminal() {
    let project = Project::new();
    for name in ["-TERM", "-HUP", "-INT"] {
        let mut terminal = project.open(&[]);
        terminal.until_shown("1 Components");
        terminal.signal(name);
        terminal.end();
        terminal.until("the restored terminal", Terminal::is_restored);
    }
}

#[cfg(unix)]
#[test]
fn it_ends_with_its_terminal() {
    let project = Project::new();
    let pair = native_pty_system().openpty(PtySize::default()).unwrap();
    let mut child = pair.slave.spawn_command(project.command(&[])).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut shown = Vec::new();
    while !shown.windows(8).any(|bytes| bytes == b"\x1b[?1049h") {
        let mut bytes = [0; 4096];
        let count = reader.read(&mut bytes).unwrap();
        shown.extend_from_slice(&bytes[..count]);
    }
    // The last descriptors of the terminal: closing them is what closing its window does.
    drop(reader);
    drop(pair.master);
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() >= DEADLINE {
            child.kill().unwrap();
            panic!("it lives on without a terminal");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_saved_file_is_seen() {
    let project = Project::new();
    let mut terminal = project.open(&[]);
    terminal.until_shown("3 files");
    terminal.type_keys("\x10b.py\r");
    terminal.until_shown("Dependencies shop/b.py");
    project.write("shop/c.py", "from shop import b\n\nprint(b.VALUE)\n");
    terminal.until_shown("4 files");
    terminal.until_shown("c.py");
    assert!(terminal.contents().contains("Dependencies shop/b.py"), "{}", terminal.contents());
    assert!(terminal.contents().contains("edges +"), "{}", terminal.contents());
    terminal.type_keys("q");
    assert_eq!(terminal.end(), 0);
}

#[cfg(unix)]
#[test]
fn the_editor_gets_the_terminal_and_gives_it_back() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::new();
    let script = project.directory.path().join("edit");
    std::fs::write(&script, "#!/bin/sh\necho \"editing $1 $2\"\nread answer\necho 'ANSWER = 43' > \"$2\"\n").unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut terminal = project.open(&[("EDITOR", script.to_str().unwrap())]);
    terminal.until_shown("3 files");
    terminal.type_keys("\x10a.py\r");
    terminal.until_shown("ANSWER = 42");
    terminal.type_keys("e");
    terminal.until_shown("editing +1");
    assert!(!terminal.screen.lock().unwrap().screen().alternate_screen());
    terminal.type_keys("\r");
    terminal.until_shown("ANSWER = 43");
    assert!(terminal.screen.lock().unwrap().screen().alternate_screen());
    terminal.type_keys("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn resizing_draws_what_fits() {
    let project = Project::new();
    let mut terminal = project.open(&[]);
    terminal.until_shown("4 Source");
    for (columns, rows, expected) in [(60, 20, "▸1 Tree"), (20, 5, "too small"), (90, 30, "2 Dependencies")] {
        terminal.screen.lock().unwrap().screen_mut().set_size(nonzero(rows), nonzero(columns));
        terminal.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
        terminal.until_shown(expected);
    }
    terminal.type_keys("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn no_color_means_no_colors() {
    let project = Project::new();
    let mut terminal = project.open(&[("NO_COLOR", "1")]);
    terminal.until_shown("3 files");
    terminal.type_keys("\x10a.py\r");
    terminal.until_shown("ANSWER = 42");
    terminal.type_keys("2?q:theme");
    terminal.until_shown("next-theme");
    terminal.type_keys("\r");
    terminal.until_shown("theme mono");
    terminal.type_keys("q");
    terminal.end();
    let raw = String::from_utf8_lossy(&terminal.raw.lock().unwrap()).into_owned();
    for sequence in raw.split("\x1b[").skip(1) {
        let Some(end) = sequence.find(|c: char| c.is_ascii_alphabetic()) else { continue };
        if sequence.as_bytes()[end] != b'm' {
            continue;
        }
        let colored = sequence[..end].split([';', ':']).any(|code| {
            code.parse().is_ok_and(|code: u32| (30..=38).contains(&code) || (40..=48).contains(&code) || code >= 90)
        });
        assert!(!colored, "colour in {:?}", &sequence[..=end]);
    }
}

#[test]
fn text_is_copied_through_the_terminal() {
    let project = Project::new();
    let mut terminal = project.open(&[]);
    terminal.until_shown("3 files");
    terminal.type_keys("\x10b.py\ry");
    terminal.until_shown("copied shop/b.py");
    let raw = String::from_utf8_lossy(&terminal.raw.lock().unwrap()).into_owned();
    assert!(raw.contains("\x1b]52;c;c2hvcC9iLnB5"), "{raw:?}");
    terminal.type_keys("q");
    terminal.end();
}

#[test]
fn a_wrong_configuration_is_refused_with_its_place() {
    let project = Project::new();
    project.write("transom.toml", "exclude = []\neditor = 'evil'\n");
    let mut terminal = project.open(&[]);
    assert_eq!(terminal.end(), 2);
    terminal.until_shown("transom.toml:2: editor: ");
}
