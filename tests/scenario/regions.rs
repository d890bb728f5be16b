//! Deployments in several regions.

use crate::support::{simulated, text, wrong};

const TWO: &str = "[today]\ndeployments = [\n\
    { name = \"here\", sku = \"DataZoneStandard\", model = \"gpt-4.1\", spillover_to = \"there\" },\n\
    { name = \"there\", sku = \"GlobalStandard\", model = \"gpt-4.1\", region = \"eastus2\" }]\n";

#[test]
fn a_deployment_has_its_own_region_or_the_scenario_s() {
    let (_, simulated, bill) = simulated(&text("", "", TWO), &[(0, 1_000, 10)]);
    let regions: Vec<&str> = simulated.resolved.deployments.iter().map(|d| &*d.region).collect();
    assert_eq!(regions, ["swedencentral", "eastus2"]);
    let billed = bill.line_items[0].deployment.as_ref().unwrap();
    assert_eq!((&*billed.name, &*billed.region), ("here", "swedencentral"));
}

#[test]
fn an_unknown_region_of_a_deployment_is_named_with_its_place() {
    let found = wrong(&text("", "", &TWO.replace("eastus2", "estus2")));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("estus2") && found[0].contains("t.toml:"), "{found:?}");
}
