//! One drawing, two forms: an SVG with its font inside, and a PNG of twice the size.

use crate::units::escape::{for_line, for_terminal};
use base64::Engine as _;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::{FontStyle, RGBAColor, register_font};
use std::sync::OnceLock;

/// Why a plot could not be drawn.
#[derive(Clone, Debug, thiserror::Error)]
#[error("plot: {0}")]
pub struct PlotError(String);

impl PlotError {
    pub(super) fn new(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// A plot in both forms.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// Scalable, with the font embedded.
    pub svg: Vec<u8>,
    /// Pixels, twice the size of the SVG.
    pub png: Vec<u8>,
}

/// Something that can be drawn on an area of any size; `scale` is pixels per SVG unit.
pub(super) trait Drawing {
    /// Width and height in SVG units.
    fn size(&self) -> (u32, u32);
    /// Its title, which the SVG also carries for screen readers.
    fn title(&self) -> String;
    fn draw<DB: DrawingBackend>(&self, root: &Area<DB>, scale: f64) -> Result<(), PlotError>;
}

pub(super) type Area<DB> = DrawingArea<DB, Shift>;

/// Pixels per SVG unit in a PNG.
const PNG_SCALE: u32 = 2;

/// The font's name inside plots.
const FONT: &str = "Inter";

const REGULAR: &[u8] = include_bytes!("../assets/fonts/Inter-Regular.otf");
const SEMI_BOLD: &[u8] = include_bytes!("../assets/fonts/Inter-SemiBold.otf");
const REGULAR_WEB: &[u8] = include_bytes!("../assets/fonts/Inter-Regular-latin.woff2");
const SEMI_BOLD_WEB: &[u8] = include_bytes!("../assets/fonts/Inter-SemiBold-latin.woff2");

/// Text that stands back.
pub(super) const MUTED: RGBColor = RGBColor(0x5b, 0x65, 0x70);
/// Text that stands out.
pub(super) const DARK: RGBColor = RGBColor(0x1b, 0x22, 0x2b);
/// Grid lines.
pub(super) const GRID: RGBColor = RGBColor(0xe3, 0xe7, 0xec);
/// Axes.
pub(super) const AXIS: RGBColor = RGBColor(0xa9, 0xb2, 0xbc);
/// Colours of series; told apart with every common colour blindness (after Okabe and Ito).
pub(super) const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xb2);
pub(super) const ORANGE: RGBColor = RGBColor(0xd5, 0x7f, 0x00);
pub(super) const GREEN: RGBColor = RGBColor(0x00, 0x8f, 0x6b);
pub(super) const VERMILION: RGBColor = RGBColor(0xc8, 0x4a, 0x00);
pub(super) const PURPLE: RGBColor = RGBColor(0xa8, 0x4f, 0x83);
pub(super) const SKY: RGBColor = RGBColor(0x56, 0xb4, 0xe9);

/// A length in pixels.
pub(super) fn px(units: f64, scale: f64) -> i32 {
    (units * scale).round() as i32
}

/// Text of a size in SVG units. Plotters counts a font's whole height, hence the factor.
pub(super) fn text(units: f64, scale: f64, colour: RGBColor) -> TextStyle<'static> {
    let mut style = TextStyle::from((FONT, units * 1.24 * scale).into_font());
    style.color = colour.to_backend_color();
    style
}

/// The same in semi-bold.
pub(super) fn bold(units: f64, scale: f64, colour: RGBColor) -> TextStyle<'static> {
    let mut style = TextStyle::from((FONT, units * 1.24 * scale, FontStyle::Bold).into_font());
    style.color = colour.to_backend_color();
    style
}

/// A line of a width in SVG units.
pub(super) fn stroke(colour: impl Into<RGBAColor>, units: f64, scale: f64) -> ShapeStyle {
    ShapeStyle { color: colour.into(), filled: false, stroke_width: px(units, scale).max(1) as u32 }
}

/// The SVG and the PNG of a drawing.
pub(super) fn render<D: Drawing>(drawing: &D) -> Result<Rendered, PlotError> {
    fonts()?;
    Ok(Rendered { svg: svg(drawing)?, png: png(drawing)? })
}

fn fonts() -> Result<(), PlotError> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    let registered = REGISTERED.get_or_init(|| {
        register_font(FONT, FontStyle::Normal, REGULAR).is_ok()
            && register_font(FONT, FontStyle::Bold, SEMI_BOLD).is_ok()
    });
    if *registered { Ok(()) } else { Err(PlotError::new("the embedded font cannot be read")) }
}

fn svg<D: Drawing>(drawing: &D) -> Result<Vec<u8>, PlotError> {
    let mut body = String::new();
    {
        let root = SVGBackend::with_string(&mut body, drawing.size()).into_drawing_area();
        root.fill(&WHITE).map_err(PlotError::new)?;
        drawing.draw(&root, 1.0)?;
        root.present().map_err(PlotError::new)?;
    }
    // Names in labels: XML has no way to write most of what cannot be seen.
    let body = for_terminal(&body);
    let start = body.find("<svg").ok_or_else(|| PlotError::new("no SVG was drawn"))?;
    let end = body[start..].find('>').ok_or_else(|| PlotError::new("no SVG was drawn"))? + start;
    let head = format!(
        "{} role=\"img\">\n<title>{}</title>\n<style>\n{}{}</style>{}",
        &body[..end],
        escape(&drawing.title()),
        face("normal", REGULAR_WEB),
        face("bold", SEMI_BOLD_WEB),
        &body[end + 1..]
    );
    Ok(head.into_bytes())
}

fn face(weight: &str, font: &[u8]) -> String {
    let data = base64::engine::general_purpose::STANDARD.encode(font);
    format!(
        "@font-face{{font-family:{FONT};font-weight:{weight};src:url(data:font/woff2;base64,{data})}}\n"
    )
}

/// XML has no way to write most control characters: they are shown as text.
fn escape(text: &str) -> String {
    for_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn png<D: Drawing>(drawing: &D) -> Result<Vec<u8>, PlotError> {
    let (width, height) = drawing.size();
    let (width, height) = (width * PNG_SCALE, height * PNG_SCALE);
    let mut pixels = vec![0_u8; width as usize * height as usize * 3];
    {
        let root = BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area();
        root.fill(&WHITE).map_err(PlotError::new)?;
        drawing.draw(&root, f64::from(PNG_SCALE))?;
        root.present().map_err(PlotError::new)?;
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Balanced);
    let mut writer = encoder.write_header().map_err(PlotError::new)?;
    writer.write_image_data(&pixels).map_err(PlotError::new)?;
    writer.finish().map_err(PlotError::new)?;
    Ok(bytes)
}

/// Writes a title and what its figures are, and gives the area below.
pub(super) fn titled<DB: DrawingBackend>(
    root: &Area<DB>,
    title: &str,
    subtitle: &str,
    scale: f64,
) -> Result<Area<DB>, PlotError> {
    root.draw_text(title, &bold(19.0, scale, DARK), (px(24.0, scale), px(20.0, scale)))
        .map_err(PlotError::new)?;
    root.draw_text(subtitle, &text(13.0, scale, MUTED), (px(24.0, scale), px(48.0, scale)))
        .map_err(PlotError::new)?;
    Ok(root.margin(px(74.0, scale), px(10.0, scale), px(24.0, scale), px(12.0, scale)))
}
