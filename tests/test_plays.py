"""Plays in EPUBs that say by their setting alone who speaks; what looks like one and is none."""

import pytest
from test_ingest_semantics import blocks, texts

from narrate.book import BlockKind


def told(markup: str, language: str = "en") -> list[str]:
    """Each block as `speaker (how): text`; the narrator's have no speaker, and directions stand in braces."""
    found = []
    for block in blocks(markup, language):
        who = f"{block.speaker} ({block.direction})" if block.direction else block.speaker
        direction = block.kind is BlockKind.DIRECTION
        found.append(f"{{{block.text}}}" if direction else f"{who}: {block.text}" if who else block.text)
    return found


SPOKEN = ["Martha: Who’s there?", "Peter: Only me.", "Martha: Come in.", "Peter: Yes."]
SETTINGS = {
    "a row of its own in capitals": ("<p>{}.<br/>{}</p>", str.upper),
    "in capitals": ("<p>{}. {}</p>", str.upper),
    "in capitals, with a dash": ("<p>{}.—{}</p>", str.upper),
    "after a place": ("<p><a id='x'></a>{}. {}</p>", str.upper),
    "in small capitals": ("<p><span class='smcap'>{}</span>. {}</p>", str),
    "in small capitals by style": ("<p><span style='font-variant: small-caps'>{}.</span> {}</p>", str),
    "a list": ("<dl><dt>{}</dt><dd>{}</dd></dl>", str.upper),
    "a row above": ("<p class='center'>{}</p><p>{}</p>", str.upper),
    "called so": ("<p class='speaker'>{}</p><p>{}</p>", str),
    "called so, in a division": ("<div class='speaker'>{}</div><div class='line'>{}</div>", str),
    "called so, around both": ("<div class='sp'><p class='speaker'>{}</p><p>{}</p></div>", str),
    "called so, in the paragraph": ("<p><span class='speaker'>{}</span> {}</p>", str),
}
SIGNED = {
    "bold": "<p><b>{}.</b> {}</p>",
    "bold, a mark after it": "<p><strong>{}</strong>: {}</p>",
    "bold on a row of its own": "<p><b>{}</b><br/>{}</p>",
    "italics": "<p><i>{}.</i> {}</p>",
    "a table": "<table><tr><td>{}</td><td>{}</td></tr></table>",
}


@pytest.mark.parametrize(("form", "case"), SETTINGS.values(), ids=SETTINGS)
def test_names_at_the_heads_of_most_paragraphs_say_who_speaks(form: str, case: type[str]) -> None:
    said = [row.split(": ") for row in SPOKEN]
    found = told("".join(form.format(case(name), text) for name, text in said))
    assert found == [f"{case(name)}: {text}" for name, text in said]


@pytest.mark.parametrize("heading", ["ACT I", "Erster Aufzug", "Scène 2", "Действие первое", "第一幕"])
@pytest.mark.parametrize("form", SIGNED.values(), ids=SIGNED)
def test_in_bold_and_italics_where_the_page_is_of_the_stage(form: str, heading: str) -> None:
    rows = "".join(form.format(*row.split(": ")) for row in SPOKEN)
    assert told(f"<h2>{heading}</h2>{rows}")[1:] == SPOKEN
    assert not any(block.speaker for block in blocks(rows))


DIRECTED = """\
<h2>ACT I</h2><p class="scenedesc">Enter <span class="charname">Martha</span> and <span>Peter</span>.</p>
<p>MARTHA.<br/>Who’s there?<br/>Speak!</p><p>DR. REED (<i>within</i>).<br/>Me. [Aside.] <i>Who</i> else?</p>
<p><b>Martha</b> <i>laughing</i>. Come in. [<i>Exit.</i>]</p><p>FIRST GUARD. Halt!</p><p>MARTHA, aside. Oh.</p>
<p class="right">[<i>Exeunt.</i>]</p><p>DR. REED.<br/>Gone.</p><p>EXEUNT.</p><h3>SCENE II</h3><p>A harbour.</p>
"""


def test_directions_are_the_narrators() -> None:
    assert told(DIRECTED) == [
        "ACT I",
        "{Enter Martha and Peter.}",
        "MARTHA: Who’s there?",
        "MARTHA: Speak!",
        "DR. REED (within): Me.",
        "{[Aside.]}",
        "DR. REED (within): Who else?",
        "MARTHA (laughing): Come in.",
        "{[Exit.]}",
        "FIRST GUARD: Halt!",
        "MARTHA (aside): Oh.",
        "{[Exeunt.]}",
        "DR. REED: Gone.",
        "{EXEUNT.}",
        "SCENE II",
        "A harbour.",
    ]


def test_a_heading_ends_a_speech() -> None:
    row = "<p class='speaker'>{}</p><p>{}</p>"
    rows = [row.format(*said.split(": ")) for said in SPOKEN]
    assert told("".join([*rows[:3], "<h2>Scene 2</h2><p>A harbour.</p>", rows[3]])) == [
        *SPOKEN[:3],
        "Scene 2",
        "A harbour.",
        SPOKEN[3],
    ]


CELL = "<tr><td epub:type='z3998:persona'>{}</td><td>{}</td></tr>"


@pytest.mark.parametrize(
    "names",
    ["Ada<br/>Ben", "<b>Ada</b><br/><b>Ben</b>", "Ada and Ben", "Ada, Ben", "Ada &amp; Ben", "Ada und Ben", "ADA, BEN"],
)
def test_two_who_speak_together_have_the_first_ones_voice(names: str) -> None:
    rows = [("Ada", "One."), ("Ben", "Two."), (names, "Three."), ("Romeo and Juliet Club", "Four."), ("All", "Five.")]
    markup = "".join(CELL.format(*row) for row in rows)
    assert told(f"<table>{markup}</table>") == [
        "Ada: One.",
        "Ben: Two.",
        "Ada: Three.",
        "Romeo and Juliet Club: Four.",
        "All: Five.",
    ]


PERSONA = "<b epub:type='z3998:persona'>{}</b>"


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        (f"<p class='persona'>{PERSONA} <i>turning</i>.</p><p>Who?</p>", "Ada (turning): Who?"),
        (f"<p>{PERSONA} <i epub:type='z3998:stage-direction'>turning</i>. Who?</p>", "Ada (turning): Who?"),
        (f"<p>{PERSONA} <em>with a shrug</em>: Who?</p>", "Ada (with a shrug): Who?"),
        (f"<p>{PERSONA} (<i>aside</i>). Who?</p>", "Ada (aside): Who?"),
        (f"<p>{PERSONA} (aside): Who?</p>", "Ada (aside): Who?"),
        (f"<p>{PERSONA} turns to the wall.</p>", "Ada turns to the wall."),
    ],
)
def test_a_direction_beside_a_name_makes_no_new_person(markup: str, said: str) -> None:
    assert told(markup.format("Ada")) == [said]


def test_directions_in_verse_are_no_lines_of_it() -> None:
    verse = (
        "<p><span>I go home,</span><br/>"
        "<span>And none <i epub:type='z3998:stage-direction'>Weeps.</i> shall see.</span><br/>"
        "<span><i epub:type='z3998:stage-direction'>Exit.</i></span></p>"
    )
    cell = f"<table><tr><td epub:type='z3998:persona'>Ada</td><td epub:type='z3998:verse'>{verse}</td></tr></table>"
    assert told(cell) == ["Ada: I go home,", "Ada: And none", "{Weeps.}", "Ada: shall see.", "{Exit.}"]


@pytest.mark.parametrize(
    "markup",
    [
        "<p><b>Note.</b> A.</p><p><b>Example.</b> B.</p><p><b>Note.</b> C.</p><p><b>Example.</b> D.</p>",
        "<p>NOTE. A.</p><p>WARNING. B.</p><p>NOTE. C.</p><p>WARNING. D.</p>",
        "<p><b>Question:</b> A?</p><p><b>Answer:</b> B.</p><p><b>Question:</b> C?</p><p><b>Answer:</b> D.</p>",
        "<p><b>Ferry.</b> A boat.</p><p><b>Gull.</b> A bird.</p><p><b>Mole.</b> A wall.</p>",
        "<p>ANNA</p><p>A.</p><p>B.</p><p>C.</p><p>BEN</p><p>A.</p><p>B.</p><p>C.</p>" * 2,
        "<p>LOVE. A.</p><p>B.</p><p>HATE. C.</p><p>D.</p><p>LOVE. E.</p><p>HATE. F.</p><p>G.</p><p>H.</p>",
        "<p><span class='smcap'>It was</span> late.</p><p>“Come,” she said.</p><p>THE END.</p>",
        "<p>To be.</p><p class='speaker'>Ann Hale</p><p>A.</p><p>B.</p>",
        "<table><tr><td>MON</td><td>Rain.</td></tr><tr><td>TUE</td><td>Sun.</td></tr><tr><td>MON</td><td>Hail.</td></tr>"
        "<tr><td>TUE</td><td>Fog.</td></tr></table>",
    ],
    ids=[
        "notes",
        "notes in capitals",
        "questions",
        "a glossary",
        "tellers",
        "an essay",
        "a novel",
        "a motto",
        "a table",
    ],
)
def test_what_looks_like_a_play_and_is_none_stays_as_it_is(markup: str) -> None:
    assert not any(block.speaker for block in blocks(markup))
    first = texts(markup)[0].split()[0].strip(".:,")
    assert first.casefold() in markup.casefold()


def test_many_heads_and_brackets_are_read_in_time() -> None:
    rows = "<p>MARTHA.<br/>One [a] two.</p><p>PETER. Three</p>" * 500
    brackets = "[a] " * 20_000
    assert len(told(f"{rows}<p>MARTHA. {brackets}</p>")) > 20_000
