//! The program `tocsin`: see `cli` for what it can do.

/// Ten thousand hosts are millions of small pieces that live long, changed by many threads: glibc's allocator needs a
/// third more memory for them.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    tocsin::cli::main()
}
