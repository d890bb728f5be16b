//! Names of what is deployed: as the platform allows them, each once.

use crate::report::deploy::run::{RunCandidate, RunDeployment, RunScenario};

/// Longest name of a deployment.
const LONGEST: usize = 64;

/// A name for each deployment: its own where a scenario named it, else by what it does for the workload.
pub(super) fn names(
    scenario: &RunScenario,
    candidate: &RunCandidate,
    deployments: &[&RunDeployment],
    asked: Option<&str>,
) -> Vec<String> {
    let base = asked.map_or_else(|| base(scenario), allowed);
    let mut models: Vec<(&str, bool)> = deployments.iter().map(|own| key(own)).collect();
    models.sort_unstable();
    models.dedup();
    let mut names: Vec<String> = Vec::new();
    for own in deployments {
        let generated = own.name.starts_with(&format!("{}/", own.sku));
        let mut name = if asked.is_none() && !generated {
            allowed(own.name.rsplit('/').next().unwrap_or(&own.name))
        } else if models.len() > 1 {
            format!("{base}-{}{}", allowed(&own.model), role(candidate, own))
        } else {
            format!("{base}{}", role(candidate, own))
        };
        name.truncate(LONGEST - 4);
        // The platform tells no names apart that differ in case alone.
        let plain = name.clone();
        let mut number = 2_u32;
        while names.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
            name = format!("{plain}-{number}");
            number += 1;
        }
        names.push(name);
    }
    names
}

fn key(own: &RunDeployment) -> (&str, bool) {
    (&own.model, own.kind.as_ref().is_some_and(|kind| kind.fine_tuned))
}

fn base(scenario: &RunScenario) -> String {
    match scenario.workloads.as_slice() {
        [one] => allowed(&one.name),
        _ => "plan".to_owned(),
    }
}

fn role(candidate: &RunCandidate, own: &RunDeployment) -> &'static str {
    let spilled_to =
        candidate.deployments.iter().any(|other| other.spillover_to.as_ref() == Some(&own.name));
    if own.capacity_ptu.is_some() {
        "-ptu"
    } else if spilled_to {
        "-spill"
    } else if own.kind.as_ref().is_some_and(|kind| kind.serves == "batch") {
        "-batch"
    } else if candidate.deployments.len() > 1 {
        "-standard"
    } else {
        ""
    }
}

/// Letters, digits, `-`, `_` and `.`, beginning with a letter or a digit, two characters at least.
pub(super) fn allowed(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let kept: String = name.chars().map(|c| if fits(c) { c } else { '-' }).collect();
    let kept = kept.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    if kept.len() < 2 { "plan".to_owned() } else { kept.to_owned() }
}

/// A name as a label of Terraform: `chat-ptu` is `chat_ptu`.
pub(super) fn label(name: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let label: String = name.chars().map(kept).collect();
    if label.starts_with(|c: char| c.is_ascii_digit()) { format!("_{label}") } else { label }
}

/// A name that is not taken yet, numbered where it is, which it then is. Names that differ in case
/// alone count as one.
pub(super) fn once(taken: &mut Vec<String>, name: &str) -> String {
    let mut own = name.to_owned();
    let mut number = 2_u32;
    while taken.iter().any(|other| other.eq_ignore_ascii_case(&own)) {
        own = format!("{name}{number}");
        number += 1;
    }
    taken.push(own.clone());
    own
}

/// A name in Bicep: `chat-ptu` is `chatPtu`.
pub(super) fn camel(name: &str) -> String {
    let mut out = String::new();
    for part in name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
        let mut letters = part.chars();
        let first = letters
            .next()
            .map(|c| if out.is_empty() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() });
        out.extend(first);
        out.extend(letters);
    }
    if out.starts_with(|c: char| c.is_ascii_digit()) { format!("d{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_the_platform_allows() {
        assert_eq!(allowed("über chat'; rm"), "ber-chat---rm");
        assert_eq!([allowed("/"), allowed("a")], ["plan", "plan"]);
        assert_eq!(label("2-chat.x"), "_2_chat_x");
        assert_eq!(camel("chat-gpt-4.1-ptu"), "chatGpt41Ptu");
    }
}
