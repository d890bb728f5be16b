//! What a meter's name says. Names are abbreviated in a dozen ways and zones are not in them; a word nobody knows makes the meter
//! unclassified, never a guess.

use crate::catalog::Catalog;
use crate::catalog::metered::{MeterNames, Metered};
use crate::catalog::sku::Scope;
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::units::tokens::TokenClass;
use std::collections::BTreeSet;

/// A token meter, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenMeter {
    /// The model, its version and the name that its prices are kept under.
    pub metered: Metered,
    /// Where requests are processed.
    pub scope: Scope,
    /// Service tier.
    pub tier: ServiceTier,
    /// Context tier.
    pub context: ContextTier,
    /// Token class.
    pub class: TokenClass,
}

/// What a word of a name says about the tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    Input,
    Output,
    Cached,
    Written,
    Audio,
    Image,
}

/// Words of fine-tuning meters; those are proposed by hand.
const FINE_TUNING: [&str; 10] =
    ["ft", "training", "trng", "hosting", "hstng", "rft", "grader", "grdr", "dev", "deployment"];

/// Reads a token meter's name in its family of meters, or says why it cannot.
pub fn read(
    catalog: &Catalog,
    names: &MeterNames,
    name: &str,
    product: &str,
) -> Result<TokenMeter, String> {
    let spaced = separated(name);
    let words: Vec<&str> = spaced.split_whitespace().collect();
    if let Some(word) = words.iter().find(|word| FINE_TUNING.contains(word)) {
        return Err(format!("fine-tuning meter (`{word}`): add it to finetune_prices.csv by hand"));
    }
    let mut scope = None;
    let mut tier = ServiceTier::Standard;
    let mut context = ContextTier::Default;
    let mut said: BTreeSet<Word> = BTreeSet::new();
    let mut rest: Vec<&str> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        match *word {
            "glbl" | "gl" | "global" | "glb" => scope = Some(Scope::Global),
            "dz" | "dzone" | "datazone" | "dzn" => scope = Some(Scope::DataZone),
            "regnl" | "regional" | "rgnl" | "rg" | "regn" => scope = Some(Scope::Regional),
            "data" if words.get(index + 1) == Some(&"zone") => scope = Some(Scope::DataZone),
            "zone" if index > 0 && words[index - 1] == "data" => {}
            "batch" => tier = ServiceTier::Batch,
            "pp" => tier = ServiceTier::Priority,
            "flex" | "fl" => tier = ServiceTier::Flex,
            "longco" | "loco" => context = ContextTier::Long,
            "wr" | "write" => {
                said.insert(Word::Written);
            }
            "cd" | "cached" | "cchd" | "cache" | "ccchd" | "ch" => {
                said.insert(Word::Cached);
            }
            "inp" | "input" | "inpt" | "in" => {
                said.insert(Word::Input);
            }
            "outp" | "opt" | "out" | "output" | "outpt" => {
                said.insert(Word::Output);
            }
            "aud" | "audio" => {
                said.insert(Word::Audio);
            }
            "img" | "image" => {
                said.insert(Word::Image);
            }
            "std" | "shortco" | "shco" | "tokens" | "tkn" | "txt" | "text" | "1m" | "1k"
            | "token" | "unit" | "units" => {}
            other => rest.push(other),
        }
    }
    let metered = names.find(&rest.concat(), product);
    let stated = scope.or_else(|| names.only_scope(&metered?.model));
    let scope = stated.ok_or("the name has no scope word")?;
    let metered = metered.cloned();
    let metered = metered
        .ok_or_else(|| format!("no model of the catalogue is called `{}`", rest.join("-")))?;
    let class = if said.is_empty() && is_one_way(catalog, &metered.model) {
        TokenClass::Input
    } else {
        class(&said)?
    };
    Ok(TokenMeter { metered, scope, tier, context, class })
}

/// Whether a model gives no tokens back, so that its one meter is that of its input: embeddings, reranking.
fn is_one_way(catalog: &Catalog, model: &str) -> bool {
    let mode = catalog.model(model).ok().and_then(|model| model.mode.clone());
    matches!(mode.as_deref(), Some("embedding" | "rerank"))
}

fn class(said: &BTreeSet<Word>) -> Result<TokenClass, String> {
    let has = |word| said.contains(&word);
    let (audio, image) = (has(Word::Audio), has(Word::Image));
    let (output, cached) = (has(Word::Output), has(Word::Cached));
    Ok(match (output, cached && has(Word::Written), cached, has(Word::Input)) {
        (true, false, false, false) if audio => TokenClass::AudioOutput,
        (true, false, false, false) if image => TokenClass::ImageOutput,
        (true, false, false, false) => TokenClass::Output,
        (false, true, ..) if !audio && !image => TokenClass::CacheWrite,
        (false, false, true, _) if audio => TokenClass::CachedAudioInput,
        (false, false, true, _) if image => TokenClass::CachedImageInput,
        (false, false, true, _) => TokenClass::CachedInput,
        (false, false, false, true) if audio => TokenClass::AudioInput,
        (false, false, false, true) if image => TokenClass::ImageInput,
        (false, false, false, true) => TokenClass::Input,
        _ => return Err("the name has no clear direction (input, cached, output)".to_owned()),
    })
}

/// Lower case, with separators as spaces and `batch` torn from words that are glued to it.
fn separated(name: &str) -> String {
    name.to_lowercase().replace(['_', '-'], " ").replace("batch", " batch ")
}
