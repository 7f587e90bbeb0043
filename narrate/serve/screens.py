"""The routes of the screens Shelf, Cast, Render and Deliver: what they show, and what they may ask for."""

import os
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from functools import partial
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
from narrate.errors import SourceError
from narrate.project import Project, setting
from narrate.readers.readers import SUFFIXES
from narrate.serve.answers import kind_of
from narrate.serve.bodies import read_json
from narrate.serve.described import Described
from narrate.serve.uploads import uploaded
from narrate.serve.zips import zipped

COVER = 480  # pixels of the longer side
_PROJECT = "/api/projects/{name}"
Change = Callable[[Project, Any], Any]


@dataclass(frozen=True, slots=True)
class Narrated:
    """What may be said of a book that is put on the shelf: the narrator's `voice`, "" for the usual one."""

    voice: str = ""


@dataclass(frozen=True, slots=True)
class ProjectNow(work.Overview):
    """A project as it stands, and the job that works on it or did so last."""

    job: work.Job | None


@dataclass(frozen=True, slots=True)
class Given(work.PartChange):
    """What is to be another of a `speaker`'s part: a voice, or "auto"; the speaker who is the same person; a direction.

    Or whose `quotes` have a voice of their own: off, confident or all.
    """

    speaker: str = ""
    quotes: str = ""


@dataclass(frozen=True, slots=True)
class ProposedCast:
    """The cast with the voices that were proposed, `why` by speaker, and notes for the person."""

    cast: work.CastByEar
    why: dict[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """A line's `place`, such as 3:14, and the `voice` to say it; "" for the one that is cast."""

    place: str
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Unsure:
    """A quotation whose speaker is unsure: the rows around it, the likeliest speaker and how sure that is, and why."""

    index: int
    place: str
    text: str
    rows: tuple[str, ...]
    who: str
    sure: float
    why: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """Who speaks the quotation number `index`, which reads `text`."""

    index: int
    text: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """The formats to be made, and the target that they are for; without them, those that project.toml names."""

    formats: tuple[str, ...] = ()
    target: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to be said."""


def routes(home: Path, wanted: Wanted, jobs: work.Jobs, opens: work.Opens) -> list[BaseRoute]:
    """All routes; jobs are done by `jobs`, and lines are heard with what `opens` opens, as `wanted`."""
    return _Screens(home, wanted, jobs, opens).routes()


class _Screens:
    """The answers."""

    def __init__(self, home: Path, wanted: Wanted, jobs: work.Jobs, opens: work.Opens) -> None:
        self._home, self._wanted, self._jobs, self._opens = home, wanted, jobs, opens
        self._changing = threading.Lock()  # a file that two change at a time would lose one of the changes

    def routes(self) -> list[BaseRoute]:
        shown, changed = self._shown, self._changed
        return [
            Described("/api/shelf", self._shelf, gives=list[work.BookOnShelf]),
            Described(
                "/api/shelf", self._begin, "POST", uploads=Narrated, gives=work.Begun, status=201, fails=(400, 413, 415)
            ),
            Described("/api/forms", self._forms, gives=list[str]),
            Described("/api/ready", self._ready, "POST", takes=Nothing, gives=Nothing, status=202),
            shown("", self._project, ProjectNow),
            Described(f"{_PROJECT}/cover", self._cover, gives="image/jpeg", fails=(404,)),
            Described(f"{_PROJECT}/chapters/{{number:int}}", self._lines, gives=list[work.ReadLine], fails=(404,)),
            shown("/cast", self._cast, work.CastByEar),
            changed("/cast", self._give, Given, work.CastByEar),
            changed("/cast/propose", self._propose, Nothing, ProposedCast),
            Described(f"{_PROJECT}/cast/hear", self._hear, "POST", takes=Heard, gives="audio/wav", fails=(400, 404)),
            shown("/review", self._review, list[Unsure]),
            changed("/review", self._decide, Decided, list[Unsure]),
            changed("/render", self._render, Nothing, work.Job),
            changed("/stop", self._stop, Nothing, work.Job),
            changed("/deliver", self._deliver, Delivered, work.Job),
            shown("/checks", self._checks, work.Readiness),
            Described(f"{_PROJECT}/files/{{file:path}}", self._file, gives="application/octet-stream", fails=(404,)),
            Described(f"{_PROJECT}/zip/{{form}}", self._zip, gives="application/zip", fails=(404,)),
        ]

    def _shown(self, path: str, answer: Callable[[Project], Any], gives: Any) -> Described:
        """A route that shows something of a project."""

        def answered(request: Request) -> Response:
            return _json(answer(self._open(request)))

        answered.__doc__ = answer.__doc__
        return Described(f"{_PROJECT}{path}", answered, gives=gives, fails=(404,))

    def _changed(self, path: str, change: Change, takes: type, gives: Any) -> Described:
        """A route that changes something of a project, one thing after the other."""

        def changed(request: Request, asked: object) -> Any:
            with self._changing:
                return change(self._open(request), asked)

        async def answered(request: Request) -> Response:
            return _json(await run_in_threadpool(changed, request, await read_json(request, takes)))

        answered.__doc__ = change.__doc__
        return Described(f"{_PROJECT}{path}", answered, "POST", takes=takes, gives=gives, fails=(400, 404, 409))

    def _open(self, request: Request) -> Project:
        return work.project_named(request.path_params["name"], self._home)

    # --- the shelf ----------------------------------------------------------------------------------

    def _shelf(self, request: Request) -> Response:
        """The books that there are, at a glance."""
        return _json(work.books_on_shelf(self._home))

    async def _begin(self, request: Request) -> Response:
        """Put a book on the shelf: a project made of the file that is sent, read and ready to be cast."""
        async with uploaded(request) as upload:
            voice = upload.fields.get("voice", "")
            self._open_ahead(voice)
            with tempfile.TemporaryDirectory(prefix="narrate-", ignore_cleanup_errors=True) as folder:
                file = Path(folder) / upload.name
                await upload.save(file)
                try:
                    begun = await run_in_threadpool(work.begin_book, file, self._home, self._wanted, voice)
                except SourceError as error:
                    raise _as_sent(error, folder) from None
        return JSONResponse(asdict(begun), 201 if begun.fresh else 200)

    def _forms(self, request: Request) -> Response:
        """The suffixes of the files that can be read: `.epub`."""
        return JSONResponse(SUFFIXES)

    async def _ready(self, request: Request) -> Response:
        """Somebody is here who may soon hear something: have the engine open where that takes no GPU from others."""
        await read_json(request, Nothing)
        self._open_ahead(light=True)
        return JSONResponse({}, 202)

    def _open_ahead(self, voice: str = "", *, light: bool = False) -> None:
        if not self._jobs.busy:  # or what speaks now would have to go
            opening = partial(work.open_ahead, self._home, self._wanted, self._opens, voice, light=light)
            threading.Thread(target=opening, daemon=True).start()

    def _project(self, project: Project) -> Any:
        """How a project stands: its chapters, what is made of them, its files, and the job that works on it."""
        seen = work.overview_of(project, self._wanted)
        known = {field.name: getattr(seen, field.name) for field in fields(seen)}
        return ProjectNow(**known, job=self._jobs.of(project.folder.name))

    def _cover(self, request: Request) -> Response:
        """A small picture of a project's cover, or of the one that is drawn for it."""
        picture = work.cover_jpeg(self._open(request), COVER)
        if picture is None:
            raise HTTPException(404)
        return Response(picture, media_type="image/jpeg")

    def _lines(self, request: Request) -> Response:
        """The lines of a chapter, and who says them."""
        lines = work.lines_of_chapter(self._open(request), request.path_params["number"])
        return _json(lines)

    # --- the cast -----------------------------------------------------------------------------------

    def _models(self, project: Project) -> tuple[str, ...]:
        return self._wanted.models or project.settings.model

    def _cast(self, project: Project) -> work.CastByEar:
        """Who speaks in a project, how often and with which voice; and the voices that there are."""
        return work.cast_by_ear(project, self._models(project))

    def _give(self, project: Project, asked: Given) -> work.CastByEar:
        """Give a speaker a voice or a direction, or say who they are; or change whose quotations have voices."""
        if asked.quotes:
            work.change_quotes(project, str(setting("quotes", asked.quotes)))
        else:
            work.change_part(project, asked.speaker, asked, self._models(project))
        return self._cast(project)

    def _propose(self, project: Project, asked: Nothing) -> ProposedCast:
        """Give everybody for whom nobody has chosen a voice one that fits."""
        proposed = work.propose_voices(project, self._models(project), write=True)
        notes = tuple(work.told_text(note, self._home) for note in proposed.notes)
        return ProposedCast(self._cast(project), {each.speaker: each.why for each in proposed.voices}, notes)

    async def _hear(self, request: Request) -> Response:
        """A line of the book as a voice says it, or as it is cast."""
        return await run_in_threadpool(self._heard, request, await read_json(request, Heard))

    def _heard(self, request: Request, asked: Heard) -> Response:
        with closing(work.Run(work.Stop(), opens=self._opens)) as run:
            sound = work.hear_line(self._open(request), self._wanted, run, asked.place, asked.voice)
        data = sound.samples.astype("<i2").tobytes()
        return Response(wav_header(sound.sample_rate, len(sound.samples)) + data, media_type="audio/wav")

    # --- unsure quotations --------------------------------------------------------------------------

    def _review(self, project: Project) -> list[Unsure]:
        """The quotations whose speaker is least sure, the least sure first, and who they may be."""
        return [
            Unsure(
                question.index,
                question.entry.place,
                question.entry.text,
                question.rows,
                question.entry.who,
                question.entry.confidence,
                question.entry.reason or question.entry.kind,
                (*question.choices, question.narrator),
            )
            for question in work.open_questions(project)
        ]

    def _decide(self, project: Project, asked: Decided) -> list[Unsure]:
        """Say who speaks a quotation; those that are left."""
        speaker = " ".join(asked.speaker.split())
        if not work.is_speaker(speaker):
            raise work.RefusedError(f'"{speaker[:60]}" is no speaker\'s name')
        review = work.Review(project)
        review.decide(review.question(asked.index, asked.text), speaker)
        return self._review(project)

    # --- render and deliver -------------------------------------------------------------------------

    def _render(self, project: Project, asked: Nothing) -> work.Job:
        """Make the takes that are missing, as a job."""
        return self._jobs.add(project.folder.name, work.Choices(until="takes"))

    def _stop(self, project: Project, asked: Nothing) -> work.Job:
        """Stop the job that works on a project; what is made is kept."""
        job = self._jobs.of(project.folder.name)
        if job is None or job.is_over:
            raise work.RefusedError(f"nothing is at work on {project.settings.title}")
        return self._jobs.stop(job.id)

    def _deliver(self, project: Project, asked: Delivered) -> work.Job:
        """Make the audiobook's files, as a job; lines that are not spoken are spoken first."""
        return self._jobs.add(project.folder.name, work.Choices(formats=asked.formats, target=asked.target))

    def _checks(self, project: Project) -> work.Readiness:
        """Whether a book is whole, its takes are trusted, and its MP3 files are what a shop takes."""
        return work.readiness(project, self._wanted)

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


def _as_sent(error: SourceError, folder: str) -> SourceError:
    """What is wrong with a file, which is called as it was sent: nobody knows the folder that it lay in."""
    where = None if error.where is None else str(error.where).removeprefix(f"{folder}{os.sep}")
    return type(error)(error.what, where=where, line=error.line, do=error.do)


def _json(found: Any) -> Response:
    """Dataclasses, and lists of them, as JSON."""
    return JSONResponse([asdict(one) for one in found] if isinstance(found, list) else asdict(found))
