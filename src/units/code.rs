//! What a diagnostic says, as a value: whoever must tell one mistake from another asks its code,
//! never its words.

use std::fmt;

/// The code of a diagnostic. Codes that something is decided by have a variant; all others are
/// [`Code::Other`].
///
/// Made from its kebab-case name, such as `"no-grid".into()`, which always gives the variant where
/// there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// More PTUs than the quota of a SKU in a region.
    AbovePtuQuota,
    /// A stated limit above the quota of the subscription.
    AboveQuota,
    /// Flex processing is not offered for a model.
    NoFlex,
    /// A model cannot be provisioned as a SKU: no sizes are published.
    NoGrid,
    /// Nothing of the price list matches.
    NoPrice,
    /// Priority processing is not offered for a model.
    NoPriority,
    /// No quota is known for a model as a SKU at a tier.
    NoQuota,
    /// No throughput of a PTU is known for a model.
    NoThroughput,
    /// No weight of a token class is known for a model.
    NoWeight,
    /// A charge by a meter that usage does not state.
    MeterNotStated,
    /// A model is not available as a SKU in a region.
    NotAvailable,
    /// Something is not offered.
    NotOffered,
    /// Two different prices hold.
    PriceAmbiguous,
    /// A price exists and is not in force on the day asked for.
    PriceNotInForce,
    /// A price is charged and not published.
    PriceUnknown,
    /// A version of a model that is gone.
    Retired,
    /// The throughput of a PTU exists and is not published.
    ThroughputUnpublished,
    /// A model that the catalogue does not have.
    UnknownModel,
    /// Any other mistake: nothing is decided by it.
    Other(Name),
}

/// The name of a code without a variant. Only [`Code::from`] makes one, so that no code has two
/// values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(&'static str);

/// Every code with a variant, and its name.
const NAMED: [(Code, &str); 18] = [
    (Code::AbovePtuQuota, "above-ptu-quota"),
    (Code::AboveQuota, "above-quota"),
    (Code::NoFlex, "no-flex"),
    (Code::NoGrid, "no-grid"),
    (Code::NoPrice, "no-price"),
    (Code::NoPriority, "no-priority"),
    (Code::NoQuota, "no-quota"),
    (Code::NoThroughput, "no-throughput"),
    (Code::NoWeight, "no-weight"),
    (Code::NotAvailable, "not-available"),
    (Code::NotOffered, "not-offered"),
    (Code::MeterNotStated, "meter-not-stated"),
    (Code::PriceAmbiguous, "price-ambiguous"),
    (Code::PriceNotInForce, "price-not-in-force"),
    (Code::PriceUnknown, "price-unknown"),
    (Code::Retired, "retired"),
    (Code::ThroughputUnpublished, "throughput-unpublished"),
    (Code::UnknownModel, "unknown-model"),
];

impl Code {
    /// The kebab-case name, such as `price-not-in-force`.
    pub fn as_str(&self) -> &'static str {
        if let Self::Other(Name(name)) = self {
            return name;
        }
        NAMED.iter().find(|(code, _)| code == self).map_or("", |(_, name)| name)
    }

    /// Whether it says that something sound cannot be had, rather than that the input is wrong.
    pub const fn is_refusal(self) -> bool {
        match self {
            Self::AbovePtuQuota
            | Self::AboveQuota
            | Self::NoFlex
            | Self::NoGrid
            | Self::NoPriority
            | Self::NoQuota
            | Self::NoThroughput
            | Self::NoWeight
            | Self::NotAvailable
            | Self::NotOffered
            | Self::Retired
            | Self::ThroughputUnpublished => true,
            Self::MeterNotStated
            | Self::NoPrice
            | Self::PriceAmbiguous
            | Self::PriceNotInForce
            | Self::PriceUnknown
            | Self::UnknownModel
            | Self::Other(_) => false,
        }
    }

    /// Whether it says that something has no price to be billed at, rather than that the input is
    /// wrong.
    pub const fn is_unpriced(self) -> bool {
        matches!(
            self,
            Self::MeterNotStated
                | Self::NoPrice
                | Self::PriceAmbiguous
                | Self::PriceNotInForce
                | Self::PriceUnknown
        )
    }
}

impl From<&'static str> for Code {
    fn from(name: &'static str) -> Self {
        let known = NAMED.iter().find(|(_, known)| *known == name);
        known.map_or(Self::Other(Name(name)), |(code, _)| *code)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, name: &&str) -> bool {
        self.as_str() == *name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_value_and_one_name() {
        for (code, name) in NAMED {
            assert_eq!((Code::from(name), code.as_str()), (code, name));
        }
        let other = Code::from("file-too-long");
        assert!(matches!(other, Code::Other(_)) && other == "file-too-long");
        let mut names = NAMED.map(|(_, name)| name).to_vec();
        names.dedup();
        assert_eq!(names.len(), NAMED.len());
    }
}
