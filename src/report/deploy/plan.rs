//! What is to be deployed in one region, in the platform's order.

use crate::catalog::Catalog;
use crate::catalog::sku::BillingMode;
use crate::report::deploy::naming::{label, names, once};
use crate::report::deploy::needed;
use crate::report::deploy::purchases::{Purchase, purchases};
use crate::report::deploy::run::{Run, RunCandidate, RunDeployment, RunNeed, RunQuotaOption};
use crate::report::deploy::standing::standing;
use crate::report::words::numbers;
use crate::units::diagnostic::Diagnostic;
use crate::units::ptu::Grid;
use jiff::civil::Date;

/// What the caller decides.
#[derive(Clone, Debug, Default)]
pub struct ExportOptions {
    /// Rank of the candidate; the choice when none.
    pub rank: Option<usize>,
    /// The plan with the quota that the answer asks for, in place of the one without.
    pub with_quota: bool,
    /// What names begin with.
    pub name: Option<String>,
    /// The region that is written, where the plan has several.
    pub region: Option<String>,
    /// Model versions: for a model, or for the only one.
    pub versions: Vec<(Option<String>, String)>,
}

/// How much a deployment may serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// PTUs, and the sizes there are.
    Ptu(u32, Grid),
    /// Units of so many tokens a minute each.
    Units(u64, u64),
    /// Not in the plan, as the platform does not publish what a unit is.
    Unknown,
}

/// A deployment.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its name.
    pub name: String,
    /// What stands for it in Terraform and in names of variables, unlike those of the others.
    pub label: String,
    /// SKU name.
    pub sku: String,
    /// Model id.
    pub model: String,
    /// Whether a fine-tuned version of the model is served, whose name the plan does not have.
    pub fine_tuned: bool,
    /// Who makes the model, as the platform spells it.
    pub format: String,
    /// Model version; empty for a fine-tuned one.
    pub version: String,
    /// Its capacity.
    pub capacity: Capacity,
    /// Index of the deployment that takes what it throttles; it stands before this one.
    pub spill: Option<usize>,
    /// Whether something spills over to it.
    pub takes_spill: bool,
    /// Whether calls that ask for no tier are served with priority.
    pub priority: bool,
    /// Hours with all PTUs, and the PTUs in the others.
    pub schedule: Option<(String, u32)>,
}

/// What is to be deployed in one region.
#[derive(Clone, Debug)]
pub struct DeployPlan {
    /// The region.
    pub region: String,
    /// Deployments, those that others spill over to first.
    pub units: Vec<Unit>,
    /// Reservations to buy after them.
    pub purchases: Vec<Purchase>,
    /// PTUs that reservations owned already cover.
    pub owned_ptu: u32,
    /// Expected cost a month with its currency.
    pub cost: Option<(String, String)>,
    /// The day whose prices and rules count.
    pub date: Date,
    /// Zone of schedules.
    pub zone: String,
    /// What a reader must know beside.
    pub remarks: Vec<String>,
}

impl DeployPlan {
    /// The plan of a run.
    pub fn of(run: &Run, catalog: &Catalog, options: &ExportOptions) -> Result<Self, Diagnostic> {
        let asked = asked_for(run, options)?;
        let candidate = match asked {
            Some(option) => &option.candidate,
            None => run.candidate(options.rank)?,
        };
        let date = checked(run, candidate)?;
        let (region, elsewhere) = region(candidate, options)?;
        let own = in_order(candidate, &region);
        let names = names(&run.scenario, candidate, &own, options.name.as_deref());
        let mut units: Vec<Unit> = Vec::new();
        for (deployment, name) in own.iter().zip(names) {
            let spill = deployment.spillover_to.as_ref();
            let spill = spill.and_then(|to| own.iter().position(|other| other.name == *to));
            let of = (run, candidate, asked);
            units.push(unit(of, deployment, (name, spill), (catalog, date))?);
        }
        let mut labels = Vec::new();
        for unit in &mut units {
            unit.label = once(&mut labels, &unit.label);
        }
        let targets: Vec<usize> = units.iter().filter_map(|unit| unit.spill).collect();
        for target in targets {
            units[target].takes_spill = true;
        }
        choose_versions(&mut units, &region, catalog, date, options)?;
        let mut remarks = remarks(candidate, &own, &elsewhere);
        if options.rank.is_none() {
            remarks.extend(of_quota(run, options));
        }
        remarks.extend(own.iter().zip(&units).filter_map(|(own, unit)| below_quota(own, unit)));
        if let Some(today) = run.today().filter(|today| today.name != candidate.name) {
            let names: Vec<&str> = units.iter().map(|unit| &*unit.name).collect();
            remarks.extend(standing(today, &names, &region, (catalog, date)));
        }
        let purchases = purchases(run, candidate, &region, date)?;
        remarks.extend(purchases.remarks);
        Ok(Self {
            units,
            purchases: purchases.bought,
            owned_ptu: purchases.owned,
            cost: (!candidate.expected_monthly_cost.is_empty()).then(|| {
                (candidate.expected_monthly_cost.clone(), candidate.monthly_cost.currency.clone())
            }),
            date,
            zone: run.scenario.zone.clone(),
            remarks,
            region,
        })
    }

    /// Whether all deployments serve one version of one model.
    pub fn one_model(&self) -> bool {
        let key = |unit: &Unit| (unit.model.clone(), unit.version.clone(), unit.fine_tuned);
        self.units.iter().all(|unit| key(unit) == key(&self.units[0]))
    }

    /// The provisioned deployments.
    pub fn provisioned(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(|unit| matches!(unit.capacity, Capacity::Ptu(..)))
    }
}

/// Refuses what cannot be written. The day whose prices and rules count.
fn checked(run: &Run, candidate: &RunCandidate) -> Result<Date, Diagnostic> {
    if candidate.deployments.is_empty() {
        return Err(Diagnostic::error(
            "nothing-to-export",
            format!("nothing to export: {} was not simulated", candidate.name),
        )
        .hint("take the rank of a candidate that was"));
    }
    if let Some(lost) = candidate.deployments.iter().find(|own| loses_spillover(candidate, own)) {
        let message = format!("the run does not say what {} spills over to", lost.name);
        return Err(Diagnostic::error("not-a-run", message)
            .hint("an earlier version wrote it: run `ptuplan recommend` again"));
    }
    for named in [Some(candidate), run.today()].into_iter().flatten() {
        may_be_written(run, named)?;
    }
    if let Some(option) = run.quota_option() {
        quota_may_be_written(run, option)?;
    }
    in_two_sizes(candidate)?;
    let date = run.scenario.start.get(..10).and_then(|day| day.parse().ok());
    date.ok_or_else(|| {
        Diagnostic::error("not-a-run", "the run does not say when its period starts")
            .hint("run `ptuplan recommend` again")
    })
}

/// What the answer asks quota for, where that is to be written.
fn asked_for<'r>(
    run: &'r Run,
    options: &ExportOptions,
) -> Result<Option<&'r RunQuotaOption>, Diagnostic> {
    if !options.with_quota {
        return Ok(None);
    }
    run.quota_option().map(Some).ok_or_else(|| {
        Diagnostic::error("no-quota-asked", "the answer asks for no quota: --with-quota")
            .hint("leave it out: the plan that is recommended is written")
    })
}

/// Which of two plans is written, where the answer asks for quota and names the other as well.
fn of_quota(run: &Run, options: &ExportOptions) -> Option<String> {
    let option = run.quota_option()?;
    let needs = option.needs.iter().filter(|need| need.held.is_none_or(|held| held < need.needed));
    let needs = numbers::list(needs.map(RunNeed::told));
    if options.with_quota {
        return Some(format!("Not before this quota is granted: {needs}."));
    }
    let own = &option.candidate;
    let cost = numbers::money(&own.expected_monthly_cost, &own.monthly_cost.currency);
    Some(format!(
        "The answer asks for quota instead: with {needs} the same traffic costs {cost} a month. \
         This is the plan without it; `ptuplan export --with-quota` writes the other."
    ))
}

/// A script has the larger and the smaller size of a deployment, not one for every hour.
fn in_two_sizes(candidate: &RunCandidate) -> Result<(), Diagnostic> {
    let hourly = |own: &&RunDeployment| own.schedule.as_ref().is_some_and(|own| own.by_the_hour);
    let Some(own) = candidate.deployments.iter().find(hourly) else { return Ok(()) };
    let message = format!("{} has more than two sizes a day, which no form holds", own.name);
    Err(Diagnostic::error("schedule-not-exported", message)
        .hint("export a rank of two sizes, or set the sizes that recommendation.json lists"))
}

/// What a run says goes into code and its comments as it is: a file that somebody else wrote must not add to it.
fn may_be_written(run: &Run, candidate: &RunCandidate) -> Result<(), Diagnostic> {
    let own = candidate.deployments.iter().flat_map(|own| {
        let router = own.kind.as_ref().and_then(|kind| kind.router.as_ref());
        let hours = own.schedule.as_ref().map(|schedule| &schedule.hours);
        [Some(&own.region), Some(&own.sku), Some(&own.model), router, hours]
    });
    let bought = candidate.reservations.iter().map(|own| Some(&own.term));
    let cost = [&candidate.expected_monthly_cost, &candidate.monthly_cost.currency];
    let all = own.chain(bought).flatten().chain(cost).chain([&run.scenario.zone]);
    plain(all)
}

/// The same of what quota is asked for.
fn quota_may_be_written(run: &Run, option: &RunQuotaOption) -> Result<(), Diagnostic> {
    may_be_written(run, &option.candidate)?;
    let each = option.needs.iter();
    plain(
        each.flat_map(|need| {
            [Some(&need.sku), need.model.as_ref(), Some(&need.region), Some(&need.kind)]
        })
        .flatten(),
    )
}

/// Letters, digits and a few marks, none of which means anything in code or a comment.
fn plain<'t>(texts: impl IntoIterator<Item = &'t String>) -> Result<(), Diagnostic> {
    let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || " -_.,:/+".contains(c));
    match texts.into_iter().find(|text| !plain(text)) {
        None => Ok(()),
        Some(text) => {
            let shown: String = text.chars().take(60).collect();
            let message = format!("the run has what cannot be written into code: {shown}");
            Err(Diagnostic::error("not-a-run", message)
                .hint("`ptuplan recommend` writes no such name: was the file changed?"))
        }
    }
}

/// Whether calls of a provisioned deployment spilled over to one beside it, and the run does not say so.
fn loses_spillover(candidate: &RunCandidate, own: &RunDeployment) -> bool {
    let beside = |other: &RunDeployment| {
        other.capacity_ptu.is_none() && other.model == own.model && other.region == own.region
    };
    own.capacity_ptu.is_some()
        && own.spillover_to.is_none()
        && own.requests.spilled_out > 0
        && candidate.deployments.iter().any(beside)
}

/// The region that is written, and the others of the plan.
fn region(
    candidate: &RunCandidate,
    options: &ExportOptions,
) -> Result<(String, Vec<String>), Diagnostic> {
    let mut regions: Vec<&str> = candidate.deployments.iter().map(|own| &*own.region).collect();
    regions.sort_unstable();
    regions.dedup();
    let several = regions.len() > 1;
    let region = match &options.region {
        Some(asked) => regions.iter().find(|region| *region == asked),
        None if several => None,
        None => regions.first(),
    };
    let Some(region) = region else {
        let message = match &options.region {
            Some(asked) => format!("the plan has nothing in {asked}"),
            None => format!("the plan has {} regions: {}", regions.len(), regions.join(", ")),
        };
        return Err(Diagnostic::error("region-not-said", message)
            .hint(format!("--region {} writes one; a file is for one account", regions[0])));
    };
    let others = regions.iter().filter(|other| *other != region);
    Ok(((*region).to_owned(), others.map(|other| (*other).to_owned()).collect()))
}

/// The deployments of a region, those that others spill over to first. The models behind a router are one deployment.
fn in_order<'a>(candidate: &'a RunCandidate, region: &str) -> Vec<&'a RunDeployment> {
    let mut own: Vec<&RunDeployment> = Vec::new();
    for deployment in candidate.deployments.iter().filter(|own| own.region == region) {
        let router = |of: &RunDeployment| {
            let router = of.kind.as_ref()?.router.as_ref()?;
            Some((router.clone(), of.name.split(" → ").next().unwrap_or_default().to_owned()))
        };
        let seen = router(deployment).is_some()
            && own.iter().any(|other| router(other) == router(deployment));
        if !seen {
            own.push(deployment);
        }
    }
    own.sort_by_key(|deployment| deployment.spillover_to.is_some());
    own
}

fn unit(
    (run, candidate, asked): (&Run, &RunCandidate, Option<&RunQuotaOption>),
    own: &RunDeployment,
    (name, spill): (String, Option<usize>),
    (catalog, date): (&Catalog, Date),
) -> Result<Unit, Diagnostic> {
    let sku = catalog.sku(&own.sku)?;
    let router = own.kind.as_ref().and_then(|kind| kind.router.clone());
    let model = catalog.model(router.as_ref().unwrap_or(&own.model))?;
    let capacity = match (sku.billing, own.capacity_ptu, own.limit_tokens_per_minute) {
        (BillingMode::Ptu, Some(ptu), _) => {
            Capacity::Ptu(ptu, catalog.grid(&model.id, &sku.name, date)?.value)
        }
        (BillingMode::Tokens | BillingMode::Developer, _, Some(tokens)) => {
            let unit = catalog.tokens_of_unit(&model.id, &sku.name, date);
            let unit = unit.map_or(1_000, |unit| unit.value).max(1);
            let needed = match asked {
                Some(option) => needed::units_asked(option, own, unit, (catalog, date)),
                None => needed::units(run, candidate, own, unit, (catalog, date)),
            };
            if needed.is_none() && !tokens.is_multiple_of(unit) {
                let message = format!(
                    "{tokens} tokens a minute of {} are no whole number of units of {unit}",
                    model.id
                );
                return Err(Diagnostic::error("no-whole-units", message).hint(
                    "state limit_tokens_per_minute in whole units, and run `recommend` again",
                ));
            }
            Capacity::Units(needed.unwrap_or(tokens / unit), unit)
        }
        (BillingMode::Batch | BillingMode::Tokens | BillingMode::Developer, ..) => {
            Capacity::Unknown
        }
        _ => {
            let message = format!("not exported: {} as {}", model.id, sku.name);
            return Err(Diagnostic::error("sku-not-exported", message).hint(
                "managed compute is deployed in the portal, or by \
                 az cognitiveservices account managed-compute-deployment create (preview)",
            ));
        }
    };
    Ok(Unit {
        label: label(&name),
        name,
        sku: sku.name.to_string(),
        model: model.id.to_string(),
        fine_tuned: own.kind.as_ref().is_some_and(|kind| kind.fine_tuned),
        format: model.provider.to_string(),
        version: String::new(),
        capacity,
        spill,
        takes_spill: false,
        priority: own.priority_by_default,
        schedule: own.schedule.as_ref().map(|own| (own.hours.clone(), own.else_ptu)),
    })
}

/// The only version that is offered for all deployments of a model, as spillover wants the same at both ends.
fn choose_versions(
    units: &mut [Unit],
    region: &str,
    catalog: &Catalog,
    date: Date,
    options: &ExportOptions,
) -> Result<(), Diagnostic> {
    let models: Vec<String> = units.iter().map(|unit| unit.model.clone()).collect();
    for index in 0..units.len() {
        let model = models[index].clone();
        if units[index].fine_tuned {
            "1".clone_into(&mut units[index].version);
            continue;
        }
        let one_model = models.iter().all(|other| *other == model);
        let stated =
            options.versions.iter().rev().find(|(of, _)| {
                of.as_ref().map_or(one_model, |of| of.eq_ignore_ascii_case(&model))
            });
        if let Some((_, version)) = stated {
            units[index].version.clone_from(version);
            continue;
        }
        let of_model = units.iter().filter(|unit| unit.model == model && !unit.fine_tuned);
        let mut offered: Option<Vec<String>> = None;
        for unit in of_model {
            let own = catalog.versions_of(&model, &unit.sku, region, date);
            offered = Some(match offered {
                None => own,
                Some(before) => before.into_iter().filter(|v| own.contains(v)).collect(),
            });
        }
        let offered = offered.unwrap_or_default();
        let [version] = offered.as_slice() else {
            let message = if offered.is_empty() {
                format!("no version of {model} is known")
            } else {
                format!("{model} has several versions: {}", offered.join(", "))
            };
            let name = if one_model { String::new() } else { format!("{model}=") };
            return Err(Diagnostic::error("version-not-said", message)
                .hint(format!("--model-version {name}VERSION says which")));
        };
        units[index].version.clone_from(version);
    }
    if let Some((of, _)) = options.versions.iter().find(|(of, _)| {
        of.as_ref().is_some_and(|of| !models.iter().any(|model| model.eq_ignore_ascii_case(of)))
    }) {
        let message = format!("the plan has no {}", of.as_deref().unwrap_or_default());
        return Err(Diagnostic::error("model-not-deployed", message)
            .hint(format!("it has {}", models.join(", "))));
    }
    Ok(())
}

/// That a deployment gets what is needed and not all the quota that the plan was simulated with.
fn below_quota(own: &RunDeployment, unit: &Unit) -> Option<String> {
    let (Capacity::Units(units, of), Some(limit)) = (unit.capacity, own.limit_tokens_per_minute)
    else {
        return None;
    };
    let tokens = units.saturating_mul(of);
    (tokens < limit).then(|| {
        format!(
            "{} on {} gets the {} tokens a minute that the answer says are enough for every \
             objective, in whole units; with the {} of its quota, as in the figures of the answer, \
             fewer calls wait.",
            own.model,
            own.sku,
            numbers::count(tokens),
            numbers::count(limit)
        )
    })
}

/// What the code cannot say.
fn remarks(candidate: &RunCandidate, own: &[&RunDeployment], elsewhere: &[String]) -> Vec<String> {
    let mut remarks = Vec::new();
    if !candidate.feasible {
        remarks.push("This candidate does not meet every constraint of its scenario.".to_owned());
    }
    if !elsewhere.is_empty() {
        remarks.push(format!(
            "The plan has deployments in {} too: a file is for one account.",
            elsewhere.join(", ")
        ));
    }
    for deployment in own {
        let Some(kind) = &deployment.kind else { continue };
        let (sku, model) = (&deployment.sku, &deployment.model);
        match kind.serves.as_str() {
            "flex" | "standard and flex" => remarks.push(format!(
                "Calls to {model} on {sku} that can wait ask for it themselves: service_tier = \"flex\"."
            )),
            "priority" if !deployment.priority_by_default => remarks.push(format!(
                "Calls to {model} on {sku} ask for priority themselves: service_tier = \"priority\"."
            )),
            "batch" => remarks.push(format!(
                "The capacity of {model} on {sku} is asked for: what a unit is is not published."
            )),
            _ => {}
        }
        if kind.fine_tuned {
            remarks.push(format!(
                "The fine-tuned version of {model} has a name of its own, which the plan does not know."
            ));
        }
        if let Some(router) = &kind.router {
            remarks.push(format!(
                "{router} chooses among models by itself: the shares of the plan are an assumption."
            ));
        }
    }
    remarks.dedup();
    remarks
}
