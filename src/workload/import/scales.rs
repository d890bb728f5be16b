//! Columns of tokens that are no plain counts: thousands and millions, and means of a total's
//! calls, both told by what the column is called.

use crate::workload::import::column_words::{letters, words};

/// What one of a column's numbers stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ColumnScale {
    /// Tokens in one of its units.
    pub(crate) factor: u32,
    /// Whether a total's number is the mean of its calls.
    pub(crate) per_call: bool,
}

impl Default for ColumnScale {
    fn default() -> Self {
        Self { factor: 1, per_call: false }
    }
}

impl ColumnScale {
    /// Whether numbers are counts of tokens.
    pub(crate) fn is_plain(self) -> bool {
        self == Self::default()
    }

    /// What is said of a column that has it; nothing of counts.
    pub(crate) fn said(self, column: &str, requests: Option<&str>) -> Option<String> {
        let unit = match self.factor {
            1 => None,
            1_000 => Some("thousands"),
            _ => Some("millions"),
        };
        let mean = requests
            .filter(|_| self.per_call)
            .map(|requests| format!("the mean of a row's calls, and multiplied by {requests}"));
        let what: Vec<String> =
            [unit.map(|unit| format!("in {unit} of tokens")), mean].into_iter().flatten().collect();
        (!what.is_empty())
            .then(|| format!("numbers of {column} are {}, as it is called", what.join(" and ")))
    }
}

/// The scales of the columns of tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scales {
    pub(crate) input: ColumnScale,
    pub(crate) output: ColumnScale,
    pub(crate) cached: ColumnScale,
}

impl Scales {
    /// Whether all columns are of counts.
    pub(crate) fn are_plain(self) -> bool {
        self == Self::default()
    }
}

/// What a column would be called if it were of counts, and its scale; none where its name says
/// nothing of one.
pub(crate) fn scaled(name: &str) -> Option<(Vec<String>, ColumnScale)> {
    let last = name.rsplit('.').next().unwrap_or(name);
    let words = words(last);
    let mut scale = ColumnScale::default();
    let (mut plain, mut in_unit): (Vec<String>, bool) = (Vec::new(), false);
    let mut ix = 0;
    while let Some(word) = words.get(ix) {
        ix += 1;
        let lower = word.to_lowercase();
        if is_mean(&lower) {
            scale.per_call = true;
        } else if lower == "per" {
            // A price by a thousand tokens and a rate by the minute are no sums.
            words.get(ix).filter(|of| is_call(&of.to_lowercase()))?;
            scale.per_call = true;
            ix += 1;
        } else if let Some((factor, tokens)) = unit(word, &lower) {
            if scale.factor != 1 {
                return None;
            }
            scale.factor = factor;
            in_unit = plain.last().is_some_and(|word| word == "in");
            plain.extend(tokens.then(|| "tokens".to_owned()));
        } else {
            plain.push(lower);
        }
    }
    if scale.is_plain() {
        return None;
    }
    let mut names = vec![letters(&plain.concat())];
    // `Output tokens in thousands`; of `tokens_in_k` the first name is the right one.
    if in_unit && plain.last().is_some_and(|word| word == "in") {
        names.push(letters(&plain[..plain.len() - 1].concat()));
    }
    Some((names, scale))
}

/// The scale that a column's name states.
pub(crate) fn scale_of(name: Option<&String>) -> ColumnScale {
    name.and_then(|name| scaled(name)).map_or_else(ColumnScale::default, |(_, scale)| scale)
}

fn is_mean(word: &str) -> bool {
    ["avg", "mean", "average", "durchschnitt", "mittelwert", "moyenne"].contains(&word)
}

fn is_call(word: &str) -> bool {
    ["request", "requests", "req", "call", "calls", "invocation"].contains(&word)
}

/// The factor of a word that names a unit, and whether it says tokens too. A small m alone may be
/// minutes or a mean.
fn unit(word: &str, lower: &str) -> Option<(u32, bool)> {
    match lower {
        "k" | "1k" | "thousand" | "thousands" | "tsd" => Some((1_000, false)),
        "ktokens" | "ktoken" | "ktok" | "ktoks" => Some((1_000, true)),
        "1m" | "million" | "millions" | "mio" | "mn" => Some((1_000_000, false)),
        "mtokens" | "mtoken" | "mtok" | "mtoks" => Some((1_000_000, true)),
        _ => (word == "M").then_some((1_000_000, false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_thousands_millions_and_means() {
        let of = |name: &str| {
            scaled(name).map(|(names, scale)| (names.join("|"), scale.factor, scale.per_call))
        };
        for (name, plain, factor, per_call) in [
            ("prompt_tokens_k", "prompttokens", 1_000, false),
            ("Input tokens (thousands)", "inputtokens", 1_000, false),
            ("tokens_in_k", "tokensin|tokens", 1_000, false),
            ("Output tokens in thousands", "outputtokensin|outputtokens", 1_000, false),
            ("inputKTokens", "inputtokens", 1_000, false),
            ("input_ktokens", "inputtokens", 1_000, false),
            ("Output tokens (M)", "outputtokens", 1_000_000, false),
            ("completion_mtok", "completiontokens", 1_000_000, false),
            ("avg_prompt_tokens", "prompttokens", 1, true),
            ("avg_PromptTokens", "prompttokens", 1, true),
            ("mean_input_tokens_k", "inputtokens", 1_000, true),
            ("completion_tokens_per_request", "completiontokens", 1, true),
            ("usage.avg_input_tokens", "inputtokens", 1, true),
        ] {
            assert_eq!(of(name), Some((plain.to_owned(), factor, per_call)), "{name}");
        }
        for none in [
            "prompt_tokens",
            "tokens_per_minute",
            "cost_per_1k_input_tokens",
            "time_m",
            "p50_prompt_tokens",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
        let said = scaled("avg_prompt_tokens_k").unwrap().1.said("avg_prompt_tokens_k", Some("n"));
        assert_eq!(
            said.as_deref(),
            Some(
                "numbers of avg_prompt_tokens_k are in thousands of tokens and the mean of a \
                 row's calls, and multiplied by n, as it is called"
            )
        );
    }
}
