"""Names in a Fountain script whose letters have no capitals: found without an @, and no action taken for one.

fountain-js 1.2.4 and screenplain 0.12.0 take the first of any two rows of Chinese action for a speaker.
"""

from pathlib import Path

import pytest

from narrate.readers.fountain import read_fountain

SCRIPTS = {
    "zh": """INT. 房间 - 夜

下着雨。

李雷
你好，今天怎么样？

韩梅梅
（轻声）
还好。

李雷走到窗前。
他看着外面。
""",
    "he": """INT. חדר - לילה

יורד גשם.

דנה
מה שלומך?

יוסי כהן
(בשקט)
בסדר.

דנה הולכת לחלון.
היא מסתכלת.
""",
    "ja": """INT. 部屋 - 夜

雨が降っている。

太郎
こんにちは。

ルーシー
（小声で）
元気です。

太郎は窓へ歩く。
外を見る。
""",
}


def speeches(text: str) -> list[tuple[str, str, str]]:
    show = read_fountain(text, Path("show.fountain"))
    lines = [line for script in show.scripts for line in script.lines]
    return [(line.speaker, line.direction, line.text) for line in lines if not line.level]


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("zh", [("李雷", "", "你好，今天怎么样？"), ("韩梅梅", "轻声", "还好。")]),
        ("he", [("דנה", "", "מה שלומך?"), ("יוסי כהן", "בשקט", "בסדר.")]),
        ("ja", [("太郎", "", "こんにちは。"), ("ルーシー", "小声で", "元気です。")]),
    ],
)
def test_names_without_capitals_speak(language: str, spoken: list[tuple[str, str, str]]) -> None:
    found = speeches(SCRIPTS[language])
    assert [one for one in found if one[0] != "narrator"] == spoken
    assert sum(speaker == "narrator" for speaker, _, _ in found) == 2, "two rows of action are action"


def test_a_name_that_comes_again_needs_no_parenthetical() -> None:
    said = speeches("甲\n你好。\n\n乙\n早。\n\n甲\n走吧。\n")
    assert [speaker for speaker, _, _ in said] == ["甲", "乙", "甲"]


@pytest.mark.parametrize(
    "text",
    [
        "海鸥坐在墙上\n它们在等人说话。\n\n玛莎走到窗前\n外面下雨。\n",  # nothing shows that the script has names so
        "@玛莎\n水开了。\n\n彼得\n他走了。\n\n彼得\n（笑）\n",  # whoever writes @ writes it before all
        "雨，风\n雪。\n\n雨，风\n（雪）\n",  # a comma is no part of a name
    ],
)
def test_rows_that_are_no_names_stay_action(text: str) -> None:
    assert {speaker for speaker, _, _ in speeches(text)} <= {"narrator", "玛莎"}
