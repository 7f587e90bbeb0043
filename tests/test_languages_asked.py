"""What is told of a text is told by the rules of its language, and not by those of English."""

import re
from pathlib import Path

import pytest

from narrate.cli import run
from narrate.script import Line, Opening
from narrate.speakers import persons_of
from narrate.work import open_project
from narrate.work.proposals import proposals_for
from narrate.work.say import sentences_of

KIM = {
    "de": "„Nein“, sagte Kim, und sie ging.",
    "de-AT": "„Nein“, sagte Kim, und sie ging.",
    "fr": "Alors Kim entra, et elle rit.",
    "es": "Entonces Kim entró, y ella rio.",
    "en": "Then Kim came in, and she laughed.",
}


@pytest.mark.parametrize(("language", "text"), KIM.items())
def test_who_somebody_is_is_told_by_the_pronouns_of_the_language(language: str, text: str) -> None:
    lines = [(n, Line(text, opens=Opening.PARAGRAPH)) for n in range(1, 5)]
    assert persons_of(["Kim"], [lines], language=language)["Kim"].gender == "female"
    other = next(tongue for tongue in ("en", "fr") if not language.startswith(tongue))
    assert persons_of(["Kim"], [lines], language=other)["Kim"].gender == ""


@pytest.mark.parametrize(
    ("language", "text", "sentences"),
    [
        ("de", "Er kam am 12. Juni nach Hause. Es regnete.", ["Er kam am 12. Juni nach Hause.", "Es regnete."]),
        ("zh", "下雨了。我们回家。", ["下雨了。", "我们回家。"]),
        ("en", "It rained on\n12 June. We went home.", ["It rained on 12 June.", "We went home."]),
    ],
)
def test_a_text_that_is_said_at_once_is_cut_by_the_rules_of_its_language(
    language: str, text: str, sentences: list[str]
) -> None:
    assert [line.text for line in sentences_of(text, language)] == sentences


def test_voices_are_proposed_by_the_language_of_the_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"narrator: {KIM['de']}\n\nKim: Nein.\n\n" for _ in range(4))
    (tmp_path / "talk.script").write_text(f"# Eins\n\n{rows}", "utf-8")
    assert run(["new", "talk.script"]) == 0
    settings = tmp_path / "projects/talk/project.toml"
    for language, gender in (("de", "female"), ("en", "")):
        settings.write_text(
            re.sub(r'language = "\w+"', f'language = "{language}"', settings.read_text("utf-8")), "utf-8"
        )
        project = open_project(Path("projects/talk"), Path())
        scripts = [lines for _, lines in project.numbered_scripts()]
        (kim,) = [p for p in proposals_for(project, scripts, project.cast(), {}) if p.role.speaker == "Kim"]
        assert kim.person.gender == gender
