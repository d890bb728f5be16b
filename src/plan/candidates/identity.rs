//! Who is who among families and candidates, by what they are and not by what they are called: a
//! name may change its words, and two candidates with one name would still be two.

use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::named::Payment;
use crate::units::fingerprint::{Digest, Fingerprint};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::hash::Hash;

/// A family: which deployment options serve which calls, before any size is chosen. The same on
/// every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FamilyId {
    /// What runs today, which is of no family.
    Today,
    /// A family that the plan made.
    Planned(Fingerprint),
}

/// A candidate: its deployments with their sizes, its routes and how it is paid. The same on every
/// machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CandidateId {
    /// Whether it is what runs today: a candidate of its own, also where the plan finds the same by
    /// itself.
    pub today: bool,
    /// What is deployed and who calls it.
    pub deployed: Fingerprint,
    /// How it is paid.
    pub payment: Payment,
}

impl fmt::Display for CandidateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let today = if self.today { "today-" } else { "" };
        write!(f, "{today}{}-{}", self.deployed, self.payment.as_str())
    }
}

impl CandidateId {
    /// The identity of a candidate of a family.
    pub fn of(family: FamilyId, candidate: &Candidate) -> Self {
        // Every field counts but the name; a further one is to be thought of here.
        let Candidate { name: _, deployments, routes, splits, tiers, payment } = candidate;
        let mut digest = Digest::default();
        (deployments, routes, splits, tiers).hash(&mut digest);
        let today = family == FamilyId::Today;
        Self { today, deployed: digest.fingerprint(), payment: *payment }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::question::candidate::PlannedDeployment;
    use crate::scenario::question::named::Named;
    use crate::units::diagnostic::Place;

    fn candidate(name: &str, ptu: u32, line: u32) -> Candidate {
        let named = |name: &str| Named { name: name.into(), place: Place::new("s.toml", line, 1) };
        let sku = named("GlobalProvisionedManaged");
        let planned = PlannedDeployment::new(sku, named("gpt-4.1"), named("swedencentral"));
        Candidate {
            name: name.into(),
            deployments: vec![PlannedDeployment { capacity_ptu: Some(ptu), ..planned }],
            routes: vec![vec![0]],
            splits: Vec::new(),
            tiers: vec![None],
            payment: Payment::Hourly,
        }
    }

    #[test]
    fn a_candidate_is_what_it_deploys_and_not_its_name() {
        let family = FamilyId::Planned(Fingerprint::of(&1));
        let one = CandidateId::of(family, &candidate("one", 50, 3));
        assert_eq!(one, CandidateId::of(family, &candidate("by another name", 50, 9)));
        assert_ne!(one, CandidateId::of(family, &candidate("one", 55, 3)));
        assert_ne!(one, CandidateId::of(FamilyId::Today, &candidate("one", 50, 3)));
        let monthly = Candidate { payment: Payment::OneMonth, ..candidate("one", 50, 3) };
        let paid = CandidateId::of(family, &monthly);
        assert_eq!((paid.deployed, paid == one), (one.deployed, false));
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<CandidateId>(&text).unwrap(), one);
    }
}
