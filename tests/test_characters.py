"""Characters: names put together as a reader does, with gender and age and why."""

import pytest

from narrate.speakers import Character, traits_of_name
from narrate.speakers.characters import describe, find_characters
from narrate.speakers.names import names_in, nouns_in, vocabulary_of

BENNETS = [
    "Mr. Bennet was among the earliest of those who waited on Mr. Bingley. Mrs. Bennet was vexed; she said so.",
    "“My dear Mr. Bennet,” said his lady, “have you heard that Netherfield Park is let at last?”",
    "Elizabeth Bennet smiled, and her sister Jane Bennet sighed. Elizabeth looked at Mr. Darcy, and he at her.",
    "“You are dancing,” said Mr. Darcy. Darcy bowed; he was proud. “Lizzy,” cried Jane, “come!” Elizabeth came.",
    "Miss Bingley, who was in London, asked Elizabeth. Caroline Bingley drew herself up. Fitzwilliam Darcy laughed.",
    "Lady Catherine de Bourgh spoke, and Lady Catherine was obeyed. “Mamma,” said Kitty, “is ill.” Kitty coughed.",
    "He rode from London to Meryton, and in Meryton he stayed. Elizabeth ran.",
]


@pytest.fixture(scope="module")
def people() -> dict[str, Character]:
    return {person.name: person for person in find_characters(BENNETS).people}


def test_forms_of_one_person_come_together(people: dict[str, Character]) -> None:
    assert {"Mr. Darcy", "Darcy", "Fitzwilliam Darcy"} == set(people["Mr. Darcy"].aliases)
    assert {"Elizabeth", "Elizabeth Bennet", "Lizzy"} == set(people["Elizabeth"].aliases)
    assert {"Jane", "Jane Bennet"} == set(people["Jane"].aliases)
    assert people["Caroline Bingley"].aliases == ("Caroline Bingley", "Miss Bingley")
    assert "Kitty" in people, "not Lady Catherine, though Kitty is short for it"


def test_a_family_is_several_people(people: dict[str, Character]) -> None:
    assert people["Mr. Bennet"].gender == "male"
    assert people["Mrs. Bennet"].gender == "female"
    assert not set(people["Mrs. Bennet"].aliases) & set(people["Jane"].aliases)


def test_a_town_is_nobody(people: dict[str, Character]) -> None:
    assert not {"London", "Meryton", "Netherfield Park"} & set(people)


def test_every_trait_has_its_evidence(people: dict[str, Character]) -> None:
    darcy = people["Mr. Darcy"]
    assert darcy.gender == "male"
    whys = [item.why for item in darcy.evidence if item.trait == "gender" and item.value == "male"]
    assert any("title Mr" in why for why in whys)
    assert any("given name Fitzwilliam" in why for why in whys)


def test_nouns_are_people_too() -> None:
    text = [
        "The old man nodded. My aunt came with the landlady, and the landlady laughed; she had a little boy. It fell."
    ]
    people = {person.name: person for person in find_characters(text).people}
    assert (people["the old man"].gender, people["the old man"].age) == ("male", "old")
    assert people["my aunt"].gender == "female"
    assert (people["the landlady"].gender, people["the landlady"].mentions) == ("female", 2)
    assert people["the little boy"].age == "child"
    assert len(people) == 4


def test_a_name_that_is_also_a_word_needs_a_verb_of_speech() -> None:
    text = ["“He is gaudy,” Irish murmured to Pink.", "“Sure,” said Pink. The pink sky was Irish."]
    names = {person.name for person in find_characters(text).people}
    assert names == {"Irish", "Pink"}


def test_pronouns_tell_the_gender_of_a_name_nobody_knows() -> None:
    text = ["Zorbla said that she was tired. Then Zorbla lost her hat.", "“So,” said Quandor, and he left."]
    people = {person.name: person.gender for person in find_characters(text).people}
    assert people == {"Zorbla": "female", "Quandor": "male"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He met Lady Catherine de Bourgh’s nephew.", [("lady", ("Catherine", "de", "Bourgh"))]),
        ("He met Mr. T. E. Smith and J. R. Tolkien.", [("mr", ("T.", "E.", "Smith")), ("", ("J.", "R.", "Tolkien"))]),
        ("He met Lord St. Simon.", [("lord", ("St.", "Simon"))]),
        ("Then Elizabeth met Elizabeth.", [("", ("Elizabeth",)), ("", ("Elizabeth",))]),
        ("CHAPTER ONE OF ELIZABETH", []),
    ],
)
def test_names_where_they_stand(text: str, words: list[tuple[str, tuple[str, ...]]]) -> None:
    names = list(names_in(text, vocabulary_of([text, "so Elizabeth came"])))
    assert [(name.title, name.words) for name in names] == words
    assert all(text[name.start : name.end].endswith(name.words[-1]) for name in names)


def test_nouns_where_they_stand() -> None:
    text = "The old man’s wife saw a very tall, thin stranger and his poor mother."
    assert [(n.determiner, n.adjective, n.head, n.possessive) for n in nouns_in(text, vocabulary_of([text]))] == [
        ("The", "old", "man", True),
        ("a", "", "stranger", False),
        ("his", "", "mother", False),
    ]


def test_speakers_of_a_play_by_their_names_and_the_text() -> None:
    speakers = ["Algernon", "Lady Bracknell", "Old Woman", "Lane", "Merriman", "VOICE"]
    text = [
        "Lane goes out. He comes back, and Lane bows as he does.",
        "Oh, Merriman, he said, when did Miss Fairfax arrive?",
    ]
    described = {person.name: person for person in describe(speakers, text)}
    assert list(described) == speakers
    assert described["Algernon"].gender == "male"
    assert described["Lady Bracknell"].gender == "female"
    assert (described["Old Woman"].gender, described["Old Woman"].age) == ("female", "old")
    assert described["VOICE"].gender == ""
    assert [item.value for item in traits_of_name("Master Miles")] == ["male", "child", "male"]


def test_a_single_master_makes_no_child_of_a_man() -> None:
    text = [f"Mr. Holmes rose. “No,” said Holmes, and he sat down again, for the {n}th time." for n in range(9)]
    [holmes] = describe(["Holmes"], [*text, "“Ah, Master Holmes!” she cried."])
    assert (holmes.gender, holmes.age) == ("male", "")
    [tom] = describe(["Tom"], ["Master Tom ran. “Come, Master Tom!” said she. Tom came."])
    assert tom.age == "child"
