//! The plan: one recommendation over a day of traffic, and many replications of a smaller question.
//!
//! | what | budget on 2 cores |
//! |---|---|
//! | `decide` over 1.4 million requests: some 60 sizes, with and without spillover, 3 commitments, 8 futures | 30 s |
//! | 1,000 replications of each of 3 shapes over an hour of 20,000 requests | 60 s |
//! | the cheapest reservations for a month of hourly changes | 20 ms |
//!
//! The day is made here, so that the bench needs no file: an intensity with a night and two peaks, and lengths of short
//! chats. The first two are timed once: they are long enough. `cargo bench --bench plan` prints the table with what was
//! reached.
#![allow(clippy::print_stdout, missing_docs)]

use criterion::{Criterion, criterion_group};
use jiff::{Timestamp, ToSpan};
use ptuplan::billing::purchase::{Product, Ways, cheapest};
use ptuplan::billing::terms::Terms;
use ptuplan::catalog::Catalog;
use ptuplan::ledger::deployment::DeploymentRef;
use ptuplan::ledger::usage::CapacityUsage;
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::decide;
use ptuplan::plan::sweep::{SizeRange, sweep};
use ptuplan::plan::workers::Workers;
use ptuplan::scenario::load::load;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::units::luck::splitmix64;
use ptuplan::workload::trace::Trace;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

const DAY_REQUESTS: u64 = 1_400_000;
const HOUR_US: u64 = 3_600_000_000;

/// Work shared by two threads, item by item.
struct TwoThreads;

impl Workers for TwoThreads {
    fn map<T: Sync, R: Send>(
        &self,
        _task: &str,
        items: &[T],
        work: impl Fn(&T) -> R + Sync + Send,
    ) -> Vec<R> {
        let next = AtomicUsize::new(0);
        let mut found: Vec<(usize, R)> = std::thread::scope(|scope| {
            let take = || {
                let mut own = Vec::new();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return own };
                    own.push((index, work(item)));
                }
            };
            let handles = [scope.spawn(take), scope.spawn(take)];
            handles.into_iter().flat_map(|handle| handle.join().expect("no panic")).collect()
        });
        found.sort_by_key(|(index, _)| *index);
        found.into_iter().map(|(_, result)| result).collect()
    }
}

/// Requests a minute in each hour of the day, relative.
const BY_HOUR: [u64; 24] =
    [3, 2, 2, 2, 2, 3, 5, 8, 12, 16, 17, 16, 14, 15, 17, 16, 14, 12, 10, 9, 8, 6, 5, 4];

/// `count` requests over some hours, at random times of an intensity by hour, with short inputs and answers.
fn traffic(count: u64, hours: usize) -> Trace {
    let shape = &BY_HOUR[..hours];
    let total: u64 = shape.iter().sum();
    let mut arrivals = Vec::with_capacity(count as usize);
    for (hour, weight) in shape.iter().enumerate() {
        let own = count * weight / total;
        let random = |n: u64| splitmix64(splitmix64(hour as u64) ^ n) % HOUR_US;
        arrivals.extend((0..own).map(|n| hour as u64 * HOUR_US + random(n)));
    }
    arrivals.sort_unstable();
    let draw = |n: usize, purpose: u64| splitmix64(splitmix64(purpose) ^ n as u64);
    let count = arrivals.len();
    let input = (0..count).map(|n| (40 + draw(n, 1) % 320) as u32).collect();
    let output = (0..count).map(|n| (10 + draw(n, 2) % 90) as u32).collect();
    Trace::new(arrivals, input, output)
}

fn scenario(window: &str) -> Scenario {
    let text = format!(
        "name = \"bench\"\nstart = 2026-12-01\nlength = \"1 month\"\nzone = \"UTC\"\n\
         region = \"swedencentral\"\nsimulate = \"{window}\"\n\
         [[workload]]\nname = \"chat\"\nmodel = \"gpt-4.1\"\ntraffic = {{ trace = \"made\" }}\n\
         max_output_tokens = 100\nclient = \"openai-sdk\"\n[slo]\nthrottled_share = \"0.1 %\"\n\
         [allow]\nsku = [\"GlobalStandard\", \"GlobalProvisionedManaged\"]\n\
         commitment = [\"hourly\", \"1-month\", \"1-year\"]\n[subscription]\nquota_tier = \"Tier 5\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\", \"gpt-4o-mini\"]\n"
    );
    load("bench.toml", &text).expect("the scenario is sound")
}

fn one_day(catalog: &Catalog) -> String {
    let scenario = scenario("1 day");
    let traces = [traffic(DAY_REQUESTS, 24)];
    let question = Question { scenario: &scenario, catalog, traces: &traces };
    let start = Instant::now();
    let answer = decide(question, &TwoThreads).expect("the question has an answer");
    let seconds = start.elapsed().as_secs_f64();
    let choice = answer.choice.map_or("nothing", |index| &*answer.candidates[index].candidate.name);
    let requests = traces[0].len();
    let count = answer.candidates.len();
    format!("{requests} requests, {count} candidates: {seconds:.1} s of 30 s ({choice})")
}

fn replications(catalog: &Catalog) -> String {
    let scenario = scenario("1 hour");
    let traces = [traffic(20_000, 1)];
    let question = Question { scenario: &scenario, catalog, traces: &traces };
    let sizes = SizeRange { from: 50, until: Some(50) };
    let start = Instant::now();
    let sweep = sweep(question, sizes, 1_000).expect("the sweep is sound");
    let cells = sweep.run_shard(question, 0, 1, &TwoThreads).expect("the sweep runs");
    let seconds = start.elapsed().as_secs_f64();
    let runs: u64 = cells.values().map(|cell| cell.replications).sum();
    format!("{runs} runs of {} requests: {seconds:.1} s of 60 s", traces[0].len())
}

/// A deployment resized every hour of a month.
fn resized() -> (Vec<CapacityUsage>, Terms) {
    let from: Timestamp = "2026-12-01T00:00:00Z".parse().expect("an instant");
    let deployment = Arc::new(DeploymentRef {
        name: "chat".into(),
        model: "gpt-4.1".into(),
        sku: "GlobalProvisionedManaged".into(),
        region: "swedencentral".into(),
        fine_tuned: false,
    });
    let usage = (0..744_i64).map(|hour| CapacityUsage {
        deployment: deployment.clone(),
        from: from + hour.hours(),
        until: from + (hour + 1).hours(),
        capacity_ptu: 50 + 5 * (splitmix64(hour as u64) % 60) as u32,
    });
    (usage.collect(), Terms::list(from, from + 744.hours()))
}

fn reservations(criterion: &mut Criterion) {
    let catalog = Catalog::embedded().expect("the catalogue is sound");
    let (usage, terms) = resized();
    let product = Product { sku: "GlobalProvisionedManaged".into(), region: None };
    let ways = Ways { hourly: true, one_month: true, one_year: true };
    criterion.bench_function("the cheapest reservations of a month", |bencher| {
        bencher.iter(|| {
            black_box(cheapest(&product, &usage, &[], ways, &terms, &catalog).expect("priced"))
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = reservations
}

fn main() {
    benches();
    let catalog = Catalog::embedded().expect("the catalogue is sound");
    println!("one recommendation over a day   {}", one_day(&catalog));
    println!("1,000 replications of 3 shapes  {}", replications(&catalog));
}
