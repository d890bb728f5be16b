//! The vocabulary of Microsoft's token meters: `gpt 4.1 Inp glbl Tokens` is input, global, standard, and "gpt 4.1" is left.
//!
//! The names follow no grammar, only a vocabulary with many spellings. Everything that is no word of the vocabulary is
//! left for whoever knows the models. `price` and `trace import` both read meters here, so that they cannot differ.

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

/// How a meter's requests are served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MeterTier {
    /// As they come.
    #[default]
    Standard,
    /// Ahead of others.
    Priority,
    /// When there is room.
    Flex,
    /// Within a day.
    Batch,
}

/// What a meter's name says in words of its own.
#[allow(clippy::struct_excessive_bools, reason = "each is a word that a name has or lacks")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeterWords {
    /// Where requests are processed, if a word says so.
    pub scope: Option<MeterScope>,
    /// How they are served.
    pub tier: MeterTier,
    /// Whether prompts are above the model's threshold of long context.
    pub long_context: bool,
    /// What is counted; none where no word, or contradicting words, say it.
    pub class: Option<TokenClass>,
    /// Calls of a fine-tuned model.
    pub fine_tuned: bool,
    /// Training, hosting and grading: no calls.
    pub no_calls: bool,
    /// Provisioned throughput: capacity by the hour.
    pub provisioned: bool,
    /// The words that are left, in lower case: the model, if it is one.
    pub left: Vec<String>,
}

/// What tokens the words of a name count.
#[allow(clippy::struct_excessive_bools, reason = "each is a word that a name has or lacks")]
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    input: bool,
    output: bool,
    cached: bool,
    written: bool,
    /// Models that bill one direction only: embeddings and rerankers have input and no output.
    input_only: bool,
}

impl Counted {
    /// A cached token that is written was not found in the cache, so it is no cached input.
    fn class(self) -> Option<TokenClass> {
        match (self.output, self.cached, self.written) {
            (true, false, false) => Some(TokenClass::Output),
            (false, true, true) => Some(TokenClass::CacheWrite),
            (false, true, false) => Some(TokenClass::CachedInput),
            (false, false, false) if self.input || self.input_only => Some(TokenClass::Input),
            _ => None,
        }
    }
}

/// Whether a meter counts units of a price and no tokens: `Claude Consumption Units`, `CCUs`.
pub fn counts_consumption_units(name: &str) -> bool {
    let letters: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    letters.contains("consumptionunit")
        || name
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| word.eq_ignore_ascii_case("ccu") || word.eq_ignore_ascii_case("ccus"))
}

/// Takes the words of a meter's name apart.
pub fn meter_words(name: &str) -> MeterWords {
    let name = name.to_lowercase().replace("data zone", "dz");
    let mut words =
        MeterWords { provisioned: name.contains("provisioned"), ..MeterWords::default() };
    let mut counted = Counted::default();
    let parts = name.split([' ', '-', '_', '/', '(', ')', ',']);
    for word in parts.filter(|word| !word.is_empty()) {
        match word {
            "inp" | "input" | "inpt" | "in" => counted.input = true,
            "outp" | "opt" | "out" | "output" | "outpt" => counted.output = true,
            "cd" | "cached" | "cchd" | "cache" | "ccchd" => counted.cached = true,
            "wr" | "write" | "writes" | "written" => counted.written = true,
            "batch" => words.tier = MeterTier::Batch,
            "batchoutp" => (words.tier, counted.output) = (MeterTier::Batch, true),
            "batchinp" => (words.tier, counted.input) = (MeterTier::Batch, true),
            "pp" => words.tier = MeterTier::Priority,
            "flex" | "fl" => words.tier = MeterTier::Flex,
            "longco" | "loco" => words.long_context = true,
            "ft" | "dev" => words.fine_tuned = true,
            "training" | "trng" | "hosting" | "hstng" | "rft" | "grader" | "grdr" => {
                words.no_calls = true;
            }
            "std" | "shortco" | "shco" | "tokens" | "token" | "unit" | "1k" | "10k" | "100k"
            | "1m" | "10m" => {}
            _ => {
                if let Some(found) = scope_word(word) {
                    words.scope = Some(found);
                } else {
                    counted.input_only |=
                        word == "ada" || ["embed", "rerank"].iter().any(|w| word.contains(w));
                    words.left.push(word.to_owned());
                }
            }
        }
    }
    words.class = counted.class();
    words
}

/// Tokens in one unit of a quantity as bills write it: `1K`, `10K`, `1M`, `100`, `1,000 Tokens`,
/// `Tokens`; none where the unit counts something else, such as hours.
pub fn tokens_in_unit(unit: &str) -> Option<u64> {
    let lower = unit.trim().to_lowercase();
    let mut words = lower.split_whitespace().peekable();
    let digits: String = words.peek()?.chars().filter(|c| *c != ',').collect();
    let number = digits.trim_end_matches(['k', 'm']);
    let block = match number.parse::<u64>() {
        Ok(number) => {
            let factor = match &digits[number_length(&digits)..] {
                "" => 1,
                "k" => 1_000,
                "m" => 1_000_000,
                _ => return None,
            };
            words.next();
            number.checked_mul(factor)?
        }
        Err(_) => 1,
    };
    let named = words.peek().is_some();
    let counts = words.all(|word| ["token", "tokens", "unit", "units"].contains(&word));
    (counts && block > 0 && (named || digits.starts_with(|c: char| c.is_ascii_digit())))
        .then_some(block)
}

fn number_length(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn scope_word(word: &str) -> Option<MeterScope> {
    match word {
        "glbl" | "gl" | "global" | "glb" => Some(MeterScope::Global),
        "dz" | "dzone" | "datazone" | "dzn" => Some(MeterScope::DataZone),
        "regnl" | "regional" | "rgnl" | "rg" | "regn" => Some(MeterScope::Regional),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_meter_tells_its_direction() {
        let class = |name: &str| meter_words(name).class;
        for (meter, expected) in [
            ("gpt 4o 1120 Inp glbl Tokens", Some(TokenClass::Input)),
            ("gpt 4o 1120 cached Inp glbl Tokens", Some(TokenClass::CachedInput)),
            ("gpt 4o 1120 Batch Outp glbl Tokens", Some(TokenClass::Output)),
            ("gpt-4o-mini-0718-Inp-glbl Tokens", Some(TokenClass::Input)),
            ("GPT 5 Inpt Glbl 1M Tokens", Some(TokenClass::Input)),
            ("5.4 mini cd Inp Gl 1M Tokens", Some(TokenClass::CachedInput)),
            ("5.6 sol ShortCo Cd Wr Std Gl 1M Tokens", Some(TokenClass::CacheWrite)),
            ("5.5 ShortCo inp Dz 1M Tokens", Some(TokenClass::Input)),
            ("gpt 5 Opt glbl", Some(TokenClass::Output)),
            ("text-embedding-3-large-glbl Tokens", Some(TokenClass::Input)),
            ("text embedding ada 002 regional Tokens", Some(TokenClass::Input)),
            ("embedding-ada-regnl Tokens", Some(TokenClass::Input)),
            ("cohere embed v4 glbl Tokens", Some(TokenClass::Input)),
            ("Cohere rerank v4 fast gl Tokens", Some(TokenClass::Input)),
            ("gpt 4.1 glbl Tokens", None),
            ("Provisioned Managed Global Unit", None),
        ] {
            assert_eq!(class(meter), expected, "{meter}");
        }
    }

    #[test]
    fn a_unit_is_a_block_of_tokens_or_none() {
        for (unit, tokens) in [
            ("1K", Some(1_000)),
            ("10K", Some(10_000)),
            ("1M", Some(1_000_000)),
            ("100", Some(100)),
            ("1,000 Tokens", Some(1_000)),
            ("10K Tokens", Some(10_000)),
            ("1000", Some(1_000)),
            ("Tokens", Some(1)),
            ("1", Some(1)),
            ("Units", Some(1)),
            ("1 Hour", None),
            ("100 Hours", None),
            ("1/Hour", None),
            ("1K/Month", None),
            ("1 GB/Month", None),
            ("", None),
            ("0", None),
        ] {
            assert_eq!(tokens_in_unit(unit), tokens, "{unit}");
        }
    }

    #[test]
    fn what_is_no_call_says_so() {
        assert!(meter_words("gpt 4o 0806 ft training glbl Tokens").no_calls);
        assert!(meter_words("gpt 4o dev ft Inp glbl Tokens").fine_tuned);
        assert!(meter_words("Provisioned Managed Data Zone Unit").provisioned);
        assert_eq!(meter_words("gpt 4.1 Batch Inp glbl Tokens").tier, MeterTier::Batch);
    }
}
