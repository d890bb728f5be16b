//! How long a version of a model can be deployed: its stage, its retirement, what replaces it, what upgrades by itself.

use crate::catalog::Catalog;
use crate::catalog::table::Row;
use crate::units::dated::Dated;
use jiff::civil::Date;
use std::sync::Arc;

/// The stages of a version, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// May change or end at short notice.
    Preview,
    /// Generally available.
    Ga,
    /// Generally available, with a newer version beside it.
    Legacy,
    /// Only for subscriptions that have deployed this version before.
    Deprecated,
    /// Gone: every call is answered 410.
    Retired,
}

impl Stage {
    /// All stages.
    pub const ALL: [Self; 5] =
        [Self::Preview, Self::Ga, Self::Legacy, Self::Deprecated, Self::Retired];

    /// The word of the platform.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preview => "Preview",
            Self::Ga => "GA",
            Self::Legacy => "Legacy",
            Self::Deprecated => "Deprecated",
            Self::Retired => "Retired",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == word)
    }
}

/// What is known of a version's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    /// Model id.
    pub model: Arc<str>,
    /// The version, empty where the schedule states none.
    pub version: Arc<str>,
    /// Its stage on the day; none where no schedule that was read says it.
    pub stage: Option<Dated<Stage>>,
    /// Its last day; none where none is stated.
    pub retires: Option<Dated<Date>>,
    /// What the platform names to take its place.
    pub replacement: Option<Dated<Arc<str>>>,
}

impl Lifecycle {
    /// The model and its version, for people.
    pub fn name(&self) -> String {
        if self.version.is_empty() {
            self.model.to_string()
        } else {
            format!("{} ({})", self.model, self.version)
        }
    }
}

/// The words of the table for a base model and for one that was fine-tuned.
const fn kind(fine_tuned: bool) -> &'static str {
    if fine_tuned { "fine_tuned" } else { "base" }
}

impl Catalog {
    /// What is known on a day of the life of a model's version, the newest where the name states none; of its fine-tuned
    /// deployments where that is asked and the schedule has them apart.
    pub fn lifecycle(
        &self,
        name: &str,
        sku: &str,
        fine_tuned: bool,
        on: Date,
    ) -> Option<Lifecycle> {
        let named = self.named(name).ok()?;
        let model = named.model.id.clone();
        let table = &self.tables.lifecycle;
        let rows = table.with_prefix(&[&model]);
        let has = |kind: &str| rows.iter().any(|row| row.key(3) == kind);
        let kind = kind(fine_tuned && has("fine_tuned"));
        let version: Arc<str> = match &named.version {
            Some(version) => version.clone(),
            None => newest(rows, kind)?.into(),
        };
        Some(self.life(model, version, sku, kind, on))
    }

    /// What the schedule says of one version.
    fn life(
        &self,
        model: Arc<str>,
        version: Arc<str>,
        sku: &str,
        kind: &str,
        on: Date,
    ) -> Lifecycle {
        let table = &self.tables.lifecycle;
        let rows = table.with_prefix(&[&model]);
        let of = |attribute: &str| -> Vec<&Row> {
            let matching = rows.iter().filter(|row| {
                *row.key(1) == *version && row.key(3) == kind && row.key(4) == attribute
            });
            let own: Vec<&Row> = matching.clone().filter(|row| row.key(2) == sku).collect();
            if own.is_empty() { matching.filter(|row| row.key(2) == "*").collect() } else { own }
        };
        let retires = of("retires").last().copied().and_then(|row| {
            let day: Date = row.value().parse().ok()?;
            Some(table.dated(row, day))
        });
        let gone = retires.as_ref().filter(|last| last.value < on);
        let stage = match gone {
            Some(last) => Some(last.clone().map(|_| Stage::Retired)),
            None => of("stage").iter().find(|row| row.in_force(on)).and_then(|row| {
                let stage = Stage::parse(row.value())?;
                // A stage of Retired begins after the last day, which may still lie ahead of a past day.
                let ahead = stage == Stage::Retired && retires.is_some();
                (!ahead).then(|| table.dated(row, stage))
            }),
        };
        let replacement =
            of("replacement").last().map(|row| table.dated(row, Arc::from(row.value())));
        Lifecycle { model, version, stage, retires, replacement }
    }

    /// Every version of a model that the schedule has, with its life on a day.
    pub fn lifecycles(&self, name: &str, on: Date) -> Vec<Lifecycle> {
        let Ok(model) = self.model(name) else { return Vec::new() };
        let rows = self.tables.lifecycle.with_prefix(&[&model.id]);
        let mut versions: Vec<&str> =
            rows.iter().filter(|row| row.key(3) == "base").map(|row| row.key(1)).collect();
        versions.dedup();
        // Versions that no name can state, such as those of partners, have a life as well.
        let of = |version: &&str| self.life(model.id.clone(), (*version).into(), "*", "base", on);
        versions.iter().map(of).collect()
    }

    /// Whether nothing of a model can be deployed any more: the schedule has retired every version
    /// of it.
    pub fn is_retired(&self, name: &str, on: Date) -> bool {
        let lives = self.lifecycles(name, on);
        let gone = |life: &Lifecycle| {
            life.stage.as_ref().is_some_and(|stage| stage.value == Stage::Retired)
        };
        !lives.is_empty() && lives.iter().all(gone)
    }

    /// Whether deployments of a SKU are moved to the replacement by the platform, in its words.
    pub fn automatic_upgrade(&self, sku: &str, on: Date) -> Option<Dated<Arc<str>>> {
        let table = &self.tables.lifecycle;
        let row = table.in_force(&["*", "", sku, "base", "automatic_upgrade"], on)?;
        Some(table.dated(row, row.value().into()))
    }
}

/// The newest version that a schedule has.
fn newest<'a>(rows: &'a [Row], kind: &str) -> Option<&'a str> {
    rows.iter().filter(|row| row.key(3) == kind).map(|row| row.key(1)).max()
}
