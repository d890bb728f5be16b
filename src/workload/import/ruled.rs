//! Tables as programs print them for people: a rule of dashes under the header, columns of equal
//! width (`az … --output table`) or with signs between them (`psql`, `mysql`, Markdown).

/// Lines in which the rule has to be.
const LOOKED_AT: usize = 10;

/// Whether a text begins like such a table.
pub(crate) fn is_ruled(head: &str) -> bool {
    rule_of(head).is_some()
}

/// The same table with commas; none where it is none.
pub(crate) fn with_commas(text: &str) -> Option<String> {
    let rule = rule_of(text)?;
    let signed = rule.contains(['|', '+']);
    let starts: Vec<usize> = rule
        .char_indices()
        .filter(|(at, sign)| *sign == '-' && !rule[..*at].ends_with('-'))
        .map(|(at, _)| at)
        .collect();
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let rows = text.lines().filter(|line| !line.trim().is_empty() && !is_rule(line));
    for row in rows {
        // What a program says under its table: `(2 rows)`.
        if signed && !row.contains('|') {
            continue;
        }
        let cells = if signed { between_signs(row) } else { at_places(row, &starts) };
        writer.write_record(cells).ok()?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}

/// The rule under the first header.
fn rule_of(text: &str) -> Option<&str> {
    let lines: Vec<&str> = text.lines().take(LOOKED_AT).collect();
    let at = lines.iter().rposition(|line| is_rule(line))?;
    let header = lines[..at].iter().rev().find(|line| !line.trim().is_empty())?;
    (!is_rule(header) && !header.contains([',', ';', '\t'])).then_some(lines[at])
}

/// Whether a line is nothing but dashes in several groups.
fn is_rule(line: &str) -> bool {
    let signs = line.bytes().all(|byte| matches!(byte, b'-' | b'|' | b'+' | b':' | b' ' | b'\r'));
    let groups = line.split([' ', '|', '+', ':']).filter(|group| group.len() >= 3);
    signs && groups.count() >= 2
}

fn between_signs(row: &str) -> Vec<&str> {
    let row = row.trim();
    let inner = row.strip_prefix('|').map(|rest| rest.strip_suffix('|').unwrap_or(rest));
    inner.unwrap_or(row).split('|').map(str::trim).collect()
}

/// The cells that begin where the dashes do.
fn at_places<'r>(row: &'r str, starts: &[usize]) -> Vec<&'r str> {
    let place = |at: usize| row.char_indices().nth(at).map_or(row.len(), |(byte, _)| byte);
    let ends = starts.iter().skip(1).copied().map(place).chain([row.len()]);
    starts.iter().copied().map(place).zip(ends).map(|(from, to)| row[from..to].trim()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_tables_have_commas_again() {
        let wanted = "time,tokens\n9:00,5\n9:01,\n";
        for printed in [
            "time    tokens\n------  --------\n9:00           5\n9:01\n",
            " time | tokens\n------+--------\n 9:00 |      5\n 9:01 |\n(2 rows)\n",
            "+------+--------+\n| time | tokens |\n+------+--------+\n\
             | 9:00 | 5      |\n| 9:01 |        |\n+------+--------+\n",
            "| time | tokens |\n|:-----|-------:|\n| 9:00 | 5 |\n| 9:01 |  |\n",
        ] {
            assert_eq!(with_commas(printed).as_deref(), Some(wanted), "{printed}");
        }
        for other in ["time,tokens\n9:00,5\n", "time,tokens\n---,---\n", "a\n---\n", ""] {
            assert_eq!(with_commas(other), None, "{other}");
        }
    }
}
