//! `compute = { … }` of a deployment: the machines of managed compute (S 74).

use crate::scenario::load::duration_us;
use crate::scenario::question::compute::{AutoscaleOptions, ComputeOptions};
use crate::scenario::question::named::Named;
use crate::scenario::question::named::Wrong;
use crate::scenario::schema::compute::ComputeTable;
use crate::units::diagnostic::Place;
use toml::Spanned;

/// Checks the table; `place` finds where something was written.
pub(crate) fn compute(
    table: &ComputeTable,
    place: impl Fn(std::ops::Range<usize>) -> Place,
) -> Result<ComputeOptions, Vec<Wrong>> {
    let mut wrong: Vec<Wrong> = Vec::new();
    for (name, number) in
        [("instances", &table.instances), ("requests_per_instance", &table.requests_per_instance)]
    {
        if *number.get_ref() == 0 {
            wrong.push((
                "nothing-serves",
                number.span(),
                format!("nothing serves: {name} = 0"),
                "state 1 or more",
            ));
        }
    }
    let instances = *table.instances.get_ref();
    let mut duration = |written: Option<&Spanned<String>>| {
        let written = written?;
        let us = duration_us(written.get_ref());
        if us.is_none() {
            wrong.push((
                "not-a-duration",
                written.span(),
                format!("not a duration: {}", written.get_ref()),
                "write for example \"10 min\"",
            ));
        }
        us
    };
    let autoscale = table.autoscale.as_ref().map(|written| {
        let scale = written.get_ref();
        AutoscaleOptions {
            min: scale.min,
            max: scale.max,
            requests_per_instance: scale
                .requests_per_instance
                .unwrap_or(*table.requests_per_instance.get_ref()),
            start_up_us: duration(scale.start_up.as_ref()),
            cool_down_us: duration(scale.cool_down.as_ref()),
        }
    });
    if let (Some(scale), Some(written)) = (&autoscale, &table.autoscale)
        && (scale.min == 0
            || !(scale.min..=scale.max).contains(&instances)
            || scale.requests_per_instance == 0)
    {
        wrong.push((
            "autoscale-out-of-range",
            written.span(),
            format!("autoscaling from {} to {} around {instances} instances", scale.min, scale.max),
            "let 1 <= min <= instances <= max, and requests_per_instance be above 0",
        ));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(ComputeOptions {
        machine: Named {
            name: table.machine.get_ref().as_str().into(),
            place: place(table.machine.span()),
        },
        instances,
        accelerators_per_instance: table.accelerators_per_instance.unwrap_or(1),
        requests_per_instance: *table.requests_per_instance.get_ref(),
        queue: table.queue,
        autoscale,
    })
}
