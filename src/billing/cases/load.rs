//! A rule case file to what billing takes. All mistakes of a file are reported at once, each with its place.

#![deny(clippy::float_arithmetic)]

use crate::billing::agreement::read::{Mistake, read, read_reservations};
use crate::billing::cases::schema::{
    CaseFile, ExpectTable, JobTable, MeteredTable, PriceTable, TokensTable,
};
use crate::billing::cases::stated::{StatedMeter, StatedPrice};
use crate::billing::commitment::{Commitment, Term};
use crate::billing::returns::{Cancelled, RefundBasis, Remaining, ReturnRules};
use crate::billing::terms::Terms;
use crate::ledger::finetune::{JobEnd, reinforcement_hundredths, supervised_tokens};
use crate::ledger::metered::{Amount, MeterKind, MeteredUsage};
use crate::ledger::usage::{
    Answer, CapacityUsage, ContextTier, DeploymentRef, ServiceTier, TokenUsage, Usage,
};
use crate::units::dated::{Dated, Evidence, Status};
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place, nearest};
use crate::units::money::{Money, UnitPrice};
use crate::units::tokens::{TokenClass, TokenCounts};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::value::Datetime;

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
    let mut loader = Loader {
        file: file.into(),
        text,
        diagnostics: Diagnostics::default(),
        deployments: BTreeMap::new(),
    };
    let case = loader.case(&parsed);
    let Loader { diagnostics, .. } = loader;
    diagnostics.or_ok(())?;
    case.ok_or_else(|| Diagnostic::error("rule-case-unreadable", "the case has no period").into())
}

struct Loader<'a> {
    file: Arc<str>,
    text: &'a str,
    diagnostics: Diagnostics,
    deployments: BTreeMap<String, Arc<DeploymentRef>>,
}

impl Loader<'_> {
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

    fn tokens(&mut self, table: &TokensTable, period: &Range<Timestamp>) -> Option<TokenUsage> {
        let mut counts = TokenCounts::default();
        for (name, count) in &table.count {
            match TokenClass::parse(name) {
                Some(class) => counts.set(class, *count.get_ref()),
                None => self.unknown(
                    "token class",
                    name,
                    count,
                    TokenClass::ALL.map(TokenClass::as_str),
                ),
            }
        }
        let tier =
            self.word(table.tier.as_ref(), "tier", ServiceTier::parse, ServiceTier::Standard);
        let context = self.word(
            table.context.as_ref(),
            "context tier",
            ContextTier::parse,
            ContextTier::Default,
        );
        let answer = self.word(table.answer.as_ref(), "answer", Answer::parse, Answer::Completed);
        let hour = match &table.at {
            Some(at) => self.instant(at.get_ref(), &at.span())?,
            None => period.start,
        };
        Some(TokenUsage {
            deployment: self.deployment(&table.deployment)?,
            workload: table.workload.as_deref().unwrap_or("case").into(),
            hour,
            tier,
            context,
            answer,
            requests: 1,
            tokens: counts,
        })
    }

    fn metered(&mut self, table: &MeteredTable, period: &Range<Timestamp>) -> Option<MeteredUsage> {
        let Some(kind) = MeterKind::parse(table.meter.get_ref()) else {
            let known = MeterKind::ALL.map(MeterKind::as_str);
            self.unknown("meter", table.meter.get_ref(), &table.meter, known);
            return None;
        };
        let stretch = self.stretch(table.from.as_ref(), table.until.as_ref(), period)?;
        let amount = match (table.count, table.running) {
            (Some(count), None) => Amount::Count(count),
            (None, Some(running)) => Amount::Running(running),
            _ => {
                self.mistake("amount-unclear", "state either `count` or `running`", &table.meter);
                return None;
            }
        };
        Some(MeteredUsage {
            resource: self.deployment(&table.deployment)?,
            workload: "case".into(),
            kind,
            variant: table.variant.as_deref().map(Into::into),
            from: stretch.start,
            until: stretch.end,
            amount,
        })
    }

    fn job(&mut self, table: &JobTable, period: &Range<Timestamp>) -> Option<MeteredUsage> {
        let checkpoint = match &table.checkpoint {
            Some(checkpoint) => Some(self.instant(checkpoint.get_ref(), &checkpoint.span())?),
            None => None,
        };
        let end = |word: &str| match word {
            "worked" => Some(JobEnd::Worked),
            "free" => Some(JobEnd::Free),
            "service error" => Some(JobEnd::ServiceError { checkpoint }),
            _ => None,
        };
        let end = self.word(table.ended.as_ref(), "end of a job", end, JobEnd::Worked);
        let mut trained = Vec::new();
        for [from, until] in &table.trained {
            let span = table.deployment.span();
            trained.push(self.instant(from, &span)?..self.instant(until, &span)?);
        }
        let (kind, count) = match (table.training_tokens, table.epochs) {
            (Some(tokens), Some(epochs)) => {
                (MeterKind::TrainingTokens, supervised_tokens(tokens, epochs, end)?)
            }
            _ => (MeterKind::TrainingTime, reinforcement_hundredths(&trained, end)),
        };
        Some(MeteredUsage {
            resource: self.deployment(&table.deployment)?,
            workload: "case".into(),
            kind,
            variant: None,
            from: period.start,
            until: period.end,
            amount: Amount::Count(count),
        })
    }

    fn price(&mut self, table: &PriceTable) -> Option<StatedPrice> {
        let tier =
            self.word(table.tier.as_ref(), "tier", ServiceTier::parse, ServiceTier::Standard);
        let context = self.word(
            table.context.as_ref(),
            "context tier",
            ContextTier::parse,
            ContextTier::Default,
        );
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

    /// What was read, or nothing and its mistakes.
    fn or_mistakes<T: Default>(&mut self, read: Result<T, Vec<Mistake>>) -> T {
        read.unwrap_or_else(|mistakes| {
            for Mistake { code, span, message, hint } in mistakes {
                let place = self.place(&span);
                self.diagnostics.push(Diagnostic::error(code, message).at(place).hint(hint));
            }
            T::default()
        })
    }

    fn deployment(&mut self, name: &Spanned<String>) -> Option<Arc<DeploymentRef>> {
        let found = self.deployments.get(name.get_ref()).cloned();
        if found.is_none() {
            let known: Vec<String> = self.deployments.keys().cloned().collect();
            self.unknown("deployment", name.get_ref(), name, known.iter().map(String::as_str));
        }
        found
    }

    fn stretch(
        &mut self,
        from: Option<&Spanned<Datetime>>,
        until: Option<&Spanned<Datetime>>,
        period: &Range<Timestamp>,
    ) -> Option<Range<Timestamp>> {
        let from = match from {
            Some(from) => self.instant(from.get_ref(), &from.span())?,
            None => period.start,
        };
        let until = match until {
            Some(until) => self.instant(until.get_ref(), &until.span())?,
            None => period.end,
        };
        Some(from..until)
    }

    /// A UTC instant, or the midnight that begins a UTC day.
    fn instant(&mut self, value: &Datetime, span: &Range<usize>) -> Option<Timestamp> {
        let text = value.to_string();
        let found = text.parse::<Timestamp>().ok().or_else(|| {
            let date: Date = text.parse().ok()?;
            TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()
        });
        if found.is_none() || (text.contains(' ') && !text.contains('Z')) {
            self.mistake_at("instant-unreadable", "write a date, or a time with `Z`", span);
        }
        found
    }

    fn date(&mut self, value: &Datetime, span: &Range<usize>) -> Option<Date> {
        let found = value.to_string().parse::<Date>().ok();
        if found.is_none() {
            self.mistake_at("date-unreadable", "write a date such as 2026-12-01", span);
        }
        found
    }

    fn money(&mut self, text: &Spanned<String>) -> Option<Money> {
        let found = text
            .get_ref()
            .split_once(' ')
            .and_then(|(amount, code)| Some(Money::new(amount.parse().ok()?, code.parse().ok()?)));
        if found.is_none() {
            self.mistake("amount-unreadable", "an amount reads like `2400 USD`", text);
        }
        found
    }

    /// The value of a word, `absent` when there is none.
    fn word<T>(
        &mut self,
        word: Option<&Spanned<String>>,
        kind: &str,
        parse: impl Fn(&str) -> Option<T>,
        absent: T,
    ) -> T {
        let Some(word) = word else { return absent };
        parse(word.get_ref()).unwrap_or_else(|| {
            self.unknown(kind, word.get_ref(), word, []);
            absent
        })
    }

    fn unknown<'n, T>(
        &mut self,
        kind: &str,
        name: &str,
        at: &Spanned<T>,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        let mut diagnostic = Diagnostic::error("word-unknown", format!("unknown {kind} `{name}`"))
            .at(self.place(&at.span()));
        if let Some(near) = nearest(name, known) {
            diagnostic = diagnostic.hint(format!("did you mean `{near}`?"));
        }
        self.diagnostics.push(diagnostic);
    }

    fn mistake<T>(&mut self, code: &'static str, message: &str, at: &Spanned<T>) {
        self.mistake_at(code, message, &at.span());
    }

    fn mistake_at(&mut self, code: &'static str, message: &str, span: &Range<usize>) {
        let place = self.place(span);
        self.diagnostics.push(Diagnostic::error(code, message).at(place));
    }

    fn place(&self, span: &Range<usize>) -> Place {
        Place::at_offset(Arc::clone(&self.file), self.text, span.start)
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
