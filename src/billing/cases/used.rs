//! The usage a rule case states: tokens, other meters and jobs.

use crate::billing::cases::reader::Reader;
use crate::billing::cases::schema::{JobTable, MeteredTable, TokensTable};
use crate::ledger::finetune::{JobEnd, reinforcement_hundredths, supervised_tokens};
use crate::ledger::metered::{Amount, MeterKind, MeteredUsage};
use crate::ledger::usage::{Answer, TokenUsage};
use crate::units::tokens::{TokenClass, TokenCounts};
use jiff::Timestamp;
use std::ops::Range;

impl Reader<'_> {
    pub(super) fn tokens(
        &mut self,
        table: &TokensTable,
        period: &Range<Timestamp>,
    ) -> Option<TokenUsage> {
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
        let (tier, context) = self.tiers(table.tier.as_ref(), table.context.as_ref());
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

    pub(super) fn metered(
        &mut self,
        table: &MeteredTable,
        period: &Range<Timestamp>,
    ) -> Option<MeteredUsage> {
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

    pub(super) fn job(
        &mut self,
        table: &JobTable,
        period: &Range<Timestamp>,
    ) -> Option<MeteredUsage> {
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
}
