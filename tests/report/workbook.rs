//! The workbook in a spreadsheet program: it opens, and its formulas recompute to the results its cells carry.

use crate::forms::gallery;
use crate::one_cost::{small, small_plan};
use crate::{sample, skipped};
use ptuplan::report::workbook::{self, Levers};
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

/// Makes the program compute every formula on load instead of trusting the results in the file.
const ALWAYS_RECOMPUTE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"#;

/// Every sheet as CSV with full precision, or nothing without `LibreOffice`.
fn recomputed(
    folder: &Path,
    bytes: &[u8],
    recompute: bool,
) -> Option<Vec<(String, Vec<Vec<String>>)>> {
    let profile = folder.join("profile");
    std::fs::create_dir_all(profile.join("user")).unwrap();
    let settings = if recompute {
        ALWAYS_RECOMPUTE.to_owned()
    } else {
        ALWAYS_RECOMPUTE.replace("<value>0<", "<value>1<")
    };
    std::fs::write(profile.join("user/registrymodifications.xcu"), settings).unwrap();
    let file = folder.join("plan.xlsx");
    std::fs::write(&file, bytes).unwrap();
    let run = Command::new("soffice")
        .arg("--headless")
        .arg(format!("-env:UserInstallation=file://{}", profile.display()))
        .args([
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1",
        ])
        .arg("--outdir")
        .arg(folder)
        .arg(&file)
        .output()
        .ok()?;
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let sheets = ["Answer", "Summary", "Candidates", "Monthly plan", "Line items", "Assumptions"];
    let read = |sheet: &str| {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_path(folder.join(format!("plan-{sheet}.csv")))
            .unwrap();
        let rows: Vec<Vec<String>> =
            reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
        assert!(!rows.is_empty(), "{sheet}");
        assert!(
            !rows.iter().flatten().any(|c| c.starts_with('#') || c.starts_with("Err:")),
            "{sheet}"
        );
        (sheet.to_owned(), rows)
    };
    Some(sheets.into_iter().map(read).collect())
}

#[test]
fn formulas_recompute_to_the_results_in_the_file() {
    let levers = Levers { discount_ptu: 0.15, discount_tokens: 0.05 };
    let view = sample::recommendation();
    for levers in [Levers::default(), levers] {
        let bytes = workbook::bytes_with(&view, levers).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let Some(fresh) = recomputed(folder.path(), &bytes, true) else {
            return skipped("the workbook's formulas in LibreOffice", "soffice");
        };
        let other = tempfile::tempdir().unwrap();
        let carried = recomputed(other.path(), &bytes, false).unwrap();
        for ((sheet, fresh), (_, carried)) in fresh.iter().zip(&carried) {
            for (row, (fresh, carried)) in fresh.iter().zip(carried).enumerate() {
                for (fresh, carried) in fresh.iter().zip(carried) {
                    assert!(close(fresh, carried), "{sheet} row {}: {fresh} {carried}", row + 1);
                }
            }
        }
        if levers.discount_ptu == 0.0 {
            let total = &fresh[1].1[11][1];
            assert!(close(total, &view.bill.total), "{total} {}", view.bill.total);
            let last = fresh[4].1.last().unwrap();
            assert!(close(&last[12], &view.bill.total), "{last:?}");
            let choice = &fresh[2].1[1];
            assert_eq!((choice[9].as_str(), close(&choice[8], &choice[7])), ("1", true));
        } else {
            let cost: f64 = fresh[1].1[11][1].parse().unwrap();
            assert!(
                cost < view.bill.total.parse::<f64>().unwrap() * 0.96,
                "the levers move the total"
            );
        }
    }
}

/// The plans of small scenarios of several months: every total that a spreadsheet computes is the plan's.
#[test]
fn a_spreadsheet_computes_the_months_and_totals_of_a_plan() {
    let several = |case: &u64| small(*case).contains("months = 3");
    let plans = (0..40).filter(several).map(small_plan);
    let views: Vec<_> = plans.filter(|view| view.outlook.horizon.is_some()).take(2).collect();
    assert_eq!(views.len(), 2);
    for view in views {
        let bytes = workbook::bytes(&view).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let Some(fresh) = recomputed(folder.path(), &bytes, true) else {
            return skipped("the workbook of a plan in LibreOffice", "soffice");
        };
        let horizon = view.outlook.horizon.as_ref().unwrap();
        let [answer, summary, months, lines] = [0, 1, 3, 4].map(|index| &fresh[index].1);
        assert!(
            answer.iter().any(|row| row[0].starts_with("Cost, ") && close(&row[1], &horizon.total))
        );
        for row in [11, 14, 17] {
            assert!(close(&summary[row][1], &horizon.total), "{row}: {:?}", summary[row]);
        }
        assert!(close(&summary[16][1], &horizon.monthly), "{:?}", summary[16]);
        for (row, month) in months[1..].iter().zip(&horizon.months) {
            assert_eq!(row[0], month.month);
            assert!(close(&row[3], &month.cost), "{row:?} {month:?}");
        }
        assert!(close(&months[horizon.months.len()][4], &horizon.total));
        assert!(close(&lines.last().unwrap()[12], &horizon.total));
    }
}

fn close(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0),
        _ => a == b,
    }
}

#[test]
fn a_bill_without_lines_still_makes_a_workbook() {
    let mut view = sample::recommendation();
    view.bill.line_items.clear();
    view.bill.total = "0".into();
    view.candidates.clear();
    view.choice = None;
    let bytes = workbook::bytes(&view).unwrap();
    std::fs::write(gallery("empty-plan.xlsx"), bytes).unwrap();
}

/// A part of a workbook.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn sentences_are_wrapped_and_a_quantity_has_its_month_in_a_cell_of_its_own() {
    let mut view = sample::recommendation();
    view.glance.reasons = vec!["A reason that takes some room. ".repeat(20)];
    view.quota.choice[0].month = Some("2026-12".into());
    let need = ptuplan::report::answer::quantity(&view.quota.choice[0]);
    let bytes = workbook::bytes(&view).unwrap();
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<mergeCell ref=\"A") && sheet.contains("customHeight=\"1\""));
    let strings = part(&bytes, "xl/sharedStrings.xml");
    assert!(strings.contains(&format!(">{need}</t>")) && strings.contains(">December 2026</t>"));
    assert!(!strings.contains(&format!("{need} (December")), "a narrow column would cut it");
}
