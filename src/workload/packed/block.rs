//! A column of a block as bytes.

/// Requests of a block at most: a few megabytes once decoded.
pub(super) const BLOCK_ROWS: usize = 1 << 18;

/// Bytes that the largest of some values needs, 0 where all are 0.
fn width(values: &[u32]) -> u8 {
    let most = values.iter().copied().max().unwrap_or(0);
    (4 - most.leading_zeros() / 8) as u8
}

/// Appends a column; the bytes each value takes.
pub(super) fn encode(values: &[u32], out: &mut Vec<u8>) -> u8 {
    let width = width(values);
    out.reserve(values.len() * usize::from(width));
    match width {
        0 => {}
        1 => out.extend(values.iter().map(|value| *value as u8)),
        2 => values.iter().for_each(|value| out.extend_from_slice(&(*value as u16).to_le_bytes())),
        3 => values.iter().for_each(|value| out.extend_from_slice(&value.to_le_bytes()[..3])),
        _ => values.iter().for_each(|value| out.extend_from_slice(&value.to_le_bytes())),
    }
    width
}

/// Appends the values of a column of `rows`, whose bytes are exactly as many as its width asks.
pub(super) fn decode(bytes: &[u8], width: u8, rows: usize, out: &mut Vec<u32>) {
    match width {
        0 => out.resize(out.len() + rows, 0),
        1 => out.extend(bytes.iter().map(|byte| u32::from(*byte))),
        2 => out.extend(bytes.as_chunks().0.iter().map(|two| u32::from(u16::from_le_bytes(*two)))),
        3 => out.extend(
            bytes.as_chunks::<3>().0.iter().map(|b| u32::from_le_bytes([b[0], b[1], b[2], 0])),
        ),
        _ => out.extend(bytes.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_back_in_the_fewest_bytes() {
        for (most, bytes) in [(0, 0), (1, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 3)] {
            check(&[0, most, most / 2], bytes);
        }
        check(&[1 << 24], 4);
        check(&[u32::MAX, 0, 7], 4);
        check(&[], 0);
    }

    fn check(values: &[u32], expected: u8) {
        let mut bytes = Vec::new();
        assert_eq!(encode(values, &mut bytes), expected, "{values:?}");
        assert_eq!(bytes.len(), values.len() * usize::from(expected));
        let mut back = vec![9];
        decode(&bytes, expected, values.len(), &mut back);
        assert_eq!(&back[1..], values);
    }
}
