//! The first lines of an answer where two plans stand in them, and what is said once.

use crate::sample;
use jiff::civil::date;
use ptuplan::plan::why::cautions::Caution;
use ptuplan::report::answer;
use ptuplan::report::text::layout::{Ink, figures, table_within, words};
use ptuplan::report::view::explanation::RelaxationView;
use ptuplan::report::view::{QuotaOptionView, RecommendationView, ReservationView};
use ptuplan::report::{markdown, page, text};

/// Text, Markdown and page.
fn forms(view: &RecommendationView) -> [String; 3] {
    [
        text::recommendation::recommendation(view, Ink::Plain, 400),
        String::from_utf8(markdown::recommendation(view)).unwrap(),
        String::from_utf8(page::recommendation(view).unwrap()).unwrap(),
    ]
}

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
    assert!(glance.reasons[1].starts_with("With that quota: "), "{:?}", glance.reasons);
    for reason in &glance.reasons[2..] {
        let rest = reason.strip_prefix("Without that quota: ").expect(reason);
        assert!(!rest.starts_with("The ") && !rest.starts_with("It "), "{reason}");
    }
}

/// Quota of another model than the choice has.
fn asking_for_another_model() -> RecommendationView {
    let mut view = asking_for_quota();
    let option = &mut view.quota.options[0];
    for own in &mut option.candidate.deployments {
        own.model = "claude-sonnet-5".into();
    }
    let mut need = option.needs[0].clone();
    need.model = Some("claude-sonnet-5".into());
    need.held = None;
    need.tier = None;
    need.ask = answer::ask(&need, "Tier 1");
    let mut tokens = need.clone();
    (tokens.kind, tokens.needed) = ("tokens_per_minute".into(), 54_000);
    tokens.ask = answer::ask(&tokens, "Tier 1");
    option.needs = vec![tokens, need];
    view
}

#[test]
fn where_options_differ_by_model_every_line_names_it() {
    let view = answered(asking_for_another_model());
    let glance = &view.glance;
    let asked = "54k TPM and 1,500 RPM of GlobalStandard for claude-sonnet-5";
    let action = &glance.action;
    assert!(action.starts_with(&format!("Ask for {asked}: 12,000 USD")), "{action}");
    assert!(action.contains("Without it: ") && action.contains("gpt-4.1"), "{action}");
    assert!(action.chars().count() <= answer::ACTION_LENGTH, "{action}");
    assert!(glance.depends_on.starts_with(&format!("{asked} being granted")));
    // What to do about both is said once.
    assert!(
        glance.reasons[0].starts_with(&format!(
            "The least quota with which every objective holds is {asked} (not known for Tier 1: \
             check the portal, then ask for it); "
        )),
        "{:?}",
        glance.reasons
    );
    let option = view.options.iter().find(|option| option.kind == "quota").unwrap();
    assert_eq!(
        option.label,
        "GlobalStandard · claude-sonnet-5 with 54k TPM and 1,500 RPM of GlobalStandard"
    );
    assert!(option.option.contains("claude-sonnet-5"), "{}", option.option);
    let chosen = view.options.iter().find(|option| option.chosen).unwrap();
    assert!(chosen.label.contains("gpt-4.1") && chosen.option.contains("gpt-4.1"));
    let [text, markdown, page] = forms(&view);
    for form in [text, markdown.replace('\\', ""), page.clone()] {
        assert!(form.contains("GlobalStandard · claude-sonnet-5 with 54k TPM"), "{form}");
    }
    let marked = "\"label\":\"with more quota\",\"model\":\"claude-sonnet-5\"";
    assert!(page.contains(marked), "the picture names it too");
    // Where there is one model it goes without saying.
    let one = answered(asking_for_quota());
    assert!(one.options.iter().all(|option| !option.label.contains("gpt-4.1")));
}

#[test]
fn calls_that_wait_long_with_the_quota_asked_for_are_in_the_headline() {
    let mut view = asking_for_quota();
    let waits = &mut view.quota.options[0].candidate.measures.added_wait_ms;
    (waits.p95, waits.p99) = (20_000.0, 47_300.0);
    let found = answered(view.clone());
    let action = &found.glance.action;
    assert!(action.contains("12,000 USD a month (p99 wait 47.3 s). Without it: "), "{action}");
    let said = &found.glance.reasons[1];
    assert!(
        said.starts_with("With that quota: ")
            && said.contains("; the queueing delay is 47.3 s at p99. Without it the delay is "),
        "{said}"
    );
    assert!(said.contains("state slo.added_wait"), "{said}");
    // The tiles are of the headline, and what is of the other plan says so.
    let [.., page] = forms(&found);
    let tile = page.split("Queueing delay, p99").nth(1).unwrap();
    assert!(tile[..200].contains("47.3 s"), "{}", &tile[..200]);
    assert!(page.contains("This is the plan without the quota that the headline asks for."));
    // What is known to serve without a wait is named, with its quota and its cost.
    let mut other = view.quota.options[0].clone();
    other.candidate.measures.added_wait_ms.p99 = 0.0;
    other.expected_monthly_cost = "13000".into();
    other.needs[0].sku = "DataZoneStandard".into();
    view.quota.options.push(other);
    let said = &answered(view).glance.reasons[1];
    assert!(
        said.contains("With 1,500 RPM of DataZoneStandard (")
            && said.ends_with("99 of 100 calls do not wait, at 13,000 USD a month."),
        "{said}"
    );
}

#[test]
fn the_futures_in_which_a_quota_was_sought_stand_with_its_table() {
    let mut view = sample::recommendation();
    let of_choice = "The choice takes its PTUs, and of all else the least with which every \
                     objective holds in the most likely future alone: the 16 futures of the cost \
                     may take more.";
    for form in forms(&view) {
        assert!(form.contains(of_choice), "{form}");
    }
    view.quota.choice.retain(|need| need.kind == "ptu");
    assert!(!forms(&view)[0].contains("most likely future alone"), "a size is no search");
    let mut asked = asking_for_quota();
    asked.quota.options[0].hold_share = 0.95;
    let of_option = "The least quota that was found by simulation. With that quota every \
                     objective holds in 95% of 16 futures simulated.";
    for form in forms(&answered(asked)) {
        assert!(form.contains(of_option), "{form}");
    }
}

#[test]
fn what_depends_on_nothing_unpublished_does_not_end_in_that() {
    let mut view = asking_for_quota();
    view.assumptions.clear();
    view.sensitivity.clear();
    let said = answered(view.clone()).glance.depends_on;
    assert_eq!(said, "1,500 RPM of GlobalStandard being granted");
    view.quota.better = None;
    view.quota.choice.clear();
    let said = answered(view).glance.depends_on;
    assert_eq!(said, "published values alone; nothing that was tried changes the answer");
}

#[test]
fn what_stands_in_the_way_of_several_options_is_said_once() {
    let mut view = sample::recommendation();
    let why = "gpt-4.1 is Deprecated: only a subscription that has deployed it may deploy it";
    for own in &mut view.candidates {
        own.feasible = false;
        own.reasons = vec![why.into()];
    }
    view.choice = None;
    let view = answered(view);
    assert!(view.options.len() > 3);
    let [text, markdown, page] = forms(&view);
    assert_eq!(text.matches("Deprecated").count(), 1, "{text}");
    assert!(text.contains("as x1"), "{text}");
    assert_eq!(markdown.matches("Deprecated").count(), 1, "{markdown}");
    let options = page.split("id=\"options\"").nth(1).unwrap().split("</table>").next().unwrap();
    assert_eq!(options.matches("Deprecated").count(), 1, "{options}");
}

#[test]
fn one_option_alone_has_no_picture() {
    let mut view = sample::recommendation();
    view.candidates.retain(|own| own.pay_as_you_go);
    view.candidates[0].feasible = true;
    view.choice = view.candidates.first().cloned();
    let [.., page] = forms(&answered(view));
    assert!(!page.contains("USD a month by option"), "one bar compares nothing");
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
        change: "raise subscription.ptu_quota.X from 100 to 225 PTU".into(),
        together: Vec::new(),
        keeps_all: false,
        candidate: known.name.clone(),
        monthly_cost: "62848.29".into(),
        currency: "USD".into(),
        budget: None,
    }];
    let reasons = answered(view).glance.reasons;
    assert_eq!(reasons.len(), 4, "{reasons:?}");
    assert_eq!(reasons[2], "None of 116 candidates is feasible.");
    let label = ptuplan::report::words::answer::label(&known);
    assert_eq!(
        reasons[3],
        format!(
            "In the most likely future it is enough to raise subscription.ptu_quota.X from 100 to 225 \
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
