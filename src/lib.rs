//! orbitwire watches news feeds for a topic and mails a digest only when something new happened.
//!
//! The crate is built in floors; a file may name only the floors below its own (a test holds this):
//!
//! | floor | modules | duty |
//! |---|---|---|
//! | 5 | `cli` | one file a command |
//! | 4 | `daemon`, `demo` | loops, signals, systemd; the guided tour |
//! | 3 | `pipeline` | the only place where decisions meet edges |
//! | 2 | `fetch`, `read`, `store`, `render`, `mail`, `config`, `web` | edges, which never name each other |
//! | 1 | `decide` | pure decisions: `now` and policy are arguments |
//! | 0 | `domain`, `text`, `clock` | values |
#![warn(missing_docs)]

pub mod clock;
pub mod domain;
pub mod text;

pub mod decide;

pub mod config;
pub mod fetch;
pub mod mail;
pub mod read;
pub mod render;
pub mod store;
pub mod web;

pub mod pipeline;

pub mod daemon;
pub mod demo;

pub mod cli;
