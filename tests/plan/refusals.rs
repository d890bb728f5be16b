//! Every ground of a refusal in words: the figures of the value and nothing else.

use jiff::civil::date;
use ptuplan::metrics::slo::{Breach, Ended};
use ptuplan::plan::constraints::constraint::Constraint;
use ptuplan::plan::constraints::grounds::Grounds;
use ptuplan::plan::constraints::grounds::access::AccessGrounds;
use ptuplan::plan::constraints::grounds::capacity::{CapacityGrounds, QuotaIncrease};
use ptuplan::plan::constraints::grounds::model::{Cited, ModelGrounds};
use ptuplan::plan::constraints::grounds::place::{Concession, PlaceGrounds, Whereabouts};
use ptuplan::plan::evaluate::refusal::Refusal;
use ptuplan::report::words::refusal::{joined, message, relax};
use ptuplan::scenario::question::require::{Authentication, Network, SubscriptionType};
use ptuplan::units::diagnostic::Place;
use ptuplan::units::money::{Currency, Money};
use rust_decimal::Decimal;
use std::sync::Arc;

/// The grounds as a refusal of `constraint` read as these two sentences.
fn reads(constraint: Constraint, grounds: Grounds, says: &str, advises: &str) {
    let refusal = Refusal::rule(constraint, grounds);
    assert_eq!((message(&refusal).as_str(), relax(&refusal).as_str()), (says, advises));
}

fn names(all: &[&str]) -> Vec<Arc<str>> {
    all.iter().map(|name| (*name).into()).collect()
}

#[test]
fn a_breach_names_its_workload_and_the_region_that_is_out() {
    let breach = Breach::Share { ended: Ended::Throttled, measured: 0.012, allowed: 0.01 };
    let chat: Arc<str> = "chat".into();
    let alone = Refusal::objective(breach, None);
    assert_eq!(message(&alone), "1.2% of calls end in a 429, more than the 1.0% allowed");
    let out = Refusal::while_out("swedencentral".into(), breach, Some(&chat));
    assert_eq!(
        message(&out),
        "with swedencentral out: chat: 1.2% of calls end in a 429, more than the 1.0% allowed"
    );
    assert_eq!(relax(&out), "chat: allow 1.2% of calls to end in a 429 while swedencentral is out");
    assert!((out.excess - 0.2).abs() < 1e-9, "0.012 is a fifth above 0.01");
    let once = message(&alone);
    assert_eq!(joined(&[alone.clone(), alone]), format!("{once}; {once}"));
    reads(
        Constraint::Answers(chat.clone()),
        Grounds::OneRegion { region: "swedencentral".into(), workload: Some(chat) },
        "no deployment of chat outside swedencentral: every call fails while it is out",
        "allow deployments in a second region, or drop slo.survives_outage",
    );
}

#[test]
fn a_budget_and_rare_success_say_both_figures() {
    let usd = |amount: i64| Money::new(Decimal::new(amount, 2), Currency::USD);
    let [monthly, budget, gap] = [usd(150_050), usd(100_000), usd(50_050)];
    let [shown_cost, shown_budget, shown_gap] =
        [monthly, budget, gap].map(|own| own.to_display_string());
    reads(
        Constraint::Budget(budget),
        Grounds::AboveBudget { monthly, budget, gap },
        &format!("costs {shown_cost} a month, {shown_gap} above the budget of {shown_budget}"),
        &format!("raise require.budget by {shown_gap} to {shown_cost} a month"),
    );
    reads(
        Constraint::HoldsIn { share_ppm: 900_000 },
        Grounds::RarelyHeld {
            held_ppm: 750_000,
            required_ppm: 900_000,
            futures: 8,
            of_larger: None,
        },
        "every objective holds in 75% of 8 futures, fewer than the 90% asked",
        "accept objectives that hold in 75% of the futures",
    );
}

#[test]
fn access_names_the_ways_that_there_are_and_the_parameter_that_decides() {
    let sku: Arc<str> = "Standard".into();
    reads(
        Constraint::SoldTo(SubscriptionType::Csp),
        Grounds::Access(AccessGrounds::SkuNotSold {
            to: SubscriptionType::Csp,
            sku: sku.clone(),
            parameter: "csp-pay-per-token",
        }),
        "not sold to csp: Standard (csp-pay-per-token = no)",
        "use another subscription type, or set the parameter csp-pay-per-token = \"azure-sold\"",
    );
    reads(
        Constraint::Authentication(Authentication::EntraId),
        Grounds::Access(AccessGrounds::NotAuthenticated {
            by: Authentication::EntraId,
            sku: sku.clone(),
            takes: vec![Authentication::ApiKey],
            parameter: Some("entra-id-pay-per-token"),
        }),
        "no authentication by entra-id: Standard takes api-key",
        "allow authentication by api-key, or leave the parameter entra-id-pay-per-token at \"yes\"",
    );
    reads(
        Constraint::Network(Network::VirtualNetwork),
        Grounds::Access(AccessGrounds::NotPrivate {
            by: Network::VirtualNetwork,
            sku,
            offers: Vec::new(),
            parameter: None,
        }),
        "no virtual-network: Standard offers public access alone",
        "allow the network public access alone",
    );
}

#[test]
fn capacity_says_how_much_more_is_needed_and_when_it_comes() {
    let sku: Arc<str> = "ProvisionedManaged".into();
    let region: Option<Arc<str>> = Some("eastus2".into());
    let constraint = Constraint::PtuQuota { sku: sku.clone(), region: region.clone(), quota: 100 };
    let increase = QuotaIncrease::Arrives { ptu: 200, day: date(2026, 12, 3) };
    reads(
        constraint,
        Grounds::Capacity(CapacityGrounds::AbovePtuQuota {
            sku,
            region,
            planned: 150,
            quota: 100,
            increase,
        }),
        "above PTU quota: ProvisionedManaged in eastus2 · 150 PTU (quota 100)",
        "raise subscription.ptu_quota.ProvisionedManaged from 100 to 150 PTU in eastus2 (200 PTU that were asked for arrive on 2026-12-03)",
    );
    reads(
        Constraint::BatchQuota,
        Grounds::Capacity(CapacityGrounds::NoBatchQuota {
            message: "no quota".to_owned(),
            agreements: names(&["Enterprise", "Default"]),
        }),
        "no quota",
        "agreements with a quota are Enterprise; Default",
    );
    reads(
        Constraint::PublishedPrice,
        Grounds::Capacity(CapacityGrounds::Unpriced { message: "no price".into(), hint: None }),
        "no price",
        "allow another SKU or model",
    );
}

#[test]
fn a_model_that_retires_says_how_many_days_early_and_what_replaces_it() {
    let (last, needed) = (date(2026, 11, 30), date(2026, 12, 31));
    let early = |closed: Option<Arc<str>>| {
        Grounds::Model(ModelGrounds::RetiresEarly {
            name: "m (1)".to_owned(),
            last,
            needed,
            days: 31,
            cited: Cited { source: "s".into(), row: Some(Place::new("lifecycle.csv", 3, 0)) },
            replacement: Some("n".into()),
            closed,
        })
    };
    let says = "retired: m (1) after 2026-11-30, 31 days before 2026-12-31 (s, lifecycle.csv:3)";
    let constraint = Constraint::InServiceUntil(needed);
    reads(
        constraint.clone(),
        early(None),
        says,
        "end 31 days earlier, on 2026-11-30; or use n, which the platform names as the replacement of m (1); or set require.model_until = \"any\"",
    );
    reads(
        constraint,
        early(Some("m".into())),
        says,
        "use n, which the platform names as the replacement of m (1); or, where the subscription has deployed this version, add subscription.has_used = [\"m\"] and end 31 days earlier, on 2026-11-30, or set require.model_until = \"any\"",
    );
    reads(
        Constraint::InputTokens(1_000),
        Grounds::Model(ModelGrounds::InputTooLong {
            model: "m".into(),
            takes: 900,
            required: 1_000,
            source: "s".into(),
        }),
        "input too long: m takes 900 tokens, 100 fewer than the 1000 required (s)",
        "require 100 tokens less: context_tokens = 900; or a model that takes more",
    );
}

#[test]
fn a_place_says_where_it_is_instead_and_what_is_near() {
    let sku: Arc<str> = "GlobalStandard".into();
    let unsold = |near: &[&str], sold_as: &[&str]| {
        Grounds::Place(PlaceGrounds::NotAvailable {
            model: "m".into(),
            sku: "GlobalStandard".into(),
            region: "eastus2".into(),
            why: "w".to_owned(),
            near: names(near),
            sold_as: names(sold_as),
        })
    };
    for (near, sold_as, advises) in [
        (&["a", "b"][..], &[][..], "deploy GlobalStandard in a, b"),
        (&[], &["Standard"], "allow another SKU: m is sold as Standard"),
        (&[], &[], "allow another model: no table that was read has a region of m"),
    ] {
        let says = "not available: m · GlobalStandard in eastus2: w";
        reads(Constraint::Available, unsold(near, sold_as), says, advises);
    }
    reads(
        Constraint::ProcessedInZone("eu".into()),
        Grounds::Place(PlaceGrounds::ProcessedElsewhere {
            sku: sku.clone(),
            processed: Whereabouts::Zone { region: "uksouth".into(), zone: None },
            skus: Vec::new(),
            regions: names(&["swedencentral"]),
            concession: Concession::Zone,
            source: "s".into(),
        }),
        "not processed in the data zone eu: GlobalStandard · uksouth is in no data zone (s)",
        "deploy in swedencentral, or drop require.data_zone",
    );
    reads(
        Constraint::AtRestIn("eu".into()),
        Grounds::Place(PlaceGrounds::RestsElsewhere {
            sku,
            rests_in: "uksouth".into(),
            near: Vec::new(),
            source: "s".into(),
        }),
        "not data at rest in eu: GlobalStandard · uksouth (s)",
        "allow data at rest in uksouth",
    );
}
