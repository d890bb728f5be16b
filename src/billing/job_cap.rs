//! The cost cap of a reinforcement-tuning job: training and grading stop at it, with a checkpoint that can be deployed (S 53).

#![deny(clippy::float_arithmetic)]
use crate::billing::line::out_of_range;
use crate::billing::line::{Meter, Rate};
use crate::billing::prices::{MeterKey, PriceSource};
use crate::billing::rate::{Subject, rate};
use crate::billing::terms::JobCap;
use crate::billing::terms::Terms;
use crate::ledger::metered::{Amount, MeterKind, MeteredUsage};
use crate::units::calendar::utc_date;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::{Money, MoneyError, UnitPrice};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The hundredths of a training hour after which a job pauses: the most whose cost, with the grading that goes with them,
/// stays within the cap. `per_hour` is the price of training, `grading_per_hour` what graders cost in an hour of it.
/// None when neither costs anything. A job that is resumed has no further cap.
pub fn training_hundredths_at_cap(
    cap: Money,
    per_hour: &UnitPrice,
    grading_per_hour: Money,
) -> Result<Option<u64>, Diagnostic> {
    let hour =
        per_hour.cost_of(1).and_then(|hour| hour.plus(grading_per_hour)).map_err(out_of_range)?;
    // An error when the cap is in another currency.
    hour.plus(cap).map_err(out_of_range)?;
    let Some(hours) = cap.amount().checked_div(hour.amount()) else { return Ok(None) };
    let hundredths = hours.checked_mul(Decimal::ONE_HUNDRED).map(|hundredths| hundredths.floor());
    let whole = hundredths.and_then(|hundredths| hundredths.to_u64());
    let range = || out_of_range(MoneyError::Range(format!("{} / {}", cap.amount(), hour.amount())));
    whole.map(Some).ok_or_else(range)
}

/// The usage with every capped job stopped at its cap: its training in the order of time, its grading in proportion.
pub(crate) fn capped(
    usage: &[MeteredUsage],
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Vec<MeteredUsage>, Diagnostic> {
    let mut usage = usage.to_vec();
    for cap in &terms.job_caps {
        stop(&mut usage, cap, terms, prices)?;
    }
    Ok(usage)
}

fn stop(
    usage: &mut [MeteredUsage],
    cap: &JobCap,
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<(), Diagnostic> {
    let mut own: Vec<&mut MeteredUsage> =
        usage.iter_mut().filter(|record| *record.resource.name == *cap.job).collect();
    own.sort_by_key(|record| record.from);
    let count = |record: &MeteredUsage| match record.amount {
        Amount::Count(count) => count,
        Amount::Running(_) => 0,
    };
    let (mut trained, mut hourly) = (0_u64, None);
    let mut grading = Money::zero(terms.currency);
    for record in &own {
        match record.kind {
            MeterKind::TrainingTime => {
                trained += count(record);
                if hourly.is_none() {
                    hourly = Some(price_of(record, terms, prices)?);
                }
            }
            MeterKind::GraderInput | MeterKind::GraderCachedInput | MeterKind::GraderOutput => {
                let cost = price_of(record, terms, prices)?.contracted.cost_of(count(record));
                grading = cost.and_then(|cost| grading.plus(cost)).map_err(out_of_range)?;
            }
            _ => {}
        }
    }
    let Some(hourly) = hourly.filter(|_| trained > 0) else {
        return Err(Diagnostic::error(
            "job-without-training",
            format!("a cap on job {}, which trains by no hour", cap.job),
        )
        .hint("name a job of reinforcement tuning that the usage has"));
    };
    let share = UnitPrice { price: grading, per: trained };
    let grading_per_hour = share.cost_of(100).map_err(out_of_range)?;
    let most = training_hundredths_at_cap(cap.limit, &hourly.contracted, grading_per_hour)?;
    let allowed = most.unwrap_or(trained).min(trained);
    let mut left = allowed;
    for record in own {
        let Amount::Count(count) = &mut record.amount else { continue };
        match record.kind {
            MeterKind::TrainingTime => {
                *count = (*count).min(left);
                left -= *count;
            }
            MeterKind::GraderInput | MeterKind::GraderCachedInput | MeterKind::GraderOutput => {
                let part = u128::from(*count) * u128::from(allowed) / u128::from(trained);
                *count = u64::try_from(part).unwrap_or(*count);
            }
            _ => {}
        }
    }
    Ok(())
}

/// The price of a record's meter, for whole units.
fn price_of(
    record: &MeteredUsage,
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Rate, Diagnostic> {
    let on = utc_date(record.from);
    let MeteredUsage { resource, kind, variant, .. } = record;
    let key = MeterKey { resource, kind: *kind, variant: variant.as_deref() };
    let list = prices.meter_price(key, on)?;
    let meter = Meter::Other { kind: *kind, variant: variant.clone() };
    let subject = Subject { sku: &resource.sku, model: Some(&resource.model), meter: &meter, on };
    rate(list, subject, terms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::money::Currency;

    fn usd(text: &str) -> Money {
        Money::new(text.parse().unwrap(), Currency::USD)
    }

    #[test]
    fn a_cap_of_5000_pauses_a_job_of_100_an_hour_after_50_hours() {
        let at = |cap, hourly, grading| {
            let per_hour = UnitPrice { price: usd(hourly), per: 1 };
            training_hundredths_at_cap(usd(cap), &per_hour, usd(grading)).unwrap()
        };
        assert_eq!(at("5000", "100", "0"), Some(5_000));
        assert_eq!(at("5000", "100", "6.765"), Some(4_683));
        assert_eq!(at("5000", "0", "0"), None);
    }
}
