//! A candidate of the ranking.

use crate::billing::commitment::{Commitment, Renewal, TermPayment};
use crate::catalog::Catalog;
use crate::catalog::sku::BillingMode;
use crate::plan::evaluate::cost::Cost;
use crate::plan::evaluate::evaluate::{Evaluated, Figures};
use crate::report::compose::kind::kind;
use crate::report::compose::outlook;
use crate::report::compose::service::{deployment, percentiles, utilization};
use crate::report::view::{
    CandidateView, CostPartView, CurvePointView, InstancePointView, MeasuresView, PercentilesView,
    ReservationView, ScheduleView, SpreadView, StretchView,
};
use crate::report::words::refusal;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::schedule::Schedule;
use crate::units::money::Money;
use jiff::ToSpan;
use jiff::civil::Date;

/// Notes what is of a provisioned SKU without having PTUs, as where a model has no sizes: it is not
/// pay-as-you-go.
pub(super) fn note_provisioned(
    views: &mut [CandidateView],
    candidates: &[Evaluated],
    catalog: &Catalog,
) {
    for (view, evaluated) in views.iter_mut().zip(candidates) {
        view.provisioned |= evaluated.candidate.deployments.iter().any(|planned| {
            catalog.sku(&planned.sku.name).is_ok_and(|sku| sku.billing == BillingMode::Ptu)
        });
        view.pay_as_you_go &= !view.provisioned;
    }
}

pub(super) fn candidate(
    rank: usize,
    evaluated: &Evaluated,
    expected: Option<Money>,
    owned: &[Commitment],
) -> CandidateView {
    let plan = &evaluated.candidate;
    let figures = evaluated.figures.as_ref();
    CandidateView {
        rank,
        name: plan.name.to_string(),
        family: evaluated.family.to_string(),
        deployments: figures.map_or_else(Vec::new, |figures| {
            figures
                .deployments
                .iter()
                .enumerate()
                .map(|(index, each)| {
                    let mut view =
                        deployment(&each.deployment, &each.outcome, each.utilization, None);
                    view.kind = kind(plan, index);
                    let planned =
                        plan.deployments.iter().find(|own| own.name == each.deployment.name);
                    if let [Some(_), _] | [_, Some(_)] = each.limits {
                        [view.limit_tokens_per_minute, view.limit_requests_per_minute] =
                            each.limits;
                    }
                    view.spillover_to = spillover_to(plan, index);
                    view.priority_by_default =
                        planned.is_some_and(|own| own.options.limits.priority_by_default);
                    view.capacity_ptu = planned.and_then(|planned| planned.capacity_ptu);
                    view.schedule = planned.and_then(|planned| planned.schedule).map(schedule);
                    view
                })
                .collect()
        }),
        commitment: plan.payment.as_str().to_owned(),
        reservations: figures.map_or_else(Vec::new, |figures| {
            figures.reservations.iter().map(|own| reservation(own, owned)).collect()
        }),
        total_ptu: plan.total_ptu(),
        expected_monthly_cost: expected.map_or_else(String::new, |cost| cost.to_exact_string()),
        total_instances: plan.total_instances(),
        provisioned: plan.total_ptu() > 0,
        pay_as_you_go: plan.is_pay_as_you_go(),
        monthly_cost: match (&evaluated.spread, figures) {
            (Some(spread), _) => outlook::spread(spread),
            (None, Some(figures)) => single(&figures.cost),
            (None, None) => no_spread(),
        },
        cost_parts: figures.map_or_else(Vec::new, |figures| {
            figures
                .cost
                .monthly_parts
                .iter()
                .map(|part| CostPartView {
                    part: part.name.clone(),
                    cost: part.monthly.to_exact_string(),
                    scales_with_traffic: part.scales_with_traffic,
                })
                .collect()
        }),
        measures: figures.map_or_else(no_measures, measures_view),
        feasible: evaluated.is_feasible(),
        reasons: evaluated.reasons.iter().map(refusal::message).collect(),
    }
}

/// The standard deployment of the same region that takes what a provisioned one throttles, as the routes say.
fn spillover_to(plan: &Candidate, index: usize) -> Option<String> {
    let own = plan.deployments.get(index).filter(|own| own.capacity_ptu.is_some())?;
    let mut routes = plan.routes.iter().chain(plan.splits.iter().map(|split| &split.route));
    let next = routes.find_map(|route| {
        let at = route.iter().position(|other| *other == index)?;
        route.get(at + 1)
    })?;
    let next = plan.deployments.get(*next)?;
    let standard = next.capacity_ptu.is_none() && next.instances().is_none() && !next.is_batch();
    let same = next.region.name == own.region.name && next.model.name == own.model.name;
    (standard && same).then(|| next.name.to_string())
}

fn reservation(own: &Commitment, owned: &[Commitment]) -> ReservationView {
    ReservationView {
        sku: own.sku.to_string(),
        region: own.region.as_ref().map(ToString::to_string),
        term: own.term.as_str().to_owned(),
        start: own.start.to_string(),
        quantity_ptu: own.quantity_ptu,
        payment: match own.payment {
            TermPayment::Upfront => "upfront",
            TermPayment::Monthly => "monthly",
        }
        .to_owned(),
        until: last_day(own).map(|day| day.to_string()),
        owned: owned.iter().any(|other| other.id == own.id),
    }
}

/// The last day of a reservation; none where it renews.
fn last_day(own: &Commitment) -> Option<Date> {
    let ends = match (&own.returned, own.renewal) {
        (Some(returned), _) => Some(returned.on),
        (None, Renewal::Automatic) => None,
        (None, Renewal::None) => own.start.checked_add(i32::from(own.term.months()).months()).ok(),
    };
    ends?.yesterday().ok()
}

fn single(cost: &Cost) -> SpreadView {
    let amount = cost.monthly.to_exact_string();
    SpreadView {
        currency: cost.monthly.currency().to_string(),
        p10: amount.clone(),
        p50: amount.clone(),
        p90: amount,
        replications: 1,
    }
}

/// What could not be simulated has no cost: empty text, never a zero.
fn no_spread() -> SpreadView {
    SpreadView {
        currency: String::new(),
        p10: String::new(),
        p50: String::new(),
        p90: String::new(),
        replications: 0,
    }
}

fn no_measures() -> MeasuresView {
    MeasuresView {
        offered: 0,
        failed: 0,
        saw_throttle_share: 0.0,
        throttled_share: 0.0,
        spilled_share: 0.0,
        added_wait_ms: PercentilesView::default(),
        ptu_utilization: None,
        given_up: false,
    }
}

fn measures_view(figures: &Figures) -> MeasuresView {
    MeasuresView {
        offered: figures.total.offered,
        failed: figures.total.failed,
        saw_throttle_share: figures.total.saw_throttle_share,
        throttled_share: figures.total.throttled_share,
        spilled_share: figures.spilled_share,
        added_wait_ms: percentiles(figures.total.added_wait),
        ptu_utilization: figures.utilization.map(utilization),
        given_up: figures.is_given_up,
    }
}

pub(super) fn curve_point(evaluated: &Evaluated) -> Option<CurvePointView> {
    let figures = evaluated.figures.as_ref()?;
    let ptu = evaluated.candidate.total_ptu();
    (ptu > 0).then(|| CurvePointView {
        family: evaluated.family.to_string(),
        commitment: evaluated.candidate.payment.as_str().to_owned(),
        total_ptu: ptu,
        monthly_cost: figures.cost.monthly.to_exact_string(),
        throttled_share: figures.total.throttled_share,
        given_up: figures.is_given_up,
        feasible: evaluated.is_feasible(),
    })
}

pub(super) fn instance_point(evaluated: &Evaluated) -> Option<InstancePointView> {
    let figures = evaluated.figures.as_ref()?;
    let instances = evaluated.candidate.total_instances();
    (instances > 0).then(|| InstancePointView {
        family: evaluated.family.to_string(),
        total_instances: instances,
        monthly_cost: figures.cost.monthly.to_exact_string(),
        throttled_share: figures.total.throttled_share,
        feasible: evaluated.is_feasible(),
    })
}

fn schedule(own: Schedule) -> ScheduleView {
    let stretches = own.stretches().into_iter();
    ScheduleView {
        hours: own.hours(),
        by_the_hour: own.two_sizes().is_none(),
        else_ptu: own.low_ptu(),
        sizes: stretches.map(|one| StretchView { hours: one.hours, ptu: one.ptu }).collect(),
    }
}
