//! What an answer says to do where that is more than a size: several models, batches, moves, and nothing that fits.

use crate::sample;
use jiff::civil::date;
use ptuplan::plan::why::cautions::Caution;
use ptuplan::report::text::compared;
use ptuplan::report::text::layout::Ink;
use ptuplan::report::text::recommendation;
use ptuplan::report::view::explanation::RelaxationView;
use ptuplan::report::view::{
    CandidateView, ComparedView, KindView, RecommendationView, ServedView,
};
use ptuplan::report::{answer, markdown, page};

fn forms(view: &RecommendationView) -> [String; 3] {
    [
        recommendation::recommendation(view, Ink::Plain, 400),
        String::from_utf8(markdown::recommendation(view)).unwrap(),
        String::from_utf8(page::recommendation(view).unwrap()).unwrap(),
    ]
}

fn answered(mut view: RecommendationView) -> RecommendationView {
    view.options = answer::options(&view);
    view.glance = answer::glance(&view);
    view
}

fn served(workload: &str, share: f64, model: &str, by: &str) -> ServedView {
    ServedView {
        workload: workload.into(),
        share,
        model: model.into(),
        instead_of: None,
        sku: by.into(),
        batch: by.ends_with("Batch"),
        served_by: by.into(),
    }
}

/// A candidate whose deployments serve a model each, with so many PTUs, or none.
fn of_models(like: &CandidateView, name: &str, models: &[(&str, u32)]) -> CandidateView {
    let mut own = like.clone();
    let [sized, standard] = [&like.deployments[0], &like.deployments[1]].map(Clone::clone);
    own.deployments.clear();
    for (model, ptu) in models {
        let mut one = if *ptu > 0 { sized.clone() } else { standard.clone() };
        one.model = (*model).into();
        one.capacity_ptu = (*ptu > 0).then_some(*ptu);
        if *ptu == 0 {
            one.kind = Some(KindView {
                serves: "alone".into(),
                instances: None,
                instances_min: None,
                instances_max: None,
                machine: None,
                fine_tuned: false,
                router: None,
            });
        }
        own.deployments.push(one);
    }
    own.name = name.into();
    own.total_ptu = models.iter().map(|(_, ptu)| ptu).sum();
    own
}

/// The sample with a choice of three models, and a candidate that serves the last by the token.
fn three() -> RecommendationView {
    let mut view = sample::recommendation();
    let like = view.candidates.iter().find(|c| c.feasible && c.deployments.len() == 2).unwrap();
    let like = like.clone();
    let all = [("gpt-5.4", 135), ("gpt-4.1", 105), ("gpt-4.1-mini", 45)];
    let mut other = of_models(&like, "other", &[all[0], all[1], ("gpt-4.1-mini", 0)]);
    other.expected_monthly_cost = "76930".into();
    let choice = of_models(&like, "choice", &all);
    view.candidates = vec![choice.clone(), other];
    view.choice = Some(choice);
    view
}

#[test]
fn the_split_of_several_models_is_in_the_headline() {
    let view = answered(three());
    let action = &view.glance.action;
    let said = "Buy 135 PTU of gpt-5.4, 105 of gpt-4.1 and 45 of gpt-4.1-mini (Global";
    assert!(action.starts_with(said), "{action}");
    assert!(action.chars().count() <= 140, "{action}");
    // The other option is named by what it does otherwise, where a table would cut its label.
    let other = view.options.iter().find(|option| option.candidate == "other").unwrap();
    assert_eq!(other.short, "gpt-4.1-mini: GlobalStandard");
    let next = view.glance.reasons.iter().find(|reason| reason.starts_with("The next")).unwrap();
    assert!(next.contains("with gpt-4.1-mini: GlobalStandard, costs"), "{next}");
}

#[test]
fn batches_and_moves_are_in_the_headline_and_a_table_says_what_serves_which_app() {
    let mut view = three();
    let like = view.candidates[0].clone();
    let mut like = of_models(&like, "choice", &[("gpt-4.1", 55)]);
    like.total_ptu = 55;
    view.candidates[0] = like.clone();
    view.choice = Some(like);
    view.serves = vec![
        served("chat", 1.0, "gpt-4.1", "55 PTU Global (shared)"),
        served("reviews", 0.2, "gpt-4.1", "55 PTU Global (shared)"),
        served("reviews", 0.8, "gpt-4.1", "GlobalBatch"),
        ServedView {
            instead_of: Some("gpt-4.1-mini".into()),
            ..served("tickets", 1.0, "Llama-3.3-70B-Instruct", "GlobalStandard")
        },
    ];
    let view = answered(view);
    let action = &view.glance.action;
    assert!(action.starts_with("Buy 55 PTU of gpt-4.1 "), "{action}");
    let said = "; send 80% of reviews to batch; move tickets to Llama-3.3-70B-Instruct: ";
    assert!(action.contains(said), "{action}");
    assert!(action.chars().count() <= 140, "{action}");
    for form in forms(&view) {
        assert!(form.contains("What serves which app"), "{form}");
        assert!(form.contains("Llama-3.3-70B-Instruct instead of gpt-4.1-mini"), "{form}");
        assert!(form.contains("GlobalBatch"), "{form}");
    }
    // Machines that run today and are needed no more are stopped.
    let mut machines = view.clone();
    let mut today = machines.candidates[1].clone();
    today.name = "today".into();
    let own = &mut today.deployments[0];
    own.model = "gpt-oss-120b".into();
    own.kind.clone_from(&three().candidates[1].deployments[2].kind);
    own.kind.as_mut().unwrap().instances = Some(2);
    machines.candidates.push(today);
    machines.serves.truncate(1);
    let action = answer::glance(&machines).action;
    assert!(action.contains("; stop the machines of gpt-oss-120b: "), "{action}");
    // However long the names are, that something moves is said.
    let mut long = view;
    for one in &mut long.serves {
        one.workload = "a workload with a long name ".repeat(4);
    }
    let action = answer::glance(&long).action;
    assert!(action.contains("move 2 apps as in the table"), "{action}");
}

#[test]
fn a_tier_that_changes_nothing_is_no_option() {
    let mut view = three();
    let mut same = view.candidates[1].clone();
    same.name = "same".into();
    if let Some(kind) = &mut same.deployments[2].kind {
        kind.serves = "priority".into();
    }
    view.candidates.push(same);
    let view = answered(view);
    assert_eq!(view.options.len(), 2, "{:?}", view.options);
    assert_eq!(view.options[1].sizes.len(), 1, "what costs the same is kept underneath");
}

#[test]
fn where_the_budget_alone_stands_in_the_way_the_answer_says_so() {
    let mut view = sample::recommendation();
    let nearest = view.choice.take().unwrap().name;
    view.runner_up = None;
    view.depends_on.clear();
    for candidate in &mut view.candidates {
        candidate.feasible = false;
        candidate.reasons.push("costs more than the budget of 1,000.00 USD".into());
    }
    view.outlook.explanation.relaxations = vec![RelaxationView {
        change: "raise the budget from 1,000 USD to 17,808 USD a month".into(),
        together: Vec::new(),
        keeps_all: false,
        candidate: nearest.clone(),
        monthly_cost: "17807.61".into(),
        currency: "USD".into(),
        budget: Some("1000".into()),
    }];
    let view = answered(view);
    let action = &view.glance.action;
    assert!(
        action.starts_with("No option fits the budget of 1,000 USD a month. The cheap"),
        "{action}"
    );
    assert!(action.contains("17,808 USD") && action.chars().count() <= 140, "{action}");
    assert!(!view.glance.answered);
    let band = &view.glance.figure.as_ref().unwrap().band;
    assert!(band.ends_with("; above the budget of 1,000 USD"), "{band}");
    assert!(view.glance.how_sure.contains("meets every objective"), "{}", view.glance.how_sure);
    assert_eq!(view.glance.depends_on, "", "nothing was tried, so nothing is said of it");
    assert!(view.options[0].reasons.len() == 1, "what breaks least comes first");
    let [text, summary, page] = forms(&view);
    // Each option says what it breaks, instead of what it costs more than a choice that is not there.
    let reason = "costs more than the budget of 1,000.00 USD";
    let row = |form: &str| form.lines().filter(|line| line.contains(reason)).count();
    assert!(row(&text) > 0 && row(&summary) > 0, "{text}\n{summary}");
    assert!(text.contains("as x") && summary.contains("as option "), "{text}\n{summary}");
    for absent in ["vs choice", "Against the choice", "(infeasible) |  |"] {
        assert!(!text.contains(absent) && !summary.contains(absent), "{absent}");
    }
    assert!(!text.contains("The cheapest infeasible candidate"), "{text}");
    assert!(page.contains("\"label\":\"the nearest\""), "the picture marks it");
}

#[test]
fn figures_that_are_nothing_or_all_are_said_in_words() {
    let mut view = sample::recommendation();
    view.scenario.start = "2026-12-07T00:00:00+01:00".into();
    view.scenario.until = "2027-01-04T00:00:00+01:00".into();
    view.failures.clear();
    let choice = view.choice.as_mut().unwrap();
    choice.measures.saw_throttle_share = 0.0;
    choice.measures.throttled_share = 0.0;
    choice.measures.added_wait_ms.p99 = 0.0;
    let known = view.outlook.confidence.as_mut().unwrap();
    known.more_than_luck = true;
    known.near_share = 1.0;
    let view = answered(view);
    let said = "No call is throttled (429); the queueing delay is 0 ms at p99.";
    assert!(view.glance.reasons.iter().any(|reason| reason == said), "{:?}", view.glance.reasons);
    let sure = &view.glance.how_sure;
    assert!(sure.contains("within 1% of the cheapest in all of them."), "{sure}");
    let band = &view.glance.figure.as_ref().unwrap().band;
    assert!(band.starts_with("a month at the rate of 2026-12-07 to 2027-01-04, "), "{band}");
    let [text, ..] = forms(&view);
    assert!(text.contains("Costs a month are at the rate of 2026-12-07 to 2027-01-04"), "{text}");
}

#[test]
fn a_day_in_the_headline_of_a_page_stays_in_one_line() {
    let mut view = answered(sample::recommendation());
    view.glance.action = "Reserve <50> PTU on 2026-12-24.".into();
    let page = String::from_utf8(page::recommendation(&view).unwrap()).unwrap();
    let said = "Reserve &lt;50&gt; PTU on <span class=\"nb\">2026-12-24</span>.</p>";
    assert!(page.contains(said));
}

#[test]
fn nothing_simulated_has_a_currency_and_no_invented_cost() {
    let mut view = sample::recommendation();
    view.choice = None;
    view.runner_up = None;
    view.candidates.truncate(2);
    for candidate in &mut view.candidates {
        candidate.feasible = false;
        candidate.deployments.clear();
        candidate.expected_monthly_cost.clear();
        candidate.monthly_cost.currency.clear();
        candidate.monthly_cost.replications = 0;
        candidate.cost_parts.clear();
        candidate.reasons = vec!["not processed in the data zone eu".into()];
    }
    let change = "allow DataZoneStandard, or drop require.data_zone";
    view.outlook.explanation.nearest = vec![change.into()];
    let view = answered(view);
    let said =
        "Nothing can be deployed as required. Allow DataZoneStandard, or drop require.data_zone.";
    assert_eq!(view.glance.action, said);
    assert!(view.glance.how_sure.starts_with("Nothing was simulated"), "{}", view.glance.how_sure);
    for form in forms(&view) {
        assert!(!form.contains("In . "), "{form}");
        assert!(!form.contains("one simulation of the most likely"), "{form}");
    }
}

#[test]
fn ptus_that_nobody_allowed_were_not_compared() {
    let mut view = sample::recommendation();
    view.candidates.retain(|candidate| candidate.pay_as_you_go);
    view.choice = view.candidates.first().cloned();
    let view = answered(view);
    let said = "PTUs were not compared: no provisioned SKU is among the candidates ([allow] sku).";
    assert!(view.glance.reasons.iter().any(|reason| reason == said), "{:?}", view.glance.reasons);
}

/// What a family is called decides nothing: whether its deployments are provisioned does.
#[test]
fn whether_ptus_were_compared_is_not_read_from_a_name() {
    let mut view = sample::recommendation();
    view.candidates.retain(|candidate| candidate.pay_as_you_go);
    view.choice = view.candidates.first().cloned();
    let mut sized = view.candidates[0].clone();
    sized.name = "another".into();
    sized.family = "ProvisionedManaged by name alone".into();
    sized.feasible = false;
    sized.pay_as_you_go = false;
    sized.expected_monthly_cost.clear();
    sized.reasons = vec!["no sizes are listed".into()];
    view.candidates.push(sized);
    let of = |view: &RecommendationView| answered(view.clone()).glance.reasons;
    let said = |view: &RecommendationView, start: &str| {
        assert!(of(view).iter().any(|reason| reason.starts_with(start)), "{:?}", of(view));
    };
    said(&view, "PTUs were not compared");
    let own = view.candidates.last_mut().unwrap();
    own.provisioned = true;
    own.family = "renamed".into();
    said(&view, "PTUs were not simulated: no sizes are listed.");
}

#[test]
fn an_end_that_two_terms_meet_is_said_once() {
    let ends = |until, committed| Caution::ModelEnds {
        model: "gpt-4.1 (2025-04-14)".into(),
        retires: date(2027, 4, 14),
        source: "retirement-schedule-2026-10-04".into(),
        replacement: None,
        until,
        committed,
        calls_after: 0,
    };
    let found = [ends(date(2027, 12, 23), true), ends(date(2027, 11, 30), false)];
    let said = answer::cautions(&found);
    assert_eq!(said.len(), 1);
    assert_eq!(
        said[0].sentence,
        "gpt-4.1 (2025-04-14) retires after 2027-04-14 (retirement-schedule-2026-10-04), while the commitment runs until 2027-12-23 and the plan runs \
         until 2027-11-30; no replacement is named yet."
    );
    let same = [ends(date(2027, 11, 30), true), ends(date(2027, 11, 30), false)];
    let said = &answer::cautions(&same)[0].sentence;
    assert!(said.contains("while the commitment and the plan run until 2027-11-30;"), "{said}");
}

#[test]
fn a_comparison_says_in_how_many_scenarios_something_is_feasible() {
    let view = answered(sample::recommendation());
    let of = |choice: Option<CandidateView>| ComparedView {
        scenario: "s".into(),
        what_if: None,
        feasible: choice.is_some(),
        choice,
        pay_as_you_go: None,
        today: None,
        why: Vec::new(),
        glance: view.glance.clone(),
        options: Vec::new(),
        quota: Vec::new(),
    };
    let headline = |all: &[Option<CandidateView>]| {
        let all: Vec<ComparedView> = all.iter().cloned().map(of).collect();
        compared::text(&all, Ink::Plain, 400).lines().next().unwrap().to_owned()
    };
    let (own, none) = (view.choice.clone(), None);
    let said = headline(&[own.clone(), none.clone()]);
    assert!(said.starts_with("In 1 of 2 scenarios something is feasible: "), "{said}");
    let said = headline(&[own.clone(), own.clone(), none]);
    assert!(said.starts_with("Where something is feasible it is the same: "), "{said}");
    let said = headline(&[own.clone(), own]);
    assert!(said.starts_with("The choice is the same everywhere: "), "{said}");
    // The same deployments of another model are another choice.
    let mut other = view.choice.clone().unwrap();
    for one in &mut other.deployments {
        one.model = "gpt-5.4".into();
    }
    let said = headline(&[view.choice.clone(), Some(other)]);
    assert!(said.starts_with("The choice differs"), "{said}");
}
