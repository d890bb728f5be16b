//! The ways through a simulation: one fast path, one ordered path, passes shared by many sizes, and traces in pieces.
//! All give the same answer wherever more than one applies (invariant 16).

pub(crate) mod alike;
pub(crate) mod alone;
pub(crate) mod apart;
pub(crate) mod asked;
pub(crate) mod bound;
pub(crate) mod checked;
pub(crate) mod fast;
pub(crate) mod lane;
pub(crate) mod levels;
pub(crate) mod ordered;
pub(crate) mod pieces;
pub(crate) mod precondition;
pub(crate) mod room;
pub(crate) mod run;
pub(crate) mod serve;
pub(crate) mod shared_pass;
pub(crate) mod spilled;
