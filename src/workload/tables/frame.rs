//! What is read of a file at a time: the wanted columns of whole row groups, as arrays.

use crate::workload::tables::pages;
use crate::workload::tables::types::{of_values, path_of};
use polars_arrow::array::{Array, PrimitiveArray, StructArray};
use polars_arrow::datatypes::{ArrowDataType, Field, TimeUnit};
use polars_arrow::types::NativeType;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, PageReader, RowGroupMetadata, column_iter_to_arrays,
};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek, SeekFrom};

/// A column: arrays of one type, one for a row group or more.
#[derive(Debug)]
pub(super) struct Column {
    name: String,
    dtype: ArrowDataType,
    arrays: Vec<Box<dyn Array>>,
}

impl Column {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn dtype(&self) -> &ArrowDataType {
        &self.dtype
    }

    pub(super) fn len(&self) -> usize {
        self.arrays.iter().map(|array| array.len()).sum()
    }

    pub(super) fn null_count(&self) -> usize {
        self.arrays.iter().map(|array| array.null_count()).sum()
    }

    /// Its arrays as what they are; none where they are something else.
    pub(super) fn arrays<A: 'static>(&self) -> Option<Vec<&A>> {
        self.arrays.iter().map(|array| array.as_any().downcast_ref()).collect()
    }

    /// Its numbers, without looking at what is missing.
    pub(super) fn values<T: NativeType>(&self) -> Option<impl Iterator<Item = &[T]>> {
        let arrays = self.arrays::<PrimitiveArray<T>>()?;
        Some(arrays.into_iter().map(|array| array.values().as_slice()))
    }

    /// The type's short name, for messages.
    pub(super) fn type_name(&self) -> String {
        use ArrowDataType as T;
        let known = match &self.dtype {
            T::Null => "null",
            T::Boolean => "bool",
            T::Int8 => "i8",
            T::Int16 => "i16",
            T::Int32 => "i32",
            T::Int64 => "i64",
            T::UInt8 => "u8",
            T::UInt16 => "u16",
            T::UInt32 => "u32",
            T::UInt64 => "u64",
            T::Float32 => "f32",
            T::Float64 => "f64",
            T::Utf8View => "str",
            T::LargeBinary | T::BinaryView | T::FixedSizeBinary(_) => "binary",
            T::Timestamp(TimeUnit::Second, _) => "times in s",
            T::Timestamp(TimeUnit::Millisecond, _) => "times in ms",
            T::Timestamp(TimeUnit::Microsecond, _) => "times in us",
            T::Timestamp(TimeUnit::Nanosecond, _) => "times in ns",
            other => return format!("{other:?}").chars().take(40).collect(),
        };
        known.to_owned()
    }
}

/// Columns by their place in the file's header, all of `rows` rows.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub(super) columns: BTreeMap<usize, Column>,
    pub(super) rows: usize,
}

/// Why a piece of a file cannot be read.
pub(super) enum Fault {
    /// The file says of itself what cannot be.
    Unsound,
    /// What the reader of its pages says.
    Unreadable(String),
    /// The file's bytes cannot be had.
    File(std::io::Error),
}

/// A column that is wanted: its place in the header, and how it is read. Without a field it is left
/// empty: it is none this
/// program reads, and what it is wanted for says so.
pub(super) type Wanted = (usize, String, Option<Field>);

impl Frame {
    /// The wanted columns of row groups that follow each other.
    pub(super) fn read(
        source: &mut (impl Read + Seek),
        groups: &[RowGroupMetadata],
        wanted: &[Wanted],
    ) -> Result<Self, Fault> {
        let length = source.seek(SeekFrom::End(0)).map_err(Fault::File)?;
        let mut frame = Self::default();
        for (ix, name, field) in wanted {
            let dtype = field.as_ref().map_or(ArrowDataType::Null, |f| of_values(f).clone());
            let mut arrays = Vec::new();
            if let Some(field) = field {
                for group in groups.iter().filter(|group| group.num_rows() > 0) {
                    arrays.append(&mut decoded(source, length, group, field)?);
                }
            }
            frame.columns.insert(*ix, Column { name: name.clone(), dtype, arrays });
        }
        frame.rows = groups.iter().map(RowGroupMetadata::num_rows).sum();
        Ok(frame)
    }
}

/// A column of a row group.
fn decoded(
    source: &mut (impl Read + Seek),
    length: u64,
    group: &RowGroupMetadata,
    field: &Field,
) -> Result<Vec<Box<dyn Array>>, Fault> {
    let path = path_of(field);
    let own = |chunk: &&ColumnChunkMetadata| {
        let names = &chunk.descriptor().path_in_schema;
        names.len() == path.len()
            && names.iter().zip(&path).all(|(name, own)| name.as_str() == *own)
    };
    let chunks = group.columns_under_root_iter(&field.name).ok_or(Fault::Unsound)?;
    let mut chunks = chunks.filter(own);
    let (Some(chunk), None) = (chunks.next(), chunks.next()) else { return Err(Fault::Unsound) };
    let bytes = stored(source, length, chunk)?;
    if !pages::sound(&bytes, chunk, group.num_rows()) {
        return Err(Fault::Unsound);
    }
    let most = bytes.len();
    let pages = PageReader::new(Cursor::new(bytes.into()), chunk, Vec::new(), most);
    let (arrays, _) = column_iter_to_arrays(
        vec![BasicDecompressor::new(pages, Vec::new())],
        vec![&chunk.descriptor().descriptor.primitive_type],
        field.clone(),
        None,
    )
    .map_err(|error| Fault::Unreadable(error.to_string()))?;
    let rows: usize = arrays.iter().map(|array| array.len()).sum();
    let sound = rows == group.num_rows() && arrays.iter().all(|a| *a.dtype() == field.dtype);
    if !sound {
        return Err(Fault::Unsound);
    }
    arrays.into_iter().map(values).collect::<Option<_>>().ok_or(Fault::Unsound)
}

/// The values of a column inside structures, which have no other member.
fn values(mut array: Box<dyn Array>) -> Option<Box<dyn Array>> {
    while let Some(structure) = array.as_any().downcast_ref::<StructArray>() {
        let [only] = structure.values() else { return None };
        array = only.clone();
    }
    Some(array)
}

/// The bytes of a column chunk: nothing else of the file is read.
fn stored(
    source: &mut (impl Read + Seek),
    length: u64,
    chunk: &ColumnChunkMetadata,
) -> Result<Vec<u8>, Fault> {
    let range = chunk.byte_range();
    if range.start > range.end || range.end > length {
        return Err(Fault::Unsound);
    }
    let size = usize::try_from(range.end - range.start).map_err(|_| Fault::Unsound)?;
    source.seek(SeekFrom::Start(range.start)).map_err(Fault::File)?;
    let mut bytes = Vec::with_capacity(size);
    source.by_ref().take(range.end - range.start).read_to_end(&mut bytes).map_err(Fault::File)?;
    // A file that is written while it is read may have become shorter.
    if bytes.len() == size { Ok(bytes) } else { Err(Fault::Unsound) }
}
