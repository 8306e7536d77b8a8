//! The style sheet, the icon and the scripts: in the program, under names that change with their content, so that
//! browsers keep them for ever and never show an old one.
//!
//! The scripts are modules that import each other by relative paths; the hash over all of them is the name of their
//! folder, so one name changes them all and no map of imports is needed inside a page.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};

use crate::app::App;

/// The order matters little: each file fills one layer, and tokens.css orders those.
const STYLE: &str = concat!(
    include_str!("../../assets/css/tokens.css"),
    include_str!("../../assets/css/base.css"),
    include_str!("../../assets/css/layout.css"),
    include_str!("../../assets/css/components.css"),
    include_str!("../../assets/css/pages.css"),
    include_str!("../../assets/css/operate.css"),
    include_str!("../../assets/css/admin.css"),
);
const ICON: &str = include_str!("../../assets/favicon.svg");

/// The first one is named by pages, it starts the others.
const SCRIPTS: [(&str, &str); 12] = [
    ("app.js", include_str!("../../assets/js/app.js")),
    ("live.js", include_str!("../../assets/js/live.js")),
    ("hold.js", include_str!("../../assets/js/hold.js")),
    ("morph.js", include_str!("../../assets/js/morph.js")),
    ("time.js", include_str!("../../assets/js/time.js")),
    ("focus.js", include_str!("../../assets/js/focus.js")),
    ("forms.js", include_str!("../../assets/js/forms.js")),
    ("keys.js", include_str!("../../assets/js/keys.js")),
    ("panel.js", include_str!("../../assets/js/panel.js")),
    ("palette.js", include_str!("../../assets/js/palette.js")),
    ("copy.js", include_str!("../../assets/js/copy.js")),
    ("theme.js", include_str!("../../assets/js/theme.js")),
];
const SCRIPT_KIND: &str = "text/javascript; charset=utf-8";

/// Hex digits of the content's hash in a name.
const HASH_DIGITS: usize = 16;

struct Asset {
    name: String,
    body: &'static str,
    kind: &'static str,
}

static STYLE_ASSET: LazyLock<Asset> = LazyLock::new(|| Asset::new("tocsin", "css", STYLE, "text/css; charset=utf-8"));
static ICON_ASSET: LazyLock<Asset> = LazyLock::new(|| Asset::new("icon", "svg", ICON, "image/svg+xml"));
static SCRIPT_FOLDER: LazyLock<String> = LazyLock::new(|| hash(&SCRIPTS.map(|(_, body)| body).concat()));

impl Asset {
    fn new(stem: &str, end: &str, body: &'static str, kind: &'static str) -> Asset {
        Asset { name: format!("{stem}.{}.{end}", hash(body)), body, kind }
    }
}

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))[..HASH_DIGITS].to_owned()
}

/// Where the style sheet is.
pub fn style_path() -> String {
    format!("/assets/{}", STYLE_ASSET.name)
}

/// Where the icon is.
pub fn icon_path() -> String {
    format!("/assets/{}", ICON_ASSET.name)
}

/// Where the scripts are, the one that starts the others first.
pub fn script_paths() -> Vec<String> {
    SCRIPTS.iter().map(|(name, _)| format!("/assets/{}/{name}", *SCRIPT_FOLDER)).collect()
}

/// Serves all of them.
pub fn routes() -> Router<App> {
    Router::new().route("/assets/{name}", get(serve)).route("/assets/{folder}/{name}", get(serve_script))
}

async fn serve(Path(name): Path<String>) -> Response {
    let found = [&*STYLE_ASSET, &*ICON_ASSET].into_iter().find(|asset| asset.name == name);
    found.map_or_else(missing, |asset| kept(asset.kind, &asset.name, asset.body))
}

async fn serve_script(Path((folder, name)): Path<(String, String)>) -> Response {
    let found = SCRIPTS.iter().find(|(script, _)| folder == *SCRIPT_FOLDER && name == *script);
    found.map_or_else(missing, |(_, body)| kept(SCRIPT_KIND, &format!("{folder}/{name}"), body))
}

fn missing() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

fn kept(kind: &str, tag: &str, body: &'static str) -> Response {
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::ETAG, &format!("\"{tag}\"")),
    ];
    (headers, body).into_response()
}
