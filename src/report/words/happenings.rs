//! What happened over the window beside calls and answers: late answers, instances that came and went, resizes that failed.

use crate::report::view::{DeploymentView, SimulationView};
use crate::report::words::numbers;

/// One sentence for each, in the order of workloads and deployments.
pub(crate) fn happenings(view: &SimulationView) -> Vec<String> {
    let mut found = Vec::new();
    for workload in view.workloads.iter().filter(|workload| workload.late_share > 0.0) {
        let share = numbers::share(workload.late_share);
        found.push(format!(
            "{share} of the calls of {} were answered after their deadline.",
            workload.name
        ));
    }
    for workload in view.workloads.iter().filter(|workload| workload.mean_waiting > 0.0) {
        found.push(format!(
            "The calls of {} that were served waited {} on average for admission; {} of them were \
             waiting at a time. Calls that failed are not counted.",
            workload.name,
            numbers::wait(workload.mean_wait_ms),
            numbers::number(workload.mean_waiting)
        ));
    }
    for deployment in &view.deployments {
        found.extend(instances(deployment));
        for resize in &deployment.failed_resizes {
            let why = if resize.short_of == "quota" {
                "the quota of its SKU and region was short"
            } else {
                "the platform had no capacity"
            };
            found.push(format!(
                "{} was not resized to {} PTU at {:.1} h: {why}.",
                deployment.name,
                numbers::count(u64::from(resize.capacity_ptu)),
                resize.at_s / 3_600.0
            ));
        }
    }
    found
}

fn instances(deployment: &DeploymentView) -> Option<String> {
    let counts = || deployment.instances.iter().map(|stretch| stretch.count);
    let (least, most) = (counts().min()?, counts().max()?);
    let used = deployment.utilization.map_or(0.0, |used| used.mean);
    let span = |of: &crate::report::view::InstancesView| of.until_s - of.from_s;
    let whole: f64 = deployment.instances.iter().map(span).sum();
    let mean: f64 =
        deployment.instances.iter().map(|of| span(of) * f64::from(of.count)).sum::<f64>() / whole;
    let range = if least == most {
        format!("{least} throughout")
    } else {
        format!("{least} to {most}, {} on average", numbers::number(mean))
    };
    Some(format!(
        "Instances of {}: {range}; {} of their places were taken.",
        deployment.name,
        numbers::share(used)
    ))
}
