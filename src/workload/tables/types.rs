//! What the columns of a file are, and how each is read.
//!
//! Types that say more than their numbers do (a decimal, a length of time, a day) are read as the plain numbers or bytes that
//! they are stored as; what these mean is told here.

use polars_arrow::datatypes::{ArrowDataType, Field, TimeUnit};
use polars_parquet::parquet::schema::types::ParquetType;
use polars_parquet::read::FileMetadata;
use polars_parquet::read::schema::{infer_schema, parquet_to_arrow_schema};
use std::collections::BTreeMap;

/// What the stored values of a column mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What their type says.
    Plain,
    /// Points in time, in the unit that their type states.
    Instant,
    /// Whole numbers of 10 to the power of minus this: as integers, or as big-endian bytes.
    Decimal(u32),
    /// Lengths of time, in this unit.
    Span(TimeUnit),
    /// Days since 1970.
    Date,
    /// Nothing this program reads; the type's name.
    Other(String),
}

/// A file's columns in their order.
pub(super) struct Types {
    pub(super) header: Vec<String>,
    pub(super) kinds: Vec<Kind>,
    /// As what each is read; none for what is made of other columns.
    pub(super) fields: Vec<Option<Field>>,
}

impl Types {
    /// The types of a file.
    ///
    /// # Errors
    /// A schema that cannot be read.
    pub(super) fn of(metadata: &FileMetadata) -> Result<Self, String> {
        let stated = infer_schema(metadata).map_err(|error| error.to_string())?;
        let header: Vec<String> = stated.iter_names().map(ToString::to_string).collect();
        if stated.iter_values().all(|field| is_simple(field.dtype())) {
            let kinds = stated.iter_values().map(|field| simple_kind(field.dtype())).collect();
            let fields = stated.iter_values().cloned().map(Some).collect();
            return Ok(Self { header, kinds, fields });
        }
        let fields = metadata.schema().fields();
        let stored = parquet_to_arrow_schema(fields);
        let mut read: BTreeMap<&str, (Kind, Option<Field>)> = BTreeMap::new();
        for field in fields {
            let name = field.name();
            let found = stored.get(name).map(Field::dtype);
            let meant = stated.get(name).map(Field::dtype);
            let kind = kind(field, found, meant);
            let as_stored = match field {
                ParquetType::PrimitiveType(primitive) => {
                    let mut primitive = primitive.clone();
                    if !matches!(kind, Kind::Plain | Kind::Instant) {
                        (primitive.logical_type, primitive.converted_type) = (None, None);
                    }
                    let shown = parquet_to_arrow_schema(&[ParquetType::PrimitiveType(primitive)]);
                    shown.get(name).cloned()
                }
                ParquetType::GroupType { .. } => None,
            };
            read.insert(name, (kind, as_stored));
        }
        // A column that the file's note on its types names, and that it does not have.
        let of = |name: &String| {
            read.get(name.as_str())
                .cloned()
                .unwrap_or_else(|| (Kind::Other("nothing".to_owned()), None))
        };
        let (kinds, fields) = header.iter().map(of).unzip();
        Ok(Self { header, kinds, fields })
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
        return Kind::Other("nested values".to_owned());
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

/// Whether the type says what its values mean, and they are read as what it says.
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
