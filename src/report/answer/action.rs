//! What to do, in one sentence of at most 140 characters.

use crate::report::answer::purchase::{failover, purchases};
use crate::report::answer::{later, nothing, requests, when};
use crate::report::view::horizon::HorizonView;
use crate::report::view::{
    CandidateView, DeploymentView, QuotaOptionView, RecommendationView, ServedView,
};
use crate::report::words::answer;
use crate::report::words::numbers;

/// Most characters of the sentence that says what to do.
pub const ACTION_LENGTH: usize = 140;

/// The sentence: the longest of the ways to say it for which there is room.
pub(super) fn action(view: &RecommendationView, better: Option<&QuotaOptionView>) -> String {
    let ways = match (better, &view.choice) {
        (Some(option), choice) => ask_for(view, option, choice.as_ref()),
        (None, Some(choice)) => choose(view, choice),
        (None, None) => nothing::actions(view),
    };
    let fits = |text: &&String| text.chars().count() <= ACTION_LENGTH;
    let found = ways.iter().find(fits).or(ways.last()).cloned().unwrap_or_default();
    shortened(&found)
}

fn cost(amount: &str, currency: &str) -> String {
    format!("{} a month", numbers::money(amount, currency))
}

fn choose(view: &RecommendationView, choice: &CandidateView) -> Vec<String> {
    let cost = match when::several(view) {
        Some(horizon) => {
            let total = numbers::money(&horizon.total, &horizon.currency);
            format!("{total} over {} months", horizon.months.len())
        }
        None => cost(&choice.expected_monthly_cost, &choice.monthly_cost.currency),
    };
    let today = view.candidates.iter().find(|c| c.name == "today");
    let same = today.is_some_and(|today| choice.name == "today" || alike(today, choice));
    let mut ways: Vec<String> = Vec::new();
    let bought = planned(view, choice);
    let later = later::headline(view);
    if same && bought.is_empty() && later == [""] {
        let label = answer::label_in(view, choice);
        ways.push(format!("Change nothing: today's deployments ({label}) cost {cost}."));
        ways.push(format!("Change nothing: today's deployments cost {cost}."));
    } else if same && bought.is_empty() {
        ways.extend(later.iter().map(|later| format!("Change nothing now{later}: {cost}.")));
    }
    let moves = moves(&view.serves, &machines_to_stop(today, choice));
    // However short the sentence must be, it says that something else than a size changes.
    let moves = if moves.is_empty() { vec![String::new()] } else { moves };
    let both = moves.iter().flat_map(|also| later.iter().map(move |later| (also, later)));
    let over = failover(choice);
    let forms: Vec<String> = both.map(|(also, later)| format!("{over}{also}{later}")).collect();
    for also in &forms {
        ways.extend(bought.iter().map(|what| format!("{what}{also}: {cost}.")));
        let bought = purchases(view, choice, also);
        ways.extend(bought.into_iter().map(|what| format!("{what}: {cost}.")));
    }
    ways
}

/// What changes for workloads that go to batches or to another model, longest first; empty where
/// nothing does. `stops` are models whose machines are not needed any more.
fn moves(serves: &[ServedView], stops: &[&str]) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for one in serves {
        let of =
            if one.share < 1.0 { format!("{:.0}% of ", one.share * 100.0) } else { String::new() };
        let workload = &one.workload;
        let said = match (&one.instead_of, one.batch) {
            (Some(_), true) => format!("move {of}{workload} to {} in batches", one.model),
            (Some(_), false) => format!("move {of}{workload} to {}", one.model),
            (None, true) => format!("send {of}{workload} to batch"),
            (None, false) => continue,
        };
        parts.push(said);
    }
    let moved = match parts.len() {
        0 => None,
        1 => Some("move 1 app as in the table".to_owned()),
        several => Some(format!("move {several} apps as in the table")),
    };
    let stopped: Vec<String> =
        stops.iter().map(|model| format!("stop the machines of {model}")).collect();
    let said = |parts: &[String]| format!("; {}", parts.join("; "));
    let short: Vec<String> = moved.iter().chain(&stopped).cloned().collect();
    parts.extend(stopped);
    let mut ways = Vec::new();
    if !parts.is_empty() {
        ways.extend([said(&parts), said(&short)]);
    }
    ways.extend(moved.map(|moved| said(&[moved])));
    ways.dedup();
    ways
}

/// The models whose machines run today and are none of the choice's.
fn machines_to_stop<'a>(today: Option<&'a CandidateView>, choice: &CandidateView) -> Vec<&'a str> {
    let has = |own: &&DeploymentView| own.kind.as_ref().is_some_and(|k| k.instances.is_some());
    let kept = |model: &str| choice.deployments.iter().filter(has).any(|own| own.model == model);
    let mut models: Vec<&str> = Vec::new();
    for own in today.into_iter().flat_map(|today| &today.deployments).filter(has) {
        if !kept(&own.model) && !models.contains(&&*own.model) {
            models.push(&own.model);
        }
    }
    models
}

/// What to reserve, net of what is owned, where there is more to it than one purchase of the choice's PTUs today.
fn planned(view: &RecommendationView, choice: &CandidateView) -> Vec<String> {
    let Some(horizon) = view.outlook.horizon.as_ref().filter(|own| !own.now.is_empty()) else {
        return Vec::new();
    };
    if horizon.months.len() < 2 && horizon.owned.is_empty() {
        return Vec::new();
    }
    // What the first month does not take is told with the change that takes it.
    if choice.pay_as_you_go && horizon.owned.is_empty() {
        return Vec::new();
    }
    let grows = grows(view).filter(|_| horizon.first_day != horizon.now);
    let later = if horizon.first_day == horizon.now { "" } else { "; more later" };
    let first = format!("{}{}", horizon.first_day, grows.as_deref().unwrap_or(later));
    let whose = answer::label_in(view, choice);
    let mut ways = vec![format!("{} ({whose})", horizon.now), horizon.now.clone()];
    if !horizon.first_day.is_empty() {
        ways.push(format!("{first} ({whose})"));
        ways.push(first);
    }
    ways
}

/// From how many PTUs to how many the plan grows, and until when; none where it does not.
fn grows(view: &RecommendationView) -> Option<String> {
    let months = &view.outlook.months;
    let start = months.first()?.total_ptu;
    let most = months.iter().map(|month| month.total_ptu).max().filter(|most| *most > start)?;
    let reached = months.iter().find(|month| month.total_ptu == most)?;
    let day = format!("{}-01", reached.month).parse::<jiff::civil::Date>().ok()?;
    let [start, most] = [start, most].map(|ptu| numbers::count(u64::from(ptu)));
    Some(format!("; grow from {start} to {most} PTU by {}", day.strftime("%B %Y")))
}

/// Whether two candidates are the same deployments, paid the same way.
pub(super) fn alike<'a>(one: &'a CandidateView, other: &'a CandidateView) -> bool {
    let key = |c: &'a CandidateView| {
        let mut all: Vec<_> = c
            .deployments
            .iter()
            .map(|d| {
                let limits = (d.limit_tokens_per_minute, d.limit_requests_per_minute);
                let how = (&d.kind, &d.schedule, d.priority_by_default);
                (&d.sku, &d.model, &d.region, d.capacity_ptu, limits, how)
            })
            .collect();
        all.sort();
        (all, (c.total_ptu > 0).then_some(&c.commitment), &c.expected_monthly_cost)
    };
    !one.deployments.is_empty() && key(one) == key(other)
}

fn ask_for(
    view: &RecommendationView,
    option: &QuotaOptionView,
    choice: Option<&CandidateView>,
) -> Vec<String> {
    let what = requests::short(view, &option.needs);
    if let Some((horizon, total)) = when::several(view).zip(option.horizon_total.as_ref()) {
        let months = horizon.months.len();
        let cost = numbers::money(total, &horizon.currency);
        let cost = format!("{cost} over {months} months{}", waits(option));
        return ask_for_months(view, &what, &cost, horizon);
    }
    let cost = cost(&option.expected_monthly_cost, &option.monthly_cost.currency);
    let cost = format!("{cost}{}", waits(option));
    let Some(choice) = choice else {
        return vec![
            format!("Ask for {what}: {cost}. Without it nothing meets every objective."),
            format!(
                "Ask for more quota{} (see the table): {cost}. Without it nothing serves.",
                of_model(view, option)
            ),
        ];
    };
    let otherwise = numbers::amount(&choice.expected_monthly_cost);
    let mut without = vec![answer::label_in(view, choice)];
    // Another model is no other size: it is the last word of the plan without the quota to go.
    let model = answer::model_in(view, choice);
    if choice.total_ptu > 0 {
        let of = model.map_or_else(String::new, |model| format!(" of {model}"));
        without.push(format!("{} PTU{of}", numbers::count(u64::from(choice.total_ptu))));
    }
    without.extend(model.map(str::to_owned));
    let ask = |what: &str, without: &str| {
        format!("Ask for {what}: {cost}. Without it: {without}{otherwise}.")
    };
    let more = format!("more quota{} (see the table)", of_model(view, option));
    let mut ways: Vec<String> = Vec::new();
    for what in [&what, &more] {
        ways.extend(without.iter().map(|own| ask(what, &format!("{own}, "))));
        ways.push(ask(what, ""));
    }
    ways
}

/// Queueing delay from which a headline has to say it, milliseconds.
pub(super) const LONG_WAIT_MS: f64 = 1_000.0;

/// How long calls wait with the quota asked for, where that is long.
fn waits(option: &QuotaOptionView) -> String {
    let p99 = option.candidate.measures.added_wait_ms.p99;
    if p99 > LONG_WAIT_MS { format!(" (p99 wait {})", numbers::wait(p99)) } else { String::new() }
}

/// The model that quota is asked for, where the answer shows several.
fn of_model(view: &RecommendationView, option: &QuotaOptionView) -> String {
    let model = answer::model_in(view, &option.candidate);
    model.map_or_else(String::new, |model| format!(" for {model}"))
}

/// The same where several months are planned: by when, and what they cost without it where all of
/// them hold.
fn ask_for_months(
    view: &RecommendationView,
    what: &str,
    cost: &str,
    horizon: &HorizonView,
) -> Vec<String> {
    let more = "more quota (see the table)";
    let Some(month) = later::first_failing(view).map(when::named) else {
        let otherwise = numbers::amount(&horizon.total);
        let changed = later::changed(horizon);
        let label =
            changed.or_else(|| view.choice.as_ref().map(|choice| answer::label_in(view, choice)));
        let label = label.unwrap_or_default();
        return vec![
            format!("Ask for {what}: {cost}. Without it: {label}, {otherwise}."),
            format!("Ask for {what}: {cost}. Without it: {otherwise}."),
            format!("Ask for {more}: {cost}. Without it: {otherwise}."),
        ];
    };
    vec![
        format!("By {month} ask for {what}: {cost}. Without it the plan falls short from then on."),
        format!("By {month} ask for {what}: {cost}."),
        format!("By {month} ask for {more}: {cost}."),
    ]
}

/// At most the characters there are, cut at a word where it must be cut.
fn shortened(text: &str) -> String {
    if text.chars().count() <= ACTION_LENGTH {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut length = 0;
    for word in text.split(' ') {
        let more = word.chars().count() + usize::from(length > 0);
        if length + more >= ACTION_LENGTH {
            break;
        }
        if length > 0 {
            short.push(' ');
        }
        short.push_str(word);
        length += more;
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_cut_at_a_word() {
        let long = "word ".repeat(60);
        let short = shortened(&long);
        assert!(short.chars().count() <= ACTION_LENGTH && short.ends_with("word…"), "{short}");
        assert_eq!(shortened("as it is"), "as it is");
    }
}
