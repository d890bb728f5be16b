//! Lines of programs' logs as lines of JSON: a time and words with a JSON object behind them, as
//! Python's and Java's loggers write it, and `key=value` pairs (logfmt). A line of neither kind
//! becomes an empty one, so that every line keeps its number.

use crate::workload::import::bounded::{Budget, json};
use crate::workload::import::clock::Clock;
use serde_json::{Map, Value};

/// Lines in which the kind has to show.
const LOOKED_AT: usize = 50;
/// Words at the beginning of a line in which its time may be.
const WORDS_OF_A_TIME: usize = 4;
/// Names that a record may have its time under.
const TIMES: [&str; 7] = ["timestamp", "time", "ts", "@timestamp", "created", "created_at", "date"];

/// How a line holds its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// A JSON object at the end of the line.
    JsonTail,
    /// `key=value` pairs.
    Pairs,
}

/// The kind of lines that a text begins with; none where it is a table, JSON or prose.
pub(crate) fn kind_of(head: &str, complete: bool) -> Option<LineKind> {
    if head.starts_with(['{', '[']) && !head.starts_with("[2") {
        return None;
    }
    let mut lines: Vec<&str> =
        head.lines().filter(|line| !line.trim().is_empty()).take(LOOKED_AT).collect();
    if !complete && lines.len() > 1 {
        lines.pop();
    }
    let of = |read: fn(&str) -> Option<Map<String, Value>>| {
        let found: Vec<Map<String, Value>> = lines.iter().copied().filter_map(read).collect();
        let tokens = found.iter().any(speaks_of_tokens);
        // The first line of a table is a header, which is no such line.
        tokens && found.len() * 2 >= lines.len()
    };
    if of(json_tail) {
        Some(LineKind::JsonTail)
    } else if of(pairs) {
        Some(LineKind::Pairs)
    } else {
        None
    }
}

/// The lines of a text as lines of JSON.
pub(crate) fn in_json(text: &str, kind: LineKind) -> String {
    let mut all = String::with_capacity(text.len());
    for line in text.lines() {
        let found = match kind {
            LineKind::JsonTail => json_tail(line),
            LineKind::Pairs => pairs(line),
        };
        if let Some(map) = found {
            all.push_str(&Value::Object(map).to_string());
        }
        all.push('\n');
    }
    all
}

fn speaks_of_tokens(map: &Map<String, Value>) -> bool {
    map.iter().any(|(name, value)| {
        name.to_ascii_lowercase().contains("token")
            || value.as_object().is_some_and(speaks_of_tokens)
    })
}

/// The object that a line ends with, and the time that the line begins with where it has none.
fn json_tail(line: &str) -> Option<Map<String, Value>> {
    let at = line.find('{').filter(|at| *at > 0)?;
    let (before, tail) = line.split_at(at);
    let Ok(Value::Object(mut map)) = json(tail.trim_end(), &Budget::of(tail.len())) else {
        return None;
    };
    let named = |name: &&str| map.keys().any(|key| key.eq_ignore_ascii_case(name));
    if !TIMES.iter().any(named) {
        map.insert("timestamp".to_owned(), Value::String(time_of(before)?));
    }
    Some(map)
}

/// The longest time in the first words of a line.
fn time_of(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().take(WORDS_OF_A_TIME).collect();
    (1..=words.len()).rev().find_map(|count| {
        let text = words[..count].join(" ");
        let text = text.trim_matches(['[', ']', '<', '>', '(', ')', '"', ':', '|', '-']);
        Clock::default().read(text.as_bytes())?;
        Some(text.to_owned())
    })
}

/// The pairs of a line; none where it has fewer than three, or words beside them.
fn pairs(line: &str) -> Option<Map<String, Value>> {
    let mut map = Map::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '@');
        if name.is_empty() || !name.chars().all(sound) {
            return None;
        }
        let (value, left) = if let Some(quoted) = after.strip_prefix('"') {
            quoted_text(quoted)?
        } else {
            let (value, left) = after.split_once(' ').unwrap_or((after, ""));
            (value.to_owned(), left)
        };
        map.insert(name.to_owned(), Value::String(value));
        rest = left.trim_start();
    }
    (map.len() >= 3).then_some(map)
}

/// A text up to its closing quote, and what follows it.
fn quoted_text(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut signs = text.char_indices();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(signs.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_logs_become_lines_of_json() {
        let python = "2026-11-20 09:00:03,118 INFO llm {\"prompt_tokens\": 900}\nstarting\n";
        assert_eq!(kind_of(python, true), Some(LineKind::JsonTail));
        assert_eq!(
            in_json(python, LineKind::JsonTail),
            "{\"prompt_tokens\":900,\"timestamp\":\"2026-11-20 09:00:03,118\"}\n\n"
        );
        let logfmt = "time=2026-11-20T09:00:03Z msg=\"a \\\"b\\\" c\" prompt_tokens=900\n";
        assert_eq!(kind_of(logfmt, true), Some(LineKind::Pairs));
        assert_eq!(
            in_json(logfmt, LineKind::Pairs),
            "{\"msg\":\"a \\\"b\\\" c\",\"prompt_tokens\":\"900\",\
             \"time\":\"2026-11-20T09:00:03Z\"}\n"
        );
        for other in [
            "time,prompt_tokens\n2026-11-20,5\n",
            "timestamp,body\n2026-11-20T09:00:00Z,\"{\"\"prompt_tokens\"\":5}\"\n",
            "{\"prompt_tokens\":5}\n",
            "tokens of a day\n",
            "",
        ] {
            assert_eq!(kind_of(other, true), None, "{other}");
        }
    }
}
