//! Microsoft's meter names taken apart: `gpt 4.1 Inp glbl Tokens` is input of gpt-4.1, global, standard.
//!
//! What is left after the words of the vocabulary (`units::meter_words`) is the model, perhaps with
//! its version (`catalog::metered`).
//! A name that leaves no model of the catalogue is not understood, and the row is shown as such.

use crate::catalog::metered::MeterNames;
use crate::catalog::sku::Scope;
use crate::ledger::usage::{ContextTier, ServiceTier};
pub use crate::units::meter_words::MeterScope;
use crate::units::meter_words::{MeterTier, meter_words};
use crate::units::tokens::TokenClass;

/// A meter name, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeterName {
    /// Tokens of a model.
    Tokens {
        /// The name that the model's prices are kept under: that of the version, where it has its
        /// own.
        model: String,
        /// Where they are processed.
        scope: MeterScope,
        /// Service tier.
        tier: ServiceTier,
        /// Context tier.
        context: ContextTier,
        /// Token class.
        class: TokenClass,
    },
    /// PTUs by the hour.
    Ptu(MeterScope),
}

/// Takes the name of a meter of a family apart, none when it is not understood.
pub fn parse(name: &str, product: &str, names: &MeterNames) -> Option<MeterName> {
    let words = meter_words(name);
    if words.provisioned {
        return Some(MeterName::Ptu(words.scope?));
    }
    // Fine-tuned inference and training have meters of their own.
    if words.fine_tuned || words.no_calls {
        return None;
    }
    let tier = match words.tier {
        MeterTier::Standard => ServiceTier::Standard,
        MeterTier::Priority => ServiceTier::Priority,
        MeterTier::Flex => ServiceTier::Flex,
        MeterTier::Batch => ServiceTier::Batch,
    };
    let context = if words.long_context { ContextTier::Long } else { ContextTier::Default };
    let metered = names.find_or_newer(&words.left.concat(), product)?;
    let only = || names.only_scope(&metered.model).map(of_scope);
    let scope = words.scope.or_else(only)?;
    let model = metered.price_name.to_string();
    Some(MeterName::Tokens { model, scope, tier, context, class: words.class? })
}

const fn of_scope(scope: Scope) -> MeterScope {
    match scope {
        Scope::Global => MeterScope::Global,
        Scope::DataZone => MeterScope::DataZone,
        Scope::Regional => MeterScope::Regional,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(names: &MeterNames, name: &str, product: &str) -> String {
        match parse(name, product, names) {
            Some(MeterName::Tokens { model, scope, tier, context, class }) => format!(
                "{model} {scope:?} {} {} {}",
                tier.as_str(),
                context.as_str(),
                class.as_str()
            ),
            Some(MeterName::Ptu(scope)) => format!("PTU {scope:?}"),
            None => "?".to_owned(),
        }
    }

    #[test]
    fn real_meter_names_are_taken_apart() {
        let names = MeterNames::of(&crate::catalog::Catalog::embedded().unwrap());
        for (name, expected) in [
            ("gpt 4.1 Inp glbl Tokens", "gpt-4.1 Global standard default input"),
            ("gpt 4o 0513 Input global Tokens", "gpt-4o-2024-05-13 Global standard default input"),
            ("gpt-4o-0806-Inp-glbl Tokens", "gpt-4o-2024-08-06 Global standard default input"),
            ("gpt 4o 1120 Inp glbl Tokens", "gpt-4o Global standard default input"),
            ("gpt 4o 0101 Inp glbl Tokens", "?"),
            ("gpt 4.1 0101 Inp glbl Tokens", "gpt-4.1 Global standard default input"),
            (
                "gpt 4o mini0718 BatchOutp DataZone Tokens",
                "gpt-4o-mini DataZone batch default output",
            ),
            ("chat-latest 08062026 opt Gl", "gpt-chat-latest Global standard default output"),
            (
                "embedding-ada-regional Tokens",
                "text-embedding-ada-002 Regional standard default input",
            ),
            ("Phi-4-Input Tokens", "Phi-4 Global standard default input"),
            ("R1 Inp DZone Tokens", "?"),
            ("56luna ShCo Opt Fl Gl 1M Tokens", "gpt-5.6-luna Global flex default output"),
            (
                "gpt 4.1 mini cached Inp Data Zone Tokens",
                "gpt-4.1-mini DataZone standard default cached_input",
            ),
            ("gpt 4.1 Batch Outp glbl Tokens", "gpt-4.1 Global batch default output"),
            (
                "56 luna LongCo Cd Wr Dz 1M Tokens",
                "gpt-5.6-luna DataZone standard long cache_write",
            ),
            (
                "text-embedding-3-large-glbl Tokens",
                "text-embedding-3-large Global standard default input",
            ),
            ("Provisioned Managed Data Zone Unit", "PTU DataZone"),
            ("Provisioned Managed Global Unit", "PTU Global"),
            ("gpt 4o dev ft Inp glbl Tokens", "?"),
            ("unheard of Inp glbl Tokens", "?"),
        ] {
            assert_eq!(text(&names, name, "Azure OpenAI"), expected, "{name}");
        }
        let of_deepseek = text(&names, "R1 Inp DZone Tokens", "Azure Deepseek Models");
        assert_eq!(of_deepseek, "DeepSeek-R1 DataZone standard default input");
    }
}
