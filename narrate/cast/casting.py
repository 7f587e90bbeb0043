"""Who speaks with which voice: `cast.toml` read and checked.

    narrator = "narrator"
    Dracula = { voice = "old-count", direction = "slow, amused" }
    Mina = { design = "a young woman, warm and quick" }
    Renfield = "auto"
    "The Count" = "Dracula"

"auto" says that nobody has chosen yet: a draft voice made from the speaker's name, the same in
every book; or the narrator's own, where the narrator is no draft voice. The name of another
speaker makes an alias: one person, whatever the script calls them. There is no
default for a speaker that is not listed; a wrong voice that nobody noticed is worse than a stop.

The books of a series may share a cast: a speaker whom the project's own cast.toml does not
list, or leaves at "auto", has the part that the series' gives.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from narrate.book import squeeze
from narrate.errors import NarrateError, ProjectError, VoiceError, nearest
from narrate.languages import code_of, spoken_languages
from narrate.script import NARRATOR, Line, Opening, Saying, marked
from narrate.speakers import decide, traits_of_name
from narrate.takes import Phonemes, Request, Sampling
from narrate.toml import TomlFile, read_toml
from narrate.voices import (
    CAST_KEYS,
    Voice,
    beside,
    draft_voice_for,
    find_voice,
    is_embedded,
    voice_in_words,
    voice_paths,
)
from narrate.words import NO_WORDS, Change, Lexicon, Vocabulary, changes, settled

AUTO = "auto"
PARTS = ("voice", *CAST_KEYS, "alias")  # an entry has one of these
_KEYS = (*PARTS, "direction")


@dataclass(frozen=True, slots=True)
class Part:
    """A speaker's voice and the direction that holds unless a line gives its own."""

    voice: Voice
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Cast:
    """Every speaker's part, by the name the script uses.

    `aliases` says who is somebody else, `open` for whom nobody has chosen a voice.
    """

    parts: Mapping[str, Part]
    path: Path
    aliases: Mapping[str, str] = field(default_factory=dict)
    open: frozenset[str] = frozenset()

    def part(self, line: Line, where: Path, number: int) -> Part:
        """The part that speaks `line`. Raises ProjectError naming the line and the nearest name."""
        try:
            return self.parts[line.speaker]
        except KeyError:
            hint = nearest(line.speaker, self.parts) or f"add it to {self.path.name}"
            raise ProjectError(
                f'speaker "{line.speaker}" is not in {self.path.name}', where=where, line=number, do=hint
            ) from None


@dataclass(frozen=True, slots=True)
class Manner:
    """Parts of a request that a whole project shares: `models` has the name of the checkpoint for each kind of voice,
    `sampling` how its codes are drawn, `languages` those that the engine speaks."""

    language: str
    engine: str
    models: Mapping[str, str]
    sampling: Mapping[str, Sampling] = field(default_factory=dict)
    lexicon: Lexicon = field(default_factory=Lexicon)
    plain: bool = False  # numbers and abbreviations are left to the engine
    languages: Collection[str] = field(default_factory=spoken_languages)
    paced: bool = False  # whether the engine takes a pace
    phonetic: bool = False  # whether the engine takes phonemes; else words that have some are respelt
    vocabulary: Vocabulary = NO_WORDS  # the book's own words, by which words in capitals are told from initials

    @property
    def model(self) -> str:
        """All checkpoints' names, for people."""
        return ", ".join(sorted(set(self.models.values())))


def spoken_text(line: Line, manner: Manner) -> str:
    """A line's words as they are spoken: by the lexicon first, then by its language's rules unless `plain`."""
    return _said(line, manner)[0]


def spoken_marked(line: Line, manner: Manner) -> str:
    """The same with the words that are said by their phonemes as a script marks them: `{Siobhán|/ʃɪˈvɔːn/}`."""
    said, phonemes = _said(line, manner)
    return marked(said, (Saying(p.start, p.end, ipa=p.ipa) for p in phonemes)) if phonemes else said


def _said(line: Line, manner: Manner) -> tuple[str, tuple[Phonemes, ...]]:
    """A line's words as they are spoken, and which of them are said by their phonemes."""
    said, at, sounds = "", 0, []
    for change in spoken_changes(line, manner):
        said += line.text[at : change.start]
        if change.ipa:
            start = len(squeeze(f"{said}|")) - 1
            sounds.append(Phonemes(start, start + len(squeeze(change.spoken)), change.ipa))
        said += change.spoken
        at = change.end
    said = squeeze(said + line.text[at:])
    return (said, tuple(sounds)) if any(c.isalnum() for c in said) else (line.text, ())


def spoken_changes(line: Line, manner: Manner) -> list[Change]:
    """The changes from a line's written words to its spoken ones, in order."""
    language = language_for(line, manner)
    fixed = list(settled(line.text, _given(line, manner), language, phonetic=manner.phonetic))
    if manner.plain:
        return fixed
    opening = line.opens is Opening.PARAGRAPH or line.opens is Opening.SCENE
    return list(
        changes(
            line.text,
            language,
            heading=line.level > 0,
            fixed=fixed,
            vocabulary=manner.vocabulary,
            opening=opening,
        )
    )


def _given(line: Line, manner: Manner) -> list[Change]:
    """What the line itself says of its words, and the lexicon of the others."""
    own = [Change(s.start, s.end, s.spoken, s.ipa) for s in line.sayings]
    found = manner.lexicon.changes(line.text, language_for(line, manner), line.speaker)
    found = [one for one in found if all(one.end <= c.start or c.end <= one.start for c in own)] if own else found
    return sorted([*own, *found], key=lambda change: change.start) if own else found


def respelt_words(line: Line, manner: Manner) -> Iterator[tuple[str, str]]:
    """A line's words that have phonemes only, and how an engine that takes none is asked for them."""
    language = language_for(line, manner)
    found = _given(line, manner)
    for given, said in zip(found, settled(line.text, found, language, phonetic=False), strict=True):
        if given.ipa and not given.spoken:
            yield line.text[given.start : given.end], said.spoken


def language_for(line: Line, manner: Manner) -> str:
    """The language a line is spoken in: its own, or the book's where the engine does not speak that."""
    return line.language if code_of(line.language) in manner.languages else manner.language


def request_for(line: Line, part: Part, manner: Manner, pace: float = 1.0) -> Request:
    """The request to the engine for `line`, at a `pace` where the engine takes one."""
    text, phonemes = _said(line, manner)
    return Request(
        text=text,
        voice=part.voice,
        language=language_for(line, manner),
        direction=line.direction or part.direction,
        take=line.take,
        engine=manner.engine,
        model=manner.models[part.voice.model_kind],
        sampling=manner.sampling.get(part.voice.model_kind, Sampling()),
        phonemes=phonemes,
        pace=pace if manner.paced else 1.0,
    )


@dataclass(frozen=True, slots=True)
class _File:
    """A cast.toml and where its voices are looked up."""

    toml: TomlFile
    shelves: Sequence[Path]

    def placed(self, error: NarrateError, speaker: str) -> NarrateError:
        """`error` as one of the speaker's line in this file."""
        inner = "" if error.where is None else f"{error.where}: "
        line = self.toml.line(speaker)
        return type(error)(f'"{speaker}": {inner}{error.what}', where=self.toml.path, line=line, do=error.do)


def cast_problems(path: Path, shelves: Sequence[Path], series: Path | None = None) -> list[NarrateError]:
    """Every error of a cast.toml: what `load_cast` would raise, for all speakers and not only for the first."""
    problems: list[NarrateError] = []
    try:
        load_cast(path, shelves, series, problems)
    except NarrateError as error:
        problems.append(error)
    return problems


def load_cast(
    path: Path, shelves: Sequence[Path], series: Path | None = None, problems: list[NarrateError] | None = None
) -> Cast:
    """The cast in `path`, and of a `series`' cast.toml what it leaves open, voices found on `shelves`.

    A series' voices are looked up beside its cast.toml first. Raises ProjectError or VoiceError with the line;
    where there is a list for them, `problems` of single speakers go there, and those have no part.
    """
    entries: dict[str, tuple[_File, object]] = {}
    if series is not None:
        shared = _read(series, (series.parent / "voices", *shelves))
        entries |= {speaker: (shared, entry) for speaker, entry in shared.toml.entries.items()}
    own = _read(path, shelves)
    entries |= {s: (own, entry) for s, entry in own.toml.entries.items() if entry != AUTO or s not in entries}
    parts: dict[str, Part] = {}
    aliases: dict[str, str] = {}
    undecided: list[str] = []
    for speaker, (file, entry) in entries.items():
        try:
            entry = _beside(entry, file.toml.path.parent)
            if target := _target(speaker, entry, entries, file.shelves):
                aliases[speaker] = target
            elif entry == AUTO or (isinstance(entry, dict) and entry.get("voice") == AUTO):
                undecided.append(speaker)
            else:
                parts[speaker] = _part(entry, entries, file.shelves)
        except NarrateError as error:
            if problems is None:
                raise file.placed(error, speaker) from error
            problems.append(file.placed(error, speaker))
    narrator = parts.get(_end(NARRATOR, aliases, own))
    for speaker in undecided:
        voice = stand_in(speaker, narrator.voice if narrator else None)
        parts[speaker] = Part(voice, _direction(entries[speaker][1]))
    for speaker in aliases:
        file, entry = entries[speaker]
        if (end := _end(speaker, aliases, file)) not in parts:
            continue  # a problem of its own
        part = parts[end]
        direction = _direction(entry) or part.direction
        parts[speaker] = Part(part.voice, direction)
    if NARRATOR not in parts and not problems:
        raise ProjectError(f'has no "{NARRATOR}"', where=path, do=f'add {NARRATOR} = "narrator"')
    ends = {speaker: _end(speaker, aliases, own) for speaker in aliases}
    return Cast(parts, path, ends, frozenset(undecided) - {NARRATOR})


def stand_in(speaker: str, narrator: Voice | None) -> Voice:
    """The voice of a speaker for whom nobody has chosen one, in a book that `narrator` reads."""
    gender = decide(traits_of_name(speaker), "gender")
    return narrator.stand_in(speaker, gender) if narrator else draft_voice_for(speaker, gender)


def _read(path: Path, shelves: Sequence[Path]) -> _File:
    return _File(read_toml(path), shelves)


def entries_of(path: Path) -> Mapping[str, Any]:
    """A cast.toml as it stands. Raises ProjectError when it is no TOML."""
    return read_toml(path).entries


def _target(speaker: str, entry: object, known: Mapping[str, tuple[_File, object]], shelves: Sequence[Path]) -> str:
    """The speaker that an entry is an alias of; empty when it gives a voice.

    The narrator's name alone is always the embedded voice's.
    """
    if isinstance(entry, dict) and "alias" in entry:
        _check_keys(entry)
        alias = str(entry["alias"])
        if alias not in known or alias == speaker:
            raise ProjectError(f'nobody called "{alias}" is cast', do=nearest(alias, known) or "add them")
        return alias
    if not isinstance(entry, str) or entry not in known or entry in (speaker, NARRATOR):
        return ""
    try:
        find_voice(entry, shelves)
    except VoiceError:
        return entry
    if known[entry][1] == entry:
        return ""  # they have the voice of that name, so it comes to the same
    do = f'write {{ voice = "{entry}" }} or {{ alias = "{entry}" }}'
    raise ProjectError(f'"{entry}" is a voice and a speaker', do=do)


def _end(speaker: str, aliases: Mapping[str, str], file: _File) -> str:
    """The speaker at the end of a chain of aliases. Raises ProjectError where aliases go in a circle."""
    name = speaker
    for _ in aliases:
        if name not in aliases:
            break
        name = aliases[name]
    if name in aliases:
        raise file.placed(ProjectError("is an alias of itself", do="give one of them a voice"), speaker)
    return name


def _beside(entry: object, folder: Path) -> object:
    """An entry of the cast.toml in `folder`; a voice that it names by a relative path is looked up there first."""
    if isinstance(entry, str):
        return beside(entry, folder)
    if isinstance(entry, dict) and isinstance(entry.get("voice"), str):
        return entry | {"voice": beside(entry["voice"], folder)}
    return entry


def _part(entry: object, known: Iterable[str], shelves: Sequence[Path]) -> Part:
    if isinstance(entry, str):
        return Part(voice_called(entry, known, shelves))
    if not isinstance(entry, dict):
        raise ProjectError(f"{entry!r} is not a voice", do='write "name" or { voice = "name" }')
    key = _check_keys(entry)
    words = entry[key]
    voice = find_voice(words, shelves) if key == "voice" else voice_in_words(key, words, shelves)
    return Part(voice, _direction(entry))


def voice_called(name: str, speakers: Iterable[str], shelves: Sequence[Path]) -> Voice:
    """As `find_voice`; where there is none, the error has the nearest of voices and `speakers`: it may be an alias."""
    try:
        return find_voice(name, shelves)
    except VoiceError as error:
        hint = "" if is_embedded(name) else nearest(name, [*speakers, *voice_paths(shelves)])
        if error.where is None and hint:
            raise VoiceError(error.what, do=hint) from error
        raise


def _check_keys(entry: Mapping[str, object]) -> str:
    """The key of PARTS that an entry has. Raises ProjectError for any other form."""
    for key, value in entry.items():
        if key not in _KEYS:
            raise ProjectError(f'unknown key "{key}"', do=nearest(key, _KEYS) or f"known: {', '.join(_KEYS)}")
        if not isinstance(value, str) or not value.strip():
            raise ProjectError(f"{key} = {value!r} is not a text")
    given = [key for key in PARTS if key in entry]
    if len(given) != 1:
        raise ProjectError("needs one of voice, design, speaker and alias", do='such as { voice = "name" }')
    return given[0]


def _direction(entry: object) -> str:
    return " ".join(str(entry.get("direction", "")).split()) if isinstance(entry, dict) else ""
