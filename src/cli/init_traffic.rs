//! What a log says of the scenario that `init` makes of it: its workloads, and how it is played.

use crate::catalog::Catalog;
use crate::cli::exit::Failure;
use crate::cli::init_arguments::{InitCommand, quoted};
use crate::scenario::run::repetition::{DAY_SLACK_US, WEEK_SLACK_US, WEEK_US, length_of};
use crate::units::diagnostic::Diagnostic;
use crate::units::time::{DAY_US, HOUR_US};
use crate::workload::import::{Imported, Labels, WhereKey};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// One workload of a scenario to start from.
pub(in crate::cli) struct Part {
    pub(in crate::cli) name: String,
    /// The model that the log names for it, where the catalogue knows it.
    pub(in crate::cli) model: Option<String>,
    /// What its `traffic` has in addition to the trace.
    pub(in crate::cli) keys: String,
}

impl Part {
    /// The one workload of traffic that is not told apart.
    pub(in crate::cli) fn of_all(keys: String) -> Self {
        Self { name: "chat".into(), model: None, keys }
    }
}

/// How a scenario plays its trace.
#[derive(Clone, Copy)]
pub(in crate::cli) struct Playing {
    /// Whether one day stands for each of the period.
    pub(in crate::cli) one_day: bool,
    /// The value of `repeat`.
    pub(in crate::cli) repeat: &'static str,
}

impl Playing {
    /// Of traffic that has no length of its own worth keeping.
    pub(in crate::cli) const ONE_DAY: Self = Self { one_day: true, repeat: "true" };

    /// Of a log: all of it is simulated. One of a day stands for each day, and the whole days of
    /// one of less than a week are played again and again; a longer one is played from its first to
    /// its last day, its weeks where it has nothing but whole weeks.
    pub(in crate::cli) fn of(log: &Imported) -> Self {
        let lasts_us = length_of(&log.trace);
        if lasts_us <= DAY_US + DAY_US / 200 {
            return Self::ONE_DAY;
        }
        let beyond_us = (lasts_us + WEEK_SLACK_US) % WEEK_US;
        let repeat = if lasts_us + WEEK_SLACK_US < WEEK_US {
            "\"days\""
        } else if beyond_us <= 2 * WEEK_SLACK_US {
            "\"weeks\""
        } else {
            "true"
        };
        Self { one_day: false, repeat }
    }
}

/// The workloads of a log: one a deployment where it names several, else one a model, else one of
/// all its calls. Calls that name neither are counted.
pub(super) fn parts(
    command: &InitCommand,
    log: Option<&Imported>,
    catalog: &Catalog,
) -> Result<(Vec<Part>, u64), Failure> {
    let own = command.reading.keys()?;
    let wanted = command.reading.wanted();
    let whole = || vec![Part::of_all(format!("{own}{wanted}"))];
    let Some(log) = log.filter(|_| wanted.is_empty()) else { return Ok((whole(), 0)) };
    let models = log.attributes.model.as_ref();
    let keyed = |key: WhereKey, names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        let names = match names.as_slice() {
            [one] => one.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        format!("{own}, where = {{ {} = {names} }}", key.as_str())
    };
    let known = |name: &str| catalog.model(name).ok().map(|model| model.id.to_string());
    if let Some(labels) = log.attributes.deployment.as_ref().filter(|labels| named(labels) > 1) {
        let parts = labels.names.iter().zip(0_u32..).filter(|(name, _)| !name.is_empty());
        let parts = parts.map(|(name, id)| Part {
            name: name.clone(),
            model: models.and_then(|models| most_named(labels, id, models, &known)),
            keys: keyed(WhereKey::Deployment, std::slice::from_ref(name)),
        });
        return Ok((parts.collect(), unnamed(labels)));
    }
    // A model that is stated is that of all.
    let models = models.filter(|_| command.model.is_none());
    let Some(models) = models else { return Ok((whole(), 0)) };
    let mut of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in models.names.iter().filter(|name| !name.is_empty()) {
        of.entry(known(name).unwrap_or_else(|| name.clone())).or_default().push(name.clone());
    }
    if of.len() < 2 {
        return Ok((whole(), 0));
    }
    let part = |(model, names): (String, Vec<String>)| Part {
        keys: keyed(WhereKey::Model, &names),
        model: known(&model),
        name: model,
    };
    Ok((of.into_iter().map(part).collect(), unnamed(models)))
}

/// The error where a workload has no model that the catalogue knows, and none is said.
pub(super) fn model_of<'p>(part: &'p Part, said: Option<&'p str>) -> Result<&'p str, Failure> {
    said.or(part.model.as_deref()).ok_or_else(|| {
        let message = format!("not said: --model, and the log names no known one of {}", part.name);
        Diagnostic::error("not-said", message)
            .hint(
                "--model is then the model of all; or choose a part of the log with --where \
                deployment=NAME",
            )
            .into()
    })
}

/// What is said of calls that are in no workload.
pub(super) fn left_out(calls: u64) -> Option<String> {
    (calls > 0).then(|| {
        format!("{calls} requests name no deployment or model and are in none of the workloads")
    })
}

/// A length of time in the unit that shows it: `24 minutes`, `7.5 hours`, `7.0 days`.
pub(in crate::cli) fn lasting(us: u64) -> String {
    match us as f64 {
        us if us < 120e6 => format!("{:.1} seconds", us / 1e6),
        us if us < 2.0 * HOUR_US as f64 => format!("{:.0} minutes", us / 60e6),
        us if us < 2.0 * DAY_US as f64 => format!("{:.1} hours", us / HOUR_US as f64),
        us => format!("{:.1} days", us / DAY_US as f64),
    }
}

/// How much of a period a log fills, in words, where it is repeated or cut; `start` is its
/// first day where it is known.
pub(in crate::cli) fn said_of(
    playing: Playing,
    log: &Imported,
    start: Option<Date>,
) -> Option<String> {
    let lasts_us = length_of(&log.trace);
    let lasts = lasting(lasts_us);
    if playing.one_day {
        let part = lasts_us < DAY_US - DAY_SLACK_US;
        return part.then(|| {
            format!(
                "the log lasts {lasts}: it is played once a day, and the rest of each \
                day has no traffic; write \
                 repeat = \"end-to-end\" if it stands for every hour"
            )
        });
    }
    if lasts_us + WEEK_SLACK_US < WEEK_US {
        let left = match lasts_us % DAY_US {
            left_us if left_us <= DAY_SLACK_US || left_us + DAY_SLACK_US >= DAY_US => String::new(),
            left_us => format!(", and the last {} are left out", lasting(left_us)),
        };
        return Some(format!(
            "the log lasts {lasts}: its whole days are played again and again, whatever day of \
             the week they were{left}; write repeat = \"weeks\" to play it once a week, with no \
             traffic on the other days"
        ));
    }
    let Some(start) = start else {
        return Some(format!(
            "the log lasts {lasts}: it fills the period of the bill, all simulated"
        ));
    };
    let until = start.checked_add(1.month()).ok()?;
    let days = start.until(until).ok()?.get_days();
    let how = if lasts_us as f64 > f64::from(days) * DAY_US as f64 {
        "its first part fills"
    } else {
        "it is repeated to fill"
    };
    Some(format!("the log lasts {lasts}: {how} the {days} days of the bill, all simulated"))
}

fn named(labels: &Labels) -> usize {
    labels.names.iter().filter(|name| !name.is_empty()).count()
}

fn unnamed(labels: &Labels) -> u64 {
    let empty = labels.names.iter().position(String::is_empty);
    let is = |of: &&u32| Some(**of) == empty.and_then(|id| u32::try_from(id).ok());
    u64::try_from(labels.of.iter().filter(is).count()).unwrap_or(u64::MAX)
}

/// The known model that most calls of a deployment name.
fn most_named(
    deployments: &Labels,
    deployment: u32,
    models: &Labels,
    known: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    for (own, model) in deployments.of.iter().zip(&models.of) {
        if *own == deployment {
            *counts.entry(*model).or_default() += 1;
        }
    }
    let name = |id: u32| models.names.get(usize::try_from(id).ok()?);
    let found = counts.into_iter().filter_map(|(id, calls)| Some((known(name(id)?)?, calls)));
    found.max_by_key(|(_, calls)| *calls).map(|(model, _)| model)
}
