//! What to do at the start of a month of the plan, as values. Words are made where they are shown.

use crate::billing::commitment::Term;
use crate::units::ptu::Ptu;
use jiff::civil::Date;
use std::sync::Arc;

/// One thing to do, or to know, at the start of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MonthAction {
    /// Nothing is provisioned: stay with pay-as-you-go.
    PayAsYouGo,
    /// Deploy what has no size in PTUs, by the name of its family.
    Deploy(Arc<str>),
    /// Deploy the first PTUs.
    DeployPtu(Ptu),
    /// Resize the deployed PTUs.
    Resize {
        /// PTUs of the month before.
        from: Ptu,
        /// PTUs of the month.
        to: Ptu,
    },
    /// Run the first instances of managed compute.
    Run {
        /// How many.
        instances: u32,
    },
    /// Change the number of instances.
    Scale {
        /// Instances of the month before.
        from: u32,
        /// Instances of the month.
        to: u32,
    },
    /// Reservations that are owned cover another number of PTUs than in the month before.
    Owned(Ptu),
    /// Reserve.
    Reserve {
        /// PTUs.
        ptu: Ptu,
        /// For how long.
        term: Term,
        /// The day; none on the first of the month.
        on: Option<Date>,
    },
    /// Reserve for another month what a reservation of a month covered.
    Renew(Ptu),
    /// PTUs that no reservation covers.
    Hourly(Ptu),
    /// An increase of the PTU quota has arrived.
    QuotaRose {
        /// The quota of the month before.
        from: Ptu,
        /// The quota of the month.
        to: Ptu,
    },
    /// A model retires within the month.
    MoveOff {
        /// The model.
        model: Arc<str>,
        /// Its last day.
        last: Date,
    },
    /// A model is retired before the plan begins.
    Retired {
        /// The model.
        model: Arc<str>,
        /// Its last day.
        last: Date,
    },
}
