//! How much may be deployed and for how long, in words.

use crate::plan::constraints::grounds::capacity::{CapacityGrounds, QuotaIncrease};
use crate::report::words::refusal::RefusalWords;

pub(super) fn words(grounds: &CapacityGrounds) -> RefusalWords {
    match grounds {
        CapacityGrounds::AbovePtuQuota { sku, region, planned, quota, increase } => {
            let place = region.as_ref().map_or_else(String::new, |name| format!(" in {name}"));
            let when = match increase {
                QuotaIncrease::Takes { days } => format!("an increase takes about {days} days"),
                QuotaIncrease::Arrives { ptu, day } => {
                    format!("{ptu} PTU that were asked for arrive on {day}")
                }
            };
            RefusalWords::new(
                format!("above PTU quota: {sku}{place} · {planned} PTU (quota {quota})"),
                format!(
                    "raise subscription.ptu_quota.{sku} from {quota} to {planned} PTU{place} \
                     ({when})"
                ),
            )
        }
        CapacityGrounds::Denied { policy, deployment, conditions, most } => RefusalWords::new(
            format!("denied by policy {policy}: {deployment} · {conditions}"),
            match most {
                Some(most) => format!("deploy at most {most} of capacity, or change the policy"),
                None => format!("change the policy {policy}"),
            },
        ),
        CapacityGrounds::DeletedEarly { sku, hours, period_hours, source } => RefusalWords::new(
            format!(
                "deleted after {hours} hours: {sku} · the period has {period_hours} ({source})"
            ),
            format!("plan {hours} hours at most, or allow another SKU for the fine-tuned model"),
        ),
        CapacityGrounds::Unpriced { message, hint } => RefusalWords::new(
            message,
            hint.clone().unwrap_or_else(|| "allow another SKU or model".to_owned()),
        ),
        CapacityGrounds::NoBatchQuota { message, agreements } => RefusalWords::new(
            message,
            if agreements.is_empty() {
                "state batch.limit_enqueued_tokens in [allow]".to_owned()
            } else {
                format!("agreements with a quota are {}", agreements.join("; "))
            },
        ),
    }
}
