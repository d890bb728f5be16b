//! A plan whose simulations run on other machines is the plan of one machine, whatever comes back;
//! and where everything comes back the driver simulates next to nothing.

use crate::support::{BOTH, catalog, even, random, scenario};
use ptuplan::plan::made::FutureRequests;
use ptuplan::plan::play::evaluate_each;
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::{as_planned, recommend_on, recommend_within};
use ptuplan::plan::session::Memory;
use ptuplan::plan::task::{Played, Runner, Task, Work};
use ptuplan::plan::workers::Serial;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::scenario::run::outcomes::Outcomes;
use ptuplan::units::diagnostic::Diagnostics;
use ptuplan::workload::trace::Trace;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

const UNCERTAIN: &str = "[uncertain]\nreplications = 4\n\
    traffic = { low = 0.6, mode = 1.1, high = 2.1 }\noutput_length = { low = 0.9, mode = 1.0, high = 1.3 }\n";
const STRICT: &str = "[slo]\nthrottled_share = \"1 %\"\n";

/// Machines that have the question as they were sent it, and lose all but each n-th task.
struct Elsewhere {
    keeps_each: usize,
    /// Tasks by the word of their work.
    asked: Mutex<BTreeMap<String, usize>>,
}

impl Elsewhere {
    fn new(keeps_each: usize) -> Self {
        Self { keeps_each, asked: Mutex::default() }
    }

    fn asked(&self, work: &str) -> usize {
        self.asked.lock().unwrap().get(work).copied().unwrap_or(0)
    }
}

impl Runner for Elsewhere {
    fn run(
        &self,
        question: Question<'_>,
        _what: &str,
        tasks: &[Task],
    ) -> Vec<Result<Played, Diagnostics>> {
        let sent = serde_json::to_string(tasks).unwrap();
        let tasks: Vec<Task> = serde_json::from_str(&sent).unwrap();
        for task in &tasks {
            let work = match task.work {
                Work::Whole => "whole",
                Work::UntilHopeless { .. } => "until hopeless",
                Work::UnlessFailing => "unless failing",
                Work::LeastLimits => "least limits",
                Work::HigherLimits { .. } => "higher limits",
            };
            *self.asked.lock().unwrap().entry(work.to_owned()).or_default() += 1;
        }
        let kept: Vec<Task> = tasks.into_iter().step_by(self.keeps_each).collect();
        let back = evaluate_each(question, &kept, &FutureRequests::within(40_000));
        let back: Vec<Played> = back.into_iter().collect::<Result<_, _>>().unwrap_or_default();
        let back = serde_json::to_string(&back).unwrap();
        let back: Vec<Played> = serde_json::from_str(&back).unwrap();
        back.into_iter().map(Ok).collect()
    }
}

/// Machines of which none ever answers.
struct Silent;

impl Runner for Silent {
    fn run(
        &self,
        _question: Question<'_>,
        _what: &str,
        _tasks: &[Task],
    ) -> Vec<Result<Played, Diagnostics>> {
        Vec::new()
    }
}

/// The same bytes whoever simulates; with how much the driver simulated, and what it did alone,
/// where everything came back.
fn is_one_plan(scenario: &Scenario, trace: Trace) -> (u64, u64, Elsewhere) {
    let traces = [trace.with_seed(scenario.seed)];
    let question = Question { scenario, catalog: catalog(), traces: &traces };
    // What a worker makes of the file is what the driver asks about.
    let planned = as_planned(question).unwrap();
    assert_eq!(format!("{planned:?}"), format!("{:?}", as_planned(question).unwrap()));
    let here = format!("{:?}", recommend_within(question, Memory::NONE, &Serial).unwrap());
    let on = |memory: Memory, runner: &(dyn Runner + Sync)| {
        let outcomes = Arc::new(Outcomes::within(memory.outcomes));
        let answer = recommend_on(question, memory, &outcomes, runner, &Serial).unwrap();
        assert!(here == format!("{answer:?}"), "another answer");
        outcomes.tally().run
    };
    on(Memory::default(), &Elsewhere::new(3));
    on(Memory::NONE, &Elsewhere::new(1));
    let alone = on(Memory::default(), &Silent);
    let all = Elsewhere::new(1);
    (on(Memory::default(), &all), alone, all)
}

#[test]
fn one_month_is_the_same_and_the_driver_simulates_nothing() {
    let more = format!("{BOTH}{UNCERTAIN}{STRICT}");
    let scenario = scenario("simulate = \"1 hour\"", &more);
    let (run, alone, all) = is_one_plan(&scenario, random(3, 3_600_000_000));
    assert!(alone > 100, "{alone}");
    assert!(run * 50 < alone, "the driver ran {run} of {alone}");
    for work in ["whole", "until hopeless", "unless failing", "least limits"] {
        assert!(all.asked(work) > 0, "{work}: {:?}", all.asked);
    }
}

#[test]
fn limits_are_raised_elsewhere_and_the_same() {
    let more = format!("{BOTH}{UNCERTAIN}hold_in = \"80 %\"\n[slo]\nthrottled_share = \"0.1 %\"\n");
    let scenario = scenario("simulate = \"1 hour\"", &more);
    let (run, alone, all) = is_one_plan(&scenario, random(9, 3_600_000_000));
    assert!(all.asked("higher limits") > 0, "{:?}", all.asked);
    assert!(run * 20 < alone, "the driver ran {run} of {alone}");
}

#[test]
fn months_are_the_same_and_simulated_elsewhere() {
    let more = format!(
        "{BOTH}{UNCERTAIN}growth_per_month = {{ low = 0.0, mode = 0.05, high = 0.2 }}\n\
        [horizon]\nmonths = 3\n{STRICT}"
    );
    let scenario = scenario("simulate = \"1 hour\"", &more);
    let (run, alone, _) = is_one_plan(&scenario, even(&[90; 60]));
    assert!(run * 4 < alone, "the driver ran {run} of {alone}");
}
