//! Who may buy a deployment and how it is reached, in words.

use crate::plan::constraints::grounds::access::AccessGrounds;
use crate::report::words::refusal::RefusalWords;
use crate::scenario::question::require::{Authentication, Network};

pub(super) fn words(grounds: &AccessGrounds) -> RefusalWords {
    match grounds {
        AccessGrounds::ModelNotSold { to, model, source } => RefusalWords::new(
            format!("not sold to {}: {model} ({source})", to.as_str()),
            "use another subscription type, or a model sold by Azure",
        ),
        AccessGrounds::SkuNotSold { to, sku, parameter } => RefusalWords::new(
            format!("not sold to {}: {sku} ({parameter} = no)", to.as_str()),
            format!(
                "use another subscription type, or set the parameter {parameter} = \"azure-sold\""
            ),
        ),
        AccessGrounds::NotAuthenticated { by, sku, takes, parameter } => {
            let ways: Vec<&str> = takes.iter().copied().map(Authentication::as_str).collect();
            let takes = ways.join(", ");
            RefusalWords::new(
                format!("no authentication by {}: {sku} takes {takes}", by.as_str()),
                format!("allow authentication by {takes}{}", unless(*parameter)),
            )
        }
        AccessGrounds::NotPrivate { by, sku, offers, parameter } => {
            let ways: Vec<&str> = offers.iter().copied().map(Network::as_str).collect();
            let none = "public access alone".to_owned();
            let offers = if ways.is_empty() { none } else { ways.join(", ") };
            RefusalWords::new(
                format!("no {}: {sku} offers {offers}", by.as_str()),
                format!("allow the network {offers}{}", unless(*parameter)),
            )
        }
    }
}

/// The parameter whose other reading would do.
fn unless(parameter: Option<&str>) -> String {
    let leave = |name: &str| format!(", or leave the parameter {name} at \"yes\"");
    parameter.map_or_else(String::new, leave)
}
