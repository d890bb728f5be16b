//! The least queue of each batch deployment, found by halving over simulated runs.

use crate::engine::setup::Admission;
use crate::plan::candidates::identity::FamilyId;
use crate::plan::evaluate::evaluate::{Evaluated, Group, evaluate};
use crate::plan::quota::limits::{at, step_of};
use crate::plan::quota::needs::{QuotaKind, QuotaNeed};
use crate::plan::setting::Setting;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::resolve::resolve;
use crate::units::diagnostic::Diagnostics;
use std::sync::Arc;

/// The input tokens that must be allowed to wait in the queue of each batch deployment of a
/// candidate, its rate kept: the least with which every objective holds. Nothing of a candidate
/// that does not hold as it is.
pub(super) fn enqueued(
    setting: Setting<'_>,
    (id, family): (FamilyId, Arc<str>),
    candidate: &Candidate,
) -> Result<Vec<QuotaNeed>, Diagnostics> {
    let question = setting.question;
    let mut found = Vec::new();
    let Ok(resolved) = resolve(question.scenario, question.catalog, candidate) else {
        return Ok(found);
    };
    for (index, planned) in candidate.deployments.iter().enumerate() {
        let Some(Admission::Batch(batch)) =
            resolved.setup.deployments.get(index).map(|deployment| &deployment.admission)
        else {
            continue;
        };
        let held = batch.enqueued_tokens_max;
        let holds = |limit: u64| {
            let mut tried = candidate.clone();
            let own = &mut tried.deployments[index].options.batch;
            own.limit_enqueued_tokens = Some(limit);
            own.tokens_per_minute = Some(batch.tokens_per_minute);
            let group = Group { id, family: family.clone(), candidates: vec![tried] };
            let one = evaluate(setting, &group)?.into_iter().next();
            Ok::<_, Diagnostics>(one.as_ref().is_some_and(Evaluated::is_feasible))
        };
        let Some(needed) = least(held, holds)? else { continue };
        found.push(QuotaNeed {
            sku: planned.sku.name.clone(),
            model: Some(planned.model.name.clone()),
            region: planned.region.name.clone(),
            kind: QuotaKind::EnqueuedTokens,
            needed,
            held: Some(held),
            tier: None,
            month: None,
        });
    }
    Ok(found)
}

/// The least of two figures up to `held` with which something holds; none where it does not even
/// with all of it.
fn least(
    held: u64,
    mut holds: impl FnMut(u64) -> Result<bool, Diagnostics>,
) -> Result<Option<u64>, Diagnostics> {
    if !holds(held)? {
        return Ok(None);
    }
    let (mut low, mut high) = (0, step_of(held));
    while low < high {
        let middle = low.midpoint(high);
        if holds(at(middle))? { high = middle } else { low = middle + 1 }
    }
    Ok(Some(at(high).min(held)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_is_never_above_what_there_is() {
        let of = |held, wants| least(held, |limit| Ok(limit >= wants)).unwrap();
        assert_eq!(of(1_000_000, 123_456), Some(130_000));
        assert_eq!(of(1_234_567, 1_200_001), Some(1_234_567));
        assert_eq!(of(1_000, 1_001), None);
    }
}
