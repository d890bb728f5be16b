//! What results look like to the outside: plain counterparts of the domain types, with the names scripts rely on.
//! Amounts are decimal strings, shares are numbers from 0 to 1, times say their unit. `build` fills them.

mod answer;
mod bill;
mod candidate;
#[cfg(feature = "report")]
mod change;
#[cfg(feature = "report")]
mod compared;
mod kind;
#[cfg(feature = "report")]
mod priced;
mod question;
mod service;
mod terms;

pub use answer::{
    AnswerView, BreakEvenView, CurvePointView, InstancePointView, RecommendationView,
    SensitivityView, SimulationView,
};
pub use bill::{BillView, LineItemView};
pub use candidate::{CandidateView, CostPartView, MeasuresView, ReservationView, SpreadView};
#[cfg(feature = "report")]
pub use change::{
    CaseView, ChangesView, ChargeChangeView, ChoiceView, DriftView, RecommendationChangeView,
    RegressView, ScenarioChangeView,
};
#[cfg(feature = "report")]
pub use compared::ComparedView;
pub use kind::KindView;
#[cfg(feature = "report")]
pub use priced::{
    BilledDifferenceView, ChargeView, ExplanationView, PriceView, PricedView, SkippedRowView,
    UsageView,
};
pub use question::{FactView, ScenarioView, TrafficView};
pub use service::{
    DeploymentView, FailedResizeView, InstancesView, PercentilesView, RequestsView, ScheduleView,
    SeriesView, TokensView, UtilizationView, WorkloadView,
};
pub use terms::{AllocationView, BudgetView, LimitView, PartView, TermsView};

/// Version of these structures; the minor part rises when a field is added.
pub const SCHEMA_VERSION: &str = "1.0";
