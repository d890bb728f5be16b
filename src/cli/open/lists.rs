//! Lists of a scenario's text, whose values come and go while every other keeps the comments that
//! are its own: the lines above it, and what stands behind it in its line.

use toml_edit::{Array, Value};

/// A value with what belongs to it.
struct ListEntry {
    /// From the end of the line before it, or of the value before it in the same line.
    before: String,
    value: Value,
    /// Behind it and its comma, to the end of the line.
    behind: String,
}

/// What stands behind a value in its line, and the rest: all of it where no line ends there.
fn split(text: &str) -> (&str, &str) {
    text.find('\n').map_or(("", text), |end| {
        let end = if text[..end].ends_with('\r') { end - 1 } else { end };
        text.split_at(end)
    })
}

fn words(value: &Value) -> (String, String) {
    let text = |raw: Option<&toml_edit::RawString>| {
        raw.and_then(toml_edit::RawString::as_str).unwrap_or_default().to_owned()
    };
    (text(value.decor().prefix()), text(value.decor().suffix()))
}

/// A value without what stands around it.
fn plain(value: &Value) -> Value {
    let mut value = value.clone();
    value.decor_mut().clear();
    value
}

/// Gives a list its values from now on; one that it has already keeps its place and its comments.
pub(super) fn relist(list: &mut Array, wanted: Vec<Value>) {
    let mut old: Vec<ListEntry> = Vec::new();
    let mut head = String::new();
    let mut rest = String::new();
    for value in list.iter() {
        let (prefix, suffix) = words(value);
        let between = std::mem::take(&mut rest) + &prefix;
        let (behind, before) = split(&between);
        match old.last_mut() {
            Some(entry) => entry.behind += behind,
            None => behind.clone_into(&mut head),
        }
        old.push(ListEntry {
            before: before.to_owned(),
            value: plain(value),
            behind: String::new(),
        });
        rest = suffix;
    }
    rest += list.trailing().as_str().unwrap_or_default();
    let (behind, tail) = split(&rest);
    let tail = tail.to_owned();
    match old.last_mut() {
        Some(entry) => entry.behind += behind,
        None => behind.clone_into(&mut head),
    }
    // A new value stands as the last one does: in a line of its own, or behind a space.
    let indent = |entry: &ListEntry| {
        let line = entry.before.rfind('\n').map(|at| &entry.before[at..]);
        line.map(|line| line[..line.len() - line.trim_start().len()].to_owned())
    };
    let space = old.last().and_then(indent).unwrap_or_else(|| " ".to_owned());
    let mut entries: Vec<ListEntry> = Vec::new();
    for value in wanted {
        let value = plain(&value);
        let known = old.iter().position(|own| own.value.to_string() == value.to_string());
        entries.push(known.map_or_else(
            || ListEntry { before: space.clone(), value, behind: String::new() },
            |at| old.remove(at),
        ));
    }
    if !head.contains('\n') && !space.contains('\n') {
        // In one line nothing stands before the first.
        if let Some(first) = entries.first_mut().filter(|first| !first.before.contains('\n')) {
            first.before.clear();
        }
    }
    list.clear();
    let mut behind = head;
    for mut entry in entries {
        let before = std::mem::replace(&mut behind, entry.behind) + &entry.before;
        *entry.value.decor_mut() = toml_edit::Decor::new(before, "");
        list.push_formatted(entry.value);
    }
    list.set_trailing(behind + &tail);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn after(list: &str, wanted: &[&str]) -> String {
        let mut document: toml_edit::DocumentMut = format!("a = {list}\n").parse().unwrap();
        let own = document["a"].as_array_mut().unwrap();
        relist(own, wanted.iter().map(|one| Value::from(*one)).collect());
        let text = document.to_string();
        assert!(toml::from_str::<toml::Table>(&text).is_ok(), "{text}");
        text.trim_end().strip_prefix("a = ").unwrap().to_owned()
    }

    #[test]
    fn a_value_comes_and_goes_and_the_comments_of_the_others_stay() {
        let list = "[\n  \"A\", # first\n  # of the next\n  \"B\", # second\n]";
        assert_eq!(after(list, &["A", "B"]), list);
        let more = "[\n  \"A\", # first\n  # of the next\n  \"B\", # second\n  \"C\",\n]";
        assert_eq!(after(list, &["A", "B", "C"]), more);
        assert_eq!(after(more, &["A", "B"]), list);
        assert_eq!(after(list, &["A"]), "[\n  \"A\", # first\n]");
        assert_eq!(after(list, &["B"]), "[\n  # of the next\n  \"B\", # second\n]");
        assert_eq!(after(list, &[]), "[\n]");
        let open = "[ # why\n  \"A\", # first\n  \"B\" # second\n]";
        let grown = "[ # why\n  \"A\", # first\n  \"B\", # second\n  \"C\"\n]";
        assert_eq!(after(open, &["A", "B", "C"]), grown);
        let windows = list.replace('\n', "\r\n");
        assert_eq!(after(&windows, &["A", "B"]).replace('\r', ""), list);
    }

    #[test]
    fn a_list_in_one_line_stays_in_it() {
        assert_eq!(after("[\"A\", \"B\"]", &["A", "B", "C"]), "[\"A\", \"B\", \"C\"]");
        assert_eq!(after("[\"A\", \"B\"]", &["B"]), "[\"B\"]");
        assert_eq!(after("[]", &["A", "B"]), "[\"A\", \"B\"]");
        assert_eq!(after("[\"A\"]", &[]), "[]");
    }
}
