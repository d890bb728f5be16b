//! The page in headless Chromium, opened from disk: no console error, no request, every chart drawn, and sliders that
//! show exactly what the grid holds.

use crate::{sample, skipped};
use ptuplan::report::{format, page};
use std::path::Path;
use std::process::Command;

/// Runs before the page's scripts: collects what goes wrong.
const WATCH: &str = r"<script>
window.seen = [];
addEventListener('error', (e) => seen.push('error ' + e.message), true);
addEventListener('securitypolicyviolation', (e) => seen.push('blocked ' + e.blockedURI));
for (const kind of ['error', 'warn']) { const say = console[kind]; console[kind] = (...a) => { seen.push(kind + ' ' + a.join(' ')); say(...a); }; }
</script>";

/// Runs after them: waits for the charts, moves every slider to every position, and writes down what is shown.
const DRIVE: &str = r"<script>
(async () => {
  const until = async (test) => { for (let i = 0; i < 400 && !test(); i++) await new Promise((r) => setTimeout(r, 25)); };
  await until(() => document.documentElement.dataset.drawn);
  const charts = [...document.querySelectorAll('[data-chart]')];
  const empty = charts.filter((c) => !c.querySelector('svg path, svg text')).map((c) => c.dataset.chart);
  const shown = [];
  const box = document.querySelector('[data-grid]');
  if (box) {
    const inputs = [...box.querySelectorAll('input')];
    const note = () => shown.push([inputs.map((i) => Number(i.value)), ...['cost', 'throttle', 'wait', 'use'].map((o) => box.querySelector('[data-out=' + o + ']').textContent)]);
    note();
    for (const input of inputs) {
      for (let at = 0; at <= Number(input.max); at++) { input.value = at; input.dispatchEvent(new Event('input')); note(); }
    }
    box.querySelector('.reset').click();
    note();
  }
  document.querySelector('[data-zoom=in]')?.click();
  const theme = document.getElementById('theme');
  theme.click(); theme.click(); theme.click();
  dispatchEvent(new Event('beforeprint'));
  dispatchEvent(new Event('afterprint'));
  const result = document.createElement('pre');
  result.id = 'result';
  result.textContent = JSON.stringify({ seen, empty, charts: charts.length, shown, width: document.documentElement.scrollWidth, requests: performance.getEntriesByType('resource').map((r) => r.name) });
  document.body.append(result);
})();
</script>";

/// The result of driving a page at a width, or nothing without Chromium.
fn drive(html: &str, width: u32) -> Option<serde_json::Value> {
    let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .into_iter()
        .find(|path| Path::new(path).exists())?;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    let watched = html.replacen("<style>", &format!("{WATCH}\n<style>"), 1) + DRIVE;
    std::fs::write(&file, watched).unwrap();
    let run = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("--window-size={width},900"))
        .args(["--virtual-time-budget=60000", "--dump-dom"])
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&run.stdout).into_owned();
    let at = dom.rfind("<pre id=\"result\">").unwrap_or_else(|| {
        panic!("the page did not finish: {}", String::from_utf8_lossy(&run.stderr))
    });
    let json = dom[at + 17..].split("</pre>").next().unwrap();
    let json = json.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    Some(serde_json::from_str(&json).unwrap())
}

#[test]
fn the_page_opens_draws_and_selects_simulated_points() {
    let view = sample::recommendation();
    let html = String::from_utf8(page::recommendation(&view).unwrap()).unwrap();
    let Some(result) = drive(&html, 1440) else {
        return skipped("the page in a browser", "Chromium");
    };
    assert_eq!(result["seen"], serde_json::json!([]), "no error, no warning, nothing blocked");
    assert_eq!(result["requests"], serde_json::json!([]), "no request");
    assert_eq!(result["empty"], serde_json::json!([]), "every chart is drawn");
    assert_eq!(result["charts"], 10);
    let grid = view.outlook.grid.as_ref().unwrap();
    let shown = result["shown"].as_array().unwrap();
    let positions: usize = grid.axes.iter().map(|axis| axis.values.len()).sum();
    assert_eq!(shown.len(), positions + 2);
    for row in shown {
        let mut point = 0;
        for (axis, at) in grid.axes.iter().zip(row[0].as_array().unwrap()) {
            point = point * axis.values.len() + at.as_u64().unwrap() as usize;
        }
        let cost = grid.monthly_cost[point]
            .as_ref()
            .map_or_else(|| "not simulated".to_owned(), |c| format::money(c, "USD"));
        assert_eq!(row[1], cost);
        assert_eq!(row[2], grid.saw_throttle_share[point].map_or("–".to_owned(), format::share));
        assert_eq!(row[3], grid.added_wait_ms_p99[point].map_or("–".to_owned(), format::wait));
        assert_eq!(row[4], grid.utilization_mean[point].map_or("–".to_owned(), format::share));
    }
    let choice = view.choice.unwrap().monthly_cost;
    let first = &shown[0];
    assert_eq!(first[1], format::money(&choice.p50, &choice.currency), "it starts at the choice");
    assert_eq!(first[0], shown[shown.len() - 1][0], "and can go back to it");
}

#[test]
fn a_narrow_page_does_not_scroll_sideways_and_hostile_names_do_nothing() {
    let view = sample::recommendation_named("<script>alert(1)</script>", "=cmd()");
    let html = String::from_utf8(page::recommendation(&view).unwrap()).unwrap();
    let Some(result) = drive(&html, 500) else {
        return skipped("the narrow page in a browser", "Chromium");
    };
    assert_eq!(result["seen"], serde_json::json!([]));
    assert!(result["width"].as_u64().unwrap() <= 500, "{}", result["width"]);
}

#[test]
fn the_page_of_simulate_opens_and_draws() {
    let html = String::from_utf8(page::simulation(&sample::simulation()).unwrap()).unwrap();
    let Some(result) = drive(&html, 1440) else {
        return skipped("the page of simulate in a browser", "Chromium");
    };
    assert_eq!(result["seen"], serde_json::json!([]));
    assert_eq!(result["empty"], serde_json::json!([]));
    assert_eq!(result["requests"], serde_json::json!([]));
}
