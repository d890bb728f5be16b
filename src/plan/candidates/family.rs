//! The candidates of a scenario: pay-as-you-go alone, PTUs alone and PTUs with spillover, machines of managed compute, for
//! today's models and for every allowed mix with their alternatives, at sizes on the grid; calls that may wait also as batch
//! or flex, the others also with priority. Sizes come from `search`; `kinds` has the parts.

pub use crate::plan::candidates::lane::{Lane, Machines, Resized};

use crate::catalog::Catalog;
use crate::plan::candidates::allowed::{Allowed, allowed};
use crate::plan::candidates::identity::FamilyId;
use crate::plan::candidates::mix::{Mix, mixes};
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::named::Named;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::schema::batch::BatchOptions;
use crate::units::code::Code;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::fingerprint::{Digest, Fingerprint};
use crate::units::ptu::{Grid, Ptu};
use std::hash::Hash;
use std::sync::Arc;

/// A shape of candidate: which SKUs serve which models, before any size is chosen.
#[derive(Clone, Debug)]
pub struct Family {
    /// The name people read. Nothing is decided by it: see [`Family::id`].
    pub name: Arc<str>,
    /// Who serves which calls.
    pub mix: Arc<Mix>,
    /// The deployments by model, in the order of first use; none where all calls are served aside.
    pub lanes: Vec<Lane>,
    /// Azure region of what is served aside.
    pub region: Named,
    /// The queue of batch deployments.
    pub batch: BatchOptions,
    /// Whether its models have sizes of their own, of which one varies: its candidates are then named model by model.
    pub by_model: bool,
}

impl Family {
    /// Who it is: all that distinguishes it from other families but its name.
    pub fn id(&self) -> FamilyId {
        let Self { name: _, mix, lanes, region, batch, by_model } = self;
        let mut digest = Digest::default();
        mix.feed(&mut digest);
        for lane in lanes {
            lane.feed(&mut digest);
        }
        (lanes.len(), region, batch, by_model).hash(&mut digest);
        FamilyId::Planned(digest.fingerprint())
    }

    /// The same with fewer PTUs in some hours.
    pub(crate) fn resized(&self, resized: Resized) -> Self {
        let hours = resized.schedule_hours();
        let name = format!("{}, {hours}", self.name).into();
        let mut family = Self { name, ..self.clone() };
        let provisioned = |lane: &&mut Lane| lane.is_sized() && lane.provisioned.is_some();
        for lane in family.lanes.iter_mut().filter(provisioned) {
            lane.resized = Some(resized);
        }
        family
    }

    /// Whether its PTUs change by the hour.
    pub(crate) fn is_resized(&self) -> bool {
        self.lanes.iter().any(|lane| lane.resized.is_some())
    }

    /// A family of these lanes, of which those with a fixed size keep it.
    pub(crate) fn by_model(&self, lanes: Vec<Lane>) -> Self {
        let words: Vec<String> = lanes.iter().map(|lane| lane.words(None)).collect();
        let mut name = self.mix.named(&self.mix.with_beside(&words.join("; ")));
        for resized in lanes.iter().filter(|lane| lane.is_sized()).filter_map(|lane| lane.resized) {
            name = format!("{name}, {}", resized.schedule_hours());
        }
        Self { name: name.into(), lanes, by_model: true, ..self.clone() }
    }

    /// The same with all sizes in proportion to a size of this family.
    pub(crate) fn in_proportion(&self, size: Ptu) -> Self {
        let mut family = self.clone();
        for lane in &mut family.lanes {
            if let Some(own) = lane.fixed_ptu.take() {
                lane.share_of = Some((own, size));
            }
        }
        family
    }

    /// Whether its candidates differ by their size: PTUs, or instances of managed compute.
    pub fn is_sized(&self) -> bool {
        self.lanes.iter().any(Lane::is_sized)
    }

    /// Whether any of its deployments is provisioned.
    pub fn has_ptu(&self) -> bool {
        self.lanes.iter().any(|lane| lane.provisioned.is_some())
    }

    /// Whether machines serve any of its models.
    pub fn has_machines(&self) -> bool {
        self.lanes.iter().any(|lane| lane.machines.is_some())
    }

    /// Whether its models have sizes of their own: they are searched apart and then combined.
    pub(crate) fn is_combined(&self) -> bool {
        self.lanes.len() > 1 && (self.has_ptu() || self.has_machines())
    }

    /// Whether some of its models are fine-tuned and others not: not all SKUs serve both.
    pub(crate) fn is_partly_tuned(&self) -> bool {
        let tuned = self.lanes.iter().filter(|lane| lane.fine_tuned).count();
        tuned > 0 && tuned < self.lanes.len()
    }

    /// The largest size worth a look.
    pub(crate) fn largest(&self) -> Ptu {
        let sized = self.lanes.iter().filter(|lane| lane.is_sized());
        sized.map(Lane::largest).min().unwrap_or(0)
    }

    /// Whether a model cannot be provisioned so: its candidates have no size and are refused with the reason.
    pub fn lacks_grid(&self) -> bool {
        self.lanes.iter().any(|lane| lane.is_sized() && lane.grid.is_none())
    }

    fn grids(&self) -> impl Iterator<Item = Grid> {
        self.lanes.iter().filter(|lane| lane.is_sized()).filter_map(|lane| lane.grid)
    }

    fn smallest(&self) -> Ptu {
        self.grids().map(|grid| grid.min_ptu).max().unwrap_or(0)
    }

    /// Sizes from the smallest that every model can be deployed at, up to `until_ptu`, in the finest step of the models.
    pub fn sizes(&self, until_ptu: Ptu) -> impl Iterator<Item = Ptu> + use<> {
        let finest = self.grids().min_by_key(|grid| grid.increment_ptu);
        let smallest = self.smallest();
        finest
            .into_iter()
            .flat_map(move |grid| grid.sizes(until_ptu))
            .skip_while(move |size| *size < smallest)
    }

    /// The size of one of its candidates: what each model's deployment was raised from.
    pub fn size_of(&self, candidate: &Candidate) -> Ptu {
        let sized = self.lanes.iter().filter(|lane| lane.is_sized());
        let own = sized.flat_map(|lane| {
            let sku = lane.provisioned.as_ref().or(lane.machines.as_ref().map(|own| &own.sku));
            candidate.deployments.iter().filter(move |d| {
                d.model.name == lane.model.name
                    && d.options.fine_tuned == lane.fine_tuned
                    && sku.is_some_and(|sku| sku.name == d.sku.name)
            })
        });
        own.filter_map(|d| d.capacity_ptu.or(d.instances())).min().unwrap_or(0)
    }

    /// The size nearest to a wish from above, at least the smallest that every model can be deployed at.
    pub fn nearest(&self, ptu: Ptu) -> Ptu {
        let finest = self.grids().min_by_key(|grid| grid.increment_ptu);
        finest.map_or(0, |grid| grid.at_least(ptu.clamp(self.smallest(), self.largest())))
    }

    /// The sizes that lie `step` grid steps below and above a size, where there are such.
    pub fn neighbours(&self, size: Ptu, step: usize) -> impl Iterator<Item = Ptu> + use<> {
        let increment = self.grids().map(|grid| grid.increment_ptu).min().unwrap_or(1);
        let smallest = self.smallest();
        let by = increment.saturating_mul(step as Ptu);
        let below = size.checked_sub(by).filter(|below| *below >= smallest);
        let above = Some(size.saturating_add(by)).filter(|above| *above <= self.largest());
        below.into_iter().chain(above)
    }

    /// What distinguishes families whose sizes need not be found anew: the provisioned deployments and whom they serve.
    pub(crate) fn provisioning(&self) -> Fingerprint {
        let mut digest = Digest::default();
        self.mix.feed(&mut digest);
        for lane in &self.lanes {
            let machines = lane.machines.as_ref().map(|own| (&own.sku, &own.offer));
            (&lane.model, lane.fine_tuned, &lane.region, &lane.provisioned, machines)
                .hash(&mut digest);
        }
        digest.fingerprint()
    }
}

/// The SKUs of a shape: what serves the calls that must be answered at once.
#[derive(Clone, Copy, Default)]
struct ServingSkus<'a> {
    provisioned: Option<&'a Named>,
    standard: Option<&'a Named>,
    machines: Option<&'a Machines>,
}

/// The families a scenario allows, pay-as-you-go first, today's models before their alternatives. Unknown SKUs and models
/// and an empty list are errors.
///
/// Spillover needs a standard deployment of the same model (P R27); the processing level must match too (C6 asks for it
/// in one version of the documents and is silent in later ones: the stricter reading is taken).
pub fn families(scenario: &Scenario, catalog: &Catalog) -> Result<Vec<Family>, Diagnostics> {
    let allowed = allowed(scenario, catalog)?;
    let mut wrong = Diagnostics::default();
    let mut families = Vec::new();
    let places = places(scenario);
    for mix in mixes(scenario, &allowed)? {
        let mix = Arc::new(mix);
        for place in &places {
            for (name, shape) in shapes(scenario, &allowed, &mix, place) {
                let lanes = lanes(catalog, scenario, &mix, place, shape, &mut wrong);
                let name = mix.named(&place.named(&mix.with_beside(&name)));
                // A way to serve that some model of the mix does not have is none.
                if let Some(lanes) = lanes {
                    families.push(Family {
                        name: name.into(),
                        mix: mix.clone(),
                        lanes,
                        region: place.region.clone(),
                        batch: scenario.allow.kinds.batch,
                        by_model: false,
                    });
                }
            }
        }
    }
    if families.is_empty() && !wrong.has_errors() {
        wrong.push(nothing_serves(scenario, &allowed));
    }
    wrong.0.dedup();
    wrong.or_ok(families)
}

/// What can serve a mix in a place, each with its name.
fn shapes<'a>(
    scenario: &Scenario,
    allowed: &'a Allowed,
    mix: &Mix,
    place: &FamilyPlace,
) -> Vec<(String, ServingSkus<'a>)> {
    let mut shapes = Vec::new();
    if mix.models().is_empty() {
        if place.failover.is_none() {
            shapes.push((String::new(), ServingSkus::default()));
        }
        return shapes;
    }
    for (sku, _) in &allowed.standard {
        let shape = ServingSkus { standard: Some(sku), ..ServingSkus::default() };
        shapes.push((format!("{} alone", sku.name), shape));
    }
    if mix.models().iter().all(|(_, fine_tuned)| *fine_tuned) {
        for sku in &allowed.developer {
            let shape = ServingSkus { standard: Some(sku), ..ServingSkus::default() };
            shapes.push((format!("{} alone", sku.name), shape));
        }
    }
    // Service tiers are of standard deployments (S 35); what spills over is not served with priority (P R46).
    if mix.has_priority() {
        return shapes;
    }
    for (sku, scope) in &allowed.provisioned {
        let alone = ServingSkus { provisioned: Some(sku), ..ServingSkus::default() };
        if place.failover.is_none() {
            shapes.push((format!("{} alone", sku.name), alone));
        }
        let targets = allowed.standard.iter().filter(|(_, target)| target == scope);
        for (target, _) in targets.filter(|_| scenario.allow.spillover) {
            let shape = ServingSkus { standard: Some(target), ..alone };
            shapes.push((format!("{} + spillover", sku.name), shape));
        }
    }
    for machines in allowed.machines.iter().filter(|_| place.failover.is_none()) {
        let shape = ServingSkus { machines: Some(machines), ..ServingSkus::default() };
        shapes.push((machines.words(), shape));
    }
    shapes
}

/// Why nothing that is allowed can serve every call.
fn nothing_serves(scenario: &Scenario, allowed: &Allowed) -> Diagnostic {
    let online = scenario.workloads.iter().find(|w| !w.waits.is_some_and(|waits| waits.is_all()));
    let named = scenario.allow.skus.first();
    let place = named.map_or_else(|| scenario.region.place.clone(), |named| named.place.clone());
    let message = match online {
        Some(workload) if !allowed.batch.is_empty() => {
            format!(
                "nothing allowed: no SKU serves the calls of {} that cannot wait",
                workload.name
            )
        }
        Some(workload) => format!("nothing allowed: no SKU serves {}", workload.name),
        None => "nothing allowed".to_owned(),
    };
    let hint = if allowed.developer.is_empty() {
        "allow a standard or provisioned SKU, or say calls.batch = { within = \"24 h\" } of what can wait"
    } else {
        "a developer deployment serves fine-tuned models: name the model in `fine_tuned` of its workload"
    };
    Diagnostic::error("nothing-allowed", message).at(place).hint(hint)
}

/// Where a family is deployed.
struct FamilyPlace {
    region: Named,
    /// Where another standard deployment takes what the others refuse.
    failover: Option<Named>,
    /// Whether it is the scenario's own region alone.
    is_own: bool,
}

impl FamilyPlace {
    fn named(&self, name: &str) -> String {
        match &self.failover {
            _ if self.is_own => name.to_owned(),
            None => format!("{name} in {}", self.region.name),
            Some(further) => format!("{name}, failover to {}", further.name),
        }
    }
}

/// The scenario's region, each further one, and the scenario's with failover to each further one.
fn places(scenario: &Scenario) -> Vec<FamilyPlace> {
    let own = &scenario.region;
    let mut further: Vec<&Named> = Vec::new();
    for region in &scenario.allow.regions {
        if region.name != own.name && further.iter().all(|known| known.name != region.name) {
            further.push(region);
        }
    }
    let place = |region: &Named, failover: Option<&Named>| FamilyPlace {
        is_own: region.name == own.name && failover.is_none(),
        region: region.clone(),
        failover: failover.cloned(),
    };
    let mut places = vec![place(own, None)];
    places.extend(further.iter().map(|region| place(region, None)));
    places.extend(further.iter().map(|region| place(own, Some(region))));
    places
}

/// The same deployments for every model of a mix; none where machines do not serve one of them. A model without a grid is
/// left to be refused with its reason.
fn lanes(
    catalog: &Catalog,
    scenario: &Scenario,
    mix: &Mix,
    place: &FamilyPlace,
    shape: ServingSkus<'_>,
    wrong: &mut Diagnostics,
) -> Option<Vec<Lane>> {
    let on = scenario.period.first_date();
    let serves = |model: &Named| {
        let offer = shape.machines.map(|machines| &machines.offer);
        offer.and_then(|offer| offer.model.as_ref()).is_none_or(|own| own.name == model.name)
    };
    let models = mix.models();
    if !models.iter().all(|(model, _)| serves(model)) {
        return None;
    }
    let lane = |(model, fine_tuned): (Named, bool)| {
        let grid = shape.provisioned.map(|sku| catalog.grid(&model.name, &sku.name, on));
        let grid = match grid {
            None => shape.machines.map(|_| Grid { min_ptu: 1, increment_ptu: 1 }),
            Some(Ok(grid)) => Some(grid.value),
            Some(Err(error)) if error.code != Code::NoGrid => {
                let unknown = error.code == Code::UnknownModel;
                let at = &shape.provisioned.filter(|_| !unknown).unwrap_or(&model).place;
                if !wrong.0.iter().any(|known| known.message == error.message) {
                    wrong.push(error.at(at.clone()));
                }
                None
            }
            _ => None,
        };
        let is_router = catalog.model(&model.name).is_ok_and(|model| model.is_router);
        let router = if is_router { scenario.allow.kinds.router.clone() } else { Vec::new() };
        if is_router && router.is_empty() {
            let error = no_parts(&model);
            if !wrong.0.iter().any(|known| known.message == error.message) {
                wrong.push(error);
            }
        }
        Lane {
            model,
            fine_tuned,
            region: place.region.clone(),
            provisioned: shape.provisioned.cloned(),
            standard: shape.standard.cloned(),
            machines: shape.machines.cloned(),
            router,
            grid,
            failover: place.failover.clone(),
            fixed_ptu: None,
            share_of: None,
            resized: None,
        }
    };
    Some(models.into_iter().map(lane).collect())
}

/// Which model a call goes to depends on its content, which no trace has.
fn no_parts(model: &Named) -> Diagnostic {
    let message = format!("router without models: {}", model.name);
    Diagnostic::error("router-without-models", message)
        .at(model.place.clone())
        .hint("say what it chooses: router = { \"gpt-5\" = 30, \"gpt-5-mini\" = 70 } in [allow]")
}
