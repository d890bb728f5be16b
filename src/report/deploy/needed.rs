//! Capacity of pay-as-you-go deployments: what the answer says is needed, in whole units, not the
//! whole quota that there is.

use crate::catalog::Catalog;
use crate::report::deploy::run::{Run, RunCandidate, RunDeployment, RunNeed, RunQuotaOption};
use jiff::civil::Date;

/// Units of a deployment that are enough, where the answer says what is: tokens and requests a
/// minute, rounded up. None where the capacity of the plan stays: the answer says it of the choice
/// alone, what runs today has limits of its own, and what several deployments share cannot be
/// parted.
///
/// `unit` is how many tokens a minute a unit has.
pub(super) fn units(
    run: &Run,
    candidate: &RunCandidate,
    own: &RunDeployment,
    unit: u64,
    on: (&Catalog, Date),
) -> Option<u64> {
    let choice = run.choice.as_ref()?;
    let chosen = choice.rank == candidate.rank && choice.name == candidate.name;
    if !chosen || run.today().is_some_and(|today| today.name == candidate.name) {
        return None;
    }
    let units = least(&run.quota.choice, candidate, own, unit, on)?;
    // What the plan was simulated with is the most.
    (units < own.limit_tokens_per_minute? / unit).then_some(units)
}

/// The same of the way to serve that quota is asked for: its limits are what is asked for.
pub(super) fn units_asked(
    option: &RunQuotaOption,
    own: &RunDeployment,
    unit: u64,
    on: (&Catalog, Date),
) -> Option<u64> {
    least(&option.needs, &option.candidate, own, unit, on)
}

fn least(
    needs: &[RunNeed],
    candidate: &RunCandidate,
    own: &RunDeployment,
    unit: u64,
    (catalog, date): (&Catalog, Date),
) -> Option<u64> {
    let in_pool = |other: &&RunDeployment| {
        other.sku == own.sku && other.model == own.model && other.region == own.region
    };
    if candidate.deployments.iter().filter(in_pool).count() != 1 {
        return None;
    }
    let needed = |kind: &str| {
        let mut own = needs.iter().filter(|need| {
            need.kind == kind
                && need.sku == own.sku
                && need.region == own.region
                && need.model.as_ref() == Some(&own.model)
        });
        own.next().map(|need| need.needed)
    };
    let limit = own.limit_tokens_per_minute?;
    let by_tokens = needed("tokens_per_minute")?.div_ceil(unit);
    let by_requests = needed("requests_per_minute").map_or(Some(0), |requests| {
        // The requests that come with a unit, else the part that the plan's are of its tokens.
        let of_unit = catalog.capacity_unit(&own.model, date).map(|(requests, _)| requests.value);
        if let Some(of_unit) = of_unit {
            return Some(requests.div_ceil(of_unit.max(1)));
        }
        let in_all = u128::from(own.limit_requests_per_minute?).max(1);
        let tokens = (u128::from(requests) * u128::from(limit)).div_ceil(in_all);
        u64::try_from(tokens.div_ceil(u128::from(unit))).ok()
    })?;
    Some(by_tokens.max(by_requests).max(1))
}
