//! Real traffic replays with zero audit failures, by both paths, at sizes from hopeless to comfortable.

use crate::small::{provisioned, setup, standard};
use ptuplan::engine::run;
use ptuplan::engine::run_ordered;
use ptuplan::engine::setup::Client;
use ptuplan::units::time::HOUR_US;
use ptuplan::workload::trace::Trace;

/// Requests of a trace that are replayed. Whole in release builds; a debug build takes minutes for that.
const REPLAYED: usize = if cfg!(debug_assertions) { 20_000 } else { usize::MAX };

fn replay(name: &str, whole: &Trace) {
    let mut trace = whole.clone();
    let optional = [&mut trace.cached_input_tokens, &mut trace.max_output_tokens];
    optional.into_iter().flatten().for_each(|column| column.truncate(REPLAYED));
    trace.arrival_us.truncate(REPLAYED);
    trace.input_tokens.truncate(REPLAYED);
    trace.output_tokens.truncate(REPLAYED);
    let trace = &trace;
    let end_us = trace.arrival_us.last().map_or(0, |last| last + 1).max(HOUR_US);
    let (mut fewest, mut most) = (u64::MAX, 0);
    for size in [1, 15, 150, 100_000] {
        for spill in [false, true] {
            let mut deployments = vec![provisioned(size, 2_500)];
            deployments.extend(spill.then(|| standard(Some(1_000_000), Some(1_000))));
            let mut setup = setup(end_us, Client::openai_sdk(), deployments);
            setup.streams[0].max_output_tokens = trace.max_output_tokens.is_none().then_some(4_096);
            setup.minute_series = true;
            let found = run(&setup, &[trace]).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(found, run_ordered(&setup, &[trace]).expect("audited"), "{name} at {size}");
            let refused = found.deployments[0].throttled + found.deployments[0].spilled_out;
            (fewest, most) = (fewest.min(refused), most.max(refused));
        }
    }
    assert!(fewest < most, "{name}: the sizes make a difference");
}

#[test]
fn the_bundled_traces_replay() {
    for bundled in ptuplan::workload::bundled::ALL {
        replay(bundled.name, &bundled.load().expect("bundled traces are sound").trace);
    }
}

#[cfg(feature = "tables")]
#[test]
#[allow(clippy::print_stderr, reason = "a skipped test says so")]
fn the_shared_traces_replay() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/traces");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: no traces in {}", folder.display());
        return;
    };
    let spec = ptuplan::workload::import::ReadSpec::default();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.extension().is_some_and(|extension| extension == "parquet") {
            let name = path.display().to_string();
            let bytes = std::fs::read(&path).expect("is readable");
            match ptuplan::workload::tables::read_parquet(&name, &bytes, &spec) {
                Ok(imported) => replay(&name, &imported.trace),
                Err(error) => eprintln!("SKIPPED: {name} is not a trace on its own: {error:?}"),
            }
        }
    }
}
