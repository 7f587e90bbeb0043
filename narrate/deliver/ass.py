"""Advanced SubStation Alpha: captions whose words fill with colour as they are heard (karaoke), for video.

Every screen is one event. `\\k` gives a word's time in hundredths of a second; a pause between words has a tag of its
own. The form has no document of its own; libass and Aegisub are what players and editors follow.
"""

from collections.abc import Iterator, Sequence

from narrate.chapters import TimedChapter
from narrate.deliver.captions import Caption, captions, pieces

_HEAD = """[Script Info]
Title: {title}
ScriptType: v4.00+
PlayResX: 1920
PlayResY: 1080
WrapStyle: 0
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,64,&H0000D7FF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,1,2,120,120,80,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
_JOINER = "\u2060"  # no player takes a backslash before it for a tag's


def ass(chapters: Sequence[TimedChapter], *, whole: bool, title: str = "", **_tags: str) -> str:
    """Captions with karaoke where word times are known, plain ones elsewhere."""
    rows = [_HEAD.format(title=" ".join(title.split()))]
    for chapter in chapters:
        rows.append(f"Comment: 0,0:00:00.00,0:00:00.00,Default,,0,0,0,,{_escaped(chapter.title)}\n")
        for caption in captions([chapter], whole=whole):
            times = f"{_time(_hundredths(caption.start_s))},{_time(_hundredths(caption.end_s))}"
            name = _escaped(caption.speaker).replace(",", ";")  # the fields of an event are divided by commas
            rows.append(f"Dialogue: 0,{times},Default,{name},0,0,0,,{''.join(_karaoke(caption))}\n")
    return "".join(rows)


def _karaoke(caption: Caption) -> Iterator[str]:
    at = _hundredths(caption.start_s)
    for before, word, text in pieces(caption):
        yield _escaped(before)
        if word is None:
            continue
        start, end = max(at, _hundredths(word.start_s)), max(at, _hundredths(word.end_s))
        if start > at:
            yield f"{{\\k{start - at}}}"
        yield f"{{\\k{end - start}}}{_escaped(text)}"
        at = end


def _escaped(text: str) -> str:
    """Text as an event holds it: braces would open tags, and a backslash before a letter is one."""
    told = text.replace("\\", f"\\{_JOINER}").replace("{", "\\{").replace("}", "\\}")
    return told.replace("\n", "\\N")


def _hundredths(seconds: float) -> int:
    return round(seconds * 100)


def _time(hundredths: int) -> str:
    """`1:02:03.04`."""
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 100:02}.{rest % 100:02}"
