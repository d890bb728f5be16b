//! Views as a plan would fill them: 160 candidates, a day of minutes, a month's bill. Made by a formula, the same every time.

use ptuplan::report::answer;
use ptuplan::report::view::explanation::{
    CalculatorView, ExplanationView, MarginalView, SecondOpinionView, TreeStepView,
};
use ptuplan::report::view::outlook::{
    ConfidenceView, GridAxisView, GridView, HeatMapView, MonthView, OutlookView,
};
use ptuplan::report::view::*;

const PTU_STEP: u32 = 15;
const COMMITMENTS: [(&str, f64); 3] = [("hourly", 1.0), ("1-month", 0.36), ("1-year", 0.31)];
const TOKENS_MONTH: f64 = 61_400.0;

/// A recommendation of a month of chat on gpt-4.1.
pub(crate) fn recommendation() -> RecommendationView {
    recommendation_named("Support chat, EU", "chat")
}

/// The same with names a user chose.
pub(crate) fn recommendation_named(scenario: &str, workload: &str) -> RecommendationView {
    let mut candidates = vec![standard()];
    for ptu in (1..=26).map(|n| n * PTU_STEP) {
        for (commitment, factor) in COMMITMENTS {
            candidates.push(provisioned(ptu, commitment, factor, true));
            candidates.push(provisioned(ptu, commitment, factor, false));
        }
    }
    candidates.push(refused(scenario));
    candidates.push(refused_for_quota());
    candidates.push(provisioned(27 * PTU_STEP, "hourly", 1.0, false));
    candidates.sort_by(|a, b| {
        b.feasible.cmp(&a.feasible).then(cost(a).total_cmp(&cost(b))).then(a.name.cmp(&b.name))
    });
    for (index, candidate) in candidates.iter_mut().enumerate() {
        candidate.rank = index + 1;
    }
    let choice = candidates[0].clone();
    let runner_up = candidates[1].clone();
    let mut view = RecommendationView {
        schema_version: SCHEMA_VERSION,
        feasibility: Vec::new(),
        scenario: question(scenario, workload),
        why: vec![
            "It costs less than pay as you go alone: its PTUs are busy most of the day.".into(),
            "A larger size lowers the spillover bill by less than its PTUs cost.".into(),
            "Every smaller size spills more than a tenth of the calls.".into(),
        ],
        frontier: candidates
            .iter()
            .filter(|c| c.feasible)
            .take(6)
            .map(|c| c.name.clone())
            .collect(),
        sensitivity: sensitivity(cost(&choice)),
        break_even: vec![BreakEvenView {
            comparison: "1-year reservation against hourly PTUs".into(),
            at: "226 hours of use a month".into(),
            now: "744 hours".into(),
            model: "gpt-4.1".into(),
            commitment: "1-year".into(),
            ptu_month: "221".into(),
            by_price: vec![0.825, 0.825],
            this_traffic: Some(0.9),
            why: String::new(),
        }],
        instance_curve: Vec::new(),
        cost_curve: candidates
            .iter()
            .filter(|c| c.total_ptu > 0)
            .map(|c| CurvePointView {
                family: c.family.clone(),
                commitment: c.commitment.clone(),
                total_ptu: c.total_ptu,
                monthly_cost: c.monthly_cost.p50.clone(),
                throttled_share: c.measures.throttled_share,
                given_up: false,
                feasible: c.feasible,
            })
            .collect(),
        series: series(choice.total_ptu),
        bill: bill(workload, &choice),
        assumptions: assumptions(),
        sources: sources(),
        attributions: vec![
            "Azure LLM inference trace 2023, conversation (Microsoft, CC BY 4.0)".into(),
        ],
        outlook: outlook(workload, &choice),
        choice: Some(choice),
        runner_up: Some(runner_up),
        candidates,
        quota: quota(),
        failures: failures(workload),
        options: Vec::new(),
        serves: Vec::new(),
        depends_on: Vec::new(),
        glance: GlanceView::default(),
    };
    view.options = answer::options(&view);
    view.depends_on = answer::dependencies(&view);
    view.glance = answer::glance(&view);
    view
}

/// What the choice takes: tokens there are enough of, requests there are too few of, PTUs that nobody stated.
fn quota() -> QuotaView {
    let need = |sku: &str, kind: &str, needed, held: Option<u64>, tier: Option<&str>| {
        let mut need = QuotaNeedView {
            sku: sku.into(),
            model: held.map(|_| "gpt-4.1".to_owned()),
            region: "swedencentral".into(),
            kind: kind.into(),
            needed,
            held,
            tier: tier.map(ToOwned::to_owned),
            month: None,
            ask: String::new(),
        };
        need.ask = answer::ask(&need, "Tier 1");
        need
    };
    QuotaView {
        choice: vec![
            need("GlobalStandard", "tokens_per_minute", 740_000, Some(1_000_000), Some("Tier 1")),
            need("GlobalStandard", "requests_per_minute", 1_200, Some(1_000), Some("Tier 2")),
            need("GlobalProvisionedManaged", "ptu", 195, None, None),
        ],
        options: Vec::new(),
        better: None,
        enough: None,
    }
}

/// Failures that an objective counts, and some that none does.
fn failures(workload: &str) -> Vec<FailureView> {
    let failure = |status, cause: &str, calls, objective: Option<&str>| FailureView {
        workload: workload.into(),
        status,
        cause: cause.into(),
        deployment: "chat-ptu".into(),
        calls,
        share: calls as f64 / 187_432.0,
        first_s: 47_400.0,
        last_s: 50_100.0,
        worst_minute_s: 48_060.0,
        worst_minute_calls: calls / 3,
        minutes: 12,
        objective: objective.map(ToOwned::to_owned),
    };
    vec![
        failure(503, "the deployment was down", 290, None),
        failure(429, "the PTUs were at 100%", 85, Some("calls that end in a 429: at most 0.1 %")),
    ]
}

/// A simulation of the same deployments as written.
pub(crate) fn simulation() -> SimulationView {
    let choice = provisioned(165, "1-year", 0.31, true);
    SimulationView {
        schema_version: SCHEMA_VERSION,
        scenario: question("Support chat, EU", "chat"),
        deployments: choice.deployments.clone(),
        workloads: vec![workload("chat")],
        bill: bill("chat", &choice),
        answers: Vec::new(),
        failures: failures("chat"),
        unmet: vec!["calls that end in a 429: 0.20 % is above 0.10 %".into()],
        series: series(165),
        assumptions: assumptions(),
        sources: sources(),
        attributions: vec![
            "Azure LLM inference trace 2023, conversation (Microsoft, CC BY 4.0)".into(),
        ],
    }
}

fn question(name: &str, workload: &str) -> ScenarioView {
    ScenarioView {
        name: name.into(),
        start: "2026-12-01T00:00:00+01:00".into(),
        until: "2027-01-01T00:00:00+01:00".into(),
        zone: "Europe/Stockholm".into(),
        region: "swedencentral".into(),
        simulated: "1 day".into(),
        starts: "with nothing in use at its start".into(),
        repetitions: 31,
        seed: 7,
        workloads: vec![TrafficView {
            name: workload.into(),
            model: "gpt-4.1".into(),
            trace: "azure-2023-conversation".into(),
            requests: 187_432,
            mean_requests_per_minute: 130.2,
            peak_requests_per_minute: 391,
            mean_input_tokens: 1_154.7,
            mean_cached_input_tokens: 320.0,
            mean_output_tokens: 211.1,
            assumed: Vec::new(),
        }],
        objectives: vec![
            "calls that end in a 429: at most 0.1 %".into(),
            "added wait p99: at most 2 s".into(),
        ],
    }
}

fn cost(candidate: &CandidateView) -> f64 {
    candidate.monthly_cost.p50.parse().unwrap()
}

fn spread(cost: f64) -> SpreadView {
    SpreadView {
        currency: "USD".into(),
        p10: format!("{:.6}", cost * 0.97),
        p50: format!("{cost:.6}"),
        p90: format!("{:.6}", cost * 1.04),
        replications: 16,
    }
}

fn deployment(name: &str, sku: &str, ptu: Option<u32>, spilled: u64, cost: f64) -> DeploymentView {
    DeploymentView {
        name: name.into(),
        sku: sku.into(),
        model: "gpt-4.1".into(),
        region: "swedencentral".into(),
        capacity_ptu: ptu,
        kind: None,
        schedule: None,
        limit_tokens_per_minute: ptu.is_none().then_some(2_000_000),
        limit_requests_per_minute: ptu.is_none().then_some(2_000),
        spillover_to: None,
        priority_by_default: false,
        requests: RequestsView {
            offered: if ptu.is_some() { 187_432 } else { spilled },
            completed: if ptu.is_some() { 187_432 - spilled } else { spilled },
            throttled: spilled,
            spilled_out: if ptu.is_some() { spilled } else { 0 },
            spilled_in: if ptu.is_some() { 0 } else { spilled },
            failed: 0,
        },
        tokens: Some(TokensView {
            input: 216_430_000,
            cached_input: 59_978_240,
            output: 39_566_895,
        }),
        utilization: ptu.map(utilization),
        instances: Vec::new(),
        failed_resizes: Vec::new(),
        cost: Some(format!("{cost:.6}")),
    }
}

fn utilization(ptu: u32) -> UtilizationView {
    let mean = (150.0 / f64::from(ptu)).min(0.97);
    UtilizationView { mean, p95: (mean * 1.6).min(1.0), max: (mean * 2.1).min(1.0) }
}

/// Share of the load above `ptu`. No transcendental functions here: their last digit depends on the machine.
fn overflow(ptu: u32) -> f64 {
    let free = (1.0 - f64::from(ptu) / 330.0).max(0.0);
    free * free * free
}

fn provisioned(ptu: u32, commitment: &str, factor: f64, spill: bool) -> CandidateView {
    let fixed = f64::from(ptu) * 744.0 * factor;
    let share = overflow(ptu);
    let tokens = if spill { share * TOKENS_MONTH } else { 0.0 };
    let spilled = (share * 187_432.0) as u64;
    let mut deployments =
        vec![deployment("chat-ptu", "GlobalProvisionedManaged", Some(ptu), spilled, fixed)];
    let mut cost_parts = vec![CostPartView {
        part: if commitment == "hourly" { "PTU-hours" } else { "reservation" }.into(),
        cost: format!("{fixed:.6}"),
        scales_with_traffic: false,
    }];
    if spill {
        deployments.push(deployment("chat-standard", "GlobalStandard", None, spilled, tokens));
        cost_parts.push(CostPartView {
            part: "tokens".into(),
            cost: format!("{tokens:.6}"),
            scales_with_traffic: true,
        });
    }
    let suffix = if spill { " + spillover" } else { "" };
    let throttled = if spill { 0.0 } else { share };
    let feasible = throttled <= 0.001;
    CandidateView {
        rank: 0,
        name: format!("GlobalProvisionedManaged {ptu} PTU{suffix}, {commitment}"),
        family: if spill { "PTU with spillover (global)" } else { "PTU alone (global)" }.into(),
        deployments,
        commitment: commitment.into(),
        reservations: Vec::new(),
        total_ptu: ptu,
        expected_monthly_cost: format!("{:.6}", fixed + tokens),
        total_instances: 0,
        provisioned: true,
        pay_as_you_go: false,
        monthly_cost: spread(fixed + tokens),
        cost_parts,
        measures: measures(throttled, if spill { share } else { 0.0 }, Some(utilization(ptu))),
        feasible,
        reasons: if feasible {
            Vec::new()
        } else {
            vec![format!("calls that end in a 429: {:.2} % is above 0.10 %", throttled * 100.0)]
        },
    }
}

fn standard() -> CandidateView {
    CandidateView {
        rank: 0,
        name: "GlobalStandard, pay as you go".into(),
        family: "pay as you go (global)".into(),
        deployments: vec![deployment(
            "chat-standard",
            "GlobalStandard",
            None,
            187_432,
            TOKENS_MONTH,
        )],
        commitment: "hourly".into(),
        reservations: Vec::new(),
        total_ptu: 0,
        expected_monthly_cost: format!("{TOKENS_MONTH:.6}"),
        total_instances: 0,
        provisioned: false,
        pay_as_you_go: true,
        monthly_cost: spread(TOKENS_MONTH),
        cost_parts: vec![CostPartView {
            part: "tokens".into(),
            cost: format!("{TOKENS_MONTH:.6}"),
            scales_with_traffic: true,
        }],
        measures: measures(0.0, 0.0, None),
        feasible: true,
        reasons: Vec::new(),
    }
}

fn refused(scenario: &str) -> CandidateView {
    let mut candidate = provisioned(15, "1-month", 0.36, false);
    candidate.name = format!("today, {scenario}");
    candidate.family = "today".into();
    candidate.feasible = false;
    candidate.reasons.push("size 15 is not on the grid of DataZoneProvisionedManaged".into());
    candidate
}

fn refused_for_quota() -> CandidateView {
    let mut candidate = provisioned(28 * PTU_STEP, "hourly", 1.0, false);
    candidate.feasible = false;
    candidate.reasons = vec!["needs 420 PTU of quota, the subscription has 400".into()];
    candidate
}

fn measures(throttled: f64, spilled: f64, utilization: Option<UtilizationView>) -> MeasuresView {
    let wait = PercentilesView {
        p50: 0.0,
        p95: throttled * 4_000.0,
        p99: throttled * 9_000.0 + spilled * 900.0,
    };
    MeasuresView {
        offered: 187_432,
        failed: (throttled * 187_432.0) as u64,
        saw_throttle_share: (throttled * 1.4).min(1.0),
        throttled_share: throttled,
        spilled_share: spilled,
        added_wait_ms: wait,
        ptu_utilization: utilization,
        given_up: false,
    }
}

fn workload(name: &str) -> WorkloadView {
    WorkloadView {
        name: name.into(),
        offered: 187_432,
        completed: 187_057,
        failed: 375,
        retries: 2_914,
        saw_throttle_share: 0.0031,
        mean_wait_ms: 12.5,
        mean_waiting: 0.9,
        throttled_share: 0.002,
        late_share: 0.0,
        added_wait_ms: PercentilesView { p50: 0.0, p95: 0.0, p99: 812.0 },
        first_token_ms: Some(PercentilesView { p50: 300.0, p95: 340.0, p99: 1_200.0 }),
        latency_ms: Some(PercentilesView { p50: 3_120.0, p95: 9_470.0, p99: 14_220.0 }),
    }
}

/// Load in a day: a slow wave, noise, and a burst after lunch.
fn load(minute: usize) -> f64 {
    let day = (minute % 1440) as f64 / 1440.0;
    let wave = 32.0 * day * day * (1.0 - day) * (1.0 - day);
    let noise = ((minute * 7919) % 101) as f64 / 101.0 - 0.5;
    let burst = if (790..835).contains(&minute) { 0.7 } else { 0.0 };
    (0.18 + wave * 0.45 + burst + noise * (0.1 + wave * 0.14)).max(0.02) * 480_000.0
}

fn series(ptu: u32) -> Vec<SeriesView> {
    let capacity = f64::from(ptu) * 3_000.0;
    let offered: Vec<f64> = (0..1440).map(load).collect();
    let used: Vec<f64> = offered.iter().map(|v| v.min(capacity)).collect();
    let spilled: Vec<f64> = offered.iter().map(|v| (v - capacity).max(0.0)).collect();
    let refused = spilled.iter().map(|v| (v / 2_000.0).floor()).collect();
    vec![
        SeriesView {
            deployment: "chat-ptu".into(),
            step_s: 60,
            capacity_per_minute: Some(capacity),
            unit: "normalized tokens".into(),
            actual_per_minute: offered.iter().map(|v| v * 0.55).collect(),
            offered_per_minute: offered,
            used_per_minute: used,
            refused_per_minute: refused,
            in_service: Vec::new(),
            places: Vec::new(),
        },
        SeriesView {
            deployment: "chat-standard".into(),
            step_s: 60,
            capacity_per_minute: Some(2_000_000.0),
            unit: "estimated tokens".into(),
            offered_per_minute: spilled.clone(),
            actual_per_minute: Vec::new(),
            used_per_minute: spilled,
            refused_per_minute: vec![0.0; 1440],
            in_service: Vec::new(),
            places: Vec::new(),
        },
    ]
}

/// A reservation's purchase, its use and its rest, and tokens day by day. Total and lines agree.
fn bill(workload: &str, choice: &CandidateView) -> BillView {
    let ptu = choice.total_ptu;
    let tokens: f64 = choice.cost_parts[1].cost.parse().unwrap();
    let mut items = vec![LineItemView {
        line: 1,
        charge_period_start: "2026-12-01T00:00:00Z".into(),
        charge_period_end: "2027-01-01T00:00:00Z".into(),
        month: "2026-12".into(),
        charge_category: "Purchase".into(),
        resource: "reservation of PTUs, 1-year".into(),
        workload: String::new(),
        meter: "PTU reservation".into(),
        pricing_quantity: ptu.to_string(),
        pricing_unit: "PTU month".into(),
        list_unit_price: "230.64".into(),
        list_cost: decimal(f64::from(ptu) * 230.64),
        billed_cost: decimal(f64::from(ptu) * 230.64),
        effective_cost: "0".into(),
        commitment_status: String::new(),
        source: "ptu_prices.csv:14".into(),
    }];
    let mut total = 0.0;
    // A month of 31 equal days, quantities in whole millionths, so that the lines add up to the total.
    let per_day = |share: f64, price: f64| (tokens / 31.0 * share / price * 1e6).round() / 1e6;
    for day in 1..=31 {
        for (meter, quantity, price) in [
            ("gpt-4.1 input", per_day(0.55, 2.0), 2.0),
            ("gpt-4.1 cached input", per_day(0.04, 0.5), 0.5),
            ("gpt-4.1 output", per_day(0.41, 8.0), 8.0),
        ] {
            let cost = (quantity * price * 1e6).round() / 1e6;
            total += cost;
            items.push(line(
                items.len() + 1,
                day,
                "chat-standard",
                workload,
                meter,
                quantity,
                ("1M tokens", price),
                (cost, cost),
            ));
        }
        let hours = f64::from(ptu) * 24.0;
        let effective = hours * 0.31;
        total += effective;
        let mut used = line(
            items.len() + 1,
            day,
            "chat-ptu",
            "",
            "PTU-hours",
            hours,
            ("PTU hour", 1.0),
            (0.0, effective),
        );
        used.commitment_status = "Used".into();
        items.push(used);
    }
    BillView {
        currency: "USD".into(),
        billed: decimal(total - f64::from(ptu) * 744.0 * 0.31 + f64::from(ptu) * 230.64),
        total: decimal(total),
        terms: TermsView::default(),
        line_items: items,
        focus_csv: Vec::new(),
    }
}

#[allow(clippy::too_many_arguments)]
fn line(
    line: usize,
    day: u32,
    resource: &str,
    workload: &str,
    meter: &str,
    quantity: f64,
    (unit, price): (&str, f64),
    (billed, effective): (f64, f64),
) -> LineItemView {
    let next = if day == 31 { "2027-01-01".to_owned() } else { format!("2026-12-{:02}", day + 1) };
    LineItemView {
        line,
        charge_period_start: format!("2026-12-{day:02}T00:00:00Z"),
        charge_period_end: format!("{next}T00:00:00Z"),
        month: "2026-12".into(),
        charge_category: "Usage".into(),
        resource: resource.into(),
        workload: workload.into(),
        meter: meter.into(),
        pricing_quantity: decimal(quantity),
        pricing_unit: unit.into(),
        list_unit_price: decimal(price),
        list_cost: decimal(quantity * price),
        billed_cost: decimal(billed),
        effective_cost: decimal(effective),
        commitment_status: String::new(),
        source: "prices.csv:118, Azure retail prices 2026-11".into(),
    }
}

fn decimal(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn sensitivity(base: f64) -> Vec<SensitivityView> {
    let row = |input: &str, low: &str, high: &str, cost_low: f64, cost_high: f64, flips_choice| {
        SensitivityView {
            input: input.into(),
            low: low.into(),
            high: high.into(),
            cost_low: decimal(cost_low),
            cost_high: decimal(cost_high),
            flips_choice,
            best_low: String::new(),
            best_high: String::new(),
        }
    };
    vec![
        row("traffic growth a month", "0 %", "10 %", base * 0.97, base * 1.31, true),
        row("share of cached input", "50 %", "10 %", base * 0.88, base * 1.12, false),
        row("output tokens", "−20 %", "+20 %", base * 0.92, base * 1.08, false),
        row("burst of the PTU bucket", "2 min", "none", base * 0.99, base * 1.005, false),
    ]
}

fn assumptions() -> Vec<FactView> {
    vec![FactView {
        name: "ptu.burst_seconds".into(),
        value: "60 s".into(),
        status: "assumed".into(),
        effective_from: "2025-04-14".into(),
        source: "unpublished; see the sensitivity run".into(),
        place: "data/azure/parameters.csv:9".into(),
    }]
}

fn sources() -> Vec<FactView> {
    let row = |name: &str, value: &str, place: &str| FactView {
        name: name.into(),
        value: value.into(),
        status: "documented".into(),
        effective_from: "2025-04-14".into(),
        source: "https://prices.azure.com/api/retail/prices".into(),
        place: place.into(),
    };
    vec![
        row(
            "gpt-4.1 · GlobalStandard · input",
            "2.00 USD per 1M tokens",
            "data/azure/prices.csv:118",
        ),
        row(
            "gpt-4.1 · GlobalStandard · output",
            "8.00 USD per 1M tokens",
            "data/azure/prices.csv:120",
        ),
        row(
            "gpt-4.1 · GlobalProvisionedManaged",
            "1.00 USD per PTU hour",
            "data/azure/ptu_prices.csv:3",
        ),
    ]
}

fn outlook(name: &str, choice: &CandidateView) -> OutlookView {
    let heat = |base: f64| -> Vec<Vec<Option<f64>>> {
        (0..7)
            .map(|day| {
                (0..24)
                    .map(|hour| {
                        let weekend = if day > 4 { 0.4 } else { 1.0 };
                        (day != 6 || hour < 20).then(|| {
                            (load(hour * 60 + day * 7) / 700_000.0 * base * weekend).min(1.0)
                        })
                    })
                    .collect()
            })
            .collect()
    };
    let months = (0..12)
        .map(|m| {
            let wide = 1.0 + f64::from(m) * 0.012;
            let mut cost = spread(cost(choice) * (1.0 + f64::from(m) * 0.021));
            cost.p10 = format!("{:.6}", cost.p50.parse::<f64>().unwrap() / (wide * 1.02));
            cost.p90 = format!("{:.6}", cost.p50.parse::<f64>().unwrap() * wide * 1.03);
            MonthView {
                month: format!("{}-{:02}", 2026 + (11 + m) / 12, (11 + m) % 12 + 1),
                cost,
                total_ptu: choice.total_ptu,
                actions: Vec::new(),
            }
        })
        .collect();
    OutlookView {
        horizon: None,
        explanation: ExplanationView {
            marginal: vec![MarginalView {
                total_ptu: 215,
                block_ptu: 15,
                change: "573.37".into(),
                currency: "USD".into(),
                feasible: true,
                reasons: Vec::new(),
            }],
            second_opinion: Some(SecondOpinionView {
                workload: name.into(),
                model: "gpt-4.1".into(),
                path: vec![TreeStepView {
                    question: "Data Residency Requirements?".into(),
                    answer: "No".into(),
                    because: "[require] names no place".into(),
                }],
                sku: "GlobalStandard".into(),
                agrees: false,
                calculator: Some(CalculatorView {
                    sku: "GlobalProvisionedManaged".into(),
                    requests_per_minute: 431,
                    raw_ptu: "236.4".into(),
                    deployable_ptu: 240,
                }),
                differences: vec!["240 PTU would cost 1,900.00 USD more a month".into()],
            }),
            relaxations: Vec::new(),
            not_enough: Vec::new(),
            closest: None,
            nearest: Vec::new(),
        },
        confidence: Some(ConfidenceView {
            best_share: 0.9375,
            near_share: 0.9375,
            kind_share: 1.0,
            more_than_luck: true,
            hold_share: 1.0,
            replications: 16,
            ..ConfidenceView::default()
        }),
        workloads: vec![workload(name)],
        heat_maps: vec![
            HeatMapView {
                measure: "PTU utilization".into(),
                subject: "chat-ptu".into(),
                shares: heat(1.0),
            },
            HeatMapView {
                measure: "attempts throttled".into(),
                subject: "chat-ptu".into(),
                shares: heat(0.08),
            },
        ],
        months,
        grid: Some(grid(choice)),
    }
}

fn grid(choice: &CandidateView) -> GridView {
    let sizes: Vec<u32> = (1..=26).map(|n| n * PTU_STEP).collect();
    let growth = [0, 10, 25, 50];
    let cached = [10, 30, 50];
    let mut view = GridView {
        axes: vec![
            axis("ptu", "PTUs", sizes.iter().map(|s| format!("{s} PTU")).collect()),
            axis("growth", "Traffic growth", growth.iter().map(|g| format!("+{g} %")).collect()),
            axis(
                "cached_share",
                "Cached share of input",
                cached.iter().map(|c| format!("{c} %")).collect(),
            ),
            axis("commitment", "Commitment", COMMITMENTS.iter().map(|c| c.0.into()).collect()),
        ],
        choice: vec![
            sizes.iter().position(|s| *s == choice.total_ptu).unwrap(),
            0,
            1,
            COMMITMENTS.iter().position(|c| c.0 == choice.commitment).unwrap(),
        ],
        currency: "USD".into(),
        monthly_cost: Vec::new(),
        saw_throttle_share: Vec::new(),
        added_wait_ms_p99: Vec::new(),
        utilization_mean: Vec::new(),
        feasible: Vec::new(),
        best: Vec::new(),
    };
    for size in &sizes {
        for grown in growth {
            for share in cached {
                for (commitment, factor) in COMMITMENTS {
                    let point = provisioned(*size, commitment, factor, true);
                    let missing = *size == 15 && grown == 50;
                    let scaled = cost(&point)
                        * (1.0 + f64::from(grown) / 300.0)
                        * (1.06 - f64::from(share) / 500.0);
                    let exact = grown == 0 && share == 30;
                    let amount =
                        if exact { point.monthly_cost.p50.clone() } else { format!("{scaled:.6}") };
                    view.monthly_cost.push((!missing).then_some(amount));
                    view.saw_throttle_share
                        .push((!missing).then_some(point.measures.saw_throttle_share));
                    view.added_wait_ms_p99
                        .push((!missing).then_some(point.measures.added_wait_ms.p99));
                    view.utilization_mean.push((!missing).then_some(utilization(*size).mean));
                    view.feasible.push((!missing).then_some(*size > 30));
                }
            }
        }
    }
    view
}

fn axis(key: &str, label: &str, values: Vec<String>) -> GridAxisView {
    GridAxisView { key: key.into(), label: label.into(), values }
}
