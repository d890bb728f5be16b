//! Token lines: answers, context tiers, refusals.

use super::support::{SmallBook, at, billed, tokens};
use ptuplan::billing::bill::bill;
use ptuplan::billing::prices::Billed;
use ptuplan::billing::terms::{Discount, ExchangeRate, Terms};
use ptuplan::ledger::usage::{Answer, ContextTier, TokenUsage, Usage};
use ptuplan::units::money::Currency;
use ptuplan::units::tokens::{TokenClass, TokenCounts};

const DAY: [&str; 2] = ["2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"];

fn usage(records: Vec<TokenUsage>) -> Usage {
    Usage { tokens: records, ..Usage::default() }
}

#[test]
fn a_day_of_hours_is_one_line_for_each_class() {
    let record = |hour| tokens(hour, Answer::Completed, TokenCounts::text(1_000, 400, 250));
    let bill = billed(
        &usage(vec![record("2026-12-01T09:00:00Z"), record("2026-12-01T10:00:00Z")]),
        &[],
        DAY[0],
        DAY[1],
    );
    let lines: Vec<String> = bill
        .line_items
        .iter()
        .map(|line| format!("{} {} {}", line.count, line.meter, line.billed_cost.to_exact_string()))
        .collect();
    assert_eq!(
        lines,
        ["1200 input tokens 0.0024", "800 cached_input tokens 0.0004", "500 output tokens 0.004"]
    );
    assert_eq!(bill.totals().billed.to_exact_string(), "0.0068");
    assert_eq!(bill.line_items[0].pricing_unit(), "1000000 Tokens");
}

#[test]
fn answers_are_billed_by_rule_unless_the_terms_switch_them() {
    let too_long =
        tokens("2026-12-01T09:00:00Z", Answer::InputTooLong, TokenCounts::text(1_000_000, 0, 0));
    let throttled =
        tokens("2026-12-01T09:00:00Z", Answer::Throttled, TokenCounts::text(1_000_000, 0, 0));
    let usage = usage(vec![too_long, throttled]);
    let mut terms = Terms::list(at(DAY[0]), at(DAY[1]));
    let by_rule = bill(&usage, &[], &terms, &SmallBook).unwrap();
    assert_eq!(by_rule.totals().billed.to_exact_string(), "2");
    terms.answers.insert(Answer::InputTooLong, Billed::Nothing);
    let switched = bill(&usage, &[], &terms, &SmallBook).unwrap();
    assert_eq!(switched.totals().billed.to_exact_string(), "0");
}

#[test]
fn long_context_prices_the_whole_request() {
    let long = TokenUsage {
        context: ContextTier::Long,
        ..tokens("2026-12-01T09:00:00Z", Answer::Completed, TokenCounts::text(300_000, 0, 1_000))
    };
    let bill = billed(&usage(vec![long]), &[], DAY[0], DAY[1]);
    assert_eq!(bill.totals().billed.to_exact_string(), "1.216");
    assert_eq!(bill.line_items[0].meter.to_string(), "input tokens, long context");
}

#[test]
fn every_missing_price_is_named_with_its_usage() {
    let mut counts = TokenCounts::default();
    counts.set(TokenClass::AudioInput, 12);
    counts.set(TokenClass::ImageInput, 5);
    let records = ["2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z"]
        .map(|hour| tokens(hour, Answer::Completed, counts));
    let terms = Terms::list(at(DAY[0]), at(DAY[1]));
    let errors = bill(&usage(records.to_vec()), &[], &terms, &SmallBook).unwrap_err();
    let messages: Vec<&str> = errors.0.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "unpriced usage: 24 audio_input tokens of deployment chat from 2026-12-01: no price for audio_input",
            "unpriced usage: 10 image_input tokens of deployment chat from 2026-12-01: no price for image_input",
        ]
    );
}

#[test]
fn usage_outside_the_period_is_refused() {
    let late = tokens("2026-12-02T00:00:00Z", Answer::Completed, TokenCounts::text(1, 0, 1));
    let terms = Terms::list(at(DAY[0]), at(DAY[1]));
    let errors = bill(&usage(vec![late]), &[], &terms, &SmallBook).unwrap_err();
    assert_eq!(errors.0[0].code, "usage-outside-period");
}

#[test]
fn discounts_and_exchange_rates_act_on_the_price() {
    let million =
        tokens("2026-12-01T09:00:00Z", Answer::Completed, TokenCounts::text(1_000_000, 0, 0));
    let kronor: Currency = "SEK".parse().unwrap();
    let rate =
        |from, rate: &str| ExchangeRate { of: Currency::USD, from, rate: rate.parse().unwrap() };
    let terms = Terms {
        currency: kronor,
        exchange_rates: vec![
            rate(jiff::civil::date(2026, 11, 1), "9.40"),
            rate(jiff::civil::date(2026, 12, 1), "9.50"),
        ],
        discounts: vec![Discount {
            sku: Some("GlobalStandard".into()),
            model: None,
            meter: None,
            from: None,
            to: None,
            share: "0.05".parse().unwrap(),
            reservations: false,
        }],
        ..Terms::list(at(DAY[0]), at(DAY[1]))
    };
    let totals = bill(&usage(vec![million]), &[], &terms, &SmallBook).unwrap().totals();
    assert_eq!(totals.list.to_display_string(), "19.00 SEK");
    assert_eq!(totals.billed.to_display_string(), "18.05 SEK");
}
