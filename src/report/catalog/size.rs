//! The answer of `size`.

use crate::plan::quote::{Load, Quote};
use crate::report::text::layout::{Ink, Tone, figures, paragraph, table, table_within, words};
use crate::report::view::FactView;
use crate::report::words::numbers;
use crate::units::dated::Evidence;
use crate::units::money::Money;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

/// The answer of `size`. The first SKU stands at the top, all of them in `quotes`.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct SizeView {
    /// What to deploy, in a sentence.
    pub action: String,
    /// Model id.
    pub model: String,
    /// SKU name.
    pub sku: String,
    /// Input-equivalent tokens per minute.
    #[schemars(with = "f64")]
    pub normalized_tokens_per_minute: serde_json::Number,
    /// PTUs before rounding.
    #[schemars(with = "f64")]
    pub raw_ptu: serde_json::Number,
    /// PTUs rounded up to the grid, with the buffer and at the utilization that were asked for.
    pub deployable_ptu: u32,
    /// The day whose values were used.
    pub as_of: String,
    /// Share kept free on top of what is needed.
    pub buffer: String,
    /// Share of the PTUs that may be used at the peak.
    pub utilization: String,
    /// The model's last day, where one is known.
    pub retires: Option<String>,
    /// Each SKU with its sizes and prices.
    pub quotes: Vec<QuoteView>,
    /// The dated values used.
    pub basis: Vec<FactView>,
    /// What to know before it is bought, and what the formula leaves out for this shape.
    pub warnings: Vec<String>,
}

/// One SKU of the calculator.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct QuoteView {
    /// SKU name.
    pub sku: String,
    /// PTUs before rounding.
    pub raw_ptu: String,
    /// The same with the buffer, at the utilization.
    pub wanted_ptu: String,
    /// PTUs that can be deployed.
    pub deployable_ptu: u32,
    /// What they cost a month under each commitment.
    pub commitments: Vec<CommitmentQuoteView>,
    /// The SKU that serves the same by the token.
    pub token_sku: Option<String>,
    /// What it costs a month were the load there in every minute; none where a price is not known.
    pub token_cost: Option<String>,
    /// Why not.
    pub token_cost_unknown: Option<String>,
}

/// The price of a size under one commitment.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct CommitmentQuoteView {
    /// `hourly`, `1-month` or `1-year`.
    pub commitment: String,
    /// Cost of a month of 730 hours; none where a price is not known.
    pub monthly_cost: Option<String>,
    /// Why not.
    pub unknown: Option<String>,
    /// Currency.
    pub currency: Option<String>,
    /// Mean load, as a share of the stated one, from which PTUs paid so cost less than tokens; above 1 they never do.
    pub break_even: Option<f64>,
}

/// A dated value with its evidence.
pub(super) fn fact(name: &str, value: &str, evidence: &Evidence) -> FactView {
    FactView {
        name: name.to_owned(),
        value: value.to_owned(),
        status: evidence.status.as_str().to_owned(),
        effective_from: evidence.effective_from.to_string(),
        source: evidence.source.to_string(),
        place: evidence.place.to_string(),
    }
}

/// A fact as a row of a table; assumed ones stand out.
pub(super) fn fact_row(fact: &FactView) -> (Tone, Vec<String>) {
    let tone = if fact.status == "assumed" { Tone::Bad } else { Tone::Plain };
    let cells = [&fact.name, &fact.value, &fact.effective_from, &fact.status, &fact.source];
    (tone, cells.into_iter().cloned().collect())
}

/// The view of quotes for a load; none without any.
pub fn view(quotes: &[Quote], load: &Load, retires: Option<Date>) -> Option<SizeView> {
    let views: Vec<QuoteView> = quotes.iter().map(quote_view).collect();
    let first = quotes.get(cheapest(&views))?;
    let sizing = first.sizings.first()?;
    let mut basis: Vec<FactView> = Vec::new();
    for own in quotes.iter().flat_map(|quote| &quote.sizings).flat_map(|sizing| &sizing.basis) {
        let fact = fact(&own.what, &own.value, &own.evidence);
        if !basis.iter().any(|known| known.place == fact.place && known.name == fact.name) {
            basis.push(fact);
        }
    }
    let mut warnings: Vec<String> = Vec::new();
    let formula = quotes.iter().flat_map(|quote| &quote.sizings).flat_map(|own| &own.warnings);
    for warning in quotes.iter().flat_map(|quote| &quote.cautions).chain(formula) {
        if !warnings.contains(&warning.message) {
            warnings.push(warning.message.clone());
        }
    }
    Some(SizeView {
        action: action(&sizing.model, first, &views),
        model: sizing.model.to_string(),
        sku: first.sku.clone(),
        normalized_tokens_per_minute: number(first.normalized_tokens_per_minute),
        raw_ptu: number(first.raw_ptu),
        deployable_ptu: first.deployable_ptu,
        as_of: sizing.as_of.to_string(),
        buffer: percent(load.buffer),
        utilization: percent(load.utilization),
        retires: retires.map(|day| day.to_string()),
        quotes: views,
        basis,
        warnings,
    })
}

fn percent(share: Decimal) -> String {
    format!("{}%", (share * Decimal::ONE_HUNDRED).normalize())
}

fn quote_view(quote: &Quote) -> QuoteView {
    let commitments = quote.monthly.iter().map(|(payment, monthly)| {
        let known = monthly.as_ref().ok();
        CommitmentQuoteView {
            commitment: payment.in_words().to_owned(),
            monthly_cost: known.map(Money::to_exact_string),
            unknown: monthly.as_ref().err().map(|error| error.message.clone()),
            currency: known.map(|money| money.currency().to_string()),
            break_even: quote.break_even(*payment).and_then(|share| share.to_f64()),
        }
    });
    let by_token = quote.by_token.as_ref();
    QuoteView {
        sku: quote.sku.clone(),
        raw_ptu: quote.raw_ptu.round_dp(6).normalize().to_string(),
        wanted_ptu: quote.wanted_ptu.round_dp(6).normalize().to_string(),
        deployable_ptu: quote.deployable_ptu,
        commitments: commitments.collect(),
        token_sku: by_token.map(|(sku, _)| sku.clone()),
        token_cost: by_token.and_then(|(_, cost)| Some(cost.as_ref().ok()?.to_exact_string())),
        token_cost_unknown: by_token
            .and_then(|(_, cost)| Some(cost.as_ref().err()?.message.clone())),
    }
}

/// What a SKU costs in the cheapest way; none where no price of it is known.
fn least(view: &QuoteView) -> Option<(Decimal, &CommitmentQuoteView)> {
    let priced = view
        .commitments
        .iter()
        .filter_map(|own| Some((own.monthly_cost.as_ref()?.parse::<Decimal>().ok()?, own)));
    priced.min_by_key(|(cost, _)| *cost)
}

/// The SKU that costs least, the first of several; the first where no price is known.
fn cheapest(views: &[QuoteView]) -> usize {
    let cost = |view: &QuoteView| least(view).map(|(cost, _)| cost);
    let priced = views.iter().enumerate().filter_map(|(at, view)| Some((cost(view)?, at)));
    priced.min().map_or(0, |(_, at)| at)
}

/// What to deploy, and what it costs in the cheapest way.
fn action(model: &str, quote: &Quote, views: &[QuoteView]) -> String {
    let ptu = numbers::count(u64::from(quote.deployable_ptu));
    let own = views.iter().find(|view| view.sku == quote.sku).and_then(least);
    let cost = own.map(|(cost, own)| {
        let currency = own.currency.as_deref().unwrap_or_default();
        let cost = numbers::money(&cost.to_string(), currency);
        let priced = views.iter().filter(|view| least(view).is_some()).count();
        let of = match (views.len(), priced) {
            (1, _) => String::new(),
            (all, priced) if priced == all => format!(", the least of {all} SKUs"),
            (_, 1) => ", the only SKU with a known price".to_owned(),
            (_, priced) => format!(", the least of {priced} SKUs with a known price"),
        };
        format!(": {cost} a month ({}){of}", own.commitment)
    });
    format!("Deploy {ptu} PTU of {model} on {}{}.", quote.sku, cost.unwrap_or_default())
}

/// The answer as text of `width` columns.
pub fn text(view: &SizeView, ink: Ink, width: usize) -> String {
    let mut out = paragraph(ink, Tone::Good, &view.action, width);
    for warning in &view.warnings {
        out += &paragraph(ink, Tone::Bad, &sentence(warning), width);
    }
    let title = format!("{} · {}, values of {}", view.model, view.sku, view.as_of);
    out += &ink.line(Tone::Dim, &title);
    let normalized = numbers::quantity(&view.normalized_tokens_per_minute.to_string());
    let raw = numbers::cents(&view.raw_ptu.to_string());
    out += &ink.line(Tone::Plain, &format!("  normalized  {normalized} tokens per minute"));
    out += &ink.line(Tone::Plain, &format!("  raw         {raw} PTU"));
    let deployable = numbers::count(u64::from(view.deployable_ptu));
    out += &ink.line(Tone::Good, &format!("  deployable  {deployable} PTU"));
    if view.buffer != "0%" || view.utilization != "100%" {
        let text = format!("  with a buffer of {}, used at most {}", view.buffer, view.utilization);
        out += &ink.line(Tone::Plain, &text);
    }
    if let Some(day) = &view.retires {
        out += &ink.line(Tone::Plain, &format!("  retires     {day}"));
    }
    out += &quotes(view, ink, width);
    out += &ink.line(Tone::Plain, "");
    // What two SKUs have alike is one row.
    let mut basis: Vec<_> = Vec::new();
    for row in view.basis.iter().map(fact_row) {
        if !basis.contains(&row) {
            basis.push(row);
        }
    }
    out += &table(
        ink,
        &[
            words("basis", 30),
            words("value", 14),
            words("since", 10),
            words("status", 10),
            words("source", 30),
        ],
        &basis,
    );
    out
}

/// A message as a sentence.
fn sentence(message: &str) -> String {
    format!("{}.", message.trim_end_matches('.'))
}

/// Each SKU with what it costs a month under each commitment, by the token, and from where on PTUs pay.
fn quotes(view: &SizeView, ink: Ink, width: usize) -> String {
    let columns = [
        words("SKU", 28),
        figures("PTU"),
        figures("hourly"),
        figures("1-month"),
        figures("1-year"),
        figures("tokens"),
        figures("PTU pay from"),
    ];
    let unknown = || "unknown".to_owned();
    let mut notes: Vec<String> = Vec::new();
    let rows: Vec<_> = view
        .quotes
        .iter()
        .map(|quote| {
            let mut row = vec![quote.sku.clone(), numbers::count(u64::from(quote.deployable_ptu))];
            for own in &quote.commitments {
                row.push(
                    own.monthly_cost.as_ref().map_or_else(unknown, |cost| numbers::amount(cost)),
                );
            }
            notes.extend(unknown_commitments(quote));
            row.push(quote.token_cost.as_ref().map_or_else(unknown, |cost| numbers::amount(cost)));
            notes.extend(
                quote
                    .token_cost_unknown
                    .iter()
                    .map(|why| format!("Tokens for {}: {why}.", quote.sku)),
            );
            let least =
                quote.commitments.iter().filter_map(|own| own.break_even).min_by(f64::total_cmp);
            row.push(match least {
                Some(share) if share > 1.0 => "never".to_owned(),
                Some(share) => numbers::share(share),
                None => "–".to_owned(),
            });
            (Tone::Plain, row)
        })
        .collect();
    let mut out = ink.line(Tone::Plain, "");
    out += &table_within(ink, width, &columns, &rows);
    let mut priced = view.quotes.iter().flat_map(|quote| &quote.commitments);
    let currency = priced.find_map(|own| own.currency.as_deref()).unwrap_or("USD");
    let said = format!(
        "{currency} a month of 730 hours. Tokens: pay-as-you-go for the same calls, were they made in every minute. PTU pay \
         from: the mean load, as a share of the stated one, from which the cheapest commitment costs less than tokens."
    );
    out += &paragraph(ink, Tone::Dim, &said, width);
    notes.dedup();
    for note in notes {
        out += &paragraph(ink, Tone::Dim, &note, width);
    }
    out
}

/// Why commitments have no price: once where the reason is one.
fn unknown_commitments(quote: &QuoteView) -> Vec<String> {
    let mut reasons: Vec<(&String, Vec<&str>)> = Vec::new();
    for own in &quote.commitments {
        let Some(why) = &own.unknown else { continue };
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, commitments)) => commitments.push(&own.commitment),
            None => reasons.push((why, vec![&own.commitment])),
        }
    }
    let note = |(why, commitments): (&String, Vec<&str>)| {
        let of = if commitments.len() == quote.commitments.len() {
            String::new()
        } else {
            format!(" {}", commitments.join(", "))
        };
        format!("{}{of}: {why}.", quote.sku)
    };
    reasons.into_iter().map(note).collect()
}

/// A decimal as a JSON number: whole ones exactly, others as the nearest float.
fn number(value: Decimal) -> serde_json::Number {
    let whole = value.is_integer().then(|| value.to_u64()).flatten();
    whole.map_or_else(
        || value.to_f64().and_then(serde_json::Number::from_f64).unwrap_or_else(|| 0.into()),
        Into::into,
    )
}
