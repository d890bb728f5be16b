//! The content filter (S 43-46): whether a prompt is blocked, and where an answer stops. All by the request's own luck.

use crate::engine::rules::{ContentFilter, FilterCategory, Severity};
use crate::units::luck::{Purpose, draw};

fn severity(mix: [u32; 3], random: u64) -> Option<Severity> {
    let place = (random % 1_000_000) as u32;
    let [low, medium, high] = mix;
    match place {
        p if p < low => Some(Severity::Low),
        p if p < low + medium => Some(Severity::Medium),
        p if p < low + medium + high => Some(Severity::High),
        _ => None,
    }
}

fn blocked(category: &FilterCategory, mix: [u32; 3], random: u64) -> bool {
    severity(mix, random).is_some_and(|severity| severity >= category.threshold)
}

impl ContentFilter {
    /// Whether the prompt of a request with this luck is blocked.
    pub(crate) fn blocks_prompt(&self, luck: u64) -> bool {
        self.categories.iter().enumerate().any(|(index, category)| {
            blocked(
                category,
                category.prompt_per_million,
                draw(luck, Purpose::ContentFilter, index as u32),
            )
        })
    }

    /// How many of `output_tokens` are made before the answer is stopped, none when it is not.
    pub(crate) fn stops_after(&self, luck: u64, output_tokens: u32) -> Option<u32> {
        let hit = |index: usize, category: &FilterCategory| {
            let random = draw(luck, Purpose::ContentFilter, 64 + index as u32);
            let at = (u64::from(output_tokens) * (random >> 32)) >> 32;
            blocked(category, category.output_per_million, random).then_some(at as u32)
        };
        let first = self
            .categories
            .iter()
            .enumerate()
            .filter_map(|(index, category)| hit(index, category))
            .min()?;
        Some(first.saturating_add(self.lag_tokens).min(output_tokens))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::luck::of_request;

    fn filter(threshold: Severity) -> ContentFilter {
        let mix = [200_000, 100_000, 50_000];
        ContentFilter {
            categories: vec![FilterCategory {
                prompt_per_million: mix,
                output_per_million: mix,
                threshold,
            }],
            lag_tokens: 0,
        }
    }

    #[test]
    fn the_threshold_blocks_its_severity_and_above() {
        for (threshold, per_million) in
            [(Severity::Low, 350_000), (Severity::Medium, 150_000), (Severity::High, 50_000)]
        {
            let filter = filter(threshold);
            let n = 100_000_u64;
            let blocked =
                (0..n).filter(|id| filter.blocks_prompt(of_request(3, *id))).count() as u64;
            let stopped =
                (0..n).filter_map(|id| filter.stops_after(of_request(3, id), 100)).count() as u64;
            for found in [blocked, stopped] {
                // Four standard deviations of a binomial count are at most 4 * sqrt(n / 4).
                assert!(
                    (found * 10).abs_diff(per_million) < 10 * 633,
                    "{found} of {n} at {threshold:?}"
                );
            }
        }
    }

    #[test]
    fn an_asynchronous_filter_stops_later_and_never_beyond_the_answer() {
        let (now, later) =
            (filter(Severity::Low), ContentFilter { lag_tokens: 250, ..filter(Severity::Low) });
        for id in 0..1_000 {
            let luck = of_request(1, id);
            match (now.stops_after(luck, 400), later.stops_after(luck, 400)) {
                (Some(a), Some(b)) => assert_eq!(b, (a + 250).min(400)),
                (None, None) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}
