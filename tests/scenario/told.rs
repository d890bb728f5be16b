//! What a result tells beside calls and answers: late answers, instances over time, resizes that failed.

use crate::support::{text, view};

const MINUTE_US: u64 = 60_000_000;

#[test]
fn a_failed_resize_says_when_and_why() {
    let rest = |more: &str| {
        format!(
            "[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\", \"gpt-4.1-nano\", \"gpt-4o-mini\"]\nptu_quota = {{ GlobalProvisionedManaged = 250 }}\n[today]\ndeployments = [{{ sku = \"GlobalProvisionedManaged\", model = \"gpt-4.1\", capacity_ptu = 100 }}]\n\
             [[event]]\nat = \"6 h\"\nwhat = \"resize\"\n{more}"
        )
    };
    let told = |more: &str| {
        let view = view(&text("", "", &rest(more)), &[]);
        let failed = view.deployments[0].failed_resizes.iter();
        failed.map(|f| (f.at_s, f.capacity_ptu, f.short_of.clone())).collect::<Vec<_>>()
    };
    // It would have been complete a quarter of an hour after it was asked for.
    let at_s = 6.25 * 3_600.0;
    assert_eq!(told("capacity_ptu = 300\n"), [(at_s, 300, "quota".to_owned())]);
    let short = told("capacity_ptu = 200\navailable = false\n");
    assert_eq!(short, [(at_s, 200, "capacity".to_owned())]);
    assert_eq!(told("capacity_ptu = 200\n"), []);
}

#[test]
fn managed_compute_tells_its_instances_and_their_use_over_time() {
    let rest = "[today]\ndeployments = [{ sku = \"GlobalManagedCompute\", model = \"gpt-oss-120b\", latency = { first_token = \"60 s\" }, compute = { machine = \"H100_80GB\", instances = 1, requests_per_instance = 2, queue = 10, autoscale = { min = 1, max = 2, start_up = \"1 min\", cool_down = \"1 min\" } } }]\n";
    let model = "model = \"gpt-oss-120b\"\n";
    let rows: Vec<_> = (0..6).map(|_| (0, 10, 0)).collect();
    let view = view(&text("length = \"1 hour\"\n", model, rest), &rows);
    let told = &view.deployments[0];
    let counts: Vec<u32> = told.instances.iter().map(|stretch| stretch.count).collect();
    assert_eq!(counts, [1, 2, 1], "{:?}", told.instances);
    assert!((told.instances[0].until_s - 60.0).abs() < 1e-9);
    let series = &view.series[0];
    // Two in the first minute, of two places; then two and two more on the second instance.
    assert_eq!((series.in_service[0], series.places[0]), (2.0, 2.0));
    assert_eq!((series.in_service[1], series.places[1]), (4.0, 4.0));
    assert_eq!((series.in_service[2], series.in_service.len()), (0.0, 60));
    let used = told.utilization.unwrap();
    assert!((0.999..=1.0).contains(&used.max) && (0.02..0.06).contains(&used.mean), "{used:?}");
}

#[test]
fn late_answers_are_told() {
    let rest = "[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\", \"gpt-4.1-nano\", \"gpt-4o-mini\"]\nagreement = \"Enterprise and MCA-E\"\n[today]\ndeployments = [{ sku = \"GlobalBatch\", model = \"gpt-4.1\", batch = { limit_enqueued_tokens = 10_000, tokens_per_minute = 10 } }]\n";
    let waits = "calls = { batch = { within = \"2 h\" } }\n";
    let view = view(&text("", waits, rest), &[(0, 1_000, 0), (MINUTE_US, 1_000, 0)]);
    assert!((view.workloads[0].late_share - 0.5).abs() < 1e-9);
}
