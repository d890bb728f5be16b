//! What the search of one model found.

use crate::plan::candidates::family::Family;
use crate::plan::evaluate::evaluate::Evaluated;
/// The families that were looked at, and their candidates with figures.
#[derive(Debug)]
pub(crate) struct Searched {
    pub(crate) families: Vec<Family>,
    pub(crate) candidates: Vec<Evaluated>,
}
