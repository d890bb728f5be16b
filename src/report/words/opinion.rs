//! The platform's decision tree and calculator beside the choice, in words.

use crate::metrics::slo::percent;
use crate::plan::evaluate::refusal::Refusal;
use crate::plan::why::decision_tree::{
    OpinionDifference, SecondOpinion, TreeAnswer, TreeGrounds, TreeQuestion,
};
use crate::report::words::{numbers, refusal};
use crate::units::money::Money;
use crate::units::ptu::Ptu;

/// A question of the tree, in the guide's words.
pub const fn question(question: TreeQuestion) -> &'static str {
    match question {
        TreeQuestion::Residency => "Data Residency Requirements?",
        TreeQuestion::VolumeAnywhere => "Volume Requirements?",
        TreeQuestion::VolumeWithin => "Volume?",
        TreeQuestion::LatencyVariance => "Latency Variance OK?",
    }
}

/// An answer of the tree, in the guide's words.
pub const fn answer(answer: TreeAnswer) -> &'static str {
    match answer {
        TreeAnswer::No => "No",
        TreeAnswer::Yes => "Yes",
        TreeAnswer::DataZone => "Yes - Data Zone",
        TreeAnswer::Regional => "Yes - Regional",
        TreeAnswer::Batch => "Batch",
        TreeAnswer::HighConsistent => "High Consistent",
        TreeAnswer::LowMedium => "Low-Medium",
        TreeAnswer::ConsistentHigh => "Consistent High",
        TreeAnswer::Variable => "Variable",
    }
}

/// The figure or requirement that an answer rests on.
pub fn because(grounds: &TreeGrounds) -> String {
    match grounds {
        TreeGrounds::NoPlace => "[require] names no place".to_owned(),
        TreeGrounds::Place(name) => format!("[require] names {name}"),
        TreeGrounds::MayWait => "every answer may take 24 h or longer".to_owned(),
        TreeGrounds::Load { mean_ptu, peak_to_mean, consistent } => {
            let fill = match mean_ptu {
                Some((mean, smallest)) => format!(
                    "the mean minute needs {} PTU; the smallest deployment is {smallest}",
                    numbers::quantity(&mean.to_string())
                ),
                None => "the model has no PTUs".to_owned(),
            };
            format!(
                "{fill}; the busiest minute is {peak_to_mean:.1} times the mean, and up to \
                 {consistent} counts as consistent"
            )
        }
        TreeGrounds::Bounded => "an objective bounds the time of a call".to_owned(),
        TreeGrounds::Unbounded => "no objective bounds the time of a call".to_owned(),
    }
}

/// Where the choice differs from what the tree and the calculator say, a sentence each.
pub fn differences(opinion: &SecondOpinion) -> Vec<String> {
    opinion.differences.iter().map(|one| difference(opinion, one)).collect()
}

fn difference(opinion: &SecondOpinion, difference: &OpinionDifference) -> String {
    let SecondOpinion { sku, model, .. } = opinion;
    match difference {
        OpinionDifference::NotAllowed => {
            format!("The tree ends at {sku}, which the scenario does not allow")
        }
        OpinionDifference::NotSimulated => {
            format!("The tree ends at {sku}, which was not simulated")
        }
        OpinionDifference::Refused(reason) => {
            let why = refusal::message(reason);
            format!("The tree ends at {sku}, which is refused: {why}")
        }
        OpinionDifference::Infeasible { best, reason } => {
            let why = refusal::message(reason);
            format!("The tree ends at {sku}; its best, {best}, is not feasible: {why}")
        }
        OpinionDifference::Costs { best, change } => {
            let change = more_or_less(*change);
            format!("The tree ends at {sku}; its best, {best}, costs {change} a month")
        }
        OpinionDifference::OfModel { official, chosen } => format!(
            "For {model} alone the calculator sizes the busiest minute and asks for {} PTU; the \
             choice has {} for it",
            count(*official),
            count(*chosen)
        ),
        OpinionDifference::NoPtu { official, cheapest, change, reason } => format!(
            "The calculator asks for {} PTU at the busiest minute; {}",
            count(*official),
            would_cost(cheapest, *change, reason.as_ref())
        ),
        OpinionDifference::Sized { official, raw, mean, chosen, spilled_share, used } => {
            let [official, chosen] = [*official, *chosen].map(count);
            let [raw, mean] = [raw, mean].map(|ptu| numbers::quantity(&ptu.to_string()));
            let sized = format!(
                "The calculator sizes the busiest minute alone and asks for {official} PTU ({raw} \
                 before rounding, the mean one {mean}); the choice has {chosen}"
            );
            let passed = (*spilled_share > 0.0).then(|| {
                format!(", passes {} of calls on to pay-as-you-go", percent(*spilled_share))
            });
            let used = used.map(|used| format!(" and uses them {} on average", percent(used)));
            [Some(sized), passed, used].into_iter().flatten().collect()
        }
        OpinionDifference::SameKind { official, change, reason } => {
            let name = format!("{} PTU of the same SKU and model", count(*official));
            would_cost(&name, *change, reason.as_ref())
        }
    }
}

fn count(ptu: Ptu) -> String {
    numbers::count(u64::from(ptu))
}

/// What another candidate would cost, and that it would not do where it would not.
fn would_cost(name: &str, change: Money, reason: Option<&Refusal>) -> String {
    let but = match reason {
        Some(reason) => format!(", but would not do: {}", refusal::message(reason)),
        None => String::new(),
    };
    format!("{name} would cost {} a month{but}", more_or_less(change))
}

/// `1.00 USD more` or `1.00 USD less`.
fn more_or_less(change: Money) -> String {
    if change.amount().is_sign_negative() {
        let less = Money::new(-change.amount(), change.currency());
        format!("{} less", less.to_display_string())
    } else {
        format!("{} more", change.to_display_string())
    }
}
