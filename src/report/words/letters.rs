//! The first letter of a sentence, and of what goes on in one.

/// The text with a capital at its start.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The text with a small letter at its start, as behind a colon.
pub(crate) fn small(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A sentence about the choice where the answer asks for quota: the choice is the plan without it.
pub(crate) fn without_quota(sentence: &str) -> String {
    format!("Without that quota: {}", behind_a_colon(sentence))
}

/// A sentence about the plan that has the quota which the answer asks for.
pub(crate) fn with_quota(sentence: &str) -> String {
    format!("With that quota: {}", behind_a_colon(sentence))
}

/// A sentence behind a colon; a name keeps its capital.
fn behind_a_colon(sentence: &str) -> String {
    const ORDINARY: [&str; 7] = ["The", "One", "It", "In", "No", "Over", "Pay-as-you-go"];
    let first = sentence.split(' ').next().unwrap_or_default();
    if ORDINARY.contains(&first) { small(sentence) } else { sentence.to_owned() }
}
