//! `ptuplan size`.

use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::input;
use crate::cli::output::number;
use crate::cli::output::{INK, print, unrendered, width};
use crate::plan::size::{CallShape, size};
use crate::report;
use clap::Args;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// A call shape to size.
#[derive(Args, Clone, Debug)]
pub(super) struct SizeArguments {
    /// Model, as the platform spells it
    #[arg(long)]
    model: String,
    /// Provisioned SKU, as the platform spells it
    #[arg(long)]
    sku: String,
    /// Calls per minute at the peak
    #[arg(long, value_name = "N", value_parser = number)]
    rpm: Decimal,
    /// Input tokens per call, cached ones included
    #[arg(long, value_name = "N", value_parser = number)]
    input: Decimal,
    /// Output tokens per call
    #[arg(long, value_name = "N", value_parser = number)]
    output: Decimal,
    /// Share of the input read from the prompt cache: 0.5 or 50%
    #[arg(long, value_name = "F", value_parser = number, default_value = "0")]
    cache_rate: Decimal,
    /// Input tokens per call written to the prompt cache (generation B)
    #[arg(long, value_name = "N", value_parser = number, default_value = "0")]
    cache_write: Decimal,
    /// Image input tokens per call (image models)
    #[arg(long, value_name = "N", value_parser = number, default_value = "0")]
    image_input: Decimal,
    /// Image output tokens per call (image models)
    #[arg(long, value_name = "N", value_parser = number, default_value = "0")]
    image_output: Decimal,
    /// Day whose values to use; that of the catalogue's newest source when absent
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

pub(super) fn run(command: &SizeArguments, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let shape = CallShape {
        requests_per_minute: command.rpm,
        input_tokens: command.input,
        cache_rate: command.cache_rate,
        cache_write_tokens: command.cache_write,
        output_tokens: command.output,
        image_input_tokens: command.image_input,
        image_output_tokens: command.image_output,
    };
    let as_of = command.as_of.unwrap_or_else(|| catalog.as_of());
    let sizing = size(&catalog, &command.model, &command.sku, &shape, as_of)?;
    let view = report::catalog::size::view(&sizing);
    match common.format {
        Format::Json => print(&report::json::bytes(&view).map_err(unrendered)?)?,
        Format::Text | Format::Markdown => {
            print(report::catalog::size::text(&view, INK, width()).as_bytes())?;
        }
    }
    Ok(Verdict::Yes)
}
