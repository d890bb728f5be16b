//! Times that leave something open: years of two digits, names of zones. What is sure is read and said; what is not is an error that says
//! how to state it.

use ptuplan::workload::import::{DateOrder, Imported, ReadSpec, read};

fn log(times: [&str; 2]) -> String {
    let [first, second] = times;
    format!(
        "timestamp,model,prompt_tokens,completion_tokens\n\"{first}\",gpt-5,900,50\n\"{second}\",gpt-5,800,40\n"
    )
}

fn read_as(text: &str, spec: &ReadSpec) -> Result<Imported, String> {
    read("log.csv", text.as_bytes(), spec).map_err(|error| error.to_string())
}

fn start(times: [&str; 2]) -> (String, String) {
    let imported = read_as(&log(times), &ReadSpec::default()).unwrap();
    assert_eq!(imported.trace.len(), 2);
    (imported.start.unwrap().to_string(), imported.report.assumed.join("\n"))
}

#[test]
fn years_of_two_digits_are_of_this_century() {
    for times in [
        ["11/20/26 14:05", "11/20/26 14:07"],
        ["11/20/26, 2:05 PM", "11/20/26, 2:07 PM"],
        ["20.11.26 14:05", "20.11.26 14:07"],
        ["20/11/26 14:05:00", "20/11/26 14:07:00"],
    ] {
        let (start, said) = start(times);
        assert_eq!(start, "2026-11-20T14:05:00Z", "{times:?}");
        assert!(said.contains("their years are of 2000 to 2099"), "{said}");
    }
    // With dashes the year is at either end: it is asked for.
    let open = log(["26-11-20 14:05", "26-11-20 14:07"]);
    let error = read_as(&open, &ReadSpec::default()).unwrap_err();
    assert!(error.contains("could begin or end with their year"), "{error}");
    assert!(error.contains("--dates ymd"), "{error}");
    for (order, wanted) in
        [(DateOrder::Ymd, "2026-11-20T14:05:00Z"), (DateOrder::Dmy, "2020-11-26T14:05:00Z")]
    {
        let spec = ReadSpec { dates: Some(order), ..ReadSpec::default() };
        let imported = read_as(&open, &spec).unwrap();
        assert_eq!(imported.start.unwrap().to_string(), wanted);
    }
}

#[test]
fn zones_by_name_are_read_where_the_name_is_of_one() {
    for (name, wanted, words) in [
        ("Europe/Stockholm", "2026-11-20T13:05:00.25Z", "that zone's offset"),
        ("PST", "2026-11-20T22:05:00.25Z", "times in PST are read as UTC-08:00"),
        ("CET", "2026-11-20T13:05:00.25Z", "times in CET are read as UTC+01:00"),
        ("JST", "2026-11-20T05:05:00.25Z", "times in JST are read as UTC+09:00"),
        ("UTC", "2026-11-20T14:05:00.25Z", ""),
    ] {
        let times = ["14:05:00.250", "14:07:00.250"].map(|at| format!("2026-11-20 {at} {name}"));
        let (start, said) = start([&times[0], &times[1]]);
        assert_eq!(start, wanted, "{name}");
        assert!(said.contains(words), "{name}: {said}");
    }
    // As `date` and Java print them.
    let (start, _) = start(["Fri Nov 20 14:05:00 CET 2026", "Fri Nov 20 14:07:00 CET 2026"]);
    assert_eq!(start, "2026-11-20T13:05:00Z");
}

#[test]
fn summer_and_winter_of_a_zone_have_their_own_offsets() {
    let (first, second) =
        ("2026-03-28 12:00:00 Europe/Stockholm", "2026-03-29 12:00:00 Europe/Stockholm");
    let imported = read_as(&log([first, second]), &ReadSpec::default()).unwrap();
    // The clocks went forward in between.
    assert_eq!(imported.trace.arrival_us[1], 23 * 3_600 * 1_000_000);
    // And back once a year: the hour is there twice.
    let (start, said) =
        start(["2026-10-25 02:30:00 Europe/Stockholm", "2026-10-25 04:30:00 Europe/Stockholm"]);
    assert_eq!(start, "2026-10-25T00:30:00Z");
    assert!(said.contains("twice or not at all"), "{said}");
}

#[test]
fn letters_of_several_zones_are_asked_for() {
    for name in ["IST", "CST", "BST", "Europe/Nowhere"] {
        let times = ["14:05:00", "14:07:00"].map(|at| format!("2026-11-20 {at} {name}"));
        let error = read_as(&log([&times[0], &times[1]]), &ReadSpec::strict()).unwrap_err();
        assert!(error.contains("write the offset (+01:00)"), "{name}: {error}");
    }
}
