//! `ptuplan trace split|formats`.

use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::output::{print, unrendered};
use crate::cli::trace_files::{TraceFiles, open};
use crate::files::folder::Folder;
use crate::files::trace::write_trace;
use crate::report::json;
use crate::report::traffic::{FormatView, PartView, formats_text, parts_text};
use crate::units::diagnostic::{Diagnostic, nearest};
use crate::workload::import::{WhereKey, catalogue, split};
use std::collections::BTreeSet;
use std::path::Path;

/// Writes one trace a name, and says what is in each.
pub(super) fn split_files(
    files: &TraceFiles,
    by: &str,
    output: &Path,
    common: &Common,
) -> Result<Verdict, Failure> {
    let key = WhereKey::parse(by).unwrap_or(WhereKey::Deployment);
    let imported = open(files, common)?;
    let parts = split(&imported, key)?;
    let folder = Folder::open(output)?;
    let mut taken = BTreeSet::new();
    let mut views = Vec::with_capacity(parts.len());
    for (name, part) in &parts {
        let file = file_name(name, &mut taken);
        write_trace(&folder.path().join(&file), part)?;
        views.push(PartView::of(name, &file, part));
    }
    match common.format {
        Format::Json => print(&json::bytes(&views).map_err(unrendered)?)?,
        Format::Text | Format::Markdown => print(parts_text(key.as_str(), &views).as_bytes())?,
    }
    Ok(Verdict::Yes)
}

/// A file's name made of a part's: letters, digits, dots and dashes, and a number where it is taken.
fn file_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    let mut stem: String = name.chars().map(plain).take(80).collect();
    stem = stem.trim_matches(['-', '.']).to_ascii_lowercase();
    if stem.is_empty() {
        "not-stated".clone_into(&mut stem);
    }
    let mut free = stem.clone();
    let mut number = 1;
    while !taken.insert(free.clone()) {
        number += 1;
        free = format!("{stem}-{number}");
    }
    format!("{free}.trace")
}

/// Shows what is recognised.
pub(super) fn formats(name: Option<&str>, common: &Common) -> Result<Verdict, Failure> {
    let views: Vec<FormatView> = catalogue()
        .iter()
        .filter(|entry| name.is_none_or(|name| entry.name == name))
        .map(FormatView::of)
        .collect();
    if let (Some(name), true) = (name, views.is_empty()) {
        let known = catalogue().iter().map(|entry| entry.name);
        let hint = match nearest(name, known) {
            Some(near) => format!("did you mean {near}?"),
            None => "`ptuplan trace formats` lists them".to_owned(),
        };
        return Err(Diagnostic::error("unknown-format", format!("unknown format: {name}"))
            .hint(hint)
            .into());
    }
    match common.format {
        Format::Json => print(&json::bytes(&views).map_err(unrendered)?)?,
        Format::Text | Format::Markdown => print(formats_text(&views).as_bytes())?,
    }
    Ok(Verdict::Yes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_names_that_any_system_takes() {
        let mut taken = BTreeSet::new();
        assert_eq!(file_name("aoai/gpt-5.chat", &mut taken), "aoai-gpt-5.chat.trace");
        assert_eq!(file_name("aoai gpt-5.chat", &mut taken), "aoai-gpt-5.chat-2.trace");
        assert_eq!(file_name("../..", &mut taken), "not-stated.trace");
    }
}
