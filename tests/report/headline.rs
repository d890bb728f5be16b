//! The first lines of an answer where two plans stand in them, and what is said once.

use crate::sample;
use jiff::civil::date;
use ptuplan::plan::why::cautions::Caution;
use ptuplan::report::answer;
use ptuplan::report::text;
use ptuplan::report::text::layout::{Ink, figures, table_within, words};
use ptuplan::report::view::explanation::RelaxationView;
use ptuplan::report::view::{QuotaOptionView, RecommendationView, ReservationView};

fn answered(mut view: RecommendationView) -> RecommendationView {
    view.options = answer::options(&view);
    view.depends_on.extend(answer::dependencies(&view));
    view.glance = answer::glance(&view);
    view
}

/// The sample, where 1,500 requests a minute of quota would serve the same for less.
fn asking_for_quota() -> RecommendationView {
    let mut view = sample::recommendation();
    view.depends_on.clear();
    let candidate = view.candidates.iter().find(|c| c.pay_as_you_go).unwrap().clone();
    let mut need = view.quota.choice[1].clone();
    need.needed = 1_500;
    view.quota.options = vec![QuotaOptionView {
        expected_monthly_cost: "12000".into(),
        monthly_cost: candidate.monthly_cost.clone(),
        candidate,
        horizon_total: None,
        hold_share: 1.0,
        needs: vec![need],
        short: true,
    }];
    view.quota.better = Some(0);
    view
}

#[test]
fn where_quota_is_asked_for_what_is_said_of_the_plan_without_it_says_so() {
    let view = answered(asking_for_quota());
    let glance = &view.glance;
    assert!(
        glance.action.starts_with("Ask for 1,500 RPM of GlobalStandard: "),
        "{}",
        glance.action
    );
    let said = "1,500 RPM of GlobalStandard being granted; ";
    assert!(glance.depends_on.starts_with(said), "{}", glance.depends_on);
    assert!(!glance.depends_on.contains("PTU of Global"), "{}", glance.depends_on);
    assert!(glance.reasons[0].starts_with("The least quota"), "{:?}", glance.reasons);
    for reason in &glance.reasons[1..] {
        let rest = reason.strip_prefix("Without that quota: ").expect(reason);
        assert!(!rest.starts_with("The ") && !rest.starts_with("It "), "{reason}");
    }
}

#[test]
fn the_guides_tree_says_which_plan_it_agrees_with_where_quota_is_asked_for() {
    let shown =
        |view: &RecommendationView| text::recommendation::recommendation(view, Ink::Plain, 400);
    let mut view = asking_for_quota();
    let opinion = view.outlook.explanation.second_opinion.as_mut().unwrap();
    opinion.agrees = false;
    opinion.sku = "GlobalStandard".into();
    opinion.differences = vec!["The tree ends at GlobalStandard; its best is not feasible".into()];
    let view = answered(view);
    let said = shown(&view);
    let tree = "The tree ends at GlobalStandard, as the answer with the quota asked for\n";
    assert!(said.contains(tree), "{said}");
    let without = "Without that quota: the tree ends at GlobalStandard; its best is not feasible";
    assert!(said.contains(without), "{said}");
    let mut of_choice = view.clone();
    let opinion = of_choice.outlook.explanation.second_opinion.as_mut().unwrap();
    opinion.agrees = true;
    opinion.sku = "GlobalProvisionedManaged".into();
    let said = shown(&answered(of_choice));
    assert!(said.contains("GlobalProvisionedManaged, as the plan without the quota asked for"));
    let mut plain = view;
    plain.quota.better = None;
    plain.outlook.explanation.second_opinion.as_mut().unwrap().agrees = true;
    let said = shown(&answered(plain));
    assert!(said.contains("The tree ends at GlobalStandard, as the choice"), "{said}");
    assert!(!said.contains("Without that quota"), "{said}");
}

#[test]
fn where_quota_alone_is_missing_no_other_candidate_is_called_near() {
    let mut view = asking_for_quota();
    let known = view.choice.take().unwrap();
    view.why = vec!["None of 116 candidates is feasible".into(), "X would be feasible".into()];
    view.outlook.explanation.relaxations = vec![RelaxationView {
        change: "raise subscription.ptu_quota by 125 to 225 PTU".into(),
        together: Vec::new(),
        candidate: known.name.clone(),
        monthly_cost: "62848.29".into(),
        currency: "USD".into(),
        budget: None,
    }];
    let reasons = answered(view).glance.reasons;
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    assert_eq!(reasons[1], "None of 116 candidates is feasible.");
    let label = ptuplan::report::words::answer::label(&known);
    assert_eq!(
        reasons[2],
        format!(
            "In the most likely future it is enough to raise subscription.ptu_quota by 125 to 225 \
             PTU: {label} then costs 62,848 USD a month."
        )
    );
}

/// A mix of terms that is one term alone is no option of its own, and neither are its other sizes.
#[test]
fn a_mix_that_buys_what_one_term_buys_is_no_option() {
    let mut view = sample::recommendation();
    let name = view.choice.as_ref().unwrap().name.clone();
    let own = view.candidates.iter_mut().find(|c| c.name == name).unwrap();
    own.reservations = vec![ReservationView {
        sku: "GlobalProvisionedManaged".into(),
        region: None,
        term: "1-year".into(),
        start: "2026-12-01".into(),
        quantity_ptu: own.total_ptu,
        payment: "monthly".into(),
        until: None,
        owned: false,
    }];
    let mut mixed = own.clone();
    let before = answered(view.clone()).options.len();
    mixed.commitment = "mixed".into();
    mixed.name = "mixed".into();
    let mut larger = mixed.clone();
    larger.name = "larger mixed".into();
    larger.expected_monthly_cost = "99000".into();
    larger.deployments[0].capacity_ptu = Some(900);
    view.candidates.extend([mixed, larger]);
    let view = answered(view);
    assert_eq!(view.options.len(), before, "{:?}", view.options);
    let sizes = &view.options.iter().find(|option| option.chosen).unwrap().sizes;
    assert!(sizes.iter().any(|label| label.contains("900 PTU")), "{sizes:?}");
}

#[test]
fn pay_as_you_go_that_is_the_next_option_is_said_once() {
    let mut view = sample::recommendation();
    let choice = view.choice.clone().unwrap();
    view.candidates.retain(|c| c.pay_as_you_go || c.name == choice.name);
    for other in view.candidates.iter_mut().filter(|c| c.pay_as_you_go) {
        other.feasible = true;
    }
    let reasons = answered(view).glance.reasons;
    let told = reasons.iter().filter(|reason| reason.contains("pay-as-you-go alone")).count();
    assert_eq!(told, 1, "{reasons:?}");
    let named = reasons.iter().filter(|reason| reason.contains("next option")).count();
    assert_eq!(named, 1, "{reasons:?}");
    assert!(reasons.iter().any(|one| one.ends_with("pay-as-you-go alone, the next option.")));
}

#[test]
fn a_reservation_that_ends_within_months_that_are_planned_asks_for_nothing() {
    let ends = |by_month| Caution::OwnedEnds {
        id: "year-2026".into(),
        quantity_ptu: 100,
        from: date(2027, 6, 1),
        by_month,
    };
    let said = answer::cautions(&[ends(true), ends(false)]);
    assert_eq!(
        said[0].sentence,
        "The reservation year-2026 (100 PTU) ends before the plan does; from 2027-06-01 on the \
         plan pays for PTUs in its place."
    );
    assert!(said[1].sentence.contains("ask again with start = 2027-06-01"), "{}", said[1].sentence);
}

#[test]
fn a_long_name_is_broken_where_its_words_meet() {
    let columns = [words("way", 60), figures("total, as long as it has to be")];
    let row =
        |name: &str| (ptuplan::report::text::layout::Tone::Plain, vec![name.into(), "1".into()]);
    let rows = [row("GlobalProvisionedManaged"), row("pay-as-you-go, with 100 PTU")];
    let text = table_within(Ink::Plain, 45, &columns, &rows);
    let lines: Vec<&str> =
        text.lines().skip(2).map(|line| line.split("  ").next().unwrap()).collect();
    assert_eq!(lines, ["Global", "Provisioned", "Managed", "pay-as-you-", "go,", "with 100 PTU"]);
}
