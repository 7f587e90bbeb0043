"""SSML: every word read once and in order, by whom and how it says, and what is not read told."""

from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings, strategies as st

from narrate.cli import run
from narrate.errors import SourceError
from narrate.readers.read import is_show, read_show
from narrate.readers.show import Show
from narrate.readers.ssml import is_ssml
from narrate.readers.ssml_words import STRENGTHS_MS, break_ms, manner, said_as
from narrate.script import format_script, parse_rows
from narrate.script.model import parse_script

PLACE = Path("talk.ssml")


def show(body: str, language: str = "en-US") -> Show:
    text = f'<?xml version="1.0"?>\n<speak version="1.1" xml:lang="{language}">{body}</speak>'
    return read_show(PLACE, text.encode())


def rows(body: str, language: str = "en-US") -> list[str]:
    """The script's rows without its title, which is the file's name, and without blank ones."""
    (script,) = show(body, language).scripts
    assert parse_script(format_script(script)) == script
    return [row for row in format_script(script).split("\n")[1:] if row]


@pytest.mark.parametrize(
    ("body", "script"),
    [
        ("<p><s>One.</s><s>Two.</s></p><p>Three.</p>", ["narrator: One.", "narrator: Two.", "narrator: Three."]),
        ("A<break time='500ms'/>b", ["narrator: A", "[pause 0.5s]", "narrator: b"]),
        ("A <break strength='none'/>b <break/> c", ["narrator: A b", "[pause 0.3s]", "narrator: c"]),
        ("<sub alias='World Wide Web Consortium'>W3C</sub>s", ["narrator: {W3C|World Wide Web Consortium}s"]),
        ("x <sub alias='leads to'>→</sub> y", ["narrator: x leads to y"]),
        ("a<phoneme ph='t&#x259;&#x2C8;me&#x26A;.to&#x28A;'> tomato </phoneme>b",
         ["narrator: a {tomato|/təˈmeɪtoʊ/} b"]),
        ("<phoneme alphabet='x-sampa' ph='SI&quot;vO:n'>Siobhán</phoneme>", ["narrator: {Siobhán|/ʃɪˈvɔːn/}"]),
        ("<phoneme ph='haɪ'/>", ["narrator: {haɪ|/haɪ/}"]),
        ("A <say-as interpret-as='characters'>W3C</say-as>", ["narrator: A {W3C|W 3 C}"]),
        ("A <say-as interpret-as='digits'>305</say-as>", ["narrator: A {305|three zero five}"]),
        ("A <say-as interpret-as='ordinal'>3</say-as>", ["narrator: A {3|third}"]),
        ("<say-as interpret-as='date' format='dmy'>4.3.1998</say-as>",
         ["narrator: {4.3.1998|March fourth nineteen ninety-eight}"]),
        ("<say-as interpret-as='date' format='mdy'>4/3/1998</say-as>",
         ["narrator: {4/3/1998|April third nineteen ninety-eight}"]),
        ("<say-as interpret-as='time'>2:30pm</say-as>", ["narrator: 2:30pm"]),
        ("A <emphasis level='strong'>big</emphasis> car. So.",
         ["narrator (“big” with strong emphasis): A big car.", "narrator: So."]),
        ("<emphasis>No.</emphasis>", ["narrator (with emphasis): No."]),
        ("Hm. <prosody rate='60%' pitch='+2st'>He came from far away.</prosody> So.",
         ["narrator: Hm.", "narrator (very slowly, in a high voice): He came from far away.", "narrator: So."]),
        ("<voice name='Ann Bob'>Hi. <voice gender='male'>Ho.</voice> Ha.</voice> Hu.",
         ["Ann: Hi.", "voice male: Ho.", "Ann: Ha.", "narrator: Hu."]),
        ("It is late. <lang xml:lang='fr'>Il est tard.</lang> Yes.",
         ["narrator: It is late.", "narrator [fr]: Il est tard.", "narrator: Yes."]),
        ("<p xml:lang='fr-FR'>Oui.</p>", ["narrator [fr-FR]: Oui."]),
        ("A<mark name='x'/> b, <audio src='a.wav'>a bell</audio>.", ["narrator: A b, a bell."]),
        ("<w>one</w> {a|b} [pause 1s]", ["narrator: one \\{a|b} [pause 1s]"]),
        ("<x:express-as xmlns:x='m' style='cheerful'>Hi.</x:express-as>", ["narrator (cheerful): Hi."]),
    ],
)  # fmt: skip
def test_what_it_says_is_what_the_script_has(body: str, script: list[str]) -> None:
    assert rows(body) == script


def test_what_is_not_read_is_told_with_its_row() -> None:
    found = show(
        "Hi <audio src='b.wav'/>\n<phoneme ph='R!'>Max</phoneme><phoneme alphabet='foo' ph='x'>Zoe</phoneme>"
        "<metadata>x</metadata><lexicon uri='a.pls'/><break time='soon'/><prosody contour='(0%,+20Hz)'>a</prosody>"
        "<say-as interpret-as='song'>la</say-as><foo>bar</foo> e<lang xml:lang='fr'>t</lang>"
    )
    (note,) = found.notes
    assert note == (
        "Left out of the speech: the recording b.wav, <phoneme> of “Max” in row 3 "
        '("R" (U+0052) is no symbol of the IPA), <phoneme> of “Zoe” in row 3 ("foo" is an alphabet that is not read), '
        '<metadata>, <lexicon> a.pls, <break time="soon">, the contour of <prosody>, '
        '<say-as> of “la” in row 3 (there is no rule for "song") and 2 more.'
    )
    assert found.scripts[0].lines[-1].text == "Hi MaxZoealabar et"


WORDS = ["alpha", "Beta.", "gamma?", "δέλτα", "5", "“epsilon”", "{a|b}", "\\", "[pause 2s]", "C++", "ז", "x{y"]


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> tuple[str, list[str]]:
    """Some SSML, and the words that stand in it."""
    parts, words = [], []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["text", "text", "break", "mark", *_ELEMENTS])) if depth else "text"
        if kind == "text":
            said = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
            parts.append(f" {escape(' '.join(said))} ")
            words += said
        elif kind in ("break", "mark"):
            parts.append(f"<{kind}/>")
        else:
            inner, said = draw(trees(depth - 1))
            parts.append(f"<{kind}>{inner}</{kind.split()[0]}>")
            words += said
    return "".join(parts), words


_ELEMENTS = (
    "p", "s", "voice name='Tom'", "voice gender='female'", "emphasis", "prosody rate='slow'", "lang xml:lang='fr'", "w",
    "audio src='x'", "say-as interpret-as='song'", "phoneme ph='!'", "foo", "prosody volume='loud' pitch='-20%'",
)  # fmt: skip


@given(trees())
@settings(max_examples=30, deadline=None)
def test_no_word_is_lost(tree: tuple[str, list[str]]) -> None:
    body, words = tree
    try:
        found = show(body)
    except SourceError as error:
        assert "has no lines to speak" in str(error)  # noqa: PT017
        assert not any(map(str.isalnum, "".join(words)))
        return
    lines = [line for script in found.scripts for line in script.lines if not line.silent and not line.cue]
    assert "".join(line.text for line in lines).replace(" ", "") == "".join(words).replace(" ", "")
    for script in found.scripts:
        assert parse_script(format_script(script)) == script


def test_files_that_are_no_ssml_are_one_line() -> None:
    for data in (b"<?xml version='1.0'?><book><p>x</p></book>", b"<html><speak/></html>", b"x", b"<speak></speak>"):
        with pytest.raises(SourceError) as caught:
            read_show(PLACE, data)
        assert "\n" not in str(caught.value)
    bomb = b'<!DOCTYPE speak [<!ENTITY a "%s">]><speak>%s</speak>' % (b"x" * 190, b"&a;" * 9000)
    with pytest.raises(SourceError, match="entities"):
        read_show(PLACE, bomb)
    deep = f"<speak>{'<p>' * 1500}x{'</p>' * 1500}</speak>"
    assert read_show(PLACE, deep.encode()).scripts[0].lines[-1].text == "x"


def test_it_is_known_by_its_first_element() -> None:
    assert is_ssml("\ufeff<!-- <p> --><s:speak xmlns:s='x'>".encode("utf-16"))
    assert not is_ssml(b"<speaker>")
    assert not is_ssml(b"He said <speak>")
    assert is_ssml(b'<?xml version="1.0"?>\n<!DOCTYPE speak SYSTEM "synthesis.dtd">\n<speak>')
    assert not is_ssml(b"<!DOCTYPE html><p>x</p><speak>")
    assert is_show(Path("a.xml"), b"<speak>x</speak>")
    assert is_show(Path("-"), b"<speak>x</speak>")


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"rate": "slow"}, "slowly"),
        ({"rate": "default"}, ""),
        ({"rate": "0.5"}, "very slowly"),
        ({"rate": "-30%"}, "slowly"),
        ({"rate": "+10%"}, ""),
        ({"rate": "130%"}, "quickly"),
        ({"pitch": "-4st"}, "in a very low voice"),
        ({"pitch": "+10%"}, "in a high voice"),
        ({"pitch": "200Hz"}, ""),
        ({"volume": "+6dB", "rate": "x-fast"}, "very quickly, loudly"),
        ({"volume": "x-soft"}, "very softly"),
    ],
)
def test_prosody_in_words(attributes: dict[str, str], words: str) -> None:
    assert manner("prosody", attributes) == words


def test_breaks_have_bounds() -> None:
    assert break_ms({"time": "1.5s"}) == 1500
    assert break_ms({"time": "99999999s"}) == 600_000
    assert break_ms({}) == STRENGTHS_MS["medium"]
    for bad in ({"time": "s"}, {"time": "-1s"}, {"strength": "loud"}):
        with pytest.raises(ValueError, match="<break"):
            break_ms(bad)
    assert said_as("12 bis", {"interpret-as": "cardinal"}, "en") == ""


def test_a_project_is_made_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    body = (
        "Hi <sub alias='you'>U</sub>. <prosody rate='slow'>It is very late now.</prosody> Bye, "
        "<phoneme ph='/ʃɪ.ˈvɔːn/'>Siobhán</phoneme>."
    )
    Path("talk.xml").write_text(f"<speak xml:lang='en'>{body}</speak>", "utf-8")
    assert run(["new", "talk.xml"]) == 0
    assert "1 line has a direction, which the draft engine does not heed" in capsys.readouterr().err
    (path,) = Path("projects/talk/script").glob("*.txt")
    assert [line.text for _, line in parse_rows(enumerate(path.read_text("utf-8").split("\n"), 1), path)][1:] == [
        "Hi U.",
        "It is very late now.",
        "Bye, Siobhán.",
    ]
    assert run(["script", "talk", "--spoken"]) == 0
    assert "Bye, {Siobhán|/ʃɪˈvɔːn/}." in capsys.readouterr().out
