//! How many PTUs does a steady call shape need, and what do they cost an hour?
//!
//! ```text
//! cargo run --no-default-features --example size
//! ```
#![allow(clippy::print_stdout, reason = "an example prints its answer")]

use jiff::civil::date;
use ptuplan::catalog::Catalog;
use ptuplan::catalog::ptu::PtuPayment;
use ptuplan::plan::size::{CallShape, size};
use rust_decimal::Decimal;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let catalog = Catalog::embedded()?;
    let on = date(2026, 12, 1);
    let (model, sku) = ("gpt-5.2", "DataZoneProvisionedManaged");
    let shape = CallShape {
        requests_per_minute: Decimal::from(1_000),
        input_tokens: Decimal::from(200),
        output_tokens: Decimal::from(20),
        ..CallShape::default()
    };
    let sizing = size(&catalog, model, sku, &shape, on)?;
    println!("{} PTU, {} on the grid", sizing.raw_ptu.round_dp(2), sizing.deployable_ptu);
    let price = catalog.ptu_price(model, sku, "eastus2", PtuPayment::Hourly, on)?;
    println!("one PTU-hour in eastus2: {}", price.value.price.to_exact_string());
    Ok(())
}
