//! Images as input tokens, by the documented formula of the model's family.

use crate::catalog::Catalog;
use crate::catalog::pattern::matches;
use crate::catalog::table::Row;
use crate::units::dated::Dated;
use crate::units::diagnostic::Diagnostic;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// A picture as a call sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture<'a> {
    /// `low`, `high`, `original` or `auto`.
    pub detail: &'a str,
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
}

/// Longest side of a picture that is believed.
pub const SIDE_MAX: u32 = 100_000;

/// Attributes of one detail of a family.
struct Rule<'a> {
    rows: Vec<&'a Row>,
}

impl Rule<'_> {
    fn text(&self, attribute: &str) -> Option<&str> {
        self.rows.iter().find(|row| row.key(2) == attribute).map(|row| row.value())
    }

    fn number(&self, attribute: &str) -> Option<u64> {
        self.text(attribute)?.parse().ok()
    }
}

impl Catalog {
    /// Input tokens of a picture sent to a model, rounded up. Errors: `no-image-rule` where no formula of the model is
    /// known, `no-image-detail` where the model has no such detail.
    pub fn image_tokens(
        &self,
        model: &str,
        picture: &Picture<'_>,
    ) -> Result<Dated<u64>, Diagnostic> {
        let id = self.model(model)?.id.clone();
        let mut detail = picture.detail;
        for _ in 0..2 {
            let rule = self.image_rule(&id, detail)?;
            if let Some(other) = rule.text("same_as") {
                detail = match other {
                    "high" => "high",
                    "low" => "low",
                    "original" => "original",
                    _ => "auto",
                };
                continue;
            }
            let tokens = tokens(&rule, picture).ok_or_else(|| {
                Diagnostic::error(
                    "bad-attribute",
                    format!("image rule cannot be read: {id} · {detail}"),
                )
            })?;
            return Ok(self.tables.image_tokens.dated(rule.rows[0], tokens));
        }
        Err(Diagnostic::error("bad-attribute", format!("image rule goes in a circle: {id}")))
    }

    /// The rows of the most specific pattern that fits a model and has the detail.
    fn image_rule(&self, model: &str, detail: &str) -> Result<Rule<'_>, Diagnostic> {
        let table = &self.tables.image_tokens;
        let fitting: Vec<&Row> =
            table.rows().iter().filter(|row| matches(row.key(0), model)).collect();
        if fitting.is_empty() {
            return Err(Diagnostic::error(
                "no-image-rule",
                format!("images of {model}: no formula is known"),
            )
            .hint("give the tokens of an image as part of the input tokens"));
        }
        let of_detail: Vec<&Row> =
            fitting.iter().copied().filter(|row| row.key(1) == detail).collect();
        let Some(longest) = of_detail.iter().map(|row| row.key(0)).max_by_key(|p| p.len()) else {
            let mut details: Vec<&str> = fitting.iter().map(|row| row.key(1)).collect();
            details.sort_unstable();
            details.dedup();
            return Err(Diagnostic::error(
                "no-image-detail",
                format!("images of {model}: no detail `{detail}`"),
            )
            .hint(format!("details are {}", details.join(", "))));
        };
        Ok(Rule { rows: of_detail.into_iter().filter(|row| row.key(0) == longest).collect() })
    }
}

fn tokens(rule: &Rule<'_>, picture: &Picture<'_>) -> Option<u64> {
    let size = Size {
        width: Decimal::from(picture.width.clamp(1, SIDE_MAX)),
        height: Decimal::from(picture.height.clamp(1, SIDE_MAX)),
    };
    match rule.text("method")? {
        "fixed" => rule.number("base"),
        "tiles" => tiles(rule, size),
        "patches" => patches(rule, size),
        // A picture of 512 by 512 whatever was sent.
        "patches_of_512" => {
            let along = 512 / rule.number("patch")?;
            Some(along * along)
        }
        "area" => area(rule, size),
        _ => None,
    }
}

/// The size of a picture while it is scaled, pixels.
#[derive(Clone, Copy)]
struct Size {
    width: Decimal,
    height: Decimal,
}

impl Size {
    fn longer(self) -> Decimal {
        self.width.max(self.height)
    }

    fn shorter(self) -> Decimal {
        self.width.min(self.height)
    }

    fn scaled(self, to: Decimal, of: Decimal) -> Option<Self> {
        let by = |side: Decimal| side.checked_mul(to)?.checked_div(of);
        Some(Self { width: by(self.width)?, height: by(self.height)? })
    }

    /// Squares of a side that cover it.
    fn squares(self, side: u64) -> Option<u64> {
        let side = Decimal::from(side);
        let along = |length: Decimal| {
            // A side that scaling left a hair above a multiple is that multiple.
            length.checked_div(side)?.round_dp(9).ceil().to_u64()
        };
        along(self.width)?.checked_mul(along(self.height)?)
    }
}

/// Tiles of 512 pixels after the picture is fitted in and its shorter side is cut.
fn tiles(rule: &Rule<'_>, size: Size) -> Option<u64> {
    let mut size = size;
    if let Some(fit) = rule.number("fit_side").map(Decimal::from)
        && size.longer() > fit
    {
        size = size.scaled(fit, size.longer())?;
    }
    if let Some(shorter) = rule.number("shorter_side").map(Decimal::from)
        && size.shorter() > shorter
    {
        size = size.scaled(shorter, size.shorter())?;
    }
    let count = size.squares(rule.number("tile")?)?;
    let extra = match rule.number("high_fidelity_square") {
        Some(square) if size.width == size.height => square,
        Some(_) => rule.number("high_fidelity_other")?,
        None => 0,
    };
    Some(rule.number("base")? + rule.number("per_tile")? * count + extra)
}

/// Patches of 32 pixels, scaled down to a budget where there is one.
fn patches(rule: &Rule<'_>, size: Size) -> Option<u64> {
    let patch = rule.number("patch")?;
    let mut size = size;
    if let Some(longest) = rule.number("longest_side").map(Decimal::from)
        && size.longer() > longest
    {
        size = size.scaled(longest, size.longer())?;
    }
    let mut count = size.squares(patch)?;
    if let Some(budget) = rule.number("budget")
        && count > budget
    {
        count = within(budget, patch, size)?;
    }
    let multiplier: Decimal = rule.text("multiplier")?.parse().ok()?;
    Decimal::from(count).checked_mul(multiplier)?.ceil().to_u64()
}

/// Patches of a picture that is scaled so that a budget holds and a whole number of patches fits one side.
fn within(budget: u64, patch: u64, size: Size) -> Option<u64> {
    let one_side = Decimal::from(patch);
    let area = size.width.checked_mul(size.height)?;
    let share =
        Decimal::from(budget).checked_mul(one_side)?.checked_mul(one_side)?.checked_div(area)?;
    let scale = root(share)?;
    let fit = |length: Decimal| {
        let along = length.checked_mul(scale)?.checked_div(one_side)?;
        along.floor().checked_div(along)
    };
    let scale = scale.checked_mul(fit(size.width)?.min(fit(size.height)?))?;
    size.scaled(scale, Decimal::ONE)?.squares(patch)
}

/// The square root to 20 digits, without floats.
fn root(of: Decimal) -> Option<Decimal> {
    if of <= Decimal::ZERO {
        return None;
    }
    let mut guess = of.max(Decimal::ONE);
    for _ in 0..128 {
        let next = guess.checked_add(of.checked_div(guess)?)?.checked_div(Decimal::TWO)?;
        if next >= guess || guess - next < Decimal::new(1, 20) {
            return Some(next);
        }
        guess = next;
    }
    Some(guess)
}

/// Pixels divided by a number, up to a most.
fn area(rule: &Rule<'_>, size: Size) -> Option<u64> {
    let mut size = size;
    let longest = Decimal::from(rule.number("longest_side")?);
    if size.longer() > longest {
        size = size.scaled(longest, size.longer())?;
    }
    let pixels = size.width.checked_mul(size.height)?;
    let tokens = pixels.checked_div(Decimal::from(rule.number("divisor")?))?;
    Some(tokens.round_dp(9).ceil().to_u64()?.min(rule.number("most")?))
}
