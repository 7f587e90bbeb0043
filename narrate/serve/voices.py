"""The routes of the screens Voices and Try: what the shelf holds, and voices made, changed and written to files.

What is asked for is done by `narrate.work`. A voice is heard over `/v1/audio/speech`, as any text is.
"""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute

from narrate import work
from narrate.engine import Speaker, Wanted
from narrate.errors import NarrateError, nearest
from narrate.languages import passage, spoken_languages
from narrate.serve.bodies import as_form, read_json
from narrate.serve.described import Described
from narrate.serve.recordings import Recordings
from narrate.serve.uploads import uploaded
from narrate.serve.voice_forms import (
    Designing,
    JudgedRecording,
    Keeping,
    MadeVoice,
    NewVoice,
    Removing,
    Renaming,
    SaidOfRecording,
    ShownLanguage,
    ShownVoices,
)
from narrate.voices import voice_path, voice_paths
from narrate.work import Able, Audition, BusyError, Notice, Opens, RefusedError, UnknownError

CANDIDATES = 4  # of a design, to hear


def routes(home: Path, wanted: Wanted, opens: Opens) -> list[BaseRoute]:
    """All under /api/voices, /api/recordings and /api/designs. `opens` hands out the engine that designs."""
    voices = Voices(home, wanted, opens)
    one, design = "/api/voices/{name}", "/api/designs/{name}"
    sent, body = "/api/recordings/{id}", (400, 404, 408, 413, 415)
    return [
        Described("/api/voices", voices.list, gives=ShownVoices),
        Described("/api/voices", voices.add, "POST", takes=NewVoice, gives=MadeVoice, fails=body),
        Described("/api/voices/able", voices.able, gives=Able),
        Described("/api/voices/speakers", voices.speakers, gives=list[Speaker], fails=(400, 500)),
        Described(
            "/api/voices/design", voices.design, "POST", takes=Designing, gives=Audition, fails=(*body, 409, 500)
        ),
        Described(f"{one}/about", voices.about, gives=dict[str, Any], fails=(400, 404)),
        Described(f"{one}/recording", voices.recording, gives="audio/flac", fails=(400, 404)),
        Described(f"{one}/export", voices.export, gives="application/octet-stream", fails=(400, 404, 500)),
        Described(f"{one}/rename", voices.rename, "POST", takes=Renaming, gives=MadeVoice, fails=body),
        Described(f"{one}/remove", voices.remove, "POST", takes=Removing, gives=dict[str, Any], fails=body),
        Described(
            "/api/recordings", voices.send, "POST", uploads=SaidOfRecording, gives=JudgedRecording, fails=(*body, 500)
        ),
        Described(sent, voices.judge, "POST", takes=SaidOfRecording, gives=JudgedRecording, fails=(*body, 500)),
        Described(f"{sent}/kept", voices.kept, gives="audio/wav", fails=(400, 404)),
        Described("/api/designs", voices.designs, gives=list[Audition]),
        Described(f"{design}/keep", voices.keep, "POST", takes=Keeping, gives=MadeVoice, fails=body),
        Described(f"{design}/forget", voices.forget, "POST", gives=dict[str, Any], fails=(400,)),
        Described(f"{design}/{{number:int}}", voices.candidate, gives="audio/flac", fails=(400,)),
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
        languages = {code: ShownLanguage(name, passage(code)) for code, name in spoken_languages().items()}
        return JSONResponse(asdict(ShownVoices(work.list_voices(self._home), languages)))

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
        """Put a voice on the shelf: from a recording that was sent, or from a model's speaker."""
        asked = await read_json(request, NewVoice)
        return JSONResponse(asdict(await run_in_threadpool(self._add, asked)))

    def _add(self, asked: NewVoice) -> MadeVoice:
        name, language, about = asked.name.strip(), asked.language, asked.description.strip()
        if asked.speaker:
            made = work.add_speaker(self._shelf, name, asked.speaker, language, about, self._wanted)
            return self._done(name, made)
        said = SaidOfRecording(asked.text, language)
        recorded = replace(self._recorded(asked.recording, said), xvector=asked.xvector, anyway=asked.anyway)
        terms = work.Terms(asked.consent, asked.licence, about)
        with _told_as(recorded.clip, recorded.clip.name):
            # Without an embedding: the engine that is kept hot makes it, where a second model would need its memory.
            done = self._done(name, work.add_recording(self._shelf, name, recorded, terms, None))
        self._recordings.remove(asked.recording)
        return done

    async def rename(self, request: Request) -> Response:
        """Give a voice another name, also in the casts that name it."""
        asked, name = await read_json(request, Renaming), self._voice(request)
        to = asked.to.strip()
        done = await run_in_threadpool(lambda: self._done(to, work.rename_voice(name, to, self._home)))
        return JSONResponse(asdict(done))

    async def remove(self, request: Request) -> Response:
        """Remove a voice; one that projects cast only by force."""
        asked, name = await read_json(request, Removing), self._voice(request)
        await run_in_threadpool(lambda: work.remove_voice(name, self._home, force=asked.force))
        return JSONResponse({})

    async def send(self, request: Request) -> Response:
        """A recording, judged: the id that it is asked for by, and what is heard in it.

        Any sound that ffmpeg reads. Of a long one the best stretch is kept, 3 to 15 s.
        """
        async with uploaded(request) as upload:
            said = as_form(upload.fields, SaidOfRecording)
            new = await self._recordings.add(upload)
        try:
            return JSONResponse(asdict(await run_in_threadpool(self._judge, new, said)))
        except NarrateError:
            self._recordings.remove(new)
            raise

    async def judge(self, request: Request) -> Response:
        """A recording that was sent, judged again: with the text that is said in it, or with what Whisper hears."""
        asked = await read_json(request, SaidOfRecording)
        return JSONResponse(asdict(await run_in_threadpool(self._judge, request.path_params["id"], asked)))

    def _judge(self, known: str, said: SaidOfRecording) -> JudgedRecording:
        recorded = self._recorded(known, said)
        with _told_as(recorded.clip, recorded.clip.name):
            it = work.judge_recording(recorded)
        about = it.text, it.language, it.start_s, it.seconds, it.peaks, it.measures, it.faults
        return JudgedRecording(known, recorded.clip.name, *about)

    def _recorded(self, known: str, said: SaidOfRecording) -> work.Recorded:
        return work.Recorded(
            self._recordings.find(known),
            text=said.text.strip() or None,
            of_stretch=True,
            transcribe=said.transcribe,
            asr_model=self._wanted.asr_model or "",
            language=said.language,
        )

    def kept(self, request: Request) -> Response:
        """What would be kept of a recording, as it would sound."""
        recorded = self._recorded(request.path_params["id"], SaidOfRecording())
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
        """Have four candidates read for a voice that is described in words.

        It is answered when they are there, which takes minutes where a model is loaded first.
        """
        asked = await read_json(request, Designing)
        return JSONResponse(asdict(await run_in_threadpool(self._design, asked)))

    def _design(self, asked: Designing) -> Audition:
        if not self._designing.acquire(blocking=False):
            raise BusyError("candidates are being read for another design", do="wait for them")
        try:
            name, words, language = asked.name.strip(), asked.words, asked.language
            work.audition(self._shelf, name, words, language, CANDIDATES, self._wanted, self._opens)
            return work.show_audition(self._shelf, name)
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
        """Make the voice of a design from one of its candidates."""
        asked, name = await read_json(request, Keeping), request.path_params["name"]
        made = work.pick(self._shelf, name, asked.number, None, description=asked.description.strip())
        return JSONResponse(asdict(await run_in_threadpool(self._done, name, made)))

    def forget(self, request: Request) -> Response:
        """Remove the candidates of a design."""
        work.forget_audition(self._shelf, request.path_params["name"])
        return JSONResponse({})

    def _voice(self, request: Request) -> str:
        """The voice that a request's path names; a path of its own is none. Raises UnknownError."""
        name = str(request.path_params["name"])
        shelves = work.shelves_with(self._home, None)
        if "\0" in name or voice_path(name, shelves) is None:
            raise UnknownError(f'no voice called "{name[:60]}"', do=nearest(name, voice_paths(shelves)))
        return name

    def _done(self, name: str, events: work.Telling[Path]) -> MadeVoice:
        """Do it: the voice as it is then, and what was told."""
        said: list[str] = []
        work.follow(events, lambda event: said.append(event.text) if isinstance(event, Notice) else None)
        row = next(row for row in work.list_voices(self._home) if row.name == name)
        return MadeVoice(row, said)


@contextmanager
def _told_as(path: Path, name: str) -> Iterator[None]:
    """Within it, failures of a file that we keep speak of it by the name that people know."""
    try:
        yield
    except NarrateError as error:
        if error.where is None or Path(error.where) != path:
            raise
        raise type(error)(error.what, where=name, line=error.line, do=error.do) from error
