"""The book's words with their times: SRT, WebVTT, LRC and JSON, a chapter or the whole book.

A caption is a line of the script. One too long for two rows of a screen is cut at a space. Where a line's
words have times, the cut is timed by them, and WebVTT and JSON tell them all; else the line's time is shared out
by characters: sentences are timed to the sample, and what lies inside them is not known better than that.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from narrate.chapters import Spoken, TimedChapter
from narrate.deliver.timestamp import timestamp
from narrate.timing import with_marks

ROW = 42  # characters, by the usual rules for subtitles
ROWS = 2
SHORTEST_S = 1.0  # less is not read
WIDE_ROW = 20  # of signs that take the place of two letters
Writer = Callable[..., str]  # of chapters, `whole` or not, and what the book is called: one text form


@dataclass(frozen=True, slots=True)
class Lit:
    """A word of a caption and its time: characters `first` to before `last` of its rows, blanks not counted."""

    first: int
    last: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Caption:
    """What is shown from `start_s` to `end_s`: one row or two, and when each word is heard where that is known."""

    start_s: float
    end_s: float
    speaker: str
    rows: tuple[str, ...]
    words: tuple[Lit, ...] = ()


def captions(chapters: Iterable[TimedChapter], *, whole: bool) -> Iterator[Caption]:
    """The captions of chapters, timed within the book if it is `whole`, else within their chapter.

    Each stays for SHORTEST_S, or until the next or the chapter's end.
    """
    for chapter in chapters:
        spoken = [*_spoken(chapter, whole=whole)]
        ends = [caption.start_s for caption in spoken[1:]]
        ends.append(chapter.book_seconds(chapter.frames) if whole else chapter.seconds(chapter.frames))
        for caption, latest in zip(spoken, ends, strict=False):
            yield replace(caption, end_s=max(caption.end_s, min(caption.start_s + SHORTEST_S, latest)))


def _spoken(chapter: TimedChapter, *, whole: bool) -> Iterator[Caption]:
    """A chapter's captions for as long as their words are heard."""
    seconds = chapter.book_seconds if whole else chapter.seconds
    for spoken in chapter.lines:
        line = spoken.said.line
        screens = list(_screens(line.text))
        total = _letters(line.text)
        words = [
            Lit(_letters(line.text[: word.start]), _letters(line.text[: word.end]), seconds(start), seconds(end))
            for word, start, end in spoken.words(chapter.sample_rate)
        ]
        at, shown = seconds(spoken.start), 0
        for rows in screens:
            before, shown = shown, shown + sum(map(_letters, rows))
            end = seconds(spoken.start + round((spoken.end - spoken.start) * shown / max(total, 1)))
            if shown < total:
                end = next((word.start_s for word in words if word.first >= shown), end)
            own = (word for word in words if before <= word.first < shown)
            lit = (Lit(word.first - before, min(word.last, shown) - before, word.start_s, word.end_s) for word in own)
            yield Caption(at, end, line.speaker, rows, tuple(lit))
            at = end


def _letters(text: str) -> int:
    """Characters that are no blanks."""
    return sum(map(len, text.split()))


def pieces(caption: Caption) -> Iterator[tuple[str, Lit | None, str]]:
    """A caption's text in order: what stands before a word, the word with the marks that touch it, and what is left.

    Rows are divided by line ends. The last one has no word.
    """
    text = "\n".join(caption.rows)
    places = [index for index, character in enumerate(text) if not character.isspace()]
    at = 0
    ranges = with_marks(text, [(places[word.first], places[word.last - 1] + 1) for word in caption.words])
    for word, (start, end) in zip(caption.words, ranges, strict=True):
        yield text[at:start], word, text[start:end]
        at = end
    yield text[at:], None, ""


def _screens(text: str) -> Iterator[tuple[str, ...]]:
    """`text` as screens of ROWS rows, words whole where a word fits a row."""
    rows = _wrapped(text, width_for(text)) or [text]
    # Screens of like length read better than full ones with a word left for the last.
    screens = -(-len(rows) // ROWS)
    if screens > 1:
        even = -(-len(text) // (screens * ROWS))
        for width in range(even, width_for(text) + 1):
            rows = _wrapped(text, width)
            if len(rows) <= screens * ROWS:
                break
    for at in range(0, len(rows), ROWS):
        yield tuple(rows[at : at + ROWS])


def _wrapped(text: str, width: int) -> list[str]:
    from textwrap import wrap

    # Before a word that it has to break it may leave a blank at the end of a row.
    return [row.rstrip() for row in wrap(text, width, break_on_hyphens=False)]


def width_for(text: str) -> int:
    """Characters a row, fewer of wide signs (Chinese, Japanese, Korean)."""
    wide = sum(1 for c in text if "\u2e80" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" or "\uff00" <= c <= "\uffef")
    return WIDE_ROW if wide * 2 > len(text) else ROW


def srt(chapters: Sequence[TimedChapter], *, whole: bool, **_tags: str) -> str:
    """SubRip: numbered, milliseconds behind a comma."""
    blocks = []
    for number, caption in enumerate(captions(chapters, whole=whole), start=1):
        blocks.append("\n".join([str(number), _shown_at(caption, ","), *caption.rows]))
    return "\n\n".join(blocks) + "\n"


def vtt(chapters: Sequence[TimedChapter], *, whole: bool, title: str = "", language: str = "", **_tags: str) -> str:
    """WebVTT, with the speaker as a voice tag and chapters' titles as notes (W3C WebVTT 1)."""
    head = f"WEBVTT - {_plain(title)}".rstrip(" -")
    blocks = [head + (f"\nLanguage: {language}" if language else "")]
    for chapter in chapters:
        blocks.append(f"NOTE {_plain(chapter.title)}")
        for caption in captions([chapter], whole=whole):
            rows = f"<v {_escaped(caption.speaker)}>{''.join(_karaoke(caption))}"
            blocks.append("\n".join([_shown_at(caption, "."), rows]))
    return "\n\n".join(blocks) + "\n"


def _karaoke(caption: Caption) -> Iterator[str]:
    """A caption's rows for WebVTT: before a word the time at which it is heard, inside the cue and ascending."""
    reached, last = round(caption.start_s * 1000), round(caption.end_s * 1000)
    for before, word, text in pieces(caption):
        yield _escaped(before)
        if word is None:
            continue
        heard = round(word.start_s * 1000)
        if reached < heard < last:
            yield f"<{timestamp(heard, 3).zfill(12)}>"
            reached = heard
        yield f"<c>{_escaped(text)}</c>"


def lrc(chapters: Sequence[TimedChapter], *, whole: bool, title: str = "", author: str = "", **_tags: str) -> str:
    """Lyrics for players: a sentence a line, hundredths of a second."""
    rows = [f"[ti:{_lyric(title)}]"] if title else []
    rows += [f"[ar:{_lyric(author)}]"] if author else []
    rows.append("[re:narrate]")
    for chapter in chapters:
        seconds = chapter.book_seconds if whole else chapter.seconds
        for spoken in chapter.lines:
            hundredths = round(seconds(spoken.start) * 100)
            minutes, rest = divmod(hundredths, 6000)
            rows.append(f"[{minutes:02}:{rest // 100:02}.{rest % 100:02}]{_lyric(spoken.said.line.text)}")
    return "\n".join(rows) + "\n"


def transcript(
    chapters: Sequence[TimedChapter], *, whole: bool, title: str = "", author: str = "", language: str = ""
) -> str:
    """Every sentence with its place in the script, speaker, and times in its chapter and in the book."""
    shown: dict[str, object] = {"title": title, "author": author, "language": language}
    shown["chapters"] = [
        {
            "title": chapter.title,
            "start_s": round(chapter.start / chapter.sample_rate, 6),
            "duration_s": round(chapter.frames / chapter.sample_rate, 6),
            "lines": [
                {
                    "line": spoken.said.place,
                    "speaker": spoken.said.line.speaker,
                    "text": spoken.said.line.text,
                    "start_s": round(chapter.book_seconds(spoken.start) if whole else chapter.seconds(spoken.start), 6),
                    "end_s": round(chapter.book_seconds(spoken.end) if whole else chapter.seconds(spoken.end), 6),
                }
                | _words(chapter, spoken, whole=whole)
                for spoken in chapter.lines
            ],
        }
        for chapter in chapters
    ]
    return json.dumps(shown, ensure_ascii=False, indent=1) + "\n"


def _words(chapter: TimedChapter, spoken: Spoken, *, whole: bool) -> dict[str, object]:
    """A line's words with their times; nothing where they are not known."""
    seconds = chapter.book_seconds if whole else chapter.seconds
    text = spoken.said.line.text
    found = [
        {"text": text[word.start : word.end], "start_s": round(seconds(start), 6), "end_s": round(seconds(end), 6)}
        for word, start, end in spoken.words(chapter.sample_rate)
    ]
    return {"words": found} if found else {}


def _shown_at(caption: Caption, point: str) -> str:
    """`01:02:03.004 --> 01:02:05.006`, with `point` before the milliseconds."""
    begin, end = (timestamp(round(s * 1000), 3, point).zfill(12) for s in (caption.start_s, caption.end_s))
    return f"{begin} --> {end}"


def _escaped(text: str) -> str:
    """Text as a WebVTT cue holds it; an arrow would be taken for a cue's times."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("-->", "->")


def _lyric(text: str) -> str:
    """One line, which no bracket opens: a player would take that for a time."""
    line = " ".join(text.split())
    return f" {line}" if line.startswith("[") else line


__all__ = ["Caption", "Lit", "Writer", "captions", "lrc", "pieces", "srt", "transcript", "vtt"]
