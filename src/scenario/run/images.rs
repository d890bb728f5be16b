//! Images of a workload's calls, as input tokens of the model that it calls.

use crate::catalog::Catalog;
use crate::catalog::image::Picture;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::workload::Workload;
use crate::scenario::schema::calls::ImagesTable;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::luck::{Purpose, draw, of_request};
use crate::workload::trace::Trace;
use std::fmt::Write as _;

/// One image, in the unit of [`ImagesTable::per_call_ppm`].
const ONE_PPM: u64 = 1_000_000;

/// The trace with the tokens of its images in the input of each call. How many images a call has is drawn from its own random
/// numbers where the average is no whole number, so every candidate sees the same.
///
/// # Errors
/// A model that reads no images, or for which no formula is known.
pub fn with_images(
    scenario: &Scenario,
    catalog: &Catalog,
    workload: &Workload,
    mut trace: Trace,
) -> Result<Trace, Diagnostics> {
    let Some(images) = &workload.calls.images else { return Ok(trace) };
    let tokens = tokens_of(catalog, workload, images, &workload.model.name)?;
    let per_call = images.per_call_ppm();
    let (whole, part) = (per_call / ONE_PPM, per_call % ONE_PPM);
    for (index, input) in trace.input_tokens.iter_mut().enumerate() {
        let id = u64::try_from(index).unwrap_or(u64::MAX);
        let luck = of_request(scenario.seed, id);
        let more = draw(luck, Purpose::Images, 0) % ONE_PPM < part;
        let count = whole + u64::from(more);
        let added = u32::try_from(count.saturating_mul(tokens)).unwrap_or(u32::MAX);
        *input = input.saturating_add(added);
    }
    let ImagesTable { width, height, .. } = images;
    let (width, height) = (width.get_ref(), height.get_ref());
    let detail = images.detail();
    let mut note = format!(
        "each call has {} images of {width} x {height} pixels at detail {detail} on average: {tokens} input tokens \
         each on {}, by the formula of the model's family",
        images.per_call(),
        workload.model.name
    );
    for other in &workload.alternatives {
        match tokens_of(catalog, workload, images, &other.model.name) {
            Ok(own) if own != tokens => {
                let name = &other.model.name;
                let _ = write!(note, "; {own} on {name}, which is counted as {tokens} here");
            }
            _ => {}
        }
    }
    trace.assumed.push(note);
    Ok(trace)
}

fn tokens_of(
    catalog: &Catalog,
    workload: &Workload,
    images: &ImagesTable,
    model: &str,
) -> Result<u64, Diagnostics> {
    let place = workload.model.place.clone();
    let card = catalog.model(model).map_err(|error| Diagnostics::from(error.at(place.clone())))?;
    let reads = card.inputs.is_empty() || card.inputs.iter().any(|input| &**input == "image");
    if !reads {
        let message = format!("does not read images: {} reads {}", card.id, card.inputs.join(", "));
        return Err(Diagnostic::error("no-images", message)
            .at(place)
            .hint("`ptuplan catalog list --feature image` lists models that do")
            .into());
    }
    let picture = Picture {
        detail: images.detail(),
        width: *images.width.get_ref(),
        height: *images.height.get_ref(),
    };
    let tokens = catalog.image_tokens(model, &picture);
    Ok(tokens.map_err(|error| Diagnostics::from(error.at(place)))?.value)
}
