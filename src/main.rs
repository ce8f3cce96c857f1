//! The `orbitwire` program; everything is in the library.

fn main() -> std::process::ExitCode {
    orbitwire::cli::main()
}
