"""The parser of Markdown, with what pandoc, Quarto, Obsidian and others add to CommonMark.

Plugins read what they can. Rules of our own are for rows that are an instruction and no text, for verse with bars
before its lines, and for links of a wiki.
"""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, html_block
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.dollarmath.index import math_inline_dollar
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

from narrate.readers.formulas import is_formula
from narrate.readers.markdown_html import is_html

_DEEPEST = 60  # levels of quotes and lists: the parser drops what is deeper
_LONGEST = 2000  # characters of a row that is an instruction
_VALUE = r"""(?:"[^"\n]*"|'[^'\n]*')"""
_ITEM = rf"(?:[.#][A-Za-z_][\w:.-]*|[\w:.-]+=(?:{_VALUE}|[^\s}}\"']+))"
_ATTRIBUTES = rf"\{{[ \t]*:?[ \t]*(?:[.#][A-Za-z_][\w:.-]*|[\w:.-]+={_VALUE})(?:[ \t]+{_ITEM})*[ \t]*\}}"
ATTRIBUTES = re.compile(_ATTRIBUTES)
# Rows that tell the typesetter or the site something: divisions, page breaks, TeX, attributes, shortcodes, contents.
_INSTRUCTION = re.compile(
    rf":{{3,}}[ \t]*(?:(?:{_ATTRIBUTES}|[\w.-]+(?:[ \t]*{_ATTRIBUTES})?)[ \t]*:*)?|{_ATTRIBUTES}|"
    r"\\(?:newpage|pagebreak|clearpage|cleardoublepage|bigskip|medskip|smallskip|[hv]fill|noindent|centering|raggedright|"
    r"tableofcontents|maketitle|frontmatter|mainmatter|backmatter|appendix)(?:\{\})?|"
    r"\\(?:[hv]space\*?|vskip|thispagestyle|pagestyle|label|setcounter\{\w+\}|begin|end)\{[^{}\n]*\}(?:[\[{][^\[\]{}\n]*[\]}])*|"
    r"\{\{[<%].*[%>]\}\}|\{%.*%\}|\[\[?_?TOC_?\]?\]|\{:[ \t]?toc\}|\*\[[^\]\n]+\]:.*",
    re.IGNORECASE,
)  # fmt: skip
_TITLED_FENCE = re.compile(
    r":{3,}[ \t]*[\w-]+(?:\[(?P<title>[^\]\n]+)\]|[ \t]+(?P<rest>[^:{}\n][^{}\n]*))[ \t]*(?:\{[^}\n]*\})?"
)
_DOLLARS = re.compile(r"(\$\$?)((?:\\.|[^$\\]){1,400})\1(?!\w)", re.DOTALL)
_inline_formula = math_inline_dollar(allow_space=False, allow_digits=False, allow_double=True)
_WIKI = re.compile(r"(!?)\[\[([^\[\]|\n]{1,200})(?:\|([^\[\]\n]{1,200}))?\]\](?!\()")


@cache
def inline_parser() -> MarkdownIt:
    """The parser of what is inside a row of dialogue: emphasis, links, escapes."""
    return MarkdownIt("commonmark")


def block_parser(text: str) -> MarkdownIt:
    """The parser of the blocks of a document, with the rules that its `text` may have a use for.

    What is inside blocks is left to its `inline`, one by one: the tokens of a whole novel would fill a gigabyte.
    Notes stay where they are written.
    """
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin).use(admon_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True, allow_blank_lines=False)
    parser.use(sub_plugin).use(superscript_plugin)
    if "]{" in text or "){" in text:
        parser.use(attrs_plugin, spans=True)
    parser.block.ruler.after("table", "instruction", _instruction, {"alt": ["paragraph", "blockquote", "list"]})
    parser.block.ruler.after("instruction", "verse", _verse)
    parser.block.ruler.at("html_block", _html, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.inline.ruler.at("math_inline", _formula)
    parser.inline.ruler.before("link", "wiki", _wiki)
    return parser.disable(["inline", "footnote_tail"])


def _row(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _instruction(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A row that is no text. The title that a division has is."""
    row = _row(state, start).rstrip()
    if state.is_code_block(start) or row[:1] not in (":", "{", "\\", "[", "*") or len(row) > _LONGEST:
        return False
    titled = _TITLED_FENCE.fullmatch(row)
    if not titled and not _INSTRUCTION.fullmatch(row):
        return False
    if not silent:
        state.line = start + 1
        if titled:
            _inline(state, (titled["title"] or titled["rest"] or "").strip().rstrip(":"), start, "paragraph")
    return True


def _verse(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines of verse, each after a bar: `| Nothing moves`. A bar alone parts stanzas, an indent goes on with a line."""
    if state.is_code_block(start) or not _is_verse(_row(state, start)):
        return False
    if silent:
        return True
    line = start
    while line < end and _is_verse(_row(state, line)):
        text = _row(state, line)[1:].strip()
        while line + 1 < end and state.sCount[line + 1] > state.blkIndent and not _is_verse(_row(state, line + 1)):
            line += 1
            text = f"{text} {_row(state, line).strip()}".strip()
        _inline(state, text, line, "verse")
        line += 1
    state.line = line
    return True


def _html(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block of HTML, but none of words in angle brackets."""
    return is_html(_row(state, start)) and html_block(state, start, end, silent)


def _formula(state: StateInline, silent: bool) -> bool:
    """A formula between dollars. What stands between two prices is none."""
    found = _DOLLARS.match(state.src, state.pos)
    before = state.src[state.pos - 1 : state.pos] if state.pos else ""
    return found is not None and not before.isalnum() and is_formula(found[2]) and _inline_formula(state, silent)


def _is_verse(row: str) -> bool:
    return row[:1] == "|" and (row[1:2] in ("", " ", "\t")) and "|" not in row[1:].rstrip()


def _inline(state: StateBlock, text: str, line: int, kind: str) -> None:
    """A block with a text inside."""
    state.push(f"{kind}_open", "p", 1)
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = text, [line, line + 1], []
    state.push(f"{kind}_close", "p", -1)


def _wiki(state: StateInline, silent: bool) -> bool:
    """A link of a wiki, `[[Gulls|the gulls]]`, by its text; `![[wall.png]]` stands for something else."""
    found = _WIKI.match(state.src, state.pos)
    attached = state.pos > 0 and state.src[state.pos - 1].isalnum()
    if not found or attached or (found[2].isdecimal() and not found[3]):
        return False
    if not silent:
        token = state.push("embedded" if found[1] else "text", "", 0)
        name = re.split(r"[#/]", found[2].strip().removesuffix(".md"))[-1]
        token.content = name if found[1] else found[3] or name
    state.pos = found.end()
    return True
