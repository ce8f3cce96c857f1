//! Integration tests: one binary, one file a theme.

mod bad_input;
mod crash;
mod harness;
mod kill;
mod news_days;
mod tidy;
