//! What a message advises is enough: of every mistake in `invalid` whose hint can be followed without thinking, the file with
//! the advice in it no longer gives that message.

use crate::{ptuplan, root};
use std::fs;
use std::path::Path;

/// A message about a line of the scenario, with its advice.
struct Told {
    message: String,
    hint: String,
    line: usize,
    column: usize,
}

/// `error: MESSAGE (…/scenario.toml:LINE:COLUMN)` and the hint below it; those of other files have no line to change.
fn told(expected: &str) -> Vec<Told> {
    let mut found = Vec::new();
    let mut lines = expected.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(said) = line.strip_prefix("error: ") else { continue };
        let hint = lines.peek().and_then(|next| next.trim_start().strip_prefix("hint: "));
        let Some(hint) = hint else { continue };
        let place = said.rsplit_once(" (").filter(|(_, at)| at.contains("scenario.toml:"));
        let (message, at) = place.unwrap_or((said, ""));
        let mut numbers = at.trim_end_matches(')').rsplit(':').map(|n| n.parse().unwrap_or(0));
        let (column, line) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        let (message, hint) = (message.to_owned(), hint.to_owned());
        found.push(Told { message, hint, line, column });
    }
    found
}

/// The text between quotes, or up to a blank or comma.
fn first_value(text: &str) -> &str {
    match text.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or_default(),
        None => text.split([' ', ',', ';']).next().unwrap_or_default(),
    }
}

/// What a hint says to write; none where one has to think.
fn advised(hint: &str) -> Option<&str> {
    if let Some(meant) = hint.strip_prefix("did you mean ") {
        // Of several the first will do.
        let meant = meant.trim_end_matches('?').split(" or ").next()?;
        return Some(meant.trim_matches(['"', '`']));
    }
    let begins = [
        "one of ",
        "write for example ",
        "write a day such as ",
        "use an IANA name such as ",
        "write between ",
        "state ",
    ];
    let rest = begins.iter().find_map(|begin| hint.strip_prefix(begin))?;
    let value = first_value(rest);
    let is_value = rest.starts_with('"') || value.starts_with(|c: char| c.is_ascii_digit());
    (is_value || hint.starts_with("one of ")).then_some(value)
}

/// The text with the advice followed; none where one has to think.
fn followed(text: &str, told: &Told) -> Option<String> {
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    if let Some((key, table)) =
        told.hint.strip_prefix("add ").and_then(|add| add.split_once(" to ["))
        && key.contains(" = ")
    {
        let head = format!("[{table}");
        let at = lines.iter().position(|line| line.trim() == head);
        let after = at.map_or(lines.len(), |at| at + 1);
        lines.insert(after, key.to_owned());
        if at.is_none() {
            lines.insert(after, head);
        }
        return Some(lines.join("\n"));
    }
    let new = advised(&told.hint)?;
    let line = lines.get_mut(told.line.checked_sub(1)?)?;
    // The word that the message repeats, wherever it stands on the line; else what stands at the place.
    let word = told.message.rsplit(": ").next().unwrap_or_default();
    let from = match line.find(word).filter(|_| told.message.starts_with("unknown")) {
        Some(at) => at,
        None => told.column.checked_sub(1)?,
    };
    let (before, rest) = line.split_at_checked(from)?;
    let old_length = if rest.starts_with('"') {
        rest.get(1..)?.find('"')? + 2
    } else if told.message.starts_with("unknown") && rest.starts_with(word) {
        word.len()
    } else {
        rest.find([',', ' ', ']', '}']).unwrap_or(rest.len())
    };
    let after = rest.get(old_length..)?;
    let new = if rest.starts_with('"') { format!("\"{new}\"") } else { new.to_owned() };
    *line = format!("{before}{new}{after}");
    Some(lines.join("\n"))
}

/// A thousandth of the traffic and one future: what is asked is whether the message is gone, not
/// what the plan is.
fn lighter(text: &str) -> String {
    let mut text = text.to_owned();
    if !text.contains("scale") {
        text = text.replace("repeat = true", "repeat = true, scale = 0.001");
    }
    if !text.contains("[uncertain]") {
        text += "\n[uncertain]\nreplications = 1\n";
    }
    text
}

fn copied(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

/// What the program says of a scenario that is wrong.
fn said(verb: &str, scenario: &Path) -> String {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("report");
    let arguments = [verb, scenario.to_str().unwrap(), "--quiet", "--out"];
    let run = ptuplan().args(arguments).arg(&out).output().unwrap();
    String::from_utf8(run.stderr).unwrap()
}

fn has(said: &str, message: &str) -> bool {
    let begins = format!("error: {message}");
    said.lines().any(|line| {
        line.strip_prefix(&begins).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
    })
}

/// Advice of one case that was followed, and what stays although it was. `simulate` is asked where
/// it says the same.
fn follow(case: &Path) -> (u32, Vec<String>) {
    let (mut count, mut wrong) = (0, Vec::new());
    let original = case.join("scenario.toml");
    let text = fs::read_to_string(&original).unwrap();
    let expected = fs::read_to_string(case.join("expected.txt")).unwrap();
    let mut simulated = None;
    for told in told(&expected) {
        let Some(mended) = followed(&text, &told) else { continue };
        count += 1;
        let scratch = tempfile::tempdir().unwrap();
        copied(case, scratch.path());
        let file = scratch.path().join("scenario.toml");
        fs::write(&file, lighter(&mended)).unwrap();
        let simulated = simulated.get_or_insert_with(|| said("simulate", &original));
        let verb = if has(simulated, &told.message) { "simulate" } else { "recommend" };
        if has(&said(verb, &file), &told.message) {
            wrong.push(format!("{}: {}: {}", case.display(), told.message, told.hint));
        }
    }
    (count, wrong)
}

#[test]
fn advice_that_is_followed_is_enough() {
    let (mut count, mut wrong) = (0, Vec::new());
    for entry in fs::read_dir(root().join("tests/cli/invalid")).unwrap() {
        let case = entry.unwrap().path();
        if case.join("scenario.toml").exists() {
            let (followed, stays) = follow(&case);
            count += followed;
            wrong.extend(stays);
        }
    }
    assert!(wrong.is_empty(), "stays although it was followed:\n{}", wrong.join("\n"));
    assert!(count >= 45, "only {count} hints were followed");
}
