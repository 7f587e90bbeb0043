"""The cover as files hold it: a JPEG or PNG of a size that players take.

A given cover of that kind stays as it is, byte for byte; any other is converted by Pillow, which
also refuses pictures that would fill the memory. Only the readers below are ever tried: Pillow has
others that run programs.
"""

import base64
import io
import re
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.book import Cover
from narrate.errors import AssemblyError
from narrate.files import storage

if TYPE_CHECKING:
    from PIL.Image import Image

VERSION = 1  # raise it when the same cover would give another picture
MAX_BYTES = 100_000_000  # of a file that is looked at at all
MAX_PIXELS = 128_000_000  # of a picture that is decoded: half a gigabyte for a moment
KEPT_BYTES, KEPT_SIDE = 4_000_000, 3000  # a picture within these is kept as it is; shops take no longer side
SMALLEST_SQUARE = 1400
SIDE = 2400  # of one that is made smaller
READERS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG or PNG file, and its media type."""

    path: Path
    media_type: str

    @property
    def demuxer(self) -> str:
        """What reads it in ffmpeg: naming it keeps ffmpeg from taking a picture for something else."""
        return "png_pipe" if self.media_type == "image/png" else "jpeg_pipe"

    @property
    def suffix(self) -> str:
        return ".png" if self.media_type == "image/png" else ".jpg"


def prepare_cover(cover: Cover, folder: Path, side: int = SIDE) -> Picture:
    """The cover as a file in `folder`; of one that is too large the longer side is made `side`.

    Raises AssemblyError saying what is wrong with it.
    """
    from PIL import Image, UnidentifiedImageError

    if len(cover.data) > MAX_BYTES:
        raise AssemblyError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what we refuse, and of damaged EXIF
            Image.init()  # not every Pillow is built with all of the readers
            image = Image.open(io.BytesIO(cover.data), formats=[form for form in READERS if form in Image.OPEN])
            if as_it_is := _as_it_is(image, cover.data):
                image.load()  # all of it, or it is damaged
                return written(cover.data, as_it_is, folder)
            image.draft("RGB", (side, side))  # a JPEG is decoded at a half, a quarter or an eighth of its size
            if image.width * image.height > MAX_PIXELS:
                raise AssemblyError(f"it has {image.width} times {image.height} pixels, which is too many")
            return written(_jpeg(image, side), "image/jpeg", folder)
    except UnidentifiedImageError:
        if re.match(rb"\s*(?:<\?xml.*?\?>|<!--.*?-->|<!DOCTYPE.*?>|\s)*<svg\b", cover.data[:4096], re.DOTALL | re.I):
            raise AssemblyError("it is SVG: save it as JPEG or PNG") from None
        raise AssemblyError("it is no JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF picture") from None
    except Image.DecompressionBombError:
        raise AssemblyError("it has more pixels than any cover needs") from None
    except (OSError, SyntaxError, ValueError, struct.error, EOFError, MemoryError) as error:
        raise AssemblyError(f"it is damaged ({' '.join(str(error).split()) or type(error).__name__})") from error


def _as_it_is(image: "Image", data: bytes) -> str:
    """The media type of a picture that every player shows; "" for one that has to be converted."""
    if len(data) > KEPT_BYTES or max(image.size) > KEPT_SIDE or image.getexif().get(_ORIENTATION, 1) != 1:
        return ""
    if image.format == "JPEG" and image.mode in ("RGB", "L"):
        return "image/jpeg"
    still = getattr(image, "n_frames", 1) == 1
    return "image/png" if image.format == "PNG" and image.mode in ("RGB", "RGBA", "L", "LA", "P", "1") and still else ""


_ORIENTATION = 0x0112  # EXIF's tag for how the camera was held


def _jpeg(image: "Image", side: int) -> bytes:
    """A picture of any kind as an upright JPEG of `side` at most, in sRGB, on white where it is transparent."""
    from PIL import Image, ImageOps

    if image.mode.startswith("I"):  # 16 bits
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK") or "transparency" in image.info:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((side, side))  # before anything that would hold the whole picture twice
    image = _in_srgb(ImageOps.exif_transpose(image))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=90, optimize=True)
    return out.getvalue()


def _in_srgb(image: "Image") -> "Image":
    """A picture for print in the colours of screens, by its own profile where it has one."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if image.mode != "CMYK" or not profile:
        return image
    try:
        screen = ImageCms.createProfile("sRGB")
        found = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), screen, outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return image
    return found or image


def written(data: bytes, media_type: str, folder: Path) -> Picture:
    """These bytes as the file of the cover in `folder`."""
    picture = Picture(folder / "cover", media_type)
    with storage(picture.path):
        picture.path.write_bytes(data)
    return picture


def square_cover(picture: Picture, wanted: int | None = None) -> bytes:
    """The cover as a square JPEG: whole, on the colour of its edges.

    Its side is `wanted`, else from 1400 to 3000 pixels, as podcasts want it.
    """
    from PIL import Image

    with Image.open(picture.path) as file:
        image = file.convert("RGB")
    edge = image.resize((9, 9)).crop((0, 0, 9, 1)).resize((1, 1)).getpixel((0, 0))
    side = wanted or min(max(*image.size, SMALLEST_SQUARE), KEPT_SIDE)
    scale = side / max(image.size)
    image = image.resize((round(image.width * scale), round(image.height * scale)))
    square = Image.new("RGB", (side, side), edge)
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    out = io.BytesIO()
    density = {"dpi": (72, 72)} if wanted else {}  # the least that shops ask for, who look at what a file says
    square.save(out, "JPEG", quality=90, optimize=True, **density)
    return out.getvalue()


def thumbnail(picture: Picture, side: int) -> bytes:
    """The cover as a JPEG whose longer side has `side` pixels at most, for lists of books."""
    from PIL import Image

    with Image.open(picture.path) as file:
        file.draft("RGB", (side, side))
        image = file.convert("RGBA" if file.has_transparency_data else "RGB")
    image.thumbnail((side, side))
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def picture_block(picture: Picture) -> str:
    """The cover as a METADATA_BLOCK_PICTURE, how Ogg files hold one (RFC 9639, section 8.8).

    Width, height, depth and colours may be 0, for "look into the picture".
    """
    data, mime = picture.path.read_bytes(), picture.media_type.encode()
    front_cover = 3
    head = struct.pack(">II", front_cover, len(mime)) + mime + struct.pack(">IIIIII", 0, 0, 0, 0, 0, len(data))
    return base64.b64encode(head + data).decode()


__all__ = ["VERSION", "Picture", "picture_block", "prepare_cover", "square_cover", "thumbnail", "written"]
