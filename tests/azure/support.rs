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

/// `init --from` on documents, each a file.
pub(crate) fn init_from(documents: &[serde_json::Value], more: &[&str]) -> Done {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments: Vec<String> =
        ["init", "--start", "2026-12-01", "--quota-tier", "Tier 2"].map(ToOwned::to_owned).into();
    arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
    arguments.push("--from".to_owned());
    for (index, document) in documents.iter().enumerate() {
        let path = folder.path().join(format!("{index}.json"));
        std::fs::write(&path, document.to_string()).unwrap();
        arguments.push(path.to_string_lossy().into_owned());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    ptuplan(&arguments)
}

/// What a scenario has today: name, region and capacity of each deployment, in PTUs or tokens a minute.
pub(crate) fn today(done: &Done) -> Vec<(String, String, i64)> {
    assert_eq!(done.code, 0, "{}", done.err);
    let made = toml(&done.out);
    let base = made["region"].as_str().unwrap();
    let of = |own: &toml::Value| {
        let text = |key: &str| own.get(key).and_then(toml::Value::as_str);
        let number = |key: &str| own.get(key).and_then(toml::Value::as_integer);
        let capacity = number("capacity_ptu").or_else(|| number("limit_tokens_per_minute"));
        let region = text("region").unwrap_or(base).to_owned();
        (text("name").unwrap().to_owned(), region, capacity.unwrap_or(0))
    };
    made["today"]["deployments"].as_array().unwrap().iter().map(of).collect()
}

/// The same as expected.
pub(crate) fn three(name: &str, region: &str, capacity: i64) -> (String, String, i64) {
    (name.to_owned(), region.to_owned(), capacity)
}
