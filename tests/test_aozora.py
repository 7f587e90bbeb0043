"""Japanese texts with readings and typists' notes: signs are read once, notes go, what only looks so stays."""

import pytest
from test_ingest_text import shape

from narrate.book import Book, Reading
from narrate.readers.text import read_text

TOP = "灯台の島\n岬にて\n山田花子\n\n"
LEGEND = f"{'-' * 55}\n【テキスト中に現れる記号について】\n\n《》：ルビ\n（例）灯台《とうだい》\n{'-' * 55}\n\n"
END = (
    "\n\n底本：「灯台の島」海文社\n　　　1935（昭和10）年5月10日発行\n入力：佐藤\n校正：鈴木\n"
    "青空文庫作成ファイル：\nこのファイルは作られました。\n"
)
ONE = (
    "［＃３字下げ］一［＃「一」は中見出し］\n\n　灯台《とうだい》の下で、少年は北｜海猫《うみねこ》を見た。\n"
    "「もう帰ろう」と父が言った。［＃改ページ］\n"
)
TWO = "\n［＃３字下げ］［＃中見出し］二［＃中見出し終わり］\n\n　風だけがとても［＃「とても」に傍点］強かった。\n"


def read(text: str, ruby: str = "auto", encoding: str = "utf-8") -> Book:
    data = text.replace("\n", "\r\n").encode(encoding)
    return read_text(data, "test.txt", "test", Reading(ruby=ruby))


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
@pytest.mark.parametrize("legend", [LEGEND, ""])
def test_a_book_without_what_its_typists_wrote(legend: str, encoding: str) -> None:
    book = read(TOP + legend + ONE + TWO + END, encoding=encoding)
    assert (book.title, book.subtitle, book.author, book.language_said) == ("灯台の島", "岬にて", "山田花子", "ja")
    assert [(title, [text for text in blocks if text]) for title, blocks in shape(book)] == [
        ("一", ["# 一", "とうだいの下で、少年は北うみねこを見た。「もう帰ろう」と父が言った。"]),
        ("二", ["# 二", "風だけがとても強かった。"]),
    ]
    what = [part.what for part in book.skipped]
    assert what == ["the colophon of who made the file", *["the list of the typist's signs"] * bool(legend), what[-1]]
    assert what[-1].endswith("typist's notes")


def test_readings_that_are_kept_beside_the_text() -> None:
    book = read(TOP + LEGEND + ONE, "base")
    assert "灯台の下で、少年は北海猫を見た。" in book.chapters[0].blocks[1].text
    assert [(one.written, one.spoken) for one in book.pronunciations] == [("灯台", "とうだい"), ("海猫", "うみねこ")]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("※［＃「てへん＋劣」、第3水準1-84-77］る島", "挘る島"),
        ("※［＃「口＋世」、U+546D、1-2］の島", "呭の島"),
        ("小説《雪国》と［＃「［＃「雪」に傍点］」は太字］島", "小説《雪国》と島"),
        ("山［＃「山」に「ママ」の注記］と灯《ひ》", "山とひ"),
    ],
)
def test_rare_signs_and_titles(typed: str, said: str) -> None:
    assert said in "".join(block.text for block in read(TOP + LEGEND + typed + "。").chapters[0].blocks)


@pytest.mark.parametrize("text", ["他讀《雪國》和《紅樓夢》。", "映画《海》を見た。", "[#1] Take 底本 for a name."])
def test_texts_of_other_kinds_stay(text: str) -> None:
    assert [block.text for block in read(f"{text}\n").chapters[0].blocks] == [text]
