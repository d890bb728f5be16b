//! How often the limits of a candidate are raised until it holds in enough futures.
//!
//! A future is replayed under higher and higher limits until it holds. With how many raises enough
//! futures have held is decided by the hardest: as many as may fail, and one more. Only these are
//! followed raise by raise; of all others it is enough that they hold with what that one takes.

use crate::plan::candidates::identity::FamilyId;
use crate::plan::evaluate::evaluate::Group;
use crate::plan::future::Future;
use crate::plan::futures::trials::FutureTrial;
use crate::plan::futures::uncertainty::replayed;
use crate::plan::quota::limits::{higher, holds};
use crate::plan::session::Session;
use crate::plan::setting::Setting;
use crate::plan::task::Work;
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::Candidate;
use crate::units::diagnostic::Diagnostics;
use std::collections::BTreeMap;

/// Times that limits are raised at most.
const RAISES: u32 = 20;

/// A candidate whose granted limits are raised so many times.
pub(super) fn raised(candidate: &Candidate, times: u32) -> Candidate {
    let mut candidate = candidate.clone();
    for own in &mut candidate.deployments {
        let granted = &mut own.options.limits.granted;
        *granted = granted.map(|limits| (0..times).fold(limits, |limits, _| higher(limits)));
    }
    candidate
}

fn group_raised(group: &Group, times: u32) -> Group {
    let candidates = group.candidates.iter().map(|one| raised(one, times)).collect();
    Group { id: group.id, family: group.family.clone(), candidates }
}

/// After how many raises the first of a group holds for the first time; `times` where it does not
/// with fewer.
fn first_that_holds(setting: Setting<'_>, group: &Group, times: u32) -> Result<u32, Diagnostics> {
    for raises in 0..times {
        if holds(setting, &group_raised(group, raises))? {
            return Ok(raises);
        }
    }
    Ok(times)
}

/// Simulates a candidate under higher and higher limits until it holds, for another machine that
/// asks how many raises that takes.
pub(crate) fn play_higher_limits(
    setting: Setting<'_>,
    candidate: &Candidate,
    times: u32,
) -> Result<(), Diagnostics> {
    // Who asks for it is nothing that a simulation depends on.
    let group =
        Group { id: FamilyId::Today, family: "".into(), candidates: vec![candidate.clone()] };
    first_that_holds(setting, &group, times).map(drop)
}

/// With how many raises a group holds in all but so many futures, and its trials with them in every
/// future, in their order.
pub(super) fn held_with(
    session: &Session<'_>,
    group: &Group,
    (numbers, may_fail): (&[u32], usize),
    workers: &impl Workers,
) -> Result<(u32, Vec<FutureTrial>), Diagnostics> {
    let scenario = session.question.scenario;
    let trials = |raises: u32,
                  numbers: &[u32]|
     -> Result<BTreeMap<u32, FutureTrial>, Diagnostics> {
        let found = replayed(session, scenario, &group_raised(group, raises), numbers, workers)?;
        Ok(numbers.iter().copied().zip(found).collect())
    };
    let mut order: Vec<(f64, u32)> =
        numbers.iter().map(|number| (demand(&Future::draw(scenario, *number)), *number)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let order: Vec<u32> = order.into_iter().map(|(_, number)| number).collect();
    let climb = |numbers: &[u32]| climbed(session, group, numbers, workers);
    let (raises, found) = enough((&order, may_fail), climb, trials, FutureTrial::holds)?;
    Ok((raises, found.into_values().collect()))
}

/// With how many raises all but so many futures have held, and what each gives with them. `order`
/// has the hardest futures first, roughly: a wrong order costs time. `climb` tells after how many
/// raises some futures hold for the first time, and `at` what they give with so many raises.
fn enough<T, E>(
    (order, may_fail): (&[u32], usize),
    climb: impl Fn(&[u32]) -> Result<BTreeMap<u32, u32>, E>,
    at: impl Fn(u32, &[u32]) -> Result<BTreeMap<u32, T>, E>,
    holds: impl Fn(&T) -> bool,
) -> Result<(u32, BTreeMap<u32, T>), E> {
    let (hardest, others) = order.split_at(order.len().min(may_fail + 1));
    let mut needed = climb(hardest)?;
    let guess = decisive(&needed, may_fail);
    let mut found = at(guess, others)?;
    // What looked easy and is not is followed too.
    let failing = found.iter().filter(|(_, own)| !holds(own)).map(|(number, _)| *number);
    needed.extend(climb(&failing.collect::<Vec<_>>())?);
    let raises = decisive(&needed, may_fail);
    if raises != guess {
        found.clear();
    }
    let rest = order.iter().copied().filter(|number| !found.contains_key(number));
    found.extend(at(raises, &rest.collect::<Vec<_>>())?);
    Ok((raises, found))
}

/// The raises of the first future that may not fail, where as many take more as may fail.
fn decisive(needed: &BTreeMap<u32, u32>, may_fail: usize) -> u32 {
    let mut raises: Vec<u32> = needed.values().copied().collect();
    raises.sort_unstable_by(|a, b| b.cmp(a));
    raises.get(may_fail).copied().unwrap_or(0)
}

/// How much a future asks for, roughly: which futures are looked at first is decided by it, and
/// nothing else.
fn demand(future: &Future) -> f64 {
    future.level * future.input_length.max(future.output_length)
}

/// How many raises each of some futures takes.
fn climbed(
    session: &Session<'_>,
    group: &Group,
    numbers: &[u32],
    workers: &impl Workers,
) -> Result<BTreeMap<u32, u32>, Diagnostics> {
    let scenario = session.question.scenario;
    let mut found = BTreeMap::new();
    let Some(first) = group.candidates.first() else { return Ok(found) };
    // With each future comes what holds, and what was given up takes no room.
    for wave in numbers.chunks(session.futures_at_once(1)) {
        let futures: Vec<Future> =
            wave.iter().map(|number| Future::draw(scenario, *number)).collect();
        let work = Work::HigherLimits { times: RAISES };
        session.ahead_of("quota", futures.iter().map(|future| (first, future, work)));
        let needed = workers.map("quota", &futures, |future| {
            session.billed(scenario, future, |setting| first_that_holds(setting, group, RAISES))
        });
        for (number, needed) in wave.iter().zip(needed) {
            found.insert(*number, needed?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::luck::splitmix64;

    /// In future `n` it holds with the raises of which the bit is set, which need not be all above
    /// the first.
    fn holds_with(n: u32, raises: u32) -> bool {
        splitmix64(u64::from(n)) >> raises & 1 == 1 && raises >= n % 7
    }

    /// Raise by raise, every future that never held replayed again.
    fn one_by_one(all: u32, may_fail: usize) -> u32 {
        let mut failing: Vec<u32> = (0..all).collect();
        for raises in 0..RAISES {
            failing.retain(|n| !holds_with(*n, raises));
            if failing.len() <= may_fail {
                return raises;
            }
        }
        RAISES
    }

    #[test]
    fn the_hardest_futures_decide_what_all_of_them_would() {
        let climb = |numbers: &[u32]| -> Result<BTreeMap<u32, u32>, ()> {
            let first = |n: u32| (0..RAISES).find(|raises| holds_with(n, *raises));
            Ok(numbers.iter().map(|n| (*n, first(*n).unwrap_or(RAISES))).collect())
        };
        let at = |raises: u32, numbers: &[u32]| -> Result<BTreeMap<u32, (u32, bool)>, ()> {
            Ok(numbers.iter().map(|n| (*n, (raises, holds_with(*n, raises)))).collect())
        };
        let mut seen = std::collections::BTreeSet::new();
        for all in 1..60 {
            for may_fail in [0, 1, 3, 59] {
                // Any order gives the same.
                for order in [(0..all).collect::<Vec<_>>(), (0..all).rev().collect()] {
                    let (raises, found) =
                        enough((&order, may_fail), climb, at, |own| own.1).unwrap();
                    assert_eq!(raises, one_by_one(all, may_fail), "{all} futures, {may_fail}");
                    assert_eq!(found.len(), order.len());
                    assert!(found.values().all(|own| own.0 == raises));
                    seen.insert(raises);
                }
            }
        }
        assert!(seen.len() > 5, "{seen:?}");
    }

    #[test]
    fn what_decides_is_the_hardest_future_that_may_not_fail() {
        let needed: BTreeMap<u32, u32> = [(0, 3), (1, 9), (2, 0), (3, 5)].into();
        assert_eq!([0, 1, 2, 3, 4].map(|may_fail| decisive(&needed, may_fail)), [9, 5, 3, 0, 0]);
    }
}
