"""What stands around a book in an EPUB, and is left out and told; and what only looks like it, and is read."""

import pytest
from epubs import epub, links, nav, page

from narrate.book import Book, Reading
from narrate.readers.epub import read_epub

LONG = "<p>It was a morning in May, and nobody had come to the harbour to see what the boats had brought. </p>" * 3
CHAPTERS = {"a.xhtml": page(f"<h2>The Gulls</h2>{LONG}"), "b.xhtml": page(f"<h2>The Ferry</h2>{LONG}")}
NAMES = (("The Gulls", "a.xhtml"), ("The Ferry", "b.xhtml"))


def read(
    body: str,
    *more: tuple[str, str],
    author: str = "Ann Hale",
    language: str = "en",
    last: bool = False,
    attributes: str = "",
    **reading: object,
) -> Book:
    """A book of two chapters, and the page of `body` before or after them; `more` are entries of its contents."""
    pages = {"x.xhtml": page(body, attributes=attributes)}
    metadata = f"<dc:title>Nine Boats</dc:title><dc:creator>{author}</dc:creator><dc:language>{language}</dc:language>"
    toc = nav(links(*((*NAMES, *more) if last else (*more, *NAMES))))
    data = epub(CHAPTERS | pages if last else pages | CHAPTERS, toc=toc, metadata=metadata)
    return read_epub(data, "x.epub", "x", Reading(**reading))  # type: ignore[arg-type]


def read_of(found: Book) -> list[str]:
    """What is read beside the two chapters."""
    own = ("The Gulls", "The Ferry", "It was a morning")
    return [b.text for c in found.chapters for b in c.blocks if b.text and not b.text.startswith(own)]


def all_of(found: Book) -> list[str]:
    return [block.text for chapter in found.chapters for block in chapter.blocks]


def told(found: Book) -> list[str]:
    return [part.back.removeprefix('keep = ["').removesuffix('"]') for part in found.skipped]


# --- contents -------------------------------------------------------------------------------------

LINKED = "<p><a href='a.xhtml'>The Gulls</a></p><p><a href='b.xhtml'>The Ferry</a></p>"


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>Contents</h1>{LINKED}",
        f"<p class='center'><b>CONTENTS.</b></p>{LINKED}",
        f"<div><h2>Table of Contents</h2><div>{LINKED}</div></div>",
        "<h2>Inhalt</h2><ul><li><a href='a.xhtml'>Die Möwen</a></li><li><a href='b.xhtml'>Die Fähre</a></li></ul>",
        "<h2>SOMMAIRE</h2><ol><li><a href='a.xhtml'>Les mouettes</a><ol><li><a href='a.xhtml#x'>Un</a></li></ol></li>"
        "</ol>",
        "<h2>Índice</h2><p>Las gaviotas . . . . 3</p><p>El transbordador . . . . 17</p>",
        "<h2>Indice</h2><table><tr><td>I.</td><td>I gabbiani</td><td>3</td></tr><tr><td>II.</td><td>Il traghetto</td>"
        "<td>17</td></tr></table>",
        "<h2>Оглавление</h2><p>Чайки 3</p><p>Паром 17</p>",
        "<h2>目次</h2><p><a href='a.xhtml'>第一章　かもめ</a></p><p><a href='b.xhtml'>第二章　渡し船</a></p>",
        "<h2>目录</h2><p>第一章 海鸥</p><p>第二章 渡船</p>",
        "<h2>차례</h2><p>갈매기 …… 3</p><p>나룻배 …… 17</p>",
        "<h2>Sumário</h2><p>As gaivotas, 3</p><p>A balsa, 17</p>",
        "<h2>Contents</h2><p>The Gulls</p><p>The Ferry</p>",
        "<h2>Contents</h2><p>PAGE</p><p>I. The Gulls 3</p><p>II. The Ferry 17</p>",
        "<h2>Contents</h2><p>CHAPTER I.</p><p>In which nobody comes — The storm — The calm — A word too much 3</p>",
        "<h2>Contents</h2><h3>Part One</h3><p><a href='a.xhtml'>The Gulls</a></p><h3>Part Two</h3>"
        "<p><a href='b.xhtml'>The Ferry</a></p>",
        "<p class='MsoTocHeading'>Contents</p><p class='MsoToc1'><a href='a.xhtml'>The Gulls 3</a></p>"
        "<p class='MsoToc2'><a href='b.xhtml'>The Ferry 17</a></p>",
        "<p class='MsoToc1'><a href='a.xhtml'>One<span> 3</span></a></p>",
        "<p class='toc-entry'>The Gulls <span>3</span></p><p class='toc-entry'>The Ferry <span>17</span></p>",
        f"{LINKED}<p><a href='b.xhtml#c'>Chapter 3</a></p>",
        "<h2>Contents</h2><nav><ol><li><a href='a.xhtml'>The Gulls</a></li></ol></nav>",
        "<h2>Contents</h2><p><a href='a.xhtml'>The Gulls</a><br/><a href='b.xhtml'>The Ferry</a></p>",
        "<p>CONTENTS<br/>Dawn 3<br/>The Ferry</p>",
        "<h1><img src='c.png' alt=''/>Contents</h1><dl><dt><a href='a.xhtml'>I</a></dt><dd>The Gulls</dd></dl>",
    ],
)
def test_contents_are_left_out(body: str) -> None:
    found = read(body)
    assert (read_of(found), told(found)) == ([], ["toc"])
    assert [chapter.title for chapter in found.chapters] == ["The Gulls", "The Ferry"]
    assert len(all_of(read(body, keep=("toc",)))) > len(all_of(found))
    again = read(f"<h1>Nine Boats</h1><p>by Ann Hale</p>{body}<h2>Preface</h2>{LONG}", ("Nine Boats", "x.xhtml"))
    assert read_of(again) == ["Nine Boats", "by Ann Hale", "Preface"]
    assert told(again) == ["toc"]


@pytest.mark.parametrize(
    "body",
    [
        "<h2>Illustrations</h2><p><a href='a.xhtml'>The wall</a></p><p><a href='b.xhtml'>The ferry</a></p>",
        "<h2>LIST OF ILLUSTRATIONS.</h2><p>The wall at low tide . . . Frontispiece</p><p>The ferry . . . 17</p>",
        "<h3>Verzeichnis der Abbildungen</h3><p>Die Mauer 3</p><p>Die Fähre 17</p>",
        "<h3>Table des illustrations</h3><ul><li><a href='a.xhtml'>Le mur</a></li></ul>",
        "<h3>挿絵一覧</h3><p><a href='a.xhtml'>堤防</a></p>",
        "<h2>Maps</h2><table><tr><td>The bay</td><td>12</td></tr><tr><td>The town</td><td>48</td></tr></table>",
    ],
)
def test_lists_of_pictures_are_left_out(body: str) -> None:
    found = read(body)
    assert (read_of(found), told(found)) == ([], ["loi"])


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (f"<h2>The Contents of the Box</h2>{LONG}", "The Contents of the Box"),
        (f"<h2>Contents</h2>{LONG}", "Contents"),
        (f"<h2>Illustrations</h2>{LONG}", "Illustrations"),
        (f"<h2>Also by Night</h2>{LONG}", "Also by Night"),
        (f"<h2>Books by the Sea</h2>{LONG}", "Books by the Sea"),
        (f"<h2>Praise</h2>{LONG}", "Praise"),
        (f"<h2>Praise for the Dead</h2>{LONG}", "Praise for the Dead"),
        (f"<h2>Newsletter</h2>{LONG}", "Newsletter"),
        (f"<h2>Copyright and Other Crimes</h2>{LONG}", "Copyright and Other Crimes"),
        (f"<h2>The Transcriber</h2>{LONG}", "The Transcriber"),
        (f"<h2>Maps</h2><p>There were three maps.</p>{LONG}", "Maps"),
        (f"<h2>Sign Up</h2>{LONG}<p>“Sign up,” he said.</p>", "Sign Up"),
        ("<h2>Notes on a Map</h2><p>The bay is twelve miles. He drew it in 1912.</p>", "Notes on a Map"),
        ("<h2>12</h2><p>If you open the <a href='a.xhtml'>door</a>, turn to the next page.</p>", "12"),
    ],
)
def test_chapters_that_are_called_like_it_are_read(body: str, title: str) -> None:
    found = read(body, (title, "x.xhtml"))
    assert [chapter.title for chapter in found.chapters] == [title, "The Gulls", "The Ferry"]
    assert told(found) == []


def test_links_in_a_story_are_no_contents() -> None:
    doors = "".join(
        f"<p><a href='{f}'>If you open the {n} door, go on here.</a></p>" for n, f in zip("123", "aba", strict=True)
    )
    assert len(read_of(read(f"<h2>Doors</h2>{doors}", ("Doors", "x.xhtml")))) == 4


def test_a_list_ends_where_the_first_chapter_starts() -> None:
    body = f"<h2>Contents</h2><p>Dawn</p><p>Dusk</p><p>Dawn</p>{LONG}"
    assert read_of(read(body)) == ["Contents", "Dawn", "Dusk", "Dawn"] or read_of(read(body)) == ["Dawn"]
    body = f"<h2>Contents</h2><p><a href='#d'>Dawn</a></p><p><a href='#e'>Dusk</a></p><p id='d'>Dawn</p>{LONG}"
    assert read_of(read(body, ("Dawn", "x.xhtml#d"))) == ["Dawn"]


# --- notes of who prepared the file ----------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "<div class='transnote'><p>Transcriber’s Note: Errors were mended.</p><p>The cover is new.</p></div>",
        "<div class='tnote'><h3>TRANSCRIBER'S NOTES:</h3><ul><li>Page 3: fery changed.</li></ul></div>",
        "<h2>Transcriber’s Notes</h2><p>Page 17: “fery” changed to “ferry”.</p><p>Accents stay as they are.</p>",
        "<p>[Transcriber’s Note: Errors were mended.]</p>",
        "<p>[Transcriber’s Note: Errors were mended.</p><p>The cover is new.]</p>",
        "<blockquote><p><b>Transcriber’s note:</b></p><p>Errors were mended.</p></blockquote>",
        "<div class='box'><p>Anmerkungen zur Transkription</p><p>Offensichtliche Fehler wurden berichtigt.</p></div>",
        "<h3>Note du transcripteur</h3><p>Les erreurs ont été corrigées.</p>",
        "<p>Nota del transcriptor: se han corregido los errores.</p>",
        "<div><p>Nota del trascrittore.</p><p>Gli errori sono stati corretti.</p></div>",
        "<h2>Notas do transcritor</h2><p>Os erros foram corrigidos.</p>",
        "<h2>Примечания транскрибатора</h2><p>Ошибки исправлены.</p>",
        "<h2>入力者注</h2><p>誤字を直した。</p>",
        "<h2>입력자 주</h2><p>잘못된 글자를 고쳤다.</p>",
        "<h2>录入者注</h2><p>改正了错字。</p>",
    ],
)
@pytest.mark.parametrize("last", [True, False])
def test_notes_of_transcribers_are_left_out(body: str, last: bool) -> None:
    found = read(body, last=last)
    assert (read_of(found), told(found)) == ([], ["transcriber-note"])
    assert read_of(read(f"<h1>Nine Boats</h1><p>A story.</p>{body}", last=last)) == ["Nine Boats", "A story."]


def test_a_note_of_a_transcriber_takes_nothing_else() -> None:
    body = f"<p>[Transcriber’s Note: Errors were mended.]</p><p>By the wall.</p>{LONG}"
    assert read_of(read(body, ("One", "x.xhtml"))) == ["By the wall."]
    body = f"<p>Transcriber’s Notes</p>{LONG * 20}"
    assert read_of(read(body, ("One", "x.xhtml"))) == ["Transcriber’s Notes"]


# --- other books, praise, newsletters --------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<h2>Also by Ann Hale</h2><p>The Wall</p><p>Nine Boats</p>", "also-by"),
        ("<h2>ALSO BY</h2><h3>ANN HALE</h3><p>The Wall</p>", "also-by"),
        (
            "<h2>Other Books by Ann Hale</h2><p><i>The Wall</i>, a story that everybody liked. Buy it today!</p>",
            "also-by",
        ),
        ("<p class='h'><b>By the Same Author</b></p><ul><li>The Wall</li><li>The Lantern</li></ul>", "also-by"),
        ("<h2>Du même auteur</h2><p>Le Mur</p><p>La Lanterne</p>", "also-by"),
        ("<h2>Weitere Bücher von Ann Hale</h2><p>Die Mauer</p>", "also-by"),
        ("<h2>Otras obras de Ann Hale</h2><p>El muro</p>", "also-by"),
        ("<h2>Della stessa autrice</h2><p>Il muro</p>", "also-by"),
        ("<h2>Outros livros da autora</h2><p>O muro</p>", "also-by"),
        ("<h2>Другие книги автора</h2><p>Стена</p>", "also-by"),
        ("<h2>著者の他の作品</h2><p>壁</p>", "also-by"),
        ("<h2>작가의 다른 책</h2><p>벽</p>", "also-by"),
        ("<h2>作者其他作品</h2><p>《墙》</p>", "also-by"),
        ("<h2>Praise for Nine Boats</h2><p>“Fine.”</p><p>—The Times</p>", "praise"),
        ("<h2>Praise for Ann Hale</h2><p>“A fine book, and a quiet one.” —The Times</p>", "praise"),
        ("<h2>Advance Praise</h2><p>“Fine.” — The Times</p><p>“Very fine.” — B. Reed</p>", "praise"),
        ("<h2>Pressestimmen</h2><p>„Schön.“ – Die Zeit</p><p>„Sehr schön.“ – Das Blatt</p>", "praise"),
        ("<h2>Newsletter</h2><p>Sign up at https://www.example.org/news for a free story.</p>", "newsletter"),
        ("<h2>Stay in Touch</h2><p>Follow me: <a href='https://example.org'>here</a>.</p>", "newsletter"),
        ("<h2>Newsletter</h2><p>Melden Sie sich an: www.example.de</p>", "newsletter"),
        ("<h2>Lettre d’information</h2><p>Inscrivez-vous sur www.example.fr.</p>", "newsletter"),
        ("<h2>メールマガジン</h2><p>登録は https://example.jp へ。</p>", "newsletter"),
        ("<p>Sign up for our newsletter at example.com and get a free story.</p>", "newsletter"),
    ],
)
def test_what_sells_other_books_is_left_out(body: str, kind: str) -> None:
    for more in ([], [("About", "x.xhtml")]):
        found = read(body, *more, last=True)
        assert (read_of(found), told(found)) == ([], [kind])


def test_a_page_is_known_by_its_title_in_the_contents() -> None:
    assert told(read("<p>The Wall</p><p>The Lantern</p>", ("Also by Ann Hale", "x.xhtml"))) == ["also-by"]
    assert told(read("<p>Errors were mended.</p>", ("Transcriber’s Note", "x.xhtml"))) == ["transcriber-note"]
    assert told(read("<p>One</p><p>Two</p>", ("Contents", "x.xhtml"))) == ["toc"]


# --- imprints ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("<p>Copyright © 2020 by Ann Hale</p><p>All rights reserved. No part of this book may be copied.</p>", "en"),
        ("<p>© 2020 Ann Hale</p><p>ISBN 978-0-00-000000-2</p><p>Wall Press, London</p>", "en"),
        ("<h2>Copyright</h2><p>Copyright 2020 Ann Hale</p><p>First published in 2020 by Wall Press.</p>", "en"),
        ("<p>1. Auflage 2020</p><p>Alle Rechte vorbehalten.</p><p>Umschlaggestaltung: B. Reed</p>", "de"),
        ("<p>Tous droits réservés</p><p>Dépôt légal : mai 2020</p>", "fr"),
        ("<p>Primera edición: mayo 2020</p><p>Todos los derechos reservados</p>", "es"),
        ("<p>Titolo originale: The Wall</p><p>Tutti i diritti riservati</p>", "it"),
        ("<p>Todos os direitos reservados.</p><p>Revisão: B. Reed</p>", "pt"),
        ("<p>Все права защищены.</p><p>Подписано в печать 01.05.2020</p>", "ru"),
        ("<p>発行者　山田</p><p>発行日　2020年5月1日</p><p>無断転載を禁じます。</p>", "ja"),
        ("<p>펴낸이 김</p><p>펴낸곳 벽</p><p>무단 전재를 금합니다.</p>", "ko"),
        ("<p>版权所有 翻印必究</p><p>出版社：墙</p><p>责任编辑：李</p>", "zh"),
        ("<p>כל הזכויות שמורות</p><p>© 2024 אן הייל</p><p>ISBN 978-0-00-000000-2</p>", "he"),
        ("<p>Wszelkie prawa zastrzeżone</p><p>© 2024 Anna Hale</p><p>ISBN 978-0-00-000000-2</p>", "pl"),
        ("<p>© Anna Hale 2024</p><p>Kustantaja Muuri</p>", "fi"),
        ("<p>حقوق الطبع محفوظة</p><p>© 2024</p>", "ar"),
    ],
)
def test_imprints_are_known_by_what_they_hold(body: str, language: str) -> None:
    found = read(body, language=language)
    assert (read_of(found), told(found)) == ([], ["copyright-page"])
    again = read(f"<h1>Nine Boats</h1><p class='d' epub:type='dedication'>To Ben.</p>{body}", language=language)
    assert read_of(again) == ["Nine Boats", "To Ben."]


@pytest.mark.parametrize(
    ("title", "kind"),
    [("Colophon", "colophon"), ("Impressum", "imprint"), ("奥付", "colophon"), ("Copyright", "copyright-page")],
)
def test_an_imprint_is_known_by_its_heading_where_no_contents_name_it(title: str, kind: str) -> None:
    body = f"<h2>{title}</h2><p>This book was set in Garamond, and bound by hand.</p>"
    found = read(f"<p>And so they slept.</p>{body}", last=True)
    assert (read_of(found), told(found)) == (["And so they slept."], [kind])
    assert title in read_of(read(body, last=True, keep=(kind,)))


def test_a_link_back_to_the_contents_is_no_text() -> None:
    found = read("<h2>One</h2><p>It froze.</p><p><a href='toc.xhtml'>Table of Contents</a></p>", ("One", "x.xhtml"))
    assert (read_of(found), told(found)) == (["One", "It froze."], ["toc"])


def test_an_imprint_in_a_file_with_the_book_goes_alone() -> None:
    imprint = "<p>Copyright © 2020 by Ann Hale</p><p>All rights reserved.</p><p>ISBN 978-0-00-000000-2</p>"
    found = read(f"{imprint}<p>To Ben.</p><h2>One</h2>{LONG}", ("One", "x.xhtml"))
    assert read_of(found) == ["To Ben.", "One"]


@pytest.mark.parametrize(
    "body",
    [
        "<p>He had bought the book in 1990. “All rights reserved,” it said, and he laughed.</p>" + LONG,
        "<p>ISBN 978-0-00-000000-2 was the last thing he wrote on the wall.</p>" + LONG,
        "<p>It was published by Wall Press, first published in 1912.</p>" + LONG,
        "<p>To Ben.</p>",
        "<p>The sea keeps what it is given.</p><p>—Old saying</p>",
    ],
)
def test_text_with_one_sign_of_an_imprint_is_read(body: str) -> None:
    found = read(body, ("One", "x.xhtml"))
    assert told(found) == []
    assert read_of(found)


# --- epigraphs --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "<section epub:type='titlepage'><h1>Nine Boats</h1><p>Ann Hale</p>"
        "<blockquote epub:type='epigraph'><p>The sea keeps it.</p></blockquote></section>",
        "<h1>Nine Boats</h1><p>Ann Hale</p><div class='epigraph'><p>The sea keeps it.</p></div>",
        "<h1>Nine Boats</h1><p>Ann Hale</p><p class='epigraph'>The sea keeps it.</p>",
        "<section epub:type='copyright-page'><p>© 2020</p><p epub:type='epigraph'>The sea keeps it.</p></section>",
    ],
)
def test_an_epigraph_on_a_title_page_is_read(body: str) -> None:
    found = read(body, ("Title Page", "x.xhtml"))
    assert read_of(found) == ["The sea keeps it."]
    assert [chapter.title for chapter in found.chapters] == ["The Gulls", "The Ferry"]
    assert told(found)
