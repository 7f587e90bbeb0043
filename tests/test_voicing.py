"""Quotations cut into lines: no word lost, nothing of a person's changed, a model that can only label."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st

from narrate.book import Block, BlockKind, Book, Chapter, Reading
from narrate.cli import app
from narrate.errors import ProjectError
from narrate.project import Project, Settings
from narrate.project.quotations import wanted
from narrate.project.settings import read_settings
from narrate.script import NARRATOR, Line, Pauses, Script, after, format_script, pause_before, rewrite_scripts
from narrate.script.model import parse_script
from narrate.speakers import (
    PERSON,
    Finder,
    Guess,
    Likely,
    Quotation,
    Server,
    Unsure,
    entries_of,
    format_table,
    guess_speakers,
    label,
    paragraphs_of_book,
    parse_table,
    parts_of,
    unsure_speaker,
    voices,
)
from narrate.speakers.adapt import adapt

STORY = """# The Gate

Tom met Elizabeth at the gate. He was late, and she was cold.

“Have you been waiting long?” asked Tom.

“An hour,” said Elizabeth, “or more.”

“I am sorry, Elizabeth,” said Tom.

“You always are,” Elizabeth said. “Come in.”

“I will,” said Tom. A dog barked, “Wuff!” and a (“quiet”) voice said “hush”.

“Who was that?” asked Elizabeth.

“Nobody.”

Jane had come with Mary and the old gardener, and they all sat down. Jane yawned, and Mary sang.

“Is it late?”

“It is.”

“Then let us go.”
"""


def book_of(*paragraphs: str) -> Book:
    return Book(title="B", chapters=(Chapter("One", tuple(Block(text) for text in paragraphs)),))


STORY_BOOK = book_of(*[p for p in STORY.split("\n\n")[1:] if p.strip()])


def speakers_of(guesses: list[Guess], quotes: str) -> list[str]:
    return voices([guess.likely for guess in guesses], quotes)


def words(scripts: list[Script]) -> list[str]:
    return [word for script in scripts for line in script.lines if not line.level for word in line.text.split()]


# --- words out are words in ---------------------------------------------------------------------------

marks = st.text(alphabet="ab Tom said,.?!—()“”‘’\"' ", max_size=80)


@given(
    st.lists(marks.map(lambda text: " ".join(text.split())), min_size=1, max_size=5),
    st.sampled_from(["all", "confident"]),
)
@settings(max_examples=200)
def test_no_word_is_lost_parted_or_moved(paragraphs: list[str], quotes: str) -> None:
    book = book_of("“Yes,” said Tom. “No,” said Jane.", *paragraphs)
    guesses = guess_speakers(book)
    scripts = adapt(book, parts_of(guesses, speakers_of(guesses, quotes)))
    silent = {text for text in paragraphs if not any(c.isalnum() for c in text)}
    assert words(scripts) == [word for block in book.chapters[0].blocks for word in block.text.split()]
    for line in scripts[0].lines:
        assert any(c.isalnum() for c in line.text) or line.text in silent, "marks alone are no line"
    assert parse_script(format_script(scripts[0])) == scripts[0]


def test_a_quotation_is_a_line_of_its_speaker() -> None:
    guesses = guess_speakers(STORY_BOOK)
    script = adapt(STORY_BOOK, parts_of(guesses, speakers_of(guesses, "confident")))[0]
    spoken = [(line.speaker, line.text) for line in script.lines[3:9]]
    assert spoken == [
        ("Tom", "“Have you been waiting long?”"),
        (NARRATOR, "asked Tom."),
        ("Elizabeth", "“An hour,”"),
        (NARRATOR, "said Elizabeth,"),
        ("Elizabeth", "“or more.”"),
        ("Tom", "“I am sorry, Elizabeth,”"),
    ]


def test_off_leaves_everything_to_the_narrator() -> None:
    guesses = guess_speakers(STORY_BOOK)
    assert set(speakers_of(guesses, "off")) == {NARRATOR}
    assert adapt(STORY_BOOK, parts_of(guesses, speakers_of(guesses, "off"))) == adapt(STORY_BOOK)


def test_who_speaks_seldom_is_read_by_the_narrator() -> None:
    texts = [f"“Yes, {n},” said Tom." for n in range(5)] + ["“Yes,” said the landlord.", "“No,” said Jane."]
    guesses = guess_speakers(book_of(*texts))
    assert [guess.who for guess in guesses[-2:]] == ["the landlord", "Jane"]
    assert speakers_of(guesses, "confident") == ["Tom"] * 5 + [NARRATOR] * 2
    assert speakers_of(guesses, "all") == ["Tom"] * 5 + ["the landlord", "Jane"]


def likely(*said: tuple[str, int, float]) -> list[Likely]:
    return [Likely(who, chance, 0) for who, count, chance in said for _ in range(count)]


@pytest.mark.parametrize(
    ("quotations", "who"),
    [
        (likely(("Ada", 9, 1.0), ("Pell", 6, 1.0), ("Tobias", 1, 0.3)), None),
        (likely(("Ada", 9, 1.0), ("Pell", 3, 1.0), ("Pell", 3, 0.5)), None),
        (likely(("Ada", 9, 1.0), ("Pell", 3, 1.0), ("Pell", 4, 0.5)), Unsure("Pell", 7, 3)),
        (likely(("Ada", 9, 1.0), ("Eve", 12, 0.6)), Unsure("Eve", 12, 0)),
        (likely(("Ada", 3, 1.0), ("Pell", 2, 1.0)), Unsure("Pell", 2, 2)),
        (likely(("Ada", 60, 1.0), ("Pell", 6, 0.5)), None),
        (likely(("Ada", 5, 1.0), ("", 9, 0.0)), Unsure("", 14, 5)),
        (likely((NARRATOR, 30, 0.9), ("Ada", 5, 1.0)), None),
        (likely(("Ada", 2, 1.0)), Unsure("Ada", 2, 2)),
        ([], None),
    ],
)
def test_a_book_is_cast_when_its_main_speakers_are_sure(quotations: list[Likely], who: Unsure | None) -> None:
    assert unsure_speaker(quotations) == who
    voiced = set(voices(quotations, "confident")) - {NARRATOR}
    assert bool(voiced) == bool(who is None and quotations)
    assert set(voices(quotations, "all")) >= {one.who for one in quotations if one.who}


def test_a_play_keeps_its_speakers() -> None:
    blocks = (Block("“Quite so,” said Tom, and left.", speaker="Algernon"), Block("“Yes,” said Tom.", BlockKind.NOTE))
    book = Book(title="B", chapters=(Chapter("One", blocks),))
    assert guess_speakers(book) == []
    assert {line.speaker for line in adapt(book)[0].lines} == {NARRATOR, "Algernon"}


def test_a_tag_follows_its_quotation_closely() -> None:
    pauses = Pauses()
    quote, tag = Line("“Well,”", "Ann"), Line("said Ann,")
    assert pause_before(tag, quote, pauses) == after(quote.text, pauses.clause)
    assert pause_before(Line("“come in.”", "Ann"), tag, pauses) == after(tag.text, pauses.clause)
    assert pause_before(Line("She sat."), Line("“Come in.”", "Ann"), pauses) == after("“Come in.”", pauses.sentence)


# --- the table ----------------------------------------------------------------------------------------

cells = st.text(alphabet="ab “”\t\né:", max_size=20)
numbers = st.integers(1, 99)
rows_of = st.builds(Quotation, numbers, numbers, cells, cells, st.just(0.5), cells, numbers, cells, cells)


@given(st.lists(rows_of, max_size=5))
@settings(max_examples=100)
def test_the_table_is_read_as_it_was_written(entries: list[Quotation]) -> None:
    once = parse_table(format_table(entries))
    assert len(once) == len(entries)
    assert parse_table(format_table(once)) == once


def test_the_table_says_where_who_and_why() -> None:
    guesses = guess_speakers(STORY_BOOK)
    speakers = speakers_of(guesses, "confident")
    scripts = adapt(STORY_BOOK, parts_of(guesses, speakers))
    entries = entries_of(guesses, speakers, scripts)
    rows = format_script(scripts[0]).split("\n")
    for entry in entries:
        assert rows[entry.line - 1].startswith(f"{entry.speaker}: ")
        assert entry.text.split()[0] in rows[entry.line - 1]
    assert {entry.reason for entry in entries if entry.text == "“An hour,”"} == {"after: said Elizabeth"}
    reviewed = sorted((e.review, e.confidence) for e in entries if e.review and e.who)
    assert [chance for _, chance in reviewed] == sorted(chance for _, chance in reviewed)


@pytest.mark.parametrize(
    "row", ["1:2\tTom", "x\tTom\tTom\t0.5\timplicit\t\twhy\t“A”", "1:2\tTom\tTom\tsure\ti\t\tw\t“A”"]
)
def test_a_broken_table_is_named_with_its_line(row: str) -> None:
    with pytest.raises(ProjectError, match=r"attribution.tsv:2: not a row"):
        parse_table(format_table([]) + row + "\n")


# --- lines --------------------------------------------------------------------------------------------


def test_a_quotation_is_cut_out_of_a_longer_line() -> None:
    lines = [
        (
            1,
            Line("He said, “Yes. I will,” and"),
        ),
        (2, Line("left. “Yes.”")),
    ]
    finder = Finder(lines)
    found, second = finder.find_all([("“Yes. I will,”", 0), ("“Yes.”", 0)])
    assert found is not None
    assert second is not None
    changed = finder.given(found, "Tom")
    assert [(line.speaker, line.text) for line in changed[0]] == [
        (NARRATOR, "He said,"),
        ("Tom", "“Yes. I will,”"),
        (NARRATOR, "and"),
    ]
    assert [line.text for line in finder.given(second, "Tom")[1]] == ["left.", "“Yes.”"]


def test_equal_quotations_are_told_apart_by_their_order() -> None:
    lines = [(number, Line("“Yes.”")) for number in (5, 15, 25)]
    found = Finder(lines).find_all([("“Yes.”", 2), ("“Yes.”", 12), ("“Yes.”", 22)])
    assert [f.first for f in found if f] == [0, 1, 2]
    assert [f.first if f else None for f in Finder(lines).find_all([("“Yes.”", 15), ("“No.”", 16)])] == [1, None]


@given(st.text(alphabet="ab .“”", min_size=1, max_size=40), st.integers(0, 40), st.integers(1, 20))
@settings(max_examples=200)
def test_giving_a_quotation_moves_no_letter(text: str, start: int, length: int) -> None:
    text = " ".join(text.split())
    if not text:
        return
    pieces = [Line(part) for part in (text[: len(text) // 2].strip(), text[len(text) // 2 :].strip()) if part]
    finder = Finder(list(enumerate(pieces, start=1)))
    (found,) = finder.find_all([(text[start : start + length], 0)])
    if found is None:
        return
    changed = finder.given(found, "Tom")
    after = [line for index, piece in enumerate(pieces) for line in changed.get(index, [piece])]
    assert "".join("".join(line.text for line in after).split()) == "".join(text.split())


# --- commands -----------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "gate.md").write_text(STORY, "utf-8")
    run(tmp_path, "new", str(tmp_path / "gate.md"))
    return tmp_path


def run(home: Path, *arguments: str, keys: str = "") -> str:
    result = CliRunner().invoke(app, ["--home", str(home), *arguments], input=keys, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def script_of(home: Path) -> Path:
    (path,) = (home / "projects/gate/script").glob("*.txt")
    return path


def test_a_new_project_has_speakers_a_cast_and_the_reasons(home: Path) -> None:
    folder = home / "projects/gate"
    assert "Tom: “Have you been waiting long?”\nnarrator: asked Tom.\n" in script_of(home).read_text("utf-8")
    assert set(Project(folder, home).cast().parts) == {NARRATOR, "Tom", "Elizabeth"}
    assert read_settings(folder / "project.toml").quotes == "confident"
    assert "“An hour,”" in (folder / "script/attribution.tsv").read_text("utf-8")


def test_new_without_quotes(home: Path) -> None:
    run(home, "new", str(home / "gate.md"), "--quotes", "off", "--project", str(home / "plain"))
    assert set(Project(home / "plain", home).cast().parts) == {NARRATOR}
    assert not (home / "plain/script/attribution.tsv").exists()
    assert read_settings(home / "plain/project.toml").quotes == "off"


def test_quotes_is_one_of_three_words(tmp_path: Path) -> None:
    (tmp_path / "project.toml").write_text('title = "A"\nquotes = "al"\n', "utf-8")
    with pytest.raises(ProjectError, match=r'project.toml:2: unknown quotes "al" \(did you mean "all"\?\)'):
        read_settings(tmp_path / "project.toml")
    assert Settings("T").quotes == "confident"


def test_quotes_changed_there_and_back(home: Path) -> None:
    before = script_of(home).read_text("utf-8")
    run(home, "cast", "gate", "--quotes", "off")
    off = script_of(home).read_text("utf-8")
    assert {line.speaker for line in parse_script(off).lines} == {NARRATOR}
    assert words([parse_script(off)]) == words([parse_script(before)])
    assert read_settings(home / "projects/gate/project.toml").quotes == "off"
    run(home, "cast", "gate", "--quotes", "confident")
    assert script_of(home).read_text("utf-8") == before
    assert not rewrite_scripts(script_of(home).parent, [parse_script(off)], Reading()).kept, (
        "it is no edit of a person's"
    )


def test_a_new_project_tells_who_is_cast_and_why_nobody_is(home: Path) -> None:
    told = run(home, "new", str(home / "gate.md"), "--project", str(home / "told"))
    assert "Cast: Elizabeth, Tom, with 8 of 13 quotations; the narrator reads all else (`narrate cast" in told
    (home / "few.md").write_text(
        "\n\n".join(f"“Yes, {n},” said {who}." for n, who in enumerate("Ada Ada Ada Pell Pell".split()))
    )
    told = run(home, "new", str(home / "few.md"), "--project", str(home / "alone"))
    assert "Read by the narrator alone: Pell, a main speaker, has only 2 sure quotations; `narrate cast" in told
    assert "Ada" not in (home / "alone/cast.toml").read_text("utf-8")


def test_what_a_person_says_of_a_quotation_makes_its_speaker_sure() -> None:
    def entries(*said: tuple[str, float, str]) -> list[Quotation]:
        return [
            Quotation(1, n, NARRATOR, who, chance, kind, 0, "", "“Yes”")
            for n, (who, chance, kind) in enumerate(said, 1)
        ]

    sure, unsure = [("Ada", 1.0, "explicit")] * 6, ("Pell", 0.5, "implicit")
    assert set(wanted(entries(*sure, *[unsure] * 4), "confident")) == {NARRATOR}
    settled = entries(*sure, *[("Pell", 1.0, PERSON)] * 3, unsure)
    assert wanted(settled, "confident") == ["Ada"] * 6 + [NARRATOR] * 4, "a person's are left as they are"


def test_a_persons_edit_is_never_undone(home: Path) -> None:
    path = script_of(home)
    text = path.read_text("utf-8")
    edited = text.replace("Tom: “I am sorry, Elizabeth,”", "Harry (low): “I am sorry, Elizabeth,”")
    edited = edited.replace("“An hour,”", "“Two hours,”").replace("narrator: asked Tom.", "\nnarrator: asked he.\n")
    path.write_text(edited, "utf-8")
    run(home, "cast", "gate", "--quotes", "off")
    after = path.read_text("utf-8")
    assert "Harry (low): “I am sorry, Elizabeth,”" in after
    assert "Elizabeth: “Two hours,”" in after
    assert "narrator: asked he." in after
    assert "narrator: “Have you been waiting long?”" in after


def test_review_takes_one_key_each(home: Path) -> None:
    table = home / "projects/gate/script/attribution.tsv"
    unsure = sorted((e.review, e.text) for e in parse_table(table.read_text("utf-8")) if e.review)
    assert unsure
    seen = run(home, "cast", "gate", "--review", keys="1" * len(unsure))
    assert unsure[0][1] in seen
    assert f"{len(unsure)} quotations decided" in seen
    entries = parse_table(table.read_text("utf-8"))
    decided = [entry for entry in entries if entry.kind == PERSON]
    assert [e.text for e in decided] == [text for _, text in sorted((e.line, e.text) for e in decided)]
    assert len(decided) == len(unsure)
    for entry in decided:
        row = script_of(home).read_text("utf-8").split("\n")[entry.line - 1]
        assert row.startswith(f"{entry.speaker}: ")
    assert "Nothing to review" in run(home, "cast", "gate", "--review")
    run(home, "cast", "gate", "--quotes", "off")
    kept = {e.text: e.speaker for e in parse_table(table.read_text("utf-8")) if e.kind == PERSON}
    assert kept == {e.text: e.speaker for e in decided}, "what a person has said outlives a change of quotes"


def test_review_can_name_another_skip_and_stop(home: Path) -> None:
    before = script_of(home).read_text("utf-8")
    run(home, "cast", "gate", "--review", keys="q")
    run(home, "cast", "gate", "--review", keys="s")
    assert script_of(home).read_text("utf-8") == before
    run(home, "cast", "gate", "--review", keys="oThe Dog\nq")
    assert "The Dog: " in script_of(home).read_text("utf-8")
    assert "The Dog" in Project(home / "projects/gate", home).cast().parts
    assert words([parse_script(script_of(home).read_text("utf-8"))]) == words([parse_script(before)])


def test_a_script_has_nothing_to_review(tmp_path: Path) -> None:
    (tmp_path / "show.script").write_text("# A\n\nAnn: “Yes,” said Tom.\n", "utf-8")
    run(tmp_path, "new", str(tmp_path / "show.script"))
    result = CliRunner().invoke(app, ["--home", str(tmp_path), "cast", "show", "--review"])
    assert result.exit_code != 0
    assert {
        line.speaker for line in parse_script((tmp_path / "projects/show/script/01-a.txt").read_text()).lines[1:]
    } == {"Ann"}


def test_reading_again_keeps_what_a_person_said(home: Path) -> None:
    run(home, "cast", "gate", "--review", keys="1" * 20)
    table = home / "projects/gate/script/attribution.tsv"
    said = {e.text: e.speaker for e in parse_table(table.read_text("utf-8")) if e.kind == PERSON}
    run(home, "new", str(home / "gate.md"), "--again")
    assert said == {e.text: e.speaker for e in parse_table(table.read_text("utf-8")) if e.kind == PERSON}


# --- a language model -----------------------------------------------------------------------------------


@contextmanager
def serving(answer: Callable[[str], tuple[int, bytes]]) -> Iterator[str]:
    """A server on this machine that answers each question's passage."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.path == "/v1/chat/completions"
            status, body = answer(asked["messages"][-1]["content"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def reply(content: object) -> tuple[int, bytes]:
    text = content if isinstance(content, str) else json.dumps(content)
    return 200, json.dumps({"choices": [{"message": {"content": text}}]}).encode()


def asked(url: str, timeout_s: float = 20.0) -> tuple[list[Guess], list[Guess], str]:
    guesses = guess_speakers(STORY_BOOK)
    labelled = label(Server(url, "tiny", timeout_s), guesses, paragraphs_of_book(STORY_BOOK)[0])
    return guesses, list(labelled.guesses), " ".join(labelled.told)


def test_a_model_labels_numbered_quotations_and_changes_no_text() -> None:
    passages: list[str] = []

    def answer(passage: str) -> tuple[int, bytes]:
        passages.append(passage)
        return reply(
            'Here it is:\n```json\n{"1": "tom", "2": "Tom", "9": "unknown", "10": "elizabeth", "77": "Tom"}\n```'
        )

    with serving(answer) as url:
        before, after, told = asked(url)
    assert "- Tom" in passages[0]
    assert "[[1]] “Have you been waiting long?” asked Tom." in passages[0]
    assert [guess.text for guess in after] == [guess.text for guess in before]
    assert after[0].who == "Tom"
    assert after[0].confidence >= before[0].confidence
    assert after[1].who == "Elizabeth", "a plain tag is surer than the model"
    assert (after[9].who, after[9].kind) == ("Elizabeth", "model")
    assert "tiny labelled 3 of 13 quotations" in told


def test_a_name_that_nobody_has_is_refused() -> None:
    with serving(lambda _: reply({"1": "Gandalf", "2": ["Tom"], "3": {"x": 1}, "4": "Tom\nElizabeth"})) as url:
        before, after, told = asked(url)
    assert after == before
    assert "4 answers of tiny were no names of the book and were refused" in told


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda _: reply("I think Tom said it."), "did not answer in JSON"),
        (lambda _: reply('["Tom"]'), "did not answer in JSON"),
        (lambda _: (200, b"<html>"), "did not answer as a chat completion"),
        (lambda _: (200, b'{"choices": []}'), "did not answer as a chat completion"),
        (lambda _: (500, b"oops"), "answered with error 500"),
        (lambda _: (200, b"x" * (3 << 20)), "answered far too much"),
    ],
)
def test_nonsense_leaves_the_rules_answers_and_is_said(answer: Callable[[str], tuple[int, bytes]], why: str) -> None:
    many = book_of(*[f"“Yes, {n},” said Tom." for n in range(60)])
    guesses = guess_speakers(many)
    with serving(answer) as url:
        labelled = label(Server(url, "tiny"), guesses, paragraphs_of_book(many)[0])
    assert list(labelled.guesses) == guesses
    assert why in labelled.told[0]
    assert "the rules say who speaks" in labelled.told[0]


def test_a_slow_server_is_left() -> None:
    def answer(_: str) -> tuple[int, bytes]:
        time.sleep(1.5)
        return reply({})

    with serving(answer) as url:
        before, after, told = asked(url, timeout_s=0.3)
    assert after == before
    assert "took longer than 0.3 s" in told


def test_a_dead_server_is_said_and_the_book_is_made(home: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = run(
        home, "new", str(home / "gate.md"), "--project", str(home / "dead"),
        "--attribute-with", f"http://127.0.0.1:{port}/v1", "--llm", "tiny",
    )  # fmt: skip
    assert "cannot be reached" in said
    assert (home / "dead/script/01-the-gate.txt").read_text("utf-8") == script_of(home).read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--llm", "tiny"], "--attribute-with and --llm go together"),
        (["--attribute-with", "file:///etc/passwd", "--llm", "x"], "is no address"),
        (["--quotes", "some"], 'unknown quotes "some" (one of off, confident, all)'),
    ],
)
def test_wrong_quote_options_are_refused(home: Path, options: list[str], said: str) -> None:
    result = CliRunner().invoke(app, ["--home", str(home), "new", str(home / "gate.md"), "--project", "x", *options])
    assert result.exit_code != 0
    assert said in result.output + str(result.exception)
