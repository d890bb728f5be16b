//! Fine-tuned deployments: hosting from creation to deletion, used or not (S 57-59).

use crate::support::{decimal, on_meter, simulated, text, wrong};

const HOUR_US: u64 = 3_600_000_000;

fn deployed(more: &str) -> String {
    format!("[today]\ndeployments = [{{ name = \"own\", model = \"gpt-4.1\", {more} }}]\n")
}

/// V-57a: hosting by the hour, and the tokens.
#[test]
fn hosting_is_billed_with_the_tokens() {
    let rest = deployed(
        "sku = \"GlobalStandard\", fine_tuned = true, limit_tokens_per_minute = 1_000_000",
    );
    let (_, _, bill) = simulated(&text("", "", &rest), &[(0, 200_000, 10_000)]);
    assert_eq!(on_meter(&bill, "hosting"), decimal("1.70") * decimal("24"), "{bill:?}");
    assert_eq!(on_meter(&bill, "input"), decimal("0.4"));
    assert_eq!(on_meter(&bill, "output"), decimal("0.08"));
}

#[test]
fn hosting_runs_from_creation_to_deletion() {
    let rest = format!(
        "{}[[event]]\nat = \"6 h\"\nwhat = \"create\"\n[[event]]\nat = \"16 h\"\nwhat = \"delete\"\n",
        deployed(
            "sku = \"GlobalStandard\", fine_tuned = true, limit_tokens_per_minute = 1_000_000"
        )
    );
    let calls = [(5 * HOUR_US, 1_000, 10), (7 * HOUR_US, 1_000, 10), (17 * HOUR_US, 1_000, 10)];
    let (_, simulated, bill) = simulated(&text("", "", &rest), &calls);
    assert_eq!(on_meter(&bill, "hosting"), decimal("17"));
    assert_eq!(simulated.outcome.streams[0].completed, 1);
}

/// V-58b: never called, deleted after 15 days.
#[test]
fn an_idle_fine_tuned_deployment_is_deleted_after_15_days() {
    let rest = deployed(
        "sku = \"GlobalStandard\", fine_tuned = true, limit_tokens_per_minute = 1_000_000",
    );
    let (_, _, bill) = simulated(&text("length = \"1 month\"\n", "", &rest), &[]);
    assert_eq!(on_meter(&bill, "hosting"), decimal("1.70") * decimal("360"));
}

/// S 57, S 59: no hosting fee, and gone after a day.
#[test]
fn a_developer_deployment_has_no_fee_and_lives_a_day() {
    let rest = deployed("sku = \"DeveloperTier\"");
    let calls = [(0, 200_000, 0), (25 * HOUR_US, 200_000, 0)];
    let (_, simulated, bill) = simulated(&text("length = \"2 days\"\n", "", &rest), &calls);
    assert_eq!(on_meter(&bill, "hosting"), decimal("0"));
    assert_eq!(on_meter(&bill, "input"), decimal("0.4"), "{bill:?}");
    assert_eq!(simulated.outcome.streams[0].completed, 1);
    let assumed: Vec<&str> =
        simulated.resolved.facts.assumed().map(|fact| fact.name.as_str()).collect();
    assert!(assumed.contains(&"developer-tier-quota"), "{assumed:?}");
}

#[test]
fn a_model_that_cannot_be_tuned_is_refused() {
    let rest =
        deployed("sku = \"GlobalStandard\", fine_tuned = true").replace("gpt-4.1", "gpt-5.1");
    let found = wrong(&text("", "model = \"gpt-5.1\"\n", &rest));
    assert!(found[0].contains("gpt-5.1 cannot be fine-tuned"), "{found:?}");
}
