//! The workbook's formulas in Rust, for the results its cells carry.

use crate::report::view::{LineItemView, RecommendationView};

/// What a planner may change on the first sheet. Shares of 1.
#[derive(Clone, Copy, Debug, Default)]
pub struct Levers {
    /// Discount on PTU-hours and reservations.
    pub discount_ptu: f64,
    /// Discount on tokens and everything else that grows with traffic.
    pub discount_tokens: f64,
}

/// A line of the bill as the workbook computes it: quantity times list price times share of list, less the discount.
pub(super) struct Line {
    pub(super) tokens: bool,
    pub(super) quantity: f64,
    pub(super) list_price: f64,
    /// Effective cost over list cost; a reservation makes it less than 1, and its purchase row 0.
    pub(super) share_of_list: f64,
    pub(super) cost: f64,
    /// Number of its month on the sheet of months, from 1.
    pub(super) month: usize,
}

pub(super) struct Month {
    pub(super) label: String,
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
        let known = labels(view);
        let lines: Vec<_> =
            view.bill.line_items.iter().map(|line| price(line, levers, &known)).collect();
        let sum = |tokens| lines.iter().filter(|l| l.tokens == tokens).map(|l| l.cost).sum();
        let (fixed, token_total): (f64, f64) = (sum(false), sum(true));
        let horizon = view.outlook.horizon.as_ref();
        let period_months = horizon.map_or(1.0, |horizon| number(&horizon.month_count).max(1e-9));
        let mut months: Vec<Month> = Vec::new();
        for (index, label) in labels(view).into_iter().enumerate() {
            let own = |tokens: bool| -> f64 {
                let lines = lines.iter().filter(|l| l.tokens == tokens && l.month == index + 1);
                lines.map(|line| line.cost).sum()
            };
            let (fixed, tokens) = (own(false), own(true));
            let total = fixed + tokens;
            let cumulative = months.last().map_or(0.0, |m| m.cumulative) + total;
            months.push(Month { label, fixed, tokens, total, cumulative });
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
fn price(line: &LineItemView, levers: Levers, months: &[String]) -> Line {
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
    let month = months.iter().position(|month| *month == line.month).map_or(1, |at| at + 1);
    Line { tokens, quantity, list_price, share_of_list, cost, month }
}

/// The months of the bill: those of the horizon, else those its lines lie in.
fn labels(view: &RecommendationView) -> Vec<String> {
    if let Some(horizon) = &view.outlook.horizon {
        return horizon.months.iter().map(|month| month.month.clone()).collect();
    }
    let mut months: Vec<String> = view.bill.line_items.iter().map(|l| l.month.clone()).collect();
    months.sort_unstable();
    months.dedup();
    months
}
