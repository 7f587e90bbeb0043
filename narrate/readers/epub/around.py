"""The text around an element, inside its block: what a mark is told by."""

from typing import Any

from narrate.readers.epub.markup import name_of, text_of

RAISED = "\ue000"  # in the text before an element, for each raised element there
ENDS = frozenset(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu ol option p pre section summary table "
    "tbody td tfoot th thead tr ul".split()
)
_STEPS = 12  # elements looked at: a page may hold thousands of empty ones in a row


def text_head(element: Any, limit: int = 60) -> str:
    """The first characters of the text inside an element, as far as `limit` and the piece that reaches it."""
    parts: list[str] = []
    size = 0
    for piece in element.itertext():
        parts.append(piece)
        size += len(piece)
        if size >= limit:
            break
    return "".join(parts)


def text_before(element: Any, limit: int = 40) -> str:
    """Up to `limit` characters that stand before an element in its block; a raised one counts as RAISED."""
    parts: list[str] = []
    size, node = 0, element
    for _ in range(_STEPS):
        earlier = node.getprevious()
        if earlier is None:
            parent = node.getparent()
            if parent is None:
                break
            found, node = parent.text or "", parent
            done = name_of(parent) in ENDS
        else:
            found, node, done = earlier.tail or "", earlier, False
            if isinstance(earlier.tag, str):
                name = name_of(earlier)
                done = name in ENDS
                found = ("" if done else RAISED if name == "sup" else text_of(earlier)[-limit:]) + found
        parts.append(found)
        size += len(found)
        if done or size >= limit:
            break
    return "".join(reversed(parts))[-limit:]


def text_after(element: Any, limit: int = 24) -> str:
    """Up to `limit` characters that stand after an element in its block."""
    text, node = element.tail or "", element
    for _ in range(_STEPS):
        if len(text) >= limit:
            break
        later = node.getnext()
        if later is None:
            node = node.getparent()
            if node is None or name_of(node) in ENDS:
                break
            text += node.tail or ""
        else:
            if isinstance(later.tag, str):
                if name_of(later) in ENDS:
                    break
                text += text_of(later)[:limit]
            text += later.tail or ""
            node = later
    return text[:limit]
