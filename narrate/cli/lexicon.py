"""`narrate lexicon`: the names and rare words of a project that are worth a listen."""

import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from narrate.project import Project


@click.command("lexicon")
@click.argument("project", type=click.Path(path_type=Path))
@click.option("--top", default=25, show_default=True, type=click.IntRange(min=1), help="How many of each kind.")
@click.option("--json", "as_json", is_flag=True, help="The list as JSON.")
@click.pass_obj
def lexicon_command(home: Path, project: Path, top: int, as_json: bool) -> None:
    """Propose names and rare words of PROJECT to listen to, each with a command that says it.

    What sounds wrong goes into the project's lexicon.toml, or the home's for all books:
    "as written" = "as spoken".
    """
    import json

    from narrate.cli.opening import open_project
    from narrate.cli.progress import say
    from narrate.engine.draft_words import guessed_words
    from narrate.languages import code_of, spoken_languages
    from narrate.project import LEXICON
    from narrate.speakers import NAME, RARE, propose

    opened = open_project(project, home)
    language = opened.settings.language
    lines = [
        (f"{number}:{row}", line.text)
        for number, (_, numbered) in enumerate(opened.numbered_scripts(), start=1)
        for row, line in numbered
        if line.speakable and not line.language
    ]
    known = code_of(language) in spoken_languages("draft")
    every = propose(lines, opened.lexicon(), language, guessed_words if known else None)
    found = [proposal for kind in (NAME, RARE) for proposal in [p for p in every if p.kind == kind][:top]]
    voice = _narrator(opened)
    rows = [
        {
            "word": proposal.word,
            "kind": proposal.kind,
            "count": proposal.count,
            "line": proposal.place,
            "text": proposal.text,
            "hear": shlex.join(["narrate", "say", proposal.word, *voice]),
        }
        for proposal in found
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max((len(proposal.word) for proposal in found), default=0)
    for row in rows:
        click.echo(f"{row['word']:<{width}}  {row['kind']}  {row['count']:>5}  {row['line']:>7}  {row['hear']}")
    if len(found) < len(every):
        say(f"{len(every) - len(found)} more: --top {max(Counter(p.kind for p in every).values())}")
    if found:
        say(f'What sounds wrong goes into {opened.folder / LEXICON}: "as written" = "as spoken".')
    else:
        say("No names or rare words that the lexicon does not have.")


def _narrator(project: "Project") -> list[str]:
    """What `narrate say` needs to speak as the project's narrator does."""
    from narrate.languages import code_of
    from narrate.script import NARRATOR
    from narrate.voices import DraftVoice, StoredVoice

    voice = project.cast().parts[NARRATOR].voice
    inside = isinstance(voice, StoredVoice) and voice.path.is_relative_to(project.folder)
    own = isinstance(voice, DraftVoice) and (project.folder / "voices" / voice.name).is_dir()
    path = voice.path if isinstance(voice, StoredVoice) and inside else project.folder / "voices" / voice.name
    options = ["--voice", str(path) if inside or own else voice.name]
    english = code_of(project.settings.language) == "en"  # the default
    return options if english else [*options, "--language", project.settings.language]
