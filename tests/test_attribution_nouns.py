"""Who speaks, where a tag has no name: nouns, strangers, relations, and names that turn out to be one person's."""

import pytest

from narrate.speakers.chances import Grounds, chance_of
from narrate.speakers.speakers import attribute
from narrate.speakers.turns import NARRATOR_SPEAKS


def says(paragraphs: list[str], language: str = "en") -> list[str]:
    """Who says each quotation: "I" for the narrator, "-" for nobody."""
    said, people = attribute(paragraphs, language)
    names = {NARRATOR_SPEAKS: "I", None: "-"}
    return [names[one.who] if one.who in names else people.people[one.who].name for one in said]  # type: ignore[index]


DUO = ["“We can cross,” said Nora.", "“It is late,” said Tom.", "“Not so late,” said Nora.", "“Late enough,” said Tom."]


@pytest.mark.parametrize(
    ("tag", "speaker"),
    [
        ("“Nobody finds it,” said the Heron.", "Heron"),
        ("“Nobody finds it,” the old Heron said.", "Heron"),
        ("“Nobody finds it,” said the White Rabbit.", "White Rabbit"),
        ("“Nobody finds it,” croaked the frog.", "the frog"),
        ("“Nobody finds it,” said a tall grey bird that stood by.", "the bird"),
        ("“Nobody finds it,” a small brown mouse answered.", "the small mouse"),
        ("The director answered: “Nobody finds it.”", "-"),
        ("“Nobody finds it,” whispered the ferryman’s dog.", "-"),
        ("“Nobody finds it,” cried a young Miller who had come along.", "-"),
        ("“Nobody finds it,” said nobody in particular.", "-"),
        ("“Nobody finds it,” said one of them.", "-"),
        ("“Nobody finds it,” said poor old Tom.", "Tom"),
        ("“Nobody finds it,” said little Nora.", "Nora"),
        ("“Nobody finds it,” said Łukasz.", "Łukasz"),
        ("“Nobody finds it,” at last said Tom.", "Tom"),
    ],
)
def test_a_noun_that_speaks_is_itself_or_nobody(tag: str, speaker: str) -> None:
    assert says([*DUO, tag, *DUO])[4:5] == [speaker]
    assert says([*DUO, tag, *DUO])[5:] == ["Nora", "Tom", "Nora", "Tom"]


@pytest.mark.parametrize(
    ("language", "paragraphs", "speakers"),
    [
        (
            "de",
            ["„Wo bist du?“, fragte Anna.", "„Hier“, sagte der Reiher. „Ganz nah.“", "„Komm“, sagte der alte Reiher."],
            ["Anna", "Reiher", "Reiher", "Reiher"],
        ),
        (
            "fr",
            ["« Où es-tu ? » demanda Marie.", "« Ici », dit le héron.", "« Viens », dit la dame au chapeau."],
            ["Marie", "le héron", "-"],
        ),
        (
            "es",
            ["—¿Dónde estás? —preguntó María.", "—Aquí —dijo la garza—. Cerca.", "—Ven —dijo la vieja garza."],
            ["María", "la garza", "la garza", "-"],
        ),
        (
            "it",
            ["«Dove sei?» chiese Maria.", "«Qui» disse l’airone. «Vicino.»", "«Vieni» rispose il vecchio airone."],
            ["Maria", "l’airone", "l’airone", "-"],
        ),
        (
            "pt",
            ["«Onde estás?» perguntou Maria.", "«Aqui», disse a garça.", "«Vem», respondeu a velha garça."],
            ["Maria", "a garça", "-"],
        ),
        (
            "pt",
            ["— Onde estás? — perguntou Inês.", "— Aqui — rosnou a raposa.", "— Vem, disse ela.", "— Vou, disse João."],
            ["Inês", "a raposa", "Inês", "João"],
        ),
        (
            "fr",
            [
                "— Où es-tu ? demanda Marie.",
                "— Ici, dit Paul.",
                "« Viens », pépia la mésange.",
                "— Là, grommela l’ours.",
            ],
            ["Marie", "Paul", "-", "-"],
        ),
        (
            "ru",
            [
                "— Где ты? — спросила Анна.",
                "— Здесь, — сказал Пётр Ильич. — Я видел Анну.",
                "— Иди, — ответил старый мельник.",
                "— Анне хорошо, — хмыкнула лиса.",
                "Пётр посмотрел на Анну. «Тише», — прошептал он.",
            ],
            ["Анна", "Пётр", "Пётр", "-", "-", "Пётр"],
        ),
        (
            "pl",
            ["— Gdzie jesteś? — zapytała Anna.", "— Nie — odparł młynarz. — Zostaję.", "– Dobrze – mruknął Jan."],
            ["Anna", "-", "Jan"],
        ),
    ],
)
def test_nouns_of_other_languages_are_themselves_or_nobody(
    language: str, paragraphs: list[str], speakers: list[str]
) -> None:
    assert says(paragraphs, language) == speakers


def test_a_tag_that_goes_on_belongs_to_who_has_it() -> None:
    text = "“Well, my dear,” said Tom, when Nora had read the note aloud, “if she should fall ill, it was for him.”"
    assert says([*DUO, text])[4:] == ["Tom", "Tom"]


def test_a_nod_is_an_answer() -> None:
    known = ["Nora and Tom sat by the fire.", *DUO]
    assert (
        says([*known, "“Will you come?” asked Nora.", "Tom shook his head.", "“Then I shall go alone.”"])[-1] == "Nora"
    )


# --- descriptions -----------------------------------------------------------------------------------


def test_a_description_beside_a_name_is_that_persons() -> None:
    house = [
        "Tom was met by the housekeeper, Mrs. Reed, who took his hat.",
        "“Is the family at home?” asked Tom.",
        "“They are out,” said Mrs. Reed.",
        "“When will they be back?” asked Tom.",
        "“At six,” said the housekeeper.",
    ]
    assert says(house) == ["Tom", "Mrs. Reed", "Tom", "Mrs. Reed"]
    told = [house[0].replace(", Mrs. Reed,", ""), *house[1:2], "“They are out,” said the maid.", *house[3:]]
    assert says(told) == ["Tom", "the maid", "Tom", "the housekeeper"]


def test_who_says_a_name_goes_by_it() -> None:
    paragraphs = [
        "Mr. Moss sat at his desk when a young man came in.",
        "“Take a chair,” said Mr. Moss.",
        "“My name is John Ames,” said the young man, “and I have come about the house.”",
        "“I see,” said Mr. Moss.",
        "“It is my father’s,” said the young man.",
        "“Go on,” said Mr. Moss.",
        "“That is all,” said Ames.",
    ]
    ames = says(paragraphs)[-1]
    assert "Ames" in ames
    assert says(paragraphs) == ["Mr. Moss", ames, ames, "Mr. Moss", ames, "Mr. Moss", ames]


def test_a_mother_has_a_name() -> None:
    paragraphs = [
        "Anna Pell sat in the garden with Mrs. Pell. Anna read, and Mrs. Pell sewed.",
        "“It is cold,” said Mrs. Pell.",
        "“It is not,” said Anna.",
        "Anna turned a page.",
        "“You will be ill,” said her mother.",
        "“I am never ill,” said Anna.",
    ]
    assert says(paragraphs) == ["Mrs. Pell", "Anna", "Mrs. Pell", "Anna"]


def test_nobody_is_their_own_mother() -> None:
    paragraphs = ["Anna sat in the garden and read.", "“You will be ill,” said her mother.", "“Never,” said Anna."]
    assert says(paragraphs) == ["her mother", "Anna"]


WILCOX = [
    "Henry Wilcox had come down with Charles Wilcox and Margaret.",
    "Mr. Wilcox stood by the window, and Charles sat down.",
    "“Henry, are you there?” asked Margaret.",
    "“I am,” said Mr. Wilcox.",
    "“Tell me, Henry, what you think,” said Margaret.",
    "“I think nothing,” said Mr. Wilcox.",
]


def test_who_answers_to_a_first_name_bears_it() -> None:
    told = [*WILCOX, "“Will you have tea, Charles?” asked Margaret.", "“No,” said Charles.", "“You see,” said Henry."]
    assert says(told)[-3:] == ["Margaret", "Charles", "Mr. Wilcox"]


def test_two_who_speak_with_each_other_are_two() -> None:
    told = [*WILCOX, "“Good night,” said Mr. Wilcox.", "“Good night, sir,” said Henry.", "“Well,” said Mr. Wilcox."]
    assert says(told)[-3:] == ["Mr. Wilcox", "Henry", "Mr. Wilcox"]


# --- chances ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["explicit", "described", "pronoun", "implicit"])
def test_a_chance_grows_with_the_chains_and_shrinks_with_the_people_about(kind: str) -> None:
    told = [chance_of(Grounds(kind, chance)) for chance in (0.3, 0.6, 0.9, 0.99)]
    assert told == sorted(told)
    assert 0.0 < told[0] < told[-1] < 1.0
    if kind != "explicit":  # a name is as sure in a crowd
        assert chance_of(Grounds(kind, 0.9, people=2)) > chance_of(Grounds(kind, 0.9, people=5))


def test_a_name_is_surer_than_a_description_and_both_than_a_turn() -> None:
    explicit, described, implicit = (chance_of(Grounds(k, 0.998)) for k in ("explicit", "described", "implicit"))
    assert explicit > 0.95 > described
    assert explicit > implicit > chance_of(Grounds("implicit", 0.998, people=5))


def test_a_noun_with_a_capital_is_who_it_is_without_one() -> None:
    told = ["“Who goes there?” said the ferryman.", *DUO[:2], "“Pay me,” said the Ferryman.", *DUO[2:]]
    assert says(told) == ["the ferryman", "Nora", "Tom", "the ferryman", "Nora", "Tom"]
    named = ["“Who goes there?” said the Heron.", *DUO, "“I do,” the Heron said. A heron flew up."]
    assert says(named)[::5] == ["Heron", "Heron"]


@pytest.mark.parametrize(
    "cited",
    ["“Fine.” — The Times", "“It never rains in Hull.” —Ann Hale, 1891", "“Fine.” -- Mr. Reed"],
)
def test_a_quotation_with_its_source_is_said_by_nobody_in_the_story(cited: str) -> None:
    assert says([*DUO, cited, *DUO])[4:5] == ["-"]


def test_a_source_may_stand_in_a_paragraph_of_its_own() -> None:
    assert says(["For Tom", "“The sea is the sea.”", "—Homer", *DUO])[0] == "-"
    assert says([*DUO, "“It is late,” Tom said, “and cold.”", "— Nobody came", *DUO])[4:6] == ["Tom", "Tom"]


def test_a_dash_before_what_somebody_does_is_no_source() -> None:
    assert says([*DUO, "“Come in,” — Nora rose and opened the door.", *DUO])[4:5] == ["Nora"]
