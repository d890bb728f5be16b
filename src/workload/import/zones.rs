//! Names of time zones without an offset, as times end in them: `PST`, `CET`, `Europe/Stockholm`.
//! Letters that several zones share are not read.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Letters of one zone alone, as North America, Europe, Russia, Japan, Korea, Australia and New
/// Zealand use them; seconds east of UTC.
/// `CST`, `IST`, `BST` and `AST` are missing: each is two zones or more.
const LETTERS: [(&str, i32); 32] = [
    ("PST", -8 * HOUR),
    ("PDT", -7 * HOUR),
    ("MST", -7 * HOUR),
    ("MDT", -6 * HOUR),
    ("CDT", -5 * HOUR),
    ("EST", -5 * HOUR),
    ("EDT", -4 * HOUR),
    ("AKST", -9 * HOUR),
    ("AKDT", -8 * HOUR),
    ("HST", -10 * HOUR),
    ("WET", 0),
    ("WEST", HOUR),
    ("CET", HOUR),
    ("CEST", 2 * HOUR),
    ("MEZ", HOUR),
    ("MESZ", 2 * HOUR),
    ("EET", 2 * HOUR),
    ("EEST", 3 * HOUR),
    ("MSK", 3 * HOUR),
    ("JST", 9 * HOUR),
    ("KST", 9 * HOUR),
    ("SGT", 8 * HOUR),
    ("HKT", 8 * HOUR),
    ("AWST", 8 * HOUR),
    ("ACST", 9 * HOUR + HOUR / 2),
    ("ACDT", 10 * HOUR + HOUR / 2),
    ("AEST", 10 * HOUR),
    ("AEDT", 11 * HOUR),
    ("NZST", 12 * HOUR),
    ("NZDT", 13 * HOUR),
    ("UTC", 0),
    ("GMT", 0),
];
const HOUR: i32 = 3_600;

/// Zones that the times of one file may name.
const MOST: usize = 16;

/// The zones that times name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Zones {
    /// By name; none for a name that is no zone.
    seen: BTreeMap<String, Option<TimeZone>>,
    /// Times of the hour that clocks have twice.
    twice: u64,
}

impl Zones {
    /// A time without the name of its zone, and that name; none where it has no name of a zone.
    pub(crate) fn named(&mut self, text: &str) -> Option<(String, String)> {
        let spaced = text.replace(['[', ']', '(', ')'], " ");
        let words: Vec<&str> = spaced.split(' ').filter(|word| !word.is_empty()).collect();
        let at = words.iter().position(|word| self.is_zone(word))?;
        let name = words[at].to_owned();
        let bare: Vec<&str> =
            words.iter().enumerate().filter(|(ix, _)| *ix != at).map(|(_, word)| *word).collect();
        Some((bare.join(" "), name))
    }

    fn is_zone(&mut self, word: &str) -> bool {
        if !looks_like_zone(word) {
            return false;
        }
        if !self.seen.contains_key(word) {
            if self.seen.len() >= MOST {
                return false;
            }
            self.seen.insert(word.to_owned(), zone(word));
        }
        self.seen.get(word).is_some_and(Option::is_some)
    }

    /// A time of a zone in microseconds, and the offset it had.
    pub(crate) fn instant(&mut self, name: &str, civil: DateTime) -> Option<(i64, i32)> {
        let zone = self.seen.get(name)?.as_ref()?;
        let found = zone.to_ambiguous_zoned(civil);
        self.twice += u64::from(found.is_ambiguous());
        let instant = found.compatible().ok()?;
        Some((instant.timestamp().as_microsecond(), instant.offset().seconds()))
    }

    /// How the names were understood.
    pub(crate) fn said(&self) -> impl Iterator<Item = String> {
        let read = self.seen.iter().filter_map(|(name, zone)| Some((name, zone.as_ref()?)));
        let names =
            read.filter(|(name, _)| !matches!(name.as_str(), "UTC" | "GMT")).map(|(name, zone)| {
                match zone.to_fixed_offset() {
                    Ok(offset) => {
                        format!("times in {name} are read as UTC{}", signed(offset.seconds()))
                    }
                    Err(_) => {
                        format!("times in {name} are read with that zone's offset at the time")
                    }
                }
            });
        let twice = (self.twice > 0).then(|| {
            format!(
                "{} times are of an hour that the zone's clocks have twice or not at all: read as \
                 before the change",
                self.twice
            )
        });
        names.chain(twice)
    }
}

/// Upper-case letters, or a place of the zone database.
fn looks_like_zone(word: &str) -> bool {
    let letters = (2..=5).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase());
    let place = word.contains('/')
        && word.len() <= 40
        && word.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    letters && !matches!(word, "AM" | "PM") || place
}

fn zone(word: &str) -> Option<TimeZone> {
    if let Some((_, seconds)) = LETTERS.iter().find(|(letters, _)| *letters == word) {
        return Some(TimeZone::fixed(jiff::tz::Offset::from_seconds(*seconds).ok()?));
    }
    if word.contains('/') { TimeZone::get(word).ok() } else { None }
}

/// `+01:00`.
fn signed(seconds: i32) -> String {
    let minutes = seconds.abs() / 60;
    let sign = if seconds < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What to do about a text that is no time: one that names a zone may be a time of several.
pub(crate) fn hint(text: &str) -> &'static str {
    let spaced = text.replace(['[', ']', '(', ')'], " ");
    let named = spaced.contains(|c: char| c.is_ascii_digit())
        && spaced.split(' ').any(|word| looks_like_zone(word) && zone(word).is_none());
    if named {
        "its zone is not known, or several are called so: write the offset (+01:00), or the zone \
         of a place (Europe/Stockholm)"
    } else {
        "write 2026-12-01T09:00:00.123Z"
    }
}
