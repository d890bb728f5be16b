//! Where a deployment can be had, processes and keeps data, in words.

use crate::plan::constraints::constraint::Constraint;
use crate::plan::constraints::grounds::place::{Concession, PlaceGrounds, Whereabouts};
use crate::report::words::constraint::constraint;
use crate::report::words::refusal::RefusalWords;
use std::sync::Arc;

pub(super) fn words(grounds: &PlaceGrounds, broken: &Constraint) -> RefusalWords {
    match grounds {
        PlaceGrounds::NotAvailable { model, sku, region, why, near, sold_as } => RefusalWords::new(
            format!("not available: {model} · {sku} in {region}: {why}"),
            if !near.is_empty() {
                format!("deploy {sku} in {}", near.join(", "))
            } else if sold_as.is_empty() {
                format!("allow another model: no table that was read has a region of {model}")
            } else {
                format!("allow another SKU: {model} is sold as {}", sold_as.join(", "))
            },
        ),
        PlaceGrounds::ProcessedElsewhere { sku, processed, skus, regions, concession, source } => {
            RefusalWords::new(
                format!(
                    "not {}: {sku} · {} ({source})",
                    constraint(broken),
                    whereabouts(processed)
                ),
                format!("{}{}", ways(skus, regions), conceded(concession)),
            )
        }
        PlaceGrounds::RestsElsewhere { sku, rests_in, near, source } => RefusalWords::new(
            format!("not {}: {sku} · {rests_in} ({source})", constraint(broken)),
            if near.is_empty() {
                format!("allow data at rest in {rests_in}")
            } else {
                format!("deploy in {}", near.join(", "))
            },
        ),
    }
}

fn whereabouts(processed: &Whereabouts) -> String {
    match processed {
        Whereabouts::OfSku(place) => place.to_string(),
        Whereabouts::OfSkuByReading { place, parameter, reading } => {
            format!("{place}, by the parameter {parameter} = {reading}")
        }
        Whereabouts::Zone { region, zone: Some(zone) } => format!("{region} is in the zone {zone}"),
        Whereabouts::Zone { region, zone: None } => format!("{region} is in no data zone"),
        Whereabouts::Geography { region, geography } => format!("{region} is in {geography}"),
        Whereabouts::Region(region) => format!("the deployment is in {region}"),
    }
}

/// What to do instead, ending in "or"; empty when nothing is known.
fn ways(skus: &[Arc<str>], regions: &[Arc<str>]) -> String {
    let way = |verb: &str, names: &[Arc<str>]| match names {
        [] => String::new(),
        names => format!("{verb} {}, or ", names.join(", ")),
    };
    way("deploy as", skus) + &way("deploy in", regions)
}

fn conceded(concession: &Concession) -> String {
    match concession {
        Concession::Zone => "drop require.data_zone".to_owned(),
        Concession::Geography => "drop require.geography".to_owned(),
        Concession::GeographyInstead(geography) => {
            format!("require the geography {geography} instead")
        }
    }
}
