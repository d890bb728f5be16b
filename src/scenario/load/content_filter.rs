//! Content filters, checked.

use crate::scenario::load::share_ppm;
use crate::scenario::question::named::Wrong;
use crate::scenario::schema::content_filter::{ContentFilterTable, threshold};
use toml::Spanned;
/// What is wrong with the table.
pub(crate) fn check(table: &ContentFilterTable) -> Vec<Wrong> {
    let mut wrong: Vec<Wrong> = Vec::new();
    for (_, category) in table.categories() {
        for mix in [&category.prompts, &category.answers].into_iter().flatten() {
            for part in mix.parts().into_iter().flatten() {
                if share_ppm(part.get_ref()).is_none() {
                    wrong.push((
                        "not-a-share",
                        part.span(),
                        format!("not a share: {}", part.get_ref()),
                        "write between \"0 %\" and \"100 %\"",
                    ));
                }
            }
            let parts = mix.per_million();
            if parts.iter().map(|part| u64::from(*part)).sum::<u64>() > 1_000_000 {
                let span = mix.parts().into_iter().flatten().next().map_or(0..0, Spanned::span);
                wrong.push((
                    "shares-above-all",
                    span,
                    "shares of severities above 100 % together".to_owned(),
                    "what is left of 100 % is safe",
                ));
            }
        }
        if let Some(written) = &category.threshold
            && written.get_ref() != "none"
            && threshold(written.get_ref()).is_none()
        {
            wrong.push((
                "unknown-threshold",
                written.span(),
                format!("unknown threshold: {}", written.get_ref()),
                "one of \"low\", \"medium\", \"high\", \"none\"",
            ));
        }
    }
    wrong
}
