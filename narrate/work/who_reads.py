"""Who reads, in the trade's codes (ONIX, list 19): which kind of synthesised voice."""

from narrate.project import Project
from narrate.shops.onix import FEMALE, MALE, OF_A_PERSON, UNSPECIFIED
from narrate.voices import Voice
from narrate.voices.folder import read_details
from narrate.voices.lookup import voice_path
from narrate.work.inventory import Inventory

CODES = {"male": MALE, "female": FEMALE}


def reader_codes(project: Project, book: Inventory) -> list[str]:
    """The codes of the voices that are heard, each once, that of the most lines first."""
    counts: dict[str, int] = {}
    known: dict[str, str] = {}
    for request in book.work.requests:
        voice = request.voice
        if voice.fingerprint not in known:
            known[voice.fingerprint] = _code(project, voice)
        code = known[voice.fingerprint]
        counts[code] = counts.get(code, 0) + 1
    return sorted(counts, key=lambda code: (-counts[code], code)) or [UNSPECIFIED]


def _code(project: Project, voice: Voice) -> str:
    """That of a voice made from a person's recording, else by what its folder says of it."""
    folder = voice.tensors or voice_path(voice.name, project.shelves)
    if folder is None or not (folder / "voice.toml").is_file():
        return UNSPECIFIED
    details = read_details(folder)
    return OF_A_PERSON if details.origin == "recording" else CODES.get(details.gender, UNSPECIFIED)
