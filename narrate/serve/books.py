"""The routes of jobs: books made in the background."""

from dataclasses import asdict
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from narrate.serve.described import Described
from narrate.work import Event, Job, Jobs, Progress


def routes(home: Path, jobs: Jobs) -> list[BaseRoute]:
    """The routes of the jobs of a home."""

    def all_jobs(request: Request) -> Response:
        """The jobs, those that were asked for last first."""
        return JSONResponse([shown(job) for job in jobs.all()])

    return [Described("/api/books", all_jobs, gives=list[Job])]


def shown(job: Job, event: Event | None = None) -> dict[str, object]:
    """A job as pages and programs are told of it; `progress` is that of a render."""
    return asdict(job) | {"progress": asdict(event) if isinstance(event, Progress) else None}
