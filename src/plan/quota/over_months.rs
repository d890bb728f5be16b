//! What a plan takes over its months: the greatest need of each stretch of it, and what a month
//! that fails would take.

use crate::plan::constraints::with_quota_on;
use crate::plan::future::Future;
use crate::plan::months::course::Course;
use crate::plan::months::needs::need_without_quota;
use crate::plan::question::Question;
use crate::plan::quota::enqueued::enqueued;
use crate::plan::quota::limits::Asked;
use crate::plan::quota::needs::{QuotaNeed, greatest, needs};
use crate::plan::session::Session;
use crate::plan::task::Work;
use crate::scenario::question::candidate::Candidate;
use crate::units::diagnostic::Diagnostics;

/// The needs of a plan over its months.
pub(super) struct OverMonths {
    /// The greatest of each kind, with the month it is of.
    pub(super) needs: Vec<QuotaNeed>,
    /// Whether with them every month keeps every objective.
    pub(super) is_enough: bool,
}

/// What the months of a course take.
pub(super) fn over_months(
    session: &Session<'_>,
    course: &Course,
) -> Result<OverMonths, Diagnostics> {
    let mut months = Vec::new();
    let mut is_enough = true;
    for month in course.peaks() {
        let (own, holds) = of_month(session, course, month)?;
        is_enough &= holds;
        months.push((course.periods[month].first_date(), own));
    }
    // PTUs need not be most where the demand is: a size is kept where that costs little.
    let Question { catalog, .. } = session.question;
    for (need, period) in course.needs.iter().zip(&course.periods) {
        let day = period.first_date();
        let scenario = with_quota_on(session.question.scenario, catalog, day)?;
        months.push((day, needs(&scenario, catalog, &need.candidate, &[])));
    }
    Ok(OverMonths { needs: greatest(months), is_enough })
}

/// What is simulated of the months that have what they need, for whoever does it ahead.
pub(super) fn ahead_of_months(
    session: &Session<'_>,
    course: &Course,
) -> Vec<(Candidate, Future, Work)> {
    let likely = Future::most_likely(session.question.scenario);
    let peaks = course.peaks().into_iter().filter(|month| course.needs[*month].broken.is_empty());
    let of = |month: usize| {
        let future = Future { level: course.levels[month][1], ..likely.clone() };
        (course.needs[month].candidate.clone(), future, Work::LeastLimits)
    };
    peaks.map(of).collect()
}

/// What a month takes, and whether that is enough to keep every objective.
fn of_month(
    session: &Session<'_>,
    course: &Course,
    month: usize,
) -> Result<(Vec<QuotaNeed>, bool), Diagnostics> {
    let Question { scenario, catalog, .. } = session.question;
    let (need, level) = (&course.needs[month], course.levels[month][1]);
    let way = &course.ways[need.way];
    let candidate = if need.broken.is_empty() {
        need.candidate.clone()
    } else {
        need_without_quota(session, way, (month, level), need)?.candidate
    };
    let first = course.periods[month].first_date();
    let held = with_quota_on(scenario, catalog, first)?;
    let mut free = held.clone().into_owned();
    free.ptu_quota.clear();
    let future = Future { level, ..Future::most_likely(scenario) };
    session.ahead_of("quota", std::iter::once((&candidate, &future, Work::LeastLimits)));
    session.billed(&free, &future, |setting| {
        let who = (way.first.family_id, need.family.clone());
        let mut asked = Asked::new(setting.question, who.clone(), &candidate);
        let is_enough = if asked.limited.is_empty() {
            asked.evaluated(setting)?.is_some_and(|one| one.is_feasible())
        } else {
            asked.find(setting)?
        };
        if !is_enough {
            asked.limited.clear();
        }
        let mut found = needs(&held, catalog, &candidate, &asked.limited);
        found.extend(enqueued(setting, who, &candidate)?);
        Ok((found, is_enough))
    })
}
