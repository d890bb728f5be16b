//! What else a log knew of its requests, for a part of them.

use crate::workload::import::{Attributes, Labels};
use std::ops::Range;

/// The attributes of a range of requests. Names none of them has are dropped.
pub(crate) fn of_range(attributes: &Attributes, range: &Range<usize>) -> Attributes {
    let labels = |labels: &Option<Labels>| labels.as_ref().map(|all| part(all, range));
    Attributes {
        client: labels(&attributes.client),
        session: labels(&attributes.session),
        deployment: labels(&attributes.deployment),
        model: labels(&attributes.model),
        status: attributes.status.as_ref().map(|status| status[range.clone()].to_vec()),
    }
}

fn part(all: &Labels, range: &Range<usize>) -> Labels {
    let mut number: Vec<Option<u32>> = vec![None; all.names.len()];
    let mut names: Vec<String> = Vec::new();
    let of = all.of[range.clone()]
        .iter()
        .map(|name| {
            *number[*name as usize].get_or_insert_with(|| {
                names.push(all.names[*name as usize].clone());
                names.len() as u32 - 1
            })
        })
        .collect();
    Labels { names, of }
}
