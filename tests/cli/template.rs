//! The scenario that `init` writes documents itself: every line that is commented out is right when it
//! is not.

use super::traffic::run;
use ptuplan::scenario::load::load;

/// The key of a line that is commented out.
fn offered(line: &str) -> Option<&str> {
    let (key, _) = line.strip_prefix("# ")?.split_once('=')?;
    let key = key.trim();
    key.chars().all(|c| c.is_alphanumeric() || "._".contains(c)).then_some(key)
}

/// The name of a table, and whether it is commented out.
fn table(line: &str) -> Option<bool> {
    let (is_comment, own) = match line.strip_prefix("# ") {
        Some(own) => (true, own),
        None => (false, line),
    };
    own.starts_with('[').then_some(is_comment)
}

/// The text with the commented lines of one table that `takes` wants, each in place of what states its
/// key already.
fn with(lines: &[&str], of: usize, takes: impl Fn(usize) -> bool) -> String {
    let next = (of + 1..lines.len()).find(|at| table(lines[*at]).is_some());
    let own = of..next.unwrap_or(lines.len());
    let taken: Vec<&str> =
        own.clone().filter(|at| takes(*at)).filter_map(|at| offered(lines[at])).collect();
    let mut text = String::new();
    let mut told: Vec<&str> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let stated = line.split_once('=').map(|(key, _)| key.trim());
        let replaced = own.contains(&at) && stated.is_some_and(|key| taken.contains(&key));
        let key = offered(line).filter(|_| own.contains(&at) && takes(at));
        match key {
            Some(key) if !told.contains(&key) => {
                told.push(key);
                text += &line[2..];
            }
            _ if at == of && table(line) == Some(true) => text += &line[2..],
            _ if replaced => {}
            _ => text += line,
        }
        text.push('\n');
    }
    text
}

#[test]
fn every_example_in_the_file_that_init_writes_is_right() {
    let said = ["--model", "gpt-4.1", "--region", "swedencentral", "--quota-tier", "Tier 1"];
    let (code, out, err) = run(&[&["init", "--start", "2026-12-01"][..], &said[..]].concat());
    assert_eq!(code, Some(0), "{err}");
    let lines: Vec<&str> = out.lines().collect();
    let mut header = 0;
    let mut tried = 0;
    for (at, line) in lines.iter().enumerate() {
        if table(line).is_some() {
            header = at;
        }
        if offered(line).is_none() {
            continue;
        }
        // Alone, or with the others of its table, such as a share of models with the models.
        let alone = with(&lines, header, |other| other == at);
        let together = with(&lines, header, |_| true);
        let wrong = load("new.toml", &alone).err();
        let wrong = wrong.and_then(|_| load("new.toml", &together).err());
        assert!(wrong.is_none(), "{line}: {wrong:?}\n{together}");
        tried += 1;
    }
    assert!(tried > 20, "only {tried} examples were found");
}
