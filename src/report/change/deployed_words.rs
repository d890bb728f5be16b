//! What becomes of a deployment, and why it costs what it does, in words.

use crate::plan::deployed::DeployedSide;
use crate::report::change::amounts::share;
use crate::report::words::numbers;

/// What it is and what becomes of it. What a side has and leaves out is neither new nor removed.
pub(super) fn what(sides: [Option<&DeployedSide>; 2], left_out: [bool; 2]) -> String {
    let whole = |own: &DeployedSide| [kind(own), size(own)].into_iter().chain(extras(own));
    let listed = |own: &DeployedSide| whole(own).collect::<Vec<_>>().join(", ");
    match sides {
        [None, None] => "a commitment".to_owned(),
        [None, Some(new)] if left_out[0] => {
            format!("left out before and so not in its cost (see the notes): {}", listed(new))
        }
        [None, Some(new)] => format!("new: {}", listed(new)),
        [Some(old), None] if left_out[1] => {
            format!("left out after and so not in its cost (see the notes): {}", listed(old))
        }
        [Some(old), None] => format!("removed: {}", listed(old)),
        [Some(old), Some(new)] => {
            let changes = changes(old, new);
            if changes.is_empty() {
                format!("unchanged: {}", listed(new))
            } else {
                changes.join("; ")
            }
        }
    }
}

fn kind(own: &DeployedSide) -> String {
    format!("{} as {} in {}", own.model, own.sku, own.region)
}

fn size(own: &DeployedSide) -> String {
    match (own.capacity_ptu, own.limit_tokens_per_minute) {
        (Some(ptu), _) => format!("{} PTU", numbers::count(ptu.into())),
        (None, Some(tokens)) => format!("{} tokens a minute", numbers::count(tokens)),
        (None, None) => "no limit of its own".to_owned(),
    }
}

/// Request limit, tier, fine-tuning and dynamic quota, where they are not the usual ones.
fn extras(own: &DeployedSide) -> Vec<String> {
    let requests = own.limit_requests_per_minute;
    let mut words: Vec<String> = Vec::new();
    words.extend(requests.map(|count| format!("{} requests a minute", numbers::count(count))));
    words.extend(own.priority.then(|| format!("{} service tier", tier(own))));
    words.extend(own.fine_tuned.then(|| "fine-tuned".to_owned()));
    words.extend(own.dynamic_quota.then(|| "dynamic quota".to_owned()));
    words
}

fn tier(own: &DeployedSide) -> &'static str {
    if own.priority { "priority" } else { "standard" }
}

/// Everything that moves cost or calls and is not the same on both sides: a difference in cost is
/// never told of a deployment that reads as unchanged while it is not.
fn changes(old: &DeployedSide, new: &DeployedSide) -> Vec<String> {
    let requests = |own: &DeployedSide| {
        own.limit_requests_per_minute.map_or_else(|| "no stated limit".to_owned(), numbers::count)
    };
    let tuned = |own: &DeployedSide| if own.fine_tuned { "fine-tuned" } else { "not fine-tuned" };
    let dynamic = |own: &DeployedSide| if own.dynamic_quota { "on" } else { "off" };
    let spill = |own: &DeployedSide| own.spills_to.clone().unwrap_or_else(|| "nothing".to_owned());
    let no = "";
    [
        (no, kind(old), kind(new), no),
        (no, size(old), size(new), no),
        ("requests: ", requests(old), requests(new), " a minute"),
        (no, tier(old).to_owned(), tier(new).to_owned(), " service tier"),
        (no, tuned(old).to_owned(), tuned(new).to_owned(), no),
        ("dynamic quota ", dynamic(old).to_owned(), dynamic(new).to_owned(), no),
        ("spillover to ", spill(old), spill(new), no),
    ]
    .into_iter()
    .filter(|(_, before, after, _)| before != after)
    .map(|(first, before, after, last)| format!("{first}{before} -> {after}{last}"))
    .collect()
}

/// Why it costs what it does after, or before where it is gone.
pub(super) fn why(sides: [Option<&DeployedSide>; 2]) -> String {
    let [before, after] = sides;
    let Some(own) = after.or(before) else {
        return "paid whether it is used or not".to_owned();
    };
    let why = of_side(own);
    if after.is_some() { why } else { format!("before: {why}; after: it is gone") }
}

fn of_side(own: &DeployedSide) -> String {
    let hosted = if own.fine_tuned && own.capacity_ptu.is_none() {
        "; hosting of a fine-tuned model is paid by the hour"
    } else {
        ""
    };
    if own.offered == 0 {
        let paid = if own.capacity_ptu.is_some() {
            "its PTUs are paid by the hour all the same"
        } else {
            "what calls to it would cost is not in these amounts"
        };
        return format!("no traffic in this scenario: priced for capacity alone; {paid}{hosted}");
    }
    let throttled = if own.throttled > 0 {
        format!("; {} of them are throttled", numbers::count(own.throttled))
    } else {
        String::new()
    };
    let attempts = format!("{} attempts in the window{throttled}", numbers::count(own.offered));
    let priced = if own.priority { ", at priority prices" } else { "" };
    match own.utilization {
        Some(mean) => format!("PTUs are paid by the hour and {} used; {attempts}", share(mean)),
        None => format!("paid by the token{priced}{hosted}; {attempts}"),
    }
}
