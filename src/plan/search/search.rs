//! The search: what each model does alone, then models that serve together.

use crate::plan::candidates::family::{Family, families};
use crate::plan::question::Question;
use crate::plan::search::one_model::{Searched, one_model};
use crate::plan::search::portfolio::portfolio;
use crate::plan::setting::Setting;
use crate::plan::workers::Workers;
use crate::units::diagnostic::Diagnostics;
use crate::units::fingerprint::Fingerprint;

/// All candidates of a question with their figures: today's deployments first, then family by family and size by size.
pub(crate) fn search(
    setting: Setting<'_>,
    workers: &impl Workers,
) -> Result<Searched, Diagnostics> {
    let Question { scenario, catalog, .. } = setting.question;
    let (mut together, families): (Vec<Family>, Vec<Family>) =
        families(scenario, catalog)?.into_iter().partition(Family::is_combined);
    together.extend(families.iter().filter(|family| family.is_partly_tuned()).cloned());
    let Searched { mut families, candidates: mut found } = one_model(setting, families, workers)?;
    // Models that serve together have sizes of their own: any family of a mix stands for all.
    let mut mixes: Vec<Fingerprint> = Vec::new();
    for family in &together {
        let mix = family.mix.id();
        if !mixes.contains(&mix) {
            mixes.push(mix);
            let more = portfolio(setting, family, workers)?;
            families.extend(more.families);
            found.extend(more.candidates);
        }
    }
    Ok(Searched { families, candidates: found })
}
