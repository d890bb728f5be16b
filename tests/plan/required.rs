//! What `[require]` and `[subscription]` refuse before any price, and that what a refusal asks to relax is enough.

use crate::support::{ONCE, catalog, decision, even, shown};
use ptuplan::plan::evaluate::evaluate::Evaluated;
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::{Recommendation, decide};
use ptuplan::plan::why::relax::RelaxedTo;
use ptuplan::plan::workers::Serial;
use ptuplan::report::view::RecommendationView;
use ptuplan::report::words::refusal::{message, relax};
use ptuplan::report::words::relaxed::together;
use ptuplan::scenario::load::load;
use ptuplan::scenario::question::named::{Named, Payment};
use ptuplan::scenario::question::scenario::Scenario;

const FOUR: &str = "[allow]\nsku = [\"GlobalStandard\", \"DataZoneStandard\", \"GlobalProvisionedManaged\", \
    \"DataZoneProvisionedManaged\"]\ncommitment = [\"hourly\"]\n[slo]\nthrottled_share = \"100 %\"\n";

/// An hour on gpt-4.1 in swedencentral; `subscription` goes into that table, `more` after it.
fn asked(subscription: &str, more: &str) -> Scenario {
    asked_of("gpt-4.1", subscription, more)
}

fn asked_of(model: &str, subscription: &str, more: &str) -> Scenario {
    let text = format!(
        "name = \"t\"\nstart = 2026-12-01\nlength = \"1 hour\"\nzone = \"UTC\"\nregion = \"swedencentral\"\n\
         [[workload]]\nname = \"w\"\nmodel = \"{model}\"\ntraffic = {{ trace = \"made\" }}\n\
         max_output_tokens = 100\nclient = \"openai-sdk\"\n{FOUR}[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\", \"gpt-4.1-nano\", \"gpt-4o-mini\"]\n\
         {subscription}{ONCE}{more}"
    );
    load("t.toml", &text).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"))
}

fn answered(scenario: &Scenario) -> Recommendation {
    decision(scenario, &even(&[60; 60]))
}

fn of<'a>(answer: &'a Recommendation, family: &str) -> &'a Evaluated {
    let found = answer.candidates.iter().find(|c| *c.family == *family);
    found.unwrap_or_else(|| panic!("no candidate {family}"))
}

/// What is said of the first constraint that a candidate breaks; nothing where it is feasible.
fn first_said(one: &Evaluated) -> String {
    one.reasons.first().map(message).unwrap_or_default()
}

#[test]
fn a_data_zone_refuses_what_leaves_it_and_keeps_what_stays() {
    let answer = answered(&asked("", "[require]\ndata_zone = \"eu\"\n"));
    let global = of(&answer, "GlobalStandard alone");
    assert!(global.figures.is_none(), "refused before any price");
    assert_eq!(
        first_said(global),
        "not processed in the data zone eu: GlobalStandard · any Azure region (deployment-types-2026-08-06)"
    );
    assert_eq!(relax(&global.reasons[0]), "deploy as DataZoneStandard, or drop require.data_zone");
    assert!(of(&answer, "DataZoneStandard alone").is_feasible());
    assert!(of(&answer, "DataZoneProvisionedManaged alone").is_feasible());
    let mixed = of(&answer, "GlobalProvisionedManaged + spillover");
    assert_eq!(mixed.reasons.len(), 2, "both deployments leave the zone: {:?}", mixed.reasons);

    let us = answered(&asked("", "[require]\ndata_zone = \"us\"\n"));
    let zone = of(&us, "DataZoneStandard alone");
    assert!(first_said(zone).contains("swedencentral is in the zone eu"), "{}", first_said(zone));
    assert!(
        relax(&zone.reasons[0]).contains("deploy in centralus, "),
        "{}",
        relax(&zone.reasons[0])
    );
    assert!(us.choice.is_none());
    // Another region keeps what is required: it is enough, and stands before what gives it up.
    let RelaxedTo::InRegion(region) = &us.relaxations[0].changes[0] else {
        panic!("{:?}", us.relaxations)
    };
    assert!(relax(&zone.reasons[0]).contains(&format!("deploy in {region}")), "{region}");
    let mut there = asked("", "[require]\ndata_zone = \"us\"\n");
    there.allow.regions.push(Named { name: region.clone(), place: there.region.place.clone() });
    let there = answered(&there);
    let choice = &there.candidates[there.choice.unwrap()];
    assert_eq!(choice.figures.as_ref().unwrap().cost.monthly, us.relaxations[0].monthly);
    let action = view(&asked("", "[require]\ndata_zone = \"us\"\n"), &us).glance.action;
    assert!(action.contains(&format!("allow the region {region}")), "{action}");
}

#[test]
fn a_geography_and_a_region_need_a_regional_sku() {
    let sku = "\"GlobalStandard\", \"DataZoneStandard\"";
    let regional = |require: &str| {
        let mut scenario = asked("", require);
        let text = FOUR.replace(sku, "\"Standard\", \"DataZoneStandard\"");
        scenario.allow.skus[0].name = "Standard".into();
        assert!(text.contains("\"Standard\""));
        answered(&scenario)
    };
    // Standard has no quota at this tier, which is another matter.
    let stays = |answer: &Recommendation| {
        let refused = of(answer, "Standard alone");
        refused.reasons.iter().all(|reason| !message(reason).contains("not processed in"))
    };
    let sweden = regional("[require]\ngeography = \"Sweden\"\n");
    assert!(stays(&sweden));
    assert!(first_said(of(&sweden, "DataZoneStandard alone")).contains("not processed in Sweden"));
    // The newer documents process within the geography, the older ones within the region (S X8): a switch.
    let region = regional("[require]\nregion = \"swedencentral\"\n");
    assert!(first_said(of(&region, "Standard alone")).contains("regional-locality = geography"));
    let older = regional(
        "[require]\nregion = \"swedencentral\"\n[parameters]\nregional-locality = \"region\"\n",
    );
    assert!(stays(&older));
}

#[test]
fn data_at_rest_stays_with_the_deployment() {
    for place in ["swedencentral", "Sweden", "eu"] {
        let kept = answered(&asked("", &format!("[require]\nat_rest = \"{place}\"\n")));
        assert!(of(&kept, "GlobalStandard alone").is_feasible(), "{place}");
    }
    let elsewhere = answered(&asked("", "[require]\nat_rest = \"us\"\n"));
    let refused = of(&elsewhere, "GlobalStandard alone");
    assert!(first_said(refused).contains("not data at rest in us"), "{}", first_said(refused));
    assert!(relax(&refused.reasons[0]).starts_with("deploy in "), "{}", relax(&refused.reasons[0]));
}

#[test]
fn the_ways_to_authenticate_and_the_network_are_those_of_the_sku() {
    let answer = answered(&asked("", "[require]\nauthentication = \"entra-id\"\n"));
    assert!(of(&answer, "GlobalStandard alone").is_feasible(), "a Foundry resource takes Entra ID");
    assert!(of(&answer, "GlobalProvisionedManaged alone").is_feasible());
    let told =
        "[require]\nauthentication = \"entra-id\"\n[parameters]\nentra-id-pay-per-token = \"no\"\n";
    let hub = answered(&asked("", told));
    let refused = first_said(of(&hub, "GlobalStandard alone"));
    assert!(refused.contains("no authentication by entra-id"), "{refused}");

    let private = answered(&asked("", "[require]\nnetwork = \"private-endpoint\"\n"));
    let standard = of(&private, "GlobalStandard alone");
    assert!(standard.is_feasible());
    let assumed = &standard.figures.as_ref().unwrap().facts;
    assert!(assumed.iter().any(|fact| fact.name == "private-endpoint-pay-per-token"));
    let within = answered(&asked("", "[require]\nnetwork = \"virtual-network\"\n"));
    assert!(of(&within, "GlobalProvisionedManaged alone").is_feasible());
    let told = "[require]\nnetwork = \"virtual-network\"\n[parameters]\nvirtual-network-provisioned = \"no\"\n";
    let apart = answered(&asked("", told));
    assert!(!of(&apart, "GlobalProvisionedManaged alone").is_feasible());
}

#[test]
fn a_deprecated_version_is_open_to_who_runs_it_alone() {
    let mut new = asked("", "");
    new.require.has_used.clear();
    let answer = answered(&new);
    assert!(answer.choice.is_none());
    let refused = of(&answer, "GlobalStandard alone");
    assert!(
        first_said(refused).starts_with("gpt-4.1 (2025-04-14) is Deprecated"),
        "{}",
        first_said(refused)
    );
    assert!(relax(&refused.reasons[0]).contains("has_used = [\"gpt-4.1\"]"));
    let said = view(&new, &answer).why;
    let why: Vec<&String> = said.iter().filter(|why| why.contains("is Deprecated")).collect();
    let [why] = why.as_slice() else { panic!("said once: {said:?}") };
    assert!(why.contains("has_used = [\"gpt-4.1\"]"), "{why}");
    // Its newest version is Legacy and open to all; the version of May is named apart.
    let mut open = asked_of("gpt-4o", "", "");
    open.require.has_used.clear();
    let answer = answered(&open);
    let global = of(&answer, "GlobalStandard alone");
    assert!(!first_said(global).contains("Deprecated"), "{}", first_said(global));
    let mut may = asked_of("gpt-4o-2024-05-13", "", "[require]\nmodel_until = \"any\"\n");
    may.require.has_used.clear();
    let may = answered(&may);
    let refused = of(&may, "GlobalStandard alone");
    assert!(
        first_said(refused).contains("gpt-4o (2024-05-13) is Deprecated"),
        "{}",
        first_said(refused)
    );
    assert!(
        relax(&refused.reasons[0]).contains("use gpt-5.6-sol"),
        "{}",
        relax(&refused.reasons[0])
    );
}

#[test]
fn a_retired_version_is_refused_with_its_replacement() {
    let answer = answered(&asked_of("o3", "", ""));
    let refused = of(&answer, "GlobalStandard alone");
    assert!(
        first_said(refused).contains("retired: o3 (2025-04-16) since 2026-11-19"),
        "{}",
        first_said(refused)
    );
    assert!(refused.reasons.iter().any(|reason| relax(reason).contains("gpt-5.6-sol")));
}

#[test]
fn a_promotion_is_planned_at_list_price_and_both_sums_are_said() {
    use ptuplan::plan::why::cautions::Caution;
    // A call a minute: cheaper by the token than on PTUs.
    let asked = asked_of("gpt-5.6-sol", "", "[horizon]\nmonths = 1\n");
    let answer = decision(&asked, &even(&[1; 60]));
    let promotion = answer.cautions.iter().find_map(|caution| match caution {
        Caution::Promotion { own: Some(own), .. } => {
            Some((own.at_list_price.amount(), own.if_it_continues.amount()))
        }
        _ => None,
    });
    let (list, promoted) = promotion.expect("the choice pays by the token");
    assert!(list > promoted, "{list} {promoted}");
    let figures = answer.candidates[answer.choice.unwrap()].figures.as_ref().unwrap();
    assert_eq!(figures.cost.monthly.amount(), list, "decided at the list price");
    let glance = shown(&asked, &even(&[1; 60]), &answer).glance;
    let said = glance.reasons.iter().take(3).any(|why| why.contains("promised until 2026-11-30"));
    assert!(said, "{:?}", glance.reasons);
}

/// 16 calls a minute: 15 PTUs for a year and a little spillover at 3,578 USD a month, or by the token at 4,205 (list price) and
/// 3,083 (promotion). The plan is decided at the list price, and what would be cheaper if the promotion went on is named.
#[test]
fn a_promotion_that_would_turn_the_choice_is_said_of_a_choice_that_uses_it_too() {
    use ptuplan::plan::why::cautions::Caution;
    let mut asked = asked_of("gpt-5.6-sol", "", "[horizon]\nmonths = 1\n");
    asked.allow.payments = vec![Payment::OneYear];
    for workload in &mut asked.workloads {
        workload.slo.throttled_share_ppm = Some(0);
    }
    let traffic = even(&[16; 60]);
    let answer = decision(&asked, &traffic);
    let choice = &answer.candidates[answer.choice.unwrap()];
    assert!(choice.candidate.name.contains("spillover"), "{}", choice.candidate.name);
    let both = answer.cautions.iter().find_map(|caution| match caution {
        Caution::Promotion { own: Some(own), instead: Some(instead), .. } => Some((own, instead)),
        _ => None,
    });
    let (own, (name, other)) = both.expect("both are said");
    assert_eq!(&**name, "GlobalStandard alone");
    assert!(own.at_list_price.amount() < other.at_list_price.amount());
    assert!(other.if_it_continues.amount() < own.if_it_continues.amount());
    let reasons = shown(&asked, &traffic, &answer).glance.reasons;
    let said = reasons.iter().any(|why| why.contains("less than the plan if it goes on"));
    assert!(said, "{reasons:?}");
}

/// Without PTU sizes the provisioned SKU is refused by the region table, and that is what is said: [allow] names it.
#[test]
fn a_model_that_is_not_provisioned_says_so_and_not_that_nothing_is_allowed() {
    let asked = asked_of("gpt-5-nano", "", "");
    let answer = answered(&asked);
    let reasons = view(&asked, &answer).glance.reasons;
    let said = reasons.iter().find(|why| why.starts_with("PTUs were not simulated: "));
    let said = said.unwrap_or_else(|| panic!("{reasons:?}"));
    assert!(said.contains("gpt-5-nano") && said.contains("not listed"), "{said}");
}

/// Every SKU that lists the model is named, not the first three by name.
#[test]
fn a_model_sold_as_another_sku_names_all_of_them() {
    let machines = "[[allow.compute]]\nmachine = \"H100_80GB\"\nrequests_per_instance = 8\n";
    let mut asked = asked_of("gpt-5.6-sol", "", machines);
    asked.allow.skus.truncate(1);
    asked.allow.skus[0].name = "GlobalManagedCompute".into();
    let answer = answered(&asked);
    let advice = relax(&answer.candidates[0].reasons[0]);
    let (_, named) = advice.split_once(" is sold as ").unwrap_or_else(|| panic!("{advice}"));
    let on = asked.period.first_date();
    let listed = catalog().skus().filter(|sku| {
        catalog().availability("gpt-5.6-sol", &sku.name, "swedencentral", on).is_listed()
    });
    let listed: Vec<&str> = listed.map(|sku| &*sku.name).collect();
    assert!(listed.contains(&"GlobalStandard") && listed.len() > 3, "{listed:?}");
    assert_eq!(named.split(", ").collect::<Vec<_>>(), listed);
}

#[test]
fn a_plan_that_rests_on_unknown_availability_says_so_and_how_to_check() {
    use ptuplan::plan::why::cautions::Caution;
    let asked = asked_of("gpt-6.1-terra", "", "");
    let answer = answered(&asked);
    match answer.choice {
        Some(choice) => {
            assert!(!answer.candidates[choice].unknown.is_empty());
            assert!(matches!(answer.cautions[0], Caution::UnknownAvailability(_)));
            let glance = shown(&asked, &even(&[60; 60]), &answer).glance;
            let check = &glance.check_first;
            assert!(check.contains("az cognitiveservices model list"), "{check}");
        }
        None => {
            let said = view(&asked, &answer).why;
            assert!(said.iter().any(|why| why.contains("gpt-6.1-terra")), "{said:?}");
        }
    }
}

/// The view of a question over this traffic.
fn view(scenario: &Scenario, answer: &Recommendation) -> RecommendationView {
    shown(scenario, &even(&[60; 60]), answer)
}

/// gpt-4.1 retires on 2027-04-14: a year of reservation bought in December outlives it, a month does not.
#[test]
fn a_commitment_that_outlives_its_model_is_among_the_first_three_reasons() {
    for (term, outlives) in [("1-year", true), ("1-month", false)] {
        let mut asked = asked("", "");
        asked.allow.payments = vec![if outlives { Payment::OneYear } else { Payment::OneMonth }];
        asked.allow.skus.retain(|sku| &*sku.name == "GlobalProvisionedManaged");
        let answer = answered(&asked);
        let choice = &answer.candidates[answer.choice.unwrap()];
        assert_eq!(choice.candidate.payment, asked.allow.payments[0], "{term}");
        let glance = shown(&asked, &even(&[60; 60]), &answer).glance;
        let first = glance.reasons.iter().take(3);
        let ends = "gpt-4.1 (2025-04-14) retires after 2027-04-14";
        let said: Vec<_> = first.filter(|why| why.contains(ends)).collect();
        assert_eq!(said.len(), usize::from(outlives), "{:?}", glance.reasons);
        let until = "the commitment runs until 2027-11-30";
        assert!(said.iter().all(|why| why.contains(until)), "{said:?}");
        let named = glance.depends_on.contains("retires after 2027-04-14");
        assert_eq!(named, outlives, "{}", glance.depends_on);
    }
}

#[test]
fn a_csp_subscription_buys_what_the_reading_allows() {
    let csp = "type = \"CSP\"\n";
    let answer = answered(&asked(csp, ""));
    let standard = of(&answer, "GlobalStandard alone");
    assert!(standard.is_feasible());
    let facts = &standard.figures.as_ref().unwrap().facts;
    assert!(facts.iter().any(|fact| fact.name == "csp-pay-per-token"), "the reading is told");
    let strict = answered(&asked(csp, "[parameters]\ncsp-pay-per-token = \"no\"\n"));
    assert!(first_said(of(&strict, "GlobalStandard alone")).starts_with("not sold to csp"));
    assert!(of(&strict, "GlobalProvisionedManaged alone").is_feasible());
    let wrong = asked(csp, "[parameters]\ncsp-pay-per-token = \"maybe\"\n");
    let traces = [even(&[1; 60])];
    let question = Question { scenario: &wrong, catalog: catalog(), traces: &traces };
    let found = decide(question, &Serial).unwrap_err();
    assert_eq!(found.0[0].code, "no-such-reading");
}

#[test]
fn quota_is_a_limit_until_more_of_it_arrives() {
    let limited = "ptu_quota = { GlobalProvisionedManaged = 15 }\n";
    let answer = answered(&asked(limited, ""));
    let larger = answer
        .candidates
        .iter()
        .find(|c| &*c.family == "GlobalProvisionedManaged alone" && c.candidate.total_ptu() == 20)
        .unwrap();
    assert_eq!(
        relax(&larger.reasons[0]),
        "raise subscription.ptu_quota.GlobalProvisionedManaged from 15 to 20 PTU (an increase takes about 5 days)"
    );
    let request = |day: &str| {
        format!(
            "{limited}quota_request = [{{ sku = \"GlobalProvisionedManaged\", ptu = 40, {day} }}]\n"
        )
    };
    let late = answered(&asked(&request("asked = 2026-11-28"), ""));
    let refused = late
        .candidates
        .iter()
        .find(|c| &*c.family == "GlobalProvisionedManaged alone" && c.candidate.total_ptu() == 20);
    let relaxed = relax(&refused.unwrap().reasons[0]);
    assert!(relaxed.contains("40 PTU that were asked for arrive on 2026-12-03"), "{relaxed}");
}

#[test]
fn a_policy_denies_what_it_names_and_says_which_capacity_it_would_take() {
    let mut scenario = asked("", "[require]\npolicy = \"policy.json\"\n");
    let text = r#"{ "displayName": "No large global", "policyRule": { "if": { "allOf": [
        { "field": "type", "equals": "Microsoft.CognitiveServices/accounts/deployments" },
        { "field": "Microsoft.CognitiveServices/accounts/deployments/sku.name", "equals": "GlobalProvisionedManaged" },
        { "field": "Microsoft.CognitiveServices/accounts/deployments/sku.capacity", "greaterOrEquals": 20 }
    ] } } }"#;
    scenario.require.read_policy("policy.json", text).unwrap();
    let answer = answered(&scenario);
    let sized = |ptu| {
        let family = "GlobalProvisionedManaged alone";
        let found = answer
            .candidates
            .iter()
            .find(|c| &*c.family == family && c.candidate.total_ptu() == ptu);
        found.unwrap()
    };
    assert!(sized(15).reasons.iter().all(|reason| !message(reason).contains("policy")));
    let denied = sized(20);
    assert_eq!(
        first_said(denied),
        "denied by policy No large global: GlobalProvisionedManaged/gpt-4.1 · sku.name GlobalProvisionedManaged and \
         sku.capacity 20"
    );
    assert!(relax(&denied.reasons[0]).starts_with("deploy at most 19 of capacity"));
    // A policy that nobody has read must not pass in silence.
    let unread = asked("", "[require]\npolicy = \"policy.json\"\n");
    let traces = [even(&[1; 60])];
    let question = Question { scenario: &unread, catalog: catalog(), traces: &traces };
    assert_eq!(decide(question, &Serial).unwrap_err().0[0].code, "policy-not-read");
}

#[test]
fn a_model_that_retires_or_is_too_short_is_refused_by_how_much() {
    let long = answered(&asked_of("gpt-4o", "", "[require]\ncontext_tokens = 200_000\n"));
    let refused = of(&long, "GlobalStandard alone");
    assert!(
        first_said(refused).contains("72000 fewer than the 200000 required"),
        "{}",
        first_said(refused)
    );
    assert!((refused.reasons[0].excess - 72_000.0 / 128_000.0).abs() < 1e-9);
    let mut late = asked("", "[horizon]\nmonths = 12\n[require]\nmodel_until = \"horizon\"\n");
    let refused = answered(&late);
    let first = of(&refused, "GlobalStandard alone");
    // gpt-4.1 retires on 2027-04-14; a plan of 12 months from December lasts until 2027-11-30.
    assert!(
        first_said(first).starts_with(
            "retired: gpt-4.1 (2025-04-14) after 2027-04-14, 230 days before 2027-11-30"
        )
    );
    late.require.model_until = ptuplan::scenario::question::require::ModelUntil::Any;
    assert!(of(&answered(&late), "GlobalStandard alone").is_feasible());
}

#[test]
fn a_budget_refuses_what_costs_more_and_the_gap_is_what_is_missing() {
    let costs = answered(&asked("", ""));
    let cheapest = of(&costs, "GlobalStandard alone").figures.as_ref().unwrap().cost.monthly;
    let poor_scenario = asked("", "[require]\nbudget = \"100 USD a month\"\n");
    let poor = answered(&poor_scenario);
    assert!(poor.choice.is_none());
    let refused = of(&poor, "GlobalStandard alone");
    let gap = cheapest.amount() - rust_decimal::Decimal::ONE_HUNDRED;
    let gap = ptuplan::units::money::Money::new(gap, cheapest.currency()).to_display_string();
    assert!(
        first_said(refused).contains(&format!("{gap} above the budget of 100.00 USD")),
        "{}",
        first_said(refused)
    );
    let said = view(&poor_scenario, &poor).why;
    let raise = format!("raise require.budget by {gap}");
    assert!(said.iter().any(|sentence| sentence.contains(&raise)), "{said:?}");
    let amount = cheapest.amount().ceil();
    let enough = answered(&asked("", &format!("[require]\nbudget = \"{amount} USD a month\"\n")));
    assert!(enough.choice.is_some());
}

#[test]
fn what_is_said_to_be_enough_is_enough() {
    // 20 PTU would serve the load; 15 do not, and nothing else is allowed.
    let only = |quota: u32, require: &str| {
        let mut scenario =
            asked(&format!("ptu_quota = {{ GlobalProvisionedManaged = {quota} }}\n"), require);
        scenario.allow.skus.retain(|sku| &*sku.name == "GlobalProvisionedManaged");
        scenario.workloads[0].slo.throttled_share_ppm = Some(0);
        scenario
    };
    let refused = answered(&only(15, ""));
    assert!(refused.choice.is_none());
    let enough = &refused.relaxations[0];
    let change = together(&enough.changes);
    assert_eq!(change, "raise subscription.ptu_quota.GlobalProvisionedManaged from 15 to 20 PTU");
    let said = view(&only(15, ""), &refused).why;
    assert!(said.iter().any(|sentence| sentence.contains(&change)), "{said:?}");
    let more = answered(&only(20, ""));
    let choice = &more.candidates[more.choice.unwrap()];
    assert_eq!(&*choice.candidate.name, enough.candidate);
    assert_eq!(choice.figures.as_ref().unwrap().cost.monthly, enough.monthly);

    let elsewhere = answered(&only(100, "[require]\ndata_zone = \"eu\"\n"));
    let changes: Vec<String> =
        elsewhere.relaxations.iter().map(|one| together(&one.changes)).collect();
    assert_eq!(changes, ["drop require.data_zone"], "the quota is not in the way");
    let both = answered(&only(15, "[require]\ndata_zone = \"eu\"\n"));
    let changes: Vec<&Vec<_>> = both.relaxations.iter().map(|one| &one.changes).collect();
    assert_eq!(changes.len(), 1, "no one of two requirements is enough: {changes:?}");
    assert_eq!(together(changes[0]), format!("{change} and drop require.data_zone"));
    assert_eq!(both.relaxations[0].monthly, enough.monthly);
}

/// Where no single requirement is enough to drop, the pair that is stands in every form.
#[cfg(feature = "report")]
#[test]
fn two_requirements_that_are_enough_together_are_named_in_every_form() {
    let pair = "[require]\ndata_zone = \"eu\"\nbudget = \"1 USD a month\"\n";
    let mut scenario = asked("", pair);
    scenario.allow.skus.retain(|sku| &*sku.name == "GlobalStandard");
    let answer = answered(&scenario);
    assert!(answer.choice.is_none());
    let [found] = answer.relaxations.as_slice() else { panic!("{:?}", answer.relaxations) };
    assert_eq!(found.changes.len(), 2);
    // Either alone is not: what is left breaks the other.
    for one in ["[require]\ndata_zone = \"eu\"\n", "[require]\nbudget = \"1 USD a month\"\n"] {
        let mut scenario = asked("", one);
        scenario.allow.skus.retain(|sku| &*sku.name == "GlobalStandard");
        assert!(answered(&scenario).choice.is_none(), "{one}");
    }
    let view = view(&scenario, &answer);
    let relaxed = &view.outlook.explanation.relaxations[0];
    assert_eq!(relaxed.together.len(), 2);
    assert_eq!(relaxed.together.join(" and "), relaxed.change);
    assert!(relaxed.budget.is_none(), "the budget alone is not what is broken");
    let monthly = found.monthly.to_exact_string();
    assert_eq!(relaxed.monthly_cost, monthly);
    let action = &view.glance.action;
    assert!(action.contains("To serve, raise the budget from 1.00 USD to "), "{action}");
    assert!(action.contains("and drop require.data_zone"), "{action}");
    let [text, markdown, page, json] = forms(&view);
    let said = "No single change is enough; in the most likely future it is enough to raise \
                require.budget by ";
    for form in [&text, &markdown, &page] {
        // Markdown marks what would mean something to it.
        let form = form.replace('\\', "");
        assert!(form.contains(said), "{form}");
        assert!(form.contains("and drop require.data_zone: "), "{form}");
    }
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let told = &json["explanation"]["relaxations"][0]["together"];
    assert_eq!(told.as_array().map(Vec::len), Some(2), "{told}");
}

/// Where nothing that was tried is enough, no form names one of the steps as the way out, and each
/// says what was tried. Here the quota is too small as well, which no requirement states.
#[cfg(feature = "report")]
#[test]
fn what_is_not_enough_is_no_headline() {
    let pair = "[require]\ndata_zone = \"eu\"\nbudget = \"1 USD a month\"\n";
    let mut scenario = asked("", pair);
    scenario.allow.skus.retain(|sku| &*sku.name == "GlobalStandard");
    scenario.workloads[0].slo.throttled_share_ppm = Some(0);
    let answer = decision(&scenario, &even(&[3_000; 60]));
    assert!(answer.choice.is_none() && answer.relaxations.is_empty());
    let view = view(&scenario, &answer);
    let action = &view.glance.action;
    assert_eq!(
        action,
        "Nothing that was tried is enough: not to drop require.budget, nor to drop \
         require.data_zone, nor two of them together."
    );
    let tried = &view.outlook.explanation.not_enough;
    let [budget, zone] = ["drop require.budget", "drop require.data_zone"].map(str::to_owned);
    assert_eq!(*tried, [vec![budget.clone()], vec![zone.clone()], vec![budget, zone]]);
    assert_eq!(view.why[0], "The only candidate is infeasible");
    let said = &view.why[1];
    assert!(said.starts_with("Each of these alone was tried and is not enough: "), "{said}");
    assert!(view.why[2].contains("drop require.data_zone: GlobalStandard alone then still breaks"));
    for form in forms(&view) {
        assert!(!form.contains("no two were found"), "{form}");
        assert!(!form.contains("Nothing can be deployed as required. Deploy as"), "{form}");
    }
    // What nobody tried is not said to be too little: a first answer tries nothing.
    let mut untried = answer;
    untried.not_enough.clear();
    let view = self::view(&scenario, &untried);
    assert!(!view.why.iter().any(|why| why.contains("not enough")), "{:?}", view.why);
}

/// Text, Markdown, page and JSON.
#[cfg(feature = "report")]
fn forms(view: &RecommendationView) -> [String; 4] {
    use ptuplan::report::text::layout::Ink;
    use ptuplan::report::{markdown, page, text};
    [
        text::recommendation::recommendation(view, Ink::Plain, 400),
        String::from_utf8(markdown::recommendation(view)).unwrap(),
        String::from_utf8(page::recommendation(view).unwrap()).unwrap(),
        serde_json::to_string(view).unwrap(),
    ]
}
