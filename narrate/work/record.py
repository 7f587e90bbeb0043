"""Voices made from recordings, from a model's speakers and from files, and clones written to files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from narrate.audio import Audio, read_recording, write_audio
from narrate.chapters import find_ffmpeg, hear
from narrate.engine import Wanted, engine_speaking, missing
from narrate.engine.qwen.checkpoint import find_checkpoint, width_of
from narrate.errors import AssemblyError, EngineError, VoiceError, nearest
from narrate.languages import check_language, language_of
from narrate.voices import (
    LONGEST_CLIP_S,
    SIZES,
    TENSOR_SUFFIXES,
    Details,
    Fault,
    Found,
    Measures,
    StoredVoice,
    at_level,
    check_free,
    export_safetensors,
    faults,
    find_shelved,
    measure,
    read_clone,
    stretch,
    text_faults,
    transcribe,
)
from narrate.voices.clip import RATE
from narrate.work.events import Notice, Telling
from narrate.work.voices import base_model, base_models, make_voice, model_speakers

PEAKS = 480  # of a waveform that is looked at


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person says of a voice: who agreed to its use, what it may be used for, a few words about it."""

    consent: str = ""
    licence: str = ""
    description: str = ""

    def agreed(self) -> "Terms":
        """The terms, tidied. Raises VoiceError where nobody is said to have agreed."""
        tidy = Terms(*(" ".join(term.split()) for term in (self.consent, self.licence, self.description)))
        if not any(c.isalpha() for c in tidy.consent):
            do = 'say it with --consent, such as "Jane Doe, by letter of 3 May" or "my own voice"'
            raise VoiceError("whose voice is this, and did they agree to its use", do=do)
        return tidy


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording, and what a person says of it. `language` is "" where they do not say.

    `text` is what is said in all of it; `of_stretch`: only in the stretch that is kept of it.
    """

    clip: Path
    text: str | None = None
    of_stretch: bool = False
    transcribe: bool = False
    asr_model: str = ""
    xvector: bool = False
    language: str = ""
    anyway: bool = False


def add_recording(shelf: Path, name: str, recorded: Recorded, terms: Terms, wanted: Wanted | None) -> Telling[Path]:
    """Put the voice in a recording on the shelf; its folder. Without `wanted` it has no embedding yet.

    Raises NarrateError.
    """
    terms = terms.agreed()
    check_free(shelf, name)
    base, why = (None, "") if wanted is None else base_model(wanted)
    heard = judge_recording(recorded)
    if heard.faults and not recorded.anyway:
        do = "give a better clip, or say --anyway to take it as it is"
        raise VoiceError(heard.faults[0].text, where=recorded.clip, do=do)
    yield from (Notice(f"Taken all the same: {fault.text}.") for fault in heard.faults)
    # The transcript is kept in any case; an x-vector voice does not speak from it.
    kind = "clone" if heard.text and not recorded.xvector else "clone-xvector"
    details = Details(
        kind,
        languages=(heard.language,) if heard.language else (),
        description=terms.description,
        origin="recording",
        source=recorded.clip.name,
        licence=terms.licence,
        consent=terms.consent,
        model=base.name if base else "",
        revision=base.revision if base else "",
    )
    device = "" if wanted is None else wanted.device
    folder = yield from make_voice(shelf, name, details, at_level(heard.clip), heard.text, base=base, device=device)
    yield Notice(
        f"{name}: {heard.clip.seconds:.1f} s of {recorded.clip.name}{f': {heard.text}' if heard.text else '.'}"
    )
    if why:
        yield Notice(f"{name}: {why}")
    if not heard.text:
        yield Notice("Without --text or --transcribe it keeps how the speaker sounds, not how they read.")
    return folder


@dataclass(frozen=True, slots=True)
class Judged:
    """A recording as it is judged: the stretch `clip` that is kept of it, what is said there and in which language,
    its measures, and what speaks against it.

    The stretch begins at `start_s` of the `seconds` that the recording has; `peaks` are all of these, from 0 to 255.
    """

    clip: Audio
    text: str
    language: str
    measures: Measures
    faults: tuple[Fault, ...]
    start_s: float
    seconds: float
    peaks: tuple[int, ...]


def judge_recording(recorded: Recorded) -> Judged:
    """A recording, judged as a voice's. Raises VoiceError for one that no voice can be made of in any case."""
    path, language = recorded.clip, check_language(recorded.language)
    try:
        whole = _decoded(path)
        start, end = stretch(whole, whole=recorded.text is not None and not recorded.of_stretch)
    except VoiceError as error:
        raise VoiceError(error.what, where=path, do=error.do) from error
    clip = Audio(whole.samples[start:end], whole.sample_rate)
    measures = measure(clip)
    found = list(faults(measures))
    text = " ".join((recorded.text or "").split())
    if recorded.transcribe:
        text, heard = transcribe(clip, language, recorded.asr_model)
        if not text:
            raise VoiceError("Whisper hears no words in it", where=path, do="give them with --text, or another clip")
        language = language or heard
    elif recorded.text is not None:
        language = language or language_of(text)
        found += text_faults(text, clip.seconds, language)
    start_s = start / whole.sample_rate
    return Judged(clip, text, language, measures, tuple(found), start_s, whole.seconds, _peaks(whole))


def kept_recording(recorded: Recorded, path: Path) -> None:
    """Write what a voice would keep of a recording, at the level that it would have, to a .wav or .flac file."""
    write_audio(path, at_level(judge_recording(recorded).clip))


def _peaks(audio: Audio) -> tuple[int, ...]:
    """The highest sample of each of PEAKS equal parts, or fewer of a very short sound, in 8 bits."""
    heights = np.abs(audio.samples.astype(np.int32)) >> 7
    return tuple(min(255, int(part.max())) for part in np.array_split(heights, PEAKS) if len(part))


def _decoded(path: Path) -> Audio:
    """What is heard in a file, a little more than the longest that is taken; ffmpeg reads what is no WAV or FLAC.

    Raises VoiceError.
    """
    if not path.is_file():
        raise VoiceError("no such file" if not path.exists() else "is not a file", do="check the path")
    if not path.stat().st_size:
        raise VoiceError("is empty", do="give a recording of 3 to 15 s")
    if (read := read_recording(path, RATE, LONGEST_CLIP_S + 1)) is not None:
        return read
    try:
        ffmpeg = find_ffmpeg()
    except AssemblyError as error:
        raise VoiceError("only ffmpeg can read it", do=f"{error}; or give a WAV or FLAC file") from error
    try:
        return hear(ffmpeg, path, RATE, LONGEST_CLIP_S + 1)
    except AssemblyError as error:
        why = error.what.rpartition(": ")[2]  # what is before it names the file again
        do = f"it says: {why}; give a WAV, FLAC, MP3 or M4A file"
        raise VoiceError("is nothing that ffmpeg can hear", do=do) from error


def add_speaker(shelf: Path, name: str, speaker: str, language: str, description: str, wanted: Wanted) -> Telling[Path]:
    """Put a CustomVoice model's speaker on the shelf; its folder. Raises VoiceError for one that is not known."""
    models = tuple(model for model in wanted.models if find_checkpoint(model).kind == "custom_voice")
    known = {found.name: found for found in model_speakers(models)}
    found = known.get(speaker.lower())
    if found is None:
        do = nearest(speaker, known) or f"known: {', '.join(known)}"
        raise VoiceError(f'no speaker called "{speaker}"', where=models[0] if models else None, do=do)
    languages = tuple(code for code in (check_language(language) or found.language.partition(" ")[0],) if code)
    details = Details("speaker", languages, description or found.description, "speaker", speaker=found.name)
    return (yield from make_voice(shelf, name, details))


def import_file(shelf: Path, name: str, file: Path, language: str, terms: Terms, wanted: Wanted) -> Telling[Path]:
    """Put the voice in somebody's .pt or .safetensors file on the shelf; its folder. Raises VoiceError."""
    terms = terms.agreed()
    check_free(shelf, name)
    languages = (code,) if (code := check_language(language)) else ()
    bases = base_models(wanted)
    clone = read_clone(file, width_of(bases[0]) if bases else None, _unpickle)
    kind = "clone" if clone.codes is not None else "clone-xvector"
    details = Details(
        kind, languages, terms.description, "import", file.name, licence=terms.licence, consent=terms.consent
    )
    folder = yield from make_voice(shelf, name, details, clone=clone)
    size = SIZES.get(len(clone.embedding), f"{len(clone.embedding)} wide")
    yield Notice(f"{name}: for the {size} model alone; there is no recording to make it for another from.")
    return folder


def export_file(name: str, shelves: Sequence[Path], file: Path, size: str | None) -> None:
    """The clone `name` as qwen-tts's own file, or as safetensors. Raises VoiceError where it cannot be one."""
    form = file.suffix.lower()
    if form not in TENSOR_SUFFIXES:
        do = "qwen-tts's own form ends in .pt, the one that needs no torch in .safetensors"
        raise VoiceError("is no form of a voice", where=file, do=do)
    if form == ".pt":
        _needs_torch(file, "write", "or export a .safetensors file")
    voice = find_shelved(name, shelves)
    if voice.voice is None or voice.voice.tensors is None:
        what = f'"{voice.name}" is no clone, so there is nothing to export'
        raise VoiceError(what, where=voice.path, do="its voice.toml is all there is of it")
    widths = {SIZES.get(width, str(width)): width for width in voice.widths}
    if not widths and voice.reference_s is not None:
        do = "let a Base model say a line with it first: narrate voices hear NAME --model M"
        raise VoiceError(f'"{voice.name}" has no embedding yet', where=voice.path, do=do)
    if (size is not None and size not in widths) or (size is None and len(widths) > 1):
        what = f'"{voice.name}" has no embedding for {size}' if size else f'"{voice.name}" has several embeddings'
        raise VoiceError(
            what, where=voice.path, do=f"say --size {' or '.join(widths)}" if widths else "leave --size out"
        )
    clone = read_clone(voice.path, widths[size] if size else next(iter(voice.widths), None), _unpickle)
    if form == ".pt":
        from narrate.engine.qwen.voices import export_pt

        export_pt(clone, file)
    else:
        export_safetensors(clone, file)


def _unpickle(path: Path, width: int | None) -> Found:
    """The voice in a .pt file. Raises EngineError where torch is missing, VoiceError."""
    _needs_torch(path, "read", "or ask its maker for a .safetensors file")
    from narrate.engine.qwen.voices import unpickle

    return unpickle(path, width)


def _needs_torch(file: Path, what: str, otherwise: str) -> None:
    engine = engine_speaking(StoredVoice.model_kind)
    if lacking := missing(engine.name, "cpu"):
        do = f"{engine.install}, {otherwise}"
        raise EngineError(f"only torch can {what} a .pt file, and {lacking}", where=file, do=do)
