//! A recommendation beside others.

use crate::report::view::{CandidateView, ComparedView, RecommendationView};

/// What of a recommendation is set beside others: the choice, today's deployments and pay-as-you-go alone.
pub fn compared(view: RecommendationView, what_if: Option<&str>) -> ComparedView {
    let find = |wanted: &dyn Fn(&CandidateView) -> bool| {
        view.candidates.iter().find(|candidate| wanted(candidate)).cloned()
    };
    ComparedView {
        pay_as_you_go: find(&|candidate| candidate.pay_as_you_go),
        today: find(&|candidate| candidate.name == "today"),
        feasible: view.choice.is_some()
            && view.outlook.horizon.as_ref().is_none_or(|horizon| horizon.feasible),
        scenario: view.scenario.name,
        what_if: what_if.map(str::to_owned),
        choice: view.choice,
        why: view.why,
        glance: view.glance,
        options: view.options,
        quota: view.quota.choice,
    }
}
