"""`narrate lexicon PROJECT --hear NAME`: ways to say a name in the project's voice, to choose from."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from narrate.audio import audio_of, write_audio
from narrate.book import squeeze
from narrate.cast import Manner, request_for
from narrate.engine import ENGINES, Wanted, check_spoken, open_engine
from narrate.errors import EngineError, ProjectError
from narrate.files import slug
from narrate.languages.phonetics import canonical_ipa
from narrate.project import NumberedScript, Project
from narrate.script import NARRATOR, Line
from narrate.takes import Request
from narrate.words import Entry, Lexicon, has_letter, respelt
from narrate.work.inventory import manner_for

LONGEST_WORDS = 20  # of a line in which a name is heard; where all are longer it is heard alone
FOLDER = Path("out", "lexicon")  # in the project


@dataclass(frozen=True, slots=True)
class Heard:
    """A way to say a name: the sound `file`, the `entry` of lexicon.toml for it ("" for none), and what it is."""

    file: str
    entry: str
    how: str


def hear_word(
    project: Project,
    wanted: Wanted,
    word: str,
    *,
    ipa: Sequence[str] = (),
    say: Sequence[str] = (),
    folder: Path | None = None,
) -> list[Heard]:
    """`word` as it is written, as the project's lexicon has it, and as `ipa` and `say` do, each in a file in `folder`.

    The narrator says it, in the first short line of the book that has it. Raises NarrateError.
    """
    word = squeeze(word)
    if not has_letter(word):
        raise ProjectError(f'"{word}" holds no letter', do="give the word as the book has it")
    scripts = list(project.numbered_scripts())
    part = project.cast().parts[NARRATOR]
    manner, models, _ = manner_for(project, wanted, scripts, {NARRATOR: part.voice})
    language = project.settings.language
    entries = list(_entries(word, manner, language, [*map(_ipa, ipa)], say))
    line = _line(word, scripts, language)
    asked: dict[str, tuple[Entry | None, Request]] = {}
    for entry in entries:
        others = [e for e in manner.lexicon.entries if squeeze(e.written).casefold() != word.casefold()]
        lexicon = Lexicon([*([entry] if entry else []), *others])
        request = request_for(line, part, replace(manner, lexicon=lexicon))
        asked.setdefault(request.key, (entry, request))
    check_spoken(manner.engine, language)
    paths = [model.path for model in models.values()]
    slots = len(asked) if ENGINES[manner.engine].needs_gpu else 1  # processes would take longer to start than to speak
    with closing(open_engine(manner.engine, paths, slots=slots, **wanted.options)) as speaker:
        sounds = {request.key: audio_of(sound) for request, sound in speaker.speak([r for _, r in asked.values()])}
    if sounds.keys() != asked.keys():
        raise EngineError("the engine gave no audio")
    folder = folder or project.folder / FOLDER
    found = []
    for number, (key, (chosen, _)) in enumerate(asked.items(), start=1):
        path = folder / f"{slug(word, 'word')}-{number}.wav"
        write_audio(path, sounds[key])
        found.append(Heard(str(path), _toml(word, chosen), _how(chosen, manner, language, word)))
    return found


def _ipa(given: str) -> str:
    try:
        return canonical_ipa(given)
    except ValueError as error:
        raise ProjectError(f'--ipa "{given[:60]}": {error}', do="write the IPA, such as ʃɪˈvɔːn") from error


def _entries(
    word: str, manner: Manner, language: str, ipa: Sequence[str], say: Sequence[str]
) -> Iterator[Entry | None]:
    """None for the word as it is written, then what could stand in the lexicon for it."""
    yield None
    known = [e for e in manner.lexicon.entries if squeeze(e.written).casefold() == word.casefold()]
    yield from (Entry(word, entry.spoken) for entry in known if entry.spoken)
    yield from (Entry(word, spoken) for text in say if has_letter(spoken := squeeze(text)))
    for phonemes in dict.fromkeys([*(entry.ipa for entry in known if entry.ipa), *ipa]):
        if spoken := respelt(phonemes, language, word):
            yield Entry(word, spoken)
        yield Entry(word, "", ipa=phonemes)


def _line(word: str, scripts: Sequence[NumberedScript], language: str) -> Line:
    """The first short line that has the word, as the narrator says it; else the word alone."""
    finder = Lexicon([Entry(word, word)])
    lines = (line for _, lines in scripts for _, line in lines if line.speakable and not line.level)
    for line in lines:
        if len(line.text.split()) <= LONGEST_WORDS and finder.changes(line.text, language):
            return Line(line.text)
    return Line(word)


def _toml(word: str, entry: Entry | None) -> str:
    """The row of lexicon.toml that says an entry."""
    import tomlkit

    if entry is None:
        return ""
    row = tomlkit.document()
    if entry.ipa:
        phonemes = tomlkit.inline_table()
        phonemes.add("ipa", entry.ipa)
        row.add(word, phonemes)
    else:
        row.add(word, tomlkit.item(entry.spoken))
    return tomlkit.dumps(row).strip()


def _how(entry: Entry | None, manner: Manner, language: str, word: str) -> str:
    if entry is None:
        return "as written"
    if not entry.ipa:
        return "respelt"
    return "IPA" if manner.phonetic else f"IPA, asked for as {respelt(entry.ipa, language, word) or word}"
