"""The book's words with their times: SRT, WebVTT, LRC and JSON, a chapter or the whole book.

A caption is a line of the script. One too long for two rows of a screen is cut at a space and
its time shared out by characters: sentences are timed to the sample, what lies inside them is
not known better than that. JSON has the sentences alone, whole.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from narrate.chapters import TimedChapter
from narrate.deliver.timestamp import timestamp

ROW = 42  # characters, by the usual rules for subtitles
ROWS = 2
SHORTEST_S = 1.0  # less is not read
WIDE_ROW = 20  # of signs that take the place of two letters
Writer = Callable[..., str]  # of chapters, `whole` or not, and what the book is called: one text form


@dataclass(frozen=True, slots=True)
class Caption:
    """What is shown from `start_s` to `end_s`: one row or two."""

    start_s: float
    end_s: float
    speaker: str
    rows: tuple[str, ...]


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
        total = sum(map(len, line.text.split()))
        at, shown = seconds(spoken.start), 0
        for rows in screens:
            shown += sum(len(word) for row in rows for word in row.split())
            end = seconds(spoken.start + round((spoken.end - spoken.start) * shown / max(total, 1)))
            yield Caption(at, end, line.speaker, rows)
            at = end


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
            rows = [_escaped(row) for row in caption.rows]
            rows[0] = f"<v {_escaped(caption.speaker)}>{rows[0]}"
            blocks.append("\n".join([_shown_at(caption, "."), *rows]))
    return "\n\n".join(blocks) + "\n"


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
                for spoken in chapter.lines
            ],
        }
        for chapter in chapters
    ]
    return json.dumps(shown, ensure_ascii=False, indent=1) + "\n"


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


__all__ = ["Caption", "Writer", "captions", "lrc", "srt", "transcript", "vtt"]
