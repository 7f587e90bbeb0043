"""Style sheets, as far as they say what a page shows and where its rows end.

Of all that a sheet has, rules are kept that set one of `PROPERTIES`; of media, a screen's and a voice's. tinycss2
takes a sheet apart, cssselect makes a selector an XPath; what they or we do not know applies to nothing, so that in
doubt a text is read. Sheets come with a book and are bounded as all of it is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import tinycss2
from cssselect import GenericTranslator
from cssselect.parser import parse as parse_selectors
from lxml import etree

from narrate.readers.encodings import decode
from narrate.readers.epub.files import Files
from narrate.readers.epub.markup import name_of

PROPERTIES = frozenset("display visibility white-space speak -epub-speak float position vertical-align".split())
MAX_SHEET = 1 << 19  # bytes of one
MAX_CHARACTERS = 2 << 20  # of all sheets that a book makes us read
_MAX_RULES = 4_000  # kept of one sheet
_MAX_IMPORTS = 5  # sheets that one may ask for, and how deep
_MAX_SELECTOR = 300  # characters
_SHOWS = re.compile(r"display|visibility|white-space|speak|vertical-align|@import", re.IGNORECASE)
# Where an element stands among its siblings is counted for each anew: pages of thousands would take minutes.
_COUNTS_SIBLINGS = re.compile(r"~(?!=)|:(?:nth|first-|last-|only-|has\b|contains\b)", re.IGNORECASE)
_QUERY = re.compile(r"\s*(?:(not|only)\s+)?([a-z-]+)?(.*)", re.IGNORECASE | re.DOTALL)
_FEATURE = re.compile(r"\(\s*([a-z-]+)\s*(?::\s*([\w./%-]+)\s*)?\)", re.IGNORECASE)
_MEDIA = frozenset(("", "all", "screen", "speech", "aural"))
# A page of a reading device, upright: what is asked of it, and its size in CSS pixels.
_KNOWN = {
    "orientation": "portrait",
    "prefers-color-scheme": "light",
    "prefers-reduced-motion": "no-preference",
    "hover": "none",
}
_SIZES = {"width": 600.0, "height": 800.0, "device-width": 600.0, "device-height": 800.0}
_LENGTH = re.compile(r"(\d{1,6}(?:\.\d{1,4})?)(px|em|rem|pt|in|cm|mm)?")
_PIXELS = {"px": 1.0, "em": 16.0, "rem": 16.0, "pt": 4 / 3, "in": 96.0, "cm": 37.8, "mm": 3.78, None: 1.0}


@dataclass(slots=True, eq=False)
class Rule:
    """One selector of a rule and what it says of the elements that it finds.

    `classes` and `ids` are those that a page must have for anything to be found; `descents` is how often all that an
    element stands in is gone through. The selector is made an XPath when it is first looked for.
    """

    selector: Any  # cssselect's
    declared: tuple[tuple[str, str, bool], ...]  # property, value, whether it is important
    prefixes: dict[str, str]
    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    descents: int = 0
    counts_siblings: bool = False
    _find: Any = None

    @property
    def specificity(self) -> tuple[int, int, int]:
        """How much it weighs: ids, classes, names."""
        found: tuple[int, int, int] = self.selector.specificity()
        return found

    def find(self, root: Any) -> list[Any]:
        """The elements under `root` that it speaks of; none where the selector is beyond us."""
        try:
            if self._find is None:
                path = _TRANSLATOR.selector_to_xpath(self.selector)
                self._find = etree.XPath(path, namespaces=self.prefixes)
            found: list[Any] = self._find(root)
        except (etree.XPathError, SyntaxError, ValueError, RuntimeError):
            self._find = _find_nothing
            return []
        return found


def _find_nothing(_root: Any) -> list[Any]:
    return []


@dataclass(slots=True)
class Sheets:
    """A book's style sheets, each read once. Filled while pages are read."""

    files: Files
    _by_file: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    _by_text: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    _characters: int = 0

    def of_page(self, root: Any, file: str) -> list[Rule]:
        """The rules of all sheets that a page names or holds, in their order."""
        rules: list[Rule] = []
        for element in root.iter("{*}link", "{*}style"):
            name = name_of(element)
            if not applies(element.get("media") or ""):
                continue
            if name == "style":
                rules += self._in_page("".join(element.itertext()), file)
            elif {"stylesheet"} == set((element.get("rel") or "").lower().split()) & {"stylesheet", "alternate"}:
                rules += self._linked(file, element.get("href") or "", 0)
        return rules

    def _in_page(self, text: str, file: str) -> tuple[Rule, ...]:
        if text not in self._by_text:
            self._by_text[text] = tuple(self._read(text, file, 0))
        return self._by_text[text]

    def _linked(self, base: str, href: str, depth: int) -> tuple[Rule, ...]:
        place = self.files.place(base, href) if href else None
        if place is None or self.files.find(place[0]) is None:
            return ()
        if place[0] not in self._by_file:
            self._by_file[place[0]] = ()  # one that imports itself finds nothing there
            text = decode(self.files.read(place[0], MAX_SHEET).data)
            self._by_file[place[0]] = tuple(self._read(text, place[0], depth))
        return self._by_file[place[0]]

    def _read(self, text: str, file: str, depth: int) -> list[Rule]:
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS or not _SHOWS.search(text):
            return []
        prefixes: dict[str, str] = {}
        rules: list[Rule] = []
        imports = 0
        for node in _flat(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)):
            if node.type == "qualified-rule":
                rules += _rules(node, prefixes)
            elif node.lower_at_keyword == "namespace":
                prefixes.update(_namespace(node))
            elif imports < _MAX_IMPORTS and depth < _MAX_IMPORTS and (href := _imported(node)):
                imports += 1
                rules += self._linked(file, href, depth + 1)
            if len(rules) > _MAX_RULES:
                break
        return rules


def applies(media: str) -> bool:
    """Whether a list of media queries has one that holds for a page that is looked at, or read aloud."""
    return not media.strip() or any(_holds(query) for query in media.split(",")[:20])


def _holds(query: str) -> bool:
    if len(query) > _MAX_SELECTOR or (parts := _QUERY.fullmatch(query)) is None:
        return False
    negated, medium, rest = parts.groups()
    features = _FEATURE.findall(rest)
    unknown = re.sub(r"\band\b", "", _FEATURE.sub("", rest), flags=re.IGNORECASE).strip() != ""
    holds = not unknown and (medium or "").lower() in _MEDIA and all(_has(*feature) for feature in features)
    return holds != ((negated or "").lower() == "not")


def _has(feature: str, value: str) -> bool:
    """Whether the page has a medium's feature: `(min-width: 40em)`."""
    name, value = feature.lower(), value.lower()
    if name in _KNOWN:
        return value == _KNOWN[name]
    least, most = name.removeprefix("min-"), name.removeprefix("max-")
    length = _LENGTH.fullmatch(value)
    if length is None or not {least, most} & _SIZES.keys():
        return name == "color" and not value
    pixels = float(length[1]) * _PIXELS[length[2]]
    if least != name:
        return pixels <= _SIZES[least]
    return most != name and pixels >= _SIZES[most]


def _flat(nodes: Iterable[Any], depth: int = 0) -> Iterator[Any]:
    """The rules of a sheet, those in media that apply among them."""
    for node in nodes:
        if node.type == "qualified-rule":
            yield node
        elif node.type == "at-rule":
            prelude = tinycss2.serialize(node.prelude)
            inside = node.lower_at_keyword == "media" and applies(prelude)
            inside |= node.lower_at_keyword in ("supports", "layer") and "not" not in prelude.lower().split()
            if node.content is None:
                yield node
            elif inside and depth < _MAX_IMPORTS:
                rules = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                yield from _flat(rules, depth + 1)


def _imported(node: Any) -> str:
    """The address of an @import whose medium applies, or ""."""
    tokens = [token for token in node.prelude if token.type != "whitespace"]
    if node.lower_at_keyword != "import" or not tokens:
        return ""
    first = tokens[0]
    href = first.value if first.type in ("string", "url") else ""
    if first.type == "function" and first.lower_name == "url":
        href = next((token.value for token in first.arguments if token.type == "string"), "")
    return str(href) if applies(tinycss2.serialize(tokens[1:])) else ""


def _namespace(node: Any) -> dict[str, str]:
    """What an @namespace declares: its prefix, and what that stands for."""
    tokens = [token for token in node.prelude if token.type != "whitespace"]
    if len(tokens) == 2 and tokens[0].type == "ident":
        value = tokens[1]
        if value.type == "function":
            value = next((token for token in value.arguments if token.type == "string"), value)
        return {tokens[0].value: getattr(value, "value", "")}
    return {}


def _rules(node: Any, prefixes: dict[str, str]) -> Iterator[Rule]:
    """A rule's selectors, each with what it declares; none where that is nothing for us."""
    if not any(token.type == "ident" and token.lower_value in PROPERTIES for token in node.content):
        return
    declared = tuple(declarations(node.content))
    text = tinycss2.serialize(node.prelude)
    if not declared or len(text) > 20 * _MAX_SELECTOR:
        return
    try:
        selectors = parse_selectors(text)
    except (SyntaxError, ValueError, RecursionError):  # cssselect's own are SyntaxErrors
        return
    spaces = {"epub": "http://www.idpf.org/2007/ops", **{k: v for k, v in prefixes.items() if k and v}}
    for selector in selectors:
        said = selector.canonical()
        if selector.pseudo_element or len(said) > _MAX_SELECTOR:
            continue
        classes, ids, descents = _asked(selector.parsed_tree)
        counts = _COUNTS_SIBLINGS.search(said) is not None
        yield Rule(selector, declared, spaces, classes, ids, descents, counts)


def declarations(content: Any) -> Iterator[tuple[str, str, bool]]:
    """What a rule's body, or a `style` attribute, says of our properties: name, value in small letters, importance."""
    for found in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if found.type == "declaration" and found.lower_name in PROPERTIES:
            yield found.lower_name, tinycss2.serialize(found.value).strip().lower(), found.important


def _asked(tree: Any) -> tuple[frozenset[str], frozenset[str], int]:
    """The classes and ids without which nothing on a page can be what a selector asks for, and its descents."""
    classes: set[str] = set()
    ids: set[str] = set()
    descents = 0
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        kind = type(part).__name__
        if kind == "Class":
            classes.add(part.class_name)
        elif kind == "Hash":
            ids.add(part.id)
        elif kind == "CombinedSelector":
            descents += part.combinator == " "
            waiting.append(part.subselector)
        if (inner := getattr(part, "selector", None)) is not None:
            waiting.append(inner)
    return frozenset(classes), frozenset(ids), descents


class _Translator(GenericTranslator):
    """Elements by their names alone: pages are XHTML, with a namespace, or what was recovered, without one.

    What an element stands in and after is asked of it, and not gone down from: most selectors end in a class.
    """

    def xpath_element(self, selector: Any) -> Any:
        found = self.xpathexpr_cls(element="*")
        if selector.element:
            found.add_condition(f"local-name() = {self.xpath_literal(selector.element.lower())}")
        return found

    def xpath_descendant_combinator(self, left: Any, right: Any) -> Any:
        return right.add_condition(f"ancestor::{left}")

    def xpath_child_combinator(self, left: Any, right: Any) -> Any:
        return right.add_condition(f"parent::{left}")

    def xpath_direct_adjacent_combinator(self, left: Any, right: Any) -> Any:
        return right.add_condition(f"preceding-sibling::*[1]/self::{left}")

    def xpath_indirect_adjacent_combinator(self, left: Any, right: Any) -> Any:
        return right.add_condition(f"preceding-sibling::{left}")


_TRANSLATOR = _Translator()
