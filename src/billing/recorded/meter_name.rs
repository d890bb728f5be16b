//! Microsoft's meter names taken apart: `gpt 4.1 Inp glbl Tokens` is input of gpt-4.1, global, standard.
//!
//! What is left after the words of the vocabulary (`units::meter_words`) is the model.
//! A name that leaves no model of the catalogue is not understood, and the row is shown as such.

use crate::ledger::usage::{ContextTier, ServiceTier};
pub use crate::units::meter_words::MeterScope;
use crate::units::meter_words::{MeterTier, meter_words};
use crate::units::tokens::TokenClass;

/// A meter name, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeterName {
    /// Tokens of a model.
    Tokens {
        /// Model id of the catalogue.
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

/// Takes a meter name apart, none when it is not understood.
pub fn parse<'a>(name: &str, models: impl IntoIterator<Item = &'a str>) -> Option<MeterName> {
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
    let model = model_of(&plain(&words.left.concat()), models)?;
    Some(MeterName::Tokens { model, scope: words.scope?, tier, context, class: words.class? })
}

/// Letters and digits only.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

/// The one model whose plain id is the text, ends with it, or begins it before a four-digit version.
fn model_of<'a>(text: &str, models: impl IntoIterator<Item = &'a str>) -> Option<String> {
    if text.len() < 2 {
        return None;
    }
    let digits = text.chars().rev().take_while(char::is_ascii_digit).count();
    let unversioned = if digits >= 4 { &text[..text.len() - 4] } else { text };
    let mut found: Vec<(u8, &str)> = Vec::new();
    for id in models {
        let known = plain(id);
        let rank = if known == text {
            0
        } else if known == unversioned {
            1
        } else if known
            .strip_prefix("gpt")
            .is_some_and(|known| known == text || known == unversioned)
        {
            2
        } else {
            continue;
        };
        found.push((rank, id));
    }
    found.sort_unstable();
    match found.as_slice() {
        [only] => Some(only.1.to_owned()),
        [first, second, ..] if first.0 < second.0 => Some(first.1.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODELS: [&str; 5] =
        ["gpt-4.1", "gpt-4o", "gpt-5.6-luna", "gpt-4.1-mini", "text-embedding-3-large"];

    fn text(name: &str) -> String {
        match parse(name, MODELS) {
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
        for (name, expected) in [
            ("gpt 4.1 Inp glbl Tokens", "gpt-4.1 Global standard default input"),
            ("gpt 4o 0513 Input global Tokens", "gpt-4o Global standard default input"),
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
            assert_eq!(text(name), expected, "{name}");
        }
    }
}
