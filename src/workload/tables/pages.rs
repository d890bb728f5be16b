//! What the pages of a file say of themselves, before polars believes it.
//!
//! polars reserves memory by the count of values in a page's header. A damaged header asks for more than any machine has,
//! which ends the program; so the headers are read first. They are few, and nothing is decompressed.

use polars::io::mmap::{MmapBytesReader, ReaderBytes};
use polars_buffer::Buffer;
use polars_parquet::parquet::page::CompressedPage;
use polars_parquet::read::{ColumnChunkMetadata, PageReader, RowGroupMetadata};
use std::io::Cursor;

/// Whether each wanted column of these row groups has as many values in its pages as the group has rows. Columns are flat.
pub(super) fn sound<'a>(
    source: &mut impl MmapBytesReader,
    groups: impl Iterator<Item = &'a RowGroupMetadata>,
    wanted: &[String],
) -> bool {
    let bytes = ReaderBytes::from(source);
    Buffer::with_slice(&bytes, |file| {
        let mut chunks = groups.flat_map(|group| {
            let columns = wanted.iter().filter_map(|name| group.columns_under_root_iter(name));
            columns.flatten().map(|chunk| (chunk, group.num_rows()))
        });
        chunks.all(|(chunk, rows)| values(&file, chunk, rows) == Some(rows))
    })
}

/// Values in the pages of a column chunk; none where a page holds more than `most`, or cannot be read.
fn values(file: &Buffer<u8>, chunk: &ColumnChunkMetadata, most: usize) -> Option<usize> {
    let range = chunk.byte_range();
    let (from, to) = (usize::try_from(range.start).ok()?, usize::try_from(range.end).ok()?);
    if from > to || to > file.len() {
        return None;
    }
    let pages = Cursor::new(file.clone().sliced(from..to));
    let mut pages = PageReader::new(pages, chunk, Vec::new(), to - from);
    // A page of values tells its own count; the dictionary before them is bounded by its type.
    pages.read_dict().ok()?;
    pages.try_fold(0_usize, |sum, page| match page.ok()? {
        CompressedPage::Data(page) => sum.checked_add(page.num_values()).filter(|sum| *sum <= most),
        CompressedPage::Dict(_) => None,
    })
}
