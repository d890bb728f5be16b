//! What a run left behind in `recommendation.json`, as far as it is needed to deploy it.

use crate::report::words::numbers::count;
use crate::units::diagnostic::{Diagnostic, Place};
use serde::Deserialize;

/// The file.
#[derive(Clone, Debug, Deserialize)]
pub struct Run {
    /// The question.
    pub scenario: RunScenario,
    /// What to buy; none when nothing is feasible.
    pub choice: Option<RunCandidate>,
    /// All candidates, best first.
    pub candidates: Vec<RunCandidate>,
    /// The months of the plan that was chosen.
    pub horizon: Option<RunHorizon>,
    /// What quota the choice takes.
    #[serde(default)]
    pub quota: RunQuota,
    /// The ways to serve, each by its best candidate.
    #[serde(default)]
    pub options: Vec<RunOption>,
}

/// What quota the choice takes, and what else would serve with quota enough.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct RunQuota {
    /// Each figure of the choice.
    pub choice: Vec<RunNeed>,
    /// Ways to serve with quota enough.
    #[serde(default)]
    pub options: Vec<RunQuotaOption>,
    /// Which of them the answer asks for; none where it is the choice.
    #[serde(default)]
    pub better: Option<usize>,
}

/// A way to serve with quota enough.
#[derive(Clone, Debug, Deserialize)]
pub struct RunQuotaOption {
    /// The candidate with that quota.
    pub candidate: RunCandidate,
    /// What quota it takes.
    pub needs: Vec<RunNeed>,
}

/// A figure of quota.
#[derive(Clone, Debug, Deserialize)]
pub struct RunNeed {
    /// SKU.
    pub sku: String,
    /// Model; none where the quota is of all models.
    pub model: Option<String>,
    /// Region.
    pub region: String,
    /// `tokens_per_minute`, `requests_per_minute`, …
    pub kind: String,
    /// The least that is enough.
    pub needed: u64,
    /// What there is; none where that is not known.
    #[serde(default)]
    pub held: Option<u64>,
}

impl RunNeed {
    /// The figure with what it is of.
    pub(super) fn told(&self) -> String {
        let what = match self.kind.as_str() {
            "ptu" => "PTU".to_owned(),
            other => other.replace('_', " ").replace("per minute", "a minute"),
        };
        let model = self.model.as_ref().map(|model| format!("{model} on ")).unwrap_or_default();
        format!("{} {what} of {model}{} in {}", count(self.needed), self.sku, self.region)
    }
}

/// A way to serve.
#[derive(Clone, Debug, Deserialize)]
pub struct RunOption {
    /// `today` for what runs today.
    pub kind: String,
    /// Name of its candidate.
    pub candidate: String,
}

/// The months of a plan.
#[derive(Clone, Debug, Deserialize)]
pub struct RunHorizon {
    /// Reservations to buy.
    #[serde(default)]
    pub purchases: Vec<RunPurchase>,
}

/// A reservation to buy.
#[derive(Clone, Debug, Deserialize)]
pub struct RunPurchase {
    /// Whether that is on the first day of the plan.
    pub now: bool,
    /// `1-month` or `1-year`.
    pub term: String,
    /// The SKU.
    pub sku: String,
    /// The region; none for Global SKUs.
    pub region: Option<String>,
    /// Whether it renews.
    pub renews: bool,
}

/// The question.
#[derive(Clone, Debug, Deserialize)]
pub struct RunScenario {
    /// First instant of the billed period.
    pub start: String,
    /// Its end.
    pub until: Option<String>,
    /// Its zone.
    pub zone: String,
    /// The workloads.
    pub workloads: Vec<RunWorkload>,
}

/// A workload.
#[derive(Clone, Debug, Deserialize)]
pub struct RunWorkload {
    /// Its name.
    pub name: String,
}

/// A candidate.
#[derive(Clone, Debug, Deserialize)]
pub struct RunCandidate {
    /// Place in the ranking.
    pub rank: usize,
    /// Its name.
    pub name: String,
    /// Its deployments.
    pub deployments: Vec<RunDeployment>,
    /// The reservations behind its cost.
    pub reservations: Vec<RunReservation>,
    /// What it is expected to cost a month; empty when not simulated.
    pub expected_monthly_cost: String,
    /// Where the currency is.
    pub monthly_cost: RunCost,
    /// Whether it meets every constraint.
    pub feasible: bool,
}

/// A cost.
#[derive(Clone, Debug, Deserialize)]
pub struct RunCost {
    /// Its currency.
    pub currency: String,
}

/// A deployment of a candidate.
#[derive(Clone, Debug, Deserialize)]
pub struct RunDeployment {
    /// Its name.
    pub name: String,
    /// SKU.
    pub sku: String,
    /// Model id.
    pub model: String,
    /// Region.
    pub region: String,
    /// PTUs.
    pub capacity_ptu: Option<u32>,
    /// How it serves, where that is special.
    pub kind: Option<RunKind>,
    /// When it has fewer PTUs.
    pub schedule: Option<RunSchedule>,
    /// Token limit.
    pub limit_tokens_per_minute: Option<u64>,
    /// Request limit.
    pub limit_requests_per_minute: Option<u64>,
    /// Requests by what became of them.
    #[serde(default)]
    pub requests: RunRequests,
    /// The standard deployment that takes what it throttles.
    pub spillover_to: Option<String>,
    /// Whether calls that ask for no tier are served with priority.
    #[serde(default)]
    pub priority_by_default: bool,
}

/// Requests of a deployment.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct RunRequests {
    /// Those that another deployment took.
    pub spilled_out: u64,
}

/// How a deployment serves.
#[derive(Clone, Debug, Deserialize)]
pub struct RunKind {
    /// `machines`, `batch`, `flex`, `priority`, …
    pub serves: String,
    /// Whether it serves a fine-tuned version.
    #[serde(default)]
    pub fine_tuned: bool,
    /// The router in front of it.
    pub router: Option<String>,
}

/// PTUs by the hour of the day.
#[derive(Clone, Debug, Deserialize)]
pub struct RunSchedule {
    /// Local hours with all PTUs.
    pub hours: String,
    /// PTUs in the other hours.
    pub else_ptu: u32,
    /// Whether there are more than these two sizes.
    #[serde(default)]
    pub by_the_hour: bool,
}

/// A reservation.
#[derive(Clone, Debug, Deserialize)]
pub struct RunReservation {
    /// The SKU it covers.
    pub sku: String,
    /// The region it covers.
    pub region: Option<String>,
    /// `1-month` or `1-year`.
    pub term: String,
    /// Its first day.
    pub start: Option<String>,
    /// PTUs.
    pub quantity_ptu: u32,
    /// `upfront` or `monthly`.
    pub payment: String,
    /// Whether it is owned already.
    #[serde(default)]
    pub owned: bool,
}

/// Reads the file.
pub fn read(file: &str, text: &str) -> Result<Run, Diagnostic> {
    serde_json::from_str(text).map_err(|error| {
        let line = u32::try_from(error.line()).unwrap_or(0);
        let column = u32::try_from(error.column()).unwrap_or(0);
        Diagnostic::error("not-a-run", format!("not the result of `recommend`: {error}"))
            .at(Place::new(file, line, column))
            .hint("name a folder that `ptuplan recommend` of this version wrote")
    })
}

impl Run {
    /// What runs today; none where the scenario did not say.
    pub fn today(&self) -> Option<&RunCandidate> {
        let today = self.options.iter().find(|option| option.kind == "today")?;
        self.candidates.iter().find(|candidate| candidate.name == today.candidate)
    }

    /// The way to serve that the answer asks quota for; none where it asks for none.
    pub fn quota_option(&self) -> Option<&RunQuotaOption> {
        self.quota.better.and_then(|index| self.quota.options.get(index))
    }

    /// The candidate of a rank, the choice when none is asked for.
    pub fn candidate(&self, rank: Option<usize>) -> Result<&RunCandidate, Diagnostic> {
        let Some(rank) = rank else {
            return self.choice.as_ref().ok_or_else(|| {
                Diagnostic::error("nothing-chosen", "nothing to export: no candidate is feasible")
                    .hint(match self.quota_option() {
                        Some(_) => "--with-quota exports the answer, which asks for quota",
                        None => "--rank N exports one that is not, knowing that",
                    })
            });
        };
        self.candidates.iter().find(|candidate| candidate.rank == rank).ok_or_else(|| {
            Diagnostic::error("rank-unknown", format!("no candidate of rank {rank}"))
                .hint(format!("ranks are 1 to {}", self.candidates.len()))
        })
    }
}
