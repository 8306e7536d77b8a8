//! The style sheet and the icon: in the program, under names that change with their content, so that browsers keep
//! them for ever and never show an old one.

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
    include_str!("../../assets/css/admin.css"),
);
const ICON: &str = include_str!("../../assets/favicon.svg");

/// Hex digits of the content's hash in a name.
const HASH_DIGITS: usize = 16;

struct Asset {
    name: String,
    body: &'static str,
    kind: &'static str,
}

static STYLE_ASSET: LazyLock<Asset> = LazyLock::new(|| Asset::new("tocsin", "css", STYLE, "text/css; charset=utf-8"));
static ICON_ASSET: LazyLock<Asset> = LazyLock::new(|| Asset::new("icon", "svg", ICON, "image/svg+xml"));

impl Asset {
    fn new(stem: &str, end: &str, body: &'static str, kind: &'static str) -> Asset {
        let hash = hex::encode(Sha256::digest(body.as_bytes()));
        Asset { name: format!("{stem}.{}.{end}", &hash[..HASH_DIGITS]), body, kind }
    }
}

/// Where the style sheet is.
pub fn style_path() -> String {
    format!("/assets/{}", STYLE_ASSET.name)
}

/// Where the icon is.
pub fn icon_path() -> String {
    format!("/assets/{}", ICON_ASSET.name)
}

/// Serves both.
pub fn routes() -> Router<App> {
    Router::new().route("/assets/{name}", get(serve))
}

async fn serve(Path(name): Path<String>) -> Response {
    let found = [&*STYLE_ASSET, &*ICON_ASSET].into_iter().find(|asset| asset.name == name);
    let Some(asset) = found else { return StatusCode::NOT_FOUND.into_response() };
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::ETAG, &format!("\"{}\"", asset.name)),
    ];
    (headers, asset.body).into_response()
}
