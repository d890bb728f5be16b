//! Microsoft's meter names taken apart: `gpt 4.1 Inp glbl Tokens` is input of gpt-4.1, global, standard.
//!
//! The names follow no grammar, only a vocabulary with many spellings; what is left after the known words is the model.
//! A name that leaves no model of the catalogue is not understood, and the row is shown as such.

use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::units::tokens::TokenClass;

/// Where a meter's requests are processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeterScope {
    /// Any region.
    Global,
    /// The data zone.
    DataZone,
    /// The region's geography.
    Regional,
}

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
    let name = name.to_lowercase().replace("data zone", "dz");
    if name.starts_with("provisioned managed") {
        let scope = name.split(' ').find_map(scope_word)?;
        return Some(MeterName::Ptu(scope));
    }
    let (mut scope, mut tier, mut context) = (None, ServiceTier::Standard, ContextTier::Default);
    let (mut output, mut cached, mut written, mut input) = (false, false, false, false);
    let mut left = Vec::new();
    for word in name.split([' ', '-']).filter(|word| !word.is_empty()) {
        match word {
            "inp" | "input" | "inpt" | "in" => input = true,
            "outp" | "opt" | "out" | "output" | "outpt" => output = true,
            "cd" | "cached" | "cchd" | "cache" | "ccchd" => cached = true,
            "wr" | "write" => written = true,
            "batch" => tier = ServiceTier::Batch,
            "batchoutp" => (tier, output) = (ServiceTier::Batch, true),
            "batchinp" => (tier, input) = (ServiceTier::Batch, true),
            "pp" => tier = ServiceTier::Priority,
            "flex" | "fl" => tier = ServiceTier::Flex,
            "longco" | "loco" => context = ContextTier::Long,
            // Fine-tuned inference and training have meters of their own.
            "ft" | "training" | "trng" | "hosting" | "hstng" | "rft" | "grader" | "grdr"
            | "dev" => return None,
            "std" | "shortco" | "shco" | "tokens" | "token" | "1m" | "1k" | "unit" => {}
            _ => match scope_word(word) {
                Some(found) => scope = Some(found),
                None => left.push(word),
            },
        }
    }
    let class = match (output, cached, written) {
        (true, false, false) => TokenClass::Output,
        (false, true, true) => TokenClass::CacheWrite,
        (false, true, false) => TokenClass::CachedInput,
        (false, false, false) if input => TokenClass::Input,
        // Embeddings and reranking are billed for their input alone: their meters name no direction.
        (false, false, false) if left.iter().any(|word| ONE_WAY.contains(word)) => {
            TokenClass::Input
        }
        _ => return None,
    };
    let model = model_of(&plain(&left.concat()), models)?;
    Some(MeterName::Tokens { model, scope: scope?, tier, context, class })
}

/// Words of models that give no tokens back.
const ONE_WAY: [&str; 4] = ["embedding", "embeddings", "embed", "rerank"];

fn scope_word(word: &str) -> Option<MeterScope> {
    match word {
        "glbl" | "gl" | "global" | "glb" => Some(MeterScope::Global),
        "dz" | "dzone" | "datazone" | "dzn" => Some(MeterScope::DataZone),
        "regnl" | "regional" | "rgnl" | "rg" | "regn" => Some(MeterScope::Regional),
        _ => None,
    }
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
