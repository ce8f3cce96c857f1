//! Integration tests: one binary, one file a theme.

mod bad_input;
mod bad_mail;
mod bad_store;
mod cli;
mod clocks;
mod coverage;
mod crash;
mod db_command;
mod digests;
mod faults;
mod feed_health;
mod feeds_command;
mod fuzzed;
mod harness;
mod hostile;
mod kill;
mod news_days;
mod news_week;
mod outbox;
mod program;
mod running;
mod secured;
mod service;
mod soak;

mod surroundings;
mod terminal;
mod thousand;
mod tidy;
mod upgrade;
