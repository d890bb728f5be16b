//! Kinds of deployments together: beside each other, beside PTUs, in many futures, and as they run today.

use crate::kinds::{
    MACHINES, SERVE, STANDARD_MONTH, WAITS, allow, chosen, decimal, month, monthly,
};
use crate::support::{ONCE, catalog, chosen_cost, decision, even, random, shown};
use ptuplan::plan::evaluate::cost::cost_of;
use ptuplan::plan::months::action::MonthAction;
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::{decide, recommend};
use ptuplan::plan::workers::Serial;
use ptuplan::scenario::load::load;
use ptuplan::scenario::run::evaluate::{price, simulate};
use rust_decimal::Decimal;

/// The costs of the choices while ever more is allowed; each step holds all that the one before did.
fn never_dearer(models: &str, steps: &[(&str, &str)], slo: &str, seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let trace = random(seed, 3_600_000_000);
        let mut last: Option<Decimal> = None;
        for (skus, more) in steps {
            let answer = decision(&month(models, &allow(skus, more), slo), &trace);
            let cost = chosen_cost(&answer);
            if let Some(last) = last {
                let cost = cost.unwrap_or_else(|| panic!("case {seed}: {skus} leaves nothing"));
                assert!(cost <= last, "case {seed}: {skus} {more} costs {cost}, before {last}");
            }
            last = cost;
        }
    }
}

#[test]
fn allowing_one_kind_more_never_makes_the_choice_dearer() {
    let standard = "\"GlobalStandard\"";
    let batch = "\"GlobalStandard\", \"GlobalBatch\"";
    let ptu = "\"GlobalStandard\", \"GlobalBatch\", \"GlobalProvisionedManaged\"";
    let all =
        "\"GlobalStandard\", \"GlobalBatch\", \"GlobalProvisionedManaged\", \"DataZoneBatch\"";
    let tiers = "service_tier = [\"priority\", \"flex\"]";
    let steps = [(standard, ""), (batch, ""), (ptu, ""), (all, ""), (all, tiers)];
    let share = "model = \"gpt-4.1\"\ncalls = { batch = { within = \"24 h\", share = \"30 %\" } }";
    never_dearer(share, &steps, "[slo]\nthrottled_share = \"1 %\"\n", 6_000..6_003);
    never_dearer(WAITS, &steps, SERVE, 6_010..6_012);
    let open = "model = \"Llama-3.3-70B-Instruct\"";
    let machines = "\"GlobalStandard\", \"GlobalManagedCompute\"";
    let few = MACHINES.replace("tokens_per_second = 10", "tokens_per_second = 100");
    never_dearer(open, &[(standard, ""), (machines, &few)], SERVE, 6_020..6_024);
    let tuned = "model = \"gpt-4.1-mini\"\nfine_tuned = [\"gpt-4.1-mini\"]";
    let both = "\"GlobalStandard\", \"Standard\"";
    let developer = "\"GlobalStandard\", \"Standard\", \"DeveloperTier\"";
    never_dearer(tuned, &[(standard, ""), (both, ""), (developer, "")], SERVE, 6_030..6_033);
    let router = "model = [\"gpt-5\", \"model-router\"]";
    let parts = "router = { \"gpt-5\" = 1, \"gpt-5-mini\" = 1 }";
    never_dearer(router, &[(standard, parts), (both, parts)], SERVE, 6_040..6_042);
}

/// Two workloads of two models, of which one can wait: what waits is decided beside the sizes of what does not.
#[test]
fn batch_beside_models_with_sizes_of_their_own() {
    let text = "name = \"t\"\nstart = 2026-12-01\nlength = \"1 month\"\nzone = \"UTC\"\nregion = \"swedencentral\"\n\
        simulate = \"1 hour\"\n[[workload]]\nname = \"now\"\nmodel = \"gpt-4.1\"\ntraffic = { trace = \"made\" }\n\
        max_output_tokens = 100\nclient = \"openai-sdk\"\n[[workload]]\nname = \"small\"\nmodel = \"gpt-4.1-mini\"\n\
        traffic = { trace = \"made\" }\nmax_output_tokens = 100\nclient = \"openai-sdk\"\n[[workload]]\nname = \"later\"\n\
        model = \"gpt-4.1\"\ntraffic = { trace = \"made\" }\nmax_output_tokens = 100\nclient = \"openai-sdk\"\n\
        calls = { batch = {} }\n[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\"]\nagreement = \"Enterprise and MCA-E\"\n\
        [uncertain]\nreplications = 1\n[allow]\nsku = [\"GlobalStandard\", \"GlobalProvisionedManaged\", \"GlobalBatch\"]\n\
        commitment = [\"1-year\"]\n[slo]\nthrottled_share = \"0 %\"\n";
    let scenario = load("t.toml", text).unwrap();
    let traces = [60, 6, 60].map(|per_minute| even(&[per_minute; 60]).with_seed(0));
    let question = Question { scenario: &scenario, catalog: catalog(), traces: &traces };
    let answer = decide(question, &Serial).unwrap();
    let best = chosen(&answer);
    // The flat load is reserved at its size, the small one paid by the token, what can wait by half the token.
    let later = decimal(STANDARD_MONTH) / Decimal::TWO;
    let small = decimal("0.0004") * decimal("267840");
    assert_eq!(monthly(best), decimal("4420") + small + later, "{}", best.candidate.name);
    assert!(best.candidate.name.contains("+ GlobalBatch for later"), "{}", best.candidate.name);
    let simulated = simulate(&scenario, catalog(), &traces, &best.candidate).unwrap();
    let bill = price(&scenario, catalog(), &simulated, best.candidate.payment).unwrap();
    assert_eq!(cost_of(&scenario, &[&bill]).unwrap().monthly.amount(), monthly(best));
}

/// What `[today]` says of its kinds is not asked for again, and simulating the choice written there gives its bill.
#[test]
fn what_runs_today_says_what_the_plan_may_use() {
    let today = |compute: &str| {
        format!(
            "[today]\ndeployments = [{{ sku = \"GlobalManagedCompute\", model = \"gpt-oss-120b\", compute = {{ machine = \"A100_80GB\", \
             requests_per_instance = 4, {compute} }}, latency = {{ first_token = \"0 s\", tokens_per_second = 10 }} }}]\n"
        )
    };
    let models = "model = \"gpt-oss-120b\"";
    let skus = allow("\"GlobalManagedCompute\"", "");
    let trace = even(&[60; 60]);
    let scenario = month(models, &skus, &format!("{SERVE}{}", today("instances = 5")));
    let answer = decision(&scenario, &trace);
    assert_eq!(chosen(&answer).candidate.total_instances(), 3);
    let written = month(models, &skus, &format!("{SERVE}{}", today("instances = 3")));
    let traces = [trace.with_seed(0)];
    let plan = written.today.as_ref().unwrap();
    let simulated = simulate(&written, catalog(), &traces, plan).unwrap();
    let bill = price(&written, catalog(), &simulated, plan.payment).unwrap();
    assert_eq!(cost_of(&written, &[&bill]).unwrap().monthly.amount(), monthly(chosen(&answer)));
}

/// The look around the answer works for kinds that have no PTUs: futures, sensitivity, the grid of what-ifs, months.
#[test]
fn futures_and_what_ifs_work_with_instances() {
    let models = "model = \"gpt-oss-120b\"";
    let uncertain = "[uncertain]\nreplications = 16\ntraffic = { low = 0.9, mode = 1.0, high = 1.3 }\n[horizon]\nmonths = 3\n";
    let skus = allow("\"GlobalManagedCompute\"", MACHINES).replace(ONCE, "");
    let slo = "[slo]\nthrottled_share = \"5 %\"\n";
    let scenario = month(models, &skus, &format!("{slo}{uncertain}"));
    let traces = [even(&[60; 60]).with_seed(0)];
    let question = Question { scenario: &scenario, catalog: catalog(), traces: &traces };
    let answer = recommend(question, &Serial).unwrap();
    let best = chosen(&answer);
    assert!(best.candidate.total_instances() >= 3, "{}", best.candidate.name);
    let why = shown(&scenario, &even(&[60; 60]), &answer).why;
    let less = "One instance less or more: 2 instances would not do";
    assert!(why.iter().any(|why| why.starts_with(less)), "{why:?}");
    let grid = answer.grid.as_ref().unwrap();
    assert!(
        grid.instances && grid.sizes.contains(&best.candidate.total_instances()),
        "{:?}",
        grid.sizes
    );
    assert_eq!(answer.months.len(), 3);
    let each = answer.months[0].cost[1].amount();
    assert_eq!(each, monthly(best), "machines are part of a month's cost");
    let run = MonthAction::Run { instances: best.candidate.total_instances() };
    assert_eq!(answer.months[0].actions[0], run);
    let slower = answer.sensitivity.iter().find(|effect| effect.input == "requests").unwrap();
    assert!(!slower.feasible[1] || slower.cost[0] == slower.cost[1]);
}
