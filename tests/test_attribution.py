"""Who speaks: every step alone, and the steps together on dialogues written for it."""

import json
import re
from itertools import product
from math import exp

import pytest
from goldens import SHARED, needs_shared, story
from hypothesis import given, settings, strategies as st

from narrate.book.quotes import quotes_in
from narrate.speakers.characters import find_characters
from narrate.speakers.mentions import addressed_in, mentions_in
from narrate.speakers.passages import is_speech
from narrate.speakers.speakers import attribute
from narrate.speakers.tags import LEAD, lead_of, tags_in
from narrate.speakers.turns import NARRATOR_SPEAKS, SOMEBODY_ELSE, Turn, Who, likeliest, odds_of

# Enough for everybody below to be known as a person, and as a man or a woman.
KNOWN = [
    "“So,” said Elizabeth. “Well,” said Mr. Darcy. “Oh,” said Jane. “Ah,” said Tom. The landlord came with his aunt.",
]


def tagged(text: str) -> list[tuple[int, str, str]]:
    """Every tag of a paragraph: the quotation's number, the subject as written, where it stands."""
    people = find_characters([*KNOWN, text])
    mentions = mentions_in(text, people)
    quotes = quotes_in(text)
    told = [m for m in mentions if not any(q.start <= m.start < q.end for q in quotes)]
    return [(t.quote, text[t.mention.start : t.mention.end], t.where) for t in tags_in(text, quotes, told)]


@pytest.mark.parametrize(
    ("text", "subject", "where"),
    [
        ("“Yes,” said Elizabeth.", "Elizabeth", "after"),
        ("“Yes,” Elizabeth said.", "Elizabeth", "after"),
        ("“Yes,” he cried, turning to Tom.", "he", "after"),
        ("“Yes!” she had whispered at last.", "she", "after"),
        ("“Yes,” said the old landlord.", "the old landlord", "after"),
        ("“Yes,” said I.", "I", "after"),
        ("“Yes,” Tom, who was tired, answered.", "Tom", "after"),
        ("“Aw,” fleered Tom, and left.", "Tom", "after"),
        ("“Yes,” Jane pointed to the door.", "Jane", "after"),
        ("“No,” I heard the landlord grumbling.", "the landlord", "after"),
        ("Elizabeth turned to Tom and said, “Yes.”", "Elizabeth", "before"),
        ("When Elizabeth came in, Mr. Darcy rose and said: “Yes.”", "Mr. Darcy", "before"),
        ("Tom studied the ceiling. “Perhaps.”", "Tom", "beat before"),
        ("“Perhaps.” Tom studied the ceiling.", "Tom", "beat after"),
    ],
)
def test_a_tag_names_its_speaker(text: str, subject: str, where: str) -> None:
    assert (0, subject, where) in tagged(text)


def test_a_tag_in_the_middle_is_of_both_halves() -> None:
    assert {number for number, subject, _ in tagged("“Well,” said Jane, “come in.”") if subject == "Jane"} == {0, 1}


@pytest.mark.parametrize(
    "text", ["“Yes,” said Elizabeth and Jane.", "“Yes!” they cried.", "“Yes,” cried one of the women."]
)
def test_several_speakers_are_nobody(text: str) -> None:
    assert says([*KNOWN, text])[-1] == "-"


def test_a_paragraphs_end_names_the_speaker_of_the_next() -> None:
    people = find_characters(KNOWN)
    for text, promised, sure in (
        ("Elizabeth bowed to Tom and replied:", "Elizabeth", True),
        ("Elizabeth asked him if Jane was at home.", "", False),
        ("Jane called out, while Tom read,", "Tom", False),
    ):
        lead = lead_of(text, mentions_in(text, people), ())
        promises = lead is not None and lead.where == LEAD
        assert (text[lead.mention.start : lead.mention.end] if lead and promises else "") == promised
        assert (lead is not None and promises and lead.strength > 0.8) == sure


@pytest.mark.parametrize(
    ("text", "speech"),
    [
        ("“Come in.”", True),
        ("She said, “Come in,” and left.", True),
        ("“But it is,” said she; “for I saw it.”", True),
        ("The so-called “gentleman” left.", False),
        ("He read “The Times” by the fire.", False),
        ("They sang “See-Saw.”", False),
        ("“…”", False),
    ],
)
def test_words_in_marks_that_nobody_speaks(text: str, speech: bool) -> None:
    assert all(is_speech(text, quote) == speech for quote in quotes_in(text))


def test_words_of_address_in_a_quotation_name_who_is_spoken_to() -> None:
    text = "“My dear Tom, I saw Jane, mother, with Mr. Darcy’s horse. I am Elizabeth, sir.”"
    people = find_characters([*KNOWN, text])
    addressed = addressed_in(text, quotes_in(text)[0], mentions_in(text, people))
    assert {people.people[who].name for who in addressed.called} == {"Tom"}
    assert {people.people[who].name for who in addressed.spoken_of} == {"Jane", "Mr. Darcy"}
    assert addressed.relations == {"mother"}


# --- turn-taking ----------------------------------------------------------------------------------

turns = st.lists(
    st.builds(
        Turn,
        st.dictionaries(st.sampled_from([0, 1, 2, SOMEBODY_ELSE]), st.floats(-3, 3), min_size=1, max_size=3),
        st.sampled_from([None, 0, 0, 1, 5]),
    ),
    min_size=1,
    max_size=5,
)


def transition(before: Who | None, last: Who | None, who: Who, gap: int | None, gap_before: int | None) -> float:
    """Log odds that `who` speaks after `before` and `last`: what `likeliest` sums over, in factors."""
    same, back = odds_of(gap, gap_before)
    if last is None or who == SOMEBODY_ELSE:
        return 0.0
    if who == last:
        return same
    return back if who == before else 0.0


@given(turns)
@settings(max_examples=150)
def test_likeliest_speakers_match_those_of_every_assignment_weighed(given_turns: list[Turn]) -> None:
    """The reference: every assignment of speakers, weighed by the same log odds."""
    totals: list[dict[int, float]] = [{} for _ in given_turns]
    for speakers in product(*(turn.scores for turn in given_turns)):
        odds = 0.0
        for number, (turn, who) in enumerate(zip(given_turns, speakers, strict=True)):
            last = speakers[number - 1] if number else None
            gaps = (given_turns[number].gap, given_turns[number - 1].gap if number > 1 else None)
            before = speakers[number - 2] if number > 1 else None
            odds += turn.scores[who] + transition(before, last, who, *gaps)
        for number, who in enumerate(speakers):
            totals[number][who] = totals[number].get(who, 0.0) + exp(odds)
    for chances, total in zip(likeliest(given_turns), totals, strict=True):
        assert chances.keys() == total.keys()
        for who, chance in chances.items():
            assert chance == pytest.approx(total[who] / sum(total.values()), abs=1e-9)


def test_speakers_of_a_dialogue_of_two_alternate() -> None:
    known = [Turn({0: 5.0, 1: 0.0}, None), Turn({0: 0.0, 1: 5.0}), *[Turn({0: 0.0, 1: 0.0}) for _ in range(4)]]
    assert [max(chances, key=lambda w: chances[w]) for chances in likeliest(known)] == [0, 1, 0, 1, 0, 1]
    assert likeliest(known)[2][0] > 0.9
    assert likeliest([]) == []


# --- together -------------------------------------------------------------------------------------


def says(paragraphs: list[str], language: str = "en") -> list[str]:
    """Who says each quotation: "I" for the narrator, "-" for nobody."""
    said, people = attribute(paragraphs, language)
    names = {NARRATOR_SPEAKS: "I", None: "-"}
    return [names[one.who] if one.who in names else people.people[one.who].name for one in said]  # type: ignore[index]


def test_tags_pronouns_and_turns() -> None:
    paragraphs = [
        "Tom met Elizabeth at the gate. He was late, and she was cold.",
        "“Have you been waiting long?” he asked.",
        "“An hour,” she said.",
        "“I am sorry.”",
        "“You always are.”",
        "“Not always, Elizabeth,” said Tom.",
    ]
    assert says(paragraphs) == ["Tom", "Elizabeth", "Tom", "Elizabeth", "Tom"]
    said, _ = attribute(paragraphs)
    assert [one.kind for one in said] == ["pronoun", "pronoun", "implicit", "implicit", "explicit"]
    assert said[-1].confidence > 0.95
    assert all(0.0 <= one.confidence <= 1.0 for one in said)


def test_who_is_called_does_not_speak_and_answers() -> None:
    paragraphs = [*KNOWN, "They sat down.", "“Tom, will you have tea?” said Jane.", "“Thank you.”"]
    assert says(paragraphs)[-2:] == ["Jane", "Tom"]


def test_a_narrator_who_says_i_speaks() -> None:
    paragraphs = [
        "I had known Tom for years when I went to see him. I knocked, and I waited.",
        "“Come in,” said Tom.",
        "“I have come about the house,” I said.",
        "“Sit down.”",
        "I sat down, for I was tired. “Thank you,” I answered.",
    ]
    assert says(paragraphs) == ["Tom", "I", "Tom", "I"]


def test_his_wife_has_a_name() -> None:
    paragraphs = [
        "Mr. Bennet read. Mrs. Bennet sewed; she sighed.",
        "“My dear Mr. Bennet,” said his lady, “do you hear?”",
        "Mr. Bennet did.",
        "“I do not,” cried his wife.",
    ]
    assert says(paragraphs)[0] == says(paragraphs)[2] == "Mrs. Bennet"


def test_a_quotation_of_several_paragraphs_has_one_speaker() -> None:
    paragraphs = [
        *KNOWN,
        "“I went there,” said Jane.",
        "“It was this way, Jane: I rose.",
        "“I ran.",
        "“I fell,” said Tom.",
    ]
    assert says(paragraphs)[-3:] == ["Tom", "Tom", "Tom"]


@pytest.mark.parametrize(
    ("language", "paragraphs", "speakers"),
    [
        (
            "de",
            [
                "„Wo bist du?“, fragte Anna.",
                "„Hier“, sagte Herr Braun. „Ganz nah.“",
                "„Gut“, sagte sie.",
            ],
            ["Anna", "Herr Braun", "Herr Braun", "Anna"],
        ),
        (
            "fr",
            [
                "« Où es-tu ? » demanda Marie.",
                "« Ici, dit Jean, tout près. »",
                "« Bien », répondit-elle.",
                "« Viens, dit-il. »",
            ],
            ["Marie", "Jean", "Jean", "Marie", "Jean"],
        ),
        (
            "es",
            ["—¿Dónde estás? —preguntó María.", "—Aquí —dijo Juan—. Muy cerca.", "—Bien —respondió ella."],
            ["María", "Juan", "Juan", "María"],
        ),
    ],
)
def test_tags_of_other_languages(language: str, paragraphs: list[str], speakers: list[str]) -> None:
    assert says(paragraphs, language) == speakers


def test_two_speakers_in_one_paragraph() -> None:
    assert says([*KNOWN, "“Is it far?” asked Jane. “Very,” replied Tom."])[-2:] == ["Jane", "Tom"]


@given(st.lists(st.text(alphabet='Tom Jane said he, .“”‘’"?!—I', max_size=60), max_size=8))
@settings(max_examples=150)
def test_any_text_has_an_answer(paragraphs: list[str]) -> None:
    said, people = attribute(paragraphs)
    for one in said:
        assert one.who in (None, NARRATOR_SPEAKS) or 0 <= one.who < len(people.people)
        assert 0.0 <= one.confidence <= 1.0 + 1e-9


def test_the_quotations_of_a_story_have_their_speakers() -> None:
    """Nine in ten of them, and every one that is said with a name."""
    paragraphs, gold = story()
    said, people = attribute(paragraphs)
    who = {
        (one.paragraph, one.quote.start): people.people[one.who].name
        for one in said
        if one.who is not None and one.who >= 0
    }
    right, named = [], []
    for paragraph, start, end, speaker in gold:
        right.append(who.get((paragraph, start), "") in (speaker, speaker.split()[0]))
        name = speaker if speaker.startswith("M") else speaker.split()[0]
        named.append(re.match(rf" (\w+ {re.escape(name)}|{re.escape(name)} \w+)\b", paragraphs[paragraph][end:]))
    assert len(gold) > 30
    assert sum(map(bool, named)) > 15
    assert all(one for one, name in zip(right, named, strict=True) if name)
    assert sum(right) >= 0.9 * len(gold)


@needs_shared
def test_real_quotations_have_their_speakers() -> None:
    """The tagged ones of one novel; benchmarks/attribution.py measures all of them."""
    path = SHARED / "litbank-quotes.jsonl"
    work = "12677_personality_plus_some_experiences_of_emma_mcchesney_and_her_son_jock"
    gold = [row for line in path.read_text("utf-8").splitlines() if (row := json.loads(line))["work"] == work]
    text = (SHARED / "litbank" / f"{work}.txt").read_bytes().decode("utf-8")
    paragraphs = [row for row in text.split("\n") if row.strip()]
    said, people = attribute(paragraphs)
    names = {paragraphs[s.paragraph][s.quote.start : s.quote.end]: s for s in said if s.who is not None}
    jock = [names[row["quote"]] for row in gold if row["speaker"].startswith("Jock") and row["quote"] in names]
    right = [one.who is not None and one.who >= 0 and "Jock" in people.people[one.who].name for one in jock]
    assert len(right) > 8
    assert sum(right) / len(right) > 0.8
