"""Sound encoded while it is made, by an ffmpeg that reads from one pipe and writes to another."""

import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from narrate.chapters.aac import BITEXACT, aac_coding
from narrate.chapters.ffmpeg import Ffmpeg, blocks_of, failure, started
from narrate.files import storage

if TYPE_CHECKING:
    from narrate.audio import Audio

CODINGS = {
    "mp3": ["-c:a", "libmp3lame", "-b:a", "96k", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3"],
    "flac": ["-c:a", "flac", "-f", "flac"],
    "opus": ["-c:a", "libopus", "-b:a", "48k", "-application", "voip", "-page_duration", "100000", "-f", "ogg"],
    "aac": aac_coding(64),
}
PLAIN = ("wav", "pcm")  # written as they are, without ffmpeg
FORMS = (*PLAIN, *CODINGS)


def encoded_live(ffmpeg: Ffmpeg | None, pieces: "Iterable[Audio]", form: str) -> Iterator[bytes]:
    """`pieces`, at one sample rate, as a file of one of FORMS that has no end yet: bytes as soon as there are some.

    "wav" says that it is of unknown length, and "pcm" is samples alone; all but these take an ffmpeg. Raises what
    `pieces` raise, AssemblyError.
    Closed early, the ffmpeg is gone afterwards.
    """
    if form not in PLAIN:
        assert ffmpeg is not None
        yield from _through(ffmpeg, pieces, CODINGS[form])
        return
    from narrate.audio import wav_header  # numpy comes with it, which a run that makes nothing does without

    head = form == "wav"
    for piece in pieces:
        yield (wav_header(piece.sample_rate) if head else b"") + piece.samples.astype("<i2").tobytes()
        head = False


class _Feeding(threading.Thread):
    """The thread that writes to ffmpeg: else nobody would read what it has made meanwhile. `why` it stopped early."""

    def __init__(self, pieces: "Iterator[Audio]", first: "Audio", pipe: IO[bytes]) -> None:
        super().__init__(name="live-encoder", daemon=True)
        self._pieces, self._first, self._pipe = pieces, first, pipe
        self.why: Exception | None = None

    def run(self) -> None:
        try:
            self._write(self._first)
            for piece in self._pieces:
                self._write(piece)
        except OSError:
            pass  # ffmpeg is gone, and says why, or nobody wants to hear more
        except Exception as error:
            self.why = error
        finally:
            with suppress(OSError):
                self._pipe.close()

    def _write(self, piece: "Audio") -> None:
        self._pipe.write(piece.samples.astype("<i2").tobytes())
        self._pipe.flush()


def _through(ffmpeg: Ffmpeg, pieces: "Iterable[Audio]", coding: list[str]) -> Iterator[bytes]:
    source = iter(pieces)
    if (first := next(source, None)) is None:
        return
    sound = ["-f", "s16le", "-ar", str(first.sample_rate), "-ac", "1", "-probesize", "32", "-i", "pipe:0"]
    command = [ffmpeg.path, "-hide_banner", "-nostats", "-v", "error", *sound, *BITEXACT, *coding]
    command += ["-flush_packets", "1", "pipe:1"]
    with storage(Path(tempfile.gettempdir())), tempfile.TemporaryFile() as said:
        pipe = subprocess.PIPE
        process = started(command, stdin=pipe, stdout=pipe, stderr=said, bufsize=0)
        assert process.stdin is not None
        feeding = _Feeding(source, first, process.stdin)
        feeding.start()
        code = yield from blocks_of(process, 1 << 16)
        feeding.join()
        if feeding.why is not None:
            raise feeding.why
        said.seek(0)
        if code:
            raise failure(code, said.read().decode("utf-8", "replace"), "")
