//! Synthetic traffic: what a spec asks for is what comes out.

use jiff::tz::TimeZone;
use ptuplan::workload::import::Imported;
use ptuplan::workload::summary::{Summary, summarize};
use ptuplan::workload::synth::{generate, parse};

pub(crate) fn of(text: &str) -> Imported {
    let imported = generate(&parse("spec.toml", text).unwrap()).unwrap_or_else(|e| panic!("{e}"));
    imported.trace.validate().unwrap();
    imported
}

fn summary(imported: &Imported) -> Summary {
    summarize(imported, &TimeZone::UTC)
}

pub(crate) fn spec(arrivals: &str, rest: &str) -> String {
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
