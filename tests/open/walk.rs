//! The whole walk in a real browser: open, drop a log, choose, move, pin, compare, save, reload, and a
//! server that ends. Its figures are those of the command line.

use crate::devtools::Browser;
use crate::server::Server;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

/// An export of a portal: a day and a bit of two deployments.
fn log() -> String {
    (0..6_000_u64).fold(
        "TimeGenerated,DeploymentName,PromptTokens,CompletionTokens\n".to_owned(),
        |text, call| {
            let (hour, minute, second) = (call / 250, call / 4 % 60, call % 60);
            let name = if call % 4 == 0 { "night" } else { "chat" };
            let row = format!("2026-11-02T{hour:02}:{minute:02}:{second:02}Z,{name}");
            text + &format!("{row},{},{}\n", 300 + call % 500, 40 + call % 90)
        },
    )
}

/// Waits until the answer is whole and of the question as it is now.
pub(crate) fn whole(browser: &mut Browser) {
    browser.until(
        "document.documentElement.dataset.stage === 'whole' && !document.querySelector('.stale')",
    );
}

/// Sets the field of a key as a person does, and waits for the answer.
pub(crate) fn set(browser: &mut Browser, path: &Value, value: &str) {
    let script = format!(
        "(() => {{ delete document.documentElement.dataset.stage;
          const field = [...document.querySelectorAll('[data-path]')].find((one) => one.dataset.path === {});
          for (let up = field; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true;
          const input = field.querySelector('input:not([type=range]), select');
          input.focus(); input.value = {}; input.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()",
        json!(path.to_string()),
        json!(value)
    );
    browser.value(&script);
}

fn figure(browser: &mut Browser) -> String {
    browser.text("document.querySelector('.figure strong')?.textContent ?? ''")
}

fn headline(browser: &mut Browser) -> String {
    browser.text("document.querySelector('.headline').textContent")
}

/// What the command line recommends for a file of the server's folder.
fn recommended(server: &Server, file: &str) -> Value {
    let run = Command::new(env!("CARGO_BIN_EXE_ptuplan"))
        .current_dir(server.folder.path())
        .args(["recommend", file, "--out", "by-command", "--format", "json", "--quiet"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&run.stderr);
    serde_json::from_slice(&run.stdout)
        .unwrap_or_else(|error| panic!("{file}: {error}: {} {told}", run.status))
}

fn another_address(server: &Server) -> String {
    // The page that was opened first is this test's own cookie; a browser comes as itself.
    format!("http://127.0.0.1:{}/", server.port)
}

/// Lets the browser in: with the cookie that the address was exchanged for.
pub(crate) fn enter(browser: &mut Browser, server: &Server) {
    let_in(browser, server);
    browser.go(&another_address(server));
}

/// Lets the page in that is open already.
pub(crate) fn let_in(browser: &mut Browser, server: &Server) {
    let (name, value) = server.cookie.split_once('=').unwrap();
    browser.call("Network.enable", json!({}));
    let cookie = json!({ "name": name, "value": value, "url": another_address(server),
        "httpOnly": true, "sameSite": "Strict" });
    browser.call("Network.setCookie", cookie);
}

const AUDIT: &str = "(() => {
  const wrong = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const say = (what, elements) => elements.forEach((e) => wrong.push(what + ': ' + e.outerHTML.slice(0, 120)));
  say('no label', all('input, select, textarea').filter((i) => !i.labels?.length && !i.getAttribute('aria-label')));
  say('no words', all('button, a, summary').filter((e) => !(e.textContent.trim() || e.getAttribute('aria-label'))));
  say('help on what', all('.why-this').filter((e) => !/Help on [^ ]/.test(e.textContent)));
  say('mistake unread', all('fieldset.ticks[data-path]').filter((e) => !e.getAttribute('aria-describedby')));
  say('no name', all('[role=img], [role=region], progress').filter((e) => !e.getAttribute('aria-label')));
  say('no caption', all('table').filter((t) => !t.caption?.textContent.trim()));
  say('out of order', all('[tabindex]').filter((e) => e.tabIndex > 0));
  const ids = all('[id]').map((e) => e.id);
  say('id twice', all('[id]').filter((e) => ids.filter((id) => id === e.id).length > 1));
  const controls = all('summary, button:not(:disabled), input, select, textarea, a[href]').filter((e) => e.checkVisibility() && !e.closest('dialog:not([open])'));
  say('not by keyboard', controls.filter((e) => { e.focus(); return document.activeElement !== e; }));
  if (document.documentElement.scrollWidth > innerWidth) wrong.push('scrolls sideways: ' + document.documentElement.scrollWidth);
  return wrong;
})()";

#[test]
fn from_a_log_to_a_saved_plan_in_a_browser() {
    let mut server = Server::start();
    let Some(mut browser) = Browser::start() else {
        eprintln!("SKIPPED: the walk in a browser needs Chromium");
        return;
    };
    browser.look(1440, 900, "light");
    enter(&mut browser, &server);
    browser.until("document.querySelector('.headline')");
    whole(&mut browser);
    let glance = &recommended(&server, "small.toml")["glance"];
    assert_eq!(headline(&mut browser), glance["action"].as_str().unwrap());
    assert_eq!(browser.text("location.hash"), "", "what is saved is not in the address");
    pictures(&mut browser, "answer");

    drop_a_log(&mut browser, &server);
    choose_and_move(&mut browser);
    pin_and_compare(&mut browser);
    save_and_check(&mut browser, &server);
    two_tabs_and_a_mistake(&mut browser, &server);
    assert_eq!(browser.seen, Vec::<String>::new(), "no error, nothing blocked");

    assert_eq!(server.interrupt(), Some(0));
    set(&mut browser, &json!(["slo", "throttled_share"]), "2 %");
    browser.until("document.getElementById('notice').textContent.includes('has stopped')");
    let told = browser.text("document.getElementById('notice').textContent");
    assert!(told.contains("ptuplan open") && told.contains("Nothing is lost"), "{told}");
    assert!(told.contains("Download the scenario"), "{told}");
    pictures(&mut browser, "stopped");
}

/// Before the first answer there is no scenario: what was filled in is in the address all the same, with the log that was dropped.
#[test]
fn a_start_form_that_is_half_filled_in_survives_a_reload() {
    let server = Server::with(None);
    let Some(mut browser) = Browser::start() else {
        eprintln!("SKIPPED: the start form in a browser needs Chromium");
        return;
    };
    browser.look(1440, 900, "light");
    enter(&mut browser, &server);
    browser.until("document.getElementById('begin')");
    // Without traffic the form itself says what is missing, at the place where it is dropped.
    browser.value("document.getElementById('begin').click()");
    browser.until("document.getElementById('no-traffic')");
    let missing = browser.text("document.querySelector('#drop + #no-traffic').textContent");
    assert_eq!(missing, "Drop a log, or choose a trace that comes with ptuplan.");
    let file = server.folder.path().join("portal-export.csv");
    let two = log().replace("DeploymentName,", "DeploymentName,ModelName,");
    let two = two.replace(",night,", ",night,gpt-4.1,").replace(",chat,", ",chat,gpt-5.4,");
    fs::write(&file, two).unwrap();
    browser.choose_file("#drop input[type=file]", &file);
    browser.until("document.getElementById('use-log')");
    browser.value(
        "(() => { [...document.querySelectorAll('.log .tick')].find((t) => t.textContent.startsWith('gpt-4.1')).querySelector('input').click();
          document.getElementById('use-log').click(); })()",
    );
    browser.until("location.hash.startsWith('#q=')");
    browser.until("document.querySelector('[name=model]').value === 'gpt-4.1'");
    browser.value(
        "(() => { window.before = location.hash;
          const region = document.querySelector('[name=region]');
          region.value = 'swedencentral';
          region.dispatchEvent(new Event('input', { bubbles: true })); })()",
    );
    browser.until("location.hash !== window.before");
    browser.call("Page.reload", json!({}));
    browser.until(
        "!window.before && document.querySelector('[name=region]')?.value === 'swedencentral'",
    );
    // What the model is listed under stands first, the rest behind a word.
    browser.value(
        "(() => { const model = document.querySelector('[name=model]');
          model.value = 'gpt-5.4';
          model.dispatchEvent(new Event('input', { bubbles: true })); })()",
    );
    let first = "document.querySelectorAll('#skus > .tick').length";
    browser.until(&format!("{first} > 2"));
    let all = browser.value("document.querySelectorAll('#skus .tick').length");
    assert!(browser.value(first).as_u64() < all.as_u64(), "the others are behind it");
    assert!(
        browser.text("document.querySelector('#skus summary').textContent").contains("more SKUs")
    );
    pictures(&mut browser, "start");
    let form = browser.text("document.getElementById('question').textContent");
    assert!(form.contains("Uses portal-export.csv: model gpt-4.1."), "{form}");
    assert_eq!(form.matches("portal-export.csv").count(), 1, "said once: {form}");
}

fn drop_a_log(browser: &mut Browser, server: &Server) {
    let file = server.folder.path().join("portal-export.csv");
    fs::write(&file, log()).unwrap();
    browser.choose_file("#drop input[type=file]", &file);
    browser.until("document.querySelector('#use-log')");
    let summary = browser.text("document.querySelector('.log').textContent");
    for part in ["portal-export.csv", "6,000, each a request", "chat", "4,500 requests", "night"] {
        assert!(summary.contains(part), "{part}: {summary}");
    }
    pictures(browser, "log");
    browser.value(
        "(() => { delete document.documentElement.dataset.stage;
          [...document.querySelectorAll('.log .tick')].find((t) => t.textContent.startsWith('chat')).querySelector('input').click();
          document.querySelector('#use-log').click(); })()",
    );
    whole(browser);
    let text = browser.text("document.querySelector('textarea').value");
    assert!(
        text.contains("portal-export.trace") && text.contains("deployment = \"chat\""),
        "{text}"
    );
    assert!(text.contains("# The quickstart in small"), "comments stay: {text}");
}

fn choose_and_move(browser: &mut Browser) {
    set(browser, &json!(["workload", 0, "model"]), "gpt-5.4");
    // Today's deployments serve the model too.
    set(browser, &json!(["today", "deployments", 0, "model"]), "gpt-5.4");
    set(browser, &json!(["region"]), "westeurope");
    whole(browser);
    let before = figure(browser);
    browser.value(
        "(() => { delete document.documentElement.dataset.stage;
          const slider = document.querySelector('input[type=range]');
          for (const value of [0.5, 1, 1.5, 2, 2.5, 3]) { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); } })()",
    );
    whole(browser);
    assert_ne!(figure(browser), before, "more traffic costs more");
    let text = browser.text("document.querySelector('textarea').value");
    assert!(text.contains("scale = 3"), "{text}");
    assert!(browser.text("location.hash").starts_with("#q="));
}

fn pin_and_compare(browser: &mut Browser) {
    let pinned = figure(browser);
    browser.value("document.getElementById('pin').click()");
    set(browser, &json!(["workload", 0, "traffic", "scale"]), "1.5");
    whole(browser);
    let now = figure(browser);
    let compared = browser.text("document.querySelector('.pinned').textContent");
    assert!(compared.contains(&pinned) && compared.contains(&now), "{compared}");
    assert!(compared.contains("more than now"), "{compared}");
    assert!(compared.contains("scale = 3"), "what it differs in: {compared}");
    assert!(!compared.contains("# The quickstart"), "without its comments: {compared}");
    pictures(browser, "compared");
}

fn save_and_check(browser: &mut Browser, server: &Server) {
    browser.value("document.getElementById('save').click()");
    browser.until("document.querySelector('#saving[open] input')");
    browser.value(
        "(() => { const dialog = document.getElementById('saving'); dialog.querySelector('input').value = 'plan.toml'; dialog.querySelector('form').requestSubmit(); })()",
    );
    browser.until("document.getElementById('command')");
    assert_eq!(
        browser.text("document.getElementById('command').textContent"),
        "ptuplan recommend plan.toml"
    );
    pictures(browser, "saved");
    browser.value("document.getElementById('saving').close()");
    let folder = server.folder.path();
    for file in ["plan.toml", "portal-export.trace", "reports/plan/report.html"] {
        assert!(folder.join(file).is_file(), "{file}");
    }
    let view = recommended(server, "plan.toml");
    assert_eq!(headline(browser), view["glance"]["action"].as_str().unwrap());
    for file in ["report.html", "plan.xlsx", "recommendation.json", "candidates.csv"] {
        let saved = fs::read(folder.join("reports/plan").join(file)).unwrap();
        assert!(saved == fs::read(folder.join("by-command").join(file)).unwrap(), "{file}");
    }
    let kept = headline(browser);
    browser.call("Page.reload", json!({}));
    browser.until("document.querySelector('.headline')");
    whole(browser);
    assert_eq!(headline(browser), kept, "a reload has it all");
    let compared = browser.text("document.querySelector('.pinned').textContent");
    assert!(compared.contains("Pinned 1"), "and what was pinned: {compared}");
}

fn two_tabs_and_a_mistake(browser: &mut Browser, server: &Server) {
    let here = browser.text("location.href");
    browser.open_page();
    browser.look(390, 844, "dark");
    browser.go(&here);
    browser.until("document.querySelector('.headline')");
    whole(browser);
    set(browser, &json!(["workload", 0, "traffic", "scale"]), "0.5");
    whole(browser);
    assert_ne!(browser.text("location.href"), here, "each tab has its own question");
    assert_eq!(browser.value(AUDIT), json!([]), "at the width of a phone");
    set(browser, &json!(["workload", 0, "traffic", "scale"]), "1,5");
    browser.until("document.documentElement.dataset.stage === 'wrong'");
    let marked = browser
        .value("[...document.querySelectorAll('[aria-invalid]')].map((one) => one.type).sort()");
    assert_eq!(marked, json!(["range", "text"]), "the slider and the box");
    set(browser, &json!(["workload", 0, "traffic", "scale"]), "0.5");
    whole(browser);
    set(browser, &json!(["slo", "throttled_share"]), "often");
    browser.until("document.documentElement.dataset.stage === 'wrong'");
    let told = browser.text("document.querySelector('[aria-invalid]').closest('.field').querySelector('.problem').textContent");
    assert!(told.contains("often"), "{told}");
    browser.value("document.querySelector('[aria-invalid]').scrollIntoView({ block: 'center' })");
    pictures(browser, "mistake");
    set(browser, &json!(["slo", "throttled_share"]), "0.5 %");
    whole(browser);
    browser.look(1440, 900, "light");
    browser.value("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
    browser.until(
        "[...document.querySelectorAll('[data-chart]')].every((c) => c.querySelector('svg'))",
    );
    assert_eq!(browser.value(AUDIT), json!([]), "with everything open");
    assert!(server.is_alive());
}

/// What a person looks at: wide and narrow, light and dark.
fn pictures(browser: &mut Browser, name: &str) {
    if std::env::var_os("PTUPLAN_PICTURES").is_none() {
        return;
    }
    for (width, height, scheme) in
        [(1440, 900, "light"), (1440, 900, "dark"), (390, 844, "light"), (390, 844, "dark")]
    {
        browser.look(width, height, scheme);
        browser.picture(&format!("{name}-{width}-{scheme}"));
    }
    browser.look(1440, 900, "light");
}
