//! What to ask for: the quota of the choice, and the ways to serve that a higher quota would open, each simulated in the
//! futures in which the choice was.

use crate::plan::candidates::family::families;
use crate::plan::candidates::identity::FamilyId;
use crate::plan::evaluate::evaluate::{Evaluated, Group, evaluate, group_of};
use crate::plan::evaluate::spread::Spread;
use crate::plan::future::Future;
use crate::plan::futures::trials::{FutureTrial, spread};
use crate::plan::futures::uncertainty::replayed;
use crate::plan::months::course::Course;
use crate::plan::months::used::{LikelyMonth, granted_month, likely_total};
use crate::plan::question::Question;
use crate::plan::quota::enqueued::enqueued;
use crate::plan::quota::limits::{Asked, has_rate_limits};
use crate::plan::quota::needs::{QuotaNeed, needs};
use crate::plan::quota::over_months::{ahead_of_months, over_months};
use crate::plan::quota::raises::held_with;
use crate::plan::search::one_model::Searched;
use crate::plan::search::search::search;
use crate::plan::session::Session;
use crate::plan::setting::Setting;
use crate::plan::task::Work;
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::uncertain::{DEFAULT_HOLD_IN, LUCK_REPLICATIONS};
use crate::units::diagnostic::Diagnostics;
use crate::units::money::Money;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Futures in which an option is replayed where nothing was replayed.
const FUTURES: u32 = 8;
/// Candidates above the PTU quota that are replayed, cheapest first, until one holds in enough futures.
const TRIED: usize = 6;

/// A way to serve that a quota stands in the way of, or would without it.
#[derive(Clone, Debug)]
pub struct QuotaOption {
    /// The candidate with its limits granted, and its figures in the most likely future.
    pub evaluated: Evaluated,
    /// What a month costs over the futures.
    pub spread: Spread,
    /// What it takes.
    pub needs: Vec<QuotaNeed>,
    /// Whether there is less of anything than it takes.
    pub is_short: bool,
    /// What all months of the horizon cost in the most likely future; none where one month is
    /// planned.
    pub total: Option<Money>,
}

/// What to ask for.
#[derive(Clone, Debug, Default)]
pub struct QuotaPlan {
    /// What the choice takes: the least limits with which it meets every objective in the most likely future, and its PTUs.
    pub choice: Vec<QuotaNeed>,
    /// For every SKU on the list the cheapest way to serve by it with quota enough, cheapest first.
    pub options: Vec<QuotaOption>,
    /// The cheapest of them that is short of quota and costs less than the choice, or that serves where nothing else does.
    pub better: Option<usize>,
    /// Whether every month of the horizon holds with what [`Self::choice`] takes; none where one
    /// month is planned.
    pub is_enough: Option<bool>,
}

/// Finds it. `candidates` are ranked and `choice` is one of them.
pub(crate) fn quota_plan(
    session: &Session<'_>,
    candidates: &[Evaluated],
    choice: Option<usize>,
    course: Option<&Course>,
    workers: &impl Workers,
) -> Result<QuotaPlan, Diagnostics> {
    let scenario = session.question.scenario;
    let likely = Future::most_likely(scenario);
    let replayed = choice.and_then(|choice| candidates[choice].spread.as_ref());
    let count = replayed.map_or(FUTURES, |spread| spread.replications);
    let mut plan = QuotaPlan::default();
    if let Some(course) = course {
        let over = over_months(session, course)?;
        (plan.choice, plan.is_enough) = (over.needs, Some(over.is_enough));
    } else if let Some(choice) = choice {
        let of = |setting: Setting<'_>| of_choice(setting, &candidates[choice]);
        plan.choice = session.billed(scenario, &likely, of)?;
    }
    let peak = course.map_or_else(|| likely.clone(), |course| peak_of(scenario, course));
    let futures = LookedAt { likely: &likely, peak: &peak, count };
    plan.options = by_token(session, futures, workers)?;
    plan.options.extend(above_ptu_quota(session, futures, workers)?);
    if let Some(course) = course {
        follow(session, course, &mut plan.options, workers)?;
    }
    let price = |option: &QuotaOption| option.total.unwrap_or(option.spread.mean).amount();
    plan.options.sort_by_key(price);
    // Over several months what is compared is their total, where every one of them holds.
    let bar = match course {
        Some(course) => course.total(),
        None => choice.and_then(|choice| cost(&candidates[choice])),
    };
    let bar = bar.map(|cost| cost.amount());
    let figures = choice.and_then(|choice| candidates[choice].figures.as_ref());
    let answered = figures.map(|figures| figures.total.completed);
    plan.better = plan.options.iter().position(|option| {
        option.is_short
            && answers_as_many(option, answered)
            && bar.is_none_or(|bar: Decimal| price(option) < bar)
    });
    Ok(plan)
}

/// Whether a way to serve answers 99 of 100 calls that the choice answers: an objective that allows anything would else be met
/// by a quota that serves nobody.
fn answers_as_many(option: &QuotaOption, answered: Option<u64>) -> bool {
    let own = option.evaluated.figures.as_ref().map_or(0, |figures| figures.total.completed);
    own > 0
        && answered.is_none_or(|answered| own.saturating_mul(100) >= answered.saturating_mul(99))
}

fn cost(one: &Evaluated) -> Option<Money> {
    let single = one.figures.as_ref().map(|figures| figures.cost.monthly);
    one.spread.as_ref().map(|spread| spread.mean).or(single)
}

/// What the choice takes. Where its limits cannot be found, what is deployed is all that is known.
fn of_choice(setting: Setting<'_>, choice: &Evaluated) -> Result<Vec<QuotaNeed>, Diagnostics> {
    let Question { scenario, catalog, .. } = setting.question;
    let who = (choice.family_id, choice.family.clone());
    let mut asked = Asked::new(setting.question, who.clone(), &choice.candidate);
    if !asked.limited.is_empty() && !asked.find(setting)? {
        asked.limited.clear();
    }
    let mut found = needs(scenario, catalog, &choice.candidate, &asked.limited);
    found.extend(enqueued(setting, who, &choice.candidate)?);
    Ok(found)
}

/// Simulates a candidate under the limits that are looked for, for another machine that looks for
/// them.
pub(crate) fn play_least_limits(
    setting: Setting<'_>,
    candidate: &Candidate,
) -> Result<(), Diagnostics> {
    // Who asks for it is nothing that a simulation depends on.
    let who = (FamilyId::Today, Arc::from(""));
    let mut asked = Asked::new(setting.question, who.clone(), candidate);
    if asked.limited.is_empty() {
        asked.evaluated(setting)?;
    } else {
        asked.find(setting)?;
    }
    enqueued(setting, who, candidate).map(drop)
}

/// What is simulated before the futures, for whoever does it ahead: the limits of the choice, and
/// for each SKU those of the first way to pay by the token.
pub(crate) fn ahead_of_quota(
    session: &Session<'_>,
    choice: Option<&Evaluated>,
    course: Option<&Course>,
) -> Result<Vec<(Candidate, Future, Work)>, Diagnostics> {
    let scenario = session.question.scenario;
    let likely = Future::most_likely(scenario);
    let own = || choice.map(|one| (one.candidate.clone(), likely.clone(), Work::LeastLimits));
    let mut asked: Vec<(Candidate, Future, Work)> = course
        .map_or_else(|| own().into_iter().collect(), |course| ahead_of_months(session, course));
    let peak = course.map_or_else(|| likely.clone(), |course| peak_of(scenario, course));
    let mut known: Vec<Vec<Arc<str>>> = Vec::new();
    for group in groups_by_token(session, &likely)? {
        let Some(one) = Asked::of(session.question, &peak, &group) else { continue };
        asked.push((one.granted(), peak.clone(), Work::Whole));
        let own = skus(&one.candidate);
        if !known.contains(&own) {
            known.push(own);
            asked.push((one.candidate, peak.clone(), Work::LeastLimits));
        }
    }
    Ok(asked)
}

/// Where options are looked at.
#[derive(Clone, Copy)]
struct LookedAt<'a> {
    /// The most likely future of the billed period, which is what they are shown in.
    likely: &'a Future,
    /// That of the month of the greatest demand, whose limits are enough for all.
    peak: &'a Future,
    /// In how many futures they are replayed.
    count: u32,
}

/// The most likely future of the month of the greatest demand.
fn peak_of(scenario: &Scenario, course: &Course) -> Future {
    Future { level: course.levels[course.peak()][1], ..Future::most_likely(scenario) }
}

/// What each option costs over the months of the horizon, and of which month its need is.
fn follow(
    session: &Session<'_>,
    course: &Course,
    options: &mut [QuotaOption],
    workers: &impl Workers,
) -> Result<(), Diagnostics> {
    let peak = course.periods[course.peak()].first_date();
    let scenario = session.question.scenario;
    let each = course.levels.iter();
    let each: Vec<Future> =
        each.map(|level| Future { level: level[1], ..Future::most_likely(scenario) }).collect();
    let granted: Vec<&Candidate> =
        options.iter().map(|option| &option.evaluated.candidate).collect();
    session.ahead("months", &granted, &each);
    for option in options {
        for need in &mut option.needs {
            need.month = Some(peak);
        }
        let months: Vec<_> = course.periods.iter().zip(&course.levels).collect();
        let used = workers.map("months", &months, |(period, level)| {
            granted_month(session, (period, level[1]), &option.evaluated.candidate)
        });
        let used: Vec<LikelyMonth> = used.into_iter().collect::<Result<_, _>>()?;
        let used: Vec<&LikelyMonth> = used.iter().collect();
        option.total = Some(likely_total(session.question, &course.periods, &used)?);
    }
    Ok(())
}

/// Pay-as-you-go by each SKU on the list, with limits that are enough at the peak of the months
/// planned.
fn by_token(
    session: &Session<'_>,
    futures: LookedAt<'_>,
    workers: &impl Workers,
) -> Result<Vec<QuotaOption>, Diagnostics> {
    let scenario = session.question.scenario;
    let at_peak = |work: &dyn Fn(Setting<'_>) -> Result<Option<Evaluated>, Diagnostics>| {
        session.billed(scenario, futures.peak, work)
    };
    let groups = groups_by_token(session, futures.likely)?;
    let asked: Vec<(Asked, Candidate)> = groups
        .iter()
        .filter_map(|group| {
            let asked = Asked::of(session.question, futures.peak, group)?;
            let granted = asked.granted();
            Some((asked, granted))
        })
        .collect();
    let unlimited = asked.iter().map(|(_, granted)| (granted, futures.peak, Work::Whole));
    session.ahead_of("quota", unlimited);
    // Without limits first: what breaks an objective or a requirement even then is no question of quota.
    let unlimited = workers.map("quota", &asked, |(asked, _)| {
        let one = at_peak(&|peak| asked.evaluated(peak))?;
        Ok::<_, Diagnostics>(one.filter(Evaluated::is_feasible).map(|one| (asked.clone(), one)))
    });
    let mut served: Vec<(Asked, Evaluated)> = Vec::new();
    for one in unlimited {
        let Some((asked, one)) = one? else { continue };
        let own = skus(&one.candidate);
        let same = |known: &&mut (Asked, Evaluated)| skus(&known.1.candidate) == own;
        match served.iter_mut().find(same) {
            None => served.push((asked, one)),
            Some(known) if monthly(&one) < monthly(&known.1) => *known = (asked, one),
            Some(_) => {}
        }
    }
    let limits = served.iter().map(|(asked, _)| (&asked.candidate, futures.peak));
    session.ahead_of("quota", limits.map(|(one, peak)| (one, peak, Work::LeastLimits)));
    let found = workers.map("quota", &served, |(asked, _)| {
        session.billed(scenario, futures.peak, |peak| {
            let mut asked = asked.clone();
            asked.find(peak).map(|holds| holds.then_some(asked))
        })
    });
    let mut options = Vec::new();
    for asked in found {
        let Some(asked) = asked? else { continue };
        options.extend(held_in_futures(session, futures, asked, workers)?);
    }
    Ok(options)
}

/// Pay-as-you-go by each SKU, model and region on the list.
fn groups_by_token(session: &Session<'_>, likely: &Future) -> Result<Vec<Group>, Diagnostics> {
    let Question { scenario, catalog, .. } = session.question;
    let scenario = likely.scenario(scenario);
    let all = families(&scenario, catalog)?;
    let groups =
        all.iter().filter(|family| !family.is_sized()).map(|own| group_of(&scenario, own, 0));
    Ok(groups.filter(|group| group.candidates.first().is_some_and(is_by_token)).collect())
}

fn is_by_token(candidate: &Candidate) -> bool {
    candidate.is_pay_as_you_go() && candidate.deployments.iter().all(has_rate_limits)
}

fn skus(one: &Candidate) -> Vec<Arc<str>> {
    let mut skus: Vec<Arc<str>> = one.deployments.iter().map(|d| d.sku.name.clone()).collect();
    skus.sort_unstable();
    skus.dedup();
    skus
}

fn monthly(one: &Evaluated) -> Option<Decimal> {
    one.figures.as_ref().map(|figures| figures.cost.monthly.amount())
}

fn hold_in(scenario: &Scenario) -> f64 {
    scenario.uncertain.as_ref().map_or(DEFAULT_HOLD_IN, |uncertain| uncertain.hold_in)
}

/// The option with its limits raised until every objective holds in as many futures as it must; none where no limit helps.
fn held_in_futures(
    session: &Session<'_>,
    futures: LookedAt<'_>,
    mut asked: Asked,
    workers: &impl Workers,
) -> Result<Option<QuotaOption>, Diagnostics> {
    let Question { scenario, catalog, .. } = session.question;
    let all: Vec<u32> = (0..futures.count.clamp(1, most(scenario))).collect();
    let wanted = hold_in(scenario);
    let may_fail = may_fail(all.len(), wanted);
    let (raises, trials) = held_with(session, &asked.group(), (&all, may_fail), workers)?;
    for _ in 0..raises {
        asked.raise();
    }
    let spread = spread(&trials).map_err(crate::plan::evaluate::cost::out_of_range)?;
    let own = session.billed(scenario, futures.likely, |likely| asked.evaluated(likely))?;
    let Some(evaluated) = own.filter(Evaluated::is_feasible) else { return Ok(None) };
    if spread.hold_share < wanted {
        return Ok(None);
    }
    let needs = needs(scenario, catalog, &evaluated.candidate, &asked.limited);
    let unknown = asked.limited.iter().any(|own| own.held.is_none());
    let is_short = unknown || needs.iter().any(QuotaNeed::is_short);
    Ok(Some(QuotaOption { evaluated, spread, needs, is_short, total: None }))
}

fn most(scenario: &Scenario) -> u32 {
    scenario.uncertain.as_ref().map_or(LUCK_REPLICATIONS, |uncertain| uncertain.replications)
}

/// In how many of all futures something may not hold.
fn may_fail(all: usize, wanted: f64) -> usize {
    let enough = |failing: &usize| (all - failing) as f64 / all.max(1) as f64 >= wanted;
    (0..=all).rev().find(enough).unwrap_or(0)
}

/// What would be bought of each SKU whose PTU quota the scenario states, were there more of it.
fn above_ptu_quota(
    session: &Session<'_>,
    futures: LookedAt<'_>,
    workers: &impl Workers,
) -> Result<Vec<QuotaOption>, Diagnostics> {
    let question = session.question;
    if question.scenario.ptu_quota.is_empty() {
        return Ok(Vec::new());
    }
    session.within(question.scenario, futures.likely, |likely| {
        session.within(question.scenario, futures.peak, |peak| {
            above_quota_at(session, (likely, peak), futures.count, workers)
        })
    })
}

/// The same in the most likely future and in that of the month of the greatest demand.
fn above_quota_at(
    session: &Session<'_>,
    (setting, peak): (Setting<'_>, Setting<'_>),
    count: u32,
    workers: &impl Workers,
) -> Result<Vec<QuotaOption>, Diagnostics> {
    let asked = setting.question.scenario;
    let without = |scenario: &Scenario| {
        let mut scenario = scenario.clone();
        scenario.ptu_quota.clear();
        scenario
    };
    let (likely, all) = (without(asked), without(session.question.scenario));
    let at_peak = Setting { question: Question { scenario: &likely, ..peak.question }, ..peak };
    let likely =
        Setting { question: Question { scenario: &likely, ..setting.question }, ..setting };
    let Searched { mut candidates, .. } = search(at_peak, workers)?;
    candidates.retain(Evaluated::is_feasible);
    candidates.sort_by_key(monthly);
    let numbers: Vec<u32> = (0..count.clamp(1, most(asked))).collect();
    let mut options = Vec::new();
    for sku in asked.ptu_quota.keys() {
        let deploys = |one: &&Evaluated| {
            one.candidate
                .deployments
                .iter()
                .any(|d| d.capacity_ptu.is_some() && *d.sku.name == **sku)
        };
        for one in candidates.iter().filter(deploys).take(TRIED) {
            let needs = needs(asked, setting.question.catalog, &one.candidate, &[]);
            if !needs.iter().any(QuotaNeed::is_short) {
                // What the quota is enough for is among the candidates already.
                break;
            }
            let candidates = vec![one.candidate.clone()];
            let group = Group { id: one.family_id, family: one.family.clone(), candidates };
            let trials: Vec<FutureTrial> = replayed(session, &all, &group, &numbers, workers)?;
            let spread = spread(&trials).map_err(crate::plan::evaluate::cost::out_of_range)?;
            let own = evaluate(likely, &group)?.into_iter().next();
            if let Some(evaluated) = own.filter(|_| spread.hold_share >= hold_in(asked)) {
                options.push(QuotaOption { evaluated, spread, needs, is_short: true, total: None });
                break;
            }
        }
    }
    Ok(options)
}
