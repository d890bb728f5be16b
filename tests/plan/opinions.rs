//! The guide's decision tree and the official calculator beside the choice.

use crate::support::{ONCE, answer, even, scenario};
use ptuplan::plan::why::decision_tree::SecondOpinion;
use ptuplan::report::words::opinion as words;

const SKUS: &str = "[allow]\nsku = [\"GlobalStandard\", \"GlobalProvisionedManaged\", \"DataZoneStandard\", \
    \"DataZoneProvisionedManaged\"]\ncommitment = [\"1-year\"]\n";

fn opinion(load: &[u64], more: &str) -> SecondOpinion {
    let slo = if more.contains("[slo]") { "" } else { "[slo]\nthrottled_share = \"100 %\"\n" };
    let scenario = scenario("simulate = \"1 hour\"", &format!("{SKUS}{ONCE}{more}{slo}"));
    answer(&scenario, &even(load)).second_opinion.unwrap()
}

fn answers(opinion: &SecondOpinion) -> Vec<&str> {
    opinion.path.iter().map(|step| words::answer(step.answer)).collect()
}

const TIMED: &str = "[slo]\nthrottled_share = \"100 %\"\nlatency.p99 = \"60 s\"\n";

#[test]
fn the_tree_is_walked_as_the_guide_draws_it() {
    // 60 calls of 1,000 weighted tokens a minute are 20 PTU, above the smallest deployment of 15.
    let steady = [60; 60];
    let mut burst = [1; 60];
    burst[30] = 600;
    let low = opinion(&[1; 60], "");
    assert_eq!((answers(&low), low.sku), (vec!["No", "Low-Medium"], "GlobalStandard"));
    let bursty = opinion(&burst, "");
    assert_eq!((answers(&bursty), bursty.sku), (vec!["No", "Low-Medium"], "GlobalStandard"));
    let relaxed = opinion(&steady, "");
    assert_eq!(
        (answers(&relaxed), relaxed.sku),
        (vec!["No", "High Consistent", "Yes"], "GlobalStandard")
    );
    let timed = opinion(&steady, TIMED);
    assert_eq!(
        (answers(&timed), timed.sku),
        (vec!["No", "High Consistent", "No"], "GlobalProvisionedManaged")
    );
    let zone = opinion(&steady, "[require]\ndata_zone = \"eu\"\n");
    assert_eq!(zone.sku, "DataZoneProvisionedManaged");
    let sweden = opinion(&[1; 60], "[require]\ngeography = \"Sweden\"\n");
    assert_eq!((answers(&sweden), sweden.sku), (vec!["Yes - Regional", "Variable"], "Standard"));
    let batch = opinion(&steady, "[slo]\nthrottled_share = \"100 %\"\ndeadline = \"24 h\"\n");
    assert_eq!((answers(&batch), batch.sku), (vec!["No", "Batch"], "GlobalBatch"));
}

const SERVED: &str = "[slo]\nthrottled_share = \"0 %\"\nlatency.p99 = \"60 s\"\n";

#[test]
fn where_we_differ_the_figures_say_why() {
    let flat = opinion(&[60; 60], SERVED);
    let calculator = flat.calculator.as_ref().unwrap();
    assert_eq!((calculator.requests_per_minute, calculator.deployable_ptu), (60, 20));
    assert!(flat.agrees && flat.differences.is_empty(), "{:?}", flat.differences);
    // Two levels: the calculator sizes the upper one, the choice reserves the lower.
    let mut levels = [60; 60];
    levels[30..].fill(180);
    let two = opinion(&levels, SERVED);
    assert_eq!(two.calculator.as_ref().unwrap().deployable_ptu, 60);
    let said = words::differences(&two).join("\n");
    assert!(said.contains("asks for 60 PTU (60 before rounding, the mean one 40)"), "{said}");
    assert!(said.contains("60 PTU of the same SKU and model would cost "), "{said}");
    let none = opinion(&[1; 60], SERVED);
    assert!(none.agrees, "{:?}", none.differences);
    assert!(
        words::differences(&none)[0].contains("The calculator asks for 15 PTU"),
        "{:?}",
        none.differences
    );
}
