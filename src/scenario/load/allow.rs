//! `[slo]`, `[allow]` and the words for payments.

use crate::metrics::slo::Slo;
use crate::scenario::load::Check;
use crate::scenario::question::{Allow, Payment};
use crate::scenario::schema::{ScenarioFile, WorkloadTable};
use toml::Spanned;

impl Check<'_> {
    pub(super) fn slo(&mut self, written: &ScenarioFile) -> Slo {
        let slo = &written.slo;
        let batch = |workload: &WorkloadTable| {
            workload.calls.as_ref().is_some_and(|calls| calls.batch.is_some())
        };
        // Who gives calls a deadline means it: none may be late unless the scenario says how many.
        let strict = written.workload.iter().any(batch).then_some(0);
        let late = slo.late_share.as_ref();
        Slo {
            late_share_ppm: late.map_or(strict, |share| self.share("late_share", share)),
            throttled_share_ppm: slo
                .throttled_share
                .as_ref()
                .and_then(|share| self.share("throttled_share", share)),
            added_wait_p50_us: self.duration("added_wait.p50", slo.added_wait.p50.as_ref()),
            added_wait_p95_us: self.duration("added_wait.p95", slo.added_wait.p95.as_ref()),
            added_wait_p99_us: self.duration("added_wait.p99", slo.added_wait.p99.as_ref()),
        }
    }

    pub(super) fn payment(&mut self, written: &Spanned<String>) -> Option<Payment> {
        let payment = Payment::parse(written.get_ref());
        if payment.is_none() {
            self.wrong(
                "unknown-commitment",
                written.span(),
                format!("unknown commitment: {}", written.get_ref()),
                "one of \"hourly\", \"1-month\", \"1-year\"",
            );
        }
        payment
    }

    pub(super) fn allow(&mut self, written: &ScenarioFile) -> Allow {
        let table = &written.allow;
        let mut payments: Vec<Payment> =
            table.commitment.iter().filter_map(|word| self.payment(word)).collect();
        payments.sort_unstable();
        payments.dedup();
        Allow {
            skus: table.sku.iter().map(|sku| self.named(sku)).collect(),
            payments,
            spillover: table.spillover,
            schedule: table.schedule,
            regions: table.region.iter().map(|region| self.named(region)).collect(),
        }
    }
}
