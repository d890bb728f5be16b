//! Why the choice wins: sentences and break-even points, each derived from figures of the result.

use crate::metrics::slo::{percent, seconds};
use crate::plan::refusal::joined;
use crate::plan::search::{Evaluated, Figures, Question};
use crate::plan::uncertainty::{Certainty, Spread};
use crate::scenario::question::Payment;
use crate::units::diagnostic::Diagnostics;
use crate::units::money::Money;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// From where on a way to pay for PTUs beats paying by the token.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakEven {
    /// The way to pay.
    pub payment: Payment,
    /// Utilization of a PTU at which its month costs as much as the tokens it serves would; above 1 it never pays.
    pub utilization: f64,
    /// Monthly price of one PTU paid so.
    pub ptu_month: Money,
}

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
    if let Some(utilization) = &figures.utilization {
        let above = if figures.spilled_share > 0.0 {
            format!(
                "; the {} of calls that come above that spill over and are paid by the token",
                percent(figures.spilled_share)
            )
        } else {
            String::new()
        };
        let sentence = format!(
            "{} PTU are {} used on average ({} in the busiest minute){above}",
            best.candidate.total_ptu(),
            percent(utilization.mean),
            percent(utilization.max)
        );
        why.push(sentence);
        why.extend(neighbours(candidates, best, figures));
        why.extend(other_payments(candidates, best, figures));
    }
    if let Some((other, theirs)) = runner_up.and_then(|index| with_figures(&candidates[index])) {
        why.push(format!(
            "The runner-up, {}, costs {} more a month",
            other.candidate.name,
            difference(theirs, figures)
        ));
    }
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

/// What the replayed futures say of the choice.
fn how_sure(best: &Evaluated, spread: &Spread, certainty: &Certainty) -> Vec<String> {
    let count = certainty.replications;
    let futures = if certainty.more_than_luck {
        format!("{count} futures drawn from [uncertain]")
    } else {
        format!("{count} futures that differ by luck alone")
    };
    let mut sentences = vec![format!(
        "Over {futures} it costs {} to {} (10 % to 90 %), {} on average, and every objective holds in {}",
        spread.p10.to_display_string(),
        spread.p90.to_display_string(),
        spread.mean.to_display_string(),
        whole_percent(spread.hold_share)
    )];
    for pair in &certainty.paired {
        sentences.push(format!(
            "It is cheaper than {} in {} of the futures ({} a month at the median)",
            pair.other,
            whole_percent(pair.cheaper_share),
            pair.saving[1].to_display_string()
        ));
    }
    if certainty.regret_worst.amount().is_sign_positive()
        && !certainty.regret_worst.amount().is_zero()
    {
        sentences.push(format!(
            "Of {} contenders it is the best in {}; bought in advance it costs {} a month more than the best of each \
             future on average, {} at worst",
            certainty.contenders,
            whole_percent(certainty.best_share),
            certainty.regret_mean.to_display_string(),
            certainty.regret_worst.to_display_string()
        ));
    }
    if certainty.least_worst != best.candidate.name {
        sentences.push(format!(
            "Whoever fears the dearest future most takes {}: {} at worst instead of {}",
            certainty.least_worst,
            certainty.least_worst_cost.to_display_string(),
            spread.worst.to_display_string()
        ));
    }
    sentences
}

fn whole_percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
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
        let broken = |c: &Evaluated| -> Vec<String> {
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
            "{}{cost} would be feasible with this: {}; now: {}",
            candidate.candidate.name,
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
    evaluated.candidate.total_ptu() == 0
}

fn against_pay_as_you_go(candidates: &[Evaluated], best: &Evaluated, figures: &Figures) -> String {
    let cost = figures.cost.monthly.to_display_string();
    let standard = candidates.iter().filter(|c| is_pay_as_you_go(c)).find_map(with_figures);
    match standard {
        _ if is_pay_as_you_go(best) => {
            let with_ptu = candidates
                .iter()
                .filter(|c| c.is_feasible() && !is_pay_as_you_go(c))
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
                "It costs {cost} a month, {} ({}) less than pay-as-you-go alone",
                difference(theirs, figures),
                percent(share)
            )
        }
        Some((other, _)) => format!(
            "It costs {cost} a month; pay-as-you-go alone is not feasible: {}",
            joined(&other.reasons)
        ),
        None => format!("It costs {cost} a month"),
    }
}

/// The candidates of the same family and payment next in size.
fn neighbours(candidates: &[Evaluated], best: &Evaluated, figures: &Figures) -> Option<String> {
    let ptu = best.candidate.total_ptu();
    let alike =
        |c: &&Evaluated| c.family == best.family && c.candidate.payment == best.candidate.payment;
    let smaller = candidates
        .iter()
        .filter(alike)
        .filter(|c| c.candidate.total_ptu() < ptu)
        .max_by_key(|c| c.candidate.total_ptu())
        .and_then(with_figures);
    let larger = candidates
        .iter()
        .filter(alike)
        .filter(|c| c.candidate.total_ptu() > ptu)
        .min_by_key(|c| c.candidate.total_ptu())
        .and_then(with_figures);
    let say = |(other, theirs): (&Evaluated, &Figures)| {
        let size = other.candidate.total_ptu();
        if other.is_feasible() {
            format!("{size} PTU would cost {} more", difference(theirs, figures))
        } else {
            format!("{size} PTU is not feasible ({})", joined(&other.reasons))
        }
    };
    let both: Vec<String> = [smaller, larger].into_iter().flatten().map(say).collect();
    (!both.is_empty()).then(|| format!("One step in size: {}", both.join("; ")))
}

fn other_payments(candidates: &[Evaluated], best: &Evaluated, figures: &Figures) -> Option<String> {
    let others: Vec<String> = candidates
        .iter()
        .filter(|c| {
            c.family == best.family
                && c.candidate.total_ptu() == best.candidate.total_ptu()
                && c.candidate.payment != best.candidate.payment
        })
        .filter_map(with_figures)
        .map(|(other, theirs)| {
            format!("{} {} more", other.candidate.payment.as_str(), difference(theirs, figures))
        })
        .collect();
    (!others.is_empty()).then(|| {
        format!(
            "The same deployments paid otherwise than {} cost a month: {}",
            best.candidate.payment.as_str(),
            others.join(", ")
        )
    })
}

fn share_of(part: Decimal, whole: Decimal) -> f64 {
    part.checked_div(whole).and_then(|share| share.to_f64()).unwrap_or(0.0)
}

/// Break-even utilization of a PTU by way of payment: the monthly price of one PTU over what the tokens that it works
/// off at full use would cost by the token. Needs a feasible mix: pay-as-you-go and a PTU family with figures.
/// Empty where reservations are owned: what they cost is no price of a PTU that could be bought.
pub fn break_even(
    question: Question<'_>,
    candidates: &[Evaluated],
    choice: Option<usize>,
) -> Result<Vec<BreakEven>, Diagnostics> {
    if !question.scenario.commercial.agreement.reservations.is_empty() {
        return Ok(Vec::new());
    }
    let standard = candidates.iter().filter(|c| is_pay_as_you_go(c)).find_map(with_figures);
    // The largest PTU-only candidate serves everything: its units are the work the tokens stand for.
    let provisioned = |c: &&Evaluated| {
        let family = choice.and_then(|index| candidates[index].candidate.deployments.first());
        let sku = c.candidate.deployments.first().map(|d| &d.sku.name);
        c.candidate.deployments.iter().all(|d| d.capacity_ptu.is_some())
            && c.figures.as_ref().is_some_and(|f| f.total.failed == 0)
            && family
                .is_none_or(|first| first.capacity_ptu.is_none() || sku == Some(&first.sku.name))
    };
    let served = candidates
        .iter()
        .filter(provisioned)
        .max_by_key(|c| c.candidate.total_ptu())
        .and_then(with_figures);
    let (Some((_, tokens)), Some((largest, work))) = (standard, served) else {
        return Ok(Vec::new());
    };
    let Some(utilization) = &work.utilization else { return Ok(Vec::new()) };
    let Some(token_cost) = tokens.cost.monthly.amount().to_f64() else { return Ok(Vec::new()) };
    let ptu = largest.candidate.total_ptu();
    // What one fully used PTU would earn back in a month, at this mix of tokens.
    let value = token_cost / (utilization.mean * f64::from(ptu));
    let mut points = Vec::new();
    for payment in &question.scenario.allow.payments {
        let same = candidates.iter().find(|c| {
            c.family == largest.family
                && c.candidate.total_ptu() == ptu
                && c.candidate.payment == *payment
        });
        let Some((_, figures)) = same.and_then(with_figures) else { continue };
        let price =
            crate::units::money::UnitPrice { price: figures.cost.monthly, per: u64::from(ptu) };
        let Ok(ptu_month) = price.cost_of(1) else { continue };
        let cost = ptu_month.amount().to_f64().unwrap_or(0.0);
        points.push(BreakEven { payment: *payment, utilization: cost / value, ptu_month });
    }
    Ok(points)
}
