//! What serves which workload, where a headline cannot say it all.

use crate::report::view::{RecommendationView, ServedView};

/// The rows, where there is more to say than one workload on one deployment.
pub(crate) fn shown(view: &RecommendationView) -> &[ServedView] {
    let moves = view.serves.iter().any(|one| one.instead_of.is_some());
    if view.serves.len() > 1 || moves { &view.serves } else { &[] }
}

/// The calls that a row is of: `all`, or a share of them in whole percent.
pub(crate) fn share(one: &ServedView) -> String {
    if one.share >= 1.0 { "all".to_owned() } else { format!("{:.0}%", one.share * 100.0) }
}

impl ServedView {
    /// The model, and the one that it takes the place of.
    pub fn model_words(&self) -> String {
        match &self.instead_of {
            Some(before) => format!("{} instead of {before}", self.model),
            None => self.model.clone(),
        }
    }
}
