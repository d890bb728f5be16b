//! What to give up so that something is feasible, in words.

use crate::plan::why::relax::{RelaxedTo, Requirement};

/// What to change together, such as `drop require.data_zone and drop require.network`.
pub fn together(changes: &[RelaxedTo]) -> String {
    changes.iter().map(relaxed).collect::<Vec<_>>().join(" and ")
}

/// What is enough in the most likely future, as a sentence begins; two changes are named where no
/// single one is enough.
pub fn enough(several: bool, change: &str) -> String {
    if several {
        return format!(
            "No single change is enough; in the most likely future it is enough to {change}"
        );
    }
    format!("In the most likely future it is enough to {change}")
}

/// What to change, with the figure it takes, such as
/// `raise subscription.ptu_quota.X by 25 to 40 PTU`.
pub fn relaxed(change: &RelaxedTo) -> String {
    match change {
        RelaxedTo::MoreQuota(raises) => {
            let each: Vec<String> = raises
                .iter()
                .map(|one| {
                    format!(
                        "raise subscription.ptu_quota.{} from {} to {} PTU",
                        one.sku,
                        one.needed.saturating_sub(one.more),
                        one.needed
                    )
                })
                .collect();
            each.join(" and ")
        }
        RelaxedTo::MoreBudget { gap, .. } => {
            format!("raise require.budget by {}", gap.to_display_string())
        }
        RelaxedTo::InRegion(region) => format!("allow the region {region}"),
        RelaxedTo::Without(requirement) => without(*requirement).to_owned(),
    }
}

/// What was given up, such as `drop require.data_zone and drop require.budget`.
pub fn dropped(requirements: &[Requirement]) -> String {
    requirements.iter().map(|one| without(*one)).collect::<Vec<_>>().join(" and ")
}

const fn without(requirement: Requirement) -> &'static str {
    match requirement {
        Requirement::PtuQuota => "drop subscription.ptu_quota",
        Requirement::Budget => "drop require.budget",
        Requirement::DataZone => "drop require.data_zone",
        Requirement::Geography => "drop require.geography",
        Requirement::Region => "drop require.region",
        Requirement::AtRest => "drop require.at_rest",
        Requirement::ContextTokens => "drop require.context_tokens",
        Requirement::Authentication => "drop require.authentication",
        Requirement::Network => "drop require.network",
        Requirement::Policy => "drop require.policy",
        Requirement::Subscription => "use another subscription.type",
        Requirement::ModelUntil => "set require.model_until = \"any\"",
        Requirement::SurvivesOutage => "drop slo.survives_outage",
    }
}
