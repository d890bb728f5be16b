//! FLOOR 0. The words everything else is written in: time, dates, tokens, PTUs and their grid, money, dated values.
//! Knows no model, no price and no file format.

pub mod calendar;
pub mod code;
pub mod dated;
pub mod diagnostic;
pub mod escape;
pub mod exact;
pub mod fingerprint;
pub mod guard;
pub mod luck;
pub mod memory;
pub mod meter_words;
pub mod money;
pub mod ptu;
pub mod shared_text;
pub mod time;
pub mod tokens;
