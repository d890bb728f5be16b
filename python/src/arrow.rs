//! Tables to and from other libraries by the Arrow `PyCapsule` interface. The one place where memory of others is read.
#![allow(
    unsafe_code,
    reason = "the C interface of Arrow hands over pointers; each use says why it is sound"
)]

use crate::error::error;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::Float64Type;
use arrow_array::{
    ArrayRef, Int64Array, PrimitiveArray, RecordBatch, RecordBatchIterator, RecordBatchReader,
    StringArray, TimestampMicrosecondArray,
};
use arrow_schema::{Field, Schema};
use ptuplan::report::tables::{self, Cells};
use ptuplan::units::diagnostic::Diagnostic;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use std::ffi::CStr;
use std::sync::Arc;

const STREAM: &CStr = c"arrow_array_stream";

/// A table of a result. Any library that knows the Arrow `PyCapsule` interface takes it as it is.
#[pyclass(frozen, module = "ptuplan._native")]
pub(crate) struct Table {
    batch: RecordBatch,
    cells: Vec<(&'static str, Cells)>,
}

impl Table {
    pub(crate) fn of(table: &tables::Table) -> PyResult<Self> {
        let cells: Vec<(&'static str, Cells)> = table.columns().collect();
        let arrays: Vec<ArrayRef> = cells.iter().map(|(_, cells)| array(cells)).collect();
        let fields: Vec<Field> = cells
            .iter()
            .zip(&arrays)
            .map(|((name, _), array)| Field::new(*name, array.data_type().clone(), true))
            .collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays);
        let batch = batch.map_err(|wrong| {
            error(Diagnostic::error("cannot-render", format!("cannot make the table: {wrong}")))
        })?;
        Ok(Self { batch, cells })
    }
}

fn array(cells: &Cells) -> ArrayRef {
    match cells {
        Cells::Text(cells) => Arc::new(cells.iter().map(Option::as_deref).collect::<StringArray>()),
        Cells::Integer(cells) => Arc::new(cells.iter().copied().collect::<Int64Array>()),
        Cells::Float(cells) => {
            Arc::new(cells.iter().copied().collect::<PrimitiveArray<Float64Type>>())
        }
        Cells::Instant(cells) => {
            let instants: TimestampMicrosecondArray = cells.iter().copied().collect();
            Arc::new(instants.with_timezone("UTC"))
        }
    }
}

#[pymethods]
impl Table {
    /// Names of the columns.
    #[getter]
    fn columns(&self) -> Vec<&'static str> {
        self.cells.iter().map(|(name, _)| *name).collect()
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    /// Columns as lists; instants are microseconds since 1970.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for (name, cells) in &self.cells {
            let list = match cells {
                Cells::Text(cells) => PyList::new(py, cells)?,
                Cells::Integer(cells) | Cells::Instant(cells) => PyList::new(py, cells)?,
                Cells::Float(cells) => PyList::new(py, cells)?,
            };
            all.set_item(name, list)?;
        }
        Ok(all)
    }

    /// The table as a stream of one batch.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets a producer ignore the wish for another schema.
        drop(requested_schema);
        let schema = self.batch.schema();
        let reader = RecordBatchIterator::new(vec![Ok(self.batch.clone())], schema);
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, STREAM)
    }
}

/// The batches of a table of another library.
pub(crate) fn batches(table: &Bound<'_, PyAny>) -> PyResult<Box<dyn RecordBatchReader>> {
    let method = table.getattr("__arrow_c_stream__").map_err(|_| {
        let found = table.get_type();
        PyTypeError::new_err(format!(
            "traffic is a path or a table with the Arrow `PyCapsule` interface \
             (polars, pandas, pyarrow, DuckDB), not {found}"
        ))
    })?;
    let capsule = method.call0()?.cast_into::<PyCapsule>()?;
    let pointer = capsule.pointer_checked(Some(STREAM))?;
    // SAFETY: a capsule of this name holds a valid stream, which is moved out and marked as released: the reader owns it.
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr().cast()) };
    let reader = RecordBatchStreamReader::try_new(stream).map_err(|wrong| {
        error(Diagnostic::error("unreadable", format!("the table cannot be read: {wrong}")))
    })?;
    Ok(Box::new(reader))
}
