//! Synthetic traffic: what a spec asks for is what comes out, and fitting what came out gives the spec back.

use jiff::tz::TimeZone;
use ptuplan::workload::bundled;
use ptuplan::workload::fit::{LengthModel, fit};
use ptuplan::workload::import::Imported;
use ptuplan::workload::summary::{Summary, summarize};
use ptuplan::workload::synth::{Arrivals, generate, parse, to_toml};

fn of(text: &str) -> Imported {
    let imported = generate(&parse("spec.toml", text).unwrap()).unwrap_or_else(|e| panic!("{e}"));
    imported.trace.validate().unwrap();
    imported
}

fn summary(imported: &Imported) -> Summary {
    summarize(imported, &TimeZone::UTC)
}

fn spec(arrivals: &str, rest: &str) -> String {
    format!(
        "start = 2026-12-01\nlength = \"6 hours\"\nzone = \"UTC\"\nseed = 11\n[[client]]\nname = \"chat\"\nrate_per_minute = 200\n\
         arrivals = {{ {arrivals} }}\ninput_tokens = {{ p50 = 800, p99 = 6000 }}\noutput_tokens = {{ mean = 220, variation = 0.8 }}\n{rest}"
    )
}

#[test]
fn rates_lengths_and_burstiness_are_those_asked_for() {
    for (arrivals, variation) in [
        ("process = \"poisson\"", 1.0),
        ("process = \"gamma\", variation = 2.5", 2.5),
        ("process = \"gamma\", variation = 0.5", 0.5),
        ("process = \"weibull\", variation = 1.8", 1.8),
    ] {
        let summary = summary(&of(&spec(arrivals, "")));
        let expected = 200.0 * 360.0;
        // Six standard deviations of a renewal process's count.
        let slack = 6.0 * variation * f64::sqrt(expected);
        assert!(
            (summary.requests as f64 - expected).abs() < slack,
            "{arrivals}: {}",
            summary.requests
        );
        let found = summary.burstiness.gap_variation.unwrap();
        assert!((found / variation - 1.0).abs() < 0.05, "{arrivals}: {found}");
        assert!((f64::from(summary.input.p50) / 800.0 - 1.0).abs() < 0.03, "{:?}", summary.input);
        assert!((f64::from(summary.input.p99) / 6_000.0 - 1.0).abs() < 0.06, "{:?}", summary.input);
        assert!((summary.output.mean / 220.0 - 1.0).abs() < 0.02, "{:?}", summary.output);
        assert!((summary.output.variation / 0.8 - 1.0).abs() < 0.05, "{:?}", summary.output);
    }
}

#[test]
fn correlation_and_cached_share_are_those_asked_for() {
    let imported = of(&spec(
        "process = \"poisson\"",
        "correlation = 0.6\ncached_share = 0.25\nmax_output_tokens = 400\n",
    ));
    let summary = summary(&imported);
    // Spearman's figure of a Gaussian copula of 0.6.
    let spearman = 6.0 / std::f64::consts::PI * 0.3_f64.asin();
    assert!((summary.correlation.unwrap() - spearman).abs() < 0.04, "{:?}", summary.correlation);
    let share = summary.cached_input.unwrap().sum as f64 / summary.input.sum as f64;
    assert!((share - 0.25).abs() < 0.001, "{share}");
    assert_eq!(summary.output.max, 400);
    assert_eq!(imported.trace.max_output(0), Some(400));
}

#[test]
fn adding_or_reordering_clients_shifts_no_other() {
    let client = |name: &str| {
        format!(
            "[[client]]\nname = \"{name}\"\nrate_per_minute = 20\ninput_tokens = {{ p50 = 500, p99 = 4000 }}\noutput_tokens = 90\n\
         [client.session]\nturns = 3\nthink_time = \"20 s\"\nmessage_tokens = 50\n"
        )
    };
    let head = "start = 2026-12-01\nlength = \"2 hours\"\nzone = \"UTC\"\nseed = 3\n";
    let alone = of(&format!("{head}{}", client("b")));
    let three = of(&format!("{head}{}{}{}", client("c"), client("a"), client("b")));
    let labels = three.attributes.client.as_ref().unwrap();
    let of_b: Vec<(u64, u32)> = (0..three.trace.len() as u32)
        .filter(|id| labels.name(*id) == "b")
        .map(|id| (three.trace.arrival_us[id as usize], three.trace.input_tokens[id as usize]))
        .collect();
    let expected: Vec<(u64, u32)> = alone
        .trace
        .arrival_us
        .iter()
        .copied()
        .zip(alone.trace.input_tokens.iter().copied())
        .collect();
    assert_eq!(of_b, expected);
    assert_eq!(of(&format!("{head}{}", client("b"))), alone);
}

#[test]
fn seasons_are_civil_and_surges_and_growth_multiply() {
    let hours = (0..24)
        .map(|hour| if (8..18).contains(&hour) { "2" } else { "0" })
        .collect::<Vec<_>>()
        .join(", ");
    let text = format!(
        "start = 2026-03-28\nlength = \"4 days\"\nzone = \"Europe/Stockholm\"\n[[client]]\nname = \"office\"\nusers = 14400\ncalls_per_user_per_day = 3\n\
         input_tokens = 100\noutput_tokens = 10\ngrowth = {{ kind = \"step\", at = 2026-03-30, factor = 3 }}\n\
         profile = {{ hours = [{hours}], weekdays = [1, 1, 1, 1, 1, 0.5, 0.5], holidays = [2026-03-31], holiday_factor = 0.1 }}\n\
         surge = [{{ at = 2026-03-30T10:00:00, length = \"1 h\", factor = 4 }}]\n"
    );
    let imported = of(&text);
    let zone = TimeZone::get("Europe/Stockholm").unwrap();
    let start = imported.start.unwrap().as_microsecond();
    let mut by_hour = std::collections::BTreeMap::new();
    for at in &imported.trace.arrival_us {
        let local =
            zone.to_datetime(jiff::Timestamp::from_microsecond(start + *at as i64).unwrap());
        *by_hour.entry((local.date().day(), local.hour())).or_insert(0_u32) += 1;
    }
    let near = |day: i8, hour: i8, expected: f64| {
        let found = f64::from(by_hour.get(&(day, hour)).copied().unwrap_or(0));
        assert!(
            (found - expected).abs() <= 6.0 * expected.sqrt(),
            "{day} {hour}: {found} is not {expected}"
        );
    };
    // 14,400 × 3 / 1,440 = 30 a minute, twice that in office hours, half of it at the weekend.
    near(28, 9, 1_800.0);
    near(28, 7, 0.0);
    near(28, 18, 0.0);
    // The clocks have changed; the office still opens at eight.
    near(29, 8, 1_800.0);
    near(29, 17, 1_800.0);
    near(30, 9, 10_800.0);
    near(30, 10, 43_200.0);
    near(31, 9, 1_080.0);
}

#[test]
fn sessions_grow_their_context_and_hit_the_cache_while_it_lives() {
    let text = "start = 2026-12-01\nlength = \"1 day\"\nzone = \"UTC\"\n[[client]]\nname = \"agent\"\nrate_per_minute = 5\n\
        input_tokens = 3000\noutput_tokens = 200\nmax_input_tokens = 40000\n[client.session]\nturns = 4\nthink_time = \"30 s\"\nmessage_tokens = 100\n\
        cache_ttl = \"5 min\"\n[client.session.agent]\ncalls_per_turn = 6\ncall_gap = \"2 s\"\ntool_tokens = 400\n";
    let imported = of(text);
    let sessions = imported.attributes.session.as_ref().unwrap();
    let trace = &imported.trace;
    let mut last = std::collections::BTreeMap::new();
    for id in 0..trace.len() as u32 {
        let ix = id as usize;
        let before = last.insert(sessions.of[ix], ix);
        let Some(before) = before else {
            assert_eq!((trace.input_tokens[ix], trace.cached(id)), (3_000, 0));
            continue;
        };
        let grown = trace.input_tokens[ix] - trace.input_tokens[before];
        assert!([600, 300].contains(&grown) || trace.input_tokens[ix] == 40_000, "{grown}");
        if trace.input_tokens[ix] < 40_000
            && trace.arrival_us[ix] - trace.arrival_us[before] <= 300_000_000
        {
            assert_eq!(trace.cached(id), trace.input_tokens[before] / 128 * 128);
        }
    }
    let calls = trace.len() as f64 / sessions.names.len() as f64;
    assert!((calls - 24.0).abs() < 1.5, "{calls}");
}

#[test]
fn fitting_synthetic_traffic_recovers_its_parameters() {
    let best = |arrivals: &str| fit(&of(&spec(arrivals, "correlation = 0.4\n"))).unwrap();
    let poisson = best("process = \"poisson\"");
    assert!((poisson.rate_per_minute / 200.0 - 1.0).abs() < 0.02);
    match best("process = \"gamma\", variation = 2.5").arrivals[0].process.clone() {
        Arrivals::Gamma { variation } => {
            assert!((variation / 2.5 - 1.0).abs() < 0.1, "{variation}");
        }
        other => panic!("{other:?}"),
    }
    match best("process = \"weibull\", variation = 1.8").arrivals[0].process.clone() {
        Arrivals::Weibull { variation } => {
            assert!((variation / 1.8 - 1.0).abs() < 0.1, "{variation}");
        }
        other => panic!("{other:?}"),
    }
    let mmpp = best("process = \"mmpp\", burst_factor = 8, burst_share = 0.1, burst_arrivals = 20");
    match mmpp.arrivals[0].process.clone() {
        Arrivals::Mmpp { burst_factor, burst_share, burst_arrivals } => {
            assert!((burst_factor / 8.0 - 1.0).abs() < 0.2, "{burst_factor}");
            assert!((burst_share / 0.1 - 1.0).abs() < 0.25, "{burst_share}");
            assert!((burst_arrivals / 20.0 - 1.0).abs() < 0.25, "{burst_arrivals}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        (poisson.input.model, poisson.output.model),
        (LengthModel::Lognormal, LengthModel::Lognormal)
    );
    assert!(poisson.input.lognormal_distance < 0.01);
    let copula = 2.0 * (std::f64::consts::PI * poisson.correlation / 6.0).sin();
    assert!((copula - 0.4).abs() < 0.04, "{copula}");
}

/// Figures of a trace and of a trace made from its fit, as ratios.
pub(crate) fn fidelity(real: &Imported, seed: u64) -> (Summary, Summary) {
    let fitted = fit(real).unwrap();
    let spec = fitted.spec("fitted", real, seed);
    let again = parse("fitted.toml", &to_toml(&spec).unwrap()).unwrap();
    assert_eq!(again, spec, "a spec reads back as it was written");
    (summary(real), summary(&generate(&spec).unwrap()))
}

#[test]
fn a_trace_made_from_the_fit_of_the_real_one_looks_like_it() {
    let real = bundled::get("azure-2023-conversation").unwrap().load().unwrap();
    let (real, made) = fidelity(&real, 5);
    let ratio = |made: f64, real: f64| made / real;
    let within = |name: &str, ratio: f64, slack: f64| {
        assert!((ratio - 1.0).abs() <= slack, "{name}: {ratio}");
    };
    within("requests", ratio(made.requests as f64, real.requests as f64), 0.03);
    within("input", ratio(made.input.mean, real.input.mean), 0.03);
    within("input p95", ratio(f64::from(made.input.p95), f64::from(real.input.p95)), 0.05);
    within("output", ratio(made.output.mean, real.output.mean), 0.05);
    within("output p95", ratio(f64::from(made.output.p95), f64::from(real.output.p95)), 0.05);
    within(
        "gap variation",
        ratio(made.burstiness.gap_variation.unwrap(), real.burstiness.gap_variation.unwrap()),
        0.08,
    );
    within(
        "busiest minute",
        ratio(made.peaks[1].to_mean.unwrap(), real.peaks[1].to_mean.unwrap()),
        0.12,
    );
    assert!((made.correlation.unwrap() - real.correlation.unwrap()).abs() < 0.05);
}

/// The table of fidelity over the shared traces: each figure of the trace made from the fit over the real one's.
#[cfg(feature = "tables")]
#[test]
fn the_shared_traces_are_matched_within_stated_tolerances() {
    use ptuplan::workload::import::ReadSpec;
    let folder = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/traces");
    if !folder.exists() {
        eprintln!("SKIPPED: no ../shared/traces beside the repository");
        return;
    }
    let names = [
        "azure_2023_code",
        "azure_2023_conv_first_half",
        "mooncake_synthetic",
        "mooncake_arxiv_first1000",
    ];
    for name in names {
        let path = folder.join(format!("{name}.parquet"));
        let real = ptuplan::workload::tables::read_parquet_file(name, &path, &ReadSpec::default())
            .unwrap();
        let fitted = fit(&real).unwrap();
        let (real, made) = fidelity(&real, 5);
        let of = |made: f64, real: f64| made / real;
        let minute = |s: &Summary| s.peaks[1].to_mean.unwrap_or(1.0);
        let row = [
            of(made.requests as f64, real.requests as f64),
            of(made.peaks[0].requests as f64, real.peaks[0].requests as f64),
            of(minute(&made), minute(&real)),
            of(made.burstiness.gap_variation.unwrap(), real.burstiness.gap_variation.unwrap()),
            of(
                made.burstiness.minute_gap_variation.unwrap(),
                real.burstiness.minute_gap_variation.unwrap(),
            ),
            of(made.input.mean, real.input.mean),
            of(f64::from(made.input.p95), f64::from(real.input.p95)),
            of(made.output.mean, real.output.mean),
            of(f64::from(made.output.p95), f64::from(real.output.p95)),
            of(made.peak_tokens_per_minute as f64, real.peak_tokens_per_minute as f64),
        ];
        let cells: Vec<String> = row.iter().map(|ratio| format!("{ratio:.2}")).collect();
        println!(
            "{name} | {} | {:?} {:?} {:?}",
            cells.join(" | "),
            fitted.arrivals[0].process,
            fitted.input.model,
            fitted.output.model
        );
        // A mean of n draws is off by its variation over the root of n: four of those, and two percent for the model.
        let drawn = |variation: f64| 0.02 + 4.0 * variation / (made.requests as f64).sqrt();
        let gaps = real.burstiness.gap_variation.unwrap();
        for (at, slack) in [
            (0, drawn(gaps)),
            (5, drawn(real.input.variation)),
            (6, 0.10),
            (7, drawn(real.output.variation)),
            (8, 0.10),
        ] {
            assert!((row[at] - 1.0).abs() <= slack, "{name}: figure {at} is {}", row[at]);
        }
    }
}

#[test]
fn unsound_specs_name_every_client_at_fault() {
    let text = "start = 2026-12-01\nlength = \"1 day\"\nzone = \"UTC\"\n\
        [[client]]\nname = \"a\"\ninput_tokens = 1\noutput_tokens = 1\n\
        [[client]]\nname = \"b\"\nrate_per_minute = 1\ninput_tokens = { p50 = 10, p99 = 5 }\noutput_tokens = 1\n\
        [[client]]\nname = \"b\"\nrate_per_minute = 1e9\ninput_tokens = 1\noutput_tokens = 1\n";
    let said = generate(&parse("s.toml", text).unwrap()).unwrap_err().to_string();
    for part in [
        "client a: state rate_per_minute, or users",
        "client b: p99 5 is below p50 10",
        "client b: named 2 times",
        "too many requests",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let error =
        parse("s.toml", "start = 2026-12-01\nlenght = \"1 day\"\n").unwrap_err().to_string();
    assert!(
        error.starts_with("error: unknown field `lenght`") && error.contains("(s.toml:2:1)"),
        "{error}"
    );
}
