//! Quota: what the choice takes, and what more of it would open.

use crate::plan::quota::{QuotaKind, QuotaNeed, QuotaPlan};
use crate::report::answer::ask;
use crate::report::compose::candidate::candidate;
use crate::report::compose::outlook;
use crate::report::view::{QuotaNeedView, QuotaOptionView, QuotaView};

pub(super) fn quota(plan: &QuotaPlan, tier: &str) -> QuotaView {
    let needs = |needs: &[QuotaNeed]| needs.iter().map(|own| need(own, tier)).collect();
    let options = plan.options.iter().map(|option| QuotaOptionView {
        candidate: candidate(0, &option.evaluated, Some(option.spread.mean), &[]),
        expected_monthly_cost: option.spread.mean.to_exact_string(),
        monthly_cost: outlook::spread(&option.spread),
        horizon_total: option.total.map(|total| total.to_exact_string()),
        hold_share: option.spread.hold_share,
        needs: needs(&option.needs),
        short: option.is_short,
    });
    QuotaView {
        choice: needs(&plan.choice),
        options: options.collect(),
        better: plan.better,
        enough: plan.is_enough,
    }
}

fn need(need: &QuotaNeed, tier: &str) -> QuotaNeedView {
    let kind = match need.kind {
        QuotaKind::TokensPerMinute => "tokens_per_minute",
        QuotaKind::InputTokensPerMinute => "input_tokens_per_minute",
        QuotaKind::OutputTokensPerMinute => "output_tokens_per_minute",
        QuotaKind::RequestsPerMinute => "requests_per_minute",
        QuotaKind::EnqueuedTokens => "enqueued_tokens",
        QuotaKind::Ptu => "ptu",
    };
    let mut view = QuotaNeedView {
        sku: need.sku.to_string(),
        model: need.model.as_ref().map(ToString::to_string),
        region: need.region.to_string(),
        kind: kind.to_owned(),
        needed: need.needed,
        held: need.held,
        tier: need.tier.as_ref().map(ToString::to_string),
        month: need.month.map(|day| day.strftime("%Y-%m").to_string()),
        ask: String::new(),
    };
    view.ask = ask(&view, tier);
    view
}
