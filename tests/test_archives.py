"""Archives: read within bounds, whatever they hold, and with one error for all who read them."""

import io
import random
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from epubs import PNG, epub, links, nav, page

from narrate.chapters import Spoken, TimedChapter
from narrate.chapters.plan import Said
from narrate.deliver.readalong.original import copy_members, overlay
from narrate.deliver.readalong.package import UnfitError
from narrate.errors import SourceError
from narrate.readers import Archive
from narrate.readers.epub import archive as archive_module, package as package_module, read_epub
from narrate.script import Line

PAGES = {"one.xhtml": page("<h1>One</h1><p>Text of one.</p>")}
PICTURE = "OEBPS/i.png"


def with_picture(data: bytes = PNG, method: int = zipfile.ZIP_STORED) -> bytes:
    """A small book, its picture packed by `method` as the last file."""
    out = io.BytesIO(epub(PAGES, toc=nav(links(("One", "one.xhtml"))), items='<item id="i" href="i.png" '
                          'properties="cover-image" media-type="image/png"/>'))  # fmt: skip
    with zipfile.ZipFile(out, "a", method) as file:
        file.writestr(PICTURE, data)
    return out.getvalue()


def damaged(book: bytes, name: str) -> bytes:
    """The book with one byte of a stored file changed."""
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        info = file.getinfo(name)
    at = info.header_offset + 30 + len(info.filename) + info.file_size // 2
    return book[:at] + bytes([book[at] ^ 0xFF]) + book[at + 1 :]


def why(book: bytes) -> str:
    """What is said of the cover that was left out."""
    return next((s.why for s in read_epub(book, "b.epub", "b").skipped if "cover" in s.what), "")


@pytest.mark.parametrize(
    ("method", "unpacker"),
    [(zipfile.ZIP_BZIP2, "bz2.BZ2Decompressor"), (zipfile.ZIP_LZMA, "lzma.LZMADecompressor")],
)
def test_only_what_epub_allows_is_unpacked(method: int, unpacker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file packed by another method not a byte is unpacked, and it is a problem of that file alone."""
    book = with_picture(PNG + bytes(9 << 20), method)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("unpacked")

    monkeypatch.setattr(unpacker, never)
    archive = Archive(book, "b.epub")
    assert archive.read(PICTURE).problem == "is packed in a way that EPUB does not allow"
    assert archive.read(PICTURE).data == b""
    with pytest.raises(SourceError, match=r"holds a file, 'OEBPS/i\.png', that is packed in a way"):
        list(archive.copied(PICTURE))


def test_a_damaged_file_of_any_method_is_no_traceback() -> None:
    noise = random.Random(5)
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        whole = with_picture(noise.randbytes(300), method)
        for _ in range(40):
            at = noise.randrange(len(whole))
            book = whole[:at] + bytes([noise.randrange(256)]) + whole[at + 1 :]
            try:
                archive = Archive(book, "b.epub")
                for name in archive.names:
                    archive.read(name)
                archive.check()
            except SourceError:
                continue


@pytest.mark.parametrize("size", [1 << 16, 1 << 18])
def test_a_cut_off_file_is_counted_once(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work for a file without its directory grows with its size alone: each piece is looked at once."""
    lengths = 0

    def counting(size: int, stored: int) -> bool:
        nonlocal lengths
        lengths += 1
        return False

    monkeypatch.setattr(archive_module, "_is_bomb", counting)
    book = with_picture(random.Random(1).randbytes(size), zipfile.ZIP_DEFLATED)
    cut = book[: book.rindex(b"PK\x01\x02", 0, book.rindex(PICTURE.encode())) - 64]
    archive = Archive(cut[: cut.index(b"PK\x01\x02")] if b"PK\x01\x02" in cut else cut, "b.epub")
    assert archive.truncated
    assert len(archive.read(PICTURE).data) > size // 2
    assert lengths <= size // archive_module._STEP + 2


class Scanned(bytes):
    """Bytes that count how many of them are looked through."""

    total = 0

    def find(self, mark: bytes, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        end = len(self) if end is None else end
        at = super().find(mark, start, end)
        Scanned.total += (end if at < 0 else at) - start
        return at


def test_stored_files_of_a_book_that_is_cut_off_are_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many they are: none is searched for its end further than to the file that follows it."""
    monkeypatch.setattr(Scanned, "total", 0)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for number in range(500):
            file.writestr(f"{number}.xhtml", page(f"<p>{number}</p>"))
    book = Scanned(out.getvalue()[: out.getvalue().index(b"PK\x01\x02")])
    archive = Archive(book, "b.epub")
    assert archive.truncated
    assert all(f"<p>{number}</p>".encode() in archive.read(f"{number}.xhtml").data for number in range(500))
    assert Scanned.total <= 4 * len(book)


def test_a_large_cover_is_left_out_and_not_the_book(monkeypatch: pytest.MonkeyPatch) -> None:
    assert package_module.MAX_COVER <= archive_module.MAX_MEMBER, "or it cannot be reached"
    monkeypatch.setattr(package_module, "MAX_COVER", 2 << 20)
    monkeypatch.setattr(archive_module, "MAX_MEMBER", 4 << 20)
    large = with_picture(PNG + random.Random(2).randbytes(5 << 20))
    book = read_epub(large, "b.epub", "b")
    assert book.cover is None
    assert book.chapters
    assert why(large) == "has more than 2 MB"
    fitting = with_picture(PNG + random.Random(2).randbytes(1 << 20))
    assert read_epub(fitting, "b.epub", "b").cover is not None
    # Without a directory no size is known beforehand.
    cut = large[: large.index(b"PK\x01\x02")]
    assert Archive(cut, "b.epub").truncated
    assert read_epub(cut, "b.epub", "b").cover is None


def one_line() -> list[TimedChapter]:
    said = Said("1:2", Line("Text of one."))
    return [TimedChapter("One", 0, 1000, 1000, (Spoken(said, 0, 1000),))]


def overlaid(tmp_path: Path, book: bytes) -> zipfile.ZipFile:
    """The book with overlays as it is copied."""
    source = tmp_path / "b.epub"
    source.write_bytes(book)
    found = overlay(source, one_line(), "", datetime.now(UTC))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        copy_members(found.archive, target, found.files, zipfile.ZIP_DEFLATED)
    return zipfile.ZipFile(out)


def test_every_file_of_a_book_is_copied_as_it_was(tmp_path: Path) -> None:
    book = with_picture(PNG + random.Random(3).randbytes(700_000))
    given, copied = zipfile.ZipFile(io.BytesIO(book)), overlaid(tmp_path, book)
    assert copied.namelist()[0] == "mimetype"
    assert set(copied.namelist()) == set(given.namelist())
    changed = {name for name in given.namelist() if given.read(name) != copied.read(name)}
    assert changed == {"OEBPS/one.xhtml", "OEBPS/book.opf"}


def test_a_damaged_picture_makes_a_book_unfit_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UnfitError, match=r"^it holds a damaged file, 'OEBPS/i\.png'$"):
        overlaid(tmp_path, damaged(with_picture(), PICTURE))
    with pytest.raises(UnfitError, match="packed in a way that EPUB does not allow"):
        overlaid(tmp_path, with_picture(method=zipfile.ZIP_BZIP2))


def test_a_bomb_among_the_pictures_is_never_unpacked_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnfitError, match="unpacks to far more than a book holds"):
        overlaid(tmp_path, with_picture(bytes(20 << 20), zipfile.ZIP_DEFLATED))
    monkeypatch.setattr(archive_module, "MAX_TOTAL", 1 << 20)
    many = io.BytesIO(with_picture())
    with zipfile.ZipFile(many, "a", zipfile.ZIP_DEFLATED) as file:
        for number in range(8):
            file.writestr(f"OEBPS/{number}.bin", bytes(1 << 20))  # none of them a bomb by itself
    with pytest.raises(UnfitError, match="unpacks to far more than a book holds"):
        overlaid(tmp_path, many.getvalue())


@pytest.mark.parametrize("name", ["../../outside.txt", "/etc/outside.txt", "..\\outside.txt", "C:\\outside.txt"])
def test_no_file_of_a_read_along_is_called_as_if_it_lay_outside(name: str, tmp_path: Path) -> None:
    """Whoever unpacks what we made is not surprised: such a book becomes a plain read-along."""
    out = io.BytesIO(with_picture())
    with zipfile.ZipFile(out, "a") as file:
        file.writestr(name, "x")
    with pytest.raises(UnfitError, match="that would lie outside it"):
        overlaid(tmp_path, out.getvalue())
