//! The tables of a scenario, as TOML.

use crate::scenario::azure::document::Origin;
use crate::scenario::azure::words::{number, quoted, shown};
use crate::units::diagnostic::{Diagnostics, Place};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::fmt::Write;

/// A deployment of `[today]`.
#[allow(clippy::struct_excessive_bools, reason = "each is a key of a deployment's table")]
#[derive(Clone, Debug, Default)]
pub struct ImportedDeployment {
    /// Its name, unique among all.
    pub name: String,
    /// SKU name of the catalogue.
    pub sku: String,
    /// Model id of the catalogue.
    pub model: String,
    /// Its region.
    pub region: String,
    /// Whether that is not the scenario's.
    pub elsewhere: bool,
    /// Its account's name; empty where no file says it.
    pub account: String,
    /// Deployed PTUs.
    pub capacity_ptu: Option<u32>,
    /// Token limit.
    pub limit_tokens_per_minute: Option<u64>,
    /// Request limit.
    pub limit_requests_per_minute: Option<u64>,
    /// Whether calls that ask for no tier are served with priority.
    pub priority: bool,
    /// Whether dynamic quota is switched on.
    pub dynamic_quota: bool,
    /// Whether it serves a fine-tuned version of its model.
    pub fine_tuned: bool,
    /// Whether it serves batches.
    pub batch: bool,
    /// Whether what a unit of its capacity is, was assumed.
    pub unit_assumed: bool,
    /// Name of the deployment that takes what it throttles.
    pub spillover_to: Option<String>,
    /// Why it could not be deployed anew; none where it could.
    pub unsold: Option<String>,
    /// Where it stands in its file.
    pub origin: Origin,
}

/// A line of `[subscription] quota`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedQuota {
    /// Model id of the catalogue.
    pub model: String,
    /// SKU name.
    pub sku: String,
    /// Region.
    pub region: String,
    /// Tokens a minute of all deployments together.
    pub tokens_per_minute: u64,
    /// Tokens a minute that are deployed.
    pub used: u64,
}

/// A `[[terms.reservation]]`.
#[derive(Clone, Debug)]
pub struct ImportedReservation {
    /// Its id on the bill.
    pub id: String,
    /// The SKU it covers.
    pub sku: String,
    /// The region it covers; none for every region.
    pub region: Option<String>,
    /// Reserved PTUs.
    pub quantity_ptu: u32,
    /// `1-month` or `1-year`.
    pub term: &'static str,
    /// First day, UTC.
    pub start: Date,
    /// `upfront` or `monthly`.
    pub payment: Option<&'static str>,
    /// Whether it renews.
    pub renews: bool,
    /// What one PTU was bought at, such as `2400 USD`.
    pub price: Option<String>,
    /// Where it stands in its file.
    pub origin: Origin,
}

/// What a scenario takes from Azure.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The scenario's region.
    pub region: String,
    /// `[today]`.
    pub deployments: Vec<ImportedDeployment>,
    /// `[subscription] ptu_quota`; none where no usage list was given.
    pub ptu_quota: Option<BTreeMap<String, u32>>,
    /// `[subscription] quota`.
    pub quota: Vec<ImportedQuota>,
    /// `[subscription] quota_tier`; none where no file says it.
    pub quota_tier: Option<String>,
    /// `[[terms.reservation]]`; none where no file lists any.
    pub reservations: Option<Vec<ImportedReservation>>,
    /// What fits `[require]`, for the user to decide.
    pub proposals: Vec<String>,
    /// What was left out, renamed, assumed or is unknown.
    pub notes: Diagnostics,
    /// Names of deployments that are in the files and not among these.
    pub left_out: Vec<String>,
}

/// Text with the origin of each of its lines that has one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traced {
    /// The text.
    pub(crate) text: String,
    /// Origins by line, from 0.
    pub(crate) origins: Vec<Option<Origin>>,
}

impl Traced {
    /// Where the line that holds an offset comes from.
    pub(crate) fn place(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.matches('\n').count();
        let origins = self.origins.iter().take(line + 1).rev();
        origins.flatten().next().map(Origin::place).unwrap_or_default()
    }

    fn line(&mut self, line: &str, origin: Option<&Origin>) {
        self.text += line;
        self.text.push('\n');
        self.origins.push(origin.cloned());
    }
}

impl Imported {
    /// Names within an account, and the names here of the deployments that alone have them: who
    /// calls one by the former means the latter.
    pub fn names_of_one(&self) -> Vec<(String, String)> {
        let own = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
        let alone = |deployment: &&ImportedDeployment| {
            let mut all = self.deployments.iter();
            let name = own(&deployment.name);
            name != deployment.name
                && !all.any(|other| other.name != deployment.name && own(&other.name) == name)
        };
        let alone = self.deployments.iter().filter(alone);
        alone.map(|deployment| (own(&deployment.name), deployment.name.clone())).collect()
    }

    /// Where in Azure's files a line of [`Imported::tables`] comes from; none of a line that comes
    /// from none.
    pub fn place_of(&self, line: &str) -> Option<Place> {
        let traced = self.traced();
        let mut lines = traced.text.lines().zip(&traced.origins);
        lines.find(|(own, _)| *own == line).and_then(|(_, origin)| Some(origin.as_ref()?.place()))
    }

    /// `[today]` and `[[terms.reservation]]`, as they stand in a scenario.
    pub fn tables(&self) -> String {
        self.traced().text
    }

    /// The same with the place in Azure's files that each line comes from.
    pub(crate) fn traced(&self) -> Traced {
        let mut out = Traced::default();
        self.today(&mut out);
        for reservation in self.reservations.iter().flatten() {
            out.line("", None);
            reservation.lines(&mut out);
        }
        out
    }

    /// The same with `[subscription]`, for a scenario that has tables of its own.
    pub(crate) fn traced_with_subscription(&self) -> Traced {
        let mut out = self.traced();
        out.line("[subscription]", None);
        if let Some(tier) = &self.quota_tier {
            out.line(&format!("quota_tier = {}", quoted(tier)), None);
        }
        if let Some(quotas) = self.ptu_quota_table() {
            out.line(&format!("ptu_quota = {quotas}"), None);
        }
        for line in self.quota_array().iter().flat_map(|array| array.lines().enumerate()) {
            let key = if line.0 == 0 { "quota = " } else { "" };
            out.line(&format!("{key}{}", line.1), None);
        }
        out
    }

    fn today(&self, out: &mut Traced) {
        out.line("[today]", None);
        let owned = self.reservations.as_ref().is_some_and(|owned| !owned.is_empty());
        let why = if owned {
            "                        # what is owned is in [[terms.reservation]]; the rest is hourly"
        } else {
            ""
        };
        out.line(&format!("commitment  = \"hourly\"{why}"), None);
        out.line("deployments = [", None);
        let mut account = None;
        for deployment in &self.deployments {
            if account != Some(&deployment.account) && !deployment.account.is_empty() {
                let line =
                    format!("    # {}, {}", shown(&deployment.account), shown(&deployment.region));
                out.line(&line, None);
            }
            account = Some(&deployment.account);
            out.line(&format!("    {},", deployment.table()), Some(&deployment.origin));
        }
        out.line("]", None);
        for note in &self.notes.0 {
            let at = note.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
            out.line(&format!("# {}{}", shown_note(&note.message), shown_note(&at)), None);
        }
    }

    /// Inline table of `ptu_quota`.
    pub fn ptu_quota_table(&self) -> Option<String> {
        let quotas = self.ptu_quota.as_ref()?;
        let parts: Vec<String> = quotas
            .iter()
            .map(|(sku, ptu)| format!("{sku} = {}", number(u64::from(*ptu))))
            .collect();
        Some(format!("{{ {} }}", parts.join(", ")))
    }

    /// Array of `quota`, on several lines.
    pub fn quota_array(&self) -> Option<String> {
        if self.quota.is_empty() {
            return None;
        }
        let mut out = "[\n".to_owned();
        for quota in &self.quota {
            let _ = writeln!(
                out,
                "    {{ model = {}, sku = {}, region = {}, tokens_per_minute = {} }},   # {} deployed",
                quoted(&quota.model),
                quoted(&quota.sku),
                quoted(&quota.region),
                number(quota.tokens_per_minute),
                number(quota.used)
            );
        }
        Some(out + "]")
    }
}

/// A note on one line. Notes are sentences and may be longer than names.
fn shown_note(note: &str) -> String {
    note.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

impl ImportedDeployment {
    /// An inline table.
    fn table(&self) -> String {
        let mut out = format!(
            "{{ name = {}, sku = {}, model = {}",
            quoted(&self.name),
            quoted(&self.sku),
            quoted(&self.model)
        );
        if self.elsewhere {
            let _ = write!(out, ", region = {}", quoted(&self.region));
        }
        if let Some(ptu) = self.capacity_ptu {
            let _ = write!(out, ", capacity_ptu = {}", number(u64::from(ptu)));
        }
        if let Some(tokens) = self.limit_tokens_per_minute {
            let _ = write!(out, ", limit_tokens_per_minute = {}", number(tokens));
        }
        if let Some(requests) = self.limit_requests_per_minute {
            let _ = write!(out, ", limit_requests_per_minute = {}", number(requests));
        }
        if self.priority {
            out += ", service_tier = \"priority\"";
        }
        if self.dynamic_quota {
            out += ", dynamic_quota = true";
        }
        if self.fine_tuned {
            out += ", fine_tuned = true";
        }
        if let Some(target) = &self.spillover_to {
            let _ = write!(out, ", spillover_to = {}", quoted(target));
        }
        out + " }"
    }
}

impl ImportedReservation {
    fn lines(&self, out: &mut Traced) {
        let origin = Some(&self.origin);
        out.line("[[terms.reservation]]", origin);
        out.line(&format!("id           = {}", quoted(&self.id)), origin);
        out.line(&format!("sku          = {}", quoted(&self.sku)), origin);
        if let Some(region) = &self.region {
            out.line(&format!("region       = {}", quoted(region)), origin);
        }
        out.line(&format!("quantity_ptu = {}", self.quantity_ptu), origin);
        out.line(&format!("term         = {}", quoted(self.term)), origin);
        out.line(&format!("start        = {}", self.start), origin);
        if let Some(payment) = self.payment {
            out.line(&format!("payment      = {}", quoted(payment)), origin);
        }
        out.line(&format!("renews       = {}", self.renews), origin);
        if let Some(price) = &self.price {
            out.line(&format!("price        = {}", quoted(price)), origin);
        }
    }
}
