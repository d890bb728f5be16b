//! Sizing: the worked examples of the platform's pages and of its calculator, and laws of the formula.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use ptuplan::catalog::Catalog;
use ptuplan::plan::size::{CallShape, Sizing, size};
use ptuplan::units::diagnostic::Diagnostic;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::path::Path;

const TODAY: Date = date(2026, 11, 22);

/// A case file of `tests/rules/sizing`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    source: String,
    as_of: toml::value::Datetime,
    model: String,
    sku: String,
    requests_per_minute: u64,
    input_tokens: u64,
    output_tokens: u64,
    cache_rate: String,
    #[serde(default)]
    cache_write_tokens: u64,
    #[serde(default)]
    image_input_tokens: u64,
    #[serde(default)]
    image_output_tokens: u64,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    normalized_tokens_per_minute: String,
    raw_ptu: String,
    deployable_ptu: u32,
}

#[test]
fn worked_examples() {
    let catalog = Catalog::embedded().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/sizing");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 20);
    for path in paths {
        let case: Case = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let shape = CallShape {
            requests_per_minute: case.requests_per_minute.into(),
            input_tokens: case.input_tokens.into(),
            cache_rate: case.cache_rate.parse().unwrap(),
            cache_write_tokens: case.cache_write_tokens.into(),
            output_tokens: case.output_tokens.into(),
            image_input_tokens: case.image_input_tokens.into(),
            image_output_tokens: case.image_output_tokens.into(),
        };
        let as_of = case.as_of.to_string().parse().unwrap();
        let sizing = size(&catalog, &case.model, &case.sku, &shape, as_of).unwrap();
        let found = (
            sizing.normalized_tokens_per_minute,
            sizing.raw_ptu.round_dp(2).normalize(),
            sizing.deployable_ptu,
        );
        let expect = &case.expect;
        let expected = (
            expect.normalized_tokens_per_minute.parse().unwrap(),
            expect.raw_ptu.parse().unwrap(),
            expect.deployable_ptu,
        );
        assert_eq!(found, expected, "{} ({})", case.name, case.source);
        assert!(sizing.basis.iter().all(|basis| basis.evidence.effective_from <= as_of));
    }
}

fn sized(model: &str, sku: &str, shape: &CallShape) -> Result<Sizing, Diagnostic> {
    thread_local! {
        static CATALOG: Catalog = Catalog::embedded().unwrap();
    }
    CATALOG.with(|catalog| size(catalog, model, sku, shape, TODAY))
}

fn shape(rpm: u32, input: u32, output: u32) -> CallShape {
    CallShape {
        requests_per_minute: rpm.into(),
        input_tokens: input.into(),
        output_tokens: output.into(),
        ..CallShape::default()
    }
}

#[test]
fn every_model_with_a_grid_can_be_sized_as_each_of_its_skus() {
    let catalog = Catalog::embedded().unwrap();
    let mut count = 0;
    for row in catalog.tables().ptu_grid.rows().iter().filter(|row| row.key(2) == "min_ptu") {
        let calls = shape(10, 100, u32::from(row.key(0) != "gpt-image-2") * 10);
        let sizing = sized(row.key(0), row.key(1), &calls).unwrap();
        assert!(sizing.deployable_ptu.to_string().parse::<u64>().unwrap() >= 1);
        count += 1;
    }
    assert!(count > 150, "{count}");
}

#[test]
fn unpublished_figures_are_marked_assumed() {
    let sizing = sized("GLM 5", "GlobalProvisionedManaged", &shape(10, 100, 10)).unwrap();
    let output = sizing.basis.iter().find(|basis| basis.what == "weight of output").unwrap();
    assert_eq!(output.evidence.status.as_str(), "assumed");
}

#[test]
fn refusals_say_why() {
    let text = |model, sku, calls: &CallShape| sized(model, sku, calls).unwrap_err().to_string();
    let calls = shape(1_000, 200, 20);
    assert_eq!(
        text("gpt-5.2", "GlobalStandard", &calls),
        "error: no PTU grid: gpt-5.2 · GlobalStandard\n hint: gpt-5.2 is provisioned as DataZoneProvisionedManaged, GlobalProvisionedManaged, ProvisionedManaged"
    );
    let mut cached = calls.clone();
    cached.cache_rate = Decimal::new(15, 1);
    assert_eq!(
        text("gpt-5.2", "ProvisionedManaged", &cached),
        "error: cache rate is not between 0 and 1: 1.5"
    );
    let mut image = calls.clone();
    image.image_output_tokens = Decimal::TEN;
    assert!(
        text("gpt-5.2", "ProvisionedManaged", &image)
            .starts_with("error: no weight: gpt-5.2 · image_output")
    );
    assert!(text("gpt-5.2", "GlobalProvisionedManaged", &shape(4_000_000, 2_000, 20)).starts_with(
        "error: above the largest deployment of 100000 PTU: 2541176.47\n hint: split"
    ));
    assert!(text("gpt-4-32k", "ProvisionedManaged", &calls).starts_with("error: no PTU grid"));
    let long = sized("gpt-4.1", "GlobalProvisionedManaged", &shape(1, 200_000, 10)).unwrap();
    assert_eq!(long.warnings[0].code, "input-above-limit");
}

proptest! {
    #[test]
    fn the_size_is_on_the_grid_and_covers_the_need(rpm in 0u32..2_000, input in 0u32..20_000, output in 0u32..4_000) {
        let sizing = sized("gpt-5.2", "ProvisionedManaged", &shape(rpm, input, output));
        if let Ok(sizing) = sizing {
            prop_assert!(Decimal::from(sizing.deployable_ptu) >= sizing.raw_ptu);
            prop_assert!(sizing.deployable_ptu >= 50 && sizing.deployable_ptu % 50 == 0);
        }
    }

    #[test]
    fn more_traffic_never_needs_less(rpm in 0u32..2_000, input in 0u32..20_000, output in 0u32..4_000, more in 0u32..500) {
        let less = sized("gpt-6-sol", "GlobalProvisionedManaged", &shape(rpm, input, output));
        let more = sized("gpt-6-sol", "GlobalProvisionedManaged", &shape(rpm + more, input + more, output + more));
        if let (Ok(less), Ok(more)) = (less, more) {
            prop_assert!(more.raw_ptu >= less.raw_ptu && more.deployable_ptu >= less.deployable_ptu);
        }
    }

    #[test]
    fn workloads_add_up(a in 1u32..500, b in 1u32..500, input in 1u32..9_000, output in 0u32..2_000) {
        let raw = |rpm| sized("gpt-4.1", "GlobalProvisionedManaged", &shape(rpm, input, output)).unwrap().normalized_tokens_per_minute;
        prop_assert_eq!(raw(a) + raw(b), raw(a + b));
    }
}
