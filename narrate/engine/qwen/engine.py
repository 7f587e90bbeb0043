"""The engine: requests in, audio out, with every slot busy.

Each turn admits lines into free rows, makes one frame for all rows, and looks at what an
earlier step finished. On CUDA the host stays a step or two (`Parts.queued`) ahead of what it has seen and builds the
next prompts while it waits, so the device never does. The decoder is the captured one
on CUDA and the eager one where asked for (`eager`) or on the CPU; the loop is the same.
"""

import gc
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Self

import numpy as np
import torch
from numpy.typing import NDArray

from narrate.audio import Audio
from narrate.engine.engine import Asked
from narrate.engine.qwen.card import plan, steady
from narrate.engine.qwen.cloning import Voices, clone
from narrate.engine.qwen.codec import Codec, EagerCodec, Voicing
from narrate.engine.qwen.decode import EagerDecoder, Snapshot, new_state
from narrate.engine.qwen.facts import QWEN
from narrate.engine.qwen.lines import LONGER, LONGEST, End, Line, Lines, Unwanted, ending, noted, positions_of, prefills
from narrate.engine.qwen.memory import CODEC_FRAMES, POSITIONS, PREFILL_TOKENS, Layout, kind_of, what_would_fit
from narrate.engine.qwen.parts import Parts, fast_parts
from narrate.engine.qwen.prompt import Prompter, frame_cap
from narrate.engine.qwen.slots import Schedule, group_of
from narrate.engine.qwen.stream import stream_line
from narrate.engine.qwen.voices import ClonedVoice
from narrate.engine.qwen.weights import load
from narrate.errors import EngineError
from narrate.takes import Request

if TYPE_CHECKING:
    from narrate.engine.qwen.compiling import Compiling

AHEAD = 64  # prompts built at once, before there is room for them
CPU_SLOTS = 4
HANDED = 4  # takes handed out between two steps; a fourth of those that wait where that is more

log = logging.getLogger(__name__)


class QwenEngine:
    """Qwen3-TTS on one device. `model` is what takes' keys go by, `revision` the exact files.

    `ended` has the lines that did not end as others do, by key: "capped", stopped at their frame cap (runaways, as a
    rule), or "ended_late", see `prompt.due_frame`. `slots` halves when memory runs out in the middle.
    """

    name = QWEN.name

    def __init__(
        self,
        model: str,
        *,
        device: str = "cuda",
        eager: bool = False,
        slots: int | None = None,
        positions: int = POSITIONS,
        memory: int | None = None,
        cache: str | None = None,
        dtype: torch.dtype | None = None,
        frame_cap: Callable[[str], int] = frame_cap,
    ) -> None:
        """Loads `model`, a local folder or a hub name, onto `device`.

        slots, positions: as many as fit, unless given. memory: bytes of the device's that this engine may have.
        cache: see `kind_of`. dtype: bfloat16 on CUDA and float32 on the CPU, unless given. frame_cap: text -> frames
        at most. Raises EngineError when the model is not found, cannot run here, or does not fit.
        """
        on_cuda = torch.device(device).type == "cuda"
        dtype = dtype or (torch.bfloat16 if on_cuda else torch.float32)
        self.cache = kind_of(cache, device, eager=eager)
        self._compiling: Compiling | None = None
        if eager or not on_cuda:
            self._model = load(model, device, dtype, memory=memory)
        else:
            from narrate.engine.qwen.compiling import load_compiling  # it needs Triton, which comes with CUDA

            self._model, self._compiling = load_compiling(model, device, dtype, self.cache, memory, alone=slots == 1)
        self.model, self.revision = self._model.checkpoint.name, self._model.checkpoint.revision
        self.sample_rate = self._model.sample_rate
        self.ended: dict[str, str] = {}
        self._eager = eager or not on_cuda
        self._most_positions = self._positions = self._usual = min(positions, self._model.config.positions)
        self._memory, self._frame_cap = memory, frame_cap
        self._layout = Layout(slots or CPU_SLOTS, self._usual, CODEC_FRAMES[0], PREFILL_TOKENS[0])
        self._prompter = Prompter(self._model)
        self._voices = Voices(self._model)
        self._speaking = False
        self._unwanted = Unwanted()
        self._aside: torch.cuda.Stream | None = None
        if on_cuda:
            self._aside = torch.cuda.Stream(self._model.device)
            self._aside.wait_stream(torch.cuda.current_stream(self._model.device))
        self._wanted_slots, self.slots = slots, 0
        self.steady: bool | None = None  # whether a line is the same in any batch, see card.steady; None: not looked at
        self._room = 0  # positions of all slots together
        self._parts: Parts | None = None
        self.reopen()

    def speak(self, requests: Iterable[Asked]) -> Iterator[tuple[Request, Audio]]:
        """Every request once, with its audio, as it finishes. Lines that the slots have no room for come last,
        in longer and fewer ones: a long sentence behind a long reference.

        Raises VoiceError for a voice that the model cannot speak, EngineError for a language that it
        does not know, for a line too long, and when not one slot fits into memory. One call at a time.
        """
        with self._one_call():
            lines = self._lines(requests)
            while not lines.over:  # it speaks until nothing is in hand: at the end, or where there is nothing for now
                yield from self._speak(lines)
                if long := lines.take_long():
                    self._lay_out(lines.longest, len(long))
                    yield from self._speak(self._lines(long))
                    if not lines.over:
                        self._lay_out(self._usual)

    def stream(self, requests: Iterable[Request], chunk_frames: int) -> Iterator[tuple[Request, Audio]]:
        """Pieces of every request's sound, one request after the other, as they are made: `chunk_frames` each.

        In all what `speak` gives, to the bit of an engine of one slot; but for a sample that it may give before
        a clone's line, see `codec.trim`. Raises what `speak` raises. One call at a time.
        """
        with self._one_call():
            try:
                for request in requests:
                    yield from self._stream(request, chunk_frames)
            except torch.OutOfMemoryError as error:
                raise self._too_little() from error

    def _stream(self, request: Request, chunk_frames: int) -> Iterator[tuple[Request, Audio]]:
        lines = self._lines([request])
        if (line := next(lines, None)) is None:
            self._lay_out(lines.longest, 1)
            line = next(filter(None, self._lines([request])))
        assert self._parts is not None
        dropped = partial(self._unwanted.holds, request)
        for piece in stream_line(self._parts, line.prompt, chunk_frames, self._aside, dropped):
            if isinstance(piece, End):
                self.ended |= ending(line, piece, self._model.config.codec_eos)
            else:
                yield request, Audio(piece, self.sample_rate)

    @contextmanager
    def _one_call(self) -> Iterator[None]:
        """The slots as they usually are, for one call alone; empty afterwards."""
        if self._speaking or self._parts is None:
            raise EngineError("the engine is closed, or still speaking", do="finish or close the first speak()")
        self._speaking = True
        try:
            if self._positions != self._usual:
                self._lay_out(self._usual)
            yield
        finally:
            self._speaking = False
            self._unwanted.take()
            if self._parts is not None:
                self._parts.state.active.zero_()

    def _speak(self, lines: Lines) -> Iterator[tuple[Request, Audio]]:
        """Lines that fit into the slots as they are, each with its audio, as it finishes.

        Memory may run out at any allocation: a line is in its seat until it is in `voicing`, and there until
        its samples are here, so what was in hand is spoken again, and nothing is spoken twice.
        """
        assert self._parts is not None
        ahead = 0 if self._aside is None else AHEAD
        schedule = Schedule(lines, self.slots, group=group_of(self.slots), ahead=ahead)
        voicing = Voicing[Line](self._parts.codec, lines=self.slots)
        snapshots: deque[tuple[int, Snapshot]] = deque()
        finished: deque[tuple[Line, NDArray[np.int16]]] = deque()
        busy = True
        while busy or voicing.busy or finished:
            short = False
            self._let_go(schedule, lines)
            try:
                busy = schedule.busy
                if busy:
                    self._turn(schedule, snapshots, voicing)
                for spoken in voicing.ready(last=not busy):
                    finished.append(spoken)  # these are kept when the next one finds no memory
            except torch.OutOfMemoryError:
                short = True  # acted upon below, when the error no longer holds on to tensors
            # A few at a time: the device waits for the next step meanwhile.
            for _ in range(min(len(finished), max(HANDED, len(finished) // HANDED)) if busy else len(finished)):
                line, samples = finished.popleft()
                yield line.request, Audio(samples, self.sample_rate)
            if short:
                snapshots.clear()
                self._halve()
                schedule.recall(self.slots)
                voicing.codec = self._parts.codec

    def drop(self, requests: Sequence[Request]) -> None:
        """As Patient's: a row is free before the next frame. What is on its way through the codec still comes."""
        self._unwanted.add(requests)

    def notes(self, request: Request) -> dict[str, object]:
        """The revision, the kind of cache, and `capped` or `ended_late` of a line that did not end as others do."""
        return noted(self.revision, self.cache, self.ended, request)

    def clone(self, recording: Audio, transcript: str = "") -> ClonedVoice:
        """The voice in a recording, for `cloning.save_clone`. Raises VoiceError, see `cloning.clone`."""
        return clone(self._model, recording, transcript)

    def reopen(self) -> None:
        """The slots anew after `close`, as many as fit now. The weights are still there."""
        if self._parts is None:
            try:
                if self._aside is not None:
                    self._layout = plan(self._model, self._most_positions, self._memory, self.cache, eager=self._eager)
                if self._wanted_slots:
                    self._layout = replace(self._layout, slots=self._wanted_slots, positions=self._most_positions)
                self.slots, self._usual = self._layout.slots, self._layout.positions
                self._positions, self._room = self._usual, self.slots * self._usual
                self._parts = self._open()
            except BaseException:
                if self._compiling is not None:  # else the process ended only when all is compiled
                    self._compiling.cancel()
                raise

    def close(self) -> None:
        """Free the slots; the weights go with the engine. Harmless when called twice."""
        if self._parts is not None:
            self._parts.close()
            self._parts = None
            # Weights put into a piece of what the slots held would pin all of it: graphs then find no memory.
            gc.collect()
            torch.cuda.empty_cache()

    def _let_go(self, schedule: Schedule[Line], lines: Lines) -> None:
        """Free the rows of lines that nobody waits for."""
        if (unwanted := self._unwanted.take()) is not None and self._parts is not None:
            lines.drop(unwanted)
            for row in schedule.drop(lambda line: unwanted(line.request)):
                self._parts.state.active[row] = False

    def _turn(self, schedule: Schedule[Line], snapshots: deque[tuple[int, Snapshot]], voicing: Voicing[Line]) -> None:
        """Admit, step, and take what an earlier step finished into `voicing`."""
        parts = self._parts
        assert parts is not None
        while admitted := schedule.admit(AHEAD):  # the device reads some while the next prompts are built
            for rows, prompts in prefills(admitted):
                if self._aside is not None:
                    torch.cuda.current_stream(self._model.device).wait_stream(self._aside)
                parts.decoder.prefill(rows, prompts)
        parts.decoder.step(schedule.rows)
        snapshots.append((schedule.stepped(), Snapshot(parts.state)))
        schedule.look_ahead()
        parts.capture_ahead(schedule.rows)
        behind = 0 if self._aside is None else parts.queued
        while len(snapshots) > behind:
            step, snapshot = snapshots.popleft()
            active, frames, tokens, late = snapshot.read()
            for row, line in schedule.finish(step, [row for row, on in enumerate(active) if not on]):
                # A copy, made in the stream's order: the row is then free for the next line.
                voicing.add(line, parts.state.codes[row, : frames[row]].clone(), line.prompt.reference)
                self.ended |= ending(line, End(frames[row], tokens[row], bool(late[row])), self._model.config.codec_eos)
        if moves := schedule.moves():
            parts.decoder.move(*zip(*moves, strict=True))

    def _lines(self, requests: Iterable[Asked]) -> Lines:
        """The lines of `requests` that the slots have room for; those of the others stay in its `long`."""
        most = min(LONGEST, self._model.config.positions)
        needs = partial(positions_of, frame_cap=self._frame_cap, most=most, most_read=self._layout.prefill_tokens)
        return Lines(requests, self._build, needs, self._positions, 1 if self._aside is None else AHEAD)

    def _build(self, requests: Sequence[Request]) -> list[Line]:
        """`requests` with their prompts, made beside the main stream so that these need not wait for the steps."""
        main = None if self._aside is None else torch.cuda.current_stream(self._model.device)
        with torch.cuda.stream(self._aside):
            voices = [self._voices.of(request.voice) for request in requests]
            caps = [self._frame_cap(request.text) for request in requests]
            prompts = self._prompter.build(requests, voices, caps)
        lines = []
        for request, prompt in zip(requests, prompts, strict=True):
            self.ended.pop(request.key, None)  # of an earlier attempt
            if main is not None:
                prompt.embeddings.record_stream(main)
            room = self._positions - len(prompt.embeddings)
            lines.append(Line(request, replace(prompt, cap=max(1, min(prompt.cap, room)))))
        return lines

    def _lay_out(self, positions: int, lines: int | None = None) -> None:
        """Slots of `positions` in the memory of the slots of now: longer ones are fewer. No more than there are
        `lines`, where that is given, but for one to spare: each graph takes time to capture."""
        if positions != self._usual:
            positions = min(ceil(positions / LONGER) * LONGER, LONGEST, self._model.config.positions)
        codec = None if self._parts is None else self._parts.codec
        self.close()
        self.slots = max(1, min(self._room // positions, 1 + lines if lines else self._room))
        self._positions = positions
        self._parts = self._open(codec)

    def _open(self, codec: Codec | None = None) -> Parts:
        """The slots and what runs them: as many as fit, up to `slots`. A `codec` that is there is kept."""
        while (parts := self._try_to_open(codec)) is None:
            self._fewer_slots()
        return parts

    def _try_to_open(self, codec: Codec | None) -> Parts | None:
        try:
            # One row alone is twice as fast as two, and adds up in another order: for who asked for one line at a time.
            least = 1 if self._eager or self._wanted_slots == 1 else 2
            state = new_state(self._model, max(least, self.slots), self._positions, self.cache)
            if self._eager:
                return Parts(state, EagerDecoder(self._model, state), codec or EagerCodec(self._model))
            if self.steady is None:
                self.steady = least > 1 and steady(self._model)
            if self._compiling is not None:
                self._compiling.wait()
            return fast_parts(self._model, state, self._layout, codec)
        except torch.OutOfMemoryError:
            return None

    def _halve(self) -> None:
        """Half as many slots, opened anew; what ran starts over, with the same draws and so the same sound."""
        codec = None if self._parts is None else self._parts.codec
        self.close()
        self._fewer_slots()
        self._parts = self._open(codec)

    def _fewer_slots(self) -> None:
        if self.slots == 1:
            raise self._too_little()
        self.slots //= 2
        self._room = self.slots * self._positions
        gc.collect()
        torch.cuda.empty_cache()
        log.warning("Out of memory: going on with %d lines at a time.", self.slots)

    def _too_little(self) -> EngineError:
        do = what_would_fit(self._model.config.size, 0, asked=self._memory is not None)
        return EngineError("not enough memory to speak even one line at a time", do=do)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
