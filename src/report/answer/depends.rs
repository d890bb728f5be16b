//! What the answer depends on: what flips it, what is unknown, what ends. Each once, the most important first.

use crate::report::answer::requests;
use crate::report::view::{DependencyView, RecommendationView};

/// The dependencies that can be read from the view itself. Facts of the catalogue, such as retirements and promotions, are
/// put in front of them by whoever knows the catalogue.
pub fn dependencies(view: &RecommendationView) -> Vec<DependencyView> {
    let mut found = flips(view);
    found.extend(unknown_quota(view));
    found
}

/// Inputs within whose range another candidate is better.
fn flips(view: &RecommendationView) -> Vec<DependencyView> {
    let Some(choice) = &view.choice else { return Vec::new() };
    let assumed = |input: &str| view.assumptions.iter().any(|fact| fact.name == input);
    let mut found = Vec::new();
    for effect in view.sensitivity.iter().filter(|effect| effect.flips_choice) {
        let ends = [(&effect.low, &effect.best_low), (&effect.high, &effect.best_high)];
        let flipped: Vec<_> = ends.into_iter().filter(|(_, best)| **best != choice.name).collect();
        let Some((at, _)) = flipped.first() else { continue };
        let each = flipped.iter().map(|(at, best)| format!("at {at} {best} is better"));
        let sentence =
            format!("{}: {}.", capital(&effect.input), each.collect::<Vec<_>>().join("; "));
        found.push(DependencyView {
            kind: if assumed(&effect.input) { "assumption" } else { "flip" }.to_owned(),
            short: format!("{} ({at} changes the choice)", effect.input),
            sentence,
        });
    }
    found
}

/// Quota of the choice that nobody stated or knows.
fn unknown_quota(view: &RecommendationView) -> Vec<DependencyView> {
    let unknown = view.quota.choice.iter().filter(|need| need.held.is_none());
    unknown
        .map(|need| {
            let what = requests::quantity(need);
            DependencyView {
                kind: "quota".to_owned(),
                short: format!("{what} of {} quota, not stated", need.sku),
                sentence: format!(
                    "{what} of {} in {} are needed, and the scenario does not state whether that quota is free.",
                    need.sku, need.region
                ),
            }
        })
        .collect()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
