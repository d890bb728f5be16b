//! The house rules that no compiler checks: floors, bans, dead files. Each failure names the file, the line and the rule.

#![allow(
    clippy::pedantic,
    reason = "the library keeps to the pedantic lints, its tests to the others"
)]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// Modules by floor. A module may name modules of lower floors and itself, nothing else.
const FLOORS: [(&str, u8); 11] = [
    ("units", 0),
    ("workload", 1),
    ("ledger", 1),
    ("engine", 2),
    ("catalog", 2),
    ("billing", 3),
    ("metrics", 3),
    ("scenario", 4),
    ("plan", 5),
    ("report", 6),
    ("files", 7),
];
const CLI_FLOOR: u8 = 8;

/// Longest source file. Longer ones hold more than one thing.
const MAX_LINES: usize = 650;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path, extension));
        } else if extension.is_empty() || path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every source line that is no comment, with its module, file and line number.
fn code_lines() -> Vec<(String, String, usize, String)> {
    let source = root().join("src");
    let mut lines = Vec::new();
    for path in files_below(&source, "rs") {
        let relative = path.strip_prefix(&source).unwrap().to_owned();
        let module =
            relative.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        // Unit tests may do what the library may not.
        let library = text.split("#[cfg(test)]\nmod ").next().unwrap();
        for (index, line) in library.lines().enumerate() {
            if !line.trim_start().starts_with("//") {
                let file = relative.display().to_string();
                lines.push((module.clone(), file, index + 1, line.to_owned()));
            }
        }
    }
    assert!(lines.len() > 1_000, "the sources were not found");
    lines
}

fn floor_of(module: &str) -> Option<u8> {
    let floor = FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor);
    floor.or((module == "cli").then_some(CLI_FLOOR))
}

fn report(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

#[test]
fn modules_name_only_floors_below_their_own() {
    let mut broken = Vec::new();
    for (module, file, number, line) in code_lines() {
        let Some(own) = floor_of(&module) else { continue };
        for named in line.split("crate::").skip(1) {
            let other: String =
                named.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let allowed = other == module || floor_of(&other).is_some_and(|floor| floor < own);
            if !allowed {
                broken.push(format!("src/{file}:{number}: {module} names {other}"));
            }
        }
    }
    report("a module names floors below its own, never its own floor's neighbours", &broken);
}

#[test]
fn every_module_has_a_floor() {
    let mut broken = Vec::new();
    for path in fs::read_dir(root().join("src")).unwrap() {
        let path = path.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // The manifest of the package whose root is `src/simulation.rs`.
        let is_manifest = path.join("Cargo.toml").exists();
        if path.is_dir() && !is_manifest && floor_of(&name).is_none() {
            broken.push(name);
        }
    }
    report("a folder of src is a floor named in ARCHITECTURE.md and here", &broken);
}

#[test]
fn the_library_keeps_to_itself() {
    // What is banned, where it is allowed, and why.
    let bans: [(&str, &[&str], &str); 8] = [
        ("std::fs", &["cli", "files", "workload/tables/"], "files belong to files and cli"),
        ("std::env", &["cli", "files"], "the environment belongs to cli"),
        ("Instant::now", &["cli"], "no result may depend on the clock"),
        ("SystemTime", &["cli"], "no result may depend on the clock"),
        ("Zoned::now", &["cli"], "no result may depend on the clock"),
        ("Timestamp::now", &["cli"], "no result may depend on the clock"),
        ("polars", &["workload/tables/"], "polars is pinned and named in one module"),
        ("std::thread", &["cli"], "threads belong to the caller"),
    ];
    let mut broken = Vec::new();
    for (module, file, number, line) in code_lines() {
        for (banned, allowed, why) in &bans {
            let here = allowed.iter().any(|place| {
                *place == module
                    || *place == file
                    || place.ends_with('/') && file.starts_with(place)
            });
            if line.contains(banned) && !here {
                broken.push(format!("src/{file}:{number}: {banned}: {why}"));
            }
        }
    }
    report("banned in the library", &broken);
}

#[test]
fn engine_billing_and_money_know_no_float() {
    let mut broken = Vec::new();
    for (module, file, number, line) in code_lines() {
        let exact = matches!(module.as_str(), "engine" | "billing") || file == "units/money.rs";
        let float = ["f64", "f32"].iter().any(|name| {
            line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == *name)
        });
        if exact && float {
            broken.push(format!("src/{file}:{number}: {}", line.trim()));
        }
    }
    report("integers and decimals only", &broken);
}

#[test]
fn files_stay_small_and_say_what_they_are() {
    let mut broken = Vec::new();
    for path in files_below(&root().join("src"), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        if text.lines().count() > MAX_LINES {
            broken.push(format!("{}: {} lines", path.display(), text.lines().count()));
        }
        if !text.starts_with("//!") {
            broken.push(format!("{}: does not start with what it is", path.display()));
        }
    }
    report("a file holds one thing and says which", &broken);
}

/// A file that no module names is not compiled: it looks like code and is none.
#[test]
fn every_file_is_a_module_of_its_folder() {
    let mut broken = Vec::new();
    for path in files_below(&root().join("src"), "rs") {
        let (folder, name) = (path.parent().unwrap(), path.file_stem().unwrap().to_str().unwrap());
        let (of, module) = match name {
            "lib" | "main" | "simulation" => continue,
            "mod" => (folder.parent().unwrap(), folder.file_name().unwrap().to_str().unwrap()),
            _ => (folder, name),
        };
        let parents =
            ["mod.rs", "lib.rs", "main.rs", "simulation.rs"].map(|parent| of.join(parent));
        let declares = |parent: &PathBuf| {
            let text = fs::read_to_string(parent).unwrap_or_default();
            text.lines().any(|line| {
                let words = line.trim().trim_end_matches([';', '{', ' ']);
                words.rsplit_once("mod ").is_some_and(|(_, named)| named == module)
            })
        };
        if !parents.iter().any(declares) {
            broken.push(path.display().to_string());
        }
    }
    report("every file is a module of its folder", &broken);
}

#[test]
fn no_tracked_text_names_a_machine() {
    let mut broken = Vec::new();
    let banned =
        [["/ho", "me/"], ["/ro", "ot/"], ["/tm", "p/"], ["/wo", "rk/"]].map(|p| p.concat());
    for folder in ["src", "tests", "benches", "data", "scenarios", "docs", "reports/sample"] {
        for path in files_below(&root().join(folder), "") {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            for (index, line) in text.lines().enumerate() {
                // A path in a web address is somebody's, not this machine's.
                let starts = |at: usize| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || ".-_}".contains(c))
                };
                if banned.iter().any(|b| line.match_indices(b.as_str()).any(|(at, _)| starts(at)))
                    && line.len() < 2_000
                {
                    broken.push(format!("{}:{}: {}", path.display(), index + 1, line.trim()));
                }
            }
        }
    }
    report("no absolute path of a machine", &broken);
}

#[test]
fn no_data_file_is_dead() {
    let code = ["src", "tests"].map(|folder| files_below(&root().join(folder), "rs")).concat();
    let embedded: String = code.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let mut broken = Vec::new();
    for path in files_below(&root().join("data"), "") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let documents = path.extension().is_some_and(|e| e == "md");
        if !documents && !embedded.contains(&name) {
            broken.push(path.display().to_string());
        }
    }
    report("every file of data/ is named by the sources or a test, or explains", &broken);
}

/// Widths of integers that `as` cuts or turns without a word.
const WIDTHS: [&str; 12] =
    ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];

/// Casts to an integer in a line of code.
fn casts(line: &str) -> usize {
    let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    // What stands between two words is a space there: `x as u32`.
    let cast = |pair: &&[&str]| pair[0] == "as" && WIDTHS.contains(&pair[1]);
    words.windows(2).filter(cast).count()
}

/// What each file of the library still has of something, each at most as much as a list of `tests/` says: a list may only
/// shrink. `LOWER=1 cargo test --test tidy` lowers the lists.
fn only_fewer(list: &str, rule: &str, mut found: std::collections::BTreeMap<String, usize>) {
    let path = root().join("tests").join(list);
    let known = fs::read_to_string(&path).unwrap();
    let mut allowed: std::collections::BTreeMap<String, usize> = known
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let (count, file) = line.split_once(' ').unwrap();
            (file.to_owned(), count.parse().unwrap())
        })
        .collect();
    found.retain(|_, count| *count > 0);
    if std::env::var_os("LOWER").is_some() {
        // It never rises: what was added stays an error.
        allowed.retain(|file, _| found.contains_key(file));
        for (file, most) in &mut allowed {
            *most = (*most).min(found[file]);
        }
        let head = known.lines().filter(|line| line.starts_with('#'));
        let lines = allowed.iter().map(|(file, count)| format!("{count} {file}"));
        let all: Vec<String> = head.map(str::to_owned).chain(lines).collect();
        fs::write(&path, all.join("\n") + "\n").unwrap();
    }
    let mut broken = Vec::new();
    for (file, count) in &found {
        let most = allowed.remove(file).unwrap_or(0);
        if *count > most {
            broken.push(format!("{file}: {count}, {most} allowed by tests/{list}"));
        } else if *count < most {
            broken.push(format!("{file}: {count} of {most} left: LOWER=1 lowers the list"));
        }
    }
    broken.extend(allowed.keys().map(|file| format!("{file}: none left: LOWER=1")));
    report(rule, &broken);
}

/// New code takes `try_from`, whose error names what does not fit; `From` where nothing can be lost.
#[test]
fn casts_between_integers_only_become_fewer() {
    let mut found = std::collections::BTreeMap::<String, usize>::new();
    for (_, file, _, line) in code_lines() {
        let code = line.split("//").next().unwrap();
        *found.entry(file).or_default() += casts(code);
    }
    only_fewer("casts.txt", "`as` between integers loses what does not fit: use try_from", found);
}

/// The name of the type that a line defines.
fn defined(line: &str) -> Option<&str> {
    let (before, rest) = ["struct ", "enum ", "trait "]
        .iter()
        .find_map(|word| line.split_once(word).filter(|(before, _)| !before.contains("//")))?;
    let visible = before.trim();
    let is_item = visible.is_empty() || visible.starts_with("pub");
    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    (is_item && rest.starts_with(|c: char| c.is_uppercase())).then_some(&rest[..end])
}

/// One word, one type: whoever reads a name must not ask which of several it is.
#[test]
fn names_that_several_types_have_only_become_fewer() {
    let mut files = std::collections::BTreeMap::<String, std::collections::BTreeSet<String>>::new();
    for (_, file, _, line) in code_lines() {
        if let Some(name) = defined(&line) {
            files.entry(name.to_owned()).or_default().insert(file);
        }
    }
    let several = files.into_iter().filter(|(_, files)| files.len() > 1);
    let found = several.map(|(name, files)| (name, files.len())).collect();
    only_fewer("shared_names.txt", "a new type has a name of its own", found);
}

#[test]
fn a_definition_is_seen() {
    assert_eq!(defined("pub(crate) struct Way<'a> {"), Some("Way"));
    assert_eq!(defined("    enum Kept {"), Some("Kept"));
    assert_eq!(defined("/// a struct Way"), None);
    assert_eq!(defined("let structure = 1;"), None);
}

/// Longest line, in columns.
const MAX_COLUMNS: usize = 100;
/// Longest function, in lines from `fn` to its closing brace.
const MAX_FUNCTION: usize = 70;

#[test]
fn wide_lines_only_become_fewer() {
    let source = root().join("src");
    let mut found = std::collections::BTreeMap::<String, usize>::new();
    for path in files_below(&source, "rs") {
        let file = path.strip_prefix(&source).unwrap().display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        let wide = text.lines().filter(|line| line.chars().count() > MAX_COLUMNS).count();
        found.insert(file, wide);
    }
    let rule = "a line of src has at most 100 columns, also comments and strings, which cargo fmt \
                leaves; `grep -nE '.{101}' FILE` shows it";
    only_fewer("wide_lines.txt", rule, found);
}

/// Functions of a formatted file that are too long: a function ends at the brace that is indented as it is.
fn long_functions(text: &str) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let begins = |line: &str| {
        let mut words = line.split_whitespace();
        let before = ["pub", "pub(crate)", "pub(super)", "const", "async", "unsafe", "extern"];
        words.find(|word| !before.contains(word)) == Some("fn")
    };
    let mut begun: Option<(usize, usize)> = None;
    let mut long = 0;
    for (number, line) in text.lines().enumerate() {
        if begins(line) && begun.is_none() {
            begun = Some((number, indent(line)));
        }
        let Some((from, depth)) = begun else { continue };
        let ends = line.trim() == "}" && indent(line) == depth;
        let one_line = number == from && (line.ends_with('}') || line.ends_with(';'));
        let declared = line.ends_with(';') && indent(line) == depth;
        if ends || one_line || declared {
            long += usize::from(number - from + 1 > MAX_FUNCTION);
            begun = None;
        }
    }
    long
}

#[test]
fn long_functions_only_become_fewer() {
    let source = root().join("src");
    let mut found = std::collections::BTreeMap::<String, usize>::new();
    for path in files_below(&source, "rs") {
        let file = path.strip_prefix(&source).unwrap().display().to_string();
        found.insert(file, long_functions(&fs::read_to_string(&path).unwrap()));
    }
    only_fewer("long_functions.txt", "a function has at most 70 lines", found);
}

#[test]
fn a_long_function_is_seen() {
    let long = format!("    pub(crate) fn f() {{\n{}    }}\n", "        g();\n".repeat(69));
    assert_eq!(long_functions(&long), 1);
    assert_eq!(long_functions(&long.replacen("        g();\n", "", 1)), 0);
    assert_eq!(long_functions("trait A {\n    fn f();\n    fn g() {}\n}\n"), 0);
}

/// Words of no trade, with what to say instead. The list is of what readers stumbled over.
const RETIRED: [(&str, &str); 14] = [
    ("luck", "random draws"),
    ("contender", "candidate"),
    ("contenders", "candidates"),
    ("dear", "expensive"),
    ("dearer", "more expensive"),
    ("dearest", "most expensive; the worst case"),
    ("lean", "depend"),
    ("leans", "depends"),
    ("untold", "missing"),
    ("worked off", "processed"),
    ("given back", "returned"),
    ("saw a 429", "were throttled (429)"),
    ("paid otherwise", "under other commitments"),
    ("whoever", "anyone who; to ..., choose"),
];

/// What a person reads: texts in the library, and what the schema says of a scenario's keys and of results.
fn read_by_people() -> Vec<(String, usize, String)> {
    let source = root().join("src");
    let mut found = Vec::new();
    for path in files_below(&source, "rs") {
        let file = path.strip_prefix(root()).unwrap().display().to_string();
        let documented = file.contains("scenario/schema/") || file.contains("report/view/");
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let said = match line.split_once("//") {
                Some((before, after)) if before.trim().is_empty() => {
                    if documented && after.starts_with('/') { after.to_owned() } else { continue }
                }
                _ => line.split('"').skip(1).step_by(2).collect::<Vec<_>>().join(" "),
            };
            found.push((file.clone(), number + 1, said));
        }
    }
    let documents = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "python/README.md"];
    let mut paths: Vec<PathBuf> = documents.map(|name| root().join(name)).to_vec();
    paths.extend(files_below(&root().join("docs"), "md"));
    for path in paths {
        let file = path.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        found.extend(
            text.lines().enumerate().map(|(n, line)| (file.clone(), n + 1, line.to_owned())),
        );
    }
    found
}

#[test]
fn nobody_reads_a_retired_word() {
    let mut broken = Vec::new();
    for (file, number, text) in read_by_people() {
        // Names in code are no prose.
        let prose = text.split('`').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
        let words: Vec<&str> =
            prose.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').collect();
        for (word, say) in RETIRED {
            let parts: Vec<&str> = word.split(' ').collect();
            if words.windows(parts.len()).any(|window| window == parts) {
                broken.push(format!("{file}:{number}: {word}; say: {say}"));
            }
        }
    }
    report("words of no trade are not used where people read", &broken);
}

/// Circles that remain, as `a -> b`. The list may only shrink.
const CIRCLES: [&str; 0] = [];

/// A module path without `crate`, such as `engine`, `paths`, `run`.
type ModulePath = Vec<String>;

/// The files of `src` by module path, with their text up to the unit tests and without comments.
fn modules() -> Vec<(ModulePath, String, String)> {
    let source = root().join("src");
    let mut found = Vec::new();
    for path in files_below(&source, "rs") {
        let file = path.strip_prefix(&source).unwrap().display().to_string();
        let mut module: ModulePath =
            file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        if module.last().is_some_and(|last| last == "mod") {
            module.pop();
        }
        let text = fs::read_to_string(&path).unwrap();
        let library = text.split("#[cfg(test)]\nmod ").next().unwrap();
        let code = library.lines().filter(|line| !line.trim_start().starts_with("//"));
        found.push((module, file, code.collect::<Vec<_>>().join("\n")));
    }
    found
}

/// The paths a tree of a `use` names: `a::{b, c::D}` is `a::b` and `a::c::D`. A name after `as` is the second part.
fn leaves(tree: &str, before: &[String]) -> Vec<(ModulePath, Option<String>)> {
    let tree = tree.trim();
    let segments = |text: &str| -> ModulePath {
        text.split("::")
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect()
    };
    let Some((start, rest)) = tree.split_once('{') else {
        let (path, alias) =
            tree.split_once(" as ").map_or((tree, None), |(p, a)| (p, Some(a.trim().to_owned())));
        let mut path = [before, &segments(path)].concat();
        if path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        return vec![(path, alias)];
    };
    let start = [before, &segments(start)].concat();
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    let (mut found, mut depth, mut from) = (Vec::new(), 0_usize, 0);
    for (at, letter) in inner.char_indices().chain([(inner.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                if !inner[from..at].trim().is_empty() {
                    found.extend(leaves(&inner[from..at], &start));
                }
                from = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// The `use` statements of a text: whether it is passed on, and what it names.
fn uses(text: &str) -> Vec<(bool, ModulePath, Option<String>)> {
    let mut found = Vec::new();
    for statement in text.split(';') {
        let Some(at) = statement
            .rfind("use ")
            .filter(|at| *at == 0 || statement[..*at].ends_with([' ', '\n']))
        else {
            continue;
        };
        let start = statement[..at].lines().last().unwrap_or("").trim();
        if !start.is_empty() && !start.starts_with("pub") {
            continue;
        }
        let named = leaves(&statement[at + 4..], &[]);
        found.extend(named.into_iter().map(|(path, alias)| (!start.is_empty(), path, alias)));
    }
    found
}

/// Who names whom among the files of each floor. What a `mod.rs` passes on belongs to the file that it comes from.
fn arrows() -> std::collections::BTreeMap<String, std::collections::BTreeSet<String>> {
    use std::collections::{BTreeMap, BTreeSet};
    let modules = modules();
    let files: BTreeMap<&ModulePath, &String> = modules.iter().map(|(m, f, _)| (m, f)).collect();
    let absolute = |own: &ModulePath, path: &ModulePath| -> Option<ModulePath> {
        match path.first()?.as_str() {
            "crate" => Some(path[1..].to_vec()),
            "super" => Some([&own[..own.len().checked_sub(1)?], &path[1..]].concat()),
            first => {
                let child = [own.as_slice(), &[first.to_owned()]].concat();
                files.contains_key(&child).then(|| [own.as_slice(), path.as_slice()].concat())
            }
        }
    };
    let mut passed: BTreeMap<ModulePath, ModulePath> = BTreeMap::new();
    for (own, _, text) in &modules {
        for (public, path, alias) in uses(text) {
            let Some(target) = absolute(own, &path).filter(|_| public) else { continue };
            let name = alias.or_else(|| target.last().cloned()).unwrap();
            passed.insert([own.as_slice(), &[name]].concat(), target);
        }
    }
    let file_of = |path: &ModulePath| {
        let mut path = path.clone();
        // Names are passed on a few times at most.
        for _ in 0..8 {
            let hit = (1..=path.len()).rev().find_map(|length| {
                let start = path[..length].to_vec();
                if let Some(target) = passed.get(&start) {
                    return Some(Err([target.as_slice(), &path[length..]].concat()));
                }
                files.get(&start).map(|file| Ok((*file).clone()))
            });
            match hit? {
                Ok(file) => return Some(file),
                Err(next) => path = next,
            }
        }
        None
    };
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (own, file, text) in &modules {
        if own.is_empty() || file.ends_with("mod.rs") || !file.contains('/') {
            continue;
        }
        let inline = text.split("crate::").skip(1).map(|rest| {
            let end = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
            let path = rest.split(end).next().unwrap();
            path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()
        });
        let named = uses(text).into_iter().filter_map(|(_, path, _)| absolute(own, &path));
        for path in inline.chain(named) {
            let Some(other) = file_of(&path) else { continue };
            let same_floor = other.split('/').next() == file.split('/').next();
            if same_floor && other != *file && !other.ends_with("mod.rs") {
                arrows.entry(file.clone()).or_default().insert(other);
            }
        }
    }
    assert!(arrows.len() > 100, "the imports were not read");
    arrows
}

#[test]
fn no_circle_runs_through_the_files_of_a_floor() {
    use std::collections::BTreeSet;
    let arrows = arrows();
    let reached = |from: &String| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(file) = open.pop() {
            for next in arrows.get(file).into_iter().flatten() {
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        seen
    };
    let mut broken = Vec::new();
    for (file, named) in &arrows {
        for other in named.iter().filter(|other| reached(other).contains(file)) {
            let arrow = format!("{file} -> {other}");
            if !CIRCLES.contains(&arrow.as_str()) {
                broken.push(arrow);
            }
        }
    }
    report("files of a floor name each other in one direction only", &broken);
}

/// Rules that a text cites, such as `P R16` or `S 47`, with the page and the anchor that must exist.
fn citations(text: &str) -> Vec<(String, &'static str, String)> {
    let mut found = Vec::new();
    for (start, page, anchor) in [
        ("P R", "provisioned.md", "p-r"),
        ("P C", "provisioned.md", "p-c"),
        ("S ", "standard.md", "s-"),
        ("S X", "standard.md", "s-x"),
    ] {
        for (at, _) in text.match_indices(start) {
            // `S 47` in `GPU S 47` is a citation, in `OPS 47` it is none.
            if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-') {
                continue;
            }
            let number: String =
                text[at + start.len()..].chars().take_while(char::is_ascii_digit).collect();
            if !number.is_empty() && number.len() <= 3 {
                let cited = format!("{start}{number}");
                found.push((cited, page, format!("<a id=\"{anchor}{number}\"></a>")));
            }
        }
    }
    found
}

#[test]
fn every_rule_that_is_cited_is_in_docs_rules() {
    let pages = ["provisioned.md", "standard.md"];
    let text_of = |page: &str| fs::read_to_string(root().join("docs/rules").join(page)).unwrap();
    let texts = pages.map(|page| (page, text_of(page)));
    let (mut broken, mut seen) = (Vec::new(), 0);
    for folder in ["src", "tests", "data", "scenarios", "docs"] {
        for path in files_below(&root().join(folder), "") {
            let cites = path
                .extension()
                .is_some_and(|e| ["rs", "toml", "md", "csv"].iter().any(|known| e == *known));
            let Some(text) = cites.then(|| fs::read_to_string(&path).ok()).flatten() else {
                continue;
            };
            for (cited, page, anchor) in citations(&text) {
                seen += 1;
                let (_, rules) = texts.iter().find(|(name, _)| *name == page).unwrap();
                if !rules.contains(&anchor) {
                    broken.push(format!("{}: {cited} is not in docs/rules/{page}", path.display()));
                }
            }
        }
    }
    assert!(seen > 200, "the citations were not found");
    report("a rule that is cited can be read", &broken);
}

#[test]
fn links_of_the_documents_lead_somewhere() {
    let mut broken = Vec::new();
    let mut pages: Vec<PathBuf> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md"]
            .map(|page| root().join(page))
            .into();
    pages.extend(files_below(&root().join("docs"), "md"));
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1) {
            let link = link.split(')').next().unwrap().split('#').next().unwrap();
            let elsewhere = link.contains("://") || link.starts_with("mailto:") || link.is_empty();
            if !elsewhere && !page.parent().unwrap().join(link).exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    let code = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let is_file = |name: &&str| Path::new(name).extension().is_some_and(|is| is == "rs");
    for name in code.split('`').skip(1).step_by(2).filter(is_file) {
        if !root().join("src").join(name).exists() && !root().join(name).exists() {
            broken.push(format!("src/lib.rs: {name}"));
        }
    }
    report("links resolve", &broken);
}

/// What may make a sentence on the plan floor: an error or a hint for the user, and what only a programmer reads.
const MAKES_SENTENCES: [&str; 10] = [
    "Diagnostic::",
    ".hint(",
    "let message",
    "let hint",
    "#[error",
    "expect(",
    "panic!(",
    "assert",
    "unreachable!(",
    "reason =",
];

/// Words in a row that make a text read like a part of a sentence and not like a name or a key.
const SENTENCE_WORDS: usize = 3;

/// Whether a text reads like a part of a sentence. What a format fills in is no word of it.
fn reads_like_a_sentence(text: &str) -> bool {
    let mut plain = String::new();
    let mut depth = 0_usize;
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    let is_word = |word: &&str| {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_ascii_alphabetic() || c == '-' || c == '\'')
    };
    plain.split_whitespace().filter(is_word).count() >= SENTENCE_WORDS
}

/// Where a literal that begins at `from`, behind its opening quote, ends; a backslash takes the next character with it.
fn closing(code: &[char], from: usize, quote: char) -> usize {
    let mut at = from;
    while at < code.len() && code[at] != quote {
        at += if code[at] == '\\' { 2 } else { 1 };
    }
    at
}

/// The texts of a file that read like sentences and that nothing around them allows: a statement, or one that it stands in,
/// which is begun by one of [`MAKES_SENTENCES`].
fn sentences(text: &str) -> Vec<String> {
    let code: Vec<char> = text.chars().collect();
    let (mut found, mut around, mut statement) = (Vec::new(), Vec::<String>::new(), String::new());
    let mut at = 0;
    while at < code.len() {
        let next = code.get(at + 1);
        match code[at] {
            '/' if next == Some(&'/') => {
                while at < code.len() && code[at] != '\n' {
                    at += 1;
                }
            }
            // A character, not a lifetime.
            '\'' if next == Some(&'\\') || code.get(at + 2) == Some(&'\'') => {
                at = closing(&code, at + 1, '\'');
            }
            '"' => {
                let end = closing(&code, at + 1, '"');
                let said: String = code[at + 1..end.min(code.len())].iter().collect();
                let allowed = |own: &String| MAKES_SENTENCES.iter().any(|word| own.contains(word));
                let free = around.iter().chain([&statement]).any(allowed);
                if !free && reads_like_a_sentence(&said.replace("\\\n", " ")) {
                    found.push(said);
                }
                at = end;
            }
            open @ ('(' | '[' | '{') => {
                statement.push(open);
                around.push(std::mem::take(&mut statement));
            }
            // What follows a block is a statement of its own; what follows a call belongs to it.
            '}' => {
                around.pop();
                statement.clear();
            }
            ')' | ']' => statement = around.pop().unwrap_or_default(),
            ';' => statement.clear(),
            other => statement.push(other),
        }
        at += 1;
    }
    found
}

/// The plan floor holds values; words are made on the report floor, in `report/words`.
#[test]
fn sentences_of_the_plan_floor_only_become_fewer() {
    let source = root().join("src");
    let mut found = std::collections::BTreeMap::<String, usize>::new();
    for path in files_below(&source.join("plan"), "rs") {
        let file = path.strip_prefix(&source).unwrap().display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        let library = text.split("#[cfg(test)]\nmod ").next().unwrap();
        found.insert(file, sentences(library).len());
    }
    let rule = "the plan floor makes no sentence: give it a value, and words in report/words";
    only_fewer("plan_sentences.txt", rule, found);
}

#[test]
fn a_sentence_is_seen() {
    let seen = |code: &str| sentences(code).len();
    assert_eq!(seen("fn f() { said.push(format!(\"deploy {size} PTU first\")); }"), 1);
    assert_eq!(seen("match c { '\"' => \"one long\\\n text of it\", _ => \"key\" }"), 1);
    // Names, keys and what a format fills in.
    assert_eq!(seen("let a = format!(\"{one} of {several words here} alone\");"), 0);
    // Errors and hints for the user, what only a programmer reads, comments.
    assert_eq!(
        seen("Err(Diagnostic::error(\"a-b\", format!(\"no such place as {a}\")).into())"),
        0
    );
    assert_eq!(seen("let hint = near.map(|n| { f(); format!(\"did you mean {n}\") });"), 0);
    assert_eq!(seen("wrong.at(place).hint(\"state it in a currency\");"), 0);
    assert_eq!(seen("assert!(is, \"this is not so\"); // \"nor is this one\""), 0);
    // What comes after a statement that may is judged by itself.
    assert_eq!(seen("let hint = one(); said.push(\"what runs today is\");"), 1);
}
