//! The page in headless Chromium, opened from disk: no console error, no request, every chart drawn, and sliders that
//! show exactly what the grid holds.

use crate::{sample, skipped};
use ptuplan::report::page;
use ptuplan::report::words::numbers;
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
  const ready = Math.round(performance.now());
  document.querySelectorAll('details.section').forEach((d) => { d.open = true; });
  const hidden = (c) => c.closest('details:not([open])');
  await until(() => [...document.querySelectorAll('[data-chart]')].every((c) => hidden(c) || c.querySelector('svg')));
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
  const placed = [];
  for (const place of PLACES) {
    const inputs = [...box.querySelectorAll('input')];
    place.forEach((at, axis) => { inputs[axis].value = at; inputs[axis].dispatchEvent(new Event('input')); });
    placed.push([place, ...['cost', 'throttle', 'wait', 'use'].map((o) => box.querySelector('[data-out=' + o + ']').textContent)]);
  }
  document.querySelector('[data-zoom=in]')?.click();
  const theme = document.getElementById('theme');
  theme.click(); theme.click(); theme.click();
  dispatchEvent(new Event('beforeprint'));
  dispatchEvent(new Event('afterprint'));
  const result = document.createElement('pre');
  result.id = 'result';
  result.textContent = JSON.stringify({ seen, placed, ready, empty, charts: charts.length, shown, width: document.documentElement.scrollWidth, requests: performance.getEntriesByType('resource').map((r) => r.name) });
  document.body.append(result);
})();
</script>";

/// Runs instead of it: reads the page as somebody does who sees little colour, or none, or uses no mouse.
const AUDIT: &str = r"<script>
(async () => {
  const until = async (test) => { for (let i = 0; i < 400 && !test(); i++) await new Promise((r) => setTimeout(r, 25)); };
  await until(() => document.documentElement.dataset.drawn);
  const wrong = [];
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const pixels = (colour) => { pen.clearRect(0, 0, 1, 1); pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); return [...pen.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
  const ground = (element) => { for (let at = element; at; at = at.parentElement) { const p = pixels(getComputedStyle(at).backgroundColor); if (p[3] === 255) return p; } return [255, 255, 255, 255]; };
  const contrast = (theme) => {
    let count = 0;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || element.closest('script, style, pre, .hidden, .skip') || !element.checkVisibility({ visibilityProperty: true })) continue;
      const style = getComputedStyle(element);
      const drawn = element.closest('svg') !== null;
      const [a, b] = [light(pixels(drawn ? style.fill : style.color)), light(ground(drawn ? element.closest('.plot') : element))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const size = parseFloat(style.fontSize);
      const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
      count++;
      if (ratio < least) wrong.push(theme + ': ' + ratio.toFixed(2) + ' ' + node.data.trim().slice(0, 40));
    }
    return count;
  };
  document.querySelectorAll('details').forEach((d) => { d.open = true; });
  await until(() => [...document.querySelectorAll('[data-chart]')].every((c) => c.querySelector('svg')));
  const button = document.getElementById('theme');
  const texts = [];
  for (const theme of ['light', 'dark']) {
    for (let i = 0; i < 3 && document.documentElement.dataset.theme !== theme; i++) button.click();
    await new Promise((r) => setTimeout(r, 300));
    texts.push(contrast(theme));
  }
  const all = (selector) => [...document.querySelectorAll(selector)];
  const say = (what, elements) => elements.forEach((e) => wrong.push(what + ': ' + e.outerHTML.slice(0, 80)));
  say('no label', all('input').filter((i) => !i.labels.length || !i.getAttribute('aria-valuetext')));
  say('no name', all('[role=img], [role=region], [role=group], nav').filter((e) => !e.getAttribute('aria-label')));
  say('no words', all('button, a, summary').filter((e) => !(e.textContent.trim() || e.getAttribute('aria-label'))));
  say('no caption', all('table').filter((t) => !t.caption?.textContent.trim()));
  say('no scope', all('th').filter((t) => !t.scope));
  say('out of order', all('[tabindex]').filter((e) => e.tabIndex > 0));
  say('leads nowhere', all('a[href^=\\#]').filter((a) => !document.getElementById(a.hash.slice(1))));
  const ids = all('[id]').map((e) => e.id);
  if (new Set(ids).size !== ids.length) wrong.push('an id is used twice');
  let level = 0;
  for (const heading of all('h1, h2, h3, h4')) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) wrong.push('heading skips a level: ' + heading.textContent);
    level = next;
  }
  if (all('h1').length !== 1 || all('main').length !== 1 || !document.documentElement.lang || !document.title) wrong.push('landmarks');
  const scrolls = all('.scroll').filter((e) => e.tabIndex !== 0);
  say('cannot be scrolled by keyboard', scrolls);
  const result = document.createElement('pre');
  result.id = 'result';
  result.textContent = JSON.stringify({ wrong, texts });
  document.body.append(result);
})();
</script>";

/// Runs instead of it: where the first lines and the first picture end, and whether every control can be used by keyboard.
const FOLD: &str = r"<script>
(async () => {
  const until = async (test) => { for (let i = 0; i < 400 && !test(); i++) await new Promise((r) => setTimeout(r, 25)); };
  await until(() => document.documentElement.dataset.drawn);
  const ends = {};
  for (const [name, selector] of [['headline', '.headline'], ['figure', '.figure strong'], ['band', '.figure .band'], ['picture', '.picture .plot svg']]) {
    const element = document.querySelector(selector);
    ends[name] = element ? Math.round(element.getBoundingClientRect().bottom) : null;
  }
  const controls = [...document.querySelectorAll('summary, button, input, a[href]')].filter((e) => e.checkVisibility());
  const unreachable = controls.filter((e) => { e.focus(); return document.activeElement !== e; }).map((e) => e.outerHTML.slice(0, 60));
  const closed = [...document.querySelectorAll('details.section:not([open]) > summary')];
  closed.forEach((summary) => summary.click());
  const shut = document.querySelectorAll('details.section:not([open])').length;
  const result = document.createElement('pre');
  result.id = 'result';
  result.textContent = JSON.stringify({ seen, ends, unreachable, sections: closed.length, shut, controls: controls.length, width: document.documentElement.scrollWidth });
  document.body.append(result);
})();
</script>";

/// Says something past the test harness.
#[allow(clippy::print_stderr)]
pub(crate) fn say(words: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "\n{words}\n");
}

/// The result of driving a page at a width, its sliders to each place too, or nothing without Chromium.
pub(crate) fn drive(html: &str, width: u32, places: &[[usize; 4]]) -> Option<serde_json::Value> {
    browse(html, width, &DRIVE.replace("PLACES", &serde_json::to_string(places).unwrap()))
}

/// What `script`, put behind a page, writes into its element `result`.
fn browse(html: &str, width: u32, script: &str) -> Option<serde_json::Value> {
    browse_at(html, (width, 900), script)
}

/// The same in a window of a width and a height.
fn browse_at(html: &str, (width, height): (u32, u32), script: &str) -> Option<serde_json::Value> {
    let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .into_iter()
        .find(|path| Path::new(path).exists())?;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    let watched = html.replacen("<style>", &format!("{WATCH}\n<style>"), 1) + script;
    std::fs::write(&file, watched).unwrap();
    let run = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("--window-size={width},{height}"))
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
    let Some(result) = drive(&html, 1440, &[]) else {
        return skipped("the page in a browser", "Chromium");
    };
    assert_eq!(result["seen"], serde_json::json!([]), "no error, no warning, nothing blocked");
    assert_eq!(result["requests"], serde_json::json!([]), "no request");
    assert_eq!(result["empty"], serde_json::json!([]), "every chart is drawn");
    assert_eq!(result["charts"], 11);
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
            .map_or_else(|| "not simulated".to_owned(), |c| numbers::money(c, "USD"));
        assert_eq!(row[1], cost);
        assert_eq!(row[2], grid.saw_throttle_share[point].map_or("–".to_owned(), numbers::share));
        assert_eq!(row[3], grid.added_wait_ms_p99[point].map_or("–".to_owned(), numbers::wait));
        assert_eq!(row[4], grid.utilization_mean[point].map_or("–".to_owned(), numbers::share));
    }
    let choice = view.choice.unwrap().monthly_cost;
    let first = &shown[0];
    assert_eq!(first[1], numbers::money(&choice.p50, &choice.currency), "it starts at the choice");
    assert_eq!(first[0], shown[shown.len() - 1][0], "and can go back to it");
}

/// A frame of a phone's width: a window of Chromium is never narrower than 500 pixels.
fn in_a_phone(html: &str, script: &str) -> Option<serde_json::Value> {
    let inner = (html.to_owned() + script).replace('&', "&amp;").replace('"', "&quot;");
    let outer = format!(
        "<!doctype html><style>body{{margin:0}}</style><iframe id=\"phone\" width=\"390\" height=\"844\" style=\"border:0\" srcdoc=\"{inner}\"></iframe>"
    );
    let wait = "<script>(async () => { for (;;) { await new Promise((r) => setTimeout(r, 25)); const inside = document.getElementById('phone').contentDocument?.getElementById('result'); if (!inside) continue; const out = document.createElement('pre'); out.id = 'result'; out.textContent = inside.textContent; document.body.append(out); break; } })();</script>";
    browse_at(&outer, (800, 900), wait)
}

#[test]
fn the_answer_and_its_picture_are_on_the_first_screen() {
    let html = String::from_utf8(page::recommendation(&sample::recommendation()).unwrap()).unwrap();
    let watched = html.replacen("<style>", &format!("{WATCH}\n<style>"), 1);
    let wide = browse_at(&html, (1440, 900), FOLD);
    let (Some(wide), Some(phone)) = (wide, in_a_phone(&watched, FOLD)) else {
        return skipped("the first screen in a browser", "Chromium");
    };
    // A headless window keeps a few pixels of its height to itself.
    for (result, height) in [(&wide, 800), (&phone, 844)] {
        assert_eq!(result["seen"], serde_json::json!([]));
        for part in ["headline", "figure", "band", "picture"] {
            let end = result["ends"][part].as_u64().unwrap_or_else(|| panic!("no {part}"));
            assert!(end > 0 && end <= height, "{part} ends at {end} of {height}");
        }
        assert_eq!(result["unreachable"], serde_json::json!([]), "by keyboard");
        assert!(result["sections"].as_u64().unwrap() >= 5, "sections that open");
        assert_eq!(result["shut"], 0, "every section opens");
    }
    assert!(phone["width"].as_u64().unwrap() <= 390, "{}", phone["width"]);
}

#[test]
fn a_narrow_page_does_not_scroll_sideways_and_hostile_names_do_nothing() {
    let view = sample::recommendation_named("<script>alert(1)</script>", "=cmd()");
    let html = String::from_utf8(page::recommendation(&view).unwrap()).unwrap();
    let Some(result) = drive(&html, 500, &[]) else {
        return skipped("the narrow page in a browser", "Chromium");
    };
    assert_eq!(result["seen"], serde_json::json!([]));
    assert!(result["width"].as_u64().unwrap() <= 500, "{}", result["width"]);
}

#[test]
fn the_page_of_simulate_opens_and_draws() {
    let html = String::from_utf8(page::simulation(&sample::simulation()).unwrap()).unwrap();
    let Some(result) = drive(&html, 1440, &[]) else {
        return skipped("the page of simulate in a browser", "Chromium");
    };
    assert_eq!(result["seen"], serde_json::json!([]));
    assert_eq!(result["empty"], serde_json::json!([]));
    assert_eq!(result["requests"], serde_json::json!([]));
}

#[test]
fn the_page_can_be_read_without_colour_sight_or_mouse() {
    let pages = [
        page::recommendation(&sample::recommendation()).unwrap(),
        page::simulation(&sample::simulation()).unwrap(),
    ];
    for html in pages {
        let html = String::from_utf8(html).unwrap();
        let Some(result) = browse(&html, 1440, AUDIT) else {
            return skipped("contrast, names and order of the page", "Chromium");
        };
        assert_eq!(result["wrong"], serde_json::json!([]), "contrast under 4.5, or unnamed");
        for theme in 0..2 {
            assert!(result["texts"][theme].as_u64().unwrap() > 200, "{}", result["texts"]);
        }
    }
}

/// The words of the first picture.
const WORDS: &str = "<script>(async () => { for (;;) { await new Promise((r) => setTimeout(r, 25)); const svg = document.querySelector('[data-chart=glance] svg'); if (!svg) continue; const out = document.createElement('pre'); out.id = 'result'; out.textContent = JSON.stringify([...svg.querySelectorAll('text')].map((one) => one.textContent)); document.body.append(out); break; } })();</script>";

#[test]
fn a_picture_names_no_line_that_it_does_not_draw_and_its_axis_has_even_steps() {
    let mut view = sample::recommendation();
    for own in
        view.candidates.iter_mut().filter(|own| own.commitment == "hourly" && own.total_ptu > 0)
    {
        own.expected_monthly_cost = "913903".into();
    }
    let html = String::from_utf8(page::recommendation(&view).unwrap()).unwrap();
    let Some(words) = browse(&html, 1440, WORDS) else {
        return skipped("the words of a picture", "Chromium");
    };
    let words: Vec<&str> =
        words.as_array().unwrap().iter().filter_map(|one| one.as_str()).collect();
    assert!(words.contains(&"hourly: from 913,903,"), "{words:?}");
    assert!(words.contains(&"above the chart") && !words.contains(&"hourly"), "{words:?}");
    assert!(words.contains(&"1-year") && words.contains(&"300"), "{words:?}");
    for end in ["390", "405"] {
        assert!(!words.contains(&end), "the axis ends between two steps: {words:?}");
    }
}
