//! XML documents, read so that no document can cost much.

use roxmltree::{Document, Node};

/// XML nested deeper than this is refused: the parser's own cost and stack grow with it.
const NESTING_LIMIT: usize = 500;

/// Parses a document. What is wrong with one that cannot be read comes with its line, if known.
///
/// # Errors
/// It is not well-formed, or nested deeper than anybody's manifest.
pub(super) fn parse(text: &str) -> Result<Document<'_>, (Option<u32>, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if nesting(text) > NESTING_LIMIT {
        return Err((None, "elements are nested too deeply".to_owned()));
    }
    Document::parse(text).map_err(|error| (Some(error.pos().row), format!("not well-formed: {error}")))
}

/// How deep a document's elements are nested at most, counted without parsing.
fn nesting(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut most) = (0usize, 0);
    for start in memchr::memchr_iter(b'<', bytes) {
        match bytes.get(start + 1) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!' | b'?') | None => {}
            Some(_) => {
                let end = memchr::memchr2(b'>', b'<', &bytes[start + 1..]).map(|length| start + 1 + length);
                let is_closed = end.is_some_and(|end| bytes[end - 1] == b'/');
                depth += usize::from(!is_closed);
                most = most.max(depth);
            }
        }
    }
    most
}

/// Whether a node is an element of this local name: most documents have a namespace, some have none.
pub(super) fn is_element(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

/// The first child element of a name.
pub(super) fn child<'d, 'i>(node: Node<'d, 'i>, name: &str) -> Option<Node<'d, 'i>> {
    node.children().find(|child| is_element(*child, name))
}

/// The text of the first child element of a name, if there is any.
pub(super) fn text(node: Node<'_, '_>, name: &str) -> Option<String> {
    child(node, name)?.text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
