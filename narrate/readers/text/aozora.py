"""Japanese text as Aozora Bunko types it: readings, typists' notes, headings, and what stands around the book.

    灯台《とうだい》   北｜海道《かいどう》   一［＃「一」は中見出し］   ※［＃「木＋世」、第3水準1-85-66］   底本：…

A reading takes the place of its signs, as ruby does; notes go, but those that make a heading or tell a rare sign.
"""

import re
from collections.abc import Mapping

from narrate.book import Pronunciation, Skipped
from narrate.languages import find_language
from narrate.readers.characters import clean
from narrate.readers.text.frame import Framed

_FIRST = 20_000  # characters in which the signs are explained
_KANA = "ぁ-ゖァ-ヺー・ゝゞヽヾ"
_KANJI = "々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff𠀀-𯿿※"
_NOTE = re.compile(r"[［\[][＃#](?P<note>[^［］\[\]\n]{0,300})[］\]]")
_JAPANESE = re.compile(rf"[{_KANA}{_KANJI}]")
_RULE = r"[-－—―─]{10,}"
_LEGEND = re.compile(
    rf"^{_RULE}[ \t]*\n(?:.*\n){{0,3}}?.*(?:記号について|《》[:：]).*\n(?:(?!{_RULE}).*\n){{0,60}}{_RULE}[ \t]*$",
    re.MULTILINE,
)
_COLOPHON = re.compile(r"^[ \u3000]*(?:底本[:：]|青空文庫作成ファイル[:：])", re.MULTILINE)
_MADE = re.compile(r"^[ \u3000]*(?:入力|校正|青空文庫作成ファイル)[:：]", re.MULTILINE)
_RUBY = re.compile(
    rf"(?:[｜|](?P<marked>[^｜|《》\n]{{1,40}})|(?P<base>[{_KANJI}]{{1,20}}))《(?P<said>[^《》\n]{{1,60}})》"
)
_READING = re.compile(rf"[{_KANA} \u3000]+")
_HEADING = re.compile(r"[」は同行窓]*(?P<size>[大中小])見出し")
_SIZES: Mapping[str, str] = {"大": "#", "中": "##", "小": "###"}
_RARE = re.compile(r"※\Z")
_CELL = re.compile(r"(?<![\d-])(?P<plane>[12])-(?P<row>\d{1,2})-(?P<cell>\d{1,2})(?![\d-])")
_CODE_POINT = re.compile(r"U\+(?P<code>[0-9A-Fa-f]{4,5})")
_LONGEST = 60  # signs of a title, and of an author
_MOST_HEAD = 5  # rows of a title, its subtitle, and who wrote it
_TELLS = 2  # readings or notes, at least, that make a text such a one
_SENTENCE = re.compile("[。！？」』]$")


def aozora(text: str, policy: str) -> tuple[Framed, tuple[Pronunciation, ...]] | None:
    """A text of this kind without its marks, and its readings where they are not read; None for any other text.

    `policy` is what is read of ruby: "auto", "base" or "reading".
    """
    if not any(sign in text for sign in ("《", "［＃", "底本")):
        return None
    legend = _LEGEND.search(text, 0, _FIRST)
    made = any(_MADE.search(text, found.start()) for found in list(_COLOPHON.finditer(text))[-1:])
    if not legend and not made and not _is_annotated(text):
        return None
    skipped: list[Skipped] = []
    fields: dict[str, str] = {}
    if made:
        text = text[: list(_COLOPHON.finditer(text))[-1 if not _two(text) else -2].start()]
        skipped.append(Skipped("the colophon of who made the file", "it is not the book's own text"))
    if legend:
        head, text = text[: legend.start()], text[legend.end() :]
        fields, kept = _fields(head)
        text = f"{kept}\n{text}"
        skipped.append(Skipped("the list of the typist's signs", "it is not the book's own text"))
    elif made:
        head, _, rest = text.lstrip("\n").partition("\n\n")
        fields, kept = _fields(head)
        text = rest if fields else text
    text, notes = _without_notes(text)
    if notes:
        skipped.append(Skipped(f"{notes} typist's note{'s' * (notes > 1)}", "it is how the print looks, no text"))
    text, sounds = _without_readings(text, policy)
    return Framed(text, {**fields, "language": "ja"}, tuple(skipped)), sounds


def _two(text: str) -> bool:
    """Whether the file's makers are told after where the text is from: both are one colophon."""
    found = list(_COLOPHON.finditer(text))[-2:]
    return len(found) == 2 and found[1].start() - found[0].start() < _FIRST // 5


def _is_annotated(text: str) -> bool:
    """Whether typists' notes, or readings that are marked or in kana, come again and again in a Japanese text."""
    notes = sum(found[0][0] == "［" and _JAPANESE.search(found["note"]) is not None for found in _some(_NOTE, text))
    readings = sum(_READING.fullmatch(found["said"]) is not None for found in _some(_RUBY, text))
    return notes >= _TELLS or readings >= 2 * _TELLS


def _some(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    return [found for found, _ in zip(pattern.finditer(text), range(200), strict=False)]


def _fields(head: str) -> tuple[dict[str, str], str]:
    """The title and the author of the rows at a text's top, and those rows where they are something else."""
    rows = [row for row in map(clean, head.split("\n")) if row]
    if not 2 <= len(rows) <= _MOST_HEAD or any(len(row) > _LONGEST or _SENTENCE.search(row) for row in rows):
        return {}, head
    rows = [_without_readings(_NOTE.sub("", row), "base")[0] for row in rows]
    people = [row for row in rows[1:] if row.endswith("訳")]
    others = [row for row in rows[1:] if not row.endswith("訳")]
    fields = {"title": rows[0]}
    if others:
        fields["author"] = others[-1]
    if others[:-1]:
        fields["subtitle"] = others[0]
    if people:
        fields["translator"] = people[0].removesuffix("訳").strip()
    return fields, ""


def _without_notes(text: str) -> tuple[str, int]:
    """A text without typists' notes, and how many there were: a heading's make `#`, a rare sign's the sign."""
    count = 0

    def said(found: re.Match[str]) -> str:
        nonlocal count
        note = found["note"]
        if not _JAPANESE.search(note) and found[0][0] == "[":
            return found[0]
        count += 1
        if heading := _HEADING.search(note):
            return f"\1{_SIZES[heading['size']]}\2"
        if "改ページ" in note or "改丁" in note or "改見開き" in note:
            return "\n"
        if text_before := found.string[max(0, found.start() - 1) : found.start()]:
            return f"\3{_sign(note)}" if _RARE.search(text_before) else ""
        return ""

    for _ in range(2):  # a note may hold another
        text = _NOTE.sub(said, text)
    text = re.sub("※\3(?=(.?))", lambda found: "" if found[1] else "※", text) if "\3" in text else text
    return "\n".join(map(_headed, text.split("\n"))) if "\1" in text else text, count


def _sign(note: str) -> str:
    """The sign that a note describes, by its cell in JIS X 0213 or its code point; ※ where it names neither."""
    if cell := _CELL.search(note):
        row = bytes((0xA0 + int(cell["row"]), 0xA0 + int(cell["cell"]))) if int(cell["row"]) <= 94 else b""
        try:
            return (row if cell["plane"] == "1" else b"\x8f" + row).decode("euc_jis_2004") or "※"
        except UnicodeDecodeError:
            return "※"
    code = _CODE_POINT.search(note)
    return chr(int(code["code"], 16)) if code and not 0xD800 <= int(code["code"], 16) <= 0xDFFF else "※"


def _headed(row: str) -> str:
    """A row as a heading, where a note in it said that it is one."""
    found = re.search("\1(#+)\2", row)
    if not found:
        return row
    words = clean(re.sub("\1#+\2", "", row))
    return f"\n{found[1]} {words}\n" if words else ""


def _without_readings(text: str, policy: str) -> tuple[str, tuple[Pronunciation, ...]]:
    """A text with readings in the place of their signs, or without them, and what they say of the signs."""
    wanted = policy == "reading" or (policy == "auto" and find_language("ja").reads_ruby)
    sounds: dict[Pronunciation, None] = {}

    def read(found: re.Match[str]) -> str:
        written, said = found["marked"] or found["base"], clean(found["said"])
        if not found["marked"] and not _READING.fullmatch(said):
            return found[0]  # a title: 小説《雪国》
        if not any(c.isalnum() for c in said):
            return written
        if wanted:
            return said
        sounds[Pronunciation(written, said, "ruby", "ja")] = None
        return written

    return _RUBY.sub(read, text), tuple(sounds)
