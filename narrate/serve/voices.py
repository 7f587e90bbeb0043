"""The routes of the screens Voices and Try: what the shelf holds, and voices made, changed and written to files.

What is asked for is done by `narrate.work`. A voice is heard over `/v1/audio/speech`, as any text is.
"""

import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from narrate import work
from narrate.engine import Wanted
from narrate.errors import NarrateError, nearest
from narrate.languages import passage, spoken_languages
from narrate.serve.orders import read_order
from narrate.serve.recordings import Recordings
from narrate.serve.uploads import uploaded
from narrate.voices import voice_path, voice_paths
from narrate.work import BusyError, Notice, Opens, RefusedError, UnknownError

CANDIDATES = 4  # of a design, to hear


def routes(home: Path, wanted: Wanted, opens: Opens) -> list[Route]:
    """All under /api/voices, /api/recordings and /api/designs. `opens` hands out the engine that designs."""
    voices = Voices(home, wanted, opens)
    return [
        Route("/api/voices", voices.list, methods=["GET"]),
        Route("/api/voices", voices.add, methods=["POST"]),
        Route("/api/voices/able", voices.able),
        Route("/api/voices/speakers", voices.speakers),
        Route("/api/voices/design", voices.design, methods=["POST"]),
        Route("/api/voices/{name}/about", voices.about),
        Route("/api/voices/{name}/recording", voices.recording),
        Route("/api/voices/{name}/export", voices.export),
        Route("/api/voices/{name}/rename", voices.rename, methods=["POST"]),
        Route("/api/voices/{name}/remove", voices.remove, methods=["POST"]),
        Route("/api/recordings", voices.send, methods=["POST"]),
        Route("/api/recordings/{id}", voices.judge, methods=["POST"]),
        Route("/api/recordings/{id}/kept", voices.kept),
        Route("/api/designs", voices.designs),
        Route("/api/designs/{name}/keep", voices.keep, methods=["POST"]),
        Route("/api/designs/{name}/forget", voices.forget, methods=["POST"]),
        Route("/api/designs/{name}/{number:int}", voices.candidate),
    ]


class Voices:
    """The answers. What changes the shelf of `home` is done in a thread, and all of it or nothing."""

    def __init__(self, home: Path, wanted: Wanted, opens: Opens) -> None:
        self._home, self._wanted, self._opens = home, wanted, opens
        self._recordings = Recordings(home / "voices" / ".recordings")
        self._designing = threading.Lock()

    @property
    def _shelf(self) -> Path:
        return work.shelves_with(self._home, None)[0]

    def list(self, request: Request) -> Response:
        """Every voice on the shelves, and the languages that voices read, each with a passage."""
        languages = {code: {"name": name, "passage": passage(code)} for code, name in spoken_languages().items()}
        rows = [asdict(row) for row in work.list_voices(self._home)]
        return JSONResponse({"voices": rows, "languages": languages})

    def able(self, request: Request) -> Response:
        """What cannot be done here, and why."""
        return JSONResponse(asdict(work.able(self._wanted)))

    def speakers(self, request: Request) -> Response:
        """The speakers of the CustomVoice model that is there, else of the released ones."""
        return JSONResponse([asdict(speaker) for speaker in work.model_speakers(self._wanted.models)])

    def about(self, request: Request) -> Response:
        """All that is known of a voice."""
        return JSONResponse(work.show_voice(self._voice(request), self._home))

    def recording(self, request: Request) -> Response:
        """The recording that a voice was made from."""
        return FileResponse(work.recording_of(self._voice(request), self._home), media_type="audio/flac")

    def export(self, request: Request) -> Response:
        """A clone as a file: `form` is safetensors or pt, `size` the model's, where there are several."""
        name, form = self._voice(request), request.query_params.get("form", "safetensors")
        size = request.query_params.get("size") or None
        shelves = work.shelves_with(self._home, None)
        folder = Path(tempfile.mkdtemp(prefix="narrate-"))
        file = folder / f"{name}.{form}"
        try:
            with _told_as(file, file.name):
                if form not in ("safetensors", "pt"):
                    raise RefusedError(f'"{form[:20]}" is no form of a voice', do="safetensors or pt")
                work.export_file(name, shelves, file, size)
        except BaseException:
            shutil.rmtree(folder)
            raise
        gone = BackgroundTask(shutil.rmtree, folder)
        return FileResponse(file, filename=file.name, media_type="application/octet-stream", background=gone)

    async def add(self, request: Request) -> Response:
        """A voice from a recording that was sent, or from a model's speaker."""
        asked = await read_order(request)
        return JSONResponse(await run_in_threadpool(self._add, asked))

    def _add(self, asked: Mapping[str, str]) -> dict[str, Any]:
        name, language, about = (asked.get(key, "").strip() for key in ("name", "language", "description"))
        if "speaker" in asked:
            made = work.add_speaker(self._shelf, name, asked["speaker"], language, about, self._wanted)
            return self._done(name, made)
        recorded = self._recorded(asked.get("recording", ""), asked)
        terms = work.Terms(asked.get("consent", ""), asked.get("licence", ""), about)
        with _told_as(recorded.clip, recorded.clip.name):
            # Without an embedding: the engine that is kept hot makes it, where a second model would need its memory.
            done = self._done(name, work.add_recording(self._shelf, name, recorded, terms, None))
        self._recordings.remove(asked["recording"])
        return done

    async def rename(self, request: Request) -> Response:
        """Give a voice another name: `to`."""
        asked, name = await read_order(request), self._voice(request)
        to = asked.get("to", "").strip()
        return JSONResponse(await run_in_threadpool(lambda: self._done(to, work.rename_voice(name, to, self._home))))

    async def remove(self, request: Request) -> Response:
        """Remove a voice; one that projects cast only with `force`."""
        asked, name = await read_order(request), self._voice(request)
        await run_in_threadpool(lambda: work.remove_voice(name, self._home, force=asked.get("force") == "yes"))
        return JSONResponse({})

    async def send(self, request: Request) -> Response:
        """A recording, judged: the `id` that it is asked for by, and what is heard in it."""
        async with uploaded(request) as upload:
            new = await self._recordings.add(upload)
        try:
            return JSONResponse(await run_in_threadpool(self._judge, new, upload.fields))
        except NarrateError:
            self._recordings.remove(new)
            raise

    async def judge(self, request: Request) -> Response:
        """A recording that was sent, judged again: with the text that is said in it, or `transcribe`d."""
        asked = await read_order(request)
        return JSONResponse(await run_in_threadpool(self._judge, request.path_params["id"], asked))

    def _judge(self, known: str, asked: Mapping[str, str]) -> dict[str, Any]:
        recorded = self._recorded(known, asked)
        with _told_as(recorded.clip, recorded.clip.name):
            judged = work.judge_recording(recorded)
        shown = {key: getattr(judged, key) for key in ("text", "language", "start_s", "seconds", "peaks")}
        measures, faults = asdict(judged.measures), [asdict(fault) for fault in judged.faults]
        return {"id": known, "source": recorded.clip.name, **shown, "measures": measures, "faults": faults}

    def _recorded(self, known: str, asked: Mapping[str, str]) -> work.Recorded:
        return work.Recorded(
            self._recordings.find(known),
            text=asked.get("text", "").strip() or None,
            of_stretch=True,
            transcribe=asked.get("transcribe") == "yes",
            asr_model=self._wanted.asr_model or "",
            xvector=asked.get("xvector") == "yes",
            language=asked.get("language", ""),
            anyway=asked.get("anyway") == "yes",
        )

    def kept(self, request: Request) -> Response:
        """What would be kept of a recording, as it would sound."""
        recorded = self._recorded(request.path_params["id"], {})
        folder = Path(tempfile.mkdtemp(prefix="narrate-"))
        gone = BackgroundTask(shutil.rmtree, folder)
        try:
            with _told_as(recorded.clip, recorded.clip.name):
                work.kept_recording(recorded, folder / "kept.wav")
        except BaseException:
            shutil.rmtree(folder)
            raise
        return FileResponse(folder / "kept.wav", media_type="audio/wav", background=gone)

    async def design(self, request: Request) -> Response:
        """Have candidates read for the voice `name`, described in `words`."""
        asked = await read_order(request)
        return JSONResponse(await run_in_threadpool(self._design, asked))

    def _design(self, asked: Mapping[str, str]) -> dict[str, Any]:
        if not self._designing.acquire(blocking=False):
            raise BusyError("candidates are being read for another design", do="wait for them")
        try:
            name, words = asked.get("name", "").strip(), asked.get("words", "")
            language = asked.get("language") or "en"
            work.audition(self._shelf, name, words, language, CANDIDATES, self._wanted, self._opens)
            return asdict(work.show_audition(self._shelf, name))
        finally:
            self._designing.release()

    def designs(self, request: Request) -> Response:
        """The designs of which candidates are there."""
        return JSONResponse([asdict(found) for found in work.list_auditions(self._shelf)])

    def candidate(self, request: Request) -> Response:
        """The sound of a candidate."""
        file = work.candidate_of(self._shelf, request.path_params["name"], request.path_params["number"])
        return FileResponse(file, media_type="audio/flac")

    async def keep(self, request: Request) -> Response:
        """Make the voice of a design from its candidate `number`."""
        asked, name = await read_order(request), request.path_params["name"]
        number = asked.get("number", "")
        if not (number.isascii() and number.isdecimal() and len(number) < 4):
            raise RefusedError("which candidate is to be kept is missing")
        about = asked.get("description", "").strip()
        made = work.pick(self._shelf, name, int(number), None, description=about)
        return JSONResponse(await run_in_threadpool(self._done, name, made))

    async def forget(self, request: Request) -> Response:
        """Remove the candidates of a design."""
        await read_order(request)
        await run_in_threadpool(work.forget_audition, self._shelf, request.path_params["name"])
        return JSONResponse({})

    def _voice(self, request: Request) -> str:
        """The voice that a request's path names; a path of its own is none. Raises UnknownError."""
        name = str(request.path_params["name"])
        shelves = work.shelves_with(self._home, None)
        if "\0" in name or voice_path(name, shelves) is None:
            raise UnknownError(f'no voice called "{name[:60]}"', do=nearest(name, voice_paths(shelves)))
        return name

    def _done(self, name: str, events: work.Telling[Path]) -> dict[str, Any]:
        """Do it: the voice as it is then, and what was told."""
        said: list[str] = []
        work.follow(events, lambda event: said.append(event.text) if isinstance(event, Notice) else None)
        row = next(row for row in work.list_voices(self._home) if row.name == name)
        return {"voice": asdict(row), "said": said}


@contextmanager
def _told_as(path: Path, name: str) -> Iterator[None]:
    """Within it, failures of a file that we keep speak of it by the name that people know."""
    try:
        yield
    except NarrateError as error:
        if error.where is None or Path(error.where) != path:
            raise
        raise type(error)(error.what, where=name, line=error.line, do=error.do) from error
