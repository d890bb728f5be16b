//! What a plan keeps only saves time: the answer is the same, to the last digit, when nothing is
//! kept, when little is, and when everything is.

use crate::support::{BOTH, Backwards, catalog, even, random, scenario, scenario_of};
use ptuplan::plan::future::Future;
use ptuplan::plan::made::FutureRequests;
use ptuplan::plan::play::evaluate_each;
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::{recommend_from, recommend_live, recommend_within};
use ptuplan::plan::session::Memory;
use ptuplan::plan::task::{Played, Runner, Task, Work};
use ptuplan::plan::workers::{Checkpoint, Serial};
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::scenario::run::outcomes::Outcomes;
use ptuplan::workload::trace::Trace;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const UNCERTAIN: &str = "[uncertain]\nreplications = 3\ntraffic = { low = 0.6, mode = 1.1, high = 2.1 }\n\
    cached_share = { low = 0.0, mode = 0.2, high = 0.4 }\ntoken_price = { low = 0.9, mode = 1.0, high = 1.2 }\n";
const STRICT: &str = "[slo]\nthrottled_share = \"1 %\"\n";
const SHARE: &str =
    "model = [\"gpt-4.1\", \"gpt-4.1-mini\"]\nmodel_share = { \"gpt-4.1-mini\" = \"30 %\" }";

fn told(scenario: &Scenario, trace: &Trace, memory: Memory, backwards: bool) -> String {
    let traces = [trace.clone().with_seed(scenario.seed)];
    let question = Question { scenario, catalog: catalog(), traces: &traces };
    let answer = if backwards {
        recommend_within(question, memory, &Backwards)
    } else {
        recommend_within(question, memory, &Serial)
    };
    format!("{:?}", answer.unwrap())
}

fn is_one_answer(scenario: &Scenario, trace: &Trace) {
    let without = told(scenario, trace, Memory::NONE, false);
    assert_eq!(without, told(scenario, trace, Memory::default(), false), "everything is kept");
    let little = Memory { outcomes: 100_000, requests: 40_000 };
    assert_eq!(without, told(scenario, trace, little, true), "what is kept is given up again");
}

#[test]
fn futures_prices_and_months_ask_for_what_is_there_and_get_the_same() {
    let more = format!("{BOTH}{UNCERTAIN}[horizon]\nmonths = 3\n{STRICT}");
    let scenario = scenario("simulate = \"1 hour\"", &more);
    is_one_answer(&scenario, &random(3, 3_600_000_000));
}

#[test]
fn shares_of_models_are_split_once_and_give_the_same() {
    let scenario =
        scenario_of(SHARE, "simulate = \"1 hour\"", &format!("{BOTH}{UNCERTAIN}{STRICT}"));
    is_one_answer(&scenario, &even(&[30; 60]));
}

#[test]
fn a_task_goes_anywhere_and_comes_back_as_what_it_would_have_been_here() {
    let more = format!("{BOTH}{UNCERTAIN}{STRICT}");
    let scenario = scenario_of(SHARE, "simulate = \"1 hour\"", &more);
    let traces = [even(&[30; 60]).with_seed(scenario.seed)];
    let question = Question { scenario: &scenario, catalog: catalog(), traces: &traces };
    let here = recommend_within(question, Memory::NONE, &Serial).unwrap();
    let mut tasks = Vec::new();
    for future in (0..3).map(|future| Future::draw(&scenario, future)) {
        for one in here.candidates.iter().filter(|one| one.figures.is_some()).take(12) {
            let (candidate, future) = (one.candidate.clone(), future.clone());
            tasks.push(Task { candidate, future, work: Work::Whole });
        }
    }
    // To another machine and back.
    let sent = serde_json::to_string(&tasks).unwrap();
    let tasks: Vec<Task> = serde_json::from_str(&sent).unwrap();
    let results = Serial.run(question, "elsewhere", &tasks).into_iter();
    let played: Vec<Played> = results.collect::<Result<_, _>>().unwrap();
    let received = serde_json::to_string(&played).unwrap();
    let back: Vec<Played> = serde_json::from_str(&received).unwrap();
    assert_eq!(back, played);
    assert!(played.iter().all(|one| !one.parts.is_empty() && !one.names.is_empty()));
    // Those of one future together: every outcome once, and the same.
    let all = |each: &[Played]| -> BTreeMap<_, _> {
        each.iter().flat_map(|one| one.parts.clone()).collect()
    };
    let together = evaluate_each(question, &tasks, &FutureRequests::within(usize::MAX));
    let together: Vec<Played> = together.into_iter().collect::<Result<_, _>>().unwrap();
    let once: usize = together.iter().map(|one| one.parts.len()).sum();
    assert_eq!((all(&together), once), (all(&played), all(&played).len()));
    let answer = recommend_from(question, Memory::default(), back, &Serial).unwrap();
    assert_eq!(format!("{here:?}"), format!("{answer:?}"));
}

/// A plan in futures is pieces of many simulations: who watches it is asked between them, and the
/// answer is the same.
#[test]
fn a_plan_that_nobody_wants_ends_between_two_simulations() {
    let more = format!("{BOTH}{UNCERTAIN}{STRICT}");
    let scenario = scenario("simulate = \"1 hour\"", &more);
    let traces = [even(&[90; 60]).with_seed(scenario.seed)];
    let question = Question { scenario: &scenario, catalog: catalog(), traces: &traces };
    let asked = AtomicUsize::new(0);
    let live = |most: usize| {
        asked.store(0, Ordering::Relaxed);
        let count = || {
            if asked.fetch_add(1, Ordering::Relaxed) >= most {
                resume_unwind(Box::new("given up"));
            }
        };
        let outcomes = Arc::new(Outcomes::within(0));
        let watch = Checkpoint(&count);
        let plan = || {
            recommend_live(question, Memory::NONE, &outcomes, &Serial, watch, |_| Ok(())).unwrap()
        };
        catch_unwind(AssertUnwindSafe(plan)).ok()
    };
    let whole = live(usize::MAX).expect("nobody gives it up");
    assert_eq!(
        format!("{whole:?}"),
        format!("{:?}", recommend_within(question, Memory::NONE, &Serial).unwrap())
    );
    let all = asked.load(Ordering::Relaxed);
    // A size is looked at once for all its commitments, and again in each of the futures.
    let sizes = whole.candidates.iter().filter(|one| one.figures.is_some()).count() / 3;
    assert!(all > sizes && sizes > 3, "{all} times for {sizes} sizes");
    assert!(live(all / 2).is_none());
    assert_eq!(asked.load(Ordering::Relaxed), all / 2 + 1, "nothing after it");
}

/// The first answer is there in a moment because little is simulated for it, and nothing twice.
#[test]
fn a_first_answer_simulates_few_sizes_of_one_future_once() {
    let more = format!("{BOTH}{UNCERTAIN}{STRICT}");
    let scenario = scenario("simulate = \"1 hour\"", &more);
    let traces = [even(&[300; 60]).with_seed(scenario.seed)];
    let question = Question { scenario: &scenario, catalog: catalog(), traces: &traces };
    let outcomes = Arc::new(Outcomes::default());
    let nobody = || ();
    let mut known = None;
    let whole = recommend_live(
        question,
        Memory::default(),
        &outcomes,
        &Serial,
        Checkpoint(&nobody),
        |own| {
            known = Some((outcomes.tally().run, own.clone()));
            Ok(())
        },
    );
    let (run, first) = known.unwrap();
    let measured = first.candidates.iter().filter(|one| one.figures.is_some());
    let simulated: BTreeSet<(&str, u32)> =
        measured.map(|one| (&*one.family, one.candidate.total_ptu())).collect();
    let families: BTreeSet<&str> = simulated.iter().map(|(family, _)| *family).collect();
    // Sizes share passes of eight, of which those beyond the one that serves the peak are not billed.
    assert!(run <= 8 * families.len() as u64, "{run} runs of {simulated:?}");
    assert!(run < outcomes.tally().run, "{run} of {:?}", outcomes.tally());
    assert!(families.len() > 2, "every way to serve: {families:?}");
    for family in families {
        let own = simulated.iter().filter(|(of, _)| *of == family).map(|(_, size)| *size);
        let sizes: Vec<u32> = own.collect();
        assert!(sizes.windows(2).all(|two| two[0] * 3 <= two[1] * 2), "{family}: {sizes:?}");
    }
    // Its run is that of the choice, as it was simulated.
    let choice = &first.candidates[first.choice.unwrap()];
    let (own, run) = (choice.figures.as_ref().unwrap(), first.run.unwrap());
    assert_eq!(run.simulated.outcome.streams[0].offered, own.total.offered);
    assert_eq!(run.simulated.outcome.streams[0].failed, own.total.failed);
    assert!(whole.unwrap().is_feasible());
}
