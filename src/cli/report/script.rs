//! Mermaid's script for pages of HTML: given, built in, or installed beside the user's other data.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use etcetera::BaseStrategy as _;

/// Mermaid's licence, which has to go with its script.
pub const LICENCE: &str = include_str!("../../../assets/templates/mermaid-licence.txt");

/// The script that releases are built with: `TRANSOM_MERMAID` is the path of `dist/mermaid.min.js` of the npm package.
#[cfg(feature = "embed-mermaid")]
const BUILT_IN: Option<&str> = Some(include_str!(env!("TRANSOM_MERMAID")));
#[cfg(not(feature = "embed-mermaid"))]
const BUILT_IN: Option<&str> = None;

/// Where a user may put the script.
fn installed() -> Option<PathBuf> {
    let directories = etcetera::base_strategy::Xdg::new().ok()?;
    Some(directories.data_dir().join("transom").join("mermaid.min.js"))
}

/// The script, if it is at hand; else a note says how to have it.
///
/// # Errors
/// The file that was given cannot be read.
pub fn find(given: Option<&Path>) -> anyhow::Result<Option<Cow<'static, str>>> {
    if let Some(path) = given {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("--mermaid {}: cannot be read", path.display()))?;
        return Ok(Some(Cow::Owned(text)));
    }
    if let Some(text) = BUILT_IN {
        return Ok(Some(Cow::Borrowed(text)));
    }
    let path = installed();
    if let Some(text) = path.as_deref().and_then(|path| std::fs::read_to_string(path).ok()) {
        return Ok(Some(Cow::Owned(text)));
    }
    let place = path.map_or_else(String::new, |path| format!(", or put it at {}", path.display()));
    super::super::note(&format!(
        "the diagrams of the page stand as text: give mermaid.min.js of the npm package with --mermaid{place}"
    ));
    Ok(None)
}
