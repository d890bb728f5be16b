//! Every named parameter of the catalogue appears in the result of a scenario in which it plays a part, or is listed here with
//! the reason why no simulation can lean on it.

use crate::support::{catalog, run, scenario, text};
use std::collections::{BTreeMap, BTreeSet};

/// Those that no simulation leans on.
const ELSEWHERE: [(&str, &str); 16] = [
    ("capacity-risk", "schedules of a plan: tests/plan/schedules.rs"),
    (
        "audio-weight-on-ptu",
        "requests carry no audio tokens, and no model with audio has PTU sizes",
    ),
    ("batch-rows-without-pair", "a missing quota or region is an error that names the row"),
    ("changed-sizing-values", "the dated row that was used is itself in the result"),
    ("csp-pay-per-token", "judged by the plan before anything is simulated, named in its reasons"),
    ("entra-id-pay-per-token", "judged by the plan, likewise"),
    (
        "month-hours",
        "bills count the hours of the period; only tables in the documents need a month of hours",
    ),
    (
        "o3-data-zone-legacy-quota",
        "a level that ended with the tiers; the tier's row is what counts",
    ),
    ("openai-resources-limit", "resources are not simulated"),
    ("private-endpoint-pay-per-token", "judged by the plan, likewise"),
    ("ptu-quota-lead-time", "judged by the plan, likewise"),
    ("ptu-sizing-of-other-families", "their sizing is refused: there is nothing to lean on"),
    ("rft-example", "a misprint in a worked example; training is priced by hours"),
    ("spillover-header", "the name of a header changes no figure; the log names the deployment"),
    ("tree-consistent-peak-to-mean", "the decision tree's, shown beside its answer"),
    ("virtual-network-provisioned", "judged by the plan, likewise"),
];

fn today(deployments: &str) -> String {
    format!("[today]\ndeployments = [{deployments}]\n")
}

fn deployed(sku: &str, model: &str, more: &str) -> String {
    today(&format!("{{ name = \"d\", sku = \"{sku}\", model = \"{model}\"{more} }}"))
}

/// One small scenario for each situation: keys of the workload, and the tables after it.
fn situations() -> Vec<String> {
    let standard = |model: &str, more: &str| deployed("GlobalStandard", model, more);
    let ptu = |sku: &str, model: &str, more: &str| {
        deployed(sku, model, &format!(", capacity_ptu = 100{more}"))
    };
    let of = |model: &str, calls: &str| format!("model = \"{model}\"\ncalls = {{ {calls} }}\n");
    let agreed = |kind: &str| {
        format!(
            "[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\", \"gpt-4.1-nano\", \"gpt-4o-mini\"]\nagreement = \"{kind}\"\n"
        )
    };
    let global = "GlobalProvisionedManaged";
    let owned = |returned: &str| {
        format!(
            "[[terms.reservation]]\nid = \"r\"\nsku = \"{global}\"\nquantity_ptu = 50\nterm = \"1-year\"\nstart = 2026-06-01\n{returned}"
        )
    };
    let reserved = |commitment: &str, deployments: &str| {
        deployments.replace("[today]\n", &format!("[today]\ncommitment = \"{commitment}\"\n"))
    };
    let event = |text: &str| format!("[[event]]\n{text}");
    let mut all: Vec<(String, String)> = vec![
        // Provisioned, of both generations and with every contradiction.
        (String::new(), ptu(global, "gpt-4.1", "")),
        (of("gpt-4.1", "timeout = \"1 s\""), ptu(global, "gpt-4.1", "")),
        (String::new(), format!("[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\", \"gpt-4.1-nano\", \"gpt-4o-mini\"]\nptu_quota = {{ {global} = 500 }}\n{}", ptu(global, "gpt-4.1", ""))),
        (of("gpt-6-sol", ""), ptu(global, "gpt-6-sol", "")),
        (of("gpt-4o", ""), ptu(global, "gpt-4o", "")),
        (of("o1", ""), deployed("ProvisionedManaged", "o1", ", capacity_ptu = 25, region = \"uksouth\"")),
        (of("gpt-4.1", ""), ptu("ProvisionedManaged", "gpt-4.1", ", fine_tuned = true")),
        (of("FW-DeepSeek-V3.1", ""), deployed(global, "FW-DeepSeek-V3.1", ", capacity_ptu = 800, region = \"eastus2\"")),
        (String::new(), ptu(global, "gpt-4.1", "") + &event("at = \"1 h\"\nwhat = \"resize\"\ncapacity_ptu = 200\n")),
        (String::new(), ptu(global, "gpt-4.1", "") + &event("at = \"1 h\"\nwhat = \"outage\"\nlasts = \"1 h\"\n")),
        // Paid by reservations.
        (String::new(), reserved("1-month", &ptu(global, "gpt-4.1", ""))),
        (String::new(), reserved("1-month", &ptu("DataZoneProvisionedManaged", "gpt-4.1", ""))),
        (String::new(), ptu(global, "gpt-4.1", "") + &owned("") + &owned("cancelled = 2026-12-01\n").replace("\"r\"", "\"s\"")),
        // Standard: limits, pools, tiers, routers, filters, lifetimes.
        (String::new(), standard("gpt-4.1", "")),
        (String::new(), standard("gpt-4.1", ", dynamic_quota = true, limit_tokens_per_minute = 1_000")),
        ("client = \"openai-sdk\"\n".to_owned(), standard("gpt-4.1", "") + "[parameters]\nusage-tier-slowdown = 200\nstandard-lowering-chance = 10\n"),
        (of("gpt-5.6-sol", "prompt_cache = { prefixes = 3, prefix_tokens = 2000 }"), standard("gpt-5.6-sol", "")),
        (String::new(), deployed("DataZoneStandard", "gpt-4.1", "")),
        (String::new(), deployed("Standard", "gpt-4.1", ", limit_tokens_per_minute = 1_000")),
        (of("gpt-5.5", ""), standard("gpt-5.5", "")),
        (of("gpt-5.2-codex", ""), standard("gpt-5.2-codex", "")),
        (of("gpt-image-2", ""), standard("gpt-image-2", "")),
        (of("gpt-4.1", "service_tier = \"priority\""), standard("gpt-4.1", "")),
        (of("gpt-5.6-sol", "service_tier = \"flex\""), standard("gpt-5.6-sol", "")),
        (of("model-router", ""), standard("model-router", ", router = { \"gpt-5\" = 1, \"gpt-5-mini\" = 3 }")),
        ("[workload.calls.content_filter]\nasynchronous = true\nhate = { answers = { high = \"1 %\" } }\n".to_owned(), standard("gpt-4.1", "")),
        (of("gpt-4.1", "prompt_cache = { prefixes = 3, prefix_tokens = 2000 }"), standard("gpt-4.1", "")),
        (String::new(), standard("gpt-4.1", ", fine_tuned = true, limit_tokens_per_minute = 1_000")),
        (String::new(), deployed("DeveloperTier", "gpt-4.1", "")),
        // Both together.
        (
            of("gpt-4.1", "service_tier = \"priority\""),
            today(&format!(
                "{{ name = \"p\", sku = \"{global}\", model = \"gpt-4.1\", capacity_ptu = 100, spillover_to = \"s\" }}, {{ name = \"s\", sku = \"GlobalStandard\", model = \"gpt-4.1\" }}"
            )),
        ),
    ];
    // Partners, batch and managed compute.
    let claude = standard("claude-sonnet-5", ", region = \"eastus2\"");
    all.push((of("claude-sonnet-5", ""), agreed("Enterprise and MCA-E") + &claude));
    let batch = deployed("GlobalBatch", "gpt-4.1", ", region = \"uksouth\"");
    let waits = of("gpt-4.1", "batch = { within = \"24 h\" }");
    all.push((waits, agreed("Enterprise and MCA-E") + &batch));
    let compute = ", compute = { machine = \"H100_80GB\", instances = 1, requests_per_instance = 16, autoscale = { min = 1, max = 2 } }";
    all.push((of("gpt-oss-120b", ""), deployed("GlobalManagedCompute", "gpt-oss-120b", compute)));
    // o1 was in service until November 2026.
    let day = |text: String| match text.contains("\"o1\"") {
        true => text
            .replace("start = 2026-12-01", "start = 2026-06-01")
            .replace("has_used = [", "has_used = [\"o1\", "),
        false => text,
    };
    all.iter().map(|(workload, rest)| day(text("", workload, rest))).collect()
}

#[test]
fn every_parameter_appears_in_a_result_or_has_a_reason_not_to() {
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    let mut broken = Vec::new();
    for text in situations() {
        let scenario = scenario(&text);
        let simulated = match run(&scenario, &[]) {
            Ok(simulated) => simulated,
            Err(wrong) => {
                broken.push(wrong.0[0].to_string());
                continue;
            }
        };
        for fact in simulated.resolved.facts.iter() {
            told.entry(fact.name.clone()).or_insert_with(|| fact.value.clone());
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    let elsewhere: BTreeSet<&str> = ELSEWHERE.iter().map(|(name, _)| *name).collect();
    let all: BTreeSet<&str> = catalog().parameters().map(|parameter| &*parameter.name).collect();
    let silent: Vec<&&str> = all
        .iter()
        .filter(|name| !told.contains_key(**name) && !elsewhere.contains(*name))
        .collect();
    assert!(silent.is_empty(), "no result leans on {silent:?}");
    let both: Vec<&&str> = elsewhere.iter().filter(|name| told.contains_key(**name)).collect();
    assert!(both.is_empty(), "a result leans on {both:?}: they are not elsewhere");
    assert!(elsewhere.is_subset(&all), "{:?} are no parameters", elsewhere.difference(&all));
}

/// A parameter that lists several readings can be simulated in each of them.
#[test]
fn every_reading_that_is_listed_can_be_taken() {
    let mut taken: BTreeMap<&str, u32> = BTreeMap::new();
    let texts = situations();
    for parameter in catalog().parameters().filter(|p| p.options.len() > 1) {
        for text in &texts {
            let asked = |option: &str| {
                let line = format!("{} = \"{option}\"\n", parameter.name);
                match text.split_once("[parameters]\n") {
                    Some((before, after)) => format!("{before}[parameters]\n{line}{after}"),
                    None => format!("{text}[parameters]\n{line}"),
                }
            };
            let Ok(plain) = run(&scenario(text), &[]) else { continue };
            if !plain.resolved.facts.iter().any(|fact| *fact.name == *parameter.name) {
                continue;
            }
            for option in &parameter.options {
                let scenario = scenario(&asked(option));
                let name = &parameter.name;
                let read =
                    run(&scenario, &[]).unwrap_or_else(|w| panic!("{name} = {option}: {w:?}"));
                let fact = read.resolved.facts.iter().find(|fact| *fact.name == **name).unwrap();
                assert_eq!((&*fact.value, &*fact.evidence.source), (&**option, "the scenario"));
                *taken.entry(&parameter.name).or_default() += 1;
            }
            break;
        }
    }
    assert!(taken.len() > 12, "{taken:?}");
}

/// Managed compute is not asked for here, a request window is: only what nothing reads is warned
/// of, by its name, once.
#[test]
fn parameters_that_nothing_of_the_scenario_reads_are_named() {
    let today = "[today]\ndeployments = [{ name = \"d\", sku = \"GlobalStandard\", model = \"gpt-4.1\" }]\n";
    let stated = "[parameters]\nstandard-request-window = 10\ncapacity-risk = 60\n";
    let (scenario, ..) = crate::support::simulated(
        &crate::support::text("", "", &format!("{today}{stated}")),
        &[(0, 100, 10)],
    );
    let told: Vec<String> =
        scenario.parameters.unread().0.iter().map(|w| w.message.clone()).collect();
    assert_eq!(
        told,
        ["capacity-risk is not read by this question: nothing in it depends on it"],
        "{told:?}"
    );
}
