//! `ptuplan size`.

use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::input;
use crate::cli::output::{INK, number, print, unrendered, width};
use crate::plan::quote::{Load, quotes};
use crate::plan::size::CallShape;
use crate::report;
use crate::units::diagnostic::Diagnostic;
use clap::Args;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// A call shape to size.
#[derive(Args, Clone, Debug)]
pub(super) struct SizeArguments {
    /// Model, as the platform spells it
    #[arg(long)]
    model: String,
    /// Provisioned SKUs, as the platform spells them; every one the model has when absent
    #[arg(long, value_delimiter = ',')]
    sku: Vec<String>,
    /// Calls per minute at the peak
    #[arg(long, value_name = "N", value_parser = number, required_unless_present = "shape")]
    rpm: Option<Decimal>,
    /// Input tokens per call, cached ones included
    #[arg(long, value_name = "N", value_parser = number, required_unless_present = "shape")]
    input: Option<Decimal>,
    /// Output tokens per call
    #[arg(long, value_name = "N", value_parser = number, required_unless_present = "shape")]
    output: Option<Decimal>,
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
    /// A further call shape that comes at the same time: calls a minute, input, output and, where it is cached, the share.
    /// May be given several times
    #[arg(long, value_name = "RPM,INPUT,OUTPUT[,CACHED]", value_parser = shape)]
    shape: Vec<CallShape>,
    /// PTUs kept free on top of what is needed: 0.15 or 15%
    #[arg(long, value_name = "F", value_parser = number, default_value = "0")]
    buffer: Decimal,
    /// Share of the PTUs that may be used at the peak: 0.7 or 70%
    #[arg(long, value_name = "F", value_parser = number, default_value = "1")]
    utilization: Decimal,
    /// Region whose prices to use, where they depend on it
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Day whose values to use; that of the catalogue's newest source when absent
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

pub(super) fn run(command: &SizeArguments, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let as_of = command.as_of.unwrap_or_else(|| catalog.as_of());
    if let Some(region) = &command.region {
        catalog.region(region)?;
    }
    let load = Load {
        shapes: shapes(command),
        buffer: command.buffer,
        utilization: command.utilization,
        region: command.region.clone(),
    };
    let quotes = quotes(&catalog, &command.model, &command.sku, &load, as_of)?;
    let retires = catalog.model(&command.model)?.retires;
    let Some(view) = report::catalog::size::view(&quotes, &load, retires) else {
        return Err(Diagnostic::error("no-grid", "no provisioned SKU to size").into());
    };
    match common.format {
        Format::Json => print(&report::json::bytes(&view).map_err(unrendered)?)?,
        Format::Text | Format::Markdown => {
            print(report::catalog::size::text(&view, INK, width()).as_bytes())?;
        }
    }
    Ok(Verdict::Yes)
}

fn shapes(command: &SizeArguments) -> Vec<CallShape> {
    let mut shapes = Vec::new();
    if let (Some(rpm), Some(input), Some(output)) = (command.rpm, command.input, command.output) {
        shapes.push(CallShape {
            requests_per_minute: rpm,
            input_tokens: input,
            cache_rate: command.cache_rate,
            cache_write_tokens: command.cache_write,
            output_tokens: output,
            image_input_tokens: command.image_input,
            image_output_tokens: command.image_output,
        });
    }
    shapes.extend(command.shape.iter().cloned());
    shapes
}

/// `RPM,INPUT,OUTPUT` or `RPM,INPUT,OUTPUT,CACHED`.
fn shape(text: &str) -> Result<CallShape, String> {
    let parts = text.split(',').map(number).collect::<Result<Vec<_>, _>>()?;
    let (rpm, input, output, cached) = match parts.as_slice() {
        [rpm, input, output] => (*rpm, *input, *output, Decimal::ZERO),
        [rpm, input, output, cached] => (*rpm, *input, *output, *cached),
        _ => return Err("not RPM,INPUT,OUTPUT or RPM,INPUT,OUTPUT,CACHED".to_owned()),
    };
    Ok(CallShape {
        requests_per_minute: rpm,
        input_tokens: input,
        output_tokens: output,
        cache_rate: cached,
        ..CallShape::default()
    })
}
