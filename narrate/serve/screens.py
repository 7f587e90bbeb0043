"""The routes of the screens Shelf, Cast, Render and Deliver: what they show, and what they may ask for."""

import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute

from narrate import work
from narrate.audio import wav_header
from narrate.engine import Wanted
from narrate.project import Project
from narrate.serve.answers import kind_of
from narrate.serve.described import Described
from narrate.serve.orders import read_order
from narrate.serve.uploads import uploaded
from narrate.serve.zips import zipped

COVER = 480  # pixels of the longer side
_PROJECT = "/api/projects/{name}"
Asked = Mapping[str, str]


def routes(home: Path, wanted: Wanted, jobs: work.Jobs, opens: work.Opens) -> list[BaseRoute]:
    """All routes; jobs are done by `jobs`, and lines are heard with what `opens` opens, as `wanted`."""
    return _Screens(home, wanted, jobs, opens).routes()


class _Screens:
    """The answers."""

    def __init__(self, home: Path, wanted: Wanted, jobs: work.Jobs, opens: work.Opens) -> None:
        self._home, self._wanted, self._jobs, self._opens = home, wanted, jobs, opens
        self._getting_ready: threading.Thread | None = None
        self._changing = threading.Lock()  # a file that two change at a time would lose one of the changes

    def routes(self) -> list[BaseRoute]:
        get, post = self._get, self._post
        return [
            Described("/api/shelf", self._shelf, gives=list[work.BookOnShelf]),
            Described(
                "/api/shelf", self._begin, "POST", takes="multipart/form-data", gives=work.Begun, fails=(413, 415)
            ),
            get("", self._project, gives=work.Overview),
            Described(f"{_PROJECT}/cover", self._cover, gives="image/jpeg", fails=(404,)),
            Described(f"{_PROJECT}/chapters/{{number:int}}", self._lines, fails=(404,)),
            get("/cast", self._cast, gives=work.CastByEar),
            post("/cast", self._give),
            post("/cast/propose", self._propose),
            Described(f"{_PROJECT}/cast/hear", self._hear, "POST", gives="audio/wav", fails=(404,)),
            get("/review", self._review),
            post("/review", self._decide),
            post("/render", self._render),
            post("/stop", self._stop),
            post("/deliver", self._deliver),
            get("/checks", self._checks, gives=work.Readiness),
            Described(f"{_PROJECT}/files/{{file:path}}", self._file, gives="application/octet-stream", fails=(404,)),
            Described(f"{_PROJECT}/zip/{{form}}", self._zip, gives="application/zip", fails=(404,)),
        ]

    def _get(self, path: str, answer: Callable[[Project], Any], gives: Any = None) -> Described:
        """A route that shows something of a project."""

        def answered(request: Request) -> Response:
            return JSONResponse(answer(self._open(request)))

        answered.__doc__ = answer.__doc__
        return Described(f"{_PROJECT}{path}", answered, gives=gives, fails=(404,))

    def _post(self, path: str, change: Callable[[Project, Asked], Any]) -> Described:
        """A route that changes something of a project, one thing after the other."""

        def changed(project: Project, asked: Asked) -> Any:
            with self._changing:
                return change(project, asked)

        async def answered(request: Request) -> Response:
            asked = await read_order(request)
            project = await run_in_threadpool(self._open, request)
            return JSONResponse(await run_in_threadpool(changed, project, asked))

        answered.__doc__ = change.__doc__
        return Described(f"{_PROJECT}{path}", answered, "POST", takes="application/json", fails=(400, 404, 409))

    def _open(self, request: Request) -> Project:
        return work.project_named(self._home, request.path_params["name"])

    # --- the shelf ----------------------------------------------------------------------------------

    def _shelf(self, request: Request) -> Response:
        """The books that there are, at a glance."""
        if self._getting_ready is None:  # somebody looks, and may drop a book
            self._getting_ready = threading.Thread(target=work.get_ready, daemon=True)
            self._getting_ready.start()
        return JSONResponse([asdict(book) for book in work.books_on_shelf(self._home)])

    async def _begin(self, request: Request) -> Response:
        """Put a book on the shelf: a project made of the file that is sent, read and ready to be cast."""
        async with uploaded(request) as upload:
            voice = upload.fields.get("voice", "")
            with tempfile.TemporaryDirectory(prefix="narrate-", ignore_cleanup_errors=True) as folder:
                file = Path(folder) / upload.name
                await upload.save(file)
                begun = await run_in_threadpool(work.begin_book, file, self._home, self._wanted, voice)
        return JSONResponse(asdict(begun), 201 if begun.fresh else 200)

    def _project(self, project: Project) -> Any:
        """How a project stands: its chapters, what is made of them, its files, and the job that works on it."""
        job = next((job for job in self._jobs.all() if job.project == project.folder.name), None)
        return asdict(work.overview_of(project, self._wanted)) | {"job": None if job is None else asdict(job)}

    def _cover(self, request: Request) -> Response:
        """A small picture of a project's cover, or of the one that is drawn for it."""
        picture = work.cover_jpeg(self._open(request), COVER)
        if picture is None:
            raise HTTPException(404)
        return Response(picture, media_type="image/jpeg")

    def _lines(self, request: Request) -> Response:
        """The lines of a chapter, and who says them."""
        lines = work.lines_of_chapter(self._open(request), request.path_params["number"])
        return JSONResponse([asdict(line) for line in lines])

    # --- the cast -----------------------------------------------------------------------------------

    def _models(self, project: Project) -> tuple[str, ...]:
        return self._wanted.models or project.settings.model

    def _cast(self, project: Project) -> Any:
        """Who speaks in a project, how often and with which voice; and the voices that there are."""
        return asdict(work.cast_by_ear(project, self._models(project)))

    def _give(self, project: Project, asked: Asked) -> Any:
        """Give a `speaker` a `voice`, or change whose `quotes` have a voice of their own."""
        if quotes := asked.get("quotes"):
            return {"said": work.change_quotes(project, quotes)}
        work.give_voice(project, asked.get("speaker", ""), asked.get("voice", ""), self._models(project))
        return self._cast(project)

    def _propose(self, project: Project, asked: Asked) -> Any:
        """Give everybody for whom nobody has chosen a voice one that fits."""
        proposed = work.propose_voices(project, self._models(project), write=True)
        why = {each.speaker: each.why for each in proposed.voices}
        return self._cast(project) | {"why": why, "notes": proposed.notes}

    async def _hear(self, request: Request) -> Response:
        """The line at a `place` as a `voice` says it, or as it is cast where none is named."""
        asked = await read_order(request)
        return await run_in_threadpool(self._heard, request, asked.get("place", ""), asked.get("voice", ""))

    def _heard(self, request: Request, place: str, voice: str) -> Response:
        with closing(work.Run(work.Stop(), opens=self._opens)) as run:
            sound = work.hear_line(self._open(request), self._wanted, run, place, voice)
        data = sound.samples.astype("<i2").tobytes()
        return Response(wav_header(sound.sample_rate, len(sound.samples)) + data, media_type="audio/wav")

    # --- unsure quotations --------------------------------------------------------------------------

    def _review(self, project: Project) -> Any:
        """The quotations whose speaker is least sure, the least sure first, and who they may be."""
        return [
            {
                "index": question.index,
                "place": question.entry.place,
                "text": question.entry.text,
                "rows": question.rows,
                "who": question.entry.who,
                "sure": question.entry.confidence,
                "why": question.entry.reason or question.entry.kind,
                "choices": [*question.choices, question.narrator],
            }
            for question in work.open_questions(project)
        ]

    def _decide(self, project: Project, asked: Asked) -> Any:
        """Say that `speaker` speaks the quotation number `index`, which reads `text`."""
        index, speaker = asked.get("index", ""), " ".join(asked.get("speaker", "").split())
        if not (index.isdecimal() and work.is_speaker(speaker)):
            raise work.RefusedError("a quotation's number and a speaker's name are expected")
        review = work.Review(project)
        review.decide(review.question(int(index), asked.get("text", "")), speaker)
        return self._review(project)

    # --- render and deliver -------------------------------------------------------------------------

    def _render(self, project: Project, asked: Asked) -> Any:
        """Make the takes that are missing, as a job."""
        return asdict(self._jobs.add(project.folder.name, until="takes"))

    def _stop(self, project: Project, asked: Asked) -> Any:
        """Stop the job that works on a project; what is made is kept."""
        for job in self._jobs.all():
            if job.project == project.folder.name and not job.is_over:
                return asdict(self._jobs.stop(job.id))
        raise work.RefusedError(f"nothing is at work on {project.settings.title}")

    def _deliver(self, project: Project, asked: Asked) -> Any:
        """Make `formats` such as "m4b,mp3" for a `target`, as a job."""
        formats = [form.strip() for form in asked.get("formats", "").split(",") if form.strip()]
        return asdict(self._jobs.add(project.folder.name, formats=formats, target=asked.get("target", "")))

    def _checks(self, project: Project) -> Any:
        """Whether a book is whole, its takes are trusted, and its MP3 files are what a shop takes."""
        return asdict(work.readiness(project, self._wanted))

    def _file(self, request: Request) -> Response:
        """A file of a deliverable, to be saved."""
        path = work.made_file(self._open(request), request.path_params["file"])
        if path is None:
            raise HTTPException(404)
        return FileResponse(path, media_type=kind_of(path.name), filename=path.name)

    def _zip(self, request: Request) -> Response:
        """All files of a format in one ZIP, to be saved."""
        project, form = self._open(request), request.path_params["form"]
        files = [(file.name, project.out / file.name) for file in work.files_of(project) if file.form == form]
        if not files:
            raise HTTPException(404)
        name = f"{project.folder.name}-{form}.zip"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(zipped(files), media_type="application/zip", headers=disposition)
