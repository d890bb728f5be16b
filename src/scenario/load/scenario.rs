//! The whole file.

use crate::scenario::load::Check;
use crate::scenario::load::machines::tuned_today;
use crate::scenario::load::parse::parse;
use crate::scenario::question::require::require;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::schema::ScenarioFile;
use crate::units::calendar::Period;
use crate::units::diagnostic::Diagnostics;
use std::collections::BTreeMap;

/// Parses and checks a scenario. `file` is the name used in messages.
pub fn load(file: &str, text: &str) -> Result<Scenario, Diagnostics> {
    let written = parse(file, text)?;
    let mut check = Check::new(file, text);
    match check.scenario(written) {
        Some(scenario) => check.into_result(scenario),
        None => Err(check.found),
    }
}

impl Check<'_> {
    fn scenario(&mut self, written: ScenarioFile) -> Option<Scenario> {
        let period = self.period(&written);
        let window = period.as_ref().and_then(|period| self.window(period, &written));
        let slo = self.slo_of_all(&written);
        let survives = self.survives(written.slo.survives_outage.as_ref());
        let mut workloads = self.workloads(&written, &slo);
        let mut allow = self.allow(&written);
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
        let require = require(written.require.as_ref(), kind, requests, self);
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
            ptu_quota: written.subscription.ptu_quota,
            require,
            today,
            events,
            uncertain,
            what_ifs,
            horizon_months,
            commercial,
            service_time_per_mille: 1_000,
            parameters,
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
