"""Covers: given ones of every kind and none, and those drawn from title and author."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms
from test_assembly_tags import HEARD, ffmpeg, make

from narrate.book import Cover
from narrate.chapters import Tags, find_ffmpeg
from narrate.deliver import MAX_BYTES, prepare_cover
from narrate.deliver.cover import KEPT_BYTES, KEPT_SIDE, SIDE, Picture
from narrate.deliver.drawn import SIDE as DRAWN, TEXT_TOP, cover_image, draw_cover
from narrate.deliver.lettering import lettering_for
from narrate.errors import AssemblyError

pytestmark = pytest.mark.slow


def picture(kind: str) -> bytes:
    codec = {"webp": "libwebp"}.get(kind)
    return ffmpeg(
        *("-f", "lavfi", "-i", "testsrc=size=64x48", "-frames:v", 1, *(("-c:v", codec) if codec else ())),
        *("-f", {"jpg": "mjpeg", "png": "image2pipe", "gif": "gif", "bmp": "image2pipe", "webp": "webp"}[kind]),
        *(("-c:v", kind) if kind in ("png", "bmp") else ()),
        "-",
    )


@pytest.mark.parametrize(
    ("kind", "formats"),
    [("jpg", HEARD), ("webp", HEARD), ("png", ("m4b", "opus")), ("gif", ("m4b",)), ("bmp", ("m4b",))],
)
def test_a_cover_is_in_every_format_that_can_hold_one(tmp_path: Path, kind: str, formats: tuple[str, ...]) -> None:
    data = picture(kind)
    found = make(tmp_path, formats, Tags("T", cover=Cover(data, "image/whatever")))
    assert not found.notes
    for path in found.files:
        if path.suffix == ".wav":
            continue
        (tmp_path / "got").unlink(missing_ok=True)
        ffmpeg("-i", path, "-map", "0:v", "-c", "copy", "-f", "image2pipe", "-y", tmp_path / "got")
        got = (tmp_path / "got").read_bytes()
        assert got == data if kind in ("jpg", "png") else got.startswith(b"\xff\xd8\xff"), path.suffix


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg/>", b"#EXTM3U\nfile:///etc/passwd\n", b"\xff\xd8\xff broken", picture("png")[:200], b"GIF89a"],
    ids=["empty", "svg", "playlist", "no-jpeg", "cut-png", "cut-gif"],
)
def test_a_cover_that_is_no_picture_is_left_out_with_a_note(tmp_path: Path, data: bytes) -> None:
    formats = ("m4b", "mp3", "opus") if data == b"<svg/>" else ("m4b",)
    found = make(tmp_path, formats, Tags("T", cover=Cover(data, "image/jpeg")))
    assert len(found.files) == len(formats)
    assert [note for note in found.notes if "cover" in note]
    assert b"Video" not in subprocess.run([find_ffmpeg().path, "-i", found.files[0]], capture_output=True).stderr


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def prepared(data: bytes, folder: Path) -> tuple[Picture, Image.Image]:
    found = prepare_cover(Cover(data, "image/x"), folder)
    image = Image.open(io.BytesIO(found.path.read_bytes()))
    image.load()
    assert image.format == {"image/png": "PNG", "image/jpeg": "JPEG"}[found.media_type]
    return found, image


def test_colours_survive_whatever_they_are_kept_in(tmp_path: Path) -> None:
    red = Image.new("RGB", (40, 60), (200, 40, 30))
    cmyk = saved(red.convert("CMYK"), "JPEG", quality=95)
    profiled = saved(
        red, "JPEG", quality=95, icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    )
    clear = saved(Image.new("RGBA", (40, 60), (200, 40, 30, 0)), "WEBP", lossless=True)
    deep = saved(Image.new("I;16", (40, 60), 40_000), "PNG")
    paletted = saved(red.quantize(4), "GIF")
    for data, colour in (
        (cmyk, (200, 40, 30)),
        (profiled, (200, 40, 30)),
        (clear, (255, 255, 255)),
        (deep, (156, 156, 156)),
        (paletted, (200, 40, 30)),
        (saved(red, "TIFF"), (200, 40, 30)),
    ):
        _, image = prepared(data, tmp_path)
        assert image.mode in ("RGB", "L")
        got = image.convert("RGB").getpixel((20, 30))
        assert isinstance(got, tuple)
        assert all(abs(a - b) <= 6 for a, b in zip(got, colour, strict=True)), (got, colour)


def test_a_camera_s_turn_is_undone_and_a_large_picture_made_smaller(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # held on its side
    turned, image = prepared(saved(Image.new("RGB", (60, 40), "navy"), "JPEG", exif=exif), tmp_path)
    assert (image.size, image.getexif().get(0x0112, 1), turned.suffix) == ((40, 60), 1, ".jpg")
    _, image = prepared(saved(Image.new("RGB", (KEPT_SIDE + 1, 1500), "navy"), "PNG"), tmp_path)
    assert image.size[0] == SIDE
    noise = Image.effect_noise((2000, 2000), 90)
    _, image = prepared(data := saved(noise.convert("RGB"), "PNG"), tmp_path)
    assert len(data) > KEPT_BYTES > (tmp_path / "cover").stat().st_size


def png_of(width: int, height: int, rows: int = 0) -> bytes:
    """A PNG of black, or only its first rows."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    packer = zlib.compressobj(9)
    packed = b"".join([*(packer.compress(bytes(1 + 3 * width)) for _ in range(rows)), packer.flush()])
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (lambda: png_of(20_000, 10_000), "pixels"),
        (lambda: png_of(60_000, 60_000), "pixels"),
        (lambda: b"\xff" * (MAX_BYTES + 1), "larger than 100 MB"),
        (lambda: b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (lambda: picture("jpg")[:-200], "damaged"),
        (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no JPEG"),
    ],
    ids=["many-pixels", "bomb", "bytes", "svg", "cut", "program"],
)
def test_what_is_wrong_with_a_cover_is_said(tmp_path: Path, data: object, why: str) -> None:
    assert callable(data)
    with pytest.raises(AssemblyError, match=why):
        prepare_cover(Cover(data(), "image/png"), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="a process's own peak of memory is read from /proc")
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_huge_cover_is_made_smaller_in_bounded_memory(tmp_path: Path, form: str) -> None:
    huge = tmp_path / "huge"
    side = 10_000
    if form == "PNG":
        huge.write_bytes(png_of(side, side, side))
    else:
        huge.write_bytes(saved(Image.new("L", (side, side), 99), "JPEG") + bytes(55_000_000))
    code = (
        "import sys; from pathlib import Path; from narrate.book.model import Cover; "
        "from narrate.deliver.cover import prepare_cover; given = Path(sys.argv[1]); "
        "prepare_cover(Cover(given.read_bytes(), ''), given.parent); "
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    done = subprocess.run([sys.executable, "-c", code, huge], capture_output=True, text=True, check=True)
    with Image.open(tmp_path / "cover") as image:
        assert image.size == (SIDE, SIDE)
    # Not getrusage: a process that this one starts is given this one's own peak.
    assert int(done.stdout) < {"PNG": 700_000, "JPEG": 300_000}[form]


def test_a_book_without_a_cover_gets_one(tmp_path: Path) -> None:
    found = make(tmp_path, ("m4b", "mp3"), Tags("A Title", author="An Author"), drawn_cover=True)
    assert not found.notes
    for path in found.files:
        got = ffmpeg("-i", path, "-map", "0:v", "-c", "copy", "-f", "image2pipe", "-")
        assert Image.open(io.BytesIO(got)).size == (DRAWN, DRAWN)
        assert len(got) < 500_000


def test_a_broken_cover_is_replaced_and_one_s_own_wins(tmp_path: Path) -> None:
    own = picture("jpg")
    kept = make(tmp_path, ("m4b",), Tags("T", cover=Cover(own, "image/jpeg")), drawn_cover=True)
    assert ffmpeg("-i", kept.files[0], "-map", "0:v", "-c", "copy", "-f", "image2pipe", "-") == own
    drawn = make(tmp_path, ("m4b",), Tags("T", cover=Cover(b"<svg/>", "image/jpeg")), drawn_cover=True)
    assert drawn.notes == ("the cover is left out: it is SVG: save it as JPEG or PNG; one is made of title and author",)
    assert ffmpeg("-i", drawn.files[0], "-map", "0:v", "-c", "copy", "-f", "image2pipe", "-") != own


def test_the_same_words_give_the_same_cover_and_others_another(tmp_path: Path) -> None:
    first = draw_cover("Emma", "Jane Austen", tmp_path).path.read_bytes()
    assert draw_cover(" Emma\n", "Jane\0 Austen", tmp_path).path.read_bytes() == first
    assert draw_cover("Persuasion", "Jane Austen", tmp_path).path.read_bytes() != first


def panel(image: Image.Image) -> bool:
    """Whether the cover has the plain ground on which words are set."""
    return len({image.getpixel((x, DRAWN - 4)) for x in range(0, DRAWN, 10)}) == 1


@pytest.mark.parametrize(
    "title",
    [
        "Ünïcödé",
        "Война и мир",
        "Ἰλιάς",
        "ألف ليلة وليلة",
        "吾輩は猫である",
        "हिन्दी",
        "ไทย",
        "😀",
        "👨‍👩‍👧",
        "🇩🇪",
        "\U0010fff0",
        "𓀀",
        "",
        " ",
    ],
)
def test_words_are_set_with_their_own_glyphs_or_not_at_all(title: str) -> None:
    image = cover_image(title, "")
    letters = lettering_for(title)
    assert panel(image) == bool(letters and title.strip())
    if letters is None or not title.strip():
        return
    # What a font draws for no character at all is nowhere among what it draws for these.
    from PIL import ImageFont

    font = ImageFont.truetype(str(letters.title), 60)
    box = font.getmask("\U0010ffff").getbbox(), bytes(font.getmask("\U0010ffff"))
    assert all((font.getmask(c).getbbox(), bytes(font.getmask(c))) != box for c in title if not c.isspace())


@pytest.mark.parametrize("title", ["A" * 400, "word " * 300, "Straße-" * 60, "W"])
def test_a_long_title_stays_within_its_panel(title: str) -> None:
    image = cover_image(title.strip(), "Somebody " * 40)
    ground = image.getpixel((10, DRAWN - 4))
    for edge in (
        (0, TEXT_TOP + 20, 100, DRAWN),
        (DRAWN - 100, TEXT_TOP + 20, DRAWN, DRAWN),
        (0, DRAWN - 40, DRAWN, DRAWN),
    ):
        colours = image.crop(edge).getcolors()
        assert colours is not None
        assert [colour for _, colour in colours] == [ground]
