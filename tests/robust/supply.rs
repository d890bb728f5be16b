//! `deny.toml`, checked without the network and without another tool.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The packages of this repository.
const OWN: [&str; 2] = ["ptuplan", "ptuplan-simulation"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rules() -> toml::Table {
    fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap()
}

fn texts(value: &toml::Value) -> BTreeSet<String> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Whether an SPDX expression can be met: every part of an AND, any part of an OR.
fn is_met(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let plain = expression.replace('/', " OR ").replace(['(', ')'], "");
    // No dependency nests AND below OR: the parts of an AND are looked at one by one.
    plain.split(" AND ").all(|part| part.split(" OR ").any(|one| allowed.contains(one.trim())))
}

/// Packages that are built in, with their licences.
fn packages() -> Vec<(String, String)> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--all-features", "-e", "normal,build,dev"])
        .args(["--prefix", "none", "-f", "{p}|{l}"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let split = |line: &str| {
        let (package, licence) = line.trim_end_matches(" (*)").split_once('|').unwrap();
        (package.to_owned(), licence.to_owned())
    };
    let found: Vec<_> = text.lines().filter(|line| !line.is_empty()).map(split).collect();
    assert!(found.len() > 100, "only {} packages", found.len());
    found
}

#[test]
fn every_licence_is_allowed_and_nothing_banned_is_built_in() {
    let rules = rules();
    let allowed = texts(&rules["licenses"]["allow"]);
    let bans = rules["bans"]["deny"].as_array().unwrap();
    let banned: BTreeSet<&str> = bans.iter().map(|ban| ban["name"].as_str().unwrap()).collect();
    assert!(banned.len() > 3);
    let mut broken = BTreeSet::new();
    for (package, licence) in packages() {
        let name = package.split(' ').next().unwrap();
        if !OWN.contains(&name) && !is_met(&licence, &allowed) {
            broken.insert(format!("{package}: {licence}"));
        }
        if banned.contains(name) {
            broken.insert(format!("{package} is banned"));
        }
    }
    assert!(broken.is_empty(), "not what deny.toml allows: {broken:?}");
}

#[test]
fn every_package_comes_from_the_registry_with_a_checksum() {
    let registries = texts(&rules()["sources"]["allow-registry"]);
    let lock: toml::Table = fs::read_to_string(root().join("Cargo.lock")).unwrap().parse().unwrap();
    for package in lock["package"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let Some(source) = package.get("source").and_then(toml::Value::as_str) else {
            assert!(OWN.contains(&name), "{name} is neither our own nor of a registry");
            continue;
        };
        let source = source.strip_prefix("registry+").unwrap_or(source);
        assert!(registries.contains(source), "{name} comes from {source}");
        assert!(package.get("checksum").is_some(), "{name} has no checksum");
    }
}

#[test]
fn expressions_are_read() {
    let allowed: BTreeSet<String> = ["MIT", "Unicode-3.0"].map(str::to_owned).into();
    assert!(is_met("(MIT OR Apache-2.0) AND Unicode-3.0", &allowed));
    assert!(is_met("Apache-2.0/MIT", &allowed));
    assert!(!is_met("MIT AND GPL-3.0", &allowed));
    assert!(!is_met("", &allowed));
}
