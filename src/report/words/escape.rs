//! Names from outside in a pull-request comment: nothing in them can make a link, an image, a mention or markup.
//!
//! A code span is the one place where neither GitHub nor Azure Pipelines makes anything of what it holds.

use crate::units::escape::is_unseen;

/// A name as a code span.
pub fn code(name: &str) -> String {
    let text = plain(name);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad =
        if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The same within a cell of a table, where a bar would end the cell even in a code span.
pub fn cell(name: &str) -> String {
    code(&name.replace('|', "\u{2502}"))
}

/// The same within HTML.
pub fn html(name: &str) -> String {
    let text = plain(name).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<code>{text}</code>")
}

/// A name on one line, without control characters and marks that turn the direction of text.
pub fn plain(name: &str) -> String {
    // In a comment of a few lines what joins letters is not needed either.
    let hidden = |c: char| c.is_control() || is_unseen(c) || matches!(c, '\u{200c}' | '\u{200d}');
    name.chars().map(|c| if hidden(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_gets_out_of_its_code_span() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a``"), "``` `a`` ```");
        assert_eq!(cell("a|b"), "`a\u{2502}b`");
        assert_eq!(code("@all\n![x](http://y)"), "`@all ![x](http://y)`");
        assert_eq!(html("<img src=x>"), "<code>&lt;img src=x&gt;</code>");
        assert_eq!(code(""), "`  `");
    }
}
