"""Tags, marks and covers: what is written is what a reader finds, whatever it holds."""

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_assembly import hum

from narrate.assembly import Assembled, ChapterPlan, Segment, Settings, Tags, assemble, find_ffmpeg
from narrate.assembly.tags import metadata, track_language
from narrate.audio import Audio, flac_bytes
from narrate.book import Cover

TAGS = Tags(
    title="Sense; = Sensibility # \\ 😀",
    author="Jane Austen",
    narrator="Narrator = One; Two",
    year="1811",
    description="First line.\nSecond; line = # \\ 'quoted' \"here\"\n\n[CHAPTER]\ntitle=no",
    series="The Series",
    series_index="2",
    publisher="A House",
    language="en-GB",
)

HEARD = ("m4b", "mp3", "flac", "opus", "wav")


def ffmpeg(*arguments: object) -> bytes:
    found = subprocess.run([find_ffmpeg().path, "-v", "error", *map(str, arguments)], capture_output=True)
    assert found.returncode == 0, found.stderr
    return found.stdout


def read_back(path: Path, *source: str) -> tuple[dict[str, str], list[str]]:
    """The tags and the marks' titles of a file, out of ffmpeg's own ffmetadata."""
    text = ffmpeg(*source, "-i", path, "-f", "ffmetadata", "-").decode("utf-8")
    sections = re.split(r"(?<!\\)\n(?=\[CHAPTER\]|\[STREAM\])", text)
    parsed = []
    for section in sections:
        rows = re.findall(r"(?m)^((?:[^=;#\\\n]|\\.)+)=((?:[^\\\n]|\\(?:.|\n))*)$", section)
        parsed.append({re.sub(r"\\(.)", r"\1", k): re.sub(r"\\(.|\n)", r"\1", v) for k, v in rows})
    return parsed[0], [p["title"] for p, s in zip(parsed, sections, strict=True) if s.startswith("[CHAPTER]")]


def make(tmp_path: Path, formats: tuple[str, ...], tags: Tags, titles: tuple[str, ...] = ("One",)) -> Assembled:
    take = tmp_path / "take.flac"
    if not take.exists():
        take.write_bytes(flac_bytes(Audio(hum(0.5), 24_000), title="x"))
    plans = [ChapterPlan(title, (Segment(n, take),)) for n, title in enumerate(titles)]
    *_, last = assemble(plans, tags, formats, tmp_path / "out", "book", Settings(head_ms=0, tail_ms=0))
    assert isinstance(last, Assembled)
    return last


def picture(kind: str) -> bytes:
    codec = {"webp": "libwebp"}.get(kind)
    return ffmpeg(
        *("-f", "lavfi", "-i", "testsrc=size=64x48", "-frames:v", 1, *(("-c:v", codec) if codec else ())),
        *("-f", {"jpg": "mjpeg", "png": "image2pipe", "gif": "gif", "bmp": "image2pipe", "webp": "webp"}[kind]),
        *(("-c:v", kind) if kind in ("png", "bmp") else ()),
        "-",
    )


def test_the_book_s_tags_come_back_from_the_m4b(tmp_path: Path) -> None:
    (book,) = make(tmp_path, ("m4b",), TAGS).files
    found, _ = read_back(book)
    description = "First line.\nSecond; line = # \\ 'quoted' \"here\"\n\n[CHAPTER]\ntitle=no"
    assert found["title"] == found["album"] == TAGS.title
    assert found["artist"] == found["album_artist"] == TAGS.author
    assert found["composer"] == TAGS.narrator
    assert found["date"] == "1811"
    assert found["genre"] == "Audiobook"
    assert found["media_type"] == "2"
    assert found["comment"] == found["description"] == found["synopsis"] == description
    assert found["grouping"] == "The Series, 2"
    said = subprocess.run([find_ffmpeg().path, "-i", book], capture_output=True).stderr
    assert b"Stream #0:0[0x1](eng): Audio: aac (LC)" in said


@pytest.mark.parametrize("form", ["mp3", "flac", "opus", "wav"])
def test_a_chapter_s_tags_come_back(tmp_path: Path, form: str) -> None:
    files = make(tmp_path, (form,), TAGS, ("One; = #", "Two")).files
    assert [path.name for path in files] == [f"01 - One; = #.{form}", f"02 - Two.{form}"]
    text = ffmpeg("-i", files[0], "-map_metadata:g", "0:s:a" if form == "opus" else "0:g", "-f", "ffmetadata", "-")
    found = {k.lower(): v for k, v in re.findall(r"(?m)^([^=\n;\[]+)=(.*)$", text.decode())}
    assert found["title"] == r"One\; \= \#"
    assert found["artist"] == "Jane Austen"
    assert found["track"] == ("1/2" if form != "wav" else found["track"])
    if form != "wav":
        assert found["composer"] == r"Narrator \= One\; Two"
        assert found["series"] == "The Series"
        assert found["series-part"] == "2"


def test_awkward_titles_reach_the_marks(tmp_path: Path) -> None:
    titles = ("a\nb\u2028c", "x=y;z#\\", "😀" * 100, "word " * 60, "../../etc/passwd", "  ", "[CHAPTER]", "é" * 300)
    found = make(tmp_path, ("m4b", "flac"), Tags("T"), titles)
    _, marks = read_back(found.files[0] if found.files[0].suffix == ".m4b" else found.files[-1])
    assert marks[:2] == ["a b c", "x=y;z#\\ "]
    assert set(marks[2]) == {"😀", "…"}
    assert re.fullmatch("(word )+word…", marks[3])
    assert marks[4:7] == ["../../etc/passwd", "Chapter 6", "[CHAPTER]"]
    assert len(marks) == len(titles)
    assert all(path.parent.name == "flac" for path in found.files if path.suffix == ".flac")


def test_any_text_survives_ffmetadata(tmp_path: Path) -> None:
    @settings(max_examples=20, deadline=None)
    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
    @example("\\")
    @example("ends in a backslash\\")
    @example(";comment")
    @example("[CHAPTER]")
    @example("#=;\\\\=")
    def check(text: str) -> None:
        (tmp_path / "in.txt").write_text(metadata({"title": text}, [(text, 0, 100)], 100), "utf-8", newline="\n")
        tags, marks = read_back(tmp_path / "in.txt", "-f", "ffmetadata")
        assert marks == [tags["title"]]
        assert tags["title"].removesuffix(" ") == text.removesuffix(" ")

    check()


@pytest.mark.parametrize("kind", ["jpg", "png", "gif", "bmp", "webp"])
def test_a_cover_is_in_every_format_that_can_hold_one(tmp_path: Path, kind: str) -> None:
    data = picture(kind)
    found = make(tmp_path, HEARD, Tags("T", cover=Cover(data, "image/whatever")))
    assert not found.notes
    for path in found.files:
        if path.suffix == ".wav":
            continue
        (tmp_path / "got").unlink(missing_ok=True)
        ffmpeg("-i", path, "-map", "0:v", "-c", "copy", "-f", "image2pipe", "-y", tmp_path / "got")
        got = (tmp_path / "got").read_bytes()
        assert got == data if kind in ("jpg", "png") else got.startswith(b"\xff\xd8\xff"), path.suffix


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg/>", b"#EXTM3U\nfile:///etc/passwd\n", b"\xff\xd8\xff broken", picture("png")[:200], b"GIF89a"],
    ids=["empty", "svg", "playlist", "no-jpeg", "cut-png", "cut-gif"],
)
def test_a_cover_that_is_no_picture_is_left_out_with_a_note(tmp_path: Path, data: bytes) -> None:
    found = make(tmp_path, ("m4b", "mp3", "opus"), Tags("T", cover=Cover(data, "image/jpeg")))
    assert len(found.files) == 3
    assert [note for note in found.notes if "cover" in note]
    assert b"Video" not in subprocess.run([find_ffmpeg().path, "-i", found.files[0]], capture_output=True).stderr


@pytest.mark.parametrize(
    ("language", "code"), [("en", "eng"), ("de-AT", "deu"), ("FR_fr", "fra"), ("spa", "spa"), ("", ""), ("tlh", "")]
)
def test_track_language(language: str, code: str) -> None:
    assert track_language(Tags("T", language=language)) == code
