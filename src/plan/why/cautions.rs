//! What a plan rests on that may not hold: an availability that nobody states, a model that ends before a commitment does, a
//! price that is promised for less long than the plan.

use crate::billing::commitment::Commitment;
use crate::billing::commitment::Term;
use crate::catalog::Catalog;
use crate::catalog::promotion::Promotions;
use crate::plan::candidates::identity::FamilyId;
use crate::plan::evaluate::evaluate::{Evaluated, Group, evaluate};
use crate::plan::evaluate::refusal::UnknownAvailability;
use crate::plan::future::Future;
use crate::plan::question::Question;
use crate::plan::session::Session;
use crate::scenario::question::named::Payment;
use crate::scenario::question::scenario::Scenario;
use crate::units::calendar::utc_date;
use crate::units::diagnostic::Diagnostics;
use crate::units::money::Money;
use crate::units::ptu::Ptu;
use crate::units::time::HOUR_US;
use jiff::ToSpan;
use jiff::civil::Date;
use std::borrow::Cow;
use std::sync::Arc;

/// Something that a plan rests on and that may not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caution {
    /// No region table says that a deployment can be had.
    UnknownAvailability(UnknownAvailability),
    /// A model's version ends while the plan, or a commitment for it, still runs.
    ModelEnds {
        /// The model and its version.
        model: String,
        /// Its last day.
        retires: Date,
        /// The document that states it.
        source: Arc<str>,
        /// What the platform names to take its place.
        replacement: Option<Arc<str>>,
        /// The last day of the commitment, or of the plan where nothing is committed.
        until: Date,
        /// Whether it is a commitment that runs on.
        committed: bool,
        /// Calls of the months planned that it would have to answer after its last day, at the
        /// traffic of the billed period; they are simulated as served.
        calls_after: u64,
    },
    /// A reservation that is owned ends before the plan does.
    OwnedEnds {
        /// The reservation.
        id: Arc<str>,
        /// Its PTUs.
        quantity_ptu: Ptu,
        /// The first day without it.
        from: Date,
        /// Whether each month has its own size and purchases, so that what follows is planned.
        by_month: bool,
    },
    /// A promotional price that is promised for less long than the plan reaches.
    Promotion {
        /// The models whose prices are promotional.
        models: Vec<String>,
        /// The last promised day.
        until_at_least: Date,
        /// What the choice costs, where it uses such a price itself.
        own: Option<BothSums>,
        /// Who would cost less than the choice if the promotion went on, and what it costs.
        instead: Option<(Arc<str>, BothSums)>,
    },
}

/// What something costs a month, by what becomes of a promotion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BothSums {
    /// At the list price.
    pub at_list_price: Money,
    /// If the promotion goes on.
    pub if_it_continues: Money,
}

/// The promotional prices that a candidate would use beyond their promise.
struct Promoted {
    models: Vec<String>,
    until_at_least: Date,
    sums: BothSums,
}

/// The last day that a plan reaches: of its period, of the months planned, of the longest commitment it may buy.
fn reach(scenario: &Scenario) -> Date {
    let first = scenario.period.first_date();
    let last = utc_date(scenario.period.until()).yesterday().unwrap_or(first);
    let after = |months: i64| {
        let day = first.checked_add(months.months()).and_then(jiff::civil::Date::yesterday);
        day.unwrap_or(last)
    };
    let term = scenario.allow.payments.iter().map(|payment| match payment {
        Payment::Hourly => last,
        Payment::OneMonth => after(1),
        Payment::OneYear | Payment::Mixed => after(12),
    });
    let horizon = after(i64::from(scenario.horizon_months));
    term.chain([last, horizon]).max().unwrap_or(last)
}

/// The scenario as a plan is decided on: at list prices where a promotion is promised for less long than the plan reaches.
pub(crate) fn committed_prices<'a>(scenario: &'a Scenario, catalog: &Catalog) -> Cow<'a, Scenario> {
    let stated = scenario.parameters.contains_key(Promotions::PARAMETER);
    if stated || scenario.promotions.is_some() {
        return Cow::Borrowed(scenario);
    }
    let (first, reach) = (scenario.period.first_date(), reach(scenario));
    let models = scenario.workloads.iter().flat_map(|workload| {
        workload.alternatives.iter().map(|a| &a.model).chain([&workload.model])
    });
    let ends = |day: Date| first <= day && day < reach;
    let mut until = models.filter_map(|model| catalog.promoted_until(&model.name));
    if until.any(ends) {
        let promotions = Some(Promotions::ListPrice);
        return Cow::Owned(Scenario { promotions, ..scenario.clone() });
    }
    Cow::Borrowed(scenario)
}

/// The cautions of a choice, what may fail first.
pub(crate) fn cautions(
    session: &Session<'_>,
    candidates: &[Evaluated],
    choice: &Evaluated,
) -> Result<Vec<Caution>, Diagnostics> {
    let unknown = choice.unknown.iter().cloned().map(Caution::UnknownAvailability);
    let mut found: Vec<Caution> = unknown.collect();
    found.extend(endings(session.question, choice));
    found.extend(owned_endings(session.question)?);
    found.extend(promotions(session, candidates, choice)?);
    Ok(found)
}

/// What becomes of the choice where a promotion goes on beyond its promise: what it costs itself,
/// and who would be cheaper.
fn promotions(
    session: &Session<'_>,
    candidates: &[Evaluated],
    choice: &Evaluated,
) -> Result<Option<Caution>, Diagnostics> {
    let own = promoted(session, choice)?;
    let at_once = choice.figures.as_ref().map(|figures| figures.cost.monthly);
    let beaten = own.as_ref().map(|own| own.sums.if_it_continues).or(at_once);
    let other = overtaken(session, candidates, choice, beaten)?;
    let (models, until_at_least) = match (&own, &other) {
        (Some(own), _) => (own.models.clone(), own.until_at_least),
        (None, Some((_, other))) => (other.models.clone(), other.until_at_least),
        (None, None) => return Ok(None),
    };
    let own = own.map(|own| own.sums);
    let instead = other.map(|(name, other)| (name, other.sums));
    Ok(Some(Caution::Promotion { models, until_at_least, own, instead }))
}

/// Families asked whether a promotion that goes on would put them in front.
const ASKED: usize = 6;

/// Who would cost less than `beaten` if a promotion went on beyond its promise: the plan is
/// decided at the list price, and that decides it.
fn overtaken(
    session: &Session<'_>,
    candidates: &[Evaluated],
    choice: &Evaluated,
    beaten: Option<Money>,
) -> Result<Option<(Arc<str>, Promoted)>, Diagnostics> {
    let mut best: Option<(Arc<str>, Promoted)> = None;
    let mut least = beaten.map(|money| money.amount());
    let others = candidates.iter().filter(|one| one.id != choice.id && one.is_feasible());
    let others =
        others.filter(|one| one.candidate.deployments.iter().any(|d| d.capacity_ptu.is_none()));
    // The best of each family: sizes of one differ too little for the first six to be six ways to
    // serve.
    let mut seen: Vec<FamilyId> = Vec::new();
    let others = others.filter(|one| {
        let first = !seen.contains(&one.family_id);
        seen.push(one.family_id);
        first
    });
    for other in others.take(ASKED) {
        let Some(found) = promoted(session, other)? else { continue };
        let continued = found.sums.if_it_continues.amount();
        if least.is_some_and(|least| continued < least) {
            least = Some(continued);
            best = Some((other.candidate.name.clone(), found));
        }
    }
    Ok(best)
}

/// The last day of the longest commitment of a candidate.
fn committed_until(choice: &Evaluated) -> Option<Date> {
    let figures = choice.figures.as_ref()?;
    let end = |commitment: &Commitment| {
        let months = match commitment.term {
            Term::OneMonth => 1,
            Term::OneYear => 12,
        };
        commitment.start.checked_add(months.months()).ok()?.yesterday().ok()
    };
    figures.reservations.iter().filter_map(end).max()
}

/// The last day of the months that are planned.
fn planned_until(scenario: &Scenario) -> Date {
    let on = scenario.period.first_date();
    let months = i64::from(scenario.horizon_months).months();
    let day = on.checked_add(months).and_then(jiff::civil::Date::yesterday);
    let last = utc_date(scenario.period.until()).yesterday().unwrap_or(on);
    day.unwrap_or(last).max(last)
}

/// Reservations that are in force on the first day and end within the plan. Without months one size
/// is chosen for all of it, which may be another without them.
fn owned_endings(question: Question<'_>) -> Result<Vec<Caution>, Diagnostics> {
    let scenario = question.scenario;
    let first = scenario.period.first_date();
    let after = planned_until(scenario).tomorrow().unwrap_or(Date::MAX);
    let mut found = Vec::new();
    for own in &scenario.commercial.agreement.reservations {
        let last = own.terms(after)?.into_iter().map(|(_, until)| until).max();
        if let Some(from) = last.filter(|from| own.start <= first && first < *from && *from < after)
        {
            let (id, quantity_ptu) = (own.id.clone(), own.quantity_ptu);
            let by_month = scenario.horizon_months > 1;
            found.push(Caution::OwnedEnds { id, quantity_ptu, from, by_month });
        }
    }
    Ok(found)
}

fn endings(question: Question<'_>, choice: &Evaluated) -> Vec<Caution> {
    let Question { scenario, catalog, .. } = question;
    let on = scenario.period.first_date();
    let planned_until = planned_until(scenario);
    let mut found = Vec::new();
    for planned in &choice.candidate.deployments {
        let tuned = planned.options.fine_tuned;
        let life = catalog.lifecycle(&planned.model.name, &planned.sku.name, tuned, on);
        let Some(life) = life else { continue };
        let Some(day) = &life.retires else { continue };
        let (retires, source) = (day.value, day.evidence.source.clone());
        let committed = committed_until(choice).filter(|_| planned.capacity_ptu.is_some());
        let until = committed.map_or(planned_until, |day| day.max(planned_until));
        if retires >= until {
            continue;
        }
        let caution = Caution::ModelEnds {
            model: life.name(),
            retires,
            source,
            replacement: life.replacement.map(|next| next.value),
            until,
            committed: committed.is_some_and(|day| day >= until),
            calls_after: calls_after(
                scenario,
                choice,
                &planned.model.name,
                (retires, planned_until),
            ),
        };
        if !found.contains(&caution) {
            found.push(caution);
        }
    }
    found
}

/// Calls that a model answers in the days after its last until the last one planned, at the mean
/// rate of the window.
fn calls_after(
    scenario: &Scenario,
    choice: &Evaluated,
    model: &str,
    (retires, planned_until): (Date, Date),
) -> u64 {
    let Some(figures) = &choice.figures else { return 0 };
    let own = figures.deployments.iter().filter(|own| *own.deployment.model == *model);
    let calls: u64 = own.map(|own| own.outcome.completed).sum();
    let since = retires.max(scenario.period.first_date().yesterday().unwrap_or(retires));
    let days = since.until(planned_until).map_or(0, |span| span.get_days());
    let length_us = u128::from(u64::try_from(days).unwrap_or(0)) * u128::from(24 * HOUR_US);
    let window_us = u128::from(scenario.window.length_us.max(1));
    u64::try_from(u128::from(calls) * length_us / window_us).unwrap_or(u64::MAX)
}

/// Both sums where a candidate uses a promotional price beyond its promise.
fn promoted(session: &Session<'_>, choice: &Evaluated) -> Result<Option<Promoted>, Diagnostics> {
    let Question { scenario, catalog, .. } = session.question;
    let reach = reach(scenario);
    let mut models: Vec<String> = Vec::new();
    let mut until_at_least: Option<Date> = None;
    for planned in choice.candidate.deployments.iter().filter(|d| d.capacity_ptu.is_none()) {
        let Some(until) = catalog.promoted_until(&planned.model.name) else { continue };
        let name = planned.model.name.to_string();
        if until < reach && !models.contains(&name) {
            models.push(name);
            until_at_least = Some(until_at_least.map_or(until, |first| first.min(until)));
        }
    }
    let Some(until_at_least) = until_at_least else { return Ok(None) };
    let cost = |promotions| monthly(session, choice, promotions);
    let (Some(at_list_price), Some(if_it_continues)) =
        (cost(Promotions::ListPrice)?, cost(Promotions::Continue)?)
    else {
        return Ok(None);
    };
    let differs = at_list_price != if_it_continues;
    let sums = BothSums { at_list_price, if_it_continues };
    Ok(differs.then_some(Promoted { models, until_at_least, sums }))
}

/// What a candidate costs a month in the most likely future with promotional prices read in a given way.
fn monthly(
    session: &Session<'_>,
    choice: &Evaluated,
    promotions: Promotions,
) -> Result<Option<Money>, Diagnostics> {
    let asked = session.question.scenario;
    let read = Scenario { promotions: Some(promotions), ..asked.clone() };
    let group = Group {
        id: choice.family_id,
        family: choice.family.clone(),
        candidates: vec![choice.candidate.clone()],
    };
    // Prices change no simulation: this is a bill over an outcome that is there.
    session.within(&read, &Future::most_likely(asked), |setting| {
        let evaluated = evaluate(setting, &group)?;
        let figures = evaluated.first().and_then(|one| one.figures.as_ref());
        Ok(figures.map(|figures| figures.cost.monthly))
    })
}
