//! Prices and limits beside plain tokens and PTUs: fine-tuning, hosting, machines, batch queues, priority targets.

use crate::catalog::Catalog;
use crate::catalog::price::{ADD_A_PRICE, TokenPriceQuery, one_price, unit_price};
use crate::catalog::sku::{BillingMode, Scope};
use crate::catalog::table::{Row, Table};
use crate::ledger::metered::MeterKind;
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::units::code::Code;
use crate::units::dated::Dated;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::UnitPrice;
use crate::units::tokens::TokenClass;
use jiff::civil::Date;

/// What the price of another meter depends on.
#[derive(Clone, Copy, Debug)]
pub struct MeterQuery<'a> {
    /// Model id or alias; the router for routed input.
    pub model: &'a str,
    /// SKU name.
    pub sku: &'a str,
    /// Region of the job or deployment.
    pub region: &'a str,
    /// What is counted.
    pub kind: MeterKind,
    /// Accelerator family, VM size or grader model.
    pub variant: Option<&'a str>,
}

impl Catalog {
    /// The price of fine-tuning, hosting, machines, routing and queries on a day: per million
    /// tokens, hour, accelerator-hour, core-hour or query.
    pub fn meter_price(
        &self,
        query: &MeterQuery<'_>,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let MeterQuery { model, sku, region, kind, variant } = *query;
        match kind {
            MeterKind::TrainingTokens | MeterKind::TrainingTime | MeterKind::Hosting => {
                self.fine_tuning_price(model, sku, region, kind.as_str(), on)
            }
            MeterKind::GraderInput | MeterKind::GraderCachedInput | MeterKind::GraderOutput => {
                let grader = variant.unwrap_or(model);
                self.scoped_fine_tuning_price(grader, "grader", region, kind.as_str(), on)
            }
            MeterKind::Accelerators => {
                let family = variant.unwrap_or_default();
                self.machine_price("managed_compute", family, "*", "", on)
            }
            MeterKind::VmCores => {
                let size = variant.unwrap_or_default();
                let price = self.machine_price("vm", size, region, "linux", on)?;
                let cores = self
                    .machine_attribute("vm", size, region, "linux", "vcpus", on)
                    .and_then(|row| row.value().parse::<u64>().ok())
                    .filter(|cores| *cores > 0);
                match cores {
                    Some(cores) => {
                        Ok(price.map(|price| UnitPrice { per: price.per * cores, ..price }))
                    }
                    None => Err(Diagnostic::error(
                        "no-price",
                        format!("number of cores unknown: {size} in {region}"),
                    )),
                }
            }
            MeterKind::RoutedInput => {
                let (tier, context) = (ServiceTier::Standard, ContextTier::Default);
                let class = TokenClass::Input;
                self.token_price(&TokenPriceQuery { model, sku, region, tier, context, class }, on)
            }
            MeterKind::Queries => self.query_price(query, on),
            MeterKind::Prefill
            | MeterKind::CachedPrefill
            | MeterKind::Sampling
            | MeterKind::InteractiveTraining => Err(Diagnostic::error(
                "price-unknown",
                format!("price unknown: {model} · {} ({sku} in {region})", kind.as_str()),
            )
            .hint("interactive training is a preview without published prices (S 56)")),
        }
    }

    /// The price of a token class of a fine-tuned deployment on a day (S 57). A developer deployment has its own rows where the
    /// platform meters them, else the Global Standard price of the base model.
    pub fn fine_tuned_token_price(
        &self,
        model: &str,
        sku: &str,
        region: &str,
        class: TokenClass,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        match self.fine_tuning_price(model, sku, region, class.as_str(), on) {
            Err(error) if error.code == Code::NoPrice => {
                let (tier, context) = (ServiceTier::Standard, ContextTier::Default);
                let developer = self.sku(sku)?.billing == BillingMode::Developer;
                let sku = if developer { "GlobalStandard" } else { sku };
                let query = TokenPriceQuery { model, sku, region, tier, context, class };
                self.token_price(&query, on)
            }
            found => found,
        }
    }

    fn fine_tuning_price(
        &self,
        model: &str,
        sku: &str,
        region: &str,
        meter: &str,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let sku = self.sku(sku)?;
        let training = match (sku.billing, sku.scope) {
            (BillingMode::Developer, _) => "developer",
            (_, Scope::Global) => "global",
            (_, Scope::DataZone) => "data_zone",
            (_, Scope::Regional) => "regional",
        };
        self.scoped_fine_tuning_price(model, training, region, meter, on)
    }

    fn scoped_fine_tuning_price(
        &self,
        model: &str,
        training: &str,
        region: &str,
        meter: &str,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let id = self.model(model)?.id.clone();
        let region = self.region(region)?.name.clone();
        let table = &self.tables.finetune_prices;
        let what = format!("{id} · {training} · {meter} in {region}");
        let covers = |row: &&Row| {
            let scopes = &self.tables.price_scopes;
            row.key(3) == meter && !scopes.with_prefix(&[row.key(2), &region]).is_empty()
        };
        let rows: Vec<&Row> = table.with_prefix(&[&id, training]).iter().filter(covers).collect();
        let current: Vec<&Row> = rows.iter().copied().filter(|row| row.in_force(on)).collect();
        match one_price(&current) {
            Ok(Some(row)) => priced(table, row, &what, on),
            Ok(None) if rows.is_empty() => {
                Err(Diagnostic::error("no-price", format!("no fine-tuning price: {what}"))
                    .hint("`ptuplan catalog show MODEL` lists where it can be fine-tuned"))
            }
            Ok(None) => {
                let rows: Vec<Row> = rows.into_iter().cloned().collect();
                let mut error = table.not_in_force(&rows, &what, on);
                error.code = Code::PriceNotInForce;
                Err(error)
            }
            Err([first, second]) => Err(Diagnostic::error(
                "price-ambiguous",
                format!(
                    "fine-tuning price ambiguous: {what} on {on} ({} and {})",
                    table.place(first),
                    table.place(second)
                ),
            )),
        }
    }

    /// The hourly price of a machine on a day: an accelerator of managed compute, or a whole virtual machine.
    pub fn machine_price(
        &self,
        kind: &str,
        machine: &str,
        region: &str,
        os: &str,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let table = &self.tables.machines;
        let keys = [kind, machine, region, os, "hourly"];
        let what = format!("{machine} in {region}");
        let rows = table.with_prefix(&keys);
        if rows.is_empty() {
            let mut known: Vec<&str> =
                table.with_prefix(&[kind]).iter().map(|row| row.key(1)).collect();
            known.dedup();
            return Err(Diagnostic::error("no-price", format!("no machine price: {what}"))
                .hint(format!("machines are {}", known.join(", "))));
        }
        if let Some(row) = rows.iter().find(|row| row.in_force(on)) {
            return priced(table, row, &what, on);
        }
        let mut error = table.not_in_force(rows, &what, on);
        error.code = Code::PriceNotInForce;
        Err(error)
    }

    /// A fact about a machine, such as its `vcpus`.
    pub fn machine_attribute(
        &self,
        kind: &str,
        machine: &str,
        region: &str,
        os: &str,
        attribute: &str,
        on: Date,
    ) -> Option<&Row> {
        self.tables.machines.in_force(&[kind, machine, region, os, attribute], on)
    }

    /// Tokens that may be enqueued in batch jobs of a model as a batch SKU at a tier (S 30). An error where the platform offers none.
    pub fn enqueued_tokens(
        &self,
        model: &str,
        sku: &str,
        tier: &str,
        on: Date,
    ) -> Result<Dated<u64>, Diagnostic> {
        let id = self.model(model)?.id.clone();
        let table = &self.tables.batch_limits;
        let keys = [&*id, sku, tier, "enqueued_tokens"];
        let what = format!("{id} · {sku} · {tier}");
        let Some(row) = table.in_force(&keys, on) else {
            return Err(table.not_in_force(table.with_prefix(&keys), &what, on));
        };
        match row.value().parse() {
            Ok(tokens) => Ok(table.dated(row, tokens)),
            Err(_) => Err(Diagnostic::error(
                "not-offered",
                format!("batch {}: {what} ({})", row.value(), table.place(row)),
            )),
        }
    }

    /// Monthly tokens of a tenant above which latency of a model may rise (S 20), none where no tier is stated.
    pub fn usage_tier_tokens(&self, model: &str, on: Date) -> Option<Dated<u64>> {
        let id = &self.model(model).ok()?.id;
        let table = &self.tables.usage_tiers;
        let row = table.in_force(&[id, "tokens_per_month"], on)?;
        Some(table.dated(row, row.value().parse().ok()?))
    }

    /// Requests and tokens a minute of one unit of a model's capacity (S 3), none where it is only derivable from the tiers.
    pub fn capacity_unit(&self, model: &str, on: Date) -> Option<(Dated<u64>, Dated<u64>)> {
        let id = &self.model(model).ok()?.id;
        let table = &self.tables.capacity_units;
        let of = |attribute: &str| {
            let row = table.in_force(&[id, attribute], on)?;
            Some(table.dated(row, row.value().parse().ok()?))
        };
        of("requests").zip(of("tokens"))
    }

    /// Output tokens per second that priority processing of a model aims at (S 37), none where no target is stated.
    pub fn priority_tokens_per_second(&self, model: &str, on: Date) -> Option<Dated<u32>> {
        self.priority_target(model, "min_tokens_per_second", on)
    }

    /// Input length above which priority requests are served at the standard tier (S 38), none where not stated.
    pub fn priority_downgrade_above(&self, model: &str, on: Date) -> Option<Dated<u32>> {
        self.priority_target(model, "downgrade_above_input_tokens", on)
    }

    fn priority_target(&self, model: &str, attribute: &str, on: Date) -> Option<Dated<u32>> {
        let id = &self.model(model).ok()?.id;
        let table = &self.tables.priority_targets;
        let mut rows = table.with_prefix(&[id]).iter();
        let row = rows.rfind(|row| row.key(2) == attribute && row.in_force(on))?;
        Some(table.dated(row, row.value().parse().ok()?))
    }
}

fn priced(table: &Table, row: &Row, what: &str, on: Date) -> Result<Dated<UnitPrice>, Diagnostic> {
    let price = unit_price(row.value(), row.unit()).ok_or_else(|| {
        let place = table.place(row);
        Diagnostic::error("price-unknown", format!("price unknown: {what} on {on} ({place})"))
            .hint(ADD_A_PRICE)
    })?;
    Ok(table.dated(row, price))
}
