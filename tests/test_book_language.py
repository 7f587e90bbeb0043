"""What a book is read in: by its text where that is sure, told, written down, and refused where nobody speaks it."""

import io
import sys
from pathlib import Path

import pytest
from epubs import epub, page

from narrate.cli import run
from narrate.languages import is_tag, language_tag, settled_language
from narrate.project import Project
from narrate.project.settings import read_settings
from narrate.readers import read_book, read_show

TEXTS = {
    "de": "Die Laterne ging aus, und niemand im Zimmer sagte ein Wort. Dann schlug die Uhr am Turm.",
    "fr": "La lanterne s'éteignit et personne dans la chambre ne dit un mot. Puis la cloche sonna.",
    "es": "La linterna se apagó y nadie en la habitación dijo una palabra. Después sonó el reloj de la torre.",
    "it": "La lanterna si spense e nella stanza nessuno disse una parola. Poi suonò l'orologio della torre.",
    "pt": "A lanterna apagou-se e ninguém no quarto disse uma palavra. Depois tocou o relógio da torre.",
    "ru": "Фонарь погас, и никто в комнате не сказал ни слова. Потом пробили часы на башне.",
    "zh": "灯灭了，屋里没有人说话。后来塔上的钟敲响了。",
    "ja": "明かりが消えて、部屋の中の誰も口をきかなかった。やがて塔の時計が鳴った。",
    "ko": "등불이 꺼졌고 방 안의 아무도 말하지 않았다. 그때 탑의 시계가 울렸다.",
    "en": "The lantern went out, and nobody in the room said a word. Then the clock in the tower struck.",
}
MARKDOWN = "# I\n\n{0}\n"
FORMS = {
    "a.md": MARKDOWN,
    "a.txt": "{0}\n",
    "a.fountain": "Title: I\n\nINT. I - II\n\n{0}\n\nANNA\n{0}\n",
    "a.script": "# I\n\nnarrator: {0}\nAnna: {0}\n",
}


def spoken_in(name: str, data: bytes, folder: Path) -> str:
    if name.endswith((".fountain", ".script")):
        return read_show(Path(name), data).language
    path = folder / name
    path.write_bytes(data)
    return read_book(path).language


def tagged(text: str, tag: str, name: str = "T") -> bytes:
    said = f"<dc:language>{tag}</dc:language>" if tag else ""
    return epub({"a.xhtml": page(f"<p>{text}</p>")}, metadata=f"<dc:title>{name}</dc:title>{said}")


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("name", FORMS)
def test_a_file_that_names_no_language_is_in_that_of_its_text(name: str, language: str, tmp_path: Path) -> None:
    assert spoken_in(name, FORMS[name].format(TEXTS[language]).encode(), tmp_path) == language


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("tag", ["", "und", "wrong"])
def test_a_text_counts_more_than_the_tag_of_its_epub(tag: str, language: str, tmp_path: Path) -> None:
    if tag == "wrong":
        tag = "fr" if language == "en" else "en-US"
    assert spoken_in("a.epub", tagged(TEXTS[language], tag), tmp_path) == language


@pytest.mark.parametrize(
    ("said", "settled"),
    [("en-GB", "en-GB"), ("EN_us", "en-US"), ("eng", "en"), ("English", "en"), ("eng-GB", "en-GB"), ("de", "en")],
)
def test_a_tag_that_is_right_is_kept(said: str, settled: str) -> None:
    assert settled_language([TEXTS["en"]], said) == (settled, "en")


@pytest.mark.parametrize("said", ["", "de", "fr-CA", "la"])
@pytest.mark.parametrize(
    "text", ["", "No.", "Mina.", "Es regnete.", "A. B. C. 1984", "Chapter 1", "ANNA: Nein. BEN: Oui."]
)
def test_a_text_too_short_to_tell_leaves_the_tag(text: str, said: str) -> None:
    assert settled_language([text], said) == (said or "en", "")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Nobody came that day. “Voilà,” said the cook, “la mer, la mer, toujours la mer.” It rained."),
        ("en", "The sign said Zimmer frei. Tom asked for a room, and was told that there was none left in the town."),
        ("fr", "« It is late », dit-elle en anglais. Personne ne répondit, et la pluie tombait toujours sur le port."),
        ("de", "Das Meeting war um zehn. „It’s okay“, sagte der Boss, „we take the next one.“ Dann gingen alle."),
        ("it", "Il cartello diceva “Do not enter, private property of the company”, ma i ragazzi entrarono, ridendo."),
        ("pt", "Ela respondeu “I love you more than anything in the world” e ele ficou calado, a olhar para o mar."),
        ("ja", "彼は “Good morning, my dear friend, how do you do today?” と言って笑った。誰も答えなかった。"),
        ("zh", "他说：“Good morning, my dear friend, how are you?” 没有人回答他，大家都不懂英语。"),
    ],
)
def test_what_is_told_counts_and_not_what_is_quoted(language: str, text: str) -> None:
    assert settled_language([text], "") == (language, language)
    assert settled_language([text], "ru") == (language, language)


def test_a_text_in_two_languages_leaves_the_tag() -> None:
    both = [TEXTS["en"] * 20, TEXTS["de"] * 20]
    assert settled_language(both, "fr") == ("fr", "")
    assert settled_language([TEXTS["en"] * 20, TEXTS["de"] * 4], "fr") == ("en", "en")


def test_letters_that_only_one_language_has_tell_it_at_once() -> None:
    assert [settled_language([text], "en")[0] for text in ("雨が降った。", "비가 왔다.")] == ["ja", "ko"]


def test_a_language_that_no_model_speaks_is_found_too() -> None:
    dutch = "De lantaarn ging uit en niemand in de kamer zei een woord. Toen sloeg de klok in de toren."
    assert settled_language([dutch], "en") == ("nl", "nl")
    assert settled_language([dutch], "da") == ("da", "da"), "of two that are all the same to us the book knows best"


@pytest.mark.parametrize("said", ["English", "eng", "en", "und", "", "zh-Hant-TW", "pt_BR", "the English"])
def test_a_language_is_one_tag_however_it_is_said(said: str) -> None:
    tag = language_tag(said)
    assert language_tag(tag) == tag
    assert is_tag(tag) == (said not in ("und", "", "the English"))


def test_what_pages_mark_is_beside_the_language_of_the_text(tmp_path: Path) -> None:
    body = f'{TEXTS["de"]}</p><p lang="en">It rained.</p><p lang="de">Es regnete.</p><p>Ende.'
    path = tmp_path / "a.epub"
    path.write_bytes(tagged(body, "en"))
    blocks = [block for chapter in read_book(path).chapters for block in chapter.blocks]
    assert [[span.language for span in block.spans] for block in blocks[-4:]] == [[], ["en"], [], []]


NAMES = {
    "en": ["eng", "English", "ENGLISH", "English (United Kingdom)", "British English", "englisch", "EN", "en; fr"],
    "de": ["deu", "ger", "Deutsch", "German", "Deutsch, Österreich", "allemand"],
    "fr": ["fra", "fre", "français", "FRANCAIS", "French", "Französisch"],
    "es": ["spa", "Español", "espanol", "Español (Latinoamérica)", "Mexican Spanish"],
    "it": ["ita", "italiano"],
    "pt": ["por", "Português", "Brazilian Portuguese"],
    "ru": ["rus", "русский", "Russian"],
    "ja": ["jpn", "日本語"],
    "ko": ["kor", "한국어"],
    "zh": ["zho", "chi", "cmn", "中文", "Chinese (Simplified)"],
    "en-GB": ["en-GB", "EN_gb", "eng-GB", "en_GB.UTF-8", "English (UK)", "English (GB)"],
    "zh-Hant-TW": ["zh-hant-tw"],
    "": ["und", "zxx", "mul", "mis", "UND", ""],
}


@pytest.mark.parametrize(("tag", "said"), [(tag, said) for tag, names in NAMES.items() for said in names])
def test_a_language_is_known_however_books_write_it(tag: str, said: str) -> None:
    assert language_tag(said) == tag


@pytest.mark.parametrize(
    "said", ["the English", "Old English", "Low German", "Latin", "Klingon", "1033", "x-default", "C"]
)
def test_what_is_no_language_of_ours_stays_as_it_is(said: str) -> None:
    assert not is_tag(language_tag(said))


FRENCH = "Le port était calme ce matin-là, et les mouettes attendaient sur le mur que quelqu’un parle enfin."
ENGLISH = "The letter said that nobody in the whole of the harbour had seen the old ferry since the spring."


def marks_of(body: str, said: str, tmp_path: Path) -> tuple[str, list[list[str]], str]:
    """A book's language, the languages that its paragraphs are marked as, and what is told as left out."""
    path = tmp_path / "a.epub"
    metadata = f"<dc:title>T</dc:title><dc:language>{said}</dc:language>"
    path.write_bytes(epub({"a.xhtml": page(body)}, metadata=metadata))
    book = read_book(path)
    blocks = [block for chapter in book.chapters for block in chapter.blocks if block.text]
    told = " ".join(f"{one.what}: {one.why}" for one in book.skipped if "mark" in one.what)
    return book.language, [[span.language for span in block.spans] for block in blocks], told


@pytest.mark.parametrize("said", ["fr", "en-US", "und", "French", "C"])  # "C" is of pandoc in a bare shell
@pytest.mark.parametrize("attributes", ['lang="EN-US"', 'xml:lang="en-US"', ""])
def test_a_language_that_a_template_stamps_on_all_is_no_mark(said: str, attributes: str, tmp_path: Path) -> None:
    stamped = "" if attributes else ' lang="EN-US"'
    body = f"<h1{stamped}>Un</h1>" + f"<p{stamped}>{FRENCH}</p><p><span{stamped}>{FRENCH}</span></p>" * 3
    language, marks, told = marks_of(f"<div {attributes}>{body}</div>", said, tmp_path)
    assert language == "fr"
    assert not any(marks)
    assert told == '7 marks of the language "en-US": a template\'s, as what they stand on is French (fr)'


def test_a_short_book_that_claims_another_language_throughout_is_stamped(tmp_path: Path) -> None:
    language, marks, _ = marks_of('<div lang="en-US"><h1>Un</h1><p>Rien.</p><p>Non.</p></div>', "fr", tmp_path)
    assert (language, marks) == ("fr", [[], [], []])


def test_of_stamped_paragraphs_those_that_are_in_that_language_keep_it(tmp_path: Path) -> None:
    body = f'<p lang="en-US">{FRENCH}</p>' * 5 + f'<p lang="en-US">{ENGLISH}</p><p>{FRENCH}</p>'
    language, marks, told = marks_of(body, "fr", tmp_path)
    assert (language, marks) == ("fr", [[], [], [], [], [], ["en-US"], []])
    assert told.startswith("5 marks")


def test_what_a_book_rightly_marks_is_kept(tmp_path: Path) -> None:
    body = (
        f'<p>{ENGLISH}</p><p lang="fr">{FRENCH}</p><p>{ENGLISH} “<i lang="fr">Voilà</i>,” he said.</p>'
        f'<p lang="fr">Jean Valjean.</p><p lang="la">Nil admirari.</p><p>{ENGLISH}</p>'
    )
    language, marks, told = marks_of(body, "en", tmp_path)
    assert (language, marks, told) == ("en", [[], ["fr"], ["fr"], ["fr"], ["la"], []], "")


def test_that_a_text_is_too_short_to_tell_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "a.epub").write_bytes(tagged("Mr. Reed paid £5.", "und"))
    assert run(["new", "a.epub"]) == 0
    assert 'Language: English (en), as the book names none ("und") and its text' in capsys.readouterr().err


def test_other_letters_tell_a_language_at_once() -> None:
    assert settled_language(["Мы ждали."], "") == ("ru", "")
    assert settled_language(["Мы ждали."], "uk") == ("uk", "")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    (tmp_path / "de.md").write_text(MARKDOWN.format(TEXTS["de"]), "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("tag", "said", "language"),
    [
        ("", "Language: German (de), found from the text.", "de"),
        ("de-AT", "Language: German (de-AT), as the book says.", "de-AT"),
        ("en", 'Language: German (de), found from the text, though the book says "en".', "de"),
        ("Hochdeutsch", 'The book is in "Hochdeutsch", as it says', "de"),
    ],
)
def test_the_language_is_told_and_written_down(
    home: Path, capsys: pytest.CaptureFixture[str], tag: str, said: str, language: str
) -> None:
    (home / "a.epub").write_bytes(tagged(TEXTS["de"], tag))
    assert run(["new", "a.epub"]) == 0
    told = capsys.readouterr().err
    assert sum(row.startswith(("Language:", "The book is in")) for row in told.splitlines()) == 1
    assert said in told
    assert "the draft engine speaks English only, and this is German" in told
    assert read_settings(home / "projects/a/project.toml").language == language


def test_nothing_is_told_of_a_language_that_is_not_sure(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "a.txt").write_text("Es regnete.\n", "utf-8")
    assert run(["new", "a.txt"]) == 0
    assert "anguage" not in capsys.readouterr().err
    assert read_settings(home / "projects/a/project.toml").language == "en"


def test_the_draft_voice_reads_no_german_though_nobody_chose_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["de.md"], ["render", "de.md"], ["new", "de.md", "--engine", "draft"]):
        assert run(arguments) == 1
        *_, last = capsys.readouterr().err.splitlines()
        assert last.startswith("narrate: the draft engine speaks English only, and this is German (de) (")
        assert not (home / "projects").exists()


def test_a_plan_refuses_what_a_render_would_and_looking_is_allowed(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["new", "de.md"]) == 0
    for command in ("plan", "render"):
        capsys.readouterr()
        assert run([command, "projects/de"]) == 1, command
        *_, last = capsys.readouterr().err.splitlines()
        assert last.startswith("narrate: the draft engine speaks English only")
    assert not list((home / "projects/de/takes").glob("*.flac"))
    for looking in (["status"], ["cast", "projects/de"], ["script", "projects/de"]):
        assert run(looking) == 0
    settings = home / "projects/de/project.toml"
    settings.write_text(settings.read_text("utf-8").replace('language = "de"', 'language = "nl"'), "utf-8")
    assert run(["plan", "projects/de"]) == 1
    assert "no engine speaks the language nl" in capsys.readouterr().err


def test_a_book_read_again_is_read_in_the_language_that_its_project_says(home: Path) -> None:
    assert run(["new", "de.md"]) == 0
    settings = home / "projects/de/project.toml"
    settings.write_text(settings.read_text("utf-8").replace('language = "de"', 'language = "English"'), "utf-8")
    assert run(["new", "de.md", "--again"]) == 0
    assert Project(home / "projects/de", home).settings.language == "en"


def test_a_piped_text_has_its_language_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXTS["fr"].encode())))
    assert run(["new", "-", "--project", "p"]) == 0
    assert read_settings(home / "p/project.toml").language == "fr"
