//! Break-even points as shares and in words.

use crate::metrics::slo::percent;
use crate::plan::why::break_even::BreakEven;
use crate::report::view::BreakEvenView;

/// Shares of utilization nearer than this are told as one.
const SAME: f64 = 0.0005;

/// A break-even point; `now` is the mean utilization of the choice's PTUs.
pub(super) fn break_even_view(point: &BreakEven, now: Option<f64>) -> BreakEvenView {
    let payment = point.payment.as_str();
    let month = point.ptu_month.to_display_string();
    BreakEvenView {
        comparison: format!(
            "{} PTU {payment} ({month} for {:.0} hours) against tokens of {}",
            point.model, point.hours, point.against
        ),
        at: at(point),
        now: now.map_or_else(|| "no PTUs".to_owned(), percent),
        model: point.model.to_string(),
        commitment: payment.to_owned(),
        ptu_month: point.ptu_month.to_exact_string(),
        by_price: point.by_price.to_vec(),
        this_traffic: point.this_traffic,
        why: why(point),
    }
}

fn at(point: &BreakEven) -> String {
    let needed = |share: f64| {
        let needed = percent(share);
        if share > 1.0 { format!("never ({needed} would be needed)") } else { needed }
    };
    let [input, output] = point.by_price;
    let by_price = if (input - output).abs() < SAME {
        format!("{} by prices and weights alone", needed(input))
    } else {
        format!(
            "{} for input and {} for output by prices and weights alone",
            needed(input),
            needed(output)
        )
    };
    let Some(own) = point.this_traffic else { return by_price };
    let calls = if own > 1.0 {
        String::new()
    } else {
        format!(
            ": {:.1} requests a minute for each PTU, {:.0} for the smallest {} PTU",
            point.requests_per_minute, point.smallest.1, point.smallest.0
        )
    };
    format!("{by_price}; {} at the mix of this traffic{calls}", needed(own))
}

/// Why the break-even of this traffic is another than that of its prices.
fn why(point: &BreakEven) -> String {
    let Some(own) = point.this_traffic else { return String::new() };
    let [input, output] = point.by_price;
    let (low, high) = (input.min(output), input.max(output));
    let mut reasons = Vec::new();
    if point.cached_share > 0.0 {
        reasons.push(format!(
            "{} of its input is read from the cache, which is paid by the token and takes other shares of a PTU than its price",
            percent(point.cached_share)
        ));
    }
    if high - low > SAME {
        reasons.push("its mix of input and output lies between the two".to_owned());
    }
    let differs = own < low - SAME || own > high + SAME || high - low > SAME;
    if differs { reasons.join("; ") } else { String::new() }
}
