//! Who serves a workload's calls: a model of its own or an allowed alternative, and for calls that may wait a batch
//! deployment or flex processing, for the others priority processing.

use crate::engine::rules::TierRequest;
use crate::plan::candidates::allowed::Allowed;
use crate::scenario::question::named::Named;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::waits::ALL_CALLS_PPM;
use crate::scenario::question::workload::Workload;
use rust_decimal::Decimal;

/// Who serves the calls of a workload that may wait, where that is not who serves the others.
#[derive(Clone, Debug)]
pub struct Aside {
    /// Their share of the workload's calls, in 1/1,000,000.
    pub share_ppm: u32,
    /// Batch or standard SKU.
    pub sku: Named,
    /// Whether they ask for flex processing.
    pub flex: bool,
}

impl Aside {
    /// Whether all of the workload's calls are served so.
    pub const fn is_all(&self) -> bool {
        self.share_ppm == ALL_CALLS_PPM
    }
}

/// Who serves one workload.
#[derive(Clone, Debug)]
pub struct Serving {
    /// The model that serves it, or what is left of it.
    pub model: Named,
    /// Another model and the share of the calls it takes, in 1/1,000,000.
    pub apart: Option<(Named, u32)>,
    /// Those of its models that are fine-tuned.
    pub fine_tuned: Vec<Named>,
    /// Who serves the calls that may wait; none where nobody else does.
    pub aside: Option<Aside>,
    /// Whether the others ask for priority processing.
    pub priority: bool,
}

/// The calls of one stream of a candidate.
#[derive(Clone, Copy, Debug)]
pub struct ServedCalls<'a> {
    /// Index of the workload.
    pub workload: usize,
    /// The model.
    pub model: &'a Named,
    /// Whether its fine-tuned version is called.
    pub fine_tuned: bool,
    /// The share of the calls; none for what the shares leave.
    pub share_ppm: Option<u32>,
    /// Who serves them, where that is not a deployment for all calls of the model.
    pub aside: Option<&'a Aside>,
    /// Whether they may wait while others of the workload may not.
    pub waits: bool,
    /// The service tier they ask for beyond what the scenario says.
    pub tier: Option<TierRequest>,
}

impl Serving {
    /// Whether a model is called in its fine-tuned version.
    fn is_tuned(&self, model: &Named) -> bool {
        self.fine_tuned.iter().any(|tuned| tuned.name == model.name)
    }

    /// Its streams: the workload's own, then the shares, in the order of a candidate's splits.
    pub(crate) fn parts(&self, workload: usize) -> Vec<ServedCalls<'_>> {
        let whole = self.aside.as_ref().filter(|aside| aside.is_all());
        let part = |model, share_ppm, aside: Option<&'_ Aside>| {
            let flex = aside.is_some_and(|aside| aside.flex).then_some(TierRequest::Flex);
            let priority = (self.priority && aside.is_none()).then_some(TierRequest::Priority);
            ServedCalls {
                workload,
                model,
                fine_tuned: self.is_tuned(model),
                share_ppm,
                aside: None,
                waits: false,
                tier: flex.or(priority),
            }
        };
        let mut parts = vec![ServedCalls { aside: whole, ..part(&self.model, None, whole) }];
        if let Some((model, share_ppm)) = &self.apart {
            parts.push(ServedCalls { aside: whole, ..part(model, Some(*share_ppm), whole) });
        }
        if let Some(aside) = self.aside.as_ref().filter(|aside| !aside.is_all()) {
            let own = part(&self.model, Some(aside.share_ppm), Some(aside));
            parts.push(ServedCalls { aside: Some(aside), waits: true, ..own });
        }
        parts
    }
}

/// A way to serve a workload.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) serving: Serving,
    /// What differs from today's models, such as `30 % gpt-4.1-mini`; empty for today's.
    pub(crate) label: String,
    /// Who else serves, such as `+ GlobalBatch`; empty where one deployment serves all.
    pub(crate) beside: String,
}

/// All ways to serve a workload, today's first; `named` says whether its name must be told.
pub(crate) fn ways(
    scenario: &Scenario,
    workload: &Workload,
    allowed: &Allowed,
    named: bool,
) -> Vec<Way> {
    let serving = |model: &Named, apart: Option<(Named, u32)>| Serving {
        model: model.clone(),
        apart,
        fine_tuned: workload.fine_tuned.clone(),
        aside: None,
        priority: false,
    };
    let way = |serving, label| Way { serving, label, beside: String::new() };
    let mut models = vec![way(serving(&workload.model, None), String::new())];
    for other in &workload.alternatives {
        let name = &other.model.name;
        models.push(if other.share_ppm == ALL_CALLS_PPM {
            way(serving(&other.model, None), name.to_string())
        } else {
            let apart = Some((other.model.clone(), other.share_ppm));
            way(serving(&workload.model, apart), format!("{} {name}", percent(other.share_ppm)))
        });
    }
    let asides = asides(scenario, workload, allowed);
    models.into_iter().flat_map(|one| beside(scenario, workload, &asides, named, one)).collect()
}

/// Who may serve the calls of a workload that may wait.
fn asides(scenario: &Scenario, workload: &Workload, allowed: &Allowed) -> Vec<Aside> {
    let Some(waits) = workload.waits else { return Vec::new() };
    let share_ppm = waits.share_ppm;
    let aside = |sku: &Named, flex| Aside { share_ppm, sku: sku.clone(), flex };
    let mut asides: Vec<Aside> = allowed.batch.iter().map(|sku| aside(sku, false)).collect();
    // Who asks for a tier of his own has decided.
    if scenario.allow.kinds.flex && workload.rules.tier == TierRequest::Auto {
        asides.extend(allowed.standard.iter().map(|(sku, _)| aside(sku, true)));
    }
    asides
}

/// One way to choose models, and every way to serve some calls of it otherwise.
fn beside(
    scenario: &Scenario,
    workload: &Workload,
    asides: &[Aside],
    named: bool,
    one: Way,
) -> Vec<Way> {
    // Batch, flex and priority serve base models alone (S 33, S 35, S 40).
    let apart = one.serving.apart.as_ref();
    let mut models = std::iter::once(&one.serving.model).chain(apart.map(|(model, _)| model));
    if models.any(|model| one.serving.is_tuned(model)) {
        return vec![one];
    }
    let of = |share: Option<String>| match (share, named) {
        (None, false) => String::new(),
        (None, true) => format!(" for {}", workload.name),
        (Some(share), false) => format!(" for {share}"),
        (Some(share), true) => format!(" for {share} of {}", workload.name),
    };
    let taken = apart.map_or(0, |(_, share)| *share);
    let mut ways = vec![one.clone()];
    for aside in asides {
        // Shares of a workload are different calls.
        if !aside.is_all() && aside.share_ppm + taken > ALL_CALLS_PPM {
            continue;
        }
        let share = (!aside.is_all()).then(|| percent(aside.share_ppm));
        let kind = if aside.flex { " flex" } else { "" };
        let mut way = one.clone();
        way.beside = format!("+ {}{kind}{}", aside.sku.name, of(share));
        way.serving.aside = Some(aside.clone());
        ways.push(way);
    }
    let asks = workload.rules.tier == TierRequest::Auto;
    let online = |way: &Way| !way.serving.aside.as_ref().is_some_and(Aside::is_all);
    let must = workload.waits.is_none_or(|waits| !waits.is_all());
    if scenario.allow.kinds.priority && asks && must {
        let prior: Vec<Way> = ways.iter().filter(|way| online(way)).cloned().collect();
        for mut way in prior {
            way.serving.priority = true;
            let gap = if way.beside.is_empty() { "" } else { " " };
            way.beside = format!("with priority{}{gap}{}", of(None), way.beside);
            ways.push(way);
        }
    }
    ways
}

fn percent(share_ppm: u32) -> String {
    format!("{} %", Decimal::new(i64::from(share_ppm), 4).normalize())
}
