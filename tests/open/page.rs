//! What the page does where something is in the way: another file, a text that cannot be read, a
//! server that has stopped, a log that lacks something.

use crate::devtools::Browser;
use crate::saving::log;
use crate::server::{SMALL, Server};
use crate::walk::{enter, let_in, set, whole};
use serde_json::json;
use std::fs;

/// A browser at the page of a server, its answer whole where there is a scenario; none without
/// Chromium.
fn at(server: &Server, first: &str) -> Option<Browser> {
    let Some(mut browser) = Browser::start() else {
        eprintln!("SKIPPED: the page in a browser needs Chromium");
        return None;
    };
    browser.look(1440, 900, "light");
    enter(&mut browser, server);
    browser.until(first);
    Some(browser)
}

const ANSWERED: &str =
    "document.querySelector('.headline') && document.documentElement.dataset.stage === 'whole'";

fn scale(browser: &mut Browser, value: &str) {
    set(browser, &json!(["workload", 0, "traffic", "scale"]), value);
}

/// Writes the text of the scenario as a person does.
fn write(browser: &mut Browser, text: &str) {
    let script = format!(
        "(() => {{ delete document.documentElement.dataset.stage;
          const area = document.querySelector('textarea');
          area.closest('details').open = true; area.focus(); area.value = {};
          area.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()",
        json!(text)
    );
    browser.value(&script);
}

const TEXT: &str = "document.querySelector('textarea').value";

/// Types a name into the dialog and sends it.
fn save_as(browser: &mut Browser, name: &str) {
    browser.value(&format!(
        "(() => {{ const dialog = document.getElementById('saving');
          if (!dialog.open) document.getElementById('save').click();
          const input = dialog.querySelector('input');
          if (input.value !== {0}) {{ input.value = {0}; input.dispatchEvent(new Event('input')); }}
          dialog.querySelector('form').requestSubmit(); }})()",
        json!(name)
    ));
}

const REFUSED: &str = "document.querySelector('#saving .problem')?.textContent ?? ''";

#[test]
fn another_name_is_another_question_and_one_that_is_refused_is_not_kept() {
    let server = Server::start();
    let Some(mut browser) = at(&server, ANSWERED) else { return };
    let folder = server.folder.path();
    fs::write(folder.join("third.toml"), "of somebody else").unwrap();
    fs::write(folder.join("small.toml"), format!("{SMALL}# changed\n")).unwrap();
    scale(&mut browser, "0.06");
    whole(&mut browser);
    save_as(&mut browser, "small.toml");
    browser.until(&format!("({REFUSED}).startsWith('small.toml is another file')"));
    let button = "document.querySelector('#saving .main').textContent";
    assert_eq!(browser.text(button), "Replace");
    save_as(&mut browser, "third.toml");
    browser.until(&format!("({REFUSED}).startsWith('third.toml is another file')"));
    assert_eq!(fs::read_to_string(folder.join("third.toml")).unwrap(), "of somebody else");
    save_as(&mut browser, "sub/zz.toml");
    browser.until(&format!("({REFUSED}).includes('in the folder that was opened')"));
    assert_eq!(browser.text("document.querySelector('#saving .problem').role"), "alert");
    browser.value("document.getElementById('saving').close()");
    let file = "document.getElementById('file').textContent";
    assert_eq!(browser.text(file), "small.toml (not saved)");
    // Without an answer there is no report, and no command that gives the same.
    set(&mut browser, &json!(["region"]), "nowhere");
    browser.until("document.documentElement.dataset.stage === 'wrong'");
    save_as(&mut browser, "wrong.toml");
    browser.until("document.getElementById('written')");
    let said = browser.text("document.getElementById('saving').textContent");
    assert!(said.contains("because there is no answer: ") && said.contains("nowhere"), "{said}");
    assert!(!said.contains("same bytes"), "{said}");
    assert_eq!(browser.text(file), "wrong.toml");
}

#[test]
fn a_text_that_cannot_be_read_is_kept_and_said() {
    let server = Server::start();
    let Some(mut browser) = at(&server, ANSWERED) else { return };
    write(&mut browser, &format!("{SMALL}\n[require\n# MY WORK\n"));
    browser.until("document.documentElement.dataset.stage === 'wrong'");
    let status = browser.text("document.getElementById('status').textContent");
    assert!(status.contains("has a mistake"), "{status}");
    assert!(browser.text("document.activeElement.tagName") == "TEXTAREA", "one writes on");
    let told = browser.text("document.getElementById('mistakes').textContent");
    assert!(told.contains("small.toml:31"), "{told}");
    browser.call("Page.reload", json!({}));
    browser.until("document.querySelector('textarea')?.value.includes('# MY WORK')");
    browser.until("document.getElementById('mistakes').textContent.includes('small.toml:31')");
    // A field whose change cannot be made shows what the text says.
    write(&mut browser, SMALL);
    whole(&mut browser);
    browser.value("document.getElementById('undo').click()");
    browser.until("document.documentElement.dataset.stage === 'wrong'");
    scale(&mut browser, "0.9");
    let field = "[...document.querySelectorAll('.slide [type=text]')][0].value";
    browser.until(&format!("{field} === '0.05'"));
}

#[test]
fn a_change_that_a_stopped_server_missed_is_asked_of_the_next() {
    let mut server = Server::start();
    let Some(mut browser) = at(&server, ANSWERED) else { return };
    server = server.killed();
    scale(&mut browser, "0.07");
    browser.until("document.getElementById('notice').textContent.includes('has stopped')");
    let told = browser.text("document.getElementById('notice').textContent");
    assert!(told.contains("on this page alone"), "{told}");
    let server = Server::again(server);
    let_in(&mut browser, &server);
    browser.until(&format!("({TEXT}).includes('scale = 0.07')"));
    whole(&mut browser);
    assert_eq!(browser.value("document.getElementById('notice').hidden"), true);
}

#[test]
fn what_is_asked_differently_is_shown_both_ways() {
    let server = Server::start();
    let Some(mut browser) = at(&server, ANSWERED) else { return };
    browser.value("document.getElementById('pin').click()");
    write(
        &mut browser,
        &format!("{SMALL}\n[uncertain]\ntraffic = {{ low = 0.9, mode = 1, high = 1.1 }}\n"),
    );
    whole(&mut browser);
    let compared = "document.querySelector('.pinned').textContent";
    let text = browser.text(compared);
    assert!(text.contains("not here: − [uncertain]") && !text.contains("here: + "), "{text}");
    assert!(text.contains("than now") || text.contains("the same as now"), "{text}");
    // A first answer is no measure of a whole one.
    browser.value(
        "Promise.all([import('/pins.js'), import('/answer.js')])
          .then(([pins, answer]) => pins.draw({ ...answer.shown, stage: 'first' }, {}))",
    );
    let text = browser.text(compared);
    assert!(!text.contains("than now") && !text.contains("the same as now"), "{text}");
}

#[test]
fn a_file_that_another_program_changed_or_removed_is_told() {
    let server = Server::start();
    let Some(mut browser) = at(&server, ANSWERED) else { return };
    let file = server.folder.path().join("small.toml");
    fs::write(&file, format!("# of an editor\n{SMALL}")).unwrap();
    browser.value("dispatchEvent(new Event('focus'))");
    let notice = "document.getElementById('notice').textContent";
    browser.until(&format!("({notice}).includes('was changed since this page read it')"));
    browser.value("document.querySelector('#notice button').click()");
    browser.until(&format!("({TEXT}).startsWith('# of an editor')"));
    browser.until("document.getElementById('file').textContent === 'small.toml'");
    fs::remove_file(&file).unwrap();
    browser.value("dispatchEvent(new Event('focus'))");
    browser.until(&format!("({notice}).includes('was removed since')"));
    browser.call("Page.reload", json!({}));
    browser.until("document.getElementById('begin')");
    let told = browser.text(notice);
    assert!(told.starts_with("small.toml is not there any more."), "{told}");
}

#[test]
fn what_a_log_shows_to_run_is_taken_as_used() {
    let server = Server::with(None);
    let Some(mut browser) = at(&server, "document.getElementById('begin')") else { return };
    let ahead = browser.text("document.querySelector('#result .ahead').textContent");
    assert!(ahead.contains("Drop a log"), "{ahead}");
    let file = server.folder.path().join("export.csv");
    fs::write(&file, log(4_000, 5 * 3_600)).unwrap();
    browser.choose_file("#drop input[type=file]", &file);
    browser.until("document.getElementById('use-log')");
    let card = browser.text("document.querySelector('.log').textContent");
    assert!(card.contains("the rest of each day has no traffic"), "{card}");
    browser.value("document.getElementById('use-log').click()");
    browser.until("document.querySelector('[name=model]').value === 'gpt-4.1'");
    let running = browser.text("document.querySelector('#running:not([hidden])').textContent");
    assert!(running.contains("gpt-4.1 runs in this subscription"), "{running}");
    browser.value(
        "(() => { const fill = (name, value) => { const input = document.querySelector(`[name=${name}]`);
            input.value = value; input.dispatchEvent(new Event('input', { bubbles: true })); };
          fill('region', 'swedencentral'); fill('quota_tier', 'Tier 1'); fill('start', '2026-12-01');
          document.querySelectorAll('#skus input:checked').forEach((box) => box.click());
          document.getElementById('begin').click(); })()",
    );
    browser.until("document.getElementById('no-sku')");
    browser.value(
        "(() => { document.querySelector('#skus [name=GlobalStandard]').click();
          document.getElementById('begin').click(); })()",
    );
    browser
        .until(&format!("document.querySelector('textarea') && ({TEXT}).includes('export.trace')"));
    let text = browser.text(TEXT);
    assert!(
        text.contains("has_used  = [\"gpt-4.1\"]") || text.contains("has_used = [\"gpt-4.1\"]"),
        "{text}"
    );
}
