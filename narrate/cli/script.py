"""`narrate script`: a book's or a project's script, as it is spoken, and in figures."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from narrate.book import Book
    from narrate.cast import Manner
    from narrate.project import PlacedLine, Project
    from narrate.report import Stats


@click.command("script")
@click.argument("source", metavar="BOOK|PROJECT", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--spoken", is_flag=True, help="Lines that are spoken otherwise than written: both, one under the other.")
@click.option("--all", "every", is_flag=True, help="With --spoken: all lines.")
@click.option("--stats", is_flag=True, help="Figures: chapters, words in and out, speakers, what is changed.")
@click.option("--json", "as_json", is_flag=True, help="With --spoken or --stats: as JSON.")
@click.option("--plain", is_flag=True, help="As if numbers and abbreviations were left to the engine.")
@click.pass_obj
def script_command(
    home: Path, source: Path, spoken: bool, every: bool, stats: bool, as_json: bool, plain: bool
) -> None:
    """Print the script of a BOOK, as `narrate new` would write it, or of a PROJECT."""
    if (every or as_json) and not (spoken or stats):
        raise click.UsageError("--all and --json go with --spoken or --stats")
    opened = _open(source, home, plain)
    if stats:
        _tell_stats(opened, as_json)
    elif spoken:
        _tell_spoken(opened, every, as_json)
    else:
        from narrate.script import Script, format_script

        texts = [format_script(Script(tuple(line.line for line in chapter))) for chapter in opened.chapters]
        click.echo("\n".join(texts), nl=False)


class _Opened:
    """A script and what it takes to speak it. `seconds`: what reading and cutting took."""

    def __init__(
        self,
        title: str,
        chapters: Sequence[Sequence["PlacedLine"]],
        manner: "Manner",
        book: "Book | None",
        project: "Project | None" = None,
    ) -> None:
        self.title, self.chapters, self.manner = title, chapters, manner
        self.book, self.project = book, project
        self.seconds = 0.0


def _open(source: Path, home: Path, plain: bool) -> _Opened:
    from narrate.cast import Manner
    from narrate.cli.opening import load_scripts, open_project, read_source
    from narrate.cli.quoting import Attributing
    from narrate.project import LEXICON, PlacedLine
    from narrate.words import load_lexicon

    started = time.perf_counter()
    named = home / "projects" / source
    if source.is_dir() or (not source.exists() and named.is_dir()):
        project = open_project(source, home)
        settings = project.settings
        chapters = [
            [PlacedLine(number, row, line, None) for row, line in lines]
            for number, (_, lines) in enumerate(project.numbered_scripts(), start=1)
        ]
        manner = Manner(settings.language, "", {}, lexicon=project.lexicon(), plain=plain or settings.plain)
        opened = _Opened(settings.title, chapters, manner, None, project)
    else:
        loaded = load_scripts(source, read_source(source), attributing=Attributing())
        book, scripts = loaded.book, loaded.scripts
        chapters = [
            [PlacedLine(number, row, line, None) for row, line in enumerate(script.lines, start=1)]
            for number, script in enumerate(scripts, start=1)
        ]
        manner = Manner(book.language or "en", "", {}, lexicon=load_lexicon([home / LEXICON]), plain=plain)
        opened = _Opened(book.title or source.stem, chapters, manner, book if book.chapters else None)
    opened.seconds = time.perf_counter() - started
    return opened


def _tell_spoken(opened: _Opened, every: bool, as_json: bool) -> None:
    import json

    from narrate.cast import spoken_text

    rows = []
    for chapter in opened.chapters:
        for placed in chapter:
            line = placed.line
            if not line.speakable:
                continue
            said = spoken_text(line, opened.manner)
            if every or said != line.text:
                rows.append({"line": placed.place, "speaker": line.speaker, "written": line.text, "spoken": said})
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max((len(row["line"]) for row in rows), default=0)
    for row in rows:
        click.echo(f"{row['line']:>{width}}  {row['written']}")
        if row["spoken"] != row["written"]:
            click.echo(f"{'':{width}}  {row['spoken']}")


def _tell_stats(opened: _Opened, as_json: bool) -> None:
    import json

    from narrate.report import count_script

    book = _source_of(opened.project) if opened.project else opened.book
    started = time.perf_counter()
    stats = count_script(opened.chapters, opened.manner, book)
    seconds = time.perf_counter() - started
    if as_json:
        told = asdict(stats) | {"title": opened.title, "language": opened.manner.language}
        click.echo(json.dumps(told | {"read_s": opened.seconds, "count_s": seconds}, ensure_ascii=False, indent=2))
        return
    for name, text in _rows(opened, stats, seconds):
        click.echo(f"{name:<18}{text}")


def _source_of(project: "Project") -> "Book | None":
    """The book that a project was made from, read as the project reads it, to count its words."""
    from narrate.cli.opening import load_scripts
    from narrate.files import inside

    copy = inside(project.folder, project.settings.source) if project.settings.source else None
    if copy is None or not copy.is_file():
        return None
    book = load_scripts(copy, copy.read_bytes(), project.settings.reading, language=project.settings.language).book
    return book if book.chapters else None


def _rows(opened: _Opened, stats: "Stats", seconds: float) -> list[tuple[str, str]]:
    into = "" if stats.words_in is None else f"{stats.words_in:,} in, "
    added = f" ({stats.words_added} of announced titles)" if stats.words_added else ""
    total = stats.words_out or 1
    speakers = ", ".join(f"{name} {words / total:.1%}" for name, words in list(stats.speakers.items())[:5])
    more = f", and {len(stats.speakers) - 5} more" if len(stats.speakers) > 5 else ""
    share = f", {stats.quotes_attributed / stats.quotes:.0%} with a speaker" if stats.quotes else ""
    speed = f"{stats.characters / max(opened.seconds, 1e-9):,.0f} characters a second"
    return [
        ("title", f"{opened.title} ({opened.manner.language})"),
        ("chapters", f"{stats.chapters:,}"),
        ("lines", f"{stats.lines:,}, the longest {stats.longest:,} characters ({stats.longest_at})"),
        ("words", f"{into}{stats.words_out:,} out{added}"),
        ("lower-case starts", f"{stats.lower_starts:,} after a sentence, {stats.clause_cuts:,} at a cut inside one"),
        ("speakers", f"{len(stats.speakers):,}: {speakers}{more}"),
        ("quotations", f"{stats.quotes:,}{share}"),
        ("spoken otherwise", f"{stats.words_changed:,} words in {stats.lines_changed:,} lines"),
        ("speed", f"read and cut in {opened.seconds:.1f} s ({speed}); counted and spoken in {seconds:.1f} s"),
    ]
