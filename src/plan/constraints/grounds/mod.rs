//! Why a candidate breaks a constraint, as values: the figures, names, days and sources that a
//! sentence needs, and the nearest that exists. Words are made where they are shown.

pub mod access;
pub mod capacity;
pub mod model;
pub mod place;

use crate::metrics::slo::Breach;
use crate::plan::constraints::grounds::access::AccessGrounds;
use crate::plan::constraints::grounds::capacity::CapacityGrounds;
use crate::plan::constraints::grounds::model::ModelGrounds;
use crate::plan::constraints::grounds::place::PlaceGrounds;
use crate::units::money::Money;
use crate::units::ptu::Ptu;
use std::sync::Arc;

/// Calls that are longer than each deployment that they reach takes: they are answered 400.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// Mean input of the calls, tokens.
    pub tokens: u64,
    /// SKU, model and longest input, in tokens, of each deployment that answered so.
    pub limits: Vec<(Arc<str>, Arc<str>, u32)>,
}

/// Why a candidate breaks a constraint.
#[derive(Clone, Debug, PartialEq)]
pub enum Grounds {
    /// A measure is beyond its objective.
    Breach {
        /// The workload it is of; none where the scenario has one.
        workload: Option<Arc<str>>,
        /// The measure and its bound.
        breach: Breach,
    },
    /// The same while a region is out.
    WhileOut {
        /// The region.
        region: Arc<str>,
        /// The workload it is of; none where the scenario has one.
        workload: Option<Arc<str>>,
        /// The measure and its bound.
        breach: Breach,
    },
    /// Every deployment that serves a workload is in one region, which may be out.
    OneRegion {
        /// The region.
        region: Arc<str>,
        /// The workload; none where the scenario has one.
        workload: Option<Arc<str>>,
    },
    /// Every call of a workload fails with an error that is no 429.
    AnswersNothing {
        /// The workload.
        workload: Arc<str>,
        /// What every call is too long for, where that is why.
        too_long: Option<TooLong>,
    },
    /// Every objective holds in too few of the futures.
    RarelyHeld {
        /// The share in which they hold, in 1/1,000,000.
        held_ppm: u32,
        /// The share in which they must, in 1/1,000,000.
        required_ppm: u32,
        /// Futures that were simulated.
        futures: u32,
        /// The larger size that was simulated in them, where this one was not: it does not hold in
        /// more of them.
        of_larger: Option<Ptu>,
    },
    /// A month costs more than the budget.
    AboveBudget {
        /// What it costs.
        monthly: Money,
        /// The budget.
        budget: Money,
        /// The difference.
        gap: Money,
    },
    /// Where it is deployed, processes or keeps data.
    Place(PlaceGrounds),
    /// Who may buy it and how it is reached.
    Access(AccessGrounds),
    /// How much may be deployed, and for how long.
    Capacity(CapacityGrounds),
    /// What its model takes and how long it stays.
    Model(ModelGrounds),
    /// What the catalogue or a rule of the platform says, as it was said by the floor that looked
    /// it up.
    Diagnosed {
        /// What is wrong.
        message: String,
        /// What to do instead; none where the look-up knows nothing.
        hint: Option<String>,
    },
}
