//! Integration tests: one binary, one file a theme.

mod bad_input;
mod crash;
mod feed_health;
mod feeds_command;
mod harness;
mod kill;
mod news_days;
mod tidy;
