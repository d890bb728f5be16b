//! Models that are charged by something else than tokens: by the query, or by what no traffic
//! states.

use crate::support::{decimal, on_meter, simulated, text};
use ptuplan::catalog::charged_by::ChargedBy;
use ptuplan::units::tokens::TokenClass;

/// A day of December 2026 in which one model is called a thousand times with 200 input tokens.
fn calls(output: u32) -> Vec<(u64, u32, u32)> {
    (0..1_000).map(|n| (n * 80_000_000, 200, output)).collect()
}

fn of(model: &str) -> String {
    let today = format!(
        "[today]\ndeployments = [{{ name = \"d\", sku = \"GlobalStandard\", model = \"{model}\", limit_tokens_per_minute = 10000, limit_requests_per_minute = 5 }}]\n"
    );
    text("", &format!("model = \"{model}\"\n"), &today)
}

#[test]
fn a_reranker_is_charged_by_the_query() {
    let (_, _, bill) = simulated(&of("Cohere-rerank-v4.0-fast"), &calls(0));
    // 1,000 queries at 0.002 USD; its tokens cost nothing and make no line.
    assert_eq!(on_meter(&bill, "queries"), decimal("2.000"));
    assert_eq!(bill.line_items.len(), 1, "{bill:?}");
    let line = &bill.line_items[0];
    assert_eq!(
        (line.count, line.meter.to_string(), line.pricing_unit()),
        (1_000, "queries".to_owned(), "Queries".to_owned())
    );
    assert_eq!(bill.totals().billed.to_exact_string(), "2");
}

#[test]
fn what_the_traffic_does_not_state_costs_unknown_and_not_nothing() {
    let whisper = crate::support::catalog().charged_by("whisper", &[TokenClass::Input]);
    let seconds = ["input second", "output second"].map(str::to_owned).to_vec();
    assert_eq!(whisper, ChargedBy::Unstated(seconds));
    let cases =
        [("mistral-document-ai-2512", 100, "page"), ("gpt-image-2", 0, "image output token")];
    for (model, output, meter) in cases {
        let found = found(model, output);
        let expected = format!("cost unknown: deployment d: {model} is charged per {meter}, ");
        assert!(found.contains(&expected), "{found}");
    }
}

/// What is wrong with a bill.
fn found(model: &str, output: u32) -> String {
    let scenario = crate::support::scenario(&of(model));
    let simulated = crate::support::run(&scenario, &calls(output))
        .unwrap_or_else(|wrong| panic!("{model} {wrong:?}"));
    let payment = scenario.today.as_ref().unwrap().payment;
    let bill = ptuplan::scenario::run::evaluate::price(
        &scenario,
        crate::support::catalog(),
        &simulated,
        payment,
    );
    bill.unwrap_err().0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
