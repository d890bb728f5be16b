//! A month's bill, priced from the embedded catalogue. Budgets: the usage of 10 million requests well under a second (it
//! arrives as hourly bins, so the requests themselves do not count), a fine-grained year of reservations likewise.
#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::civil::date;
use jiff::{Timestamp, ToSpan};
use ptuplan::billing::bill::bill;
use ptuplan::billing::commitment::{Commitment, Renewal, Term, TermPayment};
use ptuplan::billing::terms::Terms;
use ptuplan::catalog::Catalog;
use ptuplan::ledger::deployment::DeploymentRef;
use ptuplan::ledger::usage::{Answer, CapacityUsage, ContextTier, ServiceTier, TokenUsage, Usage};
use ptuplan::units::tokens::TokenCounts;
use std::hint::black_box;
use std::sync::Arc;

const START: Timestamp = Timestamp::constant(1_796_083_200, 0); // 2026-12-01T00:00:00Z

fn deployment(name: &str, sku: &str) -> Arc<DeploymentRef> {
    Arc::new(DeploymentRef {
        name: name.into(),
        model: "gpt-4.1".into(),
        sku: sku.into(),
        region: "eastus2".into(),
        fine_tuned: false,
    })
}

fn reservation(id: &str, quantity_ptu: u32, month: i8, term: Term) -> Commitment {
    Commitment {
        id: id.into(),
        sku: "GlobalProvisionedManaged".into(),
        region: None,
        quantity_ptu,
        term,
        start: date(2026, month, 1),
        payment: TermPayment::Monthly,
        renewal: Renewal::None,
        price_paid: None,
        returned: None,
    }
}

/// 10 million requests: 3 Standard and 2 provisioned deployments, 4 workloads, 3 answers, every hour of `days` days; the
/// provisioned ones are resized every 6 hours.
fn usage(days: i64) -> Usage {
    let standard = ["chat", "search", "tools"].map(|name| deployment(name, "GlobalStandard"));
    let provisioned = ["a", "b"].map(|name| deployment(name, "GlobalProvisionedManaged"));
    let workloads: [Arc<str>; 4] = ["w0", "w1", "w2", "w3"].map(Into::into);
    let bins = days as u64 * 24 * 5 * 4 * 3;
    let requests = 10_000_000 / bins + 1;
    let mut usage = Usage::default();
    for hour in 0..days * 24 {
        for deployment in standard.iter().chain(&provisioned) {
            for workload in &workloads {
                for answer in [Answer::Completed, Answer::Throttled, Answer::FilteredInput] {
                    usage.tokens.push(TokenUsage {
                        deployment: Arc::clone(deployment),
                        workload: Arc::clone(workload),
                        hour: START + hour.hours(),
                        tier: ServiceTier::Standard,
                        context: ContextTier::Default,
                        answer,
                        requests,
                        tokens: TokenCounts::text(requests * 1_200, requests * 300, requests * 250),
                    });
                }
            }
        }
    }
    for (index, deployment) in provisioned.iter().enumerate() {
        for stretch in 0..days * 4 {
            usage.capacity.push(CapacityUsage {
                deployment: Arc::clone(deployment),
                from: START + (stretch * 6).hours(),
                until: START + (stretch * 6 + 6).hours(),
                capacity_ptu: 50 + 5 * ((stretch as u32 + index as u32) % 7),
            });
        }
    }
    usage
}

fn bills(criterion: &mut Criterion) {
    let catalog = Catalog::embedded().expect("the embedded catalogue is valid");
    let commitments = [
        reservation("year", 60, 6, Term::OneYear),
        reservation("month", 30, 12, Term::OneMonth),
        reservation("second-month", 20, 12, Term::OneMonth),
    ];
    for (name, days) in [("a month of 10 million requests", 31), ("its quiet year", 365)] {
        let usage = usage(days);
        let terms = Terms::list(START, START + (days * 24).hours());
        bill(&usage, &commitments, &terms, &catalog).expect("everything is priced");
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| bill(black_box(&usage), &commitments, &terms, &catalog));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = bills
}
criterion_main!(benches);
