//! What two catalogues say differently: every row of every table, every rule, every source.

use crate::catalog::Catalog;
use crate::catalog::rules::ParameterValue;
use crate::catalog::table::{Row, Table};
use crate::units::dated::Evidence;
use crate::units::diagnostic::Place;
use jiff::civil::Date;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// How a row differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Only the new catalogue has it.
    Added,
    /// Only the old catalogue has it.
    Removed,
    /// Both have it; the value, the last day or the status differ.
    Changed {
        /// Value, last day and status of the old catalogue.
        was: RowState,
    },
}

/// What a row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowState {
    /// Value with its unit.
    pub value: String,
    /// Last day in force.
    pub to: Option<Date>,
    /// Status word.
    pub status: &'static str,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Table or rule file.
    pub table: &'static str,
    /// Keys of the row, or the name of the rule.
    pub keys: Vec<String>,
    /// First day of the row.
    pub from: Date,
    /// What the row says now; what it said where it is gone.
    pub state: RowState,
    /// How it differs.
    pub change: Change,
    /// Where the row is: in the new catalogue, in the old one where it is gone.
    pub place: Place,
    /// Where it was in the old catalogue; none where that has none.
    pub old_place: Option<Place>,
}

/// The differences from `old` to `new`: tables first, then rules, then sources, each by its keys. When a row was verified and which
/// source it names is no difference.
pub fn diff(old: &Catalog, new: &Catalog) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (before, after) in old.tables().iter().zip(new.tables().iter()) {
        diff_table(before, after, &mut differences);
    }
    diff_rules(&rules(old), &rules(new), &mut differences);
    differences
}

fn diff_table(before: &Table, after: &Table, differences: &mut Vec<Difference>) {
    let (mut old, mut new) = (before.rows().iter().peekable(), after.rows().iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.keys().cmp(b.keys()).then(a.from.cmp(&b.from)),
        };
        let was = if order == Ordering::Greater { None } else { old.next() };
        let is = if order == Ordering::Less { None } else { new.next() };
        match (was, is) {
            (Some(was), None) => {
                let place = Some(before.place(was));
                differences.push(difference(before, was, Change::Removed, place));
            }
            (None, Some(is)) => differences.push(difference(after, is, Change::Added, None)),
            (Some(was), Some(is)) if state(was) != state(is) => {
                let change = Change::Changed { was: state(was) };
                differences.push(difference(after, is, change, Some(before.place(was))));
            }
            _ => {}
        }
    }
}

fn state(row: &Row) -> RowState {
    let value = format!("{} {}", row.value(), row.unit()).trim_end().to_owned();
    RowState { value, to: row.to, status: row.status.as_str() }
}

fn difference(table: &Table, row: &Row, change: Change, old_place: Option<Place>) -> Difference {
    Difference {
        table: table.schema().file,
        keys: row.keys().map(ToOwned::to_owned).collect(),
        from: row.from,
        state: state(row),
        change,
        place: table.place(row),
        old_place,
    }
}

/// File, name and what of a rule; so that two rules of one name stay apart.
type RuleKey = (&'static str, Vec<String>);

/// What a rule says, since when and where.
struct RuleState {
    from: Date,
    state: RowState,
    place: Place,
}

fn diff_rules(
    old: &BTreeMap<RuleKey, RuleState>,
    new: &BTreeMap<RuleKey, RuleState>,
    differences: &mut Vec<Difference>,
) {
    let mut keys: Vec<&RuleKey> = old.keys().chain(new.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let (said, mut state, mut change) = match (old.get(key), new.get(key)) {
            (Some(was), None) => (was, was.state.clone(), Change::Removed),
            (None, Some(is)) => (is, is.state.clone(), Change::Added),
            (Some(was), Some(is)) if was.state != is.state || was.from != is.from => {
                (is, is.state.clone(), Change::Changed { was: was.state.clone() })
            }
            _ => continue,
        };
        if let Change::Changed { was } = &mut change
            && RECORDS.contains(&key.0)
            && was.value != state.value
        {
            let value = only_in(&state.value, &was.value);
            was.value = only_in(&was.value, &state.value);
            state.value = value;
        }
        differences.push(Difference {
            table: key.0,
            keys: key.1.clone(),
            from: said.from,
            state,
            change,
            place: said.place.clone(),
            old_place: old.get(key).map(|was| was.place.clone()),
        });
    }
}

/// Files whose rules are records of many fields: of a change only the fields that differ are told.
const RECORDS: [&str; 2] = ["limiters.toml", "clients.toml"];

/// The fields of a record that another does not have as well, in words.
fn only_in(one: &str, other: &str) -> String {
    let fields = |text: &str| -> Vec<String> {
        let plain = |field: &str| {
            let words = field.replace("Some(", "").replace(['{', '}', '(', ')'], "");
            words.replace('_', " ").trim().to_owned()
        };
        text.split(", ").map(plain).collect()
    };
    let known = fields(other);
    let mut own = fields(one);
    own.retain(|field| !known.contains(field));
    own.join(", ")
}

/// Every rule as text, its parts in a fixed order.
fn rules(catalog: &Catalog) -> BTreeMap<RuleKey, RuleState> {
    let mut all = BTreeMap::new();
    let mut add = |file: &'static str, keys: &[&str], value: String, evidence: &Evidence| {
        let state = RowState { value, to: evidence.effective_to, status: evidence.status.as_str() };
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        let place = evidence.place.clone();
        all.insert((file, keys), RuleState { from: evidence.effective_from, state, place });
    };
    for sku in catalog.skus() {
        let value = format!(
            "{} · {} · paid by {:?} · processed in {} · at rest in {} · not for {} · {} · lifetime {}",
            sku.title,
            sku.scope.as_str(),
            sku.billing,
            sku.processed_in,
            sku.at_rest_in,
            sku.not_for.join("+"),
            sku.sla,
            sku.lifetime_hours.map_or_else(|| "none".to_owned(), |hours| format!("{hours} h"))
        );
        add("skus.toml", &[&sku.name], value, &sku.evidence);
    }
    for parameter in catalog.parameters() {
        let value = match &parameter.value {
            ParameterValue::Number(number) => format!("{number} {}", parameter.unit),
            ParameterValue::Choice(choice) => {
                format!("{choice} (of {})", parameter.options.join(", "))
            }
        };
        let value = value.trim_end().to_owned();
        add("parameters.toml", &[&parameter.name], value, &parameter.evidence);
    }
    for rule in &catalog.rulebook.billing {
        let billed = |share: bool| if share { "billed" } else { "not billed" };
        let value =
            format!("input {}, output {}", billed(rule.share.input), billed(rule.share.output));
        let from = rule.evidence.effective_from.to_string();
        let keys = [&*rule.answer, &*rule.reading, &*from];
        add("billing_rules.toml", &keys, value, &rule.evidence);
    }
    for limiter in catalog.rulebook.limiters.values() {
        add("limiters.toml", &[&limiter.name], words_of(limiter), &limiter.evidence);
    }
    for client in catalog.clients() {
        add("clients.toml", &[&client.name], words_of(client), &client.evidence);
    }
    all.extend(catalog.sources().map(|(id, source)| {
        let value = format!("{} {}", source.text, source.address).trim_end().to_owned();
        let state = RowState { value, to: None, status: "source" };
        let said = RuleState { from: source.dated, state, place: source.place.clone() };
        (("sources.csv", vec![id.to_string()]), said)
    }));
    all
}

/// A rule's own fields without its evidence, so that a field that is added is compared from its first day.
fn words_of(rule: &impl std::fmt::Debug) -> String {
    let text = format!("{rule:?}");
    let fields = text.split_once('{').map_or("", |(_, fields)| fields);
    fields.split(", evidence: ").next().unwrap_or(fields).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::only_in;

    #[test]
    fn of_a_record_only_what_differs_is_told() {
        let was = "name: \"a\", retries: 2, honours_up_to_ms: Some(0), above: BackOff";
        let is = "name: \"a\", retries: 3, honours_up_to_ms: Some(0), above: BackOff";
        assert_eq!(only_in(is, was), "retries: 3");
        assert_eq!(only_in(was, is), "retries: 2");
    }
}
