//! What the pages of a column say of themselves, before their reader believes it.
//!
//! The reader reserves memory by what a page's header says. A damaged header asks for more than any machine has, which ends
//! the program; so the headers are read first. They are few, and nothing is decompressed.

use polars_parquet::read::{ColumnChunkMetadata, PhysicalType};
use polars_parquet_format::thrift::protocol::TCompactInputProtocol;
use polars_parquet_format::{DataPageHeaderV2, PageHeader, PageType};
use std::io::Cursor;

/// Bytes that a page may have when it is decompressed, whatever its column is said to have in all. Writers aim at one MiB.
const LARGEST_PAGE: usize = 8 << 20;

/// Bytes of a value of a fixed length; a decimal of 76 digits has 32.
const LONGEST_VALUE: usize = 1024;

/// Whether a column chunk, `bytes` of its file, is flat and has `rows` values in its pages, and its pages are of a size that
/// can be.
pub(super) fn sound(bytes: &[u8], chunk: &ColumnChunkMetadata, rows: usize) -> bool {
    let long = match chunk.physical_type() {
        PhysicalType::FixedLenByteArray(length) => length > LONGEST_VALUE,
        _ => false,
    };
    let flat = chunk.descriptor().descriptor.max_rep_level == 0;
    let largest = usize::try_from(chunk.uncompressed_size()).unwrap_or(0).max(LARGEST_PAGE);
    flat && !long
        && usize::try_from(chunk.num_values()) == Ok(rows)
        && values(bytes, largest, rows) == Some(rows)
}

/// Values in the pages up to the one with which there are `most`; none where a page cannot be.
fn values(bytes: &[u8], largest: usize, most: usize) -> Option<usize> {
    let mut reader = Cursor::new(bytes);
    let (mut sum, mut first) = (0_usize, true);
    while sum < most {
        let mut protocol = TCompactInputProtocol::new(&mut reader, bytes.len());
        let header = PageHeader::read_from_in_protocol(&mut protocol).ok()?;
        let held = usize::try_from(header.uncompressed_page_size).ok()?;
        if held > largest {
            return None;
        }
        let next = reader.position().checked_add(header.compressed_page_size.try_into().ok()?)?;
        if usize::try_from(next).ok()? > bytes.len() {
            return None;
        }
        reader.set_position(next);
        match header.type_ {
            // Every value of a dictionary has a byte at the least.
            PageType::DICTIONARY_PAGE if first => {
                let entries = usize::try_from(header.dictionary_page_header?.num_values).ok()?;
                if entries > held {
                    return None;
                }
            }
            PageType::DATA_PAGE => {
                sum = sum.checked_add(header.data_page_header?.num_values.try_into().ok()?)?;
            }
            PageType::DATA_PAGE_V2 => {
                sum = sum.checked_add(of_second_version(&header.data_page_header_v2?, held)?)?;
            }
            _ => return None,
        }
        first = false;
    }
    Some(sum)
}

/// Values of a page of the second version, whose header says more.
fn of_second_version(header: &DataPageHeaderV2, held: usize) -> Option<usize> {
    let values = usize::try_from(header.num_values).ok()?;
    let nulls = usize::try_from(header.num_nulls).ok()?;
    let levels = usize::try_from(header.definition_levels_byte_length).ok()?;
    let repeats = usize::try_from(header.repetition_levels_byte_length).ok()?;
    (nulls <= values && levels.checked_add(repeats)? <= held).then_some(values)
}
