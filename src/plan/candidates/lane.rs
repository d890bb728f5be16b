//! The deployments of one model within a family, before any size is chosen.

use crate::scenario::question::allow::MachineOffer;
use crate::scenario::question::named::Named;
use crate::scenario::question::schedule::{HourlySizes, Schedule};
use crate::units::fingerprint::Digest;
use crate::units::ptu::{Grid, MAX_DEPLOYABLE_PTU, Ptu};
use std::hash::Hash;
use std::sync::Arc;

/// Machines of managed compute with the SKU that has them.
#[derive(Clone, Debug)]
pub struct Machines {
    /// SKU of managed compute.
    pub sku: Named,
    /// What one instance is, and how many there may be.
    pub offer: Arc<MachineOffer>,
}

/// The deployments of one model within a family. Its size is PTUs, or instances where machines serve it.
#[derive(Clone, Debug)]
pub struct Lane {
    /// The model.
    pub model: Named,
    /// Whether its fine-tuned version is deployed.
    pub fine_tuned: bool,
    /// Azure region.
    pub region: Named,
    /// Provisioned SKU, if any.
    pub provisioned: Option<Named>,
    /// Standard SKU that serves alone or takes the spillover, if any.
    pub standard: Option<Named>,
    /// Machines that serve it, if any.
    pub machines: Option<Machines>,
    /// The models a router chooses among, each with its part of the calls; empty where the model is none.
    pub router: Vec<(Named, u32)>,
    /// The sizes of the provisioned SKU, or the numbers of instances; none where it has no size, and where the model cannot be
    /// provisioned so.
    pub grid: Option<Grid>,
    /// Region of a further standard deployment that takes what the others refuse, if any.
    pub failover: Option<Named>,
    /// Its size where it does not follow that of the family.
    pub fixed_ptu: Option<Ptu>,
    /// Its size in proportion to that of the family: so many for so many.
    pub share_of: Option<(Ptu, Ptu)>,
    /// When its provisioned deployment has fewer PTUs than its size.
    pub resized: Option<Resized>,
}

impl Lane {
    /// Feeds all that distinguishes it from other lanes.
    pub(crate) fn feed(&self, digest: &mut Digest) {
        let Self {
            model,
            fine_tuned,
            region,
            provisioned,
            standard,
            machines,
            router,
            grid,
            failover,
            fixed_ptu,
            share_of,
            resized,
        } = self;
        (model, fine_tuned, region, provisioned, standard).hash(digest);
        (router, grid, failover, fixed_ptu, share_of, resized).hash(digest);
        machines.as_ref().map(|Machines { sku, offer }| (sku, offer)).hash(digest);
    }

    pub(crate) fn is_sized(&self) -> bool {
        (self.provisioned.is_some() || self.machines.is_some()) && self.fixed_ptu.is_none()
    }

    /// The largest size worth a look.
    pub(crate) fn largest(&self) -> Ptu {
        self.machines.as_ref().map_or(MAX_DEPLOYABLE_PTU, |machines| machines.offer.instances_max)
    }

    /// Its size at a size of the family, raised to the grid; none where it has none.
    fn size(&self, ptu: Ptu) -> Option<Ptu> {
        if self.provisioned.is_none() && self.machines.is_none() {
            return None;
        }
        let wanted = match self.share_of {
            Some((own, of)) => {
                let share = u64::from(ptu) * u64::from(own) / u64::from(of.max(1));
                u32::try_from(share).unwrap_or(MAX_DEPLOYABLE_PTU)
            }
            None => ptu,
        };
        Some(self.fixed_ptu.unwrap_or_else(|| self.grid.map_or(ptu, |grid| grid.at_least(wanted))))
    }

    /// The PTUs at a size of the family.
    pub(crate) fn capacity_ptu(&self, ptu: Ptu) -> Option<Ptu> {
        self.provisioned.as_ref()?;
        self.size(ptu)
    }

    /// The instances at a size of the family.
    pub(crate) fn instances(&self, size: Ptu) -> Option<u32> {
        self.machines.as_ref()?;
        self.size(size)
    }

    /// Its model in words.
    pub(crate) fn called(&self) -> String {
        let tuned = if self.fine_tuned { " fine-tuned" } else { "" };
        format!("{}{tuned}", self.model.name)
    }

    /// Its SKUs in words, with its size where that is fixed or given.
    pub(crate) fn words(&self, ptu: Option<Ptu>) -> String {
        let (model, region) = (self.called(), &self.region.name);
        if let Some(machines) = &self.machines {
            let size = self.fixed_ptu.or(ptu.and_then(|size| self.size(size)));
            let size = size.map_or_else(String::new, |size| format!("{size} instances of "));
            return format!("{model}: {size}{} {region}", machines.words());
        }
        let size = self.fixed_ptu.or(ptu.and_then(|ptu| self.capacity_ptu(ptu)));
        let size = size.filter(|_| self.grid.is_some()).zip(self.grid).map_or_else(
            String::new,
            |(size, grid)| match self.resized.and_then(|own| own.schedule(size, grid)) {
                Some(schedule) => {
                    format!("{size} PTU {} else {} ", schedule.hours(), schedule.low_ptu())
                }
                None => format!("{size} PTU "),
            },
        );
        let further = self.failover.as_ref().map_or_else(String::new, |f| format!(" + {}", f.name));
        match (&self.provisioned, &self.standard) {
            (Some(sku), None) => format!("{model}: {size}{} {region}", sku.name),
            (Some(sku), Some(_)) => {
                format!("{model}: {size}{} + spillover {region}{further}", sku.name)
            }
            (None, Some(sku)) => format!("{model}: {} {region}{further}", sku.name),
            (None, None) => model,
        }
    }
}

impl Machines {
    /// The SKU and one instance in words.
    pub(crate) fn words(&self) -> String {
        format!("{} on {}", self.sku.name, self.offer.instance())
    }
}

/// How much less than the full size there is in each hour of a weekday and of a weekend, before
/// rounding down to the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Resized {
    below: HourlySizes,
}

impl Resized {
    /// What a schedule has less than its most.
    pub(crate) fn of(schedule: Schedule) -> Self {
        let high_ptu = schedule.high_ptu();
        Self { below: schedule.sizes.map(|day| day.map(|size| high_ptu - size)) }
    }

    pub(crate) fn schedule_hours(self) -> String {
        let most = self.below.iter().flatten().copied().max().unwrap_or(0);
        Schedule { sizes: self.below.map(|day| day.map(|below| most - below)) }.hours()
    }

    /// The schedule of a deployment that has `high_ptu` at most; none where the grid leaves no smaller size.
    pub(crate) fn schedule(self, high_ptu: Ptu, grid: Grid) -> Option<Schedule> {
        let size = |below: Ptu| {
            let less = || grid.at_most(high_ptu.saturating_sub(below)).unwrap_or(grid.min_ptu);
            if below == 0 { high_ptu } else { less() }
        };
        let schedule = Schedule { sizes: self.below.map(|day| day.map(size)) };
        (schedule.low_ptu() < high_ptu).then_some(schedule)
    }
}
