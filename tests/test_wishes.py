"""A line that a listener waits for is spoken before all others of the render that goes on, and nothing is lost."""

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import MadeOnce
from faulty import hum, requests as lines_of
from holding import HeldEngine
from hypothesis import given, strategies as st
from proofing import proof

from narrate.audio import Audio
from narrate.cli import run, signals
from narrate.engine import Wanted
from narrate.errors import NarrateError
from narrate.project import PlacedLine, Project, Wish, Wishes, ask, rewrite, session
from narrate.project.wishes import FOLDER
from narrate.serve.orders import carry_out
from narrate.takes import Holder, Request, TakeStore, locked, written
from narrate.work import (
    Proof,
    Rendered,
    Run,
    Telling,
    night,
    open_project,
    render_project,
    run as work_run,
    take_inventory,
)
from narrate.work.loop import render
from narrate.work.stop import Stop

WANTED = Wanted("draft", check="off")
TEXTS = [f"The tide came in for the {word} time." for word in "first second third fourth fifth sixth seventh".split()]
FIRST = 3  # lines that are spoken before anything is asked


def new_book(home: Path) -> None:
    (home / "tide.txt").write_text("\n\n".join(TEXTS) + "\n", "utf-8")
    assert run(["--home", str(home), "new", str(home / "tide.txt")]) == 0


@pytest.fixture
def project(made_once: MadeOnce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    shutil.copytree(made_once("tide", new_book) / "projects", tmp_path / "projects")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    return open_project(Path("projects/tide"), Path())


class TellingEngine(HeldEngine):
    """Also tells what it has spoken, in order; before its line number `fails` it fails."""

    def __init__(self, go: Path, lines: int = 0, fails: int = 0) -> None:
        super().__init__(go, lines)
        self.spoken: list[Request] = []
        self._fails = fails

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
        for request, audio in super().speak(requests):
            if len(self.spoken) + 1 == self._fails:
                raise NarrateError("the card is gone")
            self.spoken.append(request)
            yield request, audio


def wait_for(what: str, holds: Callable[[], object]) -> None:
    ends = time.monotonic() + 60
    while not holds():
        if time.monotonic() > ends:
            raise AssertionError(f"{what} did not happen")
        time.sleep(0.01)


def placed(project: Project, text: str) -> PlacedLine:
    (found,) = (
        line for chapter in take_inventory(project, WANTED).chapters for line in chapter.lines if line.line.text == text
    )
    return found


def script(project: Project) -> str:
    return "".join(path.read_text("utf-8") for path in project.script_files())


def at_work(project: Project) -> Proof:
    return Proof(open_project(project.folder, Path()), WANTED, Run(Stop()))


def asked(line: PlacedLine, **more: str) -> dict[str, str]:
    words = {"shown_text": line.line.text, "shown_speaker": line.line.speaker, "shown_direction": line.line.direction}
    return {"place": line.place, **words, **more}


def rendered(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    asking: Callable[[], Any],
    engine: TellingEngine,
    *options: str,
    code: int = 0,
    wishes: int = 1,
    heard: Callable[[Rendered], None] = lambda state: None,
) -> Any:
    """Render the project, and have somebody ask when the first lines are there; what it came to for them.

    The engine is held until so many `wishes` lie there. `heard` is told what the rendering came to.
    """
    go = Path("go")
    opened = iter([engine])
    monkeypatch.setattr(work_run, "open_lasting", lambda *_: next(opened, None) or TellingEngine(go))

    def ask_now() -> Any:
        wait_for("the first takes", lambda: len(project.takes.keys()) >= FIRST and session(project.takes.folder))
        return asking()

    def let_go(future: "Future[Any]") -> None:
        wait_for("a wish", lambda: len(list(project.takes.folder.glob(f"{FOLDER}/*.json"))) >= wishes or future.done())
        go.touch()

    def render_and_tell(*arguments: Any, **named: Any) -> Telling[Rendered]:
        state = yield from render_project(*arguments, **named)
        heard(state)
        return state

    monkeypatch.setattr(night, "render_project", render_and_tell)
    with ThreadPoolExecutor(2) as pool:
        future = pool.submit(ask_now)
        letting = pool.submit(let_go, future)
        assert run(["render", str(project.folder), *(options or ("--check", "off"))]) == code
        letting.result(60)
        return future.result(60)


def run_report(project: Project) -> dict[str, Any]:
    found = json.loads((project.out / "run.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def nothing_left(project: Project) -> bool:
    return not list(project.takes.folder.glob(f"{FOLDER}/*")) and not session(project.takes.folder)


# --- at the proof page --------------------------------------------------------------------------


def test_another_take_is_spoken_before_all_queued_lines(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its take is judged as others are, and is none of the run's own lines."""
    line = placed(project, TEXTS[0])
    total = len(take_inventory(project, WANTED).work.requests)
    engine = TellingEngine(Path("go"), FIRST)

    def retake() -> Any:
        at_proof = at_work(project)
        state = at_proof.state()
        assert (state.can_retake, state.alone) == (True, False)
        return carry_out(at_proof, "retake", asked(line))

    shown = rendered(project, monkeypatch, retake, engine, "--check", "light", code=3)  # it only hums
    assert [request.take for request in engine.spoken[: FIRST + 2]] == [1] * (FIRST + 1) + [2]
    assert engine.spoken[FIRST + 1].text == TEXTS[0], "the one after what the engine had in hand"
    assert f"narrator [take 2]: {TEXTS[0]}" in script(project)
    assert shown["take"] == placed(project, TEXTS[0]).request.key  # type: ignore[union-attr]
    assert "verdict" in project.takes.asked(shown["take"])
    told = run_report(project)
    assert (told["state"], told["lines"], told["kept"], told["made"]) == ("done", total, 0, total)
    assert len(engine.spoken) == total + 1
    assert nothing_left(project)


def test_a_line_that_is_still_to_be_made_comes_first_and_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = TellingEngine(Path("go"), FIRST)
    line = placed(project, TEXTS[-1])
    total = len(take_inventory(project, WANTED).work.requests)
    rendered(project, monkeypatch, lambda: carry_out(at_work(project), "retake", asked(line)), engine)
    assert engine.spoken[FIRST + 1].text == TEXTS[-1]
    assert len(engine.spoken) == len({request.key for request in engine.spoken}) == total
    assert run_report(project)["made"] == total, "it is one of the run's"
    assert "[take" not in script(project)


def test_new_words_are_written_and_spoken_next(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = TellingEngine(Path("go"), FIRST)
    line = placed(project, TEXTS[0])
    edit = asked(line, text="The tide went out.")
    books: list[Rendered] = []
    shown = rendered(
        project, monkeypatch, lambda: carry_out(at_work(project), "edit", edit), engine, heard=books.append
    )
    texts = [line.line.text for chapter in books[0].book.chapters for line in chapter.lines]
    assert texts[1:] == ["The tide went out.", *TEXTS[1:]], "what is assembled next has it"
    assert books[0].made == len(books[0].book.work.requests) == len(TEXTS) + 1
    assert "error" not in shown
    assert engine.spoken[FIRST + 1].text == "The tide went out."
    assert "narrator: The tide went out." in script(project)
    assert shown["take"] in project.takes


def test_what_the_render_cannot_speak_is_one_line_and_changes_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cast was changed after the render had read it: its voice would be the old one."""
    engine = TellingEngine(Path("go"), FIRST)
    before = script(project)

    def retake() -> NarrateError:
        cast = project.cast_file.read_text("utf-8")
        project.cast_file.write_text(cast.replace('narrator = "narrator"', 'narrator = "auto"'), "utf-8")
        assert project.cast_file.read_text("utf-8") != cast
        line = placed(project, TEXTS[0])
        with pytest.raises(NarrateError) as refused:
            carry_out(at_work(project), "retake", asked(line))
        return refused.value

    told = str(rendered(project, monkeypatch, retake, engine))
    assert "began with other voices, models or settings (ask again when it has ended)" in told
    assert "\n" not in told
    assert script(project) == before
    assert nothing_left(project)


@pytest.mark.parametrize("action", ["retake", "edit"])
def test_a_render_that_fails_meanwhile_loses_no_line(
    project: Project, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    """Whoever asked makes it, once the project is free."""
    line = placed(project, TEXTS[0])
    failing = TellingEngine(Path("go"), FIRST, fails=FIRST + 1)
    more = {"text": "The tide went out."} if action == "edit" else {}
    shown = rendered(
        project, monkeypatch, lambda: carry_out(at_work(project), action, asked(line, **more)), failing, code=1
    )
    assert "error" not in shown
    assert len(failing.spoken) == FIRST
    assert shown["take"] in project.takes
    assert ("The tide went out." if action == "edit" else f"[take 2]: {TEXTS[0]}") in script(project)
    assert nothing_left(project)


def test_a_page_that_is_ended_asks_no_more(project: Project) -> None:
    line, folder = placed(project, TEXTS[0]), project.takes.folder
    assert line.request is not None
    project.takes.put(line.request, hum(line.request))
    at_proof = at_work(project)
    with ThreadPoolExecutor(1) as pool, locked(folder, lambda who: None, threading.Event()), taken(project) as wishes:
        retake = pool.submit(carry_out, at_proof, "retake", asked(line))
        wait_for("a wish", lambda: wishes.waiting or retake.done())
        at_proof.stop()
        assert str(retake.exception(60)) == "stopped"
        assert not wishes.waiting
    assert "[take" not in script(project)


# --- `narrate retake` -----------------------------------------------------------------------------


def test_retake_asks_the_render_in_place_of_waiting_for_it(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = TellingEngine(Path("go"), FIRST)
    places = [placed(project, text).place for text in TEXTS[:2]]

    def retake() -> int:
        monkeypatch.setattr(signals, "stopping", lambda limits: no_signals())
        return run(["retake", str(project.folder), *places, "--check", "off"])

    # The render itself has begun by then, with the signals in its hand.
    assert rendered(project, monkeypatch, retake, engine, wishes=2) == 0
    assert [(request.take, request.text) for request in engine.spoken[FIRST + 1 : FIRST + 3]] == [
        (2, TEXTS[0]),
        (2, TEXTS[1]),
    ]
    assert script(project).count("[take 2]") == 2
    told = capfd.readouterr()
    assert "it speaks them first." in told.err
    assert "Made 2 lines; the render goes on." in told.out


@contextmanager
def no_signals() -> Iterator[Stop]:
    """A run on a thread, which no signal reaches."""
    yield Stop()


# --- the wishes themselves --------------------------------------------------------------------


@contextmanager
def taken(project: Project) -> Iterator[Wishes]:
    state = take_inventory(project, WANTED)
    wishes = Wishes(project, project.cast(), state.manner, ())
    with wishes.taken():
        yield wishes


def test_a_session_is_believed_only_while_its_render_holds_the_lock(project: Project) -> None:
    folder = project.takes.folder

    def nobody(who: Holder | None) -> None: ...

    with taken(project):
        assert not session(folder), "who takes wishes has the project to itself"
    stop = threading.Event()
    with locked(folder, nobody, stop), taken(project):
        first = session(folder)
        left = (folder / FOLDER / ".session").read_text("utf-8")
        assert first
    assert not session(folder)
    (folder / FOLDER / ".session").write_text(left, "utf-8")  # of one that was killed
    assert not session(folder)
    (folder / ".holder.json").write_text('{"pid": 1, "host": "here", "since": "2026-01-01T00:00:00"}', "utf-8")
    assert not session(folder)
    with locked(folder, nobody, stop), taken(project):
        assert session(folder) not in ("", first)


def test_wishes_of_nobody_are_swept_and_those_that_are_none_are_let_go(project: Project) -> None:
    folder = project.takes.folder / FOLDER
    line = placed(project, TEXTS[0])
    wish = Wish.of(line, replace(line.line, take=2))
    row = {name: getattr(wish, name) for name in Wish.__slots__}
    folder.mkdir(parents=True)
    (folder / "old.json").write_text(json.dumps(row), "utf-8")
    (folder / "old.no").write_text("no", "utf-8")
    with taken(project) as wishes:
        assert not wishes.waiting
        for name, text in {
            "a": "",
            "b": "[" * 100_000,
            "c": json.dumps(row | {"chapter": "../../1"}),
            "d": json.dumps(row | {"take": True}),
            "e": json.dumps(row | {"number": -1}),
            "f": json.dumps(row | {"more": 1}),
            "g": json.dumps([row]),
        }.items():
            (folder / f"{name}.json").write_text(text, "utf-8")
        (folder / "h.json").write_bytes(b"\xff\xfe")
        assert list(wishes.come()) == []
        assert list(folder.iterdir()) == []
        for name, other, why in (
            ("i", {"chapter": 7}, "no such chapter"),
            ("j", {"text": "Other words."}, "holds another line by now"),
            ("k", {"number": 999}, "holds another line by now"),
            ("l", {"key": "0" * 40}, "began with other voices"),
        ):
            (folder / f"{name}.json").write_text(json.dumps(row | other), "utf-8")
            assert list(wishes.come()) == []
            told = (folder / f"{name}.no").read_text("utf-8")
            assert why in told
            assert told.count("\n") == 1
        assert not wishes.keys


def test_a_wish_is_followed_by_the_script_as_it_is_now(project: Project) -> None:
    line = placed(project, TEXTS[0])
    with taken(project) as wishes:
        other = replace(line.line, text="The tide went out.")
        rewrite(project, [(line, other)])
        edited = placed(project, "The tide went out.")
        assert edited.request is not None
        folder = project.takes.folder / FOLDER
        wish = Wish.of(edited, edited.line)
        row = {name: getattr(wish, name) for name in Wish.__slots__}
        folder.mkdir(exist_ok=True)
        (folder / "a.json").write_text(json.dumps(row), "utf-8")
        wishes.attempts = {wish.key: 3}
        assert list(wishes.come()) == [replace(edited.request, attempt=3)]
        assert wishes.keys == {wish.key}
        project.takes.put(edited.request, hum(edited.request))
        (folder / "b.json").write_text(json.dumps(row), "utf-8")
        assert list(wishes.come()) == [], "it is there"
        assert not wishes.waiting


def test_who_asks_one_render_asks_the_next_one_too(project: Project) -> None:
    """The first one ends without, and the second sweeps what it does not know."""
    takes, stop = project.takes, threading.Event()
    line = placed(project, TEXTS[0])
    assert line.request is not None
    wish = Wish.of(line, line.line)
    assert list(ask(takes, [wish], stop)) == [], "nobody takes wishes"
    with ThreadPoolExecutor(1) as pool, locked(takes.folder, lambda who: None, stop), taken(project):
        coming = pool.submit(lambda: list(ask(takes, [wish], stop)))
        wait_for("a wish", lambda: list((takes.folder / FOLDER).glob("*.json")))
        with taken(project) as second:  # at once after the first: nobody sees it end
            wait_for("another", lambda: second.waiting)
            (request,) = second.come()
            takes.put(request, hum(request))
            assert coming.result(60) == [(wish, "")]


@given(st.lists(st.integers(0, 9), max_size=12), st.lists(st.lists(st.integers(0, 14), max_size=3), max_size=15))
def test_every_line_is_spoken_once_and_wishes_before_those_that_wait(queue: list[int], coming: list[list[int]]) -> None:
    known = lines_of(15)
    looks = iter(coming)
    spoken: list[int] = []
    heard: list[tuple[int, list[int]]] = []

    class Engine(HeldEngine):
        def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
            for request in requests:
                spoken.append(known.index(request))
                yield request, hum(request)

    def wished() -> list[Request]:
        heard.append((len(spoken), next(looks, [])))
        return [known[n] for n in heard[-1][1]]

    class Nowhere(TakeStore):
        def put(self, request: Request, audio: object, *, made: object = None) -> None: ...

    made = render(
        Engine(Path("go")), (known[n] for n in queue), Nowhere(Path()), threading.Event(), writers=1, wished=wished
    )
    assert [known.index(take.request) for take in made] == spoken
    assert len(spoken) == len(set(spoken))
    assert set(spoken) == {*queue, *(n for _, numbers in heard for n in numbers)}
    for at, numbers in heard:
        fresh = [n for n in dict.fromkeys(numbers) if n not in spoken[:at]]
        assert spoken[at : at + len(fresh)] == fresh


def test_the_script_has_one_writer_at_a_time(project: Project) -> None:
    lines = [placed(project, text) for text in TEXTS]
    with ThreadPoolExecutor(len(lines)) as pool:
        with written(project.takes.folder):
            done = [pool.submit(rewrite, project, [(one, replace(one.line, take=2))]) for one in lines]
            there = script(project)
            assert "[take 2]" not in there
        for one in done:
            one.result(60)
    assert script(project).count("[take 2]") == len(lines), "none has written over another's"


# --- two processes --------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_page_asks_the_process_that_renders(project: Project) -> None:
    home = Path.cwd()
    command = [sys.executable, str(Path(__file__).with_name("holding.py")), str(home), str(FIRST)]
    with (
        subprocess.Popen([*command, "render", "projects/tide", "--check", "off"], cwd=home) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        wait_for("a session", lambda: len(project.takes.keys()) >= FIRST and session(project.takes.folder))
        with proof(home, "projects/tide", "--no-open", "--check", "off") as served:
            state = served.get("api/state")
            assert (state["can_retake"], state["alone"]) == (True, False)
            line = placed(project, TEXTS[0])
            assert line.request is not None
            retake = pool.submit(served.post, "retake", **asked(line))
            wait_for("a wish", lambda: list(project.takes.folder.glob(f"{FOLDER}/*.json")) or retake.done())
            (home / "go").touch()
            status, shown = retake.result(60)
            assert (status, "error" in shown) == (200, False)
            assert project.takes.asked(shown["take"])["revision"] == "hum-1", "by the engine of the other process"
            assert other.wait(60) == 0
    assert f"[take 2]: {TEXTS[0]}" in script(project)
    assert len(project.takes.keys()) == len(TEXTS) + 2
