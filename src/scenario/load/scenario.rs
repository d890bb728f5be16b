//! The whole file.

use crate::billing::agreement::table::TermsTable;
use crate::scenario::azure::Imported;
use crate::scenario::load::Check;
use crate::scenario::load::machines::tuned_today;
use crate::scenario::load::parse::parse;
use crate::scenario::question::require::require;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::stated::StatedParameters;
use crate::scenario::schema::{OwnQuotaTable, ScenarioFile, TodayTable};
use crate::units::calendar::Period;
use crate::units::diagnostic::Diagnostics;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// Parses and checks a scenario. `file` is the name used in messages.
pub fn load(file: &str, text: &str) -> Result<Scenario, Diagnostics> {
    let written = parse(file, text)?;
    let mut check = Check::new(file, text);
    match check.scenario(written) {
        Some(scenario) => check.into_result(scenario),
        None => Err(check.found),
    }
}

/// The first day and the region of a scenario, before anything else of it is checked.
pub fn first_day_and_region(file: &str, text: &str) -> Result<(Date, String), Diagnostics> {
    let written: ScenarioFile = parse(file, text)?;
    let mut check = Check::new(file, text);
    match check.period(&written) {
        Some(period) => Ok((period.first_date(), written.region.into_inner())),
        None => Err(check.found),
    }
}

/// Names of the deployments that workloads of a scenario call.
pub fn called(file: &str, text: &str) -> Result<Vec<String>, Diagnostics> {
    let written: ScenarioFile = parse(file, text)?;
    let routes = written.workload.iter().flat_map(|own| own.route.iter().flatten());
    Ok(routes.map(|name| name.get_ref().clone()).collect())
}

/// The same with `[today]`, reservations owned and quotas as Azure's files have them, each where they say anything about it. A
/// mistake in what they say is shown where it stands in them.
///
/// `routes` are names of deployments before and after: where a workload calls one that is not there, it calls the other.
pub fn load_with(
    file: &str,
    text: &str,
    imported: &Imported,
    routes: &[(String, String)],
) -> Result<Scenario, Diagnostics> {
    let mut written: ScenarioFile = parse(file, text)?;
    let has = |name: &str| imported.deployments.iter().any(|own| own.name == name);
    for named in written.workload.iter_mut().flat_map(|own| own.route.iter_mut().flatten()) {
        if has(named.get_ref()) {
            continue;
        }
        let mut pairs = routes.iter().flat_map(|(old, new)| [(old, new), (new, old)]);
        let other = pairs.find(|(from, to)| *from == named.get_ref() && has(to));
        if let Some((_, to)) = other {
            named.get_mut().clone_from(to);
        }
    }
    let traced = imported.traced_with_subscription();
    // Spans beyond the end of the scenario are told apart from its own.
    let padded = format!("{}\n{}", " ".repeat(text.len()), traced.text);
    let tables: ImportedFile = parse("the tables made of Azure's files", &padded)?;
    written.today = Some(tables.today);
    if imported.reservations.is_some() {
        written.terms.reservation = tables.terms.reservation;
    }
    let subscription = &mut written.subscription;
    subscription.quota_tier =
        tables.subscription.quota_tier.unwrap_or(subscription.quota_tier.clone());
    if imported.ptu_quota.is_some() {
        subscription.ptu_quota = tables.subscription.ptu_quota;
    }
    if !imported.quota.is_empty() {
        subscription.quota = tables.subscription.quota;
    }
    let mut check = Check::new(file, text);
    check.imported = Some(&traced);
    match check.scenario(written) {
        Some(scenario) => check.into_result(scenario),
        None => Err(check.found),
    }
}

/// The tables that stand for those of the file.
#[derive(Debug, Deserialize)]
struct ImportedFile {
    today: TodayTable,
    #[serde(default)]
    terms: TermsTable,
    #[serde(default)]
    subscription: ImportedSubscription,
}

#[derive(Debug, Default, Deserialize)]
struct ImportedSubscription {
    quota_tier: Option<Spanned<String>>,
    #[serde(default)]
    ptu_quota: BTreeMap<String, u32>,
    #[serde(default)]
    quota: Vec<OwnQuotaTable>,
}

impl Check<'_> {
    fn scenario(&mut self, written: ScenarioFile) -> Option<Scenario> {
        let period = self.period(&written);
        let window = period.as_ref().and_then(|period| self.window(period, &written));
        let slo = self.slo_of_all(&written);
        let survives = self.survives(written.slo.survives_outage.as_ref());
        let mut workloads = self.workloads(&written, &slo);
        let mut allow = self.allow(&written);
        self.allowed_models(&written.allow.model, &mut workloads);
        let region = self.named(&written.region);
        let today = written.today.as_ref().and_then(|today| self.today(today, &workloads, &region));
        allow.kinds = allow.kinds.or_as_today(today.as_ref());
        tuned_today(&mut workloads, today.as_ref());
        let events = self.events(&written, today.as_ref());
        let mut commercial = self.terms(&written, today.as_ref());
        if let Some(period) = &period {
            commercial.agreement.zone = period.zone().clone();
        }
        let uncertain = self.uncertain(&written);
        let what_ifs = self.what_ifs(&written.what_if, &workloads);
        let subscription = &written.subscription;
        let (kind, requests) = (subscription.kind.as_ref(), subscription.quota_request.as_slice());
        let mut require = require(written.require.as_ref(), kind, requests, self);
        require.has_used = subscription.has_used.iter().map(|name| self.named(name)).collect();
        let months = period.as_ref().and_then(Period::whole_months).unwrap_or(1);
        let horizon_months = self.horizon(&written, months as u32);
        let mut parameters = StatedParameters::default();
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
            region,
            quota_tier: self.named(&written.subscription.quota_tier),
            name: written.name,
            period: period?,
            window: window?,
            seed: written.seed,
            workloads,
            slo,
            survives,
            allow,
            agreement: written.subscription.agreement.as_ref().map(|name| self.named(name)),
            quotas: self.own_quotas(&written.subscription.quota),
            ptu_quota: written.subscription.ptu_quota,
            require,
            today,
            events,
            uncertain,
            what_ifs,
            horizon_months,
            commercial,
            service_time_per_mille: 1_000,
            promotions: None,
            parameters,
            spelled: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
