//! Names that attack: markup, formulas, escapes, control characters. They are text in every form.

use crate::sample;
use ptuplan::report::files;
use ptuplan::report::text::layout::Ink;
use ptuplan::report::text::recommendation;
use ptuplan::report::view::RecommendationView;
use std::io::Read as _;
use std::sync::OnceLock;

const MARKUP: &str = "<script>alert(1)</script>";
const FORMULA: &str = "=cmd()|'/c calc'!A1";
const BREAKOUT: &str = "</script><img src=x onerror=alert(1)>\u{2028}\u{1b}[31m\"'&amp;";

/// What no reader sees, or what turns the text around it.
const UNSEEN: &str = "\u{0}\u{1}\u{7}\u{9b}\u{61c}\u{200b}\u{200f}\u{2029}\u{202e}\u{2066}\u{feff}";

fn hostile() -> RecommendationView {
    let mut view = sample::recommendation_named(MARKUP, FORMULA);
    view.scenario.name.push_str(UNSEEN);
    for name in [MARKUP, FORMULA, BREAKOUT, UNSEEN] {
        view.why.push(name.into());
        view.attributions.push(name.into());
        view.glance.reasons.push(name.into());
    }
    for candidate in view.candidates.iter_mut().take(3) {
        candidate.name.push_str(BREAKOUT);
        candidate.family = FORMULA.into();
        candidate.reasons.push(BREAKOUT.into());
        candidate.name.push_str(UNSEEN);
    }
    for series in &mut view.series {
        series.deployment = MARKUP.into();
    }
    for line in &mut view.bill.line_items {
        line.resource = FORMULA.into();
        line.workload = MARKUP.into();
    }
    for point in &mut view.cost_curve {
        point.family = BREAKOUT.into();
    }
    view.outlook.heat_maps[0].subject = BREAKOUT.into();
    view.outlook.workloads[0].name = BREAKOUT.into();
    view
}

/// A file of the hostile view. The files are made once: drawing them is the slow part.
fn file(name: &str) -> Vec<u8> {
    static FILES: OnceLock<Vec<files::File>> = OnceLock::new();
    let files = FILES.get_or_init(|| files::recommendation(&hostile()).unwrap());
    files.iter().find(|(file, _)| file == name).unwrap().1.clone()
}

#[test]
fn the_page_shows_markup_as_text() {
    let html = String::from_utf8(file("report.html")).unwrap();
    // The library's own code speaks of images; everything before it is ours.
    let ours = html.split("Licensed to the Apache").next().unwrap();
    assert!(ours.len() > 100_000 && !ours.contains(MARKUP) && !ours.contains("<img"));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;&#x2f;script&gt;"));
    // Data, library, options, page: four elements open and four close, whatever the names say.
    assert_eq!(html.matches("<script").count(), 4);
    assert_eq!(html.matches("</script>").count(), 4);
}

#[test]
fn plots_show_markup_as_text() {
    for name in ["load.svg", "utilization.svg", "cost_curve.svg"] {
        let svg = String::from_utf8(file(name)).unwrap();
        assert!(!svg.contains("<script") && !svg.contains("<img"), "{name}");
    }
}

/// A text without what no reader sees; of a page without the library.
fn is_seen(name: &str, text: &str) {
    let unseen = |c: &char| UNSEEN.contains(*c) || c.is_control() && !"\n\t\r".contains(*c);
    assert_eq!(text.chars().find(unseen), None, "{name}");
}

#[test]
fn nothing_that_cannot_be_seen_reaches_a_reader() {
    let html = String::from_utf8(file("report.html")).unwrap();
    is_seen("report.html", html.split("Licensed to the Apache").next().unwrap());
    let body = html.rsplit_once("</script>").unwrap().0;
    assert!(html.contains("\\u{202e}") && body.contains("\\u{0}"), "it is shown by its number");
    is_seen("report.html", &html[html.find("<main").unwrap()..]);
    for name in ["summary.md", "candidates.csv", "line_items.csv", "cost_curve.svg", "load.svg"] {
        is_seen(name, &String::from_utf8(file(name)).unwrap());
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file("plan.xlsx"))).unwrap();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut xml = String::new();
        if entry.name().unwrap().ends_with(".xml") {
            entry.read_to_string(&mut xml).unwrap();
        }
        is_seen("plan.xlsx", &xml);
        assert!(!xml.contains("_x0000_") && !xml.contains("_x0001_"), "written by its number");
    }
    is_seen("terminal", &recommendation::recommendation(&hostile(), Ink::Plain, 80));
}

#[test]
fn no_csv_cell_starts_a_formula() {
    for name in ["candidates.csv", "line_items.csv"] {
        let bytes = file(name);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        for record in reader.records() {
            for cell in &record.unwrap() {
                let number = cell.parse::<f64>().is_ok();
                assert!(number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            }
        }
    }
}

#[test]
fn no_workbook_formula_comes_from_a_name() {
    let bytes = file("plan.xlsx");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut formulas = 0;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut xml = String::new();
        if entry.name().unwrap().ends_with(".xml") {
            entry.read_to_string(&mut xml).unwrap();
        }
        for formula in xml.split("<f>").skip(1).map(|rest| rest.split("</f>").next().unwrap()) {
            formulas += 1;
            assert!(!formula.contains("cmd") && !formula.contains("script"), "{formula}");
        }
        assert!(!xml.contains("<script>"));
    }
    assert!(formulas > 300, "{formulas}");
}

#[test]
fn markdown_is_not_marked_up_by_names() {
    let shown = String::from_utf8(file("summary.md")).unwrap();
    assert!(!shown.contains("<script") && !shown.contains("<img"));
}

#[test]
fn the_terminal_receives_no_escape_from_a_name() {
    let shown = recommendation::recommendation(&hostile(), Ink::Plain, 80);
    assert!(!shown.contains('\u{1b}'));
}
