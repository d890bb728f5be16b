//! `ptuplan sweep` and `ptuplan merge`: a sweep split over processes or hosts, and its parts put together.
//!
//! A part is one JSON document of integers. Merging the parts of any split gives the same bytes.

use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::input;
use crate::cli::output::{INK, print};
use crate::cli::workers::Pool;
use crate::files::file::write_file;
use crate::files::read::read_bytes;
use crate::plan::question::Question;
use crate::plan::sweep::{Cell, Counted, SizeRange, out_of_range, sweep};
use crate::report::text::layout::{Tone, figures, table, words};
use crate::report::words::numbers;
use crate::units::diagnostic::Diagnostic;
use clap::Args;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Missing shards named one by one.
const NAMED_SHARDS: usize = 10;

/// `ptuplan sweep`.
#[derive(Args, Clone, Debug)]
pub(super) struct SweepCommand {
    /// Scenario file (TOML)
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// Which part of the work, from 1, and of how many
    #[arg(long, value_name = "I/N", default_value = "1/1", value_parser = shard)]
    shard: Shard,
    /// Replications of each size over luck; the first is the scenario's own seed
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    replications: u32,
    /// Sizes to sweep; every size up to what the busiest minute asks for when absent
    #[arg(long, value_name = "FROM..UNTIL", value_parser = sizes)]
    sizes: Option<SizeRange>,
    /// File to write the part to
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// `ptuplan merge`.
#[derive(Args, Clone, Debug)]
pub(super) struct MergeCommand {
    /// Parts of one sweep, all of them, in any order
    #[arg(value_name = "FILE", required = true)]
    parts: Vec<PathBuf>,
    /// File to write the whole to
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A shard: index from 0, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shard {
    index: usize,
    of: usize,
}

fn shard(text: &str) -> Result<Shard, String> {
    let parsed = text
        .split_once('/')
        .and_then(|(index, of)| Some((index.parse::<usize>().ok()?, of.parse::<usize>().ok()?)));
    match parsed {
        Some((index, of)) if (1..=of).contains(&index) => Ok(Shard { index: index - 1, of }),
        _ => Err("write I/N with I from 1 to N, such as 3/64".to_owned()),
    }
}

fn sizes(text: &str) -> Result<SizeRange, String> {
    let parsed = text
        .split_once("..")
        .and_then(|(from, until)| Some((from.parse().ok()?, until.parse().ok()?)));
    match parsed {
        Some((from, until)) if from <= until => Ok(SizeRange { from, until: Some(until) }),
        _ => Err("write FROM..UNTIL, such as 100..300".to_owned()),
    }
}

/// A part of a sweep, or the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SweepPart {
    /// The scenario's name: parts of two questions do not mix.
    scenario: String,
    /// Fingerprint of everything the tasks depend on.
    fingerprint: String,
    /// How many shards the work was split into.
    shards: usize,
    /// Which of them are in here, from 1.
    present: BTreeSet<usize>,
    /// How many tasks the whole sweep has.
    tasks: usize,
    /// The rows.
    rows: Vec<SweepRow>,
}

/// The counts of one family and size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SweepRow {
    #[serde(flatten)]
    cell: Cell,
    counted: Counted,
}

pub(super) fn run(command: &SweepCommand, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let scenario = input::scenario(&command.scenario, &catalog, common)?;
    let traces = input::traces(&scenario, &command.scenario, common)?;
    let question = Question { scenario: &scenario, catalog: &catalog, traces: &traces };
    let sizes = command.sizes.unwrap_or(SizeRange { from: 0, until: None });
    let whole = sweep(question, sizes, command.replications)?;
    let Shard { index, of } = command.shard;
    let cells = whole.run_shard(question, index, of, &Pool::new(common)?)?;
    let part = SweepPart {
        scenario: scenario.name.clone(),
        fingerprint: whole.fingerprint(question)?.to_string(),
        shards: of,
        present: BTreeSet::from([index + 1]),
        tasks: whole.tasks.len(),
        rows: cells.into_iter().map(|(cell, counted)| SweepRow { cell, counted }).collect(),
    };
    write_file(&command.output, &bytes(&part)?)?;
    Ok(Verdict::Yes)
}

fn bytes(part: &SweepPart) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec_pretty(part)
        .map_err(|error| Diagnostic::error("cannot-render", format!("JSON: {error}")))?;
    bytes.push(b'\n');
    Ok(bytes)
}

pub(super) fn merge(command: &MergeCommand, common: &Common) -> Result<Verdict, Failure> {
    let Some((first, others)) = command.parts.split_first() else { return Ok(Verdict::No) };
    let mut whole = read(first)?;
    let mut cells: BTreeMap<Cell, Counted> = BTreeMap::new();
    sum(&mut cells, std::mem::take(&mut whole.rows))?;
    for path in others {
        let part = read(path)?;
        let refuse = |what: &str| {
            Diagnostic::error(
                "parts-do-not-fit",
                format!("parts do not fit: {} {what}", path.display()),
            )
            .hint("merge the parts of one sweep: same scenario, catalogue, trace, sizes and N")
        };
        if (&part.scenario, &part.fingerprint, part.shards, part.tasks)
            != (&whole.scenario, &whole.fingerprint, whole.shards, whole.tasks)
        {
            return Err(refuse("is of another sweep").into());
        }
        if let Some(twice) = part.present.intersection(&whole.present).next() {
            return Err(refuse(&format!("holds shard {twice} a second time")).into());
        }
        whole.present.extend(part.present);
        sum(&mut cells, part.rows)?;
    }
    let missing = whole.shards - whole.present.len();
    if missing > 0 {
        let first = (1..=whole.shards).filter(|shard| !whole.present.contains(shard));
        let mut named: Vec<String> = first.take(NAMED_SHARDS).map(|s| s.to_string()).collect();
        if missing > named.len() {
            named.push(format!("and {} more", missing - named.len()));
        }
        return Err(Diagnostic::error(
            "shards-missing",
            format!("shards missing: {} of {}", named.join(", "), whole.shards),
        )
        .hint("give every part of the sweep")
        .into());
    }
    // The whole is a sweep of one shard, whatever it was split into.
    (whole.shards, whole.present) = (1, BTreeSet::from([1]));
    whole.rows = cells.into_iter().map(|(cell, counted)| SweepRow { cell, counted }).collect();
    let whole_bytes = bytes(&whole)?;
    if let Some(path) = &command.output {
        write_file(path, &whole_bytes)?;
    }
    match common.format {
        Format::Json => print(&whole_bytes)?,
        Format::Text | Format::Markdown => print(text(&whole).as_bytes())?,
    }
    Ok(Verdict::Yes)
}

fn sum(cells: &mut BTreeMap<Cell, Counted>, rows: Vec<SweepRow>) -> Result<(), Failure> {
    for row in rows {
        cells.entry(row.cell).or_default().merge(&row.counted).ok_or_else(out_of_range)?;
    }
    Ok(())
}

fn widened(count: usize) -> u128 {
    u128::try_from(count).unwrap_or(u128::MAX)
}

/// Reads a part and checks that it is whole: every task of its shards left its counts.
fn read(path: &Path) -> Result<SweepPart, Failure> {
    let wrong = |error: String| {
        Diagnostic::error("cannot-read", format!("cannot read part: {} ({error})", path.display()))
            .hint("give files that `ptuplan sweep` wrote")
    };
    let bytes = read_bytes("part", path)?;
    let part: SweepPart =
        serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    let shards = part.present.first().zip(part.present.last());
    if shards.is_none_or(|(first, last)| *first < 1 || *last > part.shards) {
        return Err(wrong(format!("its shards are not among 1 to {}", part.shards)).into());
    }
    let tasks_of = |shard: &usize| part.tasks.saturating_sub(shard - 1).div_ceil(part.shards);
    let expected: u128 = part.present.iter().map(|shard| widened(tasks_of(shard))).sum();
    let found: u128 = part.rows.iter().map(|row| u128::from(row.counted.replications)).sum();
    if found != expected {
        let message = format!("it lost rows: {found} of {expected} simulations are in it");
        return Err(wrong(message).into());
    }
    if let Some(row) = part.rows.iter().find(|row| !row.counted.is_sound()) {
        let Cell { family, ptu } = &row.cell;
        return Err(
            wrong(format!("the counts of {family}, {ptu} PTU contradict each other")).into()
        );
    }
    Ok(part)
}

fn text(whole: &SweepPart) -> String {
    let columns = [
        words("family", 40),
        figures("PTU"),
        figures("runs"),
        figures("saw 429"),
        figures("ended 429"),
        figures("wait p99"),
        figures("PTU use"),
    ];
    let rows: Vec<_> = whole
        .rows
        .iter()
        .map(|SweepRow { cell, counted }| {
            let share = |count: u64| numbers::share(count as f64 / counted.offered.max(1) as f64);
            let used = counted.used_units as f64 / counted.capacity_units as f64;
            let row = vec![
                cell.family.clone(),
                if cell.ptu == 0 { "–".to_owned() } else { numbers::count(u64::from(cell.ptu)) },
                numbers::count(counted.replications),
                share(counted.saw_throttle),
                share(counted.failed_throttled),
                numbers::wait(counted.added_wait_us(99) as f64 / 1_000.0),
                if counted.capacity_units == 0 { "–".to_owned() } else { numbers::share(used) },
            ];
            (Tone::Plain, row)
        })
        .collect();
    let head = INK.line(Tone::Heading, &whole.scenario);
    format!("{head}{}", table(INK, &columns, &rows))
}
