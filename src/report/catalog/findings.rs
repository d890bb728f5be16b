//! `catalog check`, `catalog diff` and `catalog import`.

use crate::catalog::diff::{Change, Difference};
use crate::catalog::retail::merge::Merged;
use crate::catalog::retail::propose::{Import, Standing, Unclassified};
use crate::catalog::stale::Stale;
use crate::report::text::layout::{Ink, Tone, bullet};
use crate::units::diagnostic::{Diagnostics, Severity};
use jiff::civil::Date;
use serde::Serialize;

/// The answer of `catalog check`.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct CheckView {
    /// The day the age of values was measured on.
    pub as_of: String,
    /// Findings that make an answer wrong or impossible.
    pub errors: usize,
    /// Findings that somebody should look at.
    pub warnings: usize,
    /// All of them.
    pub findings: Vec<FindingView>,
}

/// One finding.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct FindingView {
    /// `error` or `warning`.
    pub severity: String,
    /// Kebab-case name.
    pub code: String,
    /// The sentence.
    pub message: String,
    /// Where.
    pub place: Option<String>,
    /// What to do.
    pub hint: Option<String>,
}

/// The view of what a check found.
pub fn check(found: &Diagnostics, as_of: Date) -> CheckView {
    let findings: Vec<FindingView> = found
        .0
        .iter()
        .map(|finding| FindingView {
            severity: match finding.severity {
                Severity::Error => "error".to_owned(),
                Severity::Warning => "warning".to_owned(),
            },
            code: finding.code.to_string(),
            message: finding.message.clone(),
            place: finding.place.as_ref().map(ToString::to_string),
            hint: finding.hint.clone(),
        })
        .collect();
    let count = |word: &str| findings.iter().filter(|finding| finding.severity == word).count();
    CheckView {
        as_of: as_of.to_string(),
        errors: count("error"),
        warnings: count("warning"),
        findings,
    }
}

/// The check as text of `width` columns.
pub fn check_text(view: &CheckView, ink: Ink, width: usize) -> String {
    let mut out = String::new();
    for finding in &view.findings {
        let tone = if finding.severity == "error" { Tone::Bad } else { Tone::Plain };
        let place = finding.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
        out +=
            &bullet(ink, tone, &format!("{}: {}{place}", finding.severity, finding.message), width);
    }
    let tone = if view.errors > 0 { Tone::Bad } else { Tone::Good };
    let summary = format!("{} errors, {} warnings on {}", view.errors, view.warnings, view.as_of);
    out + &ink.line(tone, &summary)
}

/// Rows to look up again.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct StaleView {
    /// Table file.
    pub table: String,
    /// Id of the source.
    pub source: String,
    /// Where it can be read.
    pub address: String,
    /// Rows that were not verified.
    pub rows: usize,
    /// Those of models that are used.
    pub used: usize,
    /// The day the oldest was verified.
    pub oldest: String,
    /// One of the rows.
    pub example: String,
}

/// The view of rows to look up again.
pub fn stale(found: &[Stale]) -> Vec<StaleView> {
    let view = |stale: &Stale| StaleView {
        table: stale.table.to_owned(),
        source: stale.source.clone(),
        address: stale.address.clone(),
        rows: stale.rows,
        used: stale.used,
        oldest: stale.oldest.to_string(),
        example: stale.example.clone(),
    };
    found.iter().map(view).collect()
}

/// Rows to look up again as text of `width` columns.
pub fn stale_text(found: &[StaleView], days: i32, ink: Ink, width: usize) -> String {
    let mut out = String::new();
    for (index, stale) in found.iter().enumerate() {
        let used = if stale.used > 0 {
            format!(", {} of models in use", stale.used)
        } else {
            String::new()
        };
        let line = format!(
            "{}. {}: {} rows{used}, oldest of {} ({}); {} {}",
            index + 1,
            stale.table,
            stale.rows,
            stale.oldest,
            stale.example,
            stale.source,
            stale.address
        );
        let tone = if stale.used > 0 { Tone::Bad } else { Tone::Plain };
        out += &bullet(ink, tone, line.trim_end(), width);
    }
    let rows: usize = found.iter().map(|stale| stale.rows).sum();
    out + &ink.line(Tone::Heading, &format!("{rows} rows were not verified within {days} days"))
}

/// One difference of two catalogues.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct DifferenceView {
    /// `added`, `removed` or `changed`.
    pub change: String,
    /// Table file.
    pub table: String,
    /// Keys of the row.
    pub keys: Vec<String>,
    /// First day of the row.
    pub effective_from: String,
    /// Value, status and last day before.
    pub was: Option<String>,
    /// Value, status and last day now.
    pub now: Option<String>,
    /// Where the row is.
    pub place: String,
}

/// The view of what differs.
pub fn differences(differences: &[Difference]) -> Vec<DifferenceView> {
    differences
        .iter()
        .map(|difference| {
            let words = |state: &crate::catalog::diff::RowState| {
                let to = state.to.map(|to| format!(" to {to}")).unwrap_or_default();
                format!("{} ({}{to})", state.value, state.status)
            };
            let state = words(&difference.state);
            let (change, was, now) = match &difference.change {
                Change::Added => ("added", None, Some(state)),
                Change::Removed => ("removed", Some(state), None),
                Change::Changed { was } => ("changed", Some(words(was)), Some(state)),
            };
            DifferenceView {
                change: change.to_owned(),
                table: difference.table.to_owned(),
                keys: difference.keys.clone(),
                effective_from: difference.from.to_string(),
                was,
                now,
                place: difference.place.to_string(),
            }
        })
        .collect()
}

/// The differences as text.
pub fn differences_text(differences: &[DifferenceView], ink: Ink) -> String {
    let mut out = String::new();
    let mut table = "";
    for difference in differences {
        if difference.table != table {
            table = &difference.table;
            out += &ink.line(Tone::Heading, table);
        }
        let keys: Vec<&str> =
            difference.keys.iter().filter(|key| !key.is_empty()).map(String::as_str).collect();
        let name = format!("{} from {}", keys.join(" · "), difference.effective_from);
        let (tone, line) = match (&difference.was, &difference.now) {
            (Some(was), Some(now)) => (Tone::Plain, format!("  ~ {name}: {was} -> {now}")),
            (Some(was), None) => (Tone::Bad, format!("  - {name}: {was}")),
            (None, now) => {
                (Tone::Good, format!("  + {name}: {}", now.as_deref().unwrap_or_default()))
            }
        };
        out += &ink.line(tone, &line);
    }
    out + &ink.line(Tone::Dim, &format!("{} differences", differences.len()))
}

/// The answer of `catalog import`.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ImportView {
    /// Items read.
    pub items: usize,
    /// Rows the catalogue has already.
    pub known: usize,
    /// Rows it does not have, or has with another value.
    pub proposals: Vec<ProposalView>,
    /// Meters that could not be placed.
    pub unclassified: Vec<UnclassifiedView>,
    /// Rows that `--write` leaves as they are, with the reason.
    pub left: Vec<String>,
    /// What is odd about the feed.
    pub warnings: Vec<String>,
}

/// A proposed row.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ProposalView {
    /// Table file.
    pub table: String,
    /// Keys, in the table's order.
    pub keys: Vec<String>,
    /// Price, decimal.
    pub value: String,
    /// Unit.
    pub unit: String,
    /// First day.
    pub effective_from: String,
    /// Last day.
    pub effective_to: Option<String>,
    /// `new` or `differs`.
    pub standing: String,
    /// Value of the row in force on the first day, where it differs.
    pub was: Option<String>,
    /// Regions that say so.
    pub regions: Vec<String>,
    /// Meter that says so.
    pub meter: String,
}

/// A meter that could not be placed.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct UnclassifiedView {
    /// Family of meters.
    pub product: String,
    /// Name of the meter.
    pub meter: String,
    /// Region.
    pub region: String,
    /// Price and unit as the feed has them.
    pub price: String,
    /// Why.
    pub reason: String,
}

/// The view of an import and of what it does to the catalogue.
pub fn import(import: &Import, merged: &Merged) -> ImportView {
    ImportView {
        items: import.items,
        known: known_rows(import),
        proposals: import
            .proposals
            .iter()
            .filter(|proposal| proposal.is_open())
            .map(|proposal| ProposalView {
                table: proposal.table.to_owned(),
                keys: proposal.keys.clone(),
                value: proposal.value.clone(),
                unit: proposal.unit.clone(),
                effective_from: proposal.from.to_string(),
                effective_to: proposal.to.map(|to| to.to_string()),
                standing: if proposal.standing == Standing::New { "new" } else { "differs" }.into(),
                was: match &proposal.standing {
                    Standing::Differs { was, .. } => Some(was.clone()),
                    _ => None,
                },
                regions: proposal.regions.clone(),
                meter: proposal.meter.clone(),
            })
            .collect(),
        unclassified: import
            .unclassified
            .iter()
            .map(|Unclassified { product, meter, region, price, reason }| UnclassifiedView {
                product: product.clone(),
                meter: meter.clone(),
                region: region.clone(),
                price: price.clone(),
                reason: reason.clone(),
            })
            .collect(),
        left: merged.left.clone(),
        warnings: import.warnings.iter().chain(&merged.ends).cloned().collect(),
    }
}

fn known_rows(import: &Import) -> usize {
    import.proposals.iter().filter(|proposal| proposal.standing == Standing::Known).count()
}

/// The import as it was written: the changes, then what was left.
pub fn written_text(import: &Import, merged: &Merged) -> String {
    let left = merged.left.iter().map(|left| format!("left as it is: {left}"));
    let warnings = import.warnings.iter().map(|warning| format!("warning: {warning}"));
    let unclassified = import.unclassified.iter().map(|meter| {
        let (name, region, why) = (&meter.meter, &meter.region, &meter.reason);
        format!("unclassified: {name} in {region}: {why}")
    });
    let (rows, files) = (merged.changes.len(), merged.files.len());
    let mut lines: Vec<String> = merged.changes.clone();
    lines.extend(left.chain(warnings).chain(unclassified));
    lines.push(format!("{rows} rows written in {files} files\n"));
    lines.join("\n")
}

/// The import as text: the rows to add, as the tables have them, then what could not be placed and
/// what would be left.
pub fn import_text(
    import: &Import,
    merged: &Merged,
    source: &str,
    verified_on: Date,
    ink: Ink,
) -> String {
    let mut out = String::new();
    for line in import.to_csv(source, verified_on).lines() {
        out += &ink.line(Tone::Plain, line);
    }
    for meter in &import.unclassified {
        let Unclassified { product, meter, region, price, reason } = meter;
        out += &ink.line(
            Tone::Dim,
            &format!("# unclassified: {product} · {meter} in {region}, {price}: {reason}"),
        );
    }
    for left in &merged.left {
        out += &ink.line(Tone::Bad, &format!("# --write leaves as it is: {left}"));
    }
    for warning in import.warnings.iter().chain(&merged.ends) {
        out += &ink.line(Tone::Bad, &format!("# warning: {warning}"));
    }
    let open = import.proposals.iter().filter(|proposal| proposal.is_open()).count();
    let left = match merged.left.len() {
        0 => String::new(),
        left => format!(", {left} left as they are"),
    };
    let summary = format!(
        "# {} items: {} rows known, {open} proposed, {} meters unclassified{left}",
        import.items,
        known_rows(import),
        import.unclassified.len()
    );
    out + &ink.line(Tone::Heading, &summary)
}
