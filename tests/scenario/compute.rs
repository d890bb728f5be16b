//! Managed compute: machines by the hour, busy or idle (S 74).

use crate::support::{decimal, on_meter, simulated, text, wrong};

fn deployed(sku: &str, compute: &str) -> String {
    format!(
        "[today]\ndeployments = [{{ name = \"own\", sku = \"{sku}\", model = \"gpt-oss-120b\", region = \"eastus2\", \
         compute = {{ {compute} }}, latency = {{ first_token = \"0 s\", tokens_per_second = 100 }} }}]\n"
    )
}

const MODEL: &str = "model = \"gpt-oss-120b\"\n";

/// V-74a: two accelerators for ten hours are twenty GPU-hours, whatever the traffic; here for a day.
#[test]
fn accelerators_are_billed_busy_or_idle() {
    let rest = deployed(
        "GlobalManagedCompute",
        "machine = \"H100_80GB\", accelerators_per_instance = 2, instances = 1, requests_per_instance = 8",
    );
    let (_, simulated, bill) = simulated(&text("", MODEL, &rest), &[]);
    assert_eq!(simulated.usage.metered.len(), 1);
    assert_eq!(bill.line_items.len(), 1, "tokens are not billed: {bill:?}");
    // 48 accelerator-hours at 7.91.
    let total = bill.line_items[0].effective_cost.amount();
    assert_eq!(total, decimal("379.68"));
    let assumed: Vec<&str> =
        simulated.resolved.facts.assumed().map(|fact| fact.name.as_str()).collect();
    assert!(assumed.contains(&"latency-noise"), "{assumed:?}");
}

#[test]
fn a_window_that_stands_for_a_month_bills_the_month() {
    let rest = deployed(
        "GlobalManagedCompute",
        "machine = \"A100_80GB\", instances = 1, requests_per_instance = 8",
    );
    let top = "length = \"1 month\"\nsimulate = \"1 day\"\n";
    let (_, _, bill) = simulated(&text(top, MODEL, &rest), &[]);
    let total: rust_decimal::Decimal =
        bill.line_items.iter().map(|line| line.effective_cost.amount()).sum();
    assert_eq!(total, decimal("3.95") * decimal("744"));
}

#[test]
fn instances_that_come_and_go_are_billed_while_they_serve() {
    let rest = deployed(
        "GlobalManagedCompute",
        "machine = \"A100_80GB\", instances = 1, requests_per_instance = 1, queue = 100, \
         autoscale = { min = 1, max = 2, start_up = \"1 h\", cool_down = \"1 h\" }",
    );
    // Two calls of an hour and a half each at once: the second waits for the instance of hour 1, and serves until 2.5.
    let calls = [(0, 1, 540_000), (0, 1, 540_000), (10 * 3_600_000_000, 1, 1)];
    let (_, simulated, bill) = simulated(&text("", MODEL, &rest), &calls);
    let stretches: Vec<(u64, u32)> = simulated.outcome.deployments[0]
        .instances
        .iter()
        .map(|s| (s.until_us / 60_000_000, s.count))
        .collect();
    // Two instances from minute 60 until the next completion after the cool-down: minute 150.
    assert_eq!(stretches, [(60, 1), (150, 2), (1_440, 1)]);
    let total: rust_decimal::Decimal =
        bill.line_items.iter().map(|line| line.effective_cost.amount()).sum();
    assert_eq!(total, decimal("3.95") * decimal("25.5"));
}

/// S 74, the older kind: virtual machines by core-hours, in their region.
#[test]
fn virtual_machines_are_billed_by_the_core() {
    let rest = deployed(
        "Managed compute (VM)",
        "machine = \"Standard_NC24ads_A100_v4\", instances = 1, requests_per_instance = 8",
    );
    let (_, simulated, bill) = simulated(&text("", MODEL, &rest), &[]);
    let record = &simulated.usage.metered[0];
    assert_eq!(record.kind.as_str(), "vm_cores");
    let hourly = ptuplan::catalog::Catalog::embedded()
        .unwrap()
        .machine_price(
            "vm",
            "Standard_NC24ads_A100_v4",
            "eastus2",
            "linux",
            jiff::civil::date(2026, 12, 1),
        )
        .unwrap();
    assert_eq!(
        bill.line_items[0].effective_cost.amount(),
        hourly.value.price.amount() * decimal("24")
    );
    let elsewhere = rest.replace("eastus2", "norwayeast");
    assert!(wrong(&text("", MODEL, &elsewhere))[0].contains("no machine price"));
}

#[test]
fn a_call_waits_for_a_machine_until_its_time_out() {
    let rest = deployed(
        "GlobalManagedCompute",
        "machine = \"A100_80GB\", instances = 1, requests_per_instance = 1, queue = 10",
    );
    let workload = format!("{MODEL}calls = {{ timeout = \"15 s\" }}\n");
    // Ten seconds each: one is served, one times out half-way, one in the queue.
    let (_, simulated, _) = simulated(&text("", &workload, &rest), &[(0, 1, 1_000); 3]);
    let stream = &simulated.outcome.streams[0];
    assert_eq!((stream.completed, stream.failed), (1, 2));
    assert_eq!(
        on_meter(&super::support::simulated(&text("", &workload, &rest), &[]).2, "input"),
        decimal("0")
    );
}

#[test]
fn machines_that_cannot_be_are_named() {
    let found = wrong(&text(
        "",
        MODEL,
        &deployed(
            "GlobalManagedCompute",
            "machine = \"H100\", instances = 1, requests_per_instance = 1",
        ),
    ));
    assert!(
        found[0].contains("no machine price: H100") && found[0].contains("H100_80GB"),
        "{found:?}"
    );
    let found = wrong(&text(
        "",
        MODEL,
        &deployed(
            "GlobalManagedCompute",
            "machine = \"H100_80GB\", instances = 0, requests_per_instance = 1, autoscale = { min = 1, max = 2, start_up = \"soon\" }",
        ),
    ));
    assert_eq!(found.len(), 3, "all at once: {found:?}");
    let none =
        "[today]\ndeployments = [{ sku = \"GlobalManagedCompute\", model = \"gpt-oss-120b\" }]\n";
    let found = wrong(&text("", MODEL, none));
    assert!(found[0].contains("no machines: GlobalManagedCompute"), "{found:?}");
    let odd = "[today]\ndeployments = [{ sku = \"GlobalStandard\", model = \"gpt-4.1\", capacity_ptu = 50, compute = { machine = \"H100_80GB\", instances = 1, requests_per_instance = 1 } }]\n";
    let found = wrong(&text("", "", odd));
    assert!(found.len() == 2 && found[1].contains("does not apply: compute"), "{found:?}");
}
