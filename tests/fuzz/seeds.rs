//! What mutations begin with.

use ptuplan::workload::import::{ReadSpec, read};
use ptuplan::workload::packed::write_packed;
use std::fs;
use std::path::{Path, PathBuf};

/// Longer files mutate no better and read slower.
const LONGEST: u64 = 64 * 1024;

/// Files below folders, by their endings, and what was found before.
pub(crate) fn of(name: &str, root: &Path) -> Vec<Vec<u8>> {
    let (folders, endings): (&[&str], &[&str]) = match name {
        "scenario" => (&["scenarios", "tests/cli", "tests/robust/data"], &["toml"]),
        "synth" => (&["scenarios", "tests/fuzz/seeds", "tests/workload"], &["toml"]),
        "policy" => (&["tests/fuzz/seeds"], &["json"]),
        "catalogue" => (&["data/azure"], &["csv", "toml"]),
        "price_page" => (&["tests/fuzz/seeds"], &["json"]),
        "focus" | "usage" => {
            (&["tests/workload/samples", "tests/robust/data", "tests/cli"], &["csv"])
        }
        "trace_csv" => (&["tests/workload", "tests/robust/data"], &["csv", "gz"]),
        "json_log" => (&["tests/workload", "tests/robust/data"], &["json", "jsonl", "csv"]),
        "packed" => (&["tests/workload", "tests/robust/data"], &["csv", "jsonl"]),
        "azure" => (&["tests/azure"], &["json"]),
        "run" => (&["tests/azure"], &["json"]),
        "workbook" => (&["tests/fuzz/seeds"], &["xml"]),
        "parquet" => (&["tests/robust/data", "tests/cli"], &["parquet"]),
        _ => (&[], &[]),
    };
    let mut files = Vec::new();
    folders.iter().for_each(|folder| below(&root.join(folder), endings, &mut files));
    files.sort();
    let mut seeds: Vec<Vec<u8>> = files.iter().map(|path| fs::read(path).unwrap()).collect();
    if name == "catalogue" {
        // The first byte chooses the table: the one the file is of.
        for (index, seed) in seeds.iter_mut().enumerate() {
            seed.insert(0, u8::try_from(index).unwrap_or(0));
        }
    }
    if name == "packed" {
        let traces = seeds.iter().filter_map(|bytes| read("t", bytes, &ReadSpec::default()).ok());
        seeds = traces.map(|trace| write_packed(Vec::new(), &trace).unwrap()).collect();
    }
    let mut found = Vec::new();
    below(&root.join("fuzz/corpus").join(name), &[""], &mut found);
    found.sort();
    seeds.extend(found.iter().map(|path| fs::read(path).unwrap()));
    seeds
}

fn below(folder: &Path, endings: &[&str], files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("");
        if path.is_dir() {
            below(&path, endings, files);
        } else if endings.contains(&ending) && path.metadata().is_ok_and(|m| m.len() <= LONGEST) {
            files.push(path);
        }
    }
}
