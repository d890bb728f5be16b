//! How a table in text is written: what parts its cells, where its header is, whether its decimals
//! have a comma.

use crate::workload::import::dates::{DateOrder, regional};
use crate::workload::import::names::Names;
use crate::workload::import::scales::scaled;
use csv::{Reader, ReaderBuilder, StringRecord};
use std::collections::BTreeMap;
use std::io::Read;

/// The rows looked at.
const LOOKED_AT: usize = 60;
/// Signs that part thousands: of English, of German, of French with two kinds of space that do not
/// break, and of Switzerland.
const SIGNS: [char; 7] = [',', '.', '\u{a0}', '\u{202f}', ' ', '\'', '’'];

/// How a table in text is written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "facts of a table that have nothing to do with each other"
)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    /// Whether `1,5` is one and a half.
    pub(crate) decimal_comma: bool,
    /// The sign that parts thousands in each column of counts: a count is whole, so `1,200` and
    /// `12.345` are thousands.
    grouped: Vec<Option<char>>,
    /// A count that may be thousands or have three decimals.
    doubtful: Option<String>,
    /// A column of days and one of the times of those days, or of their hours.
    day_and_time: Option<DayAndTime>,
    /// The header's cells as they are written; of a header in two lines both.
    pub(crate) header: Vec<String>,
    /// The cells of the header's last line, under which the rows begin.
    pub(crate) last_line: Vec<String>,
    /// Whether the header is in two lines.
    two_lines: bool,
    /// Whether lines end as Windows ends them.
    crlf: bool,
    /// Whether the header is the first line: a portal's chart has a title and ranges above it.
    pub(crate) header_first: bool,
}

impl Dialect {
    /// Of the beginning of a text.
    pub(crate) fn of(head: &str) -> Self {
        let stated = head.strip_prefix("sep=").and_then(|rest| rest.bytes().next());
        let delimiter = stated.unwrap_or_else(|| delimiter(head));
        let rows = rows(head, delimiter);
        let first = header_of(&rows);
        let joined = first.and_then(|at| two_lines(&rows, at));
        let at = joined.as_ref().map(|(lower, _)| *lower).or(first);
        let last_line = at.map(|at| names_in(&rows[at])).unwrap_or_default();
        let two_lines = joined.is_some();
        let header = joined.map_or_else(|| last_line.clone(), |(_, header)| header);
        let comma = |cell: &str| {
            has_decimal_comma(cell) || has_grouping_dots(cell) && cell.matches('.').count() > 1
        };
        let under = &rows[at.map_or(0, |at| at + 1)..];
        let grouped = grouped(&header, under);
        let elsewhere = |row: &StringRecord| {
            row.iter().zip(&grouped).any(|(cell, sign)| sign.is_none() && comma(cell))
        };
        let decimal_comma = delimiter != b',' && under.iter().any(elsewhere);
        Self {
            delimiter,
            decimal_comma,
            day_and_time: DayAndTime::of(&header, under),
            doubtful: doubtful(&header, under, &grouped),
            grouped,
            header,
            last_line,
            two_lines,
            crlf: head.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r')),
            header_first: at == Some(0) && stated.is_none() && !two_lines,
        }
    }

    /// Whether cells are what they say, one by one: neither their numbers nor their times must be
    /// read in another way.
    pub(crate) fn is_plain(&self) -> bool {
        !self.decimal_comma
            && self.day_and_time.is_none()
            && self.doubtful.is_none()
            && self.grouped.iter().all(Option::is_none)
    }

    /// The cells of a row under the header, in the way everyone else writes them.
    pub(crate) fn cells(&self, row: &StringRecord) -> Vec<String> {
        let plain = |(column, cell): (usize, &str)| {
            let cell = cell.trim();
            self.plain_number(column, cell).unwrap_or_else(|| cell.to_owned())
        };
        let mut cells: Vec<String> = row.iter().enumerate().map(plain).collect();
        if let Some(parts) = &self.day_and_time {
            parts.join(&mut cells);
        }
        cells
    }

    /// The line where a row begins.
    pub(crate) fn line(&self, row: Option<&csv::Position>) -> u64 {
        row.map_or(0, |at| line_of(at, self.crlf))
    }

    /// What was taken for granted, in words.
    pub(crate) fn assumed(&self) -> Vec<String> {
        let joined = self.day_and_time.as_ref().map(|parts| {
            let [day, time] = [parts.day, parts.time].map(|column| self.header[column].trim());
            format!("times are those of {day} and {time} together")
        });
        let doubtful = self.doubtful.as_ref().map(|cell| {
            let whole = cell.split('.').next().unwrap_or_default();
            format!("numbers such as {cell} are read as {whole}: write thousands without a sign")
        });
        let two = self.two_lines.then(|| {
            let names = self.header.iter().filter(|name| !name.is_empty());
            let names: Vec<&str> = names.map(String::as_str).collect();
            format!("the header's two lines are read together: {}", names.join(", "))
        });
        two.into_iter().chain(joined).chain(doubtful).collect()
    }

    /// A reader of the whole text that returns the header like any other row.
    pub(crate) fn reader<R: Read>(&self, source: R) -> Reader<R> {
        ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .buffer_capacity(1 << 18)
            .from_reader(source)
    }

    /// A cell's number in the way everyone else writes it.
    fn plain_number(&self, column: usize, cell: &str) -> Option<String> {
        if let Some(sign) = self.grouped.get(column).copied().flatten() {
            return is_grouped(cell, sign).then(|| cell.replace(sign, ""));
        }
        if !self.decimal_comma || !(has_decimal_comma(cell) || has_grouping_dots(cell)) {
            return None;
        }
        Some(cell.replace('.', "").replace(',', "."))
    }
}

/// The line where a row begins. A reader that ends a row at the first of the two signs of a Windows
/// line has not yet counted the line.
pub fn line_of(row: &csv::Position, crlf: bool) -> u64 {
    row.line() + u64::from(crlf && row.byte() > 0)
}

/// A day in one column and the rest of the time in another.
#[derive(Clone, Debug, PartialEq, Eq)]
struct DayAndTime {
    day: usize,
    time: usize,
    /// Whether the second is a number of hours.
    hours: bool,
}

impl DayAndTime {
    /// The two columns of a header by their names, where their cells are what they are called.
    fn of(header: &[String], rows: &[StringRecord]) -> Option<Self> {
        let named = |names: &[&str]| {
            let known = |name: &String| {
                let bare = name.split(['(', '[']).next().unwrap_or_default();
                let letters = bare.chars().filter(char::is_ascii_alphanumeric);
                names.contains(&&*letters.collect::<String>().to_ascii_lowercase())
            };
            header.iter().position(known)
        };
        let day = named(&["date", "day", "datum", "usagedate", "eventdate"])?;
        let is_day = |cell: &str| !cell.contains(':') && cell.bytes().any(|b| b.is_ascii_digit());
        let is_hour = |cell: &str| cell.parse::<u8>().is_ok_and(|hour| hour < 24);
        let all = |column: usize, is: &dyn Fn(&str) -> bool| {
            let mut cells = rows.iter().filter_map(|row| row.get(column)).map(str::trim);
            let mut any = false;
            cells.all(|cell| {
                cell.is_empty()
                    || is(cell) && {
                        any = true;
                        any
                    }
            }) && any
        };
        if !all(day, &is_day) {
            return None;
        }
        let clock = named(&["time", "timeofday", "uhrzeit", "zeit", "eventtime"]);
        if let Some(time) = clock.filter(|time| all(*time, &is_time_of_day)) {
            return Some(Self { day, time, hours: false });
        }
        let hour = named(&["hour", "hourofday", "stunde", "usagehour"]);
        if let Some(time) = hour.filter(|time| all(*time, &is_hour)) {
            return Some(Self { day, time, hours: true });
        }
        hour.filter(|time| all(*time, &is_time_of_day)).map(|time| Self { day, time, hours: false })
    }

    /// Writes the whole time into both columns; a column of hours stays what it is.
    fn join(&self, cells: &mut [String]) {
        let (Some(day), Some(time)) = (cells.get(self.day), cells.get(self.time)) else { return };
        if day.is_empty() || time.is_empty() {
            return;
        }
        if self.hours {
            cells[self.day] = format!("{day} {time:0>2}:00:00");
        } else {
            let whole = format!("{day} {time}");
            cells[self.day].clone_from(&whole);
            cells[self.time] = whole;
        }
    }
}

/// `8:00`, `08:00:01.5`, `8:00 PM`
fn is_time_of_day(cell: &str) -> bool {
    let clock = cell.trim_end_matches(['A', 'P', 'M', 'a', 'p', 'm', ' ']);
    let parts: Vec<&str> = clock.split(':').collect();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let last = parts.last().and_then(|part| part.split(['.', ',']).next());
    (2..=3).contains(&parts.len())
        && parts[..parts.len() - 1].iter().all(|part| part.len() <= 2 && digits(part))
        && last.is_some_and(|part| part.len() == 2 && digits(part))
}

/// Whether a column counts something, by its name. Thousands and means have decimals.
fn is_count(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let words = ["token", "request", "prompt", "completion", "calls"];
    words.iter().any(|word| lower.contains(word)) && scaled(name).is_none()
}

/// The first of a column's counts where all are `12.000`, which a database and a spreadsheet mean
/// in two ways.
fn doubtful(header: &[String], rows: &[StringRecord], grouped: &[Option<char>]) -> Option<String> {
    let mut columns = header.iter().zip(grouped).enumerate();
    columns.find_map(|(column, (name, sign))| {
        let cells = || rows.iter().filter_map(|row| row.get(column)).map(str::trim);
        let doubted = |cell: &str| is_grouped(cell, '.') && cell.ends_with(".000");
        let all = is_count(name) && sign.is_none() && cells().all(doubted);
        all.then(|| cells().next().map(str::to_owned)).flatten()
    })
}

/// The sign that parts thousands, by column. Only counts are looked at: of anything else `1.234`
/// may be a decimal.
fn grouped(header: &[String], rows: &[StringRecord]) -> Vec<Option<char>> {
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column)).map(str::trim);
    let counts: Vec<usize> = (0..header.len()).filter(|at| is_count(&header[*at])).collect();
    let fits = |column: usize, sign: char| {
        cells(column).all(|cell| !cell.contains(SIGNS) || is_grouped(cell, sign))
    };
    // Who writes three decimals writes them in every row.
    let mixed = |column: usize| {
        let whole = |cell: &str| !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit());
        cells(column).any(whole) && cells(column).any(|cell| is_grouped(cell, '.'))
    };
    // Who writes dates with dots writes decimals with a comma.
    let dotted = rows.iter().flatten().any(has_dotted_date);
    // Without a digit behind the sign, `12.000` may be twelve.
    let tells = |cell: &str, sign: char| {
        let groups = cell.matches(sign).count();
        let whole = groups > 1 || !cell.ends_with("000") || dotted;
        is_grouped(cell, sign) && (sign != '.' || whole)
    };
    // What one column of counts tells holds for the others.
    let told = |sign: &char| {
        counts.iter().any(|at| {
            fits(*at, *sign)
                && (cells(*at).any(|cell| tells(cell, *sign)) || *sign == '.' && mixed(*at))
        })
    };
    let sign = SIGNS.into_iter().find(told);
    let of = |at| sign.filter(|sign| counts.contains(&at) && fits(at, *sign));
    // Spaces and apostrophes are no decimals: each column may have its own.
    let own = |at: usize| {
        let parted = |sign: &char| fits(at, *sign) && cells(at).any(|cell| tells(cell, *sign));
        SIGNS[2..].iter().copied().find(|sign| counts.contains(&at) && parted(sign))
    };
    (0..header.len()).map(|at| own(at).or_else(|| of(at))).collect()
}

/// `30.11.2026`, alone or before a time.
fn has_dotted_date(cell: &str) -> bool {
    let cell = cell.trim();
    matches!(cell.find('.'), Some(1 | 2)) && regional(cell, DateOrder::Dmy).is_some()
}

/// `1.234.567`, with this sign.
fn is_grouped(cell: &str, sign: char) -> bool {
    let mut groups = cell.trim().split(sign);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let first =
        groups.next().is_some_and(|group| group.len() <= 3 && digits(group) && group != "0");
    let mut more = false;
    first
        && groups.all(|group| {
            more = true;
            group.len() == 3 && digits(group)
        })
        && more
}

/// The row that is the header. A row under it may have a cell too many, which is a mistake of that
/// row; titles and ranges above it have fewer. A chart of one metric has a title and ranges of the
/// same width above it: its header is the first one with figures under it.
fn header_of(rows: &[StringRecord]) -> Option<usize> {
    let headers = || (0..rows.len()).filter(|at| is_header(&rows[*at]));
    let figures = |at: usize, more: usize| {
        let width = rows[at].len() + more;
        width > 2 && rows[at + 1..].iter().any(|row| row.len() == width && !is_header(row))
    };
    if let Some(at) = headers().find(|at| rows[*at].len() > 2 && figures(*at, 0)) {
        return Some(at);
    }
    // Every row ends in a sign, and the header does not.
    if let Some(at) = headers().find(|at| figures(*at, 1)) {
        return Some(at);
    }
    let widest = headers().map(|at| rows[at].len()).max()?;
    let mut wide = headers().filter(|at| rows[*at].len() == widest);
    if widest > 2 {
        return wide.next();
    }
    let at_once = |at: usize| {
        let next = rows.get(at + 1);
        next.is_some_and(|next| next.len() == widest && !is_header(next))
    };
    wide.clone().find(|at| at_once(*at)).or_else(|| wide.next())
}

fn names_in(row: &StringRecord) -> Vec<String> {
    row.iter().map(|name| name.trim().to_owned()).collect()
}

/// A header in two lines, as workbooks merge cells: groups above names, or units under them. Only
/// where tokens are told by both lines together, or are other units by them. With its lower line.
fn two_lines(rows: &[StringRecord], at: usize) -> Option<(usize, Vec<String>)> {
    let told = |header: &[String]| {
        let names = Names::recognised(header.iter().map(String::as_str));
        names.filter(|names| names.input.is_some()).map(|names| names.scales)
    };
    let plain = told(&names_in(&rows[at]));
    let lines = [(at, at + 1), (at.wrapping_sub(1), at)];
    lines.into_iter().find_map(|(upper, lower)| {
        let header = joined(rows.get(upper)?, rows.get(lower)?)?;
        let found = told(&header)?;
        plain.is_none_or(|plain| plain != found).then_some((lower, header))
    })
}

/// The names of two lines: what is above merged cells stands above all of them.
fn joined(upper: &StringRecord, lower: &StringRecord) -> Option<Vec<String>> {
    let (upper, lower) = (names_in(upper), names_in(lower));
    let worded = |name: &String| !name.starts_with(|sign: char| sign.is_ascii_digit());
    if upper.len() != lower.len() || lower.concat().is_empty() || !lower.iter().all(worded) {
        return None;
    }
    let mut above = "";
    let names = upper.iter().zip(&lower).map(|(upper, lower)| {
        if !upper.is_empty() || lower.is_empty() {
            above = upper;
        }
        format!("{above} {lower}").trim().to_owned()
    });
    Some(names.collect())
}

fn rows(head: &str, delimiter: u8) -> Vec<StringRecord> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(head.as_bytes());
    reader.records().take(LOOKED_AT).filter_map(Result::ok).collect()
}

/// The sign that parts most rows into the same number of cells; of equals the comma.
fn delimiter(head: &str) -> u8 {
    let mut best = (0, b',');
    for sign in [b',', b';', b'\t', b'|'] {
        let rows = rows(head, sign);
        let mut alike: BTreeMap<usize, usize> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.len() > 1) {
            *alike.entry(row.len()).or_default() += 1;
        }
        let Some((cells, width)) = alike.iter().map(|(width, rows)| (width * rows, *width)).max()
        else {
            continue;
        };
        let header = header_of(&rows).map(|at| rows[at].len());
        let named = header.is_some_and(|header| header == width || header + 1 == width);
        let score = cells * if named { 4 } else { 1 };
        if score > best.0 {
            best = (score, sign);
        }
    }
    best.1
}

/// A header has several filled cells, and none of them is a number.
pub(crate) fn is_header(row: &StringRecord) -> bool {
    let filled = row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let number = |cell: &str| cell.trim().replace(',', ".").parse::<f64>().is_ok();
    filled >= 2 && filled * 2 > row.len() && !row.iter().any(number)
}

/// `1,5`, `1.234,5`
fn has_decimal_comma(cell: &str) -> bool {
    let cell = cell.trim().trim_start_matches('-');
    let Some((whole, fraction)) = cell.split_once(',') else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(fraction) && (digits(whole) || has_grouping_dots(whole))
}

/// `1.234.567`
fn has_grouping_dots(cell: &str) -> bool {
    is_grouped(cell.trim().trim_start_matches('-'), '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_and_decimals_are_those_of_the_rows() {
        let german = Dialect::of("Zeit;Modell;Kosten\n20.11.2026 09:00;gpt-5;1.234,5\n");
        assert_eq!((german.delimiter, german.decimal_comma), (b';', true));
        assert_eq!(german.plain_number(2, "1.234,5").as_deref(), Some("1234.5"));
        assert_eq!(german.plain_number(2, "1.234").as_deref(), Some("1234"));
        assert_eq!(german.plain_number(2, "12"), None);
        assert_eq!(Dialect::of("a\tb\n1\t2\n").delimiter, b'\t');
        assert_eq!(Dialect::of("a,b\n\"1;2\",3\n").delimiter, b',');
        let excel = Dialect::of("sep=;\na;b\n1;2\n");
        assert_eq!((excel.delimiter, excel.header_first), (b';', false));
        let chart = Dialect::of("Title,\"x, y\"\n\nTime,Requests,Tokens\n1/2/2026 9:00,5,6\n");
        assert_eq!(chart.header, ["Time", "Requests", "Tokens"]);
        assert!(!chart.header_first);
    }

    #[test]
    fn counts_are_whole_so_three_digits_behind_a_sign_are_thousands() {
        let cells = |text: &str| {
            let dialect = Dialect::of(text);
            let row = rows(text, dialect.delimiter).pop().unwrap();
            (dialect.cells(&row), dialect.is_plain())
        };
        let (quoted, plain) = cells("time,prompt_tokens,cost\n9:00,\"1,200\",0.5\n");
        assert_eq!((quoted[1].as_str(), plain), ("1200", false));
        let (dotted, _) = cells("time;Tokens;cost\n9:00;12.345;0.125\n9:01;800;1.500\n");
        assert_eq!(dotted[1..], ["800", "1.500"]);
        let (dotted, _) = cells("time;Tokens;cost\n9:01;800;1.500\n9:00;1.012.345;0.125\n");
        assert_eq!(dotted[1..], ["1012345", "0.125"]);
        // A database writes whole numbers with three decimals too.
        let (decimal, plain) = cells("time;Tokens\n9:00;240.000\n9:01;300.000\n");
        assert_eq!((decimal[1].as_str(), plain), ("300.000", false));
        let said = Dialect::of("time;Tokens\n9:00;240.000\n9:01;300.000\n").assumed();
        assert_eq!(
            said,
            ["numbers such as 240.000 are read as 240: write thousands without a sign"]
        );
        let (dotted, _) = cells("Datum;Tokens\n30.11.2026 9:00;240.000\n30.11.2026 9:01;300.000\n");
        assert_eq!(dotted[1], "300000");
        let (told, _) = cells("time;Input tokens;Output tokens\n9:00;1.200.000;60.000\n");
        assert_eq!(told[1..], ["1200000", "60000"]);
        let (mixed, _) = cells("time;Tokens\n9:00;900\n9:01;1.000\n");
        assert_eq!(mixed[1], "1000");
        for sign in ["\u{a0}", "\u{202f}", " ", "'", "’"] {
            let (parted, _) = cells(&format!("time;Tokens\n9:00;900\n9:01;1{sign}000\n"));
            assert_eq!(parted[1], "1000", "{sign}");
        }
        let (two, _) = cells("time;Input tokens;Output tokens\n9:00;1\u{a0}200;2\u{202f}000\n");
        assert_eq!(two[1..], ["1200", "2000"]);
        // Commas that are decimals elsewhere leave the thousands of a count to its dots.
        let (german, _) = cells("Zeit;Tokens;Kosten\n9:00;1.234;0,5\n");
        assert_eq!(german[1..], ["1234", "0.5"]);
    }

    #[test]
    fn a_day_and_its_time_are_one_instant() {
        let cells = |text: &str| {
            let dialect = Dialect::of(text);
            let row = rows(text, dialect.delimiter).pop().unwrap();
            (dialect.cells(&row), dialect.assumed())
        };
        let (both, said) = cells("Date,Time,Tokens\n2026-11-02,08:00:01,5\n");
        assert_eq!(both[..2], ["2026-11-02 08:00:01", "2026-11-02 08:00:01"]);
        assert_eq!(said, ["times are those of Date and Time together"]);
        let (hours, _) = cells("Date;Hour (UTC);Tokens\n2026-11-02;8;5\n");
        assert_eq!(hours[..2], ["2026-11-02 08:00:00", "8"]);
        // A time that is whole by itself, and hours that are a duration.
        let none: [&str; 0] = [];
        assert_eq!(cells("Date,Time,Tokens\n2026-11-02,2026-11-02 08:00:01,5\n").1, none);
        assert_eq!(cells("Date,Hour,Tokens\n2026-11-02,31,5\n").1, none);
    }
}
