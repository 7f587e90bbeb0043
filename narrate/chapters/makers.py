"""Chapters made in processes of low priority, beside a render: its own process keeps Python's lock to itself.

A process that dies costs nothing but what it had in hand, and leaves nothing half made that is not swept up.
"""

import os
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

from narrate.chapters.aac import encode_aac
from narrate.chapters.chapters import make_chapter
from narrate.chapters.ffmpeg import Children, Ffmpeg, find_ffmpeg
from narrate.chapters.files import Chapter, chapters_in
from narrate.chapters.levels import keep_level, read_level
from narrate.chapters.plan import ChapterPlan, Mastering
from narrate.engine.process import GRACE_S, Child, DiedError, leave_signals_to_the_parent
from narrate.errors import AssemblyError, NarrateError

NICENESS = 10  # above the render's own: what speaks comes first


def is_complete(chapter: Chapter, settings: Mastering, *, aac: bool) -> bool:
    """Whether a chapter that is there has its level beside it, and its packets where they are asked for."""
    return read_level(chapter) is not None and (not aac or chapter.aac(settings.bitrate_kbps).is_file())


def complete_chapter(
    ffmpeg: Ffmpeg, plan: ChapterPlan, key: str, there: Chapter | None, folder: Path, settings: Mastering, *, aac: bool
) -> Chapter:
    """The chapter, made or as it is `there` if nobody has removed it since, with its level and, where asked for, its
    AAC packets. Raises TakeError, AssemblyError and StorageError.
    """
    if there is None or not there.flac.is_file():
        return make_chapter(ffmpeg, plan, key, folder, settings, aac=aac)
    if aac and not there.aac(settings.bitrate_kbps).is_file():
        encode_aac(ffmpeg, there, settings.bitrate_kbps)
    keep_level(ffmpeg, there)
    return there


class ChapterMakers:
    """Up to `count` processes that make chapters in `folder`, started as chapters come."""

    def __init__(self, folder: Path, settings: Mastering, *, aac: bool, count: int) -> None:
        self._arguments = folder, settings, aac
        self._threads = ThreadPoolExecutor(count, "chapter-maker")  # each waits for a process
        self._free: SimpleQueue[Child] = SimpleQueue()
        self._children: list[Child] = []
        self._starting = Lock()
        self._closed = False
        self._asked: dict[str, Future[Chapter]] = {}

    def make(self, plan: ChapterPlan, key: str) -> None:
        """Have a chapter made once those before it are; nothing where it was asked for before."""
        if key not in self._asked:
            self._asked[key] = self._threads.submit(self._made, plan, key)

    def begun(self) -> Mapping[str, Future[Chapter]]:
        """The chapters that are made or at work, by key; no other is begun any more.

        A future of one that went wrong raises AssemblyError.
        """
        self._asked = {key: future for key, future in self._asked.items() if not future.cancel()}
        return self._asked

    def close(self) -> None:
        """End the processes, and what is at work. Harmless when called twice."""
        self.begun()
        with self._starting:
            self._closed = True
        for child in self._children:
            child.send(None)
        ends = time.monotonic() + GRACE_S
        for child in self._children:
            with suppress(ValueError):  # it was ended before
                child.process.join(max(ends - time.monotonic(), 0))
                if child.process.is_alive():
                    child.process.kill()
        self._threads.shutdown()
        for child in self._children:
            child.end()

    def _made(self, plan: ChapterPlan, key: str) -> Chapter:
        child = self._taken()
        child.send((plan, key))
        try:
            (found,) = child.receive()
        except DiedError:
            child.end()
            raise AssemblyError("the process that made it was lost", where=f"chapter {plan.title!r}") from None
        self._free.put(child)
        if isinstance(found, Chapter):
            return found
        raise AssemblyError(str(found))

    def _taken(self) -> Child:
        """A process that is free, or a new one: there are never more of them than threads that ask."""
        with self._starting:
            if self._closed:
                raise AssemblyError("stopped")
            if not self._free.empty():
                return self._free.get()
            one_thread = {"OPENBLAS_NUM_THREADS": "1"}
            child = Child(_work, *self._arguments, name="narrate-chapters", environment=one_thread)
            self._children.append(child)
            return child


def _work(pipe: Connection, folder: Path, settings: Mastering, aac: bool) -> None:
    """What runs in a process: plans and keys in; the chapter, or what went wrong, out. It ends at None."""
    leave_signals_to_the_parent()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    asked: SimpleQueue[Any] = SimpleQueue()
    children = Children()
    Thread(target=_hear, args=(pipe, asked, children), daemon=True).start()
    ffmpeg: Ffmpeg | None = None
    while (job := asked.get()) is not None:
        plan, key = job
        try:
            ffmpeg = ffmpeg or replace(find_ffmpeg(), children=children)
            there = chapters_in(folder).get(key)
            found: object = complete_chapter(ffmpeg, plan, key, there, folder, settings, aac=aac)
        except NarrateError as error:
            found = str(error)
        except Exception as error:  # a defect: it is met again where the chapter is assembled
            found = f"{type(error).__name__}: {error}"
        with suppress(OSError):
            pipe.send(found)


def _hear(pipe: Connection, asked: "SimpleQueue[Any]", children: Children) -> None:
    """Hand on what is asked until the other end has gone or says so; then what is at work is ended too."""
    job: object = ()
    while job is not None:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            job = None
        if job is None:
            children.end()
        asked.put(job)
