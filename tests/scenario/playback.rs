//! Traffic in pieces is the traffic of the whole trace, and what happens to it is what happens to the whole.

use crate::support::{catalog, scenario, text};
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::scenario::run::evaluate::{price, simulate, simulate_pieces};
use ptuplan::scenario::run::playback::Playback;
use ptuplan::scenario::run::traffic::{Source, trace};
use ptuplan::workload::demand::Demand;
use ptuplan::workload::import::{Attributes, Imported};
use ptuplan::workload::packed::{PackedWriter, Shape};
use ptuplan::workload::trace::Trace;
use ptuplan::workload::transform::part;
use std::io::Cursor;

const DEPLOYED: &str = "[today]\ndeployments = [\n\
    { sku = \"GlobalProvisionedManaged\", model = \"gpt-4.1\", capacity_ptu = 15 },\n\
    { sku = \"GlobalStandard\", model = \"gpt-4.1\", limit_tokens_per_minute = 30_000 }]\n";

/// Two and a half hours, busier at the end; cached input and limits where asked.
fn made(optional: bool) -> Trace {
    let count = 4_000_u32;
    let column = |of: fn(u32) -> u32| (0..count).map(of).collect::<Vec<u32>>();
    let at = |id: u32| 3_000_000 + u64::from(id) * 2_250_000 - u64::from(id * id) / 4;
    Trace {
        cached_input_tokens: optional.then(|| column(|id| id % 300)),
        max_output_tokens: optional
            .then(|| column(|id| if id % 4 == 0 { Trace::NO_LIMIT } else { 900 })),
        assumed: vec!["cached input is not stated in 3 rows: taken as 0".into()],
        ..Trace::new(
            (0..count).map(at).collect(),
            column(|id| 300 + id % 4_000),
            column(|id| id % 700),
        )
    }
}

/// A trace file with blocks of some length.
fn file(trace: &Trace, block: usize) -> Source {
    let mut writer = PackedWriter::new(Vec::new(), Shape::ALL).unwrap();
    let mut from = 0;
    while from < trace.len() {
        let until = (from + block).min(trace.len());
        writer.push(&part(trace, from..until), &Attributes::default()).unwrap();
        from = until;
    }
    let known = Imported { trace: part(trace, 0..0), ..Imported::default() };
    Source::Packed(Box::new(Cursor::new(writer.finish(&known).unwrap())))
}

fn whole(scenario: &Scenario, source: Source) -> Trace {
    trace(scenario, &scenario.workloads[0], "made", source).unwrap().trace
}

fn playback(scenario: &Scenario, source: Source) -> Playback {
    Playback::new(scenario, &scenario.workloads[0], "made", source).unwrap()
}

/// All pieces of a playback in one.
fn joined(mut playback: Playback) -> Trace {
    let mut all: Option<Trace> = None;
    while let Some(piece) = playback.piece().unwrap() {
        let Some(all) = &mut all else {
            all = Some(piece);
            continue;
        };
        all.arrival_us.extend(piece.arrival_us);
        all.input_tokens.extend(piece.input_tokens);
        all.output_tokens.extend(piece.output_tokens);
        for (column, more) in [
            (&mut all.cached_input_tokens, piece.cached_input_tokens),
            (&mut all.max_output_tokens, piece.max_output_tokens),
        ] {
            assert_eq!(column.is_some(), more.is_some());
            if let Some(column) = column {
                column.extend(more.iter().flatten());
            }
        }
    }
    Trace { assumed: playback.assumed, ..all.unwrap() }
}

const TRAFFICS: [&str; 6] = [
    "repeat = false",
    "repeat = true",
    "slice = [\"20 min\", \"1 h\"], repeat = false",
    "slice = [\"20 min\", \"1 h\"], repeat = true, stretch = 0.7",
    "stretch = 1.5, cached_share = \"30 %\", repeat = false",
    "repeat = true, cached_share = \"30 %\"",
];

fn question(traffic: &str, more: &str) -> Scenario {
    let text = text("length = \"9 h\"\nseed = 5", more, DEPLOYED);
    scenario(&text.replace("trace = \"made\"", &format!("trace = \"made\", {traffic}")))
}

#[test]
fn pieces_are_the_requests_of_the_whole() {
    for traffic in TRAFFICS {
        for (optional, more) in [(false, ""), (true, ""), (true, "max_output_tokens = 600\n")] {
            let scenario = question(traffic, more);
            let made = made(optional);
            let whole = whole(&scenario, file(&made, 1 << 18));
            assert!(whole.len() > 500, "{traffic}");
            for block in [1, 7, 1_000, 1 << 18] {
                let pieces = joined(playback(&scenario, file(&made, block)));
                assert_eq!(pieces, whole, "{traffic}, {optional}, blocks of {block}");
            }
        }
    }
}

/// A second workload that plays what the first one plays is other users of the same kind; one that plays another part is not.
#[test]
fn two_workloads_of_one_trace_do_not_call_at_the_same_time() {
    let own = |name: &str, slice: &str| {
        format!(
            "\n[[workload]]\nname = \"{name}\"\nmodel = \"gpt-4.1\"\n\
             traffic = {{ trace = \"made\", slice = [{slice}], repeat = false }}\n"
        )
    };
    let more = own("twin", "\"20 min\", \"1 h\"") + &own("other", "\"1 h\", \"2 h\"");
    let text = text("length = \"9 h\"\nseed = 5", "", DEPLOYED);
    let text = text.replace("[allow]", &(more + "\n[allow]"));
    let first = "trace = \"made\", slice = [\"20 min\", \"1 h\"], repeat = false";
    let scenario = scenario(&text.replacen("trace = \"made\"", first, 1));
    let made = made(true);
    let [first, twin, other] = [0, 1, 2].map(|at| {
        let workload = &scenario.workloads[at];
        trace(&scenario, workload, "made", file(&made, 1_000)).unwrap().trace
    });
    let sorted = |column: &[u32]| {
        let mut all = column.to_vec();
        all.sort_unstable();
        all
    };
    assert_eq!(sorted(&first.input_tokens), sorted(&twin.input_tokens));
    assert!(twin.arrival_us.is_sorted() && first.seed != twin.seed && first.seed == other.seed);
    let at_once = first.arrival_us.iter().filter(|at| twin.arrival_us.contains(at)).count();
    assert!(at_once * 100 < first.len(), "{at_once} of {}", first.len());
    // As many in every five minutes, but for what crosses an edge.
    for minute in (0..40).step_by(5) {
        let within = |trace: &Trace| {
            let (from, until) = (minute * 60_000_000, (minute + 5) * 60_000_000);
            trace.arrival_us.iter().filter(|at| (from..until).contains(*at)).count()
        };
        let (own, theirs) = (within(&first), within(&twin));
        assert!(own.abs_diff(theirs) * 10 < own, "{minute}: {own} {theirs}");
    }
    assert_eq!(other.input_tokens, inputs_of(&made, 60, 120));
    let refused = Playback::new(&scenario, &scenario.workloads[1], "made", file(&made, 1_000));
    assert_eq!(refused.unwrap_err().0[0].code, "cannot-stream");
}

/// The inputs of some minutes.
fn inputs_of(trace: &Trace, from: u64, until: u64) -> Vec<u32> {
    let minutes = from * 60_000_000..until * 60_000_000;
    let rows = trace.arrival_us.iter().zip(&trace.input_tokens);
    rows.filter(|(at, _)| minutes.contains(at)).map(|(_, input)| *input).collect()
}

#[test]
fn what_happens_and_what_it_costs_are_the_same() {
    for traffic in TRAFFICS {
        let scenario = question(traffic, "");
        let today = scenario.today.as_ref().unwrap();
        let made = made(true);
        let traces = [whole(&scenario, file(&made, 1 << 18))];
        let expected = simulate(&scenario, catalog(), &traces, today).unwrap();
        let demand = Demand::of(&traces[0], scenario.window.length_us);
        let bill = price(&scenario, catalog(), &expected, today.payment).unwrap();
        let deployments = &expected.outcome.deployments;
        let refused: u64 = deployments.iter().map(|d| d.spilled_out + d.throttled).sum();
        assert!(refused > 10, "{traffic}: {deployments:#?}");
        for block in [3, 50, 1_000, 1 << 18] {
            let mut playbacks = [playback(&scenario, file(&made, block))];
            let (found, demands) =
                simulate_pieces(&scenario, catalog(), &mut playbacks, today).unwrap();
            assert_eq!(found.outcome, expected.outcome, "{traffic}, blocks of {block}");
            assert_eq!(found.usage, expected.usage);
            assert_eq!(demands, std::slice::from_ref(&demand));
            assert_eq!(price(&scenario, catalog(), &found, today.payment).unwrap(), bill);
        }
    }
}

#[test]
fn a_trace_in_memory_is_repeated_without_being_held_as_often() {
    let of = |traffic: &str| {
        let text = text("length = \"1 day\"\nseed = 5", "", DEPLOYED);
        scenario(&text.replace("trace = \"made\"", traffic))
    };
    let scenario = of(
        "trace = \"azure-2023-conversation\", repeat = true, scale = 2.5, slice = [\"1 min\", \"20 min\"]",
    );
    let source = || ptuplan::scenario::run::traffic::bundled("azure-2023-conversation").unwrap();
    let mut pieces = playback(&scenario, source());
    assert!(pieces.requests() < 20_000);
    assert!(pieces.piece().unwrap().unwrap().len() < 20_000);
    let whole = whole(&scenario, source());
    assert!(whole.len() > 500_000);
    assert_eq!(joined(playback(&scenario, source())), whole);
}

#[test]
fn what_cannot_be_played_in_pieces_says_so() {
    let refused = |traffic: &str| {
        let scenario = question(traffic, "");
        let made = file(&made(false), 100);
        let wrong = Playback::new(&scenario, &scenario.workloads[0], "made", made).unwrap_err();
        wrong.to_string()
    };
    assert!(
        refused("scale = 2.0").contains("cannot be played in pieces: w: scale needs the whole")
    );
    assert!(
        refused("surge = [{ at = \"1 h\", length = \"10 min\", factor = 3.0 }]")
            .contains("a surge needs the whole trace")
    );
    // Sessions wait for answers, whose requests cannot be forgotten.
    let scenario = question("", "calls = { sessions = { count = 5, think = \"1 s\" } }\n");
    let mut playbacks = [playback(&scenario, file(&made(false), 100))];
    let today = scenario.today.as_ref().unwrap();
    let wrong = simulate_pieces(&scenario, catalog(), &mut playbacks, today).unwrap_err();
    assert!(wrong.to_string().contains("need the whole trace"), "{wrong}");
}
