//! Checks of `[uncertain]` and `[horizon]`.

use crate::scenario::load::Check;
use crate::scenario::question::uncertain::{
    DEFAULT_HOLD_IN, DEFAULT_REPLICATIONS, Triangular, Uncertain,
};
use crate::scenario::schema::{Quantity, RangeValue, ScenarioFile};
use std::ops::RangeInclusive;
use toml::Spanned;

/// Futures that can be asked for.
const MAX_REPLICATIONS: u32 = 10_000;
/// Months that can be looked ahead.
const MAX_MONTHS: u32 = 36;

/// A factor above 0: how much more or less of something.
const FACTOR: RangeInclusive<f64> = 0.001..=1_000.0;
const SHARE: RangeInclusive<f64> = 0.0..=1.0;
const GROWTH: RangeInclusive<f64> = -0.9..=1.0;

/// A number, or a percentage in words, as a number. None when it is neither.
pub(in crate::scenario) fn quantity(written: &Quantity) -> Option<f64> {
    let value = match written {
        Quantity::Number(number) => *number,
        Quantity::Text(text) => match text.trim().strip_suffix('%') {
            Some(number) => number.trim().parse::<f64>().ok()? / 100.0,
            None => text.trim().parse().ok()?,
        },
    };
    value.is_finite().then_some(value)
}

impl Check<'_> {
    pub(super) fn uncertain(&mut self, written: &ScenarioFile) -> Option<Uncertain> {
        let table = written.uncertain.as_ref()?;
        let replications = match &table.replications {
            None => DEFAULT_REPLICATIONS,
            Some(written) => {
                let count = *written.get_ref();
                if !(1..=MAX_REPLICATIONS).contains(&count) {
                    self.wrong(
                        "replications-out-of-range",
                        written.span(),
                        format!("replications out of range: {count}"),
                        "write between 1 and 10,000",
                    );
                }
                count
            }
        };
        let hold_in = table.hold_in.as_ref().map_or(Some(DEFAULT_HOLD_IN), |written| {
            self.share("hold_in", written).map(|ppm| f64::from(ppm) / 1e6)
        });
        let one = Triangular::certain(1.0);
        let mut factor = |name: &str, written: &Option<Spanned<RangeValue>>| {
            written.as_ref().map_or(one, |w| self.range(name, w, FACTOR).unwrap_or(one))
        };
        let traffic = factor("traffic", &table.traffic);
        let input_length = factor("input_length", &table.input_length);
        let output_length = factor("output_length", &table.output_length);
        let service_time = factor("service_time", &table.service_time);
        let token_price = factor("token_price", &table.token_price);
        let ptu_price = factor("ptu_price", &table.ptu_price);
        let growth = table.growth_per_month.as_ref();
        let growth_per_month = growth.and_then(|w| self.range("growth_per_month", w, GROWTH));
        let cached_share =
            table.cached_share.as_ref().and_then(|w| self.range("cached_share", w, SHARE));
        let parameters = table
            .parameters
            .iter()
            .filter_map(|(name, w)| Some((name.clone(), self.range(name, w, 0.0..=1e12)?)))
            .collect();
        Some(Uncertain {
            replications,
            hold_in: hold_in?,
            traffic,
            growth_per_month: growth_per_month.unwrap_or(Triangular::certain(0.0)),
            cached_share,
            input_length,
            output_length,
            service_time,
            token_price,
            ptu_price,
            parameters,
        })
    }

    fn range(
        &mut self,
        name: &str,
        written: &Spanned<RangeValue>,
        within: RangeInclusive<f64>,
    ) -> Option<Triangular> {
        let read = |quantity_: &Quantity| quantity(quantity_).filter(|v| within.contains(v));
        let values = match written.get_ref() {
            RangeValue::Point(value) => [read(value); 3],
            RangeValue::Range(table) => [read(&table.low), read(&table.mode), read(&table.high)],
        };
        let [Some(low), Some(mode), Some(high)] = values else {
            self.wrong(
                "not-a-range",
                written.span(),
                format!("not a range: {name}"),
                format!(
                    "write one value, or low, mode and high, between {} and {}, as numbers or percentages",
                    within.start(),
                    within.end()
                ),
            );
            return None;
        };
        if low > mode || mode > high {
            self.wrong(
                "range-out-of-order",
                written.span(),
                format!("range out of order: {name}: {low}, {mode}, {high}"),
                "low is the least possible value, mode the most likely one, high the greatest",
            );
            return None;
        }
        Some(Triangular { low, mode, high })
    }

    /// Months the plan looks ahead: as stated, else as many as the period has.
    pub(super) fn horizon(&mut self, written: &ScenarioFile, period_months: u32) -> u32 {
        let Some(table) = &written.horizon else { return period_months.clamp(1, MAX_MONTHS) };
        let months = *table.months.get_ref();
        if !(1..=MAX_MONTHS).contains(&months) {
            self.wrong(
                "horizon-out-of-range",
                table.months.span(),
                format!("horizon out of range: {months} months"),
                "write between 1 and 36",
            );
        }
        months
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_and_numbers_mean_the_same() {
        let text = |text: &str| quantity(&Quantity::Text(text.into()));
        assert_eq!(text("30 %"), Some(0.3));
        assert_eq!(text("-5%"), Some(-0.05));
        assert_eq!(text("1.5"), Some(1.5));
        assert_eq!(text("many"), None);
        assert_eq!(quantity(&Quantity::Number(0.3)), Some(0.3));
        assert_eq!(quantity(&Quantity::Number(f64::NAN)), None);
    }
}
