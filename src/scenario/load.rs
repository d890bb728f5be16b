//! From the text of a scenario file to a checked [`Scenario`], or all that is wrong with it at once.

use crate::engine::rules::StreamRules;
use crate::metrics::slo::Slo;
use crate::scenario::calls::{self, CallsTable};
use crate::scenario::candidate::{Candidate, PlannedDeployment};
use crate::scenario::events::{self, Event};
use crate::scenario::question::{Allow, Named, Payment, Scenario, Traffic, Window, Workload};
use crate::scenario::schema::{DeploymentTable, ScenarioFile, TodayTable, TrafficTable};
use crate::units::calendar::Period;
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place, nearest};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

/// Mistakes reported at most; the rest of a hopeless file is not worth the screen.
const MAX_MISTAKES: usize = 50;

/// Parses and checks a scenario. `file` is the name used in messages.
pub fn load(file: &str, text: &str) -> Result<Scenario, Diagnostics> {
    let written = parse(file, text)?;
    let mut check = Check { file: file.into(), text, found: Diagnostics::default() };
    let scenario = check.scenario(written);
    match scenario {
        Some(scenario) if !check.found.has_errors() => Ok(scenario),
        _ => Err(check.found),
    }
}

/// Deserialises, blanking out each offending item and trying again, so that one pass shows every mistake.
fn parse(file: &str, text: &str) -> Result<ScenarioFile, Diagnostics> {
    let mut found = Diagnostics::default();
    if let Err(error) = toml::from_str::<toml::Table>(text) {
        let span = error.span().unwrap_or(0..0);
        return Err(explain(file, text, error.message().trim(), &span).into());
    }
    let mut rest = text.to_owned();
    loop {
        let error = match toml::from_str::<ScenarioFile>(&rest) {
            Ok(written) if found.0.is_empty() => return Ok(written),
            Ok(_) => return Err(found),
            Err(error) => error,
        };
        let message = error.message().trim().to_owned();
        let missing = message.starts_with("missing field");
        // What is missing after something was blanked out may be the blanked item itself.
        if missing && !found.0.is_empty() {
            return Err(found);
        }
        let span = error.span().unwrap_or(0..0);
        found.push(explain(file, text, &message, &span));
        let line = line_of(&rest, span.start);
        let blank = line.start..line.end.max(line_of(&rest, span.end.saturating_sub(1)).end);
        if missing || blank.is_empty() || found.0.len() >= MAX_MISTAKES {
            return Err(found);
        }
        let spaces: String =
            rest[blank.clone()].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        if spaces == rest[blank.clone()] {
            return Err(found);
        }
        // Characters of several bytes become one space: pad, so that later offsets stay true.
        let padding = blank.len() - spaces.len();
        rest.replace_range(blank, &(spaces + &" ".repeat(padding)));
    }
}

fn line_of(text: &str, offset: usize) -> Range<usize> {
    let offset = offset.min(text.len());
    let start = text[..offset].rfind('\n').map_or(0, |index| index + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |index| offset + index);
    start..end
}

fn explain(file: &str, text: &str, message: &str, span: &Range<usize>) -> Diagnostic {
    let place = Place::at_offset(file, text, span.start);
    let (code, hint) = if let Some(rest) = message.strip_prefix("unknown field `") {
        let (asked, known) = rest.split_once('`').unwrap_or((rest, ""));
        let names: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        let hint = match nearest(asked, names.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("known here: {}", names.join(", ")),
        };
        return Diagnostic::error("unknown-key", format!("unknown key: `{asked}`"))
            .at(place)
            .hint(hint);
    } else if let Some(name) = message.strip_prefix("missing field ") {
        ("missing-key", format!("add {name}; `ptuplan init` writes a commented scenario"))
    } else {
        ("not-a-scenario", "see `ptuplan init` for a commented scenario".to_owned())
    };
    Diagnostic::error(code, message.replace("missing field", "missing key")).at(place).hint(hint)
}

/// A share in words, such as `"0.1 %"` or `"0.001"`, in 1/1,000,000 rounded down. None when it is no share of 0 to 1.
pub fn share_ppm(text: &str) -> Option<u32> {
    let (number, scale) = match text.trim().strip_suffix('%') {
        Some(number) => (number.trim(), 10_000),
        None => (text.trim(), 1_000_000),
    };
    let ppm = number.parse::<Decimal>().ok()?.checked_mul(Decimal::from(scale))?.trunc();
    u32::try_from(ppm).ok().filter(|ppm| *ppm <= 1_000_000)
}

/// A duration in words, such as `"2 s"` or `"300 ms"`, in microseconds. None when it is none or negative.
pub fn duration_us(text: &str) -> Option<u64> {
    u64::try_from(text.trim().parse::<SignedDuration>().ok()?.as_micros()).ok()
}

pub(super) struct Check<'a> {
    file: Arc<str>,
    text: &'a str,
    found: Diagnostics,
}

impl Check<'_> {
    fn place(&self, span: Range<usize>) -> Place {
        Place::at_offset(self.file.clone(), self.text, span.start)
    }

    pub(super) fn wrong(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: String,
        hint: impl Into<String>,
    ) {
        let place = self.place(span);
        self.found.push(Diagnostic::error(code, message).at(place).hint(hint));
    }

    fn named(&self, written: &Spanned<String>) -> Named {
        Named { name: written.get_ref().as_str().into(), place: self.place(written.span()) }
    }

    fn scenario(&mut self, written: ScenarioFile) -> Option<Scenario> {
        let period = self.period(&written);
        let window = period.as_ref().and_then(|period| self.window(period, &written));
        let workloads = self.workloads(&written);
        let slo = self.slo(&written);
        let allow = self.allow(&written);
        let today = written.today.as_ref().and_then(|today| self.today(today, &workloads));
        let events = self.events(&written, today.as_ref());
        let uncertain = self.uncertain(&written);
        let months = period.as_ref().and_then(Period::whole_months).unwrap_or(1);
        let horizon_months = self.horizon(&written, months as u32);
        let mut parameters = BTreeMap::new();
        for (name, value) in &written.parameters {
            let text = match value.get_ref() {
                toml::Value::String(text) => text.clone(),
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Float(number) => number.to_string(),
                _ => {
                    self.wrong(
                        "not-a-parameter-value",
                        value.span(),
                        format!("not a parameter value: {name}"),
                        "write a number or a text",
                    );
                    continue;
                }
            };
            parameters.insert(name.clone(), (text, self.place(value.span())));
        }
        Some(Scenario {
            region: self.named(&written.region),
            quota_tier: self.named(&written.subscription.quota_tier),
            name: written.name,
            period: period?,
            window: window?,
            seed: written.seed,
            workloads,
            slo,
            allow,
            ptu_quota: written.subscription.ptu_quota,
            today,
            events,
            uncertain,
            horizon_months,
            parameters,
        })
    }

    fn period(&mut self, written: &ScenarioFile) -> Option<Period> {
        let start = written.start.get_ref();
        let date = start
            .date
            .filter(|_| start.time.is_none())
            .and_then(|d| Date::new(d.year as i16, d.month as i8, d.day as i8).ok());
        if date.is_none() {
            self.wrong(
                "not-a-date",
                written.start.span(),
                format!("not a civil date: start = {start}"),
                "write a day such as 2026-12-01; its zone is `zone`",
            );
        }
        let zone = TimeZone::get(written.zone.get_ref()).ok();
        if zone.is_none() {
            self.wrong(
                "unknown-zone",
                written.zone.span(),
                format!("unknown time zone: {}", written.zone.get_ref()),
                "use an IANA name such as \"Europe/Stockholm\" or \"UTC\"",
            );
        }
        let length = written.length.get_ref().parse::<Span>().ok();
        if length.is_none() {
            self.wrong(
                "not-a-length",
                written.length.span(),
                format!("not a length: {}", written.length.get_ref()),
                "write for example \"1 month\" or \"2 weeks\"",
            );
        }
        let period = Period::from_date(date?, length?, &zone?);
        if period.is_none() {
            self.wrong(
                "empty-period",
                written.length.span(),
                format!("empty period: {}", written.length.get_ref()),
                "the length must be above zero and end before the year 9999",
            );
        }
        period
    }

    fn window(&mut self, period: &Period, written: &ScenarioFile) -> Option<Window> {
        let Some(simulate) = &written.simulate else {
            return Some(Window { length_us: period.length_us(), repetitions: 1 });
        };
        let length_us = duration_us(simulate.get_ref())
            .or_else(|| {
                let span = simulate.get_ref().parse::<Span>().ok()?;
                let until =
                    period.start().to_zoned(period.zone().clone()).checked_add(span).ok()?;
                u64::try_from(until.timestamp().as_microsecond() - period.start().as_microsecond())
                    .ok()
            })
            .filter(|length| *length > 0);
        let Some(length_us) = length_us else {
            self.wrong(
                "not-a-length",
                simulate.span(),
                format!("not a length: {}", simulate.get_ref()),
                "write for example \"1 day\"",
            );
            return None;
        };
        if !period.length_us().is_multiple_of(length_us) {
            self.wrong(
                "window-does-not-divide-period",
                simulate.span(),
                format!(
                    "window does not divide the period: {} into {}",
                    simulate.get_ref(),
                    written.length.get_ref()
                ),
                "choose a window that fits a whole number of times, such as \"1 day\" into \"1 month\"; \
                 a period that crosses a change of clocks is not a whole number of days: use zone = \"UTC\"",
            );
            return None;
        }
        Some(Window { length_us, repetitions: period.length_us() / length_us })
    }

    fn workloads(&mut self, written: &ScenarioFile) -> Vec<Workload> {
        if written.workload.is_empty() {
            self.wrong("no-workload", 0..0, "no workload".into(), "add a [[workload]] table");
        }
        let mut seen = BTreeSet::new();
        let mut workloads = Vec::new();
        for table in &written.workload {
            if !seen.insert(table.name.get_ref()) {
                self.wrong(
                    "duplicate-name",
                    table.name.span(),
                    format!("two workloads of one name: {}", table.name.get_ref()),
                    "give each its own",
                );
            }
            workloads.push(Workload {
                name: table.name.get_ref().as_str().into(),
                model: self.named(&table.model),
                traffic: self.traffic(&table.traffic),
                max_output_tokens: table.max_output_tokens,
                client: self.named(&table.client),
                rules: self.calls(table.calls.as_ref()),
                calls: table.calls.clone().unwrap_or_default(),
            });
        }
        workloads
    }

    fn calls(&mut self, table: Option<&CallsTable>) -> StreamRules {
        let Some(table) = table else { return StreamRules::default() };
        calls::stream_rules(table, None).unwrap_or_else(|mistakes| {
            for (code, span, message, hint) in mistakes {
                self.wrong(code, span, message, hint);
            }
            StreamRules::default()
        })
    }

    /// Events name a deployment of `[today]`, or a candidate's, which is `SKU/model`.
    fn events(&mut self, written: &ScenarioFile, today: Option<&Candidate>) -> Vec<Event> {
        let mut known: Vec<String> = today
            .iter()
            .flat_map(|today| today.deployments.iter().map(|d| d.name.to_string()))
            .collect();
        for sku in &written.allow.sku {
            let models = written.workload.iter().map(|workload| workload.model.get_ref());
            known.extend(models.map(|model| format!("{}/{model}", sku.get_ref())));
        }
        let mut events = Vec::new();
        for table in &written.event {
            if let Some(name) = &table.deployment
                && !known.contains(name.get_ref())
            {
                let hint = match nearest(name.get_ref(), known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("one of {}", known.join(", ")),
                };
                let message = format!("unknown deployment: event of {}", name.get_ref());
                self.wrong("unknown-deployment", name.span(), message, hint);
            }
            match events::event(table) {
                Ok(event) => events.push(event),
                Err((code, span, message, hint)) => self.wrong(code, span, message, hint),
            }
        }
        events
    }

    fn traffic(&mut self, table: &TrafficTable) -> Traffic {
        let scale = table.scale.as_ref().map_or(1.0, |scale| *scale.get_ref());
        if let Some(written) = &table.scale
            && !(scale > 0.0 && scale <= 1e6)
        {
            self.wrong(
                "scale-out-of-range",
                written.span(),
                format!("scale out of range: {scale}"),
                "write a factor above 0 and at most 1,000,000",
            );
        }
        let slice_us = table.slice.as_ref().and_then(|slice| {
            let [from, until] = slice.get_ref();
            let range = duration_us(from).zip(duration_us(until)).filter(|(a, b)| a < b);
            if range.is_none() {
                self.wrong(
                    "not-a-slice",
                    slice.span(),
                    format!("not a slice: {from} to {until}"),
                    "write two durations, the first smaller, such as [\"0 s\", \"10 min\"]",
                );
            }
            range
        });
        let cached_share_ppm =
            table.cached_share.as_ref().and_then(|share| self.share("cached_share", share));
        Traffic {
            trace: self.named(&table.trace),
            repeat: table.repeat,
            scale,
            slice_us,
            cached_share_ppm,
            columns: table.columns.clone(),
        }
    }

    pub(super) fn share(&mut self, key: &str, written: &Spanned<String>) -> Option<u32> {
        let share = share_ppm(written.get_ref());
        if share.is_none() {
            self.wrong(
                "not-a-share",
                written.span(),
                format!("not a share: {key} = {}", written.get_ref()),
                "write between \"0 %\" and \"100 %\"",
            );
        }
        share
    }

    fn duration(&mut self, key: &str, written: Option<&Spanned<String>>) -> Option<u64> {
        let written = written?;
        let duration = duration_us(written.get_ref());
        if duration.is_none() {
            self.wrong(
                "not-a-duration",
                written.span(),
                format!("not a duration: {key} = {}", written.get_ref()),
                "write for example \"2 s\" or \"300 ms\"",
            );
        }
        duration
    }

    fn slo(&mut self, written: &ScenarioFile) -> Slo {
        let slo = &written.slo;
        Slo {
            throttled_share_ppm: slo
                .throttled_share
                .as_ref()
                .and_then(|share| self.share("throttled_share", share)),
            added_wait_p50_us: self.duration("added_wait.p50", slo.added_wait.p50.as_ref()),
            added_wait_p95_us: self.duration("added_wait.p95", slo.added_wait.p95.as_ref()),
            added_wait_p99_us: self.duration("added_wait.p99", slo.added_wait.p99.as_ref()),
        }
    }

    fn payment(&mut self, written: &Spanned<String>) -> Option<Payment> {
        let payment = Payment::parse(written.get_ref());
        if payment.is_none() {
            self.wrong(
                "unknown-commitment",
                written.span(),
                format!("unknown commitment: {}", written.get_ref()),
                "one of \"hourly\", \"1-month\", \"1-year\"",
            );
        }
        payment
    }

    fn allow(&mut self, written: &ScenarioFile) -> Allow {
        let table = &written.allow;
        let mut payments: Vec<Payment> =
            table.commitment.iter().filter_map(|word| self.payment(word)).collect();
        payments.sort_unstable();
        payments.dedup();
        Allow {
            skus: table.sku.iter().map(|sku| self.named(sku)).collect(),
            payments,
            spillover: table.spillover,
        }
    }

    fn today(&mut self, table: &TodayTable, workloads: &[Workload]) -> Option<Candidate> {
        let payment = match &table.commitment {
            Some(word) => self.payment(word)?,
            None => Payment::Hourly,
        };
        let mut deployments: Vec<PlannedDeployment> = Vec::new();
        for written in &table.deployments {
            let deployment = self.deployment(written);
            if deployments.iter().any(|other| other.name == deployment.name) {
                self.wrong(
                    "duplicate-name",
                    written.name.as_ref().map_or(written.sku.span(), Spanned::span),
                    format!("two deployments of one name: {}", deployment.name),
                    "give each its own `name`",
                );
            }
            deployments.push(deployment);
        }
        let names: Vec<Arc<str>> = deployments.iter().map(|d| d.name.clone()).collect();
        let next: Vec<Option<usize>> = table
            .deployments
            .iter()
            .map(|written| {
                let target = written.spillover_to.as_ref()?;
                let index = names.iter().position(|name| **name == **target.get_ref());
                if index.is_none() {
                    let known = names.iter().map(AsRef::as_ref);
                    self.wrong(
                        "unknown-deployment",
                        target.span(),
                        format!("unknown deployment: spillover_to = {}", target.get_ref()),
                        match nearest(target.get_ref(), known) {
                            Some(name) => format!("did you mean `{name}`?"),
                            None => "name one of [today].deployments".to_owned(),
                        },
                    );
                }
                index
            })
            .collect();
        let routes = workloads
            .iter()
            .map(|workload| self.route(workload, &deployments, &next))
            .collect::<Option<_>>()?;
        Some(Candidate { name: "today".into(), deployments, routes, payment })
    }

    fn deployment(&mut self, written: &DeploymentTable) -> PlannedDeployment {
        let (sku, model) = (self.named(&written.sku), self.named(&written.model));
        PlannedDeployment {
            name: match &written.name {
                Some(name) => name.get_ref().as_str().into(),
                None => format!("{}/{}", sku.name, model.name).into(),
            },
            model,
            sku,
            capacity_ptu: written.capacity_ptu.as_ref().map(|ptu| *ptu.get_ref()),
            limit_tokens_per_minute: written.limit_tokens_per_minute,
        }
    }

    /// A workload starts at the first deployment of its model that nothing spills to, and follows `spillover_to`.
    fn route(
        &mut self,
        workload: &Workload,
        deployments: &[PlannedDeployment],
        next: &[Option<usize>],
    ) -> Option<Vec<usize>> {
        let start = (0..deployments.len()).find(|index| {
            deployments[*index].model.name == workload.model.name && !next.contains(&Some(*index))
        });
        let Some(start) = start else {
            let place = workload.model.place.clone();
            self.found.push(
                Diagnostic::error(
                    "workload-without-deployment",
                    format!(
                        "no deployment for workload {} ({})",
                        workload.name, workload.model.name
                    ),
                )
                .at(place)
                .hint(format!(
                    "add a deployment of {} to [today].deployments",
                    workload.model.name
                )),
            );
            return None;
        };
        let mut route = vec![start];
        while let Some(index) = next[route[route.len() - 1]] {
            if route.contains(&index) {
                let place = deployments[index].sku.place.clone();
                self.found.push(
                    Diagnostic::error(
                        "spillover-in-a-circle",
                        format!("spillover in a circle: {}", deployments[index].name),
                    )
                    .at(place)
                    .hint("end the chain at a standard deployment"),
                );
                return None;
            }
            route.push(index);
        }
        Some(route)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_durations_in_words() {
        assert_eq!(share_ppm("0.1 %"), Some(1_000));
        assert_eq!(share_ppm("100%"), Some(1_000_000));
        assert_eq!(share_ppm("0.25"), Some(250_000));
        assert_eq!(share_ppm("101 %"), None);
        assert_eq!(share_ppm("-1 %"), None);
        assert_eq!(duration_us("2 s"), Some(2_000_000));
        assert_eq!(duration_us("300ms"), Some(300_000));
        assert_eq!(duration_us("-1 s"), None);
    }

    #[test]
    fn every_mistake_is_reported_at_once_with_its_place() {
        let text = "name = \"x\"\nstart = 2026-12-01\nlenght = \"1 month\"\nzone = 5\n";
        let found = load("s.toml", text).unwrap_err();
        let shown: Vec<String> = found.0.iter().map(ToString::to_string).collect();
        assert_eq!(shown.len(), 2, "{shown:?}");
        assert!(shown[0].starts_with("error: unknown key: `lenght` (s.toml:3:1)"), "{shown:?}");
        assert!(shown[0].ends_with("hint: did you mean `length`?"), "{shown:?}");
        assert!(shown[1].contains("(s.toml:4:8)"), "{shown:?}");
    }
}
