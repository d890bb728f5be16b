//! A trace one may hand on: no names, no exact times, no exact lengths.

use crate::workload::import::{Attributes, Imported, Labels};
use crate::workload::transform::time::TransformFault;

/// How coarse an anonymised trace becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coarsening {
    /// Arrivals are cut to multiples of this, microseconds; 1 keeps them.
    pub step_us: u64,
    /// Token counts are rounded to multiples of this, upwards, cached input downwards; 1 keeps them.
    pub step_tokens: u32,
}

/// Replaces every name by a number in order of first appearance (`client-1`), forgets deployment and model names the same way, drops the
/// absolute start, and coarsens times and lengths. Who reads it can still fit and plan, but not look anybody up.
pub fn anonymise(imported: &Imported, coarsening: Coarsening) -> Result<Imported, TransformFault> {
    let Coarsening { step_us, step_tokens } = coarsening;
    if step_us == 0 || step_tokens == 0 {
        return Err(TransformFault::ZeroStep);
    }
    let up = |tokens: &mut u32| *tokens = tokens.div_ceil(step_tokens).saturating_mul(step_tokens);
    let mut anonymous = imported.clone();
    let trace = &mut anonymous.trace;
    trace.arrival_us.iter_mut().for_each(|at| *at -= *at % step_us);
    trace.input_tokens.iter_mut().for_each(up);
    trace.output_tokens.iter_mut().for_each(up);
    if let Some(cached) = &mut trace.cached_input_tokens {
        for tokens in cached {
            *tokens -= *tokens % step_tokens;
        }
    }
    anonymous.start = None;
    anonymous.attributes = Attributes {
        client: imported.attributes.client.as_ref().map(|labels| numbered(labels, "client")),
        session: imported.attributes.session.as_ref().map(|labels| numbered(labels, "session")),
        deployment: imported.attributes.deployment.as_ref().map(|l| numbered(l, "deployment")),
        model: imported.attributes.model.as_ref().map(|labels| numbered(labels, "model")),
        status: imported.attributes.status.clone(),
    };
    Ok(anonymous)
}

fn numbered(labels: &Labels, what: &str) -> Labels {
    let names = (1..=labels.names.len()).map(|number| format!("{what}-{number}")).collect();
    Labels { names, of: labels.of.clone() }
}
