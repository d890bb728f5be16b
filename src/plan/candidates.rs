//! The candidates of a scenario: pay-as-you-go alone, PTUs alone and PTUs with spillover, for today's models and for
//! every allowed mix with their alternatives, at sizes on the grid. Sizes come from `search`; this module makes the
//! deployments of one size.

use crate::catalog::Catalog;
use crate::catalog::sku::{BillingMode, Scope};
use crate::plan::mixes::{Mix, mixes};
use crate::scenario::candidate::{Candidate, PlannedDeployment, Split};
use crate::scenario::question::{Named, Payment, Scenario};
use crate::scenario::schedule::Schedule;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::ptu::{Grid, MAX_DEPLOYABLE_PTU, Ptu};
use std::sync::Arc;

/// The deployments of one model within a family.
#[derive(Clone, Debug)]
pub struct Lane {
    /// The model.
    pub model: Named,
    /// Azure region.
    pub region: Named,
    /// Provisioned SKU, if any.
    pub provisioned: Option<Named>,
    /// Standard SKU that serves alone or takes the spillover, if any.
    pub standard: Option<Named>,
    /// The grid of the provisioned SKU; none without one, and where the model cannot be provisioned so.
    pub grid: Option<Grid>,
    /// Region of a further standard deployment that takes what the others refuse, if any.
    pub failover: Option<Named>,
    /// Its PTUs where they do not follow the size of the family.
    pub fixed_ptu: Option<Ptu>,
    /// Its PTUs in proportion to the size of the family: so many for so many.
    pub share_of: Option<(Ptu, Ptu)>,
    /// When its provisioned deployment has fewer PTUs than its size.
    pub resized: Option<Resized>,
}

impl Lane {
    fn is_sized(&self) -> bool {
        self.provisioned.is_some() && self.fixed_ptu.is_none()
    }

    /// The PTUs at a size of the family, raised to the grid.
    fn capacity_ptu(&self, ptu: Ptu) -> Option<Ptu> {
        self.provisioned.as_ref()?;
        let wanted = match self.share_of {
            Some((own, of)) => {
                let share = u64::from(ptu) * u64::from(own) / u64::from(of.max(1));
                u32::try_from(share).unwrap_or(MAX_DEPLOYABLE_PTU)
            }
            None => ptu,
        };
        Some(self.fixed_ptu.unwrap_or_else(|| self.grid.map_or(ptu, |grid| grid.at_least(wanted))))
    }

    /// Its SKUs in words, with its size where that is fixed or given.
    fn words(&self, ptu: Option<Ptu>) -> String {
        let size = self.fixed_ptu.or(ptu.and_then(|ptu| self.capacity_ptu(ptu)));
        let size = size.filter(|_| self.grid.is_some()).zip(self.grid).map_or_else(
            String::new,
            |(size, grid)| match self.resized.and_then(|own| own.schedule(size, grid)) {
                Some(schedule) => {
                    format!("{size} PTU {} else {} ", schedule.hours(), schedule.low_ptu)
                }
                None => format!("{size} PTU "),
            },
        );
        let region = &self.region.name;
        let further = self.failover.as_ref().map_or_else(String::new, |f| format!(" + {}", f.name));
        match (&self.provisioned, &self.standard) {
            (Some(sku), None) => format!("{}: {size}{} {region}", self.model.name, sku.name),
            (Some(sku), Some(_)) => {
                format!("{}: {size}{} + spillover {region}{further}", self.model.name, sku.name)
            }
            (None, Some(sku)) => format!("{}: {} {region}{further}", self.model.name, sku.name),
            (None, None) => self.model.name.to_string(),
        }
    }
}

/// A shape of candidate: which SKUs serve which models, before any size is chosen.
#[derive(Clone, Debug)]
pub struct Family {
    /// The name people read; unique among the families of a scenario.
    pub name: Arc<str>,
    /// Who serves which calls.
    pub mix: Arc<Mix>,
    /// The deployments by model, in the order of [`Mix::models`].
    pub lanes: Vec<Lane>,
    /// Whether its models have sizes of their own, of which one varies: its candidates are then named model by model.
    pub by_model: bool,
}

/// Hours of the day with the full size; the others have less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resized {
    /// First local hour with the full size.
    pub from_hour: u8,
    /// First local hour with less again.
    pub until_hour: u8,
    /// Whether weekends have less throughout.
    pub weekdays: bool,
    /// By how much less, before rounding down to the grid.
    pub below_ptu: Ptu,
}

impl Resized {
    fn schedule_hours(self) -> String {
        let Self { from_hour, until_hour, weekdays, below_ptu } = self;
        Schedule { from_hour, until_hour, weekdays, low_ptu: below_ptu }.hours()
    }

    /// The schedule of a deployment that has `high_ptu` at most; none where the grid leaves no smaller size.
    fn schedule(self, high_ptu: Ptu, grid: Grid) -> Option<Schedule> {
        let low_ptu = grid.at_most(high_ptu.saturating_sub(self.below_ptu)).unwrap_or(grid.min_ptu);
        let Self { from_hour, until_hour, weekdays, .. } = self;
        (low_ptu < high_ptu).then_some(Schedule { from_hour, until_hour, weekdays, low_ptu })
    }
}

impl Family {
    /// The same with fewer PTUs in some hours.
    pub(crate) fn resized(&self, resized: Resized) -> Self {
        let hours = resized.schedule_hours();
        let name = format!("{}, {hours}", self.name).into();
        let mut family = Self { name, ..self.clone() };
        for lane in family.lanes.iter_mut().filter(|lane| lane.is_sized()) {
            lane.resized = Some(resized);
        }
        family
    }

    /// Whether its PTUs change by the hour.
    pub(crate) fn is_resized(&self) -> bool {
        self.lanes.iter().any(|lane| lane.resized.is_some())
    }

    /// A family of these lanes, of which those with a fixed size keep it.
    pub(crate) fn by_model(mix: &Arc<Mix>, lanes: Vec<Lane>) -> Self {
        let words: Vec<String> = lanes.iter().map(|lane| lane.words(None)).collect();
        let mut name = mix.named(&words.join("; "));
        for resized in lanes.iter().filter(|lane| lane.is_sized()).filter_map(|lane| lane.resized) {
            name = format!("{name}, {}", resized.schedule_hours());
        }
        Self { name: name.into(), mix: mix.clone(), lanes, by_model: true }
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

    /// Whether its candidates differ by PTUs and commitment.
    pub fn is_sized(&self) -> bool {
        self.lanes.iter().any(Lane::is_sized)
    }

    /// Whether any of its deployments is provisioned.
    pub fn has_ptu(&self) -> bool {
        self.lanes.iter().any(|lane| lane.provisioned.is_some())
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
            candidate.deployments.iter().filter(move |d| {
                d.model.name == lane.model.name
                    && lane.provisioned.as_ref().is_some_and(|sku| sku.name == d.sku.name)
            })
        });
        own.filter_map(|d| d.capacity_ptu).min().unwrap_or(0)
    }

    /// The size nearest to a wish from above, at least the smallest that every model can be deployed at.
    pub fn nearest(&self, ptu: Ptu) -> Ptu {
        let finest = self.grids().min_by_key(|grid| grid.increment_ptu);
        finest.map_or(0, |grid| grid.at_least(ptu.clamp(self.smallest(), MAX_DEPLOYABLE_PTU)))
    }

    /// The sizes that lie `step` grid steps below and above a size, where there are such.
    pub fn neighbours(&self, size: Ptu, step: usize) -> impl Iterator<Item = Ptu> + use<> {
        let increment = self.grids().map(|grid| grid.increment_ptu).min().unwrap_or(1);
        let smallest = self.smallest();
        let by = increment.saturating_mul(step as Ptu);
        let below = size.checked_sub(by).filter(|below| *below >= smallest);
        let above = Some(size.saturating_add(by)).filter(|above| *above <= MAX_DEPLOYABLE_PTU);
        below.into_iter().chain(above)
    }

    /// What distinguishes families whose sizes need not be found anew: the provisioned deployments and whom they serve.
    pub(crate) fn provisioning(&self) -> String {
        let each = self.lanes.iter().map(|lane| {
            let sku = lane.provisioned.as_ref().map_or("", |sku| &sku.name);
            format!("{sku}/{}@{}", lane.model.name, lane.region.name)
        });
        each.chain([self.mix.label.clone()]).collect::<Vec<_>>().join(" ")
    }
}

/// The SKUs a scenario allows, by what they are billed by, with their scope.
struct Allowed {
    standard: Vec<(Named, Scope)>,
    provisioned: Vec<(Named, Scope)>,
}

fn allowed(scenario: &Scenario, catalog: &Catalog) -> Result<Allowed, Diagnostics> {
    let mut wrong = Diagnostics::default();
    let mut allowed = Allowed { standard: Vec::new(), provisioned: Vec::new() };
    for named in &scenario.allow.skus {
        match catalog.sku(&named.name) {
            Ok(sku) => match sku.billing {
                BillingMode::Tokens => allowed.standard.push((named.clone(), sku.scope)),
                BillingMode::Ptu => allowed.provisioned.push((named.clone(), sku.scope)),
                _ => wrong.push(
                    Diagnostic::error(
                        "sku-not-planned",
                        format!("cannot be planned yet: {}", named.name),
                    )
                    .at(named.place.clone())
                    .hint("allow standard and provisioned SKUs"),
                ),
            },
            Err(error) => wrong.push(error.at(named.place.clone())),
        }
    }
    if allowed.standard.is_empty() && allowed.provisioned.is_empty() && !wrong.has_errors() {
        wrong.push(
            Diagnostic::error("nothing-allowed", "nothing allowed: allow.sku is empty")
                .hint("list SKU names such as \"GlobalStandard\""),
        );
    }
    if !allowed.provisioned.is_empty() && scenario.allow.payments.is_empty() {
        wrong.push(
            Diagnostic::error("nothing-allowed", "nothing allowed: allow.commitment is empty")
                .hint("list \"hourly\", \"1-month\" or \"1-year\""),
        );
    }
    wrong.or_ok(allowed)
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
    for mix in mixes(scenario)? {
        let mix = Arc::new(mix);
        for place in &places {
            let mut add = |name: &str, provisioned, standard| {
                let skus = (provisioned, standard);
                let lanes = lanes(catalog, scenario, &mix, place, skus, &mut wrong);
                families.push(family(&place.named(name), &mix, lanes));
            };
            for (sku, _) in &allowed.standard {
                add(&format!("{} alone", sku.name), None, Some(sku));
            }
            for (sku, scope) in &allowed.provisioned {
                if place.failover.is_none() {
                    add(&format!("{} alone", sku.name), Some(sku), None);
                }
                let targets = allowed.standard.iter().filter(|(_, target)| target == scope);
                for (target, _) in targets.filter(|_| scenario.allow.spillover) {
                    add(&format!("{} + spillover", sku.name), Some(sku), Some(target));
                }
            }
        }
    }
    wrong.0.dedup();
    wrong.or_ok(families)
}

fn family(name: &str, mix: &Arc<Mix>, lanes: Vec<Lane>) -> Family {
    Family { name: mix.named(name).into(), mix: mix.clone(), lanes, by_model: false }
}

/// Where a family is deployed.
struct Place {
    region: Named,
    /// Where another standard deployment takes what the others refuse.
    failover: Option<Named>,
    /// Whether it is the scenario's own region alone.
    is_own: bool,
}

impl Place {
    fn named(&self, name: &str) -> String {
        match &self.failover {
            _ if self.is_own => name.to_owned(),
            None => format!("{name} in {}", self.region.name),
            Some(further) => format!("{name}, failover to {}", further.name),
        }
    }
}

/// The scenario's region, each further one, and the scenario's with failover to each further one.
fn places(scenario: &Scenario) -> Vec<Place> {
    let own = &scenario.region;
    let mut further: Vec<&Named> = Vec::new();
    for region in &scenario.allow.regions {
        if region.name != own.name && further.iter().all(|known| known.name != region.name) {
            further.push(region);
        }
    }
    let place = |region: &Named, failover: Option<&Named>| Place {
        is_own: region.name == own.name && failover.is_none(),
        region: region.clone(),
        failover: failover.cloned(),
    };
    let mut places = vec![place(own, None)];
    places.extend(further.iter().map(|region| place(region, None)));
    places.extend(further.iter().map(|region| place(own, Some(region))));
    places
}

/// The same deployments for every model of a mix. A model without a grid is left to be refused with its reason.
fn lanes(
    catalog: &Catalog,
    scenario: &Scenario,
    mix: &Mix,
    place: &Place,
    (provisioned, standard): (Option<&Named>, Option<&Named>),
    wrong: &mut Diagnostics,
) -> Vec<Lane> {
    let on = scenario.period.first_date();
    let lane = |model: Named| {
        let grid = provisioned.map(|sku| catalog.grid(&model.name, &sku.name, on));
        let grid = match grid {
            Some(Ok(grid)) => Some(grid.value),
            Some(Err(error)) if error.code != "no-grid" => {
                let unknown = error.code == "unknown-model";
                let at = &provisioned.filter(|_| !unknown).unwrap_or(&model).place;
                if !wrong.0.iter().any(|known| known.message == error.message) {
                    wrong.push(error.at(at.clone()));
                }
                None
            }
            _ => None,
        };
        Lane {
            model,
            region: place.region.clone(),
            provisioned: provisioned.cloned(),
            standard: standard.cloned(),
            grid,
            failover: place.failover.clone(),
            fixed_ptu: None,
            share_of: None,
            resized: None,
        }
    };
    mix.models().into_iter().map(lane).collect()
}

/// The candidate of a family at a size, paid in a way. Each model gets its own deployments; `ptu` is the size of each
/// provisioned one that has no size of its own, raised to its model's grid.
pub fn candidate(family: &Family, ptu: Ptu, payment: Payment) -> Candidate {
    let mut deployments = Vec::new();
    let mut of_lane: Vec<Vec<usize>> = Vec::new();
    for lane in &family.lanes {
        let mut route = Vec::new();
        for (sku, capacity_ptu) in
            [(&lane.provisioned, lane.capacity_ptu(ptu)), (&lane.standard, None)]
        {
            if let Some(sku) = sku {
                route.push(deployments.len());
                let (model, region) = (lane.model.clone(), lane.region.clone());
                let resized = lane.resized.zip(capacity_ptu).zip(lane.grid);
                deployments.push(PlannedDeployment {
                    schedule: resized.and_then(|((own, ptu), grid)| own.schedule(ptu, grid)),
                    capacity_ptu,
                    ..PlannedDeployment::new(sku.clone(), model, region)
                });
            }
        }
        if let (Some(region), Some(sku)) = (&lane.failover, &lane.standard) {
            let further = PlannedDeployment::new(sku.clone(), lane.model.clone(), region.clone());
            route.push(deployments.len());
            let name = format!("{}@{}", further.name, region.name).into();
            deployments.push(PlannedDeployment { name, ..further });
        }
        of_lane.push(route);
    }
    let route = |model: &Named| {
        let lane = family.lanes.iter().position(|lane| lane.model.name == model.name);
        lane.map_or_else(Vec::new, |lane| of_lane[lane].clone())
    };
    let serving = &family.mix.serving;
    let splits = serving.iter().enumerate().filter_map(|(workload, serving)| {
        let (model, share_ppm) = serving.apart.as_ref()?;
        Some(Split { workload, share_ppm: *share_ppm, route: route(model) })
    });
    Candidate {
        name: candidate_name(family, &deployments, ptu, payment).into(),
        routes: serving.iter().map(|serving| route(&serving.model)).collect(),
        splits: splits.collect(),
        deployments,
        payment,
    }
}

fn candidate_name(
    family: &Family,
    deployments: &[PlannedDeployment],
    ptu: Ptu,
    payment: Payment,
) -> String {
    if !family.has_ptu() {
        return family.name.to_string();
    }
    if family.by_model {
        let words: Vec<String> = family.lanes.iter().map(|lane| lane.words(Some(ptu))).collect();
        return format!("{}, {}", family.mix.named(&words.join("; ")), payment.as_str());
    }
    if family.lacks_grid() {
        return format!("{}, {}", family.name, payment.as_str());
    }
    let low = deployments.iter().find_map(|d| Some(d.schedule?.low_ptu));
    let otherwise = low.map_or_else(String::new, |low| format!(" else {low}"));
    format!("{}, {ptu} PTU{otherwise}, {}", family.name, payment.as_str())
}
