//! Inputs out of seeds: what files suffer on their way, and what people and programs write into them.

use ptuplan::units::luck::splitmix64;

/// Texts that readers stumble over.
const WORDS: [&str; 36] = [
    "0",
    "-1",
    "1",
    "-0.5",
    "1e308",
    "-1e308",
    "1e-308",
    "NaN",
    "inf",
    "18446744073709551615",
    "18446744073709551616",
    "9223372036854775808",
    "-9223372036854775808",
    "4294967296",
    "2147483648",
    "79228162514264337593543950335",
    "0.00000000000000000000000000001",
    "10000001",
    "9999-12-31T23:59:59Z",
    "-009999-01-01T00:00:00Z",
    "1970-01-01",
    "2026-02-30",
    "2026-03-29T02:30:00[Europe/Stockholm]",
    "\"",
    "\n",
    ",",
    "[",
    "{",
    "}",
    "null",
    "\u{feff}",
    "\u{0}",
    "=1+1",
    "100 years",
    "1 month",
    "P99999999999Y",
];

/// Draws mutations by a seed: the same ones each time.
pub(crate) struct Mutator {
    state: u64,
}

impl Mutator {
    pub(crate) fn new(seed: u64, name: &str) -> Self {
        Self { state: name.bytes().fold(seed, |state, byte| splitmix64(state ^ u64::from(byte))) }
    }

    fn draw(&mut self, below: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let wide = u128::from(splitmix64(self.state)) * u128::try_from(below.max(1)).unwrap();
        usize::try_from(wide >> 64).unwrap()
    }

    /// A seed with some of it changed.
    pub(crate) fn next(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.draw(seeds.len())].clone();
        for _ in 0..=self.draw(4) {
            self.change(&mut bytes, seeds);
        }
        bytes.truncate(1 << 20);
        bytes
    }

    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let from = self.draw(length + 1);
        let most = if self.draw(4) == 0 { length } else { 16 };
        from..length.min(from + self.draw(most + 1))
    }

    fn change(&mut self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let length = bytes.len();
        match self.draw(9) {
            0 if length > 0 => {
                let at = self.draw(length);
                bytes[at] ^= 1 << self.draw(8);
            }
            1 if length > 0 => {
                let at = self.draw(length);
                bytes[at] = [0, 0xff, 0x7f, 0x80, b'"', b',', b'\n', b'-'][self.draw(8)];
            }
            2 => drop(bytes.drain(self.range(length))),
            3 => {
                let piece = bytes[self.range(length)].to_vec();
                let at = self.draw(length + 1);
                bytes.splice(at..at, piece);
            }
            4 => {
                let other = &seeds[self.draw(seeds.len())];
                let piece = other[self.range(other.len())].to_vec();
                let at = self.range(length);
                bytes.splice(at, piece);
            }
            5 => {
                let word = WORDS[self.draw(WORDS.len())];
                let at = self.draw(length + 1);
                bytes.splice(at..at, word.bytes());
            }
            // A number in its place, a line twice, an end cut off.
            6 | 7 => self.number(bytes),
            _ if self.draw(2) == 0 => bytes.truncate(self.draw(length + 1)),
            _ => {
                let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
                let (from, to) = (self.draw(lines.len()), self.draw(lines.len() + 1));
                let mut order: Vec<&[u8]> = lines.clone();
                if let Some(line) = lines.get(from) {
                    order.insert(to.min(order.len()), line);
                }
                *bytes = order.concat();
            }
        }
    }

    /// Another number, or another word, in the place of one.
    fn number(&mut self, bytes: &mut Vec<u8>) {
        let from = self.draw(bytes.len() + 1);
        let digit = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
        let Some(at) = bytes[from..].iter().position(digit).map(|at| from + at) else { return };
        let length = bytes[at..].iter().take_while(|byte| digit(byte)).count();
        let word = WORDS[self.draw(WORDS.len())];
        bytes.splice(at..at + length, word.bytes());
    }
}
