//! What a candidate must keep to, in words.

use crate::metrics::slo::Objective;
use crate::plan::constraints::constraint::Constraint;
use std::sync::Arc;

/// A constraint in the words of the scenario, such as `p99 added wait at most 2.0 s`.
pub fn constraint(constraint: &Constraint) -> String {
    match constraint {
        Constraint::Objective { workload, objective } => of(workload.as_ref(), *objective),
        Constraint::WhileOut { region, workload, objective } => {
            format!("with {region} out: {}", of(workload.as_ref(), *objective))
        }
        Constraint::SurvivesOutage(outage) => outage.words(),
        Constraint::HoldsIn { share_ppm } => {
            format!("every objective holds in {} of the futures", whole_percent(*share_ppm))
        }
        Constraint::Budget(budget) => format!("at most {} a month", budget.to_display_string()),
        Constraint::PtuQuota { sku, region, quota } => {
            let place = region.as_ref().map_or_else(String::new, |name| format!(" in {name}"));
            format!("PTU quota of {sku}{place} of {quota}")
        }
        Constraint::Policy(name) => format!("policy {name}"),
        Constraint::Available => "available in its region".to_owned(),
        Constraint::ProcessedInZone(zone) => format!("processed in the data zone {zone}"),
        Constraint::ProcessedIn(place) => format!("processed in {place}"),
        Constraint::AtRestIn(place) => format!("data at rest in {place}"),
        Constraint::SoldTo(kind) => format!("sold to {} subscriptions", kind.as_str()),
        Constraint::Authentication(way) => format!("authentication by {}", way.as_str()),
        Constraint::Network(way) => format!("network by {}", way.as_str()),
        Constraint::InServiceUntil(day) => format!("model in service until {day}"),
        Constraint::OpenToNewDeployments => "open to new deployments".to_owned(),
        Constraint::ReadsImages(workload) => format!("reads the images of {workload}"),
        Constraint::InputTokens(tokens) => format!("inputs of {tokens} tokens"),
        Constraint::Answers(workload) => format!("answers calls of {workload}"),
        Constraint::DeployedFor { hours } => format!("deployed for {hours} hours"),
        Constraint::PublishedPrice => "a published price".to_owned(),
        Constraint::BatchQuota => "a batch quota".to_owned(),
        Constraint::Offered(code) => code.as_str().to_owned(),
    }
}

/// A bound with the workload it is of in front.
fn of(workload: Option<&Arc<str>>, objective: Objective) -> String {
    workload.map_or_else(|| objective.to_string(), |name| format!("{name}: {objective}"))
}

/// A share in 1/1,000,000 as a whole percentage.
pub(crate) fn whole_percent(share_ppm: u32) -> String {
    format!("{:.0}%", f64::from(share_ppm) / 1e4)
}
