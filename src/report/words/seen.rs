//! How a candidate serves, as far as that was measured: a size that was given up has only bounds.

use crate::report::view::MeasuresView;
use crate::report::words::numbers;

/// A share of a candidate's calls; where its run was given up, that more than this was seen.
pub fn share(seen: &MeasuresView, share: f64) -> String {
    above(numbers::share(share), seen.given_up)
}

/// The words of a share, or that it is more.
pub fn above(share: String, given_up: bool) -> String {
    if given_up { format!("over {share}") } else { share }
}

/// A wait of a candidate's calls, milliseconds; nothing where its run was given up.
pub fn wait(seen: &MeasuresView, milliseconds: f64) -> String {
    if seen.given_up { "–".to_owned() } else { numbers::wait(milliseconds) }
}
