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
        let mut read: BTreeMap<&str, Vec<Leaf>> = BTreeMap::new();
        for field in fields {
            let meant = stated.get(field.name()).map(Field::dtype);
            read.insert(field.name(), leaves(field, meant, 0));
        }
        let mut types = Self { header: Vec::new(), kinds: Vec::new(), fields: Vec::new() };
        for name in header {
            // A column that the file's note on its types names, and that it does not have.
            let nothing = || vec![Leaf::unread(&name, "nothing")];
            for leaf in read.remove(name.as_str()).unwrap_or_else(nothing) {
                types.header.push(leaf.name);
                types.kinds.push(leaf.kind);
                types.fields.push(leaf.field);
            }
        }
        Ok(types)
    }
}

/// Structures inside structures that are opened.
const DEEPEST: usize = 6;

/// A column of single values, which may be a member of structures: `usage.prompt_tokens`.
struct Leaf {
    name: String,
    kind: Kind,
    /// How it is read, inside the structures it is a member of.
    field: Option<Field>,
}

impl Leaf {
    fn unread(name: &str, what: &str) -> Self {
        Self { name: name.to_owned(), kind: Kind::Other(what.to_owned()), field: None }
    }
}

/// The columns that a field of a file is: itself, or the members of a structure.
fn leaves(field: &ParquetType, meant: Option<&ArrowDataType>, depth: usize) -> Vec<Leaf> {
    let name = field.name();
    let stored = parquet_to_arrow_schema(std::slice::from_ref(field));
    let found = stored.get(name);
    match (field, found.map(Field::dtype)) {
        (ParquetType::PrimitiveType(primitive), dtype) => {
            let kind = kind(field, dtype, meant);
            let mut primitive = primitive.clone();
            if !matches!(kind, Kind::Plain | Kind::Instant) {
                (primitive.logical_type, primitive.converted_type) = (None, None);
            }
            let shown = parquet_to_arrow_schema(&[ParquetType::PrimitiveType(primitive)]);
            vec![Leaf { name: name.to_owned(), kind, field: shown.get(name).cloned() }]
        }
        (ParquetType::GroupType { fields, .. }, Some(ArrowDataType::Struct(_)))
            if depth < DEEPEST =>
        {
            let of = |member: &ParquetType| {
                let Some(ArrowDataType::Struct(all)) = meant else { return None };
                let found = all.iter().find(|field| field.name.as_str() == member.name());
                found.map(|field| field.dtype.clone())
            };
            let nullable = found.is_some_and(|field| field.is_nullable);
            let inside = |leaf: Leaf| Leaf {
                name: format!("{name}.{}", leaf.name),
                kind: leaf.kind,
                field: leaf
                    .field
                    .map(|own| Field::new(name.into(), ArrowDataType::Struct(vec![own]), nullable)),
            };
            let all =
                fields.iter().flat_map(|member| leaves(member, of(member).as_ref(), depth + 1));
            all.map(inside).collect()
        }
        _ => vec![Leaf::unread(name, "nested values")],
    }
}

/// The type of the values of a column, without the structures it is a member of.
pub(super) fn of_values(field: &Field) -> &ArrowDataType {
    let mut dtype = &field.dtype;
    while let ArrowDataType::Struct(fields) = dtype
        && let [only] = fields.as_slice()
    {
        dtype = &only.dtype;
    }
    dtype
}

/// The names that lead to a column: its own, after those of the structures it is a member of.
pub(super) fn path_of(field: &Field) -> Vec<&str> {
    let mut path = vec![field.name.as_str()];
    let mut dtype = &field.dtype;
    while let ArrowDataType::Struct(fields) = dtype
        && let [only] = fields.as_slice()
    {
        path.push(only.name.as_str());
        dtype = &only.dtype;
    }
    path
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
