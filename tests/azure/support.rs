//! Running the program on the files of this folder.

use assert_cmd::Command;
use std::path::PathBuf;

/// A file of this folder.
pub(crate) fn file(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/azure").join(name);
    path.to_string_lossy().into_owned()
}

/// What the program did.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program; no output may hold a key of its input.
pub(crate) fn ptuplan(arguments: &[&str]) -> Done {
    let mut command = Command::cargo_bin("ptuplan").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.args(arguments).output().unwrap();
    let done = Done {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    for text in [&done.out, &done.err] {
        assert!(!text.contains("EXAMPLE-NOT-A-KEY"), "a key went out: {arguments:?}");
        assert!(!text.contains("00000000-0000"), "an id went out: {arguments:?}\n{text}");
    }
    done
}

/// The same that must succeed.
pub(crate) fn succeeds(arguments: &[&str]) -> Done {
    let done = ptuplan(arguments);
    assert_eq!(done.code, 0, "{arguments:?}\n{}\n{}", done.out, done.err);
    done
}

/// A text of TOML.
pub(crate) fn toml(text: &str) -> toml::Table {
    text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A TOML file of this folder.
pub(crate) fn expected(name: &str) -> toml::Table {
    toml(&std::fs::read_to_string(file(name)).unwrap())
}
