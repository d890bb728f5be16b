//! `compute = { … }` of a deployment: the machines of managed compute (S 74).

use crate::scenario::calls::Wrong;
use crate::scenario::load::duration_us;
use crate::scenario::question::Named;
use crate::units::diagnostic::Place;
use serde::Deserialize;
use toml::Spanned;

/// Machines that serve a model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComputeTable {
    /// Accelerator family such as `"H100_80GB"`, or the size of a virtual machine.
    pub machine: Spanned<String>,
    /// Instances at the start.
    pub instances: Spanned<u32>,
    /// Accelerators of one instance; 1 when absent. A virtual machine has what its size has.
    pub accelerators_per_instance: Option<u32>,
    /// Requests that one instance serves at a time.
    pub requests_per_instance: Spanned<u32>,
    /// Requests that may wait for an instance; further ones get a 429. None wait when absent.
    #[serde(default)]
    pub queue: u32,
    /// Adds and removes instances.
    pub autoscale: Option<Spanned<AutoscaleTable>>,
}

/// Autoscaling.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoscaleTable {
    /// Fewest instances, at least 1.
    pub min: u32,
    /// Most instances.
    pub max: u32,
    /// Requests, served and waiting, per instance above which one is added; what an instance serves when absent.
    pub requests_per_instance: Option<u32>,
    /// Time from the decision until an instance serves, such as `"10 min"`; the catalogue's assumption when absent.
    pub start_up: Option<Spanned<String>>,
    /// Least time between a change and the removal of an instance; the catalogue's assumption when absent.
    pub cool_down: Option<Spanned<String>>,
}

/// Machines, checked.
#[derive(Clone, Debug)]
pub struct ComputeOptions {
    /// Accelerator family or size of a virtual machine.
    pub machine: Named,
    /// Instances at the start.
    pub instances: u32,
    /// Accelerators of one instance.
    pub accelerators_per_instance: u32,
    /// Requests that one instance serves at a time.
    pub requests_per_instance: u32,
    /// Requests that may wait.
    pub queue: u32,
    /// Adds and removes instances.
    pub autoscale: Option<AutoscaleOptions>,
}

/// Autoscaling, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutoscaleOptions {
    /// Fewest and most instances.
    pub min: u32,
    /// Most instances.
    pub max: u32,
    /// Requests per instance above which one is added.
    pub requests_per_instance: u32,
    /// Until an instance serves, microseconds.
    pub start_up_us: Option<u64>,
    /// Least time before a removal, microseconds.
    pub cool_down_us: Option<u64>,
}

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
