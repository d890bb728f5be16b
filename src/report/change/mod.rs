//! What a change does to bills: of prices and rules, or of what is deployed. A view each, and its forms.

mod amounts;
pub mod catalogue;
mod catalogue_markdown;
mod catalogue_text;
mod causes;
pub mod deployed;
mod deployed_markdown;
mod deployed_text;
mod deployed_words;

pub use crate::report::change::catalogue_markdown::markdown;
pub use crate::report::change::catalogue_text::text;
pub use crate::report::change::deployed_markdown::markdown as deployed_markdown;
pub use crate::report::change::deployed_text::text as deployed_text;
