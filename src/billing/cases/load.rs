//! A rule case file to what billing takes. All mistakes of a file are reported at once, each with its place.

#![deny(clippy::float_arithmetic)]

use crate::billing::agreement::read::{read, read_reservations};
use crate::billing::cases::reader::Reader;
use crate::billing::cases::schema::{CaseFile, ExpectTable, PriceTable};
use crate::billing::cases::stated::{StatedMeter, StatedPrice};
use crate::billing::commitment::{Commitment, Term};
use crate::billing::returns::{Cancelled, RefundBasis, Remaining, ReturnRules};
use crate::billing::terms::Terms;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::metered::MeterKind;
use crate::ledger::usage::{CapacityUsage, Usage};
use crate::units::dated::{Dated, Evidence, Status};
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::money::{Money, UnitPrice};
use crate::units::tokens::TokenClass;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Spanned;

/// A rule case, checked.
#[derive(Clone, Debug)]
pub struct RuleCase {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// The rule in one sentence.
    pub name: String,
    /// Rule number and document.
    pub source: String,
    /// What is billed.
    pub usage: Usage,
    /// Reservations.
    pub commitments: Vec<Commitment>,
    /// Period and commercial terms.
    pub terms: Terms,
    /// Prices the case states.
    pub prices: Vec<StatedPrice>,
    /// A cancellation to judge.
    pub cancellation: Option<CancellationCase>,
    /// An exchange to judge: old term cost, what remains, new term cost.
    pub exchange: Option<(Money, Remaining, Money)>,
    /// What must come out.
    pub expect: ExpectTable,
}

/// What a cancellation case asks.
#[derive(Clone, Debug)]
pub struct CancellationCase {
    /// The rules.
    pub rules: ReturnRules,
    /// The day.
    pub on: Date,
    /// Cost of the term at the price paid and at today's.
    pub term_cost: [Money; 2],
    /// Time left.
    pub remaining: Remaining,
    /// Time paid but not used.
    pub prepaid: Remaining,
    /// Earlier cancellations.
    pub earlier: Vec<Cancelled>,
}

/// Whether a TOML file is meant as a rule case: it names a source and expects something.
pub fn is_rule_case(text: &str) -> bool {
    let key =
        |name: &str| text.lines().any(|line| line.split('=').next().map(str::trim) == Some(name));
    let expects =
        text.lines().any(|line| line.starts_with("[expect") || line.starts_with("[[expect"));
    key("source") && expects
}

/// Reads a rule case.
pub fn load(file: &str, text: &str) -> Result<RuleCase, Diagnostics> {
    let parsed: CaseFile = toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        Diagnostic::error("rule-case-unreadable", error.message().to_owned())
            .at(Place::at_offset(file, text, offset))
    })?;
    let mut reader = Reader {
        file: file.into(),
        text,
        diagnostics: Diagnostics::default(),
        deployments: BTreeMap::new(),
    };
    let case = reader.case(&parsed);
    let Reader { diagnostics, .. } = reader;
    diagnostics.or_ok(())?;
    case.ok_or_else(|| Diagnostic::error("rule-case-unreadable", "the case has no period").into())
}

impl Reader<'_> {
    fn case(&mut self, file: &CaseFile) -> Option<RuleCase> {
        let [from, until] = file.period.get_ref();
        let span = file.period.span();
        let period = self.instant(from, &span)?..self.instant(until, &span)?;
        for table in &file.deployment {
            let deployment = DeploymentRef {
                name: table.name.as_str().into(),
                model: table.model.as_str().into(),
                sku: table.sku.as_str().into(),
                region: table.region.as_str().into(),
                fine_tuned: table.fine_tuned,
            };
            self.deployments.insert(table.name.clone(), Arc::new(deployment));
        }
        let mut usage = Usage::default();
        for table in &file.tokens {
            usage.tokens.extend(self.tokens(table, &period));
        }
        for table in &file.capacity {
            let deployment = self.deployment(&table.deployment);
            let stretch = self.stretch(table.from.as_ref(), table.until.as_ref(), &period);
            if let (Some(deployment), Some(stretch)) = (deployment, stretch) {
                let (from, until, capacity_ptu) = (stretch.start, stretch.end, table.ptu);
                usage.capacity.push(CapacityUsage { deployment, from, until, capacity_ptu });
            }
        }
        for table in &file.metered {
            usage.metered.extend(self.metered(table, &period));
        }
        for table in &file.job {
            usage.metered.extend(self.job(table, &period));
        }
        let mut commitments = self.or_mistakes(read_reservations(&file.commitment));
        let (agreement, _) = self.or_mistakes(read(&file.terms));
        commitments.extend(agreement.reservations.clone());
        let terms = agreement.over(period.start, period.end);
        let prices = file.price.iter().filter_map(|table| self.price(table)).collect();
        let cancellation = match &file.cancellation {
            Some(_) => self.cancellation(file),
            None => None,
        };
        let exchange = file.exchange.as_ref().and_then(|table| {
            let remaining = Remaining { left: table.remaining[0], of: table.remaining[1] };
            Some((self.money(&table.term_cost)?, remaining, self.money(&table.new_term_cost)?))
        });
        Some(RuleCase {
            file: Arc::clone(&self.file),
            name: file.name.clone(),
            source: file.source.clone(),
            usage,
            commitments,
            terms,
            prices,
            cancellation,
            exchange,
            expect: file.expect.clone(),
        })
    }

    fn price(&mut self, table: &PriceTable) -> Option<StatedPrice> {
        let (tier, context) = self.tiers(table.tier.as_ref(), table.context.as_ref());
        let name = table.meter.get_ref().as_str();
        let meter = match name {
            "ptu_hour" => StatedMeter::PtuHour,
            "reservation_1_month" => StatedMeter::Reservation(Term::OneMonth),
            "reservation_1_year" => StatedMeter::Reservation(Term::OneYear),
            "consumption_unit" => StatedMeter::ConsumptionUnit,
            _ => {
                let tokens =
                    TokenClass::parse(name).map(|class| StatedMeter::Tokens(tier, context, class));
                let Some(meter) = tokens.or(MeterKind::parse(name).map(StatedMeter::Other)) else {
                    let known = TokenClass::ALL.map(TokenClass::as_str);
                    self.unknown("meter", name, &table.meter, known);
                    return None;
                };
                meter
            }
        };
        let Some(value) = unit_price(table.price.get_ref()) else {
            let example = "a price reads like `2.00 USD per 1M tokens` or `1.00 USD per PTU-hour`";
            self.mistake("price-unreadable", example, &table.price);
            return None;
        };
        let effective_from = match &table.from {
            Some(from) => self.date(from.get_ref(), &from.span())?,
            None => Date::MIN,
        };
        let evidence = Evidence {
            status: Status::Documented,
            effective_from,
            effective_to: None,
            source: "stated by the rule case".into(),
            verified_on: effective_from,
            place: self.place(&table.price.span()),
        };
        Some(StatedPrice {
            meter,
            sku: table.sku.clone(),
            model: table.model.clone(),
            region: table.region.clone(),
            variant: table.variant.clone(),
            price: Dated { value, evidence: Arc::new(evidence) },
        })
    }

    fn cancellation(&mut self, file: &CaseFile) -> Option<CancellationCase> {
        let table = file.cancellation.as_ref()?;
        let paid = self.money(&table.term_cost)?;
        let today = match &table.term_cost_today {
            Some(today) => self.money(today)?,
            None => paid,
        };
        let [left, of] = table.remaining;
        let [prepaid_left, prepaid_of] = table.prepaid.unwrap_or(table.remaining);
        let mut earlier = Vec::new();
        for (day, commitment) in &table.earlier {
            let on = self.word(
                Some(&Spanned::new(commitment.span(), day.clone())),
                "date",
                |text| text.parse().ok(),
                Date::MIN,
            );
            earlier.push(Cancelled { on, commitment: self.money(commitment)? });
        }
        Some(CancellationCase {
            rules: ReturnRules {
                allowance: self.money(&table.allowance)?,
                fee_share: Decimal::ZERO,
                basis: RefundBasis::LowerOfPaidAndCurrent,
            },
            on: self.date(table.on.get_ref(), &table.on.span())?,
            term_cost: [paid, today],
            remaining: Remaining { left, of },
            prepaid: Remaining { left: prepaid_left, of: prepaid_of },
            earlier,
        })
    }
}

/// `"2.00 USD per 1M tokens"`.
fn unit_price(text: &str) -> Option<UnitPrice> {
    let mut words = text.splitn(4, ' ');
    let amount: Decimal = words.next()?.parse().ok()?;
    let currency = words.next()?.parse().ok()?;
    if words.next()? != "per" {
        return None;
    }
    let per = match words.next()? {
        "1M tokens" => 1_000_000,
        "1K tokens" => 1_000,
        "hour" | "PTU-hour" | "PTU" | "CCU" | "accelerator-hour" | "core-hour" => 1,
        _ => return None,
    };
    Some(UnitPrice { price: Money::new(amount, currency), per })
}
