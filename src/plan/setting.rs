//! What every evaluation of one plan shares.

use crate::plan::future::Future;
use crate::plan::question::Question;
/// A question under one future: its scenario and traces are already those of the future, its prices are factors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    /// The question, with the future's traffic, luck and parameters.
    pub(crate) question: Question<'a>,
    /// Factor on what tokens cost.
    pub(crate) token_price: f64,
    /// Factor on what PTUs cost.
    pub(crate) ptu_price: f64,
}

impl<'a> Setting<'a> {
    /// The setting of a future whose scenario and traces have been made.
    pub(crate) const fn of(future: &Future, question: Question<'a>) -> Self {
        Self { question, token_price: future.token_price, ptu_price: future.ptu_price }
    }
}
