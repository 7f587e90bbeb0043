"""The lexicon: whole words as a person wants them said, and exactly the lines that it touches."""

from pathlib import Path

import pytest
from epubs import epub, page

from narrate.book import Pronunciation
from narrate.cast import Manner, Part, request_for, respelt_words, spoken_marked, spoken_text
from narrate.cli import run
from narrate.errors import ProjectError
from narrate.project import Project, Settings, create
from narrate.script import Line
from narrate.script.model import parse_script
from narrate.voices import DraftVoice
from narrate.words import Entry, Lexicon, apply, book_lexicon, load_lexicon, phoneme_problems, phonemes_in
from narrate.work.inventory import respelt_notes

MODELS = {"draft": "hibari-heart"}


def said(text: str, *entries: Entry, language: str = "en", speaker: str = "narrator") -> str:
    return apply(text, Lexicon(entries).changes(text, language, speaker))


def lexicon_of(tmp_path: Path, text: str) -> Lexicon:
    path = tmp_path / "lexicon.toml"
    path.write_text(text, "utf-8")
    return load_lexicon([path, tmp_path / "none.toml"])


@pytest.mark.parametrize(
    ("entry", "text", "spoken"),
    [
        (Entry("Roylott", "Roy-lot"), "Roylott’s ROYLOTT, roylott, Roylotts", "Roy-lot’s Roy-lot, roylott, Roylotts"),
        (Entry("lead", "led"), "Lead the leader to LEAD.", "led the leader to led."),
        (Entry("polish", "Polish", case=True), "Polish polish", "Polish Polish"),
        (Entry("Polish", "x", case=False), "Polish polish", "x x"),
        (Entry("St. Clair", "Sinclair"), "Mr. St.  Clair, St. Clairs", "Mr. Sinclair, St. Clairs"),
        (Entry("O'Neil", "Oh Neal"), "O’Neil and O'Neil", "Oh Neal and Oh Neal"),
        (Entry("221B", "two two one bee"), "221B, 1221B", "two two one bee, 1221B"),
        (Entry("東京", "とうきょう"), "私は東京都へ", "私はとうきょう都へ"),
        (Entry("이순신", "이 순신"), "이순신은 왔다", "이 순신은 왔다"),
        (Entry("C++", "see plus plus"), "C++, C+", "see plus plus, C+"),
    ],
)
def test_the_lexicon_replaces_whole_words_only(entry: Entry, text: str, spoken: str) -> None:
    assert said(text, entry) == spoken


def test_the_longer_entry_and_the_speakers_own_come_first() -> None:
    entries = (Entry("Ann", "An"), Entry("Ann Lee", "Anlee"), Entry("Ann", "Anna", speaker="Tom"))
    assert said("Ann Lee and Ann", *entries) == "Anlee and An"
    assert said("Ann Lee and Ann", *entries, speaker="Tom") == "Anlee and Anna"


def test_an_entry_is_of_its_language() -> None:
    entry = Entry("chat", "sha", language="fr")
    assert said("le chat", entry, language="fr-CA") == "le sha"
    assert said("a chat", entry, language="en") == "a chat"


def test_a_file_in_every_form(tmp_path: Path) -> None:
    text = (
        'Roylott = "Roy-lot"\nread = { say = "red", speaker = "Anna" }\n[en]\n"St. Clair" = "Sinclair"\n'
        'lead = [{ say = "led", speaker = "Tom" }, { say = "leed", case = true }]\n[de]\nChef = "Scheff"\n'
        '"Siobhán" = { ipa = "/ʃɪˈvɔːn/", say = "Shi-vawn" }\n[phonemes]\nLeicester = "ˈlɛstə"\n'
    )
    lexicon = lexicon_of(tmp_path, text)
    assert lexicon.entries == (
        Entry("Roylott", "Roy-lot"),
        Entry("read", "red", speaker="Anna"),
        Entry("St. Clair", "Sinclair", "en"),
        Entry("lead", "led", "en", "Tom"),
        Entry("lead", "leed", "en", case=True),
        Entry("Chef", "Scheff", "de"),
        Entry("Siobhán", "Shi-vawn", "de", ipa="ʃɪˈvɔːn"),
    ), "[phonemes] is of older projects, and only kept"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('a = "b"\nA = { say = "An", spaeker = "T" }\n', 'lexicon.toml:2: "A": unknown key "spaeker" (did you'),
        ("a = 3\n", "lexicon.toml:1: \"a\" = 3 is not a text"),
        ('[en]\na = "b"\n[de]\n"b" = ""\n', 'lexicon.toml:4: "b" has nothing to say'),
        ('\n[english]\na = "b"\n', "lexicon.toml:2: [english] is no language"),
        ('a = { say = "x", case = "yes" }\n', "lexicon.toml:1: \"a\": case = 'yes' is not true or false"),
        ('"..." = "dots"\n', 'lexicon.toml:1: "..." holds no letter'),
        ('a = "b"\nb = { ipa = "sh!x" }\n', 'lexicon.toml:2: "b": ipa = "sh!x": "!" (U+0021) is no symbol of the IPA'),
        ('a = { ipa = "" }\n', "lexicon.toml:1: \"a\": ipa = \"\": it holds no sound"),
        ('Siobhán = "Shivawn"\n', 'lexicon.toml:1: is not valid TOML: Expected \'=\' after a key'),
        ('Siobhán = "Shivawn"\n', 'stands in quotation marks: "Siobhán" = …'),
        ('a = { ipa = 3 }\n', "lexicon.toml:1: \"a\": ipa = 3 is not a text"),
        ("a = \n", "lexicon.toml:1: is not valid TOML"),
    ],
)  # fmt: skip
def test_a_broken_lexicon_is_one_line_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ProjectError) as caught:
        lexicon_of(tmp_path, text)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_pronunciations_of_the_book_are_written_into_a_lexicon(tmp_path: Path) -> None:
    given = [
        Pronunciation("Cholmondeley", "Chumley", "alias"),
        Pronunciation("Chat", "Sha", "alias", "fr-FR"),
        Pronunciation("never here", "x", "alias"),
        Pronunciation("WHO", "", "initialism"),
        Pronunciation("UNESCO", "", "acronym"),
        Pronunciation("Henry I", "", "roman"),
        Pronunciation("Canto XIV", "", "roman"),
        Pronunciation("XX", "", "roman"),
        Pronunciation("I", "", "roman"),
        Pronunciation("Leicester", "ˈlɛstə", "ipa"),
        Pronunciation("Worcester", "ˈwʊstə", "ipa"),
        Pronunciation("Tom", 't_SQ"m', "x-sampa", "en-GB"),
        Pronunciation("Canto", "R!", "ipa"),
        Pronunciation("Le", "lə", "ipa", "fr"),
    ]
    rows = (
        "# XIV\n\nnarrator: Cholmondeley of the WHO and UNESCO, to Henry I in Canto XIV.\n"
        "Tom: I went on the XX to Leicester.\nTom [fr]: Le Chat.\n"
    )
    text = book_lexicon(given, "en-GB", parse_script(rows).lines)
    lexicon = lexicon_of(tmp_path, text)
    assert {(entry.written, entry.spoken or entry.ipa, entry.language) for entry in lexicon.entries} == {
        ("Leicester", "ˈlɛstə", ""),
        ("Le", "lə", "fr"),
        ("Cholmondeley", "Chumley", ""),
        ("Chat", "Sha", "fr"),
        ("WHO", "W H O", ""),
        ("UNESCO", "Unesco", ""),
        ("Henry I", "Henry the First", ""),
        ("XX", "twenty", ""),
    }, "what no line holds is left out, and what is said so anyway"
    assert phonemes_in(text) == 2
    assert phoneme_problems(given) == ['"Canto" = "R!": "R" (U+0052) is no symbol of the IPA']
    assert book_lexicon([], "en", []) == ""
    assert book_lexicon(given, "en", parse_script("# I\n\nnarrator: I.\n").lines) == ""


# --- what it does to takes ------------------------------------------------------------------------

SCRIPT = parse_script("# I\n\nnarrator: Roylott came in 1888.\nAnna: Read it, Roylott.\nnarrator: It rained.\n")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "projects" / "p"
    create(folder, Settings("P"), [SCRIPT], ("p.txt", b"x"), narrator="narrator")
    return Project(folder, tmp_path)


def keys(project: Project, *, plain: bool = False, phonetic: bool = False) -> list[str]:
    manner = Manner("en", "draft", MODELS, lexicon=project.lexicon(), plain=plain, phonetic=phonetic)
    chapters = project.chapters(project.numbered_scripts(), manner, project.cast())
    return [line.request.key for chapter in chapters for line in chapter.lines if line.request]


def test_phonemes_change_the_key_and_their_spelling_does_not(project: Project) -> None:
    bare = keys(project)
    lexicon = project.folder / "lexicon.toml"
    takes = []
    for entry in ('ipa = "ˈraɪlət"', 'ipa = "/ˈraɪ.lət/"', 'ipa = "ˈraɪlət", say = "Rye-let"', 'ipa = "ˈrɔɪlət"'):
        lexicon.write_text(f"Roylott = {{ {entry} }}\n", "utf-8")
        takes.append(keys(project, phonetic=True))
    assert changed(bare, takes[0]) == [1, 2]
    assert takes[0] == takes[1] == takes[2]
    assert changed(takes[0], takes[3]) == [1, 2]
    lexicon.unlink()
    assert keys(project, phonetic=True) == bare


def test_a_request_has_phonemes_where_its_engine_takes_them(project: Project) -> None:
    (project.folder / "lexicon.toml").write_text('"St. Clair" = { ipa = "sɪnˈklɛə" }\nRoylott = { ipa = "ˈraɪlət" }\n')
    part, line = Part(DraftVoice("x")), Line("In 1888  and the Mr. St. Clair’s, Roylott!".replace("  ", " "))
    taking, reading = (
        Manner("en", "draft", MODELS, lexicon=project.lexicon(), phonetic=phonetic) for phonetic in (True, False)
    )
    request = request_for(line, part, taking)
    assert request.text == "In eighteen eighty-eight and the Mr. St. Clair’s, Roylott!"
    assert [(request.text[p.start : p.end], p.ipa) for p in request.phonemes] == [
        ("St. Clair", "sɪnˈklɛə"),
        ("Roylott", "ˈraɪlət"),
    ]
    request = request_for(line, part, reading)
    assert request.text == "In eighteen eighty-eight and the Mr. Sin-kleh-uh’s, Righ-lut!"
    assert request.phonemes == ()
    assert list(respelt_words(line, reading)) == [("St. Clair", "Sin-kleh-uh"), ("Roylott", "Righ-lut")]


def changed(before: list[str], after: list[str]) -> list[int]:
    return [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]


def test_a_change_redoes_exactly_the_lines_it_touches(project: Project) -> None:
    bare = keys(project)
    lexicon = project.folder / "lexicon.toml"
    lexicon.write_text('Roylott = "Roy-lot"\n', "utf-8")
    named = keys(project)
    assert changed(bare, named) == [1, 2]
    lexicon.write_text('Roylott = "Roy-lot"\nread = { say = "red", speaker = "narrator" }\n', "utf-8")
    assert keys(project) == named, "nobody but Anna reads"
    lexicon.write_text('Roylott = { say = "Roy-lot", speaker = "Anna" }\n', "utf-8")
    assert changed(bare, keys(project)) == [2]
    lexicon.unlink()
    assert keys(project) == bare


def test_what_is_respelt_is_told(project: Project) -> None:
    lexicon = 'Roylott = { ipa = "ˈraɪlət" }\nRead = { ipa = "ɹiːd", say = "reed" }\n[de]\nrained = { ipa = "ɹeɪnd" }\n'
    (project.folder / "lexicon.toml").write_text(lexicon, "utf-8")

    def told(language: str, *, phonetic: bool) -> list[str]:
        manner = Manner(language, "qwen", MODELS, lexicon=project.lexicon(), phonetic=phonetic)
        return respelt_notes(project.chapters(project.numbered_scripts(), manner, project.cast()), manner)

    assert told("en", phonetic=True) == []
    what = "The qwen engine takes no phonemes"
    do = 'say = "…" beside ipa in lexicon.toml spells it your way'
    assert told("en", phonetic=False) == [f"{what}: it is asked for Roylott as Righ-lut ({do})."]
    assert told("de", phonetic=False) == [
        f"{what}, and there is no spelling of them in this language: Roylott, rained as written."
    ]


def test_a_books_own_phonemes_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pls = (
        '<lexicon version="1.0" alphabet="x-sampa" xml:lang="en" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon">'
        "<lexeme><grapheme>Eyre</grapheme><phoneme>E@</phoneme></lexeme></lexicon>"
    )
    body = "<p xmlns:ssml='http://www.w3.org/2001/10/synthesis'>Eyre ate a <b ssml:ph='təˈmɑːtəʊ'>tomato</b>.</p>"
    item = '<item id="pls" href="en.pls" media-type="application/pls+xml"/>'
    Path("b.epub").write_bytes(epub({"a.xhtml": page(body)}, items=item, extra={"OEBPS/en.pls": pls}))
    assert run(["new", "b.epub"]) == 0
    project = Project(tmp_path / "projects" / "b", tmp_path)
    manner = Manner("en", "draft", MODELS, lexicon=project.lexicon(), phonetic=True)
    (chapter,) = project.chapters(project.numbered_scripts(), manner, project.cast())
    asked = [(line.request.text, [p.ipa for p in line.request.phonemes]) for line in chapter.lines if line.request]
    assert asked[-1] == ("Eyre ate a tomato.", ["ɛə", "təˈmɑːtəʊ"])


def test_a_lines_own_marks_come_before_the_lexicon(project: Project) -> None:
    (project.folder / "lexicon.toml").write_text('Roylott = { ipa = "ˈraɪlət" }\n', "utf-8")
    (line,) = parse_script("Tom: In 1888 {Roylott|/ˈrɔɪlət/} and Roylott, of the {W3C|web’s council}.\n").lines
    manner = Manner("en", "draft", MODELS, lexicon=project.lexicon(), phonetic=True)
    request = request_for(line, Part(DraftVoice("x")), manner)
    assert request.text == "In eighteen eighty-eight Roylott and Roylott, of the web’s council."
    assert [(p.start, p.ipa) for p in request.phonemes] == [(25, "ˈrɔɪlət"), (37, "ˈraɪlət")]
    assert (
        spoken_marked(line, manner)
        == "In eighteen eighty-eight {Roylott|/ˈrɔɪlət/} and {Roylott|/ˈraɪlət/}, of the web’s council."
    )


def test_the_shelfs_lexicon_yields_to_the_projects(project: Project) -> None:
    (project.home / "lexicon.toml").write_text('Roylott = "Ryelot"\nrained = "poured"\n', "utf-8")
    (project.folder / "lexicon.toml").write_text('Roylott = "Roy-lot"\n', "utf-8")
    manner = Manner("en", "draft", MODELS, lexicon=project.lexicon())
    texts = [spoken_text(line, manner) for line in SCRIPT.lines]
    assert texts == ["one", "Roy-lot came in eighteen eighty-eight.", "Read it, Roy-lot.", "It poured."]


def test_plain_leaves_numbers_to_the_engine_but_not_the_lexicon(project: Project) -> None:
    (project.folder / "lexicon.toml").write_text('Roylott = "Roy-lot"\n', "utf-8")
    manner = Manner("en", "draft", MODELS, lexicon=project.lexicon(), plain=True)
    assert [spoken_text(line, manner) for line in SCRIPT.lines][:2] == ["I", "Roy-lot came in 1888."]


def test_lines_that_are_spoken_as_written_keep_their_takes(project: Project) -> None:
    """A release with new rules must not throw away the takes of lines that no rule touches."""
    assert changed(keys(project, plain=True), keys(project)) == [0, 1]


def test_a_line_is_never_silenced() -> None:
    assert spoken_text(Line("™ 3"), Manner("en", "draft", MODELS)) == "three"
    assert spoken_text(Line("a"), Manner("xx", "draft", MODELS)) == "a"
