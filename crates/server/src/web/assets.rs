//! Style sheet, script and pictures, served from memory.
//!
//! The URL of an asset contains the hash of its content, so browsers may keep it for a year and never show a stale
//! one. Handlers answer `GET /assets/{name}` from [`find`] with [`CACHE_CONTROL`] and the asset's `ETag`.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// The `Cache-Control` of every asset.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// The `Content-Security-Policy` under which every page works: nothing inline, nothing from elsewhere.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// One file as it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Name in the source, such as `app.css`.
    pub name: &'static str,
    /// Path in URLs: `/assets/app.0123456789ab.css`.
    pub url: String,
    /// Value of the `Content-Type` header.
    pub content_type: &'static str,
    /// Value of the `ETag` header, with its quotation marks.
    pub etag: String,
    /// Content.
    pub bytes: &'static [u8],
}

static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        asset("app.css", "text/css; charset=utf-8", include_bytes!("../../assets/app.css")),
        asset("app.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/app.js")),
        asset("logo.svg", "image/svg+xml", include_bytes!("../../assets/logo.svg")),
    ]
});

fn asset(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
    let digest = hex::encode(Sha256::digest(bytes));
    let short = digest.get(..12).unwrap_or_default();
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    Asset {
        name,
        url: format!("/assets/{stem}.{short}.{extension}"),
        content_type,
        etag: format!("\"{short}\""),
        bytes,
    }
}

/// Every asset.
#[must_use]
pub fn all() -> &'static [Asset] {
    &*ASSETS
}

/// The asset at a URL path, such as `/assets/app.0123456789ab.css`; `None` when there is none, or the hash is that of
/// another version.
#[must_use]
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.url == path)
}

/// The URL of the asset with this name in the source; empty when there is none, which a test of the pages catches.
#[must_use]
pub fn asset_url(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.url.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_by_the_url_that_pages_carry_and_by_no_other() {
        for asset in all() {
            assert_eq!(find(asset_url(asset.name)), Some(asset));
            assert!(asset.url.starts_with("/assets/") && !asset.bytes.is_empty());
        }
        assert_eq!(find("/assets/app.css"), None);
        assert_eq!(find("/assets/app.000000000000.css"), None);
        assert_eq!(asset_url("none.css"), "");
    }

    #[test]
    fn the_two_ways_into_the_dark_theme_set_the_same_colours() {
        let css = include_str!("../../assets/app.css");
        let block = |selector: &str| {
            let after = css.split_once(selector).expect("the selector").1;
            let body = after.split_once('{').expect("a block").1.split_once('}').expect("its end").0;
            body.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let chosen = block("html[data-theme=\"dark\"]");
        assert_eq!(chosen, block("html:not([data-theme=\"light\"])"));
        assert!(chosen.contains("--text: #e6edf3"));
    }

    #[test]
    fn type_is_never_sized_in_pixels() {
        let css = include_str!("../../assets/app.css");
        for declaration in css.split([';', '{', '}']) {
            let sized =
                declaration.trim().starts_with("font-size") || declaration.trim().starts_with("font:");
            assert!(!sized || !declaration.contains("px"), "{declaration}");
        }
    }
}
