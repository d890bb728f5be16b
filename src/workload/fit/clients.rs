//! Clients fitted one by one: that one of them floods a second while the others do not is what no fit of the whole can keep.

use crate::workload::fit::epochs::Columns;
use crate::workload::fit::found::ClientFit;
use crate::workload::fit::found::Fit;
use crate::workload::fit::part::fit_part;
use crate::workload::fit::rate::Stretch;
use crate::workload::import::Imported;

/// A client with fewer requests is one of the others.
const FEWEST: usize = 200;
/// Clients fitted on their own at most, the largest ones.
const MOST: usize = 200;

/// The fits of the clients, the largest first, the pool of the others last; none where fewer than two parts would be left.
pub(crate) fn each_client(imported: &Imported, stretch: Stretch) -> Vec<ClientFit> {
    let Some(labels) = &imported.attributes.client else { return Vec::new() };
    let mut requests: Vec<(usize, Vec<u32>)> =
        (0..labels.names.len()).map(|name| (name, Vec::new())).collect();
    for (id, name) in labels.of.iter().enumerate() {
        requests[*name as usize].1.push(id as u32);
    }
    requests.sort_by_key(|(name, ids)| (std::cmp::Reverse(ids.len()), *name));
    let (mut fits, mut pooled): (Vec<ClientFit>, Vec<u32>) = (Vec::new(), Vec::new());
    for (name, ids) in requests {
        let alone = (ids.len() >= FEWEST && fits.len() < MOST)
            .then(|| part(imported, &ids, stretch))
            .flatten();
        match alone {
            Some(fit) => {
                let name = match labels.names[name].as_str() {
                    "" => "not stated",
                    stated => stated,
                };
                fits.push(ClientFit { name: name.into(), fit });
            }
            None => pooled.extend(ids),
        }
    }
    pooled.sort_unstable();
    if !pooled.is_empty() {
        let mut name = "others".to_owned();
        while fits.iter().any(|client| client.name == name) {
            name.push('\'');
        }
        // A handful of others has no fit of its own: then the whole has to do.
        let Some(fit) = part(imported, &pooled, stretch) else { return Vec::new() };
        fits.push(ClientFit { name, fit });
    }
    if fits.len() < 2 {
        fits.clear();
    }
    fits
}

fn part(imported: &Imported, ids: &[u32], stretch: Stretch) -> Option<Fit> {
    let trace = &imported.trace;
    let pick = |column: &[u32]| -> Vec<u32> { ids.iter().map(|id| column[*id as usize]).collect() };
    let arrival_us: Vec<u64> = ids.iter().map(|id| trace.arrival_us[*id as usize]).collect();
    let (input, output) = (pick(&trace.input_tokens), pick(&trace.output_tokens));
    let cached = trace.cached_input_tokens.as_deref().map(pick);
    let columns = Columns { input: &input, cached: cached.as_deref(), output: &output };
    fit_part(&arrival_us, &columns, stretch).ok()
}
