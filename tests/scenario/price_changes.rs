//! `[[event]] what = "price"`: prices that change on a day, as the scenario assumes.

use crate::support::{decimal, on_meter, simulated, text, wrong};

const DAY_US: u64 = 86_400_000_000;

fn standard() -> &'static str {
    "[today]\ndeployments = [{ name = \"d\", sku = \"GlobalStandard\", model = \"gpt-4.1\", limit_tokens_per_minute = 1_000_000 }]\n"
}

/// A million input tokens in ten calls on each of ten days from 2026-12-01: 2 USD a day at the list price.
fn input_cost(event: &str) -> String {
    let rows: Vec<_> =
        (0..100).map(|n| (n / 10 * DAY_US + n % 10 * 60_000_000, 100_000, 0)).collect();
    let rest = format!("{}[[event]]\nwhat = \"price\"\n{event}", standard());
    let (_, _, bill) = simulated(&text("length = \"10 days\"\n", "", &rest), &rows);
    on_meter(&bill, "input").normalize().to_string()
}

#[test]
fn a_price_is_billed_from_its_day_on() {
    for (event, cost) in [
        ("from = 2027-06-01\nfactor = \"50 %\"\n", "20"),
        ("from = 2026-12-06\nfactor = \"50 %\"\n", "15"),
        ("from = 2026-01-01\nfactor = \"1.25\"\n", "25"),
        ("from = 2026-12-09\nmeter = \"input\"\nprice = \"0.40\"\n", "16.8"),
        ("from = 2026-12-01\nmeter = \"output\"\nfactor = \"0 %\"\n", "20"),
        ("from = 2026-12-01\nmeter = \"tokens\"\nfactor = \"0 %\"\n", "0"),
        ("from = 2026-12-06\nsku = \"DataZoneStandard\"\nfactor = \"50 %\"\n", "20"),
        ("from = 2026-12-06\nmodel = \"gpt-4o\"\nfactor = \"50 %\"\n", "20"),
        (
            "from = 2026-12-06\nregion = \"swedencentral\"\nmodel = \"gpt-4.1\"\nfactor = \"50 %\"\n",
            "15",
        ),
    ] {
        assert_eq!(input_cost(event), cost, "{event}");
    }
    // A later change counts from the price that the earlier one left.
    let two = "from = 2026-12-06\nfactor = \"50 %\"\n[[event]]\nwhat = \"price\"\nfrom = 2026-12-08\nfactor = \"50 %\"\n";
    assert_eq!(input_cost(two), "13.5");
}

/// Bills of disjoint periods still add up: the days before and after are as on their own.
#[test]
fn the_result_says_that_it_is_the_scenario_s_own_assumption() {
    let event = "[[event]]\nwhat = \"price\"\nfrom = 2026-12-01\nmeter = \"output\"\nmodel = \"gpt-4.1\"\nfactor = \"80 %\"\n";
    let rest = format!("{}{event}", standard());
    let (scenario, simulated, bill) = simulated(&text("", "", &rest), &[(0, 0, 1_000_000)]);
    assert_eq!(on_meter(&bill, "output"), decimal("6.4"));
    let fact = simulated
        .resolved
        .facts
        .assumed()
        .find(|fact| fact.name == "price change from 2026-12-01: output · gpt-4.1")
        .unwrap();
    assert_eq!((&*fact.value, &*fact.evidence.source), ("80% of the list price", "the scenario"));
    assert_eq!(&*fact.evidence.place.file, "t.toml");
    let line = bill.line_items.iter().find_map(|line| line.rate.as_ref()).unwrap();
    assert_eq!(&*line.evidence.source, "the scenario", "{scenario:?}");
}

#[test]
fn ptus_and_their_reservations_have_prices_too() {
    let ptu = |commitment: &str, event: &str| {
        let rest = format!(
            "[today]\ncommitment = \"{commitment}\"\ndeployments = [{{ sku = \"GlobalProvisionedManaged\", model = \"gpt-4.1\", capacity_ptu = 100 }}]\n[[event]]\nwhat = \"price\"\n{event}"
        );
        let (_, _, bill) = simulated(&text("length = \"2 days\"\n", "", &rest), &[]);
        let total: rust_decimal::Decimal =
            bill.line_items.iter().map(|line| line.effective_cost.amount()).sum();
        total.round_dp(2).normalize().to_string()
    };
    // 100 PTU at 1 USD an hour for two days, the second at half the price.
    let second = "from = 2026-12-02\nmeter = \"ptu-hour\"\nfactor = \"50 %\"\n";
    assert_eq!(ptu("hourly", second), "3600");
    let model = "from = 2026-12-02\nmodel = \"gpt-4.1\"\nfactor = \"50 %\"\n";
    assert_eq!(ptu("hourly", model), "3600");
    // A reservation is bought at the price of its first day, and knows no model.
    let list = ptu("1-month", model);
    assert_eq!(ptu("1-month", "from = 2026-12-02\nmeter = \"1-month\"\nfactor = \"50 %\"\n"), list);
    let cheaper = ptu("1-month", "from = 2026-12-01\nmeter = \"1-month\"\nfactor = \"50 %\"\n");
    let half = decimal(&list) / decimal("2");
    assert!((decimal(&cheaper) - half).abs() <= decimal("0.01"), "{cheaper} of {list}");
}

#[test]
fn what_is_wrong_with_a_price_change_is_said() {
    for (event, says) in [
        ("factor = \"80 %\"\n", "a price change without its day"),
        ("from = 2026-12-01T10:00:00\nfactor = \"80 %\"\n", "not a civil date"),
        ("from = 2026-12-01\n", "without one new price"),
        ("from = 2026-12-01\nfactor = \"80 %\"\nprice = \"1\"\n", "without one new price"),
        ("from = 2026-12-01\nfactor = \"-5 %\"\n", "not a price: -5 %"),
        ("from = 2026-12-01\nprice = \"1.5\"\n", "a stated price without its meter"),
        (
            "from = 2026-12-01\nprice = \"1.5\"\nmeter = \"tokens\"\n",
            "one price for several meters",
        ),
        ("from = 2026-12-01\nfactor = \"1\"\nmeter = \"outputs\"\n", "unknown meter: outputs"),
        (
            "from = 2026-12-01\nfactor = \"1\"\nsku = \"GlobalStandart\"\n",
            "unknown SKU: GlobalStandart",
        ),
        ("from = 2026-12-01\nfactor = \"1\"\nmodel = \"gpt-4.l\"\n", "unknown model: gpt-4.l"),
        ("at = \"6 h\"\nfactor = \"1\"\n", "a price change at a time of the window"),
    ] {
        let rest = format!("{}[[event]]\nwhat = \"price\"\n{event}", standard());
        let found = wrong(&text("", "", &rest));
        assert!(found.first().is_some_and(|first| first.contains(says)), "{event}: {found:?}");
    }
    let outage = format!("{}[[event]]\nwhat = \"outage\"\nlasts = \"1 h\"\n", standard());
    assert!(wrong(&text("", "", &outage))[0].contains("when it happens is missing"));
}
