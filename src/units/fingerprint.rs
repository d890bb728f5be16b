//! A short name of a value: 128 bits that are the same on every machine and in every process.
//!
//! The standard library's hashers promise nothing across versions and feed machine words in their
//! native order. What is stored in a file, sent to another machine or compared between runs needs a
//! name that is fixed, so this one is written down: words of 64 bits, each mixed into two
//! accumulators by a multiplication whose halves are folded.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::hash::{Hash, Hasher};

/// 128 bits that name a value. Different values share a name with a probability of about 2^-100 for
/// a million of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// The name of a value. Only what its [`Hash`] feeds counts.
    pub fn of(value: &(impl Hash + ?Sized)) -> Self {
        let mut digest = Digest::default();
        value.hash(&mut digest);
        digest.fingerprint()
    }

    /// 64 bits of it, for what is compared among few values.
    pub fn word(self) -> u64 {
        u64::try_from(self.0 >> 64).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Makes a [`Fingerprint`] of whatever is fed to it, in order.
#[derive(Clone, Copy, Debug)]
pub struct Digest {
    one: u64,
    two: u64,
    words: u64,
}

/// Odd constants of the two accumulators: the fractions of the golden ratio and of the square root
/// of 2.
const ONE: u64 = 0x9E37_79B9_7F4A_7C15;
const TWO: u64 = 0x6A09_E667_F3BC_C909;

impl Default for Digest {
    fn default() -> Self {
        Self { one: ONE, two: TWO, words: 0 }
    }
}

/// The halves of the product of two words, folded.
#[inline]
fn folded(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    ((product >> 64) ^ (product & u128::from(u64::MAX))) as u64
}

impl Digest {
    /// Feeds one word.
    #[inline]
    pub fn word(&mut self, word: u64) {
        self.words += 1;
        self.one = folded(self.one ^ word, ONE).wrapping_add(self.two.rotate_left(23));
        self.two = folded(self.two ^ word.rotate_left(32), TWO) ^ self.words;
    }

    /// Feeds a column of times.
    pub fn times(&mut self, column: &[u64]) {
        self.word(column.len() as u64);
        for word in column {
            self.word(*word);
        }
    }

    /// Feeds a column of counts, two to a word.
    pub fn counts(&mut self, column: &[u32]) {
        self.word(column.len() as u64);
        let (pairs, rest) = column.as_chunks::<2>();
        for [a, b] in pairs {
            self.word(u64::from(*a) << 32 | u64::from(*b));
        }
        for last in rest {
            self.word(u64::from(*last));
        }
    }

    /// The name of what was fed so far.
    pub fn fingerprint(&self) -> Fingerprint {
        let (a, b) = (folded(self.one ^ self.words, TWO), folded(self.two, ONE ^ self.one));
        Fingerprint(u128::from(a) << 64 | u128::from(b))
    }
}

impl Hasher for Digest {
    fn finish(&self) -> u64 {
        folded(self.one ^ self.words, TWO)
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.word(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.word(u64::from_le_bytes(last));
        self.word(bytes.len() as u64);
    }

    fn write_u8(&mut self, value: u8) {
        self.word(u64::from(value));
    }

    fn write_u16(&mut self, value: u16) {
        self.word(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.word(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.word(value);
    }

    fn write_u128(&mut self, value: u128) {
        self.word((value >> 64) as u64);
        self.word((value & u128::from(u64::MAX)) as u64);
    }

    // Lengths and discriminants: 64 bits on every machine.
    fn write_usize(&mut self, value: usize) {
        self.word(value as u64);
    }

    fn write_isize(&mut self, value: isize) {
        self.word((value as i64).cast_unsigned());
    }

    fn write_i32(&mut self, value: i32) {
        self.word(i64::from(value).cast_unsigned());
    }

    fn write_i64(&mut self, value: i64) {
        self.word(value.cast_unsigned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_fixed_and_tells_values_apart() {
        // Written down: another value here means that names in files of older versions are no
        // longer found.
        let one = Fingerprint::of(&(1_u32, "size", Some(3_u64)));
        assert_eq!(one, Fingerprint::of(&(1_u32, "size", Some(3_u64))));
        assert_eq!(one.to_string(), "6afaa5f6b147643cd10b7c54000c1b78");
        let others: [(u32, &str, Option<u64>); 3] =
            [(2, "size", Some(3)), (1, "sizes", Some(3)), (1, "size", None)];
        for other in others {
            assert_ne!(one, Fingerprint::of(&other));
        }
        assert_eq!(one.to_string().parse(), Ok(one));
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Fingerprint>(&text).unwrap(), one);
    }

    #[test]
    fn no_two_of_many_small_values_share_a_name() {
        let mut all: Vec<Fingerprint> = Vec::new();
        for a in 0..100_u64 {
            for b in 0..100_u64 {
                all.push(Fingerprint::of(&[a, b]));
                all.push(Fingerprint::of(&[a, b, 0]));
            }
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
