//! What runs, in few words, where no figures of it are known.

use crate::report::words::{answer, numbers};
use crate::scenario::question::candidate::{Candidate, PlannedDeployment};
use crate::scenario::question::schedule::Schedule;

/// The deployments of a candidate, such as `150 PTU Global + spill`; model by model where it has
/// several.
pub(crate) fn words(candidate: &Candidate) -> String {
    let mut models: Vec<(&str, Vec<String>)> = Vec::new();
    for planned in &candidate.deployments {
        let router = planned.options.routed.as_ref().map(|routed| &*routed.model.name);
        let model = router.unwrap_or(&planned.model.name);
        let known = models.iter().position(|(own, _)| *own == model);
        let at = known.unwrap_or(models.len());
        if known.is_none() {
            models.push((model, Vec::new()));
        }
        let own = &mut models[at].1;
        let said = part(planned, !own.is_empty());
        if !own.contains(&said) {
            own.push(said);
        }
    }
    let several = models.len() > 1;
    let each = models.into_iter().map(|(model, parts)| {
        let parts = parts.join(" + ");
        if several { format!("{model}: {parts}") } else { parts }
    });
    each.collect::<Vec<_>>().join("; ")
}

fn part(planned: &PlannedDeployment, follows: bool) -> String {
    let sku = &*planned.sku.name;
    let said = if let Some(ptu) = planned.capacity_ptu {
        let hours = planned.schedule.map(Schedule::hours);
        let schedule = planned.schedule.zip(hours.as_deref());
        let schedule =
            schedule.map(|(own, hours)| (hours, own.low_ptu(), own.two_sizes().is_none()));
        answer::sized(ptu, schedule, sku)
    } else if let Some(count) = planned.instances() {
        let plural = if count == 1 { "" } else { "s" };
        format!("{} instance{plural} on {sku}", numbers::count(u64::from(count)))
    } else if follows && !planned.is_batch() && planned.options.routed.is_none() {
        "spill".to_owned()
    } else {
        sku.to_owned()
    };
    if planned.options.fine_tuned && planned.capacity_ptu.is_none() && said != "spill" {
        return format!("{said} fine-tuned");
    }
    said
}
