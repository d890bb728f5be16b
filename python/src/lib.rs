//! The native half of the Python package `ptuplan`: arguments in, views out. What a notebook calls is `ptuplan/*.py`; what
//! decides anything is the library. Only the tables' exchange with other libraries (`arrow`) is unsafe.

mod answer;
mod arrow;
mod catalogue;
mod changed;
mod cluster;
mod error;
mod flow;
mod given;
mod hands;
mod plan;
mod rows;
mod usage;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    use super::{Bound, PyModule, PyModuleMethods, PyResult};

    #[pymodule_export]
    use crate::answer::Answer;
    #[pymodule_export]
    use crate::arrow::Table;
    #[pymodule_export]
    use crate::catalogue::{catalog_assumptions, catalog_card, catalog_check, catalog_list, size};
    #[pymodule_export]
    use crate::changed::{diff, regress};
    #[pymodule_export]
    use crate::cluster::Worker;
    #[pymodule_export]
    use crate::flow::{Traffic, formats, synth};
    #[pymodule_export]
    use crate::plan::{calibrate, compare, recommend, simulate};
    #[pymodule_export]
    use crate::usage::price;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::error::quiet_panics();
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
