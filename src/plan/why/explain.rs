//! Why the choice wins: sentences, each derived from figures of the result.

use crate::metrics::slo::{percent, seconds};
use crate::plan::constraints::constraint::Constraint;
use crate::plan::evaluate::evaluate::{Evaluated, Figures};
use crate::plan::evaluate::refusal::joined;
use crate::plan::evaluate::spread::Spread;
use crate::plan::futures::uncertainty::Certainty;
use crate::plan::why::kinds::sentences;
use crate::plan::why::marginal;
use crate::plan::why::marginal::{Marginal, more_or_less};
use crate::units::money::Money;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The sentences. Every figure in them stands in the candidates.
pub fn reasons(
    candidates: &[Evaluated],
    choice: Option<usize>,
    runner_up: Option<usize>,
    certainty: Option<&Certainty>,
) -> Vec<String> {
    let Some((best, figures)) = choice.and_then(|index| with_figures(&candidates[index])) else {
        return nothing_feasible(candidates);
    };
    let mut why = vec![against_pay_as_you_go(candidates, best, figures)];
    why.extend(largest_part(figures));
    if let Some(utilization) = &figures.utilization {
        let above = if figures.spilled_share > 0.0 {
            format!(
                "; the other {} of calls spill over to pay-as-you-go",
                percent(figures.spilled_share)
            )
        } else {
            String::new()
        };
        let sentence = format!(
            "The {} PTU run at {} on average and {} in the busiest minute{above}",
            best.candidate.total_ptu(),
            percent(utilization.mean),
            percent(utilization.max)
        );
        why.push(sentence);
        why.extend(choice.and_then(|choice| next_block(candidates, choice)));
        why.extend(other_payments(candidates, best, figures));
    }
    why.extend(choice.map(|choice| sentences(candidates, choice)).unwrap_or_default());
    if let Some((other, theirs)) = runner_up.and_then(|index| with_figures(&candidates[index])) {
        let change = marginal::difference(other, best).map(more_or_less);
        why.push(format!(
            "The runner-up, {}, costs {} a month",
            other.candidate.name,
            change.unwrap_or_else(|| format!("{} more", difference(theirs, figures)))
        ));
    }
    why.extend(elsewhere(candidates, best));
    why.push(format!(
        "{} of calls see a 429 and {} end in one; p99 added wait {}",
        percent(figures.total.saw_throttle_share),
        percent(figures.total.throttled_share),
        seconds(figures.total.added_wait.p99_us)
    ));
    if let (Some(certainty), Some(spread)) = (certainty, &best.spread) {
        why.extend(how_sure(best, spread, certainty));
    }
    why
}

/// Regions in which the same deployments cost the same: a choice that price does not make.
fn elsewhere(candidates: &[Evaluated], best: &Evaluated) -> Option<String> {
    let deployed = |one: &Evaluated| -> Vec<_> {
        one.candidate.deployments.iter().map(|d| (d.sku.name.clone(), d.capacity_ptu)).collect()
    };
    let mut regions: Vec<&str> = Vec::new();
    for other in candidates.iter().filter(|c| c.is_feasible()) {
        let alike =
            other.candidate.kind() == best.candidate.kind() && deployed(other) == deployed(best);
        let same = marginal::difference(other, best).is_some_and(|more| more.amount().is_zero());
        let Some(first) = other.candidate.deployments.first().filter(|_| alike && same) else {
            continue;
        };
        let own = best.candidate.deployments.iter().any(|d| d.region.name == first.region.name);
        if !own && !regions.contains(&&*first.region.name) {
            regions.push(&first.region.name);
        }
    }
    (!regions.is_empty()).then(|| {
        format!(
            "The same in {} costs the same: price does not decide the region",
            regions.join(" or ")
        )
    })
}

/// What the replayed futures say of the choice.
fn how_sure(best: &Evaluated, spread: &Spread, certainty: &Certainty) -> Vec<String> {
    let count = certainty.replications;
    let futures = if certainty.more_than_luck {
        format!("{count} futures drawn from [uncertain]")
    } else {
        format!("{count} futures that differ by random draws alone")
    };
    let mut sentences = vec![format!(
        "Over {futures} it costs {} to {} (10th to 90th percentile), {} on average, and every objective holds in {} (of all \
         possible futures, in {} to {})",
        spread.p10.to_display_string(),
        spread.p90.to_display_string(),
        spread.mean.to_display_string(),
        whole_percent(spread.hold_share),
        whole_percent(spread.hold_between[0]),
        whole_percent(spread.hold_between[1])
    )];
    sentences.extend(how_well_known(spread, certainty));
    for pair in &certainty.paired {
        let holds = if pair.other_holds_share < 1.0 {
            let share = whole_percent(pair.other_holds_share);
            format!(
                "; that one keeps every objective in {share} and is not billed for what it does not serve"
            )
        } else {
            String::new()
        };
        sentences.push(format!(
            "It is cheaper than {} in {} of the futures ({} a month at the median){holds}",
            pair.other,
            whole_percent(pair.cheaper_share),
            pair.saving[1].to_display_string()
        ));
    }
    if certainty.regret_worst.amount().is_sign_positive()
        && !certainty.regret_worst.amount().is_zero()
    {
        sentences.push(format!(
            "It is the cheapest of {} candidates in {} of the futures and within 1% of the cheapest in {}; the cheapest is of \
             its kind in {}. Committing now costs {} a month more than perfect foresight on average, {} at worst",
            certainty.contenders,
            whole_percent(certainty.best_share),
            whole_percent(certainty.near_share),
            whole_percent(certainty.kind_share),
            certainty.regret_mean.to_display_string(),
            certainty.regret_worst.to_display_string()
        ));
    }
    if certainty.least_worst_id != best.id {
        sentences.push(format!(
            "To minimise the worst case, choose {}: {} at worst instead of {}",
            certainty.least_worst,
            certainty.least_worst_cost.to_display_string(),
            spread.worst.to_display_string()
        ));
    }
    sentences
}

/// How well the futures tell the percentiles, where they differ at all, and why no more were drawn.
fn how_well_known(spread: &Spread, certainty: &Certainty) -> Vec<String> {
    let mut sentences = Vec::new();
    let [[low, high], [least, most], _] = spread.between;
    if low != high || least != most {
        let between = |[low, high]: [Money; 2]| {
            format!("{} and {}", low.to_display_string(), high.to_display_string())
        };
        sentences.push(format!(
            "With {} futures the median lies between {}, the 10th percentile between {} and the 90th between {}",
            certainty.replications,
            between(spread.between[1]),
            between(spread.between[0]),
            between(spread.between[2])
        ));
    }
    if certainty.replications < certainty.replications_most {
        sentences.push(format!(
            "It stopped after {} of at most {} futures: the order of the candidates was clear, or within 1%",
            certainty.replications, certainty.replications_most
        ));
    } else if !certainty.tight {
        sentences.push(format!(
            "{} futures do not pin the mean down to within 1%: raise uncertain.replications",
            certainty.replications
        ));
    }
    if !certainty.interior {
        sentences.push("Sizes beyond those compared may be cheaper still".to_owned());
    }
    sentences
}

fn whole_percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

fn with_figures(evaluated: &Evaluated) -> Option<(&Evaluated, &Figures)> {
    Some((evaluated, evaluated.figures.as_ref()?))
}

fn difference(dearer: &Figures, cheaper: &Figures) -> String {
    match dearer.cost.monthly.minus(cheaper.cost.monthly) {
        Ok(money) => money.to_display_string(),
        Err(error) => error.to_string(),
    }
}

/// Which constraint to relax and by how much: for each one that stands alone between some candidate and feasibility, the
/// candidate that needs least; cheapest first where several need nothing but a yes.
fn nothing_feasible(candidates: &[Evaluated]) -> Vec<String> {
    let mut why = vec![format!("None of {} candidates is feasible", candidates.len())];
    let fewest = candidates.iter().map(|c| c.reasons.len()).min().unwrap_or(0);
    let mut nearest: Vec<&Evaluated> = Vec::new();
    for candidate in candidates.iter().filter(|c| c.reasons.len() == fewest) {
        let broken = |c: &Evaluated| -> Vec<Constraint> {
            c.reasons.iter().map(|reason| reason.constraint.clone()).collect()
        };
        let same = nearest.iter().position(|other| broken(other) == broken(candidate));
        match same {
            None => nearest.push(candidate),
            Some(index) if needs_less(candidate, nearest[index]) => nearest[index] = candidate,
            Some(_) => {}
        }
    }
    for candidate in nearest {
        let relax: Vec<&str> = candidate.reasons.iter().map(|reason| &*reason.relax).collect();
        let cost = candidate.figures.as_ref().map_or_else(String::new, |figures| {
            format!(" ({} a month)", figures.cost.monthly.to_display_string())
        });
        why.push(format!(
            "{}{cost} would be {} with this: {}; now: {}",
            candidate.candidate.name,
            // What was refused before its simulation may still break an objective.
            if candidate.figures.is_some() { "feasible" } else { "simulated" },
            relax.join("; "),
            joined(&candidate.reasons)
        ));
    }
    why
}

/// Whether a candidate is nearer to feasible than another that breaks the same constraints.
fn needs_less(one: &Evaluated, other: &Evaluated) -> bool {
    let excess = |c: &Evaluated| c.reasons.iter().map(|r| r.excess).fold(0.0, f64::max);
    let cost = |c: &Evaluated| c.figures.as_ref().map(|f| f.cost.monthly.amount());
    match excess(one).total_cmp(&excess(other)) {
        std::cmp::Ordering::Equal => match (cost(one), cost(other)) {
            (Some(one), Some(other)) => one < other,
            (one, other) => one.is_some() && other.is_none(),
        },
        order => order.is_lt(),
    }
}

fn is_pay_as_you_go(evaluated: &Evaluated) -> bool {
    evaluated.candidate.is_pay_as_you_go()
}

fn against_pay_as_you_go(candidates: &[Evaluated], best: &Evaluated, figures: &Figures) -> String {
    let likely = figures.cost.monthly;
    let moves = best.spread.as_ref().is_some_and(|spread| spread.mean != likely);
    let costs = if moves { "In the most likely future it costs" } else { "It costs" };
    let cost = likely.to_display_string();
    let standard = candidates.iter().filter(|c| is_pay_as_you_go(c)).find_map(with_figures);
    match standard {
        _ if is_pay_as_you_go(best) => {
            let with_ptu = candidates
                .iter()
                .filter(|c| c.is_feasible() && c.candidate.total_ptu() > 0)
                .find_map(with_figures);
            match with_ptu {
                Some((other, theirs)) => format!(
                    "Pay-as-you-go costs {cost} a month; the best with PTUs, {}, costs {} more",
                    other.candidate.name,
                    difference(theirs, figures)
                ),
                None => {
                    format!("Pay-as-you-go costs {cost} a month; nothing with PTUs is feasible")
                }
            }
        }
        Some((other, theirs)) if other.is_feasible() => {
            let share = share_of(
                theirs.cost.monthly.amount() - figures.cost.monthly.amount(),
                theirs.cost.monthly.amount(),
            );
            format!(
                "{costs} {cost} a month, {} ({}) less than pay-as-you-go alone",
                difference(theirs, figures),
                percent(share)
            )
        }
        Some((other, _)) => format!(
            "{costs} {cost} a month; pay-as-you-go alone is not feasible: {}",
            joined(&other.reasons)
        ),
        None => format!("{costs} {cost} a month"),
    }
}

/// What dominates the cost.
fn largest_part(figures: &Figures) -> Option<String> {
    let parts = &figures.cost.monthly_parts;
    let largest = parts.iter().max_by_key(|part| part.monthly.amount())?;
    (parts.len() > 1).then(|| {
        let share = share_of(largest.monthly.amount(), figures.cost.monthly.amount());
        format!(
            "Its largest part is {}: {} a month, {} of the cost",
            largest.name,
            largest.monthly.to_display_string(),
            percent(share)
        )
    })
}

/// What one block of PTUs less, and one more, would do.
fn next_block(candidates: &[Evaluated], choice: usize) -> Option<String> {
    let say = |next: Marginal| {
        if next.reasons.is_empty() {
            format!("{} PTU would cost {}", next.total_ptu, more_or_less(next.change))
        } else {
            format!("{} PTU is not feasible ({})", next.total_ptu, joined(&next.reasons))
        }
    };
    let both: Vec<String> =
        marginal::marginal(candidates, choice).into_iter().flatten().map(say).collect();
    (!both.is_empty()).then(|| format!("One block of PTUs less or more: {}", both.join("; ")))
}

fn other_payments(candidates: &[Evaluated], best: &Evaluated, figures: &Figures) -> Option<String> {
    let others: Vec<String> = candidates
        .iter()
        .filter(|c| {
            c.family_id == best.family_id
                && c.candidate.size() == best.candidate.size()
                && c.candidate.payment != best.candidate.payment
        })
        .filter_map(with_figures)
        .map(|(other, theirs)| {
            let change = theirs.cost.monthly.minus(figures.cost.monthly).ok();
            let change = change.map_or_else(|| "more".to_owned(), more_or_less);
            format!("{} {change}", other.candidate.payment.as_str())
        })
        .collect();
    (!others.is_empty()).then(|| {
        format!(
            "Under other commitments than {} the same deployments cost a month: {}",
            best.candidate.payment.as_str(),
            others.join(", ")
        )
    })
}

fn share_of(part: Decimal, whole: Decimal) -> f64 {
    part.checked_div(whole).and_then(|share| share.to_f64()).unwrap_or(0.0)
}
