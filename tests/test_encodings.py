"""Bytes to text: the encodings that books are in are found, and what is in none is refused, never read as mojibake."""

import random
from pathlib import Path

import pytest

from narrate.errors import SourceError
from narrate.readers import read_book
from narrate.readers.encodings import decode, text_of

ENGLISH = "“It’s late,” said Nora – “too late for the café.”\n\nNobody came, and the bill was 5 £."
FRENCH = "Il était une fois, à l’orée du bois, une forêt où rien ne bougeait. « Où vas-tu ? » dit-elle enfin."
GERMAN = "Die Möwen saßen auf der Mauer. „Wo warst du?“, fragte Jürgen. Über dem Hafen lag Stille."
SPANISH = "Al día siguiente el niño volvió al puerto. —¿Quién está ahí? —preguntó la señora. ¡Nadie!"
ITALIAN = "La città è più bella di notte. «Perché no?» disse Niccolò, e andò giù al porto, finché poté."
PORTUGUESE = "A manhã começou fria. — Não há ninguém — disse o irmão. O coração batia, e a maré não subia."
RUSSIAN = "Глава первая\n\nШторм пришёл ночью, и лодки стояли неподвижно. — Кто там? — спросила бабушка."
UKRAINIAN = "Розділ перший\n\nЇжак сидів біля річки й чекав. «Хто там?» — спитала її донька, сміючись."
CHINESE = "第一章 港口\n\n那天早晨，港口非常安静。海鸥坐在墙上，好像在等人说话。\n\n“进来吧，”玛莎说，“水已经开了。”"
TAIWANESE = "第一章 港口\n\n那天早晨，港口非常安靜。海鷗坐在牆上，好像在等人說話。「進來吧，」瑪莎說，「水開了。」"
JAPANESE = "第一章　港\n\nその朝、港はとても静かだった。かもめは壁の上で誰かを待っていた。「お入り」とマーサが言った。"
KOREAN = "제1장 항구\n\n그날 아침 항구는 아주 조용했다. 갈매기들은 담장 위에 앉아 누군가를 기다렸다. “들어와요.”"
POLISH = "Rozdział pierwszy\n\nTego ranka w porcie było bardzo cicho. „Dokąd idziesz?” — spytała Łucja, śmiejąc się."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ENGLISH, "cp1252"),
        (FRENCH, "cp1252"),
        (FRENCH, "mac-roman"),
        (GERMAN, "cp1252"),
        (SPANISH, "cp1252"),
        (SPANISH.replace("—", "-"), "latin-1"),
        (ITALIAN, "cp1252"),
        (PORTUGUESE, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN.replace("—", "-"), "koi8-r"),
        (RUSSIAN.replace("—", "-"), "cp866"),
        (RUSSIAN, "mac-cyrillic"),
        (UKRAINIAN, "cp1251"),
        (CHINESE, "gb18030"),
        (CHINESE, "gbk"),
        (CHINESE, "gb2312"),
        (TAIWANESE, "big5"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "iso2022-jp"),
        (KOREAN, "cp949"),
        (KOREAN, "euc-kr"),
        (POLISH, "cp1250"),
        (POLISH.replace("—", "-").replace("”", '"').replace("„", '"'), "iso8859-2"),
    ],
)
def test_the_encodings_of_books(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert text_of(data, "x.txt") == decode(data) == text
    longer = data.replace(b"\n", b"\r\n") * 40
    assert text_of(longer, "x.txt") == text.replace("\n", "\r\n") * 40


@pytest.mark.parametrize("text", [ENGLISH, FRENCH, RUSSIAN, CHINESE, JAPANESE, KOREAN, "Only ASCII.\n\nAnd no mark.\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_with_and_without_a_mark(text: str, encoding: str) -> None:
    assert text_of(text.encode(encoding), "x.txt") == text


def test_a_few_accents_in_a_long_english_text() -> None:
    plain = "The harbour was quiet that morning, and nobody asked why it had been away so long. " * 50
    for text in (f"{plain}Café.", f"{plain}It’s late.", f"{plain}5 £", f"{plain}naïve – or not", f"§ 3. {plain}"):
        assert text_of(text.encode("cp1252"), "x.txt") == text


def test_a_text_with_a_byte_that_is_broken() -> None:
    for text, encoding in ((CHINESE * 9, "gb18030"), (JAPANESE * 9, "euc-jp"), (JAPANESE * 9, "cp932")):
        data = text.encode(encoding)
        found = text_of(data[:100] + b"\xff" + data[100:], "x.txt")
        assert found[-300:] == text[-300:]


def test_bytes_in_no_encoding_are_refused(tmp_path: Path) -> None:
    noise = random.Random(7)
    for name, data in (
        ("ebcdic.txt", ENGLISH.replace("–", "-").translate(dict.fromkeys(map(ord, "“”’£"))).encode("cp500")),
        ("noise.md", bytes(noise.randrange(128, 256) for _ in range(500))),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(SourceError, match=r"encoding|not text") as caught:
            read_book(path)
        assert "\n" not in str(caught.value)
        assert "UTF-8" in str(caught.value)
