//! What follows the choice, sent to other machines at once: the quota, the months, what would
//! change the choice and other settings do not wait for each other there.

use crate::plan::candidates::family::Family;
use crate::plan::evaluate::ahead::AskedAhead;
use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::future::Future;
use crate::plan::months::course::Course;
use crate::plan::months::months::ahead_of_month;
use crate::plan::quota::ahead_of_quota;
use crate::plan::session::Session;
use crate::plan::task::Work;
use crate::plan::why::feasibility::ahead_of_feasibility;
use crate::plan::why::grid::ahead_of_grid;
use crate::plan::why::sensitivity::ahead_of_sensitivity;
use crate::scenario::question::candidate::Candidate;
use crate::units::diagnostic::Diagnostics;

/// Has other machines, if there are any, simulate what the rest of a plan is sure to ask for. Where
/// there is no room for all of it, each part is sent when its turn comes.
pub(crate) fn ahead_of_all(
    session: &Session<'_>,
    (families, candidates, choice): (&[Family], &[Evaluated], Option<usize>),
    course: Option<&Course>,
) -> Result<(), Diagnostics> {
    if !session.is_away() {
        return Ok(());
    }
    let question = session.question;
    let chosen = choice.map(|choice| &candidates[choice]);
    let mut asked: Vec<(Candidate, Future, Work)> = ahead_of_quota(session, chosen, course)?;
    let mut around = vec![ahead_of_feasibility(question, candidates, choice)];
    if let Some(choice) = choice {
        around.push(ahead_of_sensitivity(question, candidates, choice));
        around.push(ahead_of_grid(question, families, candidates, choice));
        if course.is_none() {
            let month = ahead_of_month(question, candidates, choice);
            asked.extend(month.into_iter().map(|(one, future)| (one, future, Work::Whole)));
        }
    }
    let works = around.iter().flat_map(AskedAhead::works);
    asked.extend(works.map(|(one, future, work)| (one.clone(), future.clone(), work)));
    // Of one future together, so that its requests are made once and sizes share passes.
    let mut futures: Vec<Future> = Vec::new();
    asked.sort_by_cached_key(|(_, future, _)| {
        futures.iter().position(|known| known == future).unwrap_or_else(|| {
            futures.push(future.clone());
            futures.len() - 1
        })
    });
    let simulations: usize = asked.iter().map(|(.., work)| work.simulations()).sum();
    if session.has_room(simulations) {
        let each = asked.iter().map(|(one, future, work)| (one, future, *work));
        session.ahead_of("ahead", each);
    }
    Ok(())
}
