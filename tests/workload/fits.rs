//! Fits: of synthetic traffic they give the spec back, of real traffic they make traffic like it, within the bands of `fidelity.csv`, which
//! `docs/fidelity.md` quotes.

use crate::figures::{FIGURES, figures};
use crate::synthesis::{of, spec};
use ptuplan::workload::bundled;
use ptuplan::workload::fit::{LengthModel, fit};
use ptuplan::workload::import::Imported;
use ptuplan::workload::synth::{Arrivals, CachedShare, generate, parse, to_toml};

/// Figure, least and greatest of the made trace's over the real one's.
fn bands() -> Vec<(&'static str, f64, f64)> {
    let lines = include_str!("fidelity.csv").lines().skip(1);
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[0], cells[1].parse().unwrap(), cells[2].parse().unwrap())
        })
        .collect()
}

/// Holds traffic made from a trace's fit to the bands of all figures but some.
fn hold(name: &str, real: &Imported, but: &[&str]) {
    let fitted = fit(real).unwrap();
    let spec = fitted.spec("fitted", real, 3);
    let again = parse("fitted.toml", &to_toml(&spec).unwrap()).unwrap();
    assert_eq!(again, spec, "{name}: a spec reads back as it was written");
    let found = figures(real, &fitted);
    let mut outside = Vec::new();
    for (figure, least, greatest) in bands() {
        if but.contains(&figure) {
            continue;
        }
        let Some(found) = found.iter().find(|found| found.name == figure) else { continue };
        if !(least..=greatest).contains(&found.median) {
            outside.push(format!(
                "{figure} {:.3} ({:.3} to {:.3})",
                found.median, found.least, found.greatest
            ));
        }
    }
    assert!(outside.is_empty(), "{name}: outside of fidelity.csv: {}", outside.join(", "));
}

#[test]
fn every_figure_has_a_band_and_the_document_quotes_it() {
    let bands = bands();
    assert!(FIGURES.iter().map(|figure| figure.0).eq(bands.iter().map(|band| band.0)));
    let document = include_str!("../../docs/fidelity.md");
    for (figure, least, greatest) in bands {
        let row = format!("| {figure} | {least:.2} | {greatest:.2} |");
        assert!(document.contains(&row), "docs/fidelity.md has no row {row}");
    }
}

#[test]
fn traffic_made_from_the_bundled_traces_is_within_the_bands() {
    for bundled in bundled::ALL {
        hold(bundled.name, &bundled.load().unwrap(), &[]);
    }
}

/// A public trace beside the repository; none, and loudly so, where there is none.
#[cfg(feature = "tables")]
fn shared(name: &str) -> Option<Imported> {
    use ptuplan::workload::import::ReadSpec;
    let folder = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/traces");
    let path = folder.join(format!("{name}.parquet"));
    if !path.exists() {
        eprintln!("SKIPPED {name}: no {}", path.display());
        return None;
    }
    let read = ptuplan::workload::tables::read_parquet_file;
    Some(read(name, &path, &ReadSpec::default()).unwrap())
}

#[cfg(feature = "tables")]
#[test]
fn traffic_made_from_the_shared_traces_is_within_the_bands() {
    for name in [
        "azure_2023_code",
        "azure_2023_conv_first_half",
        "mooncake_arxiv_first1000",
        "mooncake_synthetic",
    ] {
        if let Some(real) = shared(name) {
            hold(name, &real, &[]);
        }
    }
}

/// Whole days in release builds; in debug builds, which take minutes for that, half an hour of two of them.
#[cfg(feature = "tables")]
#[test]
fn traffic_made_from_the_days_of_many_clients_is_within_the_bands() {
    use ptuplan::workload::transform::Step;
    let whole = !cfg!(debug_assertions);
    for name in ["servegen_deepseek_r1_24h", "servegen_mm_image_24h", "servegen_m_large_24h"] {
        if !whole && name == "servegen_m_large_24h" {
            eprintln!("SKIPPED {name}: only in release builds");
            continue;
        }
        let Some(mut real) = shared(name) else { continue };
        if !whole {
            real = Step::parse("slice=10h..10h30min").unwrap().apply(real, None).unwrap();
        }
        // Thirty minutes are too few for the variance of their counts.
        hold(name, &real, if whole { &[] } else { &["dispersion 1 min"] });
    }
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

#[test]
fn clients_and_the_hour_their_lengths_change_are_found() {
    let client = |name: &str, rate: u32, arrivals: &str, rest: &str| {
        format!(
            "[[client]]\nname = \"{name}\"\nrate_per_minute = {rate}\narrivals = {{ {arrivals} }}\n\
             input_tokens = {{ p50 = 800, p99 = 6000 }}\noutput_tokens = {{ mean = 220, variation = 0.8 }}\n{rest}"
        )
    };
    let real = of(&format!(
        "start = 2026-12-01\nlength = \"4 hours\"\nzone = \"UTC\"\nseed = 5\n{}{}{}",
        client("steady", 60, "process = \"gamma\", variation = 0.6", ""),
        client("flood", 40, "process = \"gamma\", variation = 2.5", ""),
        client(
            "grows",
            30,
            "process = \"poisson\"",
            "cached_share = { quantiles = [0, 0, 0, 0.9, 0.95], correlation = 0.5 }\n\
             [[client.epoch]]\nfrom = \"2 h\"\ninput_tokens = { p50 = 2400, p99 = 18000 }\ncached_share = 0.8\n\
             arrivals = { process = \"gamma\", variation = 3 }\n"
        ),
    ));
    let found = fit(&real).unwrap();
    let of = |name: &str| &found.clients.iter().find(|client| client.name == name).unwrap().fit;
    for (name, rate, variation) in [("steady", 60.0_f64, 0.6), ("flood", 40.0, 2.5)] {
        let client = of(name);
        // Four standard deviations of a renewal process's count.
        let slack = 4.0 * variation / (rate * 240.0).sqrt();
        let found = client.rate_per_minute;
        assert!((found / rate - 1.0).abs() < slack, "{name}: {found}");
        match client.arrivals[0].process {
            Arrivals::Gamma { variation: found } => {
                assert!((found / variation - 1.0).abs() < 0.10, "{name}: {found}");
            }
            ref other => panic!("{name}: {other:?}"),
        }
        assert_eq!(client.epochs.len(), 1, "{name}: nothing changes");
    }
    let grows = of("grows");
    let near = |us: u64| (us as f64 / 7_200e6 - 1.0).abs() < 0.07;
    assert!(grows.epochs.iter().any(|epoch| near(epoch.from_us)), "{:?}", grows.epochs);
    assert!(grows.arrival_epochs.iter().any(|epoch| near(epoch.0)));
    let Some(CachedShare::Spread(before)) = &grows.epochs[0].cached else {
        panic!("{:?}", grows.epochs[0].cached);
    };
    assert!(
        (before.quantiles.iter().filter(|share| **share == 0.0).count() as f64
            / before.quantiles.len() as f64
            - 0.625)
            .abs()
            < 0.06
    );
    assert!((before.correlation - 0.5).abs() < 0.15, "{}", before.correlation);
}

#[test]
fn a_client_too_small_to_fit_is_one_of_the_others() {
    let client = |name: &str, rate: f64| {
        format!(
            "[[client]]\nname = \"{name}\"\nrate_per_minute = {rate}\ninput_tokens = 100\noutput_tokens = 10\n"
        )
    };
    let all: Vec<String> = (0..8).map(|n| client(&format!("small {n}"), 0.4)).collect();
    let real = of(&format!(
        "start = 2026-12-01\nlength = \"2 hours\"\nzone = \"UTC\"\n{}{}",
        client("large", 20.0),
        all.join("")
    ));
    let found = fit(&real).unwrap();
    let names: Vec<&str> = found.clients.iter().map(|client| client.name.as_str()).collect();
    assert_eq!(names, ["large", "others"]);
    let made = generate(&found.spec("fitted", &real, 0)).unwrap();
    assert!((made.trace.len() as f64 / real.trace.len() as f64 - 1.0).abs() < 0.1);
}
