//! Commercial terms as files state them: one form for the scenario's `[terms]`, a rule case's and a terms file of its own.
//! `table` is what is written, `read` checks it, `names` says which of its words only a catalogue or a scenario can judge.

pub mod names;
pub mod read;
mod reservation;
pub mod table;
