//! Model routers and routes (S 76-79).

use crate::support::{decimal, on_meter, simulated, text, wrong};

const ROUTER: &str = "[today]\ndeployments = [{ name = \"router\", sku = \"GlobalStandard\", model = \"model-router\", router = { \"gpt-5\" = 1, \"gpt-5-mini\" = 3 } }]\n";

#[test]
fn a_router_charges_its_fee_beside_the_models_tokens() {
    let calls: Vec<_> = (0..1_000).map(|n| (n * 10_000_000, 1_000, 0)).collect();
    let (_, simulated, bill) = simulated(&text("", "model = \"model-router\"\n", ROUTER), &calls);
    // A million tokens at 0.14, a quarter of them at 1.25 and the rest at 0.25.
    assert_eq!(on_meter(&bill, "routed_input"), decimal("0.14"), "{bill:?}");
    let models: Vec<(&str, u64)> = simulated
        .resolved
        .deployments
        .iter()
        .zip(&simulated.outcome.deployments)
        .map(|(d, counted)| (&*d.model, counted.completed))
        .collect();
    assert_eq!(models.iter().map(|m| m.1).sum::<u64>(), 1_000);
    assert!((150..350).contains(&models[0].1), "{models:?}");
    let tokens = decimal("1.25") * decimal(&models[0].1.to_string())
        + decimal("0.25") * decimal(&models[1].1.to_string());
    assert_eq!(on_meter(&bill, "input"), tokens / decimal("1000"));
}

#[test]
fn the_models_behind_a_router_share_its_quota() {
    let (_, simulated, _) = simulated(&text("", "model = \"model-router\"\n", ROUTER), &[]);
    let pools: Vec<Option<u16>> =
        simulated.resolved.setup.deployments.iter().map(|d| d.rules.limits.pool).collect();
    assert_eq!(pools, [Some(0), Some(0)]);
}

#[test]
fn routes_and_routers_that_cannot_be_are_named() {
    let empty = ROUTER.replace("{ \"gpt-5\" = 1, \"gpt-5-mini\" = 3 }", "{ \"gpt-5\" = 0 }");
    let found = wrong(&text("", "model = \"model-router\"\n", &empty));
    assert!(found[0].contains("router without models"), "{found:?}");
    let found = wrong(&text("", "model = \"model-router\"\nroute = [\"ruter\"]\n", ROUTER));
    assert!(
        found[0].contains("route of w: ruter") && found[0].contains("did you mean `router`?"),
        "{found:?}"
    );
}

/// A route names deployments; each is followed by those it spills over to.
#[test]
fn a_route_follows_spillover() {
    let rest = "[today]\ndeployments = [\
        { name = \"a\", sku = \"GlobalProvisionedManaged\", model = \"gpt-4.1\", capacity_ptu = 15, spillover_to = \"c\" },\
        { name = \"b\", sku = \"GlobalProvisionedManaged\", model = \"gpt-4.1\", capacity_ptu = 15, region = \"eastus2\", spillover_to = \"c\" },\
        { name = \"c\", sku = \"GlobalStandard\", model = \"gpt-4.1\" }]\n";
    let scenario = crate::support::scenario(&text("", "route = [\"b\", \"a\"]\n", rest));
    assert_eq!(scenario.today.unwrap().routes, [[1, 2, 0]]);
}
