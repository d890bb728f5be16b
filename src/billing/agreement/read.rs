//! From `[terms]` as written to commercial terms, or all that is wrong with them at once.

#![deny(clippy::float_arithmetic)]

use crate::billing::agreement::names::{NameKind, NameUse};
use crate::billing::agreement::table::{
    BudgetTable, DiscountTable, ExchangeTable, ReservationTable, TermsTable,
};
use crate::billing::allocation::AllocationKey;
use crate::billing::commitment::Commitment;
use crate::billing::difference::CostColumn;
use crate::billing::limit::{Budget, ConsumptionCommitment};
use crate::billing::prices::Billed;
use crate::billing::returns::Cancelled;
use crate::billing::terms::JobCap;
use crate::billing::terms::{CoverageOrder, Discount, DiscountedMeter, ExchangeRate, Terms};
use crate::ledger::usage::Answer;
use crate::units::diagnostic::nearest;
use crate::units::money::{Currency, Money};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::value::Datetime;

/// Commercial terms of any period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The zone whose days reservations begin and end on; UTC where no scenario states one.
    pub zone: TimeZone,
    /// The currency of the bill.
    pub currency: Currency,
    /// Rates into it.
    pub exchange_rates: Vec<ExchangeRate>,
    /// Negotiated discounts.
    pub discounts: Vec<Discount>,
    /// Answers billed otherwise than the rules say.
    pub answers: BTreeMap<Answer, Billed>,
    /// Which deployments a reservation covers first.
    pub coverage_order: CoverageOrder,
    /// Reservations already bought.
    pub reservations: Vec<Commitment>,
    /// Earlier cancellations.
    pub cancelled_earlier: Vec<Cancelled>,
    /// Caps on jobs.
    pub job_caps: Vec<JobCap>,
    /// Budgets.
    pub budgets: Vec<Budget>,
    /// The consumption commitment.
    pub consumption_commitment: Option<ConsumptionCommitment>,
    /// Ways to split the bill.
    pub allocate_by: Vec<AllocationKey>,
}

impl Default for Agreement {
    /// Nothing agreed: list prices in US dollars.
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            currency: Currency::USD,
            exchange_rates: Vec::new(),
            discounts: Vec::new(),
            answers: BTreeMap::new(),
            coverage_order: CoverageOrder::ByName,
            reservations: Vec::new(),
            cancelled_earlier: Vec::new(),
            job_caps: Vec::new(),
            budgets: Vec::new(),
            consumption_commitment: None,
            allocate_by: Vec::new(),
        }
    }
}

impl Agreement {
    /// The terms of a bill over a period.
    pub fn over(&self, from: Timestamp, until: Timestamp) -> Terms {
        Terms {
            zone: self.zone.clone(),
            currency: self.currency,
            exchange_rates: self.exchange_rates.clone(),
            discounts: self.discounts.clone(),
            answers: self.answers.clone(),
            coverage_order: self.coverage_order,
            cancelled_earlier: self.cancelled_earlier.clone(),
            job_caps: self.job_caps.clone(),
            ..Terms::list(from, until)
        }
    }
}

/// What is wrong with one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Its code.
    pub code: &'static str,
    /// Its bytes in the file.
    pub span: Range<usize>,
    /// The sentence.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// Checks the terms of a file.
pub fn read(table: &TermsTable) -> Result<(Agreement, Vec<NameUse>), Vec<Mistake>> {
    let mut reader = Reader::default();
    let agreement = reader.agreement(table);
    if reader.mistakes.is_empty() { Ok((agreement, reader.names)) } else { Err(reader.mistakes) }
}

/// Checks reservations that stand outside the terms, as a rule case's.
pub fn read_reservations(tables: &[ReservationTable]) -> Result<Vec<Commitment>, Vec<Mistake>> {
    let mut reader = Reader::default();
    let found = reader.reservations(tables);
    if reader.mistakes.is_empty() { Ok(found) } else { Err(reader.mistakes) }
}

/// Collects mistakes and names while it reads.
#[derive(Default)]
pub(super) struct Reader {
    mistakes: Vec<Mistake>,
    names: Vec<NameUse>,
}

impl Reader {
    fn agreement(&mut self, table: &TermsTable) -> Agreement {
        let currency = match &table.currency {
            Some(code) => self.currency(code).unwrap_or(Currency::USD),
            None => Currency::USD,
        };
        let orders = [
            ("by-name", CoverageOrder::ByName),
            ("dearest-first", CoverageOrder::DearestFirst),
            ("cheapest-first", CoverageOrder::CheapestFirst),
        ];
        Agreement {
            zone: TimeZone::UTC,
            currency,
            exchange_rates: self.exchange_rates(&table.exchange, currency),
            discounts: table.discount.iter().filter_map(|d| self.discount(d)).collect(),
            answers: self.answers(&table.answers),
            coverage_order: self
                .word("coverage order", table.coverage_order.as_ref(), &orders)
                .unwrap_or(CoverageOrder::ByName),
            reservations: self.reservations(&table.reservation),
            cancelled_earlier: table
                .cancelled_earlier
                .iter()
                .filter_map(|earlier| {
                    let (on, commitment) =
                        (self.date(&earlier.on), self.money(&earlier.commitment));
                    Some(Cancelled { on: on?, commitment: commitment? })
                })
                .collect(),
            job_caps: table
                .job_cap
                .iter()
                .filter_map(|cap| {
                    let limit = self.amount_in(&cap.limit, currency)?;
                    Some(JobCap { job: cap.job.get_ref().as_str().into(), limit })
                })
                .collect(),
            budgets: self.budgets(&table.budget, currency),
            consumption_commitment: table.consumption_commitment.as_ref().and_then(|written| {
                let agreed = self.amount_in(&written.agreed, currency);
                let before = match &written.spent_before {
                    Some(before) => self.amount_in(before, currency),
                    None => Some(Money::zero(currency)),
                };
                Some(ConsumptionCommitment { agreed: agreed?, spent_before: before? })
            }),
            allocate_by: self.allocation_keys(&table.allocate_by),
        }
    }

    fn exchange_rates(&mut self, tables: &[ExchangeTable], into: Currency) -> Vec<ExchangeRate> {
        let mut rates: Vec<ExchangeRate> = Vec::new();
        for table in tables {
            let (of, from) = (self.currency(&table.of), self.date(&table.from));
            let rate: Option<Decimal> = table.rate.get_ref().trim().parse().ok();
            let rate = rate.filter(|rate| !rate.is_zero() && rate.is_sign_positive());
            if rate.is_none() {
                let message = format!("not an exchange rate: {}", table.rate.get_ref());
                self.wrong(
                    "not-a-rate",
                    &table.rate,
                    message,
                    "write a number above 0 as text, such as rate = \"0.92\"",
                );
            }
            let (Some(of), Some(from), Some(rate)) = (of, from, rate) else { continue };
            if of == into {
                self.wrong(
                    "rate-into-itself",
                    &table.of,
                    format!("exchange rate of {of} into itself"),
                    "state rates of other currencies into `currency`, which is the bill's",
                );
            } else if rates.iter().any(|other| other.of == of && other.from == from) {
                self.wrong(
                    "rate-repeats",
                    &table.from,
                    format!("two exchange rates of {of} from {from}"),
                    "state one rate for each day it changes",
                );
            }
            rates.push(ExchangeRate { of, from, rate });
        }
        rates.sort_by_key(|rate| (rate.of, rate.from));
        rates
    }

    fn discount(&mut self, table: &DiscountTable) -> Option<Discount> {
        let share = percent(table.share.get_ref())
            .filter(|share| !share.is_sign_negative() && *share <= Decimal::ONE);
        if share.is_none() {
            self.wrong(
                "not-a-share",
                &table.share,
                format!("not a share: share = {}", table.share.get_ref()),
                "write between \"0 %\" and \"100 %\"",
            );
        }
        let (from, to) = (
            table.from.as_ref().map(|day| self.date(day)),
            table.to.as_ref().map(|day| self.date(day)),
        );
        if let (Some(Some(from)), Some(Some(to)), Some(written)) = (from, to, &table.to)
            && to < from
        {
            self.wrong(
                "discount-never-applies",
                written,
                format!("discount ends before it begins: {from} to {to}"),
                "`to` is its last day",
            );
        }
        let meter = match &table.meter {
            None => None,
            Some(word) => {
                let meter = DiscountedMeter::parse(word.get_ref());
                if meter.is_none() {
                    let known = DiscountedMeter::words();
                    self.unknown("meter", word, known.iter().copied());
                }
                Some(meter?)
            }
        };
        Some(Discount {
            sku: table.sku.as_ref().map(|sku| self.name(NameKind::Sku, sku)),
            model: table.model.as_ref().map(|model| self.name(NameKind::Model, model)),
            meter,
            from: from.flatten(),
            to: to.flatten(),
            share: share?,
            reservations: table.reservations || meter == Some(DiscountedMeter::Reservation),
        })
    }

    fn answers(&mut self, tables: &BTreeMap<String, Spanned<String>>) -> BTreeMap<Answer, Billed> {
        let readings = [
            ("nothing", Billed::Nothing),
            ("input", Billed::Input),
            ("input and output", Billed::InputAndOutput),
        ];
        let mut answers = BTreeMap::new();
        for (name, word) in tables {
            let answer = Answer::parse(name);
            if answer.is_none() {
                let named = Spanned::new(word.span(), name.clone());
                self.unknown("answer", &named, Answer::ALL.map(Answer::as_str));
            }
            let billed = self.word("reading", Some(word), &readings);
            answers.extend(answer.zip(billed));
        }
        answers
    }

    fn budgets(&mut self, tables: &[BudgetTable], currency: Currency) -> Vec<Budget> {
        let columns = [("billed", CostColumn::Billed), ("effective", CostColumn::Effective)];
        let lengths = [("period", false), ("month", true)];
        let mut budgets: Vec<Budget> = Vec::new();
        for table in tables {
            if budgets.iter().any(|other| *other.name == **table.name.get_ref()) {
                self.wrong(
                    "duplicate-name",
                    &table.name,
                    format!("two budgets of one name: {}", table.name.get_ref()),
                    "give each its own",
                );
            }
            let limit = self.amount_in(&table.limit, currency);
            let column = self.word("cost", table.cost.as_ref(), &columns);
            let monthly = self.word("length", table.per.as_ref(), &lengths);
            let deployment =
                table.deployment.as_ref().map(|name| self.name(NameKind::Deployment, name));
            let workload = table.workload.as_ref().map(|name| self.name(NameKind::Workload, name));
            let team = table.team.as_ref().map(|name| self.name(NameKind::Team, name));
            let Some(limit) = limit else { continue };
            budgets.push(Budget {
                name: table.name.get_ref().as_str().into(),
                limit,
                column: column.unwrap_or(CostColumn::Billed),
                every_month: monthly.unwrap_or(false),
                deployment,
                workload,
                team,
            });
        }
        budgets
    }

    fn allocation_keys(&mut self, words: &[Spanned<String>]) -> Vec<AllocationKey> {
        let mut keys = Vec::new();
        for word in words {
            match AllocationKey::parse(word.get_ref()) {
                Some(key) if keys.contains(&key) => {}
                Some(key) => keys.push(key),
                None => {
                    let message = format!("unknown allocation: {}", word.get_ref());
                    let hint = "one of \"workload\", \"team\", \"deployment\", \"tag:NAME\"";
                    self.wrong("unknown-allocation", word, message, hint);
                }
            }
        }
        keys
    }

    pub(super) fn name(&mut self, kind: NameKind, written: &Spanned<String>) -> Arc<str> {
        let name: Arc<str> = written.get_ref().as_str().into();
        self.names.push(NameUse { kind, name: Arc::clone(&name), span: written.span() });
        name
    }

    fn currency(&mut self, written: &Spanned<String>) -> Option<Currency> {
        let found = written.get_ref().parse().ok();
        if found.is_none() {
            self.wrong(
                "not-a-currency",
                written,
                format!("not a currency: {}", written.get_ref()),
                "write its three capital letters, such as \"EUR\"",
            );
        }
        found
    }

    pub(super) fn date(&mut self, written: &Spanned<Datetime>) -> Option<Date> {
        let found = written.get_ref().to_string().parse::<Date>().ok();
        let found = found.filter(|_| written.get_ref().time.is_none());
        if found.is_none() {
            self.wrong(
                "not-a-date",
                written,
                format!("not a civil date: {}", written.get_ref()),
                "write a day such as 2026-12-01",
            );
        }
        found
    }

    pub(super) fn money(&mut self, written: &Spanned<String>) -> Option<Money> {
        let found = written.get_ref().split_once(' ').and_then(|(amount, code)| {
            let amount: Decimal = amount.replace('_', "").parse().ok()?;
            let positive = !amount.is_sign_negative();
            positive.then_some(Money::new(amount, code.trim().parse().ok()?))
        });
        if found.is_none() {
            self.wrong(
                "not-an-amount",
                written,
                format!("not an amount: {}", written.get_ref()),
                "write a number and its currency, such as \"50000 EUR\"",
            );
        }
        found
    }

    /// An amount that must be in the currency of the bill.
    fn amount_in(&mut self, written: &Spanned<String>, currency: Currency) -> Option<Money> {
        let money = self.money(written)?;
        if money.currency() != currency {
            self.wrong(
                "another-currency",
                written,
                format!("{} on a bill in {currency}", money.currency()),
                "state it in the bill's currency, or set `currency`",
            );
            return None;
        }
        Some(money)
    }

    /// The value of a word. None when there is no word, or an unknown one.
    pub(super) fn word<T: Copy>(
        &mut self,
        kind: &str,
        written: Option<&Spanned<String>>,
        known: &[(&str, T)],
    ) -> Option<T> {
        let written = written?;
        let found = known.iter().find(|(word, _)| word == written.get_ref());
        if found.is_none() {
            self.unknown(kind, written, known.iter().map(|(word, _)| *word));
        }
        found.map(|(_, value)| *value)
    }

    pub(super) fn unknown<'n>(
        &mut self,
        kind: &str,
        written: &Spanned<String>,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        let hint = match nearest(written.get_ref(), known.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None if known.is_empty() => "there is none here".to_owned(),
            None => format!("one of \"{}\"", known.join("\", \"")),
        };
        self.wrong("word-unknown", written, format!("unknown {kind}: {}", written.get_ref()), hint);
    }

    pub(super) fn wrong<T>(
        &mut self,
        code: &'static str,
        at: &Spanned<T>,
        message: String,
        hint: impl Into<String>,
    ) {
        self.wrong_at(code, at.span(), message, hint);
    }

    pub(super) fn wrong_at(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: String,
        hint: impl Into<String>,
    ) {
        self.mistakes.push(Mistake { code, span, message, hint: hint.into() });
    }
}

/// `"5 %"` as 0.05.
fn percent(text: &str) -> Option<Decimal> {
    let number: Decimal = text.trim().strip_suffix('%')?.trim().parse().ok()?;
    Some(number / Decimal::ONE_HUNDRED)
}
