//! Summaries of the real traces against the figures their publication states.

use jiff::tz::TimeZone;
use ptuplan::workload::bundled;
use ptuplan::workload::import::Imported;
use ptuplan::workload::summary::{Summary, summarize};
use ptuplan::workload::trace::Trace;

fn near(found: f64, stated: f64, decimals: i32) {
    assert!(
        (found - stated).abs() <= 0.5 * 10_f64.powi(-decimals) + 1e-9,
        "{found} is not {stated}"
    );
}

fn bundled_summary() -> Summary {
    let imported = bundled::get("azure-2023-conversation").unwrap().load().unwrap();
    summarize(&imported, &TimeZone::UTC)
}

#[test]
fn the_azure_conversation_has_its_published_figures() {
    let summary = bundled_summary();
    near(summary.mean_rate_per_second.unwrap(), 5.56, 2);
    assert_eq!(summary.peaks[0].requests, 15);
    near(summary.peaks[1].to_mean.unwrap(), 1.44, 2);
    assert_eq!(summary.peaks[2].to_mean, None);
    near(summary.burstiness.gap_variation.unwrap(), 1.07, 2);
    near(summary.burstiness.minute_gap_variation.unwrap(), 1.01, 2);
    let (input, output) = (summary.input, summary.output);
    near(input.mean, 1_237.0, 0);
    assert_eq!((input.p50, input.p95, input.p99), (1_035, 4_086, 4_122));
    near(output.mean, 221.0, 0);
    assert_eq!((output.p50, output.p95, output.p99), (140, 463, 611));
    assert_eq!(summary.shape, None);
    assert!(summary.correlation.unwrap().abs() < 0.2);
}

#[test]
fn days_are_civil_days() {
    // One request a minute for eight days from a Monday, 08:00 to 18:00 in Stockholm; summer time begins on the Sunday.
    let zone = TimeZone::get("Europe/Stockholm").unwrap();
    let start = jiff::civil::date(2026, 3, 23).to_zoned(zone.clone()).unwrap().timestamp();
    let arrivals: Vec<u64> = (0..8 * 24 * 60_u64)
        .map(|minute| minute * 60_000_000)
        .filter(|at| {
            let at =
                jiff::Timestamp::from_microsecond(start.as_microsecond() + *at as i64).unwrap();
            (8..18).contains(&zone.to_datetime(at).hour())
        })
        .collect();
    let shift = arrivals[0];
    let count = arrivals.len();
    let mut imported = Imported {
        trace: Trace::new(
            arrivals.iter().map(|at| at - shift).collect(),
            vec![1; count],
            vec![1; count],
        ),
        ..Imported::default()
    };
    imported.start = jiff::Timestamp::from_microsecond(start.as_microsecond() + shift as i64).ok();
    let shape = summarize(&imported, &zone).shape.unwrap();
    assert!(shape.by_hour[12].unwrap() > 2.0);
    assert_eq!(shape.by_hour[20], Some(0.0));
    assert_eq!(shape.zone, "Europe/Stockholm");
    let sunday = shape.by_weekday[6].unwrap();
    assert!((sunday / shape.by_weekday[2].unwrap() - 24.0 / 23.0).abs() < 0.01, "{sunday}");
}

#[test]
fn degenerate_traces_have_summaries_too() {
    for trace in [
        Trace::default(),
        Trace::new(vec![5], vec![1], vec![1]),
        Trace::new(vec![5, 5, 5], vec![1; 3], vec![2; 3]),
    ] {
        let imported = Imported { trace, ..Imported::default() };
        let summary = summarize(&imported, &TimeZone::UTC);
        assert_eq!(summary.mean_rate_per_second, None);
        assert_eq!(summary.burstiness.gap_variation, None);
    }
}

#[cfg(feature = "tables")]
#[test]
fn the_shared_traces_have_their_published_figures() {
    use ptuplan::workload::import::ReadSpec;
    let folder = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/traces");
    if !folder.exists() {
        eprintln!("SKIPPED: no ../shared/traces beside the repository");
        return;
    }
    for (name, peak_second, minute_ratio, variation, minute_variation, input, output) in [
        ("azure_2023_code", 67, 4.18, 13.15, 3.16, (1_469, 7_302, 7_436), (13, 90, 249)),
        ("mooncake_synthetic", 13, 1.17, 1.01, 1.00, (11_587, 48_835, 66_456), (69, 519, 768)),
        ("servegen_mm_image_24h", 77, 1.63, 1.32, 1.25, (1_286, 3_566, 5_684), (100, 336, 590)),
    ] {
        let path = folder.join(format!("{name}.parquet"));
        let imported =
            ptuplan::workload::tables::read_parquet_file(name, &path, &ReadSpec::strict()).unwrap();
        let summary = summarize(&imported, &TimeZone::UTC);
        assert_eq!(summary.peaks[0].requests, peak_second, "{name}");
        near(summary.peaks[1].to_mean.unwrap(), minute_ratio, 2);
        near(summary.burstiness.gap_variation.unwrap(), variation, 2);
        let found = summary.burstiness.minute_gap_variation.unwrap();
        assert!((found - minute_variation).abs() < 0.02, "{name}: {found}");
        assert_eq!((summary.input.p50, summary.input.p95, summary.input.p99), input, "{name}");
        assert_eq!((summary.output.p50, summary.output.p95, summary.output.p99), output, "{name}");
    }
}
