"""Who wrote a book: a name's comma is inside it, and only a line that somebody typed is taken to pieces."""

import pytest
from epubs import epub, page

from narrate.book import Book, natural, people_of, shown
from narrate.project.settings import Settings, format_settings, read_settings
from narrate.readers import read_book


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Ichiro Kishimi", ["Ichiro Kishimi"]),
        ("Kishimi, Ichiro", ["Ichiro Kishimi"]),
        ("Ichiro Kishimi, Fumitake Koga", ["Ichiro Kishimi", "Fumitake Koga"]),
        ("Kishimi, Ichiro & Koga, Fumitake", ["Ichiro Kishimi", "Fumitake Koga"]),
        ("A B; C D, E F", ["A B", "C D", "E F"]),
        ("", []),
        (" & ,", []),
        ("Arthur Hale, Jr.", ["Arthur Hale, Jr."]),
        ("King, Martin Luther, Jr.", ["Martin Luther King, Jr."]),
        ("Le Roux, Marie C.", ["Marie C. Le Roux"]),
        ("García Márquez, Gabriel", ["García Márquez, Gabriel"]),
        ("Pliny, the Elder", ["Pliny, the Elder"]),
        ("Hale & Sons", ["Hale & Sons"]),
        ("Ann Hale, PhD, Ben Reed", ["Ann Hale, PhD", "Ben Reed"]),
        ("Ann Hale and Ben Reed", ["Ann Hale", "Ben Reed"]),
        ("Ann Hale, Ben Reed, and Cy Roe", ["Ann Hale", "Ben Reed", "Cy Roe"]),
        ("Hale, Ann and Reed, Ben", ["Ann Hale", "Ben Reed"]),
        ("Simon and Schuster", ["Simon and Schuster"]),
        ("Ministry of Arts and Letters Press", ["Ministry of Arts and Letters Press"]),
        ("José Ortega y Gasset Muñoz", ["José Ortega y Gasset Muñoz"]),
    ],
)
def test_authors_are_parted(line: str, people: list[str]) -> None:
    assert list(people_of(line)) == people


@pytest.mark.parametrize(
    ("name", "filed", "said"),
    [
        ("Hale, Ann", "", "Ann Hale"),
        ("Hale, Ann, 1850-1900", "", "Ann Hale"),
        ("Gogh, Vincent van", "", "Vincent van Gogh"),
        ("van der Berg, Jan", "", "Jan van der Berg"),
        ("Толстой, Лев", "", "Лев Толстой"),
        ("García Márquez, Gabriel", "García Márquez, Gabriel", "Gabriel García Márquez"),
        ("García Márquez, Gabriel", "", "García Márquez, Gabriel"),
        ("Ann Hale, Ben Reed", "Ann Hale, Ben Reed", "Ann Hale, Ben Reed"),
        ("Arthur Hale, Jr.", "Hale, Arthur, Jr.", "Arthur Hale, Jr."),
        ("Hale, M.D.", "", "Hale, M.D."),
        ("Society of Friends, The", "", "Society of Friends, The"),
        ("Plato, of Athens", "", "Plato, of Athens"),
        ("村上, 春樹", "", "村上, 春樹"),
        ("Dumas, père", "", "Dumas, père"),
    ],
)
def test_a_name_is_turned_round_where_it_surely_is_filed(name: str, filed: str, said: str) -> None:
    assert natural(name, filed) == said


def book_of(metadata: str) -> Book:
    title = "<dc:title>T</dc:title><dc:language>en</dc:language>"
    return read_book(None, data=epub({"a.xhtml": page("<p>Nobody came.</p>")}, metadata=title + metadata))


def meta(identity: str, name: str, text: str) -> str:
    return f'<meta refines="#{identity}" property="{name}">{text}</meta>'


EPUB_3 = (
    '<dc:creator id="b">Le Roux, Marie C.</dc:creator><dc:creator id="a">Arthur Hale, Jr.</dc:creator>'
    + meta("a", "role", "aut")
    + meta("a", "role", "ill")
    + meta("a", "file-as", "Hale, Arthur, Jr.")
    + meta("b", "role", "http://id.loc.gov/vocabulary/relators/AUT")
    + meta("b", "display-seq", "2")
    + meta("a", "display-seq", "1")
    + '<dc:creator id="c">Pete Brush</dc:creator>'
    + meta("c", "role", "ill")
    + '<dc:contributor id="d">Ada Turner</dc:contributor>'
    + meta("d", "role", "trl")
)
EPUB_2 = (
    '<dc:creator opf:role="trl" opf:file-as="Turner, Ada">Ada Turner</dc:creator>'
    '<dc:creator opf:role="aut" opf:file-as="Hale, Arthur, Jr.">Arthur Hale, Jr.</dc:creator>'
    '<dc:creator opf:role="aut" opf:file-as="Le Roux, Marie C.">Marie C. Le Roux</dc:creator>'
    '<dc:creator opf:role="ill">Pete Brush</dc:creator><dc:creator opf:role="cov">Cy Roe</dc:creator>'
)


@pytest.mark.parametrize("metadata", [EPUB_2, EPUB_3], ids=["EPUB 2", "EPUB 3"])
def test_authors_are_those_who_wrote_it_one_by_one(metadata: str) -> None:
    book = book_of(metadata)
    assert book.authors == ("Arthur Hale, Jr.", "Marie C. Le Roux")
    assert book.author == "Arthur Hale, Jr. & Marie C. Le Roux"
    assert book.translator == "Ada Turner"


@pytest.mark.parametrize(
    ("creators", "authors"),
    [
        ("<dc:creator>Hale, Ann; Reed, Ben</dc:creator>", ("Ann Hale", "Ben Reed")),
        ("<dc:creator>Ann Hale &amp; Ben Reed</dc:creator>", ("Ann Hale", "Ben Reed")),
        ("<dc:creator>Hale, Ann</dc:creator><dc:creator>Ann Hale</dc:creator>", ("Ann Hale",)),
        ("<dc:creator>Hale &amp; Sons, Ltd.</dc:creator>", ("Hale & Sons, Ltd.",)),
        ("<dc:creator>Hale, Ann, and others</dc:creator>", ("Hale, Ann, and others",)),
        ("<dc:creator>Unknown</dc:creator>", ()),
        ("<dc:creator>Le Roux, Marie Claire, Countess of X</dc:creator>", ("Le Roux, Marie Claire, Countess of X",)),
        ("<dc:creator>Ann Hale, Ben Reed and Cy Roe</dc:creator>", ("Ann Hale", "Ben Reed", "Cy Roe")),
        ("<dc:creator>Ann Hale, Ben Reed, Cy Roe</dc:creator>", ("Ann Hale", "Ben Reed", "Cy Roe")),
        ("<dc:creator>Ann Hale (Author)</dc:creator><dc:creator>B C [Illustrator]</dc:creator>", ("Ann Hale",)),
        ("<dc:creator>Hale, Ann; Reed, Ben (Translator)</dc:creator>", ("Ann Hale",)),
        ("<dc:creator>Ann Hale (the Elder)</dc:creator>", ("Ann Hale (the Elder)",)),
        ("<dc:creator>Anonymous</dc:creator>", ("Anonymous",)),
        ('<dc:creator opf:role="ill">Pete Brush</dc:creator>', ()),
        ('<dc:creator opf:role="edt">Ed Hale</dc:creator><dc:creator opf:role="ill">B</dc:creator>', ("Ed Hale",)),
        ('<dc:creator opf:role="Author">Ann Hale</dc:creator>', ("Ann Hale",)),
        ("<dc:creator>Tom O&amp;#8217;Hale</dc:creator>", ("Tom O’Hale",)),
        ("", ()),
    ],
)
def test_of_all_who_are_named_the_authors(creators: str, authors: tuple[str, ...]) -> None:
    assert book_of(creators).authors == authors


@pytest.mark.parametrize(
    ("authors", "row"),
    [
        (("Ann Hale",), 'author = "Ann Hale"'),
        (("Arthur Hale, Jr.",), 'author = "Arthur Hale, Jr."'),
        (("Hale, Ann, and others",), 'author = ["Hale, Ann, and others"]'),
        (("Ann Hale", "Ben Reed"), 'author = "Ann Hale, Ben Reed"'),
        (("Arthur Hale, Jr.", "Marie Roux Martin, Countess of X"), "author = ["),
        ((), 'author = ""'),
    ],
)
def test_project_toml_keeps_them_apart(tmp_path, authors: tuple[str, ...], row: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "project.toml"
    path.write_text(format_settings(Settings("T", author=shown(authors), authors=authors)), "utf-8")
    assert row in path.read_text("utf-8")
    found = read_settings(path)
    assert (found.authors or people_of(found.author)) == authors
