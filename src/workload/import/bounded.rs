//! What a log may become in memory: text out of a compressed file, rows without end, and values out of JSON.

use crate::units::diagnostic::{Diagnostic, Place};
use crate::units::memory;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, ErrorKind, Read};
use std::rc::Rc;

/// The longest row of a table, or line of a log.
const LONGEST_ROW: u64 = 16 << 20;
/// What a small JSON document may become, and each byte of a larger one.
const SMALL_DOCUMENT: u64 = 64 << 20;
const VALUE_GROWTH: u64 = 12;
/// Bytes of a JSON value beside its text.
const VALUE_BYTES: usize = 32;
/// Bytes of a member's name beside its text.
const NAME_BYTES: usize = 24;

/// Counts the bytes that are taken out of a source.
pub(super) struct Counting<R> {
    inner: R,
    taken: Rc<Cell<u64>>,
}

impl<R> Counting<R> {
    /// A source, and how much of it was taken.
    pub(super) fn new(inner: R) -> (Self, Rc<Cell<u64>>) {
        let taken = Rc::new(Cell::new(0));
        (Self { inner, taken: Rc::clone(&taken) }, taken)
    }
}

impl<R: BufRead> Read for Counting<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.taken.set(self.taken.get().saturating_add(wide(read)));
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counting<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.taken.set(self.taken.get().saturating_add(wide(count)));
        self.inner.consume(count);
    }
}

/// What comes out of a compressed source, up to what so many compressed bytes may become.
pub(super) struct Expanded<R> {
    inner: R,
    given: u64,
    taken: Rc<Cell<u64>>,
}

impl<R> Expanded<R> {
    pub(super) fn new(inner: R, taken: Rc<Cell<u64>>) -> Self {
        Self { inner, given: 0, taken }
    }
}

impl<R: Read> Read for Expanded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.given = self.given.saturating_add(wide(read));
        if self.given > memory::limit_for_input(self.taken.get()) {
            return Err(ErrorKind::FileTooLarge.into());
        }
        Ok(read)
    }
}

/// A table's text, none of whose rows is longer than [`LONGEST_ROW`]. The reader of rows says where one ends.
pub(super) struct Rows<R> {
    inner: R,
    since: Rc<Cell<u64>>,
}

impl<R> Rows<R> {
    /// A source, and the bytes read since its last row, which the reader sets back.
    pub(super) fn new(inner: R) -> (Self, Rc<Cell<u64>>) {
        let since = Rc::new(Cell::new(0));
        (Self { inner, since: Rc::clone(&since) }, since)
    }
}

impl<R: Read> Read for Rows<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        let since = self.since.get().saturating_add(wide(read));
        self.since.set(since);
        if since > LONGEST_ROW {
            return Err(io::Error::new(
                ErrorKind::InvalidData,
                format!("a row of more than {LONGEST_ROW} bytes"),
            ));
        }
        Ok(read)
    }
}

/// The text of a log, all of it, and what went wrong on the way.
pub(super) fn text_of(source: &mut dyn Read) -> (Vec<u8>, Option<io::Error>) {
    let mut bytes = Vec::new();
    let most = memory::limit() / 2;
    match source.take(most.saturating_add(1)).read_to_end(&mut bytes) {
        Err(error) => (bytes, Some(error)),
        Ok(read) if wide(read) > most => (Vec::new(), Some(ErrorKind::FileTooLarge.into())),
        Ok(_) => (bytes, None),
    }
}

/// What came of a source that became larger than it may.
pub(super) fn too_large(name: &str) -> Diagnostic {
    let limit = memory::limit_for_input(0).min(memory::limit());
    memory::too_large(limit, "what this file holds", None).at(Place::new(name, 0, 0))
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Bytes that the values of a document may still take.
#[derive(Debug)]
pub(crate) struct Budget(Cell<usize>);

impl Budget {
    /// For a document of so many bytes.
    pub(crate) fn of(length: usize) -> Self {
        let bytes = SMALL_DOCUMENT.saturating_add(VALUE_GROWTH.saturating_mul(wide(length)));
        let bytes = if memory::is_stated() { memory::limit() } else { bytes.min(memory::limit()) };
        Self(Cell::new(usize::try_from(bytes).unwrap_or(usize::MAX)))
    }

    fn take<E: serde::de::Error>(&self, bytes: usize) -> Result<(), E> {
        let left = self.0.get().checked_sub(bytes);
        self.0.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or_else(|| {
            E::custom("the document would take more memory than --max-memory allows")
        })
    }
}

/// A JSON value. No object in it has two members of one name.
///
/// # Errors
/// No JSON, a name twice, or more than the budget.
pub(crate) fn json(text: &str, budget: &Budget) -> serde_json::Result<Value> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = One(budget).deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Reads one value.
struct One<'a>(&'a Budget);

impl<'de> DeserializeSeed<'de> for One<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        self.0.take(VALUE_BYTES)?;
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for One<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.0.take(value.len())?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(One(self.0))? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            self.0.take(NAME_BYTES + name.len())?;
            if map.contains_key(&name) {
                let shown: String = name.chars().take(40).collect();
                return Err(A::Error::custom(format!("two members of one name: {shown}")));
            }
            let value = members.next_value_seed(One(self.0))?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_serde() {
        for text in ["null", "[1,-2,3.5,\"a\",{\"b\":[true]}]", "{}", "18446744073709551615"] {
            let plain: Value = serde_json::from_str(text).unwrap();
            assert_eq!(json(text, &Budget::of(text.len())).unwrap(), plain);
        }
        for text in ["", "{\"a\":1", "[1,]", "1 2"] {
            assert!(json(text, &Budget::of(10)).is_err(), "{text}");
        }
        assert!(json("{\"a\":", &Budget::of(10)).unwrap_err().is_eof());
    }

    #[test]
    fn a_name_stands_once_and_a_document_stays_small() {
        let error = json("{\"a\":1,\"a\":2}", &Budget::of(13)).unwrap_err();
        assert!(error.to_string().starts_with("two members of one name: a"), "{error}");
        let list = format!("[{}0]", "0,".repeat(100));
        assert!(json(&list, &Budget(Cell::new(1_000))).is_err());
    }
}
