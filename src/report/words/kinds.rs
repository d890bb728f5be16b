//! Deployments that are neither PTUs nor plain pay-as-you-go, in words.

use crate::report::view::{DeploymentView, KindView};
use crate::report::words::numbers;
use crate::report::words::numbers::list;

/// Whether a standard deployment serves whole calls at the standard tier, of a base model.
pub(crate) fn is_plain(deployment: &DeploymentView) -> bool {
    deployment.kind.as_ref().is_none_or(|kind| kind.serves == "plain")
}

/// What it serves: the router in front of it, else its model, which may be fine-tuned.
pub(crate) fn model(deployment: &DeploymentView) -> String {
    let kind = deployment.kind.as_ref();
    let tuned = kind.is_some_and(|kind| kind.fine_tuned);
    let router = kind.and_then(|kind| kind.router.clone());
    let tuned = if tuned { "fine-tuned " } else { "" };
    router.unwrap_or_else(|| format!("{tuned}{}", deployment.model))
}

/// Its instances, where machines serve it.
pub(crate) fn instances(deployment: &DeploymentView) -> Option<u32> {
    deployment.kind.as_ref().and_then(|kind| kind.instances)
}

/// `3 instances of A100_80GB`; `2 to 6 instances of A100_80GB` where they scale by themselves.
fn machines_of(kind: &KindView, machine: &str) -> String {
    let count = kind.instances.unwrap_or(0);
    let (least, most) = (kind.instances_min.unwrap_or(count), kind.instances_max.unwrap_or(count));
    let plural = if most == 1 { "" } else { "s" };
    let [few, many] = [least, most].map(|count| numbers::count(u64::from(count)));
    let counts = if least == most { many } else { format!("{few} to {many}") };
    format!("{counts} instance{plural} of {machine}")
}

/// How it serves in a few words, such as `3 instances of A100_80GB` or `flex`.
pub fn words(kind: &KindView) -> String {
    let mut words = Vec::new();
    match (kind.instances, &kind.machine) {
        (Some(_), Some(machine)) => words.push(machines_of(kind, machine)),
        _ if kind.serves != "plain" => words.push(kind.serves.clone()),
        _ => {}
    }
    if kind.fine_tuned {
        words.push("fine-tuned".to_owned());
    }
    words.extend(kind.router.as_ref().map(|router| format!("behind {router}")));
    words.join(", ")
}

/// `3 instances of A100_80GB for gpt-oss-120b on GlobalManagedCompute`.
pub(crate) fn machines(deployment: &DeploymentView) -> String {
    let words = deployment.kind.as_ref().map_or_else(String::new, words);
    format!("{words} for {} on {}", deployment.model, deployment.sku)
}

/// What is paid by the token; `online` says whether something else answers at once.
pub(crate) fn by_token(
    deployments: &[&DeploymentView],
    online: bool,
    on: impl Fn(&str, &str) -> String,
) -> String {
    let is_batch = |d: &&DeploymentView| d.kind.as_ref().is_some_and(|k| k.serves == "batch");
    let waits_beside = online || !deployments.iter().all(is_batch);
    let one = |d: &&DeploymentView| {
        let named = on(&model(d), &d.sku);
        let Some(kind) = &d.kind else { return named };
        let how = match &*kind.serves {
            "batch" if waits_beside => " for what can wait",
            "flex" if waits_beside => " at the flex tier, for what can wait",
            "flex" => " at the flex tier",
            "standard and flex" => ", at the flex tier for what can wait",
            "priority" => " with priority processing",
            _ => "",
        };
        format!("{named}{how}")
    };
    let mut said: Vec<String> = Vec::new();
    for text in deployments.iter().map(one) {
        // The models behind a router are one deployment.
        if !said.contains(&text) {
            said.push(text);
        }
    }
    list(said.into_iter())
}

/// A name that fits a table.
pub(crate) fn label(deployment: &DeploymentView, kind: &KindView) -> String {
    let sku = &deployment.sku;
    let tuned = if kind.fine_tuned { " fine-tuned" } else { "" };
    let label = match (&*kind.serves, &kind.machine, &kind.router) {
        ("machines", Some(machine), _) => return machines_of(kind, machine),
        ("flex", ..) => format!("{sku} flex"),
        ("standard and flex", ..) => format!("{sku} + flex"),
        ("priority", ..) => format!("{sku} priority"),
        (_, _, Some(router)) => router.clone(),
        _ => sku.clone(),
    };
    format!("{label}{tuned}")
}

/// The deployments, of those behind one router the first alone.
pub(crate) fn routers_once(
    deployments: &[DeploymentView],
) -> impl Iterator<Item = &DeploymentView> {
    let router = |d: &DeploymentView| d.kind.as_ref().and_then(|kind| kind.router.clone());
    let mut last = None;
    deployments.iter().filter(move |d| {
        let own = router(d).map(|router| (router, d.region.clone()));
        let again = own.is_some() && own == last;
        last = own;
        !again
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_that_scale_are_called_by_their_fewest_and_most() {
        let of = |instances, scales: Option<(u32, u32)>| KindView {
            serves: "machines".into(),
            instances: Some(instances),
            instances_min: scales.map(|(least, _)| least),
            instances_max: scales.map(|(_, most)| most),
            machine: Some("2 x H100_80GB".into()),
            fine_tuned: false,
            router: None,
        };
        for (kind, said) in [
            (of(1, None), "1 instance of 2 x H100_80GB"),
            (of(2, None), "2 instances of 2 x H100_80GB"),
            (of(2, Some((2, 6))), "2 to 6 instances of 2 x H100_80GB"),
            (of(1, Some((1, 1))), "1 instance of 2 x H100_80GB"),
        ] {
            assert_eq!(words(&kind), said);
        }
    }
}
