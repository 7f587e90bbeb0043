"""The lexicon, pronunciations of names and words: `lexicon.toml`, a person's own, in a project and beside voices/.

    Roylott = "Roy-lot"                     # in every language, for every speaker

    [en]
    "St. Clair" = "Sinclair"
    lead = { say = "led", speaker = "Holmes" }
    polish = { say = "Polish", case = true }
    "Siobhán" = { ipa = "ʃɪˈvɔːn" }         # an engine that reads text gets a respelling, or what `say` has beside it

Whole words only. A key in small letters is found in any case; one with a capital as it is
written and in ALL CAPITALS; `case` says otherwise. What the lexicon says is said as it stands:
no other rule touches it. A project's entries come before the shelf's, longer ones before
shorter ones, a speaker's before everybody's.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from narrate.book import Pronunciation, squeeze
from narrate.errors import ProjectError, nearest
from narrate.languages import code_of
from narrate.languages.phonetics import canonical_ipa, ipa_of_xsampa
from narrate.script import Line
from narrate.toml import TomlFile, edited, parse_toml, read_toml
from narrate.words.scan import Change
from narrate.words.spoken import as_spoken, letters_apart, roman_spoken

_SAID = ("say", "ipa")  # an entry has one of these, or both
_OPTIONS = (*_SAID, "case", "speaker")
_PHONEMES = "phonemes"  # a table of older projects, in which phonemes were kept that nothing spoke
_ALPHABETS: Mapping[str, Callable[[str], str]] = {"ipa": canonical_ipa, "x-sampa": ipa_of_xsampa}
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
# Scripts without spaces between words, and Korean, whose particles follow a word without one.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_TOKEN = re.compile(r"[^\W_]+|[^\s]")


@dataclass(frozen=True, slots=True)
class Entry:
    """`spoken` is said for `written`, in one `language` (a two-letter code, empty for all), by one `speaker` or all.

    `case`: only as it is written (True), in any case (False), or by what `written` looks like. With `ipa` an engine
    that takes phonemes is given those, and `spoken`, which may then be empty, is for the others.
    """

    written: str
    spoken: str
    language: str = ""
    speaker: str = ""
    case: bool | None = None
    ipa: str = ""  # canonical, see languages/phonetics.py

    @property
    def pattern(self) -> re.Pattern[str]:
        """What it matches: whole words, any space for a space, either apostrophe for an apostrophe."""
        forms = [self.written]
        any_case = not self.case if self.case is not None else self.written == self.written.lower()
        if self.case is None and not any_case:
            forms.append(self.written.upper())
        before = "" if _UNSPACED.match(self.written[0]) or not self.written[0].isalnum() else r"(?<![^\W_])"
        after = "" if _UNSPACED.match(self.written[-1]) or not self.written[-1].isalnum() else r"(?![^\W_])"
        body = "|".join(r"\s+".join(map(_escaped, form.split())) for form in forms)
        return re.compile(f"{before}(?:{body}){after}", re.IGNORECASE if any_case else 0)


def _escaped(word: str) -> str:
    return re.sub("['’]", "['’]", re.escape(word))


class Lexicon:
    """Entries that are looked up by their first word, so that thousands cost no more than ten."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        """`entries` in order of precedence."""
        self.entries = tuple(entries)
        self._words: dict[str, list[tuple[Entry, re.Pattern[str]]]] = {}
        self._unspaced: list[tuple[Entry, re.Pattern[str]]] = []
        for entry in sorted(self.entries, key=lambda e: (-len(e.written), not e.speaker, not e.language)):
            first = _TOKEN.match(entry.written)
            assert first is not None, "an entry is never empty"
            if _UNSPACED.match(entry.written):
                self._unspaced.append((entry, entry.pattern))
            else:
                self._words.setdefault(first[0].casefold(), []).append((entry, entry.pattern))

    def __bool__(self) -> bool:
        return bool(self.entries)

    def changes(self, text: str, language: str, speaker: str = "") -> list[Change]:
        """What the lexicon says of `text`, in order. `language` is a BCP 47 tag."""
        if not self._unspaced and self._words.keys().isdisjoint(map(str.casefold, _TOKEN.findall(text))):
            return []  # most lines hold none of them
        found: list[Change] = []
        at = 0
        for start, candidates in self._starts(text):
            if start < at:
                continue
            for entry, pattern in candidates:
                if not _holds(entry, language, speaker):
                    continue
                if match := pattern.match(text, start):
                    found.append(Change(start, match.end(), entry.spoken, entry.ipa))
                    at = match.end()
                    break
        return found

    def _starts(self, text: str) -> Iterator[tuple[int, list[tuple[Entry, re.Pattern[str]]]]]:
        starts = [
            (token.start(), candidates)
            for token in _TOKEN.finditer(text)
            if (candidates := self._words.get(token[0].casefold()))
        ]
        starts += [(match.start(), [pair]) for pair in self._unspaced for match in pair[1].finditer(text)]
        return iter(sorted(starts, key=lambda start: start[0]))


def _holds(entry: Entry, language: str, speaker: str) -> bool:
    spoken_in = not entry.language or language.lower().startswith(entry.language.lower())
    return spoken_in and (not entry.speaker or entry.speaker == speaker)


def load_lexicon(paths: Sequence[Path]) -> Lexicon:
    """The lexicon of these files, first ones first; those that are not there are left out.

    Raises ProjectError with the file, the line and the nearest key.
    """
    entries: list[Entry] = []
    for path in paths:
        if not path.is_file():
            continue
        file = read_toml(path)
        for key, value in file.entries.items():
            if key == _PHONEMES and isinstance(value, dict) and not _is_entry(value):
                continue
            if isinstance(value, dict) and not _is_entry(value):
                if not _LANGUAGE.fullmatch(key):
                    what = f"[{key}] is no language"
                    raise ProjectError(what, where=path, line=file.line(key), do='write [en], or "word" = "as spoken"')
                for word, said in value.items():
                    entries += _entries(file, word, said, key)
            else:
                entries += _entries(file, key, value)
    return Lexicon(entries)


def _is_entry(table: Mapping[str, object]) -> bool:
    """Whether a table is an entry's, and not a language's."""
    return any(not isinstance(table.get(key, {}), dict | list) for key in _SAID)


def _entries(file: TomlFile, word: str, value: object, language: str = "") -> Iterator[Entry]:
    """One word's entries: a text, a table of options, or a list of such tables."""
    path, line = file.path, file.line(*filter(None, (language, word)))
    written = squeeze(word)
    if not any(c.isalnum() for c in written):
        raise ProjectError(f'"{word}" holds no letter', where=path, line=line, do="give the word as the book has it")
    for option in value if isinstance(value, list) else [value]:
        table = {"say": option} if isinstance(option, str) else option
        if not isinstance(table, dict):
            do = 'write "word" = "as spoken" or "word" = { say = "as spoken" }'
            raise ProjectError(f'"{word}" = {option!r} is not a text', where=path, line=line, do=do)
        for key in table:
            if key not in _OPTIONS:
                do = nearest(key, _OPTIONS) or f"known: {', '.join(_OPTIONS)}"
                raise ProjectError(f'"{word}": unknown key "{key}"', where=path, line=line, do=do)
        say, ipa, case, speaker = table.get("say"), table.get("ipa"), table.get("case"), table.get("speaker", "")
        if (say is None and ipa is None) or (say is not None and not (isinstance(say, str) and has_letter(say))):
            do = 'write { say = "as spoken" }'
            raise ProjectError(f'"{word}" has nothing to say', where=path, line=line, do=do)
        if not isinstance(case, bool | None):
            raise ProjectError(f'"{word}": case = {case!r} is not true or false', where=path, line=line)
        if not isinstance(speaker, str):
            raise ProjectError(f'"{word}": speaker = {speaker!r} is not a name', where=path, line=line)
        try:
            phonemes = canonical_ipa(ipa) if isinstance(ipa, str) else ""
        except ValueError as error:
            do = 'write the IPA, such as { ipa = "ʃɪˈvɔːn" }'
            raise ProjectError(f'"{word}": ipa = "{ipa}": {error}', where=path, line=line, do=do) from error
        if ipa is not None and not phonemes:
            raise ProjectError(f'"{word}": ipa = {ipa!r} is not a text', where=path, line=line)
        yield Entry(written, squeeze(say or ""), language, speaker, case, phonemes)


def book_lexicon(pronunciations: Iterable[Pronunciation], language: str, lines: Sequence[Line]) -> str:
    """The text of a new lexicon.toml with what the book itself says of its words; empty when it says nothing new.

    Only words that `lines` hold, and that are spoken otherwise without it: most marked Roman numerals are
    chapters, which need no entry. Phonemes become IPA; those that `phoneme_problems` tells of are left out.
    """
    import tomlkit

    entries: dict[tuple[str, str], Entry] = {}
    for pronunciation in pronunciations:
        written, own = squeeze(pronunciation.written), code_of(pronunciation.language)
        spoken, ipa = "", ""
        if pronunciation.kind in _ALPHABETS:
            ipa = _ipa_of(pronunciation)[0]
        else:
            spoken = _spoken(pronunciation, written, own or language)
        if has_letter(written) and (spoken or ipa):
            table = own if own and own != code_of(language) and _LANGUAGE.fullmatch(own) else ""
            entries.setdefault((table, written), Entry(written, spoken, table, ipa=ipa))
    used = _used(Lexicon(entries.values()), language, lines)
    if not used:
        return ""
    document = tomlkit.document()
    note = "How words are said: as written = as spoken. These are the book's own; change what you like."
    document.add(tomlkit.comment(note))
    tables = {"": document} | {table: tomlkit.table() for table, _ in sorted(entries) if table}
    for (table, written), entry in entries.items():
        if entry in used:
            tables[table].add(written, _inline(entry) if entry.ipa else tomlkit.item(entry.spoken))
    for name, table_of in tables.items():
        if name and table_of:
            document.add(name, tomlkit.item(table_of))
    return tomlkit.dumps(document)


def _inline(entry: Entry) -> Any:
    import tomlkit

    table = tomlkit.inline_table()
    table.add("ipa", entry.ipa)
    return table


def phonemes_in(lexicon: str) -> int:
    """How many words a lexicon's text has phonemes for."""
    entries = parse_toml(lexicon)
    tables = (value for value in entries.values() if isinstance(value, dict) and not _is_entry(value))
    return sum(isinstance(value, dict) and "ipa" in value for table in (entries, *tables) for value in table.values())


def phoneme_problems(pronunciations: Iterable[Pronunciation]) -> list[str]:
    """Why words of a book are not said by its phonemes: a reason for each that is not in the alphabet it names."""
    phonetic = [p for p in pronunciations if p.kind in _ALPHABETS]
    return [f'"{p.written[:40]}" = "{p.spoken[:40]}": {why}' for p in phonetic if (why := _ipa_of(p)[1])]


def _ipa_of(given: Pronunciation) -> tuple[str, str]:
    """A pronunciation's phonemes in canonical IPA, or "" and what is wrong with them."""
    try:
        return _ALPHABETS[given.kind](given.spoken), ""
    except ValueError as error:
        return "", str(error)


def _used(lexicon: Lexicon, language: str, lines: Iterable[Line]) -> set[Entry]:
    """The entries that change how some line is spoken: all that have phonemes, where a line holds their word."""
    by_form = {(entry.written.casefold(), entry.spoken, entry.ipa): entry for entry in lexicon.entries}
    used: set[Entry] = set()
    for line in lines:
        if not line.speakable:
            continue
        tag = line.language or language
        found = lexicon.changes(line.text, tag, line.speaker)

        def said(fixed: Iterable[Change], line: Line = line, tag: str = tag) -> str:
            return as_spoken(line.text, tag, heading=line.level > 0, fixed=fixed)

        for change in found:
            written = squeeze(line.text[change.start : change.end]).casefold()
            entry = by_form.get((written, change.spoken, change.ipa))
            if entry and (entry.ipa or said(found) != said(c for c in found if c is not change)):
                used.add(entry)
    return used


def _spoken(given: Pronunciation, written: str, language: str) -> str:
    """A pronunciation in plain letters, or an empty string."""
    match given.kind:
        case "initialism":
            return letters_apart(written)
        case "acronym":
            return written.capitalize() if written.isupper() else written
        case "roman":
            return roman_spoken(written, code_of(language))
        case _:
            spoken = squeeze(given.spoken)
            return spoken if any(c.isalnum() for c in spoken) else ""


_NEW = '# How words are said: "as written" = "as spoken"\n'


def say_word(path: Path, written: str, spoken: str, language: str) -> None:
    """Have the lexicon at `path` say `spoken` for `written`; where `spoken` is empty, take its entry out.

    An entry for the book's language is the one that changes, where there is one. Raises ProjectError for what no
    entry can be, and for an entry of several readings, which stays as it is; StorageError.
    """
    written, spoken = squeeze(written), squeeze(spoken)
    if not has_letter(written) or (spoken and not has_letter(spoken)):
        raise ProjectError(f'"{written[:60]}" = "{spoken[:60]}" is no entry: both hold letters', where=path)
    with edited(path, new=_NEW) as document:
        table, key = _entry_of(document, written, language)
        found = table.get(key)
        do = "change it in the file"
        if isinstance(found, list) or (isinstance(found, Mapping) and not _is_entry(found)):
            raise ProjectError(f'"{written}" has several readings', where=path, do=do)
        if not spoken and found is None:
            raise ProjectError(f'"{written}" has no entry here', where=path)
        if not spoken:
            del table[key]
        elif isinstance(found, Mapping):
            table[key]["say"] = spoken
            table[key].pop("ipa", None)  # or an engine that takes phonemes would go on saying those
        else:
            table[key] = spoken


def has_letter(text: str) -> bool:
    """Whether a text holds a letter or a digit, as an entry must."""
    return any(character.isalnum() for character in text)


def _entry_of(document: Any, written: str, language: str) -> tuple[Any, str]:
    """The table that has `written`, and its key there; where none has it, the file's own."""
    own = [name for name, value in document.items() if isinstance(value, Mapping) and not _is_entry(value)]
    tables = [document[name] for name in own if name in (language, code_of(language))]
    for table in (*tables, document):
        for key in table:
            if squeeze(key) == written:
                return table, key
    return document, written
