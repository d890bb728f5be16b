//! What the columns of a file are, and the file's metadata as polars reads it without the types it was not built with.
//!
//! polars panics on a type it was built without, also in a column nobody asks for. Such columns are shown to it as the plain
//! numbers or bytes that they are stored as; what these mean is told here.

use polars::prelude::{ArrowDataType, ArrowField, ArrowTimeUnit, FileMetadataRef};
use polars_parquet::arrow::read::schema::parquet_to_arrow_schema;
use polars_parquet::parquet::metadata::SchemaDescriptor;
use polars_parquet::parquet::schema::types::ParquetType;
use polars_parquet::read::infer_schema;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the stored values of a column mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What polars says they are.
    Plain,
    /// Points in time, in the unit that polars states.
    Instant,
    /// Whole numbers of 10 to the power of minus this: as integers, or as big-endian bytes.
    Decimal(u32),
    /// Lengths of time, in this unit.
    Span(ArrowTimeUnit),
    /// Days since 1970.
    Date,
    /// Nothing this program reads; the type's name.
    Other(String),
}

/// A file's columns in their order, and its metadata for polars.
pub(super) struct Types {
    pub(super) header: Vec<String>,
    pub(super) kinds: Vec<Kind>,
    pub(super) metadata: FileMetadataRef,
}

impl Types {
    /// The types of a file.
    ///
    /// # Errors
    /// A schema that cannot be read.
    pub(super) fn of(metadata: &FileMetadataRef) -> polars::prelude::PolarsResult<Self> {
        let stated = infer_schema(metadata)?;
        let header: Vec<String> = stated.iter_names().map(ToString::to_string).collect();
        if stated.iter_values().all(|field| is_simple(field.dtype())) {
            let kinds = stated.iter_values().map(|field| simple_kind(field.dtype())).collect();
            return Ok(Self { header, kinds, metadata: FileMetadataRef::clone(metadata) });
        }
        let fields = metadata.schema_descr.fields();
        let stored = parquet_to_arrow_schema(fields);
        let mut kinds: BTreeMap<String, Kind> = BTreeMap::new();
        let mut kept = Vec::new();
        for field in fields {
            let name = field.name().to_owned();
            let found = stored.get(field.name()).map(ArrowField::dtype);
            let meant = stated.get(field.name()).map(ArrowField::dtype);
            let kind = kind(field, found, meant);
            if let ParquetType::PrimitiveType(primitive) = field {
                let mut primitive = primitive.clone();
                if !matches!(kind, Kind::Plain | Kind::Instant) {
                    (primitive.logical_type, primitive.converted_type) = (None, None);
                }
                kept.push(ParquetType::PrimitiveType(primitive));
            }
            kinds.insert(name, kind);
        }
        let mut shown = (**metadata).clone();
        shown.key_value_metadata = None;
        shown.schema_descr = SchemaDescriptor::new(metadata.schema_descr.name().into(), kept);
        let of = |name: &String| kinds.get(name).cloned().unwrap_or(Kind::Plain);
        let kinds = header.iter().map(of).collect();
        Ok(Self { header, kinds, metadata: Arc::new(shown) })
    }
}

/// The kind of a field that is stored as `stored` and was written as `meant`.
fn kind(
    field: &ParquetType,
    stored: Option<&ArrowDataType>,
    meant: Option<&ArrowDataType>,
) -> Kind {
    let other = |dtype: Option<&ArrowDataType>| {
        let text = dtype.map_or_else(|| "nothing known".to_owned(), |dtype| format!("{dtype:?}"));
        Kind::Other(text.chars().take(40).collect())
    };
    if !matches!(field, ParquetType::PrimitiveType(_)) {
        return other(meant);
    }
    match (stored, meant) {
        (Some(ArrowDataType::Int64), Some(ArrowDataType::Duration(unit))) => Kind::Span(*unit),
        (
            Some(
                ArrowDataType::Decimal(_, scale)
                | ArrowDataType::Decimal32(_, scale)
                | ArrowDataType::Decimal64(_, scale)
                | ArrowDataType::Decimal256(_, scale),
            ),
            _,
        ) => u32::try_from(*scale).map_or_else(|_| other(stored), Kind::Decimal),
        (Some(ArrowDataType::Date32), _) => Kind::Date,
        (Some(dtype), _) if is_simple(dtype) => simple_kind(dtype),
        _ => other(stored),
    }
}

fn simple_kind(dtype: &ArrowDataType) -> Kind {
    if matches!(dtype, ArrowDataType::Timestamp(..)) { Kind::Instant } else { Kind::Plain }
}

/// Whether polars reads the type in every build.
fn is_simple(dtype: &ArrowDataType) -> bool {
    use ArrowDataType as T;
    matches!(
        dtype,
        T::Null
            | T::Boolean
            | T::Int8
            | T::Int16
            | T::Int32
            | T::Int64
            | T::UInt8
            | T::UInt16
            | T::UInt32
            | T::UInt64
            | T::Float32
            | T::Float64
            | T::Utf8
            | T::LargeUtf8
            | T::Utf8View
            | T::Binary
            | T::LargeBinary
            | T::BinaryView
            | T::FixedSizeBinary(_)
            | T::Timestamp(..)
    )
}
