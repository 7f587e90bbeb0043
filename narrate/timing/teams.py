"""Takes aligned on all cores: processes, each with the aligners of the languages that it meets.

PocketSphinx keeps Python's lock while it works, and is written in C: a take that brings it down costs its process,
and nothing else.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from narrate.audio import read_flac
from narrate.engine.devices import cores_here
from narrate.engine.process import Child, DiedError, leave_signals_to_the_parent
from narrate.errors import NarrateError
from narrate.timing.aligner import Aligner, check_aligner, open_aligner
from narrate.timing.alignment import Alignment


@dataclass(frozen=True, slots=True)
class Job:
    """A take to align: its key and file, its text as it was spoken, and in which language."""

    key: str
    take: Path
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Done:
    """What was found of a job, and by which aligner; `by` is empty where there is none, or it was lost."""

    job: Job
    found: Alignment
    by: str


class Team:
    """Processes that align takes. `language` is the book's; other languages are aligned where they can be here."""

    def __init__(self, language: str, asr_model: str = "") -> None:
        """Raises EngineError where the book's language cannot be aligned here."""
        self.count = check_aligner(language, asr_model) or cores_here()
        self._model = asr_model

    def align(self, jobs: Iterable[Job]) -> Iterator[Done]:
        """What is found of each job, in any order. Closed early, what is in hand is left."""
        coming, at_work = iter(jobs), dict[Connection, tuple[Child, Job]]()
        idle: list[Child] = []
        try:
            while True:
                while len(at_work) < self.count and (job := next(coming, None)) is not None:
                    child = idle.pop() if idle else Child(_work, self._model, name="narrate-words")
                    child.send(job)
                    at_work[child.pipe] = child, job
                if not at_work:
                    return
                for pipe in wait(list(at_work)):
                    assert isinstance(pipe, Connection)
                    child, job = at_work.pop(pipe)
                    try:
                        (done,) = child.receive()
                    except DiedError:
                        child.end()
                        yield Done(job, Alignment(why="the process that aligned it was lost"), "")
                        continue
                    idle.append(child)
                    yield done
        finally:
            for child in (*idle, *(child for child, _ in at_work.values())):
                child.close()
            for child in (*idle, *(child for child, _ in at_work.values())):
                child.end()


def _work(pipe: Connection, asr_model: str) -> None:
    """What runs in a process, until the other end is closed: jobs in, what was found of them out."""
    leave_signals_to_the_parent()
    aligners: dict[str, Aligner | NarrateError] = {}
    with suppress(EOFError, OSError):
        while True:
            pipe.send(_done(pipe.recv(), aligners, asr_model))
    os._exit(0)


def _done(job: Job, aligners: dict[str, Aligner | NarrateError], asr_model: str) -> Done:
    aligner = aligners.get(job.language)
    if aligner is None:
        try:
            aligner = open_aligner(job.language, asr_model)
        except NarrateError as error:
            aligner = error
        aligners[job.language] = aligner
    if isinstance(aligner, NarrateError):
        return Done(job, Alignment(why=aligner.what), "")
    try:
        return Done(job, aligner.align(read_flac(job.take), job.text), aligner.name)
    except NarrateError as error:
        return Done(job, Alignment(why=error.what), "")
