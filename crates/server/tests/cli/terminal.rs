//! Commands on a terminal.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdout, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::support::{Folder, line_with};

/// A command that somebody runs on a terminal.
pub(crate) struct Session {
    child: Child,
    out: BufReader<ChildStdout>,
    screen: File,
    shown: String,
}

impl Session {
    pub(crate) fn start(folder: &Folder, args: &[&str]) -> Self {
        let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&screen).unwrap();
        unlockpt(&screen).unwrap();
        let path = ptsname(&screen, Vec::new()).unwrap().into_string().unwrap();
        let keyboard = OpenOptions::new().read(true).write(true).open(path).unwrap();
        let mut command = folder.command(args);
        command.env("NO_COLOR", "1");
        command
            .stdin(Stdio::from(keyboard.try_clone().unwrap()))
            .stdout(Stdio::piped())
            .stderr(Stdio::from(keyboard));
        let mut child = command.spawn().unwrap();
        Self {
            out: BufReader::new(child.stdout.take().unwrap()),
            child,
            screen: File::from(screen),
            shown: String::new(),
        }
    }

    /// Waits for a prompt and types a line.
    pub(crate) fn answer(&mut self, prompt: &str, line: &str) {
        let from = self.shown.len();
        while !self.shown[from..].contains(prompt) {
            assert!(
                self.read_more(),
                "the output ended without {prompt:?}:\n{}",
                self.shown
            );
        }
        writeln!(self.screen, "{line}").unwrap();
    }

    /// Reads standard output, which is no terminal, up to the line that contains `part`.
    pub(crate) fn wait_for_out(&mut self, part: &str) -> String {
        line_with(&mut self.out, part)
    }

    /// False when the command has closed the terminal, which is told as an error.
    fn read_more(&mut self) -> bool {
        let mut bytes = [0; 1024];
        let count = self.screen.read(&mut bytes).unwrap_or(0);
        self.shown
            .push_str(&String::from_utf8_lossy(&bytes[..count]).replace('\r', ""));
        count > 0
    }

    /// The exit status and all that stood on the screen.
    pub(crate) fn end(mut self) -> (i32, String) {
        while self.read_more() {}
        (
            self.child.wait().unwrap().code().unwrap(),
            std::mem::take(&mut self.shown),
        )
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Both fail only when the process has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
