//! The clipboard: the terminal's own (OSC 52, which works over ssh), and the desktop's by its command.

use std::io::Write;
use std::process::{Command, Stdio};

use crossterm::clipboard::CopyToClipboard;

/// Longer texts are not sent through the terminal: many drop them whole, in bytes.
const TERMINAL_LIMIT: usize = 74_000;

/// Commands that take the clipboard's content on their input: the variable that must be set, and the words.
const COMMANDS: [(Option<&str>, &[&str]); 4] = [
    (Some("WAYLAND_DISPLAY"), &["wl-copy"]),
    (Some("DISPLAY"), &["xclip", "-selection", "clipboard"]),
    (Some("DISPLAY"), &["xsel", "--clipboard", "--input"]),
    (None, &["pbcopy"]),
];

/// Copies a text and says by which way.
///
/// # Errors
/// There is no way.
pub fn copy(text: &str, terminal: &mut impl Write) -> Result<(), String> {
    let by_terminal = text.len() <= TERMINAL_LIMIT
        && crossterm::execute!(terminal, CopyToClipboard::to_clipboard_from(text.as_bytes())).is_ok();
    let by_command = COMMANDS
        .iter()
        .filter(|(variable, _)| variable.is_none_or(|variable| std::env::var_os(variable).is_some()))
        .any(|(_, words)| pipe(words, text).is_ok());
    if by_terminal || by_command {
        return Ok(());
    }
    Err("it is too long for the terminal, and there is no wl-copy, xclip, xsel or pbcopy".to_owned())
}

fn pipe(words: &[&str], text: &str) -> std::io::Result<()> {
    let mut child = Command::new(words[0])
        .args(&words[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes())?;
    }
    // These commands stay behind to serve the clipboard; they are waited for elsewhere than on the screen's thread.
    std::thread::spawn(move || child.wait());
    Ok(())
}
