//! What to do, in one sentence of at most 140 characters.

use crate::report::answer::purchase::purchases;
use crate::report::answer::{requests, when};
use crate::report::view::{CandidateView, QuotaOptionView, RecommendationView};
use crate::report::words::answer;
use crate::report::words::numbers;

/// Most characters of the sentence that says what to do.
pub const ACTION_LENGTH: usize = 140;

/// The sentence: the longest of the ways to say it for which there is room.
pub(super) fn action(view: &RecommendationView, better: Option<&QuotaOptionView>) -> String {
    let ways = match (better, &view.choice) {
        (Some(option), choice) => ask_for(option, choice.as_ref()),
        (None, Some(choice)) => choose(view, choice),
        (None, None) => nothing(view),
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
    if same && bought.is_empty() {
        let label = answer::label(choice);
        ways.push(format!("Change nothing: today's deployments ({label}) cost {cost}."));
        ways.push(format!("Change nothing: today's deployments cost {cost}."));
    }
    ways.extend(bought.into_iter().map(|what| format!("{what}: {cost}.")));
    ways.extend(purchases(choice).into_iter().map(|what| format!("{what}: {cost}.")));
    ways
}

/// What to reserve, net of what is owned, where there is more to it than one purchase of the choice's PTUs today.
fn planned(view: &RecommendationView, choice: &CandidateView) -> Vec<String> {
    let Some(horizon) = view.outlook.horizon.as_ref().filter(|own| !own.now.is_empty()) else {
        return Vec::new();
    };
    if horizon.months.len() < 2 && horizon.owned.is_empty() {
        return Vec::new();
    }
    let later = if horizon.first_day == horizon.now { "" } else { "; more later" };
    let first = format!("{}{later}", horizon.first_day);
    let whose = answer::label(choice);
    let mut ways = vec![format!("{} ({whose})", horizon.now), horizon.now.clone()];
    if !horizon.first_day.is_empty() {
        ways.push(format!("{first} ({whose})"));
        ways.push(first);
    }
    ways
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

fn ask_for(option: &QuotaOptionView, choice: Option<&CandidateView>) -> Vec<String> {
    let what = requests::short(option);
    let cost = cost(&option.expected_monthly_cost, &option.monthly_cost.currency);
    let Some(choice) = choice else {
        return vec![
            format!("Ask for {what}: {cost}. Without it nothing meets every objective."),
            format!("Ask for more quota (see the table): {cost}. Without it nothing serves."),
        ];
    };
    let otherwise = numbers::amount(&choice.expected_monthly_cost);
    let size = if choice.total_ptu > 0 {
        format!("{} PTU", numbers::count(u64::from(choice.total_ptu)))
    } else {
        answer::label(choice)
    };
    vec![
        format!("Ask for {what}: {cost}. Without it: {}, {otherwise}.", answer::label(choice)),
        format!("Ask for {what}: {cost}. Without it: {size}, {otherwise}."),
        format!("Ask for {what}: {cost}. Without it: {otherwise}."),
        format!("Ask for more quota (see the table): {cost}. Without it: {otherwise}."),
    ]
}

fn nothing(view: &RecommendationView) -> Vec<String> {
    let relaxations = &view.outlook.explanation.relaxations;
    let mut currencies = view.candidates.iter().map(|c| &c.monthly_cost.currency);
    let currency = currencies.find(|currency| !currency.is_empty()).cloned();
    let mut ways: Vec<String> = relaxations
        .iter()
        .map(|one| {
            let cost = numbers::amount(&one.monthly_cost);
            let currency = currency.as_deref().unwrap_or_default();
            format!(
                "Nothing meets every objective. To serve: {} ({cost} {currency} a month).",
                one.change
            )
        })
        .collect();
    ways.extend(
        relaxations
            .iter()
            .map(|one| format!("Nothing meets every objective. To serve: {}.", one.change)),
    );
    ways.push("Nothing on the list meets every objective: see what stands in the way.".to_owned());
    ways
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
