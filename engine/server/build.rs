//! Compiles the templates into the program: a syntax error in one fails the build.

fn main() {
    minijinja_embed::embed_templates!("../../templates", &[".html"]);
    // sqlx reads the migrations at compile time, and cargo does not see that.
    println!("cargo:rerun-if-changed=../../migrations");
}
