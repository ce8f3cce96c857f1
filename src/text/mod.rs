//! Text tools that know languages but no topic: folding, words, stems, sentences, clean titles, canonical URLs.

pub mod bytes;
pub mod clean;
pub mod fold;
pub mod html;
pub mod lang;
pub mod lexeme;
pub mod list;
pub mod lower;
pub mod mailbox;
pub mod secret;
pub mod sentence;
pub mod sought;
pub mod span;
pub mod stem;
pub mod tls;
pub mod translit;
pub mod url;
pub mod words;
