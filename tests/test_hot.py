"""One engine for many clients: fair, nobody's failure another's, nothing lost when its process is killed."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from faulty import VOICE, FaultyEngine, hum

from narrate.audio import Audio, Sound
from narrate.engine import Wanted, hot as hot_module
from narrate.engine.client import Client
from narrate.engine.draft import DraftSpeaker
from narrate.engine.hot import Hot
from narrate.engine.pool import Pool
from narrate.engine.processes import Processes
from narrate.errors import EngineError
from narrate.takes import Request, TakeStore
from narrate.voices import DraftVoice
from narrate.work.loop import render

pytestmark = pytest.mark.slow

Opener = Callable[..., Hot]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """opened(fault, ...) -> a Hot whose engine is a FaultyEngine in a process of its own, whatever is asked for."""
    hots: list[Hot] = []

    def make(*arguments: object, line_s: float = 0.0, idle_s: float = 0.0) -> Hot:
        def opening(name: str, models: Sequence[str], *_: object) -> Pool[Sound]:
            folder = tmp_path / "-".join([name, *models])
            folder.mkdir(exist_ok=True)
            if "missing" in models:
                raise EngineError("there is no such model")
            opening = partial(FaultyEngine, folder, *arguments, line_s=line_s)  # type: ignore[arg-type]
            return Pool(Processes([opening]))

        monkeypatch.setattr(hot_module, "open_lasting", opening)
        hots.append(Hot(idle_s=idle_s))
        return hots[-1]

    yield make
    for hot in hots:
        hot.close()


def lines(count: int, of: str = "line") -> list[Request]:
    return [Request(f"{of} {number}", VOICE, engine="faulty") for number in range(count)]


def client(hot: Hot, *models: str, urgent: bool = False) -> Client:
    return hot.client("faulty", models, Wanted(), urgent=urgent)


def heard(speaker: Client, requests: Sequence[Request]) -> dict[str, Audio]:
    """What came of the requests, each once, as `hum` has it."""
    got = list(speaker.speak(requests))
    assert sorted(request.key for request, _ in got) == sorted(request.key for request in requests)
    sounds = {}
    for request, sound in got:
        assert isinstance(sound, Audio)
        assert np.array_equal(sound.samples, hum(request).samples)
        assert speaker.notes(request) == {"revision": "hum-1"}
        sounds[request.key] = sound
    return sounds


def test_a_client_is_an_engine(opened: Opener, tmp_path: Path) -> None:
    hot = opened()
    speaker = client(hot)
    assert (speaker.name, speaker.model, speaker.sample_rate, speaker.slots) == ("faulty", "hum", 24_000, 8)
    assert (speaker.losses, speaker.steady) == (0, None)
    heard(speaker, lines(50))
    assert list(speaker.speak([])) == []
    store = TakeStore(tmp_path / "takes")
    assert len(list(render(speaker, lines(30), store, threading.Event()))) == 30
    speaker.close()
    with pytest.raises(EngineError, match="closed"):
        list(speaker.speak(lines(1)))
    heard(client(hot), lines(3))


def test_many_clients_speak_at_once_and_each_gets_its_own(opened: Opener) -> None:
    hot = opened()

    def work(number: int) -> int:
        return len(heard(client(hot, urgent=bool(number % 2)), lines(12, f"of {number % 5}")))

    with ThreadPoolExecutor(24) as threads:
        assert list(threads.map(work, range(24))) == [12] * 24


def test_a_killed_process_loses_nobody_s_line(opened: Opener) -> None:
    hot = opened(line_s=0.005)
    killed = threading.Event()

    def work(number: int) -> int:
        speaker, count = client(hot), 0
        for request, sound in speaker.speak(lines(15, f"of {number}")):
            assert isinstance(sound, Audio)
            assert np.array_equal(sound.samples, hum(request).samples)
            count += 1
            if number == 3 and count == 4 and not killed.is_set():
                killed.set()
                assert hot._engine is not None
                os.kill(hot._engine.workers[0].about["pid"], signal.SIGKILL)
        return count

    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(work, range(16))) == [15] * 16
    assert hot.losses == 1


def test_a_short_request_does_not_wait_for_a_book(opened: Opener) -> None:
    hot = opened(line_s=0.002)
    book = client(hot).speak(lines(6000, "of the book"))
    next(book)
    before = hot._turns._landed
    heard(client(hot, urgent=True), lines(1, "short"))
    # What the engine had in hand, what waited there, and what was spoken while the request was on its way.
    assert hot._turns._landed - before <= 40
    book.close()
    heard(client(hot), lines(5))


def test_a_line_that_is_refused_ends_its_own_client_s_call_and_no_other(opened: Opener) -> None:
    hot = opened(line_s=0.001)

    def work(number: int) -> str:
        asked = lines(10, f"of {number}")
        if number == 4:
            asked.insert(6, Request("poison", VOICE))
        try:
            heard(client(hot), asked)
        except EngineError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(10) as threads:
        found = list(threads.map(work, range(10)))
    assert found == ["this line cannot be spoken" if number == 4 else "" for number in range(10)]
    assert hot.losses == 0


def test_a_client_that_leaves_takes_its_lines_with_it(opened: Opener, tmp_path: Path) -> None:
    hot = opened(line_s=0.01)
    leaving, staying = client(hot), client(hot)
    gone = leaving.speak(lines(1000, "of who leaves"))
    next(gone)
    with ThreadPoolExecutor(1) as threads:
        stays = threads.submit(heard, staying, lines(20, "of who stays"))
        gone.close()
        assert len(stays.result()) == 20
    spoken = list((tmp_path / "faulty").glob("spoken.*"))
    assert len(spoken) <= 20 + 40, "what was in hand, and no more"


def test_a_client_that_leaves_frees_its_slots_at_once(opened: Opener, tmp_path: Path) -> None:
    """What the engine had in hand of it is not spoken any more: no line but the one that was on its way."""
    hot = opened(line_s=0.2)
    leaving, staying = client(hot), client(hot)
    gone = leaving.speak(lines(1000, "of who leaves"))
    next(gone)
    with ThreadPoolExecutor(1) as threads:
        stays = threads.submit(heard, staying, lines(3, "of who stays"))
        gone.close()
        assert len(stays.result()) == 3
    # Of eight in hand one was heard, and while that was handed on another began; then who leaves may be one ahead.
    assert len(list((tmp_path / "faulty").glob("spoken.*"))) <= 3 + 4
    assert not hot._turns.out


def streamed(speaker: Client, requests: Sequence[Request], chunk_frames: int) -> dict[str, list[Audio]]:
    pieces: dict[str, list[Audio]] = {request.key: [] for request in requests}
    for request, piece in speaker.stream(requests, chunk_frames):
        pieces[request.key].append(piece)
    for request in requests:
        assert np.array_equal(np.concatenate([piece.samples for piece in pieces[request.key]]), hum(request).samples)
        assert speaker.notes(request) == {"revision": "hum-1"}
    return pieces


def test_a_line_is_heard_in_pieces_where_nobody_else_speaks(opened: Opener) -> None:
    hot = opened()
    speaker = client(hot, urgent=True)
    assert speaker.alone
    pieces = streamed(speaker, lines(5), 2)
    assert all(len(piece.samples) == 80 for of_line in pieces.values() for piece in of_line[:-1])
    heard(speaker, lines(5))
    assert speaker.alone


@pytest.mark.parametrize("at", [1, 2, 9])
def test_a_line_goes_on_where_it_was_when_the_engine_is_lost(opened: Opener, at: int) -> None:
    hot = opened("kill", at, 1)
    streamed(client(hot), lines(4), 1)
    assert hot.losses == 1


def test_who_speaks_beside_others_is_heard_line_by_line(opened: Opener) -> None:
    hot = opened(line_s=0.002)
    book = client(hot).speak(lines(500, "of the book"))
    next(book)
    speaker = client(hot, urgent=True)
    assert not speaker.alone
    assert {len(pieces) for pieces in streamed(speaker, lines(3), 1).values()} == {1}
    with ThreadPoolExecutor(1) as threads:
        rest = threads.submit(list, book)
        assert {len(pieces) for pieces in streamed(speaker, lines(3, "again"), 1).values()} == {1}
        assert len(rest.result()) == 499
    assert all(len(pieces) > 1 for pieces in streamed(speaker, lines(3, "alone"), 1).values())


def test_who_comes_while_a_line_is_streamed_waits_for_its_end(opened: Opener) -> None:
    hot = opened(line_s=0.01)
    speaker, other = client(hot), client(hot)
    asked = lines(3)
    pieces = speaker.stream(asked, 1)
    first = [next(pieces)]
    with ThreadPoolExecutor(2) as threads:
        beside = [threads.submit(heard, other, lines(20, f"of others {number}")) for number in range(2)]
        first += list(pieces)
        assert [len(one.result()) for one in beside] == [20, 20]
    found = np.concatenate([piece.samples for _, piece in first])
    assert np.array_equal(found, np.concatenate([hum(request).samples for request in asked]))
    assert sum(request is asked[0] for request, _ in first) > 1


def test_who_leaves_a_stream_ends_it_before_the_next_piece(opened: Opener, tmp_path: Path) -> None:
    hot = opened(line_s=0.1)
    pieces = client(hot).stream(lines(1), 1)
    next(pieces)
    pieces.close()
    heard(client(hot), lines(2, "of another"))
    assert len(list((tmp_path / "faulty").glob("piece.*"))) <= 4


def test_closing_a_client_wakes_the_thread_that_waits_for_it(opened: Opener) -> None:
    hot = opened(line_s=1.0)
    speaker = client(hot)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(list, speaker.speak(lines(100)))
        while not hot._turns.out:
            time.sleep(0.01)
        speaker.close()
        with pytest.raises(EngineError, match="closed while it was speaking"):
            waiting.result()


def test_another_engine_is_opened_when_nobody_speaks(opened: Opener) -> None:
    hot = opened(line_s=0.002)
    first = client(hot, "a")
    spoken = first.speak(lines(60, "of the first"))
    next(spoken)
    with ThreadPoolExecutor(1) as threads:
        second = threads.submit(client, hot, "b")
        assert len(list(spoken)) == 59
        heard(second.result(), lines(9))
    heard(first, lines(5))  # and back
    with pytest.raises(EngineError, match="no such model"):
        client(hot, "missing")
    heard(first, lines(5))


def test_an_urgent_client_of_another_engine_interrupts_a_book_which_then_goes_on(opened: Opener) -> None:
    hot = opened(line_s=0.002)
    book = client(hot, "a").speak(lines(500, "of the book"))
    got = [next(book)]
    with ThreadPoolExecutor(1) as threads:
        rest = threads.submit(list, book)
        heard(client(hot, "b", urgent=True), lines(2, "short"))
        assert hot._turns.calls, "the book is not through"
        got += rest.result()
    assert len({request.key for request, _ in got}) == 500


def test_an_engine_that_is_lost_again_and_again_ends_the_calls_and_is_opened_anew_for_the_next(
    opened: Opener, tmp_path: Path
) -> None:
    hot = opened("kill", 1, 6)
    with pytest.raises(EngineError, match="lost 3 times"):
        list(client(hot).speak(lines(20)))
    with pytest.raises(EngineError, match="lost 3 times"):
        list(client(hot).speak(lines(20)))
    heard(client(hot), lines(20))
    assert hot.losses == 6


def test_an_idle_engine_is_closed_and_comes_back(opened: Opener) -> None:
    hot = opened(idle_s=0.2)
    speaker = client(hot)
    heard(speaker, lines(3))
    while hot._engine is not None:
        time.sleep(0.05)
    heard(speaker, lines(3))


def test_closing_ends_everybody(opened: Opener) -> None:
    hot = opened(line_s=0.05)
    speaker = client(hot)
    with ThreadPoolExecutor(4) as threads:
        speaking = [threads.submit(list, speaker.speak(lines(1000, str(n)))) for n in range(4)]
        while not hot._turns.out:
            time.sleep(0.01)
        hot.close()
        for one in speaking:
            with pytest.raises(EngineError, match="closed"):
                one.result()
    with pytest.raises(EngineError, match="closed"):
        client(hot)
    hot.close()


def test_requests_are_pulled_by_their_client_and_what_fails_there_is_its_own(opened: Opener) -> None:
    hot = opened()

    def failing() -> Iterator[Request]:
        assert threading.current_thread() is threading.main_thread()
        yield from lines(20)
        raise ValueError("the client's own")

    with pytest.raises(ValueError, match="the client's own"):
        list(client(hot).speak(failing()))
    heard(client(hot), lines(4))


def test_the_draft_engine_streams_what_it_says() -> None:
    """A sentence at once, and a long one in its parts."""
    asked = [
        Request(f"It rained{' and it rained' * 40}. Then the sun came out.", DraftVoice("narrator"), engine="draft")
    ]
    ((_, whole),) = DraftSpeaker().speak(asked)
    hot = Hot()
    try:
        pieces = [piece for _, piece in hot.client("draft", (), Wanted(engine="draft")).stream(asked, 4)]
    finally:
        hot.close()
    assert len(pieces) > 2
    assert np.array_equal(np.concatenate([piece.samples for piece in pieces]), whole.samples)


def test_the_draft_engine_says_the_same_to_many_as_to_one() -> None:
    narrator = DraftVoice("narrator")
    asked = [Request(f"This is sentence number {n}.", narrator, engine="draft") for n in range(6)]
    alone = {request.key: audio.samples for request, audio in DraftSpeaker().speak(asked)}
    hot = Hot()
    try:

        def work(number: int) -> dict[str, Sound]:
            speaker = hot.client("draft", (), Wanted(engine="draft"), urgent=True)
            return {request.key: sound for request, sound in speaker.speak(asked[number : number + 3])}

        with ThreadPoolExecutor(4) as threads:
            for spoken in threads.map(work, range(4)):
                assert len(spoken) == 3
                for key, sound in spoken.items():
                    assert isinstance(sound, Audio)
                    assert np.array_equal(sound.samples, alone[key])
    finally:
        hot.close()
