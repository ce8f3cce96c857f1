//! Integration tests: one binary, one file a theme.

mod tidy;
