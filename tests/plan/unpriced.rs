//! What nobody can price is refused with the reason; the rest of the question is answered.

use crate::support::{answer, even, scenario_of};
use ptuplan::plan::constraints::constraint::Constraint;
use ptuplan::report::words::refusal::words;

/// A document model is charged by the page, which no traffic states.
#[test]
fn a_candidate_whose_charge_is_not_stated_is_refused_with_words() {
    let allow = "[allow]\nsku = [\"GlobalStandard\"]\ncommitment = [\"hourly\"]\n[uncertain]\nreplications = 1\n";
    let asked = scenario_of("model = \"mistral-document-ai-2512\"", "", allow);
    let found = answer(&asked, &even(&[2, 2]));
    assert!(found.choice.is_none());
    let reasons: Vec<_> = found.candidates.iter().flat_map(|one| &one.reasons).collect();
    assert!(!reasons.is_empty());
    for reason in reasons {
        assert_eq!(reason.constraint, Constraint::PublishedPrice, "{reason:?}");
        let said = words(reason);
        assert!(said.message.contains("is charged per page"), "{said:?}");
        assert!(said.relax.contains("catalog show mistral-document-ai-2512"), "{said:?}");
    }
}
