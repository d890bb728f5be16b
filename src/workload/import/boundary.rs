//! A total that one file has in part and the next one whole: a table fetched while its last day or
//! hour was still going on, and the table that goes on from there.

use crate::units::diagnostic::Diagnostic;
use crate::workload::import::clock::Clock;
use crate::workload::import::collector::Collector;
use crate::workload::import::formats::request_log::cell;
use crate::workload::import::names::Names;
use crate::workload::import::number::counted;
use crate::workload::import::record::{Record, paths, total_at};
use std::collections::{BTreeMap, BTreeSet};

/// Calls, input and output.
type Amounts = [f64; 3];
/// The totals of a file that begin at one time, by what they are of.
type OfTime = BTreeMap<String, Amounts>;

/// Takes totals out of a file that the next file has in full, and says so. Totals of one time that
/// several files have otherwise are added up, which is said too.
pub(super) fn without_partial(files: &mut [Vec<Record>], collector: &mut Collector) {
    let Some(first) = files.iter().find_map(|records| records.first()) else { return };
    let columns = paths(&first.value);
    let Some(names) = Names::recognised(columns.iter().map(String::as_str)) else { return };
    // A log that counts each of its calls as one is no table of totals.
    let count = |record: &Record| total_at(&record.value, names.requests.as_deref()?);
    if !files.iter().flatten().filter_map(count).any(|calls| calls > 1.0) {
        return;
    }
    let names = names.of_totals(columns.iter().map(String::as_str));
    let tables: Vec<BTreeMap<i64, OfTime>> =
        files.iter().map(|records| by_time(records, &names, collector)).collect();
    let (mut partial, mut added) = (0, BTreeSet::new());
    for a in 0..files.len() {
        for b in 0..files.len() {
            let both: Vec<i64> =
                tables[a].keys().filter(|at| tables[b].contains_key(at)).copied().collect();
            let edge = tables[a]
                .keys()
                .next_back()
                .filter(|last| a != b && tables[b].keys().next() == Some(last) && both.len() == 1);
            let several = tables[a].len() + tables[b].len() > 2;
            match edge.filter(|at| several && is_part(&tables[a][at], &tables[b][at])) {
                Some(at) => {
                    partial += leave_out(&mut files[a], *at, &names, collector);
                }
                None if a < b => {
                    // Rows that are alike in both are taken once.
                    let differs = |at: &&i64| {
                        let other = |(of, amounts): (&String, &Amounts)| {
                            let same = |other: &Amounts| {
                                other.iter().zip(amounts).all(|(a, b)| a.total_cmp(b).is_eq())
                            };
                            tables[b][at].get(of).is_some_and(|other| !same(other))
                        };
                        tables[a][at].iter().any(other)
                    };
                    added.extend(both.iter().filter(differs).copied());
                }
                None => {}
            }
        }
    }
    let place = collector.faults.place(0, 0);
    if partial > 0 {
        let rows = counted(partial, "row");
        let message = format!(
            "{rows} of the last time of a file left out: the next file has the same totals, none \
             smaller"
        );
        let hint = "the first was fetched before its last day or hour was over; if these are \
            different calls, import each file on its own and merge the traces";
        collector
            .warnings
            .push(Diagnostic::warning("totals-in-part", message).at(place).hint(hint));
    } else if !added.is_empty() {
        let times = counted(u64::try_from(added.len()).unwrap_or(u64::MAX), "time");
        let message = format!("totals of {times} are in several files: they are added up");
        let hint = "if the files overlap, leave the rows out of one of them";
        collector.warnings.push(Diagnostic::warning("totals-added", message).at(place).hint(hint));
    }
}

fn by_time(records: &[Record], names: &Names, collector: &Collector) -> BTreeMap<i64, OfTime> {
    let mut clock = Clock::new(collector.date_order, true);
    let mut all: BTreeMap<i64, OfTime> = BTreeMap::new();
    for record in records {
        let Some(at) = start(record, names, &mut clock) else { continue };
        let of = [&names.deployment, &names.model, &names.client]
            .map(|name| cell(&record.value, name.as_ref()).into_owned());
        let sums = all.entry(at).or_default().entry(of.join("\u{1f}")).or_default();
        for (sum, name) in sums.iter_mut().zip([&names.requests, &names.input, &names.output]) {
            *sum += name.as_ref().and_then(|name| total_at(&record.value, name)).unwrap_or(0.0);
        }
    }
    all
}

fn start(record: &Record, names: &Names, clock: &mut Clock) -> Option<i64> {
    clock.read(cell(&record.value, Some(&names.arrival)).trim().as_bytes())
}

/// Whether all totals are in others too, none larger there than here, and one of them smaller.
fn is_part(part: &OfTime, whole: &OfTime) -> bool {
    let fits = |(of, amounts): (&String, &Amounts)| {
        whole.get(of).is_some_and(|full| amounts.iter().zip(full).all(|(a, b)| a <= b))
    };
    part.iter().all(fits) && part != whole
}

/// Leaves out the rows that begin at a time; how many they are.
fn leave_out(records: &mut Vec<Record>, at: i64, names: &Names, collector: &mut Collector) -> u64 {
    let mut clock = Clock::new(collector.date_order, true);
    let mut left = 0;
    records.retain(|record| {
        let stays = start(record, names, &mut clock) != Some(at);
        if !stays {
            left += 1;
            collector.begin_row();
            collector.faults.leave("total-in-part", record.line);
        }
        stays
    });
    left
}
