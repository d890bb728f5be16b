//! Opens the browser, by the program that the system has for it.

use std::process::{Command, Stdio};

/// Asks the system to show an address. Whether it does is not known: the address is printed too.
pub(super) fn open(address: &str) {
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(target_os = "windows") {
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let started = Command::new(program)
        .args(before)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if let Ok(mut child) = started {
        // Waited for, so that no dead process is left; a browser that stays is no reason to wait.
        std::thread::spawn(move || child.wait());
    }
}
