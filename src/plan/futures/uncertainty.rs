//! How sure an answer is: the contenders replayed in many futures, every one facing the same (common random numbers).

use crate::plan::candidates::family::Family;
use crate::plan::candidates::identity::{CandidateId, FamilyId};
use crate::plan::constraints::constraint::Constraint;
use crate::plan::constraints::grounds::Grounds;
use crate::plan::evaluate::cost::out_of_range;
use crate::plan::evaluate::evaluate::{
    Evaluated, Group, evaluate_all, evaluate_on, simulate_ahead,
};
use crate::plan::evaluate::refusal::Refusal;
use crate::plan::evaluate::spread::Spread;
use crate::plan::future::Future;
use crate::plan::futures::contenders::{contenders, expected, in_spare_lanes};
use crate::plan::futures::trials::{FutureTrial, largest, mean, percentiles, spread};
use crate::plan::question::Question;
use crate::plan::session::Session;
use crate::plan::setting::Setting;
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::uncertain::{DEFAULT_HOLD_IN, LUCK_REPLICATIONS};
use crate::scenario::resolve::{Resolved, resolve};
use crate::units::diagnostic::Diagnostics;
use crate::units::money::{Currency, Money, MoneyError};
use crate::units::ptu::Ptu;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// Futures drawn before looking whether the answer is clear. Fixed, so that results do not depend on threads.
const FUTURES_PER_BATCH: u32 = 8;
/// Fewest futures where more than luck is uncertain and more are asked for.
const FEWEST: u32 = 16;
/// Rounds of looking at further sizes; while the best lies at the edge each reaches twice as far.
const MAX_ROUNDS: usize = 24;
/// How much dearer than the cheapest of a future the choice may be to count as near it.
const NEAR: Decimal = Decimal::from_parts(101, 0, 0, false, 2);
/// A mean is tight when its 95 % interval is within this share of it, either way.
const TIGHT: f64 = 0.01;

/// How sure the choice is.
#[derive(Clone, Debug, PartialEq)]
pub struct Certainty {
    /// Futures replayed.
    pub replications: u32,
    /// Whether more than luck was uncertain.
    pub more_than_luck: bool,
    /// Share of the futures in which every objective must hold.
    pub hold_in: f64,
    /// Share of the futures in which the choice was feasible and cheapest of the contenders.
    pub best_share: f64,
    /// Share of the futures in which it was feasible and at most 1 % dearer than the cheapest of the contenders.
    pub near_share: f64,
    /// Share of the futures in which the cheapest feasible contender was of its kind: the same SKUs and models, paid the
    /// same way, of any size and in any region.
    pub kind_share: f64,
    /// Each objective and constraint with the share of futures in which the choice kept it.
    pub objectives: Vec<(Constraint, f64)>,
    /// The choice against others, future by future.
    pub paired: Vec<Paired>,
    /// Mean of what the choice costs above the cheapest feasible contender of each future.
    pub regret_mean: Money,
    /// The largest such difference.
    pub regret_worst: Money,
    /// The contender whose dearest future is cheapest, of those that hold as often as the choice: what is not served costs
    /// nothing.
    pub least_worst: Arc<str>,
    /// Who that is.
    pub least_worst_id: CandidateId,
    /// What that one costs in its dearest future.
    pub least_worst_cost: Money,
    /// Deployments and payments that were compared.
    pub contenders: usize,
    /// Futures that would have been replayed at most.
    pub replications_most: u32,
    /// Whether the mean of the cheapest contender, and its distance to each other one, is known to within 1 % or is clear.
    pub tight: bool,
    /// Whether no size at the edge of those compared is the best of its family and payment: a larger or smaller one is
    /// dearer, or there is none.
    pub interior: bool,
}

/// The choice against another candidate in the same futures.
#[derive(Clone, Debug, PartialEq)]
pub struct Paired {
    /// The other.
    pub other: Arc<str>,
    /// Share of the futures in which the choice costs less.
    pub cheaper_share: f64,
    /// Share of the futures in which the other keeps every objective: what it does not serve it is not billed for.
    pub other_holds_share: f64,
    /// What the other costs more a month: 10th percentile, median and 90th percentile.
    pub saving: [Money; 3],
}

/// The trials of every contender, in the order of the futures.
type Trials = BTreeMap<CandidateId, Vec<FutureTrial>>;

/// Replays the contenders among `candidates`: gives them their spread, refuses those that hold too rarely, adds sizes that
/// turn out to be worth a look. None when nothing is feasible in the most likely future.
pub(crate) fn replicate(
    session: &Session<'_>,
    likely: Setting<'_>,
    families: &[Family],
    candidates: &mut Vec<Evaluated>,
    workers: &impl Workers,
) -> Result<Option<Replicated>, Diagnostics> {
    let question = session.question;
    let scenario = question.scenario;
    let hold_in = scenario.uncertain.as_ref().map_or(DEFAULT_HOLD_IN, |u| u.hold_in);
    let mut trials = Trials::new();
    let mut done: Vec<(FamilyId, Ptu)> = Vec::new();
    let mut count = None;
    let mut interior = false;
    for round in 0..MAX_ROUNDS {
        let mut groups = contenders(scenario, families, candidates, &done);
        interior = groups.is_empty();
        if interior {
            break;
        }
        done.extend(groups.iter().map(|group| (group.id, size_of(families, group))));
        // Lines through a portfolio meet: what two of them have in common is replayed once.
        let mut known: BTreeSet<CandidateId> = trials.keys().copied().collect();
        groups.retain(|group| group.first_id().is_some_and(|first| known.insert(first)));
        if groups.is_empty() {
            continue;
        }
        let mut as_today = None;
        if round == 0
            && let Some(today) = &scenario.today
        {
            as_today = groups.iter().find(|group| runs_alike(question, group, today)).cloned();
            if as_today.is_none() {
                groups.push(Group::today(today));
            }
        }
        add_unseen(likely, &groups, candidates, workers)?;
        let (found, futures) =
            replay_until_tight(session, families, &groups, (count, hold_in), workers)?;
        count = Some(futures);
        trials.extend(found);
        if let (Some(group), Some(today)) = (as_today, &scenario.today) {
            let own = group.first_id().and_then(|one| trials.get(&one)).cloned();
            trials.extend(own.map(|own| (CandidateId::of(FamilyId::Today, today), own)));
        }
        judge(families, candidates, &trials, hold_in)?;
    }
    let most = most_futures(scenario);
    Ok(count.map(|count| {
        // What was given up stands in no comparison.
        trials.retain(|_, own| u32::try_from(own.len()) == Ok(count));
        Replicated { trials, count, most, hold_in, interior }
    }))
}

/// Whether a group without PTUs is what runs today by another name: one simulation then tells both.
fn runs_alike(question: Question<'_>, group: &Group, today: &Candidate) -> bool {
    let resolved = |one: &Candidate| resolve(question.scenario, question.catalog, one).ok();
    let Some(first) = group.candidates.first().filter(|one| one.total_ptu() == 0) else {
        return false;
    };
    let (Some(one), Some(other)) = (resolved(first), resolved(today)) else { return false };
    // What a deployment is billed by; its name is not.
    let billed = |resolved: &Resolved| -> Vec<_> {
        let each = resolved.deployments.iter().zip(&resolved.meters);
        each.map(|(d, meters)| (d.model.clone(), d.sku.clone(), d.region.clone(), meters.clone()))
            .collect()
    };
    one.setup == other.setup && billed(&one) == billed(&other)
}

fn size_of(families: &[Family], group: &Group) -> Ptu {
    let family = families.iter().find(|family| family.id() == group.id);
    family.zip(group.candidates.first()).map_or(0, |(family, first)| family.size_of(first))
}

/// Sizes beyond those of the search are simulated in the most likely future too, so that every candidate is listed.
fn add_unseen(
    likely: Setting<'_>,
    groups: &[Group],
    candidates: &mut Vec<Evaluated>,
    workers: &impl Workers,
) -> Result<(), Diagnostics> {
    let unseen: Vec<&Group> = groups
        .iter()
        .filter(|group| {
            let first = group.first_id();
            first.is_some_and(|first| !candidates.iter().any(|known| known.id == first))
        })
        .collect();
    candidates.extend(evaluate_on(likely, "more sizes", &unseen, workers)?.into_iter().flatten());
    Ok(())
}

/// Futures replayed at most.
pub fn most_futures(scenario: &Scenario) -> u32 {
    scenario.uncertain.as_ref().map_or(LUCK_REPLICATIONS, |uncertain| uncertain.replications)
}

/// Replays groups in `count` futures, or where that is not known yet until it is clear which is
/// best. A size that cannot hold in enough of all futures any more is given up; what has no size,
/// and what runs today, never is. With how many futures there were.
fn replay_until_tight(
    session: &Session<'_>,
    families: &[Family],
    groups: &[Group],
    (count, hold_in): (Option<u32>, f64),
    workers: &impl Workers,
) -> Result<(Trials, u32), Diagnostics> {
    let scenario = session.question.scenario;
    let most = count.unwrap_or_else(|| most_futures(scenario));
    let fewest = FEWEST.min(most);
    let (mut left, mut trials) = (groups.to_vec(), Trials::new());
    let (mut next, mut sent) = (0, 0);
    while next < most {
        let until = (next + FUTURES_PER_BATCH).min(most);
        if until > sent {
            // What is as good as sure to be asked for: other machines need not wait for each batch.
            let sure = if count.is_some() { most } else { fewest.max(next + next / 4).max(until) };
            sent = send(session, &left, next..sure.min(most));
        }
        let here = SentAhead { everything: until <= sent };
        let spare = in_spare_lanes(scenario, families, &left);
        let groups = (&left[..], &spare[..]);
        for (name, more) in replay(session, (scenario, here), groups, next..until, workers)? {
            trials.entry(name).or_default().extend(more);
        }
        next = until;
        left.retain(|group| {
            let own = |one| trials.get(&CandidateId::of(group.id, one));
            let sized = |one: &Candidate| one.total_ptu() + one.total_instances() > 0;
            let lost = |one| {
                own(one).is_some_and(|trials| {
                    let failed = trials.iter().filter(|trial| !trial.holds()).count();
                    f64::from(most) - (failed as f64) < hold_in * f64::from(most)
                })
            };
            group.id == FamilyId::Today
                || !group.candidates.iter().all(|one| sized(one) && lost(one))
        });
        if count.is_none() && next >= fewest && is_tight(&trials, next) {
            break;
        }
    }
    Ok((trials, next))
}

/// Whether the mean of the cheapest and its difference to every other contender are known well
/// enough, of those that were replayed in all of so many futures.
fn is_tight(trials: &Trials, futures: u32) -> bool {
    let costs: Vec<Vec<f64>> = trials
        .values()
        .filter(|trials| u32::try_from(trials.len()) == Ok(futures))
        .map(|trials| trials.iter().filter_map(|t| t.monthly.amount().to_f64()).collect())
        .collect();
    let means: Vec<f64> = costs.iter().map(|c| mean_and_error(c).0).collect();
    let Some(best) = (0..means.len()).min_by(|a, b| means[*a].total_cmp(&means[*b])) else {
        return true;
    };
    let (mean, error) = mean_and_error(&costs[best]);
    let known = 2.0 * error <= TIGHT * mean;
    known
        && (0..costs.len()).filter(|other| *other != best).all(|other| {
            let differences: Vec<f64> =
                costs[other].iter().zip(&costs[best]).map(|(a, b)| a - b).collect();
            let (difference, error) = mean_and_error(&differences);
            // Clearly dearer, or so near that it does not matter.
            difference >= 2.0 * error || 2.0 * error <= TIGHT * mean
        })
}

/// Mean and its standard error.
fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let variance = if values.len() > 1 { squares / (count - 1.0) } else { f64::INFINITY };
    (mean, (variance / count).sqrt())
}

/// The first candidate of a group in the futures of these numbers, in their order, under a scenario of the session's traffic.
/// What cannot be had there is an error of the caller: the group has been evaluated before.
pub(crate) fn replayed(
    session: &Session<'_>,
    scenario: &Scenario,
    group: &Group,
    numbers: &[u32],
    workers: &impl Workers,
) -> Result<Vec<FutureTrial>, Diagnostics> {
    let Some(first) = group.candidates.first() else { return Ok(Vec::new()) };
    let numbers = numbers.iter().copied();
    let asked = (scenario, SentAhead { everything: false });
    let groups = (std::slice::from_ref(group), &[][..]);
    let found = replay(session, asked, groups, numbers, workers)?;
    Ok(found.get(&CandidateId::of(group.id, first)).cloned().unwrap_or_default())
}

/// Has other machines simulate groups in the futures of these numbers, as many of them as there is
/// room for; up to which future that was.
fn send(session: &Session<'_>, groups: &[Group], numbers: Range<u32>) -> u32 {
    let first: Vec<&Candidate> = groups.iter().filter_map(|own| own.candidates.first()).collect();
    let room = u32::try_from(session.futures_at_once(first.len())).unwrap_or(u32::MAX);
    let until = numbers.end.min(numbers.start.saturating_add(room));
    let scenario = session.question.scenario;
    let futures = (numbers.start..until).map(|number| Future::draw(scenario, number));
    session.ahead("futures", &first, &futures.collect::<Vec<_>>());
    until
}

/// What other machines were given before.
#[derive(Clone, Copy)]
struct SentAhead {
    /// Everything that is about to be asked for.
    everything: bool,
}

/// Every group in the futures of these numbers; traces are made once for each future. What is
/// simulated beside them is kept for who asks for it.
fn replay(
    session: &Session<'_>,
    (scenario, sent): (&Scenario, SentAhead),
    (groups, beside): (&[Group], &[Group]),
    numbers: impl Iterator<Item = u32>,
    workers: &impl Workers,
) -> Result<Trials, Diagnostics> {
    let futures: Vec<Future> = numbers.map(|number| Future::draw(scenario, number)).collect();
    let first: Vec<&Candidate> = groups.iter().filter_map(|own| own.candidates.first()).collect();
    let work = |future: &Future| -> Result<Vec<_>, Diagnostics> {
        session.billed(scenario, future, |setting| {
            let mut found: Vec<(CandidateId, FutureTrial)> = Vec::new();
            if !beside.is_empty() {
                simulate_ahead(setting, groups.iter().chain(beside));
            }
            for evaluated in evaluate_all(setting, groups.iter())?.into_iter().flatten() {
                let Some(figures) = &evaluated.figures else { continue };
                let broken = evaluated.reasons.into_iter().map(|r| r.constraint).collect();
                found.push((evaluated.id, FutureTrial { monthly: figures.cost.monthly, broken }));
            }
            Ok(found)
        })
    };
    let mut trials = Trials::new();
    for wave in futures.chunks(session.futures_at_once(first.len())) {
        if !sent.everything && std::ptr::eq(scenario, session.question.scenario) {
            session.ahead("futures", &first, wave);
        }
        for result in workers.map("futures", wave, work) {
            for (name, trial) in result? {
                trials.entry(name).or_default().push(trial);
            }
        }
    }
    Ok(trials)
}

/// Gives every replayed candidate its spread, and refuses those that hold in too few futures, and
/// with them smaller sizes of their family that were not replayed.
fn judge(
    families: &[Family],
    candidates: &mut [Evaluated],
    trials: &Trials,
    hold_in: f64,
) -> Result<(), Diagnostics> {
    for candidate in candidates.iter_mut().filter(|c| c.spread.is_none()) {
        let Some(trials) = trials.get(&candidate.id) else { continue };
        let spread = spread(trials).map_err(out_of_range)?;
        candidate.reasons.retain(|reason| !reason.constraint.is_over_futures());
        if spread.hold_share < hold_in && candidate.reasons.is_empty() {
            candidate.reasons.push(held_too_rarely(&spread, hold_in));
        }
        candidate.spread = Some(spread);
    }
    for family in families.iter().filter(|family| family.is_sized()) {
        let (id, size) = (family.id(), |one: &Evaluated| family.size_of(&one.candidate));
        let own = candidates.iter().filter(|one| one.family_id == id);
        // A budget is broken by what is larger, and is no reason against what is smaller.
        let too_small = own.filter_map(|one| {
            let rarely = trials.get(&one.id).is_some_and(|own| serves_in(own) < hold_in);
            refusal(one).filter(|_| rarely).map(|why| (size(one), why))
        });
        let Some((largest, why)) = too_small.max_by_key(|one| one.0) else { continue };
        for one in candidates.iter_mut().filter(|one| one.family_id == id) {
            if one.spread.is_none() && one.is_feasible() && size(one) < largest {
                one.reasons.push(of_larger(&why, largest));
            }
        }
    }
    Ok(())
}

/// The share of futures in which nothing but a budget is broken.
fn serves_in(trials: &[FutureTrial]) -> f64 {
    let is_budget = |broken: &Constraint| matches!(broken, Constraint::Budget(_));
    let serves = trials.iter().filter(|trial| trial.broken.iter().all(is_budget)).count();
    serves as f64 / trials.len().max(1) as f64
}

/// Why a candidate that was replayed is refused for the futures in which it does not hold.
fn refusal(one: &Evaluated) -> Option<Refusal> {
    one.spread.as_ref()?;
    one.reasons.iter().find(|reason| reason.constraint.is_over_futures()).cloned()
}

/// The same of a smaller size.
fn of_larger(why: &Refusal, larger: Ptu) -> Refusal {
    let mut own = why.clone();
    if let Grounds::RarelyHeld { of_larger, .. } = &mut own.grounds {
        *of_larger = Some(larger);
    }
    own
}

fn held_too_rarely(spread: &Spread, hold_in: f64) -> Refusal {
    let ppm = |share: f64| (share * 1e6).round() as u32;
    let required_ppm = ppm(hold_in);
    Refusal {
        constraint: Constraint::HoldsIn { share_ppm: required_ppm },
        grounds: Grounds::RarelyHeld {
            held_ppm: ppm(spread.hold_share),
            required_ppm,
            futures: spread.replications,
            of_larger: None,
        },
        excess: (hold_in - spread.hold_share) / hold_in.max(1e-6),
    }
}

/// All trials, kept until the choice is known.
#[derive(Debug)]
pub(crate) struct Replicated {
    trials: Trials,
    count: u32,
    most: u32,
    hold_in: f64,
    interior: bool,
}

impl Replicated {
    /// How sure `choice` is, against `others`.
    pub(crate) fn certainty(
        &self,
        scenario: &Scenario,
        candidates: &[Evaluated],
        choice: usize,
        others: &[usize],
    ) -> Result<Option<Certainty>, Diagnostics> {
        let Some(own) = self.trials.get(&candidates[choice].id) else {
            return Ok(None);
        };
        self.compare(scenario, candidates, (choice, own), others).map(Some).map_err(out_of_range)
    }

    /// For every replayed candidate, in the order of the trials, whether it is of a kind.
    fn alike(&self, candidates: &[Evaluated], of: &Candidate) -> Vec<bool> {
        let kinds: BTreeMap<CandidateId, bool> =
            candidates.iter().map(|c| (c.id, c.candidate.kind() == of.kind())).collect();
        self.trials.keys().map(|id| kinds.get(id).copied().unwrap_or(false)).collect()
    }

    fn compare(
        &self,
        scenario: &Scenario,
        candidates: &[Evaluated],
        (choice, own): (usize, &[FutureTrial]),
        others: &[usize],
    ) -> Result<Certainty, MoneyError> {
        let count = own.len();
        let share = |held: usize| held as f64 / count.max(1) as f64;
        let mut regrets = Vec::with_capacity(count);
        let (mut best, mut near, mut kind) = (0, 0, 0);
        let alike = self.alike(candidates, &candidates[choice].candidate);
        for (future, trial) in own.iter().enumerate() {
            let in_future = self.trials.iter().zip(&alike);
            // At the same cost the choice's own kind stands.
            let cheapest = in_future
                .filter_map(|((_, trials), alike)| Some((trials.get(future)?, alike)))
                .filter(|(trial, _)| trial.broken.is_empty())
                .map(|(trial, alike)| (trial.monthly.amount(), !alike))
                .min();
            let holds = trial.broken.is_empty();
            let (cheapest, other_kind) = cheapest.unwrap_or((trial.monthly.amount(), false));
            let regret = trial.monthly.minus(Money::new(cheapest, trial.monthly.currency()))?;
            best += usize::from(holds && regret.amount().is_zero());
            near += usize::from(holds && trial.monthly.amount() <= cheapest * NEAR);
            kind += usize::from(!other_kind);
            regrets.push(regret);
        }
        let mut paired = Vec::new();
        for other in others {
            let name = &candidates[*other].candidate.name;
            let Some(theirs) = self.trials.get(&candidates[*other].id) else { continue };
            let savings: Vec<Money> = theirs
                .iter()
                .zip(own)
                .map(|(theirs, own)| theirs.monthly.minus(own.monthly))
                .collect::<Result<_, _>>()?;
            let cheaper = savings.iter().filter(|saving| saving.amount().is_sign_positive());
            let cheaper = cheaper.filter(|saving| !saving.amount().is_zero()).count();
            paired.push(Paired {
                other: name.clone(),
                cheaper_share: share(cheaper),
                other_holds_share: share(theirs.iter().filter(|t| t.broken.is_empty()).count()),
                saving: percentiles(&savings),
            });
        }
        let names = objectives(scenario, own);
        let kept =
            |name: &Constraint| own.iter().filter(|trial| !trial.broken.contains(name)).count();
        let held = candidates[choice].spread.as_ref().map_or(0.0, |spread| spread.hold_share);
        let least_worst = candidates
            .iter()
            .filter(|candidate| candidate.is_feasible())
            .filter_map(|c| Some((c.spread.as_ref()?, c)))
            .filter(|(spread, _)| spread.hold_share >= held)
            .map(|(spread, one)| (spread.worst, one))
            .min_by_key(|(worst, _)| worst.amount());
        let (least_worst_cost, least_worst) =
            least_worst.unwrap_or((Money::zero(Currency::USD), &candidates[choice]));
        Ok(Certainty {
            replications: self.count,
            more_than_luck: scenario.uncertain.is_some(),
            hold_in: self.hold_in,
            best_share: share(best),
            near_share: share(near),
            kind_share: share(kind),
            objectives: names
                .into_iter()
                .map(|own| {
                    let kept = share(kept(&own));
                    (own, kept)
                })
                .collect(),
            paired,
            regret_mean: mean(&regrets)?,
            regret_worst: largest(&regrets),
            least_worst: least_worst.candidate.name.clone(),
            least_worst_id: least_worst.id,
            least_worst_cost,
            contenders: self.trials.len(),
            replications_most: self.most,
            tight: is_tight(&self.trials, self.count),
            interior: self.interior,
        })
    }
}

/// The objectives of every workload, and whatever else was broken in some future.
fn objectives(scenario: &Scenario, trials: &[FutureTrial]) -> Vec<Constraint> {
    let mut names = Constraint::objectives_of(scenario);
    for broken in trials.iter().flat_map(|trial| &trial.broken) {
        if !names.contains(broken) {
            names.push(broken.clone());
        }
    }
    names
}

/// What a candidate that rests on an unknown availability must cost less to rank before one that does not.
const UNKNOWN_COSTS: f64 = 1.02;

/// The cost by which a candidate is ranked.
fn as_ranked(cost: Option<f64>, candidate: &Evaluated) -> f64 {
    let factor = if candidate.unknown.is_empty() { 1.0 } else { UNKNOWN_COSTS };
    cost.unwrap_or(0.0) * factor
}

/// Whether a candidate breaks anything but a budget: what does not serve is no better for costing
/// less.
fn does_not_serve(candidate: &Evaluated) -> bool {
    candidate.reasons.iter().any(|reason| !matches!(reason.constraint, Constraint::Budget(_)))
}

/// Sorts candidates by what they are expected to cost, feasible ones first, then those that only a
/// budget refuses, and puts the best replayed one in front.
pub(crate) fn rank(candidates: &mut Vec<Evaluated>) {
    let costs: Vec<Option<f64>> =
        (0..candidates.len()).map(|index| expected(candidates, index)).collect();
    let mut ranked: Vec<(Option<f64>, Evaluated)> =
        costs.into_iter().zip(std::mem::take(candidates)).collect();
    // Stable: candidates that cost the same stay in the order of the search, smaller sizes first.
    ranked.sort_by(|(a, first), (b, second)| {
        let key = |cost: &Option<f64>, one: &Evaluated| {
            (!one.is_feasible(), cost.is_none(), does_not_serve(one))
        };
        let order = key(a, first).cmp(&key(b, second));
        order.then(as_ranked(*a, first).total_cmp(&as_ranked(*b, second)))
    });
    let replayed = ranked.iter().position(|(_, one)| one.is_feasible() && one.spread.is_some());
    if let Some(index) = replayed {
        ranked[..=index].rotate_right(1);
    }
    candidates.extend(ranked.into_iter().map(|(_, candidate)| candidate));
}
