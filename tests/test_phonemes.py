"""Phonemes: one spelling for each sound, X-SAMPA, and what the embedded voice and a reader of letters make of them."""

import pytest
from hypothesis import given, strategies as st

from narrate.engine.draft_speech import _chunks, inline, load_hibari
from narrate.languages.english_sounds import english_sounds
from narrate.languages.phonetics import CONSONANTS, SYMBOLS, VOWELS, canonical_ipa, ipa_of_xsampa
from narrate.takes import Phonemes, Request
from narrate.voices import DraftVoice
from narrate.words import respelt

# Names that English spelling does not tell, their IPA, and misaki's symbols for it, written by ear from its table.
NAMES = [
    ("Siobhán", "ʃɪˈvɔːn", "ʃɪvˈɔn"),
    ("Leicester", "ˈlɛs.tɚ", "lˈɛstəɹ"),
    ("Worcester", "ˈwʊstə", "wˈʊstə"),
    ("Niamh", "niːv", "nˈiv"),
    ("Goethe", "ˈɡøːtə", "ɡˈɜtə"),
    ("Llanelli", "ɬaˈnɛɬi", "lɑnˈɛli"),
    ("Jean", "ʒɑ̃", "ʒˈɑn"),
    ("Versailles", "vɛʁˈsaj", "vɛɹsˈI"),
    ("Pedro", "ˈpedɾo", "pˈɛdɹO"),
    ("Bach", "bax", "bˈɑk"),
    ("Xochitl", "ˈʃotʃitl̩", "ʃˈOʧitᵊl"),
    ("Cholmondeley", "ˈt͡ʃʌmli", "ʧˈʌmli"),
    ("Beauchamp", "ˈbiːt͡ʃəm", "bˈiʧəm"),
    ("Featherstonehaugh", "ˈfænʃɔː", "fˈænʃɔ"),
    ("Hermione", "hɝˈmaɪəniː", "hɜɹmˈIəni"),
    ("Renée", "ʁəˈne", "ɹənˈA"),
]


@pytest.mark.parametrize(("name", "ipa", "sounds"), NAMES)
def test_a_name_is_said_in_the_voices_own_sounds(name: str, ipa: str, sounds: str) -> None:
    assert english_sounds(canonical_ipa(ipa)) == sounds


# Words of hibari's own dictionary, so that nobody's ear but its makers' says what is right.
WORDS = {
    "choir": "ˈkwaɪɚ", "judge": "dʒʌdʒ", "nurse": "nɝs", "church": "t͡ʃɝt͡ʃ", "yacht": "jɑt", "thyme": "taɪm",
    "colonel": "ˈkɝnəl", "island": "ˈaɪlənd", "dough": "doʊ", "house": "haʊs", "boy": "bɔɪ", "measure": "ˈmɛʒɚ",
    "hyperbole": "haɪˈpɝbəli", "knight": "naɪt", "day": "deɪ", "thing": "θɪŋ", "machine": "məˈʃin", "book": "bʊk",
}  # fmt: skip


@pytest.mark.slow
def test_the_ipa_of_a_word_is_the_word_to_the_embedded_voice() -> None:
    hibari = load_hibari()
    for word, ipa in WORDS.items():
        (by_dictionary,) = hibari.phonemize(f"the {word}, they said")
        spoken = Request("the x1, they said", DraftVoice("x"), phonemes=(Phonemes(4, 6, canonical_ipa(ipa)),))
        (by_ipa,) = _chunks(hibari, inline(spoken))
        assert by_ipa.replace("ᵊ", "ə") == by_dictionary.replace("ᵊ", "ə"), word
    for name, ipa, sounds in NAMES:
        text = f"“{name}’s,” said [{name}](x). Then {name}?"
        spans = tuple(Phonemes(i, i + len(name), canonical_ipa(ipa)) for i in (1, len(text) - len(name) - 1))
        first, last = _chunks(hibari, inline(Request(text, DraftVoice("x"), phonemes=spans)))
        assert first.lstrip("“").startswith(sounds)
        assert first.split()[0].rstrip("”,")[-1] in "sz"
        assert last == f"ðˈɛn {sounds}?"
    vocabulary = set(hibari.vocab)
    for symbol in SYMBOLS:
        for around in (symbol, f"a{symbol}", f"{symbol}a", f"t{symbol}a"):
            assert set(english_sounds(around)) | set(english_sounds(around, british=True)) <= vocabulary, symbol


def test_every_sound_but_a_glottal_one_is_something_in_english() -> None:
    assert {sound for sound in CONSONANTS | VOWELS if not english_sounds(sound)} == set("ʔʡʕʢ")


@given(st.text(st.sampled_from([*SYMBOLS, " ", "g", ":", "ʧ", ".", "\u0361", "‿"]), max_size=12))
def test_canonical_ipa_is_its_own_spelling(text: str) -> None:
    try:
        ipa = canonical_ipa(text)
    except ValueError:
        assert not set(text) & (CONSONANTS | VOWELS | {"g", "ʧ"})
        return
    assert canonical_ipa(ipa) == ipa
    assert canonical_ipa(f"/{text}/") == ipa
    respelt(ipa, "en")
    assert set(english_sounds(ipa)).isdisjoint("aeor")


@given(st.text(max_size=20))
def test_of_any_text_a_pronunciation_has_sounds(text: str) -> None:
    for read in (canonical_ipa, ipa_of_xsampa):
        try:
            said = read(text)
        except ValueError:
            continue
        assert set(said) & (VOWELS | CONSONANTS)


@pytest.mark.parametrize(
    ("xsampa", "ipa"),
    [
        ('"lEst@', "ˈlɛstə"),
        ('SI"vO:n', "ʃɪˈvɔːn"),
        ("t_SQm", "tʃɒm"),
        ("Z{~", "ʒæ̃"),
        ('%haI"p3`b@li', "ˌhaɪˈpɝbəli"),
        ("b_<a_0`", "ɓḁ˞"),
        ("l=_w'", "l̩ʷʲ"),
    ],
)
def test_x_sampa_is_the_same_in_ascii(xsampa: str, ipa: str) -> None:
    assert ipa_of_xsampa(xsampa) == canonical_ipa(ipa)


@pytest.mark.parametrize(
    ("ipa", "letters"),
    [
        ("ʃɪˈvɔːn", "shih-vawn"),
        ("ˈlɛstə", "leh-stuh"),
        ("niːv", "neev"),
        ("ˈkwaɪɚ", "kwigh-ur"),
        ("ˈtʃʌmli", "chum-lee"),
        ("dʒæz ˈæʃ", "jaz ash"),
    ],
)
def test_a_respelling_is_letters_that_an_english_reader_says_alike(ipa: str, letters: str) -> None:
    assert respelt(canonical_ipa(ipa), "en-GB") == letters
    assert respelt(canonical_ipa(ipa), "en", "Name") == letters.capitalize()
    assert respelt(canonical_ipa(ipa), "de") == ""
