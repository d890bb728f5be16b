//! Our own usage file: CSV, one fact a row.
//!
//! ```text
//! deployment,model,sku,region,workload,from,until,tier,context,answer,meter,count,billed_cost,currency
//! chat,gpt-4.1,GlobalStandard,eastus2,support,2026-12-01T09:00:00Z,,,,,input,1200000,2.40,USD
//! base,gpt-4.1,GlobalProvisionedManaged,eastus2,,2026-12-01,2027-01-01,,,,ptu,100,,
//! ```
//!
//! `team` and columns named `tag:NAME` say whom the workload belongs to, and on a row of PTUs the deployment. `meter` is a token class, `ptu` (`count` PTUs deployed from `from` until `until`) or another meter. `hosting`,
//! `accelerators` and `vm_cores` state how many ran; all others how many in all. Required: `deployment`, `model`, `sku`,
//! `region`, `from`, `meter`, `count`.

use crate::billing::allocation::Owner;
use crate::billing::line::Meter;
use crate::billing::recorded::owner;
use crate::billing::recorded::reconcile::{RecordKey, Recorded, RecordedCost};
use crate::billing::recorded::table::{RowReader, Rows};
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::metered::{Amount, MeterKind, MeteredUsage};
use crate::ledger::usage::{Answer, CapacityUsage, ContextTier, ServiceTier, TokenUsage};
use crate::units::calendar::{hour_of, utc_date};
use crate::units::diagnostic::Diagnostics;
use crate::units::tokens::{TokenClass, TokenCounts};
use jiff::Timestamp;
use std::sync::Arc;

/// The columns a usage file must have.
pub const REQUIRED_COLUMNS: [&str; 7] =
    ["deployment", "model", "sku", "region", "from", "meter", "count"];

/// What a row counts.
enum Counted {
    Tokens(TokenClass),
    Ptu,
    Other(MeterKind),
}

/// Reads a usage file. All mistakes are reported at once, each with its line and field.
pub fn read(file: &str, bytes: &[u8]) -> Result<Recorded, Diagnostics> {
    let rows = Rows::read(file, bytes, &REQUIRED_COLUMNS)?;
    let mut diagnostics = Diagnostics::default();
    let mut recorded = Recorded::default();
    rows.each(&mut diagnostics, |row| {
        read_row(row, &mut recorded);
    });
    diagnostics.or_ok(recorded)
}

fn read_row(row: &mut RowReader<'_>, recorded: &mut Recorded) -> Option<()> {
    let name = row.required("deployment");
    let (model, sku) = (row.required("model"), row.required("sku"));
    let region = row.required("region");
    for (column, name) in [("model", &model), ("sku", &sku), ("region", &region)] {
        if let Some(name) = name {
            let place = || row.place(column);
            recorded.names.entry((column, Arc::clone(name))).or_insert_with(place);
        }
    }
    let from = row.instant("from");
    let counted = row.parsed("meter", None, |text| match text {
        "ptu" => Some(Counted::Ptu),
        text => TokenClass::parse(text)
            .map(Counted::Tokens)
            .or(MeterKind::parse(text).map(Counted::Other)),
    });
    if counted.is_none() {
        row.hint(|| format!("one of {}", meters().join(", ")));
    }
    let count = row.parsed("count", None, whole);
    if count.is_none() {
        row.hint(|| COUNTS.to_owned());
    }
    let tiers = ServiceTier::ALL.map(ServiceTier::as_str);
    let tier = row.one_of("tier", ServiceTier::Standard, ServiceTier::parse, &tiers)?;
    let contexts = [ContextTier::Default, ContextTier::Long].map(ContextTier::as_str);
    let context = row.one_of("context", ContextTier::Default, ContextTier::parse, &contexts)?;
    let answers = Answer::ALL.map(Answer::as_str);
    let answer = row.one_of("answer", Answer::Completed, Answer::parse, &answers)?;
    let deployment = Arc::new(DeploymentRef {
        name: name?,
        model: model?,
        sku: sku?,
        region: region?,
        fine_tuned: false,
    });
    let (from, counted, count) = (from?, counted?, count?);
    let workload: Arc<str> = row.text("workload").into();
    let stated = stated_owner(row);
    match &counted {
        // Capacity serves whoever calls it: its team is the deployment's, not a workload's.
        Counted::Ptu => {
            owner::note(row, "deployment", &deployment.name, stated, &mut recorded.capacity_owners);
        }
        _ => owner::note(row, "workload", &workload, stated, &mut recorded.owners),
    }
    let until = if row.text("until").is_empty() { None } else { Some(row.instant("until")?) };
    if let Some(until) = until {
        row.is_after(from, until, "until")?;
    }
    let meter = match counted {
        Counted::Tokens(class) => {
            let mut tokens = TokenCounts::default();
            tokens.set(class, count);
            recorded.usage.tokens.push(TokenUsage {
                deployment: Arc::clone(&deployment),
                workload: Arc::clone(&workload),
                hour: hour_of(from),
                tier,
                context,
                answer,
                requests: 0,
                tokens,
            });
            Meter::Tokens { tier, context, class }
        }
        Counted::Ptu => {
            let until = needed(row, until)?;
            let capacity_ptu = row.parsed("count", None, |text| whole(text)?.try_into().ok())?;
            let deployment = Arc::clone(&deployment);
            recorded.usage.capacity.push(CapacityUsage { deployment, from, until, capacity_ptu });
            Meter::Capacity
        }
        Counted::Other(kind) => {
            let running =
                matches!(kind, MeterKind::Hosting | MeterKind::Accelerators | MeterKind::VmCores);
            let variant: Option<Arc<str>> = Some(row.text("variant").into());
            let variant = variant.filter(|variant| !variant.is_empty());
            let amount = if running {
                Amount::Running(row.parsed("count", None, |text| whole(text)?.try_into().ok())?)
            } else {
                Amount::Count(count)
            };
            let until = if running { needed(row, until)? } else { until.unwrap_or(from) };
            recorded.usage.metered.push(MeteredUsage {
                resource: Arc::clone(&deployment),
                workload: Arc::clone(&workload),
                kind,
                variant: variant.clone(),
                from,
                until,
                amount,
            });
            Meter::Other { kind, variant }
        }
    };
    if let Some(billed) = row.money("billed_cost", "currency") {
        let workload = (meter != Meter::Capacity).then_some(workload);
        let key = RecordKey { date: utc_date(from), deployment: Some(deployment), workload, meter };
        recorded.billed.push(RecordedCost { key, billed });
    }
    Some(())
}

/// All names that a meter has.
fn meters() -> Vec<&'static str> {
    let tokens = TokenClass::ALL.into_iter().map(TokenClass::as_str);
    tokens.chain(["ptu"]).chain(MeterKind::ALL.into_iter().map(MeterKind::as_str)).collect()
}

/// How a count is written.
const COUNTS: &str = "write digits only, 0 or more, such as 1200000; take a correction off the row \
                      that it corrects";

/// A whole number; spreadsheets and data frames may write it with a fraction of zeros. Three of
/// them may be thousands: `1.000`.
fn whole(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_zero = fraction.len() != 3 && fraction.bytes().all(|byte| byte == b'0');
    whole.parse().ok().filter(|_| is_zero)
}

/// Team and tags of a row.
fn stated_owner(row: &RowReader<'_>) -> Owner {
    let filled = |text: &str| (!text.is_empty()).then(|| Arc::from(text));
    let tags = row.rows().columns_after("tag:");
    let tags = tags.filter_map(|tag| Some((tag.into(), filled(row.text(&format!("tag:{tag}")))?)));
    Owner { team: filled(row.text("team")), tags: tags.collect() }
}

fn needed(row: &mut RowReader<'_>, until: Option<Timestamp>) -> Option<Timestamp> {
    if until.is_none() {
        row.mistake("value-missing", "until", "capacity needs `until`");
    }
    until
}
