"""Quotations: the marks of every language, apostrophes that are none, and paragraphs that reopen."""

import json
from itertools import groupby

import pytest
from goldens import SHARED, needs_shared, story
from hypothesis import given, settings, strategies as st

from narrate.book import Marks, quotes_of
from narrate.book.quotes import marks_of, quotes_in


def outer(text: str, marks: Marks | None = None) -> list[str]:
    return [text[q.start : q.end] for q in quotes_in(text, marks) if not q.depth]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("“Where?” he asked. “Here?”", ["“Where?”", "“Here?”"]),
        ('"Wait--" he said--"no, don\'t."', ['"Wait--"', '"no, don\'t."']),
        ('He cried, "Stop!" and "Run!"', ['"Stop!"', '"Run!"']),
        ('"Where is it?" asked the man. "Here it is.', ['"Where is it?"', '"Here it is.']),
        ("‘Come in,’ said the Count. ‘I’m Dracula.’", ["‘Come in,’", "‘I’m Dracula.’"]),
        ("‘The boys’ coats are goin’ too,’ he said.", ["‘The boys’ coats are goin’ too,’"]),
        ("‘Tom’ was all he said.", ["‘Tom’"]),
        ("‘He said “no” to me,’ she said.", ["‘He said “no” to me,’"]),
        ("'Come in,' he said. 'It's the boys' room.'", ["'Come in,'", "'It's the boys' room.'"]),
        ("‘Tis the season, and ‘em apples aren't mine.", []),
        ("'Twas in '98, and the boys' dog was 6' 2\" long.", []),
        ("She said ‘yes’, they say, to the ‘gentleman’.", ["‘yes’", "‘gentleman’"]),
        ("“Read the “Spectator,” my dear,” he said.", ["“Read the “Spectator,” my dear,”"]),
        ("“No end. “Another,” he said.", ["“No end.", "“Another,”"]),
        ("« Où ? » demanda-t-il. «Là.»", ["« Où ? »", "«Là.»"]),
        ("„Wo?“, fragte er. „Hier.“", ["„Wo?“", "„Hier.“"]),
        ("„Wo?” fragte er.", ["„Wo?”"]),
        ("»Wo?«, fragte er. »Hier, ›dort‹.«", ["»Wo?«", "»Hier, ›dort‹.«"]),
        ("‚Wo?‘, fragte er.", ["‚Wo?‘"]),
        ("”Var?” frågade han.", ["”Var?”"]),
        ("「どこ？」と彼は言った。「ここ。『本』だ。」", ["「どこ？」", "「ここ。『本』だ。」"]),
        ("“哪里？”他问。", ["“哪里？”"]),
        ("No quotation at all.", []),
        ("", []),
        ('"', ['"'][:0]),
    ],
)
def test_the_marks_of_every_language(text: str, quotes: list[str]) -> None:
    assert outer(text) == quotes


@pytest.mark.parametrize(
    ("language", "text", "quotes"),
    [
        ("fr", "— Entrez, dit Marthe. L’eau est chaude.", ["— Entrez,", "L’eau est chaude."]),
        ("fr", "— Le bateau, fit-elle en riant, est perdu.", ["— Le bateau,", "est perdu."]),
        ("fr", "— Vraiment ? lui demanda le vieux Pierre, d’une voix douce.", ["— Vraiment ?"]),
        ("fr", "— Non ! s’écria M. Hale. Jamais !", ["— Non !", "Jamais !"]),
        ("fr", "« — Viens, dit Marthe. »", ["« — Viens,"]),
        ("fr", "« Asseyez-vous, dit-elle, et parlez. »", ["« Asseyez-vous,", "et parlez. »"]),
        ("fr", "« Non », dit Marthe. « Jamais. »", ["« Non »", "« Jamais. »"]),
        ("fr", "— Que dit Pierre ? Il est là, dit-on.", ["— Que dit Pierre ? Il est là, dit-on."]),
        ("fr", "— Dis-moi, mon ami, ce que fait Marthe.", ["— Dis-moi, mon ami, ce que fait Marthe."]),
        ("pt", "— Entre, disse a mãe de Marta. A água está quente.", ["— Entre,", "A água está quente."]),
        ("pt", "— O barco — disse ele, sorrindo — perdeu-se.", ["— O barco", "perdeu-se."]),
        ("it", "— Grazie — rispose Pietro. — Fa freddo.", ["— Grazie", "Fa freddo."]),
        ("it", "«La barca, disse lui, è perduta.»", ["«La barca,", "è perduta.»"]),
        ("es", "—Gracias, dijo Pedro. Hace frío.", ["—Gracias,", "Hace frío."]),
        ("es", "—Pase. —Marta abrió la puerta—. El agua hierve.", ["—Pase.", "El agua hierve."]),
        ("es", "—¡Pase! —Y se fue.", ["—¡Pase!"]),
        ("pl", "— Wejdźcie — powiedziała Marta. — Woda jest gorąca.", ["— Wejdźcie", "Woda jest gorąca."]),
        ("pl", "— Ja — człowiek.", ["— Ja — człowiek."]),
        ("ru", "— Входите, — сказала Марта. — Чайник кипит.", ["— Входите,", "Чайник кипит."]),
        ("ru", "— Я — сын Петра.", ["— Я — сын Петра."]),
        ("en", "“Well, said John, so it is,” he said.", ["“Well, said John, so it is,”"]),
    ],
)
def test_what_the_narrator_says_inside_a_speech_is_cut_out_of_it(language: str, text: str, quotes: list[str]) -> None:
    marks = Marks(dashes=True, leaning=language == "es")
    assert [text[q.start : q.end].rstrip() for q in next(quotes_of([text], language, marks))] == quotes


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("—Hola —dijo Juan—. ¿Qué tal?", ["—Hola", "¿Qué tal?"]),
        ("—Hola, Juan.", ["—Hola, Juan."]),
        ("— Привет, — сказал он. — Как дела?", ["— Привет,", "Как дела?"]),
        ("— Olá — disse João. — Tudo bem?", ["— Olá", "Tudo bem?"]),
        ("— Bonjour, dit-il, comment ça va ?", ["— Bonjour, dit-il, comment ça va ?"]),
        ("— Я — человек.", ["— Я — человек."]),
        ("Y se fue — sin decir nada.", []),
    ],
)
def test_dialogue_that_a_dash_opens(text: str, quotes: list[str]) -> None:
    assert outer(text, Marks(dashes=True)) == quotes


def test_nested_quotations_have_depths() -> None:
    text = "“He said, ‘I heard “no” twice.’ Then he left.”"
    assert [(text[q.start : q.end], q.depth) for q in quotes_in(text)] == [
        (text, 0),
        ("‘I heard “no” twice.’", 1),
        ("“no”", 2),
    ]
    assert quotes_in(text)[1].inner(text) == "I heard “no” twice."


def test_a_quotation_of_several_paragraphs_goes_on() -> None:
    paragraphs = ["He said: “One.", "“Two.", "“Three.” He left.", "“Four.”"]
    spans = [
        [(p[q.start : q.end], q.continues, q.closed) for q in qs]
        for p, qs in zip(paragraphs, quotes_of(paragraphs), strict=True)
    ]
    assert spans == [
        [("“One.", False, False)],
        [("“Two.", True, False)],
        [("“Three.”", True, True)],
        [("“Four.”", False, True)],
    ]


def test_a_letter_closed_without_being_reopened() -> None:
    paragraphs = ["“Dear Sir,", "I am yours.” He folded it.", "“So!”"]
    found = list(quotes_of(paragraphs))
    assert [q.continues for qs in found for q in qs] == [False, True, False]
    assert found[1][0].end == len("I am yours.”")


def test_a_missing_mark_ends_with_its_paragraph() -> None:
    found = list(quotes_of(["“Never closed, he said.", "A plain paragraph.", "“Mine.”"]))
    assert [len(qs) for qs in found] == [1, 0, 1]
    assert not found[2][0].continues


def test_a_book_tells_its_marks() -> None:
    assert marks_of(["‘A,’ he said.", "‘B.’", "‘Tis so.", "“C.”"]) == Marks(single=True)
    assert marks_of(["“A,” he said.", "‘Quoted’ words."]) == Marks()
    assert marks_of(["—Hola.", "Nada."], "es") == Marks(dashes=True, leaning=True)
    assert marks_of(["— Olá.", "Nada."], "pt") == Marks(dashes=True)
    assert marks_of(["— and so on."], "en") == Marks()


@given(st.lists(st.text(alphabet="ab C.,?!—- “”‘’\"'«»„「」\n", max_size=60), max_size=6), st.booleans(), st.booleans())
@settings(max_examples=400)
def test_spans_nest_and_stay_in_their_paragraph(paragraphs: list[str], single: bool, dashes: bool) -> None:
    for text, quotes in zip(paragraphs, quotes_of(paragraphs, "en", Marks(single, dashes)), strict=True):
        ends: list[int] = []
        for quote in quotes:
            assert 0 <= quote.start < quote.end <= len(text)
            while ends and ends[-1] <= quote.start:
                ends.pop()
            assert not ends or quote.end <= ends[-1], "quotations nest or are apart"
            assert len(ends) <= quote.depth or not ends
            ends.append(quote.end)


def test_the_quotations_of_a_story() -> None:
    """Each of them to the character; two words in marks that nobody says are found as well."""
    paragraphs, gold = story()
    found = {
        (number, quote.start, quote.end)
        for number, quotes in enumerate(quotes_of(paragraphs))
        for quote in quotes
        if not quote.depth
    }
    spoken = {(number, start, end) for number, start, end, _ in gold}
    assert spoken <= found
    assert [paragraphs[n][start:end] for n, start, end in sorted(found - spoken)] == ["“the old lady,”", "“Danger”"]


@needs_shared
def test_the_quotations_of_real_books() -> None:
    path = SHARED / "litbank-quotes.jsonl"
    found_all = gold_all = both = 0
    rows = [json.loads(row) for row in path.read_text("utf-8").splitlines()]
    for work, group in groupby(rows, key=lambda row: row["work"]):
        text = (SHARED / "litbank" / f"{work}.txt").read_bytes().decode("utf-8")
        starts, paragraphs, at = [], [], 0
        for row in text.split("\n"):
            if row:
                starts.append(at)
                paragraphs.append(row)
            at += len(row) + 1
        gold = {(row["start"], row["end"]) for row in group}
        found = {
            (start + quote.start, start + quote.end)
            for start, quotes in zip(starts, quotes_of(paragraphs), strict=True)
            for quote in quotes
            if not quote.depth
        }
        both, found_all, gold_all = both + len(gold & found), found_all + len(found), gold_all + len(gold)
    assert both / gold_all >= 0.99
    assert both / found_all >= 0.9, "titles and quoted words are spans too, but no speech"
