//! The program `tocsin`: see `cli` for what it can do.

fn main() -> std::process::ExitCode {
    tocsin::cli::main()
}
