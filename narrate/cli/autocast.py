"""`narrate cast --auto`: voices proposed, with the reasons, and written when that is wanted."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from narrate.autocast import RULE, Candidate, Proposal, propose, traits_told
from narrate.casting import AUTO, Cast, set_voices
from narrate.cli.progress import say
from narrate.errors import NarrateError
from narrate.persons import persons_of
from narrate.roles import NumberedLines, meetings_of, roles_of
from narrate.script import NARRATOR
from narrate.shelf import read_shelves
from narrate.voice import DraftVoice, Voice, draft_voice_for

if TYPE_CHECKING:
    from narrate.project import Project


def autocast(project: "Project", scripts: Sequence[NumberedLines], *, write: bool, as_json: bool) -> None:
    """Propose a voice for everybody whose entry is "auto" or missing; write them where `write`."""
    import json

    cast = project.cast()
    proposals = proposals_for(project, scripts, cast)
    if as_json:
        click.echo(json.dumps([_row(p) for p in proposals], ensure_ascii=False, indent=2))
    elif proposals:
        _table(proposals)
    chosen = {p.role.speaker: p.candidate.entry for p in proposals if p.candidate is not None}
    if not proposals:
        say(f"Everybody has a voice of yours. SPEAKER={AUTO} opens one again.")
    elif write:
        set_voices(project.cast_file, chosen)
        say(f"Wrote {len(chosen)} voices into {project.cast_file}.")
    else:
        say(f"{RULE}\nNothing is written yet: add --yes.")
    if lost := [p for p in proposals if p.candidate is None]:
        genders = {p.person.gender for p in lost} - {""}
        more = f"put more {' and '.join(sorted(genders))} voices on the shelf".replace("  ", " ")
        say(f"Without a voice: {', '.join(p.role.speaker for p in lost)}; {more}.")


def proposals_for(project: "Project", scripts: Sequence[NumberedLines], cast: Cast) -> list[Proposal]:
    """What is proposed for the speakers of `scripts`."""
    roles = roles_of(scripts, cast.aliases)
    persons = persons_of([role.speaker for role in roles], scripts, listed_roles(project))
    fixed = {name: part.voice for name, part in cast.parts.items() if not _is_open(name, part.voice)}
    narrator = fixed[NARRATOR] = cast.parts[NARRATOR].voice
    candidates = list(_candidates(project, draft=isinstance(narrator, DraftVoice)))
    return propose(roles, persons, meetings_of(scripts, cast.aliases), candidates, fixed)


def _is_open(speaker: str, voice: Voice) -> bool:
    return voice == draft_voice_for(speaker)


def listed_roles(project: "Project") -> list[str]:
    """The entries of the list of roles in the project's EPUB, which is not read aloud; none where there is none."""
    from narrate.files import inside
    from narrate.ingest import read_book
    from narrate.reading import Reading

    if Path(project.settings.source).suffix.lower() != ".epub":
        return []
    path = inside(project.folder, project.settings.source)
    kind = ("dramatis-personae",)
    try:
        without = read_book(path, reading=Reading(skip=kind))
        if all(part.why != "project.toml says skip" for part in without.skipped):
            return []
        book = read_book(path, reading=Reading(keep=kind))
    except NarrateError:
        return []  # the source may be gone; the script is what counts
    titles = {chapter.title for chapter in without.chapters}
    return [block.text for chapter in book.chapters if chapter.title not in titles for block in chapter.blocks]


def _candidates(project: "Project", *, draft: bool) -> Iterator[Candidate]:
    """The voices that the narrator's engine speaks: those on the shelves, and a model's own speakers."""
    for shelved in read_shelves(project.shelves):
        voice = shelved.voice
        if voice is not None and isinstance(voice, DraftVoice) == draft:
            gender, age = traits_told(shelved.details.description, shelved.details.gender, shelved.details.age)
            yield Candidate(shelved.name, voice, gender, age)


def _row(proposal: Proposal) -> Mapping[str, Any]:
    candidate = proposal.candidate
    return {
        "speaker": proposal.role.speaker,
        "lines": proposal.role.lines,
        "gender": proposal.person.gender,
        "age": proposal.person.age,
        "voice": None if candidate is None else candidate.entry,
        "why": proposal.why,
    }


def _table(proposals: Sequence[Proposal]) -> None:
    names = [p.candidate.name if p.candidate else "(none)" for p in proposals]
    width = max(len("speaker"), *(len(p.role.speaker) for p in proposals))
    voice_width = max(len("voice"), *map(len, names))
    click.echo(f"{'speaker':<{width}}  {'lines':>6}  {'voice':<{voice_width}}  why")
    for proposal, name in zip(proposals, names, strict=True):
        click.echo(f"{proposal.role.speaker:<{width}}  {proposal.role.lines:>6}  {name:<{voice_width}}  {proposal.why}")
