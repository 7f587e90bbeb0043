"""What text files have in place of print, and what the paper added: read as print is, left out, or the book's own."""

import time

import pytest
from test_ingest_text import paragraphs, shape

from narrate.book import Book, Reading
from narrate.readers.text import read_text

TEXT = (
    "The harbour was quiet that morning, and the gulls sat along the wall as if\n"
    "they were waiting for somebody to speak. Nobody came, and nobody went out.\n"
)
TOLD = " ".join(TEXT.split())


def read(text: str, **reading: str) -> Book:
    return read_text(text.encode(), "test.txt", "test", Reading(**reading))  # type: ignore[arg-type]


def texts(text: str, **reading: str) -> list[str]:
    return [block for _, blocks in shape(read(text, **reading)) for block in blocks]


def titles(text: str) -> list[str]:
    return [chapter.title for chapter in read(text).chapters]


def left(text: str) -> list[str]:
    return [part.what for part in read(text).skipped]


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("It was _very_ late, =he= said.", "It was very late, he said."),
        ('"_No_," he said--_never_!', '"No," he said--never!'),
        ("_A whole\nsentence._ Then", "A whole sentence. Then"),
        ("It is _im_possible and _so_.", "It is impossible and so."),
        ("+Kyrie+ and *stars*, the 10^{th}", "Kyrie and stars, the 10th"),
        ("harbour_log_2 and __init__ for Mr. ____", "harbour_log_2 and __init__ for Mr. ____"),
        ("5 * 6 * 7 and x = y = z, a+b+c", "5 * 6 * 7 and x = y = z, a+b+c"),
        ("[He laughed.] It was [sic] so.", "[He laughed.] It was [sic] so."),
        ("Late [Pg 12]and the har[Page 13]bour {14} quiet [p. xv] now", "Late and the harbour quiet now"),
        ("The set {1, 2} of {x} stays.", "The set {1, 2} of {x} stays."),
        ("|MRS. HALE was late.", "MRS. HALE was late."),
        ("|“YES,” he said.", "“YES,” he said."),
        ("|x| is not x", "|x| is not x"),
        ("[Greek: logos], man[oe]uvre and [=a]bc", "logos, manoeuvre and abc"),
        ("It was <i>very</i> late, a < b", "It was very late, a < b"),
        ("[Sidenote: The gulls]\n", "The gulls."),
    ],
)
def test_marks_in_a_text(marked: str, said: str) -> None:
    assert paragraphs(f"{marked}\n") == [said]


def test_pictures_are_left_out_and_no_sentence_is_torn() -> None:
    initial, gull = "[Illustration: T]he wall was white, and nobody was", "[Illustration: A gull [on it]\n\nby Ann]"
    text = f"{initial}\n\n{gull}\n\nthere.\n\n{TEXT}"
    assert texts(text) == ["The wall was white, and nobody was there.", TOLD]
    assert left(text) == ["1 picture"]
    assert left("Eins.\n\n[Abbildung: Die Mauer]\n\nZwei.\n\n[Иллюстрация]\n") == ["2 pictures"]
    assert texts("One.\n\n[Illustration: The wall]\n\nTwo.\n", figures="alt") == ["One.", "The wall", "Two."]
    assert texts("One.\n\n[Map of the island]\n\nTwo.\n") == ["One.", "[Map of the island]", "Two."]


NOTED = (
    "CHAPTER I\n\nThe gulls[1] sat, and the mayor[A] slept.\n\n[Footnote 1: Grey ones,\nas a rule.]\n\n"
    "CHAPTER II\n\nIt rained.[2] Then he rose.\n\n[Footnote A: Mr. Hale.\n\nHe is dead.]\n\n"
    "FOOTNOTES:\n\n[2] All night.\n"
)


@pytest.mark.parametrize(
    ("notes", "first", "second"),
    [
        ("skip", [], []),
        ("inline", ["Grey ones, as a rule.", "Mr. Hale.", "He is dead."], ["All night."]),
        ("end", ["Grey ones, as a rule.", "Mr. Hale.", "He is dead."], ["All night."]),
    ],
)
def test_notes_of_text_files(notes: str, first: list[str], second: list[str]) -> None:
    assert texts(NOTED, notes=notes) == [
        *("# CHAPTER I", "The gulls sat, and the mayor slept."),
        *first,
        *("# CHAPTER II", "It rained. Then he rose."),
        *second,
    ]
    assert left(NOTED) == ["3 notes"]


def test_notes_of_stars_and_what_only_looks_like_them() -> None:
    assert texts(f"It was so,* and late.† {TEXT}\n* He said so.\n\n† At night.\n\n* * *\n\nEnd.\n") == [
        f"It was so, and late. {TOLD}",
        "***",
        "End.",
    ]
    kept = ["* a list", "* of things", "[1] and a number", "5* stars"]
    assert texts("\n\n".join(kept)) == kept


def test_the_transcribers_notes_and_credits_are_left_out() -> None:
    text = (
        "Produced by Ann Hale and the Online Distributed Proofreading\nTeam at http://www.pgdp.net\n\n"
        f"Transcriber's Notes:\n\nSpelling kept.\n\nErrors mended.\n\nCHAPTER I\n\n{TEXT}\n"
        f"[Transcriber’s Note: a page is missing.]\n\nProduced by the sea, the salt was white.\n\n"
        "End of the Project Gutenberg EBook of A Tale, by Ann Example\n\nLicence.\n"
    )
    assert texts(text) == ["# CHAPTER I", TOLD, "Produced by the sea, the salt was white."]
    assert left(text) == ["the Project Gutenberg licence", "1 credit", "2 transcriber's notes"]


@pytest.mark.parametrize(
    "contents",
    [
        "CONTENTS\n\nI. The Gulls\nII. The Ferry\n",
        "Table of Contents\n\nCHAPTER I. The Gulls ........ 1\nCHAPTER II. The Ferry ..... 25\n",
        "CONTENTS\n\nThe Gulls\n\nThe Ferry\n",
        "CONTENTS.\n                 PAGE\nI. THE GULLS      1\nII. THE FERRY    25\n",
        "Inhalt\n\nCHAPTER I\nThe Gulls\n\nCHAPTER II\nThe Ferry\n",
    ],
)
def test_a_list_of_contents_is_left_out(contents: str) -> None:
    text = f"THE TALE\n\n{contents}\n\nCHAPTER I\n\nTHE GULLS\n\n{TEXT}\n\nCHAPTER II\n\nTHE FERRY\n\n{TEXT}"
    chapter = ["# CHAPTER I", "# THE GULLS", TOLD, "# CHAPTER II", "# THE FERRY", TOLD]
    assert texts(text) == ["# THE TALE", *chapter]
    assert titles(text) == ["CHAPTER I: THE GULLS", "CHAPTER II: THE FERRY"]
    assert left(text) == [contents.split("\n")[0]]
    assert texts(text, keep=("toc",))[1:] != chapter  # type: ignore[arg-type]


def test_contents_of_parts_and_at_the_end() -> None:
    listed = "Part One\n\nI\n\nII\n\nPart Two\n\nI\n\n"
    body = f"Part One\n\nI\n\n{TEXT}\n\nII\n\n{TEXT}\n\nPart Two\n\nI\n\n{TEXT}"
    assert texts(f"Contents\n\n{listed}{body}") == texts(body)
    body = f"CHAPITRE PREMIER\n\nLe port\n\n{TEXT}\n\nCHAPITRE II\n\nLe bac\n\n{TEXT}"
    assert texts(f"{body}\nTABLE DES MATIÈRES\n\nI. Le port\nII. Le bac\n") == texts(body)
    body = "第一章 港口\n\n　　那天早晨，港口非常安静。\n\n第二章 渡船\n\n　　第二年春天，渡船回来了。\n"
    assert texts(f"目录\n\n第一章 港口\n第二章 渡船\n\n{body}") == texts(body)


def test_what_the_contents_name_is_a_heading() -> None:
    text = f"Contents:\n1. Gulls\n2. The ferry\n\n1. Gulls\n\n{TEXT}\n\nThe ferry\n\n{TEXT}\n\nGulls.\n\n{TEXT}"
    assert shape(read(text)) == [
        ("1. Gulls", ["# 1. Gulls", TOLD]),
        ("The ferry", ["# The ferry", TOLD, "Gulls.", TOLD]),
    ]


def test_the_half_title_and_the_first_heading_below_lists_are_read() -> None:
    lists = (
        "CONTENTS\n\nI. THE GULLS 1\n\nII. THE FERRY 9\n\nILLUSTRATIONS\n\nThe wall  _Frontispiece_\nThe ferry 14\n\n"
    )
    body = f"THE TALE\n\nI\n\nTHE GULLS\n\n{TEXT}\n\nII\n\nTHE FERRY\n\n{TEXT}"
    assert texts(f"THE TALE\n\nby Ann Hale\n\n{lists}{body}") == ["# THE TALE", "by Ann Hale", *texts(body)]
    assert [part.what for part in read(f"THE TALE\n\n{lists}{body}").skipped] == ["CONTENTS", "ILLUSTRATIONS"]


def test_rows_of_dialogue_are_paragraphs() -> None:
    assert paragraphs("— Où vas-tu ?\n— Au port, dit-\nelle.\n\nIl part.\n") == [
        "— Où vas-tu ?",
        "— Au port, dit-elle.",
        "Il part.",
    ]
    assert paragraphs("He waited\n— and waited.\n") == ["He waited — and waited."]


def test_what_stands_below_contents_and_is_no_list_is_read() -> None:
    text = f"Contents\n\nThe box was empty, and nobody knew why it had been\nlocked for so long.\n\nCHAPTER I\n\n{TEXT}"
    assert "The box was empty, and nobody knew why it had been locked for so long." in texts(text)


def pages(marks: str, first: int = 12, count: int = 5) -> str:
    """Pages of a scan that end inside a sentence, with marks between them."""
    row = "The harbour was quiet that morning, and the gulls sat along the wall, which was"
    return "CHAPTER I\n\n" + "".join(
        f"{row}{marks.format(n=n)}cold and grey. Nobody came.\n\n" for n in range(first, first + count)
    )


@pytest.mark.parametrize(
    "marks",
    [
        "\n\n{n}\n\nTHE HARBOUR YEAR\n\n",
        "\n\n{n} THE HARBOUR YEAR\n\n",
        "\n\nThe Harbour Year {n}\n\n",
        "\n\nTHE HARBOUR YEAR\n\n",
        "\n\n- {n} -\n\n",
        "\n\n[Page {n}]\n\n",
        "\nS. {n}\n",
        "\n{n}\nTHE HARBOUR YEAR\n",
        "\n\n{n}\n\f",
        "\n\fTHE HARBOUR YEAR\n\n",
        "\n\n{n}\n\n\n\nLe port endormi\n\n",
    ],
)
def test_the_papers_numbers_and_heads_are_left_out_and_cut_no_sentence(marks: str) -> None:
    sentence = "The harbour was quiet that morning, and the gulls sat along the wall, which was cold and grey."
    assert texts(pages(marks)) == ["# CHAPTER I", *[f"{sentence} Nobody came."] * 5]
    assert titles(pages(marks)) == ["CHAPTER I"]


def test_heads_that_change_from_page_to_page() -> None:
    heads = ("12 THE YEAR", "THE GULLS 13", "14 THE YEAR", "THE FERRY 15", "16 THE YEAR", "THE END 17")
    text = "CHAPTER I\n\n" + "".join(f"The wall was white,\n\n{head}\n\nand nobody came.\n\n" for head in heads)
    assert texts(text) == ["# CHAPTER I", *["The wall was white, and nobody came."] * 6]


@pytest.mark.parametrize(
    "kept",
    [
        ["He wrote down", "12", "and then", "40", "and was tired."],
        [
            "He cried:",
            "The wall is white",
            "and nobody heard him at all.",
            "He cried:",
            "The wall is white",
            "and fell.",
        ],
        [f"Day {n}" if n % 2 else "He slept all day, and nobody called." for n in range(1, 9)],
        ["KEEP OUT", "said the sign, and nobody did.", "KEEP OUT", "said the next, and everybody did."],
    ],
)
def test_numbers_and_lines_that_come_back_are_the_books_own(kept: list[str]) -> None:
    assert [text.removeprefix("# ") for text in texts("\n\n".join(kept))] == kept


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("as if they were wait-\ning for every-\nbody", "as if they were waiting for everybody"),
        ("The sea-wall was white along the sea-\nwall.", "The sea-wall was white along the sea-wall."),
        ("The lighthouse and the light-\nhouse.", "The lighthouse and the lighthouse."),
        ("a well-\nknown self-\nmade man of twenty-\nfive", "a well-known self-made man of twenty-five"),
        ("Jean-\nPaul in 1914-\n18", "Jean-Paul in 1914-18"),
        ("The pre-\nand post-war boats, a half-\nand a pint", "The pre- and post-war boats, a half- and a pint"),
        ("he said no--\nnever, not—\never", "he said no--never, not—ever"),
        ("he waited –\nand – yes --\nslept", "he waited – and – yes -- slept"),
        ("HAR-\nBOUR", "HARBOUR"),
        ("un\u00ad\nseen and for¬\ngotten", "unseen and forgotten"),
        ("Der Leucht-\nturm am Ha-\nfen, Vor-\nund Nachmittag", "Der Leuchtturm am Hafen, Vor- und Nachmittag"),
        ("Peut-\nêtre, dit-\nil, la vil-\nle va-\nt-elle", "Peut-être, dit-il, la ville va-t-elle"),
        ("Кто-\nто пришёл в га-\nвань из-\nза моря", "Кто-то пришёл в гавань из-за моря"),
        ("那天早晨，港口\n非常安静。", "那天早晨，港口非常安静。"),
    ],
)  # fmt: skip
def test_words_cut_at_a_rows_end(rows: str, said: str) -> None:
    assert paragraphs(f"{rows}\n") == [said]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("CHAPTER\nI", "CHAPTER I"),
        ("Chapter\n\n4\n\nThe Sea", "Chapter 4: The Sea"),
        ("PART\nTWO", "PART TWO"),
        ("Erstes Kapitel\n\nDie Möwen", "Erstes Kapitel: Die Möwen"),
        ("KAPITEL 2: Die Fähre", "KAPITEL 2: Die Fähre"),
        ("Vorwort", "Vorwort"),
        ("CHAPITRE PREMIER\n\nLe port endormi", "CHAPITRE PREMIER: Le port endormi"),
        ("Chapitre III. — La tempête", "Chapitre III. — La tempête"),
        ("Deuxième partie", "Deuxième partie"),
        ("Capítulo I\n\nDe las gaviotas", "Capítulo I: De las gaviotas"),
        ("CAPÍTULO TERCERO", "CAPÍTULO TERCERO"),
        ("Capitolo primo", "Capitolo primo"),
        ("Parte seconda", "Parte seconda"),
        ("CAPÍTULO PRIMEIRO\nA balsa", "CAPÍTULO PRIMEIRO: A balsa"),
        ("Глава 1\n\nЧайки", "Глава 1: Чайки"),
        ("ГЛАВА ТРЕТЬЯ", "ГЛАВА ТРЕТЬЯ"),
        ("Часть первая", "Часть первая"),
        ("Эпилог", "Эпилог"),
        ("第二十三回　渡船归来", "第二十三回 渡船归来"),
        ("第一章港口", "第一章港口"),
        ("楔子", "楔子"),
        ("第２話　船「帰還」", "第２話 船「帰還」"),
        ("エピローグ", "エピローグ"),
        ("제1장 항구", "제1장 항구"),
        ("프롤로그", "프롤로그"),
        ("                CHAPTER II\n                The Ferry", "CHAPTER II: The Ferry"),
        ("# The Gulls", "The Gulls"),
        ("Chapter One\n===========", "Chapter One"),
    ],
)
def test_headings_of_ten_languages(heading: str, title: str) -> None:
    assert titles(f"{TEXT * 6}\n\n{heading}\n\n{TEXT}")[-1] == title


@pytest.mark.parametrize(
    "line",
    [
        "第一章我们讲过了。",
        "第二天早晨，他来了",
        "제사장은 말했다.",
        "Глава семьи пришёл домой.",
        "Parte del muro era blanca.",
        "Une partie du mur était blanche.",
        "Teil eins des Plans war gescheitert.",
        "CHAPTER",
        "#1 fan",
    ],
)
def test_lines_in_other_tongues_that_are_no_headings(line: str) -> None:
    assert titles(f"{TEXT}\n{line}\n\n{TEXT}") == ["test"]
    assert line in [text.removeprefix("# ") for text in texts(f"{TEXT}\n{line}\n\n{TEXT}")]


def test_chapters_that_are_numbers_alone() -> None:
    assert titles("\n\n".join(f"{n}\n\n{TEXT}" for n in (1, 2, 3))) == ["1", "2", "3"]
    assert titles("\n\n".join(f"{n}\n\n　　那天早晨，港口非常安静。" for n in "一二三")) == ["一", "二", "三"]
    assert titles(f"1\n\n{TEXT}\n\n3\n\n{TEXT}") == ["test"]


def test_rows_of_a_title_and_an_author() -> None:
    for top, title, author in (
        ("Title: The Salt Road\nAuthor: Ann Hale", "The Salt Road", "Ann Hale"),
        ("书名：港口\n作者：王明", "港口", "王明"),
        ("Titel: Der Hafen\nAutorin: Anna Beispiel", "Der Hafen", "Anna Beispiel"),
    ):
        book = read(f"{top}\n\n# One\n\n{TEXT}\n\n# Two\n\n{TEXT}")
        assert (book.title, book.author) == (title, author)
        assert shape(book) == [("One", ["# One", TOLD]), ("Two", ["# Two", TOLD])]
    assert texts(f"Warning: wet.\n\n{TEXT}")[0] == "Warning: wet."
    for top in ("THE TALE\n\nBY\n\nANN HALE", "Der Hafen\n\nvon Anna Beispiel"):
        assert read(f"{top}\n\nCHAPTER I\n\n{TEXT}").author.split()[0] in ("ANN", "Anna")


@pytest.mark.parametrize(
    "piece",
    "[Illustration: ,[Footnote 1: ,_a ,=a,[1],CONTENTS\n\n,12\n\n,wait-\n,海,{12,|,* a\n\n,<i>".split(","),
)
def test_a_text_of_nothing_but_marks_takes_time_by_its_length(piece: str) -> None:
    start = time.process_time()
    read(f"word word-\nword\n\n{piece * (200_000 // len(piece))}\n\nend")
    assert time.process_time() - start < 30  # a quadratic reader would need hours


def test_a_list_of_contents_does_not_take_the_word_of_the_first_heading() -> None:
    for title, word, one, two in (("Inhalt", "Kapitel", "Eins", "Zwei"), ("CONTENTS", "CHAPTER", "ONE", "TWO")):
        listed = f"{title}\n\n{one} ........ 3\n{two} ........ 17\n"
        told = f"{listed}\n\n{word}\n\n{one}\n\n{TEXT}\n\n{word}\n\n{two}\n\n{TEXT}"
        assert titles(told) == [f"{word} {one}", f"{word} {two}"]
        assert left(told) == [title]


@pytest.mark.parametrize("page", ["Page {} of 300", "{} / 300", "Seite {} von 300"])
def test_pages_of_so_many_go(page: str) -> None:
    words = "one two six ten nine four".split()
    pages = [
        f"The keeper number {word} came down the stairs and set\n{page.format(n)}\nlamp {word} on the table."
        for n, word in enumerate(words, start=12)
    ]
    told = texts("CHAPTER I\n\n" + "\n".join(pages) + "\n")
    assert "300" not in "".join(told)
    assert "stairs and set lamp six on" in told[1]
    assert "3 of 5" in texts(f"{TEXT}\nHe won\n3 of 5\n\n{TEXT}")[1]
