//! Exact money. Amounts are decimals, currencies never mix, and there is one rounding site: [`UnitPrice::cost_of`].

#![deny(clippy::float_arithmetic)]

use rust_decimal::{Decimal, RoundingStrategy};
use std::fmt;
use std::str::FromStr;

/// Decimal places a cost is kept to. Token costs are exact at this scale; only costs prorated by the minute are rounded.
pub const COST_DECIMALS: u32 = 12;

/// An ISO 4217 currency code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The US dollar, in which the platform's list prices are stated.
    pub const USD: Self = Self(*b"USD");

    /// Decimals of the currency's smallest unit (ISO 4217): 2 for most, none for yen, 3 for dinars.
    pub fn decimals(&self) -> u32 {
        match self.as_str() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF"
            | "UGX" | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            _ => 2,
        }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl FromStr for Currency {
    type Err = String;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        match <[u8; 3]>::try_from(code.as_bytes()) {
            Ok(bytes) if bytes.iter().all(u8::is_ascii_uppercase) => Ok(Self(bytes)),
            _ => Err(format!("`{code}` is not a three-letter currency code")),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An amount of one currency. There is no product of two amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

/// Two currencies met, or an amount left the range of 28 digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Amounts of two currencies were added.
    #[error("currencies differ: {0} and {1}")]
    Currencies(Currency, Currency),
    /// An amount does not fit 28 significant digits.
    #[error("amount out of range: {0}")]
    Range(String),
}

impl Money {
    /// An amount of a currency.
    pub const fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { amount: Decimal::ZERO, currency }
    }

    /// The exact amount.
    pub const fn amount(&self) -> Decimal {
        self.amount
    }

    /// The currency.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The sum; an error when the currencies differ or the sum leaves the range.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies(self.currency, other.currency));
        }
        let amount = self
            .amount
            .checked_add(other.amount)
            .ok_or_else(|| MoneyError::Range(format!("{} + {}", self.amount, other.amount)))?;
        Ok(Self { amount, currency: self.currency })
    }

    /// The difference; errors as for [`Money::plus`].
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.plus(Self { amount: -other.amount, currency: other.currency })
    }

    /// The sum of amounts of `currency`.
    pub fn sum(
        currency: Currency,
        amounts: impl IntoIterator<Item = Self>,
    ) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    /// The amount split by weights so that the parts sum exactly to it: whole steps of [`COST_DECIMALS`] (or of the amount's
    /// own scale, when finer) by largest remainder, ties to the first. None when no weight is above 0, or a step leaves 128 bits.
    pub fn split(&self, weights: &[u64]) -> Option<Vec<Self>> {
        let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        if total == 0 {
            return None;
        }
        let scale = self.amount.scale().max(COST_DECIMALS);
        let mantissa = self.amount.mantissa();
        let units = mantissa.checked_mul(10_i128.pow(scale - self.amount.scale()))?;
        let mut parts = Vec::with_capacity(weights.len());
        let mut remainders = Vec::with_capacity(weights.len());
        for (index, weight) in weights.iter().enumerate() {
            // units * weight / total without leaving 128 bits: the whole multiples of total first.
            let weight = i128::from(*weight);
            let rest = units.rem_euclid(total).checked_mul(weight)?;
            parts.push(units.div_euclid(total).checked_mul(weight)? + rest.div_euclid(total));
            remainders.push((std::cmp::Reverse(rest.rem_euclid(total)), index));
        }
        remainders.sort_unstable();
        let left = units - parts.iter().sum::<i128>();
        for (_, index) in remainders.into_iter().take(left as usize) {
            parts[index] += 1;
        }
        let money = |units| Decimal::try_from_i128_with_scale(units, scale).ok();
        parts
            .into_iter()
            .map(|part| money(part).map(|amount| Self { amount: amount.normalize(), ..*self }))
            .collect()
    }

    /// The exact amount as text without trailing zeros, as results promise it.
    pub fn to_exact_string(&self) -> String {
        self.amount.normalize().to_string()
    }

    /// The amount for people, half to even, with thousands separated: to the currency's smallest unit, and to two
    /// significant digits where it is so small that it would read as nothing, or as another amount.
    pub fn to_display_string(&self) -> String {
        let decimals = display_decimals(self.amount, self.currency);
        let strategy = RoundingStrategy::MidpointNearestEven;
        let rounded = self.amount.round_dp_with_strategy(decimals, strategy);
        let text = format!("{:.*}", decimals as usize, rounded.abs());
        let (whole, cents) = text.split_once('.').unwrap_or((&text, ""));
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if rounded.is_sign_negative() && !rounded.is_zero() { "-" } else { "" };
        let point = if cents.is_empty() { "" } else { "." };
        format!("{sign}{grouped}{point}{cents} {}", self.currency)
    }
}

/// Decimals an amount is shown with: those of its currency; more for what is less than a tenth of the currency's unit (or,
/// where the unit has no parts, less than one) and no whole number of smallest units: two significant digits then.
pub fn display_decimals(amount: Decimal, currency: Currency) -> u32 {
    let own = currency.decimals();
    let size = amount.abs().normalize();
    let small = if own == 0 { Decimal::ONE } else { Decimal::new(1, 1) };
    if size.is_zero() || size >= small || size.scale() <= own {
        return own;
    }
    let digits = size.mantissa().unsigned_abs().checked_ilog10().unwrap_or(0);
    // The first significant digit is the `scale - digits`th decimal; one more makes two of them.
    let two = size.scale().saturating_sub(digits).saturating_add(1);
    let shown = size.round_dp(two.max(own)).normalize().scale();
    shown.max(own)
}

/// The price of `per` units of something, such as 2.00 USD per 1,000,000 tokens or 1.00 USD per PTU-hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitPrice {
    /// The price of `per` units.
    pub price: Money,
    /// How many units the price is for, above 0.
    pub per: u64,
}

impl UnitPrice {
    /// The price times an exact factor, such as a discount's remainder or an exchange rate. Nothing is rounded: a product
    /// of more than 28 digits is an error.
    pub fn scaled(&self, factor: Decimal) -> Result<Self, MoneyError> {
        let range = || MoneyError::Range(format!("{} x {factor}", self.price.amount));
        let (price, factor) = (self.price.amount.normalize(), factor.normalize());
        let product = price.mantissa().checked_mul(factor.mantissa()).ok_or_else(range)?;
        let amount = Decimal::try_from_i128_with_scale(product, price.scale() + factor.scale())
            .map_err(|_| range())?;
        Ok(Self { price: Money::new(amount.normalize(), self.price.currency), per: self.per })
    }

    /// The same price in another currency, at `rate` units of it for one of this.
    pub fn exchanged(&self, currency: Currency, rate: Decimal) -> Result<Self, MoneyError> {
        let scaled = self.scaled(rate)?;
        Ok(Self { price: Money::new(scaled.price.amount, currency), per: self.per })
    }

    /// The price of the `per` units as text without trailing zeros.
    pub fn to_exact_string(&self) -> String {
        self.price.to_exact_string()
    }

    /// The cost of `quantity` units: price times quantity over `per`, rounded half to even at [`COST_DECIMALS`].
    /// The one place where money is rounded.
    pub fn cost_of(&self, quantity: u64) -> Result<Money, MoneyError> {
        let amount = self.price.amount;
        divided(amount.mantissa(), quantity, self.per, amount.scale())
            .map(|cost| Money::new(cost, self.price.currency))
            .ok_or_else(|| MoneyError::Range(format!("{amount} x {quantity} / {}", self.per)))
    }
}

/// `mantissa * quantity / per` at `scale`, rounded half to even at [`COST_DECIMALS`], in whole numbers throughout.
/// None when a step leaves 128 bits or the result leaves 96.
fn divided(mantissa: i128, quantity: u64, per: u64, scale: u32) -> Option<Decimal> {
    let product = mantissa.checked_mul(i128::from(quantity))?;
    let mut per = i128::from(per);
    if scale > COST_DECIMALS {
        per = per.checked_mul(10_i128.checked_pow(scale - COST_DECIMALS)?)?;
    }
    let shift = 10_i128.pow(COST_DECIMALS.saturating_sub(scale));
    let (whole, rest) = (product.checked_div_euclid(per)?, product.checked_rem_euclid(per)?);
    let scaled = rest.checked_mul(shift)?;
    let (fraction, rest) = (scaled / per, scaled % per);
    let mut units = whole.checked_mul(shift)?.checked_add(fraction)?;
    let half_up = rest > per - rest || (rest == per - rest && units % 2 != 0);
    units += i128::from(half_up);
    Decimal::try_from_i128_with_scale(units, COST_DECIMALS).ok().map(|cost| cost.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Money {
        Money::new(text.parse().unwrap(), Currency::USD)
    }

    #[test]
    fn costs_are_exact_and_rounded_once() {
        let price = UnitPrice { price: usd("2.00"), per: 1_000_000 };
        assert_eq!(price.cost_of(1).unwrap().to_exact_string(), "0.000002");
        assert_eq!(price.cost_of(u64::MAX).unwrap().to_exact_string(), "36893488147419.10323");
        let hourly = UnitPrice { price: usd("1.10"), per: 60 };
        assert_eq!(hourly.cost_of(1).unwrap().to_exact_string(), "0.018333333333");
        assert_eq!(hourly.cost_of(60).unwrap().to_exact_string(), "1.1");
    }

    #[test]
    fn large_amounts_over_large_quantities_stay_exact() {
        let cost = UnitPrice { price: usd("1234567.123456789012"), per: 3_000_000_000_000 };
        assert_eq!(cost.cost_of(3_000_000_000_000).unwrap(), cost.price);
        assert_eq!(cost.cost_of(1).unwrap().to_exact_string(), "0.000000411522");
        let thirds = UnitPrice { price: usd("-1"), per: 3 };
        assert_eq!(thirds.cost_of(2).unwrap().to_exact_string(), "-0.666666666667");
        let half = UnitPrice { price: usd("0.000000000001"), per: 2 };
        assert_eq!(
            [1, 2, 3].map(|n| half.cost_of(n).unwrap().to_exact_string()),
            ["0", "0.000000000001", "0.000000000002"]
        );
        assert!(
            UnitPrice { price: usd("79228162514264337593543950335"), per: 1 }.cost_of(2).is_err()
        );
    }

    #[test]
    fn factors_are_exact_or_refused() {
        let price = UnitPrice { price: usd("2.00"), per: 1_000_000 };
        assert_eq!(price.scaled("0.85".parse().unwrap()).unwrap().to_exact_string(), "1.7");
        let kronor = price.exchanged("SEK".parse().unwrap(), "9.4321".parse().unwrap()).unwrap();
        assert_eq!(kronor.cost_of(1_000_000).unwrap().to_display_string(), "18.86 SEK");
        let fine = UnitPrice { price: usd("0.123456789012345"), per: 1 };
        assert!(fine.scaled("0.123456789012345".parse().unwrap()).is_err());
    }

    #[test]
    fn parts_sum_to_the_whole() {
        let texts = |parts: Vec<Money>| -> Vec<String> {
            parts.iter().map(Money::to_exact_string).collect()
        };
        assert_eq!(
            texts(usd("1").split(&[1, 1, 1]).unwrap()),
            ["0.333333333334", "0.333333333333", "0.333333333333"]
        );
        assert_eq!(texts(usd("-10").split(&[3, 0, 1]).unwrap()), ["-7.5", "0", "-2.5"]);
        assert_eq!(usd("1").split(&[0, 0]), None);
        let weights = [u64::MAX / 4, 12_345_678_901, 7];
        let parts = usd("123456789.123456789012").split(&weights).unwrap();
        assert_eq!(Money::sum(Currency::USD, parts).unwrap(), usd("123456789.123456789012"));
    }

    #[test]
    fn currencies_never_mix() {
        let kronor = Money::new(Decimal::ONE, "SEK".parse().unwrap());
        assert!(matches!(usd("1").plus(kronor), Err(MoneyError::Currencies(..))));
        assert!("sek".parse::<Currency>().is_err());
    }

    #[test]
    fn display_groups_thousands() {
        assert_eq!(usd("1234567.895").to_display_string(), "1,234,567.90 USD");
        assert_eq!(usd("-0.001").to_display_string(), "-0.001 USD");
        assert_eq!(usd("0").to_display_string(), "0.00 USD");
        assert_eq!(usd("0.065").to_display_string(), "0.065 USD");
        assert_eq!(usd("0.06").to_display_string(), "0.06 USD");
        assert_eq!(usd("0.00012345").to_display_string(), "0.00012 USD");
        assert_eq!(usd("0.1234").to_display_string(), "0.12 USD");
        let in_ = |amount: &str, code: &str| {
            Money::new(amount.parse().unwrap(), code.parse().unwrap()).to_display_string()
        };
        assert_eq!(in_("373.75281358", "JPY"), "374 JPY");
        assert_eq!(in_("1234567.5", "KRW"), "1,234,568 KRW");
        assert_eq!(in_("0.375", "JPY"), "0.38 JPY");
        assert_eq!(in_("12.3456", "KWD"), "12.346 KWD");
        assert_eq!(in_("0.5", "KWD"), "0.500 KWD");
        assert_eq!(usd("-999.5").to_display_string(), "-999.50 USD");
    }
}
