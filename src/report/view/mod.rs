//! What results look like to the outside: plain counterparts of the domain types, with the names scripts rely on.
//! Amounts are decimal strings, shares are numbers from 0 to 1, times say their unit. `build` fills them.

pub mod explanation;
pub mod horizon;
pub mod outlook;

mod answer;
mod bill;
mod candidate;
mod glance;
mod kind;
mod question;
mod service;
mod terms;

#[cfg(feature = "report")]
mod change;
#[cfg(feature = "report")]
mod compared;
#[cfg(feature = "report")]
mod priced;

pub use crate::report::view::answer::{
    AnswerView, BreakEvenView, CurvePointView, FeasibilityView, InstancePointView,
    RecommendationView, SensitivityView, SimulationView,
};
pub use crate::report::view::bill::{BillView, LineItemView};
pub use crate::report::view::candidate::{
    CandidateView, CostPartView, MeasuresView, ReservationView, SpreadView,
};
#[cfg(feature = "report")]
pub use crate::report::view::change::{
    CaseView, CauseView, ChangesView, ChargeChangeView, ChoiceView, DeployedChangeView,
    DeployedChangesView, DeployedPartView, DriftView, RecommendationChangeView, RegressView,
    ScenarioChangeView, VerdictView,
};
#[cfg(feature = "report")]
pub use crate::report::view::compared::ComparedView;
pub use crate::report::view::glance::{
    CHECK_FIRST, DependencyView, FailureView, FigureView, GlanceView, OptionView, QuotaNeedView,
    QuotaOptionView, QuotaView, ServedView,
};
pub use crate::report::view::kind::KindView;
#[cfg(feature = "report")]
pub use crate::report::view::priced::{
    BilledDifferenceView, ChargeView, ExplanationView, PriceView, PricedView, SkippedRowView,
    UsageView,
};
pub use crate::report::view::question::{FactView, ScenarioView, TrafficView};
pub use crate::report::view::service::{
    DeploymentView, FailedResizeView, InstancesView, PercentilesView, RequestsView, ScheduleView,
    SeriesView, StretchView, TokensView, UtilizationView, WorkloadView,
};
pub use crate::report::view::terms::{AllocationView, BudgetView, LimitView, PartView, TermsView};

/// Version of these structures; the minor part rises when a field is added.
pub const SCHEMA_VERSION: &str = "1.0";
