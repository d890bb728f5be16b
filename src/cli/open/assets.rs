//! The files of the page, as they are in the program.

use crate::cli::open::http::{RefusedRequest, Response};
use crate::report::page::{CHARTS, ECHARTS, STYLE};

const SCRIPT: &str = "text/javascript; charset=utf-8";
const SHEET: &str = "text/css; charset=utf-8";

/// Every file by its path. Nothing else is served: no path leads to a file of the machine.
const FILES: [(&str, &str, &str); 14] = [
    ("/", "text/html; charset=utf-8", include_str!("page/index.html")),
    ("/report.css", SHEET, STYLE),
    ("/open.css", SHEET, include_str!("page/open.css")),
    ("/echarts.js", SCRIPT, ECHARTS),
    ("/charts.js", SCRIPT, CHARTS),
    ("/app.js", SCRIPT, include_str!("page/app.js")),
    ("/address.js", SCRIPT, include_str!("page/address.js")),
    ("/answer.js", SCRIPT, include_str!("page/answer.js")),
    ("/blocks.js", SCRIPT, include_str!("page/blocks.js")),
    ("/dom.js", SCRIPT, include_str!("page/dom.js")),
    ("/fields.js", SCRIPT, include_str!("page/fields.js")),
    ("/form.js", SCRIPT, include_str!("page/form.js")),
    ("/logs.js", SCRIPT, include_str!("page/logs.js")),
    ("/pins.js", SCRIPT, include_str!("page/pins.js")),
];

/// The scenario's schema, from which the form is made.
const SCHEMA: &str = include_str!("../../../docs/schemas/scenario.schema.json");

/// The file at a path.
pub(super) fn get(path: &str) -> Option<Response> {
    if path == "/schema.json" {
        return Some(Response::new(200, "application/json", SCHEMA));
    }
    let found = FILES.iter().find(|(known, ..)| *known == path);
    found.map(|(_, kind, text)| Response::new(200, kind, *text))
}

/// What a browser is shown that has not come by the printed address.
pub(super) fn closed_door(refused: &RefusedRequest) -> Response {
    let text = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>ptuplan</title>\
         <h1>This page is closed</h1><p>{}.</p><p>In the terminal where <code>ptuplan open\
         </code> runs is an address that opens it. If it has ended, start it again.</p></html>",
        refused.message
    );
    Response::new(refused.status, "text/html; charset=utf-8", text)
}
