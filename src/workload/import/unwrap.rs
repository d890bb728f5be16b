//! What services wrap their records in: lists under a name, columns and rows apart, pages of a longer answer.

use crate::units::diagnostic::Diagnostic;
use crate::workload::import::collector::Collector;
use crate::workload::import::extended::without_types;
use crate::workload::import::record::Record;
use crate::workload::import::turned::turned;
use serde_json::{Map, Value};

/// Members that hold a list of records.
const LISTS: [&str; 13] = [
    "records",
    "data",
    "rows",
    "observations",
    "values",
    "value",
    "items",
    "results",
    "result",
    "logs",
    "hits",
    "usage",
    "events",
];
/// Members that only a record of its own has.
const OF_A_RECORD: [&str; 16] = [
    "date",
    "timestamp",
    "time",
    "TimeGenerated",
    "startTime",
    "start_time",
    "starting_at",
    "created_at",
    "timespan",
    "timeseries",
    "hash_ids",
    "chat_id",
    "input_length",
    "resourceSpans",
    "resource_spans",
    "batches",
];
/// How deep wrappers are opened.
const DEEPEST: usize = 6;

/// The records inside all wrappers, or the values themselves. An answer that says there are more pages is noted.
pub(crate) fn unwrapped(records: Vec<Record>, collector: &mut Collector) -> Vec<Record> {
    let mut all = Vec::with_capacity(records.len());
    for Record { line, value } in records {
        open(value, line, 0, collector, &mut all);
    }
    without_types(&mut all);
    for record in &mut all {
        if let Value::Object(map) = &mut record.value {
            clean(map);
        }
    }
    all
}

fn open(value: Value, line: u64, depth: usize, collector: &mut Collector, all: &mut Vec<Record>) {
    if depth > DEEPEST {
        return all.push(Record { line, value });
    }
    match value {
        Value::Array(list) => {
            for value in list {
                open(value, line, depth + 1, collector, all);
            }
        }
        Value::Object(mut map) => {
            if let Some(rows) = of_loki(&map) {
                all.extend(rows.into_iter().map(|value| Record { line, value }));
            } else if let Some(rows) = zipped(&mut map) {
                note_more_pages(&map, collector);
                note_error(&map, collector);
                all.extend(rows.into_iter().map(|value| Record { line, value }));
            } else if depth == 0
                && let Some(rows) = turned(&mut map)
            {
                all.extend(rows.into_iter().map(|value| Record { line, value }));
            } else if let Some(inner) = list_of(&mut map).or_else(|| inner_of(&mut map)) {
                note_more_pages(&map, collector);
                note_error(&map, collector);
                open(inner, line, depth + 1, collector, all);
            } else {
                lift(&mut map);
                all.push(Record { line, value: Value::Object(map) });
            }
        }
        other => all.push(Record { line, value: other }),
    }
}

/// The lines of one of Loki's streams: its labels, and pairs of a time in nanoseconds and a text.
fn of_loki(map: &Map<String, Value>) -> Option<Vec<Value>> {
    let labels = map.get("stream")?.as_object()?;
    let line = |pair: &Value| {
        let (at, text) = (pair.get(0)?.as_str()?, pair.get(1)?.as_str()?);
        let mut record = labels.clone();
        record.insert("timestamp".into(), Value::from(at));
        record.insert("line".into(), Value::from(text));
        Some(Value::Object(record))
    };
    map.get("values")?.as_array()?.iter().map(line).collect()
}

/// The records of `columns` and `rows`, as Cost Management and Log Analytics answer.
fn zipped(map: &mut Map<String, Value>) -> Option<Vec<Value>> {
    let key = |name: &str, map: &Map<String, Value>| {
        map.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned()
    };
    // Data frames call the rows `data`.
    let (columns, rows) = (key("columns", map)?, key("rows", map).or_else(|| key("data", map))?);
    let names: Vec<String> =
        map.get(&columns)?.as_array()?.iter().map(name).collect::<Option<_>>()?;
    let is_table = map.get(&rows)?.as_array()?.iter().all(Value::is_array);
    if !is_table || names.is_empty() {
        return None;
    }
    let Some(Value::Array(rows)) = map.remove(&rows) else { return None };
    let zip = |row: Value| match row {
        Value::Array(cells) => Value::Object(names.iter().cloned().zip(cells).collect()),
        other => other,
    };
    Some(rows.into_iter().map(zip).collect())
}

/// A column's name: a text, or an object with one.
fn name(column: &Value) -> Option<String> {
    match column {
        Value::String(name) => Some(name.clone()),
        Value::Object(map) => ["name", "Name", "ColumnName", "columnName"]
            .iter()
            .find_map(|key| map.get(*key)?.as_str().map(str::to_owned)),
        _ => None,
    }
}

/// The list of records a wrapper holds; none where the object is a record itself.
fn list_of(map: &mut Map<String, Value>) -> Option<Value> {
    let is_record =
        OF_A_RECORD.iter().any(|own| map.keys().any(|key| key.eq_ignore_ascii_case(own)));
    if is_record || map.len() > 12 {
        return None;
    }
    // Kusto's own interface writes `Tables`.
    if let Some(tables) = ["tables", "Tables"].into_iter().find(|name| {
        map.get(*name).and_then(Value::as_array).is_some_and(|all| all.iter().all(Value::is_object))
    }) {
        return map.remove(tables);
    }
    let holds_records = |name: &&str| {
        map.get(*name).and_then(Value::as_array).is_some_and(|list| {
            let first = list.first();
            first.is_none() && map.len() <= 4 || first.is_some_and(Value::is_object)
        })
    };
    let list = LISTS.iter().find(|name| holds_records(name))?;
    map.remove(*list)
}

/// `{ id, name, type, properties: { columns, rows } }`: the answer is inside.
fn inner_of(map: &mut Map<String, Value>) -> Option<Value> {
    // Prometheus: `{ status, data: { resultType, result } }`.
    if map.get("data").and_then(Value::as_object).is_some_and(|data| data.contains_key("result")) {
        return map.remove("data");
    }
    // Elasticsearch: `{ took, hits: { total, hits } }`.
    if map.get("hits").and_then(Value::as_object).is_some_and(|hits| hits.contains_key("hits")) {
        return map.remove("hits");
    }
    let inner = map.get("properties")?.as_object()?;
    let wraps = inner.contains_key("columns") && inner.contains_key("rows")
        || inner.get("value").is_some_and(Value::is_array);
    if wraps { map.remove("properties") } else { None }
}

/// A resource whose facts are all in `properties`, as Consumption lists usage: its members are the record's.
fn lift(map: &mut Map<String, Value>) {
    const OUTER: [&str; 8] =
        ["id", "name", "type", "kind", "tags", "etag", "location", "properties"];
    if !map.contains_key("type") || !map.keys().all(|key| OUTER.contains(&key.as_str())) {
        return;
    }
    let Some(Value::Object(inner)) = map.remove("properties") else { return };
    for (name, value) in inner {
        // Usage details keep what the meter is called apart.
        match value {
            Value::Object(details) if name == "meterDetails" => map.extend(details),
            value => {
                map.insert(name, value);
            }
        }
    }
}

/// An answer that is one page of several holds only a part of the traffic. Services say so in the
/// answer itself or in what it says about itself.
fn note_more_pages(map: &Map<String, Value>, collector: &mut Collector) {
    let about = ["metadata", "meta", "pagination", "paging"];
    let inner = about.iter().filter_map(|name| map.get(*name)?.as_object());
    let mut wheres = std::iter::once(map).chain(inner);
    let Some((code, said)) = wheres.find_map(page_of) else { return };
    let place = collector.faults.place(0, 0);
    collector.warnings.push(
        Diagnostic::warning(code, format!("one page of several: {said}"))
            .at(place)
            .hint("fetch all pages and give all files, or the traffic is only a part of it"),
    );
}

/// An answer with an error beside its rows has only some of them.
fn note_error(map: &Map<String, Value>, collector: &mut Collector) {
    let names = ["error", "errors", "partialError", "partial_error"];
    let filled = |value: &&Value| match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::String(text) => !text.trim().is_empty(),
        _ => false,
    };
    let Some(error) = names.iter().find_map(|name| map.get(*name).filter(filled)) else { return };
    let said = ["code", "message"].map(|name| error.get(name).and_then(Value::as_str));
    let said = match (said, error) {
        ([Some(code), Some(message)], _) => format!("{code}: {message}"),
        ([Some(said), None] | [None, Some(said)], _) => said.to_owned(),
        (_, Value::String(said)) => said.clone(),
        _ => "the answer has an error beside its rows".to_owned(),
    };
    let message = format!("incomplete answer: {said}");
    let found = if collector.strict {
        Diagnostic::error("incomplete-answer", message)
    } else {
        Diagnostic::warning("incomplete-answer", message)
    };
    let place = collector.faults.place(0, 0);
    collector.warnings.push(found.at(place).hint(
        "rows are missing, so the traffic is only a part of it: ask for a shorter time or fewer \
         rows until the answer has no error",
    ));
}

/// The code of the warning that other pages follow an answer's.
pub(crate) const MORE_PAGES: &str = "more-pages";
/// The code of the warning that other pages come before an answer's, which is the last.
pub(crate) const EARLIER_PAGES: &str = "earlier-pages";

/// What members say of the page that an answer is; none where it is all there is.
fn page_of(map: &Map<String, Value>) -> Option<(&'static str, String)> {
    let number = |names: &[&str]| {
        names.iter().find_map(|name| match map.get(*name)? {
            Value::String(text) => text.trim().parse::<u64>().ok(),
            other => other.as_u64(),
        })
    };
    let pages = number(&["total_pages", "totalPages", "page_count", "pageCount"]);
    if let Some(pages) = pages.filter(|pages| *pages > 1) {
        let page = number(&["page", "current_page", "currentPage"]).unwrap_or(1);
        let code = if page == pages { EARLIER_PAGES } else { MORE_PAGES };
        return Some((code, format!("the answer is page {page} of {pages}")));
    }
    let next = ["nextLink", "NextPageLink", "@odata.nextLink", "next_page", "next_cursor"];
    let linked = next
        .iter()
        .find(|key| map.get(**key).and_then(Value::as_str).is_some_and(|link| !link.is_empty()));
    let more =
        ["has_more", "hasMore"].iter().find(|key| map.get(**key) == Some(&Value::Bool(true)));
    let said = linked.or(more)?;
    Some((MORE_PAGES, format!("the answer has a next page ({said})")))
}

/// Names without what Log Analytics adds to them: a zone, and the type of a custom column (`PromptTokens_d`).
fn clean(map: &mut Map<String, Value>) {
    let log_analytics =
        map.keys().any(|key| column(key, false).0.eq_ignore_ascii_case("TimeGenerated"));
    let renamed: Vec<(String, String)> = map
        .keys()
        .map(|key| (key.clone(), column(key, log_analytics).0.to_owned()))
        .filter(|(old, new)| old != new)
        .collect();
    for (old, new) in renamed {
        if !map.contains_key(&new)
            && let Some(value) = map.remove(&old)
        {
            map.insert(new, value);
        }
    }
}

/// The columns' names without what Log Analytics adds to them, and the zone of those that state one.
pub(crate) fn clean_header(header: &[String]) -> (Vec<String>, Vec<String>) {
    let time = |name: &String| column(name, false).0.eq_ignore_ascii_case("TimeGenerated");
    let log_analytics = header.iter().any(time);
    let bracketed: Vec<Option<&str>> = header.iter().map(|name| english(name)).collect();
    let localised = bracketed.iter().flatten().count() * 2 > header.len();
    let mut zones = Vec::new();
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    for (written, bracketed) in header.iter().zip(bracketed) {
        let bare = if localised { bracketed.unwrap_or(written) } else { written };
        let (name, zone) = column(bare, log_analytics);
        zones.extend(zone.map(str::to_owned));
        let taken = names.iter().any(|other| other.eq_ignore_ascii_case(name));
        names.push(if taken { written.clone() } else { name.to_owned() });
    }
    (names, zones)
}

/// The English name of a column that a localised export keeps in brackets: `Nombre del medidor (MeterName)`.
fn english(name: &str) -> Option<&str> {
    let (_, inner) = name.trim().strip_suffix(')')?.rsplit_once('(')?;
    let aggregate = ["sum", "avg", "average", "total", "count", "min", "max", "utc"];
    let plain = inner.len() > 2 && inner.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (plain && !aggregate.contains(&inner.to_ascii_lowercase().as_str())).then_some(inner)
}

/// A column's name without the zone that the portal adds (`TimeGenerated [UTC]`) and, in a table of Log Analytics, without
/// the suffix of its type; and the zone.
pub(crate) fn column(name: &str, log_analytics: bool) -> (&str, Option<&str>) {
    let name = name.trim();
    let (name, zone) = match name.strip_suffix(']').and_then(|head| head.rsplit_once('[')) {
        Some((head, zone)) if !head.trim().is_empty() => (head.trim_end(), Some(zone.trim())),
        _ => (name, None),
    };
    let typed = ["_s", "_d", "_g", "_b", "_t"].iter().find_map(|end| name.strip_suffix(end));
    match typed {
        Some(head) if log_analytics && !head.is_empty() => (head, zone),
        _ => (name, zone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_lose_what_the_portal_adds() {
        assert_eq!(column("TimeGenerated [UTC]", true), ("TimeGenerated", Some("UTC")));
        assert_eq!(column("PromptTokens_d", true), ("PromptTokens", None));
        assert_eq!(column("offset_s", false), ("offset_s", None));
        assert_eq!(column("requestTime_t [UTC]", true), ("requestTime", Some("UTC")));
    }
}
