//! `latency = { … }` of a deployment: how long its answers take, where that is known better than the catalogue does.

use crate::scenario::load::{duration_us, ratio_ppm};
use crate::scenario::question::latency::LatencyOptions;
use crate::scenario::question::named::Wrong;
use crate::scenario::schema::latency::LatencyTable;

/// Checks the table.
pub(crate) fn latency(table: &LatencyTable) -> Result<LatencyOptions, Vec<Wrong>> {
    let mut wrong: Vec<Wrong> = Vec::new();
    let first_token_us = table.first_token.as_ref().and_then(|written| {
        let us = duration_us(written.get_ref());
        if us.is_none() {
            wrong.push((
                "not-a-duration",
                written.span(),
                format!("not a duration: first_token = {}", written.get_ref()),
                "write for example \"400 ms\"",
            ));
        }
        us
    });
    let noise_ppm = table.noise.as_ref().and_then(|written| {
        let ppm = ratio_ppm(written.get_ref(), 3);
        if ppm.is_none() {
            wrong.push((
                "not-a-share",
                written.span(),
                format!("not a share: noise = {}", written.get_ref()),
                "write between \"0 %\" and \"300 %\"",
            ));
        }
        ppm
    });
    if let Some(written) = &table.tokens_per_second
        && *written.get_ref() == 0
    {
        wrong.push((
            "no-speed",
            written.span(),
            "no speed: tokens_per_second = 0".to_owned(),
            "state 1 or more",
        ));
    }
    let tokens_per_second = table.tokens_per_second.as_ref().map(|speed| *speed.get_ref());
    let options = LatencyOptions { first_token_us, tokens_per_second, noise_ppm };
    if wrong.is_empty() { Ok(options) } else { Err(wrong) }
}
