//! Laws of the transforms, over random traces.

use proptest::prelude::*;
use ptuplan::workload::bundled;
use ptuplan::workload::import::{Imported, Labels};
use ptuplan::workload::trace::Trace;
use ptuplan::workload::transform::{
    Coarsening, Seam, Surge, TransformFault, anonymise, merge, repeat, scale, scale_within, slice,
    stretch, surge, thin,
};

prop_compose! {
    fn traces()(
        rows in prop::collection::vec((0_u64..5_000_000, 1_u32..5_000, 0_u32..100, 0_u32..900), 1..300),
        cached in any::<bool>(),
        limit in any::<bool>(),
        seed in any::<u64>(),
    ) -> Trace {
        let mut at = 0;
        let arrival_us = rows.iter().map(|row| { at += row.0; at }).collect();
        let mut trace = Trace::new(
            arrival_us,
            rows.iter().map(|row| row.1).collect(),
            rows.iter().map(|row| row.3).collect(),
        ).with_seed(seed);
        trace.cached_input_tokens = cached.then(|| rows.iter().map(|row| row.1 * row.2 / 100).collect());
        trace.max_output_tokens = limit.then(|| rows.iter().map(|row| row.3 + 10).collect());
        trace
    }
}

/// The trace's requests as a multiset, times aside.
fn bodies(trace: &Trace) -> Vec<(u32, u32, u32, Option<u32>)> {
    let mut bodies: Vec<_> = (0..trace.len() as u32)
        .map(|id| {
            (
                trace.input_tokens[id as usize],
                trace.cached(id),
                trace.output_tokens[id as usize],
                trace.max_output(id),
            )
        })
        .collect();
    bodies.sort_unstable();
    bodies
}

proptest! {
    #[test]
    fn slices_partition_a_trace(trace in traces(), cut in 0_u64..2_000_000_000) {
        let end = trace.last_arrival_us() + 1;
        let (head, mut tail) = (slice(&trace, 0, cut), slice(&trace, cut, end.max(cut)));
        prop_assert_eq!(head.len() + tail.len(), trace.len());
        tail.arrival_us.iter_mut().for_each(|at| *at += cut);
        prop_assert_eq!(merge(&[&head, &tail]).unwrap(), trace);
    }

    #[test]
    fn scale_keeps_promises_counts_and_nesting(trace in traces(), factor in 0.05_f64..4.0, more in 0.0_f64..2.0) {
        let scaled = scale(&trace, factor).unwrap();
        prop_assert_eq!(scaled.validate(), Ok(()));
        let (low, high) = (trace.len() as f64 * factor.floor(), trace.len() as f64 * factor.ceil());
        prop_assert!((low..=high).contains(&(scaled.len() as f64)));
        prop_assert!(scaled.last_arrival_us() <= trace.last_arrival_us());
        // A smaller factor's requests are among a larger one's.
        let larger = scale(&trace, factor + more).unwrap();
        let (small, large) = (bodies(&scaled), bodies(&larger));
        let mut at = 0;
        for body in small {
            while large.get(at).is_some_and(|other| *other < body) { at += 1; }
            prop_assert_eq!(large.get(at), Some(&body));
            at += 1;
        }
        prop_assert_eq!(scale(&trace, 1.0).unwrap(), trace);
    }

    #[test]
    fn copies_without_spread_arrive_together(trace in traces()) {
        let doubled = scale_within(&trace, 2.0, 0).unwrap();
        let pairs: Vec<u64> = trace.arrival_us.iter().flat_map(|at| [*at, *at]).collect();
        prop_assert_eq!(doubled.arrival_us, pairs);
    }

    #[test]
    fn thinning_is_nested_and_whole_at_the_ends(trace in traces(), share in 0.0_f64..1.0) {
        let thinned = thin(&trace, share).unwrap();
        prop_assert_eq!(thinned.validate(), Ok(()));
        prop_assert!(thinned.len() <= thin(&trace, share + (1.0 - share) / 2.0).unwrap().len());
        prop_assert_eq!(thin(&trace, 1.0).unwrap(), trace.clone());
        prop_assert!(thin(&trace, 0.0).unwrap().is_empty());
    }

    #[test]
    fn stretching_there_and_back_is_the_same_trace(trace in traces(), power in 0_i32..8) {
        let factor = f64::powi(2.0, power);
        let there = stretch(&trace, factor).unwrap();
        prop_assert_eq!(there.validate(), Ok(()));
        prop_assert_eq!(stretch(&there, 1.0 / factor).unwrap(), trace);
    }

    #[test]
    fn a_repeated_trace_is_itself_again_and_again(trace in traces(), times in 1_u64..6, part in 0.0_f64..1.0) {
        let period = Seam::MeanGap.period_us(&trace).unwrap();
        let until = period * times + (period as f64 * part) as u64;
        let repeated = repeat(&trace, until, Seam::MeanGap).unwrap();
        prop_assert_eq!(repeated.validate(), Ok(()));
        prop_assert!(repeated.arrival_us.iter().all(|at| *at < until));
        for piece in 0..times {
            let again = slice(&repeated, piece * period, (piece + 1) * period);
            // A first arrival after time 0 shifts where a piece ends, never what it holds.
            if trace.arrival_us[0] == 0 {
                prop_assert_eq!(&again, &trace);
            }
        }
        prop_assert_eq!(repeated.arrival_us.capacity(), repeated.len());
    }

    #[test]
    fn merging_keeps_every_request(a in traces(), b in traces()) {
        let merged = merge(&[&a, &b]).unwrap();
        prop_assert_eq!(merged.validate(), Ok(()));
        let mut all = bodies(&a);
        all.extend(bodies(&b));
        all.sort_unstable();
        prop_assert_eq!(bodies(&merged), all);
    }

    #[test]
    fn a_surge_leaves_the_rest_alone(trace in traces(), from_us in 0_u64..500_000_000, length_us in 1_u64..500_000_000, factor in 0.2_f64..5.0) {
        let surged = surge(&trace, Surge { from_us, length_us, factor }).unwrap();
        prop_assert_eq!(surged.validate(), Ok(()));
        let until = from_us + length_us;
        let end = u64::MAX;
        prop_assert_eq!(slice(&surged, 0, from_us), slice(&trace, 0, from_us));
        prop_assert_eq!(slice(&surged, until, end), slice(&trace, until, end));
    }

    #[test]
    fn anonymous_traces_keep_order_and_containment(trace in traces(), step_us in 1_u64..2_000_000, step_tokens in 1_u32..600) {
        let count = trace.len();
        let mut imported = Imported { trace, ..Imported::default() };
        imported.attributes.client = Some(Labels { names: vec!["Contoso".into()], of: vec![0; count] });
        let anonymous = anonymise(&imported, Coarsening { step_us, step_tokens }).unwrap();
        prop_assert_eq!(anonymous.trace.validate(), Ok(()));
        prop_assert_eq!(&anonymous.attributes.client.unwrap().names, &["client-1"]);
        prop_assert!(anonymous.trace.input_tokens.iter().all(|tokens| tokens % step_tokens == 0));
    }
}

#[test]
fn scaling_the_real_trace_hits_the_factor_and_calms_its_gaps() {
    let trace = bundled::get("azure-2023-conversation").unwrap().load().unwrap().trace;
    for factor in [0.25, 0.5, 1.5, 3.0, 7.3_f64] {
        let got = scale(&trace, factor).unwrap().len() as f64;
        let share = factor.fract();
        // Each request draws its last copy: three standard deviations of the binomial.
        let slack = 3.0 * (trace.len() as f64 * share * (1.0 - share)).sqrt();
        assert!((got - factor * trace.len() as f64).abs() <= slack, "{factor}: {got}");
    }
}

#[test]
fn a_day_of_the_real_trace_takes_sixteen_bytes_a_request() {
    let trace = bundled::get("azure-2023-conversation").unwrap().load().unwrap().trace;
    let day = repeat(&trace, 86_400_000_000, Seam::MeanGap).unwrap();
    let period = Seam::MeanGap.period_us(&trace).unwrap();
    let rest = slice(&trace, 0, 86_400_000_000 - 49 * period).len();
    assert_eq!(day.len(), 49 * trace.len() + rest);
    assert_eq!(day.input_tokens.capacity(), day.len());
    assert_eq!(day.cached_input_tokens, None);
}

#[test]
fn impossible_transforms_are_refused() {
    let trace = Trace::new(vec![0, 10], vec![1, 1], vec![1, 1]);
    assert_eq!(repeat(&Trace::default(), 5, Seam::MeanGap), Err(TransformFault::Empty));
    assert_eq!(
        repeat(&trace, 50, Seam::Period(10)),
        Err(TransformFault::PeriodTooShort { period_us: 10, last_us: 10 })
    );
    assert_eq!(scale(&trace, 0.0), Err(TransformFault::Factor(0.0)));
    assert!(stretch(&trace, f64::NAN).is_err());
    assert_eq!(thin(&trace, 1.5), Err(TransformFault::Share(1.5)));
    assert!(repeat(&trace, u64::MAX / 2, Seam::MeanGap).is_err(), "neither requests nor time fit");
}
