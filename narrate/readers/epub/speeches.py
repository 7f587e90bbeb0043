"""Speeches of a play as a page sets them: a name at the head of a paragraph, in a cell or on a row of its own.

    <p>MARTHA.<br/>Who’s there?</p>      <p><b>Peter.</b> She is gone.</p>      <p class="speaker">Martha</p>
    <p><span class="smcap">Martha</span> (<i>within</i>). I am not.</p>         <dt>MARTHA</dt><dd>Who’s there?</dd>

Here is only told what looks like a head; whether the page is a play's, all of them tell together (see `plays`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from lxml import etree

from narrate.languages import languages
from narrate.readers.characters import clean
from narrate.readers.epub.markup import name_of, text_of, types_of
from narrate.readers.epub.meaning import BLOCKS, Meaning, meanings

PERSONA = "z3998:persona"
DIRECTION = "z3998:stage-direction"
_TYPE = "{http://www.idpf.org/2007/ops}type"
_INLINE = frozenset("b strong i em span font small cite u a".split())
_SMALL_CAPITALS = re.compile(r"\b(?:all-?)?(?:small-?caps?|sm-?caps?|sc)\b|font-variant:\s*small-caps", re.IGNORECASE)
_WORD = r"[^\W\d_][\w’'-]*(?:\.[\w’'-]+)*\.??"
_NAME = rf"(?:\d{{1,2}}(?:st|nd|rd|th|\.)?\s)?{_WORD}(?: (?:{_WORD}|\d{{1,3}}|&)){{0,4}}"
_ASIDE = r"(?:\s*[(\[（](?P<aside>[^()\[\]（）]{1,80})[)\]）]|,\s(?P<how>[a-zß-ÿ][^,.:;!?]{1,60}))?"
_ALONE = re.compile(rf"\s*[\[(（]?(?P<name>{_NAME}){_ASIDE}\s*[.:：]?[\])）]?\s*")
_AFTER = re.compile(r"\s*(?:[(\[（](?P<aside>[^()\[\]（）]{1,80})[)\]）])?\s*(?P<mark>[.:：]|[—–]|\.\s?[—–])?\s*")
_OPENED = re.compile(rf"\s*(?P<name>{_NAME})\s*,?\s*[(\[（]?\s*")
_LONGEST = 80  # characters of a head
_SENTENCE = re.compile(r"[!?;…“”\"«»]|\.\s+\w+\s+\w+\s")


@dataclass(frozen=True, slots=True)
class Head:
    """A head in `block`: the name, how it is said, how it is set.

    `kind` is `capitals`, `small` ones, `bold`, `italic` or a `cell`; `class` or `type` where the book calls it one.
    It is `alone` in its block, or in front of the speech; then the first `nodes` of the block are the head, of whose
    last one's text after it `rest` is left.
    """

    block: Any
    name: str
    how: str
    kind: str
    alone: bool
    nodes: tuple[Any, ...] = ()
    rest: str = ""
    after: Any = None  # an empty element in front of the head: a place


def heads_of(body: Any) -> Iterator[Head]:
    """Whatever looks like the head of a speech."""
    for block in body.iter("{*}p", "{*}div", "{*}dt", "{*}td", "{*}li"):
        if head := _head(block):
            called = head.kind in ("type", "class")
            yield head if called or name_of(block) != "td" else replace(head, kind="cell")


def _head(block: Any) -> Head | None:
    kind = _kind_of_block(block) if block.attrib else ""
    text = (block.text or "").lstrip()
    in_cell = name_of(block) == "td"
    if text and not (kind or in_cell or text[0].isdigit()) and (text[1:2].islower() or not text[0].isupper()):
        return None  # as nearly all paragraphs
    cell = block if in_cell else next(block.iterancestors("{*}td"), None)
    if (cell is not None and cell.getprevious() is not None) or "stage-direction" in types_of(block):
        return None  # what is said stands in the second cell
    if (kind or name_of(block) in ("td", "dt")) and len(block) and len(text_of(block)) <= _LONGEST:
        if name := _first_of_several(block):
            return Head(block, name, "", "type", alone=True)
        if kind and len(rows := _rows(block)) > 1:
            how = rows[1].strip("()[]（）. ") if rows[1][0] in "([（" else ""
            return Head(block, _alone_name(rows[0]), how, kind, alone=True)
    after, lead = _start(block)
    first = after.getnext() if after is not None else block[0] if len(block) else None
    if lead.strip():
        if not ((c := lead.lstrip()[:1]).isalpha() and not c.islower()) and not c.isdigit():
            return None
        return _led_by_text(block, lead, first, after)
    if first is None or not isinstance(first.tag, str) or name_of(first) not in _INLINE:
        return None
    return _led_by_element(block, first, after)


def _led_by_text(block: Any, lead: str, first: Any, after: Any) -> Head | None:
    """A head in the block's own text: in capitals, or the block is a persona by its class or type."""
    kind = _kind_of_block(block)
    if first is None and len(lead) <= _LONGEST and (found := _ALONE.fullmatch(lead)):
        name = found["name"].rstrip(".:：")
        if kind or _is_capitals(name) or name_of(block) == "td":
            how = found["aside"] or found["how"] or ""
            return Head(block, name, how, kind or "capitals", alone=True)
    if kind and first is None and len(lead) <= _LONGEST:
        return Head(block, _alone_name(lead), "", kind, alone=True)
    opened = _OPENED.fullmatch(lead) if first is not None else None
    if opened and (kind or _is_capitals(opened["name"])) and isinstance(first.tag, str) and _is_aside(first, lead):
        nodes, rest, how, ends = _after_aside(first)
        alone = not rest.strip() and first is block[-1]
        if ends:
            return Head(block, opened["name"], how, kind or "capitals", alone, tuple(nodes), rest, after)
    found = _led().match(lead[: _LONGEST * 2])
    if not found or not _is_capitals(found["name"]):
        return None
    broken = first is not None and name_of(first) == "br" and not found["rest"].strip()
    if not (broken or found["mark"]):
        return None
    rest = lead[found.start("rest") :]
    if not broken and not rest.strip() and first is None:
        return None
    return Head(block, found["name"], found["aside"] or found["how"] or "", "capitals", False, (), rest, after)


@cache
def _led() -> re.Pattern[str]:
    """A name and its mark before other text; the full stop of a title (DR. REED) is none."""
    titles = "|".join(sorted({word for language in languages().values() for word in language.sentences.titles}))
    return re.compile(
        rf"\s*(?P<name>(?:(?i:{titles})\.?\s)?{_NAME}?){_ASIDE}\s*(?P<mark>[.:：]|[—–]|\.\s?[—–]|$)\s*(?P<rest>.*)",
        re.DOTALL,
    )


def _start(block: Any) -> tuple[Any, str]:
    """The last of the empty elements that open a block, if any do, and the text there."""
    after, lead = None, block.text or ""
    for element in block:
        if lead.strip() or not isinstance(element.tag, str) or name_of(element) not in ("a", "span"):
            break
        if len(element) or (element.text or "").strip():
            break
        after, lead = element, element.tail or ""
    return after, lead


def _first_of_several(block: Any) -> str:
    """The first of several personas that fill a block, with nothing but the words that join them between."""
    inner = [e for e in block if isinstance(e.tag, str) and "persona" in types_of(e)]
    outside = (block.text or "") + " ".join(e.tail or "" for e in block)
    if len(inner) < 2 or not set(re.findall(r"[^\W\d_]+", outside.casefold())) <= ands():
        return ""
    others = [e for e in block if e not in inner and clean(text_of(e))]
    return "" if others else _alone_name(text_of(inner[0]))


def _alone_name(text: str) -> str:
    return clean(text).rstrip(".:：,;—–- ")


def _led_by_element(block: Any, first: Any, after: Any) -> Head | None:
    """A head in the first element of a block, with a direction and a mark after it."""
    kind = _kind_of(first)
    text = clean(text_of(first))
    if not kind or not text or len(text) > _LONGEST or _SENTENCE.search(text):
        return None
    found = _ALONE.fullmatch(text)
    if not found:
        return None
    name, how = found["name"].rstrip(".:："), found["aside"] or found["how"] or ""
    marked = text[-1] in ".:：—–"
    nodes, rest, more, mark = _after(first, kind)
    how = ", ".join(filter(None, (how, more)))
    alone = not rest.strip() and nodes[-1] is block[-1]
    broken = nodes[-1].getnext() is not None and name_of(nodes[-1].getnext()) == "br" and not rest.strip()
    if not (alone or broken or marked or mark or kind == "class"):
        return None
    if alone and (kind == "italic" or (kind == "bold" and not name.isupper() and not marked)):
        return None
    own = _kind_of_block(block)
    kind = "type" if "type" in (own, kind) else own or kind
    return Head(block, name, how, kind, alone, tuple(nodes), rest, after)


def _after(first: Any, kind: str) -> tuple[list[Any], str, str, bool]:
    """What belongs to a head after its name: its nodes, the text left, the direction, and whether a mark ends it."""
    nodes, tail = [first], first.tail or ""
    following = first.getnext()
    opened = re.fullmatch(r"\s*,?\s*[(\[（]?\s*", tail)
    if opened and following is not None and isinstance(following.tag, str) and _is_aside(following, tail):
        more, rest, how, ends = _after_aside(following)
        said = kind in ("class", "type") and how[:1].islower() and rest.lstrip()[:1].isupper()
        return (nodes + more, rest, how, True) if ends or said else ([first], first.tail or "", "", False)
    found = _AFTER.match(tail)
    assert found is not None
    if found["aside"] and not found["mark"] and found["aside"][:1].isupper():
        found = None
    if found is None:
        return nodes, tail, "", False
    rest = tail[found.end() :] if found["mark"] or found["aside"] else tail
    return nodes, rest, (found["aside"] or "").rstrip("."), bool(found["mark"] or found["aside"])


def _after_aside(element: Any) -> tuple[list[Any], str, str, bool]:
    """A direction's element in a list, the text left after it, the direction, and whether a mark or nothing follows."""
    tail, how = element.tail or "", clean(text_of(element)).strip("()[]（） ")
    if closed := re.match(r"\s*[)\]）]", tail):
        tail = tail[closed.end() :]
    found = re.match(r"\s*([.:：]|[—–])\s*", tail)
    following = element.getnext()
    broken = not tail.strip() and (following is None or name_of(following) == "br")
    ends = found is not None or broken or how[-1:] in (".", ":", "：")
    return [element], tail[found.end() :] if found else tail, how.rstrip(".: "), ends


def _is_aside(element: Any, before: str) -> bool:
    """Whether an element after a name is a direction: called so, in brackets, or in italics."""
    if "stage-direction" in types_of(element):
        return True
    text = clean(text_of(element))
    bracketed = before.rstrip()[-1:] in tuple("([（") or text[:1] in tuple("([（")
    return (
        name_of(element) in ("i", "em", "span", "cite")
        and bool(text)
        and len(text) <= _LONGEST
        and (bracketed or (name_of(element) in ("i", "em") and text[0].islower()))
    )


def _kind_of(element: Any) -> str:
    types = types_of(element)
    if "persona" in types:
        return "type"
    if "stage-direction" in types:
        return ""
    if Meaning.PERSONA in meanings(element, types):
        return "class"
    name, called = name_of(element), f"{element.get('class') or ''} {element.get('style') or ''}"
    if _SMALL_CAPITALS.search(called):
        return "small"
    if name in ("b", "strong"):
        return "bold"
    if name in ("i", "em"):
        return "italic"
    return "capitals" if _is_capitals(clean(text_of(element)).rstrip(".:：")) else ""


def _kind_of_block(block: Any) -> str:
    types = types_of(block)
    if "persona" in types:
        return "type"
    return "class" if Meaning.PERSONA in meanings(block, types) else ""


def _is_capitals(name: str) -> bool:
    """Whether a name stands in capitals, the words between several names apart."""
    own = " ".join(word for word in name.split() if word not in ands())
    return own == own.upper() and sum(c.isupper() for c in own) > 1


@cache
def ands() -> frozenset[str]:
    """The words that join the names of those who speak together."""
    return frozenset(word for language in languages().values() for word in language.shows.ands)


def _rows(block: Any) -> list[str]:
    """The texts of a block between its line breaks."""
    rows = [block.text or ""]
    for element in block:
        if name_of(element) == "br":
            rows.append(element.tail or "")
        else:
            rows[-1] += text_of(element) + (element.tail or "")
    return [clean(row) for row in rows if clean(row)]


# --- what is written into the page ----------------------------------------------------------------


def write_head(head: Head, name: str) -> None:
    """Mark a head in its page as a persona called `name`."""
    block, after = head.block, head.after
    said = f"{name} ({head.how})" if head.how else name
    kept = next((e.get("id") for e in (head.nodes or ()) if e.get("id")), None)
    for node in head.nodes:
        block.remove(node)
    if head.alone:
        kept = next((e.get("id") for e in block.iterdescendants() if e.get("id")), kept)
        for inner in list(block):
            block.remove(inner)
        block.text = said
        block.set(_TYPE, PERSONA)
        if kept and not block.get("id"):
            block.set("id", kept)
        return
    at = 0 if after is None else block.index(after) + 1
    tail = head.rest
    if at < len(block) and name_of(block[at]) == "br" and not tail.strip():
        tail = block[at].tail or ""
        block.remove(block[at])
    mark = etree.Element("b")
    mark.set(_TYPE, PERSONA)
    if kept:
        mark.set("id", kept)
    mark.text, mark.tail = f"{said}.", f" {tail}"
    if after is None:
        block.text = ""
    else:
        after.tail = ""
    block.insert(at, mark)


def set_direction(element: Any) -> None:
    """Mark an element as a stage direction."""
    element.set(_TYPE, f"{element.get(_TYPE) or ''} {DIRECTION}".strip())


def is_leaf(block: Any) -> bool:
    """Whether no block stands inside a block."""
    return not any(isinstance(e.tag, str) and name_of(e) in BLOCKS for e in block.iterdescendants())
