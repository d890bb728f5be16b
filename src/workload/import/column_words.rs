//! How the names of columns are spelled: their letters, their words, and what these say.

use crate::workload::import::spec::ArrivalUnit;

/// Letters and digits of a name, in lower case.
pub(crate) fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The words of a name: parted by signs, and where a capital follows a small letter.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for sign in name.chars() {
        if sign.is_alphanumeric() {
            let begins = !before.is_alphanumeric() || before.is_lowercase() && sign.is_uppercase();
            match words.last_mut().filter(|_| !begins) {
                Some(word) => word.push(sign),
                None => words.push(sign.to_string()),
            }
        }
        before = sign;
    }
    words
}

/// The unit that a column's name ends in.
pub(crate) fn unit_of_name(name: &str) -> Option<ArrivalUnit> {
    let lower = name.to_ascii_lowercase();
    [("_us", ArrivalUnit::Us), ("_ms", ArrivalUnit::Ms), ("_s", ArrivalUnit::S)]
        .into_iter()
        .find(|(end, _)| lower.ends_with(end))
        .map(|(_, unit)| unit)
}

/// Whether cached tokens are counted beside the input, by what the columns are called: Anthropic's
/// and Bedrock's usage. The conventions of OpenTelemetry have the same words and count them inside.
pub(crate) fn beside(input: Option<&str>, cached: Option<&str>, written: Option<&str>) -> bool {
    let is = |name: Option<&str>, known: &[&str]| {
        name.filter(|name| !name.contains("gen_ai")).is_some_and(|name| {
            known.contains(&letters(name.rsplit('.').next().unwrap_or(name)).as_str())
        })
    };
    is(input, &["inputtokens", "inputtokencount"])
        && (is(cached, &["cachereadinputtokens", "cachereadinputtokencount"])
            || is(
                written,
                &["cachecreationinputtokens", "cachewriteinputtokens", "cachewriteinputtokencount"],
            ))
}
