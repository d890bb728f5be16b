//! What a page is made of.

use serde::Serialize;
use serde_json::{Map, Value};

/// Rows of a table shown on the page at most; the files have them all, and the page says so.
const ROWS: usize = 1_000;

#[derive(Debug, Serialize)]
pub(super) struct Page {
    pub(super) title: String,
    pub(super) kind: &'static str,
    pub(super) headline: String,
    pub(super) answered: bool,
    pub(super) glance: Glance,
    pub(super) why_title: &'static str,
    pub(super) why: Vec<String>,
    pub(super) frame: Vec<(&'static str, String)>,
    pub(super) tiles: Vec<Tile>,
    pub(super) sections: Vec<Section>,
    /// Chart data by block id, for the scripts.
    #[serde(skip)]
    pub(super) data: Value,
}

/// The lines at a glance, as the template reads them.
#[derive(Debug, Serialize)]
pub(super) struct Glance {
    pub(super) figure: Option<String>,
    pub(super) band: Option<String>,
    pub(super) lines: Vec<(&'static str, String)>,
    pub(super) picture: Option<Chart>,
}

/// One key figure.
#[derive(Debug, Serialize)]
pub(super) struct Tile {
    pub(super) label: &'static str,
    pub(super) value: String,
    pub(super) note: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Section {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) intro: String,
    pub(super) blocks: Vec<Block>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Block {
    /// A chart, drawn by the scripts from `data[id]`, and its table.
    Chart(Chart),
    /// A table; `folded` ones start closed.
    Table { table: Table, folded: bool },
    /// Shares by weekday and hour.
    Heat(Heat),
    /// Sliders over the grid in `data[id]`.
    WhatIf(WhatIf),
    /// Lines of text.
    List { items: Vec<String> },
}

#[derive(Debug, Serialize)]
pub(super) struct Chart {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) note: String,
    pub(super) tall: bool,
    /// Whether its axis is time, which can be zoomed.
    pub(super) zoom: bool,
    pub(super) table: Table,
    #[serde(skip)]
    pub(super) data: Value,
}

#[derive(Debug, Serialize)]
pub(super) struct Table {
    pub(super) caption: String,
    pub(super) columns: Vec<PageColumn>,
    pub(super) rows: Vec<PageRow>,
    /// How many rows are not on the page, and where they are.
    pub(super) more: Option<String>,
    pub(super) long: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct PageColumn {
    title: String,
    figures: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct PageRow {
    pub(super) cells: Vec<String>,
    pub(super) tone: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Heat {
    pub(super) title: String,
    pub(super) note: String,
    pub(super) hours: Vec<String>,
    pub(super) rows: Vec<HeatRow>,
}

#[derive(Debug, Serialize)]
pub(super) struct HeatRow {
    pub(super) day: &'static str,
    pub(super) cells: Vec<HeatCell>,
}

#[derive(Debug, Serialize)]
pub(super) struct HeatCell {
    /// Part of the colour scale, in percent.
    pub(super) heat: u32,
    pub(super) text: String,
    pub(super) missing: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct WhatIf {
    pub(super) id: &'static str,
    pub(super) axes: Vec<WhatIfAxis>,
    #[serde(skip)]
    pub(super) data: Value,
}

#[derive(Debug, Serialize)]
pub(super) struct WhatIfAxis {
    pub(super) label: String,
    pub(super) last: usize,
    pub(super) choice: usize,
    pub(super) shown: String,
}

/// A column of words.
pub(super) fn words(title: &str) -> PageColumn {
    PageColumn { title: title.to_owned(), figures: false }
}

/// A column of figures.
pub(super) fn figures(title: &str) -> PageColumn {
    PageColumn { title: title.to_owned(), figures: true }
}

/// An ordinary row.
pub(super) fn row(cells: Vec<String>) -> PageRow {
    PageRow { cells, tone: "" }
}

/// A table of the first rows; `file` has the others.
pub(super) fn table(
    caption: &str,
    columns: Vec<PageColumn>,
    rows: impl IntoIterator<Item = PageRow>,
    file: &str,
) -> Table {
    let mut rows: Vec<_> = rows.into_iter().collect();
    let total = rows.len();
    rows.truncate(ROWS);
    let more = (total > ROWS).then(|| {
        let rest = crate::report::words::numbers::count((total - ROWS) as u64);
        format!("{rest} more rows are in {file}.")
    });
    Table { caption: caption.to_owned(), columns, long: rows.len() > 14, rows, more }
}

/// The data of all blocks by id.
pub(super) fn data(sections: &mut [Section], glance: &mut Glance) -> Value {
    let mut data = Map::new();
    if let Some(picture) = &mut glance.picture {
        data.insert(picture.id.clone(), picture.data.take());
    }
    for block in sections.iter_mut().flat_map(|section| section.blocks.iter_mut()) {
        match block {
            Block::Chart(chart) => {
                data.insert(chart.id.clone(), chart.data.take());
            }
            Block::WhatIf(grid) => {
                data.insert(grid.id.to_owned(), grid.data.take());
            }
            Block::Table { .. } | Block::Heat(_) | Block::List { .. } => {}
        }
    }
    Value::Object(data)
}
