"""`narrate check`, `narrate retake`, `narrate accept`: takes judged again, asked again, or trusted."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate import work
from narrate.cli.options import check_options, engine_options, project_argument

if TYPE_CHECKING:
    from narrate.audio import Audio
    from narrate.engine import Wanted
    from narrate.project import PlacedChapter, PlacedLine, Project

_SELECTION = re.compile(r"(\d+)(?::(\d+))?(?:-(?:(\d+):)?(\d+))?")


@click.command("check")
@project_argument
@engine_options
@check_options
@click.option("--coverage", is_flag=True, help="Prove instead that every word is said, once and in order.")
@click.option("--json", "as_json", is_flag=True, help="What was found as JSON.")
@click.pass_obj
def check_command(home: Path, project: Path, wanted: "Wanted", coverage: bool, as_json: bool) -> int:
    """Judge every take of PROJECT again; list the lines to redo."""
    import json

    from narrate.cli.signals import running
    from narrate.work import judge_again, quarantined_lines

    opened = work.open_project(project, home)
    if coverage:
        return _prove(opened, wanted, as_json)
    with running() as run:
        state, judged = judge_again(opened, wanted, run)
    lines = quarantined_lines(opened, state.chapters)
    if as_json:
        rows = [{"line": q.line.place, "text": q.line.line.text, "why": q.verdict.why} for q in lines]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for q in lines:
            click.echo(f"{q.line.place}  {q.verdict.why}: {q.line.line.text}")
        missing = f", {len(state.work.missing)} missing" if state.work.missing else ""
        click.echo(f"{judged} of {len(state.work.requests)} takes judged{missing}: {len(lines)} lines to redo.")
    return 3 if lines else 0


def _prove(project: "Project", wanted: "Wanted", as_json: bool) -> int:
    """The coverage proof: by the takes' comments, and with --check full by the assembled chapters."""
    import json
    from dataclasses import asdict

    from narrate.check import chapter_flaws, other_languages, take_flaws
    from narrate.cli.progress import chapters_of, lines_of, say
    from narrate.work import check_level, recogniser_for, take_inventory

    chapters = take_inventory(project, wanted).chapters
    flaws = take_flaws(chapters, project.takes)
    proof = "by the takes' own comments"
    if check_level(project, wanted) == "full" and not flaws:
        recogniser, listened = recogniser_for(project, wanted), 0
        for chapter, audio in _assembled(project, chapters):
            flaws += chapter_flaws(chapter, audio, recogniser)
            listened += 1
        proof += f" and by ear in {chapters_of(listened)}"
        if listened < sum(any(line.request for line in chapter.lines) for chapter in chapters):
            say("Some chapters are not assembled as they are now: `narrate assemble` first.")
        if others := other_languages(chapters, recogniser.language):
            say(f"Of {lines_of(len(others))} in another language than the book's, only the comments are proof.")
    if as_json:
        click.echo(json.dumps([asdict(flaw) for flaw in flaws], ensure_ascii=False, indent=2))
    else:
        for flaw in flaws:
            click.echo(f"{flaw.place}  {flaw.what}: {flaw.words}")
        count = sum(line.request is not None for chapter in chapters for line in chapter.lines)
        click.echo(f"{len(flaws)} gaps and repeats in {count} lines, {proof}.")
    return 3 if flaws else 0


def _assembled(project: "Project", chapters: "Sequence[PlacedChapter]") -> "Iterator[tuple[PlacedChapter, Audio]]":
    """The chapters that are assembled from the takes as they are, with their audio."""
    from narrate.audio import read_flac
    from narrate.chapters import chapter_keys, chapters_in
    from narrate.work import plans_of

    plans, settings = plans_of(project, chapters)
    there = chapters_in(project.out / "chapters")
    for chapter, key in zip(chapters, chapter_keys(plans, settings), strict=True):
        if key in there:
            yield chapter, read_flac(there[key].flac)


@click.command("retake")
@project_argument
@click.argument("selections", metavar="[LINES]... [NEW TEXT]", nargs=-1)
@click.option("--say", "words", help="The one line's new text, whatever it looks like.")
@click.option("--speaker", help="Every line of a speaker.")
@click.option("--quarantined", "bad", is_flag=True, help="Every line whose take failed its checks.")
@engine_options
@check_options
@click.pass_obj
def retake_command(
    home: Path,
    project: Path,
    selections: tuple[str, ...],
    words: str | None,
    speaker: str | None,
    bad: bool,
    wanted: "Wanted",
) -> int:
    """Another reading of LINES: 3:14 is chapter 3, line 14; 3:14-20, 3:14-4:2 and 3 work too.

    After one line, its NEW TEXT may follow; one that looks like a line's place, such as 1984, goes behind --say.
    The script is changed (`[take 2]`), then the lines are made: by the process that renders PROJECT, where one does.
    """
    from narrate.cli.beside import all_spoken_beside, renders_beside
    from narrate.cli.results import finish_rendering
    from narrate.cli.show import show
    from narrate.cli.signals import running
    from narrate.work import render_project

    chosen, text = _new_text(list(selections), words)
    opened = work.open_project(project, home)
    with running() as run:
        places: set[tuple[int, int]] = set()
        if renders_beside(opened, run.stop.event):  # it speaks them before its other lines
            places = _ask_for_others(opened, wanted, chosen, text, speaker, bad)
            lines = _lines_at(opened, wanted, places)
            if all_spoken_beside(opened, lines, run.stop.event):
                return _finish_beside(opened, lines)
        with run.on(opened) as held:  # alone, where nobody renders or the render has ended before
            if not held:
                return 130
            places = places or _ask_for_others(opened, wanted, chosen, text, speaker, bad)
            keys = {line.request.key for line in _lines_at(opened, wanted, places) if line.request}
            code = finish_rendering(opened, show(render_project(opened, wanted, run, only=keys)))
            if code != 130:
                _tell_outdated(opened, wanted)
            return code


def _lines_at(project: "Project", wanted: "Wanted", places: set[tuple[int, int]]) -> "list[PlacedLine]":
    """The spoken lines at these chapters and numbers, as the script has them now."""
    from narrate.work import take_inventory

    chapters = take_inventory(project, wanted).chapters
    return [line for c in chapters for line in c.lines if line.request and (line.chapter, line.number) in places]


def _finish_beside(project: "Project", lines: "Sequence[PlacedLine]") -> int:
    """What the render made of the lines that were asked of it. The exit code."""
    from narrate.cli.progress import lines_of
    from narrate.cli.results import tell_quarantined
    from narrate.project import PlacedChapter
    from narrate.work import quarantined_lines

    click.echo(f"Made {lines_of(len(lines))}; the render goes on.")
    return tell_quarantined(project, quarantined_lines(project, [PlacedChapter("", tuple(lines))]))


def _tell_outdated(project: "Project", wanted: "Wanted") -> None:
    """Say which deliverables do not have what was made."""
    from narrate.cli.outdated import outdated
    from narrate.cli.progress import say
    from narrate.work import standing, take_inventory

    now = take_inventory(project, wanted)
    told = outdated(str(project.folder), standing(project, now), takes_missing=bool(now.work.missing))
    if told:
        say(f"{told[0].upper()}{told[1:]}.")


def _new_text(chosen: list[str], words: str | None) -> tuple[list[str], str]:
    """The lines that are chosen, and the new text of the one line: that of --say, or what follows the line's place."""
    if words is None and len(chosen) == 2 and not _SELECTION.fullmatch(chosen[1]):
        chosen, words = chosen[:1], chosen[1]
    if words is None:
        return chosen, ""
    if not (text := " ".join(words.split())):
        raise click.UsageError("a new text has words")
    return chosen, text


def _ask_for_others(
    project: "Project", wanted: "Wanted", chosen: list[str], text: str, speaker: str | None, bad: bool
) -> set[tuple[int, int]]:
    """The script changed to ask for another reading of the lines that were chosen. Their places."""
    from narrate.cli.progress import lines_of, say
    from narrate.engine import ENGINES
    from narrate.project import is_credit
    from narrate.work import take_inventory

    state = take_inventory(project, wanted)
    lines = _selected(project, state.chapters, chosen, speaker, bad)
    if not chosen and any(is_credit(project, line) for line in lines):
        say("The credits stay as they are: their words are in project.toml.")
        lines = [line for line in lines if not is_credit(project, line)]
    if text and len(lines) != 1:
        raise click.UsageError(f"a new text is for one line, and {len(lines)} are chosen")
    if not text and not ENGINES[state.manner.engine].draws:
        say("The draft engine says the same words the same way every time: to hear a difference, change them.")
    _ask_again(project, lines, text)
    say(f"Asking again for {lines_of(len(lines))}.")
    return {(line.chapter, line.number) for line in lines}


@click.command("accept")
@project_argument
@click.argument("selections", metavar="[LINES]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every line whose take failed its checks.")
@click.pass_obj
def accept_command(home: Path, project: Path, selections: tuple[str, ...], everything: bool) -> None:
    """Trust the takes of LINES although they failed their checks; kept in PROJECT's accepted.txt."""
    from narrate.check import ACCEPTED, accept
    from narrate.cli.progress import lines_of
    from narrate.engine import Wanted
    from narrate.work import quarantined_lines, take_inventory

    opened = work.open_project(project, home)
    chapters = take_inventory(opened, Wanted()).chapters
    bad = quarantined_lines(opened, chapters)
    if not everything:
        if not selections:
            raise click.UsageError("name lines, such as 3:14, or --all")
        chosen = {line.place for line in _selected(opened, chapters, selections, None, False)}
        bad = [q for q in bad if q.line.place in chosen]
    count = accept(opened.folder, opened.takes, bad)
    click.echo(f"Accepted {lines_of(count)} in {opened.folder / ACCEPTED}.")


def _selected(
    project: "Project", chapters: "Sequence[PlacedChapter]", selections: Sequence[str], speaker: str | None, bad: bool
) -> "list[PlacedLine]":
    """The spoken lines that were asked for, in order. Raises ProjectError for what is not there."""
    from narrate.errors import ProjectError, nearest
    from narrate.work import quarantined_lines

    lines = [line for chapter in chapters for line in chapter.lines if line.request is not None]
    if not (selections or speaker or bad):
        raise click.UsageError("name lines, such as 3:14, or --speaker, or --quarantined")
    chosen: set[str] = set()
    for selection in selections:
        found = _between(selection, lines)
        if not found:
            raise ProjectError(f"no spoken line at {selection}", where=project.folder / "script", do=_nearby(selection))
        chosen |= found
    if speaker is not None:
        names = {line.line.speaker for line in lines}
        if speaker not in names:
            raise ProjectError(f'nobody called "{speaker}" speaks', do=nearest(speaker, names))
        chosen |= {line.place for line in lines if line.line.speaker == speaker}
    if bad:
        chosen |= {q.line.place for q in quarantined_lines(project, chapters)}
    return [line for line in lines if line.place in chosen]


def _between(selection: str, lines: "Sequence[PlacedLine]") -> set[str]:
    """The places from a selection's first to its last."""
    match = _SELECTION.fullmatch(selection)
    if match is None:
        raise click.UsageError(f'"{selection}" is no line; write 3:14, 3:14-20, 3:14-4:2 or 3')
    chapter, line, end_chapter, end = (int(part) if part else None for part in match.groups())
    assert chapter is not None
    first = (chapter, line or 0)
    if end is None:
        last = (chapter, line or 1 << 30)
    elif line is None and end_chapter is None:
        last = (end, 1 << 30)  # 3-5: chapters
    else:
        last = (end_chapter or chapter, end)
    return {x.place for x in lines if first <= (x.chapter, x.number) <= last}


def _nearby(selection: str) -> str:
    if ":" in selection:
        return "the second number is the line's in its file"
    return f'chapters count from 1; a new text of a line is --say "{selection}"'


def _ask_again(project: "Project", lines: "Sequence[PlacedLine]", text: str) -> None:
    """Ask for other takes in the script's files, or for the one line's new `text`."""
    from dataclasses import replace

    from narrate.errors import ProjectError
    from narrate.project import other_reading, rewrite

    changed = []
    for placed in lines:
        if text and text != placed.line.text:
            try:
                line = replace(placed.line, text=text, take=1)
            except ValueError as error:
                path = project.script_files()[placed.chapter - 1]
                raise ProjectError(str(error), where=path, line=placed.number) from error
        else:
            line = other_reading(placed, project.takes)
        changed.append((placed, line))
    rewrite(project, changed)
