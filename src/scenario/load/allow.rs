//! `[allow]` and the words for payments.

use crate::scenario::load::Check;
use crate::scenario::question::allow::Allow;
use crate::scenario::question::named::Payment;
use crate::scenario::schema::ScenarioFile;
use toml::Spanned;

impl Check<'_> {
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
            kinds: self.kinds(table),
        }
    }
}
