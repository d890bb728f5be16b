//! The workbook's formulas in Rust, for the results its cells carry.

use crate::report::view::{LineItemView, RecommendationView};

/// What a planner may change on the first sheet. Shares of 1.
#[derive(Clone, Copy, Debug, Default)]
pub struct Levers {
    /// Discount on PTU-hours and reservations.
    pub discount_ptu: f64,
    /// Discount on tokens and everything else that grows with traffic.
    pub discount_tokens: f64,
    /// Growth of traffic from one month to the next.
    pub growth_per_month: f64,
}

/// A line of the bill as the workbook computes it: quantity times list price times share of list, less the discount.
pub(super) struct Line {
    pub(super) tokens: bool,
    pub(super) quantity: f64,
    pub(super) list_price: f64,
    /// Effective cost over list cost; a reservation makes it less than 1, and its purchase row 0.
    pub(super) share_of_list: f64,
    pub(super) cost: f64,
}

pub(super) struct Month {
    pub(super) label: String,
    pub(super) factor: f64,
    pub(super) fixed: f64,
    pub(super) tokens: f64,
    pub(super) total: f64,
    pub(super) cumulative: f64,
}

pub(super) struct Model {
    pub(super) levers: Levers,
    pub(super) period_months: f64,
    pub(super) lines: Vec<Line>,
    pub(super) fixed: f64,
    pub(super) tokens: f64,
    pub(super) months: Vec<Month>,
}

impl Model {
    pub(super) fn new(view: &RecommendationView, levers: Levers) -> Self {
        let lines: Vec<_> = view.bill.line_items.iter().map(|line| price(line, levers)).collect();
        let sum = |tokens| lines.iter().filter(|l| l.tokens == tokens).map(|l| l.cost).sum();
        let (fixed, token_total): (f64, f64) = (sum(false), sum(true));
        let period_months = period_months(&view.scenario.start, &view.scenario.until);
        let mut months: Vec<Month> = Vec::new();
        for (index, label) in labels(view).into_iter().enumerate() {
            let factor = (1.0 + levers.growth_per_month).powi(index as i32);
            let (fixed, tokens) = (fixed / period_months, token_total / period_months * factor);
            let total = fixed + tokens;
            let cumulative = months.last().map_or(0.0, |m| m.cumulative) + total;
            months.push(Month { label, factor, fixed, tokens, total, cumulative });
        }
        Self { levers, period_months, lines, fixed, tokens: token_total, months }
    }

    /// The discount on a line's class.
    pub(super) fn kept(levers: Levers, tokens: bool) -> f64 {
        1.0 - if tokens { levers.discount_tokens } else { levers.discount_ptu }
    }
}

/// A decimal as the nearest number a sheet can hold.
pub(super) fn number(text: &str) -> f64 {
    text.trim().parse().unwrap_or(0.0)
}

/// A share of list as written to the sheet: where nothing is listed, quantity and price stand for the cost itself.
fn price(line: &LineItemView, levers: Levers) -> Line {
    let tokens = line.pricing_unit.to_lowercase().contains("token");
    let (quantity, list_price) = (number(&line.pricing_quantity), number(&line.list_unit_price));
    let effective = number(&line.effective_cost);
    let listed = quantity * list_price;
    let (quantity, list_price, share_of_list) = if listed == 0.0 {
        (1.0, effective, 1.0)
    } else {
        (quantity, list_price, effective / listed)
    };
    let cost = quantity * list_price * share_of_list * Model::kept(levers, tokens);
    Line { tokens, quantity, list_price, share_of_list, cost }
}

/// Months from `start` to `until`; part of a month counts by its days.
fn period_months(start: &str, until: &str) -> f64 {
    let day = |text: &str| text.get(..10).and_then(|day| day.parse::<jiff::civil::Date>().ok());
    let span = match (day(start), day(until)) {
        (Some(start), Some(until)) if until > start => start.until((jiff::Unit::Month, until)).ok(),
        _ => None,
    };
    span.map_or(1.0, |span| f64::from(span.get_months()) + f64::from(span.get_days()) / 30.4375)
}

/// Twelve months from the period's first, or those of the outlook.
fn labels(view: &RecommendationView) -> Vec<String> {
    let known: Vec<_> = view.outlook.months.iter().map(|m| m.month.clone()).collect();
    if known.len() > 1 {
        return known;
    }
    let first = view.scenario.start.get(..10).and_then(|d| d.parse::<jiff::civil::Date>().ok());
    (0..12)
        .map(|index: i32| {
            first.and_then(|day| day.checked_add(jiff::Span::new().months(index)).ok()).map_or_else(
                || format!("month {}", index + 1),
                |day| format!("{:04}-{:02}", day.year(), day.month()),
            )
        })
        .collect()
}
