"""The proof page makes deliverables and says names otherwise: beside the server, one thing at a time, to be stopped."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from queue import Queue
from threading import Event
from typing import Any

import pytest
from conftest import MadeOnce
from proofing import Served, made_book, proof

from narrate.chapters import Assembled, Step
from narrate.cli.signals import running
from narrate.engine import Wanted
from narrate.errors import AssemblyError, ProjectError
from narrate.project import Project
from narrate.serve.site import Site
from narrate.takes import TakeStore
from narrate.words import load_lexicon, say_word
from narrate.work import Event as WorkEvent, Proof, RefusedError, SeenLine, Stage, follow, proof_page
from narrate.work.assemble import steps_told
from narrate.work.proof import ProofState, Respelled
from narrate.work.proof_lines import ChangedLine, ProofLines

pytestmark = pytest.mark.slow


@pytest.fixture
def home(made_once: MadeOnce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made_once("rain", made_book) / "projects", tmp_path / "projects")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def next_of(events: "Queue[tuple[str, Any]]", *names: str) -> Any:
    """The next event of one of these names."""
    while True:
        name, data = events.get(timeout=30)
        assert name != "end"
        if name in names:
            return name, data


def old(served: Served) -> dict[str, str]:
    return {it["form"]: it["why"] for it in served.get("api/state")["deliverables"] if it["state"] == "old"}


def test_the_audiobook_is_brought_up_to_date(home: Path) -> None:
    out = home / "projects" / "rain" / "out"
    before = (out / "rain.m4b").read_bytes()
    with proof(home, "projects/rain", "--no-open") as served, served.events() as events:
        assert old(served) == {}
        assert served.edit("1:3", text="It rained all day and all night.")[0] == 200
        assert old(served) == {"m4b": "lines have changed in 1 chapter"}
        assert served.post("assemble")[0] == 200
        assert old(served) == {"m4b": "1 of 2 chapters has changed"}, "the page has its sound, the audiobook has not"
        assert served.post("make") == (200, {})
        assert next_of(events, "done", "failed") == ("done", {"said": "The audiobook is up to date."})
        assert old(served) == {}
        assert served.get("api/state")["doing"] is None
        code, said = served.end()
    assert (code, "narrate assemble" in said) == (0, False), "nothing is left to be made"
    assert (out / "rain.m4b").read_bytes() != before


def test_an_assembly_that_fails_from_the_page_is_one_line_and_keeps_the_old_files(home: Path) -> None:
    project = home / "projects" / "rain"
    takes = TakeStore(project / "takes")
    m4b = (project / "out" / "rain.m4b").read_bytes()
    takes.discard(next(key for key in takes if str(takes.asked(key)["text"]).startswith("The sun")))
    with proof(home, "projects/rain", "--no-open") as served, served.events() as events:
        assert served.post("make")[0] == 200
        name, data = next_of(events, "done", "failed")
        assert name == "failed"
        assert "1 line of rain have no take, the first is 2:3" in data["error"]
        assert "\n" not in data["error"]
        assert served.get("api/state")["can_retake"] is True
    assert (project / "out" / "rain.m4b").read_bytes() == m4b


def test_a_name_is_said_otherwise_in_the_whole_book(home: Path) -> None:
    project = home / "projects" / "rain"
    lexicon = project / "lexicon.toml"
    lexicon.write_text('# mine\n"Nobody" = "No body"  # odd\n\n[de]\nAnna = "Anne"\n', "utf-8")
    with proof(home, "projects/rain", "--no-open") as served, served.events() as events:
        takes = TakeStore(project / "takes")
        before = takes.keys()
        status, told = served.post("say", written="Roylott", spoken="Roy-lot")
        assert (status, told["error"]) == (400, 'no line of the book has "Roylott", as a word by itself')
        assert served.post("say", written="sun", spoken="...")[0] == 400
        status, told = served.post("say", written="Anna", spoken="Ahna")
        assert (status, told["lines"]) == (200, 1)
        assert next_of(events, "done", "failed") == ("done", {"said": "1 line spoken anew."})
        assert len(takes.keys() - before) == 1, "that line alone"
        assert served.get("api/line/1:4")["spoken"] == "“Will it stop?” asked Ahna."
        assert next_of(events, "assembled")[0]
        assert old(served) == {"m4b": "1 of 2 chapters has changed"}
        text = lexicon.read_text("utf-8")
        assert text == '# mine\n"Nobody" = "No body"  # odd\nAnna = "Ahna"\n\n[de]\nAnna = "Anne"\n'
        assert served.post("say", written="Anna", spoken="")[1]["lines"] == 1
        assert next_of(events, "done", "failed") == ("done", {"said": "All of its lines were there."})
        assert lexicon.read_text("utf-8") == text.replace('Anna = "Ahna"\n', "")
        assert served.get("api/line/1:4")["spoken"] == ""


class HeldProof(Proof):
    """What takes long lasts until it is stopped, and the rest is done at once."""

    def __init__(self) -> None:
        self.stopped = Event()
        self.did: list[str] = []
        self.lines = HeldLines(self.did)

    @property
    def home(self) -> Path:
        return Path()

    def state(self) -> ProofState:
        return ProofState("", None, "", (), (), True, True, None, ())

    def due(self) -> bool:
        return False

    def stop(self) -> None:
        self.stopped.set()

    def make(self) -> str:
        return self._held("make")

    def speak(self) -> str:
        return self._held("speak")

    def _held(self, action: str) -> str:
        self.did.append(action)
        assert self.stopped.wait(30)
        raise RefusedError("stopped")

    def say(self, written: str, spoken: str) -> Respelled:
        self.did.append("say")
        return Respelled(1, "")


class HeldLines(ProofLines):
    """See HeldProof."""

    def __init__(self, did: list[str]) -> None:
        self.did = did

    def retake(self, seen: SeenLine) -> ChangedLine:
        self.did.append("retake")
        return ChangedLine({})


@pytest.mark.parametrize(("begins", "lasts"), [("make", ["make"]), ("say", ["say", "speak"])])
def test_the_page_runs_one_assembly_or_retake_at_a_time(tmp_path: Path, begins: str, lasts: list[str]) -> None:
    held = HeldProof()

    async def ask(site: Site, action: str, kind: bytes = b"application/json") -> int:
        sent: list[Any] = []
        headers = [(b"host", b"localhost"), (b"content-type", kind)]
        scope = {"type": "http", "method": "POST", "path": f"/api/{action}", "headers": headers, "query_string": b""}

        async def receive() -> Any:
            return {"type": "http.request", "body": b'{"place": "1:3"}', "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await site.app()(scope, receive, send)
        return int(sent[0]["status"])

    async def work() -> list[int]:
        site = Site(held, tmp_path)
        listening = site.feed.listen()
        await anext(listening)
        codes = [await ask(site, begins, b"text/plain"), await ask(site, begins)]
        codes += [await ask(site, action) for action in ("make", "say", "retake", "edit", "assemble")]
        assert site.busy
        codes.append(await ask(site, "stop"))
        assert await anext(listening) == b'event: failed\ndata: {"error": "stopped"}\n\n'
        assert not site.busy
        return [*codes, await ask(site, "retake")]

    assert asyncio.run(work()) == [415, 200, 409, 409, 409, 409, 409, 200, 200]
    assert held.did == [*lasts, "retake"]


def test_an_assembly_ends_where_it_is_asked_to() -> None:
    ended, stop, told = [], Event(), []

    def steps() -> Iterator[Step | Assembled]:
        try:
            yield Step("m4b", 1, 2)
            yield Step("m4b", 2, 2)
        finally:
            ended.append(True)

    def tell(event: WorkEvent) -> None:
        assert isinstance(event, Stage)
        told.append(event.done)
        stop.set()

    with pytest.raises(AssemblyError, match="stopped; what was finished is kept"):
        follow(steps_told(steps(), stop), tell)
    assert (told, ended) == ([1], [True])


def test_files_changed_in_an_editor_are_seen_while_the_page_is_open(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_page, "REST_S", 0.0)
    folder = home / "projects" / "rain"
    with running() as own:
        at_proof = Proof(Project(folder, home), Wanted(), own)
        at_proof.renew()
        for _ in range(2):
            assert [it.state for it in at_proof.state().deliverables] == ["current"]
            assert not at_proof.due()
        settings = folder / "project.toml"
        settings.write_text(settings.read_text("utf-8").replace('author = ""', 'author = "Somebody"'), "utf-8")
        at_proof.state()
        assert at_proof.due()
        at_proof.renew()
        assert [asdict(it) for it in at_proof.state().deliverables] == [
            {"form": "m4b", "state": "old", "why": "title, cover or settings have changed"}
        ]
        assert not at_proof.due()


@pytest.mark.parametrize(
    ("before", "written", "spoken", "after"),
    [
        ("", "St. Clair", "Sinclair", '"St. Clair" = "Sinclair"\n'),
        ("# a\nlead = { say = 'led', speaker = 'H' } # b\n", "lead", "leed",
         '# a\nlead = { say = "leed", speaker = \'H\' } # b\n'),
        ('[en]\nlead = "led"\n', "lead", "leed", '[en]\nlead = "leed"\n'),
        ('[phonemes]\nlead = "x"\n', "lead", "leed", 'lead = "leed"\n\n[phonemes]\nlead = "x"\n'),
        ('"a  b" = "c"\nd = "e"\n', "a b", "", 'd = "e"\n'),
        ("[en]\nlead = 'led'\n", "dawn\u2028", "don", 'dawn = "don"\n\n[en]\nlead = \'led\'\n'),
        ("", 'a"b', "c\\d", '"a\\"b" = "c\\\\d"\n'),
    ],
)  # fmt: skip
def test_an_entry_is_changed_and_the_rest_stays(
    tmp_path: Path, before: str, written: str, spoken: str, after: str
) -> None:
    path = tmp_path / "lexicon.toml"
    if before:
        path.write_text(before, "utf-8")
    say_word(path, written, spoken, "en-GB")
    found = path.read_text("utf-8")
    assert found.removeprefix('# How words are said: "as written" = "as spoken"\n') == after
    load_lexicon([path])


@pytest.mark.parametrize(
    ("before", "written", "spoken", "said"),
    [
        ('lead = [{ say = "a" }, { say = "b" }]\n', "lead", "c", "several readings"),
        ('[en]\na = "b"\n', "en", "enn", "several readings"),
        ("", "—", "dash", "both hold letters"),
        ("", "dash", "—", "both hold letters"),
        ('a = "b"\n', "b", "", "no entry here"),
    ],
)
def test_a_lexicon_entry_that_cannot_be_is_refused(
    tmp_path: Path, before: str, written: str, spoken: str, said: str
) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text(before, "utf-8")
    with pytest.raises(ProjectError, match=said):
        say_word(path, written, spoken, "en")
    assert path.read_text("utf-8") == before
