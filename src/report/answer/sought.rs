//! In which futures a quota was sought.

use crate::report::answer::{sure, when};
use crate::report::view::{QuotaNeedView, QuotaOptionView, RecommendationView};

/// In which futures the quota of an option was sought.
pub(crate) fn sought_for_option(view: &RecommendationView, option: &QuotaOptionView) -> String {
    format!("The least quota that was found by simulation. {}", sure::with_quota(view, option))
}

/// In which futures the quota of the choice was sought; none where it takes PTUs alone, whose
/// number is that of the choice.
pub(crate) fn sought_for_choice(view: &RecommendationView) -> Option<String> {
    let is_sought = |need: &QuotaNeedView| need.kind != "ptu";
    view.quota.choice.iter().find(|need| is_sought(need))?;
    let other = view.choice.as_ref().map_or(0, |own| own.monthly_cost.replications);
    let futures = match when::several(view) {
        Some(_) => " of each month".to_owned(),
        None if other > 1 => format!(" alone: {} may take more", when::others(view, other)),
        None => String::new(),
    };
    let has_ptu = view.quota.choice.iter().any(|need| need.kind == "ptu");
    let takes = if has_ptu { "its PTUs, and of all else the least" } else { "the least" };
    Some(format!(
        "The choice takes {takes} with which every objective holds in the most likely \
         future{futures}."
    ))
}
