//! Other lengths, and another share of them cached, for the same requests at the same times.

use crate::workload::trace::Trace;

/// The trace with input and output tokens times these factors. Input stays at least 1 and keeps its cached share. An answer that was cut at
/// its limit stays cut, others grow up to it; `limit` stands for the requests' own limits where the client sets one.
#[must_use]
pub fn lengthen(mut trace: Trace, input: f64, output: f64, limit: Option<u32>) -> Trace {
    let longer = |tokens: u32, factor: f64| (f64::from(tokens) * factor).round() as u32;
    if (input - 1.0).abs() > f64::EPSILON {
        for tokens in &mut trace.input_tokens {
            *tokens = longer(*tokens, input).max(1);
        }
        if let Some(cached) = &mut trace.cached_input_tokens {
            for (cached, tokens) in cached.iter_mut().zip(&trace.input_tokens) {
                *cached = longer(*cached, input).min(*tokens);
            }
        }
    }
    if (output - 1.0).abs() > f64::EPSILON {
        let limits = trace.max_output_tokens.as_deref();
        for (index, tokens) in trace.output_tokens.iter_mut().enumerate() {
            let own = limits.map_or(Trace::NO_LIMIT, |limits| limits[index]);
            *tokens = longer(*tokens, output).min(limit.unwrap_or(own).max(*tokens));
        }
    }
    trace
}

/// The trace with about `share` of all its input cached: in proportion to what it knows of its cached input, else to its input.
#[must_use]
pub fn cache(mut trace: Trace, share: f64) -> Trace {
    let sums = trace.token_sums();
    let known = sums.cached_input_tokens.filter(|cached| *cached > 0);
    let part = |input: &u32| (f64::from(*input) * share).floor() as u32;
    let column = if let (Some(cached), Some(known)) = (&trace.cached_input_tokens, known) {
        let factor = share * sums.input_tokens as f64 / known as f64;
        let more = |cached: u32| (f64::from(cached) * factor).round() as u32;
        let pairs = cached.iter().zip(&trace.input_tokens);
        pairs.map(|(cached, input)| more(*cached).min(*input)).collect()
    } else {
        trace.input_tokens.iter().map(part).collect()
    };
    trace.cached_input_tokens = Some(column);
    trace
}
